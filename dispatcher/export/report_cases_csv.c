/* cases.csv: a row for each fact, decision, duty, hold and promise of each case, to sort and
 * filter. */
#include "base/csv.h"
#include "cases/kept.h"
#include "dispatcher/export/report_inner.h"

#include <stdio.h>

/* A row; what a kind of row has not, stays empty. */
struct line {
    const char *what, *place, *name;
    int64_t version;
    const char *sha256; /* of the rule */
    int64_t at_ms;
    const char *due_safe, *due_legal;
    int64_t due_ms; /* instead of due_safe */
    int64_t done_ms;
    int64_t late_ms;
    const char *state, *by, *number, *proof, *reason;
    int64_t entered_ms;
    int64_t eased_ms; /* of a promise: till when, by a longer time that was configured since */
};

static void add_instant(struct str *out, int64_t ms)
{
    char text[CLOCK_TEXT];
    csv_add_field(out, ms > 0 ? clock_text(text, ms) : NULL, false);
}

static void add_number(struct str *out, int64_t n)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%lld", (long long)n);
    csv_add_field(out, n > 0 ? text : NULL, false);
}

static void add_line(struct str *out, const struct export_case *c, const struct line *l)
{
    csv_add_field(out, c->row.number, false);
    csv_add_field(out, l->what, false);
    csv_add_field(out, l->place, false);
    csv_add_field(out, l->name, false);
    add_number(out, l->version);
    csv_add_field(out, l->sha256, false);
    add_instant(out, l->at_ms);
    if (l->due_ms > 0)
        add_instant(out, l->due_ms);
    else
        csv_add_field(out, l->due_safe, false);
    csv_add_field(out, l->due_legal, false);
    add_instant(out, l->done_ms);
    add_number(out, l->late_ms / MS_SECOND);
    csv_add_field(out, l->state, false);
    csv_add_field(out, l->by, false);
    csv_add_field(out, l->number, false);
    csv_add_field(out, l->proof, false);
    csv_add_field(out, l->reason, false);
    add_instant(out, l->entered_ms);
    if (l->eased_ms > 0) {
        char text[CLOCK_TEXT];
        csv_add_field(out, clock_text(text, l->eased_ms), true);
    } else
        csv_add_field(out, NULL, true);
}

static void add_facts(struct str *out, const struct export_case *c)
{
    for (size_t i = 0; i < c->fact_count; i++) {
        const struct case_fact *f = &c->facts[i];
        const struct line l = {.what = "fact",
                               .place = f->jurisdiction,
                               .name = f->kind,
                               .at_ms = f->at_ms,
                               .state = !f->in_force ? "superseded"
                                        : f->chosen  ? "chosen"
                                                     : "in force",
                               .by = f->person,
                               .proof = f->source,
                               .reason = f->chosen_reason,
                               .entered_ms = f->entered_ms};
        add_line(out, c, &l);
    }
}

static void add_decisions(struct str *out, const struct export_case *c)
{
    for (size_t i = 0; i < c->decision_count; i++) {
        const struct case_decision *d = &c->decisions[i];
        const struct case_decision *by = report_reversed_by(c, d);
        const struct line l = {.what = "decision",
                               .place = d->jurisdiction,
                               .name = reportability_word(d->verdict),
                               .at_ms = d->at_ms,
                               .done_ms = by != NULL ? by->at_ms : 0,
                               .state = by == NULL                  ? "in force"
                                        : by->verdict == d->verdict ? "said anew"
                                                                    : "reversed",
                               .by = d->person,
                               .proof = d->proof,
                               .reason = d->reason,
                               .entered_ms = d->at_ms};
        add_line(out, c, &l);
    }
}

