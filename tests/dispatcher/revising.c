#include "tests/dispatcher/revising.h"

#include "dispatcher/back/answer.h"
#include "dispatcher/compose/compose_inner.h"
#include "dispatcher/op.h"
#include "dispatcher/plan/planner.h"
#include "dispatcher/record/replay.h"
#include "dispatcher/release/supersede.h"
#include "dispatcher/run/state.h"
#include "dispatcher/run/work.h"
#include "dispatcher/submit/import.h"
#include "tests/advisory/support.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct world w;
struct err err;
static unsigned serial;

void revising_must(enum status status)
{
    ck_assert_msg(status == OK, "%s: %s", status_word(status), err.text);
}

static void import(enum import_kind kind, const char *name, const char *csv)
{
    struct str words;
    str_init(&words, STR_LIMIT_TEXT);
    revising_must(import_file(&w.app, kind, name, bytes_of(csv), w.dir, IMPORT_ADD, &words, &err));
    str_dispose(&words);
}

void revising_setup(void)
{
    world_open(&w);
    world_parties(&w, "party,kind,country,email,phone\n"
                      "h1,hdo,DE,one@h1.example,+49 30 1\nh1,hdo,DE,two@h1.example,\n"
                      "h2,hdo,DE,one@h2.example,\nr1,regulator,DE,a@r1.example,\n");
    import(IMPORT_INSTALLED, "installed.csv",
           "party,product,version\nh1,ExampleInfuse P100,2.3.6\nh2,ExampleStation,1.8.0\n");
}

void revising_teardown(void)
{
    world_close(&w);
}

/*
 * EXM-2026-0007 as a next version. GONE: the P100, which h1 has, was never affected; CORRECTION:
 * the P200 was not, which h1 does not have; WITHDRAWAL: all of it is taken back.
 */
struct advisory revising_next_as(const char *version, enum revising as)
{
    struct str text;
    static const char as_before[] =
        "{\"known_affected\":[\"EXM-P100-AFFECTED\",\"EXM-P200-AFFECTED\"],"
        "\"first_fixed\":[\"EXM-P100-FIXED\",\"EXM-P200-FIXED\"]}";
    static const char free_of_p100[] =
        "{\"known_affected\":[\"EXM-P200-AFFECTED\"],\"first_fixed\":[\"EXM-P200-FIXED\"],"
        "\"known_not_affected\":[\"EXM-P100-AFFECTED\",\"EXM-P100-FIXED\"]}";
    static const char free_of_p200[] =
        "{\"known_affected\":[\"EXM-P100-AFFECTED\"],\"first_fixed\":[\"EXM-P100-FIXED\"],"
        "\"known_not_affected\":[\"EXM-P200-AFFECTED\",\"EXM-P200-FIXED\"]}";
    static const char *const status_as[REVISINGS] = {[REVISING_NEWS] = as_before,
                                                     [REVISING_GONE] = free_of_p100,
                                                     [REVISING_CORRECTION] = free_of_p200,
                                                     [REVISING_WITHDRAWAL] = as_before};
    char *number = xprintf("\"%s\"", version);
    const struct change changes[] = {
        {"/document/tracking/version", number},
        {"/vulnerabilities/0/scores/0/cvss_v3/baseScore", "9.9"},
        {"/vulnerabilities/0/product_status", status_as[as]},
        {"/document/category", "\"csaf_withdrawn\""},
    };
    support_change(&text, FIXTURE("exm-2026-0007.json"), changes,
                   as == REVISING_WITHDRAWAL ? 4 : 3);
    struct advisory row =
        world_advisory_of(&w, version, TLP_CLEAR, ADVISORY_SUBMITTED, str_bytes(&text));
    row.tlp = TLP_CLEAR;
    str_dispose(&text);
    free(number);
    return row;
}

struct advisory revising_next_version(const char *version, bool gone)
{
    return revising_next_as(version, gone ? REVISING_GONE : REVISING_NEWS);
}

