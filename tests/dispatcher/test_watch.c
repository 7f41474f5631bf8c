/* The watched folder: what is read is what is moved, and what cannot be moved stays and is told. */
#include "dispatcher/submit/watch.h"

#include "base/file.h"
#include "dispatcher/submit/watch_board.h"
#include "dispatcher/submit/watch_set.h"
#include "tests/dispatcher/world.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct world w;
static char *dir;

static void setup(void)
{
    world_open(&w);
    world_parties(&w, "party,kind,country,email\nh,hdo,DE,a@h.example\n");
    dir = path_join(w.dir, "incoming");
    ck_assert_int_eq(mkdir(dir, 0700), 0);
    w.app.settings->watch = arena_strdup(w.app.settings->arena, dir);
}

static void teardown(void)
{
    world_close(&w);
    free(dir);
}

static void put(const char *name, const char *text)
{
    struct err err = {0};
    char *path = path_join(dir, name);
    ck_assert_int_eq(file_write(path, bytes_of(text), 0600, &err), OK);
    free(path);
}

static bool has(const char *name)
{
    struct stat st;
    char *path = path_join(dir, name);
    bool there = lstat(path, &st) == 0;
    free(path);
    return there;
}

/* Names below the sub-folder, one level deep. */
static size_t kept(const char *sub, const char *name)
{
    size_t found = 0;
    char *base = path_join(dir, sub);
    DIR *d = opendir(base);
    for (const struct dirent *e; d != NULL && (e = readdir(d)) != NULL;) {
        char *path = xprintf("%s/%s/%s", base, e->d_name, name);
        struct stat st;
        found += e->d_name[0] != '.' && lstat(path, &st) == 0;
        free(path);
    }
    if (d != NULL)
        (void)closedir(d);
    free(base);
    return found;
}

static struct watch_scan scan(void)
{
    struct err err = {0};
    struct watch_scan out;
    ck_assert_msg(watch_dir_scan(&out, w.arena, dir, &err) == OK, "%s", err.text);
    return out;
}

static enum watch_outcome judge(struct watch_judged *out, bool may_grow)
{
    struct err err = {0};
    struct watch_scan s = scan();
    ck_assert_int_eq(watch_set_judge(out, &w.app, dir, s.files, s.count, may_grow, &err), OK);
    return out->outcome;
}

START_TEST(files_of_one_set_stand_together)
{
    static const char *const wanted[] = {"a.json",  "a.json.asc", "a.meyer.approval",
                                         "a.order", "a.b.json",   "b.json"};
    for (size_t i = 0; i < 6; i++)
        put(wanted[5 - i], "x");
    put("a.json.tmp", "x");
    put("notes.txt", "x");
    struct watch_scan s = scan();
    ck_assert_uint_eq(s.count, 6);
    ck_assert_uint_eq(s.others, 1);
    ck_assert_str_eq(s.other, "notes.txt");
    for (size_t i = 0; i < 6; i++)
        ck_assert_str_eq(s.files[i].name, wanted[i]);
}
END_TEST

static void grow(void)
{
    put("a.json", "longer than before");
}

static void vanish(void)
{
    char *path = path_join(dir, "a.json");
    ck_assert_int_eq(unlink(path), 0);
    free(path);
}

static void become_link(void)
{
    char *path = path_join(dir, "a.json");
    vanish();
    ck_assert_int_eq(symlink("/dev/zero", path), 0);
    free(path);
}

static void become_pipe(void)
{
    char *path = path_join(dir, "a.json");
    vanish();
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    free(path);
}

static void (*const changes[])(void) = {grow, vanish, become_link, become_pipe};

START_TEST(what_changed_since_the_scan_is_neither_read_nor_moved)
{
    struct err err = {0};
    struct str text;
    put("a.json", "x");
    struct watch_scan s = scan();
    const struct watch_file *files[] = {&s.files[0]};
    changes[_i]();
    str_init(&text, 1000);
    ck_assert_int_eq(watch_dir_read(&text, dir, &s.files[0], 100, &err), ERR_STALE);
    ck_assert_int_eq(watch_dir_aside(dir, "done", files, 1, "words", WORLD_NOW, &err), ERR_STALE);
    ck_assert_uint_eq(kept("done", "a.json"), 0);
    ck_assert_uint_eq(kept("done", "a.findings.txt"), 0);
    ck_assert_int_eq(has("a.json"), changes[_i] != vanish);
    str_dispose(&text);
}
END_TEST

