/*
 * Two simulated years of a weekly and a daily schedule: sites over zones with and without summer
 * time, outages, sites that move, schedules that are edited. What is due is reckoned a second time
 * from the wall alone, without recurrence rules.
 *
 * --whole: 5,000 sites over every zone of the machine (tests/torture/run years).
 */
#include "digests/schedule.h"

#include "base/clock.h"
#include "base/str.h"
#include "tests/digests/suite.h"

#include <stdio.h>
#include <string.h>

#define YEARS_MS (731 * MS_DAY)
#define ZONES_MOST 600
/* Between two walls that show the same: UTC+14 and UTC-12, and an hour of summer. */
#define APART_MS (27 * MS_HOUR)

static const char *const some_zones[] = {
    "UTC",
    "Europe/Berlin",
    "Europe/London",
    "Europe/Lisbon",
    "Europe/Athens",
    "Atlantic/Azores",
    "America/New_York",
    "America/Los_Angeles",
    "America/St_Johns",
    "America/Santiago",
    "America/Asuncion",
    "America/Havana",
    "America/Nuuk",
    "America/Sao_Paulo",
    "Asia/Tokyo",
    "Asia/Kathmandu",
    "Asia/Gaza",
    "Asia/Beirut",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Australia/Lord_Howe",
    "Australia/Sydney",
    "Pacific/Chatham",
    "Pacific/Auckland",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "Antarctica/Troll",
};

/* Three schedules: the middle one lies where the clocks change. */
static const struct {
    const char *rule;
    int weekday; /* 0: every day */
    int64_t at_ms;
} rules[] = {
    {"FREQ=WEEKLY;BYDAY=MO;BYHOUR=8;BYMINUTE=0", 1, 8 * MS_HOUR},
    {"FREQ=DAILY;BYHOUR=2;BYMINUTE=15", 0, 2 * MS_HOUR + 15 * MS_MINUTE},
    {"FREQ=WEEKLY;BYDAY=SU;BYHOUR=0;BYMINUTE=30", 7, 30 * MS_MINUTE},
};

struct place {
    struct zone *zone;
    struct schedule *schedules[COUNT(rules)];
};

struct site {
    size_t place, rule;
    struct schedule_past past;
    int64_t came_ms;
    bool moved; /* since its last run */
    int64_t made, missed;
};

struct tally {
    int64_t made, missed, doubled, skipped, waited, disordered, early, told, anew;
};

static struct place places[ZONES_MOST];
static size_t place_count;
static uint64_t seed = 20261122;
static bool whole; /* set once, by the command line */

