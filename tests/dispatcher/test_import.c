/* The register's files through the operation that commands and dispatcher share. */
#include "dispatcher/import.h"
#include "dispatcher/op.h"
#include "store/party.h"
#include "tests/dispatcher/world.h"

#include <stdlib.h>
#include <string.h>

static struct world w;

static void setup(void)
{
    world_open(&w);
    world_parties(&w, "party,kind,country,email\n"
                      "h1,hdo,DE,one@h1.example\n"
                      "h2,hdo,DE,one@h2.example\n");
}

static void teardown(void)
{
    world_close(&w);
}

static bool has_party(const char *id)
{
    struct err err = {0};
    struct party party;
    enum status status = party_get(&party, w.arena, w.app.store, id, &err);
    ck_assert(status == OK || status == ERR_NOT_FOUND);
    return status == OK;
}

static enum status import_as(enum import_mode mode, const char *csv, struct str *out,
                             struct err *err)
{
    struct frame_out request;
    op_begin(&request, &w.app, "import");
    frame_int(&request, IMPORT_PARTIES);
    frame_text(&request, "parties.csv");
    frame_bytes(&request, bytes_of(csv));
    frame_int(&request, mode);
    return op_call(&w.app, &request, out, err);
}

START_TEST(each_way_of_importing_removes_what_its_name_says)
{
    static const struct {
        enum import_mode mode;
        bool lists, stays;
    } ways[] = {
        {IMPORT_ADD, false, true}, {IMPORT_FULL_TRY, true, true}, {IMPORT_FULL, true, false}};
    struct err err = {0};
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    enum status status =
        import_as(ways[_i].mode, "party,kind,country,email\nh1,hdo,DE,a@h1.example\n", &out, &err);
    ck_assert_msg(status == OK, "%s", err.text);
    ck_assert_int_eq(strstr(str_text(&out), "removed: h2") != NULL, ways[_i].lists);
    ck_assert_int_eq(has_party("h2"), ways[_i].stays);
    str_dispose(&out);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.import");
    TCase *tc = tcase_create("import");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, each_way_of_importing_removes_what_its_name_says, 0, 3);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
