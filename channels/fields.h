/*
 * channels/fields - the header fields of a mail from outside, and the addresses in them.
 *
 * Private to channels. Slices borrow the raw bytes, texts belong to the arena. All limits are
 * fixed: what lies behind one is not seen.
 */
#ifndef TOCSIN_CHANNELS_FIELDS_H
#define TOCSIN_CHANNELS_FIELDS_H

#include "base/arena.h"
#include "base/str.h"

#define FIELDS_MAX 1000              /* of one header */
#define FIELDS_SIZE_MAX (256 * 1024) /* bytes of one header */
#define FIELD_VALUE_MAX (8 * 1024)   /* bytes of one value */

struct field {
    struct bytes name;
    struct bytes value; /* still folded */
};

struct fields {
    struct field *items;
    size_t count;
};

/*
 * Read `Name: value` lines up to the first empty line; lines that are neither a field nor the
 * rest of one are passed over. Returns what stands behind the empty line.
 */
struct bytes fields_read(struct fields *out, struct arena *arena, struct bytes text);

/* The value of the nth field (from 0) of this name, unfolded, trimmed; NULL: there is none. */
const char *fields_get(const struct fields *fields, struct arena *arena, const char *name,
                       size_t nth);
/* The first one as a harmless line of UTF-8, encoded words decoded; NULL: there is none. */
const char *fields_line(const struct fields *fields, struct arena *arena, const char *name);

/* What stands before the first ';' of a value, lower case, without blanks and comments; "" for
 * NULL. */
const char *value_word(const char *value, struct arena *arena);
/* One parameter of a value such as Content-Type's; NULL: it is not there. */
const char *value_parameter(const char *value, struct arena *arena, const char *name);
/* A Message-ID without its <>; NULL when there is none that could be one. */
const char *value_message_id(const char *value, struct arena *arena);
/* "rfc822; user@example.com" without the type, <> and blanks; NULL when nothing is left. */
const char *value_typed_address(const char *value, struct arena *arena);

/*
 * The next address of a list of mailboxes; display names, comments and groups are dropped.
 * *list moves on. Returns false at the end. An address has no blanks, controls, quotes, <>.
 */
bool address_next(const char **out, const char **list, struct arena *arena);

#endif
