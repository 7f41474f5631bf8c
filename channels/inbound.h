/*
 * channels/inbound - what comes back by mail: bounces, DSNs, MDNs, answers.
 *
 * Pure: one raw message in, a classification out. It believes nothing: whether token and
 * recipient fit a notice of ours is decided by who knows the notices (dispatcher).
 * Sources: RFC 3464 (DSN), RFC 3462/6522 (multipart/report), RFC 8098 (MDN), RFC 3834
 * (automatic replies). A mail can be forged whole: nothing here is proof, and nothing here is ever
 * better than what the mail says.
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
    INBOUND_OTHER,     /* for a person: a text without a word we know, a machine that says that
                          it holds the notice back or that nobody reads it, something else */
    INBOUND_KIND_COUNT
};
const char *inbound_kind_word(enum inbound_kind kind);

/* Texts belong to the arena; NULL where the message does not say. All are harmless UTF-8. */
struct inbound {
    enum inbound_kind kind;
    /* The address it came to: the first of Delivered-To, X-Original-To, Envelope-To, To that has
     * the return shape, else the first of them at all. */
    const char *to;
    const char *token;      /* what stands for {token} in `return_shape`, lower case */
    const char *from;       /* address only */
    const char *message_id; /* its own */
    /* Of the notice: Original-Message-ID, returned headers, else In-Reply-To, References. */
    const char *original_message_id;
    const char *envelope_id; /* Original-Envelope-Id */
    /* Addresses without "rfc822;". Of a DSN for several recipients: the worst one's group. */
    const char *final_recipient, *original_recipient;
    const char *status; /* "5.1.1" */
    const char *diagnostic;
    /*
     * A person said one of the words. With kind ANSWER there is a code too; with OTHER there is
     * none (or no single one): for the person who looks. Never set for automatic mails.
     */
    bool has_answer;
    enum answer answer; /* QUESTION wherever the word is not said plainly (inbound_answer.c) */
    /* "DONE K7PQ2MX TOLD 12": how many of those whom they supply they have told in turn. -1: it is
     * not said plainly, or beside another word than RECEIVED and DONE. */
    int64_t told;
    const char *code; /* 7 signs, upper case; may stand without an answer */
    bool is_signed;   /* carries an OpenPGP or S/MIME signature (not verified here) */
    const char *text; /* what it says, quotes too; of HTML the words; at most 8 kB */
};

/*
 * return_shape is mail.return ("psirt+{token}@example.com"). Never fails for odd content: what is
 * not understood is INBOUND_OTHER. Returns ERR_INVALID (empty: no message at all), ERR_LIMIT
 * (> 32 MiB).
 */
MUST_USE enum status inbound_read(struct inbound *out, struct arena *arena, struct bytes raw,
                                  const char *return_shape, struct err *err);

/*
 * Calls one() for each message of a Maildir (new, then cur, by name), a file, or "-". one()
 * returning OK: the message is safely kept, so a Maildir file moves to cur with the flag S; files
 * in cur with S are passed over. A Maildir file that cannot be read, or that one() does not take,
 * stays where it is and does not stop the others; ERR_IO and ERR_CORRUPT of one() stop. *out_count
 * (may be NULL) is how many one() took. name is "new/NAME" in a Maildir, else the path.
 * Returns the first failure, which says how many messages stay (one()'s own status, or ERR_LIMIT
 * for a message > 32 MiB, ERR_IO, ERR_INVALID for what is no mail file); ERR_NOT_FOUND for the
 * path.
 */
MUST_USE enum status inbound_each(const char *path,
                                  enum status (*one)(void *context, const char *name,
                                                     struct bytes raw, struct err *err),
                                  void *context, size_t *out_count, struct err *err);

#endif
