/*
 * channels/smtp_transcript - the conversation as evidence keeps it: one line per line, "C: ", "S: "
 * or "* " before it, everything but printable ASCII as \xNN.
 *
 * What belongs to the session (greeting, TLS, AUTH without its secrets) stands before the
 * conversation of every parcel, so that each transcript proves itself.
 */
#ifndef TOCSIN_CHANNELS_SMTP_TRANSCRIPT_H
#define TOCSIN_CHANNELS_SMTP_TRANSCRIPT_H

#include "base/str.h"

struct transcript {
    struct str text;
    size_t opening; /* size of what belongs to the session */
    bool cut;
};

void transcript_init(struct transcript *t);
void transcript_dispose(struct transcript *t);
void transcript_line(struct transcript *t, const char *mark, struct bytes line);
void transcript_note(struct transcript *t, const char *format, ...) PRINTF_LIKE(2, 3);
/* What was said so far belongs to the session. */
void transcript_end_opening(struct transcript *t);
/* Forget what belongs to a parcel. */
void transcript_next(struct transcript *t);

#endif
