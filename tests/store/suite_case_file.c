/* Cases: their rows, what is in force of facts and decisions, their threads and registers. */
#include "tests/store/suite.h"

#include "store/erase.h"

#include <string.h>

static void same(const struct case_file *a, const struct case_file *b)
{
    const char *const texts[][2] = {
        {a->uid, b->uid},
        {a->number, b->number},
        {a->owner, b->owner},
        {a->title, b->title},
        {a->reporter, b->reporter},
        {a->reporter_mail, b->reporter_mail},
        {a->disclosure_by, b->disclosure_by},
        {a->disclosure_reason, b->disclosure_reason},
        {a->outcome, b->outcome},
        {a->closed_by, b->closed_by},
    };
    const int64_t numbers[][2] = {
        {a->id, b->id},
        {a->year, b->year},
        {a->seq, b->seq},
        {(int64_t)a->source, (int64_t)b->source},
        {(int64_t)a->state, (int64_t)b->state},
        {a->sided, b->sided},
        {(int64_t)a->back, (int64_t)b->back},
        {a->decided, b->decided},
        {a->disclosed, b->disclosed},
        {a->disclosure_ms, b->disclosure_ms},
        {a->opened_ms, b->opened_ms},
        {a->state_ms, b->state_ms},
        {a->acknowledged_ms, b->acknowledged_ms},
        {a->triaged_ms, b->triaged_ms},
        {a->told_ms, b->told_ms},
        {a->reopened_ms, b->reopened_ms},
        {a->closed_ms, b->closed_ms},
    };
    for (size_t i = 0; i < count_of(texts); i++)
        ck_assert_msg((texts[i][0] == NULL && texts[i][1] == NULL) ||
                          text_equal(texts[i][0], texts[i][1]),
                      "text %zu", i);
    for (size_t i = 0; i < count_of(numbers); i++)
        ck_assert_msg(numbers[i][0] == numbers[i][1], "number %zu", i);
}

START_TEST(a_case_comes_back_as_it_was_written)
{
    struct case_file got;
    struct case_file row = make_case(1);
    ok(case_get(&got, arena, store, row.id, &err));
    same(&got, &row);
    row.state = CASE_WAITING_REPORTER;
    row.sided = true;
    row.back = CASE_TRIAGED;
    row.owner = "weber";
    row.title = "a title";
    row.reporter = "Ann";
    row.reporter_mail = "ann@h.example";
    row.decided = true;
    row.disclosure_by = "meyer";
    row.disclosure_reason = "no risk";
    row.disclosure_ms = 4;
    row.outcome = "fixed";
    row.closed_by = "meyer";
    row.state_ms = 5;
    row.acknowledged_ms = 6;
    row.triaged_ms = 7;
    row.told_ms = 8;
    row.reopened_ms = 9;
    row.closed_ms = 10;
    ok(case_save(store, &row, CASE_RECEIVED, &err));
    ok(case_find(&got, arena, store, row.number, &err));
    same(&got, &row);
    row.disclosed = true;
    row.sided = false;
    row.back = (enum case_state)0;
    row.state = CASE_TRIAGED;
    ok(case_save(store, &row, CASE_WAITING_REPORTER, &err));
    ok(case_find(&got, arena, store, row.uid, &err));
    same(&got, &row);
    says(ERR_STALE, case_save(store, &row, CASE_WAITING_REPORTER, &err));
    says(ERR_NOT_FOUND, case_find(&got, arena, store, "C-26-9", &err));
    says(ERR_NOT_FOUND, case_get(&got, arena, store, 99, &err));
}
END_TEST

START_TEST(numbers_of_a_year_have_no_gap_and_no_double)
{
    int64_t seq = 0;
    ok(case_next_seq(&seq, store, 2026, &err));
    ck_assert_int_eq(seq, 1);
    struct case_file row = make_case(1);
    (void)make_case(2);
    ok(case_next_seq(&seq, store, 2026, &err));
    ck_assert_int_eq(seq, 3);
    ok(case_next_seq(&seq, store, 2027, &err));
    ck_assert_int_eq(seq, 1);
    row.uid = "another";
    row.number = "another";
    ck_assert_int_eq(case_add(&row, store, &err), ERR_EXISTS);
}
END_TEST

