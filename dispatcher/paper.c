#include "dispatcher/paper.h"

#include "base/file.h"
#include "dispatcher/back/task_close.h"
#include "dispatcher/op.h"
#include "dispatcher/run/move.h"
#include "evidence/view.h"
#include "policy/policy.h"
#include "seal/sign.h"
#include "store/log.h"

#include <stdlib.h>
#include <string.h>

#define KEY_LIMIT ((size_t)1024 * 1024)
#define URL_LIMIT 500
#define ENDS "security.txt ends" /* cause of the task */
#define LOOK "security.txt"      /* job: when it is looked at again */
#define LOOK_EVERY (6 * MS_HOUR)

enum { ARG_BY = OP_ARG, ARG_SECURITY, ARG_EXPIRES, ARG_BASIS };
enum { ARG_URL = ARG_SECURITY, ARG_AT };

/* The last entry of this kind. ERR_NOT_FOUND. */
static enum status last_entry(struct entry_view *out, struct arena *arena, struct store *store,
                              const char *kind, struct err *err)
{
    int64_t idx = 0;
    size_t count = 0;
    struct log_line *lines = NULL;
    enum status status = log_find(&idx, store, "-", kind, err);
    if (status == OK)
        status = log_list(&lines, &count, arena, store, idx, NULL, 1, err);
    if (status == OK && (count != 1 || !entry_view(out, lines[0].line)))
        status = err_set(err, ERR_CORRUPT,
                         "store: entry %lld cannot be read: see `tocsin evidence "
                         "check`",
                         (long long)idx);
    return status;
}

enum status paper_current(struct paper *out, struct arena *arena, struct store *store,
                          struct err *err)
{
    struct entry_view view = {0};
    *out = (struct paper){0};
    enum status status = last_entry(&view, arena, store, "policy.written", err);
    if (status != OK)
        return status;
    *out = (struct paper){.idx = view.idx,
                          .written_ms = view.at_ms,
                          .expires_ms = entry_view_instant(&view, "expires"),
                          .basis = entry_view_text(&view, arena, "basis_sha256"),
                          .cvd = entry_view_text(&view, arena, "cvd_sha256"),
                          .procedure = entry_view_text(&view, arena, "procedure_sha256"),
                          .security_txt = entry_view_text(&view, arena, "security_txt_sha256")};
    status = last_entry(&view, arena, store, "policy.published", err);
    if (status == OK && view.idx > out->idx) {
        out->url = entry_view_text(&view, arena, "url");
        out->published_ms = entry_view_instant(&view, "published_at");
    }
    return status == ERR_NOT_FOUND ? OK : status;
}

static enum status put_blob(struct bundle_writer *w, struct app *app, const char *name,
                            const char *sha256, struct err *err)
{
    struct str data;
    str_init(&data, STR_LIMIT_TEXT);
    enum status status = blob_get(&data, app->store, sha256, err);
    if (status == OK)
        status = bundle_put(w, name, str_bytes(&data), err);
    else if (status == ERR_REFUSED)
        status = OK; /* erased */
    str_dispose(&data);
    return status;
}

enum status paper_export(struct bundle_writer *w, struct app *app, struct err *err)
{
    struct arena *arena = arena_new();
    struct paper paper = {0};
    enum status status = paper_current(&paper, arena, app->store, err);
    const bool any = status == OK;
    if (any)
        status = put_blob(w, app, "policy/" POLICY_CVD_NAME, paper.cvd, err);
    if (any && status == OK)
        status = put_blob(w, app, "policy/" POLICY_PROCEDURE_NAME, paper.procedure, err);
    if (any && status == OK)
        status = put_blob(w, app, "policy/" POLICY_SECURITY_NAME, paper.security_txt, err);
    arena_free(arena);
    return !any && status == ERR_NOT_FOUND ? OK : status;
}

enum status paper_doubt(const char **out, struct arena *arena, struct app *app, struct err *err)
{
    struct paper paper = {0};
    char basis[SHA256_HEX];
    char date[CLOCK_TEXT];
    *out = NULL;
    enum status status = paper_current(&paper, arena, app->store, err);
    policy_basis(basis, app->settings);
    if (status == ERR_NOT_FOUND) {
        if (app->settings->policy.url != NULL)
            *out = "no disclosure policy was written, but policy.url says where it is";
        return OK;
    }
    if (status == OK && paper.expires_ms < app_now(app) + POLICY_REMIND_MS)
        *out = arena_printf(arena, "security.txt %s on %s",
                            paper.expires_ms < app_now(app) ? "ended" : "ends",
                            clock_date(date, paper.expires_ms));
    else if (status == OK && !text_equal(basis, paper.basis))
        *out = "the settings are others than those in the disclosure policy in force: paper and "
               "clocks differ";
    return status;
}

