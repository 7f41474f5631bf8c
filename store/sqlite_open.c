#include "base/clock.h"
#include "store/sqlite_inner.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

#define APPLICATION_ID INT64_C(1416586099) /* "Tocs"; written by the first migration */
/* A commit waits for readers, a reader for a commit: both are short (see store.h). */
#define BUSY_MS 10000
#define BUSY_PAUSE_NS 2000000

static enum status ask(struct sqlite *s, const char *sql, sqlite3_stmt **out, struct err *err)
{
    int code = sqlite3_prepare_v2(s->db, sql, -1, out, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(*out);
    return code == SQLITE_ROW || code == SQLITE_DONE ? OK : sqlite_error(s, code, err);
}

enum status sqlite_ask_int(struct sqlite *s, const char *sql, int64_t *out, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = ask(s, sql, &stmt, err);
    if (status == OK)
        *out = sqlite3_column_int64(stmt, 0);
    (void)sqlite3_finalize(stmt);
    return status;
}

static enum status ask_text(struct sqlite *s, const char *sql, struct str *out, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = ask(s, sql, &stmt, err);
    str_reset(out);
    if (status == OK) {
        const unsigned char *text = sqlite3_column_text(stmt, 0);
        str_add(out, text == NULL ? "" : (const char *)text);
    }
    (void)sqlite3_finalize(stmt);
    return status;
}

/* Ours, or empty: a file of somebody else's is not touched. */
static enum status refuse_foreign(struct sqlite *s, struct err *err)
{
    int64_t id = 0, version = 0, tables = 0;
    enum status status = sqlite_ask_int(s, "PRAGMA application_id", &id, err);
    if (status == OK)
        status = sqlite_ask_int(s, "PRAGMA user_version", &version, err);
    if (status == OK)
        status = sqlite_ask_int(s, "SELECT count(*) FROM sqlite_schema", &tables, err);
    if (status != OK)
        return status;
    if (id == APPLICATION_ID || (id == 0 && version == 0 && tables == 0))
        return OK;
    return err_set(err, ERR_INVALID,
                   "%s: is a SQLite file of another program: name another file in the setting "
                   "`store`",
                   s->path);
}

/*
 * WAL loses commits in this version of SQLite when several connections meet a certain moment, and
 * DELETE does not sync the folder: TRUNCATE it is, and what was set is read back.
 */
static const struct {
    const char *set, *get, *want;
    bool memory; /* holds for ":memory:", too */
} durable[] = {
    {"PRAGMA journal_mode=TRUNCATE", "PRAGMA journal_mode", "truncate", false},
    {"PRAGMA synchronous=FULL", "PRAGMA synchronous", "2", true},
    {"PRAGMA foreign_keys=ON", "PRAGMA foreign_keys", "1", true},
    {"PRAGMA secure_delete=ON", "PRAGMA secure_delete", "1", true},
    {"PRAGMA trusted_schema=OFF", "PRAGMA trusted_schema", "0", true},
    {"PRAGMA cell_size_check=ON", "PRAGMA cell_size_check", "1", true},
    {"PRAGMA mmap_size=0", "PRAGMA mmap_size", "0", false},
    {"PRAGMA cache_size=-8000", "PRAGMA cache_size", "-8000", true},
    {"PRAGMA temp_store=MEMORY", "PRAGMA temp_store", "2", true}, /* no copies in /tmp */
};

static enum status refuse_wal(struct sqlite *s, struct err *err)
{
    struct str mode;
    str_init(&mode, STR_LIMIT_LINE);
    enum status status = ask_text(s, "PRAGMA journal_mode", &mode, err);
    if (status == OK && text_equal(str_text(&mode), "wal"))
        status = err_set(err, ERR_REFUSED,
                         "%s: is in WAL mode, which can lose commits in this SQLite: stop whoever "
                         "set it and run `sqlite3 FILE 'PRAGMA journal_mode=DELETE'`",
                         s->path);
    str_dispose(&mode);
    return status;
}

static enum status make_durable(struct sqlite *s, bool memory, struct err *err)
{
    enum status status = OK;
    struct str got;
    str_init(&got, STR_LIMIT_LINE);
    for (size_t i = 0; i < sizeof durable / sizeof durable[0] && status == OK; i++) {
        if (memory && !durable[i].memory)
            continue;
        status = ask_text(s, durable[i].set, &got, err);
        if (status == OK)
            status = ask_text(s, durable[i].get, &got, err);
        if (status == OK && !text_equal(str_text(&got), durable[i].want))
            status = err_set(err, ERR_REFUSED,
                             "%s: SQLite does not do \"%s\" (it says %s): the store would not be "
                             "durable, so it stays closed",
                             s->path, durable[i].set, str_text(&got));
    }
    str_dispose(&got);
    return status;
}

/* Nothing in the file may run code or loosen what is set here. */
static enum status harden(struct sqlite *s, struct err *err)
{
    static const struct {
        int option, value;
    } wanted[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1}, {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_DQS_DML, 0}, /* "x" is never a text */
        {SQLITE_DBCONFIG_DQS_DDL, 0},   {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        int now = -1;
        int code = sqlite3_db_config(s->db, wanted[i].option, wanted[i].value, &now);
        if (code != SQLITE_OK || now != wanted[i].value)
            return err_set(err, ERR_REFUSED, "%s: SQLite cannot be hardened (option %d)", s->path,
                           wanted[i].option);
    }
    return OK;
}

/*
 * "file:PATH?modeof=PATH.lock": SQLite makes the file (and its journal) with the mode of the lock
 * file, 0600, without a moment in which it is wider. That the new name survives a loss of power
 * rests on SQLite syncing the folder with the first journal, which lies in the same folder.
 */
static char *uri_of(const char *path)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._/";
    struct str uri;
    str_init(&uri, STR_LIMIT_TEXT);
    str_add(&uri, "file:");
    for (int round = 0; round < 2; round++) {
        for (const char *p = path; *p != '\0'; p++) {
            if (memchr(plain, *p, sizeof plain - 1) != NULL)
                str_add_c(&uri, *p);
            else
                str_addf(&uri, "%%%02X", (unsigned)(unsigned char)*p);
        }
        str_add(&uri, round == 0 ? "?modeof=" : ".lock");
    }
    return str_take(&uri);
}

