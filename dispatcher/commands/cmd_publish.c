/* dispatcher/commands/cmd_publish - order, submit, approve, run: thin shells around ops and loop.
 */
#include "base/file.h"
#include "config/order.h"
#include "dispatcher/cli.h"
#include "dispatcher/op.h"
#include "dispatcher/release/approve.h"
#include "dispatcher/release/signing.h"
#include "dispatcher/run/loop.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ADVISORY_LIMIT ((size_t)16 * 1024 * 1024)

/* An act that cannot be taken back: it is said in full, `--now` included. */
static int release_order(struct app *app, const char *id, const char *version, const char *by,
                         const char *reason, bool now)
{
    struct frame_out request;
    if (!now || by == NULL || reason == NULL)
        return cli_usage(
            "say: order release ID --now --by PERSON --reason TEXT: it lets all go out "
            "that waits for the embargo, and cannot be taken back");
    op_begin(&request, app, "order-release");
    frame_text(&request, id);
    frame_text(&request, version);
    frame_text(&request, by);
    frame_text(&request, reason);
    return cli_call(app, &request);
}

int command_order(struct app *app, int argc, char **argv)
{
    struct cli_common common;
    const char *version = NULL;
    const char *by = NULL;
    const char *reason = NULL;
    bool now = false;
    const struct cli_option options[] = {{"version", &version, NULL},
                                         {"by", &by, NULL},
                                         {"reason", &reason, NULL},
                                         {"now", NULL, &now}};
    int code = EXIT_DONE;
    if (!cli_parse(app, &common, options, sizeof options / sizeof options[0], &argc, argv, &code))
        return code;
    if (argc == 2 && strcmp(argv[0], "release") == 0)
        return release_order(app, argv[1], version, by, reason, now);
    if (argc < 1 || argc > 2 || strcmp(argv[0], "new") != 0)
        return cli_usage("give one ID");
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    order_template(&out, argc == 2 ? argv[1] : NULL);
    code = cli_put(&out) ? EXIT_DONE : EXIT_AGAIN;
    str_dispose(&out);
    return code;
}

static char *replace_end(const char *path, const char *end)
{
    size_t size = strlen(path);
    if (text_ends(path, ".json"))
        size -= 5;
    return xprintf("%.*s%s", (int)size, path, end);
}

/* Append "X.json.asc" and every "X.PERSON.approval" that stands beside the advisory. */
static enum status add_signatures(struct frame_out *request, const char *path, struct err *err)
{
    struct str text;
    char *asc = xprintf("%s.asc", path);
    char *dir = path_dir(path);
    char *stem = replace_end(path_base(path), ".");
    enum status status = OK;
    str_init(&text, 1 << 20);
    if (strcmp(path, "-") != 0 && file_exists(asc)) {
        status = file_read(&text, asc, 1 << 20, err);
        frame_text(request, asc);
        frame_bytes(request, str_bytes(&text));
    }
    DIR *d = strcmp(path, "-") != 0 && status == OK ? opendir(dir) : NULL;
    for (const struct dirent *e; d != NULL && status == OK && (e = readdir(d)) != NULL;) {
        if (!text_starts(e->d_name, stem) || !text_ends(e->d_name, ".approval"))
            continue;
        char *name = path_join(dir, e->d_name);
        str_reset(&text);
        status = file_read(&text, name, 1 << 20, err);
        frame_text(request, name);
        frame_bytes(request, str_bytes(&text));
        free(name);
    }
    if (d != NULL)
        (void)closedir(d);
    free(asc);
    free(dir);
    free(stem);
    str_dispose(&text);
    return status;
}

/* Read the tables again when they changed; their counts are for people, not for standard output. */
static enum status refresh(struct app *app, struct err *err)
{
    struct frame_out request;
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    op_begin(&request, app, "refresh");
    enum status status = op_call(app, &request, &out, err);
    (void)fputs(str_text(&out), stderr);
    str_dispose(&out);
    return status;
}

