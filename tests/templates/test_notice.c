#include "tests/templates/facts.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const enum notice_kind kinds[] = {NOTICE_IMMEDIATE, NOTICE_UPDATE, NOTICE_WAITING};
static const enum party_kind audiences[] = {PARTY_HDO, PARTY_REGULATOR, PARTY_COMPLAINT};
static const char *const languages[] = {"en", "de"};
enum { TEXTS = 18 };

static void set_text(struct notice_facts *f, int index)
{
    f->language = languages[index % 2];
    f->kind = kinds[index / 2 % 3];
    f->audience = audiences[index / 6];
    f->previous_version = "0.9.0";
    if (f->kind == NOTICE_WAITING)
        f->level = LEVEL_WAITING;
}

static void check_has(const struct str *in, const char *wanted)
{
    ck_assert_msg(strstr(str_text(in), wanted) != NULL, "\"%s\" is missing in [%s]", wanted,
                  str_text(in));
}

static void check_not(const struct str *in, const char *unwanted)
{
    ck_assert_msg(strcasestr(str_text(in), unwanted) == NULL, "\"%s\" stands in [%s]", unwanted,
                  str_text(in));
}

/* The same words on one line, to look for phrases that may be wrapped. */
static void unwrap(struct str *out, const struct str *text)
{
    str_init(out, STR_LIMIT_TEXT);
    for (size_t i = 0; i < text->size; i++) {
        bool blank = text->data[i] == ' ' || text->data[i] == '\n';
        if (!blank)
            str_add_c(out, text->data[i]);
        else if (out->size > 0 && out->data[out->size - 1] != ' ')
            str_add_c(out, ' ');
    }
}

/* Proves: 4.1.7 description, 4.1.7 score, 4.1.7 versions, 4.1.7 resolution */
START_TEST(every_notice_has_the_four_fields)
{
    static const char *const wanted[] = {"accepts commands without any authentication",
                                         "8.3",
                                         "CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:L/I:H/A:H",
                                         "ExampleInfuse P200 3.0.0 and later, before 3.2.5",
                                         "ExampleStation 1.8.0",
                                         "Install pump software 2.4.1 as chapter 9",
                                         "Switch off the remote overview"};
    struct sample sample;
    struct notice_text notice;
    struct str flat;
    sample_init(&sample);
    set_text(&sample.facts, _i);
    if (sample.facts.kind != NOTICE_WAITING) {
        sample_render(&notice, &sample.facts);
        unwrap(&flat, &notice.text);
        for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
            check_has(&flat, wanted[i]);
            check_has(&notice.html, wanted[i]);
        }
        str_dispose(&flat);
        notice_text_dispose(&notice);
    }
    sample_dispose(&sample);
}
END_TEST

START_TEST(a_waiting_notice_says_nothing_of_product_or_flaw)
{
    static const char *const unwanted[] = {
        "ExampleInfuse", "ExampleStation", "authentication",
        "CVE",           "CVSS",           "8.3",
        "pump",          "overdose",       "4711",
        "1.0.0",         "P1-000417",      "St. Example Hospital"};
    struct sample sample;
    struct notice_text notice;
    sample_init(&sample);
    set_text(&sample.facts, _i);
    sample.facts.level = LEVEL_WAITING; /* whatever kind was asked for */
    sample_render(&notice, &sample.facts);
    const char *body = strstr(str_text(&notice.html), "<body>");
    ck_assert_ptr_nonnull(body);
    for (size_t i = 0; i < sizeof unwanted / sizeof unwanted[0]; i++) {
        check_not(&notice.text, unwanted[i]);
        check_not(&notice.subject, unwanted[i]);
        ck_assert_ptr_null(strstr(body, unwanted[i]));
    }
    check_has(&notice.text, "K7M2P9Q");
    check_has(&notice.text, "EXM-2026-0007");
    check_has(&notice.text, "Jana Weber");
    notice_text_dispose(&notice);
    sample_dispose(&sample);
}
END_TEST

