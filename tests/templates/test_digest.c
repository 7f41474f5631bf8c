/*
 * Texts of digests against golden files; WRITE_GOLDEN=1 writes them anew, see test_golden.c.
 */
#include "base/file.h"
#include "tests/templates/facts.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define GOLDEN TEST_SOURCE_DIR "/tests/fixtures/notices"

static const struct notice_digest_item items[] = {
    {.section = "new",
     .tracking = "EXM-2026-0009",
     .version = "1.0.0",
     .tlp = TLP_GREEN,
     .title = "Pump accepts =unsigned| commands",
     .severity = "CRITICAL",
     .score_tenths = 98,
     .whole = true,
     .answer_by_ms = DAY_2026_11_27 + 9 * MS_DAY,
     .code = "K7M2P9Q"},
    {.section = "changed",
     .tracking = "EXM-2026-0007",
     .version = "1.1.0",
     .previous = "1.0.0",
     .tlp = TLP_GREEN,
     .title = "Monitor shows old values",
     .severity = "HIGH",
     .score_tenths = 75,
     .changes = "A corrected software is there.",
     .whole = true,
     .answered = true,
     .answer_by_ms = DAY_2026_11_27 + 9 * MS_DAY,
     .code = "H4T8WXR"},
    {.section = "open",
     .tracking = "EXM-2026-0003",
     .version = "2",
     .tlp = TLP_AMBER,
     .title = "SECRET",
     .severity = "SECRET",
     .changes = "SECRET",
     .score_tenths = 91,
     .answer_by_ms = DAY_2026_11_27,
     .code = "B3N5VZC"},
    {.section = "gone", .tracking = "EXM-2025-0001", .version = "3.0.0", .score_tenths = -1},
};
static const struct notice_digest whole = {items, 4, DAY_2026_11_27 - 7 * MS_DAY};
static const struct notice_digest first = {items, 1, 0};
static const struct notice_digest empty = {NULL, 0, DAY_2026_11_27 - 7 * MS_DAY};

static const struct {
    const char *name;
    const struct notice_digest *digest;
    const char *language;
    enum level level;
    bool broadcast;
} rows[] = {
    {"en.digest", &whole, "en", LEVEL_SEALED, false},
    {"de.digest", &whole, "de", LEVEL_SEALED, false},
    {"en.digest.broadcast", &whole, "en", LEVEL_SEALED, true},
    {"en.digest.first", &first, "en", LEVEL_TLS, false},
    {"en.digest.empty", &empty, "en", LEVEL_TLS, false},
    {"de.digest.empty", &empty, "de", LEVEL_WAITING, false},
};

static void compare(const char *name, const char *suffix, const struct str *got)
{
    struct err err = {0};
    struct str want;
    char *path = xprintf(GOLDEN "/%s.%s", name, suffix);
    str_init(&want, STR_LIMIT_TEXT);
    if (getenv("WRITE_GOLDEN") != NULL)
        ck_assert_msg(file_write(path, str_bytes(got), 0644, &err) == OK, "%s", err.text);
    ck_assert_msg(file_read(&want, path, STR_LIMIT_TEXT, &err) == OK, "%s", err.text);
    ck_assert_str_eq(str_text(got), str_text(&want));
    str_dispose(&want);
    free(path);
}

static void render(struct sample *sample, struct notice_text *notice, int row)
{
    sample_init(sample);
    struct notice_facts *f = &sample->facts;
    f->kind = NOTICE_DIGEST;
    f->csaf = NULL;
    f->digest = rows[row].digest;
    f->language = rows[row].language;
    f->level = rows[row].level;
    f->broadcast = rows[row].broadcast;
    f->tlp = TLP_GREEN;
    f->answer_by_ms = 0;
    for (size_t i = 0; i < f->device_count; i++)
        f->devices[i].notice = i == 0 ? "EXM-2026-0007" : "EXM-2026-0009";
    sample_render(notice, f);
}

