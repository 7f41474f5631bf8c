/* Duties: one for each rule and place of a case, in the order in which they press, none met by mere
 * words. */
#include "tests/store/suite.h"

static struct duty_row make_duty(int64_t case_id, const char *rule, const char *country,
                                 int64_t safe_ms)
{
    struct duty_row row = {.case_id = case_id,
                           .rule = rule,
                           .version = 2,
                           .rule_sha256 = "ab",
                           .jurisdiction = "EU",
                           .country = country,
                           .state = safe_ms > 0 ? DUTY_RUNNING : DUTY_WAITING,
                           .deliverable = "form",
                           .owner = "meyer",
                           .trigger = "2026-11-27",
                           .cascade = "US-806",
                           .due_safe = "2026-12-08",
                           .due_legal = "2026-12-09",
                           .safe_ms = safe_ms,
                           .legal_ms = safe_ms > 0 ? safe_ms + 10 : 0,
                           .start_ms = 5,
                           .derivation = "one\ntwo",
                           .rung = 1,
                           .next_ms = safe_ms,
                           .created_ms = 7,
                           .changed_ms = 8};
    ok(duty_add(&row, store, &err));
    return row;
}

START_TEST(a_duty_comes_back_as_it_was_written)
{
    struct duty_row *list = NULL;
    size_t count = 0;
    const int64_t id = make_case(1).id;
    struct duty_row row = make_duty(id, "EU-87-15", "DE", 100);
    row.state = DUTY_MET;
    row.met_ms = 90;
    row.met_by = "weber";
    row.number = "DE-1";
    row.proof = blob_of("receipt");
    row.reason = "the portal was down";
    row.rung = 3;
    row.next_ms = 0;
    row.changed_ms = 91;
    ok(duty_save(store, &row, DUTY_RUNNING, &err));
    ok(duty_list(&list, &count, arena, store, id, &err));
    ck_assert_uint_eq(count, 1);
    const char *const texts[][2] = {{list[0].rule, row.rule},
                                    {list[0].rule_sha256, row.rule_sha256},
                                    {list[0].country, row.country},
                                    {list[0].jurisdiction, row.jurisdiction},
                                    {list[0].owner, row.owner},
                                    {list[0].deliverable, row.deliverable},
                                    {list[0].trigger, row.trigger},
                                    {list[0].cascade, row.cascade},
                                    {list[0].due_safe, row.due_safe},
                                    {list[0].due_legal, row.due_legal},
                                    {list[0].met_by, row.met_by},
                                    {list[0].number, row.number},
                                    {list[0].proof, row.proof},
                                    {list[0].reason, row.reason},
                                    {list[0].derivation, row.derivation}};
    for (size_t i = 0; i < count_of(texts); i++)
        ck_assert_str_eq(texts[i][0], texts[i][1]);
    const int64_t numbers[][2] = {{list[0].id, row.id},
                                  {list[0].version, row.version},
                                  {list[0].state, row.state},
                                  {list[0].safe_ms, row.safe_ms},
                                  {list[0].legal_ms, row.legal_ms},
                                  {list[0].start_ms, row.start_ms},
                                  {list[0].rung, row.rung},
                                  {list[0].next_ms, row.next_ms},
                                  {list[0].met_ms, row.met_ms},
                                  {list[0].created_ms, row.created_ms},
                                  {list[0].changed_ms, row.changed_ms}};
    for (size_t i = 0; i < count_of(numbers); i++)
        ck_assert_int_eq(numbers[i][0], numbers[i][1]);
    says(ERR_STALE, duty_save(store, &row, DUTY_RUNNING, &err));
}
END_TEST

