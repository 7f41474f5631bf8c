#include "dispatcher/duties/adopt.h"

#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "dispatcher/duties/duty_act.h"
#include "dispatcher/op.h"
#include "evidence/view.h"
#include "seal/sign.h"
#include "store/log.h"

#include <inttypes.h>
#include <string.h>

#define SIGNER_CLOCK_SLACK (10 * MS_MINUTE)
#define RECORD_LIMIT ((size_t)1024 * 1024)
#define KEY_LIMIT ((size_t)1024 * 1024)
#define STATEMENT "Tocsin adoption of rules 1\n"
#define META "rules.adopted"

enum status adopt_person(const struct person **out, const struct settings *settings, const char *id,
                         struct err *err)
{
    *out = settings_person(settings, id);
    if (*out == NULL)
        return err_set(err, ERR_INVALID, "--by %s: not a person of the configuration: see people",
                       id);
    if (!person_has_role(*out, ROLE_REGULATORY))
        return err_set(err, ERR_REFUSED,
                       "--by %s: does not hold the role regulatory: ask somebody who does, or add "
                       "the role under people",
                       id);
    return OK;
}

void adopt_statement(struct str *out, const struct pack *pack, const struct person *person,
                     int64_t at_ms)
{
    char at[CLOCK_TEXT];
    str_add(out, STATEMENT);
    str_addf(out, "pack-sha256: %s\n", pack->sha256);
    str_addf(out, "rules: %zu\n", pack->count);
    str_addf(out, "signer: %s\n", person->name);
    str_addf(out, "role: %s\n", role_word(ROLE_REGULATORY));
    str_add(out, "meaning: adopted for use\n");
    str_addf(out, "at: %s\n", clock_text(at, at_ms));
}

static enum status read_record(struct adoption *out, struct arena *arena, struct bytes text,
                               struct err *err)
{
    struct json_doc *doc = NULL;
    enum status status = json_parse(&doc, text, NULL, NULL, err);
    const struct json *root = status == OK ? json_root(doc) : NULL;
    out->pack_sha256 = arena_strdup(arena, json_string(json_get(root, "pack_sha256")));
    out->manifest = arena_strdup(arena, json_string(json_get(root, "manifest")));
    out->person = arena_strdup(arena, json_string(json_get(root, "person")));
    out->fpr = arena_strdup(arena, json_string(json_get(root, "fpr")));
    out->form = arena_strdup(arena, json_string(json_get(root, "form")));
    out->signature_sha256 = arena_strdup(arena, json_string(json_get(root, "signature_sha256")));
    bool whole = out->pack_sha256 != NULL && out->manifest != NULL && out->person != NULL &&
                 out->fpr != NULL && out->form != NULL && out->signature_sha256 != NULL;
    if (status != OK || !whole ||
        clock_parse(&out->at_ms, json_string(json_get(root, "at")), NULL) != OK)
        status = err_set(err, ERR_CORRUPT,
                         "store: the adoption of the rules cannot be read: adopt them anew");
    json_free(doc);
    return status;
}

enum status adopt_current(struct adoption *out, struct arena *arena, struct store *store,
                          struct err *err)
{
    const char *hex = NULL;
    struct str text;
    *out = (struct adoption){0};
    enum status status = meta_get(&hex, arena, store, META, err);
    if (status != OK)
        return status;
    str_init(&text, RECORD_LIMIT);
    status = blob_get(&text, store, hex, err);
    if (status == ERR_NOT_FOUND || status == ERR_REFUSED || status == ERR_CORRUPT)
        status = err_set(err, ERR_CORRUPT,
                         "store: the adoption of the rules is gone: adopt them "
                         "anew");
    if (status == OK)
        status = read_record(out, arena, str_bytes(&text), err);
    str_dispose(&text);
    return status;
}

struct adopting {
    struct app *app;
    struct arena *arena;
    struct pack *pack;
    const char *name; /* of the signature, for errors */
    struct bytes bytes;
    bool clear;
    struct signature signature;
    const struct person *person;
    int64_t at_ms;
    struct err
        lost; /* why the adoption until now cannot be read; code OK: it can, or there is none */
};

static enum status verify_with(struct adopting *a, const struct person *person, struct err *err)
{
    struct str cert;
    str_init(&cert, KEY_LIMIT);
    const char *scratch = app_scratch(a->app);
    const int64_t now = app_now(a->app);
    enum status status =
        scratch == NULL
            ? err_set(err, ERR_IO, "no private folder for GnuPG could be made: check /tmp")
            : file_read(&cert, person->key, KEY_LIMIT, err);
    if (status == OK && a->clear)
        status = sign_verify_clear(&a->signature, a->bytes, str_bytes(&cert), scratch, now, err);
    else if (status == OK)
        status = sign_verify_detached(&a->signature, bytes_of(a->pack->manifest), a->bytes,
                                      str_bytes(&cert), scratch, now, err);
    str_dispose(&cert);
    return status;
}

