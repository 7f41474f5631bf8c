/*
 * channels/decode - from the encodings of mail to bytes and UTF-8.
 *
 * Linear, bounded by the limit of the string that is filled: what does not fit is left out and
 * the functions say so. Charsets come from a closed list; a mail does not choose which of the
 * C library's converters are loaded.
 *
 * Knows: base, GMime's base64 and quoted-printable decoders, iconv.
 */
#ifndef TOCSIN_CHANNELS_DECODE_H
#define TOCSIN_CHANNELS_DECODE_H

#include "base/str.h"

/* Append text by a Content-Transfer-Encoding ("base64", "quoted-printable"; anything else and NULL
 * are as they stand). Returns false when something was cut off. */
bool decode_transfer(struct str *out, const char *encoding, struct bytes text);

/*
 * Append text of a charset as UTF-8. NULL and names that are not on the list: UTF-8 when it is
 * valid, else Windows-1252. What cannot be converted becomes U+FFFD. Returns false when something
 * was cut off.
 */
bool decode_charset(struct str *out, const char *charset, struct bytes text);

/* Append a header value with its encoded words (RFC 2047) as UTF-8; not harmless yet. */
void decode_words(struct str *out, struct bytes value);

#endif
