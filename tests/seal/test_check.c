/* The reader finds every fault that is planted between plan and bytes. */
#include "seal/check.h"

#include "seal/mime.h"
#include "tests/seal/fixture.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const char armour[] = "-----BEGIN PGP MESSAGE-----\n\nhF4DAAAA\n-----END PGP MESSAGE-----\n";

/* A plan and its payload. */
struct made {
    struct arena *arena;
    struct plan plan;
    struct str payload;
};

static void make(struct made *made, bool sealed)
{
    struct mail mail = fixture_mail();
    struct err err = {0};
    made->arena = arena_new();
    str_init(&made->payload, STR_LIMIT_MAIL);
    ck_assert_int_eq(plan_make(&made->plan, made->arena, &mail, sealed, &err), OK);
    mime_write_payload(&made->payload, &made->plan, sealed);
    enum status status = check_payload(str_bytes(&made->payload), &made->plan, sealed, &err);
    ck_assert_msg(status == OK, "%s", err.text);
}

static void drop(struct made *made)
{
    str_dispose(&made->payload);
    arena_free(made->arena);
}

/* Text with the first find behind from replaced; a fault that cannot be planted fails the test. */
static void plant(struct str *out, const struct str *text, const char *from, const char *find,
                  const char *put)
{
    const char *start = strstr(str_text(text), from);
    ck_assert_ptr_nonnull(start);
    const char *at = strstr(start, find);
    ck_assert_msg(at != NULL, "%s is not in it", find);
    str_init(out, STR_LIMIT_MAIL);
    str_add_n(out, text->data, (size_t)(at - text->data));
    str_add(out, put);
    str_add(out, at + strlen(find));
}

struct fault {
    const char *from, *find, *put;
};

static const struct fault faults[] = {
    {"", "hp=\"cipher\"", "hp=\"clear\""},
    {"", "multipart/mixed", "multipart/digest"},
    {"", "From: ", "Sender: "},
    {"", "psirt@example.com", "psirt@example.org"},
    {"", "To: ", "Cc: x@example.com\r\nTo: "},
    {"", "Subject: ", "Bcc: x@example.com\r\nSubject: "},
    {"", "<it-security@hospital.example>", "<it-security@hospital.example>, x@example.com"},
    {"", "Subject: Infusion", "Subject: infusion"},
    {"", "Date: ", "Date: Fri, 1 Jan 2027 00:00:00 +0000\r\nDate: "},
    {"", "<5f0c.1@", "<5f0c.2@"},
    {"", "References: <5f0c.0@", "References: <5f0c.9@"},
    {"", "auto-generated", "no"},
    {"", "X-Note: two words", "X-Note: two"},
    {"", "X-Note: two words\r\n", ""},
    {"", "HP-Outer: Subject: Example", "HP-Outer: Subject: Infusion"},
    {"", "HP-Outer: To: ", "HP-Outer: Cc: "},
    {"", "HP-Outer: From: ", "From: "},
    {"", "HP-Outer: X-Note: two words\r\n", ""},
    {"multipart/alternative", "text/plain", "text/html"},
    {"multipart/alternative", "utf-8", "latin1"},
    {"multipart/alternative", "Do this now", "Do that now"},
    {"multipart/alternative", "Do this now.\r\n", ""},
    {"text/html", "AMBER", "GREEN"},
    {"application/json", "application/json", "text/html"},
    {"application/json", "attachment", "inline"},
    {"application/json", ".json", ".exe"},
    {"application/json", "eyJ", "eyK"},
    {"text/csv", "text/csv", "text/plain"},
    {"text/csv", "%C3%BC", "%C3%A4"},
    {"application/octet-stream", "\r\n\r\n", "\r\n\r\nAAAA"},
    {"multipart/alternative", "Do this now.\r\n", "Do this now.\n"},
    {"multipart/alternative", "Do this now.\r\n", "Do this now.\r\r\n"},
    {"multipart/alternative", "Do this now.", "Do this n\xC3\xB6w."},
    {"multipart/alternative", "multipart/alternative", "multipart/mixed"},
};

START_TEST(each_fault_in_a_payload_is_found)
{
    struct made made;
    struct str changed;
    struct err err = {0};
    make(&made, true);
    plant(&changed, &made.payload, faults[_i].from, faults[_i].find, faults[_i].put);
    ck_assert_msg(check_payload(str_bytes(&changed), &made.plan, true, &err) == ERR_CORRUPT,
                  "%s for %s was not found", faults[_i].put, faults[_i].find);
    ck_assert_uint_gt(strlen(err.text), 10);
    str_dispose(&changed);
    drop(&made);
}
END_TEST

START_TEST(a_payload_that_breaks_off_is_found)
{
    struct made made;
    struct err err = {0};
    make(&made, true);
    for (size_t size = 0; size + 4 < made.payload.size; size += 11)
        ck_assert_int_eq(
            check_payload((struct bytes){(const unsigned char *)made.payload.data, size},
                          &made.plan, true, &err),
            ERR_CORRUPT);
    drop(&made);
}
END_TEST

/* What would be left if encryption had let something through. */
static const struct fault leaks[] = {
    {"", "hF4DAAAA", "This line stood in the payload: 0123456789"},
    {"", "--=_", "This line stood in the payload: 0123456789\r\n--=_"},
    {"", "-----END PGP MESSAGE-----",
     "-----END PGP MESSAGE-----\r\nThis line stood in the payload: 0123456789"},
    {"", "Subject: Example", "Subject: Infusion pump"},
    {"", "MIME-Version", "X-Subject: pump\r\nMIME-Version"},
    {"", "To: ", "Bcc: x@example.com\r\nTo: "},
};

START_TEST(text_that_shows_in_a_sealed_mail_is_found)
{
    struct made made;
    struct str text;
    struct str message;
    struct str changed;
    struct err err = {0};
    make(&made, true);
    plant(&text, &made.payload, "text/plain", "Do this now.",
          "This line stood in the payload: 0123456789");
    str_init(&message, STR_LIMIT_MAIL);
    mime_write_encrypted(&message, &made.plan, bytes_of(armour));
    enum status status = check_encrypted(str_bytes(&message), &made.plan, str_bytes(&text), &err);
    ck_assert_msg(status == OK, "%s", err.text);
    plant(&changed, &message, leaks[_i].from, leaks[_i].find, leaks[_i].put);
    ck_assert_int_eq(check_encrypted(str_bytes(&changed), &made.plan, str_bytes(&text), &err),
                     ERR_CORRUPT);
    str_dispose(&changed);
    str_dispose(&message);
    str_dispose(&text);
    drop(&made);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("seal.check");
    TCase *tc = tcase_create("faults");
    tcase_add_loop_test(tc, each_fault_in_a_payload_is_found, 0,
                        (int)(sizeof faults / sizeof faults[0]));
    tcase_add_test(tc, a_payload_that_breaks_off_is_found);
    tcase_add_loop_test(tc, text_that_shows_in_a_sealed_mail_is_found, 0,
                        (int)(sizeof leaks / sizeof leaks[0]));
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
