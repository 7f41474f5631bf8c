/*
 * Row 14: every supported version of a product in the maker's register has exactly one status; and
 * row 23: the register or the advisory says how to recognise an affected device.
 *
 * What is no plain version, or no plain range of them, is not guessed at: "not understood" is a
 * finding of its own, as is a status that is missing.
 */
#include "advisory/gate_rows.h"

#include "advisory/match_parts.h"

#include <stdlib.h>

/* Comparisons of a version of the register with a product; then the rest is said not to be proven.
 */
#define COMPARED_MAX ((size_t)200000)

enum { HELD_NOT = 0, HELD_IN, HELD_OUT, HELD_UNCLEAR };
enum class { CLASS_AFFECTED, CLASS_FIXED, CLASS_NOT_AFFECTED, CLASS_INVESTIGATED, CLASS_COUNT };

static const enum class class_of[STATUS_PRODUCT_STATUS_COUNT] = {
    [STATUS_FIRST_AFFECTED] = CLASS_AFFECTED,
    [STATUS_KNOWN_AFFECTED] = CLASS_AFFECTED,
    [STATUS_LAST_AFFECTED] = CLASS_AFFECTED,
    [STATUS_FIRST_FIXED] = CLASS_FIXED,
    [STATUS_FIXED] = CLASS_FIXED,
    [STATUS_KNOWN_NOT_AFFECTED] = CLASS_NOT_AFFECTED,
    [STATUS_UNDER_INVESTIGATION] = CLASS_INVESTIGATED,
    [STATUS_RECOMMENDED] = CLASS_COUNT, /* is no status */
};

/* What one vulnerability leaves open. */
struct open {
    struct gate_lack none, two, unclear;
};

struct coverage {
    struct gate *gate;
    unsigned char *held;       /* by product: of the version asked for */
    unsigned char *recognised; /* by product: row 23 is met */
    struct open *open;         /* by vulnerability */
    size_t compared;
    bool too_many;
};

static bool says_how(const struct csaf_product *product)
{
    return product->model != NULL || product->serial != NULL || product->sku != NULL;
}

/* A product on a device is the device, with its version. */
static const struct csaf_product *device_of(const struct csaf *csaf,
                                            const struct csaf_product *product)
{
    return product->part != SIZE_MAX ? &csaf->products[product->relates_to] : product;
}

static void compare(struct coverage *c, const struct gate_item *item, bool asked)
{
    const struct csaf *csaf = c->gate->csaf;
    const struct match_item what = {.vendor = item->vendor,
                                    .product = item->product,
                                    .version = item->version,
                                    .model = item->model,
                                    .aliases = item->aliases,
                                    .alias_count = item->alias_count};
    bool recognisable = !text_is_empty(item->model) || !text_is_empty(item->udi_di);
    struct item_names names;
    struct product_names theirs;
    item_names_init(&names, &what);
    for (size_t i = 0; i < csaf->product_count; i++) {
        const struct csaf_product *device = device_of(csaf, &csaf->products[i]);
        c->held[i] = HELD_NOT;
        product_names_read(&theirs, device);
        if (match_product(&names, &theirs) != NAME_EQUAL)
            continue;
        c->recognised[i] |= recognisable;
        if (!asked)
            continue;
        enum version_answer answer = text_is_empty(device->version)
                                         ? VERSION_ANSWER_UNCLEAR
                                         : match_product_version(item->version, device);
        c->held[i] = answer == VERSION_ANSWER_IN    ? HELD_IN
                     : answer == VERSION_ANSWER_OUT ? HELD_OUT
                                                    : HELD_UNCLEAR;
    }
    item_names_dispose(&names);
}

static const char *item_words(struct gate *gate, const struct gate_item *item)
{
    return gate_words(gate, "%s %s%s%s", gate_quote(gate, item->product),
                      gate_quote(gate, item->version),
                      text_is_empty(item->item_class) ? "" : ", class ",
                      text_is_empty(item->item_class) ? "" : gate_quote(gate, item->item_class));
}

