/*
 * channels/smtp_guard - watches every byte of a session and ends it before a wrong one counts.
 *
 * libESMTP is not believed alone. The guard sees what the library is about to write before it
 * leaves, and what came in before the library reads it. It keeps the list of commands that wait for
 * their reply, so that a reply to nothing (forged before the TLS handshake, or an acceptance sent
 * ahead of the message) is recognised; it never lets MAIL or AUTH out without TLS, nor MAIL without
 * AUTH when there is a user; it ends replies that have no end; it keeps the transcript.
 *
 * Ending a session means: the socket is shut down both ways, so no byte leaves any more, and what
 * the library still reads is made unreadable.
 *
 * Knows: replies, the transcript, the socket. Not: libESMTP, OpenSSL, parcels, verdicts.
 */
#ifndef TOCSIN_CHANNELS_SMTP_GUARD_H
#define TOCSIN_CHANNELS_SMTP_GUARD_H

#include "base/clock.h"
#include "channels/smtp_hide.h"
#include "channels/smtp_reply.h"
#include "channels/smtp_transcript.h"

enum asked {
    ASKED_GREETING,
    ASKED_EHLO,
    ASKED_STARTTLS,
    ASKED_AUTH,
    ASKED_MAIL,
    ASKED_RCPT,
    ASKED_DATA,
    ASKED_DOT,
    ASKED_OTHER,
    ASKED_COUNT
};

#define GUARD_PIPELINE 16
#define GUARD_COMMAND_MAX 2048
#define GUARD_TOKEN_MAX 1024

struct guard {
    const struct clock *clock;
    int64_t timeout_ms;
    bool need_auth;
    const char *secret; /* never in the transcript, whoever says it; NULL: none */

    int fd; /* -1: not known, so nothing that comes in is believed */
    bool tls;
    bool authenticated;
    bool offered_auth;      /* the last EHLO reply offered PLAIN or LOGIN */
    bool opened;            /* the first MAIL has left: what goes wrong now is about a parcel */
    bool begun;             /* so has MAIL of this transaction */
    int64_t quiet_since_ms; /* when the last command left or the last reply was whole */

    bool stopped;
    bool config_fault;    /* a person must mend the configuration, here or there */
    bool lost;            /* the peer closed the connection where it owed us a reply */
    char why[256];        /* for people; "" while nothing is wrong */
    struct reply refusal; /* the reply that ended the opening of the session; code 0: none */

    struct reply answer[ASKED_COUNT]; /* of this transaction: the last whole reply to each */

    /* its own */
    unsigned char waiting[GUARD_PIPELINE]; /* enum asked, first come first */
    size_t waiting_count;
    struct reply_reader reader;
    struct hide hide;
    char command[GUARD_COMMAND_MAX];
    size_t command_size;
    char token[GUARD_TOKEN_MAX]; /* what AUTH sent last, so that its echo is recognised */
    struct transcript *transcript;
};

void guard_init(struct guard *g, const struct clock *clock, int64_t timeout_ms, bool need_auth,
                const char *secret, struct transcript *transcript);
void guard_dispose(struct guard *g); /* wipes */

/* A connection is there; fd is borrowed. The greeting is waited for. */
void guard_connected(struct guard *g, int fd);
/* The handshake is done and the peer proven. */
void guard_tls(struct guard *g);
/* About to be written / read just now and not looked at by the library, changed in place. */
void guard_wrote(struct guard *g, const char *data, size_t size);
void guard_read(struct guard *g, char *data, size_t size);
/* The final end of data is about to leave after a message of size bytes. */
void guard_dot(struct guard *g, size_t size);
/* The library acts on an answer to this: stop it when there was no whole one. */
void guard_expect(struct guard *g, enum asked what);
/* The relay said this (size 0: nothing whole) in the middle of a message: keep it and stop. */
void guard_early_answer(struct guard *g, char *data, size_t size);
/* The connection is gone: say why, if nothing has been said yet. */
void guard_closed(struct guard *g);
/* This transaction is over. */
void guard_next(struct guard *g);

void guard_stop(struct guard *g, bool config_fault, const char *format, ...) PRINTF_LIKE(3, 4);

#endif
