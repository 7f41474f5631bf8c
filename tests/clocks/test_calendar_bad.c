/* Calendars that are refused, and what is said of them. */
#include "base/file.h"
#include "clocks/calendar.h"
#include "tests/clocks/suite.h"

#include <string.h>

#define HEAD "BEGIN:VCALENDAR\r\nX-TOCSIN-YEARS:2026-2026\r\n"
#define DAY "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261225\r\nSUMMARY:Christmas\r\nEND:VEVENT\r\n"
#define END "END:VCALENDAR\r\n"
#define EVENT(lines) HEAD "BEGIN:VEVENT\r\n" lines "END:VEVENT\r\n" END

static char folder[] = "/tmp/tocsin-calendar-XXXXXX";

static void setup(void)
{
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void teardown(void)
{
    ck_assert_int_eq(file_remove_tree(folder, NULL), OK);
}

static enum status open_text(struct calendar **out, struct bytes text, struct err *err)
{
    char *path = path_join(folder, "XX.ics");
    ck_assert_int_eq(file_write(path, text, 0600, NULL), OK);
    free(path);
    return calendar_open(out, folder, "XX", err);
}

static const struct {
    const char *text, *said;
} bad[] = {
    {"", "is cut off"},
    {HEAD DAY, "is cut off"},
    {"BEGIN:VCALENDAR\r\n" DAY END, "X-TOCSIN-YEARS:2024-2045"},
    {HEAD "X-TOCSIN-YEARS:2026-2026\r\n" DAY END, "line 3: X-TOCSIN-YEARS"},
    {"BEGIN:VCALENDAR\r\nX-TOCSIN-YEARS:2026\r\n" DAY END, "line 2: X-TOCSIN-YEARS"},
    {"BEGIN:VCALENDAR\r\nX-TOCSIN-YEARS:2026-2025\r\n" DAY END, "line 2: X-TOCSIN-YEARS"},
    {"BEGIN:VCALENDAR\r\nX-TOCSIN-YEARS:2026-9000\r\n" DAY END, "line 2: X-TOCSIN-YEARS"},
    {HEAD "X-TOCSIN-COUNTRY:DE\r\n" DAY END, "the calendar of DE, not of XX"},
    {HEAD END, "no holiday in 2026"},
    {"BEGIN:VCALENDAR\r\nX-TOCSIN-YEARS:2025-2026\r\n" DAY END, "no holiday in 2025"},
    {"BEGIN:VCALENDAR\r\nX-TOCSIN-YEARS:2026-2027\r\n" DAY END, "no holiday in 2027"},
    {EVENT("DTSTART;VALUE=DATE:20261225\r\nRDATE;VALUE=DATE:20271225\r\nSUMMARY:x\r\n"),
     "after 2026"},
    {EVENT("DTSTART;VALUE=DATE:20251225\r\nSUMMARY:x\r\n"), "no holiday in 2026, or one outside"},
    {"X-A:1\r\n" HEAD DAY END, "line 1: X-A stands outside"},
    {HEAD DAY END "X-A:1\r\n", "line 8: X-A stands outside"},
    {HEAD DAY END HEAD DAY END, "line 8: BEGIN:VCALENDAR has no place"},
    {HEAD HEAD DAY END END, "line 3: BEGIN:VCALENDAR has no place"},
    {HEAD "BEGIN:VTODO\r\nEND:VTODO\r\n" END, "line 3: BEGIN:VTODO has no place"},
    {HEAD "BEGIN:VEVENT\r\n" DAY END, "line 4: BEGIN:VEVENT has no place"},
    {HEAD "END:VEVENT\r\n" END, "line 3: END:VEVENT has no place"},
    {EVENT("SUMMARY:x\r\n"), "line 5: the event that ends here has no DTSTART"},
    {EVENT("DTSTART;VALUE=DATE:20261225\r\n"), "line 5: the event that ends here has no SUMMARY"},
    {EVENT("DTSTART;VALUE=DATE:20261225\r\nSUMMARY: \r\n"), "has no SUMMARY"},
    {EVENT("DTSTART;VALUE=DATE:20260229\r\nSUMMARY:x\r\n"), "line 4: \"20260229\" is not a date"},
    {EVENT("DTSTART;VALUE=DATE:2026-12-25\r\nSUMMARY:x\r\n"), "is not a date"},
    {EVENT("DTSTART:20261225T080000\r\nSUMMARY:x\r\n"), "DTSTART is not a whole day"},
    {EVENT("DTSTART;VALUE=DATE:20261225\r\nDTSTART;VALUE=DATE:20261226\r\nSUMMARY:x\r\n"),
     "stands twice"},
    {EVENT("RDATE;VALUE=DATE:20261225\r\nSUMMARY:x\r\n"), "RDATE stands before DTSTART"},
    {EVENT("DTSTART;VALUE=DATE:20261225\r\nRDATE;VALUE=DATE:20261226,\r\nSUMMARY:x\r\n"),
     "\"\" is not a date"},
    {EVENT("DTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261228\r\nSUMMARY:x\r\n"),
     "an event for each day"},
    {EVENT("DTSTART;VALUE=DATE:20261225\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:x\r\n"),
     "RRULE is not read"},
    {EVENT("DTSTART;VALUE=DATE:20261225\r\nEXDATE;VALUE=DATE:20261225\r\n"), "EXDATE is not read"},
    {HEAD "nonsense\r\n" DAY END, "line 3: \"nonsense\" is no line of iCalendar"},
    {HEAD "X-A;B=\":\"\r\n" DAY END, "is no line of iCalendar"},
    {HEAD "X-\xff:1\r\n" DAY END, "line 3: the line is no text in UTF-8"},
    {" folded\r\n" HEAD DAY END, "is no line of iCalendar"},
};

START_TEST(a_damaged_calendar_is_refused_with_line_and_cause)
{
    struct calendar *calendar = NULL;
    struct err err = {0};
    enum status status = open_text(&calendar, bytes_of(bad[_i].text), &err);
    ck_assert_int_eq(status, ERR_CORRUPT);
    ck_assert_ptr_null(calendar);
    ck_assert_msg(strstr(err.text, bad[_i].said) != NULL, "%s", err.text);
    ck_assert_ptr_nonnull(strstr(err.text, "XX.ics"));
}
END_TEST

START_TEST(lines_are_unfolded_and_texts_made_harmless)
{
    const char *name = NULL;
    struct calendar *calendar = NULL;
    struct err err = {0};
    enum status status = open_text(
        &calendar,
        bytes_of("BEGIN:VCALENDAR\nX-TOCSIN-YEARS:2026-\n 2026\nX-OTHER;P=\"a:b\":c\nBEGIN:VEVENT\n"
                 "dtstart;VALUE=DATE:202612\r\n\t25\nDTEND;VALUE=DATE:20261226\n\n"
                 "RDATE;VALUE=DATE:20261224,20261226\nSUMMARY:A\\, b\\nc\x1b[1m\\\\\nEND:VEVENT\n"
                 "BEGIN:VEVENT\nDTSTART;VALUE=DATE:20261225\nSUMMARY:second\nEND:VEVENT\n"
                 "END:VCALENDAR"),
        &err);
    ck_assert_msg(status == OK, "%s", err.text);
    ck_assert(calendar_holiday(&name, calendar, (struct date){2026, 12, 25}));
    ck_assert_str_eq(name, "A, b c [1m\\");
    ck_assert(calendar_holiday(NULL, calendar, (struct date){2026, 12, 24}));
    ck_assert(calendar_holiday(NULL, calendar, (struct date){2026, 12, 26}));
    ck_assert(!calendar_holiday(NULL, calendar, (struct date){2026, 12, 27}));
    calendar_close(calendar);
}
END_TEST

START_TEST(a_year_without_working_days_is_refused)
{
    struct str text;
    struct calendar *calendar = NULL;
    struct err err = {0};
    str_init(&text, 100000);
    str_add(&text, HEAD);
    for (int day = 1; day <= 31; day++)
        str_addf(&text,
                 "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:202608%02d\r\nSUMMARY:x\r\nEND:VEVENT\r\n",
                 day);
    str_add(&text,
            "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20260901\r\nSUMMARY:x\r\nEND:VEVENT\r\n" END);
    ck_assert_int_eq(open_text(&calendar, str_bytes(&text), &err), ERR_CORRUPT);
    ck_assert_msg(strstr(err.text, "without a working day in 2026") != NULL, "%s", err.text);
    str_dispose(&text);
}
END_TEST

/* 2027 ends on a Friday and 2028 begins on a Saturday; 2029 begins on a Monday. */
START_TEST(days_without_work_are_counted_over_the_ends_of_a_calendar)
{
    static const struct {
        int year, month, days;
        bool good;
    } rows[] = {
        {2027, 12, 29, true}, {2027, 12, 30, false}, {2029, 1, 29, true}, {2029, 1, 30, false}};
    struct str text;
    str_init(&text, 100000);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct calendar *calendar = NULL;
        struct err err = {0};
        str_reset(&text);
        str_addf(&text, "BEGIN:VCALENDAR\r\nX-TOCSIN-YEARS:%d-%d\r\n", rows[i].year, rows[i].year);
        for (int day = 0; day < rows[i].days; day++)
            str_addf(&text,
                     "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:%d%02d%02d\r\nSUMMARY:x\r\nEND:VEVENT\r\n",
                     rows[i].year, rows[i].month, rows[i].month == 12 ? 31 - day : 1 + day);
        str_add(&text, END);
        ck_assert_msg((open_text(&calendar, str_bytes(&text), &err) == OK) == rows[i].good,
                      "row %zu: %s", i, err.text);
        calendar_close(calendar);
    }
    str_dispose(&text);
}
END_TEST