START_TEST(an_order_never_goes_from_under_a_new_advisory)
{
    struct err err = {0};
    put("a.json", "x");
    put("a.order", "x");
    struct watch_scan s = scan();
    struct watch_file gone = s.files[0];
    const struct watch_file *files[] = {&gone, &s.files[1]};
    /* The advisory is moved; a writer puts the next one before the order has gone. */
    ck_assert_int_eq(watch_dir_aside(dir, "refused", files, 1, "words", WORLD_NOW, &err), OK);
    put("a.json", "y");
    s = scan();
    gone = s.files[0];
    gone.name = "a.json";
    vanish();
    put("a.json", "z");
    ck_assert_int_eq(watch_dir_aside(dir, "refused", files, 2, "words", WORLD_NOW, &err),
                     ERR_STALE);
    ck_assert(has("a.order"));
    ck_assert(has("a.json"));
}
END_TEST

START_TEST(a_second_one_of_the_same_second_loses_nothing)
{
    struct err err = {0};
    for (int i = 0; i < 3; i++) {
        put("a.json", "x");
        struct watch_scan s = scan();
        const struct watch_file *files[] = {&s.files[0]};
        ck_assert_int_eq(watch_dir_aside(dir, "refused", files, 1, "words", WORLD_NOW, &err), OK);
    }
    ck_assert_uint_eq(kept("refused", "a.json"), 3);
    ck_assert_uint_eq(kept("refused", "a.findings.txt"), 3);
}
END_TEST

START_TEST(the_longest_name_finds_its_place)
{
    struct err err = {0};
    char name[256];
    memset(name, 'n', 250);
    memcpy(name + 250, ".json", 6);
    char *path = path_join(dir, name);
    int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    free(path);
    ck_assert_int_ge(fd, 0);
    (void)close(fd);
    struct watch_scan s = scan();
    const struct watch_file *files[] = {&s.files[0]};
    ck_assert_msg(watch_dir_aside(dir, "refused", files, 1, "words", WORLD_NOW, &err) == OK, "%s",
                  err.text);
    ck_assert_uint_eq(kept("refused", name), 1);
}
END_TEST

START_TEST(what_cannot_be_moved_stays_and_is_told)
{
    struct watch_judged judged;
    struct err err = {0};
    put("a.json", "{}");
    put("refused", "a file where the folder should be");
    struct watch_scan s = scan();
    ck_assert_int_eq(judge(&judged, false), WATCH_REFUSED);
    ck_assert_int_eq(watch_set_move(&w.app, dir, s.files, s.count, &judged, &err), ERR_IO);
    ck_assert(has("a.json"));
    watch_judged_dispose(&judged);
}
END_TEST

START_TEST(half_a_file_waits_and_leaves_no_entry)
{
    struct watch_judged judged;
    put("a.json", "{\"document\": {");
    ck_assert_int_eq(judge(&judged, true), WATCH_GROWS);
    ck_assert_uint_eq(world_entries(&w, "advisory.refused", NULL), 0);
    watch_judged_dispose(&judged);
    ck_assert_int_eq(judge(&judged, false), WATCH_REFUSED);
    ck_assert_uint_eq(world_entries(&w, "advisory.refused", NULL), 1);
    ck_assert_ptr_nonnull(strstr(str_text(&judged.words), "a.json was refused at "));
    ck_assert_ptr_nonnull(strstr(str_text(&judged.words), "gate."));
    watch_judged_dispose(&judged);
}
END_TEST

static void put_fixture(const char *name)
{
    struct err err = {0};
    struct str text;
    char *path = path_join(dir, name);
    str_init(&text, STR_LIMIT_TEXT);
    ck_assert_int_eq(file_read(&text, TEST_SOURCE_DIR "/tests/fixtures/advisory/exm-2026-0007.json",
                               STR_LIMIT_TEXT, &err),
                     OK);
    ck_assert_int_eq(file_write(path, str_bytes(&text), 0600, &err), OK);
    str_dispose(&text);
    free(path);
}

static const struct {
    const char *name, *text; /* beside a good advisory; NULL: none */
    enum watch_outcome outcome;
    const char *says;
} beside[] = {
    {NULL, NULL, WATCH_WAITS, "signatures: 0 of 1"},
    {"a.order", "tlp = \"RED\";\n", WATCH_WAITS, "signatures: 0 of 1"},
    {"a.order", "nonsense", WATCH_REFUSED, "a.order line 1"},
    {"a.order", "", WATCH_WAITS, "empty"},
    {"a.order", "advisory = \"OTHER-1\";\n", WATCH_REFUSED, "it is for OTHER-1"},
    {"a.order", "tlp = \"CLEAR\";\n", WATCH_REFUSED, "weaker"},
    {"a.weber.approval", "Tocsin approval 1\norder-sha256: 0123\n", WATCH_WAITS, "order"},
};

