/*
 * dispatcher/export/report_inner - what the parts of report.html share. Internal to
 * dispatcher/export/report*.c.
 */
#ifndef TOCSIN_DISPATCHER_REPORT_INNER_H
#define TOCSIN_DISPATCHER_REPORT_INNER_H

#include "dispatcher/export/report.h"

#include "dispatcher/plan/recipient.h"

#define REPORT_NOTHING "not recorded"
#define REPORT_HIDDEN "not shown to this reader"

struct report {
    struct str *out;
    struct app *app;
    const struct export_scope *scope;
};

/* Escaped content: on one line; as it stands with its lines. NULL is "not recorded". */
void report_text(const struct report *r, const char *text);
void report_lines(const struct report *r, const char *text);
/* A table with these heads; its rows: report_row, report_cell for each, ... */
void report_table(const struct report *r, const char *const *heads, size_t count);
void report_table_end(const struct report *r);
void report_row(const struct report *r);
void report_cell(const struct report *r, const char *text);
void report_cell_int(const struct report *r, int64_t n);
void report_cell_instant(const struct report *r, int64_t ms); /* 0: "-" */
/* Two words of ours, one under the other. */
void report_cell_pair(const struct report *r, const char *first, const char *second);
/* A line "name: value" of a list of facts. */
void report_fact(const struct report *r, const char *name, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* When the relay, or a person, first took it over; 0: not yet. */
int64_t report_told_ms(const struct export_notice *n);
/* The instant of their first answer; 0: none. */
int64_t report_answered_ms(const struct export_notice *n);
bool report_waits_for_answer(const struct export_notice *n);

/* Facts, decisions, days from awareness to the first notice, what was not disclosed. */
void report_case(const struct report *r, const struct export_case *c);
/* The parts of one matter. */
MUST_USE enum status report_first_page(const struct report *r, const struct export_matter *m,
                                       struct err *err);
void report_pictures(const struct report *r, const struct export_matter *m);
void report_summary(const struct report *r, const struct export_matter *m);
/* Exercises, apart from what is real, and said to be no more. */
void report_drills(const struct report *r);
void report_lists(const struct report *r, const struct export_matter *m);

#endif
