/* Checkpoints as signed notes: the form, the signature, and whatever is not exactly that. */
#include "evidence/note.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define ORIGIN "example.com/tocsin/EXM"

static struct note_signer *signer;
static struct sha256 root;
static struct str text;

static void begin(void)
{
    for (size_t i = 0; i < SHA256_SIZE; i++)
        root.byte[i] = (unsigned char)(200 - i);
    ck_assert_int_eq(note_signer_new(&signer, ORIGIN, NULL), OK);
    str_init(&text, STR_LIMIT_LINE);
    note_sign(&text, signer, 4711, &root);
}

static void end(void)
{
    note_signer_free(signer);
    str_dispose(&text);
}

START_TEST(what_was_signed_is_read_back)
{
    struct note note;
    ck_assert_int_eq(note_read(&note, str_bytes(&text), note_signer_public(signer), NULL), OK);
    ck_assert_str_eq(note.origin, ORIGIN);
    ck_assert_int_eq(note.size, 4711);
    ck_assert(sha256_equal(&note.root, &root));
    ck_assert_msg(text_starts(str_text(&text),
                              ORIGIN "\n4711\nyMfGxcTDwsHAv769vLu6ubi3trW0s7KxsK+urayrqqk=\n\n"
                                     "\xe2\x80\x94 " ORIGIN " "),
                  "%s", str_text(&text));
}
END_TEST

START_TEST(every_changed_byte_is_refused)
{
    char *copy = xstrdup(str_text(&text));
    for (size_t i = 0; i < text.size; i++)
        for (int bit = 0; bit < 8; bit++) {
            struct note note;
            copy[i] = (char)(copy[i] ^ (1 << bit));
            struct bytes bytes = {(const unsigned char *)copy, text.size};
            ck_assert_msg(note_read(&note, bytes, note_signer_public(signer), NULL) != OK,
                          "byte %zu bit %d", i, bit);
            copy[i] = (char)(copy[i] ^ (1 << bit));
        }
    free(copy);
}
END_TEST

START_TEST(a_note_that_is_cut_or_longer_is_refused)
{
    struct note note;
    for (size_t size = 0; size < text.size; size++) {
        struct bytes cut = {(const unsigned char *)text.data, size};
        ck_assert(note_read(&note, cut, note_signer_public(signer), NULL) != OK);
    }
    str_add(&text, "\xe2\x80\x94 " ORIGIN " AAAA\n");
    ck_assert(note_read(&note, str_bytes(&text), note_signer_public(signer), NULL) != OK);
}
END_TEST

START_TEST(another_key_is_another_signer)
{
    struct note_signer *other = NULL;
    struct note note;
    struct err err = {0};
    ck_assert_int_eq(note_signer_new(&other, ORIGIN, NULL), OK);
    ck_assert_int_eq(note_read(&note, str_bytes(&text), note_signer_public(other), &err),
                     ERR_REFUSED);
    note_signer_free(other);
}
END_TEST

/* Each in a note whose signature would be good: only the form is wrong. */
static const struct {
    const char *text, *why; /* NULL: nothing is wrong */
} forms[] = {
    {ORIGIN "\n1\nyMfGxcTDwsHAv769vLu6ubi3trW0s7KxsK+urayrqqk=\n", NULL},
    {ORIGIN "\n0471\nyMfGxcTDwsHAv769vLu6ubi3trW0s7KxsK+urayrqqk=\n", "a zero before the size"},
    {ORIGIN "\n-1\nyMfGxcTDwsHAv769vLu6ubi3trW0s7KxsK+urayrqqk=\n", "a negative size"},
    {ORIGIN "\n\nyMfGxcTDwsHAv769vLu6ubi3trW0s7KxsK+urayrqqk=\n", "no size"},
    {ORIGIN "\n9999999999999999999\nyMfGxcTDwsHAv769vLu6ubi3trW0s7KxsK+urayrqqk=\n", "too large"},
    {ORIGIN "\n1\nyMfGxcTDwsHAv769vLu6ubi3trW0s7KxsK+urayrqqn=\n", "loose bits in the root"},
    {ORIGIN "\n1\nyMfGxcTDwsHAv769vLu6ubi3trW0s7KxsK+urayrqg==\n", "a short root"},
    {ORIGIN "\n1\nyMfGxcTDwsHAv769vLu6ubi3trW0s7KxsK+urayrqqk=\nmore\n", "an extension line"},
    {"example.org/tocsin/EXM\n1\nyMfGxcTDwsHAv769vLu6ubi3trW0s7KxsK+urayrqqk=\n", "another log"},
};

