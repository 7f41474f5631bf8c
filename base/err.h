/*
 * base/err - the one way in which a function says that it could not do its work.
 *
 * Two kinds of "no" are never mixed: *we* failed (enum status, here) and
 * *they* answered (enum verdict, base/word.h).
 *
 * The status is for the caller's decision, the text for a person: it says
 * where, what and what to do. Errors pass up unchanged; who handles one logs it.
 */
#ifndef TOCSIN_BASE_ERR_H
#define TOCSIN_BASE_ERR_H

#include <stdarg.h>
#include <stdbool.h>

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))

enum status {
    OK = 0,
    ERR_INVALID,   /* the input is wrong: the same input will never work */
    ERR_NOT_FOUND, /* there is no such thing */
    ERR_EXISTS,    /* it is there already, and differs */
    ERR_STALE,     /* somebody else changed it first: read it again */
    ERR_REFUSED,   /* a rule says no (policy, weak key, missing approval) */
    ERR_LIMIT,     /* too large, too many, too deep */
    ERR_IO,        /* disk, network, process: may work when tried again */
    ERR_CORRUPT    /* what we stored is not what we read: stop and tell */
};

struct err {
    enum status code;
    char text[480];
};

/*
 * Fill *err (NULL is fine) and return code, so that `return err_set(...)` works.
 * The text becomes one clean line (utf8_make_line): it may quote what came from outside.
 */
enum status err_set(struct err *err, enum status code, const char *format, ...) PRINTF_LIKE(3, 4);
enum status err_vset(struct err *err, enum status code, const char *format, va_list args)
    PRINTF_LIKE(3, 0);

/* Put "WHERE: " before the text of an error that passes up. Returns err->code. */
enum status err_prefix(struct err *err, const char *format, ...) PRINTF_LIKE(2, 3);

/* The word for a status, for logs and JSON: "ok", "invalid", ... */
const char *status_word(enum status status);

#endif
