/* The public texts: every configured clock stands in them, and a changed one changes them. */
#include "base/file.h"
#include "policy/policy.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

static const char good[] =
    "maker = { name = \"Example Medical\"; id = \"EXM\"; country = \"DE\"; };\n"
    "mail = { from = \"psirt@example.com\"; return = \"psirt+{token}@example.com\"; relay = "
    "\"mail.example.com\"; };\n"
    "people = ( { id = \"weber\"; name = \"Jana Weber\"; mail = \"weber@example.com\"; phone = "
    "\"+49 30 1\"; roles = [ \"psirt\", \"regulatory\", \"quality\" ]; }, { id = \"meyer\"; name "
    "= \"Ute Meyer\"; mail = \"meyer@example.com\"; phone = \"+49 30 2\"; roles = [ \"quality\" ]; "
    "} );\n";

/* Settings of good text and more; NULL: refused, with err. */
static struct settings *with(const char *more, struct err *err)
{
    struct settings *settings = NULL;
    char dir[] = "/tmp/tocsin-policy-XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(dir));
    char *path = path_join(dir, "tocsin.conf");
    char *text = xprintf("%s%s\n", good, more);
    ck_assert_int_eq(file_write(path, bytes_of(text), 0600, err), OK);
    if (settings_load(&settings, path, err) != OK)
        settings = NULL;
    ck_assert_int_eq(file_remove_tree(dir, NULL), OK);
    free(text);
    free(path);
    return settings;
}

static const struct {
    const char *more, *in_procedure, *in_policy;
} promises[] = {
    {"case = { acknowledge = 5; };", "5 working days in DE", "5 working days"},
    {"case = { acknowledge = 1; };", "1 working day in DE", "1 working day "},
    {"case = { unassigned = \"7h\"; };", "has an owner | 7 hours |", "within 7 hours."},
    {"case = { triage = \"41h\"; };", "screened out | 41 hours |", "not ours, within 41 hours."},
    {"case = { news = \"9d\"; };", "again and again | 9 days |", "every 9 days."},
    {"release = { notify_within = \"5h\"; };", "is told, after approval | 5 hours |",
     "within 5 hours "},
    {"release = { answer_within = \"21d\"; };", "asked to answer, after approval | 21 days |",
     NULL},
    {"release = { approvals = 2; };", "signatures of two different persons", NULL},
    {"release = { roles = [ \"quality\" ]; };", "one of these roles: quality.", NULL},
    {"retry = { uncertain = \"25m\"; };", "tried again | 25 minutes |", NULL},
    {"mail_ = 1;", NULL, NULL}, /* refused: no such setting */
    {"sealing = { clear = \"sealed\"; };", "TLP:CLEAR at level sealed", NULL},
    {"sealing = { green = \"tls\"; };", "TLP:GREEN at level tls", NULL},
    {"sealing = { update = \"broadcast\"; };", "broadcast when they are updates", NULL},
    {"digest = ( { for = \"hdo\"; only = \"klinik\"; rrule = \"FREQ=WEEKLY;BYDAY=MO\"; } );",
     "* hdo (some of them): `FREQ=WEEKLY;BYDAY=MO`, in zone UTC", NULL},
    {"policy = { contact = \"bugs@example.com\"; };", NULL, "Write to <bugs@example.com>"},
    {"policy = { languages = \"en, de\"; };", NULL, "Languages: en, de."},
    {"policy = { url = \"https://example.com/p\"; };", NULL, "at <https://example.com/p>"},
    {"policy = { csaf = \"https://example.com/m\"; };", NULL, "machines: <https://example.com/m>"},
};

START_TEST(each_configured_promise_stands_in_the_texts_and_changes_their_hash)
{
    struct err err = {0};
    char before[SHA256_HEX], after[SHA256_HEX], again[SHA256_HEX];
    struct str procedure, cvd;
    struct settings *settings = with(promises[_i].more, &err);
    if (promises[_i].in_procedure == NULL && promises[_i].in_policy == NULL) {
        ck_assert_ptr_null(settings);
        return;
    }
    ck_assert_msg(settings != NULL, "%s", err.text);
    struct settings *plain = with("", &err);
    str_init(&procedure, STR_LIMIT_TEXT);
    str_init(&cvd, STR_LIMIT_TEXT);
    policy_procedure(&procedure, settings);
    policy_cvd(&cvd, settings);
    if (promises[_i].in_procedure != NULL)
        ck_assert_msg(strstr(str_text(&procedure), promises[_i].in_procedure) != NULL, "%s",
                      str_text(&procedure));
    if (promises[_i].in_policy != NULL)
        ck_assert_msg(strstr(str_text(&cvd), promises[_i].in_policy) != NULL, "%s", str_text(&cvd));
    policy_basis(before, plain);
    policy_basis(after, settings);
    policy_basis(again, settings);
    ck_assert_str_ne(before, after);
    ck_assert_str_eq(after, again);
    str_dispose(&procedure);
    str_dispose(&cvd);
    settings_free(settings);
    settings_free(plain);
}
END_TEST

