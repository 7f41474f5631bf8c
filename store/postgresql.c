#include "store/postgresql_inner.h"

#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* cmake/tocsin.cmake: the files of store/schema/postgresql. */
extern const struct embedded schema_postgresql[];
extern const size_t schema_postgresql_count;

/* Object ids of the built-in types; they never change (pg_type.dat). */
#define OID_BYTEA 17
#define OID_INT8 20
#define OID_INT4 23
#define OID_TEXT 25
#define BINARY 1

#define PARAMETERS 40

static struct postgresql *postgresql_of(struct driver *driver)
{
    return (struct postgresql *)driver;
}

static enum status status_of(const char *state)
{
    static const struct {
        const char *begins;
        enum status status;
    } known[] = {
        {"23505", ERR_EXISTS},  /* unique_violation */
        {"23", ERR_INVALID},    /* other constraints */
        {"22", ERR_INVALID},    /* data exceptions */
        {"25006", ERR_REFUSED}, /* read only transaction */
        {"42501", ERR_REFUSED}, /* insufficient_privilege */
        {"42", ERR_CORRUPT},    /* a table of ours is not there: our statements are right */
        {"3F", ERR_CORRUPT},    /* nor is the schema */
        {"54", ERR_LIMIT},      /* too long for an index, too complex */
        {"XX001", ERR_CORRUPT}, /* data_corrupted */
        {"XX002", ERR_CORRUPT}, /* index_corrupted */
    };
    for (size_t i = 0; state != NULL && i < sizeof known / sizeof known[0]; i++)
        if (text_starts(state, known[i].begins))
            return known[i].status;
    return ERR_IO;
}

enum status postgresql_error(struct postgresql *p, const PGresult *result, struct err *err)
{
    const char *state = result == NULL ? NULL : PQresultErrorField(result, PG_DIAG_SQLSTATE);
    /* The primary message names constraints and no values; the rest may hold what was stored. */
    const char *words = result == NULL ? NULL : PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    if (PQstatus(p->conn) == CONNECTION_BAD) {
        if (p->broken == NULL)
            p->broken = "the connection was lost, and the transaction with it: try again";
        return err_set(err, ERR_IO, "PostgreSQL: %s", p->broken);
    }
    if (words == NULL)
        words = PQerrorMessage(p->conn);
    return err_set(err, status_of(state), "PostgreSQL: %s%s%s%s", words, state == NULL ? "" : " (",
                   state == NULL ? "" : state, state == NULL ? "" : ")");
}

static enum status refuse_broken(const struct postgresql *p, struct err *err)
{
    return p->broken == NULL ? OK : err_set(err, ERR_IO, "PostgreSQL: %s", p->broken);
}

static bool succeeded(const PGresult *result)
{
    ExecStatusType type = PQresultStatus(result);
    return type == PGRES_COMMAND_OK || type == PGRES_TUPLES_OK || type == PGRES_EMPTY_QUERY;
}

enum status postgresql_exec(struct postgresql *p, const char *sql, PGresult **out, struct err *err)
{
    enum status status = refuse_broken(p, err);
    *out = NULL;
    if (status != OK)
        return status;
    *out = PQexec(p->conn, sql);
    return succeeded(*out) ? OK : postgresql_error(p, *out, err);
}

enum status postgresql_ask(struct postgresql *p, const char *sql, struct str *out, struct err *err)
{
    PGresult *result = NULL;
    enum status status = postgresql_exec(p, sql, &result, err);
    str_reset(out);
    if (status == OK && PQntuples(result) > 0)
        str_add(out, PQgetvalue(result, 0, 0));
    PQclear(result);
    return status;
}

static enum status postgresql_script(struct driver *driver, const char *sql, struct err *err)
{
    PGresult *result = NULL;
    enum status status = postgresql_exec(postgresql_of(driver), sql, &result, err);
    PQclear(result);
    return status;
}

static const char version_sql[] =
    "SELECT CASE WHEN to_regclass('tocsin.schema_version') IS NOT NULL THEN 'ours' "
    "WHEN EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = to_regnamespace('tocsin')) "
    "THEN 'foreign' ELSE 'none' END";

static enum status postgresql_version(struct driver *driver, int64_t *out, struct err *err)
{
    struct postgresql *p = postgresql_of(driver);
    struct str text;
    str_init(&text, STR_LIMIT_LINE);
    *out = 0;
    enum status status = postgresql_ask(p, version_sql, &text, err);
    if (status == OK && text_equal(str_text(&text), "foreign"))
        status = err_set(err, ERR_INVALID,
                         "PostgreSQL: the schema \"tocsin\" holds tables of another program: name "
                         "another database in the setting `store`");
    if (status == OK && text_equal(str_text(&text), "ours")) {
        status = postgresql_ask(p, "SELECT version FROM tocsin.schema_version WHERE one = 1", &text,
                                err);
        if (status == OK)
            *out = strtoll(str_text(&text), NULL, 10);
        if (status == OK && *out < 1)
            status = err_set(err, ERR_CORRUPT,
                             "PostgreSQL: table tocsin.schema_version says no version: restore the "
                             "database from the backup");
    }
    str_dispose(&text);
    return status;
}

