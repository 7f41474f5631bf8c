#include "dispatcher/revision.h"

#include "dispatcher/state.h"
#include "store/notice.h"

/* The far side has or may have it; a bounce says that it has not. */
static bool reached(const struct notice *n)
{
    return state_is_out(n->state) || (n->sendings > 0 && n->grade != GRADE_BOUNCED);
}

static enum status look_at(bool *listed, bool *told, struct app *app, int64_t advisory_id,
                           const char *party, struct err *err)
{
    struct arena *arena = arena_new();
    struct notice *list = NULL;
    size_t count = 0;
    const struct notice_filter filter = {.advisory_id = advisory_id, .party = party};
    enum status status = notice_list(&list, &count, arena, app->store, &filter, err);
    *listed = *told = false;
    for (size_t i = 0; i < count; i++) {
        bool out = reached(&list[i]);
        *told = *told || out;
        *listed = *listed || out || list[i].state != STATE_CANCELLED;
    }
    arena_free(arena);
    return status;
}

enum status revision_find(struct revision *out, struct arena *arena, struct app *app,
                          const struct dossier *dossier, const char *party, struct err *err)
{
    const struct advisory *row = &dossier->row;
    struct advisory *versions = NULL;
    size_t count = 0;
    *out = (struct revision){0};
    if (dossier->other_count == 0)
        return OK;
    enum status status = advisory_list(&versions, &count, arena, app->store, row->tracking, err);
    for (size_t i = 0; status == OK && i < count; i++) {
        const char *version = versions[i].version;
        bool listed = false;
        bool told = false;
        if (versions[i].state == ADVISORY_SUBMITTED ||
            csaf_version_compare(version, row->version) >= 0)
            continue;
        status = look_at(&listed, &told, app, versions[i].id, party, err);
        bool newer = out->version == NULL || csaf_version_compare(version, out->version) > 0;
        if (status == OK && ((told && (newer || !out->told)) || (listed && newer && !out->told)))
            *out = (struct revision){version, told};
    }
    return status;
}

static void say_order(struct diff_order *out, struct arena *arena, const struct order *order)
{
    char by[CLOCK_TEXT];
    *out = (struct diff_order){.hazard = order->hazard,
                               .action = order->action,
                               .next_information = order->next_information};
    if (order->action_by_ms > 0)
        out->action_by = arena_strdup(arena, clock_text(by, order->action_by_ms));
    if (order->exploited != EXPLOITED_UNKNOWN)
        out->exploited = order->exploited == EXPLOITED_YES ? "yes" : "no";
}

enum status revision_diff(struct diff *out, struct arena *arena, const struct dossier *before,
                          const struct dossier *after, struct err *err)
{
    struct diff_order was;
    struct diff_order is;
    say_order(&was, arena, &before->order);
    say_order(&is, arena, &after->order);
    return diff_make(out, arena, before->csaf, after->csaf, &was, &is, err);
}
