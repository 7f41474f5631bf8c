#include "dispatcher/plan/recipient_reach.h"

#include "duties/duty.h"
#include "store/case.h"

#include <stdlib.h>
#include <string.h>

struct dossier_reach *reach_new(void)
{
    return xcalloc(1, sizeof(struct dossier_reach));
}

void reach_free(struct dossier_reach *reach)
{
    if (reach == NULL)
        return;
    rulebook_close(&reach->rules);
    free(reach);
}

static unsigned scope_of(const struct product *product)
{
    static const char *const words[] = {
        [SCOPE_MDR] = "mdr", [SCOPE_IVDR] = "ivdr", [SCOPE_CRA] = "cra"};
    for (unsigned s = SCOPE_MDR; s <= SCOPE_CRA; s++)
        if (text_equal(product->scope, words[s]))
            return 1u << s;
    return 0;
}

/* Rules that do not read leave nobody out. */
static const struct dossier_reach *rules_of(struct app *app, const struct dossier *d)
{
    struct dossier_reach *reach = d->reach;
    struct err why = {0};
    if (reach->has_rules)
        return reach;
    reach->has_rules = true;
    (void)clock_date(reach->today, app_now(app));
    for (size_t i = 0; i < d->product_count; i++) {
        const unsigned one = scope_of(&d->products[i]);
        reach->scope = one == 0 || (i > 0 && reach->scope == 0) ? 0 : reach->scope | one;
    }
    if (rulebook_open(&reach->rules, app, &why) != OK) {
        rulebook_close(&reach->rules);
        reach->doubt = arena_printf(d->arena, "the rules do not read (%s)", why.text);
    } else if (!reach->rules.adopted)
        reach->doubt = reach->rules.doubt.code != OK
                           ? arena_printf(d->arena, "it is not known who adopted the rules (%s)",
                                          reach->rules.doubt.text)
                           : "nobody adopted the rules yet";
    else if (!text_equal(reach->rules.adoption.pack_sha256, reach->rules.pack->sha256))
        reach->doubt = "the rules are not those that were adopted";
    return reach;
}

static void add_aliases(struct match_item *item, struct arena *arena, const char *aliases)
{
    const char **list = NULL;
    for (const char *at = aliases; at != NULL && *at != '\0';) {
        const size_t size = strcspn(at, "|");
        const char *alias = arena_strndup(arena, at, size);
        if (size > 0)
            arena_push(arena, &list, &item->alias_count, sizeof list[0], &alias);
        at += size + (at[size] == '|');
    }
    item->aliases = list;
}

static void read_lines(struct dossier_reach *reach, const struct dossier *d)
{
    struct arena *arena = arena_new();
    struct market_line *lines = arena_alloc(arena, (d->product_count + 1) * sizeof *lines);
    for (size_t i = 0; i < d->product_count; i++) {
        const struct product *p = &d->products[i];
        lines[i] = (struct market_line){.item = {.vendor = p->vendor,
                                                 .product = p->product,
                                                 .version = p->version,
                                                 .model = p->model},
                                        .markets = p->markets};
        add_aliases(&lines[i].item, arena, p->aliases);
    }
    market_read(&reach->market, d->arena, d->csaf, reach->rules.pack, lines, d->product_count);
    arena_free(arena);
}

/* What is held somewhere is on the market there, whatever the register says. */
static enum status widen(struct dossier_reach *reach, struct app *app, const struct dossier *d,
                         struct err *err)
{
    struct arena *arena = arena_new();
    struct held_in *rows = NULL;
    size_t count = 0;
    enum status status = installed_places(&rows, &count, arena, app->store, err);
    for (size_t i = 0; status == OK && i < count; i++) {
        const struct installed row = {
            .vendor = rows[i].vendor, .product = rows[i].product, .version = rows[i].version};
        struct match_result match;
        if (territory_has(&reach->market.where, rows[i].country) ||
            territory_has(&reach->market.held, rows[i].country))
            continue;
        recipient_match(&match, arena, d, &row);
        if (match.verdict != MATCH_NOT_AFFECTED)
            market_widen(&reach->market, rows[i].country);
    }
    arena_free(arena);
    return status;
}

