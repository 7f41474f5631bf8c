/*
 * Forms of texts that the schema and tests of CSAF 2.0 ask for: dates (RFC 3339), URIs (RFC 3986),
 * languages (BCP 47), package URLs, CPE names, versions. Each with what it takes and what not.
 */
#include "advisory/instant.h"
#include "advisory/language.h"
#include "advisory/lookup.h"
#include "advisory/purl.h"
#include "advisory/schema_table.h"
#include "advisory/uri.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static bool takes_date(struct bytes text)
{
    struct instant instant;
    return instant_parse(&instant, text);
}

static bool takes_language(struct bytes text)
{
    return language_fault(text) == NULL;
}

static bool takes_purl(struct bytes text)
{
    return purl_fault(text) == NULL;
}

/* Up to NULL: what each form takes, and what it does not. */
static const struct form {
    const char *name;
    bool (*match)(struct bytes text);
    const struct schema_form *form; /* instead of match */
    const char *good[24], *bad[28];
} forms[] = {
    {"date",
     takes_date,
     NULL,
     {"2026-03-01T10:00:00Z", "2026-03-01t10:00:00z", "2026-03-01T10:00:00.123456789012Z",
      "2026-03-01T10:00:00+01:00", "2026-03-01T10:00:00-23:59", "2024-02-29T00:00:00Z",
      "0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2016-12-31T23:59:60Z",
      "2017-01-01T00:59:60+01:00"},
     {"",
      "2026-03-01",
      "2026-03-01T10:00:00",
      "2026-03-01 10:00:00Z",
      "2026-03-01T10:00:00+0100",
      "2026-03-01T10:00:00+01",
      "2026-02-29T10:00:00Z",
      "2100-02-29T10:00:00Z",
      "2026-13-01T10:00:00Z",
      "2026-00-01T10:00:00Z",
      "2026-03-00T10:00:00Z",
      "2026-03-32T10:00:00Z",
      "2026-03-01T24:00:00Z",
      "2026-03-01T10:60:00Z",
      "2026-03-01T10:00:60Z",
      "2026-03-01T10:00:61Z",
      "2026-03-01T10:00:00.Z",
      "2026-03-01T10:00:00Z ",
      "26-03-01T10:00:00Z",
      "2026-3-01T10:00:00Z",
      "2026-03-01T10:00:00+24:00",
      "+2026-03-01T10:00:00Z",
      "2026-03-01T10:00Z"}},
    {"URI",
     uri_valid,
     NULL,
     {"https://example.com", "HTTP://A/b?c=d/e?f#g?h", "urn:oid:1.2.3", "mailto:a@example.com",
      "tel:+1", "x:", "x:#", "file:///a", "http://[::1]:8080/", "http://[1:2:3:4:5:6:7:8]",
      "http://[::ffff:192.0.2.1]", "http://[1::]", "http://[v1.a:b]", "http://u:p%20@h:/",
      "http://", "http://a/%C3%A4", "a+b-c.d:e", "http:/a//b"},
     {"",
      "example.com",
      "/a",
      "//a/b",
      "1a:b",
      "http://exa mple.com",
      "http://a/%zz",
      "http://a/%2",
      "http://a/\xC3\xA4",
      "http://[::1",
      "http://[1:2:3]",
      "http://[::1::]",
      "http://[12345::]",
      "http://[v.a]",
      "http://[1:2:3:4:5:6:7:8:9]",
      "http://a/[b]",
      "http://a#b#c",
      "http://a:8x/",
      "http://a\\b",
      "http://a/^",
      "http://a/{b}",
      "http://a@b@c/",
      "http://[::1.2.3.256]",
      ":a"}},
    {"language",
     takes_language,
     NULL,
     {"en",
      "EN",
      "de-AT",
      "zh-Hant-TW",
      "zh-cmn",
      "zh-yue-HK",
      "es-419",
      "de-1996",
      "sl-rozaj-biske",
      "en-fonipa",
      "i-default",
      "I-Mingo",
      "art-lojban",
      "en-x-a",
      "x-a-b",
      "de-u-co-phonebk",
      "en-t-de-x-1",
      "qtx",
      "en-Qaaa-QM",
      "de-DE-u-co-phonebk-t-en",
      "ja-Latn-hepburn"},
     {"",
      "e",
      "EZ",
      "xx",
      "jp",
      "english",
      "en-",
      "-en",
      "en--US",
      "en-US-US",
      "en-Xxxx",
      "en-XAA",
      "de-1996-1996",
      "en-aao",
      "ar-aao-abh",
      "en-u",
      "en-a-bb",
      "en-u-co-a-u-co",
      "en-x",
      "x",
      "en_US",
      "en-123456789",
      "i-klingons",
      "e\xC3\xA9",
      "en-US-zzzzz",
      "en-0"}},
    {"package URL",
     takes_purl,
     NULL,
     {"pkg:npm/a@1", "pkg:npm/%40a/b@1.0", "pkg:npm/@a/b", "PKG:a/b", "pkg://a/b", "pkg:a+b.c-d/e",
      "pkg:maven/o/a@1?type=jar&classifier=x#s/t", "pkg:a/b?c", "pkg:a/b?c=", "pkg:cran/a@1",
      "pkg:swift/g.com/a/b@1", "pkg:oci/a@sha256%3Aaa", "pkg:pub/a_b", "pkg:a/b@",
      "pkg:conan/u/a@1?channel=c"},
     {"",
      "pkg:",
      "pkg:a",
      "pkg:a/",
      "npm/a",
      "pkg:1a/b",
      "pkg:a_b/c",
      "pkg:a/%zz",
      "pkg:a/b@%f",
      "pkg:a/%ff",
      "pkg:a/b?1=2",
      "pkg:a/b?c=d&C=e",
      "pkg:a/b?c%20=d",
      "pkg:maven/a@1",
      "pkg:npm/@1.0",
      "pkg:generic/@",
      "pkg:a/@1.0?c=d#e",
      "pkg:a//@1/",
      "pkg:cran/a",
      "pkg:swift/a@1",
      "pkg:oci/a/b",
      "pkg:mlflow/a/b",
      "pkg:pub/a.b",
      "pkg:conan/a?channel=c",
      "pkg:conan/u/a"}},
    {"CPE",
     NULL,
     &form_cpe,
     {"cpe:2.3:a:b:c:1:*:*:*:*:*:*:*", "cpe:2.3:h:b\\:d:c:??1?:-:*:en:*:*:*:*",
      "cpe:2.3:*:-:*:*:*:*:es-419:*:*:*:*", "cpe:2.3:o:*b*:c:1:*:*:-:*:*:*:*",
      "cpe:2.3:a:b:c:1:*:*:*:*:*:*:* and more", "cpe:/", "cpe:/a:b", "CPE:/A:b:c:d~e%20",
      "words before cpe:/a:b"},
     {"", "cpe:2.3:a:b:c:1:*:*:*:*:*:*", "cpe:2.3:x:b:c:1:*:*:*:*:*:*:*",
      "cpe:2.3:a:b d:c:1:*:*:*:*:*:*:*", "cpe:2.3:a:b:c:1:*:*:english:*:*:*:*", "cpe:/x", "cpe:/ab",
      "cpe:/a:b:c:d:e:f:g:h", "cpe:/a:b/c", "cpe:2.3:a:**:c:1:*:*:*:*:*:*:*", "cpe:2.3:a::c",
      "cpe:2.3:a:b\\z:c:1:*:*:*:*:*:*:*"}},
    {"version",
     NULL,
     &form_version,
     {"0", "1", "10", "1.0.0", "0.0.0", "1.2.3-rc.1", "1.0.0-0a", "1.0.0-a-b+001", "1.0.0+0.1",
      "1.0.0--"},
     {"", "01", "1.0", "1.0.0.0", "v1", "1.0.0-", "1.0.0-01", "1.0.0-a..b", "1.0.0+", "1.0.0+a+b",
      "1.01.0", "1.0.0-\xC3\xA4", " 1", "1\n", "-1"}},
    {"category",
     NULL,
     &form_category,
     {"a", "csaf_vex", "a b", "\xC3\xA9", "a_-.b"},
     {"", " a", "a ", "-a", "a-", "_", ".", "a\nb", "\xC2\xA0y", "a\xE2\x80\xA8z",
      "a\xEF\xBB\xBF"}},
    {"tracking id", NULL, &form_tracking_id, {"a", "-", "A b"}, {"", " ", "a ", "\ta", "a\rb"}},
    {"CVE",
     NULL,
     &form_cve,
     {"CVE-2026-0001", "CVE-2026-12345678"},
     {"", "CVE-2026-001", "cve-2026-0001", "CVE-26-0001", "CVE-2026-0001 ", "CVE-2026_0001"}},
    {"CWE",
     NULL,
     &form_cwe,
     {"CWE-1", "CWE-123456"},
     {"", "CWE-0", "CWE-01", "CWE-1234567", "CWE-", "cwe-1", "CWE-1a"}},
    {"hash",
     NULL,
     &form_hash,
     {"0123456789abcdefABCDEF0123456789"},
     {"", "0123456789abcdef0123456789abcde", "0123456789abcdefg123456789abcdef"}},
    {"vector of v2",
     NULL,
     &form_vector_v2,
     {"AV:N/AC:L/Au:N/C:P/I:P/A:P", "AV:N", "RC:UR/CDP:LM/TD:ND/AV:N"},
     {"", "(AV:N)", "AV:X", "AV:N/", "/AV:N", "CVSS:3.1/AV:N", "AV:N/AC:LL", "E:PO"}},
    {"vector of v3",
     NULL,
     &form_vector_v31,
     {"CVSS:3.1/AV:N", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:X/MAV:X"},
     {"", "CVSS:3.1/", "CVSS:3.0/AV:N", "AV:N", "CVSS:3.1/AV:N/", "CVSS:3.1/Au:N", "CVSS:3.1/AV:"}},
};

START_TEST(what_has_the_form_is_taken_and_nothing_else)
{
    const struct form *form = &forms[_i];
    bool (*match)(struct bytes text) = form->form != NULL ? form->form->match : form->match;
    for (size_t i = 0; form->good[i] != NULL; i++)
        ck_assert_msg(match(bytes_of(form->good[i])), "%s: %s", form->name, form->good[i]);
    for (size_t i = 0; form->bad[i] != NULL; i++)
        ck_assert_msg(!match(bytes_of(form->bad[i])), "%s: %s", form->name, form->bad[i]);
}
END_TEST

/* A NUL inside is a sign like any other: none of the forms ends at it. */
START_TEST(no_form_ends_at_a_nul)
{
    const struct form *form = &forms[_i];
    bool (*match)(struct bytes text) = form->form != NULL ? form->form->match : form->match;
    unsigned char text[100] = {0};
    size_t size = strlen(form->good[0]);
    ck_assert_uint_lt(size, sizeof text - 2);
    memcpy(text, form->good[0], size);
    /* Behind a CPE anything may follow: the pattern of the schema has no end. Ids may hold it. */
    bool open = form->form == &form_cpe || form->form == &form_category ||
                form->form == &form_tracking_id || form->match == takes_purl;
    ck_assert_msg(open || !match((struct bytes){text, size + 1}), "%s", form->name);
}
END_TEST

START_TEST(instants_are_compared_to_the_last_digit)
{
    static const char *const ascending[] = {
        "0000-02-29T00:00:00Z",      "1969-12-31T23:59:59Z",
        "2016-12-31T23:59:59.9Z",    "2017-01-01T00:59:60+01:00",
        "2016-12-31T23:59:60.5Z",    "2017-01-01T00:00:00Z",
        "2026-03-01T10:00:00+14:00", "2026-03-01T09:59:59.9999999999Z",
        "2026-03-01T10:00:00Z",      "2026-03-01T10:00:00.0000000001Z",
        "2026-03-01T10:00:00.1Z",    "2026-03-01T10:00:00.11Z",
        "2026-03-01T10:00:00-00:01"};
    static const char *const equal[][2] = {
        {"2026-03-01T10:00:00Z", "2026-03-01t11:00:00.000+01:00"},
        {"2026-03-01T10:00:00.50Z", "2026-02-28T20:30:00.5-13:30"}};
    struct instant a;
    struct instant b;
    for (size_t i = 1; i < sizeof ascending / sizeof ascending[0]; i++) {
        ck_assert(instant_parse(&a, bytes_of(ascending[i - 1])));
        ck_assert(instant_parse(&b, bytes_of(ascending[i])));
        ck_assert_msg(instant_compare(&a, &b) < 0 && instant_compare(&b, &a) > 0, "%s",
                      ascending[i]);
    }
    for (size_t i = 0; i < 2; i++) {
        ck_assert(instant_parse(&a, bytes_of(equal[i][0])));
        ck_assert(instant_parse(&b, bytes_of(equal[i][1])));
        ck_assert_int_eq(instant_compare(&a, &b), 0);
    }
}
END_TEST

START_TEST(private_parts_of_languages_are_seen)
{
    static const char *const private[] = {"qaa",   "QTZ",   "en-Qaaa",    "en-Qabx",
                                          "en-AA", "en-QM", "x-a",        "en-x-a",
                                          "en-XK", "en-ZZ", "en-u-co-x-a"};
    static const char *const public[] = {"en",         "qua",       "en-Latn", "en-US",
                                         "en-u-zz-aa", "i-default", "no such", "en-QA"};
    for (size_t i = 0; i < sizeof private / sizeof private[0]; i++)
        ck_assert_msg(language_is_private(bytes_of(private[i])), "%s", private[i]);
    for (size_t i = 0; i < sizeof public / sizeof public[0]; i++)
        ck_assert_msg(!language_is_private(bytes_of(public[i])), "%s", public[i]);
}
END_TEST

START_TEST(tables_find_every_row_and_say_where_they_come_from)
{
    struct bytes value = {NULL, 0};
    ck_assert(lookup(&value, LOOKUP_CWE, "CWE-79"));
    ck_assert(bytes_equal(value, bytes_of("Improper Neutralization of Input During Web Page "
                                          "Generation ('Cross-site Scripting')")));
    ck_assert(lookup(&value, LOOKUP_CWE, "CWE-1004"));
    ck_assert(lookup(&value, LOOKUP_CWE, "CWE-99"));
    ck_assert(lookup(&value, LOOKUP_LANGUAGES, "v zulu") == false);
    ck_assert(lookup(&value, LOOKUP_LANGUAGES, "e aao"));
    ck_assert(bytes_equal(value, bytes_of("ar")));
    ck_assert(lookup(&value, LOOKUP_LANGUAGES, "l de"));
    ck_assert_uint_eq(value.size, 0);
    static const char *const missing[] = {"",       "CWE-", "CWE-3", "CWE-790000",
                                          "cwe-79", "zzz",  "\xFF"};
    for (size_t i = 0; i < sizeof missing / sizeof missing[0]; i++)
        ck_assert_msg(!lookup(&value, LOOKUP_CWE, missing[i]), "%s", missing[i]);
    ck_assert(text_starts((const char *)lookup_source(LOOKUP_CWE).data, "CWE 4."));
    ck_assert(text_starts((const char *)lookup_source(LOOKUP_LANGUAGES).data, "IANA"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("advisory.forms");
    TCase *tc = tcase_create("forms");
    tcase_add_loop_test(tc, what_has_the_form_is_taken_and_nothing_else, 0,
                        (int)(sizeof forms / sizeof forms[0]));
    tcase_add_loop_test(tc, no_form_ends_at_a_nul, 0, (int)(sizeof forms / sizeof forms[0]));
    tcase_add_test(tc, instants_are_compared_to_the_last_digit);
    tcase_add_test(tc, private_parts_of_languages_are_seen);
    tcase_add_test(tc, tables_find_every_row_and_say_where_they_come_from);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
