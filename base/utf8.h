/*
 * base/utf8 - validity of UTF-8 and harmless forms of foreign text.
 */
#ifndef TOCSIN_BASE_UTF8_H
#define TOCSIN_BASE_UTF8_H

#include "base/str.h"

/*
 * Shortest form only, no surrogates, ≤ U+10FFFF (RFC 3629). NUL is valid UTF-8.
 * *bad_at (may be NULL) is the offset of the first bad byte.
 */
bool utf8_valid(struct bytes text, size_t *bad_at);

/* Decode the code point at text[*at], move *at behind it; U+FFFD and one byte on a fault. */
uint32_t utf8_next(struct bytes text, size_t *at);
void utf8_add(struct str *out, uint32_t code_point);
/* One to four bytes to out; U+FFFD for what is no code point. Returns how many. */
size_t utf8_encode(unsigned char out[static 4], uint32_t code_point);

/*
 * Append text fit for one line that people read: C0/C1 controls (CR, LF, TAB, NUL too)
 * become a space, bidirectional controls (U+202A-202E, U+2066-2069, U+200E/F, U+061C) and
 * U+2028/2029, U+FEFF vanish, invalid bytes become U+FFFD, runs of space become one,
 * none at the ends.
 */
void utf8_add_line(struct str *out, struct bytes text);
/*
 * The same for text of several lines: LF and TAB stay, CR LF and CR become LF, spaces at both ends
 * of each line go.
 */
void utf8_add_text(struct str *out, struct bytes text);
/* The same as utf8_add_line in place, but with "?" for invalid bytes: it never grows. */
void utf8_make_line(char *text);
/* Append ASCII with everything else as \xNN, quotes and backslashes escaped: for logs. */
void utf8_add_escaped(struct str *out, struct bytes text);

#endif