START_TEST(what_stands_beside_the_advisory_decides)
{
    struct watch_judged judged;
    put_fixture("a.json");
    if (beside[_i].name != NULL)
        put(beside[_i].name, beside[_i].text);
    ck_assert_msg(judge(&judged, false) == beside[_i].outcome, "%d: %s", judged.outcome,
                  judged.why);
    ck_assert_msg(strstr(judged.why, beside[_i].says) != NULL ||
                      strstr(str_text(&judged.words), beside[_i].says) != NULL,
                  "%s", judged.why);
    watch_judged_dispose(&judged);
}
END_TEST

START_TEST(a_bad_signature_leaves_alone)
{
    struct watch_judged judged;
    put_fixture("a.json");
    put("a.json.asc", "not a signature");
    ck_assert_int_eq(judge(&judged, false), WATCH_WAITS);
    ck_assert(has("a.json"));
    ck_assert(!has("a.json.asc"));
    ck_assert_uint_eq(kept("refused", "a.json.asc"), 1);
    ck_assert_uint_eq(kept("refused", "a.findings.txt"), 1);
    watch_judged_dispose(&judged);
}
END_TEST

START_TEST(an_advisory_approved_by_hand_goes_to_done)
{
    struct watch_judged judged;
    struct err err = {0};
    put_fixture("a.json");
    ck_assert_int_eq(judge(&judged, false), WATCH_WAITS);
    struct advisory row;
    ck_assert_int_eq(advisory_find(&row, w.arena, w.app.store, judged.tracking, NULL, &err), OK);
    row.state = ADVISORY_APPROVED;
    ck_assert_int_eq(advisory_update(w.app.store, &row, ADVISORY_SUBMITTED, &err), OK);
    watch_judged_dispose(&judged);
    struct watch_scan s = scan();
    ck_assert_int_eq(judge(&judged, false), WATCH_RELEASED);
    ck_assert_int_eq(watch_set_move(&w.app, dir, s.files, s.count, &judged, &err), OK);
    ck_assert_uint_eq(kept("done", "a.json"), 1);
    watch_judged_dispose(&judged);
}
END_TEST

START_TEST(nothing_is_judged_before_it_stands_still)
{
    struct err err = {0};
    bool did = false;
    struct watch *watch = watch_open(&w.app);
    put("a.json", "{}");
    ck_assert_int_eq(watch_step(watch, false, &did, &err), OK);
    ck_assert(has("a.json"));
    ck_assert(!watch_idle(watch));
    ck_assert_int_gt(watch_next(watch), clock_up_ms(&w.app.clock));
    watch_close(watch);
}
END_TEST

START_TEST(a_folder_that_is_gone_is_on_the_board)
{
    struct err err = {0};
    struct str out;
    bool did = false;
    ck_assert_int_eq(rmdir(dir), 0);
    struct watch *watch = watch_open(&w.app);
    ck_assert_int_eq(watch_step(watch, false, &did, &err), OK);
    str_init(&out, STR_LIMIT_TEXT);
    ck_assert_int_eq(watch_print(&out, NULL, &w.app, &err), OK);
    ck_assert_ptr_nonnull(strstr(str_text(&out), "cannot be opened"));
    ck_assert(watch_idle(watch));
    watch_close(watch);
    str_dispose(&out);
}
END_TEST

START_TEST(no_folder_is_watched_without_the_setting)
{
    struct err err = {0};
    bool did = false;
    w.app.settings->watch = NULL;
    ck_assert_ptr_null(watch_open(&w.app));
    ck_assert_int_eq(watch_step(NULL, true, &did, &err), OK);
    ck_assert(watch_idle(NULL));
    ck_assert_int_eq(watch_next(NULL), INT64_MAX);
    watch_close(NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.watch");
    TCase *tc = tcase_create("watch");
    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, files_of_one_set_stand_together);
    tcase_add_loop_test(tc, what_changed_since_the_scan_is_neither_read_nor_moved, 0,
                        sizeof changes / sizeof changes[0]);
    tcase_add_test(tc, an_order_never_goes_from_under_a_new_advisory);
    tcase_add_test(tc, a_second_one_of_the_same_second_loses_nothing);
    tcase_add_test(tc, the_longest_name_finds_its_place);
    tcase_add_test(tc, what_cannot_be_moved_stays_and_is_told);
    tcase_add_test(tc, half_a_file_waits_and_leaves_no_entry);
    tcase_add_loop_test(tc, what_stands_beside_the_advisory_decides, 0,
                        sizeof beside / sizeof beside[0]);
    tcase_add_test(tc, a_bad_signature_leaves_alone);
    tcase_add_test(tc, an_advisory_approved_by_hand_goes_to_done);
    tcase_add_test(tc, nothing_is_judged_before_it_stands_still);
    tcase_add_test(tc, a_folder_that_is_gone_is_on_the_board);
    tcase_add_test(tc, no_folder_is_watched_without_the_setting);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
