/* The report of a drill: one page, and JSON. */
#include "base/json_out.h"
#include "drills/report.h"

#include <string.h>

/* A step, and how it is read off a recipient. */
struct step {
    const char *name, *about;
    int64_t (*at)(const struct drill_recipient *r);
    bool against_answer; /* its limit is that of answers; else that of telling */
};

static int64_t at_planned(const struct drill_recipient *r)
{
    return r->planned_ms;
}

static int64_t at_sealed(const struct drill_recipient *r)
{
    return r->sealed_ms;
}

static int64_t at_taken(const struct drill_recipient *r)
{
    return r->taken_ms;
}

static int64_t at_receipt(const struct drill_recipient *r)
{
    return r->receipt_ms;
}

static int64_t at_answered(const struct drill_recipient *r)
{
    return r->answered_ms;
}

enum { STEPS = 5 };
static const struct step steps[STEPS] = {
    {"planned", "planned", at_planned, false},
    {"sealed", "sealed", at_sealed, false},
    {"taken", "taken, or told by a person", at_taken, false},
    {"receipt", "receipt of the far side", at_receipt, true},
    {"answered", "answered", at_answered, true},
};

/* How many came so far, the slowest of them, and how many behind the limit. */
struct measure {
    int64_t count, late, slowest_ms, limit_ms;
};

static struct measure measure_step(const struct drill_report *report, const struct step *step)
{
    struct measure m = {.limit_ms =
                            step->against_answer ? report->answer_by_ms : report->told_by_ms};
    for (size_t i = 0; i < report->count; i++) {
        const int64_t at = step->at(&report->recipients[i]);
        if (at == 0)
            continue;
        m.count++;
        m.late += m.limit_ms > 0 && at > m.limit_ms;
        if (at - report->started_ms > m.slowest_ms)
            m.slowest_ms = at - report->started_ms;
    }
    return m;
}

static size_t count_faults(const struct drill_report *report, int64_t now_ms)
{
    size_t faults = 0;
    for (size_t i = 0; i < report->count; i++)
        faults += drill_judge(&report->recipients[i], report, now_ms) != DRILL_NONE;
    return faults;
}

static const char *outcome_of(const struct drill_report *report, int64_t now_ms)
{
    if (report->ended_ms == 0)
        return "running";
    return drill_passed(report, now_ms) ? "passed" : "failed";
}

static void add_head(struct str *out, const struct drill_report *r, int64_t now_ms)
{
    char at[CLOCK_TEXT];
    char span[CLOCK_TEXT];
    str_addf(out, "EXERCISE %lld: REPORT\n\n", (long long)r->id);
    str_addf(out, "maker        %s\n", r->maker);
    str_addf(out, "about        %s\n", r->name);
    if (r->by != NULL)
        str_addf(out, "ordered by   %s\n", r->by);
    else if (!r->scheduled)
        str_add(out, "ordered by   the command line, without a name\n");
    else
        str_addf(out, "ordered by   the schedule, for %s%s\n", clock_text(at, r->run_ms),
                 r->missed > 0 ? "; runs before it were missed" : "");
    str_addf(out, "began        %s\n", clock_text(at, r->started_ms));
    if (r->ended_ms > 0)
        str_addf(out, "ended        %s, after %s\n", clock_text(at, r->ended_ms),
                 duration_text(span, r->ended_ms - r->started_ms));
    else
        str_add(out, "ended        not yet: what follows is not final\n");
    str_addf(out, "to be told   by %s\n", clock_text(at, r->told_by_ms));
    str_addf(out, "to answer    by %s\n", clock_text(at, r->answer_by_ms));
    str_addf(out, "log          entries of subject %s, and of notices whose names begin so\n",
             r->uid);
    str_addf(out, "verdict      %s: %zu of %zu recipients with a fault\n\n", outcome_of(r, now_ms),
             count_faults(r, now_ms), r->count);
}

static void add_steps(struct str *out, const struct drill_report *r)
{
    char span[CLOCK_TEXT];
    char limit[CLOCK_TEXT];
    str_addf(out, "%-26s %9s %9s  %-14s %s\n", "step", "reached", "late", "slowest after", "limit");
    for (size_t i = 0; i < STEPS; i++) {
        const struct measure m = measure_step(r, &steps[i]);
        str_addf(out, "%-26s %4lld/%-4zu %9lld  %-14s %s\n", steps[i].about, (long long)m.count,
                 r->count, (long long)m.late, m.count > 0 ? duration_text(span, m.slowest_ms) : "-",
                 m.limit_ms > 0 ? duration_text(limit, m.limit_ms - r->started_ms) : "-");
    }
}