/* The notice of this party about this version; id 0: there is none. */
struct notice revising_notice_of(const struct advisory *row, const char *party)
{
    struct notice *list = NULL;
    size_t count = 0;
    const struct notice_filter filter = {.advisory_id = row->id, .party = party};
    revising_must(notice_list(&list, &count, w.arena, w.app.store, &filter, &err));
    ck_assert_uint_le(count, 1);
    return count == 1 ? list[0] : (struct notice){0};
}

/* One item of a group, committed. */
void revising_commit(struct notice *n)
{
    revising_must(app_commit(&w.app, &err));
    *n = world_read(&w, n);
}

void revising_to_planned(struct notice *n)
{
    (void)n;
}

/* An authority of its country has to agree first. */
void revising_to_held(struct notice *n)
{
    (void)world_hold(&w, "DE");
    *n = world_read(&w, n);
}

void revising_to_sealing(struct notice *n)
{
    revising_must(app_begin(&w.app, &err));
    revising_must(move_notice(&w.app, n, EVENT_CLAIM, NULL, &err));
    revising_commit(n);
}

void revising_to_ready(struct notice *n)
{
    revising_to_sealing(n);
    char id[32];
    (void)snprintf(id, sizeof id, "m%u@example.com", ++serial);
    const struct work_sealed sealed = {
        .notice_id = n->id, .message_id = id, .message = bytes_of(id), .plain = bytes_of("p1")};
    revising_must(app_begin(&w.app, &err));
    revising_must(work_sealed(&w.app, &sealed, &err));
    revising_commit(n);
}

void revising_to_sending(struct notice *n)
{
    struct frame_out job = {0};
    int64_t attempt = 0;
    revising_to_ready(n);
    revising_must(app_begin(&w.app, &err));
    revising_must(work_begin(&job, &attempt, &w.app, n, RECIPIENT_RELAY, &err));
    frame_dispose(&job);
    revising_commit(n);
}

void revising_to_dotted(struct notice *n)
{
    revising_to_sending(n);
    revising_must(app_begin(&w.app, &err));
    revising_must(work_dot(&w.app, n->attempt_id, &err));
    revising_commit(n);
}

void revising_finish(struct notice *n, enum verdict verdict)
{
    struct receipt r;
    receipt_init(&r);
    r.verdict = verdict;
    r.code = verdict == VERDICT_ACCEPTED ? 250 : verdict == VERDICT_REFUSED ? 550 : 451;
    revising_must(app_begin(&w.app, &err));
    revising_must(work_done(&w.app, n->attempt_id, &r, RECIPIENT_RELAY, &err));
    receipt_dispose(&r);
    revising_commit(n);
}

void revising_to_uncertain(struct notice *n)
{
    revising_to_dotted(n);
    revising_finish(n, VERDICT_UNCERTAIN);
}

void revising_to_accepted(struct notice *n)
{
    revising_to_dotted(n);
    revising_finish(n, VERDICT_ACCEPTED);
}

void revising_to_passed(struct notice *n)
{
    revising_to_accepted(n);
    revising_must(app_begin(&w.app, &err));
    revising_must(work_watch_over(&w.app, n, &err));
    revising_commit(n);
}

void revising_to_answered(struct notice *n)
{
    const struct answer_note note = {.answer = ANSWER_RECEIVED, .how = "mail", .units = -1};
    revising_to_accepted(n);
    revising_must(app_begin(&w.app, &err));
    revising_must(answer_note(&w.app, n, &note, &err));
    revising_commit(n);
}

void revising_to_tasked(struct notice *n)
{
    revising_must(app_begin(&w.app, &err));
    revising_must(move_to_task(&w.app, n, TASK_PHONE, "no mail reaches it", &err));
    revising_commit(n);
}

void revising_to_cancelled(struct notice *n)
{
    revising_must(app_begin(&w.app, &err));
    revising_must(move_notice(&w.app, n, EVENT_CANCEL, NULL, &err));
    revising_commit(n);
}

/* The relay refused its first address, the second one is in the queue. */
void revising_to_second_route(struct notice *n)
{
    revising_to_sending(n);
    revising_finish(n, VERDICT_REFUSED);
}