START_TEST(bounds_hold)
{
    struct str text;
    struct calendar *calendar = NULL;
    struct err err = {0};
    str_init(&text, (size_t)3 * 1024 * 1024);
    str_add(&text, HEAD "X-LONG:");
    for (int i = 0; i < 70000; i++)
        str_add_c(&text, 'x');
    ck_assert_int_eq(open_text(&calendar, str_bytes(&text), &err), ERR_CORRUPT);
    ck_assert_ptr_nonnull(strstr(err.text, "line 3: the line is longer"));
    str_reset(&text);
    str_add(&text, HEAD "BEGIN:VEVENT\r\nSUMMARY:x\r\nDTSTART;VALUE=DATE:20260101\r\n");
    for (int i = 0; i < 20000; i++)
        str_add(&text, "RDATE;VALUE=DATE:20260101\r\n");
    ck_assert_int_eq(open_text(&calendar, str_bytes(&text), &err), ERR_CORRUPT);
    ck_assert_ptr_nonnull(strstr(err.text, "more than 20000 holidays"));
    while (text.size < (size_t)1024 * 1024)
        str_add(&text, "\r\n");
    ck_assert_int_eq(open_text(&calendar, str_bytes(&text), &err), ERR_LIMIT);
    ck_assert_int_eq(open_text(&calendar, (struct bytes){(const unsigned char *)"A:\0\n", 4}, &err),
                     ERR_CORRUPT);
    str_dispose(&text);
}
END_TEST

