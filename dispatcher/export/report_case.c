/* A case in the report: what was known when, what was decided where, and what was not disclosed. */
#include "cases/source.h"
#include "dispatcher/export/report_inner.h"

#include <stdio.h>
#include <string.h>

#define HEADS(heads) heads, sizeof(heads) / sizeof((heads)[0])

const struct case_decision *report_reversed_by(const struct export_case *c,
                                               const struct case_decision *decision)
{
    for (size_t i = 0; i < c->decision_count; i++)
        if (c->decisions[i].supersedes == decision->id)
            return &c->decisions[i];
    return NULL;
}

static void add_disclosure(const struct report *r, const struct case_file *row)
{
    char at[CLOCK_TEXT];
    const char *by = row->disclosure_by != NULL ? row->disclosure_by : REPORT_NOTHING;
    const char *why = row->disclosure_reason != NULL ? row->disclosure_reason : REPORT_NOTHING;
    if (!row->decided)
        report_fact(r, "Disclosure", "not decided");
    else if (row->disclosed)
        report_fact(r, "Disclosure", "to be disclosed, decided by %s at %s: %s", by,
                    clock_text(at, row->disclosure_ms), why);
    else
        report_fact(r, "Known and not disclosed", "decided by %s at %s: %s", by,
                    clock_text(at, row->disclosure_ms), why);
}

/* Whether it counts: which one took its place, or by whom it was chosen, and why. */
static void add_standing(const struct report *r, const struct export_case *c,
                         const struct case_fact *f)
{
    struct str why;
    str_init(&why, STR_LIMIT_LINE);
    for (size_t i = 0; i < c->fact_count; i++)
        if (c->facts[i].supersedes == f->id)
            str_addf(&why, "by fact %lld. ", (long long)c->facts[i].id);
    if (f->from_fact != 0)
        str_addf(&why, "It follows from fact %lld. ", (long long)f->from_fact);
    if (f->chosen_reason != NULL)
        str_addf(&why, "Chosen by %s: %s", f->chosen_by != NULL ? f->chosen_by : REPORT_NOTHING,
                 f->chosen_reason);
    report_cell_pair(r,
                     !f->in_force ? "superseded"
                     : f->chosen  ? "chosen"
                                  : "in force",
                     why.size > 0 ? str_text(&why) : NULL);
    str_dispose(&why);
}

static void add_facts(const struct report *r, const struct export_case *c)
{
    static const char *const heads[] = {
        "Fact", "What",  "Where",   "Happened (UTC)",       "As stated",
        "Who",  "Class", "By what", "Entered by, at (UTC)", "Counts"};
    char id[24];
    if (c->fact_count == 0) {
        str_add(r->out, "<p>No fact is recorded.</p>\n");
        return;
    }
    report_table(r, HEADS(heads));
    for (size_t i = 0; i < c->fact_count; i++) {
        const struct case_fact *f = &c->facts[i];
        (void)snprintf(id, sizeof id, "%lld", (long long)f->id);
        report_row(r);
        report_cell(r, id);
        report_cell(r, f->kind);
        report_cell(r, f->jurisdiction);
        report_cell_instant(r, f->at_ms);
        report_cell_moment(r, f->said, NULL);
        report_cell(r, f->person);
        report_cell(r, fact_class_word(f->class));
        report_cell(r, f->source);
        report_cell_entered(r, f->entered_by, f->at_ms, f->entered_ms);
        add_standing(r, c, f);
    }
    report_table_end(r);
}

static void add_reversal(const struct report *r, const struct export_case *c,
                         const struct case_decision *d)
{
    struct str by;
    char at[CLOCK_TEXT];
    const struct case_decision *newer = report_reversed_by(c, d);
    if (newer == NULL) {
        report_cell(r, "yes");
        return;
    }
    str_init(&by, STR_LIMIT_LINE);
    str_addf(&by, "by %s at %s", newer->person, clock_text(at, newer->at_ms));
    report_cell_pair(r, newer->verdict == d->verdict ? "no: said anew" : "no: REVERSED",
                     str_text(&by));
    str_dispose(&by);
}

