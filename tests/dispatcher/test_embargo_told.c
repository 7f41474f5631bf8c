/* An embargo that ends by hand: whoever had the text before is to hear of it; and own dates. */
#include "dispatcher/release/embargo.h"

#include "store/task.h"
#include "tests/dispatcher/world.h"

#include <stdlib.h>
#include <string.h>

static struct world w;
static struct err err;

static void must(enum status status)
{
    ck_assert_msg(status == OK, "%s: %s", status_word(status), err.text);
}

static void setup(void)
{
    world_open(&w);
    err = (struct err){0};
    world_parties(&w, "party,kind,country,email,phone\n"
                      "sent,regulator,DE,a@r.example,+49 30 2\n"
                      "ready,regulator,DE,b@r.example,+49 30 3\n"
                      "queued,hdo,DE,c@h.example,+49 30 4\n"
                      "waits,coordinator,FR,d@c.example,+33 1 2\n"
                      "called,coordinator,FR,e@c.example,+33 1 3\n");
}

static void teardown(void)
{
    world_close(&w);
}

START_TEST(one_task_names_whoever_had_the_text_and_nobody_else)
{
    struct advisory row = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_SUBMITTED);
    struct task *list = NULL;
    struct task_item *items = NULL;
    size_t count = 0;
    world_release(&w, &row);
    world_sql(&w, "UPDATE notice SET state = 'accepted' WHERE party = 'sent'");
    world_sql(&w, "UPDATE notice SET state = 'ready' WHERE party = 'ready'");
    world_sql(&w, "UPDATE notice SET state = 'passed', kind = 'waiting', level = 'waiting' "
                  "WHERE party = 'waits'");
    world_sql(&w, "UPDATE notice SET state = 'answered', kind = 'waiting', level = 'waiting' "
                  "WHERE party = 'called'");
    must(app_begin(&w.app, &err));
    must(embargo_tell(&w.app, &row, &err));
    must(app_commit(&w.app, &err));
    must(task_list(&list, &count, w.arena, w.app.store, false, row.id, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert(text_starts(list[0].title, "Tell whoever had the pre-notice"));
    ck_assert_int_eq(list[0].deadline_ms, row.deadline_ms);
    must(task_item_list(&items, &count, w.arena, w.app.store, list[0].id, &err));
    ck_assert_uint_eq(count, 3);
    for (size_t i = 0; i < count; i++) {
        ck_assert_msg(!text_equal(items[i].about, "queued"), "%s", items[i].about);
        ck_assert_msg(!text_equal(items[i].about, "waits"), "%s", items[i].about);
        ck_assert_msg(strstr(items[i].detail, ".example") != NULL, "%s", items[i].detail);
    }
}
END_TEST

START_TEST(nobody_was_told_and_nobody_has_a_task)
{
    struct advisory row = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_SUBMITTED);
    world_release(&w, &row);
    must(app_begin(&w.app, &err));
    must(embargo_tell(&w.app, &row, &err));
    must(app_commit(&w.app, &err));
    ck_assert_uint_eq(world_tasks(&w, TASK_PHONE), 0);
}
END_TEST

START_TEST(notices_before_the_own_date_are_warned_of)
{
    struct csaf csaf = {.current_release = "2027-01-25T08:00:00Z"};
    const int64_t at = INT64_C(1800864000000);
    struct dossier d = {.csaf = &csaf};
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    embargo_warn(&out, &d, at);
    d.row.embargo_ms = at;
    embargo_warn(&out, &d, at - 1); /* it keeps them back */
    ck_assert_str_eq(str_text(&out), "");
    d.row.embargo_ms = 0;
    embargo_warn(&out, &d, at - 1);
    ck_assert_msg(text_starts(str_text(&out), "warning: the advisory's own date is "
                                              "2027-01-25T08:00:00Z, and nothing keeps"),
                  "%s", str_text(&out));
    str_dispose(&out);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.embargo_told");
    TCase *tc = tcase_create("embargo_told");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, one_task_names_whoever_had_the_text_and_nobody_else);
    tcase_add_test(tc, nobody_was_told_and_nobody_has_a_task);
    tcase_add_test(tc, notices_before_the_own_date_are_warned_of);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
