/*
 * seal/check - finished bytes, parsed again and held against the plan they were made of.
 *
 * Returns ERR_CORRUPT with the first difference: a fault of ours or of a library, found before
 * anything leaves.
 */
#ifndef TOCSIN_SEAL_CHECK_H
#define TOCSIN_SEAL_CHECK_H

#include "seal/plan.h"

/* The entity before it is signed or encrypted: every field, every part, every byte of content. */
MUST_USE enum status check_payload(struct bytes payload, const struct plan *plan, bool sealed,
                                   struct err *err);

/* The message around ciphertext: its fields, and that nothing of the payload shows in it. */
MUST_USE enum status check_encrypted(struct bytes message, const struct plan *plan,
                                     struct bytes payload, struct err *err);

/* The message around payload: its fields, and that it holds exactly these bytes, signed. */
MUST_USE enum status check_signed(struct bytes message, const struct plan *plan,
                                  struct bytes payload, struct err *err);

#endif
