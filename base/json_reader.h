/*
 * base/json_reader - the reader at work. Only json_parse.c and json_token.c include it.
 */
#ifndef TOCSIN_BASE_JSON_READER_H
#define TOCSIN_BASE_JSON_READER_H

#include "base/json_node.h"

#define JSON_MEND_CUT "the text seems to be cut off: get it again whole"
#define JSON_MEND_UTF8 "save the file as UTF-8 without a byte order mark"

/* Names that come again and again are kept once; longer ones hardly do. */
#define JSON_NAMES_KNOWN 256
#define JSON_NAME_KNOWN_SIZE 48

struct json_reader {
    struct bytes text;
    size_t at;
    size_t max_values;
    size_t max_depth;
    size_t depth;
    struct json_doc *doc;
    uint32_t container; /* the innermost open one */
    uint32_t name;      /* of the value that comes next: where in the pool */
    /* By a hash of the name: where in the pool it stands. A later name takes the place. */
    uint32_t known[JSON_NAMES_KNOWN];
    unsigned char known_size[JSON_NAMES_KNOWN]; /* 0: the place is free */
    enum status status;
    struct json_fault fault;
};

/* Note the fault (the first one ends the work) and return false. */
bool json_fail(struct json_reader *r, enum status status, size_t offset, const char *mend,
               const char *format, ...) PRINTF_LIKE(5, 6);
/* The same for "WANTED was expected, found …" at the place reached. */
bool json_fail_expected(struct json_reader *r, const char *wanted, const char *mend);

/* The next byte, -1 at the end. Asked for every byte of a text. */
static inline int json_peek(const struct json_reader *r)
{
    return r->at < r->text.size ? r->text.data[r->at] : -1;
}

/* Append the unescaped text of the string that begins here to the pool. */
bool json_take_string(struct json_reader *r, uint32_t *text, uint32_t *size);
/* The same for a member's name, which may be in the pool already. */
bool json_take_name(struct json_reader *r, uint32_t *text, uint32_t *size);
bool json_take_number(struct json_reader *r, uint32_t *text, uint32_t *size);
bool json_take_word(struct json_reader *r, const char *word);

#endif
