#include "clocks/calendar.h"

#include "tests/clocks/suite.h"

#include <string.h>

#define FOLDER TEST_SOURCE_DIR "/config/calendars"

static struct calendar *open_calendar(const char *country)
{
    struct calendar *calendar = NULL;
    struct err err = {0};
    ck_assert_msg(calendar_open(&calendar, FOLDER, country, &err) == OK, "%s", err.text);
    return calendar;
}

static struct date date_of(const char *text)
{
    struct date date = {0};
    ck_assert_int_eq(date_parse(&date, text, NULL), OK);
    return date;
}

/* Days as almanacs and gazettes print them; NULL: a day that is often taken for one, and is none.
 */
static const struct {
    const char *country, *date, *name;
} known[] = {
    {"AT", "2026-12-08", "Immaculate Conception"},
    {"AT", "2026-06-04", "Corpus Christi"},
    {"AT", "2026-04-03", NULL}, /* Good Friday */
    {"BE", "2026-07-21", "National Day"},
    {"BG", "2024-03-04", "Liberation Day (substitute)"},
    {"BG", "2024-05-03", "Good Friday"},
    {"BG", "2025-05-26", "Day of Education and Culture (substitute)"},
    {"BG", "2027-12-27", "Christmas Day (substitute)"},
    {"BG", "2027-12-28", "Second Day of Christmas (substitute)"},
    {"CY", "2026-02-23", "Clean Monday"},
    {"CY", "2026-06-01", "Kataklysmos"},
    {"CZ", "2026-04-03", "Good Friday"},
    {"DE", "2026-12-08", NULL},
    {"DE", "2026-10-31", NULL}, /* Reformation Day: of some states */
    {"DE", "2027-05-06", "Ascension Day"},
    {"DK", "2024-04-26", NULL}, /* Store Bededag, until 2023 */
    {"DK", "2025-04-17", "Maundy Thursday"},
    {"EE", "2026-06-23", "Victory Day"},
    {"ES", "2026-10-12", "National Day"},
    {"FI", "2026-06-20", "Midsummer Day"},
    {"FI", "2026-06-19", NULL},
    {"FI", "2026-10-31", "All Saints' Day"},
    {"FR", "2026-04-03", NULL},
    {"FR", "2026-05-08", "Victory Day"},
    {"GR", "2024-05-01", NULL},
    {"GR", "2024-05-07", "Labour Day (moved)"},
    {"GR", "2025-05-01", "Labour Day"},
    {"GR", "2027-03-15", "Clean Monday"},
    {"HR", "2026-05-30", "Statehood Day"},
    {"HU", "2024-08-19", "Free for a Saturday, by decree"},
    {"HU", "2026-01-02", "Free for a Saturday, by decree"},
    {"IE", "2023-02-06", NULL}, /* before the calendar begins */
    {"IE", "2024-02-05", "St Brigid's Day"},
    {"IE", "2026-02-02", "St Brigid's Day"},
    {"IE", "2030-02-01", "St Brigid's Day"}, /* a Friday */
    {"IE", "2030-02-04", NULL},
    {"IE", "2026-04-03", NULL},
    {"IT", "2027-10-04", "St Francis' Day"},
    {"IT", "2025-10-04", NULL},
    {"LT", "2026-02-16", "Restoration of the State Day"},
    {"LU", "2026-05-09", "Europe Day"},
    {"LV", "2024-11-18", "Proclamation Day"},
    {"LV", "2025-05-05", "Restoration of Independence Day (substitute)"},
    {"MT", "2026-02-10", "St Paul's Shipwreck"},
    {"NL", "2025-04-26", "King's Day"}, /* the 27th is a Sunday */
    {"NL", "2025-04-27", NULL},
    {"NL", "2026-04-27", "King's Day"},
    {"PL", "2024-12-24", NULL},
    {"PL", "2025-12-24", "Christmas Eve"},
    {"PT", "2026-06-04", "Corpus Christi"},
    {"RO", "2026-01-07", "St John the Baptist"},
    {"RO", "2026-06-01", "Children's Day"},
    {"SE", "2027-06-26", "Midsummer Day"},
    {"SI", "2026-05-02", "Labour Day Holiday"},
    {"SK", "2025-11-17", NULL},
    {"SK", "2026-05-08", NULL},
    {"SK", "2025-05-08", "Victory Day"},
    {"GB", "2026-12-28", "Boxing Day (substitute)"},
    {"GB", "2027-12-27", "Christmas Day (substitute)"},
    {"GB", "2027-12-28", "Boxing Day (substitute)"},
    {"GB", "2028-01-03", "New Year's Day (substitute)"},
    {"GB-SCT", "2026-01-02", "2 January"},
    {"GB-SCT", "2027-01-04", "2 January (substitute)"},
    {"GB-SCT", "2024-12-02", "St Andrew's Day (substitute)"},
    {"GB-SCT", "2026-04-06", NULL}, /* Easter Monday */
    {"GB-NIR", "2026-07-13", "Battle of the Boyne (substitute)"},
    {"GB-NIR", "2024-03-18", "St Patrick's Day (substitute)"},
    {"CH", "2026-08-01", "Swiss National Day"},
    {"US", "2026-11-26", "Thanksgiving Day"},
    {"US", "2026-07-03", "Independence Day (observed)"},
    {"US", "2026-06-19", "Juneteenth"},
    {"US", "2027-06-18", "Juneteenth (observed)"},
    {"US", "2027-12-24", "Christmas Day (observed)"},
    {"US", "2027-12-31", "New Year's Day (observed)"},
    {"US", "2026-12-25", "Christmas Day"},
    {"CA", "2026-05-18", "Victoria Day"},
    {"CA", "2026-09-30", "National Day for Truth and Reconciliation"},
    {"CA", "2029-07-02", "Canada Day (substitute)"},
    {"AU", "2026-01-26", "Australia Day"},
    {"AU", "2025-01-27", "Australia Day (substitute)"},
    {"AU", "2026-12-28", "Boxing Day (substitute)"},
};