START_TEST(the_outer_subject_has_its_exact_shape)
{
    static const char *const wanted[] = {
        "Example Medical GmbH: security notice EXM-2026-0007, please answer by 11 December 2026",
        "Example Medical GmbH: Sicherheitshinweis EXM-2026-0007, bitte antworten bis 11. Dezember "
        "2026"};
    struct sample sample;
    struct notice_text notice;
    sample_init(&sample);
    set_text(&sample.facts, _i);
    sample_render(&notice, &sample.facts);
    ck_assert_str_eq(str_text(&notice.outer_subject), wanted[_i % 2]);
    notice_text_dispose(&notice);
    sample_dispose(&sample);
}
END_TEST

START_TEST(a_test_is_marked_in_both_subjects_and_at_the_top)
{
    static const char *const words[] = {"TEST – not a real notice", "TEST – keine echte Meldung"};
    struct sample sample;
    struct notice_text notice;
    sample_init(&sample);
    set_text(&sample.facts, _i);
    sample.facts.test = true;
    sample_render(&notice, &sample.facts);
    const char *mark = words[_i % 2];
    ck_assert(text_starts(str_text(&notice.subject), mark));
    ck_assert(text_starts(str_text(&notice.outer_subject), mark));
    ck_assert(text_starts(str_text(&notice.text), "*** TEST"));
    check_has(&notice.text, mark);
    const char *body = strstr(str_text(&notice.html), "<body>\n");
    ck_assert(text_starts(body, "<body>\n<p class=\"alert\">TEST"));
    notice_text_dispose(&notice);
    sample_dispose(&sample);
}
END_TEST

START_TEST(a_real_notice_is_not_marked_as_a_test)
{
    struct sample sample;
    struct notice_text notice;
    sample_init(&sample);
    set_text(&sample.facts, _i);
    sample_render(&notice, &sample.facts);
    check_not(&notice.subject, "TEST");
    check_not(&notice.text, "TEST –");
    notice_text_dispose(&notice);
    sample_dispose(&sample);
}
END_TEST

static const struct {
    enum level level;
    bool has_code, known;
    size_t count;
    const char *en;
} device_cases[] = {
    {LEVEL_SEALED, true, true, 4, "By our records: 2 × ExampleInfuse P100 2.3.6; 12 ×"},
    {LEVEL_SEALED, true, true, 0, "By our records none of these products."},
    {LEVEL_SEALED, true, false, 0, "We have no record of your devices."},
    {LEVEL_TLS, true, true, 4, "The list of your devices is sent only to encrypted mailboxes"},
    {LEVEL_TLS, true, true, 0, "The list of your devices is sent only to encrypted mailboxes"},
    {LEVEL_TLS, true, false, 0, "We have no record of your devices."},
    {LEVEL_TASK, true, true, 4, "The list of your devices is sent only to encrypted mailboxes"},
    {LEVEL_SEALED, false, true, 4,
     "This text is the same for all and holds no list of your devices"},
    {LEVEL_SEALED, false, false, 0,
     "This text is the same for all and holds no list of your devices"},
};

START_TEST(a_text_for_many_says_nothing_that_is_one_recipients_own)
{
    struct sample sample;
    struct notice_text notice;
    struct str outer;
    struct err err = {0};
    struct wording *wording = NULL;
    sample_init(&sample);
    sample.facts.broadcast = true;
    sample.facts.reply_address = "+owntoken@";
    sample_render(&notice, &sample.facts);
    const char *own[] = {sample.facts.to_party, sample.facts.code, "owntoken", "P1-000417"};
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        check_not(&notice.text, own[i]);
        check_not(&notice.html, own[i]);
    }
    check_not(&notice.subject, sample.facts.code);
    check_has(&notice.outer_subject, sample.facts.code);
    check_has(&notice.text, "all recipients of this notice (hospital)");
    str_init(&outer, 500);
    ck_assert_int_eq(wording_open(&wording, NULL, &err), OK);
    ck_assert_int_eq(wording_outer_subject(&outer, wording, &sample.facts, &err), OK);
    ck_assert_str_eq(str_text(&outer), str_text(&notice.outer_subject));
    wording_close(wording);
    notice_text_dispose(&notice);
    str_dispose(&outer);
    sample_dispose(&sample);
}
END_TEST

