#include "dispatcher/commands/board.h"

#include "dispatcher/cases/case_show.h"
#include "dispatcher/commands/deadlines.h"
#include "dispatcher/run/endpoint_board.h"
#include "dispatcher/run/state.h"
#include "dispatcher/submit/waive.h"
#include "dispatcher/submit/watch.h"
#include "store/advisory.h"
#include "store/notice.h"
#include "store/task.h"

#include <string.h>

#define CLOCKS_MOST ((size_t)30) /* lines of the board for people */

/* Numbers of one advisory. */
struct standing {
    int64_t total, queued, out, answered, tasked, closed, late;
    int64_t level[LEVEL_COUNT];
    int64_t states[STATE_COUNT];
    int64_t earliest_ms; /* deadline of those not out yet; 0: none */
    int64_t unanswered;
};

/* Who was told, and who answered: what asks them again is neither another one, nor late. */
static void add_tally(struct standing *s, const struct notice_tally *t, int64_t now)
{
    const int64_t count = t->count - t->again;
    bool queued = !state_is_out(t->state) && !state_is_final(t->state);
    if (count == 0)
        return;
    s->total += count;
    s->states[t->state] += count;
    if (t->state != STATE_SUPERSEDED && t->state != STATE_CANCELLED)
        s->level[t->level] += count;
    if (t->state == STATE_ANSWERED)
        s->answered += count;
    if (t->state == STATE_TASKED)
        s->tasked += count;
    if (state_is_out(t->state))
        s->out += count;
    if (state_is_out(t->state) && t->state != STATE_ANSWERED)
        s->unanswered += count;
    if (!queued)
        return;
    s->queued += count;
    if (t->earliest_deadline_ms > 0 &&
        (s->earliest_ms == 0 || t->earliest_deadline_ms < s->earliest_ms))
        s->earliest_ms = t->earliest_deadline_ms;
    if (t->earliest_deadline_ms > 0 && t->earliest_deadline_ms < now)
        s->late += count;
}

static enum status tally(struct standing *s, struct app *app, int64_t advisory_id, struct err *err)
{
    struct arena *arena = arena_new();
    struct notice_tally *list = NULL;
    size_t count = 0;
    *s = (struct standing){0};
    enum status status = notice_tally(&list, &count, arena, app->store, advisory_id, err);
    for (size_t i = 0; status == OK && i < count; i++)
        add_tally(s, &list[i], app_now(app));
    arena_free(arena);
    return status;
}

static void print_advisory(struct str *out, const struct advisory *a, const struct standing *s,
                           int64_t now)
{
    char left[CLOCK_TEXT];
    char text[CLOCK_TEXT];
    str_addf(out, "%s %s  %s  TLP:%s  %s\n", a->tracking, a->version, advisory_state_word(a->state),
             tlp_word(a->tlp), a->title);
    if (a->state == ADVISORY_SUBMITTED) {
        str_addf(out, "  waits for signatures: tocsin approve %s --by PERSON\n", a->tracking);
        return;
    }
    if (a->embargo_ms > now)
        str_addf(out,
                 "  embargo until %s (%s left); if it leaks: tocsin order release %s --now "
                 "--by PERSON --reason TEXT\n",
                 clock_text(text, a->embargo_ms), duration_text(left, a->embargo_ms - now),
                 a->tracking);
    str_addf(out,
             "  %lld notice%s: %lld not out yet (%lld of them with a person), %lld out, %lld "
             "answered, %lld unanswered\n",
             (long long)s->total, s->total == 1 ? "" : "s", (long long)s->queued,
             (long long)s->tasked, (long long)s->out, (long long)s->answered,
             (long long)s->unanswered);
    str_addf(out, "  reached: %lld sealed, %lld TLS, %lld waiting notice, %lld by a person\n",
             (long long)s->level[LEVEL_SEALED], (long long)s->level[LEVEL_TLS],
             (long long)s->level[LEVEL_WAITING], (long long)s->level[LEVEL_TASK]);
    if (s->queued > 0 && s->earliest_ms > 0) {
        int64_t rest = s->earliest_ms - now;
        str_addf(out, "  %s: to be told by %s (%s%s)\n", rest < 0 ? "LATE" : "open",
                 clock_text(text, s->earliest_ms), duration_text(left, rest < 0 ? -rest : rest),
                 rest < 0 ? " ago" : " left");
    }
}

