/*
 * cases/intake - what becomes of a mail that reports a flaw, and whether it is answered. Pure.
 *
 * A robot is never answered, a storm opens cases up to a bound and is gathered behind it, and
 * nothing of it decides whether a mail is kept: all are.
 */
#ifndef TOCSIN_CASES_INTAKE_H
#define TOCSIN_CASES_INTAKE_H

#include <stdbool.h>
#include <stdint.h>

enum intake_voice { INTAKE_PERSON, INTAKE_MACHINE, INTAKE_REPLY, INTAKE_DELIVERY };

struct intake_mail {
    enum intake_voice voice;
    const char *robot;    /* why no person wrote it, or NULL */
    bool thread;          /* goes on from a mail of a case, which names it */
    bool from_ourselves;  /* one of our own addresses */
    bool address_usable;  /* can be written to */
    int64_t opened;       /* cases opened by mail in the last hour */
    int64_t answered;     /* automatic answers in the last hour */
    int64_t answered_one; /* to this sender in the last day */
};

struct intake_limits {
    int64_t cases_per_hour, answers_per_hour, answers_per_sender;
};

enum intake_outcome {
    INTAKE_OPENED,   /* a case of its own */
    INTAKE_JOINED,   /* another text of a case */
    INTAKE_GATHERED, /* too many: a person looks at all of them at once */
    INTAKE_PASSED,   /* nothing to do, and kept */
    INTAKE_OUTCOME_COUNT
};
const char *intake_word(enum intake_outcome outcome); /* "opened", ... */

struct intake_choice {
    enum intake_outcome outcome;
    bool answer;        /* the automatic answer, with the number */
    const char *reason; /* why not, in our words; NULL: nothing to say */
};
struct intake_choice intake_choose(const struct intake_mail *mail,
                                   const struct intake_limits *limits);

#endif
