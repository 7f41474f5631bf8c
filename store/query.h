/*
 * store/query - one run of one statement: put the parameters, read the rows, end.
 *
 * Parameters are put and columns read in the order in which the SQL names them. The first error
 * sticks: afterwards puts and reads do nothing, query_next is false, and the end returns it and
 * tells the transaction. So callers check once. Private to this folder.
 */
#ifndef TOCSIN_STORE_QUERY_H
#define TOCSIN_STORE_QUERY_H

#include "store/inner.h"

#define QUERY_VALUES 40

struct query {
    struct store *store;
    const char *sql;
    struct value in[QUERY_VALUES];
    size_t in_count;
    struct cursor cursor;
    bool started;
    size_t column; /* next to read */
    int64_t rows;  /* read so far */
    enum status status;
    struct err err;
};

/* sql: a constant (see driver_ops.start). */
void query_init(struct query *q, struct store *store, const char *sql);

void query_put_int(struct query *q, int64_t n);
void query_put_id(struct query *q, int64_t id); /* 0 is NULL */
void query_put_size(struct query *q, size_t n); /* for LIMIT */
/* NULL is NULL. ERR_INVALID when it is not UTF-8, on every driver alike. */
void query_put_text(struct query *q, const char *text);
void query_put_text_bytes(struct query *q, struct bytes text); /* a NUL inside: ERR_INVALID, too */
void query_put_blob(struct query *q, struct bytes data);

/* One more row? Runs the statement at the first call. */
bool query_next(struct query *q);
int64_t query_int(struct query *q);
int64_t query_id(struct query *q);                   /* NULL is 0 */
bool query_maybe_int(struct query *q, int64_t *out); /* false: NULL */
bool query_bool(struct query *q);
const char *query_text(struct query *q, struct arena *arena); /* NULL is NULL */
struct bytes query_blob(struct query *q);                     /* borrowed until the next row */
/* What the last column held is, or is not, a word that we know. */
void query_known(struct query *q, bool known);

/*
 * The ways to end; each releases everything and returns the statement's status.
 */
MUST_USE enum status query_end(struct query *q, struct err *err); /* any number of rows */
/* ERR_NOT_FOUND when there was no row; that alone does not fail the transaction. */
MUST_USE enum status query_end_found(struct query *q, const char *what, struct err *err);
/* Runs it, too. ERR_STALE unless exactly one row was changed. */
MUST_USE enum status query_change(struct query *q, const char *what, struct err *err);
/* Runs it, too; any number of rows changed. */
MUST_USE enum status query_run(struct query *q, struct err *err);
/* Runs an INSERT ... RETURNING id. */
MUST_USE enum status query_insert(struct query *q, int64_t *out_id, struct err *err);
/* Runs an INSERT or UPDATE that skips what is there already, RETURNING anything. */
MUST_USE enum status query_did(struct query *q, bool *did, struct err *err);

#endif
