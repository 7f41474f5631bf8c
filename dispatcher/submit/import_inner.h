/*
 * dispatcher/submit/import_inner - what the files of the import share.
 */
#ifndef TOCSIN_DISPATCHER_IMPORT_INNER_H
#define TOCSIN_DISPATCHER_IMPORT_INNER_H

#include "base/csv.h"
#include "dispatcher/submit/import.h"
#include "store/party.h"

/* One import on its way. */
struct import {
    struct app *app;
    struct arena *arena;
    const char *name, *dir;
    struct csv csv;
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
};

/* ERR_REFUSED: "parties.csv row 3, column kind: WHAT". */
enum status import_bad(const struct import *im, const struct csv_row *row, const char *column,
                       struct err *err, const char *what);

/* Where the key stands in a row of parties.csv: its file is watched too. */
#define IMPORT_PARTY_KEY 10

struct import_table {
    const struct csv_column *columns;
    size_t count;
    /* Put the rows into the register, inside the open transaction. */
    enum status (*rows)(struct import *im, bool full, struct err *err);
};
extern const struct import_table import_parties;
extern const struct import_table import_products;
extern const struct import_table import_installed;

#endif
