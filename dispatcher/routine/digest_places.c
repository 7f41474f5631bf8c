/* Schedules of digests, each opened once for each place where somebody follows it. */
#include "base/file.h"
#include "clocks/shipped.h"
#include "dispatcher/routine/digest.h"

#include <stdlib.h>
#include <string.h>

struct place {
    const struct settings_digest *digest;
    char *zone_name, *country;
    struct zone *zone;
    struct calendar *calendar;
    struct schedule *schedule;
    const char *why;
    int64_t anchor_ms;
};

struct places {
    struct place *list;
    size_t count, room;
};

struct places *places_new(void)
{
    return xcalloc(1, sizeof(struct places));
}

static void place_dispose(struct place *p)
{
    schedule_close(p->schedule);
    calendar_close(p->calendar);
    zone_close(p->zone);
    free(p->zone_name);
    free(p->country);
}

void places_free(struct places *places)
{
    if (places == NULL)
        return;
    for (size_t i = 0; i < places->count; i++)
        place_dispose(&places->list[i]);
    free(places->list);
    free(places);
}

/* The site's own calendar, else the one that ships. */
static enum status open_calendar(struct calendar **out, const struct app *app, const char *country,
                                 struct err *err)
{
    struct str text;
    char *own = path_join(app->settings->dir, "calendars");
    str_init(&text, STR_LIMIT_TEXT);
    enum status status = shipped_calendar_text(&text, own, country);
    if (status == OK)
        status = calendar_parse(out, country, country, str_bytes(&text), err);
    str_dispose(&text);
    free(own);
    return status;
}

static enum status open_place(struct place *p, struct app *app, struct err *err)
{
    struct err fault = {0};
    const struct settings_digest *d = p->digest;
    enum schedule_holidays holidays = (enum schedule_holidays)d->holidays;
    enum status status = zone_open(&p->zone, p->zone_name, &fault);
    if (status != OK) {
        p->why = "their time zone is not known: UTC is taken";
        status = zone_open(&p->zone, "UTC", err);
    }
    if (status == OK && holidays != SCHEDULE_STAY) {
        if (open_calendar(&p->calendar, app, p->country, &fault) != OK) {
            p->why = "there is no calendar of public holidays for their country";
            holidays = SCHEDULE_STAY;
        }
    }
    const struct schedule_plan plan = {.rule = d->rrule,
                                       .anchor_ms = p->anchor_ms,
                                       .zone = p->zone,
                                       .calendar = p->calendar,
                                       .holidays = holidays};
    return status == OK ? schedule_open(&p->schedule, &plan, err) : status;
}

enum status places_schedule(const struct schedule **out, const char **why, struct places *places,
                            struct app *app, const struct settings_digest *digest,
                            const struct digest_schedule *row, const struct party *party,
                            const struct contact *contact, struct err *err)
{
    const char *zone = contact != NULL && contact->zone != NULL ? contact->zone : digest->zone;
    const char *country = digest->country != NULL ? digest->country
                          : party != NULL         ? party->country
                                                  : app->settings->maker.country;
    size_t i = 0;
    while (i < places->count &&
           (places->list[i].digest != digest || strcmp(places->list[i].zone_name, zone) != 0 ||
            strcmp(places->list[i].country, country) != 0))
        i++;
    if (i == places->count) {
        struct place place = {.digest = digest,
                              .zone_name = xstrdup(zone),
                              .country = xstrdup(country),
                              .anchor_ms = row->anchor_ms};
        enum status status = open_place(&place, app, err);
        if (status != OK) {
            place_dispose(&place);
            return status;
        }
        if (places->count == places->room) {
            places->room = places->room == 0 ? 16 : places->room * 2;
            places->list = xrealloc(places->list, places->room, sizeof *places->list);
        }
        places->list[places->count++] = place;
    }
    *out = places->list[i].schedule;
    if (why != NULL)
        *why = places->list[i].why;
    return OK;
}
