#include "reach/market.h"

#include "advisory/match_cover.h"

#include <stdlib.h>

static const char *places_of(struct arena *arena, const struct pack *pack,
                             const struct territory *territory)
{
    struct str text;
    str_init(&text, STR_LIMIT_LINE);
    territory_print(&text, territory, pack);
    const char *words = arena_strdup(arena, str_text(&text));
    str_dispose(&text);
    return words;
}

static const char *name_of(struct arena *arena, const struct match_item *item)
{
    return arena_printf(arena, "%s%s%s", item->product, item->version != NULL ? " " : "",
                        item->version != NULL ? item->version : "");
}

/* The lines that may be meant; NULL: each of them says where. Else the reason why not. */
static const char *join_lines(struct market *out, struct arena *arena, const struct pack *pack,
                              const struct market_line *lines, const bool *meant, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!meant[i])
            continue;
        if (text_is_empty(lines[i].markets))
            return arena_printf(arena, "products.csv does not say where %s is sold",
                                name_of(arena, &lines[i].item));
        const char *bad = territory_read(&out->where, arena, pack, lines[i].markets);
        if (bad != NULL)
            return arena_printf(arena, "of %s: \"%.40s\" is no country and no jurisdiction",
                                name_of(arena, &lines[i].item), bad);
    }
    return territory_is_empty(&out->where) ? "products.csv names no place" : NULL;
}

void market_read(struct market *out, struct arena *arena, const struct csaf *csaf,
                 const struct pack *pack, const struct market_line *lines, size_t count)
{
    bool any = false;
    *out = (struct market){0};
    for (size_t i = 0; i < count; i++)
        any = any || !text_is_empty(lines[i].markets);
    if (!any || pack == NULL) {
        out->why = any ? "the rules do not read, so no jurisdiction is known"
                       : "products.csv does not say where anything is sold";
        return;
    }
    struct match_item *items = xcalloc(count, sizeof *items);
    bool *meant = xcalloc(count, sizeof *meant);
    for (size_t i = 0; i < count; i++)
        items[i] = lines[i].item;
    const size_t open = match_cover(meant, csaf, items, count);
    if (open == csaf->product_count)
        out->why = "the advisory calls no product affected, or too many to compare";
    else if (open != SIZE_MAX)
        out->why = arena_printf(arena, "no line of products.csv is exactly %.200s",
                                csaf->products[open].name);
    else
        out->why = join_lines(out, arena, pack, lines, meant, count);
    out->known = out->why == NULL;
    if (out->known)
        out->why = arena_printf(arena, "products.csv has it on the market in %s",
                                places_of(arena, pack, &out->where));
    else
        out->where = (struct territory){0};
    free(items);
    free(meant);
}

void market_widen(struct market *market, const char *country)
{
    territory_add(&market->held, country);
}

/* NULL: it is known; else why not. */
static const char *find_places(struct territory *out, struct arena *arena, const struct pack *pack,
                               const struct market_party *p)
{
    if (!text_is_empty(p->territory)) {
        const char *bad = territory_read(out, arena, pack, p->territory);
        return bad == NULL
                   ? NULL
                   : arena_printf(arena, "its territory says \"%.40s\", which is no place", bad);
    }
    switch (p->kind) {
    case PARTY_REPRESENTATIVE:
        (void)territory_around(out, pack, p->country);
        territory_add(out, p->country);
        return NULL;
    case PARTY_REGULATOR:
    case PARTY_HDO:
        territory_add(out, p->country);
        return NULL;
    case PARTY_DISTRIBUTOR:
    case PARTY_IMPORTER:
        return "its territory is not in parties.csv, so it may supply anywhere";
    case PARTY_COMPLAINT:
    case PARTY_COORDINATOR:
    case PARTY_REPORTER:
    case PARTY_KIND_COUNT:
        break;
    }
    return "it is told whatever the market";
}

void market_judge(struct market_said *out, struct arena *arena, const struct market *market,
                  const struct pack *pack, const struct market_party *party)
{
    struct territory places = {0};
    *out = (struct market_said){MARKET_DOUBT, market->why};
    if (!market->known)
        return;
    const char *why = find_places(&places, arena, pack, party);
    if (why != NULL)
        out->why = why;
    else if (territory_meets(&places, &market->where))
        *out = (struct market_said){MARKET_IN, market->why};
    else if (territory_meets(&places, &market->held))
        *out = (struct market_said){
            MARKET_IN, "somebody there holds what may be affected, or it is reportable there"};
    else if (party->kind == PARTY_REGULATOR && party->is_seat)
        *out =
            (struct market_said){MARKET_IN, "we or a representative of ours have our seat there"};
    else
        *out = (struct market_said){
            MARKET_OUT,
            arena_printf(arena,
                         "not on the market there (%s): %s, and nobody there holds what "
                         "may be affected",
                         places_of(arena, pack, &places), market->why)};
}
