/* What came of a drill: read off the rows of its notices. */
#include "dispatcher/routine/drill.h"
#include "store/notice.h"
#include "store/party.h"

#define LIMIT (DRILL_PARTIES * 2) /* a waiting notice may be followed by the text */

/* At or before the end; what came later is not part of it. */
static int64_t within(const struct drill *drill, int64_t at_ms)
{
    return drill->ended_ms > 0 && at_ms > drill->ended_ms ? 0 : at_ms;
}

static void keep_first(int64_t *out, int64_t at_ms)
{
    if (at_ms > 0 && (*out == 0 || at_ms < *out))
        *out = at_ms;
}

static enum status add_parcels(struct drill_recipient *r, struct arena *arena, struct app *app,
                               const struct drill *drill, const struct notice *n, struct err *err)
{
    struct parcel_row *parcels = NULL;
    struct attempt *attempts = NULL;
    size_t count = 0;
    enum status status = parcel_list(&parcels, &count, arena, app->store, n->id, err);
    for (size_t i = 0; status == OK && i < count; i++)
        keep_first(&r->sealed_ms, within(drill, parcels[i].created_ms));
    if (status == OK)
        status = attempt_list(&attempts, &count, arena, app->store, n->id, err);
    for (size_t i = 0; status == OK && i < count; i++)
        if (text_equal(attempts[i].verdict, verdict_word(VERDICT_ACCEPTED)))
            keep_first(&r->taken_ms, within(drill, attempts[i].end_ms));
    return status;
}

static enum status add_receipts(struct drill_recipient *r, struct arena *arena, struct app *app,
                                const struct drill *drill, const struct notice *n, struct err *err)
{
    struct receipt_row *rows = NULL;
    size_t count = 0;
    enum status status = receipt_list(&rows, &count, arena, app->store, n->id, err);
    for (size_t i = 0; status == OK && i < count; i++) {
        const int64_t at = within(drill, rows[i].at_ms);
        if (rows[i].grade == GRADE_ANSWERED || rows[i].grade == GRADE_ACTION)
            keep_first(&r->answered_ms, at);
        else if (rows[i].grade != GRADE_TAKEN && rows[i].grade != GRADE_BOUNCED &&
                 !text_equal(rows[i].how, "task")) /* our own person's word, not the far side's */
            keep_first(&r->receipt_ms, at);
    }
    return status;
}

static enum status add_recipient(struct drill_recipient *out, struct arena *arena, struct app *app,
                                 const struct drill *drill, const struct notice *n, struct err *err)
{
    struct party party = {.kind = PARTY_HDO};
    enum status status = party_get(&party, arena, app->store, n->party, err);
    if (status != OK && status != ERR_NOT_FOUND) /* who left the register took part all the same */
        return status;
    *out = (struct drill_recipient){.party = n->party,
                                    .country = party.country,
                                    .kind = party.kind,
                                    .level = n->level,
                                    .route = n->route,
                                    .state = n->state,
                                    .grade = n->grade,
                                    .answer = n->answer,
                                    .planned_ms = n->created_ms,
                                    .taken_ms = within(drill, n->accepted_ms)};
    status = add_parcels(out, arena, app, drill, n, err);
    return status == OK ? add_receipts(out, arena, app, drill, n, err) : status;
}

static enum status name_it(struct drill_report *out, struct arena *arena, struct app *app,
                           const struct drill *drill, struct err *err)
{
    struct advisory row;
    struct advisory of;
    enum status status = advisory_get(&row, arena, app->store, drill->advisory_id, err);
    if (status != OK)
        return status;
    out->uid = row.uid;
    out->told_by_ms = row.deadline_ms;
    out->answer_by_ms = row.answer_by_ms;
    out->name = "the sample";
    if (drill->of_id == 0)
        return OK;
    status = advisory_get(&of, arena, app->store, drill->of_id, err);
    if (status == OK)
        out->name = arena_printf(arena, "%s %s", of.tracking, of.version);
    return status;
}

enum status drill_measure(struct drill_report *out, struct arena *arena, struct app *app,
                          const struct drill *drill, struct err *err)
{
    struct notice *list = NULL;
    size_t count = 0;
    const struct notice_filter filter = {.advisory_id = drill->advisory_id, .limit = LIMIT};
    *out = (struct drill_report){.id = drill->id,
                                 .maker = app->settings->maker.name,
                                 .store = app->test ? "test" : "real",
                                 .by = drill->by,
                                 .scheduled = drill->scheduled,
                                 .run_ms = drill->run_ms,
                                 .missed = drill->missed,
                                 .started_ms = drill->started_ms,
                                 .ended_ms = drill->ended_ms};
    enum status status = name_it(out, arena, app, drill, err);
    if (status == OK)
        status = notice_list(&list, &count, arena, app->store, &filter, err);
    struct drill_recipient *rows = arena_alloc(arena, (count + 1) * sizeof *rows);
    for (size_t i = 0; status == OK && i < count; i++)
        status = add_recipient(&rows[i], arena, app, drill, &list[i], err);
    out->recipients = rows;
    out->count = count;
    return status;
}
