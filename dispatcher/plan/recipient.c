#include "dispatcher/plan/recipient.h"
#include "dispatcher/routine/digest.h"

#include "dispatcher/plan/protect.h"
#include "dispatcher/release/embargo.h"
#include "dispatcher/release/revision.h"
#include "dispatcher/submit/keys.h"
#include "seal/cert.h"
#include "store/notice.h"

/* Whatever is told at once goes before what can wait. */
#define DIGESTS_LAST 100

/*
 * The contact's pinned key, when it can be used now; else NULL fpr and, if there is one that cannot
 * be used, why.
 */
static enum status find_key(struct recipient *r, struct arena *arena, struct app *app,
                            const struct contact *contact, int64_t now_ms, struct err *err)
{
    r->key = (struct key){0};
    r->key_problem = NULL;
    r->key_fpr = NULL;
    if (contact->key == NULL) {
        if (contact->smime != NULL)
            r->key_problem =
                "has an S/MIME certificate, which is not used yet: counts as mail only";
        return OK;
    }
    struct key key;
    enum status status = key_get(&key, arena, app->store, contact->party, contact->key, err);
    r->key_fpr = contact->key;
    if (status == ERR_NOT_FOUND) {
        r->key_problem = "names a key that is not in the store";
        return OK;
    }
    if (status != OK)
        return status;
    /* A list is what it was at its instant, though a notice has found a key unusable since. */
    if (!keys_usable(key.state) && key.failed_ms <= now_ms)
        r->key_problem = arena_printf(arena, "key is %s: %s", key.state, key.reason);
    else if (key.expires_ms > 0 && key.expires_ms <= now_ms) {
        char date[CLOCK_TEXT];
        r->key_problem = arena_printf(arena, "key expired on %s", clock_date(date, key.expires_ms));
    } else
        r->key = key;
    return OK;
}

static struct protect_choice choose_level(const struct recipient *r, const struct app *app,
                                          const struct dossier *d, const struct contact *contact,
                                          int64_t now_ms)
{
    return protect_choose(&(struct protect_case){
        .tlp = embargo_label(d, r->party.kind, now_ms),
        .route = contact->route,
        .has_mail = contact->email != NULL,
        .has_key = r->key.fpr != NULL,
        .is_person = contact->name != NULL,
        .has_phone = contact->phone != NULL,
        .has_post = contact->post_address != NULL,
        .clear = app->settings->sealing.clear,
        .green = app->settings->sealing.green,
    });
}

enum status recipient_try(struct recipient *out, struct arena *arena, struct app *app,
                          const struct dossier *d, const struct contact *contact, int64_t now_ms,
                          struct err *err)
{
    enum status status = find_key(out, arena, app, contact, now_ms, err);
    if (status != OK)
        return status;
    struct protect_choice choice = choose_level(out, app, d, contact, now_ms);
    out->early = embargo_is_early(d, out->party.kind, now_ms);
    out->contact = *contact;
    out->level = choice.level;
    out->level_why = choice.why;
    out->needs_task = choice.needs_task;
    out->task = choice.task;
    return OK;
}

/*
 * Contacts stand in order of preference. The first one is taken, unless only a lack (no key, no
 * mail) keeps the whole text from it and a later one can be given the whole text.
 */
static enum status choose_contact(struct recipient *out, struct arena *arena, struct app *app,
                                  const struct dossier *d, int64_t after_seq, int64_t now_ms,
                                  struct err *err)
{
    struct contact *contacts = NULL;
    size_t count = 0;
    bool chosen = false;
    enum status status = contact_list(&contacts, &count, arena, app->store, out->party.id, err);
    if (status != OK)
        return status;
    for (size_t i = 0; i < count; i++) {
        struct recipient trial = *out;
        if (contacts[i].seq <= after_seq)
            continue;
        status = recipient_try(&trial, arena, app, d, &contacts[i], now_ms, err);
        if (status != OK)
            return status;
        bool whole = trial.level == LEVEL_SEALED || trial.level == LEVEL_TLS;
        bool by_choice = contacts[i].route != ROUTE_SMTP && contacts[i].route != ROUTE_FILE;
        if (chosen && !whole)
            continue;
        *out = trial;
        chosen = true;
        if (whole || by_choice)
            break;
    }
    if (!chosen) {
        out->contact = (struct contact){0};
        out->level = LEVEL_TASK;
        out->level_why = after_seq > 0 ? "no further contact" : "no contact in the register";
        out->needs_task = true;
        out->task = after_seq > 0 ? TASK_BOUNCED : TASK_PHONE;
    }
    return OK;
}

