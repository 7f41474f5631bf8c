#include "advisory/match_parts.h"

#include <stdlib.h>

struct match_names {
    struct product_names *products; /* of each of the advisory's */
};

struct match_names *match_names_new(const struct csaf *csaf)
{
    struct match_names *names = xcalloc(1, sizeof *names);
    names->products = xcalloc(csaf->product_count + 1, sizeof *names->products);
    for (size_t i = 0; i < csaf->product_count; i++)
        product_names_read(&names->products[i], &csaf->products[i]);
    return names;
}

void match_names_free(struct match_names *names)
{
    if (names == NULL)
        return;
    free(names->products);
    free(names);
}

struct match_asked {
    struct item_names names;
};

struct match_asked *match_asked_new(const struct match_item *item)
{
    struct match_asked *asked = xcalloc(1, sizeof *asked);
    item_names_init(&asked->names, item);
    return asked;
}

void match_asked_free(struct match_asked *asked)
{
    if (asked == NULL)
        return;
    item_names_dispose(&asked->names);
    free(asked);
}

struct asking {
    const struct csaf *csaf;
    const struct match_names *theirs; /* NULL: read anew each time */
    const struct item_names *ours;
    struct product_names read;
    unsigned char *near; /* of each product, once it was asked for: 1 it may be the item, 2 not */
};

static const struct product_names *names_of(struct asking *a, size_t index)
{
    if (a->theirs != NULL)
        return &a->theirs->products[index];
    product_names_read(&a->read, &a->csaf->products[index]);
    return &a->read;
}

/* The product itself, or one that it is made of. */
static bool is_near(struct asking *a, size_t index, int depth)
{
    const struct csaf_product *product = &a->csaf->products[index];
    if (a->near[index] == 0)
        a->near[index] = match_product(a->ours, names_of(a, index)) == NAME_UNLIKE ? 2 : 1;
    return a->near[index] == 1 ||
           (product->part != SIZE_MAX && depth < RELATION_DEPTH &&
            (is_near(a, product->part, depth + 1) || is_near(a, product->relates_to, depth + 1)));
}

static bool any_is_near(bool *named, struct asking *a, const struct product_set *set)
{
    bool near = false;
    *named = *named || set->count > 0;
    for (size_t i = 0; i < set->count && !near; i++)
        near = is_near(a, set->index[i], 0);
    return near;
}

/*
 * What is not named exactly has no version of the advisory's to be inside or outside of: it is
 * "perhaps the same" as each product that it may be, and another one than all others. So one that
 * is near tells, and so does an advisory that names nothing.
 */
enum match_by_name match_by_name(const struct csaf *csaf, const struct match_names *names,
                                 const struct match_asked *asked)
{
    static const enum product_status told[] = {STATUS_KNOWN_AFFECTED, STATUS_UNDER_INVESTIGATION,
                                               STATUS_FIRST_AFFECTED, STATUS_LAST_AFFECTED};
    struct asking a = {.csaf = csaf, .theirs = names, .ours = &asked->names};
    bool named = false;
    bool near = false;
    for (size_t i = 0; i < csaf->product_count; i++)
        if (match_product_is(a.ours, names_of(&a, i)))
            return MATCH_BY_VERSION;
    a.near = xcalloc(csaf->product_count + 1, 1);
    for (size_t i = 0; !near && i < csaf->vulnerability_count; i++)
        for (size_t k = 0; !near && k < sizeof told / sizeof told[0]; k++)
            near = any_is_near(&named, &a, &csaf->vulnerabilities[i].status[told[k]]);
    free(a.near);
    return near || !named ? MATCH_BY_NAME_TOLD : MATCH_BY_NAME_OTHER;
}
