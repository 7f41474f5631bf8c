/* Duties and holds: what entries say of them, and what the store says. */
#include "dispatcher/app.h"
#include "dispatcher/record/replay_inner.h"

static struct book_duties *find_case(struct turn *t)
{
    struct book_case *c = book_case(&t->replay->cases, t->subj);
    if (c == NULL)
        replay_differs(t->replay, "entry %lld: case %s was never opened", (long long)t->view.idx,
                       t->subj);
    return c != NULL ? &c->duties : NULL;
}

static void unknown(struct turn *t, const char *what, int64_t id, const char *why)
{
    replay_differs(t->replay, "entry %lld: %s %lld %s", (long long)t->view.idx, what, (long long)id,
                   why);
}

static void compute(struct turn *t, struct book_duty *duty)
{
    bool known = true;
    struct duty_row row = {.rule = turn_text(t, "rule"),
                           .version = entry_view_int(&t->view, "version", 0),
                           .rule_sha256 = turn_text(t, "rule_sha256"),
                           .jurisdiction = turn_text(t, "jurisdiction"),
                           .country = turn_text(t, "country"),
                           .deliverable = turn_text(t, "deliverable"),
                           .trigger = turn_text(t, "trigger"),
                           .cascade = turn_text(t, "cascade"),
                           .due_safe = turn_text(t, "due_safe"),
                           .due_legal = turn_text(t, "due_legal"),
                           .safe_ms = entry_view_instant(&t->view, "safe"),
                           .legal_ms = entry_view_instant(&t->view, "legal"),
                           .derivation = turn_text(t, "derivation"),
                           .changed_ms = t->view.at_ms};
    row.owner = turn_personal(&known, t, "owner");
    row.informs = text_equal(row.deliverable, "advisory");
    if (!duty_state_of(&row.state, turn_text(t, "state")))
        unknown(t, "duty", duty->id, "has a state that is not a word of ours");
    book_duty_computed(duty, &row, known);
}

void turn_duty_planned(struct turn *t)
{
    const int64_t id = entry_view_int(&t->view, "duty", 0);
    struct book_duties *all = find_case(t);
    if (all == NULL)
        return;
    if (book_duty(all, id) != NULL) {
        unknown(t, "duty", id, "was planned before");
        return;
    }
    struct book_duty *duty = book_duty_add(all, id);
    duty->created_ms = t->view.at_ms;
    compute(t, duty);
}

static struct book_duty *find_duty(struct turn *t)
{
    const int64_t id = entry_view_int(&t->view, "duty", 0);
    struct book_duties *all = find_case(t);
    struct book_duty *duty = all != NULL ? book_duty(all, id) : NULL;
    if (all != NULL && duty == NULL)
        unknown(t, "duty", id, "was never planned");
    return duty;
}

void turn_duty_recomputed(struct turn *t)
{
    struct book_duty *duty = find_duty(t);
    if (duty != NULL)
        compute(t, duty);
}

static void end_duty(struct turn *t, struct duty_row *row)
{
    bool known = true;
    struct book_duty *duty = find_duty(t);
    if (duty == NULL)
        return;
    row->changed_ms = t->view.at_ms;
    row->met_by = turn_personal(&known, t, "by");
    row->number = turn_personal(&known, t, "number");
    row->proof = turn_personal(&known, t, "proof_sha256");
    row->reason = turn_personal(&known, t, "reason");
    if (known && row->state == DUTY_MET && row->proof == NULL)
        unknown(t, "duty", duty->id, "was met without proof");
    book_duty_over(duty, row, known);
}

void turn_duty_met(struct turn *t)
{
    struct duty_row row = {.state = DUTY_MET, .met_ms = entry_view_instant(&t->view, "told_at")};
    end_duty(t, &row);
}

void turn_duty_explained(struct turn *t)
{
    bool known = true;
    struct duty_row row = {0};
    struct book_duty *duty = find_duty(t);
    if (duty == NULL)
        return;
    if (duty->state != DUTY_MET)
        unknown(t, "duty", duty->id, "was explained before it was met");
    row.met_by = turn_personal(&known, t, "by");
    row.reason = turn_personal(&known, t, "reason");
    book_duty_explained(duty, &row, known);
}

void turn_duty_waived(struct turn *t)
{
    struct duty_row row = {.state = DUTY_WAIVED};
    end_duty(t, &row);
}

