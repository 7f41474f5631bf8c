/*
 * advisory/lookup - tables of facts that are compiled in as text: one line each, "key<TAB>value",
 * in the order of bytes (written by tools/tables).
 */
#ifndef TOCSIN_ADVISORY_LOOKUP_H
#define TOCSIN_ADVISORY_LOOKUP_H

#include "base/str.h"

enum lookup_table { LOOKUP_CWE, LOOKUP_LANGUAGES, LOOKUP_TABLE_COUNT };

/* *value is what stands behind the key (empty: nothing). false when the key is not there. */
bool lookup(struct bytes *value, enum lookup_table table, const char *key);
/* Where the table comes from and of when it is: its first line. */
struct bytes lookup_source(enum lookup_table table);

#endif
