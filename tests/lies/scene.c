#include "tests/lies/scene.h"

#include "base/file.h"
#include "dispatcher/run/job.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIRST_MS MS_MINUTE
#define UNCERTAIN_MS (10 * MS_MINUTE)
#define EVENTS 16
#define ROUND_MS 50
#define LARGE (9 << 20) /* more than the kernel holds for a connection on its own */

static const char parties[] = "party,kind,country,email,phone\n"
                              "h1,hdo,DE,one@h1.example,\n"
                              "h2,hdo,DE,one@h2.example,+49 30 2\n"
                              "h3,hdo,DE,one@h3.example,\n";
static const char second_contact[] = "h2,hdo,DE,two@h2.example,\n";

void scene_fail(const struct scene *s, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vfprintf(stderr, format, args);
    va_end(args);
    (void)fputc('\n', stderr);
    for (size_t i = 0; i < SCENE_MAILS; i++)
        (void)fprintf(stderr, "  mail %zu: %s said \"%s\" code %d%s%s, state %s tries %lld\n",
                      i + 1, s->said[i].heard ? verdict_word(s->said[i].verdict) : "unheard",
                      s->said[i].text, s->said[i].code,
                      s->said[i].endpoint_fault ? " endpoint" : "",
                      s->said[i].config_fault ? " config" : "",
                      notice_state_word(s->notice[i].state), (long long)s->notice[i].tries);
    _exit(1);
}

static void must(const struct scene *s, enum status status, const struct err *err)
{
    if (status != OK)
        scene_fail(s, "%s: %s", status_word(status), err->text);
}

/* ---- what there is to carry ---- */

static void write_mail(struct str *out, const char *id, const char *to, size_t size)
{
    str_addf(out,
             "Date: Fri, 27 Nov 2026 18:40:00 +0000\r\nFrom: psirt@example.com\r\nTo: %s\r\n"
             "Subject: security notice\r\nMessage-ID: <%s>\r\nMIME-Version: 1.0\r\n\r\n"
             ".\r\n..\r\nno end of data:\r\n.\r\n\r\n",
             to, id);
    while (out->size < size)
        str_add(out, "a line of ordinary length, as base64 would be, and nothing in it at all\r\n");
}

static void give_parcel(struct scene *s, size_t i)
{
    struct err err = {0};
    struct str text;
    char hex[65];
    struct world *w = &s->world;
    struct notice *n = &s->notice[i];
    (void)snprintf(s->message_id[i], sizeof s->message_id[i], "m%zu.%s@example.com", i, n->uid);
    str_init(&text, STR_LIMIT_MAIL);
    write_mail(&text, s->message_id[i], n->address, i == 1 && s->setup.large ? LARGE : 400);
    must(s, app_begin(&w->app, &err), &err);
    must(s, blob_put(hex, w->app.store, str_bytes(&text), &err), &err);
    struct parcel_row parcel = {.notice_id = n->id,
                                .message_id = s->message_id[i],
                                .address = n->address,
                                .level = n->level,
                                .sha256 = hex,
                                .created_ms = WORLD_NOW};
    must(s, parcel_add(&parcel, w->app.store, &err), &err);
    n->parcel_id = parcel.id;
    must(s, notice_update(w->app.store, n, n->state, &err), &err);
    must(s, app_commit(&w->app, &err), &err);
    str_dispose(&text);
}

static void write_rows(struct scene *s)
{
    struct world *w = &s->world;
    struct err err = {0};
    char *csv = xprintf("%s%s", parties, s->setup.one_contact ? "" : second_contact);
    world_parties(w, csv);
    free(csv);
    struct advisory a = world_advisory(w, "1.0.0", TLP_CLEAR, ADVISORY_RELEASED);
    static const char *const who[SCENE_MAILS] = {"h1", "h2", "h3"};
    for (size_t i = 0; i < SCENE_MAILS; i++) {
        bool file = i == 2 && s->setup.outbox;
        s->notice[i] =
            world_notice(w, &a, who[i], 1, STATE_READY, file ? RECIPIENT_OUTBOX : RECIPIENT_RELAY);
        if (file) {
            s->notice[i].route = ROUTE_FILE;
            must(s, notice_update(w->app.store, &s->notice[i], STATE_READY, &err), &err);
        }
        give_parcel(s, i);
    }
}

