#include "clocks/recur.h"

#include "base/clock.h"
#include "clocks/recur_parts.h"

#include <stdlib.h>

#define ANCHOR_FIRST 1970
#define ANCHOR_LAST 2200
#define AFTER_ALL_MS INT64_C(253402300800000) /* the year 10000 */
#define BEFORE_ALL_MS (-366 * MS_DAY)         /* before any anchor, and what a holiday can move */

static void set_times(struct recur *recur)
{
    const struct rrule_list *by = recur->rule.by;
    for (size_t h = 0; h < by[BY_HOUR].count; h++)
        for (size_t m = 0; m < by[BY_MINUTE].count; m++)
            for (size_t s = 0; s < by[BY_SECOND].count; s++)
                recur->times[recur->time_count++] = by[BY_HOUR].values[h] * MS_HOUR +
                                                    by[BY_MINUTE].values[m] * MS_MINUTE +
                                                    by[BY_SECOND].values[s] * MS_SECOND;
}

static void set_early(struct recur *recur)
{
    struct date first = {0};
    int64_t index = 0;
    if (!recur_days_next(&first, &index, recur->days, recur->anchor) ||
        date_compare(first, recur->anchor) != 0)
        return;
    for (size_t i = 0; i < recur->time_count; i++)
        recur->early += recur->times[i] < recur->anchor_ms ? 1 : 0;
}

static bool is_over(const struct recur *recur, struct date date, int64_t ms)
{
    const struct rrule *rule = &recur->rule;
    int order = date_compare(date, rule->until_date);
    switch (rule->until) {
    case UNTIL_DATE:
        return order > 0;
    case UNTIL_LOCAL:
        return order > 0 || (order == 0 && ms > rule->until_ms);
    case UNTIL_UTC:
        return zone_instant(recur->zone, date, ms) >
               date_days(rule->until_date) * MS_DAY + rule->until_ms;
    case UNTIL_NEVER:
        break;
    }
    return false;
}

static bool is_covered(const struct recur *recur, struct date date)
{
    return recur->calendar == NULL || calendar_covers(recur->calendar, date.year);
}

static struct recur_run run_on(const struct recur *recur, struct date date, int64_t ms)
{
    struct recur_run run = {.date = date, .ms_of_day = ms, .planned = date, .count = 1};
    if (recur->shift != RECUR_STAY && calendar_holiday(&run.holiday, recur->calendar, date))
        run.date = recur->shift == RECUR_AFTER ? calendar_roll(recur->calendar, date)
                                               : calendar_roll_back(recur->calendar, date);
    run.uncovered = !is_covered(recur, date) || !is_covered(recur, run.date);
    run.at_ms = zone_instant(recur->zone, run.date, ms);
    return run;
}

/*
 * Take a run into account. Runs come in the order of the rule, and holidays move some of them over
 * others: of Friday, a holiday, and Saturday the first one runs on Monday. So the earliest is
 * looked for.
 */
static void consider(struct recur_run *best, const struct recur_run *run, int64_t after_ms)
{
    if (run->at_ms <= after_ms)
        return;
    if (best->count == 0 || run->at_ms < best->at_ms)
        *best = *run;
    else if (run->at_ms == best->at_ms)
        best->count++;
}

/* Can a run that is planned for this local time, or a later one, still be the best? */
static bool is_past(const struct recur_run *best, const struct recur *recur, struct date date,
                    int64_t ms)
{
    int64_t back = recur->shift == RECUR_BEFORE ? CALENDAR_REST_MOST : 0;
    return best->count > 0 && zone_instant(recur->zone, date_add(date, -back), ms) > best->at_ms;
}

