/*
 * cases/state - where a case may go from where it stands: one table.
 *
 * Knows: base. Pure.
 */
#ifndef TOCSIN_CASES_STATE_H
#define TOCSIN_CASES_STATE_H

#include "base/str.h"
#include "base/word.h"

/*
 * Without regard to sides: who waits for the reporter, or was transferred, goes back to where it
 * was, which cases/stand asks.
 */
bool case_may(enum case_state from, enum case_state to);

/* Two sides of the way, on which a case waits for somebody outside. */
bool case_is_side(enum case_state state);
/* Screened: it is no matter of ours. */
bool case_is_screened_out(enum case_state state);

/* "triaged, duplicate or waiting-reporter": where it may go from there. */
void case_next_words(struct str *out, enum case_state from);

#endif