static void configure(struct scene *s, int port)
{
    struct settings *set = s->world.app.settings;
    struct arena *arena = set->arena;
    struct err err = {0};
    char *password = path_join(s->world.dir, "password");
    must(s, file_write(password, bytes_of(SCENE_PASSWORD "\n"), 0600, &err), &err);
    set->mail.relay_host = arena_strdup(arena, s->setup.host == NULL ? "localhost" : s->setup.host);
    set->mail.relay_port = port;
    set->mail.ca_file = arena_strdup(arena, s->setup.ca_file);
    set->mail.helo = arena_strdup(arena, "dispatcher.example.com");
    set->mail.connections = s->setup.connections;
    set->mail.deadline_ms = 2 * s->setup.timeout_ms;
    if (s->setup.relay.user != NULL) {
        set->mail.user = arena_strdup(arena, s->setup.relay.user);
        set->mail.password_file = arena_strdup(arena, password);
    }
    set->outbox = arena_printf(arena, "%s/outbox", s->world.dir);
    set->retry.first_ms = FIRST_MS;
    set->retry.most_ms = 10 * FIRST_MS;
    set->retry.uncertain_ms = UNCERTAIN_MS;
    free(password);
}

static void open_work(struct scene *s)
{
    struct err err = {0};
    size_t connections = (size_t)s->setup.connections;
    must(s, core_open(&s->core, &s->world.app, NULL, 0, connections, &err), &err);
    must(s, pool_open(&s->pool, &s->world.app, NULL, s->core, s->world.dir, &err), &err);
}

static void start_again(struct scene *s)
{
    pool_close(s->pool, 2 * MS_SECOND);
    core_close(s->core);
    s->carrier_ready = false;
    open_work(s);
}

void scene_begin(struct scene *s, const struct scene_setup *setup)
{
    int port = 0;
    *s = (struct scene){.setup = *setup};
    if (s->setup.connections == 0)
        s->setup.connections = 1;
    world_open(&s->world);
    s->relay = relay_start(&setup->relay, &port);
    configure(s, port);
    write_rows(s);
    clock_init_from(&s->world.app.clock, WORLD_NOW);
    open_work(s);
    s->begun_up_ms = clock_up_ms(&s->world.app.clock);
}

/* ---- the loop ---- */

/* Whose attempt this is; SCENE_MAILS: nobody's. */
static size_t whose(struct scene *s, int64_t attempt_id)
{
    struct err err = {0};
    struct attempt attempt;
    if (attempt_get(&attempt, s->world.arena, s->world.app.store, attempt_id, &err) != OK)
        return SCENE_MAILS;
    for (size_t i = 0; i < SCENE_MAILS; i++)
        if (s->notice[i].id == attempt.notice_id)
            return i;
    return SCENE_MAILS;
}

static const char *text_of(const struct frame *f, uint32_t field)
{
    const char *text = frame_get_text(f, field);
    return text == NULL ? "" : text;
}

static void hear(struct scene *s, const struct frame *f)
{
    size_t who = whose(s, frame_get_int(f, DONE_ATTEMPT));
    struct bytes transcript = frame_get_bytes(f, DONE_TRANSCRIPT);
    if (memmem(transcript.data, transcript.size, SCENE_PASSWORD, strlen(SCENE_PASSWORD)) != NULL)
        scene_fail(s, "the password stands in a transcript");
    if (who == SCENE_MAILS)
        return;
    bool accepted = frame_get_int(f, DONE_VERDICT) == VERDICT_ACCEPTED;
    bool file = who == 2 && s->setup.outbox;
    if (accepted && s->accepted_up_ms[who] == 0)
        s->accepted_up_ms[who] = clock_up_ms(&s->world.app.clock);
    /* A relay's thread marks it right after the reply has left, a carrier may be faster. */
    for (int i = 0; accepted && !file && i < 2000; i++) {
        if (relay_acknowledged(s->relay, s->message_id[who]) > 0)
            break;
        (void)poll(NULL, 0, 10);
    }
    if (accepted && !file && relay_acknowledged(s->relay, s->message_id[who]) == 0)
        scene_fail(s, "FALSE ACCEPTANCE of mail %zu: %s", who + 1, text_of(f, DONE_SAID));
    struct said *said = &s->said[who];
    if (said->heard)
        return;
    *said = (struct said){.heard = true,
                          .verdict = (enum verdict)frame_get_int(f, DONE_VERDICT),
                          .code = (int)frame_get_int(f, DONE_CODE),
                          .endpoint_fault = frame_get_int(f, DONE_ENDPOINT_FAULT) != 0,
                          .config_fault = frame_get_int(f, DONE_CONFIG_FAULT) != 0};
    (void)snprintf(said->text, sizeof said->text, "%s", text_of(f, DONE_SAID));
    (void)snprintf(said->peer, sizeof said->peer, "%s", text_of(f, DONE_PEER));
    (void)snprintf(said->tls, sizeof said->tls, "%s", text_of(f, DONE_TLS));
    s->first_attempt[who] = frame_get_int(f, DONE_ATTEMPT);
    said->from_ms = app_now(&s->world.app);
}