/* What an English text promises is in the German one, too, number for number. */
static const struct {
    const char *more, *in_procedure, *in_policy;
} german[] = {
    {"case = { acknowledge = 5; };", "vorliegt | 5 Arbeitstagen in DE |",
     "von 5 Arbeitstagen, dass"},
    {"case = { acknowledge = 1; };", "vorliegt | 1 Arbeitstag in DE |", "von 1 Arbeitstag, dass"},
    {"case = { unassigned = \"1h\"; };", "Person | 1 Stunde |", "von 1 Stunde ist bei uns"},
    {"case = { triage = \"41h\"; };", "ausgesondert | 41 Stunden |", "von 41 Stunden ist sie"},
    {"case = { news = \"9d\"; };", "immer wieder | 9 Tagen |", "nach jeweils 9 Tagen von"},
    {"release = { notify_within = \"5h\"; };", "nach der Freigabe | 5 Stunden |",
     "von 5 Stunden nach der Freigabe"},
    {"release = { answer_within = \"21d\"; };", "antworten, nach der Freigabe | 21 Tagen |", NULL},
    {"release = { approvals = 2; };", "Unterschriften zweier verschiedener Personen", NULL},
    {"release = { roles = [ \"quality\" ]; };", "dieser Rollen: Qualität (quality).", NULL},
    {"retry = { uncertain = \"25m\"; };", "wieder versucht | 25 Minuten |", NULL},
    {"sealing = { clear = \"sealed\"; };", "TLP:CLEAR in der Stufe sealed", NULL},
    {"sealing = { green = \"tls\"; };", "TLP:GREEN in der Stufe tls", NULL},
    {"sealing = { update = \"broadcast\"; };", "und broadcast, wenn", NULL},
    {"digest = ( { for = \"hdo\"; only = \"klinik\"; rrule = \"FREQ=WEEKLY;BYDAY=MO\"; } );",
     "* hdo (einige von ihnen): `FREQ=WEEKLY;BYDAY=MO`, in der Zone UTC", NULL},
};

START_TEST(in_german_the_same_is_promised_and_both_is_one_behind_the_other)
{
    static const char *const languages[] = {"en", "de", "both"};
    struct err err = {0};
    struct str text[3], cvd[3];
    char basis[3][SHA256_HEX];
    for (int i = 0; i < 3; i++) {
        char *more = xprintf("%s policy = { url = \"https://example.com/p\"; csaf = "
                             "\"https://example.com/m\"; texts = \"%s\"; };",
                             german[_i].more, languages[i]);
        struct settings *settings = with(more, &err);
        ck_assert_msg(settings != NULL, "%s", err.text);
        str_init(&text[i], STR_LIMIT_TEXT);
        str_init(&cvd[i], STR_LIMIT_TEXT);
        policy_procedure(&text[i], settings);
        policy_cvd(&cvd[i], settings);
        policy_basis(basis[i], settings);
        settings_free(settings);
        free(more);
    }
    for (int i = 1; i < 3; i++) {
        ck_assert_msg(strstr(str_text(&text[i]), german[_i].in_procedure) != NULL, "%s",
                      str_text(&text[i]));
        ck_assert_msg(german[_i].in_policy == NULL ||
                          strstr(str_text(&cvd[i]), german[_i].in_policy) != NULL,
                      "%s", str_text(&cvd[i]));
        ck_assert_ptr_nonnull(strstr(str_text(&cvd[i]), "unter <https://example.com/p>"));
        ck_assert_str_ne(basis[0], basis[i]);
    }
    char *both = xprintf("%s\n%s", str_text(&cvd[0]), str_text(&cvd[1]));
    ck_assert_str_eq(str_text(&cvd[2]), both);
    free(both);
    for (int i = 0; i < 3; i++) {
        str_dispose(&text[i]);
        str_dispose(&cvd[i]);
    }
}
END_TEST

