/* Whom does an advisory concern: by what they hold, by the market, by what a rule asks for. */
#include "dispatcher/plan/match_memo.h"
#include "dispatcher/plan/recipient.h"
#include "dispatcher/plan/recipient_reach.h"
#include "dispatcher/plan/why_rules.h"

#include <string.h>

/* Other spellings of this vendor or product that products.csv knows, as one flat list. */
static void add_aliases(const char *const **out, size_t *count, struct arena *arena,
                        const struct dossier *d, const struct installed *row)
{
    const char **list = NULL;
    *count = 0;
    for (size_t i = 0; i < d->product_count; i++) {
        const struct product *p = &d->products[i];
        if (p->aliases == NULL || match_name(p->product, row->product) == NAME_OTHER)
            continue;
        const char *at = p->aliases;
        while (*at != '\0') {
            size_t size = strcspn(at, "|");
            const char *alias = arena_strndup(arena, at, size);
            if (size > 0)
                arena_push(arena, &list, count, sizeof list[0], &alias);
            at += size + (at[size] == '|');
        }
    }
    *out = list;
}

void recipient_match(struct match_result *out, struct arena *arena, const struct dossier *d,
                     const struct installed *row)
{
    struct match_item item = {
        .vendor = row->vendor, .product = row->product, .version = row->version};
    const struct match_result *known = d->memo != NULL ? match_memo_find(d->memo, &item) : NULL;
    if (known != NULL) {
        *out = *known;
        out->comparison = arena_strdup(arena, known->comparison);
        return;
    }
    add_aliases(&item.aliases, &item.alias_count, arena, d, row);
    match_item(out, arena, d->csaf, &item);
    if (d->memo != NULL)
        match_memo_keep(d->memo, &item, out);
}

size_t recipient_stated(const struct dossier *d, const struct installed *row)
{
    struct arena *arena = arena_new();
    struct match_item item = {
        .vendor = row->vendor, .product = row->product, .version = row->version};
    add_aliases(&item.aliases, &item.alias_count, arena, d, row);
    size_t product = match_stated(d->csaf, &item);
    arena_free(arena);
    return product;
}

struct match_asked *recipient_asked(const struct dossier *d, const struct installed *row)
{
    struct arena *arena = arena_new();
    struct match_item item = {.vendor = row->vendor, .product = row->product};
    add_aliases(&item.aliases, &item.alias_count, arena, d, row);
    struct match_asked *asked = match_asked_new(&item);
    arena_free(arena);
    return asked;
}

enum status recipient_holdings(struct holding **out, size_t *count, struct arena *arena,
                               struct app *app, const struct dossier *dossier, const char *party,
                               struct err *err)
{
    struct installed *rows = NULL;
    size_t row_count = 0;
    *out = NULL;
    *count = 0;
    enum status status = installed_list(&rows, &row_count, arena, app->store, party, err);
    if (status != OK)
        return status;
    for (size_t i = 0; i < row_count; i++) {
        struct holding holding = {.row = rows[i]};
        recipient_match(&holding.match, arena, dossier, &rows[i]);
        if (holding.match.verdict != MATCH_NOT_AFFECTED)
            arena_push(arena, out, count, sizeof holding, &holding);
    }
    return OK;
}

/* No device of theirs speaks for or against: then where it is sold does. */
static enum status by_market(struct recipient *out, struct arena *arena, struct app *app,
                             const struct dossier *d, const char *told, struct err *err)
{
    struct market_said said;
    enum status status = reach_judge(&said, arena, app, d, &out->party, err);
    if (status != OK)
        return status;
    out->told = said.verdict != MARKET_OUT;
    out->why = out->told ? told : said.why;
    if (said.verdict == MARKET_IN && out->party.kind == PARTY_REGULATOR)
        out->why =
            arena_printf(arena, "authorities are told where it is sold or held: %s", said.why);
    return OK;
}