int command_submit(struct app *app, int argc, char **argv)
{
    struct cli_common common;
    const char *order = NULL;
    bool dry_run = false;
    const struct cli_option options[] = {{"order", &order, NULL}, {"dry-run", NULL, &dry_run}};
    int code = EXIT_DONE;
    if (!cli_parse(app, &common, options, 2, &argc, argv, &code))
        return code;
    if (argc != 1)
        return cli_usage("give one advisory (a CSAF file, or - for standard input)");
    struct str text;
    struct str order_text;
    struct err err = {0};
    struct frame_out request;
    str_init(&text, ADVISORY_LIMIT + 1);
    str_init(&order_text, 1 << 20);
    char *beside = replace_end(argv[0], ".order");
    if (order == NULL && strcmp(argv[0], "-") != 0 && file_exists(beside))
        order = beside;
    enum status status = file_read(&text, argv[0], ADVISORY_LIMIT, &err);
    if (status == OK && order != NULL)
        status = file_read(&order_text, order, 1 << 20, &err);
    if (status == OK && order != NULL && order_text.size == 0)
        status =
            err_set(&err, ERR_INVALID, "%s: is empty: write the order, or take it away", order);
    if (status != OK) {
        (void)cli_fail(&err);
        code = EXIT_USAGE;
        goto done;
    }
    if (dry_run) {
        code = cli_check(app, argv[0], common.json);
        goto done;
    }
    status = refresh(app, &err);
    if (status != OK) {
        code = cli_fail(&err);
        goto done;
    }
    op_begin(&request, app, "submit");
    frame_text(&request, argv[0]);
    frame_bytes(&request, str_bytes(&text));
    frame_text(&request, order);
    frame_bytes(&request, str_bytes(&order_text));
    frame_int(&request, common.json ? 1 : 0);
    status = add_signatures(&request, argv[0], &err);
    if (status == OK)
        code = cli_call(app, &request);
    else {
        frame_dispose(&request);
        code = cli_fail(&err);
    }
done:
    str_dispose(&text);
    str_dispose(&order_text);
    free(beside);
    return code;
}

struct approving {
    const char *by, *role, *version, *signature;
    bool yes, print;
};

static int send_signature(struct app *app, const struct advisory *row, const char *name,
                          struct bytes signature)
{
    struct frame_out request;
    op_begin(&request, app, "approve");
    frame_text(&request, row->tracking);
    frame_text(&request, row->version);
    frame_text(&request, name);
    frame_bytes(&request, signature);
    return cli_call(app, &request);
}

static int sign_here(struct app *app, const struct advisory *row, const struct person *person,
                     const struct approving *a, struct err *err)
{
    struct str statement;
    struct str signed_text;
    enum role role;
    int code = EXIT_DONE;
    str_init(&statement, STR_LIMIT_LINE);
    str_init(&signed_text, STR_LIMIT_TEXT);
    enum status status = approve_role(&role, app->settings, person, a->role, err);
    if (status == OK)
        approve_statement(&statement, row, person, role, app_now(app));
    if (status == OK && a->print) {
        code = cli_put(&statement) ? EXIT_DONE : EXIT_AGAIN;
        goto done;
    }
    if (status == OK)
        status = signing_clear(&code, &signed_text, app, person, str_text(&statement), a->yes, err);
    if (status == OK && code == EXIT_DONE) {
        /* Reading is over: the dispatcher, or we as a writer, take it from here. */
        store_close(app->store);
        app->store = NULL;
        code = send_signature(app, row, "approval", str_bytes(&signed_text));
    }
done:
    str_dispose(&statement);
    str_dispose(&signed_text);
    return status == OK ? code : cli_fail(err);
}