START_TEST(cases_are_listed_in_pages_and_counted_by_source)
{
    struct case_file *list = NULL;
    struct case_count count;
    size_t rows = 0;
    struct case_file first = make_case(1);
    (void)make_case(2);
    (void)make_case(3);
    first.state = CASE_CLOSED;
    first.closed_ms = 50;
    ok(case_save(store, &first, CASE_RECEIVED, &err));
    ok(case_list(&list, &rows, arena, store, false, 0, 2, &err));
    ck_assert_uint_eq(rows, 2);
    ck_assert_int_eq(list[0].id, first.id);
    ok(case_list(&list, &rows, arena, store, false, list[1].id, 2, &err));
    ck_assert_uint_eq(rows, 1);
    ok(case_list(&list, &rows, arena, store, true, 0, 9, &err));
    ck_assert_uint_eq(rows, 2);
    ck_assert_int_eq(list[0].seq, 2);
    ok(case_count(&count, store, SOURCE_RESEARCHER, &err));
    ck_assert_int_eq(count.all, 3);
    ck_assert_int_eq(count.open, 2);
    ck_assert_int_eq(count.last_ms, 103);
    ok(case_count(&count, store, SOURCE_FEED, &err));
    ck_assert(count.all == 0 && count.open == 0 && count.last_ms == 0);
}
END_TEST

START_TEST(a_newer_fact_takes_the_place_of_an_older_one_which_stays)
{
    struct case_fact *list = NULL;
    size_t count = 0;
    const struct case_file c = make_case(1);
    struct case_fact old = make_fact(c.id, "aware_manager", 1);
    struct case_fact other = make_fact(c.id, "aware_manager", 2);
    struct case_fact bad = make_fact(c.id, "authority_request", 2);
    struct case_fact next = make_fact(c.id, "aware_manager", 3);
    other.jurisdiction = "CA";
    other.zone = "America/Toronto";
    ok(case_fact_add(&old, store, &err));
    other.from_fact = old.id;
    ok(case_fact_add(&other, store, &err));
    bad.supersedes = old.id; /* of another kind */
    says(ERR_STALE, case_fact_add(&bad, store, &err));
    bad = make_fact(c.id, "aware_manager", 2);
    bad.supersedes = other.id; /* of another place */
    says(ERR_STALE, case_fact_add(&bad, store, &err));
    bad.supersedes = old.id;
    bad.case_id = make_case(2).id; /* of another case */
    says(ERR_STALE, case_fact_add(&bad, store, &err));
    next.supersedes = old.id;
    ok(case_fact_add(&next, store, &err));
    ok(case_fact_list(&list, &count, arena, store, c.id, &err));
    ck_assert_uint_eq(count, 3);
    ck_assert(!list[0].in_force && list[1].in_force && list[2].in_force);
    ck_assert_str_eq(list[0].said, "2026-11-27T10:00-05:00");
    ck_assert_str_eq(list[0].person, "a nurse");
    ck_assert_int_eq(list[0].class, CLASS_EMPLOYEE);
    ck_assert_str_eq(list[0].source, "mail");
    ck_assert_str_eq(list[0].entered_by, "meyer");
    ck_assert_int_eq(list[0].entered_ms, 9);
    ck_assert_ptr_null(list[0].jurisdiction);
    ck_assert_str_eq(list[1].jurisdiction, "CA");
    ck_assert_str_eq(list[1].zone, "America/Toronto");
    ck_assert_int_eq(list[1].from_fact, old.id);
    ck_assert_int_eq(list[2].supersedes, old.id);
    bad = next;
    bad.supersedes = old.id; /* is in force no longer */
    says(ERR_STALE, case_fact_add(&bad, store, &err));
}
END_TEST

START_TEST(of_a_kind_one_fact_is_chosen)
{
    struct case_fact got;
    const struct case_file c = make_case(1);
    struct case_fact a = make_fact(c.id, "aware_manager", 1);
    struct case_fact b = make_fact(c.id, "aware_manager", 2);
    struct case_fact elsewhere = make_fact(c.id, "aware_manager", 2);
    elsewhere.jurisdiction = "CA";
    ok(case_fact_add(&a, store, &err));
    ok(case_fact_add(&b, store, &err));
    ok(case_fact_add(&elsewhere, store, &err));
    a.chosen_by = b.chosen_by = elsewhere.chosen_by = "meyer";
    a.chosen_reason = b.chosen_reason = "the mail proves it";
    a.chosen_ms = b.chosen_ms = 7;
    ok(case_fact_choose(store, &a, &err));
    ok(case_fact_choose(store, &elsewhere, &err));
    ok(case_fact_choose(store, &b, &err));
    ok(case_fact_choose(store, &b, &err)); /* again, with another reason */
    ok(case_fact_get(&got, arena, store, a.id, &err));
    ck_assert(!got.chosen && got.in_force);
    ck_assert_str_eq(got.chosen_by, "meyer"); /* that it was once is not forgotten */
    ok(case_fact_get(&got, arena, store, b.id, &err));
    ck_assert(got.chosen);
    ck_assert_str_eq(got.chosen_reason, "the mail proves it");
    ck_assert_int_eq(got.chosen_ms, 7);
    ok(case_fact_get(&got, arena, store, elsewhere.id, &err));
    ck_assert(got.chosen);
    struct case_fact next = make_fact(c.id, "aware_manager", 3);
    next.supersedes = b.id;
    ok(case_fact_add(&next, store, &err));
    ok(case_fact_get(&got, arena, store, b.id, &err));
    ck_assert(!got.chosen);
    says(ERR_STALE, case_fact_choose(store, &b, &err));
    says(ERR_NOT_FOUND, case_fact_get(&got, arena, store, 99, &err));
}
END_TEST

