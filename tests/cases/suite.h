/* What every suite of this folder needs around its test cases. */
#ifndef TOCSIN_TESTS_CASES_SUITE_H
#define TOCSIN_TESTS_CASES_SUITE_H

#include <check.h>
#include <stdlib.h>

static inline int suite_run(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

#endif
