#include "channels/channel.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

#define A10 "aaaaaaaaaa"
#define A60 A10 A10 A10 A10 A10 A10

static const char *const good[] = {
    "psirt@example.com",
    "psirt+abcdefghijklmnopqrstuvwxyz@example.com",
    "a@b.de",
    "first.last@sub.sub.example.co.uk",
    "o'neil@example.com",
    "!#$%&'*+-/=?^_`{|}~@example.com",
    "device-safety@xn--bcher-kva.example",
    "device-safety@post.xn--bcher-kva.xn--zckzah",
    "xn--ample@example.com",
    "a@r3---sn.example",
    "1@1a.example",
    A60 "aaaa@example.com",
    "a@" A60 "aaa.example",
};

static const struct {
    const char *address;
    const char *why;
} bad[] = {
    {NULL, "exactly one @"},
    {"", "exactly one @"},
    {"psirt", "exactly one @"},
    {"a@b@example.com", "exactly one @"},
    {"@example.com", "nothing stands before"},
    {"a@", "empty part"},
    {"a@example", "no dot"},
    {"a@localhost", "no dot"},
    {"a@.example.com", "empty part"},
    {"a@example..com", "empty part"},
    {"a@example.com.", "empty part"},
    {".a@example.com", "dot stands"},
    {"a.@example.com", "dot stands"},
    {"a..b@example.com", "dot stands"},
    {"a b@example.com", "sign that is not allowed"},
    {"a@exam ple.com", "sign that is not allowed"},
    {" a@example.com", "sign that is not allowed"},
    {"a@example.com ", "sign that is not allowed"},
    {"a\r\nRCPT TO:<b@example.com", "sign that is not allowed"},
    {"a@example.com\r\nDATA", "sign that is not allowed"},
    {"a@example.com\n", "sign that is not allowed"},
    {"a\t@example.com", "sign that is not allowed"},
    {"a@example.com>", "sign that is not allowed"},
    {"<a@example.com>", "sign that is not allowed"},
    {"a@example.com> NOTIFY=NEVER", "sign that is not allowed"},
    {"\"a b\"@example.com", "sign that is not allowed"},
    {"a(comment)@example.com", "sign that is not allowed"},
    {"a,b@example.com", "sign that is not allowed"},
    {"a:b@example.com", "sign that is not allowed"},
    {"a\\b@example.com", "sign that is not allowed"},
    {"a\x7f@example.com", "sign that is not allowed"},
    {"a\x01@example.com", "sign that is not allowed"},
    {"m\xc3\xbcller@example.com", "beyond ASCII"},
    {"a@m\xc3\xbcller.example", "sign that is not allowed"},
    {"a@[127.0.0.1]", "sign that is not allowed"},
    {"a@127.0.0.1", "ends in a number"},
    {"a@example.123", "ends in a number"},
    {"a@-example.com", "hyphen"},
    {"a@example-.com", "hyphen"},
    {"a@exa_mple.com", "sign that is not allowed"},
    {A60 "aaaaa@example.com", "longer than 64"},
    {"a@" A60 "aaaa.example", "longer than 63"},
    /* Readers would make something else of the host: nothing, or another name. */
    {"a@xn--ample.example", "international"},
    {"a@example.xn--ample", "international"},
    {"a@xn--.example", "hyphen"},
    {"a@xn--abc-.example", "hyphen"},
    {"a@xn--xn---epa.example", "international"},
    {"a@XN--bcher-kva.example", "in small letters"},
    {"a@xn--Bcher-kva.example", "in small letters"},
    {"a@xn--bcher-kva.Xn--ample", "international"},
    {"a@" A60 "." A60 "." A60 "." A60 ".example.com", "longer than 254"},
};

START_TEST(an_address_of_the_strict_grammar_is_taken)
{
    struct err err = {0};
    ck_assert_msg(address_check(good[_i], &err) == OK, "%s: %s", good[_i], err.text);
}
END_TEST

START_TEST(any_other_address_is_refused_with_a_reason_that_does_not_repeat_it)
{
    struct err err = {0};
    ck_assert_int_eq(address_check(bad[_i].address, &err), ERR_INVALID);
    ck_assert_msg(strstr(err.text, bad[_i].why) != NULL, "%s", err.text);
    if (bad[_i].address != NULL && strlen(bad[_i].address) > 8)
        ck_assert_ptr_null(strstr(err.text, bad[_i].address));
    ck_assert_int_eq(address_check(bad[_i].address, NULL), ERR_INVALID);
}
END_TEST

