/*
 * duties/deadline - one clock of the board: what is due when, whose it is, what it waits for.
 *
 * Duties, cases, lists of notices and tasks have clocks of different kinds; here they are lines of
 * one list, the most urgent first, for people, for programs and for calendars. Pure.
 */
#ifndef TOCSIN_DUTIES_DEADLINE_H
#define TOCSIN_DUTIES_DEADLINE_H

#include "base/json_out.h"

enum deadline_kind {
    DEADLINE_DUTY,
    DEADLINE_NOTICES,
    DEADLINE_CASE,
    DEADLINE_TASK,
    DEADLINE_EMBARGO /* its end: nothing that anybody can be late with */
};
const char *deadline_kind_word(enum deadline_kind kind); /* "duty" "notices" "case" ... */

struct deadline {
    enum deadline_kind kind;
    const char *uid;       /* the same in every export: "duty-12" */
    const char *about;     /* a case's number, an advisory's id, "task 7" */
    const char *what;      /* a rule's id, a clock of a case, a kind of task */
    const char *place;     /* country or jurisdiction; NULL: none */
    const char *owner;     /* NULL: nobody */
    const char *waits_for; /* words for people, of rules and of this program */
    /* As the rule says it: a day, or an instant in the authority's zone. NULL: the instant does. */
    const char *due_safe, *due_legal;
    int64_t safe_ms, legal_ms; /* last millisecond in time; 0: no time is set */
    int64_t start_ms;          /* it runs since; 0: not known */
    int64_t changed_ms;
    const char *derivation; /* lines; NULL: nothing to derive */
};

/* What is due first stands first; what is due by law before what is not; no time set: last. */
void deadline_sort(struct deadline *list, size_t count);

/* One line; LATE is said against due_safe, which is what we go by. */
void deadline_print(struct str *out, const struct deadline *d, int64_t now_ms);
void deadline_json(struct json_out *j, const struct deadline *d, int64_t now_ms);

/*
 * One VTODO with its alarms, inside ical_begin and ical_end; nothing when no time is set. site: the
 * maker's id, behind "@" of the UID. Calendars are shown and sent around, so of what a case, an
 * advisory or a task says nothing stands in it: no title, no party, no reporter.
 */
void deadline_ical(struct str *out, const struct deadline *d, const char *site, int64_t now_ms);

#endif
