/* dispatcher/cmd_log - tocsin evidence key: the keys that sign the log, and another one for it. */
#include "dispatcher/cli.h"
#include "dispatcher/log_keys.h"
#include "dispatcher/op.h"

#include <string.h>

static void add_json(struct str *out, const struct log_key *key, bool in_force)
{
    struct json_out j;
    json_out_init(&j, out, false);
    json_out_object(&j, NULL);
    json_out_text(&j, "schema", "tocsin.evidence.key/1");
    json_out_text(&j, "key", key->line);
    json_out_int(&j, "entry", key->idx);
    json_out_bool(&j, "in_force", in_force);
    json_out_end(&j);
    str_add_c(out, '\n');
}

/* As log.vkey has them: what an auditor takes down. */
static enum status show_keys(struct str *out, struct app *app, bool json, struct err *err)
{
    struct arena *arena = arena_new();
    struct log_keys keys = {0};
    enum status status = app_open_store(app, STORE_READ, err);
    if (status == OK)
        status = log_keys_read(&keys, arena, app->store, err);
    if (status == OK && keys.count == 0)
        status =
            err_set(err, ERR_NOT_FOUND, "the log has no key yet: the first `tocsin run` makes one");
    for (size_t i = 0; status == OK && i < keys.count; i++) {
        if (json)
            add_json(out, &keys.key[i], i + 1 == keys.count);
        else
            str_addf(out, "%s\n", keys.key[i].line);
    }
    arena_free(arena);
    return status;
}

static int rotate(struct app *app, const char *by, const char *reason)
{
    struct frame_out request;
    struct str out;
    struct err err = {0};
    if (by == NULL || text_is_empty(reason))
        return cli_usage("key rotate needs --by PERSON and --reason TEXT");
    str_init(&out, STR_LIMIT_LINE);
    op_begin(&request, app, "key-rotate");
    frame_text(&request, by);
    frame_text(&request, reason);
    enum status status = op_call_signer(app, &request, &out, &err);
    int code = status == OK && !cli_put(&out) ? EXIT_AGAIN : EXIT_DONE;
    str_dispose(&out);
    return status == OK ? code : cli_fail(&err);
}

int cli_log_key(struct app *app, const char *what, const char *by, const char *reason, bool as_json)
{
    struct str out;
    struct err err = {0};
    if (text_equal(what, "rotate"))
        return rotate(app, by, reason);
    if (!text_equal(what, "show"))
        return cli_usage("say key show, or key rotate --by PERSON --reason TEXT");
    if (by != NULL || reason != NULL)
        return cli_usage("--by and --reason belong to key rotate");
    str_init(&out, STR_LIMIT_TEXT);
    enum status status = show_keys(&out, app, as_json, &err);
    int code = status == OK && !cli_put(&out) ? EXIT_AGAIN : EXIT_DONE;
    str_dispose(&out);
    return status == OK ? code : cli_fail(&err);
}
