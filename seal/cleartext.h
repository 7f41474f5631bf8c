/*
 * seal/cleartext - the cleartext signature framework (RFC 4880 §7), taken apart.
 */
#ifndef TOCSIN_SEAL_CLEARTEXT_H
#define TOCSIN_SEAL_CLEARTEXT_H

#include "base/str.h"

/*
 * text gets what is signed: dashes undone, no space at the ends of lines (it is not signed),
 * each line ended by LF. packets gets the bytes of the signature behind it.
 * Returns ERR_INVALID when message is not exactly one clear-signed text with nothing but
 * space around it.
 */
MUST_USE enum status cleartext_split(struct str *text, struct str *packets, struct bytes message,
                                     struct err *err);

#endif
