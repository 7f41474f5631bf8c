/* A ciphertext for many, taken apart: order is not believed, what is odd goes to nobody. */
#include "seal/split.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define A "AAAAAAAAAAAAAAAA"
#define B "BBBBBBBBBBBBBBBB"
#define FPR24 "0123456789ABCDEF01234567"
#define HIDDEN "\0\0\0\0\0\0\0\0"

static struct str packets;
static struct arena *arena;

static void begin(void)
{
    str_init(&packets, STR_LIMIT_TEXT);
    arena = arena_new();
}

static void end(void)
{
    str_dispose(&packets);
    arena_free(arena);
}

/* A packet of version 3 for a key id of eight bytes, with `more` behind it. */
static void add_key(unsigned char version, const char *keyid, const char *more)
{
    const unsigned char head[] = {0xC0 | 1, (unsigned char)(10 + strlen(more)), version};
    str_add_n(&packets, head, sizeof head);
    str_add_n(&packets, keyid, 8);
    str_add_c(&packets, 18);
    str_add(&packets, more);
}

static void add_data(void)
{
    static const unsigned char head[] = {0xC0 | 18, 5, 1};
    str_add_n(&packets, head, sizeof head);
    str_add(&packets, "data");
}

static enum status read_all(struct split *split)
{
    struct err err = {0};
    return split_read(split, arena, str_bytes(&packets), &err);
}

START_TEST(key_packets_are_found_by_their_id_whatever_their_order)
{
    struct split split;
    struct bytes packet;
    struct err err = {0};
    add_key(3, "\xBB\xBB\xBB\xBB\xBB\xBB\xBB\xBB", "second");
    add_key(3, "\xAA\xAA\xAA\xAA\xAA\xAA\xAA\xAA", "first!!");
    add_data();
    ck_assert_int_eq(read_all(&split), OK);
    ck_assert_uint_eq(split.count, 2);
    ck_assert_int_eq(split_find(&packet, &split, FPR24 A, &err), OK);
    ck_assert_int_eq(memcmp(packet.data + packet.size - 7, "first!!", 7), 0);
    ck_assert_int_eq(split_find(&packet, &split, FPR24 B, &err), OK);
    ck_assert_int_eq(memcmp(packet.data + packet.size - 6, "second", 6), 0);
    ck_assert_uint_eq(split.data.size, 7);
}
END_TEST

START_TEST(a_missing_a_double_and_a_hidden_key_packet_give_nobody_a_message)
{
    struct split split;
    struct bytes packet;
    struct err err = {0};
    add_key(3, "\xAA\xAA\xAA\xAA\xAA\xAA\xAA\xAA", "one");
    add_key(3, "\xAA\xAA\xAA\xAA\xAA\xAA\xAA\xAA", "two");
    add_key(3, HIDDEN, "hidden");
    add_data();
    ck_assert_int_eq(read_all(&split), OK);
    ck_assert_int_eq(split_find(&packet, &split, FPR24 A, &err), ERR_CORRUPT);
    ck_assert_uint_eq(packet.size, 0);
    ck_assert_int_eq(split_find(&packet, &split, FPR24 B, &err), ERR_CORRUPT);
    ck_assert_int_eq(split_find(&packet, &split, "BBBB", &err), ERR_CORRUPT);
    ck_assert_int_eq(split_find(&packet, &split, "", &err), ERR_CORRUPT);
}
END_TEST

START_TEST(what_is_not_key_packets_and_one_data_packet_is_refused)
{
    struct split split;
    switch (_i) {
    case 0: /* nothing */
        break;
    case 1: /* data that nobody can open */
        add_data();
        break;
    case 2: /* keys to nothing */
        add_key(3, HIDDEN, "");
        break;
    case 3: /* two of data */
        add_key(3, HIDDEN, "");
        add_data();
        add_data();
        break;
    case 4: /* a key behind it */
        add_key(3, HIDDEN, "");
        add_data();
        add_key(3, HIDDEN, "");
        break;
    case 5: /* a version that nobody reads */
        add_key(6, HIDDEN, "");
        add_data();
        break;
    case 6: /* it breaks off */
        add_key(3, HIDDEN, "");
        add_data();
        str_truncate(&packets, packets.size - 1);
        break;
    default: /* a packet of another kind first */
        str_add_n(&packets, "\xCB\x01x", 3);
        add_key(3, HIDDEN, "");
        add_data();
        break;
    }
    ck_assert_int_eq(read_all(&split), ERR_CORRUPT);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("seal.split");
    TCase *tc = tcase_create("split");
    tcase_add_checked_fixture(tc, begin, end);
    tcase_add_test(tc, key_packets_are_found_by_their_id_whatever_their_order);
    tcase_add_test(tc, a_missing_a_double_and_a_hidden_key_packet_give_nobody_a_message);
    tcase_add_loop_test(tc, what_is_not_key_packets_and_one_data_packet_is_refused, 0, 8);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