START_TEST(known_days_are_holidays_and_others_are_none)
{
    const char *name = NULL;
    struct calendar *calendar = open_calendar(known[_i].country);
    bool is_one = calendar_holiday(&name, calendar, date_of(known[_i].date));
    ck_assert_str_eq(calendar_country(calendar), known[_i].country);
    ck_assert_int_eq(is_one, known[_i].name != NULL);
    if (is_one)
        ck_assert_str_eq(name, known[_i].name);
    calendar_close(calendar);
}
END_TEST

/* How many days a year has by law, with those on weekends and substitutes: 2024, 2025, 2026, 2027.
 */
static const struct {
    const char *country;
    int count[4];
} counts[] = {
    {"AT", {13, 13, 13, 13}}, {"BE", {10, 10, 10, 10}}, {"BG", {15, 16, 17, 16}},
    {"CH", {9, 9, 9, 9}},     {"CY", {15, 15, 15, 15}}, {"CZ", {13, 13, 13, 13}},
    {"DE", {9, 9, 9, 9}},     {"DK", {10, 10, 10, 10}}, {"EE", {12, 12, 12, 12}},
    {"ES", {10, 10, 10, 10}}, {"FI", {13, 13, 13, 13}}, {"FR", {11, 11, 11, 11}},
    {"GR", {13, 13, 13, 12}}, {"HR", {13, 14, 14, 14}}, {"HU", {16, 16, 16, 13}},
    {"IE", {10, 10, 10, 10}}, {"IT", {12, 12, 13, 13}}, {"LT", {16, 16, 16, 16}},
    {"LU", {10, 11, 11, 11}}, {"LV", {16, 16, 15, 15}}, {"MT", {14, 14, 14, 14}},
    {"NL", {10, 10, 10, 10}}, {"PL", {13, 14, 14, 14}}, {"PT", {13, 13, 13, 13}},
    {"RO", {17, 17, 16, 17}}, {"SE", {13, 13, 13, 13}}, {"SI", {15, 15, 15, 15}},
    {"SK", {14, 13, 11, 11}}, {"US", {11, 11, 12, 15}}, {"GB", {8, 8, 9, 10}},
};

START_TEST(a_year_has_as_many_holidays_as_the_law_names)
{
    struct calendar *calendar = open_calendar(counts[_i].country);
    for (int year = 2024; year <= 2027; year++) {
        int count = 0;
        int64_t end = date_days((struct date){year, 12, 31});
        for (int64_t day = date_days((struct date){year, 1, 1}); day <= end; day++)
            count += calendar_holiday(NULL, calendar, date_from_days(day)) ? 1 : 0;
        ck_assert_msg(count == counts[_i].count[year - 2024], "%s has %d days in %d, not %d",
                      counts[_i].country, count, year, counts[_i].count[year - 2024]);
    }
    calendar_close(calendar);
}
END_TEST

START_TEST(a_calendar_says_for_which_years_it_is_complete)
{
    struct calendar *calendar = open_calendar("DE");
    ck_assert(!calendar_covers(calendar, 2023));
    ck_assert(calendar_covers(calendar, 2024));
    ck_assert(calendar_covers(calendar, 2045));
    ck_assert(!calendar_covers(calendar, 2046));
    calendar_close(calendar);
}
END_TEST

static const struct {
    const char *country, *date, *next, *before;
} rolls[] = {
    {"DE", "2026-11-27", "2026-11-27", "2026-11-27"},
    {"DE", "2026-11-28", "2026-11-30", "2026-11-27"},
    {"DE", "2026-12-25", "2026-12-28", "2026-12-24"},
    {"DE", "2027-03-26", "2027-03-30", "2027-03-25"},
    {"AT", "2026-12-08", "2026-12-09", "2026-12-07"},
    {"US", "2026-11-26", "2026-11-27", "2026-11-25"},
    {"GB", "2027-12-25", "2027-12-29", "2027-12-24"},
    {"US", "2027-12-31", "2028-01-03", "2027-12-30"},
};

START_TEST(a_day_rolls_to_the_next_working_day_and_back)
{
    char text[DATE_TEXT];
    struct calendar *calendar = open_calendar(rolls[_i].country);
    struct date date = date_of(rolls[_i].date);
    ck_assert_str_eq(date_text(text, calendar_roll(calendar, date)), rolls[_i].next);
    ck_assert_str_eq(date_text(text, calendar_roll_back(calendar, date)), rolls[_i].before);
    ck_assert_int_eq(calendar_working(calendar, date), strcmp(rolls[_i].date, rolls[_i].next) == 0);
    calendar_close(calendar);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("calendar");
    TCase *all = tcase_create("all");
    tcase_add_loop_test(all, known_days_are_holidays_and_others_are_none, 0, COUNT(known));
    tcase_add_loop_test(all, a_year_has_as_many_holidays_as_the_law_names, 0, COUNT(counts));
    tcase_add_test(all, a_calendar_says_for_which_years_it_is_complete);
    tcase_add_loop_test(all, a_day_rolls_to_the_next_working_day_and_back, 0, COUNT(rolls));
    suite_add_tcase(suite, all);
    return suite_run(suite);
}
