#include "tests/store/suite.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>

const char *const suite_driver = "postgresql";

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

int main(void)
{
    if (suite_url() == NULL) {
        puts("SKIP: TOCSIN_TEST_PG is not set: run it through tests/tools/postgres-run");
        return 77;
    }
    return suite_run(suite_of_all("store on PostgreSQL"));
}