/* The open task about the end of security.txt; *out stays NULL when there is none. */
static enum status find_task(struct task **out, struct arena *arena, struct app *app,
                             struct err *err)
{
    struct task *list = NULL;
    size_t count = 0;
    *out = NULL;
    enum status status = task_list(&list, &count, arena, app->store, false, 0, err);
    for (size_t i = 0; status == OK && i < count; i++)
        if (text_equal(list[i].cause, ENDS))
            *out = &list[i];
    return status;
}

static enum status warn(struct app *app, void *context, struct err *err)
{
    struct arena *arena = context;
    struct paper paper = {0};
    struct task *open = NULL;
    char date[CLOCK_TEXT];
    enum status status = job_set(app->store, LOOK, app_now(app) + LOOK_EVERY, err);
    if (status == OK)
        status = paper_current(&paper, arena, app->store, err);
    if (status != OK)
        return status == ERR_NOT_FOUND ? OK : status;
    status = find_task(&open, arena, app, err);
    const bool near = paper.expires_ms < app_now(app) + POLICY_REMIND_MS;
    if (status != OK || near == (open != NULL))
        return status;
    if (!near)
        return task_close(app, open, POLICY_SECURITY_NAME " was written anew", err);
    struct task task = {
        .kind = TASK_CONFIG,
        .cause = ENDS,
        .title = arena_printf(arena, POLICY_SECURITY_NAME " ends on %s",
                              clock_date(date, paper.expires_ms)),
        .todo = "tocsin policy write --by PERSON, put what it writes where the old one is, then: "
                "tocsin policy published URL --at INSTANT --by PERSON",
        .owner = settings_owner(app->settings, ROLE_PSIRT)->id,
        .deadline_ms = paper.expires_ms};
    const struct task_item item = {.about = POLICY_SECURITY_NAME, .detail = paper.url};
    return move_task(app, &task, &item, NULL, err);
}

/* Seldom, over starts, too: where no policy was written all of the log is looked through for one.
 */
enum status paper_warn(struct app *app, struct err *err)
{
    int64_t next = 0;
    enum status status = job_get(&next, app->store, LOOK, err);
    if (status != OK && status != ERR_NOT_FOUND)
        return status;
    if (status == OK && next > app_now(app) && next <= app_now(app) + LOOK_EVERY)
        return OK;
    struct arena *arena = arena_new();
    status = app_transact(app, warn, arena, err);
    arena_free(arena);
    return status;
}

static enum status check_by(struct app *app, const char *by, struct err *err)
{
    if (by == NULL || settings_person(app->settings, by) != NULL)
        return OK;
    return err_set(err, ERR_INVALID, "--by %s: not a person of the configuration: see people", by);
}

/* By the maker's key as it is published, over exactly what the settings in force say. */
static enum status check_signed(struct app *app, struct bytes text, int64_t expires_ms,
                                struct err *err)
{
    struct signature signature = {0};
    struct str cert, wanted;
    char *path = path_join(app->settings->keys, "maker.asc");
    const char *scratch = app_scratch(app);
    str_init(&cert, KEY_LIMIT);
    str_init(&wanted, STR_LIMIT_TEXT);
    enum status status = scratch != NULL ? file_read(&cert, path, KEY_LIMIT, err)
                                         : err_set(err, ERR_IO,
                                                   "no private folder for GnuPG could "
                                                   "be made: check /tmp");
    if (status == OK)
        status = sign_verify_clear(&signature, text, str_bytes(&cert), scratch, app_now(app), err);
    policy_security_txt(&wanted, app->settings, expires_ms);
    if (status == OK && !text_equal(str_text(&wanted), str_text(&signature.text)))
        status = err_set(err, ERR_REFUSED,
                         POLICY_SECURITY_NAME ": says other things than the settings in force: "
                                              "restart the dispatcher, then write again");
    signature_dispose(&signature);
    str_dispose(&wanted);
    str_dispose(&cert);
    free(path);
    return status;
}

struct writing {
    const char *by;
    struct bytes security;
    int64_t expires_ms;
    const char *basis;
};

