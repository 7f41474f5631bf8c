/* The board of duties: by urgency, for people and for their calendars. */
#include "dispatcher/case_act.h"
#include "dispatcher/case_show.h"
#include "dispatcher/cli.h"
#include "dispatcher/duty_keep.h"
#include "duties/ical.h"

#include <stdio.h>

#define BOARD_MOST ((size_t)100000)

static const char *waits_for(const struct duty_row *d)
{
    if (d->state == DUTY_WAITING)
        return "its trigger";
    return d->informs ? "its notices" : "proof";
}

static void print_row(struct str *out, const struct duty_row *d, int64_t now)
{
    char left[CLOCK_TEXT];
    const int64_t rest = d->safe_ms - now;
    str_addf(out, "%-13s %-3s %-26s %-26s %-10s %s", d->rule,
             d->country != NULL ? d->country : d->jurisdiction,
             d->due_safe != NULL ? d->due_safe : "-", d->due_legal != NULL ? d->due_legal : "-",
             d->owner, waits_for(d));
    if (d->safe_ms > 0)
        str_addf(out, rest < 0 ? " (LATE by %s)" : " (%s left)",
                 duration_text(left, rest < 0 ? -rest : rest));
    str_add_c(out, '\n');
}

static void ical_row(struct str *out, struct arena *arena, const struct app *app,
                     const struct duty_row *d)
{
    const struct ical_todo todo = {
        .uid = arena_printf(arena, "duty-%lld@%s", (long long)d->id, app->settings->maker.id),
        .stamp_ms = d->changed_ms,
        .due_ms = d->safe_ms,
        .summary = arena_printf(arena, "%s %s: %s", d->rule,
                                d->country != NULL ? d->country : d->jurisdiction, d->owner),
        .description = d->derivation,
        .categories = d->deliverable,
        .priority = d->safe_ms < app_now(app) ? 1 : 5};
    if (d->safe_ms > 0)
        ical_todo(out, &todo);
}

enum status duty_board_print(struct str *out, struct app *app, bool ical, struct err *err)
{
    struct arena *arena = arena_new();
    struct duty_row *list = NULL;
    size_t count = 0;
    enum status status = duty_board(&list, &count, arena, app->store, BOARD_MOST, err);
    if (ical)
        ical_begin(out, "Deadlines");
    for (size_t i = 0; status == OK && i < count; i++) {
        if (ical)
            ical_row(out, arena, app, &list[i]);
        else
            print_row(out, &list[i], app_now(app));
    }
    if (ical)
        ical_end(out);
    arena_free(arena);
    return status;
}

int case_show_duties(struct app *app, const char *number, bool ical)
{
    struct arena *arena = arena_new();
    struct case_file row = {0};
    struct str out;
    struct err err = {0};
    str_init(&out, STR_LIMIT_TEXT);
    enum status status = app_open_store(app, STORE_READ, &err);
    if (status == OK && number == NULL)
        status = duty_board_print(&out, app, ical, &err);
    else if (status == OK) {
        status = case_named(&row, arena, app->store, number, &err);
        if (status == OK)
            status = duty_print(&out, app, row.id, &err);
    }
    int code = EXIT_DONE;
    if (status == OK && !cli_put(&out))
        code = EXIT_AGAIN;
    str_dispose(&out);
    arena_free(arena);
    return status == OK ? code : cli_fail(&err);
}
