/* The register's files through the operation that commands and dispatcher share. */
#include "base/file.h"
#include "dispatcher/op.h"
#include "dispatcher/plan/planner.h"
#include "dispatcher/submit/import.h"
#include "store/party.h"
#include "tests/dispatcher/world.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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

static void refresh(struct str *out)
{
    struct frame_out request;
    struct err err = {0};
    str_reset(out);
    op_begin(&request, &w.app, "refresh");
    const enum status status = op_call(&w.app, &request, out, &err);
    ck_assert_msg(status == OK, "%s", err.text);
}

static void write_csv(const char *name, const char *csv)
{
    struct err err = {0};
    char *path = path_join(w.dir, name);
    ck_assert_msg(file_write(path, bytes_of(csv), 0600, &err) == OK, "%s", err.text);
    free(path);
}

#define HEAD "party,kind,country,email\n"
#define H1 "h1,hdo,DE,one@h1.example\n"
#define H2 "h2,hdo,DE,one@h2.example\n"

/* What goes with a party is said first, and its devices are there again when it comes back. */
START_TEST(devices_go_with_their_party_not_unsaid_and_come_back_with_it)
{
    struct err err = {0};
    struct str out;
    struct installed *devices = NULL;
    size_t count = 0;
    str_init(&out, STR_LIMIT_TEXT);
    write_csv("parties.csv", HEAD H1 H2);
    write_csv("installed.csv", "party,product,version\nh2,P100,1.0\nh2,P100,2.0\nh1,P100,1.0\n");
    refresh(&out);
    str_reset(&out);
    ck_assert_int_eq(import_as(IMPORT_FULL_TRY, HEAD H1, &out, &err), OK);
    ck_assert_msg(strstr(str_text(&out), "would be removed: h2, with 2 rows of the installed base\n"
                                         "2 rows of the installed base would go with them") != NULL,
                  "%s", str_text(&out));
    str_reset(&out);
    ck_assert_int_eq(import_as(IMPORT_FULL, HEAD H1, &out, &err), OK);
    ck_assert_ptr_nonnull(strstr(str_text(&out), "\n2 rows of the installed base went with them"));
    ck_assert(!has_party("h2"));
    write_csv("parties.csv", HEAD H1 H2 "h3,hdo,DE,one@h3.example\n");
    refresh(&out);
    ck_assert_msg(strstr(str_text(&out), "installed.csv: is read again: parties came") != NULL,
                  "%s", str_text(&out));
    ck_assert_int_eq(installed_list(&devices, &count, w.arena, w.app.store, "h2", &err), OK);
    ck_assert_uint_eq(count, 2);
    refresh(&out);
    ck_assert_str_eq(str_text(&out), "");
    str_dispose(&out);
}
END_TEST

START_TEST(what_an_import_says_stands_in_its_json_too)
{
    struct err err = {0};
    struct str out;
    const struct import_wish wish = {.mode = IMPORT_FULL, .json = true};
    str_init(&out, STR_LIMIT_TEXT);
    ck_assert_int_eq(import_take(&w.app, IMPORT_PARTIES, "parties.csv", bytes_of(HEAD H1), w.dir,
                                 &wish, &out, &err),
                     OK);
    ck_assert_str_eq(
        str_text(&out),
        "{\"schema\":\"tocsin.import/1\",\"file\":\"parties.csv\",\"kind\":\"parties\","
        "\"tried\":false,\"rows\":1,\"new\":0,\"changed\":0,\"removed\":1,"
        "\"installed_removed\":0,\"corrected\":0,\"said\":[\"removed: h2\"]}\n");
    str_dispose(&out);
}
END_TEST

