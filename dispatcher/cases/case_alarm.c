#include "dispatcher/cases/case_alarm.h"

#include "dispatcher/cases/case_show.h"
#include "dispatcher/duties/duty_book.h"
#include "dispatcher/duties/duty_mail.h"

#include <stdlib.h>

#define PAGE ((size_t)200)

/* A clock that has reached a step. */
struct alarm {
    const struct case_file *row;
    enum case_clock clock;
    int64_t due_ms;
    enum rung rung;
    bool *did;
};

/* The entry is of the mail: made before, there is neither. */
static enum status tell(struct app *app, const struct alarm *alarm, const struct person *who,
                        struct err *err)
{
    const struct person *person = ladder_stand_in(app->settings, who, app_now(app));
    const struct duty_mail mail = {.case_number = alarm->row->number,
                                   .clock = case_clock_word(alarm->clock),
                                   .deadline_ms = alarm->due_ms,
                                   .rung = alarm->rung};
    struct err made = {0};
    enum status status = duty_mail_plan(app, &mail, person, &made);
    if (status == ERR_EXISTS)
        return OK;
    if (status != OK) {
        *err = made;
        return status;
    }
    struct entry *entry = entry_new("escalation.sent", app->actor, alarm->row->uid);
    entry_instant(entry, "deadline", alarm->due_ms);
    entry_personal(entry, "to", person->id);
    entry_text(entry, "what", mail.clock);
    *alarm->did = true;
    return app_record(app, entry, err);
}

static enum status tell_role(struct app *app, const struct alarm *alarm, struct err *err)
{
    const struct settings *s = app->settings;
    enum status status = tell(app, alarm, settings_owner(s, ROLE_PSIRT), err);
    for (size_t i = 0; status == OK && i < s->people_count; i++)
        if (person_has_role(&s->people[i], ROLE_PSIRT))
            status = tell(app, alarm, &s->people[i], err);
    return status;
}

/* While nobody owns it, whoever may triage it is told of each step. */
static enum status tell_all(struct app *app, void *context, struct err *err)
{
    const struct alarm *alarm = context;
    const struct settings *s = app->settings;
    const struct person *owner =
        alarm->row->owner != NULL ? settings_person(s, alarm->row->owner) : NULL;
    if (owner == NULL)
        return tell_role(app, alarm, err);
    const struct person *deputy = owner->deputy != NULL ? settings_person(s, owner->deputy) : NULL;
    enum status status = tell(app, alarm, owner, err);
    if (status == OK && alarm->rung >= RUNG_DEPUTY && deputy != NULL)
        status = tell(app, alarm, deputy, err);
    return status == OK && alarm->rung >= RUNG_ALL ? tell_role(app, alarm, err) : status;
}

struct alarms {
    struct arena *arena;
    struct alarm *list;
    size_t count;
};

static void add_clocks(struct alarms *a, const struct case_ground *ground,
                       const struct case_file *row, int64_t now)
{
    struct case_due dues[CASE_CLOCK_COUNT];
    const struct case_stand stand = case_stand_of(row);
    const size_t count = case_dues(dues, &stand, &ground->limits, &ground->opened.ground);
    for (size_t i = 0; i < count; i++) {
        const struct ladder ladder = {dues[i].start_ms, dues[i].due_ms, INT64_MAX};
        const struct alarm one = {.row = row,
                                  .clock = dues[i].clock,
                                  .due_ms = dues[i].due_ms,
                                  .rung = ladder_rung(&ladder, now)};
        if (one.rung != RUNG_NONE)
            arena_push(a->arena, &a->list, &a->count, sizeof one, &one);
    }
}

static enum status tell_unreadable(struct app *app, void *context, struct err *err)
{
    return duty_tell_unreadable(app, context, err);
}

/* Rules are read when there is an open case only: they say which days are working days. */
static enum status find(struct alarms *a, struct app *app, struct err *err)
{
    struct case_ground ground = {0};
    struct err why = {0};
    size_t count = PAGE;
    int64_t after = 0;
    enum status status = OK;
    while (status == OK && count == PAGE) {
        struct case_file *rows = NULL;
        status = case_list(&rows, &count, a->arena, app->store, true, after, PAGE, err);
        if (status == OK && count > 0 && ground.pack == NULL &&
            case_ground_open(&ground, app, &why) != OK)
            return app_transact(app, tell_unreadable, &why, err);
        for (size_t i = 0; status == OK && i < count; i++) {
            add_clocks(a, &ground, &rows[i], app_now(app));
            after = rows[i].id;
        }
    }
    case_ground_close(&ground);
    return status;
}

static int earlier(const void *a, const void *b)
{
    const struct alarm *x = a;
    const struct alarm *y = b;
    if (x->due_ms != y->due_ms)
        return x->due_ms < y->due_ms ? -1 : 1;
    if (x->row->id != y->row->id)
        return x->row->id < y->row->id ? -1 : 1;
    return (x->clock > y->clock) - (x->clock < y->clock);
}

struct failure {
    const char *about;
    const struct err *why;
};

static enum status tell_failure(struct app *app, void *context, struct err *err)
{
    const struct failure *failure = context;
    return duty_tell_failed(app, failure->about, failure->why, err);
}

/* What cannot be told becomes a task, once, and is tried again; a store that fails is returned. */
static enum status judge(struct app *app, enum status status, const char *about,
                         const struct err *why, struct err *err)
{
    struct failure failure = {about, why};
    if (status != OK && status != ERR_IO)
        return app_transact(app, tell_failure, &failure, err);
    if (status != OK)
        *err = *why;
    return status;
}

enum status case_alarm_act(struct app *app, bool *did, struct err *err)
{
    struct alarms a = {.arena = arena_new()};
    struct err why = {0};
    enum status status = judge(app, find(&a, app, &why), "clocks of cases", &why, err);
    if (status == OK && a.count > 0)
        qsort(a.list, a.count, sizeof a.list[0], earlier);
    for (size_t i = 0; status == OK && i < a.count; i++) {
        const char *about =
            arena_printf(a.arena, "clock %s of case %lld", case_clock_word(a.list[i].clock),
                         (long long)a.list[i].row->id);
        a.list[i].did = did;
        why = (struct err){0};
        status = judge(app, app_transact(app, tell_all, &a.list[i], &why), about, &why, err);
    }
    arena_free(a.arena);
    return status;
}