START_TEST(devices_are_listed_only_to_one_recipient_and_encrypted)
{
    struct sample sample;
    struct notice_text notice;
    struct str flat;
    bool listed = device_cases[_i].level == LEVEL_SEALED && device_cases[_i].has_code;
    sample_init(&sample);
    sample.facts.level = device_cases[_i].level;
    sample.facts.devices_known = device_cases[_i].known;
    sample.facts.device_count = device_cases[_i].count;
    if (!device_cases[_i].has_code)
        sample.facts.code = NULL;
    sample_render(&notice, &sample.facts);
    unwrap(&flat, &notice.text);
    check_has(&flat, device_cases[_i].en);
    if (listed && device_cases[_i].count > 0) {
        check_has(&notice.text, "P1-000417");
    } else {
        check_not(&notice.text, "P1-00041");
        check_not(&notice.html, "P1-00041");
        check_not(&notice.text, "ES-77");
    }
    str_dispose(&flat);
    notice_text_dispose(&notice);
    sample_dispose(&sample);
}
END_TEST

START_TEST(only_the_complaint_desk_learns_who_else_is_told)
{
    for (int audience = 0; audience < PARTY_KIND_COUNT; audience++) {
        struct sample sample;
        struct notice_text notice;
        sample_init(&sample);
        sample.facts.audience = (enum party_kind)audience;
        sample_render(&notice, &sample.facts);
        if (audience == PARTY_COMPLAINT) {
            check_has(&notice.text, "H4T8WXR");
            check_has(&notice.text, "2026-11-27");
        } else {
            check_not(&notice.text, "H4T8WXR");
            check_not(&notice.html, "H4T8WXR");
        }
        notice_text_dispose(&notice);
        sample_dispose(&sample);
    }
}
END_TEST

START_TEST(the_first_screen_has_its_lines_in_order)
{
    static const char *const labels[][9] = {
        {"\nWhat:", "\nFrom:", "\nTo:", "\nYou have:", "\nDo now:", "\nFix:", "\nRisk:",
         "\nAnswer:", "\nGenuine:"},
        {"\nWas:", "\nVon:", "\nAn:", "\nBei Ihnen:", "\nJetzt tun:", "\nKorrektur:", "\nRisiko:",
         "\nAntwort:", "\nEchtheit:"}};
    for (size_t l = 0; l < 2; l++) {
        struct sample sample;
        struct notice_text notice;
        sample_init(&sample);
        sample.facts.language = languages[l];
        sample_render(&notice, &sample.facts);
        const char *at = str_text(&notice.text);
        for (size_t i = 0; i < 9; i++) {
            const char *next = strstr(at, labels[l][i]);
            ck_assert_msg(next != NULL, "%s is missing or out of order", labels[l][i]);
            at = next + 1;
        }
        notice_text_dispose(&notice);
        sample_dispose(&sample);
    }
}
END_TEST

START_TEST(an_interim_notice_says_so_and_when_the_next_one_comes)
{
    struct sample sample;
    struct notice_text notice;
    struct str flat;
    sample_init(&sample);
    sample.facts.interim = true;
    sample.facts.next_information = "2026-12-04";
    for (size_t i = 0; i < sample.csaf->vulnerability_count; i++)
        for (size_t k = 0; k < sample.csaf->vulnerabilities[i].remediation_count; k++)
            sample.csaf->vulnerabilities[i].remediations[k].category = "mitigation";
    sample_render(&notice, &sample.facts);
    unwrap(&flat, &notice.text);
    check_has(
        &flat,
        "Fix: A fix is not ready yet. Until there is one, protect yourselves with the measures "
        "below. This notice is preliminary. Next information: 4 December 2026.");
    str_dispose(&flat);
    notice_text_dispose(&notice);
    sample_dispose(&sample);
}
END_TEST

