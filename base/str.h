/*
 * base/str - growable strings with a hard limit and a sticky failure.
 *
 * Appends chain without checks; one str_ok() at the end decides. Past the limit
 * nothing is appended any more and the string stays failed until str_reset().
 * Running out of memory stops the process: the queue makes that safe.
 * The content is always NUL-terminated; it may hold NUL bytes itself (size tells).
 */
#ifndef TOCSIN_BASE_STR_H
#define TOCSIN_BASE_STR_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/* A borrowed run of bytes. data may be NULL only when size is 0. */
struct bytes {
    const unsigned char *data;
    size_t size;
};

struct str {
    char *data; /* NULL until the first append; use str_text() */
    size_t size;
    size_t capacity;
    size_t limit;
    bool failed;
};

#define STR_LIMIT_LINE ((size_t)8 * 1024)
#define STR_LIMIT_TEXT ((size_t)16 * 1024 * 1024)
#define STR_LIMIT_MAIL ((size_t)64 * 1024 * 1024)

void str_init(struct str *s, size_t limit);
void str_dispose(struct str *s); /* NULL is fine; leaves an empty string of limit 0 */
void str_reset(struct str *s);   /* empty, not failed, memory kept */

void str_add(struct str *s, const char *text);
void str_add_n(struct str *s, const void *data, size_t size);
void str_add_c(struct str *s, char c);
void str_add_int(struct str *s, int64_t n);
void str_addf(struct str *s, const char *format, ...) PRINTF_LIKE(2, 3);
/* Drop everything after size. */
void str_truncate(struct str *s, size_t size);

MUST_USE bool str_ok(const struct str *s);
const char *str_text(const struct str *s); /* never NULL; borrowed until the next change */
struct bytes str_bytes(const struct str *s);
/* The content as a heap string that the caller frees; s is empty afterwards. */
char *str_take(struct str *s);

struct bytes bytes_of(const char *text); /* without the NUL; NULL gives an empty run */
bool bytes_equal(struct bytes a, struct bytes b);

/* Heap helpers that never return NULL: they stop the process when memory is out. */
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *old, size_t count, size_t size);
char *xstrdup(const char *text); /* NULL gives NULL */
char *xstrndup(const char *text, size_t size);
char *xprintf(const char *format, ...) PRINTF_LIKE(1, 2);

bool text_equal(const char *a, const char *b); /* both NULL is equal */
bool text_is_empty(const char *text);          /* NULL or "" */
bool text_starts(const char *text, const char *prefix);
bool text_ends(const char *text, const char *suffix);

#endif
