/*
 * seal/mime - the bytes of a plan: fields, boundaries, parts; CR LF and 7 bits throughout.
 *
 * Our own writer, because what is signed must be exactly what goes out: nothing is parsed and
 * written again between signature and wire.
 */
#ifndef TOCSIN_SEAL_MIME_H
#define TOCSIN_SEAL_MIME_H

#include "seal/plan.h"

/*
 * The entity that is signed or encrypted, with all fields inside (RFC 9788: hp="cipher" and
 * HP-Outer when sealed, else hp="clear").
 */
void mime_write_payload(struct str *out, const struct plan *plan, bool sealed);

/* The fields of a sealed message outside, which stand before all else in it. */
void mime_write_outside(struct str *out, const struct plan *plan);

/* The whole message around armoured ciphertext, or around a payload and its signature. */
void mime_write_encrypted(struct str *out, const struct plan *plan, struct bytes ciphertext);
void mime_write_signed(struct str *out, const struct plan *plan, struct bytes payload,
                       struct bytes signature);

#endif
