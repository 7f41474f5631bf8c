/* What the PostgreSQL driver refuses, and what it says when the server or the way to it fails. */
#include "base/file.h"
#include "store/inner.h"
#include "store/party.h"
#define LIBPQ_NAMES_BARE /* linked in here: the test has connections of its own */
#include "store/postgresql_inner.h"
#include "tests/store/lossy_proxy.h"
#include "tests/store/says.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *url; /* postgresql:///postgres?host=DIR&user=tocsin */
static PGconn *admin;
static struct store *store;
static struct arena *arena;
static struct err err;

static const char *server(const char *sql)
{
    PGresult *result = PQexec(admin, sql);
    ck_assert_msg(PQresultStatus(result) == PGRES_COMMAND_OK ||
                      PQresultStatus(result) == PGRES_TUPLES_OK,
                  "%s: %s", sql, PQerrorMessage(admin));
    const char *out = PQntuples(result) > 0 ? arena_strdup(arena, PQgetvalue(result, 0, 0)) : "";
    PQclear(result);
    return out;
}

static void begin(void)
{
    arena = arena_new();
    admin = PQconnectdb(url);
    ck_assert_msg(PQstatus(admin) == CONNECTION_OK, "%s", PQerrorMessage(admin));
    (void)server("SET client_min_messages TO error");
    (void)server("DROP SCHEMA IF EXISTS tocsin CASCADE");
}

static void end(void)
{
    store_close(store);
    store = NULL;
    (void)server("DROP SCHEMA IF EXISTS tocsin CASCADE");
    PQfinish(admin);
    arena_free(arena);
}

static void create(void)
{
    ok(store_open(&store, url, STORE_CREATE, &err));
    ok(meta_set(store, "state", "old", &err));
}

static const char *state(struct store *of)
{
    const char *value = NULL;
    ok(meta_get(&value, arena, of, "state", &err));
    return value;
}

/* The connection of `store` dies on the server's side. */
static void cut(void)
{
    const int pid = PQbackendPID(((struct postgresql *)store->driver)->conn);
    (void)server(arena_printf(arena, "SELECT pg_terminate_backend(%d, 5000)", pid));
}

static bool text_has(const char *part)
{
    return strstr(err.text, part) != NULL;
}

static void reopened_holds(const char *want)
{
    store_close(store);
    store = NULL;
    ok(store_open(&store, url, STORE_WRITE, &err));
    ck_assert_str_eq(state(store), want);
}

START_TEST(a_url_that_leads_nowhere_is_told_without_its_password)
{
    static const struct {
        const char *url;
        enum status want;
    } urls[] = {
        {"postgresql://u:s3cret@/x?nonsense=s3cret", ERR_INVALID},
        {"postgresql://u:s3cret@[::1/x", ERR_INVALID},
        {"postgresql://u:s3cr%et@localhost/x", ERR_INVALID},
        {"postgresql://u:s3cret@localhost:port/x", ERR_IO},
        {"postgresql://u:s3cret@/x?host=/nonexistent", ERR_IO},
        {"postgres://u:s3cret@127.0.0.1:1/x", ERR_IO},
    };
    for (size_t i = 0; i < count_of(urls); i++) {
        says(urls[i].want, store_open(&store, urls[i].url, STORE_WRITE, &err));
        ck_assert_ptr_null(store);
        ck_assert_msg(!text_has("s3cr") && !text_has("\n"), "%s", err.text);
    }
}
END_TEST

START_TEST(a_server_that_is_not_durable_is_refused)
{
    static const char *const settings[] = {"fsync", "full_page_writes"};
    create();
    store_close(store);
    store = NULL;
    for (size_t i = 0; i < count_of(settings); i++) {
        for (int on = 0; on < 2; on++) {
            (void)server(
                arena_printf(arena, "ALTER SYSTEM SET %s TO %s", settings[i], on ? "on" : "off"));
            (void)server("SELECT pg_reload_conf()");
            const char *show = arena_printf(arena, "SHOW %s", settings[i]);
            while (!text_equal(server(show), on ? "on" : "off"))
                (void)usleep(10000);
            if (on) {
                ok(store_open(&store, url, STORE_WRITE, &err));
            } else {
                says(ERR_REFUSED, store_open(&store, url, STORE_WRITE, &err));
                ck_assert_msg(text_has(settings[i]), "%s", err.text);
                ok(store_open(&store, url, STORE_READ, &err)); /* reading harms nothing */
            }
            store_close(store);
            store = NULL;
        }
    }
}
END_TEST

START_TEST(a_role_that_does_not_wait_for_the_disk_waits_here)
{
    (void)server("ALTER ROLE tocsin SET synchronous_commit TO off");
    create();
    struct str got;
    str_init(&got, 100);
    ok(postgresql_ask((struct postgresql *)store->driver, "SHOW synchronous_commit", &got, &err));
    ck_assert_str_eq(str_text(&got), "on");
    str_dispose(&got);
    (void)server("ALTER ROLE tocsin RESET synchronous_commit");
}
END_TEST

