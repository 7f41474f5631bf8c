/* Duties and holds in a replay: what of a row is seen when it changes, and what is not. */
#include "dispatcher/record/book_duty.h"

#include <check.h>
#include <stdlib.h>

static const struct duty_row duty = {.id = 1,
                                     .case_id = 1,
                                     .rule = "AU-10",
                                     .version = 1,
                                     .rule_sha256 = "aa",
                                     .jurisdiction = "AU",
                                     .country = "AU",
                                     .state = DUTY_MET,
                                     .deliverable = "form",
                                     .owner = "meyer",
                                     .trigger = "2026-03-03",
                                     .due_safe = "2026-03-13",
                                     .due_legal = "2026-03-13",
                                     .safe_ms = 10,
                                     .legal_ms = 11,
                                     .start_ms = 2,
                                     .derivation = "lines",
                                     .rung = 1,
                                     .next_ms = 3,
                                     .met_ms = 9,
                                     .met_by = "meyer",
                                     .number = "DIR 1",
                                     .proof = "bb",
                                     .reason = "why",
                                     .created_ms = 1,
                                     .changed_ms = 9};
static const struct hold_row hold = {.id = 1,
                                     .case_id = 1,
                                     .rule = "AU-PRAC",
                                     .version = 1,
                                     .jurisdiction = "AU",
                                     .kind = "await_agreement",
                                     .why = "rule",
                                     .state = HOLD_BYPASSED,
                                     .since_ms = 1,
                                     .until_ms = 5,
                                     .ended_ms = 4,
                                     .how = "person",
                                     .person = "meyer",
                                     .reason = "why",
                                     .proof = "bb"};

static bool same_duty(const struct duty_row *a, const struct duty_row *b)
{
    struct book_duty x;
    struct book_duty y;
    book_duty_row(&x, a);
    book_duty_row(&y, b);
    return book_compare(&x.row, &y.row) == NULL && book_compare(&x.met, &y.met) == NULL &&
           book_compare(&x.why, &y.why) == NULL && x.state == y.state &&
           x.created_ms == y.created_ms && x.changed_ms == y.changed_ms;
}

static bool same_hold(const struct hold_row *a, const struct hold_row *b, const char *places)
{
    struct book_hold x;
    struct book_hold y;
    book_hold_row(&x, a, "AU");
    book_hold_row(&y, b, places);
    return book_compare(&x.row, &y.row) == NULL && book_compare(&x.over, &y.over) == NULL &&
           x.state == y.state && x.since_ms == y.since_ms;
}

#define SEEN(what, column, value)                                                                  \
    do {                                                                                           \
        struct what##_row row = what;                                                              \
        row.column = (value);                                                                      \
        ck_assert_msg(!same_##what##_row(&row), "%s is not seen", #column);                        \
    } while (0)

static bool same_duty_row(const struct duty_row *row)
{
    return same_duty(&duty, row);
}

static bool same_hold_row(const struct hold_row *row)
{
    return same_hold(&hold, row, "AU");
}

START_TEST(each_column_of_a_duty_is_seen)
{
    ck_assert(same_duty_row(&duty));
    SEEN(duty, rule, "AU-120");
    SEEN(duty, version, 2);
    SEEN(duty, rule_sha256, "ab");
    SEEN(duty, jurisdiction, "EU");
    SEEN(duty, country, NULL);
    SEEN(duty, state, DUTY_WAIVED);
    SEEN(duty, deliverable, "call");
    SEEN(duty, informs, true);
    SEEN(duty, owner, "weber");
    SEEN(duty, trigger, NULL);
    SEEN(duty, cascade, "EU-1");
    SEEN(duty, due_safe, "2026-03-14");
    SEEN(duty, due_legal, "2026-03-14");
    SEEN(duty, safe_ms, 12);
    SEEN(duty, legal_ms, 12);
    SEEN(duty, derivation, "other lines");
    SEEN(duty, met_ms, 8);
    SEEN(duty, met_by, "weber");
    SEEN(duty, number, "DIR 2");
    SEEN(duty, proof, NULL);
    SEEN(duty, reason, NULL);
    SEEN(duty, created_ms, 2);
    SEEN(duty, changed_ms, 10);
}
END_TEST

/* Notices met it, late: who said why, and what, came in an entry of its own. */
START_TEST(the_reason_behind_notices_is_seen)
{
    struct duty_row told = duty;
    told.informs = true;
    told.number = NULL;
    struct duty_row other = told;
    ck_assert(same_duty(&told, &other));
    other.reason = "another why";
    ck_assert(!same_duty(&told, &other));
    other = told;
    other.met_by = "weber";
    ck_assert(!same_duty(&told, &other));
    other.met_by = other.reason = NULL;
    ck_assert(!same_duty(&told, &other));
}
END_TEST

START_TEST(a_plan_of_reminders_is_not_compared)
{
    struct duty_row row = duty;
    row.start_ms = row.rung = row.next_ms = 0;
    ck_assert(same_duty_row(&row));
}
END_TEST

START_TEST(each_column_of_a_hold_is_seen)
{
    ck_assert(same_hold_row(&hold));
    SEEN(hold, rule, "CA-64");
    SEEN(hold, version, 2);
    SEEN(hold, jurisdiction, "CA");
    SEEN(hold, kind, "before_action");
    SEEN(hold, why, "undecided");
    SEEN(hold, state, HOLD_ENDED);
    SEEN(hold, since_ms, 2);
    SEEN(hold, until_ms, 0);
    SEEN(hold, ended_ms, 5);
    SEEN(hold, how, "proof");
    SEEN(hold, person, "weber");
    SEEN(hold, reason, "because");
    SEEN(hold, proof, NULL);
    ck_assert_msg(!same_hold(&hold, &hold, "AU NZ"), "a country more is not seen");
}
END_TEST

START_TEST(words_that_were_erased_are_not_compared)
{
    struct book_duty log = {.id = 1, .created_ms = 1};
    struct book_duty store;
    struct duty_row erased = duty;
    erased.reason = NULL;
    book_duty_row(&store, &duty);
    book_duty_over(&log, &erased, false);
    ck_assert_ptr_null(book_compare(&log.met, &store.met));
    erased.met_ms++;
    book_duty_over(&log, &erased, false);
    ck_assert_ptr_nonnull(book_compare(&log.met, &store.met));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.book_duty");
    TCase *tc = tcase_create("columns");
    tcase_add_test(tc, each_column_of_a_duty_is_seen);
    tcase_add_test(tc, the_reason_behind_notices_is_seen);
    tcase_add_test(tc, a_plan_of_reminders_is_not_compared);
    tcase_add_test(tc, each_column_of_a_hold_is_seen);
    tcase_add_test(tc, words_that_were_erased_are_not_compared);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