START_TEST(the_register_stands_still_while_an_advisory_is_planned)
{
    static const char other_kind[] = "party,kind,country,email\nh2,regulator,DE,one@h2.example\n";
    struct err err = {0};
    struct str out;
    bool more = false;
    str_init(&out, STR_LIMIT_TEXT);
    struct advisory a = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_APPROVED);
    ck_assert_int_eq(planner_step(&w.app, &more, &err), OK);
    /* A list of one slice is fixed before anybody is queued: who is told first is covered, too. */
    struct plan plan;
    ck_assert_int_eq(plan_get(&plan, w.arena, w.app.store, a.id, &err), OK);
    ck_assert_int_eq(plan.done, 0);
    /* Its root is recorded; what is listed below it must be what the root covers. */
    enum status status = import_as(IMPORT_ADD, other_kind, &out, &err);
    ck_assert_int_eq(status, ERR_STALE);
    ck_assert_ptr_nonnull(strstr(err.text, "planned"));
    while (more)
        ck_assert_int_eq(planner_step(&w.app, &more, &err), OK);
    struct notice *list = NULL;
    size_t count = 0;
    struct notice_filter filter = {.advisory_id = a.id};
    ck_assert_int_eq(notice_list(&list, &count, w.arena, w.app.store, &filter, &err), OK);
    ck_assert_uint_eq(count, 2);
    ck_assert_int_eq(import_as(IMPORT_ADD, other_kind, &out, &err), OK);
    str_dispose(&out);
}
END_TEST

START_TEST(a_table_that_changed_is_read_when_the_planning_is_done)
{
    struct err err = {0};
    struct str out;
    bool more = false;
    char *path = path_join(w.dir, "parties.csv");
    str_init(&out, STR_LIMIT_TEXT);
    (void)world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_APPROVED);
    ck_assert_int_eq(planner_step(&w.app, &more, &err), OK);
    ck_assert_int_eq(file_write(path,
                                bytes_of("party,kind,country,email\nh3,hdo,DE,a@h3.example\n"),
                                0600, &err),
                     OK);
    ck_assert_int_eq(op_refresh(&w.app, NULL, &out, &err), OK);
    ck_assert(!has_party("h3"));
    while (more)
        ck_assert_int_eq(planner_step(&w.app, &more, &err), OK);
    ck_assert_int_eq(op_refresh(&w.app, NULL, &out, &err), OK);
    ck_assert(has_party("h3"));
    free(path);
    str_dispose(&out);
}
END_TEST

START_TEST(a_key_that_is_no_file_is_refused_and_not_waited_for)
{
    struct err err = {0};
    struct str out;
    char *path = path_join(w.dir, "pipe");
    str_init(&out, STR_LIMIT_TEXT);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    enum status status =
        import_file(&w.app, IMPORT_PARTIES, "parties.csv",
                    bytes_of("party,kind,country,email,key\nh1,hdo,DE,a@h1.example,pipe\n"), w.dir,
                    IMPORT_ADD, &out, &err);
    ck_assert_int_eq(status, ERR_REFUSED);
    ck_assert_ptr_nonnull(strstr(err.text, "row 2, column key"));
    free(path);
    str_dispose(&out);
}
END_TEST

START_TEST(a_time_zone_that_is_none_is_said_and_the_row_is_taken)
{
    struct err err = {0};
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    ck_assert_int_eq(import_file(&w.app, IMPORT_PARTIES, "parties.csv",
                                 bytes_of("party,kind,country,email,zone\n"
                                          "h8,hdo,DE,a@h8.example,Europe/Berlin\n"
                                          "h9,hdo,DE,a@h9.example,Europe/Berlun\n"),
                                 w.dir, IMPORT_ADD, &out, &err),
                     OK);
    ck_assert_ptr_null(strstr(str_text(&out), "row 2"));
    ck_assert_ptr_nonnull(strstr(str_text(&out), "row 3, column zone: there is no time zone "
                                                 "\"Europe/Berlun\": did you mean Europe/Berlin?"));
    ck_assert(has_party("h9"));
    str_dispose(&out);
}
END_TEST

