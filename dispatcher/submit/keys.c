#include "dispatcher/submit/keys.h"

#include "dispatcher/op.h"
#include "dispatcher/plan/planner.h"
#include "dispatcher/run/move.h"
#include "seal/cert.h"

#include <stdio.h>
#include <string.h>

bool keys_usable(const char *state)
{
    return text_equal(state, cert_state_word(CERT_GOOD)) ||
           text_equal(state, cert_state_word(CERT_WARN));
}

static enum status task_for_key(struct app *app, const struct key *key, const char *detail,
                                struct err *err)
{
    struct task task = {
        .kind = TASK_KEY,
        .cause = "key not usable",
        .title = "Keys that cannot be used: ask for new ones",
        .todo = "Ask for a new key, check its fingerprint by telephone, then: tocsin key "
                "import FILE --party PARTY"};
    struct task_item item = {.about = key->party, .detail = detail};
    return move_task(app, &task, &item, NULL, err);
}

static enum status record_key(struct app *app, const struct key *key, bool usable,
                              const char *old_fpr, struct err *err)
{
    const char *kind = !usable ? "key.refused" : old_fpr != NULL ? "key.changed" : "key.pinned";
    struct entry *entry = entry_new(kind, app->actor, app->settings->maker.id);
    if (usable) {
        entry_text(entry, "algo", key->algo);
        entry_instant(entry, "expires", key->expires_ms);
    }
    entry_personal(entry, "fpr", key->fpr);
    if (usable && old_fpr != NULL)
        entry_personal(entry, "old_fpr", old_fpr);
    entry_personal(entry, "party", key->party);
    if (!usable)
        entry_text(entry, "reason", key->reason != NULL ? key->reason : "");
    entry_text(entry, "state", key->state);
    if (usable)
        entry_personal(entry, "sub_fpr", key->sub_fpr);
    return app_record(app, entry, err);
}

/* The fingerprint that this party (and address) had until now; NULL: none. */
static enum status old_key(const char **out, struct arena *arena, struct app *app,
                           const char *party, const char *email, struct err *err)
{
    struct key *keys = NULL;
    size_t count = 0;
    *out = NULL;
    enum status status = key_list(&keys, &count, arena, app->store, party, err);
    for (size_t i = 0; status == OK && i < count; i++)
        if (text_equal(keys[i].email, email))
            *out = keys[i].fpr;
    return status;
}

/* The name under which a key that was judged usable is remembered: party, address and exact bytes.
 */
static const char *memory_name(struct arena *arena, const char *party, const char *email,
                               struct bytes file)
{
    char hex[SHA256_HEX];
    struct sha256 digest;
    const struct bytes parts[] = {bytes_of(party), bytes_of("\n"), bytes_of(email), bytes_of("\n"),
                                  file};
    sha256_parts(&digest, parts, sizeof parts / sizeof parts[0]);
    return arena_printf(arena, "key.%s", sha256_hex(hex, &digest));
}

/*
 * Judging takes GnuPG a tenth of a second: the same bytes for the same address are judged once.
 * That a key ends is seen from its row; only what was usable is remembered.
 */
static bool remembered(struct key *out, struct arena *arena, struct app *app, const char *name,
                       const char *party)
{
    struct err err = {0};
    const char *fpr = NULL;
    return meta_get(&fpr, arena, app->store, name, &err) == OK &&
           key_get(out, arena, app->store, party, fpr, &err) == OK && keys_usable(out->state);
}

/* The same bytes that were judged for somebody else, as for the many who share one gateway. */
static const char *judged_name(struct arena *arena, struct bytes file)
{
    char hex[SHA256_HEX];
    sha256_hex_of(hex, file);
    return arena_printf(arena, "judged.%s", hex);
}

static bool judged_before(struct key *out, struct arena *arena, struct app *app, const char *name)
{
    struct err err = {0};
    const char *who = NULL;
    if (meta_get(&who, arena, app->store, name, &err) != OK || strchr(who, ' ') == NULL)
        return false;
    const char *fpr = arena_strndup(arena, who, strcspn(who, " "));
    return key_get(out, arena, app->store, strchr(who, ' ') + 1, fpr, &err) == OK &&
           keys_usable(out->state) && out->cert != NULL &&
           (out->expires_ms == 0 || out->expires_ms > app_now(app));
}

