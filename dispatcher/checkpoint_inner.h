/*
 * dispatcher/checkpoint_inner - the state between the signer's answers. Internal to checkpoint*.c.
 */
#ifndef TOCSIN_DISPATCHER_CHECKPOINT_INNER_H
#define TOCSIN_DISPATCHER_CHECKPOINT_INNER_H

#include "dispatcher/checkpoint.h"
#include "dispatcher/child.h"

struct checkpoint {
    struct app *app;
    struct child child;
    char *name; /* of the log, once known */
    bool demanded;
    int64_t covered;     /* entries under the last checkpoint; -1: not asked yet */
    int64_t seen;        /* entries in the log when we looked last */
    int64_t due_up_ms;   /* when what is not covered has to be; INT64_MAX: nothing is uncovered */
    int64_t pause_up_ms; /* not before */
    int64_t asked_ms;    /* when the signer was told to read: what came later is not covered */
    int64_t plan_id;     /* of the advisory whose plan waits, or waited */
    int64_t plan_up_ms;  /* since when */
    bool refused;        /* the last answer was no */
    struct err cause;    /* why */
    int wish;            /* JOB_SIGN, JOB_NEW_KEY, JOB_MEMORY instead of a checkpoint; 0: none */
    struct bytes sums;   /* of JOB_SIGN; borrowed */
    unsigned char signature[64];
    bool answered;            /* the wish */
    char key[CHECKPOINT_KEY]; /* the one that the signer made */
    struct checkpoint_memory memory;
};

/* A verifier key without its newline; false when there is none, or it is too long. */
bool checkpoint_line(char out[CHECKPOINT_KEY], const char *line);
/*
 * *known: the log names this key, and it may sign. The first key of a log, and of an epoch, is
 * named here: an own transaction.
 */
MUST_USE enum status checkpoint_key(bool *known, struct checkpoint *c, const char *line,
                                    struct err *err);

#endif