/*
 * Who got an older version, or was to get it, is told of this one: what changed or, when it is not
 * concerned any more, that. Told of an older version already? Then this is an update.
 */
static enum status choose_kind(struct recipient *out, struct arena *arena, struct app *app,
                               const struct dossier *d, struct err *err)
{
    struct revision revision;
    enum status status = revision_find(&revision, app, d, out->party.id, err);
    if (status != OK)
        return status;
    if (!out->told && revision.older != NULL) {
        out->told = out->no_longer = true;
        out->why = arena_printf(arena, "version %s concerned it, this one does not: %s",
                                revision.older->version, out->why);
    }
    out->deadline_ms = revision.deadline_ms;
    out->kind = revision.told || out->no_longer ? NOTICE_UPDATE : NOTICE_IMMEDIATE;
    return status;
}

enum status recipient_choose(struct recipient *out, struct arena *arena, struct app *app,
                             const struct dossier *dossier, const struct party *party,
                             int64_t after_seq, int64_t now_ms, struct err *err)
{
    *out = (struct recipient){.party = *party,
                              .early = embargo_is_early(dossier, party->kind, now_ms)};
    enum status status = OK;
    if (after_seq > 0)
        out->told =
            true; /* it had to be told; that the register changed meanwhile does not undo it */
    else
        status = recipient_concerned(&out->told, &out->why, arena, app, dossier, party, err);
    if (status == OK && dossier->older_count > 0 && out->party.kind != PARTY_REPORTER)
        status = choose_kind(out, arena, app, dossier, err);
    if (status == OK && out->told)
        status = choose_contact(out, arena, app, dossier, after_seq, now_ms, err);
    if (status == OK && out->told && out->level == LEVEL_WAITING)
        out->kind = NOTICE_WAITING;
    if (dossier->row.digest) /* of references alone, too */
        out->kind = NOTICE_DIGEST;
    if (status == OK && out->told)
        out->form = dossier->row.exercise || out->early
                        ? FORM_PERSONAL
                        : recipient_form(out, app, dossier->row.tlp, out->kind);
    return status;
}

static enum form digest_form(const struct app *app, const struct party *party)
{
    const struct settings_digest *digest = digest_for(app, party);
    return digest != NULL ? digest->form : FORM_PERSONAL;
}

enum form recipient_form(const struct recipient *recipient, const struct app *app, enum tlp tlp,
                         enum notice_kind kind)
{
    const struct settings_sealing *s = &app->settings->sealing;
    enum form wanted = kind == NOTICE_IMMEDIATE ? s->immediate
                       : kind == NOTICE_UPDATE  ? s->update
                       : kind == NOTICE_DIGEST  ? digest_form(app, &recipient->party)
                                                : FORM_PERSONAL;
    return protect_form(wanted, recipient->level, tlp, recipient->party.kind);
}

enum route recipient_route(const struct recipient *recipient)
{
    if (recipient->level != LEVEL_TASK)
        return recipient->contact.route;
    switch (recipient->task) {
    case TASK_PORTAL:
        return ROUTE_PORTAL;
    case TASK_LETTER:
        return ROUTE_LETTER;
    case TASK_PHONE:
    case TASK_KEY:
    case TASK_BOUNCED:
    case TASK_INBOUND:
    case TASK_CONFIG:
    case TASK_POISON:
    case TASK_QUESTION:
    case TASK_KIND_COUNT:
        break;
    }
    return ROUTE_PHONE;
}

const char *recipient_endpoint(const struct recipient *recipient)
{
    if (recipient->level == LEVEL_TASK)
        return RECIPIENT_TASK;
    return recipient->contact.route == ROUTE_FILE ? RECIPIENT_OUTBOX : RECIPIENT_RELAY;
}

enum status recipient_lane(int64_t *out_id, struct app *app, const struct advisory *row,
                           const struct recipient *recipient, struct err *err)
{
    struct lane lane = {.advisory_id = row->id,
                        .jurisdiction = recipient->party.country,
                        .kind = recipient->party.kind,
                        .endpoint = recipient_endpoint(recipient),
                        .priority = (row->digest || row->exercise ? DIGESTS_LAST : 0) +
                                    party_kind_priority(recipient->party.kind),
                        .open_at_ms = recipient->early ? 0 : row->embargo_ms};
    enum status status = lane_ensure(&lane, app->store, err);
    *out_id = lane.id;
    return status;
}
