#include "digests/schedule.h"

#include "base/arena.h"
#include "base/clock.h"

#include <stdlib.h>

#define RUNS_AT_ONCE 64
#define MISSED_MOST 4000
/* Holidays that follow each other, and a rule that only ever names them. */
#define SKIPPED_MOST 400

struct schedule {
    struct recur *recur;
    const struct calendar *calendar;
    bool skips;
};

enum status schedule_open(struct schedule **out, const struct schedule_plan *plan, struct err *err)
{
    static const enum recur_shift shifts[] = {[SCHEDULE_STAY] = RECUR_STAY,
                                              [SCHEDULE_MOVE] = RECUR_AFTER,
                                              [SCHEDULE_BEFORE] = RECUR_BEFORE,
                                              [SCHEDULE_SKIP] = RECUR_STAY};
    struct recur_plan recur = {.rule = plan->rule,
                               .zone = plan->zone,
                               .calendar = plan->calendar,
                               .shift = shifts[plan->holidays]};
    zone_local(&recur.anchor, NULL, NULL, plan->zone, plan->anchor_ms);
    struct schedule *s = xcalloc(1, sizeof *s);
    s->calendar = plan->calendar;
    s->skips = plan->holidays == SCHEDULE_SKIP;
    enum status status = recur_open(&s->recur, &recur, err);
    if (status == OK)
        *out = s;
    else
        free(s);
    return status;
}

void schedule_close(struct schedule *schedule)
{
    if (schedule == NULL)
        return;
    recur_close(schedule->recur);
    free(schedule);
}

int64_t schedule_wall(const struct recur_run *run)
{
    return date_days(run->date) * MS_DAY + run->ms_of_day;
}

static bool is_skipped(const struct schedule *s, const struct recur_run *run)
{
    return s->skips && calendar_holiday(NULL, s->calendar, run->date);
}

enum status schedule_next(struct recur_run *out, const struct schedule *schedule, int64_t after_ms,
                          struct err *err)
{
    for (int i = 0; i < SKIPPED_MOST; i++) {
        enum status status = recur_next(out, schedule->recur, after_ms, err);
        if (status != OK || !is_skipped(schedule, out))
            return status;
        after_ms = out->at_ms;
    }
    return err_set(err, ERR_NOT_FOUND, "every run of the schedule is on a public holiday");
}

/*
 * From which instant on runs count. Who has had a run goes by that one; who has not yet begins with
 * the first run after they were there to be looked at, not with one that was over before.
 */
static int64_t runs_from(const struct schedule_past *past, int64_t now_ms)
{
    int64_t from = past->ran ? past->run_ms : past->looked_ms;
    if (from > now_ms) /* of a clock that was ahead */
        from = past->since_ms;
    return from > past->since_ms ? from : past->since_ms;
}

enum status schedule_due(struct schedule_due *out, bool *due, const struct schedule *schedule,
                         const struct schedule_past *past, int64_t now_ms, struct err *err)
{
    struct recur_run runs[RUNS_AT_ONCE];
    int64_t after_ms = runs_from(past, now_ms);
    int64_t passed = 0;
    size_t count = RUNS_AT_ONCE;
    *due = false;
    while (count == RUNS_AT_ONCE && passed < MISSED_MOST) {
        enum status status = recur_list(runs, &count, schedule->recur, after_ms, RUNS_AT_ONCE, err);
        if (status != OK)
            return status;
        for (size_t i = 0; i < count; i++) {
            if (runs[i].at_ms > now_ms)
                return OK;
            after_ms = runs[i].at_ms;
            passed++;
            const int64_t wall = schedule_wall(&runs[i]);
            if (is_skipped(schedule, &runs[i]) || (past->ran && wall <= past->run_wall))
                continue;
            *out = (struct schedule_due){
                .run_ms = runs[i].at_ms, .wall = wall, .missed = *due ? out->missed + 1 : 0};
            *due = true;
        }
    }
    return OK;
}

void schedule_describe(struct str *out, const struct schedule *schedule)
{
    recur_describe(out, schedule->recur);
    if (schedule->skips)
        str_add(out, ", not on public holidays");
}
