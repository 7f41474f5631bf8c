#include "cases/stand.h"

static bool may(const struct case_stand *stand, enum case_state to)
{
    return (stand->sided && to == stand->back) || case_may(stand->state, to);
}

static enum status refuse(const struct case_stand *stand, enum case_state to, struct err *err)
{
    struct str words;
    str_init(&words, STR_LIMIT_LINE);
    if (stand->sided) {
        str_add(&words, case_state_word(stand->back));
        if (case_may(stand->state, CASE_CLOSED))
            str_addf(&words, " or %s", case_state_word(CASE_CLOSED));
    } else
        case_next_words(&words, stand->state);
    enum status status =
        err_set(err, ERR_REFUSED, "from %s it does not go to %s: it may go to %s",
                case_state_word(stand->state), case_state_word(to), str_text(&words));
    str_dispose(&words);
    return status;
}

/* Somebody has looked at it and knows what kind of matter it is. */
static bool is_triaged(enum case_state state)
{
    return state != CASE_RECEIVED && state != CASE_ACKNOWLEDGED && state != CASE_ACCEPTED &&
           state != CASE_WAITING_REPORTER && state != CASE_REOPENED;
}

enum status stand_move(struct case_stand *stand, enum case_state to, int64_t at_ms, struct err *err)
{
    if (!may(stand, to))
        return refuse(stand, to, err);
    const bool returns = stand->sided && to == stand->back;
    if (case_is_side(to)) {
        stand->back = stand->state;
        stand->sided = true;
    } else {
        stand->sided = false;
        stand->back = (enum case_state)0;
    }
    stand->state = to;
    stand->state_ms = at_ms;
    if (returns)
        return OK; /* nothing new was found or decided */
    if (to == CASE_ACKNOWLEDGED && stand->acknowledged_ms == 0)
        stand->acknowledged_ms = at_ms;
    if (is_triaged(to) && stand->triaged_ms == 0)
        stand->triaged_ms = at_ms;
    if (to == CASE_DISCLOSE || to == CASE_WITHHOLD) {
        stand->decided = true;
        stand->disclosed = to == CASE_DISCLOSE;
        stand->disclosure_ms = at_ms;
    }
    if (to == CASE_CLOSED)
        stand->closed_ms = at_ms;
    if (to == CASE_REOPENED) {
        stand->reopened_ms = at_ms;
        stand->closed_ms = 0;
        stand->triaged_ms = 0;
    }
    return OK;
}

void stand_told(struct case_stand *stand, int64_t at_ms)
{
    stand->told_ms = at_ms;
    if (stand->acknowledged_ms == 0)
        stand->acknowledged_ms = at_ms;
}
