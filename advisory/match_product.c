#include "advisory/match_parts.h"

#include "base/str.h"

#include <stdlib.h>

#define OWN_NAMES 3 /* product, vendor and product, product and model */

void item_names_init(struct item_names *out, const struct match_item *item)
{
    bool has_model = !text_is_empty(item->model);
    *out = (struct item_names){.has_vendor = !text_is_empty(item->vendor)};
    out->name = xcalloc(OWN_NAMES + item->alias_count, sizeof *out->name);
    name_read(&out->vendor, item->vendor);
    name_read(&out->model, item->model);
    name_read(&out->name[out->count++], item->product);
    if (out->has_vendor)
        name_read_pair(&out->name[out->count++], item->vendor, item->product);
    if (has_model)
        name_read_pair(&out->name[out->count++], item->product, item->model);
    for (size_t i = 0; i < item->alias_count; i++) {
        if (!text_is_empty(item->aliases[i]))
            name_read(&out->name[out->count++], item->aliases[i]);
    }
}

void item_names_dispose(struct item_names *names)
{
    free(names->name);
    names->name = NULL;
}

void product_names_read(struct product_names *out, const struct csaf_product *product)
{
    struct name *leaf = out->leaf;
    size_t count = 0;
    name_read(&out->vendor, product->vendor);
    out->has_model = !text_is_empty(product->model);
    if (out->has_model)
        name_read(&out->model, product->model);
    name_read(&leaf[count++], product->name);
    if (product->product != NULL) {
        leaf[0].collective = false; /* what is collective in it is its versions */
        name_read(&leaf[count++], product->product);
        if (product->vendor != NULL)
            name_read_pair(&leaf[count++], product->vendor, product->product);
        if (product->family != NULL && product->family != product->product)
            name_read_pair(&leaf[count++], product->family, product->product);
    }
    out->count = count;
}

/* A maker's name in common says nothing about the product. */
static enum name_relation relate_besides_vendors(const struct name *a, const struct name *b,
                                                 const struct name *own, const struct name *theirs)
{
    enum name_relation relation = name_relate(a, b);
    if (relation != NAME_SHARES)
        return relation;
    struct name x = *a;
    struct name y = *b;
    name_without(&x, &y, own);
    name_without(&x, &y, theirs);
    relation = name_relate(&x, &y);
    return relation == NAME_EQUAL ? NAME_CONTAINS : relation;
}

/* Known on both sides and nothing alike; an alias may be another name of the vendor. */
static bool vendor_differs(const struct item_names *names, const struct name *vendor)
{
    if (!names->has_vendor || vendor->count == 0 ||
        name_relate(&names->vendor, vendor) != NAME_UNLIKE)
        return false;
    for (size_t i = 0; i < names->count; i++) {
        if (name_relate(&names->name[i], vendor) == NAME_EQUAL)
            return false;
    }
    return true;
}

/* Model numbers of an advisory may be abbreviated: they bring near, they never set apart. */
static enum name_relation with_model(enum name_relation relation, const struct item_names *names,
                                     const struct product_names *product)
{
    if (!product->has_model || names->model.size == 0)
        return relation;
    switch (name_relate(&names->model, &product->model)) {
    case NAME_EQUAL:
        return relation <= NAME_CONTAINS ? NAME_EQUAL : NAME_CONTAINS;
    case NAME_CONTAINS:
    case NAME_SHARES:
        return relation < NAME_SHARES ? relation : NAME_SHARES;
    case NAME_UNLIKE:
        break;
    }
    return relation;
}

enum name_relation match_product(const struct item_names *names,
                                 const struct product_names *product)
{
    enum name_relation best = NAME_UNLIKE;
    for (size_t i = 0; i < names->count && best != NAME_EQUAL; i++) {
        for (size_t k = 0; k < product->count; k++) {
            enum name_relation relation = relate_besides_vendors(&names->name[i], &product->leaf[k],
                                                                 &names->vendor, &product->vendor);
            if (relation < best)
                best = relation;
        }
    }
    best = with_model(best, names, product);
    return best == NAME_EQUAL && vendor_differs(names, &product->vendor) ? NAME_CONTAINS : best;
}

bool match_product_is(const struct item_names *names, const struct product_names *product)
{
    bool equal = false;
    if (product->has_model && names->model.size > 0) /* may make one of two that are near */
        return match_product(names, product) == NAME_EQUAL;
    for (size_t i = 0; i < names->count && !equal; i++)
        for (size_t k = 0; k < product->count && !equal; k++)
            equal = name_is(&names->name[i], &product->leaf[k]);
    return equal && !vendor_differs(names, &product->vendor);
}

enum name_match match_name(const char *a, const char *b)
{
    struct name x;
    struct name y;
    name_read(&x, a);
    name_read(&y, b);
    switch (name_relate(&x, &y)) {
    case NAME_EQUAL:
        return NAME_SAME;
    case NAME_CONTAINS:
    case NAME_SHARES:
        return NAME_PERHAPS;
    case NAME_UNLIKE:
        break;
    }
    return NAME_OTHER;
}
