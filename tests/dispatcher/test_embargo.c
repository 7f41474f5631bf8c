/* Embargoes: who is told before the end, how, and an end before its time (TLP 2.0, 29147 7.4.3). */
#include "dispatcher/release/embargo.h"

#include "dispatcher/op.h"
#include "dispatcher/plan/planner.h"
#include "dispatcher/record/replay.h"
#include "store/log.h"
#include "tests/dispatcher/world.h"

#include <stdlib.h>
#include <string.h>

#define END (WORLD_NOW + 10 * MS_DAY) /* 2027-01-25T08:00:00Z */
#define ORDER                                                                                      \
    "embargo = \"2027-01-25T08:00:00Z\"; prenotice = [ \"regulator\", \"coordinator\" ];\n"

static struct world w;
static struct err err;

static void must(enum status status)
{
    ck_assert_msg(status == OK, "%s: %s", status_word(status), err.text);
}

static void setup(void)
{
    world_open(&w);
    err = (struct err){0};
    world_parties(&w, "party,kind,country,email,phone\n"
                      "keyed,regulator,DE,a@r.example,+49 30 2\n"
                      "bare,regulator,DE,b@r.example,+49 30 3\n"
                      "clinic,hdo,DE,c@h.example,+49 30 4\n"
                      "cert,coordinator,FR,d@c.example,+33 1 2\n");
    const struct key key = {.fpr = "AA",
                            .party = "keyed",
                            .sub_fpr = "BB",
                            .algo = "ed25519",
                            .uid = "a",
                            .state = "good",
                            .reason = ""};
    must(key_put(w.app.store, &key, &err));
    world_sql(&w, "UPDATE contact SET key = 'AA' WHERE party = 'keyed'");
}

static void teardown(void)
{
    world_close(&w);
}

static struct advisory submitted_as(enum tlp tlp, const char *order, int64_t embargo_ms)
{
    char hex[65];
    struct advisory row = world_advisory(&w, "1.0.0", tlp, ADVISORY_SUBMITTED);
    must(app_begin(&w.app, &err));
    must(blob_put(hex, w.app.store, bytes_of(order), &err));
    row.order_sha256 = arena_strdup(w.arena, hex);
    row.order_name = "x.order";
    row.embargo_ms = embargo_ms;
    must(advisory_set_order(w.app.store, &row, &err));
    must(app_commit(&w.app, &err));
    return row;
}

static struct advisory submitted(const char *order, int64_t embargo_ms)
{
    return submitted_as(TLP_CLEAR, order, embargo_ms);
}

static struct advisory planned(void)
{
    struct advisory row = submitted(ORDER, END);
    world_release(&w, &row);
    return row;
}

static struct notice notice_of(const struct advisory *row, const char *party)
{
    struct notice *list = NULL;
    size_t count = 0;
    const struct notice_filter filter = {.advisory_id = row->id, .party = party};
    must(notice_list(&list, &count, w.arena, w.app.store, &filter, &err));
    ck_assert_uint_eq(count, 1);
    return list[0];
}

static struct advisory now_of(const struct advisory *row)
{
    struct advisory now;
    must(advisory_get(&now, w.arena, w.app.store, row->id, &err));
    return now;
}

/* Due at this moment, by the queue's own question. */
static size_t due(void)
{
    struct notice *list = NULL;
    size_t count = 0;
    must(notice_due(&list, &count, w.arena, w.app.store, STATE_PLANNED, app_now(&w.app), NULL, 0,
                    100, &err));
    return count;
}

static enum status release(const char *id, const char *by, const char *reason, struct str *out)
{
    struct frame_out request;
    struct frame_reader reader;
    struct frame frame;
    op_begin(&request, &w.app, "order-release");
    frame_text(&request, id);
    frame_text(&request, NULL);
    frame_text(&request, by);
    frame_text(&request, reason);
    struct bytes bytes = frame_end(&request);
    frame_reader_init(&reader);
    str_add_n(&reader.buffer, bytes.data, bytes.size);
    must(frame_take(&reader, &frame, &err));
    enum status status = op_perform(&w.app, &frame, out, &err);
    frame_reader_dispose(&reader);
    frame_dispose(&request);
    return status;
}

