/* dispatcher/commands/cmd_store - copy the store while it is in use, check it, go on with a
 * restored one. */
#include "base/file.h"
#include "base/random.h"
#include "dispatcher/cli.h"
#include "dispatcher/op.h"
#include "dispatcher/record/mark.h"
#include "dispatcher/run/state.h"
#include "store/notice.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A copy that cannot be restored is none: opened as a store, every page, blob and entry looked at.
 */
static enum status prove(struct app *app, const char *path, int64_t *entries, struct err *err)
{
    struct app copy;
    app_init(&copy);
    copy.settings = app->settings; /* borrowed */
    enum status status = store_open(&copy.store, path, STORE_READ, err);
    if (status == OK)
        status = store_check(copy.store, err);
    if (status == OK)
        status = cli_check_log(&copy, entries, err);
    copy.settings = NULL;
    app_close(&copy);
    return status;
}

static enum status backup(struct app *app, const char *path, int64_t *entries, struct err *err)
{
    char uid[RANDOM_UID];
    char *dir = path_dir(path);
    char *name = xprintf(".%.150s.tmp-%s", path_base(path), random_uid(uid));
    char *temp = path_join(dir, name);
    int fd = -1;
    enum status status = app_open_store(app, STORE_READ, err);
    if (status == OK && file_exists(path))
        status = err_set(err, ERR_EXISTS,
                         "%s: is there already and is not overwritten: choose another name", path);
    if (status == OK && text_equal(store_driver(app->store), "sqlite")) {
        fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (fd < 0)
            status = err_set(err, ERR_IO, "%s: cannot be written: choose a folder that can", path);
        else
            (void)close(fd);
    }
    if (status == OK)
        status = store_copy(app->store, fd >= 0 ? temp : path, err);
    if (status == OK)
        status = prove(app, temp, entries, err);
    if (status == OK)
        status = file_place(temp, path, err);
    if (fd >= 0 && status != OK)
        (void)unlink(temp);
    free(temp);
    free(name);
    free(dir);
    return status;
}

static int command_backup(struct app *app, const char *path, bool json)
{
    struct err err = {0};
    struct stat st = {0};
    int64_t entries = 0;
    struct str out;
    if (backup(app, path, &entries, &err) != OK)
        return cli_fail(&err);
    (void)stat(path, &st);
    str_init(&out, STR_LIMIT_LINE);
    if (json) {
        struct json_out j;
        json_out_init(&j, &out, false);
        json_out_object(&j, NULL);
        json_out_text(&j, "schema", "tocsin.store.backup/1");
        json_out_text(&j, "file", path);
        json_out_int(&j, "size", (int64_t)st.st_size);
        json_out_int(&j, "entries", entries);
        json_out_end(&j);
        str_add_c(&out, '\n');
    } else
        str_addf(&out,
                 "%s: %lld bytes, checked: %lld entries of the log, every one linked to the one "
                 "before\n",
                 path, (long long)st.st_size, (long long)entries);
    int code = cli_put(&out) ? EXIT_DONE : EXIT_AGAIN;
    str_dispose(&out);
    return code;
}

static int command_check_store(struct app *app, bool json)
{
    struct err err = {0};
    int64_t entries = 0;
    enum status status = app_open_store(app, STORE_READ, &err);
    if (status == OK)
        status = store_check(app->store, &err);
    if (status == OK)
        status = cli_check_log(app, &entries, &err);
    if (json && (status == OK || status == ERR_CORRUPT || status == ERR_REFUSED))
        (void)printf("{\"schema\":\"tocsin.store.check/1\",\"good\":%s,\"entries\":%lld}\n",
                     status == OK ? "true" : "false", (long long)entries);
    if (status == ERR_CORRUPT)
        err.code = ERR_REFUSED; /* an answer, and the answer is no */
    if (status != OK)
        return cli_fail(&err);
    if (!json)
        (void)printf("good: database, blobs and %lld entries of the log\n", (long long)entries);
    return EXIT_DONE;
}

int command_store(struct app *app, int argc, char **argv)
{
    struct cli_common common;
    const char *by = NULL;
    const char *reason = NULL;
    const struct cli_option options[] = {{"by", &by, NULL}, {"reason", &reason, NULL}};
    struct frame_out request;
    int code = EXIT_DONE;
    if (!cli_parse(app, &common, options, 2, &argc, argv, &code))
        return code;
    if (argc == 2 && strcmp(argv[0], "backup") == 0)
        return command_backup(app, argv[1], common.json);
    if (argc == 1 && strcmp(argv[0], "check") == 0)
        return command_check_store(app, common.json);
    if (argc != 1 || strcmp(argv[0], "restored") != 0)
        return cli_usage(strcmp(argv[0], "backup") == 0 ? "give one FILE: where the copy goes"
                                                        : "takes no operand");
    if (by == NULL || reason == NULL)
        return cli_usage("give --by PERSON and --reason TEXT");
    op_begin(&request, app, "restored");
    frame_text(&request, by);
    frame_text(&request, reason);
    return cli_call(app, &request);
}

enum { ARG_BY = OP_ARG, ARG_REASON };

/* What may have gone out after the backup was made: a person looks before `run` goes on. */
static enum status count_open(int64_t *out, struct app *app, struct err *err)
{
    struct arena *arena = arena_new();
    struct notice_tally *tally = NULL;
    size_t count = 0;
    *out = 0;
    enum status status = notice_tally(&tally, &count, arena, app->store, 0, err);
    for (size_t i = 0; status == OK && i < count; i++)
        if (!state_is_final(tally[i].state) && tally[i].state != STATE_TASKED &&
            tally[i].state != STATE_ACCEPTED)
            *out += tally[i].count;
    arena_free(arena);
    return status;
}

struct restoring {
    const char *by, *reason;
    int64_t open; /* notices that may go out again */
};

static enum status record_restored(struct app *app, void *context, struct err *err)
{
    struct restoring *r = context;
    struct entry *entry = entry_new("admin.action", app->actor, app->settings->maker.id);
    entry_text(entry, "action", "store-restored");
    entry_personal(entry, "by", r->by);
    entry_personal(entry, "detail", r->reason);
    enum status status = app_record(app, entry, err);
    return status == OK ? count_open(&r->open, app, err) : status;
}

enum status op_restored(struct app *app, const struct frame *in, struct str *out, struct err *err)
{
    struct restoring r = {.by = frame_get_text(in, ARG_BY),
                          .reason = frame_get_text(in, ARG_REASON)};
    if (r.by == NULL || settings_person(app->settings, r.by) == NULL)
        return err_set(err, ERR_INVALID,
                       "--by %s: not a person of the configuration: see people in it",
                       r.by != NULL ? r.by : "");
    if (text_is_empty(r.reason))
        return err_set(err, ERR_INVALID, "--reason: is needed: it stands in the record");
    enum status status = mark_check(app, err);
    if (status == OK)
        return err_set(err, ERR_EXISTS,
                       "store: it continues the log that was here: nothing was restored");
    if (status == ERR_REFUSED)
        status = app_transact(app, record_restored, &r, err);
    if (status == OK)
        status = mark_write(app, err);
    if (status == OK)
        str_addf(out,
                 "store: taken as the one that counts; %lld notices in it are not out by what "
                 "it knows and go with the next `tocsin run`\n",
                 (long long)r.open);
    return status;
}