static enum status postgresql_migrating(struct driver *driver, bool on, struct err *err)
{
    (void)driver;
    (void)on;
    (void)err;
    return OK; /* the role's rights are the database's matter */
}

/* Parameters in the binary form: nothing is escaped, and a NUL in a bytea is a byte like others. */
struct wire {
    Oid types[PARAMETERS];
    const char *values[PARAMETERS];
    int sizes[PARAMETERS];
    int formats[PARAMETERS];
    uint64_t numbers[PARAMETERS]; /* big-endian */
};

static enum status wire_fill(struct wire *wire, const struct value *in, size_t count,
                             struct err *err)
{
    static const Oid types[] = {
        [VALUE_INT] = OID_INT8, [VALUE_TEXT] = OID_TEXT, [VALUE_BLOB] = OID_BYTEA};
    assert(count <= PARAMETERS);
    for (size_t i = 0; i < count; i++) {
        wire->types[i] = types[in[i].type];
        wire->formats[i] = BINARY;
        wire->values[i] = NULL;
        wire->sizes[i] = 0;
        if (in[i].is_null)
            continue;
        if (in[i].type == VALUE_INT) {
            wire->numbers[i] = htobe64((uint64_t)in[i].n);
            wire->values[i] = (const char *)&wire->numbers[i];
            wire->sizes[i] = (int)sizeof wire->numbers[i];
            continue;
        }
        if (in[i].bytes.size > INT_MAX)
            return err_set(err, ERR_LIMIT, "PostgreSQL: %zu bytes are more than a row can hold",
                           in[i].bytes.size);
        wire->values[i] = in[i].bytes.data == NULL ? "" : (const char *)in[i].bytes.data;
        wire->sizes[i] = (int)in[i].bytes.size;
    }
    return OK;
}

static enum status prepare(struct postgresql *p, char name[16], const char *sql,
                           const struct wire *wire, size_t count, struct err *err)
{
    size_t n = statement_number(&p->names, sql);
    (void)snprintf(name, 16, "s%zu", n);
    if (p->prepared[n])
        return OK;
    PGresult *result = PQprepare(p->conn, name, sql, (int)count, wire->types);
    p->prepared[n] = succeeded(result);
    enum status status = p->prepared[n] ? OK : postgresql_error(p, result, err);
    PQclear(result);
    return status;
}

static enum status postgresql_start(struct driver *driver, struct cursor *cursor, const char *sql,
                                    const struct value *in, size_t count, struct err *err)
{
    struct postgresql *p = postgresql_of(driver);
    struct wire wire;
    char name[16];
    enum status status = refuse_broken(p, err);
    if (status == OK)
        status = wire_fill(&wire, in, count, err);
    if (status == OK)
        status = prepare(p, name, sql, &wire, count, err);
    if (status != OK)
        return status;
    const bool alone = PQtransactionStatus(p->conn) == PQTRANS_IDLE;
    const bool reads = text_starts(sql, "SELECT") || text_starts(sql, "WITH");
    PGresult *result =
        PQexecPrepared(p->conn, name, (int)count, wire.values, wire.sizes, wire.formats, BINARY);
    cursor->handle = result;
    if (succeeded(result)) {
        cursor->rows = (size_t)PQntuples(result);
        return OK;
    }
    if (alone && !reads && PQstatus(p->conn) == CONNECTION_BAD)
        p->broken = DRIVER_COMMIT_UNKNOWN; /* it was its own commit */
    return postgresql_error(p, result, err);
}

static enum status postgresql_next(struct driver *driver, struct cursor *cursor, bool *row,
                                   struct err *err)
{
    (void)driver;
    (void)err;
    *row = cursor->row < cursor->rows;
    if (*row)
        cursor->row++; /* the row in hand is row - 1 */
    else
        cursor->changed = strtoll(PQcmdTuples(cursor->handle), NULL, 10);
    return OK;
}