static enum status put_text(char hex[SHA256_HEX], struct app *app,
                            void (*make)(struct str *out, const struct settings *settings),
                            struct err *err)
{
    struct str text;
    str_init(&text, STR_LIMIT_TEXT);
    make(&text, app->settings);
    enum status status = blob_put(hex, app->store, str_bytes(&text), err);
    str_dispose(&text);
    return status;
}

static enum status keep(struct app *app, void *context, struct err *err)
{
    const struct writing *w = context;
    char cvd[SHA256_HEX], procedure[SHA256_HEX], security[SHA256_HEX];
    enum status status = put_text(cvd, app, policy_cvd, err);
    if (status == OK)
        status = put_text(procedure, app, policy_procedure, err);
    if (status == OK)
        status = blob_put(security, app->store, w->security, err);
    if (status != OK)
        return status;
    struct entry *entry = entry_new("policy.written", app->actor, NULL);
    entry_text(entry, "basis_sha256", w->basis);
    entry_text(entry, "cvd_sha256", cvd);
    entry_instant(entry, "expires", w->expires_ms);
    entry_personal(entry, "person", w->by);
    entry_text(entry, "procedure_sha256", procedure);
    entry_text(entry, "security_txt_sha256", security);
    status = app_record(app, entry, err);
    return status == OK ? job_set(app->store, LOOK, 0, err) : status;
}

enum status op_policy_write(struct app *app, const struct frame *in, struct str *out,
                            struct err *err)
{
    char basis[SHA256_HEX];
    struct writing w = {frame_get_text(in, ARG_BY), frame_get_bytes(in, ARG_SECURITY),
                        frame_get_int(in, ARG_EXPIRES), basis};
    (void)out;
    policy_basis(basis, app->settings);
    enum status status = check_by(app, w.by, err);
    if (status == OK && !text_equal(basis, frame_get_text(in, ARG_BASIS)))
        status = err_set(err, ERR_STALE,
                         "the dispatcher runs with other settings than the file: restart it, "
                         "then write again");
    if (status == OK &&
        (w.expires_ms <= app_now(app) || w.expires_ms > app_now(app) + 365 * MS_DAY))
        status = err_set(err, ERR_INVALID,
                         POLICY_SECURITY_NAME ": ends too soon or too late: "
                                              "check the clock");
    if (status == OK)
        status = check_signed(app, w.security, w.expires_ms, err);
    return status == OK ? app_transact(app, keep, &w, err) : status;
}

struct publishing {
    const char *by, *url, *basis;
    int64_t at_ms;
};

static enum status publish(struct app *app, void *context, struct err *err)
{
    const struct publishing *p = context;
    struct entry *entry = entry_new("policy.published", app->actor, NULL);
    entry_text(entry, "basis_sha256", p->basis);
    entry_personal(entry, "person", p->by);
    entry_instant(entry, "published_at", p->at_ms);
    entry_text(entry, "url", p->url);
    return app_record(app, entry, err);
}

static bool is_page(const char *url)
{
    const size_t size = url != NULL ? strlen(url) : 0;
    if (!text_starts(url, "https://") || size < 9 || size > URL_LIMIT)
        return false;
    for (size_t i = 0; i < size; i++)
        if (url[i] <= ' ' || url[i] > '~')
            return false;
    return true;
}

enum status op_policy_published(struct app *app, const struct frame *in, struct str *out,
                                struct err *err)
{
    struct arena *arena = arena_new();
    struct paper paper = {0};
    struct publishing p = {.by = frame_get_text(in, ARG_BY),
                           .url = frame_get_text(in, ARG_URL),
                           .at_ms = frame_get_int(in, ARG_AT)};
    enum status status = check_by(app, p.by, err);
    if (status == OK && !is_page(p.url))
        status = err_set(err, ERR_INVALID, "no address of a page: write https://...");
    if (status == OK)
        status = paper_current(&paper, arena, app->store, err);
    if (status == ERR_NOT_FOUND)
        status = err_set(err, ERR_REFUSED, "no policy was written: tocsin policy write first");
    if (status == OK &&
        (p.at_ms > app_now(app) || p.at_ms < paper.written_ms / MS_SECOND * MS_SECOND))
        status = err_set(err, ERR_INVALID,
                         "--at: lies in the future, or before the policy in "
                         "force was written: say when it was published");
    p.basis = paper.basis;
    if (status == OK)
        status = app_transact(app, publish, &p, err);
    if (status == OK)
        str_addf(out, "published: %s\n", p.url);
    arena_free(arena);
    return status;
}
