/* From what was known to who was told; and what was known and not told, by whom, and why. */
#include "clocks/rule.h"
#include "dispatcher/export/report_inner.h"

#include <string.h>

#define HEADS(heads) heads, sizeof(heads) / sizeof((heads)[0])

/* The fact by which it was known: what was chosen, else the earliest that is in force. */
static const struct case_fact *awareness(const struct export_case *c)
{
    static const char *const kinds[] = {"aware_any_employee", "aware_manager",
                                        "aware_representative", "learned_of_vulnerability",
                                        "exploitation_evidence"};
    const struct case_fact *first = NULL;
    for (size_t i = 0; i < c->fact_count; i++) {
        const struct case_fact *f = &c->facts[i];
        bool aware = false;
        for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++)
            aware = aware || text_equal(f->kind, kinds[k]);
        if (!aware || !f->in_force)
            continue;
        if (first == NULL || (f->chosen && !first->chosen) ||
            (f->chosen == first->chosen && f->at_ms < first->at_ms))
            first = f;
    }
    return first;
}

bool report_case_is_linked(const struct export_case *c, const char *tracking)
{
    for (size_t i = 0; i < c->link_count; i++)
        if (c->links[i].kind == LINK_ADVISORY && text_equal(c->links[i].ref, tracking))
            return true;
    return false;
}

/* The first and the last of those that were told of it in this country (NULL: anywhere). */
struct reach {
    int64_t first_ms, last_ms; /* 0: nobody */
    size_t sites, out;
};

/* Our own desk and what was stopped stand for nobody who had to be told. */
static bool is_reach(const struct export_notice *n)
{
    return report_counts(n) && !report_was_stopped(n) &&
           (n->lane == NULL || n->lane->kind != PARTY_COMPLAINT);
}

static struct reach told_in(const struct report *r, const struct export_case *c,
                            const char *country)
{
    struct reach t = {0};
    for (size_t i = 0; i < r->scope->count; i++) {
        const struct export_matter *m = &r->scope->matters[i];
        for (size_t k = 0; k < m->notice_count && report_case_is_linked(c, m->row.tracking); k++) {
            const struct export_notice *n = &m->notices[k];
            const int64_t at = report_told_ms(n);
            if (!is_reach(n) || (country != NULL &&
                                 (n->lane == NULL || !text_equal(n->lane->jurisdiction, country))))
                continue;
            t.sites++;
            t.out += at > 0;
            if (at > 0 && (t.first_ms == 0 || at < t.first_ms))
                t.first_ms = at;
            if (at > t.last_ms)
                t.last_ms = at;
        }
    }
    return t;
}

/* "2.4 days (2 d 10 h)". Nobody is told before it was known: then it says so. */
static void add_span(struct str *out, int64_t from_ms, int64_t to_ms)
{
    char span[CLOCK_TEXT];
    const int64_t ms = to_ms - from_ms;
    if (to_ms == 0)
        str_add(out, "-");
    else if (ms < 0)
        str_add(out, "before it");
    else
        str_addf(out, "%lld.%lld days (%s)", (long long)(ms / MS_DAY),
                 (long long)(ms % MS_DAY * 10 / MS_DAY), report_span(span, ms));
}

static void fact_span(const struct report *r, const char *name, int64_t from_ms, int64_t to_ms)
{
    struct str text;
    str_init(&text, STR_LIMIT_LINE);
    add_span(&text, from_ms, to_ms);
    report_fact(r, name, "%s", str_text(&text));
    str_dispose(&text);
}

/* Not what went to customers, nor what went into our own file. */
static bool is_for_authority(const struct duty_row *d)
{
    return !d->informs && !text_equal(d->deliverable, rule_deliverable_word(DELIVER_RECORD));
}

/* The first report to an authority that has proof. */
static const struct duty_row *first_report(const struct export_case *c)
{
    const struct duty_row *first = NULL;
    for (size_t i = 0; i < c->duty_count; i++) {
        const struct duty_row *d = &c->duties[i];
        if (d->state == DUTY_MET && is_for_authority(d) &&
            (first == NULL || d->met_ms < first->met_ms))
            first = d;
    }
    return first;
}

void report_case_times(const struct report *r, const struct export_case *c)
{
    char at[CLOCK_TEXT];
    const struct case_fact *aware = awareness(c);
    const struct duty_row *report = first_report(c);
    const struct reach told = told_in(r, c, NULL);
    if (aware != NULL)
        report_fact(r, "Known since", "%s (%s, fact %lld%s)", clock_text(at, aware->at_ms),
                    aware->kind, (long long)aware->id, aware->chosen ? ", chosen" : "");
    else
        report_fact(r, "Known since", REPORT_NOTHING);
    if (report != NULL)
        report_fact(r, "First report to an authority", "%s (%s)", clock_text(at, report->met_ms),
                    report->rule);
    else
        report_fact(r, "First report to an authority", "none yet");
    if (aware != NULL && report != NULL)
        fact_span(r, "From awareness to first report", aware->at_ms, report->met_ms);
    if (told.first_ms > 0)
        report_fact(r, c->behind ? "First notice by this advisory" : "First notice", "%s",
                    clock_text(at, told.first_ms));
    else
        report_fact(r, c->behind ? "First notice by this advisory" : "First notice", "none yet");
    if (aware != NULL && told.first_ms > 0)
        fact_span(r,
                  c->behind ? "From awareness to first notice by this advisory"
                            : "From awareness to first notice",
                  aware->at_ms, told.first_ms);
    else if (aware != NULL)
        fact_span(r,
                  c->behind ? "Known, and nobody told by this advisory, for"
                            : "Known, and nobody told, for",
                  aware->at_ms, r->scope->now_ms);
}