/* A country by itself; a jurisdiction only when the register knows of no market in all of it. */
static void widen_to(struct market *market, const struct pack *pack, const char *place)
{
    const struct jurisdiction *j = pack != NULL ? pack_jurisdiction(pack, place) : NULL;
    if (j == NULL) {
        market_widen(market, place);
        return;
    }
    for (size_t i = 0; i < j->place_count; i++)
        if (territory_has(&market->where, j->places[i].country) ||
            territory_has(&market->held, j->places[i].country))
            return;
    for (size_t i = 0; i < j->place_count; i++)
        market_widen(market, j->places[i].country);
}

/* Where a person decided that it is reportable it is on the market, whatever the register says. */
static enum status widen_by_cases(struct dossier_reach *reach, struct app *app,
                                  const struct dossier *d, struct err *err)
{
    struct arena *arena = arena_new();
    struct case_link *links = NULL;
    size_t link_count = 0;
    enum status status =
        case_link_find(&links, &link_count, arena, app->store, LINK_ADVISORY, d->row.tracking, err);
    for (size_t k = 0; status == OK && k < link_count; k++) {
        struct case_decision *rows = NULL;
        size_t count = 0;
        status = case_decision_list(&rows, &count, arena, app->store, links[k].case_id, err);
        for (size_t i = 0; status == OK && i < count; i++)
            if (rows[i].in_force && rows[i].verdict == REPORTABLE)
                widen_to(&reach->market, reach->rules.pack, rows[i].jurisdiction);
    }
    arena_free(arena);
    return status;
}

static enum status find_seats(struct dossier_reach *reach, struct app *app, struct err *err)
{
    struct arena *arena = arena_new();
    struct party *rows = NULL;
    size_t count = 0;
    enum status status = party_places(&rows, &count, arena, app->store, PARTY_REPRESENTATIVE, err);
    territory_add(&reach->seats, app->settings->maker.country);
    for (size_t i = 0; status == OK && i < count; i++)
        territory_add(&reach->seats, rows[i].country);
    arena_free(arena);
    return status;
}

enum status reach_market(const struct market **out, struct app *app, const struct dossier *d,
                         struct err *err)
{
    struct dossier_reach *reach = d->reach;
    enum status status = OK;
    *out = &reach->market;
    if (reach->has_market)
        return OK;
    bool any = false; /* most registers say nothing of markets: no rule is read for them */
    for (size_t i = 0; i < d->product_count; i++)
        any = any || !text_is_empty(d->products[i].markets);
    if (any)
        (void)rules_of(app, d);
    read_lines(reach, d);
    if (reach->market.known)
        status = widen(reach, app, d, err);
    if (status == OK && reach->market.known)
        status = widen_by_cases(reach, app, d, err);
    if (status == OK && reach->market.known)
        status = find_seats(reach, app, err);
    reach->has_market = status == OK;
    return status;
}

enum status reach_judge(struct market_said *out, struct arena *arena, struct app *app,
                        const struct dossier *d, const struct party *party, struct err *err)
{
    const struct market *market = NULL;
    enum status status = reach_market(&market, app, d, err);
    if (status != OK)
        return status;
    const struct market_party p = {.kind = party->kind,
                                   .country = party->country,
                                   .territory = party->territory,
                                   .is_seat = territory_has(&d->reach->seats, party->country)};
    market_judge(out, arena, market, d->reach->rules.pack, &p);
    return OK;
}

void reach_copy(struct copy_said *out, struct arena *arena, struct app *app,
                const struct dossier *d, const struct party *party)
{
    const struct dossier_reach *reach = rules_of(app, d);
    copy_ask(out, arena,
             &(struct copy_case){.pack = reach->rules.pack,
                                 .doubt = reach->doubt,
                                 .today = reach->today,
                                 .territory = party->territory,
                                 .country = party->country,
                                 .scope = reach->scope});
}
