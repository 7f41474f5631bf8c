/*
 * channels/inbound - what comes back by mail: bounces, DSNs, MDNs, answers.
 *
 * Pure: one raw message in, a classification out. It believes nothing: whether token and
 * recipient fit a notice of ours is decided by who knows the notices (dispatcher).
 * Sources: RFC 3464 (DSN), RFC 3462/6522 (multipart/report), RFC 8098 (MDN), RFC 3834 (automatic replies).
 */
#ifndef TOCSIN_CHANNELS_INBOUND_H
#define TOCSIN_CHANNELS_INBOUND_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/word.h"

enum inbound_kind {
    INBOUND_BOUNCE,    /* permanent failure (DSN action failed, or the non-standard shapes) */
    INBOUND_DELAYED,   /* DSN action delayed */
    INBOUND_DELIVERED, /* DSN action delivered */
    INBOUND_RELAYED,   /* DSN action relayed or expanded */
    INBOUND_DISPLAYED, /* MDN */
    INBOUND_ANSWER,    /* a person's reply that holds one of the words and a code */
    INBOUND_AUTO,      /* vacation and other automatic replies: they change nothing */
    INBOUND_OTHER,     /* a person's text without a word we know, or something else */
    INBOUND_KIND_COUNT
};
const char *inbound_kind_word(enum inbound_kind kind);

/* Texts belong to the arena; NULL where the message does not say. */
struct inbound {
    enum inbound_kind kind;
    const char *to;               /* address it came to (Delivered-To, X-Original-To, Envelope-To, else To) */
    const char *token;            /* what stands for {token} in `return_shape`, lower case */
    const char *from;             /* address only */
    const char *message_id;       /* its own */
    const char *original_message_id; /* of the notice: Original-Message-ID, returned headers, In-Reply-To */
    const char *envelope_id;      /* Original-Envelope-Id */
    const char *final_recipient, *original_recipient; /* addresses without "rfc822;" */
    const char *status;           /* "5.1.1" */
    const char *diagnostic;
    bool has_answer;
    enum answer answer;
    const char *code;             /* 7 signs, upper case */
    bool is_signed;               /* carries an OpenPGP or S/MIME signature (not verified here) */
    const char *text;             /* the first text part, harmless, at most 8 kB */
};

/*
 * return_shape is mail.return ("psirt+{token}@example.com"). Never fails for odd content: what is not
 * understood is INBOUND_OTHER. Returns ERR_INVALID (no message at all), ERR_LIMIT (> 32 MiB).
 */
MUST_USE enum status inbound_read(struct inbound *out, struct arena *arena, struct bytes raw,
                                  const char *return_shape, struct err *err);

/* Calls one() for each message of a Maildir (new and cur), a file, or "-". one() returning OK: the
 * message is safely kept, so a Maildir file moves from new to cur with the flag S; files in cur
 * with S are passed over. Returns what one() returned first, or ERR_NOT_FOUND, ERR_INVALID, ERR_IO. */
MUST_USE enum status inbound_each(const char *path,
                                  enum status (*one)(void *context, const char *name,
                                                     struct bytes raw, struct err *err),
                                  void *context, size_t *out_count, struct err *err);

#endif
