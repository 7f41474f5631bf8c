/* P12, P13: what is made like a proven message passes the whole proof, and nothing else does. */
#include "seal/sample.h"

#include "seal/armor.h"
#include "seal/broadcast.h"
#include "seal/check.h"
#include "seal/crc24.h"
#include "seal/mail.h"
#include "seal/mime.h"
#include "tests/seal/fixture.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define FPR_A "0123456789ABCDEF01234567AAAAAAAAAAAAAAAA"
#define FPR_B "0123456789ABCDEF01234567BBBBBBBBBBBBBBBB"
#define KEY_BODY 94 /* as of a curve 25519 */
#define DATA_BODY 180

static struct arena *arena;
static struct sample sample;
static struct plan for_a, for_b;
static struct str key_a, key_b, data, first, made;
static size_t frame;

static const char plain[] =
    "Content-Type: text/plain\r\n\r\nStop the pump and call us at once.\r\n";

static void plan_for(struct plan *plan, const char *to, const char *id)
{
    const struct mail mail = {.from_name = "Example Medical GmbH",
                              .from = "psirt@example.com",
                              .to_name = "Hospitals",
                              .subject = "inside",
                              .message_id = "text.1@example.com",
                              .date_ms = INT64_C(1800000000000),
                              .text = "text"};
    const struct broadcast_recipient recipient = {.to_name = "Clinical engineering",
                                                  .to = to,
                                                  .outer_subject = "Example: please answer",
                                                  .message_id = id};
    struct err err = {0};
    ck_assert_int_eq(plan_make_outside(plan, arena, &mail, &recipient, &err), OK);
}

static void key_packet(struct str *out, unsigned char id)
{
    str_init(out, STR_LIMIT_TEXT);
    str_add_n(out, (const unsigned char[]){0xC1, KEY_BODY, 3}, 3);
    for (unsigned i = 0; i < 8; i++)
        str_add_c(out, (char)id);
    str_add_c(out, 18);
    while (out->size < KEY_BODY + 2)
        str_add_c(out, (char)(out->size * 37 + id));
}

static struct bytes whole_message(struct str *out, const struct plan *plan, const struct str *key)
{
    struct str packets, armour;
    str_init(&packets, STR_LIMIT_MAIL);
    str_init(&armour, STR_LIMIT_MAIL);
    str_init(out, STR_LIMIT_MAIL);
    mime_write_outside(out, plan);
    frame = out->size;
    str_reset(out);
    str_add_n(&packets, key->data, key->size);
    str_add_n(&packets, data.data, data.size);
    armor_encode(&armour, "MESSAGE", str_bytes(&packets));
    mime_write_encrypted(out, plan, str_bytes(&armour));
    str_dispose(&armour);
    str_dispose(&packets);
    return str_bytes(out);
}

static void begin(void)
{
    struct err err = {0};
    arena = arena_new();
    sample_init(&sample);
    plan_for(&for_a, "a@hospital.example", "one.1@example.com");
    plan_for(&for_b, "b@clinic.example", "other.1@example.com");
    key_packet(&key_a, 0xAA);
    key_packet(&key_b, 0xBB);
    str_init(&data, STR_LIMIT_TEXT);
    str_add_n(&data, (const unsigned char[]){0xD2, DATA_BODY, 1}, 3);
    while (data.size < DATA_BODY + 2)
        str_add_c(&data, (char)(data.size * 91 + 5));
    struct bytes message = whole_message(&first, &for_a, &key_a);
    ck_assert_int_eq(seal_prove(message, FPR_A, &err), OK);
    ck_assert(sample_take(&sample, message, frame, str_bytes(&key_a), str_bytes(&data)));
    str_init(&made, STR_LIMIT_MAIL);
    sample_write(&made, &frame, &sample, &for_b, str_bytes(&key_b));
}

static void end(void)
{
    str_dispose(&made);
    str_dispose(&first);
    str_dispose(&data);
    str_dispose(&key_b);
    str_dispose(&key_a);
    sample_dispose(&sample);
    arena_free(arena);
}

static enum status prove(struct bytes message, const char *sub_fpr, const struct plan *plan)
{
    struct err err = {0};
    enum status status =
        sample_prove(&sample, message, frame, plan, sub_fpr, bytes_of(plain), &err);
    ck_assert(status == OK || err.text[0] != '\0');
    return status;
}

