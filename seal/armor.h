/*
 * seal/armor - the ASCII armour of OpenPGP (RFC 4880 §6.2): text in, packets' bytes out.
 *
 * Knows: base. Bytes are hostile: linear time, nothing is guessed, a wrong checksum is an error.
 */
#ifndef TOCSIN_SEAL_ARMOR_H
#define TOCSIN_SEAL_ARMOR_H

#include "base/str.h"

struct armor {
    char kind[32];       /* "PUBLIC KEY BLOCK", "MESSAGE", "SIGNATURE", ... */
    struct bytes before; /* borrowed: text before the first line of the block */
    struct bytes after;  /* borrowed: text behind its last line */
};

/*
 * Decode the first armoured block of text; its bytes are appended to data.
 * Returns ERR_NOT_FOUND when no block begins in text, ERR_INVALID when one begins and is not
 * whole (no end, foreign signs, wrong checksum).
 */
MUST_USE enum status armor_decode(struct armor *out, struct str *data, struct bytes text,
                                  struct err *err);

/* Append data as one block of this kind; lines end with CR LF. */
void armor_encode(struct str *out, const char *kind, struct bytes data);

/* The next line of *rest without its LF, CR LF or trailing space; moves *rest behind it. */
struct bytes armor_next_line(struct bytes *rest);
/* Nothing but space, TAB, CR and LF? */
bool armor_is_blank(struct bytes text);

#endif
