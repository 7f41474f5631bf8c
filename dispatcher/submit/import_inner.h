/*
 * dispatcher/submit/import_inner - what the files of the import share.
 */
#ifndef TOCSIN_DISPATCHER_IMPORT_INNER_H
#define TOCSIN_DISPATCHER_IMPORT_INNER_H

#include "base/csv.h"
#include "dispatcher/submit/import.h"
#include "store/party.h"

struct import_table;

struct pack; /* clocks/pack */

/* One import on its way. */
struct import {
    struct app *app;
    struct arena *arena;
    const char *name, *dir;
    const struct csv_source *source;
    size_t rows;       /* of the table */
    struct csv csv;    /* all of them; not of parties.csv, of which … */
    struct walk *walk; /* … one is read after the other */
    int64_t added, changed, removed;
    int64_t devices; /* rows of the installed base that went */
    int64_t kept;    /* addresses of the file that a correction stands against */
    bool trying, believe;
    struct str *words;
    /* parties: the party of the row before, and how many contacts it has so far */
    const char *last_party;
    int64_t seq;
    bool is_new;
    struct correction *corrections; /* that stand, by party and old address */
    size_t correction_count;
    struct pack *pack; /* opened when the first place is named */
};

#define IMPORT_PLACES                                                                              \
    "names no place: write countries by ISO 3166-1 or jurisdictions of the rules with | between, " \
    "such as DE|CH or EU, or * for everywhere"
/*
 * Does each word name a country or a jurisdiction of the rules? Rules of the site that do not
 * read: those that ship.
 */
bool import_are_places(struct import *im, const char *words);

/* ERR_REFUSED: "parties.csv row 3, column kind: WHAT". */
enum status import_bad(const struct import *im, const struct csv_row *row, const char *column,
                       struct err *err, const char *what);

/*
 * Rows of parties.csv in the order of their parties, those of one party as they stand in the file
 * (import_walk.c). A file that stands in that order is read as it goes; of another one a place is
 * kept for each row.
 */
struct walk; /* opaque */
/* Reads all of the table once: ERR_REFUSED as import_file says. */
MUST_USE enum status walk_open(struct walk **out, size_t *rows, const struct import *im,
                               const struct import_table *table, bool full, struct err *err);
void walk_close(struct walk *walk); /* NULL is fine */
/* The next row, there until the next call; ERR_NOT_FOUND behind the last one. */
MUST_USE enum status walk_next(struct csv_row *row, struct walk *walk, struct err *err);
/* Is this party in the table? Only of one that was opened with `full`. */
bool walk_has(const struct walk *walk, const char *party);

/* In the place of a fingerprint: parties came, the file is to be read again. */
#define IMPORT_AGAIN "again"
/* The hash of all of it, as it is now. Returns ERR_IO. */
MUST_USE enum status import_hash(char hex[SHA256_HEX], const char *name,
                                 const struct csv_source *source, struct err *err);
/* import_take of a text or of a file, which must stay the same meanwhile (ERR_STALE). */
MUST_USE enum status import_source(struct app *app, enum import_kind kind, const char *name,
                                   const struct csv_source *source, const char *dir,
                                   const struct import_wish *wish, struct str *words,
                                   struct err *err);

/* The first cell of this row that must not be empty, and is; NULL: none. */
const char *import_lacks(const struct import_table *table, const struct csv_row *row);

/* Where the key stands in a row of parties.csv: its file is watched too. */
#define IMPORT_PARTY_KEY 10

struct import_table {
    const struct csv_column *columns;
    size_t count;
    size_t may_be_empty; /* though the column must be there; of all but these, what is needed */
    bool by_party;       /* read row by row (walk) */
    /* Put the rows into the register, inside the open transaction. */
    enum status (*rows)(struct import *im, bool full, struct err *err);
};
extern const struct import_table import_parties;
extern const struct import_table import_products;
extern const struct import_table import_installed;

#endif
