/* What the SQLite driver refuses to open, and what it leaves alone then. */
#include "base/file.h"
#include "store/inner.h"
#include "store/sqlite_inner.h"
#include "tests/store/says.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

static char base[] = "/tmp/tocsin-open-XXXXXX";
static char dir[64], path[80];
static struct store *store;
static struct err err;

static void begin(void)
{
    (void)snprintf(dir, sizeof dir, "%s/%ld", base, (long)getpid());
    (void)snprintf(path, sizeof path, "%s/tocsin.db", dir);
    ok(file_make_dir(dir, 0700, &err));
}

static void end(void)
{
    store_close(store);
    store = NULL;
    ok(file_remove_tree(dir, &err));
}

static const char *beside(const char *name)
{
    static char out[4][128];
    static int next;
    next = (next + 1) % 4;
    (void)snprintf(out[next], sizeof out[0], "%s/%s", dir, name);
    return out[next];
}

static void create(void)
{
    ok(store_open(&store, path, STORE_CREATE, &err));
    store_close(store);
    store = NULL;
}

/* Run SQL on the file as a stranger would. */
static void stranger(const char *sql)
{
    sqlite3 *db = NULL;
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    ck_assert_msg(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(db));
    ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
}

static mode_t mode_of(const char *name)
{
    struct stat st;
    ck_assert_msg(stat(name, &st) == 0, "%s", name);
    return st.st_mode & 07777;
}

static const enum store_mode modes[] = {STORE_WRITE, STORE_READ, STORE_CREATE};

/* Refused in every mode, and not a byte of the file changes. */
static void refused_unchanged(enum status want, const char *words)
{
    struct str before, after;
    str_init(&before, STR_LIMIT_TEXT);
    str_init(&after, STR_LIMIT_TEXT);
    ok(file_read(&before, path, STR_LIMIT_TEXT, &err));
    for (size_t i = 0; i < count_of(modes); i++) {
        says(want, store_open(&store, path, modes[i], &err));
        ck_assert_ptr_null(store);
        ck_assert_msg(strstr(err.text, words) != NULL, "%s", err.text);
    }
    ok(file_read(&after, path, STR_LIMIT_TEXT, &err));
    ck_assert(bytes_equal(str_bytes(&before), str_bytes(&after)));
    str_dispose(&before);
    str_dispose(&after);
}

START_TEST(a_store_in_wal_mode_is_refused)
{
    create();
    stranger("PRAGMA journal_mode=WAL");
    refused_unchanged(ERR_REFUSED, "WAL");
}
END_TEST

START_TEST(a_file_of_another_program_is_refused)
{
    stranger("CREATE TABLE t (a); INSERT INTO t VALUES (1)");
    refused_unchanged(ERR_INVALID, "another program");
    stranger("DROP TABLE t; PRAGMA application_id = 42");
    refused_unchanged(ERR_INVALID, "another program");
}
END_TEST

START_TEST(a_file_that_is_no_database_is_refused)
{
    struct str text;
    str_init(&text, STR_LIMIT_TEXT);
    for (int i = 0; i < 1000; i++)
        str_add(&text, "party,kind,country,email\n");
    ok(file_write(path, str_bytes(&text), 0600, &err));
    refused_unchanged(ERR_CORRUPT, "no SQLite file");
    str_dispose(&text);
}
END_TEST

START_TEST(a_newer_schema_is_refused)
{
    create();
    stranger("PRAGMA user_version = 4711");
    refused_unchanged(ERR_INVALID, "4711");
}
END_TEST

START_TEST(an_empty_file_is_no_store_but_one_can_be_made_in_it)
{
    ok(file_write(path, (struct bytes){NULL, 0}, 0600, &err));
    says(ERR_NOT_FOUND, store_open(&store, path, STORE_WRITE, &err));
    says(ERR_NOT_FOUND, store_open(&store, path, STORE_READ, &err));
    ok(store_open(&store, path, STORE_CREATE, &err));
    ok(meta_set(store, "a", "b", &err));
}
END_TEST

