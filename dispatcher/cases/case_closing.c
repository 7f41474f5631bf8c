/* What stands between a case and its closure, counted from the store. */
#include "dispatcher/cases/case_act.h"
#include "dispatcher/run/state.h"
#include "store/advisory.h"
#include "store/duty.h"
#include "store/notice.h"

#include <ctype.h>
#include <string.h>

#define NAMED_MOST 4 /* of those who were not told; the board has the others */

static unsigned open_states(void)
{
    unsigned states = 0;
    for (int i = 0; i < (int)STATE_COUNT; i++)
        if (!state_is_out((enum notice_state)i) && !state_is_final((enum notice_state)i))
            states |= 1u << (unsigned)i;
    return states;
}

static void name_one(struct closing *out, struct str *whom, const struct advisory *advisory,
                     const struct notice *n)
{
    if (out->untold < NAMED_MOST) {
        str_addf(whom, "%s%s (%s %s", out->untold > 0 ? ", " : "", n->party, advisory->tracking,
                 advisory->version);
        if (n->task_id > 0)
            str_addf(whom, ", task %lld", (long long)n->task_id);
        str_add_c(whom, ')');
    } else if (out->untold == NAMED_MOST)
        str_add(whom, " and others");
    out->untold++;
}

static enum status add_untold(struct closing *out, struct str *whom, struct app *app,
                              const struct advisory *advisory, struct err *err)
{
    struct notice_filter filter = {.advisory_id = advisory->id, .states = open_states()};
    enum status status = OK;
    for (size_t count = 1; status == OK && count > 0;) {
        struct arena *arena = arena_new();
        struct notice *list = NULL;
        status = notice_list(&list, &count, arena, app->store, &filter, err);
        for (size_t i = 0; status == OK && i < count; i++) {
            filter.after_id = list[i].id;
            if (notice_kind_tells(list[i].kind)) /* what asks again keeps no case open */
                name_one(out, whom, advisory, &list[i]);
        }
        arena_free(arena);
    }
    return status;
}

/* Ids stand in a text as words of their own: EXM-1 is not in EXM-12. */
static bool is_named(const char *text, const char *id)
{
    const size_t size = strlen(id);
    for (const char *at = text; at != NULL && (at = strstr(at, id)) != NULL; at++)
        if ((at == text || (!isalnum((unsigned char)at[-1]) && at[-1] != '-')) &&
            !isalnum((unsigned char)at[size]) && at[size] != '-')
            return true;
    return false;
}

/* Was any version of it approved? One of which nothing is said keeps the case open. */
static void add_unreleased(struct closing *out, struct str *which, const char *tracking,
                           const struct advisory *versions, size_t count, const char *outcome)
{
    for (size_t i = 0; i < count; i++)
        if (versions[i].approved_ms > 0)
            return;
    if (is_named(outcome, tracking))
        return;
    str_addf(which, "%s%s", out->unreleased > 0 ? ", " : "", tracking);
    out->unreleased++;
}

/* What is looked for in the links of a case, and its words. */
struct looking {
    struct closing *out;
    const char *outcome;
    struct str whom, which;
};

/* Every version: what a newer one took the place of is final, what it did not is still to be told.
 */
static enum status add_advisory(struct looking *l, struct arena *arena, struct app *app,
                                const char *tracking, struct err *err)
{
    struct advisory *list = NULL;
    size_t count = 0;
    enum status status = advisory_list(&list, &count, arena, app->store, tracking, err);
    for (size_t i = 0; status == OK && i < count; i++)
        status = add_untold(l->out, &l->whom, app, &list[i], err);
    if (status == OK)
        add_unreleased(l->out, &l->which, tracking, list, count, l->outcome);
    return status;
}

static enum status add_links(struct closing *out, struct arena *arena, struct app *app,
                             const struct case_file *row, const char *outcome, struct err *err)
{
    struct case_link *links = NULL;
    size_t count = 0;
    struct looking l = {.out = out, .outcome = outcome};
    str_init(&l.whom, STR_LIMIT_LINE);
    str_init(&l.which, STR_LIMIT_LINE);
    enum status status = case_link_list(&links, &count, arena, app->store, row->id, err);
    for (size_t i = 0; status == OK && i < count; i++) {
        out->advisories += links[i].kind == LINK_ADVISORY;
        out->cases += links[i].kind == LINK_CASE;
        if (links[i].kind == LINK_ADVISORY)
            status = add_advisory(&l, arena, app, links[i].ref, err);
    }
    out->untold_whom = arena_strdup(arena, str_text(&l.whom));
    out->unreleased_which = arena_strdup(arena, str_text(&l.which));
    str_dispose(&l.whom);
    str_dispose(&l.which);
    return status;
}

static enum status add_duties(struct closing *out, struct arena *arena, struct app *app,
                              const struct case_file *row, struct err *err)
{
    struct duty_row *rows = NULL;
    size_t count = 0;
    enum status status = duty_list(&rows, &count, arena, app->store, row->id, err);
    if (status != OK || count == 0)
        return status;
    struct closing_duty *duties = arena_alloc(arena, count * sizeof *duties);
    for (size_t i = 0; i < count; i++)
        if (rows[i].state == DUTY_RUNNING)
            duties[out->open_duties++] =
                (struct closing_duty){rows[i].rule, rows[i].country, rows[i].informs};
    out->duties = duties;
    return OK;
}

enum status case_closing(struct closing *out, struct arena *arena, const struct case_stand *stand,
                         struct app *app, const struct case_file *row, const char *outcome,
                         struct err *err)
{
    struct case_decision *decisions = NULL;
    struct hold_row *holds = NULL;
    size_t count = 0;
    *out = (struct closing){.stand = stand};
    enum status status = add_links(out, arena, app, row, outcome, err);
    if (status == OK)
        status = case_decision_list(&decisions, &count, arena, app->store, row->id, err);
    for (size_t i = 0; status == OK && i < count; i++)
        out->unsigned_yet += decisions[i].in_force && decisions[i].countersigned_ms == 0 &&
                             !text_equal(decisions[i].person, decisions[i].entered_by);
    if (status == OK)
        status = add_duties(out, arena, app, row, err);
    if (status == OK)
        status = hold_list(&holds, &count, arena, app->store, row->id, err);
    for (size_t i = 0; status == OK && i < count; i++)
        out->holds += holds[i].state == HOLD_STANDING;
    return status;
}
