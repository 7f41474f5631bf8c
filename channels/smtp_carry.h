/*
 * channels/smtp_carry - the parcels of one session: handed to libESMTP, ended with leave, answered,
 * and one more taken ahead.
 */
#ifndef TOCSIN_CHANNELS_SMTP_CARRY_H
#define TOCSIN_CHANNELS_SMTP_CARRY_H

/* Their order matters: libesmtp.h declares functions by what it finds included before it. */
#include <openssl/ssl.h>
#include <auth-client.h>
#include <libesmtp.h>

#include "channels/smtp_guard.h"
#include "channels/smtp_session.h"

/* A parcel in the library's hands. */
struct carry {
    struct session *session;
    const struct parcel *parcel; /* NULL: this place is free */
    smtp_message_t message;
    smtp_recipient_t recipient;
    bool handed; /* its bytes were given to the library */
    bool dot;    /* so was the leave to end them */
    bool sent;   /* SMTP_EV_MESSAGESENT came */
};

struct session {
    struct relay *relay;
    const struct feed *feed;
    struct clock clock;
    struct guard guard;
    struct transcript transcript;
    smtp_session_t library;
    auth_context_t auth;
    SSL *ssl;         /* the library's, NULL before the handshake */
    int next_fd;      /* the descriptor that the library's socket gets */
    int64_t room;     /* parcels that may still be taken */
    int64_t answered; /* parcels that got their done() */
    int64_t worked;   /* of these, by a word of the relay */
    int64_t wrote_ms; /* when the last line of a message was handed over */
    bool connected;
    bool endpoint_fault;     /* a receipt said so: nothing more is taken */
    enum status feed_status; /* not OK: the feed failed, in feed_err */
    struct err feed_err;
    bool done_failed;      /* and takes no more receipts */
    struct carry place[2]; /* the library knows their addresses */
    struct carry *current; /* NULL: none */
    struct carry *ahead;
};

/* Hand a parcel to the library; false: it has no memory. */
MUST_USE bool carry_add(struct session *s, const struct parcel *parcel);
/* Take one more parcel if one is ready, so that the library goes on after the current one. */
void carry_take_ahead(struct session *s);
/* A line of the current message is about to be written. */
void carry_line(struct session *s);
/* The receipt of the current parcel; the one ahead moves up. */
void carry_answer(struct session *s);

#endif
