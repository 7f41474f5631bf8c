#include "base/err.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

enum status err_vset(struct err *err, enum status code, const char *format, va_list args)
{
    if (err != NULL) {
        err->code = code;
        (void)vsnprintf(err->text, sizeof err->text, format, args);
        /* It may quote bytes from outside, or have been cut inside a character. */
        utf8_make_line(err->text);
    }
    return code;
}

enum status err_set(struct err *err, enum status code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)err_vset(err, code, format, args);
    va_end(args);
    return code;
}

enum status err_prefix(struct err *err, const char *format, ...)
{
    if (err == NULL)
        return ERR_IO;
    char old[sizeof err->text];
    va_list args;
    memcpy(old, err->text, sizeof old);
    va_start(args, format);
    (void)vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    size_t at = strlen(err->text);
    const char *parts[] = {": ", old};
    for (size_t i = 0; i < 2; i++) {
        size_t room = sizeof err->text - 1 - at;
        size_t size = strnlen(parts[i], room);
        memcpy(err->text + at, parts[i], size);
        at += size;
    }
    err->text[at] = '\0';
    utf8_make_line(err->text);
    return err->code;
}

const char *status_word(enum status status)
{
    switch (status) {
    case OK:
        return "ok";
    case ERR_INVALID:
        return "invalid";
    case ERR_NOT_FOUND:
        return "not-found";
    case ERR_EXISTS:
        return "exists";
    case ERR_STALE:
        return "stale";
    case ERR_REFUSED:
        return "refused";
    case ERR_LIMIT:
        return "limit";
    case ERR_IO:
        return "io";
    case ERR_CORRUPT:
        return "corrupt";
    }
    return "unknown";
}
