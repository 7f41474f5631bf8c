/* A bundle from begin to end: what is recorded, what is read, who signs. */
#include "dispatcher/export/export.h"

#include "base/embedded.h"
#include "dispatcher/cases/case_act.h"
#include "dispatcher/export/export_inner.h"
#include "dispatcher/export/report.h"
#include "dispatcher/op.h"
#include "dispatcher/paper.h"
#include "dispatcher/signed/checkpoint.h"

#include <string.h>

extern const struct embedded export_files[];
extern const size_t export_files_count;

enum { ARG_TRACKING = OP_ARG, ARG_READER, ARG_PARTY, ARG_START, ARG_ALONE, ARG_CASE };
enum { ARG_SUMS = OP_ARG };

static const char *const reader_words[] = {"all", "regulator", "party"};

static const char *const scope_words[2][3] = {{"all", "advisory", "case"},
                                              {"values-all", "values-advisory", "values-case"}};

/* The bundle's own entry: it is part of what is signed. */
enum status op_export(struct app *app, const struct frame *in, struct str *out, struct err *err)
{
    struct arena *arena = arena_new();
    struct advisory row = {0};
    struct case_file matter = {0};
    const char *of_case = frame_get_text(in, ARG_CASE);
    const char *tracking = frame_get_text(in, ARG_TRACKING);
    (void)out;
    enum status status = app_begin(app, err);
    bool open = status == OK;
    if (status == OK && tracking != NULL)
        status = advisory_find(&row, arena, app->store, tracking, NULL, err);
    if (status == ERR_NOT_FOUND)
        status = err_set(err, ERR_NOT_FOUND, "%s: not in the register", tracking);
    if (status == OK && of_case != NULL)
        status = case_named(&matter, arena, app->store, of_case, err);
    if (status == OK) {
        struct entry *entry =
            entry_new("export.created", app->actor, of_case != NULL ? matter.uid : row.uid);
        entry_personal(entry, "party", frame_get_text(in, ARG_PARTY));
        entry_text(entry, "reader", frame_get_text(in, ARG_READER));
        entry_text(entry, "scope",
                   scope_words[frame_get_int(in, ARG_ALONE) == 1][of_case != NULL    ? 2
                                                                  : tracking != NULL ? 1
                                                                                     : 0]);
        entry_int(entry, "start", frame_get_int(in, ARG_START));
        status = app_record(app, entry, err);
    }
    if (status == OK)
        status = app_commit(app, err);
    else if (open)
        app_rollback(app);
    arena_free(arena);
    return status;
}

/* A checkpoint over all entries so far. */
enum status op_checkpoint(struct app *app, const struct frame *in, struct str *out, struct err *err)
{
    (void)in;
    (void)out;
    return app->ask->step == 0 ? checkpoint_wish(app, WISH_CHECKPOINT)
                               : checkpoint_granted(app, err);
}

/* The signature over SHA256SUMS, in hex. */
enum status op_export_sign(struct app *app, const struct frame *in, struct str *out,
                           struct err *err)
{
    struct checkpoint_ask *ask = app->ask;
    ask->sums = frame_get_bytes(in, ARG_SUMS);
    if (ask->step == 0)
        return checkpoint_wish(app, WISH_SIGN);
    enum status status = checkpoint_granted(app, err);
    for (size_t i = 0; status == OK && i < sizeof ask->signature; i++)
        str_addf(out, "%02x", ask->signature[i]);
    return status;
}

/* Operations open the store as they need it: not while we read it. */
static void let_go(struct app *app)
{
    store_close(app->store);
    app->store = NULL;
}

/* sums of size 0: a checkpoint. */
static enum status ask_signer(struct str *out, struct app *app, struct bytes sums, struct err *err)
{
    struct frame_out request;
    op_begin(&request, app, sums.size > 0 ? "export-sign" : "checkpoint");
    if (sums.size > 0)
        frame_bytes(&request, sums);
    enum status status = op_call_signer(app, &request, out, err);
    let_go(app);
    return status;
}

static bool read_hex(unsigned char out[64], const char *hex)
{
    static const char digits[] = "0123456789abcdef";
    if (strlen(hex) != 128 || strspn(hex, digits) != 128)
        return false;
    for (size_t i = 0; i < 64; i++)
        out[i] = (unsigned char)((strchr(digits, hex[2 * i]) - digits) * 16 +
                                 (strchr(digits, hex[2 * i + 1]) - digits));
    return true;
}

struct signing {
    struct app *app;
    const struct export_count *count;
};

