#include "dispatcher/release/revision.h"

#include "dispatcher/run/state.h"
#include "store/notice.h"

/* The far side has or may have it; a bounce says that it has not. */
static bool reached(const struct notice *n)
{
    return state_is_out(n->state) || (n->sendings > 0 && n->grade != GRADE_BOUNCED);
}

struct look {
    bool listed, told;
    int64_t deadline_ms; /* of what never left */
};

static enum status look_at(struct look *out, struct app *app, int64_t advisory_id,
                           const char *party, struct err *err)
{
    struct arena *arena = arena_new();
    struct notice *list = NULL;
    size_t count = 0;
    const struct notice_filter filter = {.advisory_id = advisory_id, .party = party};
    enum status status = notice_list(&list, &count, arena, app->store, &filter, err);
    *out = (struct look){0};
    for (size_t i = 0; i < count; i++) {
        bool out_there = reached(&list[i]);
        bool waits = !out_there && list[i].state != STATE_CANCELLED;
        out->told = out->told || out_there;
        out->listed = out->listed || out_there || waits;
        if (waits && (out->deadline_ms == 0 || list[i].deadline_ms < out->deadline_ms))
            out->deadline_ms = list[i].deadline_ms;
    }
    if (out->told)
        out->deadline_ms = 0;
    arena_free(arena);
    return status;
}

enum status revision_find(struct revision *out, struct app *app, const struct dossier *dossier,
                          const char *party, struct err *err)
{
    enum status status = OK;
    *out = (struct revision){0};
    for (size_t i = 0; status == OK && i < dossier->older_count; i++) {
        const struct advisory *old = &dossier->older[i];
        struct look look;
        status = look_at(&look, app, old->id, party, err);
        bool newer =
            out->older == NULL || csaf_version_compare(old->version, out->older->version) > 0;
        if (status != OK || !look.listed)
            continue;
        if (look.told ? newer || !out->told : newer && !out->told)
            out->older = old;
        out->told = out->told || look.told;
        if (look.deadline_ms > 0 && (out->deadline_ms == 0 || look.deadline_ms < out->deadline_ms))
            out->deadline_ms = look.deadline_ms;
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
