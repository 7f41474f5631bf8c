/* The board of duties: by urgency, for people and for their calendars. */
#include "dispatcher/cases/case_act.h"
#include "dispatcher/cases/case_show.h"
#include "dispatcher/cli.h"
#include "dispatcher/commands/deadlines.h"
#include "dispatcher/duties/duty_keep.h"

enum status duty_board_print(struct str *out, struct app *app, bool ical, struct err *err)
{
    struct deadlines clocks;
    deadlines_init(&clocks);
    enum status status = deadlines_duties(&clocks, app, NULL, err);
    if (status == OK && ical)
        deadlines_ical(out, &clocks, app->settings->maker.id, app_now(app));
    else if (status == OK)
        deadlines_print(out, &clocks, 0, app_now(app));
    deadlines_dispose(&clocks);
    return status;
}

int case_show_duties(struct app *app, const char *number, bool ical)
{
    struct arena *arena = arena_new();
    struct case_file row = {0};
    struct str out;
    struct err err = {0};
    str_init(&out, STR_LIMIT_MAIL);
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