START_TEST(a_message_made_like_another_passes_the_whole_proof)
{
    struct err err = {0};
    struct bytes message = str_bytes(&made);
    ck_assert(sample_fits(&sample, key_b.size));
    ck_assert_msg(seal_prove(message, FPR_B, &err) == OK, "%s", err.text);
    ck_assert_int_eq(check_encrypted(message, &for_b, bytes_of(plain), &err), OK);
    ck_assert_int_eq(prove(message, FPR_B, &for_b), OK);
}
END_TEST

START_TEST(another_key_or_recipient_than_planned_is_refused)
{
    ck_assert_int_eq(prove(str_bytes(&made), FPR_A, &for_b), ERR_CORRUPT);
    ck_assert_int_eq(prove(str_bytes(&made), "", &for_b), ERR_CORRUPT);
    ck_assert_int_eq(prove(str_bytes(&made), FPR_B, &for_a), ERR_CORRUPT);
    ck_assert_int_eq(prove(str_bytes(&first), FPR_B, &for_b), ERR_CORRUPT);
}
END_TEST

/* Inside a header, space and the case of a field's name may change without a meaning. */
START_TEST(no_other_byte_stands_behind_the_header)
{
    for (size_t i = frame; i < made.size; i++) {
        const char before = made.data[i];
        made.data[i] = (char)(before ^ 1);
        ck_assert_msg(prove(str_bytes(&made), FPR_B, &for_b) == ERR_CORRUPT, "byte %zu", i);
        made.data[i] = before;
    }
    ck_assert_int_eq(prove(str_bytes(&made), FPR_B, &for_b), OK);
}
END_TEST

START_TEST(no_byte_is_missing_and_none_is_more)
{
    struct bytes message = str_bytes(&made);
    for (size_t size = 0; size < message.size; size++)
        ck_assert_int_eq(prove((struct bytes){message.data, size}, FPR_B, &for_b), ERR_CORRUPT);
    str_add_c(&made, '\n');
    ck_assert_int_eq(prove(str_bytes(&made), FPR_B, &for_b), ERR_CORRUPT);
}
END_TEST

START_TEST(a_header_of_one_s_own_is_read_too)
{
    static const char more[] = "Bcc: x@example.com\r\n";
    struct str other;
    str_init(&other, STR_LIMIT_MAIL);
    str_add(&other, more);
    str_add_n(&other, made.data, made.size);
    frame += strlen(more);
    ck_assert_int_eq(prove(str_bytes(&other), FPR_B, &for_b), ERR_CORRUPT);
    str_dispose(&other);
}
END_TEST

START_TEST(what_cannot_be_shared_is_no_sample)
{
    struct sample other;
    const struct bytes whole = str_bytes(&data);
    sample_init(&other);
    ck_assert(!sample_fits(&other, 0));
    /* Of another key, of other data, with a header that ends elsewhere. */
    ck_assert(!sample_take(&other, str_bytes(&first), frame, str_bytes(&key_b), whole));
    ck_assert(!sample_take(&other, str_bytes(&first), frame, str_bytes(&key_a),
                           (struct bytes){whole.data, whole.size - 1}));
    ck_assert(!sample_take(&other, str_bytes(&first), first.size, str_bytes(&key_a), whole));
    /* All of it stands in the lines of the key packet. */
    str_truncate(&data, 10);
    struct str small;
    struct bytes message = whole_message(&small, &for_a, &key_a);
    ck_assert(!sample_take(&other, message, frame, str_bytes(&key_a), str_bytes(&data)));
    ck_assert(!sample_fits(&other, key_a.size));
    str_dispose(&small);
    sample_dispose(&other);
}
END_TEST

START_TEST(sums_of_two_runs_make_the_sum_of_both)
{
    const unsigned char *bytes = (const unsigned char *)data.data;
    for (size_t cut = 0; cut <= data.size; cut++) {
        uint32_t before = crc24_add(CRC24_START, bytes, cut);
        uint32_t behind = crc24_add(0, bytes + cut, data.size - cut);
        ck_assert_uint_eq(crc24_join(before, crc24_far(data.size - cut), behind),
                          crc24_add(CRC24_START, bytes, data.size));
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("seal.sample");
    TCase *tc = tcase_create("samples");
    tcase_add_checked_fixture(tc, begin, end);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, a_message_made_like_another_passes_the_whole_proof);
    tcase_add_test(tc, another_key_or_recipient_than_planned_is_refused);
    tcase_add_test(tc, no_other_byte_stands_behind_the_header);
    tcase_add_test(tc, no_byte_is_missing_and_none_is_more);
    tcase_add_test(tc, a_header_of_one_s_own_is_read_too);
    tcase_add_test(tc, what_cannot_be_shared_is_no_sample);
    tcase_add_test(tc, sums_of_two_runs_make_the_sum_of_both);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
