/*
 * channels/smtp_reply - SMTP replies out of a stream of bytes, strictly (RFC 5321 4.2). Pure.
 *
 * A reply is whole only with the CRLF of its last line. What a mail library takes for an answer
 * ("25", "250 o" and the end of the stream) is none here: only a whole reply decides anything.
 */
#ifndef TOCSIN_CHANNELS_SMTP_REPLY_H
#define TOCSIN_CHANNELS_SMTP_REPLY_H

#include "base/str.h"

/* libESMTP reads the rest of a line of more than 1,023 bytes as another line, and gives up when the
 * text of a reply is larger than 4 KiB without saying why. */
#define REPLY_LINE_MAX 1000
#define REPLY_SIZE_MAX 4096

struct reply {
    int code;          /* 200 to 599; 0: there was none */
    char enhanced[16]; /* "5.1.1" or "" */
    char said[256];    /* the first line, code and all, printable ASCII */
};

struct reply_reader {
    char line[REPLY_LINE_MAX + 1]; /* what came since the last line end */
    size_t size;                   /* of line */
    size_t total;                  /* of the reply so far */
    bool ended;                    /* line was handed out: the next byte begins a new one */
    bool cr;                       /* the last byte was CR */
    struct reply reply;            /* filled from the first line on */
    const char *fault;             /* why REPLY_BROKEN */
};

enum reply_step {
    REPLY_MORE,  /* in the middle of a line */
    REPLY_LINE,  /* one line of several ended */
    REPLY_WHOLE, /* the reply is in reader->reply */
    REPLY_BROKEN /* this is not SMTP: stop listening */
};

void reply_start(struct reply_reader *reader);
/* After REPLY_LINE and REPLY_WHOLE line holds the line without CRLF until the next byte. */
enum reply_step reply_byte(struct reply_reader *reader, unsigned char c);
/* Some of a line has come and its end has not. */
bool reply_is_partial(const struct reply_reader *reader);

int reply_class(const struct reply *reply); /* 2 of 250; 0 when there was none */

#endif