START_TEST(a_database_that_is_not_utf8_is_refused)
{
    (void)server("DROP DATABASE IF EXISTS ascii");
    (void)server("CREATE DATABASE ascii ENCODING 'SQL_ASCII' LOCALE_PROVIDER libc LC_COLLATE 'C' "
                 "LC_CTYPE 'C' "
                 "TEMPLATE template0");
    const char *other = arena_printf(arena, "%s&dbname=ascii", url);
    says(ERR_REFUSED, store_open(&store, other, STORE_CREATE, &err));
    ck_assert_msg(text_has("UTF8"), "%s", err.text);
    (void)server("DROP DATABASE ascii");
}
END_TEST

START_TEST(tables_of_somebody_else_are_left_alone)
{
    static const enum store_mode modes[] = {STORE_WRITE, STORE_READ, STORE_CREATE};
    (void)server("CREATE SCHEMA tocsin; CREATE TABLE tocsin.theirs (a int)");
    for (size_t i = 0; i < count_of(modes); i++) {
        says(ERR_INVALID, store_open(&store, url, modes[i], &err));
        ck_assert_msg(text_has("another program"), "%s", err.text);
    }
    ck_assert_str_eq(server("SELECT count(*) FROM pg_class "
                            "WHERE relnamespace = 'tocsin'::regnamespace"),
                     "1");
    (void)server("DROP TABLE tocsin.theirs");
    says(ERR_NOT_FOUND, store_open(&store, url, STORE_WRITE, &err));
    create();
}
END_TEST

START_TEST(a_version_that_is_gone_is_corrupt)
{
    create();
    store_close(store);
    store = NULL;
    (void)server("DELETE FROM tocsin.schema_version");
    says(ERR_CORRUPT, store_open(&store, url, STORE_WRITE, &err));
}
END_TEST

START_TEST(a_role_without_rights_needs_a_schema_made_for_it)
{
    const char *limited = arena_printf(arena, "%s&user=limited", url);
    (void)server("DROP ROLE IF EXISTS limited");
    (void)server("CREATE ROLE limited LOGIN");
    says(ERR_REFUSED, store_open(&store, limited, STORE_CREATE, &err));
    (void)server("CREATE SCHEMA tocsin AUTHORIZATION limited");
    ok(store_open(&store, limited, STORE_CREATE, &err));
    ok(meta_set(store, "a", "b", &err));
    store_close(store);
    store = NULL;
    (void)server("DROP SCHEMA tocsin CASCADE; DROP ROLE limited");
}
END_TEST

START_TEST(a_lost_connection_takes_the_transaction_with_it)
{
    create();
    ok(store_begin(store, &err));
    ok(meta_set(store, "state", "new", &err));
    ok(store_item_begin(store, &err));
    cut();
    says(ERR_IO, meta_set(store, "state", "newer", &err));
    ck_assert_msg(!text_has("unknown"), "%s", err.text);
    says(ERR_IO, store_item_drop(store, &err));
    says(ERR_IO, store_commit(store, &err));
    ck_assert_msg(!text_has("unknown"), "%s", err.text);
    says(ERR_IO, store_begin(store, &err));
    reopened_holds("old");
}
END_TEST

START_TEST(a_connection_lost_at_the_commit_leaves_it_unknown)
{
    create();
    ok(store_begin(store, &err));
    ok(meta_set(store, "state", "new", &err));
    cut();
    says(ERR_IO, store_commit(store, &err));
    ck_assert_msg(text_has("unknown whether the commit succeeded"), "%s", err.text);
    const char *value = NULL;
    says(ERR_IO, meta_get(&value, arena, store, "state", &err));
    ck_assert_msg(text_has("unknown whether the commit succeeded"), "%s", err.text);
    reopened_holds("old");
}
END_TEST

START_TEST(a_statement_of_its_own_is_a_commit_too)
{
    const char *value = NULL;
    create();
    cut();
    says(ERR_IO, meta_get(&value, arena, store, "state", &err));
    ck_assert_msg(!text_has("unknown"), "%s", err.text);
    reopened_holds("old");
    ok(meta_set(store, "state", "old", &err)); /* prepared, so that the next is one message */
    cut();
    says(ERR_IO, meta_set(store, "state", "new", &err));
    ck_assert_msg(text_has("unknown whether the commit succeeded"), "%s", err.text);
}
END_TEST