/* In copy where a rule says so, and of what is sold where it acts for us. */
static enum status representative_concerned(struct recipient *out, struct arena *arena,
                                            struct app *app, const struct dossier *d,
                                            struct err *err)
{
    const char *who = why_representative(out->party.country);
    struct copy_said said;
    reach_copy(&said, arena, app, d, &out->party);
    if (said.copy == COPY_UNASKED) {
        out->told = false;
        out->why = arena_printf(arena, "%s: %s", who, said.why);
        return OK;
    }
    return by_market(out, arena, app, d,
                     arena_printf(arena, "%s: in copy: %s%s", who, said.why,
                                  said.copy == COPY_DOUBT ? ", so it is told" : ""),
                     err);
}

/* Sites are told unless everything they hold is proven not to be concerned. */
static enum status site_concerned(struct recipient *out, struct arena *arena, struct app *app,
                                  const struct dossier *d, struct err *err)
{
    struct installed *rows = NULL;
    size_t count = 0;
    out->told = true;
    if (!d->installed_known)
        return by_market(out, arena, app, d, "no installed base is known, so every site is told",
                         err);
    enum status status = installed_list(&rows, &count, arena, app->store, out->party.id, err);
    if (status != OK)
        return status;
    if (count == 0)
        return by_market(out, arena, app, d, "we have no record of what it holds, so it is told",
                         err);
    const char *proof = NULL;
    const char *unknown = NULL;
    for (size_t i = 0; i < count; i++) {
        struct match_result match;
        recipient_match(&match, arena, d, &rows[i]);
        if (match.verdict == MATCH_AFFECTED) {
            out->why = arena_printf(arena, "holds %s: %s", rows[i].product, match.comparison);
            return OK;
        }
        const char *said = arena_printf(arena, "%s: %s", rows[i].product, match.comparison);
        if (match.verdict == MATCH_UNKNOWN && unknown == NULL)
            unknown = said;
        if (match.verdict == MATCH_NOT_AFFECTED)
            proof = proof == NULL ? said : arena_printf(arena, "%s; %s", proof, said);
    }
    if (unknown != NULL) {
        out->why = arena_printf(arena, "cannot be ruled out: %s", unknown);
        return OK;
    }
    out->told = false;
    out->why = proof;
    return OK;
}

static enum status concerned(struct recipient *out, struct arena *arena, struct app *app,
                             const struct dossier *d, struct err *err)
{
    out->told = true;
    if (d->row.digest) {
        out->told = out->party.kind != PARTY_REPORTER;
        out->why = "it follows a schedule of digests";
        return OK;
    }
    if (d->row.exercise) {
        out->why = "it takes part in this drill";
        return OK;
    }
    switch (out->party.kind) {
    case PARTY_REGULATOR:
        return by_market(out, arena, app, d, "every authority in the register is told", err);
    case PARTY_COMPLAINT:
        out->why = "our own desk is told first: people will phone it";
        return OK;
    case PARTY_REPRESENTATIVE:
        return representative_concerned(out, arena, app, d, err);
    case PARTY_COORDINATOR:
        out->why = "acts with us or for us";
        return OK;
    case PARTY_REPORTER:
        out->told = false;
        out->why = "a reporter is told through the case of the report";
        return OK;
    case PARTY_HDO:
    case PARTY_DISTRIBUTOR:
    case PARTY_IMPORTER:
        return site_concerned(out, arena, app, d, err);
    case PARTY_KIND_COUNT:
        break;
    }
    return err_set(err, ERR_CORRUPT, "party %s: unknown kind", out->party.id);
}

enum status recipient_concerned(bool *out, const char **why, struct arena *arena, struct app *app,
                                const struct dossier *dossier, const struct party *party,
                                struct err *err)
{
    struct recipient r = {.party = *party};
    enum status status = concerned(&r, arena, app, dossier, err);
    *out = r.told;
    if (why != NULL)
        *why = r.why;
    return status;
}