/* All runs of one day; false when no later one is needed. index: its place, for COUNT. */
static bool consider_day(struct recur_run *best, const struct recur *recur, struct date date,
                         int64_t index, int64_t after_ms)
{
    int64_t number = index * (int64_t)recur->time_count - recur->early;
    for (size_t i = 0; i < recur->time_count; i++, number++) {
        int64_t ms = recur->times[i];
        if (date_compare(date, recur->anchor) == 0 && ms < recur->anchor_ms)
            continue;
        if ((recur->rule.count > 0 && number >= recur->rule.count) || is_over(recur, date, ms) ||
            is_past(best, recur, date, ms))
            return false;
        struct recur_run run = run_on(recur, date, ms);
        consider(best, &run, after_ms);
    }
    return true;
}

enum status recur_next(struct recur_run *out, const struct recur *recur, int64_t after_ms,
                       struct err *err)
{
    struct recur_run best = {0};
    struct date date = {0};
    int64_t index = 0;
    if (after_ms < BEFORE_ALL_MS)
        after_ms = BEFORE_ALL_MS;
    else if (after_ms > AFTER_ALL_MS)
        after_ms = AFTER_ALL_MS;
    zone_local(&date, NULL, NULL, recur->zone, after_ms);
    /* A day for zones that leave one out, and as many as a holiday can move a run. */
    date = date_add(date, -1 - (recur->shift == RECUR_STAY ? 0 : CALENDAR_REST_MOST));
    while (recur_days_next(&date, &index, recur->days, date) &&
           consider_day(&best, recur, date, index, after_ms))
        date = date_add(date, 1);
    if (best.count == 0)
        return err_set(err, ERR_NOT_FOUND, "the schedule has ended: no run follows");
    *out = best;
    return OK;
}

enum status recur_list(struct recur_run *out, size_t *count, const struct recur *recur,
                       int64_t after_ms, size_t most, struct err *err)
{
    *count = 0;
    while (*count < most) {
        enum status status = recur_next(&out[*count], recur, after_ms, err);
        if (status == ERR_NOT_FOUND)
            break;
        if (status != OK)
            return status;
        after_ms = out[(*count)++].at_ms;
    }
    return OK;
}

enum status recur_open(struct recur **out, const struct recur_plan *plan, struct err *err)
{
    struct recur_run first = {0};
    *out = NULL;
    if (!date_valid(plan->anchor) || plan->anchor.year < ANCHOR_FIRST ||
        plan->anchor.year > ANCHOR_LAST || plan->anchor_ms < 0 || plan->anchor_ms >= MS_DAY)
        return err_set(err, ERR_INVALID, "schedule: it begins at no day between %d and %d",
                       ANCHOR_FIRST, ANCHOR_LAST);
    if (plan->shift != RECUR_STAY && plan->calendar == NULL)
        return err_set(err, ERR_INVALID,
                       "schedule: without a calendar nothing can be moved off "
                       "public holidays: name a country");
    struct recur *recur = xcalloc(1, sizeof *recur);
    recur->anchor = plan->anchor;
    recur->anchor_ms = plan->anchor_ms;
    recur->zone = plan->zone;
    recur->calendar = plan->shift == RECUR_STAY ? NULL : plan->calendar;
    recur->shift = plan->shift;
    enum status status = rrule_parse(&recur->rule, plan->rule, plan->anchor, plan->anchor_ms, err);
    if (status == OK)
        status = recur_days_open(&recur->days, &recur->rule, plan->anchor, err);
    if (status == OK) {
        set_times(recur);
        set_early(recur);
        status = recur_next(&first, recur, BEFORE_ALL_MS, NULL);
    }
    if (status == ERR_NOT_FOUND)
        status = err_set(err, ERR_INVALID,
                         "schedule \"%.200s\" never comes true within %d years of its beginning: "
                         "look at its days, COUNT and UNTIL",
                         plan->rule, RECUR_YEARS_MOST);
    if (status == OK)
        *out = recur;
    else
        recur_close(recur);
    return status;
}

void recur_close(struct recur *recur)
{
    if (recur == NULL)
        return;
    recur_days_free(recur->days);
    free(recur);
}
