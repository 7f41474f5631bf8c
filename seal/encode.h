/*
 * seal/encode - bytes as lines of 7-bit text (RFC 2045): base64 and quoted-printable.
 *
 * Every line ends with CR LF and has at most 76 signs.
 */
#ifndef TOCSIN_SEAL_ENCODE_H
#define TOCSIN_SEAL_ENCODE_H

#include "base/str.h"

#define ENCODE_LINE_SIGNS ((size_t)76) /* of base64, in every line but the last */
#define ENCODE_LINE_BYTES (ENCODE_LINE_SIGNS / 4 * 3)

void encode_base64(struct str *out, struct bytes data);

/*
 * Text with LF at its line ends. Beyond what RFC 2045 asks, nothing is left that a server on
 * the way could touch or take for something else: space at the end of a line, "From " and dots
 * and dashes at its begin.
 */
void encode_quoted_printable(struct str *out, struct bytes text);

#endif