static void judge(struct coverage *c, const struct gate_item *item, size_t number)
{
    const struct csaf_vulnerability *v = &c->gate->csaf->vulnerabilities[number];
    struct open *open = &c->open[number];
    bool in[CLASS_COUNT + 1] = {false};
    bool perhaps[CLASS_COUNT + 1] = {false};
    bool named = false;
    bool unclear = false;
    size_t classes = 0;
    for (size_t s = 0; s < STATUS_PRODUCT_STATUS_COUNT; s++) {
        const struct product_set *set = &v->status[s];
        c->compared += set->count;
        for (size_t i = 0; i < set->count; i++) {
            unsigned char held = c->held[set->index[i]];
            named = named || held != HELD_NOT;
            perhaps[class_of[s]] = perhaps[class_of[s]] || held == HELD_UNCLEAR;
            in[class_of[s]] = in[class_of[s]] || held == HELD_IN;
        }
    }
    for (size_t i = 0; i < CLASS_COUNT; i++) {
        classes += in[i];
        unclear = unclear || (perhaps[i] && !in[i]);
    }
    if (!named || (classes == 1 && !unclear))
        return;
    struct gate_lack *lack = classes > 1 ? &open->two : unclear ? &open->unclear : &open->none;
    gate_lack_add(lack, lack->count < GATE_NAMES_SHOWN ? item_words(c->gate, item) : NULL);
}

static void report(struct gate *gate, const struct csaf_vulnerability *v,
                   const struct gate_lack *lack, const char *what, const char *mend)
{
    if (lack->count > 0)
        gate_add(gate, ROW_COVERAGE, gate_place(v, "product_status"),
                 gate_words(gate,
                            "%s %s %zu supported version%s of the register: %s (IEC "
                            "81001-5-1 §4.1.7).",
                            gate_quote(gate, v->name), what, lack->count,
                            lack->count == 1 ? "" : "s", gate_lack_names(gate, lack)),
                 mend);
}

static void ask_items(struct coverage *c)
{
    const struct gate_context *context = &c->gate->context;
    const struct csaf *csaf = c->gate->csaf;
    for (size_t i = 0; i < context->item_count; i++) {
        const struct gate_item *item = &context->items[i];
        bool asked = !text_is_empty(item->version) && text_equal(item->state, "supported");
        c->compared += csaf->product_count;
        if (c->compared > COMPARED_MAX) {
            c->too_many = true;
            return;
        }
        compare(c, item, asked);
        for (size_t k = 0; asked && k < csaf->vulnerability_count; k++)
            judge(c, item, k);
    }
}

static void check_devices(struct coverage *c)
{
    struct gate *gate = c->gate;
    const struct csaf *csaf = gate->csaf;
    bool notice = gate->context.order != NULL && gate->context.order->safety_notice;
    struct gate_tally tally = {0};
    for (size_t i = 0; i < csaf->vulnerability_count; i++) {
        const struct product_set *affected = &csaf->vulnerabilities[i].affected;
        for (size_t k = 0; k < affected->count; k++) {
            size_t number = affected->index[k];
            const struct csaf_product *product = &csaf->products[number];
            if (c->recognised[number] || says_how(product) || says_how(device_of(csaf, product)))
                continue;
            c->recognised[number] = 1; /* named once */
            gate_tally_add(&tally, product->where, product->name);
        }
    }
    gate_add_tally(gate, ROW_DEVICE, notice ? SEVERITY_REJECT : SEVERITY_WARN, &tally,
                   " has neither UDI-DI nor model, catalogue or serial number, here and in the "
                   "register (21 CFR 806.10(c)).",
                   "Add a product_identification_helper, or udi_di or model to products.csv.");
}

void gate_check_coverage(struct gate *gate)
{
    const struct csaf *csaf = gate->csaf;
    struct coverage c = {.gate = gate};
    if (gate->context.item_count == 0) {
        gate->skipped[ROW_COVERAGE] = true;
        if (gate->context.order == NULL) {
            gate->skipped[ROW_DEVICE] = true;
            return;
        }
    }
    c.held = xcalloc(csaf->product_count, sizeof *c.held);
    c.recognised = xcalloc(csaf->product_count, sizeof *c.recognised);
    c.open = xcalloc(csaf->vulnerability_count, sizeof *c.open);
    ask_items(&c);
    for (size_t i = 0; i < csaf->vulnerability_count; i++) {
        const struct csaf_vulnerability *v = &csaf->vulnerabilities[i];
        report(gate, v, &c.open[i].none, "gives no status to",
               "List each of them as affected, fixed, not affected or under investigation.");
        report(gate, v, &c.open[i].two, "gives more than one status to",
               "Leave one status for each version.");
        report(gate, v, &c.open[i].unclear,
               "has ranges that are not understood, so nothing is proven for",
               "Write ranges as vers, such as vers:generic/>=2.0|<2.4.1, one version for each "
               "branch product_version otherwise.");
    }
    if (c.too_many)
        gate_add(gate, ROW_COVERAGE, gate_at(gate, "/product_tree"),
                 "The register and the advisory name too many products to compare all (IEC "
                 "81001-5-1 §4.1.7).",
                 "Split the advisory.");
    check_devices(&c);
    free(c.held);
    free(c.recognised);
    free(c.open);
}