int command_approve(struct app *app, int argc, char **argv)
{
    struct cli_common common;
    struct approving a = {0};
    const struct cli_option options[] = {
        {"by", &a.by, NULL},           {"role", &a.role, NULL},
        {"version", &a.version, NULL}, {"signature", &a.signature, NULL},
        {"yes", NULL, &a.yes},         {"print", NULL, &a.print}};
    struct err err = {0};
    struct advisory row;
    int code = EXIT_DONE;
    if (!cli_parse(app, &common, options, 6, &argc, argv, &code))
        return code;
    if (argc != 1 || (a.by == NULL && a.signature == NULL))
        return cli_usage("give the advisory's id and --by PERSON (or --signature FILE)");
    struct arena *arena = arena_new();
    struct str signature;
    str_init(&signature, 1 << 20);
    enum status status = app_open_store(app, STORE_READ, &err);
    if (status == OK)
        status = advisory_find(&row, arena, app->store, argv[0], a.version, &err);
    if (status == ERR_NOT_FOUND && app->store != NULL)
        status = err_set(&err, ERR_NOT_FOUND, "%s%s%s: not in the register: see `tocsin status`",
                         argv[0], a.version != NULL ? " " : "", a.version != NULL ? a.version : "");
    const struct person *person =
        status == OK && a.by != NULL ? settings_person(app->settings, a.by) : NULL;
    if (status == OK && a.by != NULL && person == NULL)
        status = err_set(&err, ERR_INVALID, "--by %s: not a person of the configuration", a.by);
    if (status == OK && a.signature != NULL) {
        status = file_read(&signature, a.signature, 1 << 20, &err);
        store_close(app->store);
        app->store = NULL;
        if (status == OK)
            code = send_signature(app, &row, a.signature, str_bytes(&signature));
        else {
            (void)cli_fail(&err);
            code = EXIT_USAGE;
            status = OK;
        }
    } else if (status == OK)
        code = sign_here(app, &row, person, &a, &err);
    arena_free(arena);
    str_dispose(&signature);
    return status == OK ? code : cli_fail(&err);
}

int command_waive(struct app *app, int argc, char **argv)
{
    struct cli_common common;
    const char *by = NULL;
    const char *reason = NULL;
    const char *version = NULL;
    bool withdraw = false;
    const struct cli_option options[] = {{"by", &by, NULL},
                                         {"reason", &reason, NULL},
                                         {"version", &version, NULL},
                                         {"withdraw", NULL, &withdraw}};
    struct frame_out request;
    int code = EXIT_DONE;
    if (!cli_parse(app, &common, options, 4, &argc, argv, &code))
        return code;
    if (argc != 3 || by == NULL || text_is_empty(reason))
        return cli_usage("give id, test and pointer of a finding as the gate prints them, --by "
                         "PERSON and --reason TEXT");
    op_begin(&request, app, withdraw ? "withdraw" : "waive");
    frame_text(&request, argv[0]);
    frame_text(&request, version);
    for (int i = 1; i < 3; i++)
        frame_text(&request, argv[i]);
    frame_text(&request, by);
    frame_text(&request, reason);
    return cli_call(app, &request);
}

int command_run(struct app *app, int argc, char **argv)
{
    struct cli_common common;
    struct loop_options options = {0};
    struct loop_report report = {0};
    const struct cli_option flags[] = {{"until-idle", NULL, &options.until_idle}};
    struct err err = {0};
    int code = EXIT_DONE;
    if (!cli_parse(app, &common, flags, 1, &argc, argv, &code))
        return code;
    if (argc != 0)
        return cli_usage("%s: not an operand of run", argv[0]);
    enum status status = loop_run(app, &options, &report, &err);
    if (status != OK)
        return cli_fail(&err);
    if (common.json)
        (void)printf("{\"schema\":\"tocsin.run/1\",\"out\":%lld,\"tasks\":%lld,\"waiting\":%lld}\n",
                     (long long)report.accepted, (long long)report.tasks_open,
                     (long long)report.waiting);
    else
        (void)printf("%lld notice%s out, %lld wait%s for a person, %lld wait%s\n",
                     (long long)report.accepted, report.accepted == 1 ? " is" : "s are",
                     (long long)report.tasks_open, report.tasks_open == 1 ? "s" : "",
                     (long long)report.waiting,
                     report.waiting == 1 ? "s for its time" : " for their time");
    return EXIT_DONE;
}
