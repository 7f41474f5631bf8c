/*
 * duties/clash - clocks that contradict each other before anything is sent: an embargo, a hold or
 * our own date that ends behind the day on which a duty is due.
 *
 * It says what will be late, and moves nothing. Pure.
 */
#ifndef TOCSIN_DUTIES_CLASH_H
#define TOCSIN_DUTIES_CLASH_H

#include "base/arena.h"
#include "base/str.h"

struct clash_duty {
    const char *rule;
    const char *place;
    const char *due_safe; /* as the rule says it */
    int64_t safe_ms;      /* last millisecond in time; 0: no time is set */
    bool informs;         /* met by notices; any other one by what is handed in */
};
struct clash_hold {
    const char *rule;
    int64_t until_ms; /* 0: until proof is handed in */
    bool waits;       /* the duty's notices wait for it */
};

enum clash {
    CLASH_NONE,
    CLASH_LATE,    /* the duty is past its date already */
    CLASH_EMBARGO, /* its notices leave when the embargo ends, behind its date */
    CLASH_REPORT,  /* a report that is due while the embargo lasts, which stops no clock */
    CLASH_HOLD,    /* a hold ends behind its date */
    CLASH_PROOF,   /* a hold lasts until proof, however late that is */
    CLASH_OWN_DATE /* we promise to have told them behind its date */
};

/* Our instants; 0: none. */
struct clash_ours {
    int64_t now_ms;
    int64_t embargo_ms; /* its end */
    int64_t told_by_ms; /* everybody is to be told by then */
};

/* The first that holds, in the order above. hold NULL: none stands in its way. */
enum clash clash_of(const struct clash_ours *ours, const struct clash_duty *duty,
                    const struct clash_hold *hold);
/* One sentence, without a line's end: what is in the way, and what to do. Not for CLASH_NONE. */
const char *clash_words(struct arena *arena, enum clash clash, const struct clash_ours *ours,
                        const struct clash_duty *duty, const struct clash_hold *hold);
/* "late" "embargo" "report" "hold" "proof" "own_date"; "none" */
const char *clash_word(enum clash clash);

#endif
