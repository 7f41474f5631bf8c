#include "clocks/zone.h"

#include "base/clock.h"
#include "tests/clocks/suite.h"

#include <string.h>

static int64_t instant(const char *text)
{
    int64_t ms = 0;
    ck_assert_int_eq(clock_parse(&ms, text, NULL), OK);
    return ms;
}

static struct zone *open_zone(const char *name)
{
    struct zone *zone = NULL;
    struct err err = {0};
    ck_assert_msg(zone_open(&zone, name, &err) == OK, "%s", err.text);
    return zone;
}

/* What the wall shows, and the instant of it. */
static const struct {
    const char *zone, *date;
    int64_t ms;
    const char *at, *back; /* back: what the wall shows then, NULL: the same */
} walls[] = {
    {"UTC", "2026-03-29", 8 * MS_HOUR, "2026-03-29T08:00:00Z", NULL},
    {"Europe/Berlin", "2026-03-29", 119 * MS_MINUTE, "2026-03-29T00:59:00Z", NULL},
    /* 2:00 to 3:00 does not exist; 3:00 is the first instant after it. */
    {"Europe/Berlin", "2026-03-29", 2 * MS_HOUR, "2026-03-29T01:00:00Z", "03:00"},
    {"Europe/Berlin", "2026-03-29", 2 * MS_HOUR + 30 * MS_MINUTE + 1, "2026-03-29T01:00:00Z",
     "03:00"},
    {"Europe/Berlin", "2026-03-29", 3 * MS_HOUR, "2026-03-29T01:00:00Z", NULL},
    /* 2:00 to 3:00 is there twice; the first one counts. */
    {"Europe/Berlin", "2026-10-25", 2 * MS_HOUR, "2026-10-25T00:00:00Z", NULL},
    {"Europe/Berlin", "2026-10-25", 3 * MS_HOUR - 1, "2026-10-25T00:59:59.999Z", NULL},
    {"Europe/Berlin", "2026-10-25", 3 * MS_HOUR, "2026-10-25T02:00:00Z", NULL},
    {"America/New_York", "2026-03-08", 2 * MS_HOUR + 1, "2026-03-08T07:00:00Z", "03:00"},
    {"America/St_Johns", "2026-07-01", 0, "2026-07-01T02:30:00Z", NULL},
    {"Asia/Kathmandu", "2026-01-01", 0, "2025-12-31T18:15:00Z", NULL},
    /* Half an hour of summer time. */
    {"Australia/Lord_Howe", "2026-10-04", 2 * MS_HOUR + 10 * MS_MINUTE, "2026-10-03T15:30:00Z",
     "02:30"},
    {"Australia/Lord_Howe", "2026-04-05", 105 * MS_MINUTE, "2026-04-04T14:45:00Z", NULL},
    /* Clocks change at midnight: the day begins at 1:00. */
    {"Africa/Cairo", "2026-04-24", 0, "2026-04-23T22:00:00Z", "01:00"},
    {"America/Santiago", "2026-09-06", 30 * MS_MINUTE, "2026-09-06T04:00:00Z", "01:00"},
    /* Samoa had no 30 December 2011. */
    {"Pacific/Apia", "2011-12-30", 8 * MS_HOUR, "2011-12-30T10:00:00Z", "00:00"},
    {"Pacific/Apia", "2011-12-31", 0, "2011-12-30T10:00:00Z", NULL},
    /* Summer time is the standard time in Dublin; years after the table of GLib. */
    {"Europe/Dublin", "2026-01-15", 8 * MS_HOUR, "2026-01-15T08:00:00Z", NULL},
    {"Europe/Dublin", "2044-02-29", 8 * MS_HOUR, "2044-02-29T08:00:00Z", NULL},
    {"Europe/Dublin", "2045-07-15", 8 * MS_HOUR, "2045-07-15T07:00:00Z", NULL},
    {"Europe/Berlin", "2045-03-26", 2 * MS_HOUR, "2045-03-26T01:00:00Z", "03:00"},
};

START_TEST(a_local_time_has_one_instant)
{
    struct zone *zone = open_zone(walls[_i].zone);
    struct date date = {0};
    int64_t ms = 0;
    char text[CLOCK_TEXT];
    ck_assert_str_eq(zone_name(zone), walls[_i].zone);
    ck_assert_int_eq(date_parse(&date, walls[_i].date, NULL), OK);
    int64_t at = zone_instant(zone, date, walls[_i].ms);
    ck_assert_msg(at == instant(walls[_i].at), "%s, not %s", clock_text_ms(text, at), walls[_i].at);
    zone_local(NULL, &ms, NULL, zone, at);
    if (walls[_i].back == NULL)
        ck_assert_int_eq(ms, walls[_i].ms);
    else
        ck_assert_int_eq(strncmp(clock_text(text, ms) + 11, walls[_i].back, 5), 0);
    zone_close(zone);
}
END_TEST