static const struct {
    const char *country, *said;
} absent[] = {
    {"UK", "did you mean GB"}, {"de", "did you mean DE"},
    {"ZZ", "\"ZZ\""},          {"", "\"\""},
    {"D", "did you mean DE"},  {"../XX", "\"../XX\""},
    {"XX-", "\"XX-\""},        {"XX-ABCD", "\"XX-ABCD\""},
    {"XX/A", "\"XX/A\""},      {"XXA", "\"XXA\""},
    {"X1", "\"X1\""},          {"XX-a", "\"XX-a\""},
};

START_TEST(a_calendar_that_is_not_there_is_refused)
{
    struct calendar *calendar = NULL;
    struct err err = {0};
    ck_assert_int_eq(calendar_open(&calendar, folder, absent[_i].country, &err), ERR_NOT_FOUND);
    ck_assert_msg(strstr(err.text, absent[_i].said) != NULL, "%s", err.text);
    ck_assert_int_eq(calendar_open(&calendar, folder, NULL, NULL), ERR_NOT_FOUND);
    calendar_close(NULL);
}
END_TEST

START_TEST(a_folder_in_its_place_is_refused)
{
    struct calendar *calendar = NULL;
    char *path = path_join(folder, "XX.ics");
    ck_assert_int_eq(file_make_dir(path, 0700, NULL), OK);
    free(path);
    ck_assert_int_ne(calendar_open(&calendar, folder, "XX", NULL), OK);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("calendar_bad");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, setup, teardown);
    tcase_add_loop_test(all, a_damaged_calendar_is_refused_with_line_and_cause, 0, COUNT(bad));
    tcase_add_test(all, lines_are_unfolded_and_texts_made_harmless);
    tcase_add_test(all, a_year_without_working_days_is_refused);
    tcase_add_test(all, days_without_work_are_counted_over_the_ends_of_a_calendar);
    tcase_add_test(all, bounds_hold);
    tcase_add_loop_test(all, a_calendar_that_is_not_there_is_refused, 0, COUNT(absent));
    tcase_add_test(all, a_folder_in_its_place_is_refused);
    suite_add_tcase(suite, all);
    return suite_run(suite);
}
