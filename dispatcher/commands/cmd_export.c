/* dispatcher/commands/cmd_export - tocsin evidence export: a bundle for one reader. */
#include "base/file.h"
#include "dispatcher/cli.h"
#include "dispatcher/export/export.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void add_json(struct str *out, const struct export_wish *wish,
                     const struct export_count *count)
{
    struct json_out j;
    json_out_init(&j, out, false);
    json_out_object(&j, NULL);
    json_out_text(&j, "schema", "tocsin.evidence.export/1");
    json_out_text(&j, "to", wish->to);
    json_out_int(&j, "start", count->start);
    json_out_int(&j, "entries", count->size - count->start);
    json_out_int(&j, "values", count->values);
    json_out_int(&j, "blobs", count->blobs);
    json_out_end(&j);
    str_add_c(out, '\n');
}

/* Before anything is signed and written down: the folder that it is to lie in. */
static enum status check_place(const char *to, struct err *err)
{
    size_t size = strlen(to);
    while (size > 1 && to[size - 1] == '/')
        size--;
    char *place = xstrndup(to, size);
    char *folder = path_dir(place);
    enum status status = OK;
    if (!file_exists(folder))
        status = err_set(err, ERR_INVALID, "--to %s: the folder %s is not there: make it first", to,
                         folder);
    free(folder);
    free(place);
    return status;
}

int cli_export(struct app *app, const struct cli_export *asked, bool as_json)
{
    struct export_wish wish = {.tracking = asked->advisory,
                               .of_case = asked->of_case,
                               .to = asked->to,
                               .anchor = asked->anchor,
                               .show_progress = !as_json && isatty(STDERR_FILENO) == 1};
    struct export_count count;
    struct err err = {0};
    struct str out;
    if ((asked->advisory != NULL) + (asked->of_case != NULL) + asked->all != 1)
        return cli_usage("say one of --advisory ID, --case ID, or --all");
    if (text_is_empty(asked->to))
        return cli_usage("say where: --to FOLDER, or --to FILE.tar");
    enum status status = export_reader(&wish, asked->reader, &err);
    if (status == OK && wish.reader == READER_PARTY && wish.of_case != NULL)
        return cli_usage("--reader party: sees advisories, no cases: say --advisory ID");
    if (status == OK)
        status = app_need(app, &err);
    if (status == OK)
        status = check_place(asked->to, &err);
    if (status == OK)
        status = export_make(&count, app, &wish, &err);
    if (status != OK)
        return cli_fail(&err);
    str_init(&out, STR_LIMIT_LINE);
    if (as_json)
        add_json(&out, &wish, &count);
    else
        str_addf(&out,
                 "written: %s: %lld entries, %lld values, %lld blobs\ncheck it: tocsin evidence "
                 "verify %s, or sh verify.sh in the unpacked folder\n",
                 wish.to, (long long)(count.size - count.start), (long long)count.values,
                 (long long)count.blobs, wish.to);
    int code = cli_put(&out) ? EXIT_DONE : EXIT_AGAIN;
    str_dispose(&out);
    return code;
}
