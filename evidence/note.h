/*
 * evidence/note - a checkpoint of the log as a signed note.
 *
 * Formats: C2SP tlog-checkpoint (origin, size, root; no extension lines) as a C2SP signed-note with
 * Ed25519 (signature type 0x01). Exactly one signature line, by the log's own key:
 *
 *     example.com/tocsin/EXM
 *     4711
 *     base64 of the 32-byte root
 *
 *     — example.com/tocsin/EXM base64 of key id (4 bytes) and signature (64 bytes)
 *
 * A verifier key stands on one line: NAME+KEYID(8 hex)+base64(0x01 || public key). The name of the
 * key is the origin of the log.
 *
 * Owns: the secret half, wiped at the end. Not thread-safe.
 */
#ifndef TOCSIN_EVIDENCE_NOTE_H
#define TOCSIN_EVIDENCE_NOTE_H

#include "base/sha256.h"

#define NOTE_LIMIT ((size_t)1024)
#define NOTE_NAME 128 /* origin with its NUL: printable ASCII without blank and '+' */
#define NOTE_KEY 32   /* bytes of an Ed25519 key */
#define NOTE_KEYS 32  /* keys of one log, one after the other: verifiers take no more */

struct note {
    char origin[NOTE_NAME];
    int64_t size; /* entries */
    struct sha256 root;
};

/* The public half: who may sign. */
struct note_verifier {
    char name[NOTE_NAME];
    unsigned char id[4]; /* SHA-256(name || 0x0a || 0x01 || key), its first four bytes */
    unsigned char key[NOTE_KEY];
};

/* "NAME+KEYID+KEY", a newline behind it is fine. Returns ERR_INVALID. */
MUST_USE enum status note_verifier_read(struct note_verifier *out, struct bytes line,
                                        struct err *err);
void note_verifier_write(struct str *out, const struct note_verifier *verifier); /* with newline */
void note_verifier_id(char out[9], const struct note_verifier *verifier);        /* hex */

/*
 * Read a note and check its signature by this verifier. Returns ERR_INVALID (no checkpoint: what is
 * wrong with it), ERR_REFUSED (signed by another key, or the signature is bad).
 */
MUST_USE enum status note_read(struct note *out, struct bytes text,
                               const struct note_verifier *verifier, struct err *err);

struct note_signer; /* opaque */
/* A new key pair for this origin. Returns ERR_INVALID (name), ERR_IO (no randomness). */
MUST_USE enum status note_signer_new(struct note_signer **out, const char *name, struct err *err);
/* From what note_signer_secret wrote: PKCS #8 in PEM. Returns ERR_INVALID. */
MUST_USE enum status note_signer_read(struct note_signer **out, const char *name, struct bytes pem,
                                      struct err *err);
void note_signer_free(struct note_signer *signer); /* NULL is fine */
/* The secret half as PEM; the caller wipes it. */
void note_signer_secret(struct str *out, const struct note_signer *signer);
const struct note_verifier *note_signer_public(const struct note_signer *signer);

/* Append the signed note to out. origin is the signer's name. */
void note_sign(struct str *out, const struct note_signer *signer, int64_t size,
               const struct sha256 *root);
/* A plain Ed25519 signature (RFC 8032) over data, and its check: for SHA256SUMS.sig. */
void note_sign_bytes(unsigned char out[64], const struct note_signer *signer, struct bytes data);
bool note_check_bytes(struct bytes signature, struct bytes data,
                      const struct note_verifier *verifier);

#endif
