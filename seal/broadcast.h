/*
 * seal/broadcast - one text for many, sealed in one operation and split: one message each.
 *
 * An OpenPGP message is one key packet for each recipient and then one packet of encrypted data.
 * Each recipient's message gets its own key packet and the data packet that all share; its headers
 * outside are its own. Nobody's message shows the key id of somebody else, and each one is parsed
 * again and proven by itself before it is handed over (seal_prove).
 *
 * Owns: nothing that mail.h does not. Not thread-safe: one struct sealer per process.
 */
#ifndef TOCSIN_SEAL_BROADCAST_H
#define TOCSIN_SEAL_BROADCAST_H

#include "seal/mail.h"

#define BROADCAST_MOST 256

/* What is outside of one recipient's message, and the key that it is for. */
struct broadcast_recipient {
    const char *to_name, *to;
    const char *reply_to; /* the return address with its token, or NULL */
    const char *outer_subject;
    const char *message_id; /* without <> */
    const char *references; /* Message-ID without <>, or NULL */
    struct bytes cert;      /* the stripped certificate, as seal_encrypted gets it */
    const char *sub_fpr;    /* the pinned encryption subkey */
};

/*
 * Takes what became of recipient i: OK with its whole message (borrowed for the call), or why it
 * has none: ERR_REFUSED (its key is unusable now), ERR_INVALID (a header of its own cannot be
 * carried), ERR_CORRUPT (its message does not prove), ERR_IO. What it returns itself, other than
 * OK, ends the work.
 */
struct broadcast_sink {
    enum status (*take)(void *context, size_t i, enum status status, struct bytes message,
                        const char *why, struct err *err);
    void *context;
};

/*
 * mail is what all read: to_name is the name of the group (RFC 5322 "Name:;") and message_id that
 * of the broadcast; to, reply_to, outer_subject and references are NULL. *plain becomes the MIME
 * entity that was encrypted, before anything is taken; disposed but on OK. On OK each recipient was
 * taken exactly once, in no promised order. One bad key stops nobody else: it is found, dropped
 * with its own ERR_REFUSED, and the rest is sealed again. Recipients may share a key; keys whose
 * ids are the same, and a key in two certificates, are sealed apart. Returns ERR_INVALID (the mail
 * cannot be carried, or more than BROADCAST_MOST), ERR_CORRUPT (the text does not read as planned):
 * nobody was taken. Else what the sink returned.
 */
MUST_USE enum status seal_broadcast(struct str *plain, struct sealer *sealer,
                                    const struct mail *mail,
                                    const struct broadcast_recipient *recipients, size_t count,
                                    const struct broadcast_sink *sink, struct err *err);

#endif
