/* Time-stamps: an honest authority, and each way to be a dishonest one. */
#include "evidence/stamp.h"
#include "tests/evidence/authority.h"

#include "base/file.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AT_MS (AUTHORITY_AT * MS_SECOND)
#define END_MS (AT_MS + 200 * MS_DAY)

static char folder[] = "/tmp/tocsin-stamp-XXXXXX";
static const char note[] = "example.com/tocsin/EXM\n12\nroot\n";
static struct err err;
static struct str roots;

static void make_folder(void)
{
    ck_assert_ptr_nonnull(mkdtemp(folder));
    authority_make(folder);
}

static void remove_folder(void)
{
    ck_assert_msg(file_remove_tree(folder, &err) == OK, "%s", err.text);
}

static void read_into(struct str *out, const char *name)
{
    char *path = path_join(folder, name);
    ck_assert_msg(file_read(out, path, 1 << 16, &err) == OK, "%s", err.text);
    free(path);
}

static void setup(void)
{
    err = (struct err){0};
    str_init(&roots, 1 << 16);
    read_into(&roots, "root.pem");
}

static void teardown(void)
{
    str_dispose(&roots);
}

/* Asks with this policy, hears the lie, judges by this note; the request is kept unless `alone`. */
static enum status ask(struct stamp *out, enum lie lie, const char *policy, const char *about,
                       bool alone)
{
    struct str request, response;
    str_init(&request, STR_LIMIT_LINE);
    str_init(&response, STAMP_LIMIT);
    ck_assert_int_eq(stamp_request(&request, policy, bytes_of(note), &err), OK);
    authority_answer(&response, folder, str_bytes(&request), lie, AUTHORITY_AT);
    enum status status = stamp_check(out, str_bytes(&response),
                                     alone ? (struct bytes){NULL, 0} : str_bytes(&request),
                                     bytes_of(about), str_bytes(&roots), &err);
    str_dispose(&request);
    str_dispose(&response);
    return status;
}

START_TEST(an_honest_time_stamp_says_when_who_and_until_when)
{
    struct stamp stamp;
    ck_assert_msg(ask(&stamp, LIE_NONE, NULL, note, _i == 1) == OK, "%s", err.text);
    ck_assert_int_eq(stamp.at_ms, AT_MS);
    ck_assert_int_eq(stamp.cert_end_ms, END_MS);
    ck_assert_str_eq(stamp.authority, "/CN=good");
    ck_assert_str_eq(stamp.serial, "BEEF");
}
END_TEST

START_TEST(two_questions_are_never_the_same)
{
    struct str one, two;
    str_init(&one, STR_LIMIT_LINE);
    str_init(&two, STR_LIMIT_LINE);
    ck_assert_int_eq(stamp_request(&one, NULL, bytes_of(note), &err), OK);
    ck_assert_int_eq(stamp_request(&two, NULL, bytes_of(note), &err), OK);
    ck_assert(!bytes_equal(str_bytes(&one), str_bytes(&two)));
    str_dispose(&one);
    str_dispose(&two);
}
END_TEST

static const struct {
    enum lie lie;
    const char *policy;
    enum status status;
    bool alone; /* found without the request, too */
} lies[] = {
    {LIE_NONCE, NULL, ERR_REFUSED, false},  {LIE_NO_NONCE, NULL, ERR_REFUSED, false},
    {LIE_IMPRINT, NULL, ERR_REFUSED, true}, {LIE_STRANGER, NULL, ERR_REFUSED, true},
    {LIE_EXPIRED, NULL, ERR_REFUSED, true}, {LIE_POLICY, AUTHORITY_POLICY, ERR_REFUSED, false},
    {LIE_REFUSED, NULL, ERR_REFUSED, true}, {LIE_SIGNATURE, NULL, ERR_REFUSED, true},
    {LIE_LONGER, NULL, ERR_INVALID, true},
};

START_TEST(each_lie_is_refused)
{
    struct stamp stamp = {.at_ms = 5};
    ck_assert_int_eq(ask(&stamp, lies[_i].lie, lies[_i].policy, note, false), lies[_i].status);
    ck_assert_int_eq(stamp.at_ms, 5);
    ck_assert(text_starts(err.text, "time-stamp: "));
    /* What a bundle still shows of it. */
    enum status status = ask(&stamp, lies[_i].lie, lies[_i].policy, note, true);
    ck_assert_int_eq(status, lies[_i].alone ? lies[_i].status : OK);
}
END_TEST

START_TEST(the_policy_that_was_asked_for_comes_back)
{
    struct stamp stamp;
    struct str request;
    ck_assert_msg(ask(&stamp, LIE_NONE, "1.2.3.4.7", note, false) == OK, "%s", err.text);
    str_init(&request, STR_LIMIT_LINE);
    ck_assert_int_eq(stamp_request(&request, "no policy", bytes_of(note), &err), ERR_INVALID);
    ck_assert_uint_eq(request.size, 0);
    str_dispose(&request);
}
END_TEST

START_TEST(another_note_is_not_what_was_stamped)
{
    struct stamp stamp;
    ck_assert_int_eq(ask(&stamp, LIE_NONE, NULL, "another note", true), ERR_REFUSED);
}
END_TEST

