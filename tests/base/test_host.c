#include "base/host.h"

#include "base/str.h"
#include "tests/base/suite.h"

#include <string.h>

static const struct {
    const char *given;
    const char *ascii;   /* NULL: refused */
    const char *letters; /* of the ASCII form */
} names[] = {
    {"example.com", "example.com", "example.com"},
    {"EXAMPLE.Com", "example.com", "example.com"},
    {"b\303\274cher.example", "xn--bcher-kva.example", "b\303\274cher.example"},
    {"fa\303\237.example", "xn--fa-hia.example", "fa\303\237.example"},
    {"XN--Bcher-KVA.example", "xn--bcher-kva.example", "b\303\274cher.example"},
    {"post.xn--zckzah", "post.xn--zckzah",
     "post.\343\203\206\343\202\271\343\203\210"}, /* TE-SU-TO */
    {"r3---sn.example", "r3---sn.example", "r3---sn.example"},
    {"xn--ample", NULL, NULL}, /* decodes to signs that no name has */
    {"XN--AMPLE.example", NULL, NULL},
    {"xn--.example", NULL, NULL},
    {"xn--abc-.example", NULL, NULL},
    {"xn--xn---epa.example", NULL, NULL}, /* a name in a name */
    {"xn--vi8h.example", NULL, NULL},     /* an emoji */
    {"b\303\234cher.example", NULL, NULL},
    {"exa mple.com", NULL, NULL},
    {"a_b.example", NULL, NULL},
    {"b\303.example", NULL, NULL},
};

START_TEST(a_name_has_one_ascii_form_or_none)
{
    struct err err = {0};
    char *out = NULL;
    enum status status = host_to_ascii(&out, names[_i].given, &err);
    ck_assert_msg((status == OK) == (names[_i].ascii != NULL), "%s: %s%s", names[_i].given,
                  err.text, out == NULL ? "" : out);
    if (status == OK) {
        char *letters = host_to_letters(out);
        ck_assert_str_eq(out, names[_i].ascii);
        ck_assert(host_is_genuine(out));
        ck_assert_str_eq(letters, names[_i].letters);
        free(letters);
    } else {
        ck_assert_int_eq(status, ERR_INVALID);
        ck_assert_ptr_null(out);
        ck_assert_ptr_null(strstr(err.text, names[_i].given));
    }
    free(out);
}
END_TEST

static const struct {
    const char *host;
    bool genuine;
} hosts[] = {
    {"", true},
    {"example.com", true},
    {"Example.COM", true},
    {"ab--cd.example", true},
    {"axn--bcher-kva.example", true},
    {"xn--bcher-kva", true},
    {"post.xn--bcher-kva.example", true},
    {"xn--bcher-kva.xn--zckzah", true},
    {"xn--bcher-kva.EXAMPLE", true},
    {"XN--bcher-kva.example", false},
    {"xn--Bcher-kva.example", false},
    {"xn--bcher-kvA.example", false},
    {"xn--ample", false},
    {"example.xn--ample", false},
    {"example.xN--ample", false},
    {"xn--bcher-kva.xn--ample.example", false},
    {"xn--", false},
    {"xn--.example", false},
    {"xn--abc-.example", false},
    {"xn--a b.example", false},
    {"xn-- bcher-kva.example", false},
    {"xn--b\303\274cher.example", false},
    {"xn--fss-rwa.example", true}, /* letters that need a mark are one letter */
    {"xn--u-ccb.example", false},  /* u and a mark apart */
};

START_TEST(a_part_that_only_looks_international_is_told_apart)
{
    ck_assert_msg(host_is_genuine(hosts[_i].host) == hosts[_i].genuine, "%s", hosts[_i].host);
}
END_TEST

START_TEST(endless_names_are_refused_before_they_are_worked_on)
{
    struct str text;
    struct err err = {0};
    char *out = NULL;
    str_init(&text, STR_LIMIT_TEXT);
    str_add(&text, "xn--");
    for (int i = 0; i < 1000000; i++)
        str_add(&text, "a");
    ck_assert(!host_is_genuine(str_text(&text)));
    ck_assert_int_eq(host_to_ascii(&out, str_text(&text), &err), ERR_INVALID);
    str_dispose(&text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base.host");
    TCase *tcase = tcase_create("host");
    tcase_add_loop_test(tcase, a_name_has_one_ascii_form_or_none, 0, COUNT(names));
    tcase_add_loop_test(tcase, a_part_that_only_looks_international_is_told_apart, 0, COUNT(hosts));
    tcase_add_test(tcase, endless_names_are_refused_before_they_are_worked_on);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}
