/*
 * drills/report - what a drill showed: each step of each recipient against its limit, in one page
 * and as JSON. Pure: what was measured comes in, words go out.
 */
#ifndef TOCSIN_DRILLS_REPORT_H
#define TOCSIN_DRILLS_REPORT_H

#include "base/clock.h"
#include "base/str.h"
#include "base/word.h"

/* One recipient; instants are 0 for what has not happened. */
struct drill_recipient {
    const char *party, *country;
    enum party_kind kind;
    enum level level;
    enum route route;
    enum notice_state state;
    enum grade grade;   /* the best receipt */
    const char *answer; /* word, or NULL */
    int64_t planned_ms, sealed_ms, taken_ms, receipt_ms, answered_ms;
};

struct drill_report {
    int64_t id;
    const char *maker, *store;    /* store: "test" or "real" */
    const char *name;             /* what it was about: "EXM-2026-0001 1.0.0", "the sample" */
    const char *uid;              /* subject of its entries */
    const char *by;               /* NULL: nobody said … */
    bool scheduled;               /* … or its time had come */
    int64_t run_ms, missed;       /* the instant that it was due at; runs missed before it */
    int64_t started_ms, ended_ms; /* ended 0: it goes on */
    int64_t told_by_ms, answer_by_ms;
    const struct drill_recipient *recipients;
    size_t count;
};

/* What a recipient's drill came to. */
enum drill_fault {
    DRILL_NONE,
    DRILL_NOT_SEALED,
    DRILL_NOT_TAKEN,  /* our relay has not taken it */
    DRILL_TAKEN_LATE, /* it has, behind the limit */
    DRILL_BOUNCED,    /* it came back */
    DRILL_BY_PERSON,  /* a person was to tell them, and has not */
    DRILL_STOPPED,    /* a person stopped it */
    DRILL_NO_ANSWER,
    DRILL_ANSWER_LATE,
    DRILL_FAULT_COUNT
};
/* In words: "was not taken by our relay". */
const char *drill_fault_words(enum drill_fault fault);

/*
 * As of now_ms: what is wrong with this recipient. While its limit has not passed, what has not
 * happened yet is no fault.
 */
enum drill_fault drill_judge(const struct drill_recipient *r, const struct drill_report *report,
                             int64_t now_ms);
/* Has everybody answered, or the last limit passed? */
bool drill_is_over(const struct drill_report *report, int64_t now_ms);
/* No fault, and at least one recipient: of one that is over. */
bool drill_passed(const struct drill_report *report, int64_t now_ms);

/* One page: at most DRILL_LINES recipients, those with a fault first; JSON has all. */
#define DRILL_LINES 30
void drill_text(struct str *out, const struct drill_report *report, int64_t now_ms);
void drill_json(struct str *out, const struct drill_report *report, int64_t now_ms);

#endif