void turn_hold_set(struct turn *t)
{
    const int64_t id = entry_view_int(&t->view, "hold", 0);
    const struct hold_row row = {.rule = turn_text(t, "rule"),
                                 .version = entry_view_int(&t->view, "version", 0),
                                 .jurisdiction = turn_text(t, "jurisdiction"),
                                 .kind = turn_text(t, "kind"),
                                 .why = turn_text(t, "why"),
                                 .until_ms = entry_view_instant(&t->view, "until")};
    struct book_duties *all = find_case(t);
    if (all == NULL)
        return;
    struct book_hold *hold = book_hold(all, id);
    if (hold == NULL)
        hold = book_hold_add(all, id);
    hold->since_ms = entry_view_instant(&t->view, "since");
    book_hold_set(hold, &row, turn_text(t, "places"));
}

static void end_hold(struct turn *t, enum hold_state state)
{
    bool known = true;
    const int64_t id = entry_view_int(&t->view, "hold", 0);
    struct hold_row row = {.state = state, .how = turn_text(t, "how"), .ended_ms = t->view.at_ms};
    struct book_duties *all = find_case(t);
    struct book_hold *hold = all != NULL ? book_hold(all, id) : NULL;
    if (all != NULL && hold == NULL)
        unknown(t, "hold", id, "was never set");
    if (hold == NULL)
        return;
    row.person = turn_personal(&known, t, "by");
    row.reason = turn_personal(&known, t, "reason");
    row.proof = turn_personal(&known, t, "proof_sha256");
    book_hold_over(hold, &row, known);
}

void turn_hold_ended(struct turn *t)
{
    end_hold(t, HOLD_ENDED);
}

void turn_hold_bypassed(struct turn *t)
{
    end_hold(t, HOLD_BYPASSED);
}

static void compare(struct replay *r, const char *uid, const char *what, int64_t id,
                    const struct book_chain *log, const struct book_chain *store)
{
    const char *why = book_compare(log, store);
    if (why != NULL)
        replay_differs(r, "case %s: %s %lld: not what the log says: %s", uid, what, (long long)id,
                       why);
}

static void compare_duty(struct replay *r, const char *uid, const struct book_duty *log,
                         const struct duty_row *row)
{
    struct book_duty store;
    book_duty_row(&store, row);
    if (log == NULL) {
        replay_differs(r, "case %s: duty %lld: the store has it, the log does not", uid,
                       (long long)row->id);
        return;
    }
    compare(r, uid, "duty", row->id, &log->row, &store.row);
    compare(r, uid, "end of duty", row->id, &log->met, &store.met);
    compare(r, uid, "reason of duty", row->id, &log->why, &store.why);
    if (log->state != store.state || log->created_ms != store.created_ms ||
        log->changed_ms != store.changed_ms)
        replay_differs(r,
                       "case %s: duty %lld: the log says %s, the store says %s, or not the "
                       "instants of it",
                       uid, (long long)row->id, duty_state_word(log->state),
                       duty_state_word(store.state));
}

static void compare_hold(struct replay *r, const char *uid, const struct book_hold *log,
                         const struct hold_row *row, const char *places)
{
    struct book_hold store;
    book_hold_row(&store, row, places);
    if (log == NULL) {
        replay_differs(r, "case %s: hold %lld: the store has it, the log does not", uid,
                       (long long)row->id);
        return;
    }
    compare(r, uid, "hold", row->id, &log->row, &store.row);
    compare(r, uid, "end of hold", row->id, &log->over, &store.over);
    if (log->state != store.state || log->since_ms != store.since_ms)
        replay_differs(r,
                       "case %s: hold %lld: the log says %s, the store says %s, or not since "
                       "when",
                       uid, (long long)row->id, hold_state_word(log->state),
                       hold_state_word(store.state));
}

enum status replay_duties(struct replay *replay, const char *uid, const struct book_duties *log,
                          int64_t case_id, struct app *app, struct err *err)
{
    struct arena *arena = arena_new();
    struct duty_row *duties = NULL;
    struct hold_row *holds = NULL;
    size_t duty_count = 0;
    size_t hold_count = 0;
    enum status status = duty_list(&duties, &duty_count, arena, app->store, case_id, err);
    for (size_t i = 0; status == OK && i < duty_count; i++)
        compare_duty(replay, uid, book_duty(log, duties[i].id), &duties[i]);
    if (status == OK)
        status = hold_list(&holds, &hold_count, arena, app->store, case_id, err);
    for (size_t i = 0; status == OK && i < hold_count; i++) {
        const char *places = NULL;
        status = hold_places(&places, arena, app->store, holds[i].id, err);
        if (status == OK)
            compare_hold(replay, uid, book_hold(log, holds[i].id), &holds[i], places);
    }
    if (status == OK && (duty_count != log->duty_count || hold_count != log->hold_count))
        replay_differs(replay,
                       "case %s: the log says %zu duties and %zu holds, the store says %zu and %zu",
                       uid, log->duty_count, log->hold_count, duty_count, hold_count);
    arena_free(arena);
    return status;
}
