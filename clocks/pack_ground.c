#include "clocks/pack.h"

#include "base/nearest.h"

#include <string.h>

#define PLACES_MOST 60 /* as the table of a file allows */

static enum status find_place(const struct place **out, const struct jurisdiction *j,
                              const struct rule *rule, const char *country, struct err *err)
{
    const char *names[PLACES_MOST];
    size_t count = 0;
    *out = NULL;
    if (country == NULL) {
        if (j->place_count == 1)
            *out = &j->places[0];
        return OK;
    }
    for (; count < j->place_count && count < PLACES_MOST; count++) {
        names[count] = j->places[count].country;
        if (strcmp(names[count], country) == 0) {
            *out = &j->places[count];
            return OK;
        }
    }
    int near = nearest_name(country, names, count);
    return err_set(err, ERR_INVALID, "--country %.20s: is not in %s (%s), where %s is law%s%s%s",
                   country, j->id, j->name, rule->id, near >= 0 ? ": did you mean " : "",
                   near >= 0 ? names[near] : "", near >= 0 ? "?" : "");
}

enum status pack_ground(struct opened *out, const struct pack *pack, const struct rule *rule,
                        const char *country, struct err *err)
{
    const struct jurisdiction *j = pack_jurisdiction(pack, rule->jurisdiction);
    const struct place *place = NULL;
    *out = (struct opened){0};
    enum status status = find_place(&place, j, rule, country, err);
    if (status == OK)
        status = zone_open(&out->zone, place != NULL ? place->zone : j->zone, err);
    if (status == OK && place != NULL && rule->holidays == HOLIDAYS_NATIONAL) {
        struct err none = {0};
        status = pack_calendar(&out->calendar, pack, place_calendar(place), &none);
        if (status == ERR_NOT_FOUND)
            status = OK; /* without one no holiday gives relief, and the derivation says so */
        else if (status != OK && err != NULL)
            *err = none;
    }
    if (status != OK)
        opened_close(out);
    out->ground = (struct ground){.zone = out->zone,
                                  .calendar = out->calendar,
                                  .country = place != NULL ? place->country : NULL};
    return status;
}

enum status pack_country(struct opened *out, const struct pack *pack, const char *country,
                         struct err *err)
{
    const struct place *place = NULL;
    struct err none = {0};
    *out = (struct opened){0};
    for (size_t i = 0; place == NULL && i < pack->jurisdiction_count; i++) {
        const struct jurisdiction *j = pack->jurisdictions[i];
        for (size_t k = 0; place == NULL && k < j->place_count; k++)
            if (strcmp(j->places[k].country, country) == 0)
                place = &j->places[k];
    }
    enum status status = zone_open(&out->zone, place != NULL ? place->zone : "UTC", err);
    if (status == OK) {
        status = pack_calendar(&out->calendar, pack,
                               place != NULL ? place_calendar(place) : country, &none);
        if (status == ERR_NOT_FOUND)
            status = OK;
        else if (status != OK && err != NULL)
            *err = none;
    }
    if (status != OK)
        opened_close(out);
    out->ground = (struct ground){.zone = out->zone, .calendar = out->calendar, .country = country};
    return status;
}

void opened_close(struct opened *opened)
{
    zone_close(opened->zone);
    calendar_close(opened->calendar);
    *opened = (struct opened){0};
}
