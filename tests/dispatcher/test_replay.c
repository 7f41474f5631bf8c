/* Whatever happens to notices, in whatever order: the log alone tells what the store says. */
#include "dispatcher/back/answer.h"
#include "dispatcher/record/replay.h"
#include "dispatcher/run/work.h"
#include "tests/dispatcher/world.h"

#include <stdio.h>
#include <stdlib.h>

#define ROUNDS 12  /* each with a seed of its own */
#define EVENTS 400 /* in each; the log is replayed behind every 20 */

static struct world w;
static struct err err;
static uint64_t seed;
static unsigned serial;
static int64_t done[STATE_COUNT]; /* events met in each state */

static uint64_t draw(uint64_t below)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (seed >> 33) % below;
}

static void must(enum status status)
{
    ck_assert_msg(status == OK, "%s: %s", status_word(status), err.text);
}

static void setup(void)
{
    world_open(&w);
    world_parties(&w, "party,kind,country,email,phone\n"
                      "h1,hdo,DE,one@h1.example,+49 30 1\nh1,hdo,DE,two@h1.example,\n"
                      "h2,hdo,DE,one@h2.example,\nh3,hdo,AT,one@h3.example,+43 1 1\n"
                      "h4,hdo,DE,,+49 30 4\nh5,hdo,FR,one@h5.example,\n"
                      "h6,hdo,DE,one@h6.example,\nr1,regulator,DE,a@r1.example,\n");
}

static void teardown(void)
{
    world_close(&w);
}

static void release(const char *version)
{
    struct advisory row = world_advisory(&w, version, TLP_CLEAR, ADVISORY_SUBMITTED);
    world_release(&w, &row);
}

static enum status seal(const struct notice *n)
{
    char text[64];
    (void)snprintf(text, sizeof text, "m%u@example.com", ++serial);
    const struct work_sealed sealed = {.notice_id = n->id,
                                       .message_id = text,
                                       .message = bytes_of(text),
                                       .plain = draw(2) == 0 ? bytes_of(text) : bytes_of("")};
    switch (draw(6)) {
    case 0:
        return work_unsealed(&w.app, n->id, ERR_IO, "no room", &err);
    case 1:
        return work_unsealed(&w.app, n->id, draw(2) == 0 ? ERR_REFUSED : ERR_INVALID, "no", &err);
    case 2:
        return work_sealer_lost(&w.app, n->id, (enum work_blame)draw(3), &err);
    default:
        return work_sealed(&w.app, &sealed, &err);
    }
}

static enum status begin(struct notice *n)
{
    struct frame_out job = {0};
    int64_t attempt = 0;
    enum status status =
        work_begin(&job, &attempt, &w.app, n, n->route == ROUTE_FILE ? "outbox" : "relay", &err);
    frame_dispose(&job);
    return status;
}

static enum status finish(const struct notice *n)
{
    struct receipt r;
    receipt_init(&r);
    /* Few come so far by chance: let through until something met a notice that had. */
    const uint64_t verdict = done[STATE_PASSED] == 0 ? 0 : done[STATE_UNCERTAIN] == 0 ? 1 : draw(3);
    r.verdict = verdict == 0   ? VERDICT_ACCEPTED
                : verdict == 1 ? VERDICT_UNCERTAIN
                               : (enum verdict)draw(VERDICT_COUNT);
    r.code = r.verdict == VERDICT_ACCEPTED ? 250 : (int)draw(2) * 451;
    (void)snprintf(r.said, sizeof r.said, "%s", draw(3) == 0 ? "" : "as \"they\" say \\ \x01");
    (void)snprintf(r.tls, sizeof r.tls, "%s", draw(2) == 0 ? "" : "TLSv1.3");
    r.endpoint_fault = draw(4) == 0;
    r.config_fault = draw(4) == 0;
    if (draw(2) == 0)
        str_add(&r.transcript, "EHLO");
    enum status status = work_done(&w.app, n->attempt_id, &r, "relay", &err);
    receipt_dispose(&r);
    return status;
}

static enum status answer(struct notice *n)
{
    const struct answer_note note = {.answer = (enum answer)draw(ANSWER_COUNT),
                                     .how = draw(2) == 0 ? "phone" : "mail",
                                     .by = draw(2) == 0 ? "weber" : NULL,
                                     .detail = draw(2) == 0 ? "they said so" : NULL,
                                     .units = (int64_t)draw(3) - 1};
    return answer_note(&w.app, n, &note, &err);
}

/* Its own transaction, as every message has. */
static void report(const struct notice *n)
{
    static const char *const actions[] = {"failed", "delivered", "relayed", "delayed"};
    struct str out;
    str_init(&out, STR_LIMIT_LINE);
    char *raw = xprintf(
        "From: MAILER-DAEMON@relay.example\r\nTo: psirt+%s@example.com\r\nSubject: Report %u\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; "
        "boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nIt is so.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; relay.example\r\n\r\n"
        "Final-Recipient: rfc822; %s\r\nAction: %s\r\nStatus: 2.0.0\r\n\r\n--b--\r\n",
        n->token, ++serial, n->address != NULL ? n->address : "x@x.example", actions[draw(4)]);
    must(answer_message(&w.app, "report", bytes_of(raw), &out, &err));
    free(raw);
    str_dispose(&out);
}

