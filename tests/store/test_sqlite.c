#include "tests/store/suite.h"

#include "base/file.h"
#include "store/query.h"
#include "store/sqlite_inner.h"

#include <string.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

const char *const suite_driver = "sqlite";
const char *const suite_version_sql = "PRAGMA user_version =";
static char dir[] = "/tmp/tocsin-store-XXXXXX";

const char *suite_url(void)
{
    static char path[64];
    (void)snprintf(path, sizeof path, "%s/store %%?#ü.db", dir);
    return path;
}

void suite_wipe(void)
{
    static const char *const ends[] = {"", ".lock", "-journal"};
    for (size_t i = 0; i < count_of(ends); i++) {
        char path[96];
        (void)snprintf(path, sizeof path, "%s%s", suite_url(), ends[i]);
        (void)unlink(path);
    }
}

void suite_clean(void)
{
    suite_wipe();
}

static void script(const char *sql)
{
    ok(store->driver->ops->script(store->driver, sql, &err));
}

static const char tables_sql[] =
    "SELECT sql FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%CONSTRAINT ' || $1 || '%'";

const char *suite_constraint(const char *name)
{
    struct query q;
    const char *definition = NULL;
    query_init(&q, store, tables_sql);
    query_put_text(&q, name);
    if (query_next(&q))
        definition = strstr(query_text(&q, arena), name);
    ok(query_end(&q, &err));
    return definition;
}

int64_t suite_word_constraints(void)
{
    struct query q;
    int64_t count = 0;
    query_init(&q, store, tables_sql);
    query_put_text(&q, "");
    while (query_next(&q)) {
        const char *at = query_text(&q, arena);
        while ((at = strstr(at, "CONSTRAINT ")) != NULL) {
            at += strlen("CONSTRAINT ");
            const size_t size = strcspn(at, " \n");
            count += size > 5 && memcmp(at + size - 5, "_word", 5) == 0 ? 1 : 0;
        }
    }
    ok(query_end(&q, &err));
    return count;
}

void suite_without_checks(const char *sql, const char *table, const char *constraint)
{
    (void)table;
    (void)constraint;
    script("PRAGMA ignore_check_constraints = ON");
    script(sql);
    script("PRAGMA ignore_check_constraints = OFF");
}

void suite_without_foreign_keys(const char *sql)
{
    script("PRAGMA foreign_keys = OFF");
    script(sql);
    script("PRAGMA foreign_keys = ON");
}

/* Steps of the virtual machine, over all statements. */
int64_t suite_cost_of(void (*ask)(void))
{
    sqlite3 *db = ((struct sqlite *)store->driver)->db;
    int64_t steps = 0;
    for (sqlite3_stmt *s = sqlite3_next_stmt(db, NULL); s != NULL; s = sqlite3_next_stmt(db, s)) {
        (void)sqlite3_stmt_status(s, SQLITE_STMTSTATUS_VM_STEP, 1);
        (void)sqlite3_stmt_status(s, SQLITE_STMTSTATUS_FULLSCAN_STEP, 1);
    }
    ask();
    for (sqlite3_stmt *s = sqlite3_next_stmt(db, NULL); s != NULL; s = sqlite3_next_stmt(db, s)) {
        steps += sqlite3_stmt_status(s, SQLITE_STMTSTATUS_VM_STEP, 1);
        /* A walk over the few lanes that were found counts, too. */
        ck_assert_msg(sqlite3_stmt_status(s, SQLITE_STMTSTATUS_FULLSCAN_STEP, 1) < 100,
                      "goes through a whole table: %s", sqlite3_sql(s));
    }
    return steps;
}

int main(void)
{
    struct err why;
    if (mkdtemp(dir) == NULL)
        return EXIT_FAILURE;
    Suite *suite = suite_of_all("store on SQLite");
    int result = suite_run(suite);
    if (file_remove_tree(dir, &why) != OK)
        result = EXIT_FAILURE;
    return result;
}