static void add_duties(struct str *out, const struct report *r, const struct export_case *c)
{
    for (size_t i = 0; i < c->duty_count; i++) {
        const struct duty_row *d = &c->duties[i];
        const struct line l = {.what = "duty",
                               .place = d->country != NULL ? d->country : d->jurisdiction,
                               .name = d->rule,
                               .version = d->version,
                               .sha256 = d->rule_sha256,
                               .at_ms = d->created_ms,
                               .due_safe = d->due_safe,
                               .due_legal = d->due_legal,
                               .done_ms = report_duty_done_ms(d),
                               .late_ms = report_duty_late_ms(r, d),
                               .state = report_duty_word(r, d),
                               .by = d->met_by,
                               .number = d->number,
                               .proof = d->proof,
                               .reason = d->reason,
                               .entered_ms = report_duty_entered_ms(d)};
        add_line(out, c, &l);
    }
}

static void add_holds(struct str *out, const struct export_case *c)
{
    for (size_t i = 0; i < c->hold_count; i++) {
        const struct hold_row *h = &c->holds[i];
        const struct line l = {.what = "hold",
                               .place = h->jurisdiction,
                               .name = h->rule,
                               .version = h->version,
                               .at_ms = h->since_ms,
                               .due_ms = h->until_ms,
                               .done_ms = h->ended_ms,
                               .state = hold_state_word(h->state),
                               .by = h->person != NULL ? h->person : h->how,
                               .proof = h->proof,
                               .reason = h->reason,
                               .entered_ms = h->ended_ms};
        add_line(out, c, &l);
    }
}

static enum status add_promises(struct str *out, const struct report *r,
                                const struct export_case *c, struct err *err)
{
    struct arena *arena = arena_new();
    struct kept *list = NULL;
    size_t count = 0;
    enum status status = report_kept_list(&list, &count, arena, r, c, err);
    for (size_t i = 0; i < count; i++) {
        const struct kept *k = &list[i];
        const int64_t end = k->over_ms > 0 ? k->over_ms : r->scope->now_ms;
        const struct line l = {.what = "promise",
                               .name = case_clock_word(k->clock),
                               .at_ms = k->from_ms,
                               .due_ms = k->due_ms,
                               .done_ms = k->over_ms,
                               .late_ms = k->late ? end - k->due_ms : 0,
                               .state = report_kept_word(k),
                               .eased_ms = k->eased_ms};
        add_line(out, c, &l);
    }
    for (size_t i = 0; i < r->scope->count; i++) {
        const struct export_matter *m = &r->scope->matters[i];
        static const char *const words[] = {[ROUND_LATE] = "late",
                                            [ROUND_RUNS] = "runs",
                                            [ROUND_NOT_KEPT] = "not kept",
                                            [ROUND_FELL_AWAY] = "fell away",
                                            [ROUND_KEPT] = "kept"};
        const struct report_round round = report_round_of(r, m);
        const struct line l = {.what = "promise",
                               .name = "notices",
                               .at_ms = report_round_from(m),
                               .due_ms = m->row.deadline_ms,
                               .done_ms = round.told == round.count ? round.last_ms : 0,
                               .late_ms = round.late_ms,
                               .state = words[report_round_standing(&round)],
                               .number = m->row.tracking,
                               .reason = m->row.version};
        if (m->row.approved_ms > 0 && report_case_is_linked(c, m->row.tracking))
            add_line(out, c, &l);
    }
    arena_free(arena);
    return status;
}

enum status report_cases_csv(struct str *out, struct app *app, const struct export_scope *scope,
                             struct err *err)
{
    const struct report r = {out, app, scope};
    enum status status = OK;
    str_add(out, "case,what,place,name,rule_version,rule_sha256,at,due_safe,due_legal,done_at,"
                 "late_seconds,state,by,number,proof,reason,entered_at,eased_to\r\n");
    for (size_t i = 0; status == OK && i < scope->case_count; i++) {
        add_facts(out, &scope->cases[i]);
        add_decisions(out, &scope->cases[i]);
        add_duties(out, &r, &scope->cases[i]);
        add_holds(out, &scope->cases[i]);
        status = add_promises(out, &r, &scope->cases[i], err);
    }
    return status != OK || str_ok(out)
               ? status
               : err_set(err, ERR_LIMIT, "cases.csv: too long: export one case at a time");
}
