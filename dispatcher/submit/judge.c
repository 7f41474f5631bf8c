#include "dispatcher/submit/judge.h"

#include "base/sha256.h"
#include "store/party.h"
#include "store/waiver.h"

#include <string.h>

void judge_order(struct gate_context *context, struct gate_order *facts, struct arena *arena,
                 const struct order *order)
{
    const char **translations = NULL;
    size_t count = 0;
    for (size_t i = 0; i < order->translation_count; i++)
        arena_push(arena, &translations, &count, sizeof translations[0],
                   &order->translations[i].language);
    *facts = (struct gate_order){.present = order->present,
                                 .safety_notice = order->safety_notice,
                                 .exploited_said = order->exploited != EXPLOITED_UNKNOWN,
                                 .has_action_by = order->action_by_ms > 0,
                                 .has_answer_by = order->answer_by_ms > 0,
                                 .hazard = order->hazard,
                                 .action = order->action,
                                 .next_information = order->next_information,
                                 .has_tlp = order->has_tlp,
                                 .tlp = order->tlp,
                                 .embargo_ms = order->embargo_ms,
                                 .answer_by_ms = order->answer_by_ms,
                                 .languages = order->languages,
                                 .language_count = order->language_count,
                                 .translations = translations,
                                 .translation_count = count};
    context->order = facts;
    context->has_ranking = order->ranking_scheme != NULL;
}

/* "A|B" as a list. */
static const char *const *alias_list(size_t *count, struct arena *arena, const char *aliases)
{
    const char **list = NULL;
    *count = 0;
    for (const char *at = aliases; at != NULL && *at != '\0';) {
        size_t size = strcspn(at, "|");
        const char *alias = arena_strndup(arena, at, size);
        if (size > 0)
            arena_push(arena, &list, count, sizeof list[0], &alias);
        at += size + (at[size] == '|');
    }
    return list;
}

enum status judge_register(struct gate_context *context, struct arena *arena, struct app *app,
                           struct err *err)
{
    struct product *products = NULL;
    struct gate_item *items = NULL;
    size_t count = 0;
    context->item_count = 0;
    enum status status = product_list(&products, &count, arena, app->store, err);
    for (size_t i = 0; status == OK && i < count; i++) {
        const struct product *p = &products[i];
        struct gate_item item = {.vendor = p->vendor,
                                 .product = p->product,
                                 .version = p->version,
                                 .model = p->model,
                                 .udi_di = p->udi_di,
                                 .state = p->state,
                                 .item_class = p->item_class};
        item.aliases = alias_list(&item.alias_count, arena, p->aliases);
        arena_push(arena, &items, &context->item_count, sizeof item, &item);
    }
    context->items = items;
    return status;
}

enum status judge_waivers(struct gate_context *context, struct arena *arena, struct app *app,
                          struct bytes text, struct err *err)
{
    char hex[SHA256_HEX];
    struct waiver *list = NULL;
    struct gate_waiver *waivers = NULL;
    size_t count = 0;
    context->waiver_count = 0;
    sha256_hex_of(hex, text);
    enum status status = waiver_list(&list, &count, arena, app->store, hex, err);
    for (size_t i = 0; status == OK && i < count; i++) {
        if (list[i].withdrawn_by != NULL)
            continue;
        struct gate_waiver waiver = {.test = list[i].test,
                                     .pointer = list[i].pointer,
                                     .message = list[i].finding,
                                     .person = list[i].person};
        arena_push(arena, &waivers, &context->waiver_count, sizeof waiver, &waiver);
    }
    context->waivers = waivers;
    return status;
}

enum status judge_set(struct gate_result *out, struct csaf **out_csaf, struct arena *arena,
                      struct app *app, struct bytes text, const struct order *order,
                      struct err *err)
{
    struct gate_context context = {0};
    struct gate_order facts;
    *out = (struct gate_result){.arena = NULL};
    *out_csaf = NULL;
    if (order != NULL)
        judge_order(&context, &facts, arena, order);
    enum status status = judge_register(&context, arena, app, err);
    if (status == OK)
        status = judge_waivers(&context, arena, app, text, err);
    if (status == OK)
        gate_check(out, out_csaf, text, &context);
    return status;
}

size_t judge_wanting(const struct gate_result *gate)
{
    size_t count = 0;
    for (size_t i = 0; i < gate->count; i++)
        count +=
            gate->findings[i].severity <= SEVERITY_WAIVABLE && gate->findings[i].waived == NULL;
    return count;
}
