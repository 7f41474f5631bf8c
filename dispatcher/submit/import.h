/*
 * dispatcher/submit/import - the three flat CSV files become the register.
 *
 * All of a file or nothing of it: the first bad row is
 * named with row, column and cure.
 */
#ifndef TOCSIN_DISPATCHER_IMPORT_H
#define TOCSIN_DISPATCHER_IMPORT_H

#include "dispatcher/app.h"

enum import_kind { IMPORT_PARTIES, IMPORT_PRODUCTS, IMPORT_INSTALLED, IMPORT_KIND_COUNT };
const char *import_kind_word(enum import_kind kind); /* "parties" ... */
const char *import_kind_file(enum import_kind kind); /* "parties.csv" ... */

/*
 * One file, inside its own transaction. dir: what key files are relative to. One line of words with
 * the counts. Returns ERR_REFUSED with row, column and cure.
 */
enum import_mode {
    IMPORT_ADD,     /* adds and changes, never removes */
    IMPORT_FULL,    /* what the file does not name any more is removed */
    IMPORT_FULL_TRY /* says what FULL would remove, changes nothing */
};
/* As import_take for people, and nothing is believed. */
MUST_USE enum status import_file(struct app *app, enum import_kind kind, const char *name,
                                 struct bytes text, const char *dir, enum import_mode mode,
                                 struct str *words, struct err *err);

/* How it is taken, and for whom its words are. */
struct import_wish {
    enum import_mode mode;
    bool believe; /* parties: addresses that a person corrected are taken from the file again */
    bool json;    /* words: one object, tocsin.import/1 */
};
MUST_USE enum status import_take(struct app *app, enum import_kind kind, const char *name,
                                 struct bytes text, const char *dir, const struct import_wish *wish,
                                 struct str *words, struct err *err);

/* The file of this kind beside the configuration is there and is not the one that was read last. */
MUST_USE enum status import_waits(bool *out, struct app *app, enum import_kind kind,
                                  struct err *err);

#endif
