/* What contradicts the date of a duty, before anything is sent. */
#include "base/clock.h"
#include "duties/clash.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define NOW INT64_C(1800000000000)
#define DAY(n) (NOW + (n)*MS_DAY)

static const struct {
    int64_t embargo_ms, told_by_ms, safe_ms;
    bool informs, held;
    int64_t until_ms;
    enum clash clash;
    const char *says;
} rows[] = {
    {0, DAY(1), DAY(5), true, false, 0, CLASH_NONE, NULL},
    {0, DAY(9), 0, true, true, 0, CLASH_NONE, NULL}, /* the law sets no time */
    {0, 0, NOW - 1, true, false, 0, CLASH_LATE, "release it now"},
    {0, 0, NOW - 1, false, false, 0, CLASH_LATE, "say why it is late"},
    {0, 0, NOW, true, false, 0, CLASH_NONE, NULL}, /* its last moment is in time */
    {DAY(5) + 1, DAY(6), DAY(5), true, false, 0, CLASH_EMBARGO, "the embargo ends 2027-01-20"},
    {DAY(5), DAY(5), DAY(5), true, false, 0, CLASH_NONE, NULL},
    {NOW, DAY(1), DAY(5), true, false, 0, CLASH_NONE, NULL}, /* over */
    {DAY(6), DAY(7), DAY(5), false, false, 0, CLASH_REPORT, "no embargo stops it"},
    {DAY(4), DAY(7), DAY(5), false, false, 0, CLASH_NONE, NULL},
    {0, DAY(1), DAY(5), true, true, DAY(5) + 1, CLASH_HOLD, "EU-X holds its notices until"},
    {0, DAY(1), DAY(5), true, true, DAY(5), CLASH_NONE, NULL},
    {0, DAY(1), DAY(5), true, true, 0, CLASH_PROOF, "until its proof is handed in"},
    {0, DAY(1), DAY(5), false, true, 0, CLASH_NONE, NULL}, /* what is handed in waits for no hold */
    {0, DAY(6), DAY(5), true, false, 0, CLASH_OWN_DATE, "are to be out by 2027-01-21"},
    {0, DAY(6), DAY(5), false, false, 0, CLASH_NONE, NULL},
    {DAY(6), DAY(7), DAY(5), true, true, 0, CLASH_EMBARGO, "order release"}, /* the first of two */
};

START_TEST(what_ends_behind_a_duty_is_said)
{
    struct arena *arena = arena_new();
    const struct clash_ours ours = {NOW, rows[_i].embargo_ms, rows[_i].told_by_ms};
    const struct clash_duty duty = {"EU-89", "DE", "2027-01-20", rows[_i].safe_ms,
                                    rows[_i].informs};
    const struct clash_hold hold = {"EU-X", rows[_i].until_ms, rows[_i].held};
    const enum clash clash = clash_of(&ours, &duty, &hold);
    ck_assert_str_eq(clash_word(clash), clash_word(rows[_i].clash));
    if (clash != CLASH_NONE) {
        const char *words = clash_words(arena, clash, &ours, &duty, &hold);
        ck_assert_msg(strstr(words, rows[_i].says) != NULL, "%s", words);
        ck_assert_msg(strstr(words, "EU-89 (DE) is due 2027-01-20") != NULL, "%s", words);
    }
    if (!rows[_i].held)
        ck_assert_int_eq(clash_of(&ours, &duty, NULL), clash);
    arena_free(arena);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("duties.clash");
    TCase *tc = tcase_create("clash");
    tcase_add_loop_test(tc, what_ends_behind_a_duty_is_said, 0, sizeof rows / sizeof rows[0]);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
