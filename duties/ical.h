/*
 * duties/ical - deadlines as tasks of a calendar (RFC 5545 VTODO), for whatever program people
 * look at all day.
 *
 * Lines end with CRLF and are folded at 75 octets, never inside a character. Pure.
 */
#ifndef TOCSIN_DUTIES_ICAL_H
#define TOCSIN_DUTIES_ICAL_H

#include "base/str.h"

#define ICAL_ALARMS 2

struct ical_todo {
    const char *uid; /* the same in every export, so that programs move what they have */
    int64_t stamp_ms;
    int64_t due_ms;
    const char *summary;
    const char *description;        /* NULL: none; lines by LF */
    const char *categories;         /* NULL: none */
    int priority;                   /* 1 most urgent to 9; 0: not said */
    int64_t alarms_ms[ICAL_ALARMS]; /* a VALARM that shows the summary at each of these */
    size_t alarm_count;
};

void ical_begin(struct str *out, const char *name);
void ical_todo(struct str *out, const struct ical_todo *todo);
void ical_end(struct str *out);

#endif