static const struct {
    const char *given;
    const char *normal; /* NULL: refused */
} international[] = {
    {"a@example.com", "a@example.com"},
    {"Anna.Weber@EXAMPLE.Com", "Anna.Weber@example.com"},
    {"a@b\303\274cher.example", "a@xn--bcher-kva.example"},
    /* U with a combining mark: the U is made small, and both are one letter. */
    {"a@BU\314\210cher.example", "a@xn--bcher-kva.example"},
    {"a@fa\xc3\x9f.example", "a@xn--fa-hia.example"},
    {"a@\xe5\xba\xb7\xe5\xa4\x8d.example", "a@xn--yrsr5k.example"},
    {"a@xn--bcher-kva.example", "a@xn--bcher-kva.example"},
    {"a@XN--Bcher-KVA.Example", "a@xn--bcher-kva.example"},
    /* libidn2 would delete, map or pass each of these. */
    {"a@exa mple.com", NULL},
    {"a@a..b", NULL},
    {"a@.example.com", NULL},
    {"a@example.com.", NULL},
    {"a@exam\xc2\xadple.com", NULL},     /* soft hyphen */
    {"a@exam\xe2\x80\x8bple.com", NULL}, /* zero width space */
    {"a@exam\xe2\x80\x8dple.com", NULL}, /* zero width joiner */
    {"a@exam\xc2\xa0ple.com", NULL},     /* no-break space */
    {"a@exam\xe2\x80\xaeple.com", NULL}, /* right-to-left override */
    {"a@example\343\200\202com", NULL},  /* ideographic full stop: another dot */
    {"a@example\357\274\216com", NULL},  /* fullwidth full stop */
    {"a@\xef\xbd\x85xample.com", NULL},  /* fullwidth e */
    {"a@\xe2\x84\xabngstrom.com", NULL}, /* Angstrom sign */
    {"a@b\303\234cher.example", NULL},   /* capital Ü */
    {"a@b\xc3.example", NULL},           /* not UTF-8 */
    {"a@xn--.example", NULL},
    {"a@xn--ample.example", NULL},
    {"a@XN--ample.example", NULL},
    {"a@xn--xn---epa.example", NULL},
    {"a@xn--vi8h.example", NULL}, /* an emoji */
    {"a@xn--a\xc3\xbc.example", NULL},
    {"m\xc3\xbcller@example.com", NULL},
    {"a", NULL},
    {"a@b@c.example", NULL},
    {NULL, NULL},
};

START_TEST(international_host_names_become_a_labels_or_are_refused)
{
    struct err err = {0};
    char *out = NULL;
    const char *normal = international[_i].normal;
    enum status status = address_normal(&out, international[_i].given, &err);
    ck_assert_msg((status == OK) == (normal != NULL), "%s: %s%s", international[_i].given, err.text,
                  out == NULL ? "" : out);
    if (normal != NULL)
        ck_assert_str_eq(out, normal);
    else
        ck_assert_ptr_null(out);
    if (normal != NULL)
        ck_assert_int_eq(address_check(out, &err), OK);
    free(out);
}
END_TEST

START_TEST(an_endless_address_is_refused_before_it_is_worked_on)
{
    struct str text;
    char *out = NULL;
    struct err err = {0};
    str_init(&text, STR_LIMIT_TEXT);
    str_add(&text, "a@");
    for (int i = 0; i < 1000000; i++)
        str_add(&text, "\xc3\xbc");
    ck_assert_int_eq(address_normal(&out, str_text(&text), &err), ERR_INVALID);
    str_dispose(&text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("channels.address");
    TCase *tc = tcase_create("address");
    tcase_add_loop_test(tc, an_address_of_the_strict_grammar_is_taken, 0, COUNT(good));
    tcase_add_loop_test(tc, any_other_address_is_refused_with_a_reason_that_does_not_repeat_it, 0,
                        COUNT(bad));
    tcase_add_loop_test(tc, international_host_names_become_a_labels_or_are_refused, 0,
                        COUNT(international));
    tcase_add_test(tc, an_endless_address_is_refused_before_it_is_worked_on);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