START_TEST(hostile_bytes_are_no_time_stamp)
{
    static const char *const bytes[] = {"", "x", "\x30\x80", "\x30\x84\xff\xff\xff\xff",
                                        "<html>Log in</html>"};
    struct stamp stamp;
    struct str large;
    for (size_t i = 0; i < sizeof bytes / sizeof bytes[0]; i++)
        ck_assert_int_eq(stamp_check(&stamp, bytes_of(bytes[i]), (struct bytes){NULL, 0},
                                     bytes_of(note), str_bytes(&roots), &err),
                         ERR_INVALID);
    str_init(&large, STAMP_LIMIT + 1);
    for (size_t i = 0; i <= STAMP_LIMIT; i++)
        str_add_c(&large, '0');
    ck_assert_int_eq(stamp_check(&stamp, str_bytes(&large), (struct bytes){NULL, 0}, bytes_of(note),
                                 str_bytes(&roots), &err),
                     ERR_INVALID);
    str_dispose(&large);
}
END_TEST

/* Each byte of an honest one is turned: none may be taken for another time, note or authority. */
START_TEST(no_turned_byte_says_something_else)
{
    struct str request, response;
    struct stamp honest, stamp;
    size_t taken = 0;
    str_init(&request, STR_LIMIT_LINE);
    str_init(&response, STAMP_LIMIT);
    ck_assert_int_eq(stamp_request(&request, NULL, bytes_of(note), &err), OK);
    authority_answer(&response, folder, str_bytes(&request), LIE_NONE, AUTHORITY_AT);
    ck_assert_int_eq(stamp_check(&honest, str_bytes(&response), str_bytes(&request), bytes_of(note),
                                 str_bytes(&roots), &err),
                     OK);
    for (size_t i = 0; i < response.size; i++) {
        response.data[i] = (char)(response.data[i] ^ 0x10);
        if (stamp_check(&stamp, str_bytes(&response), str_bytes(&request), bytes_of(note),
                        str_bytes(&roots), &err) == OK) {
            ck_assert_int_eq(stamp.at_ms, honest.at_ms);
            ck_assert_str_eq(stamp.serial, honest.serial);
            ck_assert_str_eq(stamp.authority, honest.authority);
            taken++; /* what is not signed: version of the container and the like */
        }
        response.data[i] = (char)(response.data[i] ^ 0x10);
    }
    ck_assert_uint_lt(taken, response.size / 20);
    str_dispose(&request);
    str_dispose(&response);
}
END_TEST

START_TEST(without_roots_nothing_is_judged)
{
    struct stamp stamp;
    str_reset(&roots);
    str_add(&roots, "no certificate here\n");
    ck_assert_int_eq(ask(&stamp, LIE_NONE, NULL, note, false), ERR_INVALID);
}
END_TEST

/* A file of the user's may hold its key as well, and it goes into bundles. */
START_TEST(of_a_file_of_roots_only_the_certificates_are_kept)
{
    struct str file, kept;
    int64_t end_ms = 0;
    str_init(&file, 1 << 16);
    str_init(&kept, 1 << 16);
    str_add(&file, "Our root, and what should not be here:\n");
    read_into(&file, "root.key");
    read_into(&file, "root.pem");
    read_into(&file, "good.key");
    read_into(&file, "good.pem");
    ck_assert_msg(stamp_roots(&kept, &end_ms, str_bytes(&file), &err) == OK, "%s", err.text);
    ck_assert_int_eq(end_ms, END_MS);
    ck_assert_ptr_nonnull(strstr(str_text(&file), "PRIVATE"));
    ck_assert_ptr_null(strstr(str_text(&kept), "PRIVATE"));
    ck_assert(text_starts(str_text(&kept), "-----BEGIN CERTIFICATE-----\n"));
    ck_assert(text_starts(str_text(&kept), str_text(&roots)));
    str_reset(&file);
    read_into(&file, "good.key");
    ck_assert_int_eq(stamp_roots(&kept, &end_ms, str_bytes(&file), &err), ERR_INVALID);
    ck_assert_int_eq(stamp_roots(&kept, &end_ms, (struct bytes){NULL, 0}, &err), ERR_INVALID);
    str_dispose(&file);
    str_dispose(&kept);
}
END_TEST

/* A certificate with a password would be asked for at the terminal, for ever. */
START_TEST(nobody_is_asked_for_a_password)
{
    static const char locked[] = "-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\n"
                                 "DEK-Info: AES-256-CBC,000102030405060708090A0B0C0D0E0F\n\n"
                                 "AAAAAAAAAAAAAAAAAAAAAA==\n-----END CERTIFICATE-----\n";
    struct str kept;
    int64_t end_ms = 0;
    str_init(&kept, 1 << 16);
    ck_assert_int_eq(stamp_roots(&kept, &end_ms, bytes_of(locked), &err), ERR_INVALID);
    str_dispose(&kept);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("evidence.stamp");
    TCase *tc = tcase_create("stamp");
    tcase_add_unchecked_fixture(tc, make_folder, remove_folder);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, an_honest_time_stamp_says_when_who_and_until_when, 0, 2);
    tcase_add_test(tc, two_questions_are_never_the_same);
    tcase_add_loop_test(tc, each_lie_is_refused, 0, sizeof lies / sizeof lies[0]);
    tcase_add_test(tc, the_policy_that_was_asked_for_comes_back);
    tcase_add_test(tc, another_note_is_not_what_was_stamped);
    tcase_add_test(tc, hostile_bytes_are_no_time_stamp);
    tcase_add_test(tc, no_turned_byte_says_something_else);
    tcase_add_test(tc, without_roots_nothing_is_judged);
    tcase_add_test(tc, of_a_file_of_roots_only_the_certificates_are_kept);
    tcase_add_test(tc, nobody_is_asked_for_a_password);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
