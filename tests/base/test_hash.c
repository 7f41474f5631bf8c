#include "base/hash.h"

#include "tests/base/suite.h"

/* From the paper that defines SipHash-2-4 (key 00…0f, message 00…0e) and its published table. */
START_TEST(with_tweak_zero_it_is_siphash_2_4)
{
    static const struct {
        size_t size;
        uint64_t hash;
    } rows[] = {{0, UINT64_C(0x726fdb47dd0e0e31)},
                {1, UINT64_C(0x74f839c593dc67fd)},
                {7, UINT64_C(0xab0200f58b01d137)},
                {8, UINT64_C(0x93f5f5799a932462)},
                {15, UINT64_C(0xa129ca6149be45e5)}};
    struct hash_key key = {{UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908)}};
    unsigned char data[16];
    for (unsigned char i = 0; i < sizeof data; i++)
        data[i] = i;
    for (int i = 0; i < COUNT(rows); i++)
        ck_assert_uint_eq(hash_keyed(&key, 0, (struct bytes){data, rows[i].size}), rows[i].hash);
}
END_TEST

START_TEST(key_and_tweak_change_every_hash)
{
    struct hash_key a;
    struct hash_key b;
    hash_key_init(&a);
    hash_key_init(&b);
    ck_assert_uint_ne(hash_keyed(&a, 0, bytes_of("x")), hash_keyed(&b, 0, bytes_of("x")));
    ck_assert_uint_ne(hash_keyed(&a, 0, bytes_of("x")), hash_keyed(&a, 1, bytes_of("x")));
    ck_assert_uint_eq(hash_keyed(&a, 1, bytes_of("x")), hash_keyed(&a, 1, bytes_of("x")));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base.hash");
    TCase *tcase = tcase_create("hash");
    tcase_add_test(tcase, with_tweak_zero_it_is_siphash_2_4);
    tcase_add_test(tcase, key_and_tweak_change_every_hash);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}
