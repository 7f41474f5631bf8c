/* Any bytes as CC.ics: a calendar or words with a line; what a calendar answers is consistent. */
#include "clocks/calendar.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define DAYS 400 /* more than a year, from the end of 2025 on */

static void ask(const struct calendar *calendar)
{
    const int64_t first = date_days((struct date){2025, 12, 20});
    for (int64_t days = first; days < first + DAYS; days++) {
        const char *name = NULL;
        struct date date = date_from_days(days);
        bool holiday = calendar_holiday(&name, calendar, date);
        int64_t on = date_days(calendar_roll(calendar, date)) - days;
        int64_t back = days - date_days(calendar_roll_back(calendar, date));
        bool working = calendar_working(calendar, date);
        if ((holiday && (name == NULL || working)) || on < 0 || on > CALENDAR_REST_MOST ||
            back < 0 || back > CALENDAR_REST_MOST || working != (on == 0) || working != (back == 0))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct calendar *calendar = NULL;
    struct err err = {0};
    enum status status =
        calendar_parse(&calendar, "DE.ics", "DE", (struct bytes){data, size}, &err);
    if (status == OK)
        ask(calendar);
    else if (status != ERR_CORRUPT || strstr(err.text, "DE.ics") == NULL || calendar != NULL)
        abort();
    calendar_close(calendar);
    return 0;
}
