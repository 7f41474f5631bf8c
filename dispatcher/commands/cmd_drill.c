/* dispatcher/commands/cmd_drill - drills: begin one, list them, show one, its signed report. */
#include "base/file.h"
#include "base/number.h"
#include "dispatcher/cli.h"
#include "dispatcher/op.h"
#include "dispatcher/release/signing.h"
#include "dispatcher/routine/drill.h"
#include "seal/sign.h"

#include <stdlib.h>
#include <string.h>

#define KEY_LIMIT ((size_t)1024 * 1024)
#define PAGE 200

enum { ARG_OF = OP_ARG, ARG_BY, ARG_PARTIES };
enum { ARG_ID = OP_ARG, ARG_SIGNED };

struct asked {
    struct arena *arena;
    const struct frame *in;
    struct str *out;
};

static enum status begin(struct app *app, void *context, struct err *err)
{
    const struct asked *asked = context;
    struct advisory of;
    struct drill drill;
    char at[CLOCK_TEXT];
    const char *tracking = frame_get_text(asked->in, ARG_OF);
    struct drill_wish wish = {.by = frame_get_text(asked->in, ARG_BY), .run_ms = app_now(app)};
    const char **parties = NULL;
    enum status status = OK;
    for (uint32_t i = ARG_PARTIES; i < asked->in->count; i++) {
        const char *party = frame_get_text(asked->in, i);
        if (party != NULL)
            arena_push(asked->arena, &parties, &wish.count, sizeof party, &party);
    }
    wish.parties = parties;
    if (wish.by != NULL && settings_person(app->settings, wish.by) == NULL)
        return err_set(err, ERR_INVALID,
                       "--by %s: not a person of the configuration: see people in it", wish.by);
    if (tracking != NULL) {
        status = advisory_find(&of, asked->arena, app->store, tracking, NULL, err);
        if (status == ERR_NOT_FOUND)
            return err_set(err, ERR_NOT_FOUND, "%s: not in the register", tracking);
        wish.of = &of;
    }
    if (status == OK)
        status = drill_begin(&drill, asked->arena, app, &wish, err);
    if (status != OK)
        return status;
    struct advisory row;
    status = advisory_get(&row, asked->arena, app->store, drill.advisory_id, err);
    if (status == OK)
        str_addf(asked->out,
                 "drill %lld begins: %s; answers are waited for until %s: tocsin drill report "
                 "%lld\n",
                 (long long)drill.id, row.tracking, clock_text(at, row.answer_by_ms),
                 (long long)drill.id);
    return status;
}

enum status op_drill_begin(struct app *app, const struct frame *in, struct str *out,
                           struct err *err)
{
    struct asked asked = {.arena = arena_new(), .in = in, .out = out};
    enum status status = app_transact(app, begin, &asked, err);
    arena_free(asked.arena);
    return status;
}

/* By the maker's key as it is published, over exactly the report that is kept. */
static enum status check_signed(struct app *app, struct bytes text, const char *report,
                                struct err *err)
{
    struct signature signature = {0};
    struct str cert, kept;
    char *path = path_join(app->settings->keys, "maker.asc");
    const char *scratch = app_scratch(app);
    str_init(&cert, KEY_LIMIT);
    str_init(&kept, STR_LIMIT_TEXT);
    enum status status = scratch != NULL
                             ? file_read(&cert, path, KEY_LIMIT, err)
                             : err_set(err, ERR_IO, "no private folder could be made: check /tmp");
    if (status == OK)
        status = blob_get(&kept, app->store, report, err);
    if (status == OK)
        status = sign_verify_clear(&signature, text, str_bytes(&cert), scratch, app_now(app), err);
    if (status == OK && !text_equal(str_text(&kept), str_text(&signature.text)))
        status = err_set(err, ERR_REFUSED, "the signed text is not the report that is kept");
    signature_dispose(&signature);
    str_dispose(&kept);
    str_dispose(&cert);
    free(path);
    return status;
}

