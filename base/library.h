/*
 * base/library - another library, loaded where it is used instead of linked.
 *
 * What is linked is in every process of ours: it costs time at each start and page tables at each
 * fork. A heavy library that few processes need is a table of pointers to its functions instead,
 * with a header of its folder that gives them their names (store/libpq, clocks/libical).
 */
#ifndef TOCSIN_BASE_LIBRARY_H
#define TOCSIN_BASE_LIBRARY_H

#include "base/err.h"

#include <stddef.h>

struct library_symbol {
    const char *name;
    size_t at; /* offsetof its pointer in the table */
};

struct library {
    const char *file;  /* the name of its ABI ("libpq.so.5"), not a path that somebody may choose */
    const char *where; /* first word of the refusals: "store" */
    const char *what;  /* for people: "PostgreSQL's library" */
    const char *package; /* which brings it */
    const struct library_symbol *symbols;
    size_t count; /* at least one */
};

/*
 * Fill table, a struct of pointers to functions that was all NULL. The library then stays for the
 * life of the process: a table that is filled is left as it is, and OK is all that it costs.
 * ERR_IO: the library cannot be loaded, or lacks a function; all pointers of the table are NULL.
 */
MUST_USE enum status library_load(void *table, const struct library *library, struct err *err);

#endif