static void released(const char *words)
{
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    must(release("EXM-2026-0007", "weber", "it stands on a web page", &out));
    ck_assert_msg(strstr(str_text(&out), words) != NULL, "%s", str_text(&out));
    str_dispose(&out);
}

static void replay_agrees(void)
{
    struct replay r;
    replay_init(&r);
    must(replay_run(&r, &w.app, &err));
    ck_assert_msg(r.differences == 0, "%s", r.first);
    replay_dispose(&r);
}

/* A label of tomorrow is none for today: CLEAR goes sealed or as a waiting notice before the end.
 */
START_TEST(a_pre_notice_goes_at_once_and_sealed_or_says_nothing)
{
    const struct advisory row = planned();
    const struct notice keyed = notice_of(&row, "keyed");
    const struct notice bare = notice_of(&row, "bare");
    const struct notice cert = notice_of(&row, "cert");
    const struct notice clinic = notice_of(&row, "clinic");
    ck_assert_int_eq(keyed.next_at_ms, 0);
    ck_assert_int_eq(keyed.level, LEVEL_SEALED);
    ck_assert_int_eq(keyed.form, FORM_PERSONAL);
    ck_assert_int_eq(keyed.kind, NOTICE_IMMEDIATE);
    ck_assert_int_eq(keyed.deadline_ms, WORLD_NOW + MS_DAY);
    ck_assert_int_eq(bare.kind, NOTICE_WAITING);
    ck_assert_int_eq(bare.next_at_ms, 0);
    ck_assert_int_eq(cert.kind, NOTICE_WAITING);
    ck_assert_int_eq(clinic.level, LEVEL_TLS);
    ck_assert_int_eq(clinic.next_at_ms, END);
    ck_assert_int_eq(clinic.deadline_ms, END + MS_DAY);
    ck_assert_uint_eq(due(), 3);
    replay_agrees();
}
END_TEST

START_TEST(nobody_who_is_not_named_is_told_before_the_end)
{
    struct advisory row = submitted("embargo = \"2027-01-25T08:00:00Z\";\n", END);
    world_release(&w, &row);
    ck_assert_uint_eq(due(), 0);
    clock_init_stopped(&w.app.clock, END - 1);
    ck_assert_uint_eq(due(), 0);
    clock_init_stopped(&w.app.clock, END);
    ck_assert_uint_eq(due(), 4);
}
END_TEST

START_TEST(release_now_lets_all_out_that_waits_and_is_in_the_log)
{
    const struct advisory row = planned();
    clock_init_stopped(&w.app.clock, WORLD_NOW + MS_DAY);
    released("released at");
    const struct notice clinic = notice_of(&row, "clinic");
    ck_assert_int_eq(clinic.next_at_ms, WORLD_NOW + MS_DAY);
    ck_assert_int_eq(clinic.deadline_ms, WORLD_NOW + 2 * MS_DAY);
    ck_assert_int_eq(now_of(&row).embargo_ms, WORLD_NOW + MS_DAY);
    const int64_t span = w.app.settings->release.answer_within_ms;
    ck_assert_int_eq(now_of(&row).answer_by_ms, WORLD_NOW + MS_DAY + span);
    ck_assert_int_eq(clinic.answer_by_ms, WORLD_NOW + MS_DAY + span);
    ck_assert_int_eq(notice_of(&row, "keyed").answer_by_ms, END + span);
    ck_assert_int_eq(notice_of(&row, "keyed").deadline_ms, WORLD_NOW + MS_DAY);
    ck_assert_uint_eq(due(), 4);
    ck_assert_uint_eq(world_entries(&w, "embargo.released", row.uid), 1);
    replay_agrees();
}
END_TEST

START_TEST(a_date_that_the_order_names_stands_when_the_end_is_sooner)
{
    const int64_t named = END + 3 * MS_DAY; /* 2027-01-28T08:00:00Z */
    struct advisory row = submitted(ORDER "answer_by = \"2027-01-28T08:00:00Z\";\n", END);
    world_release(&w, &row);
    released("released at");
    ck_assert_int_eq(now_of(&row).answer_by_ms, named);
    ck_assert_int_eq(notice_of(&row, "clinic").answer_by_ms, named);
    replay_agrees();
}
END_TEST