static const struct {
    int64_t ms;
    const char *en, *de;
} dates[] = {
    {DAY_2026_11_27, "by 27 November 2026 with", "bis 27. November 2026 mit"},
    {DAY_2026_11_27 + 1000, "by 27 November 2026, 00:00 UTC with",
     "bis 27. November 2026, 00:00 Uhr UTC mit"},
    {DAY_2026_11_27 + 95 * MS_DAY, "by 2 March 2027 with", "bis 2. März 2027 mit"},
    {DAY_2026_11_27 - 1, "by 26 November 2026, 23:59 UTC with",
     "bis 26. November 2026, 23:59 Uhr UTC mit"},
};

START_TEST(dates_are_written_as_people_write_them)
{
    for (size_t l = 0; l < 2; l++) {
        struct sample sample;
        struct notice_text notice;
        struct str flat;
        sample_init(&sample);
        sample.facts.language = languages[l];
        sample.facts.answer_by_ms = dates[_i].ms;
        sample_render(&notice, &sample.facts);
        unwrap(&flat, &notice.text);
        check_has(&flat, l == 0 ? dates[_i].en : dates[_i].de);
        str_dispose(&flat);
        notice_text_dispose(&notice);
        sample_dispose(&sample);
    }
}
END_TEST

START_TEST(kinds_without_a_text_are_refused)
{
    static const enum notice_kind without[] = {NOTICE_DIGEST};
    struct err err = {0};
    struct wording *wording = NULL;
    struct sample sample;
    struct notice_text notice;
    sample_init(&sample);
    notice_text_init(&notice);
    ck_assert_int_eq(wording_open(&wording, NULL, &err), OK);
    sample.facts.kind = without[0];
    ck_assert_int_eq(wording_notice(&notice, wording, &sample.facts, &err), ERR_INVALID);
    ck_assert_ptr_nonnull(strstr(err.text, "has no text"));
    notice_text_dispose(&notice);
    notice_text_dispose(NULL);
    wording_close(wording);
    wording_close(NULL);
    sample_dispose(&sample);
}
END_TEST

START_TEST(a_notice_past_its_limit_is_an_error)
{
    for (size_t limit = 1000; limit < 30000; limit += 1000) {
        struct err err = {0};
        struct wording *wording = NULL;
        struct sample sample;
        struct notice_text notice;
        sample_init(&sample);
        notice_text_init(&notice);
        notice.text.limit = limit;
        ck_assert_int_eq(wording_open(&wording, NULL, &err), OK);
        enum status status = wording_notice(&notice, wording, &sample.facts, &err);
        ck_assert_int_eq(status, notice.text.failed ? ERR_LIMIT : OK);
        ck_assert_uint_le(notice.text.size, limit);
        notice_text_dispose(&notice);
        wording_close(wording);
        sample_dispose(&sample);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("templates.notice");
    TCase *tc = tcase_create("notice");
    tcase_add_loop_test(tc, every_notice_has_the_four_fields, 0, TEXTS);
    tcase_add_loop_test(tc, a_waiting_notice_says_nothing_of_product_or_flaw, 0, TEXTS);
    tcase_add_loop_test(tc, the_outer_subject_has_its_exact_shape, 0, TEXTS);
    tcase_add_loop_test(tc, a_test_is_marked_in_both_subjects_and_at_the_top, 0, TEXTS);
    tcase_add_loop_test(tc, a_real_notice_is_not_marked_as_a_test, 0, TEXTS);
    tcase_add_test(tc, a_text_for_many_says_nothing_that_is_one_recipients_own);
    tcase_add_loop_test(tc, devices_are_listed_only_to_one_recipient_and_encrypted, 0,
                        (int)(sizeof device_cases / sizeof device_cases[0]));
    tcase_add_test(tc, only_the_complaint_desk_learns_who_else_is_told);
    tcase_add_test(tc, the_first_screen_has_its_lines_in_order);
    tcase_add_test(tc, an_interim_notice_says_so_and_when_the_next_one_comes);
    tcase_add_loop_test(tc, dates_are_written_as_people_write_them, 0,
                        (int)(sizeof dates / sizeof dates[0]));
    tcase_add_test(tc, kinds_without_a_text_are_refused);
    tcase_add_test(tc, a_notice_past_its_limit_is_an_error);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