static enum status keep_signed(struct app *app, void *context, struct err *err)
{
    const struct asked *asked = context;
    struct drill drill;
    struct advisory row;
    char hex[65];
    const struct bytes text = frame_get_bytes(asked->in, ARG_SIGNED);
    enum status status =
        drill_get(&drill, asked->arena, app->store, frame_get_int(asked->in, ARG_ID), err);
    if (status == OK && drill.report == NULL)
        status = err_set(err, ERR_REFUSED, "drill %lld is not over", (long long)drill.id);
    if (status != OK || drill.signed_report != NULL)
        return status; /* somebody was first: theirs stays */
    status = check_signed(app, text, drill.report, err);
    if (status == OK)
        status = advisory_get(&row, asked->arena, app->store, drill.advisory_id, err);
    if (status == OK)
        status = blob_put(hex, app->store, text, err);
    if (status == OK)
        status = drill_sign(app->store, drill.id, hex, err);
    if (status != OK)
        return status;
    struct entry *entry = entry_new("drill.signed", app->actor, row.uid);
    entry_int(entry, "drill", drill.id);
    entry_text(entry, "signed_sha256", hex);
    return app_record(app, entry, err);
}

enum status op_drill_sign(struct app *app, const struct frame *in, struct str *out, struct err *err)
{
    struct asked asked = {.arena = arena_new(), .in = in, .out = out};
    enum status status = app_transact(app, keep_signed, &asked, err);
    arena_free(asked.arena);
    return status;
}

static const char *verdict_word_of(const struct drill *d)
{
    return d->ended_ms == 0 ? "runs" : d->passed ? "passed" : "failed";
}

static enum status list_all(struct str *out, struct app *app, bool json, struct err *err)
{
    struct json_out j;
    char at[CLOCK_TEXT];
    int64_t after = 0;
    enum status status = app_open_store(app, STORE_READ, err);
    for (size_t count = PAGE; status == OK && count == PAGE;) {
        struct arena *arena = arena_new();
        struct drill *list = NULL;
        status = drill_list(&list, &count, arena, app->store, false, after, PAGE, err);
        for (size_t i = 0; status == OK && i < count; i++) {
            struct drill_report report;
            const struct drill *d = &list[i];
            after = d->id;
            status = drill_measure(&report, arena, app, d, err);
            if (status == OK && json) {
                json_out_init(&j, out, false);
                json_out_object(&j, NULL);
                json_out_text(&j, "schema", "tocsin.drill.list/1");
                json_out_int(&j, "drill", d->id);
                json_out_text(&j, "verdict", verdict_word_of(d));
                json_out_text(&j, "about", report.name);
                json_out_text(&j, "began", clock_text(at, d->started_ms));
                json_out_int(&j, "recipients", (int64_t)report.count);
                json_out_text(&j, "by", d->by);
                json_out_bool(&j, "signed", d->signed_report != NULL);
                json_out_end(&j);
                str_add_c(out, '\n');
            } else if (status == OK)
                str_addf(out, "%4lld  %-6s  %s  %zu recipient%s  about %s%s%s\n", (long long)d->id,
                         verdict_word_of(d), clock_text(at, d->started_ms), report.count,
                         report.count == 1 ? "" : "s", report.name,
                         d->by != NULL  ? ", by "
                         : d->scheduled ? ", by its schedule"
                                        : ", by the command line",
                         d->by != NULL ? d->by : "");
        }
        arena_free(arena);
    }
    if (status == OK && !json && out->size == 0)
        str_add(out, "no drill yet: tocsin drill --sample --to internal\n");
    return status;
}

static enum status find_drill(struct drill *out, struct arena *arena, struct app *app, int64_t id,
                              struct err *err)
{
    enum status status = drill_get(out, arena, app->store, id, err);
    if (status == ERR_NOT_FOUND)
        status = err_set(err, ERR_NOT_FOUND, "%lld: no such drill: see `tocsin drill list`",
                         (long long)id);
    return status;
}

/* As it stands now; of one that is over, as it was fixed then. */
static enum status show(struct str *out, struct app *app, const struct drill *drill, bool json,
                        struct err *err)
{
    struct arena *arena = arena_new();
    struct drill_report report;
    enum status status = OK;
    if (drill->ended_ms > 0) {
        status = blob_get(out, app->store, json ? drill->facts : drill->report, err);
    } else {
        status = drill_measure(&report, arena, app, drill, err);
        if (status == OK)
            (json ? drill_json : drill_text)(out, &report, app_now(app));
    }
    arena_free(arena);
    return status;
}

