/* Drills that are over end, with their report. */
#include "dispatcher/back/task_close.h"
#include "dispatcher/release/supersede.h"
#include "dispatcher/routine/drill.h"
#include "dispatcher/run/move.h"
#include "dispatcher/run/state.h"

#include <stdlib.h>

#define SLICE 100
#define OVER "the exercise is over"
#define REPLACED "a newer version took the place of what it shows"

static enum status open_task(struct app *app, const char *cause, const char *title,
                             const char *todo, const char *detail, struct err *err)
{
    struct task task = {.kind = TASK_CONFIG, .cause = cause, .title = title, .todo = todo};
    struct task_item item = {.about = "drill", .detail = detail};
    return move_task(app, &task, &item, NULL, err);
}

/* What has not left does not leave any more. What a carrier has comes to its end by itself. */
static enum status stop_notices(struct app *app, const struct drill *drill, const char *why,
                                struct err *err)
{
    struct arena *arena = arena_new();
    struct notice *list = NULL;
    size_t count = 0;
    const struct notice_filter filter = {.advisory_id = drill->advisory_id,
                                         .limit = 2 * DRILL_PARTIES};
    enum status status = notice_list(&list, &count, arena, app->store, &filter, err);
    for (size_t i = 0; status == OK && i < count; i++) {
        enum notice_state to = list[i].state;
        if (!state_next(&to, list[i].state, EVENT_CANCEL))
            continue;
        struct entry *entry = entry_new("notice.cancelled", app->actor, list[i].uid);
        entry_personal(entry, "by", drill->by);
        entry_personal(entry, "reason", why);
        status = move_notice(app, &list[i], EVENT_CANCEL, entry, err);
    }
    arena_free(arena);
    return status;
}

static enum status close_tasks(struct app *app, const struct drill *drill, const char *why,
                               struct err *err)
{
    struct arena *arena = arena_new();
    struct task *list = NULL;
    size_t count = 0;
    enum status status =
        task_list(&list, &count, arena, app->store, false, drill->advisory_id, err);
    for (size_t i = 0; status == OK && i < count; i++)
        if (supersede_tells(list[i].kind))
            status = task_close(app, &list[i], why, err);
    arena_free(arena);
    return status;
}

static enum status record_end(struct app *app, const struct drill *drill,
                              const struct drill_report *report, struct err *err)
{
    int64_t answered = 0, faults = 0, taken = 0;
    for (size_t i = 0; i < report->count; i++) {
        const struct drill_recipient *r = &report->recipients[i];
        answered += r->answered_ms > 0;
        taken += r->taken_ms > 0;
        faults += drill_judge(r, report, report->ended_ms) != DRILL_NONE;
    }
    struct entry *entry = entry_new("drill.finished", app->actor, report->uid);
    entry_int(entry, "answered", answered);
    entry_int(entry, "drill", drill->id);
    entry_text(entry, "facts_sha256", drill->facts);
    entry_int(entry, "faults", faults);
    entry_bool(entry, "passed", drill->passed);
    entry_int(entry, "recipients", (int64_t)report->count);
    entry_text(entry, "report_sha256", drill->report);
    entry_int(entry, "taken", taken);
    return app_record(app, entry, err);
}

/* Its page and its facts are fixed, before what is left of it is stopped. */
static enum status write_report(struct drill *drill, struct arena *arena, struct app *app,
                                const struct drill_report *report, struct err *err)
{
    char hex[65];
    struct str text;
    str_init(&text, STR_LIMIT_TEXT);
    drill_text(&text, report, report->ended_ms);
    enum status status = blob_put(hex, app->store, str_bytes(&text), err);
    drill->report = arena_strdup(arena, hex);
    str_reset(&text);
    drill_json(&text, report, report->ended_ms);
    if (status == OK && !str_ok(&text))
        status = err_set(err, ERR_LIMIT, "the report of a drill is too long");
    if (status == OK)
        status = blob_put(hex, app->store, str_bytes(&text), err);
    drill->facts = arena_strdup(arena, hex);
    str_dispose(&text);
    return status;
}

