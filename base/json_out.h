/*
 * base/json_out - canonical JSON text (RFC 8785 in the dialect of evidence.md).
 *
 * Member names must come in ascending order of bytes inside each object, and only
 * once: out of order is a bug of the caller and asserted. Integers within ±(2^53-1) and
 * text in valid UTF-8: otherwise the writer fails, sticky, and str_ok(out) says so.
 * U+007F is written as U+FFFD, since jq and RFC 8785 differ on it.
 * In this dialect the result equals `jq -cS` byte for byte.
 */
#ifndef TOCSIN_BASE_JSON_OUT_H
#define TOCSIN_BASE_JSON_OUT_H

#include "base/str.h"

#define JSON_OUT_DEPTH 16

struct json_out {
    struct str *out;
    bool sorted; /* assert the order of names (evidence); false for plain --json output */
    int depth;
    struct {
        bool array;
        bool empty;
        char last[48];
    } level[JSON_OUT_DEPTH];
};

void json_out_init(struct json_out *j, struct str *out, bool sorted);
/* name is NULL inside arrays and at the top. */
void json_out_object(struct json_out *j, const char *name);
void json_out_array(struct json_out *j, const char *name);
void json_out_end(struct json_out *j); /* closes the innermost */
void json_out_text(struct json_out *j, const char *name, const char *text); /* NULL gives null */
void json_out_text_n(struct json_out *j, const char *name, struct bytes text);
void json_out_int(struct json_out *j, const char *name, int64_t value);
void json_out_bool(struct json_out *j, const char *name, bool value);
void json_out_null(struct json_out *j, const char *name);
/* A value that is canonical already. */
void json_out_raw(struct json_out *j, const char *name, const char *canonical);

#endif
