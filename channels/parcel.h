/*
 * channels/parcel - the one place that decides whether a parcel may be handed to libESMTP at all.
 *
 * The library passes CR, LF and bare LF on in addresses, ENVID, headers and bodies, deletes header
 * lines that it does not like and writes beyond its buffers when an ENVID is long. What we seal is
 * always of the narrow form below, so anything else is a fault of ours that a person must see.
 */
#ifndef TOCSIN_CHANNELS_PARCEL_H
#define TOCSIN_CHANNELS_PARCEL_H

#include "channels/channel.h"

#define PARCEL_ENVID_MAX 100
#define PARCEL_ORCPT_MAX 200

/*
 * Addresses by address_check() (from may be ""), id of 1 to 100 letters, digits, '.', '_' and '-';
 * a message of 7-bit lines of at most 998 bytes, each ended by CRLF, without NUL, with a header
 * block that libESMTP passes byte for byte: Date, From and Message-ID once, none of those it would
 * delete, no Bcc; its Message-ID is the parcel's.
 * Returns ERR_INVALID, ERR_LIMIT; the text begins "this message cannot be carried: ".
 */
MUST_USE enum status parcel_check(const struct parcel *parcel, struct err *err);

/* Whether the recipient fits into the library's ORCPT buffer when written as xtext (RFC 3461). */
bool parcel_fits_orcpt(const struct parcel *parcel);

/* A word that may be the name of a file: the signs of an id, not beginning with a dot. */
bool parcel_is_word(const char *word);

#endif
