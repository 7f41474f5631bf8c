/*
 * dispatcher/export/report_inner - what the parts of report.html share. Internal to
 * dispatcher/export/report*.c.
 */
#ifndef TOCSIN_DISPATCHER_REPORT_INNER_H
#define TOCSIN_DISPATCHER_REPORT_INNER_H

#include "dispatcher/export/report.h"

#include "dispatcher/plan/recipient.h"
#include "store/duty.h"

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
/* A day or an instant as it was said, time on a line of its own; more words below, or NULL. */
void report_cell_moment(const struct report *r, const char *said, const char *more);
/* "3 d 5 h later", when it is a day or more. */
void report_add_later(const struct report *r, int64_t happened_ms, int64_t entered_ms);
/* By whom and when it was written down, and how long after it happened when that is a day or more.
 */
void report_cell_entered(const struct report *r, const char *by, int64_t happened_ms,
                         int64_t entered_ms);
/* "40 s", "12 min 5 s", "23 h 10 min", "14 d 3 h": two that differ look so. */
const char *report_span(char out[CLOCK_TEXT], int64_t ms);
/* A limit, to the second: "72 hours", "14 days", else "3 d 2 h 46 min 53 s". */
void report_add_within(struct str *out, int64_t ms);
/* A line "name: value" of a list of facts. */
void report_fact(const struct report *r, const char *name, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* When they were told the text by it (notice_told_ms); 0: not yet, or it came back. */
int64_t report_told_ms(const struct export_notice *n);
/* Does it tell the news, and no other notice in its place? What asks again does not count. */
bool report_counts(const struct export_notice *n);
/* Cancelled, or replaced by a newer version: nobody is told by it. */
bool report_was_stopped(const struct export_notice *n);
/* The instant of their first answer; 0: none. */
int64_t report_answered_ms(const struct export_notice *n);
bool report_waits_for_answer(const struct export_notice *n);

/* A case: what was known, told and not told, promised and kept, decided, due and held. */
MUST_USE enum status report_case(const struct report *r, const struct export_case *c,
                                 struct err *err);
/* The same of a case behind an advisory: without its thread, without what else came of it. */
MUST_USE enum status report_case_behind(const struct report *r, const struct export_case *c,
                                        struct err *err);
/* In a few lines of a list of facts. */
void report_case_short(const struct report *r, const struct export_case *c);
/* Its parts: lines of its list of facts; a table of countries; what nobody was told. */
void report_case_times(const struct report *r, const struct export_case *c);
void report_case_countries(const struct report *r, const struct export_case *c);
void report_case_untold(const struct report *r, const struct export_case *c);
/* Has this advisory come of it? */
bool report_case_is_linked(const struct export_case *c, const char *tracking);
/* The decision that took the place of this one; NULL: it is in force. */
const struct case_decision *report_reversed_by(const struct export_case *c,
                                               const struct case_decision *decision);

/* Before all else: holds that a person went past, who and why. Nothing when there are none. */
void report_case_alarms(const struct report *r);

/* Duties and holds with versions of rules and proofs, of any case. */
void report_duties(const struct report *r, const struct duty_row *duties, size_t count);
void report_holds(const struct report *r, const struct hold_row *holds, size_t count,
                  const struct duty_row *duties, size_t duty_count);
/* When it was met, waived or withdrawn; 0: it is open. */
int64_t report_duty_done_ms(const struct duty_row *duty);
/* When that was written down. */
int64_t report_duty_entered_ms(const struct duty_row *duty);
/* Behind its date by law: when that was, or now while it is open; 0: not late. */
int64_t report_duty_late_ms(const struct report *r, const struct duty_row *duty);
/* Its state; "not met" while it runs and its legal date is over. */
const char *report_duty_word(const struct report *r, const struct duty_row *d);

/* What was promised, and what was kept. */
struct kept;
MUST_USE enum status report_kept(const struct report *r, const struct export_case *c,
                                 struct err *err);
MUST_USE enum status report_kept_list(struct kept **out, size_t *count, struct arena *arena,
                                      const struct report *r, const struct export_case *c,
                                      struct err *err);
const char *report_kept_word(const struct kept *kept);
/* Whether everybody who must know of one version was told in time. */
struct report_round {
    size_t count;               /* of notices that count */
    size_t told, untold;        /* untold: still to be told */
    size_t cancelled, replaced; /* told nobody, and never will */
    size_t late;                /* past the deadline when told or stopped, or now */
    int64_t first_ms, last_ms;  /* of those who were told; 0: nobody */
    int64_t late_ms;            /* of the latest one */
};
/* Since when those of this version are to be told: its approval, or the end of its embargo. */
int64_t report_round_from(const struct export_matter *m);
struct report_round report_round_of(const struct report *r, const struct export_matter *m);
enum report_standing { ROUND_LATE, ROUND_RUNS, ROUND_NOT_KEPT, ROUND_FELL_AWAY, ROUND_KEPT };
enum report_standing report_round_standing(const struct report_round *round);
/* The parts of one matter. */
MUST_USE enum status report_first_page(const struct report *r, const struct export_matter *m,
                                       struct err *err);
void report_pictures(const struct report *r, const struct export_matter *m);
void report_summary(const struct report *r, const struct export_matter *m);
/* Its versions and digests: before the first of its matters, once for each advisory. */
void report_story(const struct report *r, size_t which);
/* How many were told, how, and how many answered. */
void report_standing(const struct report *r, const struct export_matter *m);
/* Exercises, apart from what is real, and said to be no more. */
void report_drills(const struct report *r);
void report_lists(const struct report *r, const struct export_matter *m);

#endif