static void json_advisory(struct json_out *j, const struct advisory *a, const struct standing *s)
{
    char text[CLOCK_TEXT];
    json_out_object(j, NULL);
    json_out_text(j, "id", a->tracking);
    json_out_text(j, "version", a->version);
    json_out_text(j, "state", advisory_state_word(a->state));
    json_out_text(j, "tlp", tlp_word(a->tlp));
    json_out_text(j, "title", a->title);
    json_out_text(j, "told_by", a->deadline_ms > 0 ? clock_text(text, a->deadline_ms) : NULL);
    json_out_text(j, "embargo", a->embargo_ms > 0 ? clock_text(text, a->embargo_ms) : NULL);
    json_out_int(j, "late", s->late);
    json_out_int(j, "unanswered", s->unanswered);
    json_out_object(j, "states");
    for (int i = 0; i < STATE_COUNT; i++)
        if (s->states[i] > 0)
            json_out_int(j, notice_state_word((enum notice_state)i), s->states[i]);
    json_out_end(j);
    json_out_object(j, "reach");
    for (int i = 0; i < LEVEL_COUNT; i++)
        json_out_int(j, level_word((enum level)i), s->level[i]);
    json_out_end(j);
    json_out_end(j);
}

/* What begins by itself at its end is in sight before: whoever must be ready for it sees it. */
static void add_embargo(struct deadlines *d, const struct app *app, const struct advisory *a)
{
    if (a->embargo_ms <= app_now(app) || a->state == ADVISORY_SUPERSEDED)
        return;
    const struct deadline one = {
        .kind = DEADLINE_EMBARGO,
        .uid = arena_printf(d->arena, "embargo-%s-%s", a->tracking, a->version),
        .about = a->tracking,
        .what = "embargo",
        .owner = settings_owner(app->settings, ROLE_REGULATORY)->id,
        .waits_for = a->state == ADVISORY_SUBMITTED
                         ? "signatures before its end: it is not approved"
                         : "its end: then everybody is told by itself",
        .safe_ms = a->embargo_ms,
        .start_ms = a->approved_ms,
        .changed_ms = a->approved_ms > 0 ? a->approved_ms : a->submitted_ms};
    deadlines_add(d, &one);
}

/* What is still to go out is one clock of the board. */
static void add_clock(struct deadlines *d, const struct advisory *a, const struct standing *s)
{
    if (s->queued == 0 || s->earliest_ms == 0)
        return;
    const struct deadline one = {
        .kind = DEADLINE_NOTICES,
        .uid = arena_printf(d->arena, "notices-%s-%s", a->tracking, a->version),
        .about = a->tracking,
        .what = "notices",
        .waits_for =
            arena_printf(d->arena, "%lld notice%s, %lld of them with a person",
                         (long long)s->queued, s->queued == 1 ? "" : "s", (long long)s->tasked),
        .safe_ms = s->earliest_ms,
        .start_ms = a->approved_ms,
        .changed_ms = a->approved_ms};
    deadlines_add(d, &one);
}

static void print_task(struct str *out, const struct task *t, int64_t now)
{
    char left[CLOCK_TEXT];
    str_addf(out, "  %4lld  %-9s %-10s %lld item%s  %s", (long long)t->id, task_kind_word(t->kind),
             t->owner != NULL ? t->owner : "-", (long long)t->items, t->items == 1 ? "" : "s",
             t->title);
    if (t->deadline_ms > 0)
        str_addf(out, t->deadline_ms < now ? " (LATE by %s)" : " (%s left)",
                 duration_text(left,
                               t->deadline_ms < now ? now - t->deadline_ms : t->deadline_ms - now));
    str_add_c(out, '\n');
}

static void json_task(struct json_out *j, const struct task *t)
{
    char text[CLOCK_TEXT];
    json_out_object(j, NULL);
    json_out_int(j, "task", t->id);
    json_out_text(j, "kind", task_kind_word(t->kind));
    json_out_text(j, "cause", t->cause);
    json_out_text(j, "title", t->title);
    json_out_text(j, "owner", t->owner);
    json_out_int(j, "items", t->items);
    json_out_text(j, "deadline", t->deadline_ms > 0 ? clock_text(text, t->deadline_ms) : NULL);
    json_out_end(j);
}

static enum status print_advisories(struct str *out, struct json_out *j, struct deadlines *clocks,
                                    struct app *app, const char *tracking, struct err *err)
{
    struct arena *arena = arena_new();
    struct advisory *list = NULL;
    size_t count = 0;
    enum status status = advisory_list(&list, &count, arena, app->store, tracking, err);
    size_t held = 0;
    if (status == OK)
        status = waive_held_count(&held, app, tracking, err);
    if (status == OK && count + held == 0 && tracking != NULL)
        status = err_set(err, ERR_NOT_FOUND, "%s: not in the register", tracking);
    if (status == OK && count + held == 0 && j == NULL)
        str_add(out, "no advisory yet: tocsin submit FILE\n");
    for (size_t i = 0; status == OK && i < count; i++) {
        struct standing s;
        status = tally(&s, app, list[i].id, err);
        add_embargo(clocks, app, &list[i]);
        if (status == OK)
            add_clock(clocks, &list[i], &s);
        if (status == OK && j != NULL)
            json_advisory(j, &list[i], &s);
        else if (status == OK)
            print_advisory(out, &list[i], &s, app_now(app));
        if (status == OK && j == NULL)
            status = waive_print(out, app, list[i].sha256, err);
    }
    arena_free(arena);
    return status;
}

