/*
 * dispatcher/signed/checkpoint_inner - the state between the signer's answers. Internal to
 * checkpoint*.c.
 */
#ifndef TOCSIN_DISPATCHER_CHECKPOINT_INNER_H
#define TOCSIN_DISPATCHER_CHECKPOINT_INNER_H

#include "dispatcher/run/child.h"
#include "dispatcher/signed/checkpoint.h"

struct checkpoint {
    struct app *app;
    struct child child;
    char *name; /* of the log, once known */
    bool demanded;
    int64_t covered;      /* entries under the last checkpoint; -1: not asked yet */
    int64_t seen;         /* entries in the log when we looked last */
    int64_t due_up_ms;    /* when what is not covered has to be; INT64_MAX: nothing is uncovered */
    int64_t pause_up_ms;  /* not before */
    int64_t asked_ms;     /* when the signer was told to read: what came later is not covered */
    int64_t plan_id;      /* of the advisory whose plan waits, or waited */
    int64_t plan_up_ms;   /* since when */
    int64_t plan_wait_ms; /* and how long at most */
    bool refused;         /* the last answer was no */
    struct err cause;     /* why */
    enum status told;     /* the refusal that a person was told of; OK: none since it signed last */
    enum checkpoint_wish wish;     /* that the child has */
    struct checkpoint_ask *asks;   /* who waits: the first comes first */
    struct checkpoint_ask *served; /* whose wish the child has; NULL: nobody's, or they went away */
    char key[CHECKPOINT_KEY];      /* that the child says it has; "": none */
};

/* c->name: DOMAIN/tocsin/ID, fixed at the first signing: a log keeps its name. */
MUST_USE enum status checkpoint_name(struct checkpoint *c, struct err *err);
/*
 * *known: the log names this key, and it may sign. The first key of a log, and of an epoch, is
 * named here: an own transaction.
 */
MUST_USE enum status checkpoint_key(bool *known, struct checkpoint *c, const char *line,
                                    struct err *err);

#endif
