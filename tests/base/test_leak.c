/*
 * Is LeakSanitizer awake inside Check's forked tests? A leak is seeded and must end the test's
 * process with the sanitizer's exit code; a blind LeakSanitizer lets it end with 0 and fails here.
 */
#include "tests/base/suite.h"

#include <stdio.h>

#define LEAK_EXIT 77 /* set in ASAN_OPTIONS by tests/base/CMakeLists.txt */

#ifdef TOCSIN_SANITIZE
static void *volatile lost;

START_TEST(a_leak_inside_a_test_is_reported)
{
    for (int i = 0; i < 100; i++)
        lost = malloc(1000);
    lost = NULL;
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base.leak");
    TCase *tcase = tcase_create("leak");
    tcase_add_exit_test(tcase, a_leak_inside_a_test_is_reported, LEAK_EXIT);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}
#else
int main(void)
{
    (void)printf(
        "SKIP: built without sanitizers, so nobody looks for leaks (exit code %d unused)\n",
        LEAK_EXIT);
    return EXIT_SUCCESS;
}
#endif