/* What becomes of a table when it is read from its file, row by row. */
static enum status read_file(const char *csv, struct str *out, struct err *err)
{
    char *path = path_join(w.app.settings->dir, "parties.csv");
    ck_assert_int_eq(file_write(path, bytes_of(csv), 0600, err), OK);
    free(path);
    return op_refresh(&w.app, NULL, out, err);
}

#define HEAD "party,kind,country,email\n"

START_TEST(rows_of_a_party_need_not_stand_together)
{
    static const char *const files[] = {
        HEAD
        "x,hdo,DE,a@x.example\nx,hdo,DE,b@x.example\ny,hdo,FR,a@y.example\ny,hdo,FR,b@y.example\n",
        HEAD "y,hdo,FR,a@y.example\n\nx,hdo,DE,a@x.example\ny,hdo,FR,b@y.example\nx,hdo,DE,b@x."
             "example\n"};
    struct err err = {0};
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    ck_assert_msg(read_file(files[_i], &out, &err) == OK, "%s", err.text);
    ck_assert_ptr_nonnull(strstr(str_text(&out), "parties.csv: 4 rows, 2 new, 0 changed\n"));
    for (const char *id = "xy"; *id != '\0'; id++) {
        const char party[] = {*id, '\0'};
        struct contact *list = NULL;
        size_t count = 0;
        ck_assert_int_eq(contact_list(&list, &count, w.arena, w.app.store, party, &err), OK);
        ck_assert_uint_eq(count, 2);
        for (size_t i = 0; i < count; i++) {
            ck_assert_int_eq(list[i].seq, (int64_t)i + 1);
            ck_assert_str_eq(list[i].email,
                             arena_printf(w.arena, "%c@%s.example", i == 0 ? 'a' : 'b', party));
        }
    }
    str_dispose(&out);
}
END_TEST

START_TEST(a_file_is_refused_in_the_same_words_as_what_is_sent)
{
    static const struct {
        const char *csv, *says;
    } bad[] = {
        {HEAD "z,nobody,DE,a@z.example\na,hdo,Deutschland,a@a.example\n", "row 3, column country"},
        {HEAD "z,hdo,DE,a@z.example\nz,regulator,DE,b@z.example\n", "row 3, column kind"},
        {HEAD "z,hdo,DE,a@z.example\nb,,DE,b@z.example\n,hdo,DE,c@z.example\n",
         "row 3, column kind: is empty, but needed"},
        {HEAD "z,,DE,a@z.example\nb,hdo,DE,\"b@z.example\n", "a quote opens here"},
        {"party,kind,email\nz,hdo,a@z.example\n", "country"},
    };
    struct err sent = {0};
    struct err read = {0};
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    ck_assert_int_eq(import_as(IMPORT_ADD, bad[_i].csv, &out, &sent), ERR_REFUSED);
    ck_assert_int_eq(read_file(bad[_i].csv, &out, &read), ERR_REFUSED);
    ck_assert_str_eq(read.text, sent.text);
    ck_assert_msg(strstr(read.text, bad[_i].says) != NULL, "%s", read.text);
    ck_assert(!has_party("z") && !has_party("b") && !has_party("a"));
    str_dispose(&out);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.import");
    TCase *tc = tcase_create("import");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, each_way_of_importing_removes_what_its_name_says, 0, 3);
    tcase_add_test(tc, devices_go_with_their_party_not_unsaid_and_come_back_with_it);
    tcase_add_test(tc, what_an_import_says_stands_in_its_json_too);
    tcase_add_test(tc, the_register_stands_still_while_an_advisory_is_planned);
    tcase_add_test(tc, a_table_that_changed_is_read_when_the_planning_is_done);
    tcase_add_test(tc, a_key_that_is_no_file_is_refused_and_not_waited_for);
    tcase_add_loop_test(tc, rows_of_a_party_need_not_stand_together, 0, 2);
    tcase_add_loop_test(tc, a_file_is_refused_in_the_same_words_as_what_is_sent, 0, 5);
    tcase_add_test(tc, a_time_zone_that_is_none_is_said_and_the_row_is_taken);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