/* What the relay does in the middle of a message is to be there before its end may leave. */
static void hold_for_body_lies(struct scene *s)
{
    const struct relay_setup *r = &s->setup.relay;
    for (size_t i = 0; i < r->lie_count; i++)
        if (r->lies[i].step == STEP_BODY && relay_mails(s->relay) == r->lies[i].message)
            relay_wait_told(s->relay, i);
}

static void look_at(struct scene *s, const struct core_event *event)
{
    bool ours = event->worker == WORKER_CARRIER && event->slot == 0;
    if (event->type == CORE_READY && ours)
        s->carrier_ready = true;
    if (event->type == CORE_LOST) {
        s->carriers_lost++;
        s->carrier_ready = s->carrier_ready && !ours;
    }
    if (event->type == CORE_FRAME && event->frame->type == JOB_DOT)
        hold_for_body_lies(s);
    if (event->type == CORE_FRAME && event->frame->type == JOB_DONE)
        hear(s, event->frame);
}

bool scene_round(struct scene *s)
{
    struct core_event events[EVENTS];
    struct core_intent intent;
    struct pollfd fds[8];
    struct err err = {0};
    size_t count = 0;
    bool sent = false;
    size_t polled = pool_poll_set(fds, s->pool);
    (void)poll(fds, polled, ROUND_MS);
    pool_work(s->pool, fds);
    while (count < EVENTS && pool_next_event(&events[count], s->pool))
        look_at(s, &events[count++]);
    must(s, core_group(s->core, events, count, &err), &err);
    for (size_t i = 0; i < SCENE_MAILS; i++)
        if (s->said[i].heard && s->said[i].to_ms == 0)
            s->said[i].to_ms = app_now(&s->world.app);
    pool_release(s->pool);
    while (core_take_intent(&intent, s->core)) {
        pool_send(s->pool, &intent);
        sent = true;
    }
    pool_tend(s->pool, s->core, clock_up_ms(&s->world.app.clock));
    return count > 0 || sent || core_moved(s->core) || core_in_flight(s->core) > 0 ||
           !s->carrier_ready;
}

void scene_settle(struct scene *s)
{
    int64_t until = clock_up_ms(&s->world.app.clock) + 2 * MS_MINUTE;
    while (scene_round(s))
        if (clock_up_ms(&s->world.app.clock) > until)
            scene_fail(s, "it hangs");
    scene_read(s);
}

void scene_read(struct scene *s)
{
    for (size_t i = 0; i < SCENE_MAILS; i++)
        s->notice[i] = world_read(&s->world, &s->notice[i]);
}

void scene_finish(struct scene *s)
{
    for (int i = 0; i < 20; i++) {
        struct app *app = &s->world.app;
        int64_t due = 0;
        scene_read(s);
        for (size_t k = 0; k < SCENE_MAILS; k++) {
            enum notice_state state = s->notice[k].state;
            if ((state == STATE_READY || state == STATE_UNCERTAIN) &&
                (due == 0 || s->notice[k].next_at_ms < due))
                due = s->notice[k].next_at_ms;
        }
        if (due == 0)
            return;
        int64_t now = app_now(app);
        app->clock.base_ms += (due > now ? due - now : 0) + MS_SECOND;
        /* What is due and did not go waits for an endpoint that rests by the uptime, which nobody
         * can turn; after a start everybody gets a fresh try. */
        if (due <= now)
            start_again(s);
        scene_settle(s);
    }
    scene_fail(s, "not done after twenty tries");
}

void scene_end(struct scene *s)
{
    scene_read(s);
    pool_close(s->pool, 2 * MS_SECOND);
    relay_stop(s->relay);
    core_close(s->core);
    world_close(&s->world);
}
