/* Exercises in the report: behind all that is real, and said to be none of it. */
#include "dispatcher/export/report_inner.h"

#define HEADS(heads) heads, sizeof(heads) / sizeof((heads)[0])

static void add_recipients(const struct report *r, const struct export_drill *d)
{
    static const char *const heads[] = {"Recipient", "Protection, route", "Taken",
                                        "Receipt",   "Answered",          "What was wrong"};
    report_table(r, HEADS(heads));
    for (size_t i = 0; i < d->report.count; i++) {
        const struct drill_recipient *one = &d->report.recipients[i];
        const enum drill_fault fault = drill_judge(one, &d->report, r->scope->now_ms);
        report_row(r);
        report_cell(r, one->party);
        report_cell_pair(r, level_word(one->level), route_word(one->route));
        report_cell_instant(r, one->taken_ms);
        report_cell_instant(r, one->receipt_ms);
        report_cell_instant(r, one->answered_ms);
        report_cell(r, fault == DRILL_NONE ? NULL : drill_fault_words(fault));
        str_add_c(r->out, '\n');
    }
    report_table_end(r);
}

static void add_drill(const struct report *r, const struct export_drill *d)
{
    char at[CLOCK_TEXT];
    str_addf(r->out, "<h3>Exercise %lld: %s</h3>\n<dl>\n", (long long)d->row.id,
             d->row.ended_ms == 0 ? "goes on"
             : d->row.passed      ? "passed"
                                  : "failed");
    report_fact(r, "Name", "%s", d->matter.row.tracking);
    report_fact(r, "About", "%s", d->report.name);
    report_fact(r, "Ordered by", "%s", d->row.by != NULL ? d->row.by : "its schedule");
    report_fact(r, "Began", "%s", clock_text(at, d->row.started_ms));
    if (d->row.ended_ms > 0)
        report_fact(r, "Ended", "%s", clock_text(at, d->row.ended_ms));
    report_fact(r, "To be told by", "%s", clock_text(at, d->report.told_by_ms));
    report_fact(r, "To answer by", "%s", clock_text(at, d->report.answer_by_ms));
    if (d->row.report != NULL)
        report_fact(r, "Page (SHA-256)", "%s", d->row.report);
    str_add(r->out, "</dl>\n");
    add_recipients(r, d);
}

void report_drills(const struct report *r)
{
    if (r->scope->drill_count == 0)
        return;
    str_addf(r->out,
             "<h2 class=\"page\">Exercises: %zu</h2>\n<p>Nothing below is a real notice. Exercises "
             "are marked in their messages and in the log, where their names begin with "
             "<code>exercise-</code>; they are in no number above.</p>\n",
             r->scope->drill_count);
    for (size_t i = 0; i < r->scope->drill_count; i++)
        add_drill(r, &r->scope->drills[i]);
}
