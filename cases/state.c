#include "cases/state.h"

#define BIT(state) (1u << (unsigned)CASE_##state)
#define SIDES (BIT(WAITING_REPORTER) | BIT(TRANSFERRED))
#define SCREENED_OUT (BIT(DUPLICATE) | BIT(NOT_OURS) | BIT(NOT_SECURITY))

/*
 * The way goes from left to right, and back where people err: a decision to disclose may be taken
 * back until it is published, what was published is drafted again for its next version.
 */
static const unsigned moves[CASE_STATE_COUNT] = {
    [CASE_RECEIVED] = BIT(ACKNOWLEDGED) | BIT(ACCEPTED) | SCREENED_OUT | SIDES,
    [CASE_ACKNOWLEDGED] = BIT(ACCEPTED) | SCREENED_OUT | SIDES,
    [CASE_ACCEPTED] = BIT(TRIAGED) | SCREENED_OUT | SIDES,
    [CASE_DUPLICATE] = BIT(ACCEPTED) | BIT(CLOSED),
    [CASE_NOT_OURS] = BIT(ACCEPTED) | BIT(TRANSFERRED) | BIT(CLOSED),
    [CASE_NOT_SECURITY] = BIT(ACCEPTED) | BIT(CLOSED),
    [CASE_TRIAGED] = BIT(INVESTIGATING) | BIT(DUPLICATE) | SIDES,
    [CASE_INVESTIGATING] = BIT(CONFIRMED) | BIT(NOT_CONFIRMED) | BIT(DUPLICATE) | SIDES,
    [CASE_CONFIRMED] = BIT(REMEDIATION) | BIT(DISCLOSE) | BIT(WITHHOLD) | SIDES,
    [CASE_NOT_CONFIRMED] = BIT(INVESTIGATING) | BIT(DISCLOSE) | BIT(WITHHOLD) | SIDES,
    [CASE_REMEDIATION] = BIT(DISCLOSE) | BIT(WITHHOLD) | SIDES,
    [CASE_DISCLOSE] = BIT(DRAFTED) | BIT(REMEDIATION) | BIT(WITHHOLD) | SIDES,
    [CASE_WITHHOLD] = BIT(INVESTIGATING) | BIT(REMEDIATION) | BIT(DISCLOSE) | BIT(CLOSED) | SIDES,
    [CASE_DRAFTED] = BIT(PUBLISHED) | BIT(REMEDIATION) | BIT(WITHHOLD) | SIDES,
    [CASE_PUBLISHED] = BIT(DRAFTED) | BIT(VERIFIED) | SIDES,
    [CASE_VERIFIED] = BIT(DRAFTED) | BIT(CLOSED) | SIDES,
    [CASE_CLOSED] = BIT(REOPENED),
    /* Back to where it was: cases/stand. */
    [CASE_WAITING_REPORTER] = 0,
    [CASE_TRANSFERRED] = BIT(CLOSED),
    [CASE_REOPENED] = BIT(ACCEPTED) | SCREENED_OUT | BIT(TRIAGED) | BIT(INVESTIGATING) |
                      BIT(REMEDIATION) | BIT(DISCLOSE) | BIT(WITHHOLD) | BIT(DRAFTED) | SIDES,
};

bool case_may(enum case_state from, enum case_state to)
{
    return (moves[from] & 1u << (unsigned)to) != 0;
}

bool case_is_side(enum case_state state)
{
    return (SIDES & 1u << (unsigned)state) != 0;
}

bool case_is_screened_out(enum case_state state)
{
    return (SCREENED_OUT & 1u << (unsigned)state) != 0;
}

void case_next_words(struct str *out, enum case_state from)
{
    size_t left = 0;
    size_t said = 0;
    for (int to = 0; to < (int)CASE_STATE_COUNT; to++)
        left += case_may(from, (enum case_state)to);
    for (int to = 0; to < (int)CASE_STATE_COUNT; to++) {
        if (!case_may(from, (enum case_state)to))
            continue;
        left--;
        str_addf(out, "%s%s",
                 said == 0   ? ""
                 : left == 0 ? " or "
                             : ", ",
                 case_state_word((enum case_state)to));
        said++;
    }
}