START_TEST(every_digest_is_as_its_golden_file)
{
    struct sample sample;
    struct notice_text notice;
    struct str text;
    render(&sample, &notice, _i);
    str_init(&text, STR_LIMIT_TEXT);
    str_addf(&text, "Subject: %s\nOuter subject: %s\n\n%s", str_text(&notice.subject),
             str_text(&notice.outer_subject), str_text(&notice.text));
    compare(rows[_i].name, "txt", &text);
    str_dispose(&text);
    notice_text_dispose(&notice);
    sample_dispose(&sample);
}
END_TEST

START_TEST(a_reference_shows_no_title_and_the_outside_no_notice)
{
    struct sample sample;
    struct notice_text notice;
    render(&sample, &notice, _i);
    ck_assert_ptr_null(strstr(str_text(&notice.text), "SECRET"));
    ck_assert_ptr_null(strstr(str_text(&notice.html), "SECRET"));
    ck_assert_ptr_null(strstr(str_text(&notice.outer_subject), "EXM-"));
    ck_assert_ptr_null(strstr(str_text(&notice.outer_subject), "Pump"));
    for (size_t i = 0; rows[_i].broadcast && i < 3; i++)
        ck_assert_ptr_null(strstr(str_text(&notice.text), items[i].code));
    notice_text_dispose(&notice);
    sample_dispose(&sample);
}
END_TEST

START_TEST(the_table_is_defused_and_has_a_row_for_each)
{
    struct sample sample;
    struct str csv;
    sample_init(&sample);
    sample.facts.digest = &whole;
    str_init(&csv, STR_LIMIT_TEXT);
    wording_digest_csv(&csv, &sample.facts);
    ck_assert_ptr_nonnull(strstr(str_text(&csv), "new,EXM-2026-0009,1.0.0,,"));
    ck_assert_ptr_nonnull(strstr(str_text(&csv), ",GREEN,9.8,no,2026-12-06T00:00:00Z,K7M2P9Q\r\n"));
    ck_assert_ptr_nonnull(strstr(str_text(&csv), "gone,EXM-2025-0001,3.0.0,,,,,,,\r\n"));
    sample.facts.broadcast = true;
    str_reset(&csv);
    wording_digest_csv(&csv, &sample.facts);
    ck_assert_ptr_null(strstr(str_text(&csv), "K7M2P9Q"));
    str_dispose(&csv);
    sample_dispose(&sample);
}
END_TEST

START_TEST(an_acknowledgement_says_its_number_and_nothing_of_a_report)
{
    struct err err = {0};
    struct wording *wording = NULL;
    struct sample sample;
    struct notice_text notice;
    sample_init(&sample);
    notice_text_init(&notice);
    ck_assert_int_eq(wording_open(&wording, NULL, &err), OK);
    sample.facts.kind = NOTICE_ACKNOWLEDGEMENT;
    sample.facts.audience = PARTY_REPORTER;
    sample.facts.level = LEVEL_TLS;
    sample.facts.language = _i == 1 ? "de" : "en";
    sample.facts.csaf = NULL;
    sample.facts.matter = "C-26-0017-8";
    ck_assert_int_eq(wording_notice(&notice, wording, &sample.facts, &err), OK);
    ck_assert_ptr_nonnull(strstr(str_text(&notice.subject), "C-26-0017-8"));
    ck_assert_ptr_nonnull(strstr(str_text(&notice.text), "C-26-0017-8"));
    ck_assert_ptr_nonnull(strstr(str_text(&notice.text), _i == 1 ? "Programm" : "a program"));
    ck_assert_ptr_nonnull(strstr(str_text(&notice.html), "C-26-0017-8"));
    ck_assert_ptr_null(strstr(str_text(&notice.text), "TLP"));
    notice_text_dispose(&notice);
    wording_close(wording);
    sample_dispose(&sample);
}
END_TEST

int main(void)
{
    const int count = (int)(sizeof rows / sizeof rows[0]);
    Suite *suite = suite_create("templates.digest");
    TCase *tc = tcase_create("digest");
    tcase_add_loop_test(tc, every_digest_is_as_its_golden_file, 0, count);
    tcase_add_loop_test(tc, a_reference_shows_no_title_and_the_outside_no_notice, 0, count);
    tcase_add_test(tc, the_table_is_defused_and_has_a_row_for_each);
    tcase_add_loop_test(tc, an_acknowledgement_says_its_number_and_nothing_of_a_report, 0, 2);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
