/* A folder of files gets its name whole, and never over another. */
#include "base/file.h"

#include <check.h>
#include <stdlib.h>
#include <unistd.h>

static char dir[] = "/tmp/tocsin-place-XXXXXX";
static struct err err;

static void begin(void)
{
    ck_assert_ptr_nonnull(mkdtemp(dir));
    ck_assert_int_eq(chdir(dir), 0);
    ck_assert_int_eq(file_make_dir("temp/in", 0700, &err), OK);
    ck_assert_int_eq(file_write("temp/in/a", bytes_of("one"), 0600, &err), OK);
    ck_assert_int_eq(file_write("temp/b", bytes_of("two"), 0600, &err), OK);
}

static void end(void)
{
    ck_assert_int_eq(chdir("/"), 0);
    ck_assert_int_eq(file_remove_tree(dir, &err), OK);
}

START_TEST(a_folder_is_placed_whole)
{
    struct str text;
    str_init(&text, STR_LIMIT_LINE);
    ck_assert_int_eq(file_place_folder("temp", "placed", &err), OK);
    ck_assert_int_eq(file_read(&text, "placed/in/a", STR_LIMIT_LINE, &err), OK);
    ck_assert_str_eq(str_text(&text), "one");
    ck_assert(file_exists("placed/b"));
    ck_assert(!file_exists("temp"));
    str_dispose(&text);
}
END_TEST

START_TEST(neither_a_file_nor_a_folder_is_overwritten)
{
    ck_assert_int_eq(file_write("file", bytes_of("mine"), 0600, &err), OK);
    ck_assert_int_eq(file_make_dir("folder", 0700, &err), OK);
    ck_assert_int_eq(file_place_folder("temp", "file", &err), ERR_EXISTS);
    ck_assert_int_eq(file_place_folder("temp", "folder", &err), ERR_EXISTS);
    ck_assert(file_exists("temp/in/a"));
}
END_TEST

START_TEST(what_cannot_be_made_durable_is_not_placed)
{
    ck_assert_int_eq(file_place_folder("nothing", "placed", &err), ERR_IO);
    ck_assert_int_eq(symlink("b", "temp/link"), 0); /* who follows it syncs something else */
    ck_assert_int_eq(file_place_folder("temp", "placed", &err), ERR_IO);
    ck_assert(!file_exists("placed"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base/place");
    TCase *placing = tcase_create("placing");
    tcase_add_checked_fixture(placing, begin, end);
    tcase_add_test(placing, a_folder_is_placed_whole);
    tcase_add_test(placing, neither_a_file_nor_a_folder_is_overwritten);
    tcase_add_test(placing, what_cannot_be_made_durable_is_not_placed);
    suite_add_tcase(suite, placing);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
