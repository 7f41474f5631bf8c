/* dispatcher/commands/cmd_advisory - the versions in the register, and what differs between two of
 * them. */
#include "base/file.h"
#include "dispatcher/cli.h"
#include "dispatcher/release/revision.h"
#include "templates/notice.h"

#include <string.h>

struct asked {
    const char *version, *language;
    bool files, json;
};

static const char *instant(char text[CLOCK_TEXT], int64_t ms)
{
    return ms == 0 ? NULL : clock_text(text, ms);
}

static void row_json(struct str *out, const struct advisory *row)
{
    char text[CLOCK_TEXT];
    struct json_out j;
    json_out_init(&j, out, false);
    json_out_object(&j, NULL);
    json_out_text(&j, "schema", "tocsin.advisory/1");
    json_out_text(&j, "advisory", row->tracking);
    json_out_text(&j, "version", row->version);
    json_out_text(&j, "state", advisory_state_word(row->state));
    json_out_text(&j, "tlp", tlp_word(row->tlp));
    json_out_text(&j, "title", row->title);
    json_out_text(&j, "sha256", row->sha256);
    json_out_text(&j, "order_sha256", row->order_sha256);
    json_out_text(&j, "submitted", instant(text, row->submitted_ms));
    json_out_text(&j, "approved", instant(text, row->approved_ms));
    json_out_text(&j, "deadline", instant(text, row->deadline_ms));
    json_out_text(&j, "answer_by", instant(text, row->answer_by_ms));
    json_out_end(&j);
    str_add_c(out, '\n');
}

static void row_text(struct str *out, const struct advisory *row)
{
    str_addf(out, "%-20s %-10s %-10s TLP:%-12s %s\n", row->tracking, row->version,
             advisory_state_word(row->state), tlp_word(row->tlp),
             row->title != NULL ? row->title : "");
}

static enum status show_list(struct app *app, bool json, struct str *out, struct err *err)
{
    struct arena *arena = arena_new();
    struct advisory *rows = NULL;
    size_t count = 0;
    enum status status = app_open_store(app, STORE_READ, err);
    if (status == OK)
        status = advisory_list(&rows, &count, arena, app->store, NULL, err);
    for (size_t i = 0; status == OK && i < count; i++)
        (json ? row_json : row_text)(out, &rows[i]);
    if (status == OK && count == 0 && !json)
        str_add(out, "no advisory is in the register: tocsin submit FILE\n");
    arena_free(arena);
    return status;
}

static enum status find(struct advisory *row, struct arena *arena, struct app *app, const char *id,
                        const char *version, struct err *err)
{
    enum status status = advisory_find(row, arena, app->store, id, version, err);
    if (status == ERR_NOT_FOUND)
        return err_set(err, ERR_NOT_FOUND, "%s%s%s: not in the register: see tocsin advisory list",
                       id, version != NULL ? " " : "", version != NULL ? version : "");
    return status;
}

/* One version whole, then the line of the others. */
static enum status show_one(struct app *app, const char *id, const struct asked *asked,
                            struct str *out, struct err *err)
{
    struct arena *arena = arena_new();
    struct advisory row;
    struct advisory *rows = NULL;
    struct approval *approvals = NULL;
    size_t count = 0;
    size_t signatures = 0;
    char at[CLOCK_TEXT];
    enum status status = app_open_store(app, STORE_READ, err);
    if (status == OK)
        status = find(&row, arena, app, id, asked->version, err);
    if (status == OK && asked->json) {
        row_json(out, &row);
        goto done;
    }
    if (status == OK)
        status = approval_list(&approvals, &signatures, arena, app->store, row.id, err);
    if (status == OK)
        status = advisory_list(&rows, &count, arena, app->store, id, err);
    if (status != OK)
        goto done;
    row_text(out, &row);
    str_addf(out, "sha256 %s\norder  %s\nsubmitted %s\n", row.sha256,
             row.order_sha256 != NULL ? row.order_sha256 : "none",
             clock_text(at, row.submitted_ms));
    for (size_t i = 0; i < signatures; i++)
        str_addf(out, "approved by %s (%s) at %s\n", approvals[i].person,
                 role_word(approvals[i].role), clock_text(at, approvals[i].at_ms));
    str_add(out, "\nversions, newest first:\n");
    for (size_t i = 0; i < count; i++)
        row_text(out, &rows[i]);
done:
    arena_free(arena);
    return status;
}

