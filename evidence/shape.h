/*
 * evidence/shape - the form of values in an entry; shared by writer and verifier.
 * Internal to evidence/.
 */
#ifndef TOCSIN_EVIDENCE_SHAPE_H
#define TOCSIN_EVIDENCE_SHAPE_H

#include "base/json.h"
#include "evidence/kinds.h"

#define SHAPE_COMMITMENT "c1:"
#define SHAPE_INSTANT ((size_t)24) /* signs of an instant */

/* NULL unless a string without a NUL inside: what is compared is then all there is. */
const char *shape_text(const struct json *value);
/* size lower-case hex digits and nothing else. */
bool shape_hex(const char *text, size_t size);
/* "2026-11-27T18:40:00.000Z", an instant that there is. */
bool shape_instant(const char *text);
/* 1 to most printable ASCII signs. */
bool shape_printable(const char *text, size_t most);
bool shape_member(const struct json *value, enum member_type type);

#endif
