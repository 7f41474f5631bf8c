#include "tests/store/suite.h"

#include "store/query.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>

const char *const suite_driver = "postgresql";
const char *const suite_version_sql = "UPDATE tocsin.schema_version SET version =";

const char *suite_url(void)
{
    return getenv("TOCSIN_TEST_PG");
}

static bool run(const char *sql)
{
    PGconn *conn = PQconnectdb(suite_url());
    PGresult *result = PQexec(conn, sql);
    const bool good = PQresultStatus(result) == PGRES_COMMAND_OK;
    if (!good)
        fprintf(stderr, "%s", PQerrorMessage(conn));
    PQclear(result);
    PQfinish(conn);
    return good;
}

void suite_wipe(void)
{
    ck_assert(run("SET client_min_messages TO error; DROP SCHEMA IF EXISTS tocsin CASCADE"));
}

/* Making the tables takes ten times as long as all else in most tests: empty them instead. */
void suite_clean(void)
{
    ck_assert(run("SET search_path TO tocsin; SET session_replication_role TO replica; DO $$ "
                  "DECLARE t text; BEGIN "
                  "IF to_regclass('tocsin.evidence_head') IS NULL THEN RETURN; END IF; "
                  "FOR t IN SELECT relname FROM pg_class WHERE relkind = 'r' "
                  "AND relnamespace = to_regnamespace('tocsin') "
                  "AND relname NOT IN ('schema_version', 'evidence_head') LOOP "
                  "EXECUTE format('DELETE FROM %I', t); END LOOP; "
                  "UPDATE evidence_head SET idx = 0, prev = repeat('0', 64); END $$"));
}

static void script(const char *sql)
{
    ok(store->driver->ops->script(store->driver, sql, &err));
}

static const char constraint_sql[] = "SELECT pg_get_constraintdef(oid) FROM pg_constraint "
                                     "WHERE connamespace = 'tocsin'::regnamespace AND conname = $1";

const char *suite_constraint(const char *name)
{
    struct query q;
    const char *definition = NULL;
    query_init(&q, store, constraint_sql);
    query_put_text(&q, name);
    if (query_next(&q))
        definition = query_text(&q, arena);
    ok(query_end(&q, &err));
    return definition;
}

static int64_t number_of(const char *sql)
{
    struct query q;
    int64_t n = -1;
    query_init(&q, store, sql);
    if (query_next(&q))
        n = query_int(&q);
    ok(query_end(&q, &err));
    return n;
}

int64_t suite_word_constraints(void)
{
    return number_of("SELECT count(*) FROM pg_constraint WHERE contype = 'c' "
                     "AND connamespace = 'tocsin'::regnamespace AND conname LIKE '%\\_word'");
}

/* Changes a table: the test has to wipe the store afterwards. */
void suite_without_checks(const char *sql, const char *table, const char *constraint)
{
    script(arena_printf(arena, "ALTER TABLE %s DROP CONSTRAINT %s", table, constraint));
    script(sql);
}

void suite_without_foreign_keys(const char *sql)
{
    script("SET session_replication_role TO replica");
    script(sql);
    script("SET session_replication_role TO origin");
}

/* Rows of the table "notice" that were read for it, in a transaction of its own. */
int64_t suite_cost_of(void (*ask)(void))
{
    ok(store_begin(store, &err));
    ask();
    ck_assert_int_eq(number_of("SELECT seq_tup_read FROM pg_stat_xact_user_tables "
                               "WHERE schemaname = 'tocsin' AND relname = 'notice'"),
                     0);
    int64_t rows = number_of("SELECT idx_tup_fetch FROM pg_stat_xact_user_tables "
                             "WHERE schemaname = 'tocsin' AND relname = 'notice'");
    store_rollback(store);
    return rows;
}

int main(void)
{
    if (suite_url() == NULL) {
        puts("SKIP: TOCSIN_TEST_PG is not set: run it through tests/tools/postgres-run");
        return 77;
    }
    return suite_run(suite_of_all("store on PostgreSQL"));
}