/* GnuPG's word and ours on a file; what cannot be read is a key of its own kind, and not used. */
static enum status judge(struct key *out, struct arena *arena, struct app *app, struct bytes file,
                         struct err *err)
{
    struct cert cert = {0};
    char blob[65] = "";
    const char *scratch = app_scratch(app);
    if (scratch == NULL)
        return err_set(err, ERR_IO, "no private folder for GnuPG could be made: check /tmp");
    enum status status = cert_read(&cert, file, false, scratch, app_now(app), err);
    if (status == ERR_INVALID) {
        char hex[SHA256_HEX];
        sha256_hex_of(hex, file);
        cert = (struct cert){.state = CERT_INVALID};
        (void)snprintf(cert.fpr, sizeof cert.fpr, KEYS_UNREADABLE "%.16s", hex);
        (void)snprintf(cert.reason, sizeof cert.reason, "%.190s", err->text);
        status = OK;
    }
    if (status == OK && cert_usable(cert.state))
        status = blob_put(blob, app->store, str_bytes(&cert.stripped), err);
    if (status == OK)
        *out =
            (struct key){.fpr = arena_strdup(arena, cert.fpr),
                         .sub_fpr = arena_strdup(arena, cert.sub_fpr),
                         .algo = arena_strdup(arena, cert.algo),
                         .uid = arena_strdup(arena, cert.uid),
                         .state = cert_state_word(cert.state),
                         .reason = cert.reason[0] != '\0' ? arena_strdup(arena, cert.reason) : NULL,
                         .expires_ms = cert.expires_ms,
                         .cert = blob[0] != '\0' ? arena_strdup(arena, blob) : NULL};
    cert_dispose(&cert);
    return status;
}

/* Write the key down unless nothing that matters differs from what this party had until now. */
static enum status take_key(const struct key *key, const char *before, const char *memory,
                            struct arena *arena, struct app *app, bool *same, struct err *err)
{
    bool usable = keys_usable(key->state);
    struct key old;
    enum status status = OK;
    *same = false;
    if (text_equal(before, key->fpr)) {
        status = key_get(&old, arena, app->store, key->party, key->fpr, err);
        *same = status == OK && text_equal(old.state, key->state) &&
                text_equal(old.sub_fpr, key->sub_fpr) && old.expires_ms == key->expires_ms;
    }
    if (status != OK || *same)
        return status;
    status = key_put(app->store, key, err);
    if (status == OK && usable)
        status = meta_set(app->store, memory, key->fpr, err);
    if (status == OK)
        status = record_key(app, key, usable, before, err);
    if (status == OK && !usable)
        status = task_for_key(app, key, key->reason, err);
    return status;
}

enum status keys_pin(struct key *out, struct arena *arena, struct app *app, const char *party,
                     const char *email, const char *name, struct bytes file, struct str *words,
                     struct err *err)
{
    const char *before = NULL;
    bool same = false;
    const char *memory = memory_name(arena, party, email, file);
    const char *judged = judged_name(arena, file);
    enum status status = OK;
    if (remembered(out, arena, app, memory, party))
        return OK;
    if (!judged_before(out, arena, app, judged)) {
        status = judge(out, arena, app, file, err);
        if (status == OK && keys_usable(out->state))
            status =
                meta_set(app->store, judged, arena_printf(arena, "%s %s", out->fpr, party), err);
    }
    if (status == OK)
        status = old_key(&before, arena, app, party, email, err);
    if (status != OK)
        return status;
    out->party = arena_strdup(arena, party);
    out->email = arena_strdup(arena, email);
    out->pinned_ms = app_now(app);
    out->warned_days = 0;
    status = take_key(out, before, memory, arena, app, &same, err);
    if (status == OK && !same)
        str_addf(words, "%s: %s %s: %s%s%s\n", name, party, out->fpr, out->state,
                 out->reason != NULL ? ": " : "", out->reason != NULL ? out->reason : "");
    return status;
}

static int64_t warn_step(int64_t days)
{
    static const int64_t steps[] = {1, 7, 14, 30, 60};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        if (days <= steps[i])
            return steps[i];
    return 0;
}

static enum status warn_one(struct app *app, struct arena *arena, const struct key *key,
                            struct err *err)
{
    int64_t left = key->expires_ms - app_now(app);
    int64_t step = key->expires_ms == 0 ? 0 : warn_step((left + MS_DAY - 1) / MS_DAY);
    if (step == 0 || (key->warned_days != 0 && key->warned_days <= step))
        return OK;
    char date[CLOCK_TEXT];
    struct task task = {
        .kind = TASK_KEY,
        .cause =
            arena_printf(arena, "key of %s ends %s", key->party, clock_date(date, key->expires_ms)),
        .title = arena_printf(arena, "The key of %s ends on %s", key->party, date),
        .todo = "Ask for a new key in time, check its fingerprint by telephone, then: tocsin key "
                "import FILE --party PARTY",
        .deadline_ms = key->expires_ms};
    struct task_item item = {.about = key->party, .detail = key->fpr};
    enum status status = move_task(app, &task, &item, NULL, err);
    return status == OK ? key_set_warned(app->store, key->party, key->fpr, step, err) : status;
}

enum status keys_warn(struct app *app, struct err *err)
{
    struct arena *arena = arena_new();
    struct key *keys = NULL;
    size_t count = 0;
    enum status status = app_begin(app, err);
    if (status == OK) {
        status = key_list(&keys, &count, arena, app->store, NULL, err);
        for (size_t i = 0; status == OK && i < count; i++)
            status = warn_one(app, arena, &keys[i], err);
        if (status == OK)
            status = app_commit(app, err);
        else
            app_rollback(app);
    }
    arena_free(arena);
    return status;
}
