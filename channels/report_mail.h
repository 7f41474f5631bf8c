/*
 * channels/report_mail - a mail that reports a flaw: who writes, what it says, what hangs on it.
 *
 * Pure, as channels/inbound: any bytes in, believes nothing, opens nothing. What it says is text:
 * of HTML the words, without controls and signs that turn the direction. What hangs on it is taken
 * off the mail as bytes and never looked into.
 */
#ifndef TOCSIN_CHANNELS_REPORT_MAIL_H
#define TOCSIN_CHANNELS_REPORT_MAIL_H

#include "base/arena.h"
#include "channels/inbound.h"

#define REPORT_PARTS_MAX 32
#define REPORT_PARTS_SIZE ((size_t)24 * 1024 * 1024) /* of all of them, decoded */
#define REPORT_REFERENCES_MAX 50

enum report_voice {
    VOICE_PERSON,
    VOICE_MACHINE,  /* a list, a tracker, a daemon: it may tell of a flaw, and is never answered */
    VOICE_REPLY,    /* a machine answers us, or somebody's absence does */
    VOICE_DELIVERY, /* what became of a mail: a bounce, a DSN, an MDN */
};

enum report_lock {
    LOCK_NONE,
    LOCK_PGP_MIME, /* RFC 3156 */
    LOCK_PGP_TEXT, /* a message of OpenPGP in the text */
    LOCK_OTHER     /* S/MIME: not for us */
};

struct report_piece {
    const char *name; /* harmless line, or NULL */
    const char *type; /* harmless */
    struct bytes body;
};

struct report_mail {
    enum report_voice voice;
    const char *robot; /* why no person wrote it, in our words; NULL: perhaps one did */
    const char *from;  /* address to answer to: the envelope's, else From; NULL: none */
    const char *name;  /* of the writer, as stated; or NULL */
    const char *token; /* of ours, in the address that it came to; or NULL */
    const char *subject, *message_id; /* or NULL */
    /* Mails that it goes on from: In-Reply-To, then References, the last one first. */
    const char *references[REPORT_REFERENCES_MAX];
    size_t reference_count;
    enum report_lock lock;
    struct bytes locked; /* what is to be decrypted */
    const char *text;    /* never NULL */
    struct report_piece pieces[REPORT_PARTS_MAX];
    size_t piece_count;
    bool cut; /* a limit left something out: it is in the mail only */
};

/*
 * Does a line stand above the first empty one that a mail's header could be made of? One is enough:
 * a mail that is odd otherwise is kept for a person.
 */
bool report_mail_is_one(struct bytes raw);

/*
 * Texts in the arena. Returns ERR_INVALID (empty), ERR_LIMIT (> 32 MiB), and no error for odd
 * content.
 */
MUST_USE enum status report_mail_read(struct report_mail *out, struct arena *arena,
                                      struct bytes raw, const char *return_shape, struct err *err);

/*
 * What was locked, decrypted: its words and pieces take the place of those outside, its subject
 * that of the mail. Returns true when it is locked once more inside: then it stays as it is.
 */
bool report_mail_unlocked(struct report_mail *mail, struct arena *arena, struct bytes plain);

#endif
