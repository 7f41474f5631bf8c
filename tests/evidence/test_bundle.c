/* Bundles that we write are good bundles: whole, or not there. */
#include "base/file.h"
#include "evidence/bundle_write.h"
#include "evidence/note.h"
#include "evidence/verify.h"
#include "tests/evidence/sample.h"

#include <check.h>
#include <dirent.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define ENTRIES 60
#define AT INT64_C(1700000000000)

static char dir[] = "/tmp/tocsin-bundle-XXXXXX";
static struct note_signer *signer;
static struct sample_chain chain;
static struct err err;

static void begin(void)
{
    ck_assert_ptr_nonnull(mkdtemp(dir));
    ck_assert_int_eq(chdir(dir), 0);
    ck_assert_int_eq(note_signer_new(&signer, "example.com/tocsin/EXM", &err), OK);
    sample_chain_make(&chain, ENTRIES);
}

static void end(void)
{
    note_signer_free(signer);
    sample_chain_dispose(&chain);
    ck_assert_int_eq(chdir("/"), 0);
    ck_assert_int_eq(file_remove_tree(dir, &err), OK);
}

static enum status sign(unsigned char out[64], void *context, struct bytes data, struct err *e)
{
    (void)e;
    note_sign_bytes(out, context, data);
    return OK;
}

static enum status refuse(unsigned char out[64], void *context, struct bytes data, struct err *e)
{
    (void)out;
    (void)context;
    (void)data;
    return err_set(e, ERR_REFUSED, "no");
}

static void add_note(struct str *out, size_t size)
{
    struct tree tree;
    struct sha256 root;
    tree_init(&tree);
    for (size_t i = 0; i < size; i++)
        tree_add(&tree, &chain.leaves[i]);
    tree_root(&root, &tree);
    note_sign(out, signer, (int64_t)size, &root);
}

static void put_note(struct bundle_writer *w, const char *name, size_t size)
{
    struct str text;
    str_init(&text, NOTE_LIMIT);
    add_note(&text, size);
    ck_assert_int_eq(bundle_put(w, name, str_bytes(&text), &err), OK);
    str_dispose(&text);
}

