/* Names of the watched folder: which part of which set, whatever bytes they hold. */
#include "dispatcher/submit/watch_name.h"

#include <check.h>
#include <stdlib.h>

static const struct {
    const char *name;
    enum watch_part part;
    size_t stem;
} names[] = {
    {"a.json", WATCH_ADVISORY, 1},
    {"exm-2026-0007.v1.json", WATCH_ADVISORY, 16},
    {"a.json.json", WATCH_ADVISORY, 6},
    {"a.order", WATCH_ORDER, 1},
    {"a.json.order", WATCH_ORDER, 6},
    {"a.json.asc", WATCH_DETACHED, 1},
    {"a.json.json.asc", WATCH_DETACHED, 6},
    {"a.meyer.approval", WATCH_TEXT, 1},
    {"a.b.c.meyer-2.approval", WATCH_TEXT, 5},
    {"a\nb\"'\\\xff.json", WATCH_ADVISORY, 7},
    {" .json", WATCH_ADVISORY, 1},
    {"a.Meyer.approval", WATCH_OTHER, 0}, /* no person's id */
    {"a.mey er.approval", WATCH_OTHER, 0},
    {"a..approval", WATCH_OTHER, 0},
    {"meyer.approval", WATCH_OTHER, 0},                               /* of which set? */
    {"a.abcdefghijklmnopqrstuvwxyz0123456.approval", WATCH_OTHER, 0}, /* 33 signs */
    {"a.asc", WATCH_OTHER, 0},
    {"a.JSON", WATCH_OTHER, 0},
    {"json", WATCH_OTHER, 0},
    {"order", WATCH_OTHER, 0},
    {"a.json.sig", WATCH_OTHER, 0},
    {"a", WATCH_OTHER, 0},
    {"a.json.tmp", WATCH_IGNORED, 0},
    {".a.json", WATCH_IGNORED, 0},
    {".json", WATCH_IGNORED, 0},
    {".", WATCH_IGNORED, 0},
    {"..", WATCH_IGNORED, 0},
};

START_TEST(a_name_says_part_and_set)
{
    size_t stem = 99;
    ck_assert_int_eq(watch_name_part(&stem, names[_i].name), names[_i].part);
    ck_assert_uint_eq(stem, names[_i].stem);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.watch_name");
    TCase *tc = tcase_create("watch_name");
    tcase_add_loop_test(tc, a_name_says_part_and_set, 0, sizeof names / sizeof names[0]);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