START_TEST(an_instant_before_1970_has_a_local_time_too)
{
    struct zone *zone = open_zone("Europe/Berlin");
    struct date date = {0};
    int64_t ms = 0;
    int offset = 0;
    zone_local(&date, &ms, &offset, zone, -1);
    ck_assert_int_eq(date.year, 1970);
    ck_assert_int_eq(ms, MS_HOUR - 1);
    ck_assert_int_eq(offset, 3600);
    /* Local mean time: 53 min 28 s. */
    int64_t at = zone_instant(zone, (struct date){1890, 1, 1}, 0);
    zone_local(&date, &ms, &offset, zone, at);
    ck_assert_int_eq(offset, 3208);
    ck_assert_int_eq(date_compare(date, (struct date){1890, 1, 1}), 0);
    ck_assert_int_eq(ms, 0);
    zone_close(zone);
}
END_TEST

/* Shown as asked; or the end of a gap, just before which the wall shows less than asked. */
static bool is_instant_of(const struct zone *zone, int64_t at, int64_t asked_ms)
{
    struct date shown = {0};
    int64_t ms = 0;
    zone_local(&shown, &ms, NULL, zone, at);
    if (date_days(shown) * MS_DAY + ms == asked_ms)
        return true;
    if (date_days(shown) * MS_DAY + ms < asked_ms)
        return false;
    zone_local(&shown, &ms, NULL, zone, at - 1);
    return date_days(shown) * MS_DAY + ms < asked_ms;
}

static const char *const restless[] = {
    "Europe/Dublin",    "Africa/Casablanca", "Pacific/Apia",        "Asia/Gaza",
    "America/Asuncion", "Antarctica/Troll",  "Australia/Lord_Howe", "America/Nuuk"};

START_TEST(later_local_times_never_give_earlier_instants)
{
    static const int years[] = {2011, 2026, 2044};
    struct zone *zone = open_zone(restless[_i]);
    for (size_t y = 0; y < sizeof years / sizeof years[0]; y++) {
        int64_t before = INT64_MIN;
        int64_t first_ms = date_days((struct date){years[y], 1, 1}) * MS_DAY;
        for (int64_t step = 0; step < INT64_C(366) * 16; step++) {
            int64_t asked_ms = first_ms + step * 90 * MS_MINUTE;
            int64_t at = zone_instant(zone, date_from_days(asked_ms / MS_DAY), asked_ms % MS_DAY);
            if (at < before || !is_instant_of(zone, at, asked_ms))
                ck_abort_msg("%s: %lld ms local", restless[_i], (long long)asked_ms);
            before = at;
        }
    }
    zone_close(zone);
}
END_TEST

static const struct {
    const char *name, *said;
} unknown[] = {
    {"Europe/Belrin", "did you mean Europe/Berlin?"},
    {"europe/berlin", "did you mean Europe/Berlin?"},
    {"Mars/Phobos", "there is no time zone \"Mars/Phobos\""},
    {"", "IANA"},
    {"+01:00", "there is no time zone"},
    {"CET-1CEST,M3.5.0,M10.5.0/3", "there is no time zone"},
    {"AAA5", "there is no time zone"},
    {"../../../etc/passwd", "there is no time zone"},
    {"/usr/share/zoneinfo/Europe/Berlin", "there is no time zone"},
    {"posix/Europe/Berlin", "there is no time zone"},
    {"right/Europe/Berlin", "there is no time zone"},
    {"Europe", "there is no time zone"},
    {"Europe/", "there is no time zone"},
    {"tzdata.zi", "there is no time zone"},
    {"localtime", "there is no time zone"},
    {"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "there is no"},
};

START_TEST(an_unknown_zone_is_refused_and_the_nearest_named)
{
    struct zone *zone = NULL;
    struct err err = {0};
    ck_assert_int_eq(zone_open(&zone, unknown[_i].name, &err), ERR_NOT_FOUND);
    ck_assert_ptr_null(zone);
    ck_assert_msg(strstr(err.text, unknown[_i].said) != NULL, "%s", err.text);
    ck_assert_int_eq(zone_open(&zone, NULL, NULL), ERR_NOT_FOUND);
    zone_close(NULL);
}
END_TEST

START_TEST(a_machine_without_zones_says_what_to_install)
{
    struct zone *zone = NULL;
    struct err err = {0};
    ck_assert_int_eq(setenv("TZDIR", TEST_BINARY_DIR "/no-zones", 1), 0);
    ck_assert_int_eq(zone_open(&zone, "Europe/Berlin", &err), ERR_IO);
    ck_assert_ptr_nonnull(strstr(err.text, "tzdata"));
}
END_TEST

START_TEST(the_zone_of_the_machine_is_never_asked)
{
    ck_assert_int_eq(setenv("TZ", "Asia/Tokyo", 1), 0);
    struct zone *zone = open_zone("Europe/Berlin");
    ck_assert_int_eq(zone_instant(zone, (struct date){2026, 1, 1}, 0),
                     instant("2025-12-31T23:00:00Z"));
    zone_close(zone);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("zone");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 60);
    tcase_add_loop_test(all, a_local_time_has_one_instant, 0, COUNT(walls));
    tcase_add_test(all, an_instant_before_1970_has_a_local_time_too);
    tcase_add_loop_test(all, later_local_times_never_give_earlier_instants, 0, COUNT(restless));
    tcase_add_loop_test(all, an_unknown_zone_is_refused_and_the_nearest_named, 0, COUNT(unknown));
    tcase_add_test(all, a_machine_without_zones_says_what_to_install);
    tcase_add_test(all, the_zone_of_the_machine_is_never_asked);
    suite_add_tcase(suite, all);
    return suite_run(suite);
}
