#include "store/sqlite_inner.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

/* cmake/tocsin.cmake: the files of store/schema/sqlite. */
extern const struct embedded schema_sqlite[];
extern const size_t schema_sqlite_count;

static struct sqlite *sqlite_of(struct driver *driver)
{
    return (struct sqlite *)driver;
}

static enum status status_of(int code)
{
    switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
        return ERR_EXISTS;
    default:
        break;
    }
    switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
        return ERR_INVALID;
    case SQLITE_TOOBIG:
        return ERR_LIMIT;
    case SQLITE_READONLY:
        return ERR_REFUSED;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
    case SQLITE_ERROR: /* a table of ours is not there: our statements are right */
        return ERR_CORRUPT;
    default: /* BUSY, FULL, IOERR, CANTOPEN, NOMEM, ... */
        return ERR_IO;
    }
}

/* SQLite calls a file damaged, too, when the disk fails to read it: that may pass. */
static bool disk_failed(struct sqlite *s)
{
    int error = 0;
    return s->db != NULL &&
           sqlite3_file_control(s->db, "main", SQLITE_FCNTL_LAST_ERRNO, &error) == SQLITE_OK &&
           (error == EIO || error == ENXIO);
}

enum status sqlite_error(struct sqlite *s, int code, struct err *err)
{
    /* The connection knows more words than the code, but only about its own last call. */
    const char *words = s->db != NULL && sqlite3_extended_errcode(s->db) == code
                            ? sqlite3_errmsg(s->db)
                            : sqlite3_errstr(code);
    switch (code & 0xff) {
    case SQLITE_FULL:
        return err_set(err, ERR_IO, "%s: the disk is full: nothing was stored; make room", s->path);
    case SQLITE_BUSY:
        return err_set(err, ERR_IO, "%s: busy for too long: a reader holds it: try again", s->path);
    case SQLITE_READONLY:
        if (code == SQLITE_READONLY_DBMOVED)
            return err_set(err, ERR_IO, "%s: was moved or removed while it was open", s->path);
        return err_set(err, ERR_REFUSED, "%s: cannot be written: opened for reading", s->path);
    case SQLITE_NOTADB:
        return err_set(err, ERR_CORRUPT,
                       "%s: is no SQLite file, or its first page is damaged: restore it from the "
                       "backup, or name another file in the setting `store`",
                       s->path);
    case SQLITE_CORRUPT:
        if (disk_failed(s))
            return err_set(err, ERR_IO, "%s: cannot be read: look at the system's log", s->path);
        return err_set(err, ERR_CORRUPT, "%s: is damaged (%s): restore it from the backup", s->path,
                       words);
    default:
        return err_set(err, status_of(code), "%s: %s", s->path, words);
    }
}

void sqlite_close(struct driver *driver)
{
    struct sqlite *s = sqlite_of(driver);
    if (s == NULL)
        return;
    for (size_t i = 0; i < DRIVER_STATEMENTS; i++)
        (void)sqlite3_finalize(s->prepared[i]);
    int code = sqlite3_close(s->db);
    assert(code == SQLITE_OK); /* else a statement outside the table is open */
    /* After the file: until here nobody else may write. The lock file stays; removing it races. */
    if (s->lock_fd >= 0)
        (void)close(s->lock_fd);
    free(s->path);
    free(s);
}

static enum status refuse_broken(const struct sqlite *s, struct err *err)
{
    if (!s->broken)
        return OK;
    return err_set(err, ERR_IO, "%s: " DRIVER_COMMIT_UNKNOWN, s->path);
}

static enum status sqlite_version(struct driver *driver, int64_t *out, struct err *err)
{
    return sqlite_ask_int(sqlite_of(driver), "PRAGMA user_version", out, err);
}

/* The text of tables (0011): once they are made, nothing may write to it. */
static enum status sqlite_migrating(struct driver *driver, bool on, struct err *err)
{
    struct sqlite *s = sqlite_of(driver);
    int defensive = -1;
    int code = sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, on ? 0 : 1, &defensive);
    if (code == SQLITE_OK && defensive == (on ? 0 : 1))
        return OK;
    return err_set(err, ERR_REFUSED, "%s: SQLite cannot be hardened again", s->path);
}