/* As it comes to inbox/. */
void revising_bounce(struct notice *n)
{
    struct str out;
    str_init(&out, STR_LIMIT_LINE);
    char *raw = xprintf(
        "From: MAILER-DAEMON@relay.example\r\nTo: psirt+%s@example.com\r\nSubject: Report %u\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; "
        "boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nIt is so.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; relay.example\r\n\r\n"
        "Final-Recipient: rfc822; %s\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n",
        n->token, ++serial, n->address);
    revising_must(answer_message(&w.app, "report", bytes_of(raw), &out, &err));
    free(raw);
    str_dispose(&out);
    *n = world_read(&w, n);
}

void revising_to_bounced(struct notice *n)
{
    revising_to_accepted(n);
    revising_bounce(n);
}

/* Both addresses bounced: a person has it. */
void revising_to_bounced_task(struct notice *n)
{
    revising_to_bounced(n);
    revising_to_accepted(n); /* by the second route */
    revising_bounce(n);
}

void revising_stay(struct notice *n)
{
    *n = world_read(&w, n);
}

/* The sealer of the old one answers late. */
void revising_seal_late(struct notice *n)
{
    const struct work_sealed sealed = {
        .notice_id = n->id, .message_id = "m2@example.com", .message = bytes_of("m2")};
    revising_must(app_begin(&w.app, &err));
    ck_assert_int_eq(work_sealed(&w.app, &sealed, &err), ERR_STALE);
    app_rollback(&w.app);
    revising_stay(n);
}

/* Its carrier asks for the dot: no leave, and it says so. */
void revising_ask_dot(struct notice *n)
{
    revising_must(app_begin(&w.app, &err));
    ck_assert_int_eq(work_dot(&w.app, n->attempt_id, &err), ERR_STALE);
    app_rollback(&w.app);
    ck_assert_int_eq(world_read(&w, n).sendings, 0);
    revising_finish(n, VERDICT_DEFERRED);
}

void revising_lose_carrier(struct notice *n)
{
    revising_must(app_begin(&w.app, &err));
    revising_must(work_carrier_lost(&w.app, n->attempt_id, true, &err));
    revising_commit(n);
}

void revising_take(struct notice *n)
{
    revising_finish(n, VERDICT_ACCEPTED);
}

void revising_refuse(struct notice *n)
{
    revising_finish(n, VERDICT_REFUSED);
}

void revising_defer(struct notice *n)
{
    revising_finish(n, VERDICT_DEFERRED);
}

void revising_hold_over(struct notice *n)
{
    revising_must(app_begin(&w.app, &err));
    revising_must(work_hold_over(&w.app, n, &err));
    revising_commit(n);
}

void revising_check_replay(const char *name)
{
    struct replay r;
    replay_init(&r);
    revising_must(replay_run(&r, &w.app, &err));
    ck_assert_msg(r.differences == 0, "%s: %s", name, r.first);
    replay_dispose(&r);
}

size_t revising_open_tasks(const struct advisory *row)
{
    struct task *list = NULL;
    size_t count = 0;
    revising_must(task_list(&list, &count, w.arena, w.app.store, false, row->id, &err));
    return count;
}

/* Without a key. */
static void open_composer(struct composer *composer)
{
    *composer = (struct composer){.app = &w.app};
    str_init(&composer->checkpoint, STR_LIMIT_LINE);
    revising_must(wording_open(&composer->wording, NULL, &err));
}

static void close_composer(struct composer *composer)
{
    compose_forget_diff(composer);
    dossier_close(composer->dossier);
    wording_close(composer->wording);
    str_dispose(&composer->checkpoint);
}

void revising_compose(struct notice_text *out, const struct notice *n)
{
    struct composer composer;
    open_composer(&composer);
    notice_text_init(out);
    revising_must(compose_text(out, &composer, n, &err));
    close_composer(&composer);
}

void revising_claim(struct notice *const *list, size_t count)
{
    struct composer composer;
    open_composer(&composer);
    for (size_t i = 0; i < count; i++) {
        struct frame_out job = {0};
        bool claimed = false;
        revising_must(app_begin(&w.app, &err));
        revising_must(work_claim(&job, &claimed, &w.app, &composer, list[i], &err));
        ck_assert(claimed);
        frame_dispose(&job);
        revising_commit(list[i]);
    }
    close_composer(&composer);
}
