/* dispatcher/commands/cmd_evidence - check and show the log that the store keeps. */
#include "dispatcher/cli.h"
#include "dispatcher/record/log_notes.h"
#include "dispatcher/record/log_row.h"
#include "dispatcher/record/replay.h"
#include "store/advisory.h"
#include "store/log.h"

#include <stdio.h>
#include <string.h>

#define SLICE 500

/* Recompute every leaf and link, and hold the end against the head that the store keeps. */
enum status cli_check_log(struct app *app, int64_t *out_count, struct err *err)
{
    struct entry_check check;
    struct log_head head;
    struct log_notes notes = {0};
    entry_check_init(&check);
    enum status status = app_open_store(app, STORE_READ, err);
    if (status == OK)
        status = log_head_get(&head, app->store, err);
    if (status == OK)
        status = log_notes_begin(&notes, app, err);
    for (size_t count = SLICE; status == OK && count == SLICE;) {
        struct arena *arena = arena_new();
        struct log_line *lines = NULL;
        status = log_list(&lines, &count, arena, app->store, check.head.idx, NULL, SLICE, err);
        for (size_t i = 0; status == OK && i < count; i++) {
            if (!entry_check_line(&check, lines[i].line))
                status = err_set(err, ERR_REFUSED, "bad: entry %lld: %s", (long long)check.bad_idx,
                                 check.reason);
            else
                status = log_row_check(&lines[i], err);
            if (status == OK)
                status = log_notes_entry(&notes, lines[i].line, &check.head.prev, err);
        }
        arena_free(arena);
    }
    if (status == OK) {
        char prev[SHA256_HEX];
        (void)sha256_hex(prev, &check.head.prev);
        if (check.head.idx != head.idx || strcmp(prev, head.prev) != 0)
            status = err_set(err, ERR_REFUSED,
                             "bad: entry %lld: the log's head does not fit its last entry: entries "
                             "are missing at the end",
                             (long long)check.head.idx);
    }
    if (status == OK)
        status = log_head_get(&head, app->store, err); /* it may have grown meanwhile */
    if (status == OK)
        status = log_notes_end(&notes, head.idx, err);
    log_notes_free(&notes);
    *out_count = check.head.idx;
    return status;
}

static enum status advisory_uid(const char **out, struct arena *arena, struct app *app,
                                const char *id, struct err *err)
{
    struct advisory row;
    enum status status = advisory_find(&row, arena, app->store, id, NULL, err);
    *out = status == OK ? row.uid : id; /* an opaque id as it is */
    return status == ERR_NOT_FOUND ? OK : status;
}

/* As docs/bundle.md has a disclosed value; salt and value null: erased. */
static enum status show_values(struct app *app, int64_t idx, struct err *err)
{
    struct arena *arena = arena_new();
    struct log_value *values = NULL;
    struct str out;
    size_t count = 0;
    str_init(&out, STR_LIMIT_TEXT);
    enum status status = log_value_range(&values, &count, arena, app->store, idx, idx + 1, err);
    for (size_t i = 0; status == OK && i < count; i++) {
        struct json_out j;
        json_out_init(&j, &out, true);
        json_out_object(&j, NULL);
        json_out_text(&j, "field", values[i].field);
        json_out_int(&j, "idx", idx);
        json_out_text(&j, "salt", values[i].salt);
        json_out_text(&j, "value", values[i].value);
        json_out_end(&j);
        str_add_c(&out, '\n');
    }
    if (status == OK && !cli_put(&out))
        status = err_set(err, ERR_IO, "standard output: cannot be written: make room");
    str_dispose(&out);
    arena_free(arena);
    return status;
}

static enum status show_log(struct app *app, const char *id, bool with_values, struct err *err)
{
    struct arena *names = arena_new();
    const char *subj = NULL;
    int64_t from = 0;
    bool any = false;
    enum status status = app_open_store(app, STORE_READ, err);
    if (status == OK && id != NULL)
        status = advisory_uid(&subj, names, app, id, err);
    for (size_t count = SLICE; status == OK && count == SLICE;) {
        struct arena *arena = arena_new();
        struct log_line *lines = NULL;
        status = log_list(&lines, &count, arena, app->store, from, subj, SLICE, err);
        for (size_t i = 0; status == OK && i < count; i++) {
            from = lines[i].idx + 1;
            any = true;
            if (fwrite(lines[i].line.data, 1, lines[i].line.size, stdout) != lines[i].line.size)
                status = err_set(err, ERR_IO, "standard output: cannot be written: make room");
            if (status == OK && with_values)
                status = show_values(app, lines[i].idx, err);
        }
        arena_free(arena);
    }
    if (status == OK && id != NULL && !any)
        status = err_set(err, ERR_NOT_FOUND,
                         "%s: no entry is about it: give an advisory, or the subj of an entry", id);
    arena_free(names);
    return status;
}

#define SHOWN 20 /* differences; the rest is counted */

