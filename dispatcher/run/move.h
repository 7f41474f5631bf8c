/*
 * dispatcher/run/move - the only place that changes a notice: state, entry and row together.
 *
 * All calls run inside an open transaction (app_begin) or item of one.
 */
#ifndef TOCSIN_DISPATCHER_MOVE_H
#define TOCSIN_DISPATCHER_MOVE_H

#include "dispatcher/plan/recipient.h"
#include "store/notice.h"
#include "store/task.h"

/*
 * Apply `event` to *notice: next state by dispatcher/run/state, changed_ms, save with the old state
 * as condition. The caller has set what else changes (next_at_ms, why, ...) in *notice before.
 * entry may be NULL: then a notice.moved entry is made. Owns entry in every case.
 * Returns ERR_STALE when the event means nothing in this state (*notice is unchanged then).
 */
MUST_USE enum status move_notice(struct app *app, struct notice *notice, enum notice_event event,
                                 struct entry *entry, struct err *err);

/* Save fields that change without a move (grade, next_at); the entry says why. Owns entry. */
MUST_USE enum status move_save(struct app *app, struct notice *notice, struct entry *entry,
                               struct err *err);

/*
 * Open or join a task of this cause and record it; fills task->id. owner NULL: by kind. uid is the
 * notice it is about, or NULL.
 */
MUST_USE enum status move_task(struct app *app, struct task *task, const struct task_item *item,
                               const char *uid, struct err *err);

/*
 * The same for what is met again and again: nothing is written, and the journal not told, while a
 * task of this cause is open.
 */
MUST_USE enum status move_task_once(struct app *app, struct task *task,
                                    const struct task_item *item, struct err *err);

/*
 * The tasks that go beside a notice, each time that its route is chosen: a call for a waiting one,
 * a key that cannot be used.
 */
MUST_USE enum status move_side_tasks(struct app *app, const struct advisory *advisory,
                                     const struct notice *notice, const struct recipient *recipient,
                                     struct err *err);

/*
 * The advisory's embargo is over: its open tasks do not forbid, or say, what ended with it, and
 * are to be done by its deadline. Inside a transaction; a second time it changes nothing.
 */
MUST_USE enum status move_free_tasks(struct app *app, const struct advisory *advisory,
                                     struct err *err);

/* Give the notice to a person: opens or joins the task, EVENT_TASK. */
MUST_USE enum status move_to_task(struct app *app, struct notice *notice, enum task_kind kind,
                                  const char *reason, struct err *err);

/*
 * This route is at its end (refused, bounced, key gone): the next contact of the party, else a
 * task of a named person. same_contact: this contact again, chosen anew (its key fell out). reason
 * is a harmless clause. entry (may be NULL) is recorded first; owned.
 */
MUST_USE enum status move_to_route(struct app *app, struct notice *notice, bool same_contact,
                                   const char *reason, struct entry *entry, struct err *err);

/* Who does tasks of this kind: the first person with the fitting role. Borrowed. */
const char *move_task_owner(const struct app *app, enum task_kind kind);

#endif