/* Every person's key is tried. When one could not be tried it may be theirs: that is no "no". */
static enum status find_signer(struct adopting *a, struct err *err)
{
    struct err last = {0};
    struct err untried = {0};
    for (size_t i = 0; i < a->app->settings->people_count; i++) {
        const struct person *person = &a->app->settings->people[i];
        if (person->key == NULL)
            continue;
        enum status status = verify_with(a, person, &last);
        if (status == OK) {
            a->at_ms = a->signature.at_ms;
            return adopt_person(&a->person, a->app->settings, person->id, err);
        }
        signature_dispose(&a->signature);
        if (status == ERR_IO)
            untried = last;
    }
    if (untried.code != OK)
        return err_set(err, ERR_IO, "%s: cannot be checked now: %s", a->name, untried.text);
    return err_set(err, ERR_REFUSED,
                   "%s: no signature of a person of the configuration over these rules: %s",
                   a->name, last.text[0] != '\0' ? last.text : "nobody has a key: see people");
}

/* The whole text is compared: made again for this pack, this person, and the instant it states. */
static enum status check_statement(struct adopting *a, struct err *err)
{
    struct str wanted;
    const char *text = str_text(&a->signature.text);
    const char *at = strstr(text, "\nat: ");
    const char *stated = at != NULL ? arena_strndup(a->arena, at + 5, strcspn(at + 5, "\n")) : "";
    if (clock_parse(&a->at_ms, stated, err) != OK)
        return err_set(err, ERR_REFUSED,
                       "%s: the signed text is no adoption of rules: make it with `tocsin rules "
                       "adopt --by %s --print`",
                       a->name, a->person->id);
    str_init(&wanted, STR_LIMIT_LINE);
    adopt_statement(&wanted, a->pack, a->person, a->at_ms);
    const bool same = text_equal(str_text(&wanted), text);
    str_dispose(&wanted);
    if (!same)
        return err_set(err, ERR_REFUSED,
                       "%s: the signed text is about other rules than those that are here now, or "
                       "by somebody else: sign what `tocsin rules adopt --by %s --print` says",
                       a->name, a->person->id);
    return OK;
}

static enum status put_record(struct adopting *a, const char *signature_sha256, struct err *err)
{
    char hex[SHA256_HEX];
    char at[CLOCK_TEXT];
    struct str text;
    struct json_out j;
    str_init(&text, RECORD_LIMIT);
    json_out_init(&j, &text, true);
    json_out_object(&j, NULL);
    json_out_text(&j, "at", clock_text_ms(at, a->at_ms));
    json_out_text(&j, "form", a->clear ? "text" : "detached");
    json_out_text(&j, "fpr", a->signature.fpr);
    json_out_text(&j, "manifest", a->pack->manifest);
    json_out_text(&j, "pack_sha256", a->pack->sha256);
    json_out_text(&j, "person", a->person->id);
    json_out_text(&j, "signature_sha256", signature_sha256);
    json_out_end(&j);
    enum status status = str_ok(&text) ? blob_put(hex, a->app->store, str_bytes(&text), err)
                                       : err_set(err, ERR_LIMIT, "rules: too many to be adopted");
    if (status == OK)
        status = meta_set(a->app->store, META, hex, err);
    str_dispose(&text);
    return status;
}

/* What the log has of the adoption whose record cannot be read: which pack, signed when. */
static enum status read_logged(struct adoption *out, struct adopting *a, struct err *err)
{
    int64_t idx = 0;
    struct log_line *lines = NULL;
    size_t count = 0;
    struct entry_view view;
    struct store *store = a->app->store;
    enum status status = log_find(&idx, store, "-", "rules.adopted", err);
    if (status == OK)
        status = log_list(&lines, &count, a->arena, store, idx, NULL, 1, err);
    if (status == OK && count == 1 && entry_view(&view, lines[0].line)) {
        out->pack_sha256 = entry_view_text(&view, a->arena, "pack_sha256");
        out->at_ms = entry_view_instant(&view, "signed_at");
    }
    return status == ERR_NOT_FOUND ? OK : status;
}

/* Nobody can act by an adoption that cannot be read; nor may it keep a new one out. */
static enum status tell_lost(struct adopting *a, struct err *err)
{
    log_line(LOG_ERROR, "rules=adoption-lost said=%s", log_quote(a->lost.text));
    struct entry *entry = entry_new("fault.detected", a->app->actor, NULL);
    entry_personal(entry, "detail", a->lost.text);
    entry_text(entry, "fault", "corrupt");
    entry_text(entry, "where", "rules");
    return app_record(a->app, entry, err);
}