START_TEST(what_is_not_a_file_is_refused)
{
    ok(file_make_dir(beside("dir"), 0700, &err));
    ck_assert_int_eq(mkfifo(beside("fifo"), 0600), 0);
    ck_assert_int_eq(symlink("nowhere", beside("link")), 0);
    for (size_t i = 0; i < count_of(modes); i++) {
        const enum store_mode mode = modes[i];
        says(ERR_INVALID, store_open(&store, beside("dir"), mode, &err));
        says(ERR_INVALID, store_open(&store, beside("fifo"), mode, &err));
        says(ERR_INVALID, store_open(&store, "", mode, &err));
        says(ERR_INVALID, store_open(&store, beside("x/"), mode, &err));
        says(mode == STORE_CREATE ? ERR_INVALID : ERR_NOT_FOUND,
             store_open(&store, beside("link"), mode, &err));
        says(ERR_NOT_FOUND, store_open(&store, beside("no/such/folder"), mode, &err));
        says(ERR_IO, store_open(&store, beside("fifo/x"), mode, &err));
    }
    ck_assert_ptr_null(store);
}
END_TEST

START_TEST(a_second_name_of_the_file_is_refused_or_is_the_same_store)
{
    struct store *second = NULL;
    create();
    ck_assert_int_eq(symlink("tocsin.db", beside("soft.db")), 0);
    ok(store_open(&store, path, STORE_WRITE, &err));
    says(ERR_STALE, store_open(&second, beside("soft.db"), STORE_WRITE, &err));
    ck_assert(!file_exists(beside("soft.db.lock")));
    store_close(store);
    store = NULL;
    ck_assert_int_eq(link(path, beside("hard.db")), 0);
    for (size_t i = 0; i < count_of(modes); i++)
        says(ERR_REFUSED, store_open(&store, path, modes[i], &err));
}
END_TEST

START_TEST(nobody_else_can_read_what_is_made)
{
    const mode_t old = umask(0);
    ok(store_open(&store, path, STORE_CREATE, &err));
    ok(store_begin(store, &err));
    ok(meta_set(store, "a", "b", &err));
    ck_assert_uint_eq(mode_of(path), 0600);
    ck_assert_uint_eq(mode_of(beside("tocsin.db.lock")), 0600);
    ck_assert_uint_eq(mode_of(beside("tocsin.db-journal")), 0600);
    (void)umask(old);
}
END_TEST

START_TEST(memory_is_a_store_for_one_run)
{
    says(ERR_NOT_FOUND, store_open(&store, ":memory:", STORE_WRITE, &err));
    says(ERR_NOT_FOUND, store_open(&store, ":memory:", STORE_READ, &err));
    ok(store_open(&store, ":memory:", STORE_CREATE, &err));
    ok(meta_set(store, "a", "b", &err));
    ok(store_check(store, &err));
}
END_TEST

/*
 * The file system as the kernel would name it; 0: let it. (statfs is statfs64 where offsets have 64
 * bits.)
 */
static unsigned long pretended;
int __real_statfs64(const char *name, struct statfs *out);
int __wrap_statfs64(const char *name, struct statfs *out);
int __wrap_statfs64(const char *name, struct statfs *out)
{
    if (pretended == 1) {
        errno = EACCES;
        return -1;
    }
    int result = __real_statfs64(name, out);
    if (pretended != 0)
        out->f_type = (__fsword_t)pretended;
    return result;
}

START_TEST(a_network_file_system_is_refused)
{
    static const struct {
        unsigned long magic;
        const char *name;
    } remote[] = {{0x6969, "NFS"},           {0x517b, "SMB"},        {0xff534d42, "CIFS"},
                  {0xfe534d42, "SMB2"},      {0x65735546, "FUSE"},   {0x73757245, "Coda"},
                  {0x5346414f, "AFS"},       {0x6b414653, "AFS"},    {0x01021997, "9P"},
                  {0x00c36400, "Ceph"},      {0x564c, "NCP"},        {0x7461636f, "OCFS2"},
                  {0x01161970, "GFS2"},      {0x0bd00bd0, "Lustre"}, {0x47504653, "GPFS"},
                  {0x786f4256, "VirtualBox"}};
    static const unsigned long local[] = {0xef53, 0x9123683e, 0x58465342, 0x01021994, 0x794c7630};
    create();
    for (size_t i = 0; i < count_of(remote); i++) {
        pretended = remote[i].magic;
        for (size_t j = 0; j < count_of(modes); j++) {
            says(ERR_REFUSED, store_open(&store, path, modes[j], &err));
            ck_assert_msg(strstr(err.text, remote[i].name) != NULL, "%s", err.text);
        }
        says(ERR_REFUSED, store_open(&store, beside("new.db"), STORE_CREATE, &err));
    }
    ck_assert(!file_exists(beside("new.db")) && !file_exists(beside("new.db.lock")));
    for (size_t i = 0; i < count_of(local); i++) {
        pretended = local[i];
        ok(store_open(&store, path, STORE_WRITE, &err));
        store_close(store);
        store = NULL;
    }
    pretended = 1;
    says(ERR_IO, store_open(&store, path, STORE_WRITE, &err));
}
END_TEST

