/*
 * base/screen - a text on a terminal that is drawn again and again, until somebody says enough.
 *
 * It stands on the terminal's other page, so that what was there before is there afterwards. A
 * frame is one write that goes over the old one and clears only what is left of it: no flicker.
 * q, ctrl-c, the end of input, SIGTERM and SIGHUP end it; whoever opened it closes it then, and the
 * terminal is as it was.
 */
#ifndef TOCSIN_BASE_SCREEN_H
#define TOCSIN_BASE_SCREEN_H

#include "base/str.h"

#include <signal.h>
#include <termios.h>

struct screen {
    int signals;        /* signalfd */
    sigset_t mask;      /* as it was */
    struct termios was; /* as it was */
};
/* Standard input and output. ERR_INVALID: one of them is no terminal; ERR_IO. */
MUST_USE enum status screen_open(struct screen *out, struct err *err);
void screen_close(struct screen *screen);

/* text: lines that steer nothing (utf8_add_line); what the terminal has no rows for is left out. */
MUST_USE enum status screen_show(const struct screen *screen, struct bytes text, struct err *err);
/* true: the time is over, or the terminal has another size; draw again. false: it is to end. */
bool screen_wait(const struct screen *screen, int64_t ms);

/* One frame of so many rows; the last row says how many lines there is no room for. */
void screen_frame(struct str *out, struct bytes text, size_t rows);

#endif