/* Outside of the transaction, which would keep the error. */
static enum status read_before(struct adoption *out, struct adopting *a, struct err *err)
{
    enum status status = adopt_current(out, a->arena, a->app->store, &a->lost);
    if (status == ERR_CORRUPT) {
        *out = (struct adoption){0};
        return read_logged(out, a, err);
    }
    if (status == OK && text_equal(out->pack_sha256, a->pack->sha256))
        return err_set(err, ERR_EXISTS, "these rules are adopted by %s already: nothing to do",
                       out->person);
    if (status != OK && status != ERR_NOT_FOUND)
        *err = a->lost;
    a->lost.code = OK;
    return status == ERR_NOT_FOUND ? OK : status;
}

static enum status write_adoption(struct adopting *a, const struct adoption *before,
                                  struct err *err)
{
    char signature_sha256[SHA256_HEX];
    enum status status = a->lost.code != OK ? tell_lost(a, err) : OK;
    /* Else whoever can write rules/local.cfg takes an adoption back without the person. */
    if (status == OK && a->at_ms < before->at_ms)
        return err_set(
            err, ERR_REFUSED,
            "%s: was signed before the adoption that is in force: sign anew what `tocsin "
            "rules adopt --by %s --print` says",
            a->name, a->person->id);
    if (status == OK)
        status = blob_put(signature_sha256, a->app->store, a->bytes, err);
    if (status == OK)
        status = put_record(a, signature_sha256, err);
    if (status != OK)
        return status;
    struct entry *entry = entry_new("rules.adopted", a->app->actor, NULL);
    entry_text(entry, "form", a->clear ? "text" : "detached");
    entry_personal(entry, "fpr", a->signature.fpr);
    entry_text(entry, "pack_sha256", a->pack->sha256);
    entry_personal(entry, "person", a->person->id);
    entry_text(entry, "previous_sha256", before->pack_sha256);
    entry_text(entry, "role", role_word(ROLE_REGULATORY));
    entry_int(entry, "rules", (int64_t)a->pack->count);
    entry_personal(entry, "signature_sha256", signature_sha256);
    entry_instant(entry, "signed_at", a->at_ms);
    status = app_record(a->app, entry, err);
    return status == OK ? duty_anew(a->app, err) : status;
}

static enum status adopt(struct adopting *a, struct err *err)
{
    enum status status = find_signer(a, err);
    if (status == OK && a->clear)
        status = check_statement(a, err);
    if (status == OK && a->at_ms > app_now(a->app) + SIGNER_CLOCK_SLACK)
        status = err_set(err, ERR_REFUSED,
                         "%s: signed in the future: check the clock of the signer", a->name);
    struct adoption before = {0};
    if (status == OK)
        status = read_before(&before, a, err);
    if (status == OK)
        status = app_begin(a->app, err);
    if (status != OK)
        return status;
    status = write_adoption(a, &before, err);
    if (status == OK)
        return app_commit(a->app, err);
    app_rollback(a->app);
    return status;
}

enum { ARG_NAME = OP_ARG, ARG_SIGNATURE };

static void tell_fault(void *context, const char *fault)
{
    struct err *err = context;
    if (err != NULL && err->code == OK)
        (void)err_set(err, ERR_REFUSED, "%s", fault);
}

enum status op_rules_adopt(struct app *app, const struct frame *in, struct str *out,
                           struct err *err)
{
    struct err fault = {0};
    size_t tests = 0;
    struct adopting a = {.app = app,
                         .arena = arena_new(),
                         .name = frame_get_text(in, ARG_NAME),
                         .bytes = frame_get_bytes(in, ARG_SIGNATURE)};
    a.clear = a.bytes.size > 0 &&
              memmem(a.bytes.data, a.bytes.size, "-----BEGIN PGP SIGNED MESSAGE-----", 34) != NULL;
    enum status status = pack_open(&a.pack, app->settings->dir, err);
    /* Nobody adopts what contradicts itself. */
    if (status == OK && !pack_check(a.pack, &tests, tell_fault, &fault))
        status = err_set(err, ERR_REFUSED, "%s", fault.text);
    if (status == OK)
        status = adopt(&a, err);
    if (status == OK)
        str_addf(out, "%zu rules adopted by %s, pack sha256 %s\n", a.pack->count, a.person->id,
                 a.pack->sha256);
    bool left = false;
    if (status == OK)
        status = duty_anew_step(app, &left, err);
    if (left)
        str_add(out, "there are many open cases: the others are computed anew by tocsin run\n");
    if (status == OK && a.lost.code != OK)
        str_add(out, "the adoption until now could not be read any more, which is an entry: look "
                     "at the store (`tocsin store check`)\n");
    signature_dispose(&a.signature);
    pack_close(a.pack);
    arena_free(a.arena);
    return status;
}