static enum status print_tasks(struct str *out, struct json_out *j, struct app *app,
                               struct err *err)
{
    struct arena *arena = arena_new();
    struct task *list = NULL;
    size_t count = 0;
    enum status status = task_list(&list, &count, arena, app->store, false, 0, err);
    if (status == OK && j == NULL)
        str_addf(out, "\nwaits for a person: %zu task%s\n", count, count == 1 ? "" : "s");
    for (size_t i = 0; status == OK && i < count; i++) {
        if (j != NULL)
            json_task(j, &list[i]);
        else
            print_task(out, &list[i], app_now(app));
    }
    arena_free(arena);
    return status;
}

static enum status gather(struct deadlines *clocks, struct app *app, const char *tracking,
                          struct err *err)
{
    enum status status = deadlines_duties(clocks, app, tracking, err);
    if (status == OK && tracking == NULL)
        status = deadlines_cases(clocks, app, err);
    return status == OK && tracking == NULL ? deadlines_tasks(clocks, app, err) : status;
}

/* Clocks come first, and those of advisories are known when all of them were looked through. */
static enum status print_text(struct str *out, struct deadlines *clocks, struct app *app,
                              const char *tracking, struct err *err)
{
    struct str rest;
    str_init(&rest, out->limit);
    enum status status = print_advisories(&rest, NULL, clocks, app, tracking, err);
    if (status == OK)
        status = waive_print_held(&rest, NULL, app, tracking, err);
    if (status == OK && tracking == NULL)
        status = case_board(&rest, NULL, app, err);
    if (status == OK)
        status = print_tasks(&rest, NULL, app, err);
    if (status == OK)
        status = watch_print(&rest, NULL, app, err);
    if (status == OK)
        status = endpoints_print(&rest, NULL, app, err);
    if (status == OK) {
        deadlines_print(out, clocks, CLOCKS_MOST, app_now(app));
        str_add_n(out, str_text(&rest), rest.size);
    }
    str_dispose(&rest);
    return status;
}

static enum status print_json(struct str *out, struct deadlines *clocks, struct app *app,
                              const char *tracking, struct err *err)
{
    struct json_out j;
    json_out_init(&j, out, false);
    json_out_object(&j, NULL);
    json_out_text(&j, "schema", "tocsin.status/1");
    json_out_bool(&j, "test", app->test);
    json_out_array(&j, "advisories");
    enum status status = print_advisories(out, &j, clocks, app, tracking, err);
    json_out_end(&j);
    json_out_array(&j, "clocks");
    deadlines_json(&j, clocks, app_now(app));
    json_out_end(&j);
    json_out_array(&j, "held");
    if (status == OK)
        status = waive_print_held(NULL, &j, app, tracking, err);
    json_out_end(&j);
    json_out_array(&j, "cases");
    if (status == OK && tracking == NULL)
        status = case_board(NULL, &j, app, err);
    json_out_end(&j);
    json_out_array(&j, "tasks");
    if (status == OK)
        status = print_tasks(out, &j, app, err);
    json_out_end(&j);
    if (status == OK)
        status = watch_print(out, &j, app, err);
    if (status == OK)
        status = endpoints_print(out, &j, app, err);
    json_out_end(&j);
    str_add_c(out, '\n');
    return status;
}

enum status board_print(struct str *out, struct app *app, const char *tracking, bool json,
                        struct err *err)
{
    struct deadlines clocks;
    deadlines_init(&clocks);
    enum status status = gather(&clocks, app, tracking, err);
    if (status == OK)
        status = json ? print_json(out, &clocks, app, tracking, err)
                      : print_text(out, &clocks, app, tracking, err);
    deadlines_dispose(&clocks);
    return status;
}

enum status board_calendar(struct str *out, struct app *app, struct err *err)
{
    struct arena *arena = arena_new();
    struct deadlines clocks;
    struct advisory *list = NULL;
    size_t count = 0;
    deadlines_init(&clocks);
    enum status status = gather(&clocks, app, NULL, err);
    if (status == OK)
        status = advisory_list(&list, &count, arena, app->store, NULL, err);
    for (size_t i = 0; status == OK && i < count; i++) {
        struct standing s;
        status = tally(&s, app, list[i].id, err);
        add_embargo(&clocks, app, &list[i]);
        if (status == OK)
            add_clock(&clocks, &list[i], &s);
    }
    if (status == OK)
        deadlines_ical(out, &clocks, app->settings->maker.id, app_now(app));
    deadlines_dispose(&clocks);
    arena_free(arena);
    return status;
}