static void country_row(const struct report *r, const struct export_case *c, const char *country,
                        const struct case_fact *aware)
{
    struct str text;
    const struct reach t = told_in(r, c, country);
    str_init(&text, STR_LIMIT_LINE);
    report_row(r);
    report_cell(r, country);
    report_cell_instant(r, t.first_ms);
    add_span(&text, aware != NULL ? aware->at_ms : t.first_ms, t.first_ms);
    report_cell(r, aware != NULL ? str_text(&text) : REPORT_NOTHING);
    report_cell_instant(r, t.last_ms);
    str_reset(&text);
    str_addf(&text, "%zu of %zu", t.out, t.sites);
    report_cell(r, str_text(&text));
    str_dispose(&text);
}

static bool is_before(const char *country, const char *than, const char *after)
{
    return country != NULL && (after == NULL || strcmp(country, after) > 0) &&
           (than == NULL || strcmp(country, than) < 0);
}

/* The next country in order behind `after` to which notices of the case go; NULL: none. */
static const char *next_country(const struct report *r, const struct export_case *c,
                                const char *after)
{
    const char *found = NULL;
    for (size_t i = 0; i < r->scope->count; i++) {
        const struct export_matter *m = &r->scope->matters[i];
        for (size_t k = 0; k < m->notice_count && report_case_is_linked(c, m->row.tracking); k++) {
            const struct lane *lane = m->notices[k].lane;
            if (is_reach(&m->notices[k]) && lane != NULL &&
                is_before(lane->jurisdiction, found, after))
                found = lane->jurisdiction;
        }
    }
    return found;
}

void report_case_countries(const struct report *r, const struct export_case *c)
{
    static const char *const heads[] = {"Country", "First notice (UTC)",
                                        "From awareness to first notice", "Last notice (UTC)",
                                        "Notices that are out"};
    const struct case_fact *aware = awareness(c);
    const char *country = next_country(r, c, NULL);
    if (country == NULL) {
        str_add(r->out, c->behind ? "<p>No notice of this advisory is planned for it.</p>\n"
                                  : "<p>No notice of an advisory is planned for it.</p>\n");
        return;
    }
    report_table(r, HEADS(heads));
    for (; country != NULL; country = next_country(r, c, country))
        country_row(r, c, country, aware);
    report_table_end(r);
}

/* A line of what was not told. */
static void not_told(const struct report *r, const char *what, const char *place, const char *by,
                     int64_t from_ms, int64_t to_ms, const char *why)
{
    report_row(r);
    report_cell_pair(r, what, place);
    report_cell(r, by);
    report_cell_instant(r, from_ms);
    if (to_ms > 0)
        report_cell_instant(r, to_ms);
    else
        report_cell(r, "to this day");
    report_cell(r, why);
}

static size_t add_withheld(const struct report *r, const struct export_case *c)
{
    size_t count = 0;
    for (size_t i = 0; i < c->event_count; i++) {
        const struct case_event *e = &c->events[i];
        int64_t until = 0;
        if (!text_equal(e->what, "state") || !text_equal(e->said, case_state_word(CASE_WITHHOLD)))
            continue;
        for (size_t k = i + 1; k < c->event_count && until == 0; k++)
            if (text_equal(c->events[k].what, "state") &&
                text_equal(c->events[k].said, case_state_word(CASE_DISCLOSE)))
                until = c->events[k].at_ms;
        not_told(r, "the flaw: not to be disclosed", NULL, e->person, e->at_ms, until, e->reason);
        count++;
    }
    return count;
}

static size_t add_not_reportable(const struct report *r, const struct export_case *c)
{
    size_t count = 0;
    for (size_t i = 0; i < c->decision_count; i++) {
        const struct case_decision *d = &c->decisions[i];
        const struct case_decision *by = report_reversed_by(c, d);
        if (d->verdict == REPORTABLE)
            continue;
        not_told(r, reportability_word(d->verdict), d->jurisdiction, d->person, d->at_ms,
                 by != NULL ? by->at_ms : 0, d->reason);
        count++;
    }
    return count;
}

static size_t add_waived(const struct report *r, const struct export_case *c)
{
    size_t count = 0;
    for (size_t i = 0; i < c->duty_count; i++) {
        const struct duty_row *d = &c->duties[i];
        if (d->state != DUTY_WAIVED)
            continue;
        not_told(r, "its condition was denied", d->rule, d->met_by, d->changed_ms, 0, d->reason);
        count++;
    }
    return count;
}

static size_t add_held(const struct report *r, const struct export_case *c)
{
    size_t count = 0;
    for (size_t i = 0; i < c->hold_count; i++) {
        const struct hold_row *h = &c->holds[i];
        struct str why;
        str_init(&why, STR_LIMIT_LINE);
        if (text_equal(h->why, "undecided"))
            str_addf(&why, "nobody had decided whether it is reportable in %s", h->jurisdiction);
        else
            str_addf(&why, "the authority comes first, by %s", h->rule);
        not_told(r, "held: notices to", h->jurisdiction, NULL, h->since_ms, h->ended_ms,
                 str_text(&why));
        str_dispose(&why);
        count++;
    }
    return count;
}

void report_case_untold(const struct report *r, const struct export_case *c)
{
    static const char *const heads[] = {"What", "By whom", "From (UTC)", "Until (UTC)", "Why"};
    str_add(r->out, "<h3>What was known and not disclosed</h3>\n");
    report_table(r, HEADS(heads));
    size_t count =
        add_withheld(r, c) + add_not_reportable(r, c) + add_waived(r, c) + add_held(r, c);
    report_table_end(r);
    if (count == 0)
        str_add(r->out, "<p>Nothing: no decision, denial or hold kept anything back.</p>\n");
}
