/* dispatcher/commands/cmd_policy - the disclosure policy: write, published, show. */
#include "base/file.h"
#include "dispatcher/cli.h"
#include "dispatcher/op.h"
#include "dispatcher/paper.h"
#include "dispatcher/release/signing.h"
#include "policy/policy.h"

#include <stdlib.h>
#include <string.h>

struct papers {
    struct str cvd, procedure, security;
    int64_t expires_ms;
};

static enum status make(struct papers *p, struct app *app, struct err *err)
{
    struct str plain;
    const struct settings *s = app->settings;
    str_init(&plain, STR_LIMIT_TEXT);
    p->expires_ms = (app_now(app) + s->policy.expires_ms) / MS_SECOND * MS_SECOND;
    policy_cvd(&p->cvd, s);
    policy_procedure(&p->procedure, s);
    policy_security_txt(&plain, s, p->expires_ms);
    enum status status = signing_maker(&p->security, app, str_text(&plain), err);
    str_dispose(&plain);
    return status;
}

static enum status record(const struct papers *p, struct app *app, const char *by, struct err *err)
{
    struct frame_out request;
    struct str out;
    char basis[SHA256_HEX];
    policy_basis(basis, app->settings);
    str_init(&out, STR_LIMIT_LINE);
    op_begin(&request, app, "policy-write");
    frame_text(&request, by);
    frame_bytes(&request, str_bytes(&p->security));
    frame_int(&request, p->expires_ms);
    frame_text(&request, basis);
    enum status status = op_call(app, &request, &out, err);
    str_dispose(&out);
    return status;
}

/* Only the last folder of dir is made: a path with a slip in it is none that anybody wants. */
static enum status make_folder(const char *dir, struct err *err)
{
    char *parent = path_dir(dir);
    enum status status = OK;
    if (!file_exists(parent))
        status = err_set(err, ERR_NOT_FOUND,
                         "%s: there is no such folder: make it, or give --to another", parent);
    free(parent);
    return status == OK ? file_make_dir(dir, 0755, err) : status;
}

/* Each file whole or not at all. They come before the record, which says that they are there. */
static enum status put_files(const struct papers *p, const char *dir, struct str *said,
                             struct err *err)
{
    const struct {
        const char *name;
        const struct str *text;
    } files[] = {{POLICY_CVD_NAME, &p->cvd},
                 {POLICY_PROCEDURE_NAME, &p->procedure},
                 {POLICY_SECURITY_NAME, &p->security}};
    enum status status = make_folder(dir, err);
    for (size_t i = 0; status == OK && i < sizeof files / sizeof files[0]; i++) {
        char *path = path_join(dir, files[i].name);
        status = file_write(path, str_bytes(files[i].text), 0644, err);
        if (status == OK)
            str_addf(said, "written: %s\n", path);
        free(path);
    }
    return status;
}

/* Without the slashes at its end, which would make a folder of it that is its own parent. */
static char *folder_of(const struct app *app, const char *to)
{
    if (to == NULL)
        return path_join(app->settings->dir, "policy");
    char *dir = xstrdup(to);
    for (size_t n = strlen(dir); n > 1 && dir[n - 1] == '/'; n--)
        dir[n - 1] = '\0';
    return dir;
}

static enum status put_and_record(const struct papers *p, struct app *app, const char *to,
                                  const char *by, struct str *said, struct err *err)
{
    char *dir = folder_of(app, to);
    enum status status = put_files(p, dir, said, err);
    if (status == OK) {
        status = record(p, app, by, err);
        if (status != OK)
            str_add(said,
                    "not recorded: publish none of it before `tocsin policy write` succeeds\n");
    }
    free(dir);
    return status;
}

/* The clock is the store's: --now is believed by a test store only. */
static enum status write_papers(struct app *app, const char *to, const char *by, struct str *said,
                                struct err *err)
{
    struct papers p = {0};
    str_init(&p.cvd, STR_LIMIT_TEXT);
    str_init(&p.procedure, STR_LIMIT_TEXT);
    str_init(&p.security, STR_LIMIT_TEXT);
    enum status status = app_open_store(app, STORE_READ, err);
    if (status == OK)
        status = make(&p, app, err);
    store_close(app->store);
    app->store = NULL;
    if (status == OK)
        status = put_and_record(&p, app, to, by, said, err);
    str_dispose(&p.cvd);
    str_dispose(&p.procedure);
    str_dispose(&p.security);
    return status;
}

