/* dispatcher/cases/case_show - cases for people to read: list, one, the register of each source. */
#ifndef TOCSIN_DISPATCHER_CASE_SHOW_H
#define TOCSIN_DISPATCHER_CASE_SHOW_H

#include "cases/due.h"
#include "clocks/pack.h"
#include "dispatcher/cases/case_act.h"

/* What case_dues needs, of the maker's country and settings. */
struct case_ground {
    struct pack *pack;
    struct opened opened;
    struct case_limits limits;
};
MUST_USE enum status case_ground_open(struct case_ground *out, const struct app *app,
                                      struct err *err);
void case_ground_close(struct case_ground *ground); /* {0} is fine */
/* The clock that is due first; false: none runs. */
bool case_next_due(struct case_due *out, const struct case_ground *ground,
                   const struct case_file *row);

/* Open cases, each with its next clock, for the board: lines, or the members of "cases". */
MUST_USE enum status case_board(struct str *out, struct json_out *json, struct app *app,
                                struct err *err);

/* The commands; exit codes. */
int case_show_list(struct app *app, bool open_only, bool json);
int case_show_one(struct app *app, const char *name, bool json);
int case_show_sources(struct app *app, bool json);

/* Duties and holds of one case; number NULL: the board of all, or (ical) an iCalendar file of it.
 */
int case_show_duties(struct app *app, const char *number, bool ical);

#endif
