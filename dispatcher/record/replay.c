#include "dispatcher/record/replay.h"

#include "dispatcher/record/replay_inner.h"
#include "evidence/entry.h"

#include <stdarg.h>
#include <stdio.h>

void replay_init(struct replay *replay)
{
    *replay = (struct replay){.book = book_new()};
}

void replay_dispose(struct replay *replay)
{
    book_free(replay->book);
    book_cases_dispose(&replay->cases);
    replay->book = NULL;
}

void replay_differs(struct replay *replay, const char *format, ...)
{
    char text[sizeof replay->first];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (replay->differences++ == 0)
        (void)snprintf(replay->first, sizeof replay->first, "%s", text);
    if (replay->tell != NULL)
        replay->tell(replay->context, text);
}

static const struct log_value *find_value(const struct turn *t, const char *name)
{
    for (size_t i = 0; i < t->value_count; i++)
        if (text_starts(t->values[i].field, "data.") && text_equal(t->values[i].field + 5, name))
            return &t->values[i];
    return NULL;
}

const char *turn_text(const struct turn *t, const char *name)
{
    return entry_view_text(&t->view, t->arena, name);
}

const char *turn_personal(bool *known, const struct turn *t, const char *name)
{
    if (turn_text(t, name) == NULL)
        return NULL;
    const struct log_value *value = find_value(t, name);
    if (value != NULL && value->value != NULL)
        return value->value;
    *known = false;
    return NULL;
}

/* Each commitment has its value beside the log, or the mark that it was erased. */
static void check_values(struct turn *t)
{
    struct replay *r = t->replay;
    const struct entry_kind *kind = entry_kind_find(
        arena_strndup(t->arena, (const char *)t->view.kind.data, t->view.kind.size));
    for (size_t i = 0; kind != NULL && i < kind->count; i++)
        if (kind->members[i].type == MEMBER_PERSONAL &&
            turn_text(t, kind->members[i].name) != NULL &&
            find_value(t, kind->members[i].name) == NULL)
            replay_differs(r,
                           "entry %lld: %s: neither its value nor the mark that it was erased "
                           "is kept",
                           (long long)t->view.idx, kind->members[i].name);
    for (size_t i = 0; i < t->value_count; i++) {
        const struct log_value *value = &t->values[i];
        if (value->value == NULL)
            r->erased++;
        else if (!entry_check_value(t->view.line, value->field, value->salt, value->value))
            replay_differs(r, "entry %lld: %s: the value kept for it does not fit its commitment",
                           (long long)t->view.idx, value->field);
    }
}

static const struct {
    const char *kind;
    void (*notice)(struct turn *t, struct book_notice *n); /* about one that was planned */
    void (*other)(struct turn *t);
} rules[] = {
    {"notice.moved", turn_moved, NULL},
    {"attempt.outcome", turn_outcome, NULL},
    {"attempt.begin", turn_begin, NULL},
    {"attempt.dot", turn_dot, NULL},
    {"notice.sealed", turn_sealed, NULL},
    {"notice.planned", NULL, turn_planned},
    {"notice.closed", turn_closed, NULL},
    {"notice.held", turn_held, NULL},
    {"dsn.received", turn_report, NULL},
    {"mdn.received", turn_report, NULL},
    {"bounce.received", turn_report, NULL},
    {"ack.received", turn_ack, NULL},
    {"notice.superseded", turn_superseded, NULL},
    {"notice.cancelled", turn_cancelled, NULL},
    {"task.opened", NULL, turn_task_opened},
    {"task.done", NULL, turn_task_done},
    {"clock.set", NULL, turn_clock_set},
    {"advisory.submitted", NULL, turn_submitted},
    {"advisory.approved", NULL, turn_approved},
    {"advisory.superseded", NULL, turn_advisory_superseded},
    {"embargo.released", NULL, turn_embargo_released},
    {"plan.created", NULL, turn_plan_created},
    {"plan.finished", NULL, turn_plan_finished},
    {"case.opened", NULL, turn_case_opened},
    {"case.assigned", NULL, turn_case_assigned},
    {"case.state", NULL, turn_case_state},
    {"case.linked", NULL, turn_case_linked},
    {"case.message", NULL, turn_case_message},
    {"report.received", NULL, turn_report_received},
    {"case.told", NULL, turn_case_told},
    {"case.closed", NULL, turn_case_closed},
    {"case.reviewed", NULL, turn_case_reviewed},
    {"fact.recorded", NULL, turn_fact_recorded},
    {"fact.chosen", NULL, turn_fact_chosen},
    {"decision.recorded", NULL, turn_decision_recorded},
    {"decision.countersigned", NULL, turn_decision_countersigned},
    {"duty.planned", NULL, turn_duty_planned},
    {"duty.recomputed", NULL, turn_duty_recomputed},
    {"duty.met", NULL, turn_duty_met},
    {"duty.explained", NULL, turn_duty_explained},
    {"duty.waived", NULL, turn_duty_waived},
    {"hold.set", NULL, turn_hold_set},
    {"hold.ended", NULL, turn_hold_ended},
    {"hold.bypassed", NULL, turn_hold_bypassed},
    {"digest.issued", NULL, turn_issued},
    {"digest.turn", NULL, turn_digest_turn},
    {"drill.run", NULL, turn_drill_run},
    {"drill.finished", NULL, turn_drill_finished},
    {"drill.signed", NULL, turn_drill_signed},
    {"canary.due", NULL, turn_canary_due},
    {"canary.seen", NULL, turn_canary_over},
    {"canary.needless", NULL, turn_canary_over},
    {"canary.missed", NULL, turn_canary_over},
};

static void apply(struct turn *t)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (!entry_view_is(&t->view, rules[i].kind))
            continue;
        if (rules[i].other != NULL) {
            rules[i].other(t);
            return;
        }
        struct book_notice *n = book_find(t->replay->book, t->subj);
        if (n != NULL)
            rules[i].notice(t, n);
        else
            replay_differs(t->replay, "entry %lld: %s: notice %s was never planned",
                           (long long)t->view.idx, rules[i].kind, t->subj);
        return;
    }
}

void replay_entry(struct replay *replay, struct bytes line, const struct log_value *values,
                  size_t count)
{
    struct turn t = {
        .replay = replay, .arena = arena_new(), .values = values, .value_count = count};
    if (entry_view(&t.view, line)) {
        t.subj = arena_strndup(t.arena, (const char *)t.view.subj.data, t.view.subj.size);
        check_values(&t);
        apply(&t);
    } else
        replay_differs(replay, "entry %lld: cannot be read", (long long)replay->entries);
    replay->entries++;
    arena_free(t.arena);
}