static enum status by_state(struct notice *n)
{
    switch (n->state) {
    case STATE_PLANNED:
        return n->level == LEVEL_TASK ? move_to_task(&w.app, n, TASK_PHONE, "no mail", &err)
                                      : move_notice(&w.app, n, EVENT_CLAIM, NULL, &err);
    case STATE_SEALING:
        return seal(n);
    case STATE_READY:
        return begin(n);
    case STATE_SENDING:
        return draw(3) > 0    ? work_dot(&w.app, n->attempt_id, &err)
               : draw(2) == 0 ? finish(n)
                              : work_carrier_lost(&w.app, n->attempt_id, draw(2) == 0, &err);
    case STATE_DOTTED:
        return draw(4) > 0 ? finish(n)
                           : work_carrier_lost(&w.app, n->attempt_id, draw(2) == 0, &err);
    case STATE_UNCERTAIN:
        return work_hold_over(&w.app, n, &err);
    case STATE_ACCEPTED:
        return work_watch_over(&w.app, n, &err);
    case STATE_ANSWERED:
        return n->attempt_id != 0 ? finish(n) : answer(n);
    case STATE_PASSED:
    case STATE_TASKED:
    case STATE_SUPERSEDED:
    case STATE_CANCELLED:
    case STATE_COUNT:
        break;
    }
    return move_to_route(&w.app, n, false, "again", NULL, &err);
}

/* One event of any kind to one notice; what means nothing in its state is undone whole. */
static void event(void)
{
    struct arena *arena = arena_new();
    struct notice n;
    int64_t count = 0;
    must(store_count(&count, w.app.store, "notice", &err));
    must(notice_get(&n, arena, w.app.store, 1 + (int64_t)draw((uint64_t)count), &err));
    const uint64_t kind = draw(20);
    done[n.state]++;
    clock_init_stopped(&w.app.clock, app_now(&w.app) + (int64_t)draw(2 * MS_HOUR));
    if (kind == 0) {
        report(&n);
        arena_free(arena);
        return;
    }
    must(app_begin(&w.app, &err));
    enum status status = kind == 1   ? answer(&n)
                         : kind == 2 ? move_to_route(&w.app, &n, draw(2) == 0, "so", NULL, &err)
                                     : by_state(&n);
    if (status == OK)
        must(app_commit(&w.app, &err));
    else
        app_rollback(&w.app);
    ck_assert_msg(status == OK || status == ERR_STALE, "%s", err.text);
    arena_free(arena);
}

static void show(void *context, const char *text)
{
    (void)context;
    (void)fprintf(stderr, "%s\n", text);
}

static void check(unsigned at)
{
    struct replay r;
    replay_init(&r);
    r.tell = show;
    must(replay_run(&r, &w.app, &err));
    ck_assert_msg(r.differences == 0, "event %u: %s", at, r.first);
    ck_assert_int_gt(r.notices, 0);
    replay_dispose(&r);
}

START_TEST(random_events_leave_log_and_store_the_same)
{
    bool more = true;
    seed = (uint64_t)_i * 7919 + 1;
    release("1.0.0");
    for (unsigned i = 0; i < EVENTS; i++) {
        event();
        if (i == EVENTS / 2)
            release("2.0.0");
        if (i % 20 == 19)
            check(i);
    }
    while (more) /* the dispatcher was killed and starts again */
        must(work_recover(&w.app, &more, &err));
    check(EVENTS);
    /*
     * Not asked of each round: passed, which takes two events behind an acceptance; superseded, to
     * which nothing happens; cancelled, a person's operation (e2e.T100).
     */
    for (int state = STATE_PLANNED; state < STATE_SUPERSEDED; state++)
        ck_assert_msg(state == STATE_PASSED || done[state] > 0, "no notice was ever %s",
                      notice_state_word((enum notice_state)state));
}
END_TEST

START_TEST(a_change_without_an_entry_is_told)
{
    struct replay r;
    release("1.0.0");
    struct arena *arena = arena_new();
    struct notice n;
    must(notice_get(&n, arena, w.app.store, 2, &err));
    must(app_begin(&w.app, &err));
    n.grade = GRADE_TAKEN;
    n.next_at_ms++;
    must(notice_update(w.app.store, &n, n.state, &err));
    must(app_commit(&w.app, &err));
    replay_init(&r);
    must(replay_run(&r, &w.app, &err));
    ck_assert_int_eq(r.differences, 2);
    char *wanted = xprintf("notice %s: grade: the log says none, the store says taken", n.uid);
    ck_assert_str_eq(r.first, wanted);
    free(wanted);
    replay_dispose(&r);
    arena_free(arena);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.replay");
    TCase *tc = tcase_create("replay");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, random_events_leave_log_and_store_the_same, 0, ROUNDS);
    tcase_add_test(tc, a_change_without_an_entry_is_told);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