START_TEST(what_is_not_exactly_a_checkpoint_is_refused)
{
    unsigned char line[68];
    char base64[96];
    struct str other;
    struct note note;
    /* The id and the end of the line are taken from a good one. */
    const char *at = strstr(str_text(&text), "\n\n\xe2\x80\x94 ");
    ck_assert_ptr_nonnull(at);
    memcpy(line, note_signer_public(signer)->id, 4);
    note_sign_bytes(line + 4, signer, bytes_of(forms[_i].text));
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t out = 0;
    for (size_t i = 0; i < sizeof line; i += 3) {
        unsigned n = (unsigned)line[i] << 16 |
                     (i + 1 < sizeof line ? (unsigned)line[i + 1] << 8 : 0) |
                     (i + 2 < sizeof line ? line[i + 2] : 0);
        base64[out++] = digits[n >> 18 & 63];
        base64[out++] = digits[n >> 12 & 63];
        base64[out++] = i + 1 < sizeof line ? digits[n >> 6 & 63] : '=';
        base64[out++] = i + 2 < sizeof line ? digits[n & 63] : '=';
    }
    base64[out] = '\0';
    str_init(&other, STR_LIMIT_LINE);
    str_addf(&other, "%s\n\xe2\x80\x94 %s %s\n", forms[_i].text, ORIGIN, base64);
    bool good = note_read(&note, str_bytes(&other), note_signer_public(signer), NULL) == OK;
    ck_assert_msg(good == (forms[_i].why == NULL), "%s", forms[_i].text);
    str_dispose(&other);
}
END_TEST

START_TEST(keys_survive_their_files)
{
    struct str pem, line, again;
    struct note_signer *copy = NULL;
    struct note_verifier verifier;
    struct note note;
    str_init(&pem, STR_LIMIT_LINE);
    str_init(&line, STR_LIMIT_LINE);
    str_init(&again, STR_LIMIT_LINE);
    note_signer_secret(&pem, signer);
    ck_assert_int_eq(note_signer_read(&copy, ORIGIN, str_bytes(&pem), NULL), OK);
    note_sign(&again, copy, 4711, &root);
    ck_assert_str_eq(str_text(&again), str_text(&text)); /* Ed25519 has one signature */
    note_verifier_write(&line, note_signer_public(copy));
    ck_assert_int_eq(note_verifier_read(&verifier, str_bytes(&line), NULL), OK);
    ck_assert_int_eq(note_read(&note, str_bytes(&text), &verifier, NULL), OK);
    for (size_t i = 0; i + 1 < line.size; i++) {
        char *bad = xstrdup(str_text(&line));
        bad[i] = bad[i] == 'A' ? 'B' : 'A';
        bool same = note_verifier_read(&verifier, bytes_of(bad), NULL) == OK &&
                    note_read(&note, str_bytes(&text), &verifier, NULL) == OK;
        ck_assert_msg(!same, "byte %zu", i);
        free(bad);
    }
    note_signer_free(copy);
    str_dispose(&pem);
    str_dispose(&line);
    str_dispose(&again);
}
END_TEST

START_TEST(a_key_that_is_none_is_refused)
{
    struct note_signer *none = NULL;
    struct note_verifier verifier;
    struct err err = {0};
    ck_assert_int_eq(note_signer_read(&none, ORIGIN, bytes_of("no key"), &err), ERR_INVALID);
    ck_assert_int_eq(note_signer_new(&none, "two words", &err), ERR_INVALID);
    ck_assert_int_eq(note_signer_new(&none, "", &err), ERR_INVALID);
    ck_assert_int_eq(note_verifier_read(&verifier, bytes_of(""), &err), ERR_INVALID);
    ck_assert_int_eq(note_verifier_read(&verifier, bytes_of("a+b+c"), &err), ERR_INVALID);
    ck_assert_ptr_null(none);
}
END_TEST

/* The example key of C2SP signed-note's own implementation, as anybody can look it up. */
START_TEST(a_foreign_verifier_key_is_understood)
{
    struct note_verifier verifier;
    char id[9];
    static const char line[] =
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n";
    ck_assert_int_eq(note_verifier_read(&verifier, bytes_of(line), NULL), OK);
    note_verifier_id(id, &verifier);
    ck_assert_str_eq(id, "c74f20a3");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("evidence.note");
    TCase *tc = tcase_create("note");
    tcase_add_checked_fixture(tc, begin, end);
    tcase_add_test(tc, what_was_signed_is_read_back);
    tcase_add_test(tc, every_changed_byte_is_refused);
    tcase_add_test(tc, a_note_that_is_cut_or_longer_is_refused);
    tcase_add_test(tc, another_key_is_another_signer);
    tcase_add_loop_test(tc, what_is_not_exactly_a_checkpoint_is_refused, 0,
                        (int)(sizeof forms / sizeof forms[0]));
    tcase_add_test(tc, keys_survive_their_files);
    tcase_add_test(tc, a_key_that_is_none_is_refused);
    tcase_add_test(tc, a_foreign_verifier_key_is_understood);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