START_TEST(nothing_is_met_without_proof)
{
    int64_t bare = -1;
    const int64_t id = make_case(1).id;
    struct duty_row row = make_duty(id, "EU-87-15", NULL, 100);
    row.state = DUTY_MET;
    says(ERR_INVALID, duty_save(store, &row, DUTY_RUNNING, &err));
    row = make_duty(id, "EU-89-FSN", NULL, 100);
    row.state = DUTY_MET;
    row.informs = true;
    says(ERR_INVALID, duty_save(store, &row, DUTY_RUNNING, &err));
    row.proof = blob_of("a list of notices");
    ok(duty_save(store, &row, DUTY_RUNNING, &err));
    ok(duty_without_proof(&bare, store, &err));
    ck_assert_int_eq(bare, 0);
    ok(store_check(store, &err));
    suite_without_foreign_keys("UPDATE duty SET proof = NULL WHERE rule = 'EU-89-FSN'");
    ok(duty_without_proof(&bare, store, &err));
    ck_assert_int_eq(bare, 1);
    says(ERR_CORRUPT, store_check(store, &err));
}
END_TEST

START_TEST(a_rule_is_one_duty_of_a_case_in_one_place)
{
    const int64_t id = make_case(1).id;
    struct duty_row again = make_duty(id, "EU-87-15", NULL, 100);
    (void)make_duty(id, "EU-87-15", "DE", 100);
    (void)make_duty(make_case(2).id, "EU-87-15", NULL, 100);
    says(ERR_EXISTS, duty_add(&again, store, &err));
}
END_TEST

START_TEST(what_is_open_is_on_the_board_and_what_is_over_is_not)
{
    struct duty_open *list = NULL;
    size_t count = 0;
    const struct case_file row = make_case(1);
    struct duty_row over = make_duty(row.id, "X", NULL, 1);
    (void)make_duty(row.id, "W", "DE", 0);
    (void)make_duty(row.id, "A", NULL, 300);
    over.state = DUTY_WAIVED;
    ok(duty_save(store, &over, DUTY_RUNNING, &err));
    ok(duty_open_list(&list, &count, arena, store, &err));
    ck_assert_uint_eq(count, 2);
    const struct duty_open *w = text_equal(list[0].rule, "W") ? &list[0] : &list[1];
    const struct duty_open *a = w == &list[0] ? &list[1] : &list[0];
    ck_assert_str_eq(w->rule, "W");
    ck_assert_str_eq(w->place, "DE");
    ck_assert_str_eq(w->number, row.number);
    ck_assert_int_eq(w->state, DUTY_WAITING);
    ck_assert_str_eq(a->rule, "A");
    ck_assert_str_eq(a->place, "EU"); /* no country was said */
    ck_assert_int_eq(a->safe_ms, 300);
}
END_TEST

START_TEST(a_duty_to_inform_says_what_its_notices_wait_for)
{
    static const char *const countries[] = {"DE"};
    struct duty_open *list = NULL;
    size_t count = 0;
    const int64_t id = make_case(1).id;
    struct case_link link = {.case_id = id, .kind = LINK_ADVISORY, .ref = "EXM-1", .person = "p"};
    struct hold_row hold = {.case_id = id,
                            .rule = "EU-89-FSN",
                            .jurisdiction = "EU",
                            .kind = "await_comment",
                            .why = "rule",
                            .since_ms = 1};
    struct duty_row duty = make_duty(id, "EU-89-FSN", NULL, 300);
    ok(duty_open_list(&list, &count, arena, store, &err));
    ck_assert(!list[0].told && list[0].hold == NULL);
    ok(case_link_add(&link, store, &err));
    ok(hold_add(&hold, countries, 1, store, &err));
    ok(duty_open_list(&list, &count, arena, store, &err));
    ck_assert(!list[0].told && list[0].hold == NULL); /* it reports: no notice meets it */
    duty.informs = true;
    ok(duty_save(store, &duty, DUTY_RUNNING, &err));
    ok(duty_open_list(&list, &count, arena, store, &err));
    ck_assert(list[0].told);
    ck_assert_str_eq(list[0].hold, "EU-89-FSN");
    hold.state = HOLD_ENDED;
    hold.how = "window";
    hold.ended_ms = 2;
    ok(hold_save(store, &hold, HOLD_STANDING, &err));
    ok(duty_open_list(&list, &count, arena, store, &err));
    ck_assert_ptr_null(list[0].hold);
}
END_TEST