static void add_decisions(const struct report *r, const struct export_case *c)
{
    /* When it was decided is when it was entered; whoever had it entered signs for it later. */
    static const char *const heads[] = {
        "Jurisdiction",  "Decision", "By",    "Entered by, at (UTC)",
        "Countersigned", "In force", "Reason"};
    if (c->decision_count == 0) {
        str_add(r->out, "<p>Nothing is decided for any jurisdiction.</p>\n");
        return;
    }
    report_table(r, HEADS(heads));
    for (size_t i = 0; i < c->decision_count; i++) {
        const struct case_decision *d = &c->decisions[i];
        report_row(r);
        report_cell(r, d->jurisdiction);
        report_cell(r, reportability_word(d->verdict));
        report_cell(r, d->person);
        report_cell_entered(r, d->entered_by, 0, d->at_ms);
        report_cell_instant(r, d->countersigned_ms);
        add_reversal(r, c, d);
        report_cell(r, d->reason);
    }
    report_table_end(r);
}

static void add_history(const struct report *r, const struct export_case *c)
{
    static const char *const heads[] = {"At (UTC)", "What", "", "By", "In words"};
    const bool words = r->scope->wish->reader == READER_ALL;
    report_table(r, HEADS(heads));
    for (size_t i = 0; i < c->event_count; i++) {
        const struct case_event *e = &c->events[i];
        report_row(r);
        report_cell_instant(r, e->at_ms);
        report_cell(r, e->what);
        report_cell(r, e->said);
        report_cell(r, e->person);
        report_cell(r, !words && text_equal(e->what, "told") ? REPORT_HIDDEN : e->reason);
    }
    report_table_end(r);
}

/* Texts by their hashes, under which those who see everything have the bytes beside this page. */
static void add_thread(const struct report *r, const struct export_case *c)
{
    static const char *const heads[] = {"At (UTC)", "Way", "Who", "SHA-256"};
    const bool all = r->scope->wish->reader == READER_ALL;
    if (c->message_count == 0) {
        str_add(r->out, "<p>No text came or went.</p>\n");
        return;
    }
    report_table(r, HEADS(heads));
    for (size_t i = 0; i < c->message_count; i++) {
        const struct case_message *m = &c->messages[i];
        report_row(r);
        report_cell_instant(r, m->at_ms);
        report_cell(r, message_way_word(m->way));
        report_cell(r, all ? m->address : REPORT_HIDDEN);
        report_cell(r, all ? m->sha256 : REPORT_HIDDEN);
    }
    for (size_t i = 0; i < c->part_count && all; i++) {
        report_row(r);
        report_cell(r, "");
        report_cell(r, "attached");
        report_cell(r, c->parts[i].name);
        report_cell(r, c->parts[i].sha256);
    }
    report_table_end(r);
}

enum status report_case(const struct report *r, const struct export_case *c, struct err *err)
{
    char at[CLOCK_TEXT];
    const struct case_file *row = &c->row;
    const bool all = r->scope->wish->reader == READER_ALL;
    str_add(r->out, "<h2>Case ");
    report_text(r, row->number);
    str_add(r->out, "</h2>\n<dl>\n");
    report_fact(r, "About", "%s", row->title != NULL ? row->title : REPORT_NOTHING);
    report_fact(r, "Source", "%s (%s)", case_source_word(row->source),
                case_source_about(row->source));
    if (row->reporter != NULL || row->reporter_mail != NULL)
        report_fact(r, "Reported by", "%.200s %.300s",
                    !all                    ? REPORT_HIDDEN
                    : row->reporter != NULL ? row->reporter
                                            : "",
                    all && row->reporter_mail != NULL ? row->reporter_mail : "");
    report_fact(r, "Opened", "%s", clock_text(at, row->opened_ms));
    report_fact(r, "Owner", "%s", row->owner != NULL ? row->owner : "nobody");
    report_fact(r, "State", "%s since %s", case_state_word(row->state),
                clock_text(at, row->state_ms));
    report_case_times(r, c);
    add_disclosure(r, row);
    for (size_t i = 0; i < c->link_count; i++)
        report_fact(r, "Linked to", "%s %s", link_kind_word(c->links[i].kind), c->links[i].ref);
    if (row->closed_ms != 0)
        report_fact(r, "Closed", "%s by %s: %s", clock_text(at, row->closed_ms),
                    row->closed_by != NULL ? row->closed_by : REPORT_NOTHING,
                    row->outcome != NULL ? row->outcome : REPORT_NOTHING);
    str_add(r->out, "</dl>\n<h3>From awareness to first notice, in each country</h3>\n");
    report_case_countries(r, c);
    report_case_untold(r, c);
    enum status status = report_kept(r, c, err);
    str_add(r->out, "<h3>Who knew what, and when</h3>\n");
    add_facts(r, c);
    str_add(r->out, "<h3>Decisions for each jurisdiction</h3>\n");
    add_decisions(r, c);
    str_add(r->out, "<h3>Duties and their clocks</h3>\n");
    report_duties(r, c->duties, c->duty_count);
    str_add(r->out, "<h3>Holds: where an authority comes first</h3>\n");
    report_holds(r, c->holds, c->hold_count, c->duties, c->duty_count);
    str_add(r->out, "<h3>The thread with the reporter</h3>\n");
    add_thread(r, c);
    str_add(r->out, "<h3>History</h3>\n");
    add_history(r, c);
    return status;
}