/* Whoever does not know whether the first time was done does it again. */
START_TEST(a_second_release_changes_nothing)
{
    const struct advisory row = planned();
    released("released at");
    clock_init_stopped(&w.app.clock, WORLD_NOW + MS_HOUR);
    released("was released before");
    ck_assert_int_eq(notice_of(&row, "clinic").next_at_ms, WORLD_NOW);
    ck_assert_uint_eq(world_entries(&w, "embargo.released", row.uid), 1);
    replay_agrees();
}
END_TEST

START_TEST(a_release_in_the_middle_of_planning_holds_for_the_rest_of_the_list)
{
    struct advisory row = submitted(ORDER, END);
    bool more = true;
    world_approve(&w, &row);
    must(planner_step(&w.app, &more, &err)); /* the list is fixed, nobody is in the queue */
    ck_assert_int_eq(now_of(&row).state, ADVISORY_PLANNING);
    released("released at");
    while (more)
        must(planner_step(&w.app, &more, &err));
    ck_assert_int_eq(now_of(&row).state, ADVISORY_RELEASED);
    ck_assert_uint_eq(due(), 4);
    replay_agrees();
}
END_TEST

/* One made for a label that ended with the embargo gets the text when it is over, and once. */
START_TEST(who_had_to_wait_gets_the_text_at_the_end)
{
    const struct advisory row = planned();
    bool did = false;
    must(embargo_act(&w.app, &did, &err));
    ck_assert(!did);
    clock_init_stopped(&w.app.clock, END + 1);
    must(embargo_act(&w.app, &did, &err));
    ck_assert(did);
    struct notice *list = NULL;
    size_t count = 0;
    const struct notice_filter filter = {.advisory_id = row.id, .party = "bare"};
    must(notice_list(&list, &count, w.arena, w.app.store, &filter, &err));
    ck_assert_uint_eq(count, 2);
    ck_assert_int_eq(list[1].kind, NOTICE_IMMEDIATE);
    ck_assert_int_eq(list[1].level, LEVEL_TLS);
    did = false;
    must(embargo_act(&w.app, &did, &err));
    ck_assert(!did);
    replay_agrees();
}
END_TEST

/* A person must not tell by phone what no mail may; who is told early hears that it is early. */
START_TEST(a_call_about_what_is_under_embargo_says_so_first)
{
    struct advisory row = submitted_as(TLP_AMBER, ORDER, END);
    struct task *list = NULL;
    size_t count = 0;
    size_t later = 0;
    size_t early = 0;
    world_release(&w, &row);
    must(task_list(&list, &count, w.arena, w.app.store, false, 0, &err));
    for (size_t i = 0; i < count; i++) {
        struct task_item *items = NULL;
        size_t item_count = 0;
        must(task_item_list(&items, &item_count, w.arena, w.app.store, list[i].id, &err));
        for (size_t k = 0; k < item_count; k++) {
            const bool clinic = text_equal(items[k].about, "clinic");
            const char *first = clinic ? "EMBARGO: do not call" : "PRE-NOTICE: say that";
            ck_assert_msg(text_starts(list[i].title, first), "%s: %s", items[k].about,
                          list[i].title);
            ck_assert(text_starts(list[i].todo, first));
            later += clinic;
            early += !clinic;
        }
    }
    ck_assert_uint_eq(later, 1);
    ck_assert_uint_eq(early, 2);
}
END_TEST

/* Nothing forbids what is over, whoever ended it, and nobody has longer than all others. */
START_TEST(a_task_does_not_forbid_what_the_embargo_forbade)
{
    struct advisory row = submitted_as(TLP_AMBER, ORDER, END);
    struct task *list = NULL;
    size_t before = 0;
    size_t count = 0;
    bool did = false;
    world_release(&w, &row);
    must(task_list(&list, &before, w.arena, w.app.store, false, 0, &err));
    clock_init_stopped(&w.app.clock, _i == 0 ? WORLD_NOW + MS_HOUR : END);
    if (_i == 0)
        released("released at");
    else
        must(embargo_act(&w.app, &did, &err));
    must(task_list(&list, &count, w.arena, w.app.store, false, 0, &err));
    ck_assert_uint_eq(count, before);
    for (size_t i = 0; i < count; i++) {
        ck_assert_msg(text_starts(list[i].title, "Tell the text of"), "%s", list[i].title);
        ck_assert_msg(text_starts(list[i].todo, "They got"), "%s", list[i].todo);
        ck_assert_int_le(list[i].deadline_ms, now_of(&row).deadline_ms);
    }
    replay_agrees();
}
END_TEST

