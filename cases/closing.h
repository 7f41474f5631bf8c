/*
 * cases/closing - what must be there before a case is closed, and what mends each that is not.
 *
 * IEC 81001-5-1 9.2: each report is tracked to its closure. Pure.
 */
#ifndef TOCSIN_CASES_CLOSING_H
#define TOCSIN_CASES_CLOSING_H

#include "cases/stand.h"

/* A duty that nothing has closed yet. */
struct closing_duty {
    const char *rule;
    const char *country; /* NULL: none was said */
    bool informs;        /* met by notices, or by proof; every other one by proof only */
};

struct closing {
    const struct case_stand *stand;
    bool outcome;                      /* said */
    bool approver;                     /* by a person with a role that releases */
    int64_t advisories;                /* linked */
    int64_t cases;                     /* linked */
    int64_t unsigned_yet;              /* decisions in force that wait to be countersigned */
    int64_t open_duties;               /* that nothing has closed yet */
    const struct closing_duty *duties; /* those */
    int64_t unreleased;                /* linked advisories that never were, and that the outcome
                                          says nothing of */
    const char *unreleased_which;      /* their ids */
    int64_t untold;                    /* notices of its advisories that are not out, nor stopped */
    const char *untold_whom;           /* the first of them, in words */
    int64_t holds; /* that stand: they hold the notices of its advisories, and nobody
                      would end them once it is closed */
};

enum closing_lack {
    LACK_STATE, /* it stands where nothing is closed */
    LACK_OUTCOME,
    LACK_DISCLOSURE, /* disclosed or not, and why; needless when it was screened out or transferred:
                        the reason of that is the reason */
    LACK_REPORTER,   /* told since it was clear what comes of it */
    LACK_APPROVAL,
    LACK_ADVISORY, /* it is disclosed, and no advisory is linked */
    LACK_CASE,     /* a duplicate: of which? */
    LACK_SIGNATURE,
    LACK_DUTY,
    LACK_HOLD,
    LACK_NOTICE,  /* an advisory of it has not reached somebody who must know */
    LACK_RELEASE, /* an advisory of it was never released, and nobody says what became of it */
    LACK_COUNT
};
/* Bits 1u << enum closing_lack; 0: it may be closed. */
unsigned closing_lacks(const struct closing *closing);
/* A line for each bit, and for each duty: what is missing, and the command that mends it. */
void closing_words(struct str *out, unsigned lacks, const struct closing *closing,
                   const char *number);

#endif
