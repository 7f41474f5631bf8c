/*
 * dispatcher/run/state - the one table of moves of a notice. Pure.
 *
 *   planned → sealing → ready → sending → dotted → accepted → passed → answered
 * with uncertain, tasked, superseded and cancelled beside. A pair that is not in the table is
 * not a move: the event came too late or is forged, and changes nothing.
 */
#ifndef TOCSIN_DISPATCHER_STATE_H
#define TOCSIN_DISPATCHER_STATE_H

#include "base/word.h"

/* false when `event` means nothing in state `from`. */
bool state_next(enum notice_state *to, enum notice_state from, enum notice_event event);
/* Nothing will happen to it by itself any more, and nothing has to. */
bool state_is_final(enum notice_state state);
/* The far side has or may have the text: an answer or a bounce can come. */
bool state_is_out(enum notice_state state);

#define STATE_BIT(state) (1u << (unsigned)(state))
/* The states of state_is_out, as a filter wants them. */
#define STATE_BITS_OUT                                                                             \
    (STATE_BIT(STATE_DOTTED) | STATE_BIT(STATE_UNCERTAIN) | STATE_BIT(STATE_ACCEPTED) |            \
     STATE_BIT(STATE_PASSED) | STATE_BIT(STATE_ANSWERED))

#endif
