/* dispatcher/commands/cmd_log - tocsin evidence key, tocsin evidence epoch: who signs the log, and
 * anew. */
#include "base/file.h"
#include "base/random.h"
#include "dispatcher/cli.h"
#include "dispatcher/op.h"
#include "dispatcher/release/signing.h"
#include "dispatcher/signed/log_keys.h"

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

/* The key in force as we see it: whoever comes second changes nothing. "": there is none yet. */
static enum status see_key(struct str *out, struct app *app, struct err *err)
{
    struct arena *arena = arena_new();
    struct log_keys keys = {0};
    enum status status = app_open_store(app, STORE_READ, err);
    if (status == OK)
        status = log_keys_read(&keys, arena, app->store, err);
    if (status == OK && keys.count > 0)
        str_add(out, log_keys_last(&keys)->line);
    arena_free(arena);
    store_close(app->store);
    app->store = NULL;
    return status;
}

static int rotate(struct app *app, const char *by, const char *reason)
{
    struct frame_out request;
    struct str seen, out;
    struct err err = {0};
    char id[RANDOM_UID];
    if (by == NULL || text_is_empty(reason))
        return cli_usage("give --by PERSON and --reason TEXT");
    str_init(&seen, STR_LIMIT_LINE);
    str_init(&out, STR_LIMIT_LINE);
    enum status status = see_key(&seen, app, &err);
    if (status == OK) {
        op_begin(&request, app, "key-rotate");
        frame_text(&request, by);
        frame_text(&request, reason);
        frame_text(&request, random_uid(id));
        frame_text(&request, str_text(&seen));
        status = op_call_signer(app, &request, &out, &err);
    }
    str_dispose(&seen);
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
    str_init(&out, STR_LIMIT_TEXT);
    enum status status = show_keys(&out, app, as_json, &err);
    int code = status == OK && !cli_put(&out) ? EXIT_AGAIN : EXIT_DONE;
    str_dispose(&out);
    return status == OK ? code : cli_fail(&err);
}

static int send_signed(struct app *app, const char *name, struct bytes text)
{
    struct frame_out request;
    struct str out;
    struct err err = {0};
    str_init(&out, STR_LIMIT_LINE);
    op_begin(&request, app, "epoch-sign");
    frame_text(&request, name);
    frame_bytes(&request, text);
    enum status status = op_call_signer(app, &request, &out, &err);
    int code = status == OK && !cli_put(&out) ? EXIT_AGAIN : EXIT_DONE;
    str_dispose(&out);
    return status == OK ? code : cli_fail(&err);
}

/* The text that this person has to sign, from whoever has the store. */
static enum status ask_text(struct str *out, struct app *app, const struct cli_epoch *asked,
                            struct err *err)
{
    struct frame_out request;
    op_begin(&request, app, "epoch-ask");
    frame_text(&request, asked->by);
    frame_text(&request, asked->reason);
    enum status status = op_call_signer(app, &request, out, err);
    store_close(app->store);
    app->store = NULL;
    return status;
}

static int sign_end(struct app *app, const struct cli_epoch *asked)
{
    struct str statement, text;
    struct err err = {0};
    int code = EXIT_DONE;
    str_init(&statement, STR_LIMIT_LINE);
    str_init(&text, STR_LIMIT_TEXT);
    enum status status = app_need(app, &err);
    const struct person *person = status == OK ? settings_person(app->settings, asked->by) : NULL;
    if (status == OK && person == NULL)
        status =
            err_set(&err, ERR_INVALID, "--by %s: not a person of the configuration", asked->by);
    if (status == OK)
        status = ask_text(&statement, app, asked, &err);
    if (status == OK && asked->print)
        code = cli_put(&statement) ? EXIT_DONE : EXIT_AGAIN;
    else if (status == OK)
        status = signing_clear(&code, &text, app, person, str_text(&statement), asked->yes, &err);
    if (status == OK && code == EXIT_DONE && !asked->print)
        code = send_signed(app, "signature", str_bytes(&text));
    str_dispose(&statement);
    str_dispose(&text);
    return status == OK ? code : cli_fail(&err);
}

int cli_epoch_end(struct app *app, const struct cli_epoch *asked)
{
    struct str text;
    struct err err = {0};
    if (asked->signature == NULL && asked->by == NULL)
        return cli_usage("give --by PERSON, and --reason TEXT from the first of two "
                         "(or --signature FILE)");
    if (asked->signature == NULL)
        return sign_end(app, asked);
    str_init(&text, 1 << 20);
    enum status status = file_read(&text, asked->signature, 1 << 20, &err);
    int code = status == OK ? send_signed(app, asked->signature, str_bytes(&text)) : EXIT_DONE;
    str_dispose(&text);
    return status == OK ? code : cli_fail(&err);
}