enum status report_case_behind(const struct report *r, const struct export_case *c, struct err *err)
{
    char at[CLOCK_TEXT];
    const struct case_file *row = &c->row;
    str_add(r->out, "<h2>Case ");
    report_text(r, row->number);
    str_add(r->out, ": what the advisory came of</h2>\n<dl>\n");
    report_fact(r, "Opened", "%s", clock_text(at, row->opened_ms));
    report_fact(r, "Owner", "%s", row->owner != NULL ? row->owner : "nobody");
    report_fact(r, "State", "%s since %s", case_state_word(row->state),
                clock_text(at, row->state_ms));
    report_case_times(r, c);
    add_disclosure(r, row);
    str_add(r->out, "</dl>\n<h3>From awareness to first notice by this advisory, in each "
                    "country</h3>\n");
    report_case_countries(r, c);
    enum status status = report_kept(r, c, err);
    str_add(r->out, "<h3>Who knew what, and when</h3>\n");
    add_facts(r, c);
    str_add(r->out, "<h3>Decisions for each jurisdiction</h3>\n");
    add_decisions(r, c);
    str_add(r->out, "<h3>Duties and their clocks</h3>\n");
    report_duties(r, c->duties, c->duty_count);
    str_add(r->out, "<h3>Holds: where an authority comes first</h3>\n");
    report_holds(r, c->holds, c->hold_count, c->duties, c->duty_count);
    str_add(r->out, "<h3>History</h3>\n");
    add_history(r, c);
    if (c->others)
        str_add(r->out, "<p>Other advisories came of this case. What shows that duties were met by "
                        "notices names them, too, and is in a bundle of the case.</p>\n");
    str_add(r->out, "<p>Its thread, what its reporter was told and what else came of it are in a "
                    "bundle of the case itself.</p>\n");
    return status;
}

static void add_bypass(const struct report *r, const struct export_case *c,
                       const struct hold_row *h)
{
    char at[CLOCK_TEXT];
    str_add(r->out, "<p class=\"waived\"><strong>ALARM</strong> Case ");
    report_text(r, c->row.number);
    str_add(r->out, ": the hold by ");
    report_text(r, h->rule);
    str_add(r->out, " in ");
    report_text(r, h->jurisdiction);
    str_addf(r->out, " was bypassed at %s by ", clock_text(at, h->ended_ms));
    report_text(r, h->person != NULL ? h->person : REPORT_NOTHING);
    str_add(r->out, ": ");
    report_text(r, h->reason != NULL ? h->reason : REPORT_NOTHING);
    str_add(r->out, "</p>\n");
}

void report_case_alarms(const struct report *r)
{
    for (size_t i = 0; i < r->scope->case_count; i++)
        for (size_t k = 0; k < r->scope->cases[i].hold_count; k++)
            if (r->scope->cases[i].holds[k].state == HOLD_BYPASSED)
                add_bypass(r, &r->scope->cases[i], &r->scope->cases[i].holds[k]);
}

void report_case_short(const struct report *r, const struct export_case *c)
{
    size_t decided = 0, met = 0, late = 0, standing = 0;
    for (size_t i = 0; i < c->decision_count; i++)
        decided += c->decisions[i].in_force;
    for (size_t i = 0; i < c->duty_count; i++) {
        met += c->duties[i].state == DUTY_MET;
        late += report_duty_late_ms(r, &c->duties[i]) > 0;
    }
    for (size_t i = 0; i < c->hold_count; i++)
        standing += c->holds[i].state == HOLD_STANDING;
    report_fact(r, "Case", "%s", c->row.number);
    report_case_times(r, c);
    report_fact(r, "Jurisdictions decided on", "%zu", decided);
    report_fact(r, "Duties", "%zu, of them met %zu, late %zu", c->duty_count, met, late);
    report_fact(r, "Holds", "%zu, standing %zu", c->hold_count, standing);
    add_disclosure(r, &c->row);
}
