/*
 * seal/mail - one notice as the exact bytes that go out.
 *
 * Two levels: sealed (RFC 3156 multipart/encrypted, signed and encrypted, header protection by
 * RFC 9788) and signed (RFC 3156 multipart/signed, readable in any client). CRLF only, 7-bit
 * clean. What comes out has been parsed again and proven: exactly one key packet, for the
 * pinned subkey, nothing of the text in clear.
 *
 * Owns: GPGME and GMime. Not thread-safe: one struct sealer per process.
 */
#ifndef TOCSIN_SEAL_MAIL_H
#define TOCSIN_SEAL_MAIL_H

#include "base/clock.h"

struct mail_part {
    const char *filename;     /* plain name, sanitised again here */
    const char *content_type; /* "application/json": no parameters, not multipart/ or message/ */
    struct bytes body;
};

struct mail_header {
    const char *name;
    const char *value;
};

/*
 * Everything is UTF-8 and may be hostile: it is encoded or refused here, never passed through.
 * Refused (ERR_INVALID): addresses that are not name@domain in ASCII, ids that are not left@right,
 * further headers whose name is not [A-Za-z0-9-]+ or is one that mail itself uses, a missing
 * subject or text. Made harmless: names, subjects and header values become one line (cut behind
 * 900 bytes, with an ellipsis); in text and html line ends become one, invalid bytes and controls
 * become U+FFFD, all else stays.
 */
struct mail {
    const char *from_name, *from;
    const char *to_name, *to;  /* exactly one recipient */
    const char *reply_to;      /* the return address with its token, or NULL */
    const char *subject;       /* inner; for signed mails the only one */
    const char *outer_subject; /* sealed only */
    const char *message_id;    /* without <> */
    const char *references;    /* Message-ID without <>, or NULL */
    bool reply;                /* a machine's answer to that one (RFC 3834), or to one without id */
    int64_t date_ms;
    const char *text, *html; /* html may be NULL */
    const struct mail_part *parts;
    size_t part_count;
    const struct mail_header *headers; /* more outer headers, names [A-Za-z0-9-]+ */
    size_t header_count;
    /*
     * Of an exercise: what each subject and the bodies' first line must show; else NULL. It is
     * proven in the finished bytes: a mail whose Message-ID begins with MAIL_EXERCISE and that is
     * not marked so does not leave, nor one that is marked and is none.
     */
    const char *mark;
};
#define MAIL_EXERCISE "exercise-"

struct sealer; /* opaque */

/*
 * home: a GNUPGHOME that holds the signing key `fpr` and nothing else; its gpg.conf is written
 * anew. A path that is too long for sockets (87 signs) gets a short name below /tmp.
 * Returns ERR_IO, ERR_NOT_FOUND (no such home, no such secret key).
 */
MUST_USE enum status sealer_open(struct sealer **out, const char *home, const char *fpr,
                                 struct err *err);
void sealer_close(struct sealer *sealer); /* NULL is fine; ends its gpg-agent */

/*
 * Make a fresh private home at `to` (mode 0700) with the signing key copied from `from`. Leaves no
 * agent. Returns ERR_NOT_FOUND (no such secret key), ERR_EXISTS (something is in `to`), ERR_IO.
 */
MUST_USE enum status sealer_home_clone(const char *from, const char *to, const char *fpr,
                                       struct err *err);

/*
 * GnuPG judges keys, and dates its signatures, by this instant from now on; 0: by the machine's
 * clock again. For the time in which that clock is off. Returns ERR_IO.
 */
MUST_USE enum status sealer_set_clock(struct sealer *sealer, int64_t now_ms, struct err *err);

struct sealed_mail {
    struct str bytes; /* the whole RFC 5322 message */
    struct str plain; /* the MIME entity that was encrypted (for evidence); empty for signed */
};
void sealed_mail_dispose(struct sealed_mail *m);

/*
 * cert: the certificate exactly as cert_read stripped it, whose signatures GnuPG checked then and
 * need not check again (seal/keybox.h); sub_fpr: the pinned encryption subkey. *out is empty but on
 * OK.
 * GnuPG judges the key by the machine's own clock (but see sealer_set_clock).
 * Returns ERR_REFUSED (key unusable now: expired, revoked, not the pinned one), ERR_INVALID
 * (a header that cannot be carried), ERR_CORRUPT (the result does not prove), ERR_IO.
 */
MUST_USE enum status seal_encrypted(struct sealed_mail *out, struct sealer *sealer,
                                    const struct mail *mail, struct bytes cert, const char *sub_fpr,
                                    struct err *err);
MUST_USE enum status seal_signed(struct sealed_mail *out, struct sealer *sealer,
                                 const struct mail *mail, struct err *err);

/*
 * The proof alone, over finished bytes: the two parts of RFC 3156, in them one PKESK, for this
 * subkey, and one integrity-protected packet, whole; nothing else.
 * Returns ERR_CORRUPT with what was seen.
 */
MUST_USE enum status seal_prove(struct bytes message, const char *sub_fpr, struct err *err);

#endif
