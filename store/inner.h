/*
 * store/inner - the insides of a store and its transactions; private to this folder.
 */
#ifndef TOCSIN_STORE_INNER_H
#define TOCSIN_STORE_INNER_H

#include "store/driver.h"

struct store {
    struct driver *driver;
    enum store_mode mode;
    bool in_transaction;
    bool in_item;
    enum status failed; /* first error of the transaction; OK while it is good */
    struct err kept;    /* its words */
    size_t running;     /* statements between start and end */
};

/* Tell the transaction, if there is one, about an error; the first is kept. Returns code. */
enum status store_keep_error(struct store *store, enum status code, const struct err *err);

/*
 * For functions of several statements: a transaction of their own where the caller has none.
 * scope_end commits or rolls back what scope_begin began, as status tells, and passes it on.
 */
struct scope {
    struct store *store;
    bool own;
};
MUST_USE enum status scope_begin(struct scope *scope, struct store *store, struct err *err);
MUST_USE enum status scope_end(struct scope *scope, enum status status, struct err *err);

/* Bring the schema to the last of the driver's migrations, in one transaction. */
MUST_USE enum status store_migrate(struct driver *driver, enum store_mode mode, const char *name,
                                   struct err *err);

/* A lane that is new is held as the standing holds say (hold.c). */
MUST_USE enum status lane_settle(struct store *store, int64_t lane_id, struct err *err);

#endif
