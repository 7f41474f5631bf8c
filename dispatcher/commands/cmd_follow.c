/* dispatcher/commands/cmd_follow - status, ack, task, receipt, evidence: what happened and what is
 * to be done. */
#include "base/file.h"
#include "base/number.h"
#include "base/screen.h"
#include "base/utf8.h"
#include "channels/inbound.h"
#include "dispatcher/cli.h"
#include "dispatcher/commands/board.h"
#include "dispatcher/op.h"
#include "dispatcher/routine/canary.h"
#include "store/duty.h"
#include "store/log.h"
#include "store/notice.h"
#include "store/task.h"

#include <stdio.h>
#include <string.h>

#define PROOF_LIMIT ((size_t)32 * 1024 * 1024)
#define WATCH_MS (2 * MS_SECOND)

/* Print what a reader made of the open store. */
static int show(struct app *app,
                enum status (*print)(struct str *out, struct app *app, const void *context,
                                     struct err *err),
                const void *context, bool *alarm)
{
    struct str out;
    struct err err = {0};
    str_init(&out, STR_LIMIT_MAIL);
    enum status status = app_open_store(app, STORE_READ, &err);
    if (status == OK)
        status = print(&out, app, context, &err);
    if (status == OK && alarm != NULL)
        status = canary_alarm(alarm, app, &err);
    int code = cli_put(&out) ? EXIT_DONE : EXIT_AGAIN;
    str_dispose(&out);
    return status == OK ? code : cli_fail(&err);
}

struct asked {
    const char *id;
    bool json, all;
};

static enum status print_board(struct str *out, struct app *app, const void *context,
                               struct err *err)
{
    const struct asked *a = context;
    return board_print(out, app, a->id, a->json, err);
}

static enum status print_calendar(struct str *out, struct app *app, const void *context,
                                  struct err *err)
{
    (void)context;
    return board_calendar(out, app, err);
}

/* One frame; the board as it is now. */
static enum status draw(const struct screen *screen, struct app *app, const char *id,
                        struct err *err)
{
    char now[CLOCK_TEXT];
    struct str board;
    struct str tame;
    str_init(&board, STR_LIMIT_MAIL);
    str_addf(&board, "%s   q: end\n\n", clock_text(now, app_now(app)));
    enum status status = board_print(&board, app, id, false, err);
    str_init(&tame, 3 * board.size + 1);
    cli_tame(&tame, str_bytes(&board));
    if (status == OK)
        status = screen_show(screen, str_bytes(&tame), err);
    str_dispose(&tame);
    str_dispose(&board);
    return status;
}

static int watch_board(struct app *app, const char *id)
{
    struct screen screen;
    struct err err = {0};
    enum status status = app_open_store(app, STORE_READ, &err);
    if (status == OK)
        status = screen_open(&screen, &err);
    if (status != OK)
        return cli_fail(&err);
    do
        status = draw(&screen, app, id, &err);
    while (status == OK && screen_wait(&screen, WATCH_MS));
    screen_close(&screen);
    return status == OK ? EXIT_DONE : cli_fail(&err);
}

int command_status(struct app *app, int argc, char **argv)
{
    struct cli_common common;
    bool watch = false;
    bool ical = false;
    const struct cli_option options[] = {{"watch", NULL, &watch}, {"ical", NULL, &ical}};
    int code = EXIT_DONE;
    if (!cli_parse(app, &common, options, 2, &argc, argv, &code))
        return code;
    if (argc > 1)
        return cli_usage("give one advisory's id or none");
    if (watch + ical + common.json > 1 || (ical && argc > 0))
        return cli_usage("--watch, --ical and --json go one at a time, --ical without an id");
    struct asked a = {.id = argc == 1 ? argv[0] : NULL, .json = common.json};
    if (watch)
        return watch_board(app, a.id);
    bool alarm = false;
    code = show(app, ical ? print_calendar : print_board, &a, &alarm);
    return code == EXIT_DONE && alarm ? EXIT_NO : code;
}