/* By the key that the bundle says: it may have been changed while files were written. */
static bool is_by_key(const unsigned char signature[64], struct bytes sums, const char *key)
{
    struct note_verifier verifier;
    return note_verifier_read(&verifier, bytes_of(key), NULL) == OK &&
           note_check_bytes((struct bytes){signature, 64}, sums, &verifier);
}

static enum status sign(unsigned char out[64], void *context, struct bytes sums, struct err *err)
{
    const struct signing *s = context;
    struct str hex;
    str_init(&hex, STR_LIMIT_LINE);
    enum status status = ask_signer(&hex, s->app, sums, err);
    if (status == OK && !read_hex(out, str_text(&hex)))
        status = err_set(err, ERR_CORRUPT, "the signer's answer is no signature");
    if (status == OK && !is_by_key(out, sums, s->count->key))
        status = err_set(err, ERR_STALE, "the key of the log was changed meanwhile: export again");
    str_dispose(&hex);
    return status;
}

enum status export_record(struct app *app, const struct export_wish *wish, int64_t start,
                          struct err *err)
{
    struct frame_out request;
    struct str out;
    str_init(&out, STR_LIMIT_LINE);
    op_begin(&request, app, "export");
    frame_text(&request, wish->tracking);
    frame_text(&request, reader_words[wish->reader]);
    frame_text(&request, wish->party);
    frame_int(&request, start);
    frame_int(&request, wish->values_alone ? 1 : 0);
    frame_text(&request, wish->of_case);
    enum status status = op_call(app, &request, &out, err);
    if (status == OK && !wish->values_alone)
        status = ask_signer(&out, app, (struct bytes){NULL, 0}, err);
    let_go(app);
    str_dispose(&out);
    return status;
}

static enum status put_files(struct bundle_writer *w, struct err *err)
{
    static const char *const names[] = {"verify.sh", "README.txt"};
    enum status status = OK;
    for (size_t i = 0; status == OK && i < export_files_count; i++)
        status = bundle_put(w, names[i], (struct bytes){export_files[i].data, export_files[i].size},
                            err);
    return status;
}

static enum status put_reports(struct bundle_writer *w, struct app *app,
                               const struct export_scope *scope, const struct export_count *count,
                               struct err *err)
{
    struct str text;
    str_init(&text, REPORT_LIMIT);
    enum status status = report_html(&text, app, scope, count->size, err);
    if (status == OK)
        status = bundle_put(w, "report.html", str_bytes(&text), err);
    str_reset(&text);
    if (status == OK)
        status = report_csv(&text, scope, err);
    if (status == OK)
        status = bundle_put(w, "report.csv", str_bytes(&text), err);
    str_reset(&text);
    if (status == OK && scope->case_count > 0) {
        status = report_cases_csv(&text, app, scope, err);
        if (status == OK)
            status = bundle_put(w, "cases.csv", str_bytes(&text), err);
    }
    str_dispose(&text);
    return status;
}

static enum status fill(struct bundle_writer *w, struct export_count *count, struct app *app,
                        const struct export_wish *wish, struct err *err)
{
    struct export_scope scope = {0};
    struct export_log *log = NULL;
    enum status status = app_open_store(app, STORE_READ, err);
    if (status == OK)
        status = export_scope_open(&scope, app, wish, err);
    if (status == OK)
        status = put_files(w, err);
    if (status == OK)
        status = export_entries(&log, w, app, &scope, count, err);
    if (status == OK)
        status = export_notes(w, app, log, err);
    if (status == OK)
        status = export_values(w, app, &scope, count, err);
    if (status == OK)
        status = export_blobs(w, app, &scope, count, err);
    if (status == OK)
        status = paper_export(w, app, err);
    if (status == OK)
        status = export_drills(w, app, &scope, err);
    if (status == OK)
        status = put_reports(w, app, &scope, count, err);
    export_log_free(log);
    if (scope.arena != NULL)
        export_scope_close(&scope);
    let_go(app);
    return status;
}

enum status export_make(struct export_count *count, struct app *app, const struct export_wish *wish,
                        struct err *err)
{
    struct bundle_writer *w = NULL;
    struct signing signing = {app, count};
    *count = (struct export_count){0};
    enum status status = bundle_begin(&w, wish->to, app_now(app), err);
    if (status == OK && wish->anchor != NULL) {
        status = app_open_store(app, STORE_READ, err);
        if (status == OK)
            status = export_start(&count->start, app, wish->anchor, err);
        let_go(app);
    }
    if (status == OK)
        status = export_record(app, wish, count->start, err);
    if (status == OK)
        status = fill(w, count, app, wish, err);
    if (status == OK)
        status = bundle_end(w, sign, &signing, err);
    else
        bundle_abort(w);
    return status;
}
