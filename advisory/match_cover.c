/*
 * A product that is one version covers the things of that version. One that is a range, an end of
 * a series, or says no version we understand stands for versions that nobody listed: then every
 * version of that name is meant. Of a relationship both parts are: it is where both are.
 */
#include "advisory/match_cover.h"

#include "advisory/match_parts.h"

#include <stdlib.h>

struct covering {
    const struct csaf *csaf;
    const struct match_item *items;
    struct item_names *names; /* of each item */
    size_t count;
    bool *meant;
};

static bool is_one_version(const struct csaf_product *product)
{
    struct version_range range;
    return !product->version_is_range && !text_is_empty(product->version) &&
           version_range_read(&range, product->version) && !range.all && range.count == 1 &&
           range.atom[0].op == VERSION_OP_IS;
}

/* The product as it stands, without the parts of a relationship. */
static bool cover_leaf(const struct covering *c, size_t index, bool series)
{
    const struct csaf_product *product = &c->csaf->products[index];
    struct product_names theirs;
    const bool one = !series && is_one_version(product);
    bool covered = false;
    product_names_read(&theirs, product);
    for (size_t i = 0; i < c->count; i++) {
        const enum name_relation relation = match_product(&c->names[i], &theirs);
        if (relation > NAME_CONTAINS)
            continue;
        const enum version_answer answer =
            one ? match_product_version(c->items[i].version, product) : VERSION_ANSWER_IN;
        if (answer == VERSION_ANSWER_OUT)
            continue;
        c->meant[i] = true;
        covered = covered || (relation == NAME_EQUAL && answer == VERSION_ANSWER_IN);
    }
    return covered && !product->doubled;
}

static bool cover(const struct covering *c, size_t index, bool series, int depth)
{
    const struct csaf_product *product = &c->csaf->products[index];
    bool covered = cover_leaf(c, index, series);
    if (product->part == SIZE_MAX || depth == RELATION_DEPTH)
        return covered;
    covered = cover(c, product->part, series, depth + 1) || covered;
    return cover(c, product->relates_to, series, depth + 1) || covered;
}

/* 1: as it stands, 2: as an end of a series. */
static size_t mark_affected(unsigned char *how, const struct csaf *csaf)
{
    static const struct {
        enum product_status status;
        unsigned char how;
    } kinds[] = {{STATUS_KNOWN_AFFECTED, 1},
                 {STATUS_UNDER_INVESTIGATION, 1},
                 {STATUS_FIRST_AFFECTED, 2},
                 {STATUS_LAST_AFFECTED, 2}};
    size_t count = 0;
    for (size_t v = 0; v < csaf->vulnerability_count; v++)
        for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
            const struct product_set *set = &csaf->vulnerabilities[v].status[kinds[k].status];
            for (size_t i = 0; i < set->count; i++) {
                count += how[set->index[i]] == 0;
                if (how[set->index[i]] < kinds[k].how)
                    how[set->index[i]] = kinds[k].how;
            }
        }
    return count;
}

size_t match_cover(bool *meant, const struct csaf *csaf, const struct match_item *items,
                   size_t count)
{
    unsigned char *how = xcalloc(csaf->product_count + 1, 1);
    struct covering c = {.csaf = csaf, .items = items, .count = count, .meant = meant};
    const size_t affected = mark_affected(how, csaf);
    size_t open = SIZE_MAX;
    for (size_t i = 0; i < count; i++)
        meant[i] = false;
    if (affected == 0 || count == 0 || affected > MATCH_COVER_MOST / count) {
        free(how);
        return csaf->product_count;
    }
    c.names = xcalloc(count, sizeof *c.names);
    for (size_t i = 0; i < count; i++)
        item_names_init(&c.names[i], &items[i]);
    for (size_t i = 0; i < csaf->product_count; i++)
        if (how[i] > 0 && !cover(&c, i, how[i] == 2, 0) && open == SIZE_MAX)
            open = i;
    for (size_t i = 0; i < count; i++)
        item_names_dispose(&c.names[i]);
    free(c.names);
    free(how);
    return open;
}