static void is_refused(const char *by, const char *reason, enum status status, const char *words)
{
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    ck_assert_int_eq(release("EXM-2026-0007", by, reason, &out), status);
    ck_assert_msg(strstr(err.text, words) != NULL, "%s", err.text);
    ck_assert_uint_eq(world_entries(&w, "embargo.released", NULL), 0);
    str_dispose(&out);
}

START_TEST(what_must_not_be_released_is_refused_with_its_cause)
{
    is_refused("weber", "leak", ERR_NOT_FOUND, "not in the register");
    struct advisory row = submitted(ORDER, END);
    is_refused("weber", "leak", ERR_REFUSED, "is not approved");
    world_release(&w, &row);
    is_refused("weber", "", ERR_INVALID, "--reason");
    is_refused("nobody", "leak", ERR_INVALID, "not a person");
    w.app.settings->release.roles = 1U << ROLE_QUALITY;
    is_refused("weber", "leak", ERR_REFUSED, "holds no role that releases");
    w.app.settings->release.roles = 1U << ROLE_REGULATORY;
    clock_init_stopped(&w.app.clock, END);
    is_refused("weber", "leak", ERR_REFUSED, "ended by itself at 2027-01-25T08:00:00Z");
}
END_TEST

START_TEST(without_an_embargo_there_is_nothing_to_release)
{
    struct advisory row = submitted("tlp = \"CLEAR\";\n", 0);
    world_release(&w, &row);
    is_refused("weber", "leak", ERR_REFUSED, "has no embargo");
}
END_TEST

/* Every label and kind of party, before and after the end: never weaker, and raised for the named.
 */
START_TEST(the_label_in_force_is_never_below_that_of_the_order)
{
    struct dossier d = {.row = {.embargo_ms = END},
                        .order = {.embargo_ms = END, .prenotice = 1U << 0}};
    for (int tlp = 0; tlp < TLP_COUNT; tlp++)
        for (int kind = 0; kind < PARTY_KIND_COUNT; kind++)
            for (int over = 0; over < 2; over++) {
                const int64_t now = over ? END : END - 1;
                const bool named = kind == PARTY_REGULATOR && !over;
                d.row.tlp = (enum tlp)tlp;
                const enum tlp label = embargo_label(&d, (enum party_kind)kind, now);
                const int wanted = named && tlp < TLP_AMBER_STRICT ? TLP_AMBER_STRICT : tlp;
                ck_assert_int_eq(label, wanted);
                ck_assert_int_eq(embargo_is_early(&d, (enum party_kind)kind, now), named);
                ck_assert_int_eq(embargo_shown(&d, (enum party_kind)kind, now), named ? END : 0);
            }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.embargo");
    TCase *tc = tcase_create("embargo");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, a_pre_notice_goes_at_once_and_sealed_or_says_nothing);
    tcase_add_test(tc, nobody_who_is_not_named_is_told_before_the_end);
    tcase_add_test(tc, release_now_lets_all_out_that_waits_and_is_in_the_log);
    tcase_add_test(tc, a_date_that_the_order_names_stands_when_the_end_is_sooner);
    tcase_add_test(tc, a_second_release_changes_nothing);
    tcase_add_test(tc, a_release_in_the_middle_of_planning_holds_for_the_rest_of_the_list);
    tcase_add_test(tc, who_had_to_wait_gets_the_text_at_the_end);
    tcase_add_test(tc, a_call_about_what_is_under_embargo_says_so_first);
    tcase_add_loop_test(tc, a_task_does_not_forbid_what_the_embargo_forbade, 0, 2);
    tcase_add_test(tc, what_must_not_be_released_is_refused_with_its_cause);
    tcase_add_test(tc, without_an_embargo_there_is_nothing_to_release);
    tcase_add_test(tc, the_label_in_force_is_never_below_that_of_the_order);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
