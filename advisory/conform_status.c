/*
 * Tests 6.1.6, 6.1.7, 6.1.27.9, 6.1.27.10, 6.1.29, 6.1.32, 6.1.33, 6.2.2 and 6.2.3: the products of
 * one vulnerability, and what is said of each of them.
 */
#include "advisory/conform_tests.h"

/* Bits of a mark above a generation of this step. */
#define CLASSES 16

void conform_6_1_6(struct conform *run, const struct conform_vulnerability *v)
{
    static const struct {
        const char *status;
        uint32_t class;
    } lists[] = {{"first_affected", 1},     {"known_affected", 1}, {"last_affected", 1},
                 {"known_not_affected", 2}, {"first_fixed", 3},    {"fixed", 3},
                 {"under_investigation", 4}};
    uint32_t base = conform_generation(&run->products, CLASSES);
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        for (const struct json *at = conform_first(conform_status(v, lists[i].status)); at != NULL;
             at = json_next(at)) {
            uint32_t number = conform_id(run, at);
            uint32_t *mark = &run->products.id[number].mark;
            if (number == 0)
                continue;
            if (*mark > base && *mark < base + CLASSES && *mark != base + lists[i].class)
                conform_fail(run, at, NULL,
                             "This product has another status in the same vulnerability that "
                             "contradicts %s",
                             lists[i].status);
            *mark = base + lists[i].class;
        }
    }
}

/* One bit for each version of CVSS that an element of scores has. */
static uint32_t versions_of(const struct json *score)
{
    const struct json *v3 = json_get(score, "cvss_v3");
    uint32_t versions = json_get(score, "cvss_v2") != NULL ? 1 : 0;
    if (conform_text_is(json_get(v3, "version"), "3.0"))
        versions |= 2;
    else if (v3 != NULL)
        versions |= 4;
    return versions;
}

void conform_6_1_7(struct conform *run, const struct conform_vulnerability *v)
{
    uint32_t base = conform_generation(&run->products, CLASSES);
    for (const struct json *score = conform_first(v->scores); score != NULL;
         score = json_next(score)) {
        uint32_t versions = versions_of(score);
        for (const struct json *at = conform_first(json_get(score, "products")); at != NULL;
             at = json_next(at)) {
            uint32_t number = conform_id(run, at);
            uint32_t *mark = &run->products.id[number].mark;
            uint32_t before = *mark >= base && *mark < base + CLASSES ? *mark - base : 0;
            if (number == 0)
                continue;
            if ((before & versions) != 0)
                conform_fail(run, at, NULL,
                             "This product has two scores of the same version of CVSS");
            *mark = base + (before | versions);
        }
    }
}

static bool is_vex(const struct conform *run)
{
    return bytes_equal(run->category, bytes_of("csaf_vex"));
}

static void cover_all(struct conform *run, const struct json *elements)
{
    for (const struct json *at = conform_first(elements); at != NULL; at = json_next(at))
        conform_cover_add(run, at);
}

void conform_6_1_27_9(struct conform *run, const struct conform_vulnerability *v)
{
    const struct json *list = conform_status(v, "known_not_affected");
    if (!is_vex(run) || conform_first(list) == NULL)
        return;
    conform_cover_begin(run);
    cover_all(run, v->flags);
    for (const struct json *at = conform_first(v->threats); at != NULL; at = json_next(at)) {
        if (conform_text_is(json_get(at, "category"), "impact"))
            conform_cover_add(run, at);
    }
    conform_cover_require(run, list,
                          "impact statement: neither a flag nor a threat of category impact");
}

void conform_6_1_27_10(struct conform *run, const struct conform_vulnerability *v)
{
    const struct json *list = conform_status(v, "known_affected");
    if (!is_vex(run) || conform_first(list) == NULL)
        return;
    conform_cover_begin(run);
    cover_all(run, v->remediations);
    conform_cover_require(run, list, "action statement: no remediation names it");
}

void conform_6_2_2(struct conform *run, const struct conform_vulnerability *v)
{
    static const char *const lists[] = {"first_affected", "known_affected", "last_affected",
                                        "under_investigation"};
    if (v->product_status == NULL)
        return;
    conform_cover_begin(run);
    cover_all(run, v->remediations);
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        conform_cover_require(run, conform_status(v, lists[i]), "remediation");
}

void conform_6_2_3(struct conform *run, const struct conform_vulnerability *v)
{
    static const char *const lists[] = {"first_affected", "known_affected", "last_affected"};
    if (v->product_status == NULL)
        return;
    conform_cover_begin(run);
    for (const struct json *score = conform_first(v->scores); score != NULL;
         score = json_next(score)) {
        for (const struct json *at = conform_first(json_get(score, "products")); at != NULL;
             at = json_next(at))
            run->products.id[conform_id(run, at)].mark = run->cover.mark;
    }
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        conform_cover_require(run, conform_status(v, lists[i]), "score");
}

static void require_products(struct conform *run, const struct json *list, const char *what)
{
    for (const struct json *at = conform_first(list); at != NULL; at = json_next(at)) {
        if (json_is(at, JSON_OBJECT) && json_get(at, "group_ids") == NULL &&
            json_get(at, "product_ids") == NULL)
            conform_fail(run, at, NULL, "The %s names neither a product nor a product group", what);
    }
}

void conform_6_1_29(struct conform *run, const struct conform_vulnerability *v)
{
    require_products(run, v->remediations, "remediation");
}

void conform_6_1_32(struct conform *run, const struct conform_vulnerability *v)
{
    require_products(run, v->flags, "flag");
}

/* Products that a flag names, by itself (group NULL) or by a group; true when one is of another. */
static bool flag_meets_another(struct conform *run, const struct json *list, uint32_t first,
                               uint32_t mark)
{
    bool meets = false;
    for (const struct json *at = conform_first(list); at != NULL; at = json_next(at)) {
        uint32_t *before = &run->products.id[conform_id(run, at)].mark;
        if (conform_id(run, at) > 0 && *before >= first && *before < mark)
            meets = true;
        *before = mark;
        run->expanded++;
    }
    return meets;
}

void conform_6_1_33(struct conform *run, const struct conform_vulnerability *v)
{
    size_t count = json_is(v->flags, JSON_ARRAY) ? json_count(v->flags) : 0;
    if (count < 2 || count > UINT32_MAX / 4 || run->too_expanded)
        return;
    uint32_t first = conform_generation(&run->products, (uint32_t)count);
    uint32_t mark = first;
    for (const struct json *flag = conform_first(v->flags); flag != NULL;
         flag = json_next(flag), mark++) {
        bool meets = flag_meets_another(run, json_get(flag, "product_ids"), first, mark);
        for (const struct json *at = conform_first(json_get(flag, "group_ids")); at != NULL;
             at = json_next(at)) {
            const struct json *group = run->group_lists[conform_id(run, at)];
            meets = flag_meets_another(run, group, first, mark) || meets;
            run->too_expanded = run->too_expanded || run->expanded > CONFORM_EXPANDED_MAX;
            if (run->too_expanded)
                return;
        }
        if (meets)
            conform_fail(run, flag, NULL,
                         "A product of this flag has another flag already, and only one can say "
                         "why it is not affected");
    }
}
