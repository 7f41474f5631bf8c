/*
 * store/postgresql_inner - what the parts of the PostgreSQL driver share; private to this folder.
 */
#ifndef TOCSIN_STORE_POSTGRESQL_INNER_H
#define TOCSIN_STORE_POSTGRESQL_INNER_H

#include "store/driver.h"
#include "store/libpq.h"

struct postgresql {
    struct driver driver; /* first: a struct driver * is one of these */
    PGconn *conn;
    const char *broken; /* why it must be opened again; NULL while it works */
    struct statement_names names;
    bool prepared[DRIVER_STATEMENTS];
};

enum status postgresql_open(struct driver **out, const char *url, enum store_mode mode,
                            struct err *err);
void postgresql_close(struct driver *driver);
/* How many foreign keys it checks. */
extern const size_t postgresql_foreign_count;
MUST_USE enum status postgresql_check(struct driver *driver, struct err *err);

/* Statements without parameters. The caller clears *out, also on an error. */
MUST_USE enum status postgresql_exec(struct postgresql *p, const char *sql, PGresult **out,
                                     struct err *err);
/* First column of the first row as text; "" when there is none. */
MUST_USE enum status postgresql_ask(struct postgresql *p, const char *sql, struct str *out,
                                    struct err *err);
/* What went wrong with the last call, in our words. */
enum status postgresql_error(struct postgresql *p, const PGresult *result, struct err *err);

#endif
