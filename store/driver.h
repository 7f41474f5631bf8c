/*
 * store/driver - what a database has to do for us; private to this folder.
 *
 * A driver runs statements and says what became of them in our words. It knows no table but its own
 * mark and version. Which statements there are, and what a transaction keeps, is above it
 * (store/query.h, store/inner.h).
 */
#ifndef TOCSIN_STORE_DRIVER_H
#define TOCSIN_STORE_DRIVER_H

#include "base/embedded.h"
#include "base/str.h"
#include "store/store.h"

enum value_type { VALUE_INT, VALUE_TEXT, VALUE_BLOB };

/* One parameter. The type stands even when it is NULL: PostgreSQL wants to know it. */
struct value {
    enum value_type type;
    bool is_null;
    int64_t n;
    struct bytes bytes;
};

/* A statement on its way; belongs to the caller, its insides to the driver. */
struct cursor {
    void *handle;     /* NULL when not started, or ended */
    size_t row, rows; /* for a driver that has the rows itself */
    int64_t changed;  /* rows changed, once there are no more rows */
};

struct driver {
    const struct driver_ops *ops;
};

struct driver_ops {
    const char *name;
    const struct embedded *migrations; /* in order, from 1 */
    const size_t *migration_count;

    /* As store_open promises, but for the schema. */
    enum status (*open)(struct driver **out, const char *url, enum store_mode mode,
                        struct err *err);
    void (*close)(struct driver *driver);

    /*
     * Version of the schema; 0: nothing is there. ERR_INVALID: something that is not ours.
     */
    enum status (*version)(struct driver *driver, int64_t *out, struct err *err);
    /* Around the migrations: they may change what nobody may later. */
    enum status (*migrating)(struct driver *driver, bool on, struct err *err);
    /* Several statements without parameters: migrations, and what undoes an item. */
    enum status (*script)(struct driver *driver, const char *sql, struct err *err);
    /* One statement without parameters and rows, again and again; sql as for start. */
    enum status (*command)(struct driver *driver, const char *sql, struct err *err);

    /*
     * sql must be a constant: its address is the name under which the driver keeps it prepared.
     * Parameters must live until end.
     */
    enum status (*start)(struct driver *driver, struct cursor *cursor, const char *sql,
                         const struct value *in, size_t count, struct err *err);
    /* *row tells whether there is one more row; when not, cursor->changed counts. */
    enum status (*next)(struct driver *driver, struct cursor *cursor, bool *row, struct err *err);
    /* Column of the row, of that type; borrowed until the next row. ERR_CORRUPT: another type. */
    enum status (*column)(struct driver *driver, struct cursor *cursor, size_t column,
                          struct value *out, struct err *err);
    void (*end)(struct driver *driver, struct cursor *cursor);

    enum status (*begin)(struct driver *driver, bool write, struct err *err);
    enum status (*commit)(struct driver *driver, struct err *err);
    void (*rollback)(struct driver *driver);

    /* As store_copy promises. */
    enum status (*copy)(struct driver *driver, const char *path, struct err *err);
    /* As store_scrub promises. */
    enum status (*scrub)(struct driver *driver, struct err *err);
    /* What the database itself can say about its soundness. */
    enum status (*check)(struct driver *driver, struct err *err);
};

extern const struct driver_ops driver_sqlite;
extern const struct driver_ops driver_postgresql;

/*
 * Said by both drivers when the connection broke, or a disk failed, while a commit was on its way.
 * After it the driver answers ERR_IO until it is closed and opened again: what is on disk must be
 * read afresh.
 */
#define DRIVER_COMMIT_UNKNOWN "unknown whether the commit succeeded: open the store again and look"

/* Numbers for statements, by the address of their SQL. */
#define DRIVER_STATEMENTS 512
struct statement_names {
    const char *sql[DRIVER_STATEMENTS];
};
/* The same number for the same statement, below DRIVER_STATEMENTS. */
size_t statement_number(struct statement_names *names, const char *sql);

#endif