START_TEST(one_decision_is_in_force_and_the_others_stay)
{
    struct case_decision *list = NULL;
    struct case_decision got;
    size_t count = 0;
    const struct case_file c = make_case(1);
    struct case_decision a = make_decision(c.id, "DE", REPORTABLE);
    struct case_decision b = make_decision(c.id, "DE", NOT_REPORTABLE);
    struct case_decision ca = make_decision(c.id, "CA", NOT_APPLICABLE);
    ok(case_decision_add(&a, store, &err));
    b.entered_by = "weber";
    b.proof = blob_of("a letter");
    ok(case_decision_add(&b, store, &err));
    ok(case_decision_add(&ca, store, &err));
    ck_assert_int_eq(a.supersedes, 0);
    ck_assert_int_eq(b.supersedes, a.id);
    ck_assert_int_eq(ca.supersedes, 0);
    ok(case_decision_get(&got, arena, store, c.id, "DE", &err));
    ck_assert_int_eq(got.id, b.id);
    ck_assert_int_eq(got.verdict, NOT_REPORTABLE);
    ck_assert_str_eq(got.proof, b.proof);
    ck_assert_str_eq(got.reason, "because");
    says(ERR_STALE, case_decision_countersign(store, a.id, 8, &err));  /* not in force */
    says(ERR_STALE, case_decision_countersign(store, ca.id, 8, &err)); /* made by herself */
    ok(case_decision_countersign(store, b.id, 8, &err));
    says(ERR_STALE, case_decision_countersign(store, b.id, 9, &err));
    ok(case_decision_list(&list, &count, arena, store, c.id, &err));
    ck_assert_uint_eq(count, 3);
    ck_assert(!list[0].in_force && list[1].in_force && list[2].in_force);
    ck_assert_int_eq(list[1].countersigned_ms, 8);
    says(ERR_NOT_FOUND, case_decision_get(&got, arena, store, c.id, "AU", &err));
}
END_TEST