struct ending {
    struct drill drill;
    const char *why;
};

static enum status end_one(struct app *app, void *context, struct err *err)
{
    const struct ending *ending = context;
    struct drill drill = ending->drill;
    struct arena *arena = arena_new();
    struct drill_report report;
    const int64_t now = app_now(app);
    enum status status = drill_measure(&report, arena, app, &drill, err);
    drill.ended_ms = report.ended_ms = now;
    drill.passed = status == OK && drill_passed(&report, now);
    if (status == OK)
        status = write_report(&drill, arena, app, &report, err);
    if (status == OK)
        status = drill_end(app->store, &drill, err);
    if (status == OK)
        status = record_end(app, &drill, &report, err);
    if (status == OK)
        status = stop_notices(app, &drill, ending->why, err);
    if (status == OK)
        status = close_tasks(app, &drill, ending->why, err);
    if (status == OK && !drill.passed)
        status = open_task(
            app, arena_printf(arena, "drill %lld failed", (long long)drill.id),
            arena_printf(arena, "Drill %lld failed: mend what it showed", (long long)drill.id),
            arena_printf(arena, "tocsin drill report %lld tells what went wrong.",
                         (long long)drill.id),
            arena_printf(arena, "%s: %s", report.name, ending->why), err);
    arena_free(arena);
    return status;
}

/* Cheaply: whether it is worth measuring in full. An answer is the state of its notice. */
static enum status may_be_over(bool *out, struct app *app, const struct drill *drill,
                               struct err *err)
{
    struct arena *arena = arena_new();
    struct advisory row;
    struct notice *open = NULL;
    size_t count = 0;
    const struct notice_filter filter = {.advisory_id = drill->advisory_id,
                                         .states = (STATE_BIT(STATE_COUNT) - 1) &
                                                   ~STATE_BIT(STATE_ANSWERED),
                                         .limit = 1};
    *out = false;
    enum status status = advisory_get(&row, arena, app->store, drill->advisory_id, err);
    if (status == OK && app_now(app) <= row.answer_by_ms)
        status = notice_list(&open, &count, arena, app->store, &filter, err);
    *out = status == OK && count == 0;
    arena_free(arena);
    return status;
}

static enum status end_those_over(struct app *app, bool *did, struct err *err)
{
    struct arena *arena = arena_new();
    struct drill *list = NULL;
    size_t count = 0;
    enum status status = drill_list(&list, &count, arena, app->store, true, 0, SLICE, err);
    for (size_t i = 0; status == OK && i < count; i++) {
        struct drill_report report;
        bool may = false;
        status = may_be_over(&may, app, &list[i], err);
        if (status != OK || !may)
            continue;
        status = drill_measure(&report, arena, app, &list[i], err);
        if (status != OK || !drill_is_over(&report, app_now(app)))
            continue;
        struct ending ending = {list[i], OVER};
        status = app_transact(app, end_one, &ending, err);
        *did = true;
    }
    arena_free(arena);
    return status;
}

enum status drill_act(struct app *app, bool *did, struct err *err)
{
    return end_those_over(app, did, err);
}

enum status drill_end_of(struct app *app, const struct advisory *old, struct err *err)
{
    enum status status = OK;
    int64_t after = 0;
    for (size_t count = SLICE; status == OK && count == SLICE;) {
        struct arena *arena = arena_new();
        struct drill *list = NULL;
        status = drill_list(&list, &count, arena, app->store, true, after, SLICE, err);
        for (size_t i = 0; status == OK && i < count; i++) {
            struct ending ending = {list[i], REPLACED};
            after = list[i].id;
            if (list[i].of_id == old->id)
                status = end_one(app, &ending, err);
        }
        arena_free(arena);
    }
    return status;
}

enum status drill_is_over_for(const char **why, struct app *app, int64_t advisory_id,
                              struct err *err)
{
    struct arena *arena = arena_new();
    struct drill drill;
    enum status status = drill_of(&drill, arena, app->store, advisory_id, err);
    *why = status == OK && drill.ended_ms > 0 ? OVER : NULL;
    arena_free(arena);
    return status;
}
