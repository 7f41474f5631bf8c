/*
 * store/sqlite_inner - what the parts of the SQLite driver share; private to this folder.
 */
#ifndef TOCSIN_STORE_SQLITE_INNER_H
#define TOCSIN_STORE_SQLITE_INNER_H

#include "store/driver.h"

#include <sqlite3.h>

struct sqlite {
    struct driver driver; /* first: a struct driver * is one of these */
    sqlite3 *db;
    char *path;         /* resolved; as given for ":memory:" */
    int lock_fd;        /* -1: none */
    int64_t busy_up_ms; /* since when it waits for others */
    bool broken;        /* a commit ended in the unknown, or a rollback failed */
    struct statement_names names;
    sqlite3_stmt *prepared[DRIVER_STATEMENTS];
    bool tells_id[DRIVER_STATEMENTS]; /* sqlite_statement: the row of its id is ours to give */
};

/* A file system that is not this machine's: locks and syncs there are not to be believed. */
const char *sqlite_remote_name(unsigned long magic); /* NULL: a local one */

/* "$1" becomes "?1" but in quotes and comments. */
void sqlite_placeholders(struct str *out, const char *sql);
/* The text for SQLite; true: "INSERT ... RETURNING id" without the last two words. */
bool sqlite_statement(struct str *out, const char *sql);

/* The last error of the connection in our words. */
enum status sqlite_error(struct sqlite *s, int code, struct err *err);
enum status sqlite_open(struct driver **out, const char *url, enum store_mode mode,
                        struct err *err);
void sqlite_close(struct driver *driver);
/* First column of the first row of a pragma or query without parameters. */
enum status sqlite_ask_int(struct sqlite *s, const char *sql, int64_t *out, struct err *err);

/* sqlite_copy.c */
enum status sqlite_copy(struct driver *driver, const char *path, struct err *err);

/* sqlite_scrub.c */
enum status sqlite_scrub(struct driver *driver, struct err *err);

/* sqlite_path.c: where the file really is, and the writer's lock beside it. */
MUST_USE enum status sqlite_resolve(char **out, const char *path, enum store_mode mode,
                                    struct err *err);
MUST_USE enum status sqlite_lock(int *out_fd, const char *path, struct err *err);

#endif
