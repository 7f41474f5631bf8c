/*
 * tests/store/says - asserting what a call of the store returned, with its words when it did not.
 * A struct err called `err` must be in sight.
 */
#ifndef TOCSIN_TESTS_STORE_SAYS_H
#define TOCSIN_TESTS_STORE_SAYS_H

#include <check.h>

#define ok(call) ck_assert_msg((call) == OK, "%s: %s", #call, err.text)
#define says(want, call)                                                                           \
    do {                                                                                           \
        enum status got_ = (call);                                                                 \
        ck_assert_msg(got_ == (want), "%s: %s, not %s: %s", #call, status_word(got_),              \
                      status_word(want), err.text);                                                \
    } while (0)
#define count_of(items) (sizeof(items) / sizeof(items)[0])

#endif