static void add_paper(struct str *out, const struct paper *p, bool same, bool json)
{
    char at[CLOCK_TEXT];
    struct json_out j;
    if (!json) {
        str_addf(out, "written    %s\n", clock_text(at, p->written_ms));
        str_addf(out, "expires    %s\n", clock_text(at, p->expires_ms));
        str_addf(out, "published  %s%s%s\n",
                 p->url != NULL ? clock_text(at, p->published_ms) : "no",
                 p->url != NULL ? " at " : "", p->url != NULL ? p->url : "");
        str_addf(out, "settings   %s\n", same ? "as written" : "changed since: write it anew");
        str_addf(out,
                 "%s  " POLICY_CVD_NAME "\n%s  " POLICY_PROCEDURE_NAME "\n%s  " POLICY_SECURITY_NAME
                 "\n",
                 p->cvd, p->procedure, p->security_txt);
        return;
    }
    json_out_init(&j, out, false);
    json_out_object(&j, NULL);
    json_out_text(&j, "schema", "tocsin.policy/1");
    json_out_text(&j, "written", clock_text(at, p->written_ms));
    json_out_text(&j, "expires", clock_text(at, p->expires_ms));
    json_out_text(&j, "url", p->url);
    json_out_text(&j, "published", p->url != NULL ? clock_text(at, p->published_ms) : NULL);
    json_out_bool(&j, "as_configured", same);
    json_out_text(&j, "cvd_sha256", p->cvd);
    json_out_text(&j, "procedure_sha256", p->procedure);
    json_out_text(&j, "security_txt_sha256", p->security_txt);
    json_out_end(&j);
    str_add_c(out, '\n');
}

static enum status show(struct app *app, bool json, struct str *out, struct err *err)
{
    struct arena *arena = arena_new();
    struct paper paper = {0};
    char basis[SHA256_HEX];
    enum status status = app_open_store(app, STORE_READ, err);
    if (status == OK) {
        status = paper_current(&paper, arena, app->store, err);
        if (status == ERR_NOT_FOUND)
            status = err_set(err, ERR_NOT_FOUND, "no policy was written: tocsin policy write");
    }
    if (status == OK) {
        policy_basis(basis, app->settings);
        add_paper(out, &paper, text_equal(basis, paper.basis), json);
    }
    arena_free(arena);
    return status;
}

static int published(struct app *app, const char *url, const char *at, const char *by)
{
    struct frame_out request;
    struct err err = {0};
    int64_t at_ms = 0;
    if (at == NULL || by == NULL)
        return cli_usage("give --at INSTANT and --by PERSON");
    if (clock_parse(&at_ms, at, &err) != OK)
        return cli_usage("--at: %s", err.text);
    op_begin(&request, app, "policy-published");
    frame_text(&request, by);
    frame_text(&request, url);
    frame_int(&request, at_ms);
    return cli_call(app, &request);
}

int command_policy(struct app *app, int argc, char **argv)
{
    const char *to = NULL, *by = NULL, *at = NULL;
    struct cli_common common;
    const struct cli_option options[] = {{"to", &to, NULL}, {"by", &by, NULL}, {"at", &at, NULL}};
    int code = EXIT_DONE;
    if (!cli_parse(app, &common, options, sizeof options / sizeof options[0], &argc, argv, &code))
        return code;
    const char *what = argc > 0 ? argv[0] : "";
    if (strcmp(what, "published") == 0 && argc == 2 && to == NULL)
        return published(app, argv[1], at, by);
    const bool writes = strcmp(what, "write") == 0;
    if (argc != 1 || at != NULL ||
        (!writes && (strcmp(what, "show") != 0 || to != NULL || by != NULL)))
        return cli_usage(strcmp(what, "published") == 0 ? "give one URL" : "takes no operand");
    struct err err = {0};
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    enum status status =
        writes ? write_papers(app, to, by, &out, &err) : show(app, common.json, &out, &err);
    if (!cli_put(&out) && status == OK)
        status = err_set(&err, ERR_IO, "standard output: cannot be written: make room");
    str_dispose(&out);
    return status == OK ? EXIT_DONE : cli_fail(&err);
}