static void show_difference(void *context, const char *text)
{
    size_t *shown = context;
    if ((*shown)++ < SHOWN)
        (void)fprintf(stderr, "%s\n", text);
}

static int print_replay(const struct replay *r, bool json)
{
    struct str out;
    str_init(&out, STR_LIMIT_LINE);
    if (json) {
        struct json_out j;
        json_out_init(&j, &out, false);
        json_out_object(&j, NULL);
        json_out_text(&j, "schema", "tocsin.evidence.replay/1");
        json_out_bool(&j, "good", r->differences == 0);
        json_out_int(&j, "entries", r->entries);
        json_out_int(&j, "notices", r->notices);
        json_out_int(&j, "erased", r->erased);
        json_out_int(&j, "differences", r->differences);
        json_out_text(&j, "first", r->differences > 0 ? r->first : NULL);
        json_out_end(&j);
        str_add_c(&out, '\n');
    } else if (r->differences == 0)
        str_addf(&out,
                 "good: %lld entries tell of %lld notices what the store says of them; %lld values "
                 "erased\n",
                 (long long)r->entries, (long long)r->notices, (long long)r->erased);
    else
        str_addf(&out, "bad: %lld differences; the first: %s\n", (long long)r->differences,
                 r->first);
    bool put = cli_put(&out);
    str_dispose(&out);
    return !put ? EXIT_AGAIN : r->differences == 0 ? EXIT_DONE : EXIT_NO;
}

static int replay_command(struct app *app, bool json)
{
    struct err err = {0};
    struct replay replay;
    size_t shown = 0;
    replay_init(&replay);
    replay.tell = show_difference;
    replay.context = &shown;
    enum status status = app_open_store(app, STORE_READ, &err);
    if (status == OK)
        status = replay_run(&replay, app, &err);
    int code = status == OK ? print_replay(&replay, json) : cli_fail(&err);
    replay_dispose(&replay);
    return code;
}

int command_evidence(struct app *app, int argc, char **argv)
{
    struct cli_common common;
    struct err err = {0};
    int64_t count = 0;
    int code = EXIT_DONE;
    const char *by = NULL, *reason = NULL, *disclosed = NULL;
    bool with_values = false;
    struct cli_export asked = {0};
    struct cli_epoch epoch = {0};
    const struct cli_option options[] = {{"advisory", &asked.advisory, NULL},
                                         {"all", NULL, &asked.all},
                                         {"anchor", &asked.anchor, NULL},
                                         {"by", &by, NULL},
                                         {"case", &asked.of_case, NULL},
                                         {"disclosed", &disclosed, NULL},
                                         {"reader", &asked.reader, NULL},
                                         {"reason", &reason, NULL},
                                         {"to", &asked.to, NULL},
                                         {"values", NULL, &with_values},
                                         {"yes", NULL, &epoch.yes},
                                         {"print", NULL, &epoch.print},
                                         {"signature", &epoch.signature, NULL}};
    if (!cli_parse(app, &common, options, sizeof options / sizeof options[0], &argc, argv, &code))
        return code;
    if (argc == 2 && strcmp(argv[0], "disclose") == 0)
        return cli_disclose(app, argv[1], &asked, common.json);
    if (argc == 1 && strcmp(argv[0], "export") == 0)
        return cli_export(app, &asked, common.json);
    if (argc == 2 && strcmp(argv[0], "erase") == 0)
        return cli_erase(app, argv[1], by, reason);
    if (argc == 2 && strcmp(argv[0], "key") == 0)
        return cli_log_key(app, argv[1], by, reason, common.json);
    if (argc == 2 && strcmp(argv[0], "epoch") == 0 && strcmp(argv[1], "end") == 0) {
        epoch.by = by;
        epoch.reason = reason;
        return cli_epoch_end(app, &epoch);
    }
    if (argc == 2 && strcmp(argv[0], "verify") == 0)
        return cli_verify_bundle(argv[1], asked.anchor, disclosed, common.json);
    if (argc >= 1 && argc <= 2 && strcmp(argv[0], "show") == 0)
        return show_log(app, argc == 2 ? argv[1] : NULL, with_values, &err) == OK ? EXIT_DONE
                                                                                  : cli_fail(&err);
    if (argc == 1 && strcmp(argv[0], "replay") == 0)
        return replay_command(app, common.json);
    if (argc != 1 || strcmp(argv[0], "check") != 0)
        return cli_usage("give the operands that the line below names");
    enum status status = cli_check_log(app, &count, &err);
    if (common.json)
        (void)printf("{\"schema\":\"tocsin.evidence.check/1\",\"good\":%s,\"entries\":%lld}\n",
                     status == OK ? "true" : "false", (long long)count);
    if (status != OK)
        return cli_fail(&err);
    if (!common.json)
        (void)printf("good: %lld entries, every one linked to the one before\n", (long long)count);
    return EXIT_DONE;
}
