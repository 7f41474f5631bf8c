/*
 * dispatcher/routine/remind - whoever was told and does not answer is asked again
 * (reminders/reminder.h).
 *
 * What asks again is a notice of its own, of kind reminder or escalation, once each by the key of
 * the queue (advisory, party, kind); the call is an item of one task for the advisory. So what was
 * made is seen from the rows, by whoever looks, after a crash too.
 */
#ifndef TOCSIN_DISPATCHER_REMIND_H
#define TOCSIN_DISPATCHER_REMIND_H

#include "base/random.h"
#include "dispatcher/app.h"
#include "reminders/reminder.h"
#include "store/advisory.h"
#include "store/notice.h"

bool remind_asks_again(enum notice_kind kind);
/* It is about a notice that went before, and says nothing of its own: what asks again, and that an
 * embargo is over. */
bool remind_refers_back(enum notice_kind kind);
/* The notice that this one asks about, or is about. ERR_NOT_FOUND when it is not there any more. */
MUST_USE enum status remind_first(struct notice *out, struct arena *arena, struct app *app,
                                  const struct notice *notice, struct err *err);
/*
 * An answer with this code came to the notice: when it asks again, has left, and the code is that
 * of the notice that it asks about, *notice is that one from now on.
 */
MUST_USE enum status remind_to_first(struct notice *notice, struct arena *arena, struct app *app,
                                     const char *code, struct err *err);
/* Why a notice need not ask again any more. */
struct remind_end {
    const char *why;     /* NULL: it must, or it is none that asks again */
    char by[RANDOM_UID]; /* every case is closed: the one closed last; "": they answered */
};
MUST_USE enum status remind_is_over(struct remind_end *out, struct app *app,
                                    const struct notice *notice, struct err *err);

/* Those of an advisory for whom a person has, or had, the call; in ascending order. */
struct called {
    int64_t *notices;
    int64_t *tasks; /* 0: done */
    size_t count;
};
MUST_USE enum status remind_called(struct called *out, struct arena *arena, struct app *app,
                                   int64_t advisory_id, struct err *err);
/* What comes next for them, and when; *task_id: of the open call, else 0. */
struct reminder_due remind_due(int64_t *task_id, const struct app *app, const struct unanswered *u,
                               const struct called *called);

/*
 * One bounded step over all who do not answer. *more: call again soon. Opens and commits its own
 * transaction.
 */
MUST_USE enum status remind_step(struct app *app, bool *more, struct err *err);
void remind_forget(struct app *app); /* the store goes, or is opened anew */
/* Instant of the next look; INT64_MAX: never. */
int64_t remind_next(const struct app *app);

#endif
