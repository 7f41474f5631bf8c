/* tocsin key import: one key, by hand, for the contacts of one party. */
#include "dispatcher/op.h"
#include "dispatcher/plan/planner.h"
#include "dispatcher/submit/keys.h"
#include "seal/cert.h"

#include <string.h>
#include <strings.h>

enum { ARG_PARTY = OP_ARG, ARG_EMAIL, ARG_NAME, ARG_FILE };

/* One import on its way. */
struct taking {
    struct app *app;
    struct arena *arena;
    const char *name;
    struct bytes file;
    struct key key;
    struct contact *contacts; /* of the party … */
    size_t count;
};

/* … whom the key is for. */
static bool is_for(const struct taking *t, const struct contact *contact)
{
    return contact->email != NULL &&
           (t->key.email == NULL || text_equal(contact->email, t->key.email));
}

/*
 * By hand a person means one key: what cannot be used pushes out none that can, or a file taken by
 * mistake would cost the party the text. The same key in another state is news about it.
 */
static enum status keep_good(struct taking *t, struct err *err)
{
    const char *why = t->key.reason != NULL ? t->key.reason : t->key.state;
    for (size_t i = 0; i < t->count; i++) {
        struct key pinned;
        const char *fpr = t->contacts[i].key;
        if (fpr == NULL || !is_for(t, &t->contacts[i]) || text_equal(fpr, t->key.fpr))
            continue;
        enum status status = key_get(&pinned, t->arena, t->app->store, t->key.party, fpr, err);
        if (status == ERR_NOT_FOUND)
            continue;
        if (status != OK)
            return status;
        if (keys_usable(pinned.state))
            return err_set(err, ERR_REFUSED, "%s: not used for sealing: %s: %s keeps its key %s",
                           t->name, why, t->key.party, fpr);
    }
    if (text_starts(t->key.fpr, KEYS_UNREADABLE))
        return err_set(err, ERR_REFUSED, "%s: no key was found in it: %s", t->name, why);
    return OK;
}

static enum status pin(struct taking *t, struct err *err)
{
    size_t pinned = 0;
    enum status status = OK;
    for (size_t i = 0; status == OK && i < t->count; i++) {
        if (!is_for(t, &t->contacts[i]))
            continue;
        status = contact_pin(t->app->store, t->contacts[i].id, t->key.fpr, err);
        pinned++;
    }
    if (status == OK && pinned == 0)
        return err_set(err, ERR_NOT_FOUND, "%s: has no contact with %s: see parties.csv",
                       t->key.party, t->key.email != NULL ? t->key.email : "a mail address");
    return status;
}

/* Does one of the user ids have an address of the same domain, or of one below or above it? */
static bool names_fit(const char *names, const char *address)
{
    const char *domain = strrchr(address, '@');
    for (const char *at = strchr(names, '@'); domain != NULL && at != NULL;
         at = strchr(at + 1, '@')) {
        const size_t theirs = strcspn(at + 1, ">\n \t,;)");
        const size_t ours = strlen(domain + 1);
        const size_t less = theirs < ours ? theirs : ours;
        const char *longer = theirs < ours ? domain + 1 : at + 1;
        const size_t most = theirs < ours ? ours : theirs;
        if (less > 0 && strncasecmp(at + 1 + theirs - less, domain + 1 + ours - less, less) == 0 &&
            (most == less || longer[most - less - 1] == '.'))
            return true;
    }
    return false;
}

/* A key under a foreign name may be right (a service of many), so it is said and not refused. */
static enum status say_foreign(const struct taking *t, struct str *out, struct err *err)
{
    struct cert cert = {0};
    const char *address = NULL;
    enum status status =
        cert_read(&cert, t->file, false, app_scratch(t->app), app_now(t->app), err);
    for (size_t i = 0; status == OK && i < t->count && address == NULL; i++)
        if (is_for(t, &t->contacts[i]) && !names_fit(str_text(&cert.names), t->contacts[i].email))
            address = t->contacts[i].email;
    if (address != NULL)
        str_addf(out,
                 "warning: this key may be another's: none of its user ids has the address or the "
                 "domain of %s: its first is \"%s\": check the fingerprint by telephone now\n",
                 address, cert.uid);
    cert_dispose(&cert);
    return status;
}

static enum status take(struct taking *t, const char *party_id, const char *email, struct str *out,
                        struct err *err)
{
    struct party party;
    enum status status = party_get(&party, t->arena, t->app->store, party_id, err);
    if (status == ERR_NOT_FOUND)
        status = err_set(err, ERR_NOT_FOUND,
                         "--party %s: not in the register: see `tocsin party list`", party_id);
    if (status == OK)
        status = contact_list(&t->contacts, &t->count, t->arena, t->app->store, party_id, err);
    if (status == OK)
        status = keys_pin(&t->key, t->arena, t->app, party_id, email, t->name, t->file, out, err);
    if (status == OK && !keys_usable(t->key.state))
        status = keep_good(t, err);
    return status == OK ? pin(t, err) : status;
}

enum status op_key_import(struct app *app, const struct frame *in, struct str *out, struct err *err)
{
    struct taking t = {.app = app,
                       .arena = arena_new(),
                       .name = frame_get_text(in, ARG_NAME),
                       .file = frame_get_bytes(in, ARG_FILE)};
    const size_t before = out->size;
    enum status status = planner_allows_import(app, err);
    if (status == OK)
        status = app_begin(app, err);
    if (status == OK) {
        status = take(&t, frame_get_text(in, ARG_PARTY), frame_get_text(in, ARG_EMAIL), out, err);
        if (status == OK)
            status = app_commit(app, err);
        else
            app_rollback(app);
        if (status != OK && out->size > before)
            str_reset(out); /* of what was taken back nothing is said */
        const bool usable = status == OK && keys_usable(t.key.state);
        int64_t caught_up = 0;
        if (usable)
            status = say_foreign(&t, out, err);
        if (status == OK && usable)
            status = planner_catch_up(app, &caught_up, err);
        if (caught_up > 0)
            str_addf(out, "%lld waiting notice%s: the text follows, sealed\n", (long long)caught_up,
                     caught_up == 1 ? "" : "s");
        if (status == OK && !usable)
            status = err_set(err, ERR_REFUSED,
                             "%s: not used for sealing: %s: ask the party for a better key",
                             t.key.fpr, t.key.reason != NULL ? t.key.reason : t.key.state);
    }
    arena_free(t.arena);
    return status;
}
