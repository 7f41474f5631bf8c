#include "base/number.h"

#include "tests/base/suite.h"

START_TEST(whole_decimal_numbers_within_64_bits_are_read)
{
    static const struct {
        const char *text;
        int64_t value;
    } rows[] = {{"0", 0},
                {"-0", 0},
                {"7", 7},
                {"0012", 12},
                {"-15", -15},
                {"9223372036854775807", INT64_MAX},
                {"-9223372036854775808", INT64_MIN}};
    for (int i = 0; i < COUNT(rows); i++) {
        int64_t value = 99;
        ck_assert(number_parse(&value, rows[i].text));
        ck_assert_int_eq(value, rows[i].value);
    }
}
END_TEST

START_TEST(anything_else_is_refused_and_leaves_the_result_alone)
{
    static const char *const wrong[] = {NULL,
                                        "",
                                        "-",
                                        "+1",
                                        " 1",
                                        "1 ",
                                        "1.0",
                                        "1e2",
                                        "0x1",
                                        "--1",
                                        "1-",
                                        "1,0",
                                        "a",
                                        "\t",
                                        "\xd9\xa1",
                                        "9223372036854775808",
                                        "-9223372036854775809",
                                        "99999999999999999999999999"};
    for (int i = 0; i < COUNT(wrong); i++) {
        int64_t value = 99;
        ck_assert(!number_parse(&value, wrong[i]));
        ck_assert_int_eq(value, 99);
    }
}
END_TEST

START_TEST(bytes_are_read_to_their_size_only)
{
    int64_t value = 0;
    ck_assert(number_parse_n(&value, (struct bytes){(const unsigned char *)"123", 2}));
    ck_assert_int_eq(value, 12);
    ck_assert(!number_parse_n(&value, (struct bytes){(const unsigned char *)"1\0", 2}));
}
END_TEST

START_TEST(bounds_belong_to_the_range)
{
    int64_t value = 99;
    ck_assert(number_parse_within(&value, "1", 1, 3) && value == 1);
    ck_assert(number_parse_within(&value, "3", 1, 3) && value == 3);
    ck_assert(!number_parse_within(&value, "0", 1, 3));
    ck_assert(!number_parse_within(&value, "4", 1, 3));
    ck_assert_int_eq(value, 3);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base.number");
    TCase *tcase = tcase_create("number");
    tcase_add_test(tcase, whole_decimal_numbers_within_64_bits_are_read);
    tcase_add_test(tcase, anything_else_is_refused_and_leaves_the_result_alone);
    tcase_add_test(tcase, bytes_are_read_to_their_size_only);
    tcase_add_test(tcase, bounds_belong_to_the_range);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}