/* A SQLite that does not do what it was told: the pragma whose answer is falsified. */
static const char *disobeyed;
const unsigned char *__real_sqlite3_column_text(sqlite3_stmt *stmt, int column);
const unsigned char *__wrap_sqlite3_column_text(sqlite3_stmt *stmt, int column);
const unsigned char *__wrap_sqlite3_column_text(sqlite3_stmt *stmt, int column)
{
    if (disobeyed != NULL && strcmp(sqlite3_sql(stmt), disobeyed) == 0)
        return (const unsigned char *)"7";
    return __real_sqlite3_column_text(stmt, column);
}

START_TEST(a_sqlite_that_is_not_durable_is_refused)
{
    static const char *const asked[] = {
        "PRAGMA journal_mode",  "PRAGMA synchronous",    "PRAGMA foreign_keys",
        "PRAGMA secure_delete", "PRAGMA trusted_schema", "PRAGMA cell_size_check",
        "PRAGMA mmap_size",     "PRAGMA temp_store",
    };
    create();
    for (size_t i = 0; i < count_of(asked); i++) {
        disobeyed = asked[i];
        says(ERR_REFUSED, store_open(&store, path, STORE_WRITE, &err));
        ck_assert_msg(strstr(err.text, "durable") != NULL, "%s", err.text);
    }
    disobeyed = NULL;
    ok(store_open(&store, path, STORE_WRITE, &err));
}
END_TEST

START_TEST(what_holds_is_what_durability_needs)
{
    static const struct {
        const char *pragma;
        int64_t want;
    } numbers[] = {{"PRAGMA synchronous", 2},
                   {"PRAGMA foreign_keys", 1},
                   {"PRAGMA secure_delete", 1},
                   {"PRAGMA trusted_schema", 0},
                   {"PRAGMA application_id", 1416586099}};
    ok(store_open(&store, path, STORE_CREATE, &err));
    struct sqlite *s = (struct sqlite *)store->driver;
    for (size_t i = 0; i < count_of(numbers); i++) {
        int64_t n = -1;
        ok(sqlite_ask_int(s, numbers[i].pragma, &n, &err));
        ck_assert_msg(n == numbers[i].want, "%s", numbers[i].pragma);
    }
    ok(meta_set(store, "a", "b", &err));
    struct stat st; /* TRUNCATE leaves the journal there, and empty */
    ck_assert_int_eq(stat(beside("tocsin.db-journal"), &st), 0);
    ck_assert_int_eq(st.st_size, 0);
}
END_TEST

int main(void)
{
    struct err why;
    if (mkdtemp(base) == NULL)
        return EXIT_FAILURE;
    Suite *suite = suite_create("opening a store on SQLite");
    TCase *tc = tcase_create("open");
    tcase_add_checked_fixture(tc, begin, end);
    tcase_set_timeout(tc, 30);
    tcase_add_test(tc, a_store_in_wal_mode_is_refused);
    tcase_add_test(tc, a_file_of_another_program_is_refused);
    tcase_add_test(tc, a_file_that_is_no_database_is_refused);
    tcase_add_test(tc, a_newer_schema_is_refused);
    tcase_add_test(tc, an_empty_file_is_no_store_but_one_can_be_made_in_it);
    tcase_add_test(tc, what_is_not_a_file_is_refused);
    tcase_add_test(tc, a_second_name_of_the_file_is_refused_or_is_the_same_store);
    tcase_add_test(tc, nobody_else_can_read_what_is_made);
    tcase_add_test(tc, memory_is_a_store_for_one_run);
    tcase_add_test(tc, a_network_file_system_is_refused);
    tcase_add_test(tc, a_sqlite_that_is_not_durable_is_refused);
    tcase_add_test(tc, what_holds_is_what_durability_needs);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int result = srunner_ntests_failed(runner) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
    srunner_free(runner);
    if (file_remove_tree(base, &why) != OK)
        result = EXIT_FAILURE;
    return result;
}
