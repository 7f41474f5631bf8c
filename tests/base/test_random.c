#include "base/random.h"

#include "tests/base/suite.h"

#include <signal.h>
#include <stdbool.h>
#include <string.h>

START_TEST(every_byte_of_a_buffer_is_filled)
{
    unsigned char bytes[3000];
    unsigned char seen[sizeof bytes] = {0};
    for (int round = 0; round < 8; round++) {
        random_bytes(bytes, sizeof bytes);
        for (size_t i = 0; i < sizeof bytes; i++)
            seen[i] |= bytes[i] != 0;
    }
    ck_assert_ptr_null(memchr(seen, 0, sizeof seen)); /* by chance: 3000 / 256^8 */
    random_bytes(NULL, 0);
}
END_TEST

START_TEST(a_bound_is_kept_and_every_value_occurs)
{
    static const uint32_t bounds[] = {1, 2, 3, 7, 10, 32};
    for (int i = 0; i < COUNT(bounds); i++) {
        bool seen[32] = {false};
        bool within = true;
        for (int n = 0; n < 2000; n++) {
            uint32_t value = random_below(bounds[i]);
            within = within && value < bounds[i];
            seen[value % 32] = true;
        }
        ck_assert(within);
        for (uint32_t v = 0; v < bounds[i]; v++)
            ck_assert(seen[v]);
    }
}
END_TEST

START_TEST(a_bound_above_half_the_range_is_not_skewed)
{
    /* With "random % below" the lower half of this range would come twice as often. */
    uint32_t below = UINT32_C(3) << 30;
    int low = 0;
    for (int n = 0; n < 3000; n++)
        low += random_below(below) < (UINT32_C(1) << 30);
    ck_assert_int_gt(low, 800);  /* 1000 expected; 1500 when skewed */
    ck_assert_int_lt(low, 1200); /* 7.7 standard deviations */
}
END_TEST

START_TEST(a_bound_of_zero_is_a_bug_and_stops)
{
    (void)random_below(0);
}
END_TEST

static bool made_of(const char *text, size_t size, const char *signs)
{
    return strlen(text) == size && strspn(text, signs) == size;
}

START_TEST(names_have_their_alphabet_and_length_and_use_all_of_it)
{
    static const char base32[] = "abcdefghijklmnopqrstuvwxyz234567";
    static const char hex[] = "0123456789abcdef";
    static const char code[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    bool seen[3][256] = {{false}};
    bool good = true;
    for (int n = 0; n < 300; n++) {
        char t[RANDOM_TOKEN];
        char u[RANDOM_UID];
        char c[RANDOM_CODE];
        good = good && made_of(random_token(t, n), 26, base32) && made_of(random_uid(u), 24, hex) &&
               made_of(random_code(c, n), 7, code);
        for (int i = 2; i < 26; i++) /* the first two are no chance */
            seen[0][(unsigned char)t[i]] = true;
        for (int i = 0; i < 24; i++)
            seen[1][(unsigned char)u[i]] = true;
        for (int i = 2; i < 7; i++)
            seen[2][(unsigned char)c[i]] = true;
    }
    ck_assert(good);
    for (const char *p = base32; *p != '\0'; p++)
        ck_assert(seen[0][(unsigned char)*p]);
    for (const char *p = hex; *p != '\0'; p++)
        ck_assert(seen[1][(unsigned char)*p]);
    for (const char *p = code; *p != '\0'; p++)
        ck_assert(seen[2][(unsigned char)*p]);
}
END_TEST

START_TEST(names_do_not_repeat)
{
    char uid[2000][RANDOM_UID];
    int same = 0;
    for (int i = 0; i < 2000; i++) {
        (void)random_uid(uid[i]);
        for (int k = 0; k < i; k++)
            same += strcmp(uid[i], uid[k]) == 0;
    }
    ck_assert_int_eq(same, 0);
}
END_TEST

START_TEST(names_in_order_grow_with_time_and_do_not_repeat_within_it)
{
    static const int64_t times[] = {
        0, 1, 15, 16, 255, INT64_C(1795300000000), INT64_C(1795300000001), (INT64_C(1) << 44) - 1};
    char before[RANDOM_UID] = "";
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        char uid[RANDOM_UID];
        char other[RANDOM_UID];
        (void)random_uid_in_order(uid, times[i]);
        (void)random_uid_in_order(other, times[i]);
        ck_assert(made_of(uid, 24, "0123456789abcdef"));
        ck_assert_int_eq(strncmp(uid, other, 11), 0);
        ck_assert_str_ne(uid, other);
        ck_assert_int_lt(strncmp(before, uid, 11), 0);
        memcpy(before, uid, sizeof before);
    }
}
END_TEST

START_TEST(tokens_and_codes_of_one_moment_begin_alike_and_go_round_in_33_seconds)
{
    static const int64_t starts[] = {0, INT64_C(1795300000000), -INT64_C(32768)};
    for (size_t s = 0; s < sizeof starts / sizeof starts[0]; s++) {
        char first[RANDOM_TOKEN];
        char round[RANDOM_TOKEN];
        const int64_t start = starts[s] - (starts[s] & 31);
        bool seen[2][256][256] = {{{false}}};
        int places[2] = {0, 0};
        for (int64_t ms = start; ms < start + 32768; ms += 32) {
            char t[2][RANDOM_TOKEN];
            char c[2][RANDOM_CODE];
            for (int i = 0; i < 2; i++) {
                (void)random_token(t[i], ms + 31 * i);
                (void)random_code(c[i], ms + 31 * i);
            }
            ck_assert(strncmp(t[0], t[1], 2) == 0 && strcmp(t[0], t[1]) != 0);
            ck_assert_int_eq(strncmp(c[0], c[1], 2), 0);
            bool *at = &seen[0][(unsigned char)t[0][0]][(unsigned char)t[0][1]];
            places[0] += !*at;
            *at = true;
            at = &seen[1][(unsigned char)c[0][0]][(unsigned char)c[0][1]];
            places[1] += !*at;
            *at = true;
        }
        ck_assert_int_eq(places[0], 1024); /* each place, once */
        ck_assert_int_eq(places[1], 1024);
        (void)random_token(first, start);
        ck_assert_int_eq(strncmp(first, random_token(round, start + 32768), 2), 0);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base.random");
    TCase *tcase = tcase_create("random");
    tcase_add_test(tcase, every_byte_of_a_buffer_is_filled);
    tcase_add_test(tcase, a_bound_is_kept_and_every_value_occurs);
    tcase_add_test(tcase, a_bound_above_half_the_range_is_not_skewed);
    tcase_add_test_raise_signal(tcase, a_bound_of_zero_is_a_bug_and_stops, SIGABRT);
    tcase_add_test(tcase, names_have_their_alphabet_and_length_and_use_all_of_it);
    tcase_add_test(tcase, names_do_not_repeat);
    tcase_add_test(tcase, names_in_order_grow_with_time_and_do_not_repeat_within_it);
    tcase_add_test(tcase, tokens_and_codes_of_one_moment_begin_alike_and_go_round_in_33_seconds);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}