int command_ack(struct app *app, int argc, char **argv)
{
    struct cli_common common;
    const char *by = NULL;
    const char *how = NULL;
    const char *units = NULL;
    const char *note = NULL;
    const struct cli_option options[] = {
        {"by", &by, NULL}, {"how", &how, NULL}, {"units", &units, NULL}, {"note", &note, NULL}};
    struct frame_out request;
    int64_t count = -1;
    int code = EXIT_DONE;
    if (!cli_parse(app, &common, options, 4, &argc, argv, &code))
        return code;
    if (argc != 3 || by == NULL || how == NULL)
        return cli_usage("give PARTY, ID and the answer, --by PERSON and --how phone|mail|letter");
    if (strcmp(how, "phone") != 0 && strcmp(how, "mail") != 0 && strcmp(how, "letter") != 0)
        return cli_usage("--how %s: use phone, mail or letter", how);
    if (units != NULL && !number_parse_within(&count, units, 0, 1000000000))
        return cli_usage("--units %s: a whole number is wanted", units);
    op_begin(&request, app, "ack");
    frame_text(&request, argv[0]);
    frame_text(&request, argv[1]);
    for (char *p = argv[2]; *p != '\0'; p++) /* DONE is done */
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p - 'A' + 'a');
    frame_text(&request, argv[2]);
    frame_text(&request, by);
    frame_text(&request, how);
    frame_int(&request, count);
    frame_text(&request, note);
    return cli_call(app, &request);
}

static enum status print_tasks(struct str *out, struct app *app, const void *context,
                               struct err *err)
{
    const struct asked *a = context;
    struct arena *arena = arena_new();
    struct task *list = NULL;
    size_t count = 0;
    enum status status = task_list(&list, &count, arena, app->store, a->all, 0, err);
    for (size_t i = 0; status == OK && i < count; i++) {
        char deadline[CLOCK_TEXT] = "-";
        const struct task *t = &list[i];
        if (t->deadline_ms > 0)
            (void)clock_text(deadline, t->deadline_ms);
        if (!a->json) {
            str_addf(out, "%4lld  %-9s %-5s %-10s by %-20s %lld item%s  %s\n", (long long)t->id,
                     task_kind_word(t->kind), t->open ? "open" : "done",
                     t->owner != NULL ? t->owner : "-", deadline, (long long)t->items,
                     t->items == 1 ? "" : "s", t->title);
            continue;
        }
        struct json_out j;
        json_out_init(&j, out, false);
        json_out_object(&j, NULL);
        json_out_text(&j, "schema", "tocsin.task/1");
        json_out_int(&j, "task", t->id);
        json_out_text(&j, "kind", task_kind_word(t->kind));
        json_out_bool(&j, "open", t->open);
        json_out_text(&j, "owner", t->owner);
        json_out_text(&j, "deadline", t->deadline_ms > 0 ? deadline : NULL);
        json_out_int(&j, "items", t->items);
        json_out_text(&j, "title", t->title);
        json_out_text(&j, "cause", t->cause);
        json_out_end(&j);
        str_add_c(out, '\n');
    }
    arena_free(arena);
    return status;
}

