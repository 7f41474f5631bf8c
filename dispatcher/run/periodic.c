#include "dispatcher/run/periodic.h"

#include "base/log.h"
#include "dispatcher/back/answer.h"
#include "dispatcher/back/task_close.h"
#include "dispatcher/cases/case_alarm.h"
#include "dispatcher/duties/duty_act.h"
#include "dispatcher/duties/duty_told.h"
#include "dispatcher/duties/fact_told.h"
#include "dispatcher/op.h"
#include "dispatcher/paper.h"
#include "dispatcher/plan/planner.h"
#include "dispatcher/record/mark.h"
#include "dispatcher/release/embargo.h"
#include "dispatcher/routine/canary.h"
#include "dispatcher/routine/drill.h"
#include "dispatcher/run/timepiece.h"
#include "dispatcher/signed/heartbeat.h"
#include "dispatcher/submit/keys.h"

static enum status read_inbox(struct app *app, bool *did, struct err *err)
{
    size_t count = 0;
    /* One mailbox for both is read by intake_box, which knows what goes to whom. */
    if (app->settings->mail.inbox == NULL ||
        text_equal(app->settings->mail.inbox, app->settings->reports.mailbox))
        return OK;
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    enum status status = answer_read(app, app->settings->mail.inbox, &out, &count, err);
    str_dispose(&out);
    if (count > 0)
        *did = true;
    return status == ERR_NOT_FOUND ? OK : status; /* no inbox yet: doctor tells */
}

static enum status refresh_register(struct app *app, bool *did, struct err *err)
{
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    enum status status = op_refresh(app, NULL, &out, err);
    if (out.size > 0)
        *did = true;
    str_dispose(&out);
    return status;
}

static enum status warn_of_keys(struct app *app, bool *did, struct err *err)
{
    (void)did;
    return keys_warn(app, err);
}

static enum status warn_of_paper(struct app *app, bool *did, struct err *err)
{
    (void)did;
    return paper_warn(app, err);
}

static enum status note_mark(struct app *app, bool *did, struct err *err)
{
    (void)did;
    return mark_write(app, err);
}

static const struct {
    const char *name;
    int64_t every_ms;
    enum status (*run)(struct app *app, bool *did, struct err *err);
} table[] = {
    {"inbox", 10 * MS_SECOND, read_inbox},    {"register", MS_MINUTE, refresh_register},
    {"keys", 6 * MS_HOUR, warn_of_keys},      {"security.txt", MS_MINUTE, warn_of_paper},
    {"mark", 10 * MS_SECOND, note_mark},      {"first notices", MS_MINUTE, fact_told_act},
    {"duties", 5 * MS_SECOND, duty_act}, /* of a fact that came just now, too */
    {"heartbeat", MS_MINUTE, heartbeat_beat}, {"told", MS_MINUTE, duty_told},
    {"drills", 5 * MS_SECOND, drill_act},     {"drill schedule", MS_MINUTE, drill_schedule_act},
    {"canaries", 10 * MS_SECOND, canary_act}, {"embargoes", 10 * MS_SECOND, embargo_act},
    {"cases", 5 * MS_MINUTE, case_alarm_act}, {"texts", MS_MINUTE, task_settle_texts},
};

_Static_assert(sizeof table / sizeof table[0] ==
                   sizeof((struct periodic *)0)->next_up_ms / sizeof(int64_t),
               "each job has its time");

/* A clock that was ahead may have ended keys: who was told to wait meanwhile gets the text now. */
static enum status check_clock(struct app *app, bool *did, struct err *err)
{
    int64_t by = 0;
    int64_t count = 0;
    enum status status = timepiece_check(app, &by, err);
    if (by != 0)
        *did = true;
    return status == OK && by <= -MS_DAY ? planner_catch_up(app, &count, err) : status;
}

enum status periodic_run(struct periodic *p, struct app *app, bool *did, struct err *err)
{
    enum status status = check_clock(app, did, err);
    int64_t up = clock_up_ms(&app->clock);
    for (size_t i = 0; status == OK && i < sizeof table / sizeof table[0]; i++) {
        if (p->next_up_ms[i] > up)
            continue;
        p->next_up_ms[i] = up + table[i].every_ms;
        struct err fault = {0};
        enum status done = table[i].run(app, did, &fault);
        if (done == OK)
            continue;
        log_line(LOG_ERROR, "periodic=%s failed=%s said=%s", table[i].name, status_word(done),
                 log_quote(fault.text));
        if (done == ERR_CORRUPT) {
            *err = fault;
            status = done;
        }
    }
    return status;
}

bool periodic_settled(struct periodic *p)
{
    const bool settled = p->settled;
    for (size_t i = 0; !settled && i < sizeof table / sizeof table[0]; i++)
        if (table[i].run == fact_told_act || table[i].run == duty_told ||
            table[i].run == task_settle_texts)
            p->next_up_ms[i] = 0;
    p->settled = true;
    return settled;
}

int64_t periodic_next(const struct periodic *p)
{
    int64_t next = INT64_MAX;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (p->next_up_ms[i] < next)
            next = p->next_up_ms[i];
    return next;
}