static enum status sign_report(struct app *app, int64_t id, const struct str *text, struct err *err)
{
    struct frame_out request;
    struct str signed_text, said;
    str_init(&signed_text, STR_LIMIT_TEXT);
    str_init(&said, STR_LIMIT_LINE);
    enum status status = signing_maker(&signed_text, app, str_text(text), err);
    store_close(app->store);
    app->store = NULL;
    if (status == OK) {
        op_begin(&request, app, "drill-sign");
        frame_int(&request, id);
        frame_bytes(&request, str_bytes(&signed_text));
        status = op_call(app, &request, &said, err);
    }
    if (status == OK && app->store == NULL)
        status = app_open_store(app, STORE_READ, err);
    str_dispose(&signed_text);
    str_dispose(&said);
    return status;
}

/* The signed page; the first who asks for it, once it is over, has it signed. */
static enum status report_of(struct str *out, struct app *app, int64_t id, bool json, bool page,
                             struct err *err)
{
    struct arena *arena = arena_new();
    struct drill drill;
    enum status status = app_open_store(app, STORE_READ, err);
    if (status == OK)
        status = find_drill(&drill, arena, app, id, err);
    if (status == OK)
        status = show(out, app, &drill, json, err);
    if (status == OK && page && drill.ended_ms > 0 && !json) {
        if (drill.signed_report == NULL)
            status = sign_report(app, id, out, err);
        if (status == OK)
            status = drill_get(&drill, arena, app->store, id, err);
        str_reset(out);
        if (status == OK)
            status = blob_get(out, app->store, drill.signed_report, err);
    }
    arena_free(arena);
    return status;
}

static int begin_one(struct app *app, const char *of, const char *to, const char *by, int more,
                     char **parties)
{
    struct frame_out request;
    op_begin(&request, app, "drill-begin");
    frame_text(&request, of);
    frame_text(&request, by);
    frame_text(&request, to);
    for (int i = 0; i < more; i++)
        frame_text(&request, parties[i]);
    return cli_call(app, &request);
}

int command_drill(struct app *app, int argc, char **argv)
{
    const char *to = NULL, *by = NULL;
    bool sample = false;
    struct cli_common common;
    const struct cli_option options[] = {
        {"to", &to, NULL}, {"by", &by, NULL}, {"sample", NULL, &sample}};
    int code = EXIT_DONE;
    if (!cli_parse(app, &common, options, sizeof options / sizeof options[0], &argc, argv, &code))
        return code;
    if (to != NULL && (sample || argc > 0)) {
        const int own = sample ? 0 : 1;
        if ((size_t)(argc - own) >= DRILL_PARTIES)
            return cli_usage("a drill is for at most %zu parties", DRILL_PARTIES);
        if (by == NULL && (argc > own || strcmp(to, DRILL_INTERNAL) != 0))
            return cli_usage("a drill to others needs --by PERSON");
        return begin_one(app, sample ? NULL : argv[0], to, by, argc - own, argv + own);
    }
    struct err err = {0};
    struct str out;
    int64_t id = 0;
    const char *what = argc > 0 ? argv[0] : "";
    const bool list = strcmp(what, "list") == 0 && argc == 1;
    const bool page = strcmp(what, "report") == 0;
    if (to != NULL || by != NULL || sample ||
        (!list && (argc != 2 || (!page && strcmp(what, "show") != 0))))
        return cli_usage("say ADVISORY or --sample with --to, list, show ID or report ID");
    if (!list && (!number_parse(&id, argv[1]) || id < 1))
        return cli_usage("%s: no number of a drill: see `tocsin drill list`", argv[1]);
    str_init(&out, STR_LIMIT_TEXT);
    enum status status = list ? list_all(&out, app, common.json, &err)
                              : report_of(&out, app, id, common.json, page, &err);
    if (!cli_put(&out) && status == OK)
        status = err_set(&err, ERR_IO, "standard output: cannot be written: make room");
    str_dispose(&out);
    return status == OK ? EXIT_DONE : cli_fail(&err);
}