static enum status print_task(struct str *out, struct app *app, const void *context,
                              struct err *err)
{
    const struct asked *a = context;
    struct arena *arena = arena_new();
    struct task task;
    struct task_item *items = NULL;
    size_t count = 0;
    int64_t id = 0;
    enum status status = number_parse_within(&id, a->id, 1, INT64_MAX)
                             ? task_get(&task, arena, app->store, id, err)
                             : err_set(err, ERR_INVALID, "%s: not the number of a task", a->id);
    if (status == ERR_NOT_FOUND)
        status =
            err_set(err, ERR_NOT_FOUND, "task %s: there is none: see `tocsin task list`", a->id);
    if (status == OK)
        status = task_item_list(&items, &count, arena, app->store, id, err);
    if (status == OK) {
        char text[CLOCK_TEXT];
        str_addf(out, "task %lld (%s, %s): %s\n", (long long)id, task_kind_word(task.kind),
                 task.open ? "open" : "done", task.title);
        str_addf(out, "owner: %s\n", task.owner != NULL ? task.owner : "-");
        if (task.deadline_ms > 0)
            str_addf(out, "by: %s\n", clock_text(text, task.deadline_ms));
        str_addf(out, "to do: %s\n", task.todo != NULL ? task.todo : "-");
        if (!task.open)
            str_addf(out, "done: %s by %s, reference %s, proof %s\n",
                     clock_text(text, task.done_ms), task.done_by,
                     task.done_ref != NULL ? task.done_ref : "-",
                     task.proof != NULL ? task.proof : "-");
    }
    bool bounced = false;
    for (size_t i = 0; status == OK && i < count; i++) {
        struct notice notice;
        struct str detail;
        bool known = items[i].notice_id != 0 &&
                     notice_get(&notice, arena, app->store, items[i].notice_id, err) == OK;
        bool held = false;
        if (known && task.open && task.kind != TASK_KEY) /* a hold may be younger than the task */
            status = lane_is_held(&held, app->store, notice.lane_id, err);
        str_init(&detail, STR_LIMIT_TEXT);
        utf8_add_line(&detail, bytes_of(items[i].detail));
        str_addf(out, "  %-24s %s%s  %s%.200s\n", items[i].about, known ? "code " : "",
                 known ? notice.code : "", held ? "HELD: not before the hold ends; " : "",
                 str_text(&detail));
        str_dispose(&detail);
        bounced = bounced || (known && notice.state == STATE_TASKED && notice.address != NULL);
    }
    if (status == OK && bounced && task.open)
        str_add(out, "to the right address, in one step: tocsin notice resend CODE --to ADDRESS "
                     "--by PERSON --reason TEXT\n");
    arena_free(arena);
    return status;
}

struct finishing {
    const char *by, *proof, *ref, *at;
};

static int finish_task(struct app *app, const char *id_text, const struct finishing *f)
{
    struct str proof;
    struct err err = {0};
    struct frame_out request;
    int64_t id = 0;
    int64_t at = 0;
    if (f->by == NULL || !number_parse_within(&id, id_text, 1, INT64_MAX))
        return cli_usage("give the task's number and --by PERSON");
    if (f->at != NULL && clock_parse(&at, f->at, &err) != OK)
        return cli_usage("--at: %s", err.text);
    str_init(&proof, PROOF_LIMIT);
    if (f->proof != NULL && file_read(&proof, f->proof, PROOF_LIMIT, &err) != OK) {
        (void)cli_fail(&err);
        str_dispose(&proof);
        return EXIT_USAGE;
    }
    if (f->proof != NULL && proof.size == 0) {
        str_dispose(&proof);
        (void)err_set(&err, ERR_INVALID, "--proof %s: is empty: give the file that shows it",
                      f->proof);
        return cli_fail(&err);
    }
    op_begin(&request, app, "task-done");
    frame_int(&request, id);
    frame_text(&request, f->by);
    frame_bytes(&request, str_bytes(&proof));
    frame_text(&request, f->proof);
    frame_text(&request, f->ref);
    frame_int(&request, at);
    str_dispose(&proof);
    return cli_call(app, &request);
}

