#include "advisory/match_parts.h"

#include "advisory/quote.h"

static const struct {
    enum match verdict;
    const char *before; /* what the listed products are */
    const char *follows;
} reasons[REASON_COUNT] = {
    [REASON_INSIDE] = {MATCH_AFFECTED, "affected: ", "affected"},
    [REASON_NAME] = {MATCH_UNKNOWN, "affected: ", "perhaps the same product, perhaps affected"},
    [REASON_NO_VERSION] = {MATCH_UNKNOWN, "affected: ", "version not known, perhaps affected"},
    [REASON_VERSION] = {MATCH_UNKNOWN,
                        "affected: ", "the versions cannot be compared for sure, perhaps affected"},
    [REASON_NOTHING_NAMED] = {MATCH_UNKNOWN, "", "the advisory names no affected product"},
    [REASON_NOT_STATED] = {MATCH_UNKNOWN, "affected: ",
                           "the product is named, but nothing is said about this version"},
    [REASON_OUTSIDE] = {MATCH_NOT_AFFECTED, "affected: ", "proven not affected"},
    [REASON_STATED] = {MATCH_NOT_AFFECTED, "not affected or fixed: ", "proven not affected"},
    [REASON_OTHER] = {MATCH_NOT_AFFECTED, "affected: ", "another product"},
};

enum match match_verdict(enum match_reason reason)
{
    return reasons[reason].verdict;
}

static void say_product(struct str *out, const struct csaf_product *product, bool only_name)
{
    if (product->product == NULL) {
        quote_add(out, product->name);
        return;
    }
    quote_add(out, product->product);
    if (product->version != NULL && !only_name) {
        str_add_c(out, ' ');
        quote_add(out, product->version);
    }
}

const char *match_say(struct arena *arena, const struct csaf *csaf, const struct match_item *item,
                      enum match_reason reason, size_t product, const struct match_list *named)
{
    struct str out;
    struct match_list decided = {.shown = {product}, .count = 1};
    bool one = reason == REASON_INSIDE || reason == REASON_STATED;
    const struct match_list *list = one ? &decided : named;
    str_init(&out, STR_LIMIT_LINE);
    quote_add(&out, item->product);
    if (!text_is_empty(item->version)) {
        str_add_c(&out, ' ');
        quote_add(&out, item->version);
    }
    str_add(&out, " held");
    if (list->count > 0) {
        str_add(&out, "; ");
        str_add(&out, reasons[reason].before);
    }
    for (size_t i = 0; i < list->count && i < MATCH_SHOWN; i++) {
        str_add(&out, i == 0 ? "" : ", ");
        say_product(&out, &csaf->products[list->shown[i]], reason == REASON_OTHER);
    }
    if (list->count > MATCH_SHOWN)
        str_addf(&out, " and %zu more", list->count - MATCH_SHOWN);
    str_add(&out, " → ");
    str_add(&out, reasons[reason].follows);
    const char *text = arena_strdup(arena, str_text(&out));
    str_dispose(&out);
    return text;
}