/* All of the chain but the first left_out entries; what must still be ended. */
static struct bundle_writer *fill(const char *path, size_t left_out)
{
    struct bundle_writer *w = NULL;
    struct tree tree;
    struct sha256 zeros = {{0}};
    struct str key;
    str_init(&key, STR_LIMIT_LINE);
    note_verifier_write(&key, note_signer_public(signer));
    tree_init(&tree);
    for (size_t i = 0; i < left_out; i++)
        tree_add(&tree, &chain.leaves[i]);
    ck_assert_msg(bundle_begin(&w, path, AT, &err) == OK, "%s", err.text);
    ck_assert_int_eq(
        bundle_put_start(w, &tree, left_out > 0 ? &chain.leaves[left_out - 1] : &zeros, &err), OK);
    ck_assert_int_eq(bundle_put(w, "log.vkey", str_bytes(&key), &err), OK);
    ck_assert_int_eq(bundle_file_begin(w, "entries.jsonl", &err), OK);
    for (size_t i = left_out; i < chain.count; i++)
        ck_assert_int_eq(bundle_file_add(w, sample_line(&chain, i), &err), OK);
    ck_assert_int_eq(bundle_file_end(w, &err), OK);
    put_note(w, "checkpoint", ENTRIES);
    put_note(w, "checkpoints/40.note", 40);
    ck_assert_int_eq(
        bundle_put(w, "blobs/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                   (struct bytes){NULL, 0}, &err),
        OK);
    ck_assert_int_eq(bundle_put(w, "report.html", bytes_of("<!doctype html>\n"), &err), OK);
    str_dispose(&key);
    return w;
}

static size_t names_here(void)
{
    size_t count = 0;
    DIR *here = opendir(".");
    ck_assert_ptr_nonnull(here);
    while (readdir(here) != NULL)
        count++;
    ck_assert_int_eq(closedir(here), 0);
    return count - 2; /* "." and ".." */
}

static const struct {
    const char *path;
    size_t left_out;
} good[] = {{"out", 0},     {"out", 40},     {"out/", 13},
            {"out.tar", 0}, {"out.tar", 40}, {"-x y.tar", 0}};

START_TEST(what_was_written_is_a_good_bundle)
{
    struct bundle_verdict v;
    struct str anchor;
    str_init(&anchor, NOTE_LIMIT);
    add_note(&anchor, 40);
    struct bundle_writer *w = fill(good[_i].path, good[_i].left_out);
    ck_assert_msg(bundle_end(w, sign, signer, &err) == OK, "%s", err.text);
    ck_assert_msg(bundle_verify(&v, good[_i].path, str_bytes(&anchor), &err) == OK, "%s", err.text);
    ck_assert_msg(v.reason == NULL, "%s: %s", v.where, v.reason);
    ck_assert_int_eq(v.start, (int64_t)good[_i].left_out);
    ck_assert_int_eq(v.entries, (int64_t)(ENTRIES - good[_i].left_out));
    ck_assert(v.anchored);
    ck_assert_uint_eq(v.blobs, 1);
    ck_assert_uint_eq(names_here(), 1);
    str_dispose(&anchor);
}
END_TEST

/* Words of tar(1), NULL behind them; the first is its name. */
static void run_tar(const char *const *words)
{
    char *own[10] = {NULL};
    pid_t pid = 0;
    int how = 1;
    for (size_t i = 0; words[i] != NULL; i++)
        own[i] = xstrdup(words[i]);
    ck_assert_int_eq(posix_spawnp(&pid, own[0], NULL, NULL, own, environ), 0);
    ck_assert_int_eq(waitpid(pid, &how, 0), pid);
    ck_assert_int_eq(how, 0);
    for (size_t i = 0; own[i] != NULL; i++)
        free(own[i]);
}

/* Others unpack it, too. */
START_TEST(a_tar_unpacks_to_the_same_bundle)
{
    struct bundle_verdict v;
    struct bundle_writer *w = fill("case.tar", 0);
    ck_assert_int_eq(bundle_end(w, sign, signer, &err), OK);
    run_tar((const char *[]){"tar", "-xf", "case.tar", NULL});
    ck_assert_int_eq(bundle_verify(&v, "case", (struct bytes){NULL, 0}, &err), OK);
    ck_assert_msg(v.reason == NULL, "%s: %s", v.where, v.reason);
}
END_TEST

/* What unpacks to something else than one folder of files; the first row is as good as ours. */
static const struct {
    const char *transform, *more, *reason;
} packed[] = {
    {"s#^case#my case#", NULL, NULL},
    {"s#^case#.#", NULL, NULL},
    {"s#^case/start#other/start#", NULL, "bad-name"},
    {"s#^case#..#", NULL, "bad-name"},
    {"s#^case#/case#", NULL, "bad-name"},
    {"s#^case/start#case/../start#", NULL, "bad-name"},
    {"s#^x#x#", "case/start", "bad-name"}, /* a file twice */
    {"s#^x#x#", "soft", "not-a-file"},
    {"s#^x#x#", "hard", "not-a-file"},
};

START_TEST(a_tar_that_unpacks_to_something_else_is_found)
{
    char transform[64];
    struct bundle_verdict v;
    const char *more = packed[_i].more;
    struct bundle_writer *w = fill("case", 0);
    ck_assert_int_eq(bundle_end(w, sign, signer, &err), OK);
    if (more != NULL && strcmp(more, "soft") == 0)
        ck_assert_int_eq(symlink("start", "case/zz"), 0);
    else if (more != NULL && strcmp(more, "hard") == 0)
        ck_assert_int_eq(link("case/start", "case/zz"), 0);
    (void)snprintf(transform, sizeof transform, "--transform=%s", packed[_i].transform);
    bool twice = more != NULL && strchr(more, '/') != NULL;
    run_tar((const char *[]){"tar", "-P", twice ? "--hard-dereference" : "--format=ustar",
                             "--format=ustar", transform, "-cf", "odd.tar", "case",
                             twice ? more : NULL, NULL});
    ck_assert_int_eq(bundle_verify(&v, "odd.tar", (struct bytes){NULL, 0}, &err), OK);
    if (packed[_i].reason == NULL)
        ck_assert_msg(v.reason == NULL, "%s: %s", v.where, v.reason);
    else
        ck_assert_str_eq(v.reason != NULL ? v.reason : "good", packed[_i].reason);
}
END_TEST

static const char *const paths[] = {"out", "out.tar"};

START_TEST(nothing_is_overwritten)
{
    struct bundle_writer *w = NULL;
    ck_assert_int_eq(file_write(paths[_i], bytes_of("mine"), 0600, &err), OK);
    ck_assert_int_eq(bundle_begin(&w, paths[_i], AT, &err), ERR_EXISTS);
    ck_assert_uint_eq(names_here(), 1);
    ck_assert_int_eq(unlink(paths[_i]), 0);
    w = fill(paths[_i], 0); /* it comes while we write */
    ck_assert_int_eq(file_write(paths[_i], bytes_of("mine"), 0600, &err), OK);
    ck_assert_int_eq(bundle_end(w, sign, signer, &err), ERR_EXISTS);
    ck_assert_uint_eq(names_here(), 1);
}
END_TEST

START_TEST(without_a_signature_nothing_is_left)
{
    ck_assert_int_eq(bundle_end(fill(paths[_i], 0), refuse, NULL, &err), ERR_REFUSED);
    ck_assert_uint_eq(names_here(), 0);
    bundle_abort(fill(paths[_i], 0));
    ck_assert_uint_eq(names_here(), 0);
}
END_TEST

START_TEST(one_at_a_time_and_a_killed_one_leaves_no_trace)
{
    struct bundle_writer *first = fill(paths[_i], 0), *second = NULL;
    ck_assert_int_eq(bundle_begin(&second, paths[_i], AT, &err), ERR_STALE);
    ck_assert_uint_eq(names_here(), 1);
    bundle_abort(first);
    /* What a kill leaves: half a bundle that nobody holds. */
    if (_i == 0) {
        ck_assert_int_eq(mkdir(".out.part", 0700), 0);
        ck_assert_int_eq(file_write(".out.part/start", bytes_of("half"), 0600, &err), OK);
    } else {
        ck_assert_int_eq(file_write(".out.tar.part", bytes_of("half"), 0600, &err), OK);
    }
    ck_assert_int_eq(bundle_end(fill(paths[_i], 0), sign, signer, &err), OK);
    ck_assert_uint_eq(names_here(), 1);
}
END_TEST

START_TEST(a_place_that_cannot_be_written_is_told)
{
    struct bundle_writer *w = NULL;
    ck_assert_int_eq(bundle_begin(&w, "nowhere/out", AT, &err), ERR_IO);
    ck_assert_int_eq(bundle_begin(&w, "nowhere/out.tar", AT, &err), ERR_IO);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("evidence/bundle");
    TCase *writing = tcase_create("writing");
    tcase_add_checked_fixture(writing, begin, end);
    tcase_add_loop_test(writing, what_was_written_is_a_good_bundle, 0,
                        sizeof good / sizeof good[0]);
    tcase_add_test(writing, a_tar_unpacks_to_the_same_bundle);
    tcase_add_loop_test(writing, a_tar_that_unpacks_to_something_else_is_found, 0,
                        sizeof packed / sizeof packed[0]);
    tcase_add_loop_test(writing, nothing_is_overwritten, 0, 2);
    tcase_add_loop_test(writing, without_a_signature_nothing_is_left, 0, 2);
    tcase_add_loop_test(writing, one_at_a_time_and_a_killed_one_leaves_no_trace, 0, 2);
    tcase_add_test(writing, a_place_that_cannot_be_written_is_told);
    suite_add_tcase(suite, writing);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
