/*
 * base/embedded - files that are compiled into the program (cmake/embed.cmake):
 * schema migrations, notice templates.
 */
#ifndef TOCSIN_BASE_EMBEDDED_H
#define TOCSIN_BASE_EMBEDDED_H

#include <stddef.h>

struct embedded {
    const char *name;          /* path from the project's root */
    const unsigned char *data; /* size bytes and one NUL behind them */
    size_t size;
};

#endif
