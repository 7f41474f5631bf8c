/* What a notice may say: gathered from advisory, order, register, settings and earlier notices. */
#include "dispatcher/compose/compose_inner.h"
#include "dispatcher/compose/text_group.h"
#include "dispatcher/release/embargo.h"
#include "dispatcher/routine/remind.h"
#include "dispatcher/signed/checkpoint.h"
#include "seal/mail.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Each notice is a witness of the log: it carries a checkpoint that covers its own plan. */
static enum status find_checkpoint(struct composer *c, const char *notice_uid, struct err *err)
{
    struct err none = {0};
    if (c->whole)
        return OK;
    str_reset(&c->checkpoint);
    enum status status =
        checkpoint_for(&c->checkpoint, &c->whole, c->app, c->dossier->row.uid, notice_uid, &none);
    if (status == OK || status == ERR_NOT_FOUND)
        return OK;
    *err = none;
    return status;
}

static enum status find_dossier(struct composer *c, const struct notice *notice, struct err *err)
{
    if (c->dossier != NULL && c->dossier->row.id == notice->advisory_id)
        return find_checkpoint(c, notice->uid, err);
    struct arena *arena = arena_new();
    struct advisory row;
    compose_forget_diff(c);
    dossier_close(c->dossier);
    c->dossier = NULL;
    str_reset(&c->checkpoint);
    c->whole = false;
    enum status status = advisory_get(&row, arena, c->app->store, notice->advisory_id, err);
    if (status == OK)
        status = dossier_open(&c->dossier, c->app, &row, err);
    arena_free(arena);
    return status == OK ? find_checkpoint(c, notice->uid, err) : status;
}

void compose_forget_diff(struct composer *c)
{
    dossier_close(c->before);
    for (size_t i = 0; i < c->shelf_count; i++)
        dossier_close(c->shelf[i]);
    c->shelf_count = 0;
    arena_free(c->diff_arena);
    c->before = NULL;
    c->diff_arena = NULL;
    c->before_id = 0;
    c->compared = false;
    c->doubt = (struct err){0};
}

/*
 * Many get the same pair of versions: it is compared once. News is never kept back over what an
 * older version said: one that does not read is left out, and composer_doubt tells.
 */
static enum status compare_with(struct composer *c, const struct advisory *older, struct err *err)
{
    struct err cause = {0};
    if (c->before_id == older->id)
        return OK;
    compose_forget_diff(c);
    enum status status = dossier_open(&c->before, c->app, older, &cause);
    if (status == ERR_IO || store_usable(c->app->store, NULL) != OK) {
        *err = cause;
        return status;
    }
    c->before_id = older->id;
    if (status != OK) {
        c->doubt = cause;
        return OK;
    }
    c->diff_arena = arena_new();
    status = revision_diff(&c->diff, c->diff_arena, c->before, c->dossier, &cause);
    c->compared = status == OK;
    if (status == OK || status == ERR_LIMIT)
        return OK;
    *err = cause;
    return status;
}

/* What the recipient knows, and what it must learn. */
static enum status add_revision(struct work *w, struct err *err)
{
    struct text_revision revision;
    enum status status = text_group_revision(&revision, w->arena, w->c->app, w->c->dossier,
                                             w->notice, &w->party, err);
    if (status != OK || revision.older == NULL)
        return status;
    w->facts.previous_version = revision.older->version;
    w->facts.no_longer = revision.no_longer;
    if (w->notice->kind == NOTICE_UPDATE)
        status = compare_with(w->c, revision.older, err);
    if (w->c->compared && w->notice->kind == NOTICE_UPDATE)
        w->facts.diff = &w->c->diff;
    return status;
}

struct notice_device compose_device(const struct holding *h)
{
    return (struct notice_device){.vendor = h->row.vendor,
                                  .product = h->row.product,
                                  .version = h->row.version,
                                  .serial = h->row.serial,
                                  .udi_di = h->row.udi_di,
                                  .quantity = h->row.quantity,
                                  .match = h->match.verdict == MATCH_AFFECTED ? "affected"
                                                                              : "perhaps affected"};
}

static enum status add_devices(struct work *w, struct err *err)
{
    struct holding *holdings = NULL;
    size_t count = 0;
    enum status status = recipient_holdings(&holdings, &count, w->arena, w->c->app, w->c->dossier,
                                            w->notice->party, err);
    if (status != OK)
        return status;
    struct notice_device *devices = arena_alloc(w->arena, (count + 1) * sizeof *devices);
    for (size_t i = 0; i < count; i++)
        devices[i] = compose_device(&holdings[i]);
    /* The list itself travels sealed only; that we have one is no secret to its owner. */
    w->facts.devices = devices;
    w->facts.device_count = w->notice->level == LEVEL_SEALED ? count : 0;
    w->facts.devices_known = count > 0;
    return OK;
}