/* SplitMix64: the same everywhere. */
static uint64_t draw(uint64_t below)
{
    uint64_t z = (seed += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (z ^ (z >> 31)) % below;
}

static void add_place(const char *name, int64_t start_ms)
{
    struct place *place = &places[place_count];
    struct err err = {0};
    if (place_count == ZONES_MOST || zone_open(&place->zone, name, NULL) != OK)
        return;
    for (int i = 0; i < COUNT(rules); i++) {
        const struct schedule_plan plan = {
            .rule = rules[i].rule, .anchor_ms = start_ms, .zone = place->zone};
        ck_assert_msg(schedule_open(&place->schedules[i], &plan, &err) == OK, "%s", err.text);
    }
    place_count++;
}

static void add_all_zones(int64_t start_ms)
{
    char line[512];
    FILE *file = fopen("/usr/share/zoneinfo/tzdata.zi", "re");
    ck_assert_ptr_nonnull(file);
    while (fgets(line, sizeof line, file) != NULL) {
        char *end = strchr(line, ' ');
        if (strncmp(line, "Z ", 2) != 0 || end == NULL)
            continue;
        char *name = end + 1;
        name[strcspn(name, " \n")] = '\0';
        add_place(name, start_ms);
    }
    (void)fclose(file);
}

/* The last time of the rule that the wall of this place has come to; by the wall alone. */
static int64_t wall_due(const struct site *site, int64_t now_ms)
{
    struct date date;
    int64_t ms_of_day = 0;
    zone_local(&date, &ms_of_day, NULL, places[site->place].zone, now_ms);
    if (ms_of_day < rules[site->rule].at_ms)
        date = date_add(date, -1);
    while (rules[site->rule].weekday != 0 && date_weekday(date) != rules[site->rule].weekday)
        date = date_add(date, -1);
    return date_days(date) * MS_DAY + rules[site->rule].at_ms;
}

/* The instant of a wall time, and so whether it counts at all: not what was over before. */
static int64_t instant_of(const struct site *site, int64_t wall)
{
    return zone_instant(places[site->place].zone, date_from_days(wall / MS_DAY), wall % MS_DAY);
}

/*
 * However often a site with a digest moves: since its last one, or since its schedule was edited,
 * it never waits for longer than one turn of the schedule and what zones lie apart. One without a
 * digest waits so long since it came, or moved.
 */
static bool waits_too_long(const struct site *site, int64_t now_ms)
{
    int64_t from_ms = site->past.ran ? site->past.run_ms : site->came_ms;
    if (from_ms < site->past.since_ms)
        from_ms = site->past.since_ms;
    return now_ms - from_ms > (rules[site->rule].weekday == 0 ? 1 : 7) * MS_DAY + APART_MS;
}

static void look(struct site *site, int64_t now_ms, struct tally *tally)
{
    struct schedule_due due = {0};
    struct err err = {0};
    bool is_due = false;
    const struct schedule *schedule = places[site->place].schedules[site->rule];
    ck_assert_int_eq(schedule_due(&due, &is_due, schedule, &site->past, now_ms, &err), OK);
    if (is_due) {
        site->moved = false;
        tally->doubled += site->past.ran && due.wall == site->past.run_wall;
        tally->disordered +=
            site->past.ran && (due.wall < site->past.run_wall || due.run_ms < site->past.run_ms);
        tally->early += due.run_ms > now_ms;
        tally->made++;
        tally->missed += due.missed;
        site->past.ran = true;
        site->past.run_ms = due.run_ms;
        site->past.run_wall = due.wall;
    }
    site->past.looked_ms = now_ms;
    /* Whatever the wall has come to since the site came and the schedule was edited is made now. */
    const int64_t wall = wall_due(site, now_ms);
    const int64_t at_ms = instant_of(site, wall);
    const bool counts = at_ms > site->past.since_ms && at_ms > site->came_ms && at_ms <= now_ms;
    const bool lacks = counts && (!site->past.ran || site->past.run_wall < wall);
    /* Who moved east had a digest, in the zone before, behind the instant of that run. */
    const bool told = lacks && site->moved && site->past.ran && at_ms <= site->past.run_ms &&
                      site->past.run_ms - at_ms < APART_MS;
    tally->told += told;
    tally->skipped += lacks && !told;
    tally->waited += waits_too_long(site, now_ms);
}

static void edit(struct site *site, int64_t now_ms, struct tally *tally)
{
    if (draw(2) == 0) {
        site->place = draw(place_count);
        site->moved = true;
        /* Who had no digest yet is new again; the zone before had made all that was due. */
        if (!site->past.ran) {
            site->came_ms = now_ms;
            tally->anew++;
        }
        return;
    }
    site->rule = draw(COUNT(rules));
    site->past.since_ms = now_ms;
}

START_TEST(two_years_skip_nothing_and_double_nothing)
{
    const size_t count = whole ? 5000 : 30;
    struct site *sites = xcalloc(count, sizeof *sites);
    struct tally tally = {0};
    int64_t start_ms = 0;
    int64_t looks = 0;
    ck_assert_int_eq(clock_parse(&start_ms, "2026-01-01T00:00:00Z", NULL), OK);
    if (whole)
        add_all_zones(start_ms);
    else
        for (int i = 0; i < COUNT(some_zones); i++)
            add_place(some_zones[i], start_ms);
    for (size_t i = 0; i < count; i++) {
        struct site *site = &sites[i];
        site->place = i % place_count;
        site->rule = draw(COUNT(rules));
        site->past.since_ms = start_ms;
        int64_t now_ms = start_ms + (int64_t)draw(30) * MS_DAY; /* some come later */
        site->came_ms = site->past.looked_ms = now_ms;
        for (; now_ms < start_ms + YEARS_MS; looks++) {
            look(site, now_ms, &tally);
            if (draw(60) == 0)
                edit(site, now_ms, &tally);
            /* Mostly a few hours; now and then an outage of up to six weeks. */
            now_ms += draw(40) == 0 ? (int64_t)draw(42 * 24) * MS_HOUR
                                    : (int64_t)draw(48 * 60) * MS_MINUTE;
        }
    }
    printf(
        "sites %zu, zones %zu, looks %lld: %lld made, %lld missed and made up for, "
        "%lld doubled, %lld skipped, %lld waited too long, %lld out of order; %lld looks at runs "
        "that a later one of another zone told, %lld moved before their first\n",
        count, place_count, (long long)looks, (long long)tally.made, (long long)tally.missed,
        (long long)tally.doubled, (long long)tally.skipped, (long long)tally.waited,
        (long long)tally.disordered, (long long)tally.told, (long long)tally.anew);
    ck_assert_int_eq(tally.doubled, 0);
    ck_assert_int_eq(tally.skipped, 0);
    ck_assert_int_eq(tally.waited, 0);
    ck_assert_int_eq(tally.disordered, 0);
    ck_assert_int_eq(tally.early, 0);
    ck_assert_int_gt(tally.made, (int64_t)count * 50);
    ck_assert_int_gt(tally.missed, (int64_t)count * 10);
    free(sites);
    for (size_t i = 0; i < place_count; i++) {
        for (int k = 0; k < COUNT(rules); k++)
            schedule_close(places[i].schedules[k]);
        zone_close(places[i].zone);
    }
}
END_TEST

int main(int argc, char **argv)
{
    whole = argc == 2 && strcmp(argv[1], "--whole") == 0;
    Suite *suite = suite_create("digests.years");
    TCase *tcase = tcase_create("years");
    tcase_set_timeout(tcase, 1800);
    tcase_add_test(tcase, two_years_skip_nothing_and_double_nothing);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}
