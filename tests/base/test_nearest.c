#include "base/nearest.h"

#include "tests/base/suite.h"

#include <string.h>

static const char *const names[] = {"party", "kind", "country", "email", "name", "post_address"};

static const struct {
    const char *text;
    const char *near; /* NULL: none */
} rows[] = {
    {"e-mail", "email"}, {"EMAIL", "email"},
    {"eamil", "email"},  {"contry", "country"},
    {"knid", "kind"},    {"postaddress", "post_address"},
    {"partys", "party"}, {"nam", "name"},
    {"telephone", NULL}, {"", NULL},
    {NULL, NULL},        {"x", NULL},
    {"zzzzzz", NULL},
};

START_TEST(the_nearest_known_name_is_found_or_none)
{
    int found = nearest_name(rows[_i].text, names, sizeof names / sizeof names[0]);
    if (rows[_i].near == NULL) {
        ck_assert_int_eq(found, -1);
    } else {
        ck_assert_int_ge(found, 0);
        ck_assert_str_eq(names[found], rows[_i].near);
    }
}
END_TEST

START_TEST(hostile_lengths_are_bounded)
{
    char text[100000];
    memset(text, 'e', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    ck_assert_int_eq(nearest_name(text, names, sizeof names / sizeof names[0]), -1);
    const char *long_names[] = {text};
    ck_assert_int_eq(nearest_name("eeee", long_names, 1), -1);
    text[64] = '\0';
    ck_assert_int_eq(nearest_name(text, long_names, 1), 0);
    ck_assert_int_eq(nearest_name("a", NULL, 0), -1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base.nearest");
    TCase *tcase = tcase_create("nearest");
    tcase_add_loop_test(tcase, the_nearest_known_name_is_found_or_none, 0, COUNT(rows));
    tcase_add_test(tcase, hostile_lengths_are_bounded);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}
