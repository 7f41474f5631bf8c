#include "store/postgresql_inner.h"

#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define OLDEST_SERVER 150000

/* Words of the server about what it did on the way are for nobody. */
static void ignore_notice(void *context, const PGresult *result)
{
    (void)context;
    (void)result;
}

/* libpq's own words about a bad URL quote it, and there may be a password in it. */
static enum status refuse_bad_url(const char *url, struct err *err)
{
    char *words = NULL;
    PQconninfoOption *options = PQconninfoParse(url, &words);
    const bool good = options != NULL;
    PQconninfoFree(options);
    PQfreemem(words);
    return good ? OK
                : err_set(err, ERR_INVALID,
                          "store: the setting `store` is no valid address of a PostgreSQL "
                          "database: postgresql://USER@HOST/DATABASE");
}

static enum status connect_server(struct postgresql *p, const char *url, struct err *err)
{
    char host[64] = "";
    char name[128]; /* PostgreSQL cuts it at 63 */
    (void)gethostname(host, sizeof host - 1);
    (void)snprintf(name, sizeof name, "tocsin process %ld on %s", (long)getpid(), host);
    /* What stands before the URL can be set in it, what stands behind cannot. */
    const char *const words[] = {"connect_timeout",  "keepalives_idle",  "keepalives_interval",
                                 "keepalives_count", "tcp_user_timeout", "dbname",
                                 "client_encoding",  "application_name", NULL};
    const char *const values[] = {"10", "10", "5", "3", "30000", url, "UTF8", name, NULL};
    enum status status = libpq_load(err);
    if (status == OK)
        status = refuse_bad_url(url, err);
    if (status != OK)
        return status;
    p->conn = PQconnectdbParams(words, values, 1);
    if (PQstatus(p->conn) != CONNECTION_OK) {
        struct str said; /* libpq's are several lines */
        str_init(&said, STR_LIMIT_LINE);
        utf8_add_line(&said, bytes_of(PQerrorMessage(p->conn)));
        status = err_set(err, ERR_IO, "store: cannot connect to PostgreSQL: %s", str_text(&said));
        str_dispose(&said);
        return status;
    }
    (void)PQsetNoticeReceiver(p->conn, ignore_notice, NULL);
    if (PQserverVersion(p->conn) < OLDEST_SERVER)
        return err_set(err, ERR_REFUSED, "store: PostgreSQL is of version %d: version 15 is needed",
                       PQserverVersion(p->conn) / 10000);
    return OK;
}

/*
 * Every statement that could meet many rows is written for an index. Without the last two a plan
 * made while a table was small would go on reading all of it when it has grown.
 */
static const char session_sql[] = "SET search_path TO tocsin; "
                                  "SET synchronous_commit TO on; "
                                  "SET standard_conforming_strings TO on; "
                                  "SET lock_timeout TO '10s'; "
                                  "SET statement_timeout TO 0; "
                                  "SET idle_in_transaction_session_timeout TO 0; "
                                  "SET jit TO off; "
                                  "SET enable_seqscan TO off; "
                                  "SET enable_bitmapscan TO off";
static const char reader_sql[] = "SET default_transaction_read_only TO on; "
                                 "SET default_transaction_isolation TO 'repeatable read'";

/* Read back, as on SQLite: what was set is not always what holds. */
static const struct {
    const char *ask, *want;
    bool writer; /* needed by a writer only */
} needed[] = {
    {"SHOW server_encoding", "UTF8", false},
    {"SHOW client_encoding", "UTF8", false},
    {"SHOW standard_conforming_strings", "on", false},
    {"SHOW synchronous_commit", "on", true},
    {"SHOW fsync", "on", true},
    {"SHOW full_page_writes", "on", true},
};

static enum status set_session(struct postgresql *p, bool writer, struct err *err)
{
    PGresult *result = NULL;
    struct str got;
    str_init(&got, STR_LIMIT_LINE);
    enum status status = postgresql_exec(p, session_sql, &result, err);
    PQclear(result);
    if (status == OK && !writer) {
        status = postgresql_exec(p, reader_sql, &result, err);
        PQclear(result);
    }
    for (size_t i = 0; i < sizeof needed / sizeof needed[0] && status == OK; i++) {
        if (needed[i].writer && !writer)
            continue;
        status = postgresql_ask(p, needed[i].ask, &got, err);
        if (status == OK && !text_equal(str_text(&got), needed[i].want))
            status = err_set(err, ERR_REFUSED,
                             "PostgreSQL: \"%s\" says %s, and the store needs %s: change the "
                             "server's configuration, or name another database",
                             needed[i].ask, str_text(&got), needed[i].want);
    }
    str_dispose(&got);
    return status;
}

/*
 * "Tocsin" as a number. The session holds the lock, so it goes with the connection; it is of this
 * database only. pg_locks shows its halves.
 */
static const char lock_sql[] = "SELECT pg_try_advisory_lock(92837386611054)";
static const char holder_sql[] =
    "SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid "
    "JOIN pg_database d ON d.oid = l.database WHERE l.locktype = 'advisory' AND l.granted "
    "AND d.datname = current_database() AND l.classid = 92837386611054 >> 32 "
    "AND l.objid = 92837386611054 & 4294967295 AND l.objsubid = 1";

/*
 * A server needs a moment to notice that a killed writer is gone, and a restart must not need a
 * human: ask for a second.
 */
#define LOCK_TRIES 20
static const struct timespec lock_pause = {.tv_nsec = 50000000};

static enum status lock(struct postgresql *p, struct err *err)
{
    struct str text;
    str_init(&text, STR_LIMIT_LINE);
    enum status status = postgresql_ask(p, lock_sql, &text, err);
    for (int tries = 1; tries < LOCK_TRIES && status == OK && !text_equal(str_text(&text), "t");
         tries++) {
        (void)nanosleep(&lock_pause, NULL);
        status = postgresql_ask(p, lock_sql, &text, err);
    }
    if (status == OK && !text_equal(str_text(&text), "t")) {
        status = postgresql_ask(p, holder_sql, &text, err);
        if (status == OK)
            status =
                err_set(err, ERR_STALE,
                        "PostgreSQL: another process%s%s%s writes to this store: wait for it, "
                        "or stop it",
                        text.size == 0 ? "" : " (", str_text(&text), text.size == 0 ? "" : ")");
    }
    str_dispose(&text);
    return status;
}

enum status postgresql_open(struct driver **out, const char *url, enum store_mode mode,
                            struct err *err)
{
    const bool writer = mode != STORE_READ;
    struct postgresql *p = xcalloc(1, sizeof *p);
    p->driver.ops = &driver_postgresql;
    enum status status = connect_server(p, url, err);
    if (status == OK)
        status = set_session(p, writer, err);
    if (status == OK && writer)
        status = lock(p, err);
    if (status == OK) {
        *out = &p->driver;
        p = NULL;
    }
    postgresql_close(p == NULL ? NULL : &p->driver);
    return status;
}

void postgresql_close(struct driver *driver)
{
    struct postgresql *p = (struct postgresql *)driver;
    if (p == NULL)
        return;
    if (p->conn != NULL) /* else the library may not be there */
        PQfinish(p->conn);
    free(p);
}
