#include "advisory/standing.h"

#include "advisory/csaf_read.h"
#include "base/utf8.h"

#include <stdlib.h>

#define UNSAID STANDING_COUNT
#define RELATION_ROUNDS                                                                            \
    6 /* as deep as relationships of relationships are followed (match_parts)                      \
       */

struct standings {
    const struct csaf *csaf;
    unsigned char *of; /* enum standing, or UNSAID, by product */
};

static const char *const words[] = {[STANDING_AFFECTED] = "affected",
                                    [STANDING_PERHAPS] = "perhaps",
                                    [STANDING_UNDER_INVESTIGATION] = "under_investigation",
                                    [STANDING_FIXED] = "fixed",
                                    [STANDING_NOT_AFFECTED] = "not_affected"};

const char *standing_word(enum standing standing)
{
    return words[standing];
}

/* A version that is recommended may be anything else besides. */
static const unsigned char meaning[] = {
    [STATUS_FIRST_AFFECTED] = STANDING_AFFECTED,
    [STATUS_FIRST_FIXED] = STANDING_FIXED,
    [STATUS_FIXED] = STANDING_FIXED,
    [STATUS_KNOWN_AFFECTED] = STANDING_AFFECTED,
    [STATUS_KNOWN_NOT_AFFECTED] = STANDING_NOT_AFFECTED,
    [STATUS_LAST_AFFECTED] = STANDING_AFFECTED,
    [STATUS_RECOMMENDED] = UNSAID,
    [STATUS_UNDER_INVESTIGATION] = STANDING_UNDER_INVESTIGATION,
};

static void take_worse(unsigned char *of, unsigned char standing)
{
    if (standing < *of)
        *of = standing;
}

struct standings *standings_new(const struct csaf *csaf)
{
    struct standings *s = xcalloc(1, sizeof *s);
    s->csaf = csaf;
    s->of = xcalloc(csaf->product_count + 1, 1);
    for (size_t i = 0; i < csaf->product_count; i++)
        s->of[i] = UNSAID;
    for (size_t i = 0; i < csaf->vulnerability_count; i++)
        for (size_t k = 0; k < STATUS_PRODUCT_STATUS_COUNT; k++) {
            const struct product_set *set = &csaf->vulnerabilities[i].status[k];
            for (size_t n = 0; n < set->count; n++)
                take_worse(&s->of[set->index[n]], meaning[k]);
        }
    for (int round = 0; round < RELATION_ROUNDS; round++)
        for (size_t i = csaf->product_count; i-- > 0;) {
            const struct csaf_product *product = &csaf->products[i];
            if (product->part == SIZE_MAX)
                continue;
            take_worse(&s->of[product->part], s->of[i]);
            take_worse(&s->of[product->relates_to], s->of[i]);
        }
    return s;
}

void standings_free(struct standings *standings)
{
    if (standings == NULL)
        return;
    free(standings->of);
    free(standings);
}

enum standing standing_of(const struct standings *standings, size_t product)
{
    unsigned char of = standings->of[product];
    return of == UNSAID ? STANDING_PERHAPS : (enum standing)of;
}

/* The more it mends the less; what CSAF does not know comes last. */
static size_t rank(const char *category)
{
    static const char *const best_first[] = {"vendor_fix",  "mitigation",     "workaround",
                                             "fix_planned", "none_available", "no_fix_planned"};
    size_t i = 0;
    while (i < sizeof best_first / sizeof best_first[0] && !text_equal(category, best_first[i]))
        i++;
    return i;
}

void standing_add_remedy(struct str *out, const struct csaf *csaf, size_t product)
{
    const struct csaf_remediation *best = NULL;
    for (size_t i = 0; i < csaf->vulnerability_count; i++) {
        const struct csaf_vulnerability *v = &csaf->vulnerabilities[i];
        for (size_t k = 0; k < v->remediation_count; k++) {
            const struct csaf_remediation *r = &v->remediations[k];
            if (product_set_has(&r->products, product) && !text_is_empty(r->details) &&
                (best == NULL || rank(r->category) < rank(best->category)))
                best = r;
        }
    }
    if (best == NULL)
        return;
    struct bytes details = bytes_of(best->details);
    size_t at = 0;
    for (size_t signs = 0; at < details.size && signs < STANDING_REMEDY; signs++)
        (void)utf8_next(details, &at);
    str_addf(out, "%s: ", best->category != NULL ? best->category : "remediation");
    utf8_add_line(out, (struct bytes){.data = details.data, .size = at});
    if (at < details.size)
        str_add(out, " ...");
}

/* A number that is not written as it is on the device, or only its beginning, proves nothing. */
static void weigh(struct standing_named *out, bool *named, const struct standings *standings,
                  size_t product, const char *pattern, const char *number)
{
    struct standing_named one = {.how = serial_named(pattern, number),
                                 .standing = standing_of(standings, product),
                                 .product = product,
                                 .pattern = pattern};
    if (one.how == SERIAL_NOT_NAMED)
        return;
    if (one.how != SERIAL_NAMED)
        one.standing = STANDING_PERHAPS;
    if (!*named || one.standing < out->standing ||
        (one.standing == out->standing && one.how < out->how))
        *out = one;
    *named = true;
}

bool standing_by_number(struct standing_named *out, const struct standings *standings,
                        enum standing_number kind, const char *number)
{
    const char *member = kind == STANDING_SERIAL ? "serial_numbers" : "model_numbers";
    bool named = false;
    for (size_t i = 0; i < standings->csaf->product_count; i++) {
        const struct json *list = json_get(
            json_get(standings->csaf->products[i].where, "product_identification_helper"), member);
        if (!json_is(list, JSON_ARRAY))
            continue;
        for (const struct json *at = json_first(list); at != NULL; at = json_next(at))
            weigh(out, &named, standings, i, csaf_text(at), number);
    }
    return named;
}
