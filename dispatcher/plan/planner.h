/*
 * dispatcher/plan/planner - from an approved advisory to the rows of the queue.
 *
 * Planning is a state, and every step is a slice of at most PLANNER_SLICE parties, so that others
 * are served between them: of a list that is longer than that, first the authorities, who need not
 * wait for the hashing of a million others: count and root of them (plan.first), then their rows;
 * then count and root of the whole list, theirs included (plan.created); then all other rows. All
 * before that begins again after a crash, and nobody is planned twice; the third goes on where it
 * stood. Keys are judged at one instant, so that all passes see the same list.
 */
#ifndef TOCSIN_DISPATCHER_PLANNER_H
#define TOCSIN_DISPATCHER_PLANNER_H

#include "base/random.h"
#include "dispatcher/plan/recipient.h"

#define PLANNER_SLICE 1000

/* Calls one() for every party of the register in the order of telling; stops on its error. */
MUST_USE enum status
planner_each(struct app *app, const struct dossier *dossier, int64_t now_ms,
             enum status (*one)(void *context, const struct recipient *recipient, struct err *err),
             void *context, struct err *err);

/* One line of the list, without newline: the leaf of the root. Appended to out. */
void planner_line(struct str *out, const struct recipient *recipient);

/* *out: the last plan.first of the advisory says this root; after a crash it stands there. */
MUST_USE enum status planner_named(bool *out, struct app *app, const char *advisory_uid,
                                   const char *root, struct err *err);

/* Put one notice into the queue, with its entry and the tasks beside it. Inside a transaction. */
MUST_USE enum status planner_add_notice(struct app *app, const struct dossier *dossier,
                                        const struct recipient *recipient, struct err *err);

/* A code that no notice has. */
MUST_USE enum status planner_draw_code(char code[RANDOM_CODE], struct app *app, struct err *err);

/*
 * Whoever got a waiting notice and can be given the text now (a key came) is given it: a notice of
 * its own, beside the waiting one. Own transactions, one for each advisory; *count: how many.
 */
MUST_USE enum status planner_catch_up(struct app *app, int64_t *count, struct err *err);
/* The same for one advisory. */
MUST_USE enum status planner_catch_up_one(struct app *app, const struct advisory *row,
                                          int64_t *count, struct err *err);

/*
 * Do one bounded step for advisories that are approved or being planned: one slice.
 * Opens and commits its own transaction. *more: call again soon. An advisory that cannot be planned
 * (its bytes were damaged) rests, is told of (planner_rest), and the next one comes. Returns what
 * the store returns.
 */
MUST_USE enum status planner_step(struct app *app, bool *more, struct err *err);

#define PLANNER_REST_MS MS_MINUTE /* then it is tried again */
/* Does it rest? */
bool planner_rests(const struct app *app, int64_t advisory_id);
/* It cannot be planned now: logged each time; an entry and a task when nobody knows it yet. */
MUST_USE enum status planner_rest(struct app *app, const struct advisory *row,
                                  const struct err *cause, struct err *err);
/* It was planned after all. */
void planner_wake(struct app *app, int64_t advisory_id);
/* Why an advisory was not planned; NULL: each of them is, or can be. */
const struct err *planner_trouble(const struct app *app);

/* The advisory whose authorities are named, and not in the queue yet; NULL: none. Borrowed. */
const char *planner_first(int64_t *advisory_id, const struct app *app);

/* Drop what is remembered between steps: the store goes, or is opened anew. */
void planner_forget(struct app *app);

/*
 * From the first look at a list to its last slice the register stands still, or somebody would be
 * planned twice, not at all, or otherwise than the root says. ERR_STALE: not now.
 */
MUST_USE enum status planner_allows_import(struct app *app, struct err *err);

#endif