/*
 * Between two commits of a busy writer a file is free for a few milliseconds. SQLite's own waiting
 * looks ten times a second in the end and can miss them all; this one looks all the time alike.
 */
static int wait_for_others(void *context, int tries)
{
    static const struct timespec pause = {.tv_nsec = BUSY_PAUSE_NS};
    struct sqlite *s = context;
    int64_t wall_ms = 0, up_ms = 0;
    clock_read_machine(&wall_ms, &up_ms);
    if (tries == 0)
        s->busy_up_ms = up_ms;
    if (up_ms - s->busy_up_ms >= BUSY_MS)
        return 0;
    (void)nanosleep(&pause, NULL);
    return 1;
}

static enum status connect_file(struct sqlite *s, int flags, struct err *err)
{
    const bool memory = text_equal(s->path, ":memory:");
    const bool create = (flags & SQLITE_OPEN_CREATE) != 0;
    char *name = memory || !create ? xstrdup(s->path) : uri_of(s->path);
    flags |= SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_PRIVATECACHE;
    flags |= memory ? SQLITE_OPEN_MEMORY : SQLITE_OPEN_NOFOLLOW;
    flags |= create && !memory ? SQLITE_OPEN_URI : 0;
    int code = sqlite3_open_v2(name, &s->db, flags, NULL);
    free(name);
    if (code != SQLITE_OK)
        return sqlite_error(s, code, err);
    (void)sqlite3_busy_handler(s->db, wait_for_others, s);
    /*
     * When an open for writing fails SQLite opens for reading, whatever it failed of: for want of
     * descriptors, too, which passes. Who may not write is told when it writes.
     */
    if ((flags & SQLITE_OPEN_READWRITE) != 0 && sqlite3_db_readonly(s->db, "main") == 1 &&
        access(s->path, W_OK) == 0)
        return err_set(err, ERR_IO, "%s: could not be opened for writing just now: try again",
                       s->path);
    return harden(s, err);
}

/*
 * A writer that died in a commit left its journal behind, and only a connection that may write
 * can play it back. Whoever gets the writer's lock does it; when another has it, it has just done.
 */
static enum status play_back(struct sqlite *s, struct err *err)
{
    struct sqlite writer = {.path = s->path, .lock_fd = -1};
    int64_t version = 0;
    enum status status = sqlite_lock(&writer.lock_fd, s->path, err);
    if (status == ERR_STALE)
        return OK;
    if (status == OK)
        status = connect_file(&writer, SQLITE_OPEN_READWRITE, err);
    if (status == OK)
        status = sqlite_ask_int(&writer, "PRAGMA user_version", &version, err);
    (void)sqlite3_close(writer.db);
    if (writer.lock_fd >= 0)
        (void)close(writer.lock_fd);
    return status;
}

static enum status open_reader(struct sqlite *s, struct err *err)
{
    int64_t version = 0;
    enum status status = connect_file(s, SQLITE_OPEN_READONLY, err);
    if (status != OK)
        return status;
    status = sqlite_ask_int(s, "PRAGMA user_version", &version, err);
    if (status != OK && sqlite3_extended_errcode(s->db) == SQLITE_READONLY_ROLLBACK)
        status = play_back(s, err);
    if (status == OK)
        status = refuse_foreign(s, err);
    if (status == OK)
        status = refuse_wal(s, err);
    if (status == OK)
        status = sqlite_ask_int(s, "PRAGMA query_only=ON", &version, err);
    return status;
}

static enum status open_writer(struct sqlite *s, bool create, bool memory, struct err *err)
{
    enum status status = memory ? OK : sqlite_lock(&s->lock_fd, s->path, err);
    if (status == OK)
        status = connect_file(s, SQLITE_OPEN_READWRITE | (create ? SQLITE_OPEN_CREATE : 0), err);
    if (status == OK)
        status = refuse_foreign(s, err);
    if (status == OK)
        status = refuse_wal(s, err);
    if (status == OK)
        status = make_durable(s, memory, err);
    return status;
}

/*
 * SQLite counts its memory for whoever asks, and takes a lock for each piece of it to count right.
 * Nobody asks. Only before its first use can that be turned off; behind it this does nothing.
 */
static void count_no_memory(void)
{
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

enum status sqlite_open(struct driver **out, const char *url, enum store_mode mode, struct err *err)
{
    const bool memory = text_equal(url, ":memory:");
    static once_flag once = ONCE_FLAG_INIT;
    struct sqlite *s = xcalloc(1, sizeof *s);
    enum status status = OK;
    call_once(&once, count_no_memory);
    s->driver.ops = &driver_sqlite;
    s->lock_fd = -1;
    if (memory && mode != STORE_CREATE)
        status = err_set(err, ERR_NOT_FOUND, ":memory:: a store in memory can only be made");
    else if (memory)
        s->path = xstrdup(url);
    else
        status = sqlite_resolve(&s->path, url, mode, err);
    if (status != OK)
        goto done;
    status = mode == STORE_READ ? open_reader(s, err)
                                : open_writer(s, mode == STORE_CREATE, memory, err);
    if (status != OK)
        goto done;
    *out = &s->driver;
    s = NULL;
done:
    sqlite_close(s == NULL ? NULL : &s->driver);
    return status;
}