START_TEST(a_commit_whose_reply_is_lost_may_have_succeeded)
{
    const char *server_dir = server("SHOW unix_socket_directories");
    const char *dir = arena_printf(arena, "%s/proxy", server_dir); /* goes with the server's */
    ok(file_make_dir(dir, 0700, &err));
    create();
    store_close(store);
    store = NULL;
    pid_t proxy = lossy_proxy_start(dir, server_dir);
    ck_assert_int_gt(proxy, 0);
    const char *lossy = arena_printf(arena, "postgresql:///postgres?host=%s&user=tocsin", dir);
    ok(store_open(&store, lossy, STORE_WRITE, &err));
    ok(store_begin(store, &err));
    ok(meta_set(store, "state", "new", &err));
    says(ERR_IO, store_commit(store, &err));
    ck_assert_msg(text_has("unknown whether the commit succeeded"), "%s", err.text);
    ck_assert_int_eq(waitpid(proxy, NULL, 0), proxy);
    reopened_holds("new");
}
END_TEST

START_TEST(the_lock_goes_with_the_connection)
{
    struct store *second = NULL;
    create();
    says(ERR_STALE, store_open(&second, url, STORE_WRITE, &err));
    ck_assert_msg(text_has(arena_printf(arena, "tocsin process %ld", (long)getpid())), "%s",
                  err.text);
    cut();
    ok(store_open(&second, url, STORE_WRITE, &err));
    ck_assert_str_eq(state(second), "old");
    store_close(second);
}
END_TEST

START_TEST(a_table_that_somebody_locks_is_waited_for_and_no_more)
{
    create();
    ok(store->driver->ops->script(store->driver, "SET lock_timeout TO '50ms'", &err));
    (void)server("BEGIN; LOCK TABLE tocsin.meta IN EXCLUSIVE MODE");
    ok(store_begin(store, &err));
    says(ERR_IO, meta_set(store, "state", "new", &err));
    store_rollback(store);
    (void)server("ROLLBACK");
    ok(meta_set(store, "state", "new", &err));
}
END_TEST

START_TEST(a_commit_that_only_rolls_back_is_no_commit)
{
    create();
    const struct driver_ops *ops = store->driver->ops;
    ok(ops->begin(store->driver, true, &err));
    says(ERR_CORRUPT, ops->script(store->driver, "SELECT nothing", &err));
    says(ERR_IO, ops->commit(store->driver, &err));
    ck_assert_msg(text_has("rolled back"), "%s", err.text);
    ck_assert_str_eq(state(store), "old");
}
END_TEST

START_TEST(a_text_too_long_for_an_index_is_a_limit)
{
    struct product row = {0};
    char *text = arena_alloc(arena, 20001);
    create();
    for (unsigned i = 0, n = 1; i < 20000; i++, n = n * 1103515245u + 12345u)
        text[i] = (char)('!' + (n >> 16) % 90);
    row.product = text;
    says(ERR_LIMIT, product_put(store, &row, NULL, &err));
}
END_TEST

START_TEST(no_foreign_key_is_missing_in_the_check)
{
    create();
    ck_assert_str_eq(server("SELECT count(*) FROM pg_constraint WHERE contype = 'f' "
                            "AND connamespace = 'tocsin'::regnamespace"),
                     arena_printf(arena, "%zu", postgresql_foreign_count));
}
END_TEST

int main(void)
{
    url = getenv("TOCSIN_TEST_PG");
    if (url == NULL) {
        puts("SKIP: TOCSIN_TEST_PG is not set: run it through tests/tools/postgres-run");
        return 77;
    }
    Suite *suite = suite_create("a PostgreSQL server under the store");
    TCase *tc = tcase_create("server");
    tcase_add_checked_fixture(tc, begin, end);
    tcase_set_timeout(tc, 30);
    tcase_add_test(tc, a_url_that_leads_nowhere_is_told_without_its_password);
    tcase_add_test(tc, a_server_that_is_not_durable_is_refused);
    tcase_add_test(tc, a_role_that_does_not_wait_for_the_disk_waits_here);
    tcase_add_test(tc, a_database_that_is_not_utf8_is_refused);
    tcase_add_test(tc, tables_of_somebody_else_are_left_alone);
    tcase_add_test(tc, a_version_that_is_gone_is_corrupt);
    tcase_add_test(tc, a_role_without_rights_needs_a_schema_made_for_it);
    tcase_add_test(tc, a_lost_connection_takes_the_transaction_with_it);
    tcase_add_test(tc, a_connection_lost_at_the_commit_leaves_it_unknown);
    tcase_add_test(tc, a_statement_of_its_own_is_a_commit_too);
    tcase_add_test(tc, a_commit_whose_reply_is_lost_may_have_succeeded);
    tcase_add_test(tc, the_lock_goes_with_the_connection);
    tcase_add_test(tc, a_table_that_somebody_locks_is_waited_for_and_no_more);
    tcase_add_test(tc, a_commit_that_only_rolls_back_is_no_commit);
    tcase_add_test(tc, a_text_too_long_for_an_index_is_a_limit);
    tcase_add_test(tc, no_foreign_key_is_missing_in_the_check);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int result = srunner_ntests_failed(runner) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
    srunner_free(runner);
    return result;
}
