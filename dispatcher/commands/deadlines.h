/*
 * dispatcher/commands/deadlines - gathers the clocks of duties, cases, lists of notices and tasks
 * for the board. Read-only; what a line says and which comes first: duties/deadline.
 */
#ifndef TOCSIN_DISPATCHER_DEADLINES_H
#define TOCSIN_DISPATCHER_DEADLINES_H

#include "dispatcher/cases/case_show.h"
#include "duties/deadline.h"

struct deadlines {
    struct arena *arena;
    struct deadline *list;
    size_t count;
    struct case_ground ground; /* opened when the first duty or case is there */
};
void deadlines_init(struct deadlines *d);
void deadlines_dispose(struct deadlines *d);
/* Texts are copied. */
void deadlines_add(struct deadlines *d, const struct deadline *one);

/* Open duties; tracking: those of cases that are linked to this advisory; NULL: all. */
MUST_USE enum status deadlines_duties(struct deadlines *d, struct app *app, const char *tracking,
                                      struct err *err);
/* The clocks of open cases themselves. */
MUST_USE enum status deadlines_cases(struct deadlines *d, struct app *app, struct err *err);
/* Open tasks with a deadline, but reminders of duties: those have their line already. */
MUST_USE enum status deadlines_tasks(struct deadlines *d, struct app *app, struct err *err);

/* Sorted; most 0: all. More than most: a last line says how many more. Nothing when empty. */
void deadlines_print(struct str *out, struct deadlines *d, size_t most, int64_t now_ms);
/* Elements of an open array. */
void deadlines_json(struct json_out *j, struct deadlines *d, int64_t now_ms);
/* A whole iCalendar file. */
void deadlines_ical(struct str *out, struct deadlines *d, const char *site, int64_t now_ms);

#endif
