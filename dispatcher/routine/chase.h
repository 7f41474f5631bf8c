/*
 * dispatcher/routine/chase - who was asked and has not answered, in slices, the most urgent first.
 *
 * Read-only. Advisories in the order in which their answers are wanted; inside one, parties as they
 * were told: authorities first. Superseded versions are left out: whoever was told of one is told
 * of the next, and answers that.
 */
#ifndef TOCSIN_DISPATCHER_CHASE_H
#define TOCSIN_DISPATCHER_CHASE_H

#include "dispatcher/routine/remind.h"

enum chase_form { CHASE_TEXT, CHASE_CSV, CHASE_JSON };

struct chase {
    struct app *app;
    struct arena *arena; /* of the advisories */
    enum chase_form form;
    struct advisory *list;
    size_t count, at; /* at: the one that is being read */
    int64_t after_id; /* the last notice shown of it */
    int64_t shown;
    struct called called; /* who has the call, of the one that is being read */
};
/* tracking NULL: every advisory. ERR_NOT_FOUND when the register does not know it. */
MUST_USE enum status chase_begin(struct chase *out, struct app *app, struct arena *arena,
                                 const char *tracking, enum chase_form form, struct err *err);
/* Appends the next slice; *more false: that was the last one. */
MUST_USE enum status chase_slice(struct str *out, bool *more, struct chase *chase, struct err *err);

/* Days begun since answers were wanted; 0 while there is time. */
int64_t chase_days_over(int64_t now_ms, int64_t answer_by_ms);

#endif
