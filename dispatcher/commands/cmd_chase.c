/* dispatcher/commands/cmd_chase - who has not answered, for the people who call them. */
#include "dispatcher/cli.h"
#include "dispatcher/routine/chase.h"

static enum status print_all(struct app *app, const char *tracking, enum chase_form form,
                             struct err *err)
{
    struct arena *arena = arena_new();
    struct chase chase;
    enum status status = app_open_store(app, STORE_READ, err);
    if (status == OK)
        status = chase_begin(&chase, app, arena, tracking, form, err);
    for (bool more = true; status == OK && more;) {
        struct str out;
        str_init(&out, STR_LIMIT_TEXT);
        status = chase_slice(&out, &more, &chase, err);
        if (status == OK && !cli_put(&out))
            status = err_set(err, ERR_IO, "standard output: cannot be written: make room");
        str_dispose(&out);
    }
    arena_free(arena);
    return status;
}

int command_chase(struct app *app, int argc, char **argv)
{
    struct cli_common common;
    bool csv = false;
    const struct cli_option options[] = {{"csv", NULL, &csv}};
    struct err err = {0};
    int code = EXIT_DONE;
    if (!cli_parse(app, &common, options, 1, &argc, argv, &code))
        return code;
    if (argc > 1)
        return cli_usage("give one advisory's id, or none for all");
    if (csv && common.json)
        return cli_usage("--csv or --json, not both");
    enum chase_form form = csv ? CHASE_CSV : common.json ? CHASE_JSON : CHASE_TEXT;
    return print_all(app, argc == 1 ? argv[0] : NULL, form, &err) == OK ? code : cli_fail(&err);
}