START_TEST(a_case_is_found_by_what_it_is_linked_to_and_by_its_mails)
{
    struct case_link *links = NULL;
    struct case_message *mails = NULL;
    struct case_event *events = NULL;
    size_t count = 0;
    int64_t id = 0;
    const struct case_file c = make_case(1);
    const struct case_file d = make_case(2);
    struct case_link link = {
        .case_id = c.id, .kind = LINK_ADVISORY, .ref = "EXM-1", .person = "weber", .at_ms = 3};
    struct case_link again = link;
    struct case_message mail = {.case_id = c.id,
                                .way = WAY_IN,
                                .sha256 = blob_of("a mail"),
                                .message_id = "one@h.example",
                                .address = "ann@h.example",
                                .at_ms = 4};
    struct case_event event = {.case_id = c.id, .what = "told", .said = "mail", .at_ms = 5};
    ok(case_link_add(&link, store, &err));
    ck_assert_int_eq(case_link_add(&again, store, &err), ERR_EXISTS);
    link.case_id = d.id;
    ok(case_link_add(&link, store, &err));
    ok(case_link_find(&links, &count, arena, store, LINK_ADVISORY, "EXM-1", &err));
    ck_assert_uint_eq(count, 2);
    ck_assert_int_eq(links[1].case_id, d.id);
    ok(case_link_find(&links, &count, arena, store, LINK_CAPA, "EXM-1", &err));
    ck_assert_uint_eq(count, 0);
    ok(case_link_list(&links, &count, arena, store, c.id, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(links[0].person, "weber");
    ok(case_message_add(&mail, store, &err));
    ok(case_message_find(&id, store, "one@h.example", &err));
    ck_assert_int_eq(id, c.id);
    struct case_message repeated = mail;
    repeated.case_id = d.id;
    ok(case_message_add(&repeated, store, &err));
    ok(case_message_find(&id, store, "one@h.example", &err));
    ck_assert_int_eq(id, c.id); /* the first */
    says(ERR_NOT_FOUND, case_message_find(&id, store, "two@h.example", &err));
    ok(case_message_list(&mails, &count, arena, store, c.id, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_int_eq(mails[0].way, WAY_IN);
    ck_assert_str_eq(mails[0].address, "ann@h.example");
    ok(case_event_add(&event, store, &err));
    ok(case_event_list(&events, &count, arena, store, c.id, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(events[0].said, "mail");
}
END_TEST

START_TEST(the_last_review_of_a_source_is_known)
{
    struct source_review got;
    struct source_review *list = NULL;
    size_t count = 0;
    struct source_review a = {.source = SOURCE_FEED, .person = "weber", .at_ms = 1};
    struct source_review b = {.source = SOURCE_FEED, .person = "meyer", .note = "nil", .at_ms = 2};
    says(ERR_NOT_FOUND, source_review_last(&got, arena, store, SOURCE_FEED, &err));
    ok(source_review_add(&a, store, &err));
    ok(source_review_add(&b, store, &err));
    ok(source_review_last(&got, arena, store, SOURCE_FEED, &err));
    ck_assert_str_eq(got.person, "meyer");
    ck_assert_str_eq(got.note, "nil");
    ck_assert_int_eq(got.at_ms, 2);
    says(ERR_NOT_FOUND, source_review_last(&got, arena, store, SOURCE_USER, &err));
    ok(source_review_list(&list, &count, arena, store, &err));
    ck_assert_uint_eq(count, 2);
    ck_assert_str_eq(list[0].person, "weber");
    ck_assert_int_eq(list[1].source, SOURCE_FEED);
}
END_TEST

START_TEST(a_reporter_is_erased_once_the_case_is_closed)
{
    struct case_file got;
    struct case_fact fact;
    struct case_message *mails = NULL;
    size_t count = 0;
    struct erase e = {.store = store, .arena = arena};
    struct case_file c = make_case(1);
    struct case_fact f = make_fact(c.id, "aware_manager", 1);
    struct case_message m = {.case_id = c.id,
                             .sha256 = blob_of("Ann Ohnesorg writes"),
                             .message_id = "ohnesorg@h.example",
                             .address = "Ann Ohnesorg <ann@h.example>"};
    f.person = "Ann Ohnesorg";
    c.reporter = "Ann Ohnesorg";
    c.title = "Report of Ohnesorg";
    ok(case_save(store, &c, CASE_RECEIVED, &err));
    ok(case_fact_add(&f, store, &err));
    ok(case_message_add(&m, store, &err));
    says(ERR_REFUSED, erase_words(&e, "ohnesorg", &err));
    c.closed_ms = 5;
    ok(case_save(store, &c, CASE_RECEIVED, &err));
    ok(erase_words(&e, "ohnesorg", &err));
    ok(case_get(&got, arena, store, c.id, &err));
    ck_assert_str_eq(got.reporter, ERASED_MARK);
    ck_assert_str_eq(got.title, ERASED_MARK);
    ok(case_fact_get(&fact, arena, store, f.id, &err));
    ck_assert_str_eq(fact.person, ERASED_MARK);
    ok(case_message_list(&mails, &count, arena, store, c.id, &err));
    ck_assert_str_eq(mails[0].address, ERASED_MARK);
    ck_assert_ptr_null(strstr(mails[0].message_id, "ohnesorg"));
    ck_assert_int_eq(e.rows, 5);
}
END_TEST

TCase *suite_case_file(void)
{
    TCase *tc = suite_case("case");
    tcase_add_test(tc, a_case_comes_back_as_it_was_written);
    tcase_add_test(tc, numbers_of_a_year_have_no_gap_and_no_double);
    tcase_add_test(tc, cases_are_listed_in_pages_and_counted_by_source);
    tcase_add_test(tc, a_newer_fact_takes_the_place_of_an_older_one_which_stays);
    tcase_add_test(tc, of_a_kind_one_fact_is_chosen);
    tcase_add_test(tc, one_decision_is_in_force_and_the_others_stay);
    tcase_add_test(tc, a_case_is_found_by_what_it_is_linked_to_and_by_its_mails);
    tcase_add_test(tc, the_last_review_of_a_source_is_known);
    tcase_add_test(tc, a_reporter_is_erased_once_the_case_is_closed);
    return tc;
}
