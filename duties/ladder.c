#include "duties/ladder.h"

#include <assert.h>
#include <string.h>

const char *rung_word(enum rung rung)
{
    static const char *const words[RUNG_COUNT] = {[RUNG_NONE] = "none",
                                                  [RUNG_OWNER] = "owner",
                                                  [RUNG_DEPUTY] = "deputy",
                                                  [RUNG_ALL] = "all",
                                                  [RUNG_SAFE_MISSED] = "safe-missed",
                                                  [RUNG_LEGAL_MISSED] = "legal-missed"};
    assert(rung < RUNG_COUNT);
    return words[rung];
}

/* The instant at which a rung is reached. */
static int64_t reached(const struct ladder *ladder, enum rung rung)
{
    const int64_t span = ladder->safe_ms - ladder->start_ms;
    if (ladder->safe_ms == INT64_MAX)
        return INT64_MAX;
    switch (rung) {
    case RUNG_NONE:
        return INT64_MIN;
    case RUNG_OWNER:
        return span > 0 ? ladder->start_ms + span / 2 : INT64_MAX;
    case RUNG_DEPUTY:
        return span > 0 ? ladder->start_ms + span / 4 * 3 : INT64_MAX;
    case RUNG_ALL:
        return span > 0 ? ladder->start_ms + span / 8 * 7 : INT64_MAX;
    case RUNG_SAFE_MISSED:
        return ladder->safe_ms + 1; /* the whole of its last millisecond is in time */
    case RUNG_LEGAL_MISSED:
        return ladder->legal_ms == INT64_MAX ? INT64_MAX : ladder->legal_ms + 1;
    case RUNG_COUNT:
        break;
    }
    return INT64_MAX;
}

enum rung ladder_rung(const struct ladder *ladder, int64_t now_ms)
{
    enum rung at = RUNG_NONE;
    for (enum rung r = RUNG_OWNER; r < RUNG_COUNT; r++)
        if (reached(ladder, r) <= now_ms)
            at = r;
    return at;
}

int64_t ladder_next(const struct ladder *ladder, enum rung rung)
{
    int64_t next = INT64_MAX;
    for (enum rung r = rung + 1; r < RUNG_COUNT; r++)
        if (reached(ladder, r) < next)
            next = reached(ladder, r);
    return next;
}

bool person_absent(const struct person *person, int64_t now_ms)
{
    char today[CLOCK_TEXT];
    (void)clock_date(today, now_ms);
    return person->absent_from != NULL && strcmp(person->absent_from, today) <= 0 &&
           (person->absent_to == NULL || strcmp(today, person->absent_to) <= 0);
}

const struct person *ladder_stand_in(const struct settings *settings, const struct person *person,
                                     int64_t now_ms)
{
    const struct person *p = person;
    for (size_t i = 0; i < settings->people_count && p != NULL; i++) {
        if (!person_absent(p, now_ms))
            return p;
        p = p->deputy != NULL ? settings_person(settings, p->deputy) : NULL;
    }
    return person;
}
