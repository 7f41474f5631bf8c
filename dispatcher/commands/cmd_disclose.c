/* dispatcher/commands/cmd_disclose - tocsin evidence disclose: values for who has the bundle
 * already. */
#include "base/file.h"
#include "dispatcher/cli.h"
#include "dispatcher/export/export.h"
#include "evidence/note.h"
#include "evidence/verify.h"
#include "store/checkpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The bundle's checkpoint is one of ours, byte for byte: the bundle is of this log. */
static enum status check_ours(int64_t *size, struct app *app, const struct str *note,
                              const char *bundle, struct err *err)
{
    struct arena *arena = arena_new();
    struct checkpoint_row row = {0};
    enum status status = ERR_NOT_FOUND;
    for (int64_t from = 0; !bytes_equal(row.note, str_bytes(note)); from = row.size + 1) {
        status = checkpoint_from(&row, arena, app->store, from, err);
        if (status != OK)
            break;
    }
    if (status == OK)
        *size = row.size;
    else if (status == ERR_NOT_FOUND)
        status = err_set(err, ERR_REFUSED,
                         "%s: its checkpoint was not signed here: it is a bundle of another log",
                         bundle);
    arena_free(arena);
    return status;
}

static enum status into_file(void *context, struct bytes lines, struct err *err)
{
    const int fd = *(const int *)context;
    while (lines.size > 0) {
        ssize_t n = write(fd, lines.data, lines.size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_set(err, ERR_IO, "the disclosure: cannot be written: %s", strerror(errno));
        lines.data += n;
        lines.size -= (size_t)n;
    }
    return OK;
}

/* Nothing is overwritten, and nothing is left of what failed. */
static enum status write_values(struct export_count *count, struct app *app,
                                const struct export_wish *wish, struct err *err)
{
    struct export_scope scope = {0};
    char *temp = xprintf("%s.part", wish->to);
    (void)unlink(temp); /* of one that was killed; what others made would stay readable to them */
    int fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    enum status status = fd >= 0 ? OK : err_set(err, ERR_IO, "%s: %s", temp, strerror(errno));
    if (status == OK)
        status = export_scope_open(&scope, app, wish, err);
    if (status == OK)
        status = export_value_lines(count, app, &scope, into_file, &fd, err);
    if (fd >= 0)
        (void)close(fd);
    if (status == OK)
        status = file_place(temp, wish->to, err);
    if (status != OK && fd >= 0)
        (void)unlink(temp);
    if (scope.arena != NULL)
        export_scope_close(&scope);
    free(temp);
    return status;
}

static enum status disclose(struct export_count *count, struct app *app,
                            const struct export_wish *wish, const char *bundle, struct err *err)
{
    struct str note;
    str_init(&note, NOTE_LIMIT);
    enum status status =
        file_exists(wish->to)
            ? err_set(err, ERR_EXISTS, "%s: is there already: choose another name", wish->to)
            : bundle_extent(&count->start, &note, bundle, err);
    if (status == OK)
        status = app_open_store(app, STORE_READ, err);
    if (status == OK)
        status = check_ours(&count->size, app, &note, bundle, err);
    store_close(app->store);
    app->store = NULL;
    if (status == OK) /* before anything leaves the house */
        status = export_record(app, wish, count->start, err);
    if (status == OK)
        status = app_open_store(app, STORE_READ, err);
    if (status == OK)
        status = write_values(count, app, wish, err);
    str_dispose(&note);
    return status;
}

int cli_disclose(struct app *app, const char *bundle, const struct cli_export *asked, bool as_json)
{
    struct export_wish wish = {.tracking = asked->advisory, .to = asked->to, .values_alone = true};
    struct export_count count = {0};
    struct err err = {0};
    if ((asked->advisory != NULL) == asked->all)
        return cli_usage("say --advisory ID, or --all");
    if (text_is_empty(asked->to))
        return cli_usage("say where: --to FILE");
    enum status status = export_reader(&wish, asked->reader, &err);
    if (status == OK)
        status = app_need(app, &err);
    if (status == OK)
        status = disclose(&count, app, &wish, bundle, &err);
    if (status != OK)
        return cli_fail(&err);
    if (as_json)
        (void)printf("{\"schema\":\"tocsin.evidence.disclose/1\",\"values\":%lld}\n",
                     (long long)count.values);
    else
        (void)printf(
            "written: %s: %lld values\ncheck it: tocsin evidence verify %s --disclosed %s, "
            "or sh verify.sh --disclosed FILE\n",
            wish.to, (long long)count.values, bundle, wish.to);
    return EXIT_DONE;
}
