#include "tests/store/suite.h"

#include "store/inner.h"

#include <stdio.h>
#include <string.h>

#define MOST 32 /* files that there are, and a few more */

static struct embedded files[MOST];
static size_t file_count;
static struct driver_ops ops;

/* The driver of `store` with a migration more; its number is the last it has. */
static void add_file(const char *sql)
{
    files[file_count] =
        (struct embedded){.name = arena_printf(arena, "schema/%04zu_test.sql", file_count + 1),
                          .data = (const unsigned char *)sql,
                          .size = strlen(sql)};
    file_count++;
}

static void begin(void)
{
    suite_begin();
    ops = *store->driver->ops;
    file_count = 0;
    for (size_t i = 0; i < *ops.migration_count; i++)
        files[file_count++] = ops.migrations[i];
    ops.migrations = files;
    ops.migration_count = &file_count;
    store->driver->ops = &ops;
}

static void end(void)
{
    /* Tables were changed: they are made afresh for the next test. */
    suite_end();
    suite_wipe();
}

static const char *sets_version(const char *sql, int more)
{
    return arena_printf(arena, "%s; %s %zu;", sql, suite_version_sql,
                        file_count + 1 + (size_t)more);
}

static int64_t version(void)
{
    int64_t n = -1;
    ok(ops.version(store->driver, &n, &err));
    return n;
}

START_TEST(migrations_are_numbered_without_a_gap)
{
    for (size_t i = 0; i < file_count; i++) {
        char want[64];
        (void)snprintf(want, sizeof want, "store/schema/%s/%04zu_", suite_driver, i + 1);
        ck_assert_msg(text_starts(files[i].name, want), "%s", files[i].name);
    }
    ck_assert_int_eq(version(), (int64_t)file_count);
}
END_TEST

START_TEST(newer_files_are_added_to_what_is_there)
{
    const char *value = NULL;
    const int64_t before = version();
    ok(meta_set(store, "a", "kept", &err));
    add_file(sets_version("CREATE TABLE extra (a BIGINT); INSERT INTO extra VALUES (1)", 0));
    add_file(sets_version("INSERT INTO extra VALUES (2)", 0));
    ok(store_migrate(store->driver, STORE_WRITE, "it", &err));
    ck_assert_int_eq(version(), before + 2);
    ok(meta_get(&value, arena, store, "a", &err));
    ck_assert_str_eq(value, "kept");
    /* And not a second time: the table would be there already. */
    ok(store_migrate(store->driver, STORE_WRITE, "it", &err));
    ok(ops.script(store->driver,
                  "INSERT INTO meta (name, value) "
                  "SELECT 'sum', CAST(sum(a) AS TEXT) FROM extra",
                  &err));
    ok(meta_get(&value, arena, store, "sum", &err));
    ck_assert_str_eq(value, "3");
}
END_TEST

START_TEST(a_file_that_fails_undoes_those_before_it)
{
    const int64_t before = version();
    add_file(sets_version("CREATE TABLE extra (a BIGINT)", 0));
    add_file(sets_version("INSERT INTO nothing VALUES (2)", 0));
    says(ERR_CORRUPT, store_migrate(store->driver, STORE_WRITE, "it", &err));
    ck_assert_msg(strstr(err.text, files[file_count - 1].name) != NULL, "%s", err.text);
    ck_assert_int_eq(version(), before);
    ok(ops.script(store->driver, "CREATE TABLE extra (a BIGINT)", &err));
}
END_TEST

START_TEST(a_file_that_does_not_say_its_number_is_refused)
{
    const int64_t before = version();
    add_file("CREATE TABLE extra (a BIGINT);");
    says(ERR_CORRUPT, store_migrate(store->driver, STORE_WRITE, "it", &err));
    ck_assert_int_eq(version(), before);
    file_count--;
    add_file(sets_version("CREATE TABLE extra (a BIGINT)", 1));
    says(ERR_CORRUPT, store_migrate(store->driver, STORE_WRITE, "it", &err));
    ck_assert_int_eq(version(), before);
}
END_TEST

START_TEST(a_reader_changes_no_schema)
{
    add_file(sets_version("CREATE TABLE extra (a BIGINT)", 0));
    says(ERR_INVALID, store_migrate(store->driver, STORE_READ, "it", &err));
    ck_assert_msg(strstr(err.text, "tocsin doctor") != NULL, "%s", err.text);
}
END_TEST

START_TEST(a_schema_of_a_newer_program_is_refused)
{
    add_file(sets_version("CREATE TABLE extra (a BIGINT)", 0));
    ok(store_migrate(store->driver, STORE_WRITE, "it", &err));
    suite_close();
    static const enum store_mode modes[] = {STORE_WRITE, STORE_READ, STORE_CREATE};
    for (size_t i = 0; i < count_of(modes); i++) {
        says(ERR_INVALID, store_open(&store, suite_url(), modes[i], &err));
        ck_assert_msg(strstr(err.text, "newer program") != NULL, "%s", err.text);
    }
}
END_TEST

TCase *suite_migrate(void)
{
    TCase *tc = tcase_create("migrate");
    tcase_add_checked_fixture(tc, begin, end);
    tcase_set_timeout(tc, 30);
    tcase_add_test(tc, migrations_are_numbered_without_a_gap);
    tcase_add_test(tc, newer_files_are_added_to_what_is_there);
    tcase_add_test(tc, a_file_that_fails_undoes_those_before_it);
    tcase_add_test(tc, a_file_that_does_not_say_its_number_is_refused);
    tcase_add_test(tc, a_reader_changes_no_schema);
    tcase_add_test(tc, a_schema_of_a_newer_program_is_refused);
    return tc;
}