int command_task(struct app *app, int argc, char **argv)
{
    struct cli_common common;
    struct finishing f = {0};
    bool all = false;
    const struct cli_option options[] = {{"by", &f.by, NULL},
                                         {"proof", &f.proof, NULL},
                                         {"ref", &f.ref, NULL},
                                         {"at", &f.at, NULL},
                                         {"all", NULL, &all}};
    int code = EXIT_DONE;
    if (!cli_parse(app, &common, options, 5, &argc, argv, &code))
        return code;
    struct asked a = {.json = common.json, .all = all, .id = argc == 2 ? argv[1] : NULL};
    if (argc == 1 && strcmp(argv[0], "list") == 0)
        return show(app, print_tasks, &a, NULL);
    if (argc == 2 && strcmp(argv[0], "show") == 0)
        return show(app, print_task, &a, NULL);
    if (argc == 2 && strcmp(argv[0], "done") == 0)
        return finish_task(app, argv[1], &f);
    return cli_usage(strcmp(argv[0], "list") == 0 ? "takes no operand" : "give one task's number");
}

/* Each message goes over to who writes; a message is marked as read only when it was kept. */
static enum status send_message(void *context, const char *name, struct bytes raw, struct err *err)
{
    struct app *app = context;
    struct frame_out request;
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    op_begin(&request, app, "inbound");
    frame_text(&request, name);
    frame_bytes(&request, raw);
    enum status status = op_call(app, &request, &out, err);
    if (status == OK && !cli_put(&out))
        status = err_set(err, ERR_IO, "standard output: cannot be written: make room");
    str_dispose(&out);
    return status;
}

static enum status print_inbound(struct str *out, struct app *app, const void *context,
                                 struct err *err)
{
    (void)context;
    struct arena *arena = arena_new();
    struct inbound_row *list = NULL;
    size_t count = 0;
    enum status status = inbound_list(&list, &count, arena, app->store, NULL, err);
    for (size_t i = 0; status == OK && i < count; i++) {
        char at[CLOCK_TEXT];
        str_addf(out, "%s  %.12s  %-10s %-10s %s\n", clock_text(at, list[i].at_ms), list[i].sha256,
                 list[i].kind, list[i].outcome, list[i].reason != NULL ? list[i].reason : "");
    }
    arena_free(arena);
    return status;
}

/* The raw bytes of one message that was kept; sha may be the short form that list prints. */
static enum status print_raw(struct str *out, struct app *app, const void *context, struct err *err)
{
    const struct asked *a = context;
    struct arena *arena = arena_new();
    struct inbound_row *list = NULL;
    size_t count = 0;
    const char *found = NULL;
    enum status status = inbound_list(&list, &count, arena, app->store, NULL, err);
    for (size_t i = 0; status == OK && i < count && strlen(a->id) >= 8; i++)
        if (text_starts(list[i].sha256, a->id))
            found = list[i].sha256;
    if (status == OK && found == NULL)
        status =
            err_set(err, ERR_NOT_FOUND, "%s: no such message: see `tocsin receipt list`", a->id);
    if (status == OK)
        status = blob_get(out, app->store, found, err);
    arena_free(arena);
    return status;
}

int command_receipt(struct app *app, int argc, char **argv)
{
    struct cli_common common;
    struct err err = {0};
    size_t count = 0;
    int code = EXIT_DONE;
    if (!cli_parse(app, &common, NULL, 0, &argc, argv, &code))
        return code;
    struct asked a = {.json = common.json, .id = argc == 2 ? argv[1] : NULL};
    if (argc == 1 && strcmp(argv[0], "list") == 0)
        return show(app, print_inbound, &a, NULL);
    if (argc == 2 && strcmp(argv[0], "show") == 0)
        return show(app, print_raw, &a, NULL);
    if (argc != 2 || strcmp(argv[0], "import") != 0)
        return cli_usage(strcmp(argv[0], "list") == 0 ? "takes no operand"
                         : strcmp(argv[0], "show") == 0
                             ? "give one MESSAGE: `tocsin receipt list` has them"
                             : "give one MAILDIR or FILE, or -");
    if (!cli_is_there(argv[1], &code))
        return code;
    enum status status = inbound_each(argv[1], send_message, app, &count, &err);
    if (status != OK)
        return cli_fail(&err);
    (void)fprintf(stderr, "%zu message%s read\n", count, count == 1 ? "" : "s");
    return EXIT_DONE;
}