START_TEST(all_seven_sources_and_no_person_and_no_recipient_stand_in_the_texts)
{
    struct err err = {0};
    struct str all;
    static const char *const sources[] = {"a) security testers",
                                          "b) component suppliers",
                                          "c) developers and testers",
                                          "d) users",
                                          "e) logs of audit events",
                                          "f) researchers",
                                          "g) feeds of known vulnerabilities"};
    struct settings *settings = with("digest = ( { for = \"hdo\"; only = \"klinik\"; rrule = "
                                     "\"FREQ=WEEKLY;BYDAY=MO\"; } );",
                                     &err);
    ck_assert_msg(settings != NULL, "%s", err.text);
    str_init(&all, STR_LIMIT_TEXT);
    policy_procedure(&all, settings);
    for (int i = 0; i < COUNT(sources); i++)
        ck_assert_msg(strstr(str_text(&all), sources[i]) != NULL, "%s", sources[i]);
    policy_cvd(&all, settings);
    policy_security_txt(&all, settings, 0);
    static const char *const hidden[] = {"klinik", "Weber", "weber@", "+49", "Meyer"};
    for (int i = 0; i < COUNT(hidden); i++)
        ck_assert_msg(strstr(str_text(&all), hidden[i]) == NULL, "%s", hidden[i]);
    str_dispose(&all);
    settings_free(settings);
}
END_TEST

START_TEST(security_txt_has_each_field_once_and_nothing_that_is_not_configured)
{
    struct err err = {0};
    struct str text;
    int64_t end_ms = 0;
    ck_assert_int_eq(clock_parse(&end_ms, "2027-05-21T00:00:00Z", &err), OK);
    struct settings *bare = with("", &err);
    struct settings *full =
        with("policy = { url = \"https://example.com/p\"; csaf = \"https://example.com/m\"; "
             "encryption = \"https://example.com/k\"; security_txt = "
             "\"https://example.com/.well-known/security.txt\"; contact = \"a%b@example.com\"; };",
             &err);
    ck_assert_msg(bare != NULL && full != NULL, "%s", err.text);
    str_init(&text, STR_LIMIT_TEXT);
    policy_security_txt(&text, bare, end_ms);
    ck_assert_str_eq(str_text(&text), "Contact: mailto:psirt@example.com\n"
                                      "Expires: 2027-05-21T00:00:00Z\n"
                                      "Preferred-Languages: en\n");
    str_reset(&text);
    policy_security_txt(&text, full, end_ms);
    ck_assert_str_eq(str_text(&text), "Canonical: https://example.com/.well-known/security.txt\n"
                                      "Contact: mailto:a%25b@example.com\n"
                                      "Expires: 2027-05-21T00:00:00Z\n"
                                      "Encryption: https://example.com/k\n"
                                      "Preferred-Languages: en\n"
                                      "Policy: https://example.com/p\n"
                                      "CSAF: https://example.com/m\n");
    ck_assert(bare->policy.expires_ms < 365 * MS_DAY);
    str_dispose(&text);
    settings_free(bare);
    settings_free(full);
}
END_TEST

static const struct {
    const char *more, *said;
} refused[] = {
    {"policy = { url = \"http://example.com/p\"; };",
     "tocsin.conf line 4: policy.url: is not https: write https://..."},
    {"policy = { csaf = \"http://example.com/p\"; };",
     "tocsin.conf line 4: policy.csaf: is not https: write https://..."},
    {"policy = { languages = \"en: de\"; };",
     "tocsin.conf line 4: policy.languages: holds other signs than tags: write \"en, de\""},
    {"policy = { expires = \"366d\"; };", "policy.expires"},
    {"policy = { expires = \"20d\"; };", "policy.expires"},
};

START_TEST(what_security_txt_may_not_hold_is_refused)
{
    struct err err = {0};
    ck_assert_ptr_null(with(refused[_i].more, &err));
    ck_assert_msg(strstr(err.text, refused[_i].said) != NULL, "%s", err.text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("policy");
    TCase *tc = tcase_create("policy");
    tcase_add_loop_test(tc, each_configured_promise_stands_in_the_texts_and_changes_their_hash, 0,
                        COUNT(promises));
    tcase_add_loop_test(tc, in_german_the_same_is_promised_and_both_is_one_behind_the_other, 0,
                        COUNT(german));
    tcase_add_test(tc, all_seven_sources_and_no_person_and_no_recipient_stand_in_the_texts);
    tcase_add_test(tc, security_txt_has_each_field_once_and_nothing_that_is_not_configured);
    tcase_add_loop_test(tc, what_security_txt_may_not_hold_is_refused, 0, COUNT(refused));
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
