/*
 * duties/ladder - who is reminded of a deadline when, and who in the place of somebody absent.
 *
 * The rungs lie between the moment a clock started and due_safe: half of the time (the owner),
 * three quarters (the deputy, too), seven eighths (everybody with the role). Behind due_safe and
 * behind due_legal it is missed, and a reason is asked for. Pure.
 */
#ifndef TOCSIN_DUTIES_LADDER_H
#define TOCSIN_DUTIES_LADDER_H

#include "config/settings.h"

enum rung {
    RUNG_NONE,
    RUNG_OWNER,
    RUNG_DEPUTY,
    RUNG_ALL,
    RUNG_SAFE_MISSED,
    RUNG_LEGAL_MISSED,
    RUNG_COUNT
};
const char *rung_word(enum rung rung); /* "none" "owner" "deputy" "all" "safe-missed" ... */

struct ladder {
    int64_t start_ms;          /* the clock runs since */
    int64_t safe_ms, legal_ms; /* INT64_MAX: none */
};
/* Where it stands now. A start behind due_safe has no rungs below the missed ones. */
enum rung ladder_rung(const struct ladder *ladder, int64_t now_ms);
/* When the next rung behind this one is reached; INT64_MAX: never. */
int64_t ladder_next(const struct ladder *ladder, enum rung rung);

/* On that day (UTC) the person is away, by people.absent_from and absent_to, both included. */
bool person_absent(const struct person *person, int64_t now_ms);
/*
 * Who acts for a person now: the person, else the first deputy who is there. When all are away:
 * the person. Deputies that go in a circle are no harm. Never NULL; borrowed.
 */
const struct person *ladder_stand_in(const struct settings *settings, const struct person *person,
                                     int64_t now_ms);

#endif