/* The list in the wanted form. */
static enum status say_diff(struct str *out, const struct asked *asked, const struct diff *diff,
                            const struct csaf *before, const struct csaf *after, const char *dir,
                            struct err *err)
{
    struct wording *wording = NULL;
    if (asked->json) {
        diff_print_json(out, diff, before, after);
        str_add_c(out, '\n');
        return OK;
    }
    enum status status = wording_open(&wording, dir, err);
    if (status != OK)
        return status;
    str_addf(out, "%s %s → %s: ", after->tracking_id != NULL ? after->tracking_id : "-",
             before->version != NULL ? before->version : "-",
             after->version != NULL ? after->version : "-");
    wording_changes(out, wording, asked->language, diff);
    wording_close(wording);
    return OK;
}

static enum status diff_versions(struct app *app, char **argv, const struct asked *asked,
                                 struct str *out, struct err *err)
{
    struct arena *arena = arena_new();
    struct advisory rows[2];
    struct dossier *dossiers[2] = {NULL, NULL};
    struct diff diff;
    enum status status = app_open_store(app, STORE_READ, err);
    for (size_t i = 0; status == OK && i < 2; i++) {
        status = find(&rows[i], arena, app, argv[1], argv[2 + i], err);
        if (status == OK)
            status = dossier_open(&dossiers[i], app, &rows[i], err);
    }
    if (status == OK)
        status = revision_diff(&diff, arena, dossiers[0], dossiers[1], err);
    if (status == OK)
        status = say_diff(out, asked, &diff, dossiers[0]->csaf, dossiers[1]->csaf,
                          app->settings->templates, err);
    dossier_close(dossiers[0]);
    dossier_close(dossiers[1]);
    arena_free(arena);
    return status;
}

static enum status diff_files(char **argv, const struct asked *asked, struct str *out,
                              struct err *err)
{
    struct arena *arena = arena_new();
    struct str texts[2];
    struct csaf *csaf[2] = {NULL, NULL};
    struct diff diff;
    enum status status = OK;
    for (size_t i = 0; i < 2; i++)
        str_init(&texts[i], STR_LIMIT_TEXT);
    for (size_t i = 0; status == OK && i < 2; i++) {
        status = file_read(&texts[i], argv[1 + i], STR_LIMIT_TEXT, err);
        if (status == OK) {
            status = csaf_parse(&csaf[i], str_bytes(&texts[i]), NULL, err);
            if (status != OK)
                (void)err_prefix(err, "%s", argv[1 + i]);
        } else if (status == ERR_NOT_FOUND)
            status =
                err_set(err, ERR_INVALID, "%s: no such file: name a CSAF document", argv[1 + i]);
    }
    if (status == OK)
        status = diff_make(&diff, arena, csaf[0], csaf[1], NULL, NULL, err);
    if (status == OK)
        status = say_diff(out, asked, &diff, csaf[0], csaf[1], NULL, err);
    for (size_t i = 0; i < 2; i++) {
        csaf_free(csaf[i]);
        str_dispose(&texts[i]);
    }
    arena_free(arena);
    return status;
}

int command_advisory(struct app *app, int argc, char **argv)
{
    struct cli_common common;
    struct asked asked = {.language = "en"};
    const struct cli_option options[] = {{"version", &asked.version, NULL},
                                         {"language", &asked.language, NULL},
                                         {"files", NULL, &asked.files}};
    struct err err = {0};
    struct str out;
    enum status status = OK;
    int code = EXIT_DONE;
    if (!cli_parse(app, &common, options, 3, &argc, argv, &code))
        return code;
    asked.json = common.json;
    const char *what = argc > 0 ? argv[0] : "";
    str_init(&out, STR_LIMIT_MAIL);
    if (argc == 1 && strcmp(what, "list") == 0)
        status = show_list(app, asked.json, &out, &err);
    else if (argc == 2 && strcmp(what, "show") == 0)
        status = show_one(app, argv[1], &asked, &out, &err);
    else if (argc == 3 && strcmp(what, "diff") == 0 && asked.files)
        status = diff_files(argv, &asked, &out, &err);
    else if (argc == 4 && strcmp(what, "diff") == 0 && !asked.files)
        status = diff_versions(app, argv, &asked, &out, &err);
    else {
        str_dispose(&out);
        return cli_usage(strcmp(what, "list") == 0   ? "takes no operand"
                         : strcmp(what, "show") == 0 ? "give one advisory's ID"
                         : asked.files               ? "--files: give two files, OLD and NEW"
                                       : "give ID and two versions, or --files OLD NEW");
    }
    if (status == OK && !cli_put(&out))
        code = EXIT_AGAIN;
    str_dispose(&out);
    return status == OK ? code : cli_fail(&err);
}
