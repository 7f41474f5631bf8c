/*
 * Any bytes through the gate, its two printers and the matching of what they name. Besides not
 * crashing: what cannot be read is refused, and who holds exactly what is called affected is told.
 */
#include "advisory/gate.h"
#include "advisory/match.h"

#include <stdint.h>
#include <stdlib.h>

#define MATCHED 16 /* enough to get everywhere, few enough to stay quick */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static bool is_affected(const struct csaf *csaf, size_t product)
{
    for (size_t i = 0; i < csaf->vulnerability_count; i++) {
        if (product_set_has(&csaf->vulnerabilities[i].affected, product))
            return true;
    }
    return false;
}

static void match_products(const struct csaf *csaf)
{
    struct arena *arena = arena_new();
    for (size_t i = 0; i < csaf->product_count && i < MATCHED; i++) {
        const struct csaf_product *product = &csaf->products[i];
        struct match_result result;
        struct match_item item = {.vendor = product->vendor,
                                  .product = product->product,
                                  .version = product->version,
                                  .model = product->model,
                                  .aliases = &product->family,
                                  .alias_count = product->family != NULL};
        match_item(&result, arena, csaf, &item);
        require(result.product == SIZE_MAX || result.product < csaf->product_count);
        item = (struct match_item){
            .vendor = product->vendor, .product = product->product, .version = product->version};
        if (item.product == NULL)
            item = (struct match_item){.product = product->name};
        match_item(&result, arena, csaf, &item);
        require(result.verdict != MATCH_NOT_AFFECTED || !is_affected(csaf, i));
        require(match_version(item.version, product->version, product->version_is_range) !=
                VERSION_OUTSIDE);
    }
    arena_free(arena);
}

/* The same with a strict order and a register that holds the advisory's own first product. */
static void judge_with_all(struct bytes text, const struct csaf *csaf)
{
    static const char *const languages[] = {"de", "en"};
    const struct gate_order order = {.present = true,
                                     .safety_notice = true,
                                     .embargo_ms = 1,
                                     .languages = languages,
                                     .language_count = 2};
    const struct csaf_product *product = csaf->product_count > 0 ? csaf->products : NULL;
    struct gate_item items[] = {{.product = "Pump", .version = "2.4", .state = "supported"},
                                {.product = "Pump", .version = "1", .state = "supported"}};
    if (product != NULL && product->product != NULL)
        items[0].product = product->product;
    if (product != NULL && product->version != NULL)
        items[1].version = product->version;
    const struct gate_context context = {.order = &order, .items = items, .item_count = 2};
    struct gate_result result;
    gate_check(&result, NULL, text, &context);
    require(result.refused && !result.waits); /* nobody says the hazard */
    gate_dispose(&result);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gate_result result;
    struct csaf *csaf = NULL;
    struct str out;
    str_init(&out, STR_LIMIT_MAIL);
    /* All that can be asked. */
    const struct gate_context context = {
        .preset = CONFORM_FULL, .strict = size % 2 == 1, .file_name = "fuzz.json"};
    gate_check(&result, &csaf, (struct bytes){data, size}, &context);
    require(csaf != NULL || (result.refused && result.count == 1));
    require(!result.csaf.judged || result.csaf.valid || result.refused);
    for (size_t i = 0; i < result.count; i++) {
        const struct finding *finding = &result.findings[i];
        require(finding->line > 0 && finding->column > 0 && finding->message[0] != '\0');
        /* Every pointer leads to something that is there. */
        require(csaf == NULL || json_at(csaf->root, finding->pointer, NULL) != NULL);
    }
    gate_print(&out, &result, "fuzz.json", true);
    require(str_ok(&out));
    str_reset(&out);
    gate_print_json(&out, &result, "fuzz.json");
    require(str_ok(&out));
    if (csaf != NULL) {
        match_products(csaf);
        judge_with_all((struct bytes){data, size}, csaf);
        (void)csaf_highest_score(csaf, NULL);
        (void)csaf_version_compare(csaf->version, csaf->tracking_id);
    }
    csaf_free(csaf);
    gate_dispose(&result);
    str_dispose(&out);
    return 0;
}
