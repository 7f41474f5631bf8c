/* What is written reads back in libical, whatever the words are. */
#include "duties/ical.h"

#include "base/clock.h"

#include <check.h>
#include <libical/ical.h>
#include <stdlib.h>
#include <string.h>

static const char *const words[] = {
    "EU-87-15: Serious incident",
    "commas, semicolons; back\\slashes\nand lines",
    "",
    "ÄÖÜ äöü ß ÄÖÜ äöü ß ÄÖÜ äöü ß ÄÖÜ äöü ß ÄÖÜ äöü ß ÄÖÜ äöü ß ÄÖÜ äöü ß ÄÖÜ äöü ß",
    "日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語",
    "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890",
    "BEGIN:VTODO\nEND:VCALENDAR",
};

static void write_one(struct str *out, const char *text)
{
    const struct ical_todo todo = {.uid = "duty-1@example",
                                   .stamp_ms = INT64_C(1795800000000),
                                   .due_ms = INT64_C(1795883400000),
                                   .summary = text,
                                   .description = text,
                                   .categories = "report",
                                   .priority = 1};
    ical_begin(out, "Deadlines");
    ical_todo(out, &todo);
    ical_end(out);
}

START_TEST(libical_reads_what_was_written)
{
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    write_one(&out, words[_i]);
    icalcomponent *whole = icalparser_parse_string(str_text(&out));
    ck_assert_ptr_nonnull(whole);
    ck_assert_int_eq(icalcomponent_count_errors(whole), words[_i][0] == '\0' ? 2 : 0);
    icalcomponent *todo = icalcomponent_get_first_component(whole, ICAL_VTODO_COMPONENT);
    ck_assert_ptr_nonnull(todo);
    ck_assert_ptr_null(icalcomponent_get_next_component(whole, ICAL_VTODO_COMPONENT));
    if (words[_i][0] != '\0') {
        ck_assert_str_eq(icalcomponent_get_summary(todo), words[_i]);
        ck_assert_str_eq(icalcomponent_get_description(todo), words[_i]);
    }
    ck_assert_int_eq(icaltime_as_timet(icalcomponent_get_due(todo)), INT64_C(1795883400));
    icalcomponent_free(whole);
    str_dispose(&out);
}
END_TEST

START_TEST(no_line_is_longer_than_75_octets_and_none_begins_inside_a_character)
{
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    write_one(&out, words[_i]);
    const char *line = str_text(&out);
    while (*line != '\0') {
        const char *end = strstr(line, "\r\n");
        ck_assert_ptr_nonnull(end);
        ck_assert_int_le(end - line, 75);
        ck_assert_uint_ne((unsigned char)line[line[0] == ' ' ? 1 : 0] & 0xC0u, 0x80);
        line = end + 2;
    }
    str_dispose(&out);
}
END_TEST

START_TEST(signs_that_cannot_be_said_are_left_out)
{
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    write_one(&out, "a\r\x01\x7F"
                    "b");
    ck_assert_ptr_nonnull(strstr(str_text(&out), "SUMMARY:ab\r\n"));
    str_dispose(&out);
}
END_TEST

int main(void)
{
    const int count = (int)(sizeof words / sizeof words[0]);
    Suite *suite = suite_create("duties.ical");
    TCase *tcase = tcase_create("ical");
    tcase_add_loop_test(tcase, libical_reads_what_was_written, 0, count);
    tcase_add_loop_test(tcase, no_line_is_longer_than_75_octets_and_none_begins_inside_a_character,
                        0, count);
    tcase_add_test(tcase, signs_that_cannot_be_said_are_left_out);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
