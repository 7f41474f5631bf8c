/*
 * The reference for json: the library jansson behind two functions. A file of its own, since both
 * sides call things json_….
 */
#ifndef TOCSIN_TESTS_BASE_JSON_JANSSON_H
#define TOCSIN_TESTS_BASE_JSON_JANSSON_H

#include "base/str.h"

enum jansson_said { JANSSON_ACCEPTS, JANSSON_REFUSES, JANSSON_CANNOT };

/*
 * Reads text as RFC 8259 without duplicate names. Accepted: out gets one line for each value, as
 * shape_add_* write it. CANNOT: it refuses for a reason that is not in the RFC (1e999).
 */
enum jansson_said jansson_read(struct str *out, struct bytes text);

/* How both sides write down what they read. */
void shape_add_name(struct str *out, const char *name);
void shape_add_open(struct str *out, char kind, size_t count);
void shape_add_text(struct str *out, const char *text, size_t size);
void shape_add_number(struct str *out, double number);

#endif
