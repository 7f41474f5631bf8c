/*
 * seal/prove - the part of the proof of a sealed message that a message alike needs, too.
 */
#ifndef TOCSIN_SEAL_PROVE_H
#define TOCSIN_SEAL_PROVE_H

#include "base/str.h"

/*
 * Cut one key packet off *rest. Returns ERR_CORRUPT: there is none, or it is for another key than
 * the pinned one.
 */
MUST_USE enum status prove_key(struct bytes *rest, const char *sub_fpr, struct err *err);

#endif
