#include "dispatcher/run/state.h"

/* 0 is "no move"; a state is stored plus one so that the table's gaps need no words. */
#define TO(state) ((unsigned char)((state) + 1))

static const unsigned char moves[STATE_COUNT][EVENT_COUNT] = {
    [STATE_PLANNED] =
        {
            [EVENT_CLAIM] = TO(STATE_SEALING),
            [EVENT_REROUTE] = TO(STATE_PLANNED),
            [EVENT_TASK] = TO(STATE_TASKED),
            [EVENT_ANSWERED] = TO(STATE_ANSWERED), /* logged by a person, for it or its group */
            [EVENT_SUPERSEDE] = TO(STATE_SUPERSEDED),
            [EVENT_CANCEL] = TO(STATE_CANCELLED),
        },
    [STATE_SEALING] =
        {
            [EVENT_SEALED] = TO(STATE_READY),
            [EVENT_DEFERRED] = TO(STATE_PLANNED), /* the sealer was lost or could not */
            [EVENT_REROUTE] = TO(STATE_PLANNED),
            [EVENT_TASK] = TO(STATE_TASKED),
            [EVENT_ANSWERED] = TO(STATE_ANSWERED),
            [EVENT_SUPERSEDE] = TO(STATE_SUPERSEDED),
            [EVENT_CANCEL] = TO(STATE_CANCELLED),
        },
    [STATE_READY] =
        {
            [EVENT_BEGIN] = TO(STATE_SENDING),
            [EVENT_REROUTE] = TO(STATE_PLANNED),
            [EVENT_TASK] = TO(STATE_TASKED),
            [EVENT_ANSWERED] = TO(STATE_ANSWERED),
            [EVENT_SUPERSEDE] = TO(STATE_SUPERSEDED),
            [EVENT_CANCEL] = TO(STATE_CANCELLED),
        },
    [STATE_SENDING] =
        {
            /* No ACCEPTED from here: without our own dot nobody can have taken it. */
            [EVENT_DOT] = TO(STATE_DOTTED),
            [EVENT_DEFERRED] = TO(STATE_READY),
            [EVENT_REROUTE] = TO(STATE_PLANNED),
            [EVENT_TASK] = TO(STATE_TASKED),
        },
    [STATE_DOTTED] =
        {
            [EVENT_ACCEPTED] = TO(STATE_ACCEPTED),
            [EVENT_DEFERRED] = TO(STATE_READY), /* a whole 4yz to the dot: nothing was taken */
            [EVENT_UNCERTAIN] = TO(STATE_UNCERTAIN),
            [EVENT_REROUTE] = TO(STATE_PLANNED),
            [EVENT_TASK] = TO(STATE_TASKED),
            [EVENT_ANSWERED] = TO(STATE_ANSWERED),
        },
    [STATE_UNCERTAIN] =
        {
            [EVENT_ACCEPTED] = TO(STATE_ACCEPTED), /* a DSN or MDN proved it */
            [EVENT_RESEND] = TO(STATE_READY),
            [EVENT_REROUTE] = TO(STATE_PLANNED),
            [EVENT_TASK] = TO(STATE_TASKED),
            [EVENT_ANSWERED] = TO(STATE_ANSWERED),
            [EVENT_CANCEL] = TO(STATE_CANCELLED),
        },
    [STATE_ACCEPTED] =
        {
            [EVENT_WATCH_OVER] = TO(STATE_PASSED),
            [EVENT_REROUTE] = TO(STATE_PLANNED),
            [EVENT_TASK] = TO(STATE_TASKED),
            [EVENT_ANSWERED] = TO(STATE_ANSWERED),
        },
    [STATE_PASSED] =
        {
            [EVENT_REROUTE] = TO(STATE_PLANNED), /* a bounce can come after the watch */
            [EVENT_TASK] = TO(STATE_TASKED),
            [EVENT_ANSWERED] = TO(STATE_ANSWERED),
        },
    [STATE_ANSWERED] =
        {
            [EVENT_ANSWERED] = TO(STATE_ANSWERED), /* RECEIVED today, DONE next week */
        },
    [STATE_TASKED] =
        {
            [EVENT_TASK_DONE] = TO(STATE_PASSED),
            [EVENT_REROUTE] = TO(STATE_PLANNED), /* a person gave a key or a new address */
            [EVENT_ANSWERED] = TO(STATE_ANSWERED),
            [EVENT_SUPERSEDE] = TO(STATE_SUPERSEDED),
            [EVENT_CANCEL] = TO(STATE_CANCELLED),
        },
};

bool state_next(enum notice_state *to, enum notice_state from, enum notice_event event)
{
    if ((unsigned)from >= STATE_COUNT || (unsigned)event >= EVENT_COUNT || moves[from][event] == 0)
        return false;
    *to = (enum notice_state)(moves[from][event] - 1);
    return true;
}

bool state_is_final(enum notice_state state)
{
    return state == STATE_PASSED || state == STATE_ANSWERED || state == STATE_SUPERSEDED ||
           state == STATE_CANCELLED;
}

bool state_is_out(enum notice_state state)
{
    return state == STATE_DOTTED || state == STATE_UNCERTAIN || state == STATE_ACCEPTED ||
           state == STATE_PASSED || state == STATE_ANSWERED;
}