static enum status postgresql_column(struct driver *driver, struct cursor *cursor, size_t column,
                                     struct value *out, struct err *err)
{
    const PGresult *result = cursor->handle;
    const int at = (int)column, row = (int)cursor->row - 1;
    (void)driver;
    assert(row >= 0 && at < PQnfields(result));
    out->is_null = PQgetisnull(result, row, at) == 1;
    if (out->is_null)
        return OK;
    const Oid type = PQftype(result, at);
    const char *data = PQgetvalue(result, row, at);
    const size_t size = (size_t)PQgetlength(result, row, at);
    if (out->type == VALUE_INT && type == OID_INT8 && size == 8) {
        uint64_t n = 0;
        memcpy(&n, data, sizeof n);
        out->n = (int64_t)be64toh(n);
        return OK;
    }
    if (out->type == VALUE_INT && type == OID_INT4 && size == 4) {
        uint32_t n = 0;
        memcpy(&n, data, sizeof n);
        out->n = (int32_t)be32toh(n);
        return OK;
    }
    if ((out->type == VALUE_TEXT && type == OID_TEXT) ||
        (out->type == VALUE_BLOB && type == OID_BYTEA)) {
        out->bytes = (struct bytes){(const unsigned char *)data, size};
        return OK;
    }
    return err_set(err, ERR_CORRUPT, "PostgreSQL: column \"%s\" is of another type than was stored",
                   PQfname(result, at));
}

static void postgresql_end(struct driver *driver, struct cursor *cursor)
{
    (void)driver;
    PQclear(cursor->handle);
    cursor->handle = NULL;
}

static enum status postgresql_begin(struct driver *driver, bool write, struct err *err)
{
    return postgresql_script(driver,
                             write ? "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
                                   : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
                             err);
}

static enum status postgresql_commit(struct driver *driver, struct err *err)
{
    struct postgresql *p = postgresql_of(driver);
    enum status status = refuse_broken(p, err);
    if (status != OK)
        return status;
    PGresult *result = PQexec(p->conn, "COMMIT");
    if (PQstatus(p->conn) == CONNECTION_BAD)
        p->broken = DRIVER_COMMIT_UNKNOWN; /* the reply is lost, the commit perhaps not */
    if (!succeeded(result))
        status = postgresql_error(p, result, err);
    else if (!text_equal(PQcmdStatus(result), "COMMIT"))
        status = err_set(err, ERR_IO, "PostgreSQL: rolled back instead of committing");
    PQclear(result);
    return status;
}

static void postgresql_rollback(struct driver *driver)
{
    struct postgresql *p = postgresql_of(driver);
    if (p->broken != NULL || PQtransactionStatus(p->conn) == PQTRANS_IDLE)
        return;
    PQclear(PQexec(p->conn, "ROLLBACK"));
    if (PQtransactionStatus(p->conn) != PQTRANS_IDLE)
        p->broken = "the connection was lost, and the transaction with it: try again";
}

/* Its own tool does that, better than we could; the URL may hold a password and is not repeated. */
static enum status postgresql_copy(struct driver *driver, const char *path, struct err *err)
{
    const struct postgresql *p = postgresql_of(driver);
    const char *host = PQhost(p->conn);
    return err_set(err, ERR_INVALID,
                   "store backup: copies SQLite stores; PostgreSQL has its own tool for that: "
                   "pg_dump --format=custom --host=%s --port=%s --username=%s --file=%s %s",
                   host != NULL && host[0] != '\0' ? host : "localhost", PQport(p->conn),
                   PQuser(p->conn), path, PQdb(p->conn));
}

/*
 * VACUUM alone leaves the bytes of dead rows in their pages; FULL writes tables and indexes into
 * new files and gives the old ones back. Tables that hold words or bytes of people.
 */
static enum status postgresql_scrub(struct driver *driver, struct err *err)
{
    static const char *const statements[] = {
        "VACUUM FULL evidence_value", "VACUUM FULL blob",
        "VACUUM FULL notice",         "VACUUM FULL parcel",
        "VACUUM FULL attempt",        "VACUUM FULL receipt",
        "VACUUM FULL inbound",        "VACUUM FULL task",
        "VACUUM FULL task_item",      "VACUUM FULL key",
        "VACUUM FULL contact",        "VACUUM FULL left_out",
    };
    enum status status = refuse_broken(postgresql_of(driver), err);
    for (size_t i = 0; status == OK && i < sizeof statements / sizeof statements[0]; i++)
        status = postgresql_script(driver, statements[i], err);
    return status;
}

const struct driver_ops driver_postgresql = {
    .name = "postgresql",
    .migrations = schema_postgresql,
    .migration_count = &schema_postgresql_count,
    .open = postgresql_open,
    .close = postgresql_close,
    .version = postgresql_version,
    .migrating = postgresql_migrating,
    .script = postgresql_script,
    .command = postgresql_script,
    .start = postgresql_start,
    .next = postgresql_next,
    .column = postgresql_column,
    .end = postgresql_end,
    .begin = postgresql_begin,
    .commit = postgresql_commit,
    .rollback = postgresql_rollback,
    .copy = postgresql_copy,
    .scrub = postgresql_scrub,
    .check = postgresql_check,
};
