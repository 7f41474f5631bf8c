/*
 * templates/catalog - every text file of every language: the built-in ones, and those of the
 * maker's own folder in their place.
 */
#ifndef TOCSIN_TEMPLATES_CATALOG_H
#define TOCSIN_TEMPLATES_CATALOG_H

#include "base/arena.h"
#include "base/str.h"
#include "base/word.h"

struct catalog_file {
    const char *language; /* "de", "pt-br": lower case */
    const char *name;     /* "immediate.hdo.txt" */
    const char *path;     /* for errors */
    struct bytes text;    /* without BOM and CR */
};

struct catalog {
    struct catalog_file *files;
    size_t count;
    struct bytes style; /* templates/style.css */
};

/*
 * dir may be NULL. It holds one folder per language; files in them that do not end in ".txt" are
 * passed over. Memory belongs to the arena.
 * Returns ERR_NOT_FOUND (no such folder), ERR_INVALID (a folder whose name is no language, a file
 * that no notice would use), ERR_LIMIT (a file larger than 1 MiB), ERR_IO.
 */
MUST_USE enum status catalog_read(struct catalog *out, struct arena *arena, const char *dir,
                                  struct err *err);

/* NULL when there is none; language itself, no fallback. */
const struct catalog_file *catalog_find(const struct catalog *catalog, const char *language,
                                        const char *name);

/* "de-at" → "de" → NULL. In the arena. */
const char *catalog_parent(struct arena *arena, const char *language);

/* "immediate.hdo.txt"; false for kinds of notices that have no text of their own. */
#define CATALOG_NAME 64
bool catalog_message_name(char out[CATALOG_NAME], enum notice_kind kind, enum party_kind audience);

#endif