START_TEST(what_is_reached_comes_by_legal_weight)
{
    struct duty_row *list = NULL;
    size_t count = 0;
    const int64_t id = make_case(1).id;
    struct duty_row late = make_duty(id, "LATER-BY-LAW", NULL, 100);
    (void)make_duty(id, "EARLIER-BY-LAW", NULL, 200);
    (void)make_duty(id, "NOT-YET", NULL, 900);
    late.legal_ms = 800;
    ok(duty_save(store, &late, DUTY_RUNNING, &err));
    ok(duty_due(&list, &count, arena, store, 500, 0, 10, &err));
    ck_assert_uint_eq(count, 2);
    ck_assert_str_eq(list[0].rule, "EARLIER-BY-LAW");
    ck_assert_str_eq(list[1].rule, "LATER-BY-LAW");
    ok(duty_due(&list, &count, arena, store, 500, 1, 10, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(list[0].rule, "LATER-BY-LAW");
}
END_TEST

/* Of whom is it not sure, before and after the watch for bounces? */
static const struct {
    enum notice_state state;
    enum level level;
    bool untold_now;
    bool untold_watched;
    const char *by; /* who took down an answer; NULL: none, or a mail */
} untold[] = {
    {STATE_READY, LEVEL_TLS, true, true, NULL},
    {STATE_ACCEPTED, LEVEL_TLS, false, true, NULL},
    {STATE_PASSED, LEVEL_TLS, false, false, NULL},
    {STATE_ACCEPTED, LEVEL_WAITING, true, true, NULL},
    {STATE_PASSED, LEVEL_WAITING, true, true, NULL},
    {STATE_ANSWERED, LEVEL_WAITING, true, true, NULL},
    {STATE_ANSWERED, LEVEL_WAITING, false, false, "weber"},
    {STATE_ACCEPTED, LEVEL_SEALED, false, true, NULL},
    {STATE_CANCELLED, LEVEL_TLS, true, true, NULL},
};

START_TEST(a_waiting_notice_tells_nothing_before_a_person_noted_an_answer)
{
    bool is = false;
    const struct advisory a = make_advisory("EXM-2026-0007", "1.0.0");
    const struct lane lane = make_lane(a.id, "DE", PARTY_HDO, "relay");
    struct notice n = make_notice(a.id, lane.id, "berlin");
    n.state = untold[_i].state;
    n.level = untold[_i].level;
    n.accepted_ms = 5;
    struct receipt_row row = {.notice_id = n.id,
                              .grade = GRADE_ANSWERED,
                              .how = "phone",
                              .by = untold[_i].by,
                              .units = -1,
                              .at_ms = 5};
    ok(notice_update(store, &n, STATE_PLANNED, &err));
    if (n.state == STATE_ANSWERED)
        ok(receipt_add(&row, store, &err));
    ok(lane_untold(&is, store, lane.id, false, &err));
    ck_assert_int_eq(is, untold[_i].untold_now);
    ok(lane_untold(&is, store, lane.id, true, &err));
    ck_assert_int_eq(is, untold[_i].untold_watched);
}
END_TEST

TCase *suite_duty(void)
{
    TCase *tc = suite_case("duty");
    tcase_add_test(tc, a_duty_comes_back_as_it_was_written);
    tcase_add_test(tc, nothing_is_met_without_proof);
    tcase_add_test(tc, a_rule_is_one_duty_of_a_case_in_one_place);
    tcase_add_test(tc, what_is_open_is_on_the_board_and_what_is_over_is_not);
    tcase_add_test(tc, a_duty_to_inform_says_what_its_notices_wait_for);
    tcase_add_test(tc, what_is_reached_comes_by_legal_weight);
    tcase_add_loop_test(tc, a_waiting_notice_tells_nothing_before_a_person_noted_an_answer, 0,
                        (int)count_of(untold));
    return tc;
}