/* The complaint desk is told who else is told, how, and under which code. */
static enum status add_told(struct work *w, struct err *err)
{
    struct notice *list = NULL;
    size_t count = 0;
    struct notice_filter filter = {.advisory_id = w->notice->advisory_id, .limit = 5000};
    if (w->party.kind != PARTY_COMPLAINT || w->notice->level != LEVEL_SEALED)
        return OK;
    enum status status = notice_list(&list, &count, w->arena, w->c->app->store, &filter, err);
    if (status != OK)
        return status;
    struct notice_told *told = arena_alloc(w->arena, (count + 1) * sizeof *told);
    for (size_t i = 0; i < count; i++) {
        struct party party;
        status = party_get(&party, w->arena, w->c->app->store, list[i].party, err);
        if (status != OK && status != ERR_NOT_FOUND)
            return status;
        told[i] = (struct notice_told){.party = list[i].party,
                                       .kind = status == OK ? party_kind_word(party.kind) : NULL,
                                       .route = route_word(list[i].route),
                                       .level = level_word(list[i].level),
                                       .code = list[i].code,
                                       .by_ms = list[i].deadline_ms};
    }
    w->facts.told = told;
    w->facts.told_count = count;
    return OK;
}

static const char *exploited_word(enum exploited exploited)
{
    return exploited == EXPLOITED_YES ? "yes" : exploited == EXPLOITED_NO ? "no" : NULL;
}

/* It asks for the answer to the notice that went first, by that one's code. */
static enum status add_first(struct work *w, struct err *err)
{
    struct notice first;
    enum status status = remind_first(&first, w->arena, w->c->app, w->notice, err);
    if (status == OK) {
        w->facts.code = first.code;
        w->facts.first_sent_ms = first.accepted_ms;
    }
    return status == ERR_NOT_FOUND ? OK : status;
}

static enum status gather_facts(struct work *w, struct err *err)
{
    struct app *app = w->c->app;
    const struct settings *s = app->settings;
    const struct dossier *d = w->c->dossier;
    const struct notice *n = w->notice;
    const struct person *person = settings_owner(s, ROLE_PSIRT);
    const char *language = text_group_language(&d->order, w->contact.language);
    w->facts = (struct notice_facts){
        .kind = n->kind,
        .audience = w->party.kind,
        .level = n->level,
        .tlp = embargo_label(d, w->party.kind, app_now(app)),
        .test = app->test,
        .exercise = d->row.exercise,
        .language = language,
        .csaf = d->csaf,
        .maker = s->maker.name,
        .maker_country = s->maker.country,
        .maker_url = s->maker.url,
        .key_fingerprint = w->c->fpr,
        .from = {.name = person->name, .phone = person->phone, .mail = person->mail},
        .broadcast = n->form == FORM_BROADCAST,
        .to_party = n->party,
        .to_name = w->contact.name,
        .code = n->code,
        .reply_address = w->return_address,
        .now_ms = app_now(app),
        .embargo_ms = embargo_shown(d, w->party.kind, app_now(app)),
        .answer_by_ms = n->answer_by_ms,
        .action_by_ms = d->order.action_by_ms,
        .hazard = d->order.hazard,
        .action = d->order.action,
        .next_information = d->order.next_information,
        .exploited = exploited_word(d->order.exploited),
        .interim = d->order.interim || (d->csaf != NULL && text_equal(d->csaf->status, "interim")),
    };
    if (d->row.digest)
        return compose_digest_facts(w, err);
    if (remind_refers_back(n->kind))
        return add_first(w, err);
    if (d->order.ranking_scheme != NULL)
        w->facts.order_ranking =
            arena_printf(w->arena, "%s: %s", d->order.ranking_scheme, d->order.ranking_value);
    /* One text for many names nobody's devices: they need not be looked up. */
    enum status status = w->facts.broadcast ? OK : add_devices(w, err);
    if (status == OK)
        status = add_revision(w, err);
    return status == OK ? add_told(w, err) : status;
}

/* Its name is what the sealer proves the mark by: both must say the same, and one text for many has
 * no mark. */
static enum status check_exercise(const struct dossier *d, const struct notice *notice,
                                  struct err *err)
{
    const bool named = text_starts(notice->uid, MAIL_EXERCISE);
    if (named == d->row.exercise && (!named || notice->form == FORM_PERSONAL))
        return OK;
    return err_set(err, ERR_CORRUPT,
                   "notice %s: its name and its advisory do not agree on whether it is an "
                   "exercise: it is not sent",
                   notice->uid);
}

enum status compose_begin(struct work *w, struct composer *c, const struct notice *notice,
                          struct err *err)
{
    *w = (struct work){.arena = arena_new(), .c = c, .notice = notice};
    w->return_address = compose_return_address(c->app->settings, notice->token);
    enum status status = find_dossier(c, notice, err);
    if (status == OK)
        status = check_exercise(c->dossier, notice, err);
    if (status == OK)
        status = party_get(&w->party, w->arena, c->app->store, notice->party, err);
    if (status == OK && notice->contact_id != 0)
        status = contact_get(&w->contact, w->arena, c->app->store, notice->contact_id, err);
    /* The register changed: whoever stands in this row now is not who reads that mailbox. */
    if (status == OK && !text_equal(w->contact.email, notice->address))
        w->contact.name = NULL;
    if (status == OK)
        status = gather_facts(w, err);
    return status;
}

void compose_end(struct work *w)
{
    free(w->return_address);
    arena_free(w->arena);
}
