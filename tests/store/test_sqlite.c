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

/* 0011: a list behind IN would be a table of its own, made for each row. */
START_TEST(a_row_is_checked_without_a_table_in_memory)
{
    static const char *const rows[] = {
        "EXPLAIN INSERT INTO notice DEFAULT VALUES", "EXPLAIN INSERT INTO parcel DEFAULT VALUES",
        "EXPLAIN INSERT INTO attempt DEFAULT VALUES", "EXPLAIN INSERT INTO receipt DEFAULT VALUES"};
    for (size_t i = 0; i < count_of(rows); i++) {
        sqlite3_stmt *stmt = NULL;
        int steps = 0;
        ck_assert_int_eq(
            sqlite3_prepare_v2(((struct sqlite *)store->driver)->db, rows[i], -1, &stmt, NULL),
            SQLITE_OK);
        for (; sqlite3_step(stmt) == SQLITE_ROW; steps++)
            ck_assert_str_ne((const char *)sqlite3_column_text(stmt, 1), "OpenEphemeral");
        ck_assert_int_gt(steps, 10);
        ck_assert_int_eq(sqlite3_finalize(stmt), SQLITE_OK);
    }
}
END_TEST

START_TEST(a_word_that_nobody_knows_is_refused)
{
    static const char *const rows[] = {
        "UPDATE notice SET kind = 'x'",
        "UPDATE notice SET state = 'x'",
        "UPDATE notice SET level = 'x'",
        "UPDATE notice SET form = 'x'",
        "UPDATE notice SET route = 'x'",
        "UPDATE notice SET grade = 'x'",
        "UPDATE notice SET answer = 'x'",
        "INSERT INTO parcel (notice_id, message_id, level, sha256, created_ms) "
        "VALUES (1, 'm', 'x', '', 0)",
        "INSERT INTO attempt (notice_id, parcel_id, begin_ms, dot_ms, end_ms, code, verdict) "
        "VALUES (1, 1, 0, 0, 0, 0, 'x')",
        "INSERT INTO receipt (notice_id, grade, how, units, at_ms) VALUES (1, 'x', 'smtp', 0, 0)",
        "INSERT INTO receipt (notice_id, grade, how, units, at_ms) VALUES (1, 'none', 'x', 0, 0)",
    };
    const int64_t advisory = make_advisory("EXM-1", "1").id;
    (void)make_notice(advisory, make_lane(advisory, "DE", PARTY_HDO, "relay").id, "h");
    for (size_t i = 0; i < count_of(rows); i++) {
        ck_assert_int_eq(store->driver->ops->script(store->driver, rows[i], &err), ERR_INVALID);
        ck_assert_msg(strstr(err.text, "CHECK constraint failed") != NULL, "%s: %s", rows[i],
                      err.text);
    }
}
END_TEST

static TCase *suite_words_one_by_one(void)
{
    TCase *tc = tcase_create("words, one by one");
    tcase_add_checked_fixture(tc, suite_begin, suite_end);
    tcase_add_test(tc, a_row_is_checked_without_a_table_in_memory);
    tcase_add_test(tc, a_word_that_nobody_knows_is_refused);
    return tc;
}

int main(void)
{
    struct err why;
    if (mkdtemp(dir) == NULL)
        return EXIT_FAILURE;
    Suite *suite = suite_of_all("store on SQLite");
    suite_add_tcase(suite, suite_words_one_by_one());
    int result = suite_run(suite);
    if (file_remove_tree(dir, &why) != OK)
        result = EXIT_FAILURE;
    return result;
}
