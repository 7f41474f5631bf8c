/*
 * reminders/reminder - what comes next for somebody who was told and has not answered. Pure.
 *
 *   told ----------- half ----------- answer date ------- call_after
 *                    as told          by the next route   by a person
 */
#ifndef TOCSIN_REMINDERS_REMINDER_H
#define TOCSIN_REMINDERS_REMINDER_H

#include <stdbool.h>
#include <stdint.h>

enum reminder_step {
    REMINDER_NONE, /* nothing more by itself */
    REMINDER_SAME, /* by the way that they were told */
    REMINDER_NEXT, /* by the next route */
    REMINDER_CALL, /* by a person */
    REMINDER_STEP_COUNT
};
const char *reminder_step_word(enum reminder_step step); /* "none" "reminder" "next-route" "call" */

struct reminder_rules {
    int64_t percent;       /* of the answer time; 0: nobody is asked again */
    int64_t call_after_ms; /* from a message behind the answer date to the call */
};

/* Of one message that was made: none, on its way, or when it left. */
struct reminder_made {
    bool made;
    int64_t left_ms; /* 0: it has not left */
    bool dropped;    /* … and will not: it gave way, and nobody waits for it */
};
struct reminder_state {
    int64_t told_ms; /* the notice left, or a person told them */
    int64_t answer_by_ms;
    bool by_mail;  /* they were told by a message, which can be sent again */
    bool has_next; /* there is another route that a message can go by */
    struct reminder_made same, next;
    bool called; /* a person has, or had, the task */
};

struct reminder_due {
    enum reminder_step step;
    int64_t at_ms; /* INT64_MAX: never */
};
/*
 * The step that comes next, as it is seen at now_ms; it is due when at_ms has come. Told after the
 * answer date, they have call_after_ms to answer.
 */
struct reminder_due reminder_next(const struct reminder_rules *rules,
                                  const struct reminder_state *state, int64_t now_ms);

#endif