static void add_line(struct str *out, const struct drill_report *report,
                     const struct drill_recipient *r, int64_t now_ms)
{
    char span[CLOCK_TEXT];
    const enum drill_fault fault = drill_judge(r, report, now_ms);
    str_addf(out, "  %-24s %-3s %-9s %-8s taken %-10s answered %-10s %s\n", r->party,
             r->country != NULL ? r->country : "-", level_word(r->level), route_word(r->route),
             r->taken_ms > 0 ? duration_text(span, r->taken_ms - report->started_ms) : "-",
             r->answer != NULL && r->answered_ms > 0 ? r->answer : "-",
             fault == DRILL_NONE ? "" : drill_fault_words(fault));
}

static void add_recipients(struct str *out, const struct drill_report *r, int64_t now_ms)
{
    size_t shown = 0;
    str_add(out, "\nrecipients, those with a fault first; spans from the beginning\n");
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < r->count && shown < DRILL_LINES; i++)
            if ((drill_judge(&r->recipients[i], r, now_ms) != DRILL_NONE) == (round == 0)) {
                add_line(out, r, &r->recipients[i], now_ms);
                shown++;
            }
    if (shown < r->count)
        str_addf(out, "  and %zu more: tocsin drill report %lld --json\n", r->count - shown,
                 (long long)r->id);
}

/* No blanks at the ends of lines: a signature over the page does not cover them. */
void drill_text(struct str *out, const struct drill_report *r, int64_t now_ms)
{
    struct str page;
    str_init(&page, STR_LIMIT_TEXT);
    add_head(&page, r, now_ms);
    add_steps(&page, r);
    add_recipients(&page, r, now_ms);
    str_add(&page, "\nNo notice of this exercise counts as a real one: it met no duty, answered no "
                   "question, and is in no count.\n");
    const char *line = str_text(&page);
    for (const char *end = NULL; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        size_t size = (size_t)(end - line);
        while (size > 0 && (line[size - 1] == ' ' || line[size - 1] == '\t'))
            size--;
        str_add_n(out, line, size);
        str_add_c(out, '\n');
    }
    out->failed = out->failed || !str_ok(&page);
    str_dispose(&page);
}

static void json_instant(struct json_out *j, const char *name, int64_t ms)
{
    char at[CLOCK_TEXT];
    json_out_text(j, name, ms > 0 ? clock_text(at, ms) : NULL);
}

static void json_recipient(struct json_out *j, const struct drill_report *report,
                           const struct drill_recipient *r, int64_t now_ms)
{
    const enum drill_fault fault = drill_judge(r, report, now_ms);
    json_out_object(j, NULL);
    json_out_text(j, "party", r->party);
    json_out_text(j, "kind", party_kind_word(r->kind));
    json_out_text(j, "country", r->country);
    json_out_text(j, "level", level_word(r->level));
    json_out_text(j, "route", route_word(r->route));
    json_out_text(j, "state", notice_state_word(r->state));
    json_out_text(j, "receipt_grade", grade_word(r->grade));
    json_out_text(j, "answer", r->answer);
    for (size_t i = 0; i < STEPS; i++)
        json_instant(j, steps[i].name, steps[i].at(r));
    json_out_text(j, "fault", fault == DRILL_NONE ? NULL : drill_fault_words(fault));
    json_out_end(j);
}

void drill_json(struct str *out, const struct drill_report *r, int64_t now_ms)
{
    struct json_out j;
    json_out_init(&j, out, false);
    json_out_object(&j, NULL);
    json_out_text(&j, "schema", "tocsin.drill/1");
    json_out_bool(&j, "exercise", true);
    json_out_int(&j, "drill", r->id);
    json_out_text(&j, "maker", r->maker);
    json_out_text(&j, "store", r->store);
    json_out_text(&j, "about", r->name);
    json_out_text(&j, "subject", r->uid);
    json_out_text(&j, "by", r->by);
    json_out_bool(&j, "scheduled", r->scheduled);
    json_instant(&j, "due", r->run_ms);
    json_out_int(&j, "missed", r->missed);
    json_instant(&j, "began", r->started_ms);
    json_instant(&j, "ended", r->ended_ms);
    json_instant(&j, "told_by", r->told_by_ms);
    json_instant(&j, "answer_by", r->answer_by_ms);
    json_out_text(&j, "verdict", outcome_of(r, now_ms));
    json_out_int(&j, "faults", (int64_t)count_faults(r, now_ms));
    json_out_array(&j, "steps");
    for (size_t i = 0; i < STEPS; i++) {
        const struct measure m = measure_step(r, &steps[i]);
        json_out_object(&j, NULL);
        json_out_text(&j, "step", steps[i].name);
        json_out_int(&j, "reached", m.count);
        json_out_int(&j, "late", m.late);
        json_out_int(&j, "slowest_ms", m.slowest_ms);
        json_instant(&j, "limit", m.limit_ms);
        json_out_end(&j);
    }
    json_out_end(&j);
    json_out_array(&j, "recipients");
    for (size_t i = 0; i < r->count; i++)
        json_recipient(&j, r, &r->recipients[i], now_ms);
    json_out_end(&j);
    json_out_end(&j);
    str_add_c(out, '\n');
}