static enum status sqlite_script(struct driver *driver, const char *sql, struct err *err)
{
    struct sqlite *s = sqlite_of(driver);
    enum status status = refuse_broken(s, err);
    if (status != OK)
        return status;
    int code = sqlite3_exec(s->db, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? OK : sqlite_error(s, code, err);
}

static enum status prepared(struct sqlite *s, size_t *number, const char *sql, struct err *err)
{
    const size_t n = statement_number(&s->names, sql);
    enum status status = OK;
    if (s->prepared[n] == NULL) {
        struct str text;
        str_init(&text, STR_LIMIT_TEXT);
        s->tells_id[n] = sqlite_statement(&text, sql);
        int code = sqlite3_prepare_v3(s->db, str_text(&text), -1, SQLITE_PREPARE_PERSISTENT,
                                      &s->prepared[n], NULL);
        str_dispose(&text);
        if (code != SQLITE_OK)
            status = sqlite_error(s, code, err);
    }
    *number = n;
    return status;
}

static int bind(sqlite3_stmt *stmt, int at, const struct value *value)
{
    /* A blob of no bytes is not NULL, but a NULL pointer would make it so. */
    const void *data = value->bytes.data == NULL ? "" : (const void *)value->bytes.data;
    if (value->is_null)
        return sqlite3_bind_null(stmt, at);
    switch (value->type) {
    case VALUE_INT:
        return sqlite3_bind_int64(stmt, at, value->n);
    case VALUE_TEXT:
        return sqlite3_bind_text64(stmt, at, data, value->bytes.size, SQLITE_STATIC, SQLITE_UTF8);
    case VALUE_BLOB:
        return sqlite3_bind_blob64(stmt, at, data, value->bytes.size, SQLITE_STATIC);
    }
    return SQLITE_MISUSE;
}

static enum status sqlite_start(struct driver *driver, struct cursor *cursor, const char *sql,
                                const struct value *in, size_t count, struct err *err)
{
    struct sqlite *s = sqlite_of(driver);
    size_t n = 0;
    enum status status = refuse_broken(s, err);
    if (status == OK)
        status = prepared(s, &n, sql, err);
    if (status != OK)
        return status;
    sqlite3_stmt *stmt = s->prepared[n];
    assert(!sqlite3_stmt_busy(stmt)); /* one run of a statement at a time */
    assert((size_t)sqlite3_bind_parameter_count(stmt) == count);
    cursor->handle = stmt;
    cursor->rows = s->tells_id[n] ? 1 : 0;
    for (size_t i = 0; i < count; i++) {
        int code = bind(stmt, (int)i + 1, &in[i]);
        if (code != SQLITE_OK)
            return sqlite_error(s, code, err);
    }
    return OK;
}

static enum status sqlite_next(struct driver *driver, struct cursor *cursor, bool *row,
                               struct err *err)
{
    struct sqlite *s = sqlite_of(driver);
    const bool alone = sqlite3_get_autocommit(s->db) != 0;
    const bool writes = sqlite3_stmt_readonly(cursor->handle) == 0;
    if (cursor->row > 0) { /* the id was told, and a further step would do it all again */
        *row = false;
        return OK;
    }
    int code = sqlite3_step(cursor->handle);
    *row = code == SQLITE_ROW;
    if (code == SQLITE_DONE) {
        cursor->changed = writes ? sqlite3_changes64(s->db) : 0;
        cursor->row = cursor->rows;
        *row = cursor->row > 0;
    }
    if (code == SQLITE_ROW || code == SQLITE_DONE)
        return OK;
    if (alone && writes && (code & 0xff) == SQLITE_IOERR) {
        /* Its own commit: see sqlite_commit. */
        s->broken = true;
        return refuse_broken(s, err);
    }
    return sqlite_error(s, code, err);
}

static enum status sqlite_column(struct driver *driver, struct cursor *cursor, size_t column,
                                 struct value *out, struct err *err)
{
    static const int types[] = {
        [VALUE_INT] = SQLITE_INTEGER, [VALUE_TEXT] = SQLITE_TEXT, [VALUE_BLOB] = SQLITE_BLOB};
    sqlite3_stmt *stmt = cursor->handle;
    const int at = (int)column;
    if (cursor->row > 0) {
        assert(at == 0 && out->type == VALUE_INT);
        out->is_null = false;
        out->n = sqlite3_last_insert_rowid(sqlite_of(driver)->db);
        return OK;
    }
    assert(at < sqlite3_column_count(stmt));
    const int type = sqlite3_column_type(stmt, at);
    out->is_null = type == SQLITE_NULL;
    if (out->is_null)
        return OK;
    if (type != types[out->type])
        return err_set(err, ERR_CORRUPT, "%s: column \"%s\" holds another type than was stored",
                       sqlite_of(driver)->path, sqlite3_column_name(stmt, at));
    if (type == SQLITE_INTEGER) {
        out->n = sqlite3_column_int64(stmt, at);
        return OK;
    }
    out->bytes.data =
        type == SQLITE_TEXT ? sqlite3_column_text(stmt, at) : sqlite3_column_blob(stmt, at);
    out->bytes.size = (size_t)sqlite3_column_bytes(stmt, at);
    return OK;
}

static void sqlite_end(struct driver *driver, struct cursor *cursor)
{
    (void)driver;
    if (cursor->handle == NULL)
        return;
    /* What the last step failed with was told then. */
    (void)sqlite3_reset(cursor->handle);
    (void)sqlite3_clear_bindings(cursor->handle);
    cursor->handle = NULL;
}

/* The code alone: what it means is for the caller to say. */
static int step_alone(sqlite3_stmt *stmt)
{
    int code = sqlite3_step(stmt);
    int again = sqlite3_reset(stmt);
    return code == SQLITE_DONE ? SQLITE_OK : again;
}

static enum status sqlite_command(struct driver *driver, const char *sql, struct err *err)
{
    struct sqlite *s = sqlite_of(driver);
    size_t n = 0;
    enum status status = refuse_broken(s, err);
    if (status == OK)
        status = prepared(s, &n, sql, err);
    if (status != OK)
        return status;
    int code = step_alone(s->prepared[n]);
    return code == SQLITE_OK ? OK : sqlite_error(s, code, err);
}

static enum status sqlite_begin(struct driver *driver, bool write, struct err *err)
{
    /* IMMEDIATE: a writer that would have to wait finds out here and not in the middle. */
    static const char begin_write_sql[] = "BEGIN IMMEDIATE";
    static const char begin_read_sql[] = "BEGIN";
    return sqlite_command(driver, write ? begin_write_sql : begin_read_sql, err);
}

static enum status sqlite_commit(struct driver *driver, struct err *err)
{
    struct sqlite *s = sqlite_of(driver);
    enum status status = refuse_broken(s, err);
    if (status != OK)
        return status;
    int code = sqlite3_exec(s->db, "COMMIT", NULL, NULL, NULL);
    if (code == SQLITE_OK)
        return OK;
    if ((code & 0xff) != SQLITE_IOERR)
        return sqlite_error(s, code, err); /* full or busy: certainly not committed */
    /*
     * The failed call may be the sync after the journal was cut, when the new pages are in the
     * file already; and a failed sync is never tried again.
     */
    s->broken = true;
    return refuse_broken(s, err);
}

static void sqlite_rollback(struct driver *driver)
{
    struct sqlite *s = sqlite_of(driver);
    if (sqlite3_get_autocommit(s->db) != 0)
        return; /* SQLite did so itself, as after a full disk */
    (void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
    if (sqlite3_get_autocommit(s->db) == 0)
        s->broken = true;
}

static enum status sqlite_check(struct driver *driver, struct err *err)
{
    struct sqlite *s = sqlite_of(driver);
    sqlite3_stmt *stmt = NULL;
    enum status status = OK;
    int code = sqlite3_prepare_v2(s->db, "PRAGMA integrity_check(1)", -1, &stmt, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(stmt);
    if (code != SQLITE_ROW) {
        status = sqlite_error(s, code, err);
        goto done;
    }
    const char *said = (const char *)sqlite3_column_text(stmt, 0);
    if (!text_equal(said, "ok")) {
        status = err_set(err, ERR_CORRUPT, "%s: is damaged: %s: restore it from the backup",
                         s->path, said == NULL ? "" : said);
        goto done;
    }
    (void)sqlite3_finalize(stmt);
    stmt = NULL;
    code = sqlite3_prepare_v2(s->db, "PRAGMA foreign_key_check", -1, &stmt, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(stmt);
    if (code == SQLITE_ROW)
        status = err_set(err, ERR_CORRUPT,
                         "%s: row %" PRId64 " of table %s points to nothing in %s: restore it from "
                         "the backup",
                         s->path, (int64_t)sqlite3_column_int64(stmt, 1),
                         (const char *)sqlite3_column_text(stmt, 0),
                         (const char *)sqlite3_column_text(stmt, 2));
    else if (code != SQLITE_DONE)
        status = sqlite_error(s, code, err);
done:
    (void)sqlite3_finalize(stmt);
    return status;
}

const struct driver_ops driver_sqlite = {
    .name = "sqlite",
    .migrations = schema_sqlite,
    .migration_count = &schema_sqlite_count,
    .open = sqlite_open,
    .close = sqlite_close,
    .version = sqlite_version,
    .migrating = sqlite_migrating,
    .script = sqlite_script,
    .command = sqlite_command,
    .start = sqlite_start,
    .next = sqlite_next,
    .column = sqlite_column,
    .end = sqlite_end,
    .begin = sqlite_begin,
    .commit = sqlite_commit,
    .rollback = sqlite_rollback,
    .copy = sqlite_copy,
    .scrub = sqlite_scrub,
    .check = sqlite_check,
};
