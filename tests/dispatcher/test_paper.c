/* The end of security.txt: somebody is asked in time, once, until another one was written. */
#include "dispatcher/paper.h"
#include "policy/policy.h"
#include "tests/dispatcher/world.h"

#include <stdlib.h>

#define HASH "0000000000000000000000000000000000000000000000000000000000000000"

static struct world w;
static struct err err;

static void must(enum status status)
{
    ck_assert_msg(status == OK, "%s: %s", status_word(status), err.text);
}

static void setup(void)
{
    world_open(&w);
}

static void teardown(void)
{
    world_close(&w);
}

static void turn(int64_t ms)
{
    clock_init_stopped(&w.app.clock, WORLD_NOW + ms);
}

/* What op_policy_write leaves in the log. */
static void write_paper(int64_t expires_ms)
{
    must(app_begin(&w.app, &err));
    struct entry *entry = entry_new("policy.written", w.app.actor, NULL);
    entry_text(entry, "basis_sha256", HASH);
    entry_text(entry, "cvd_sha256", HASH);
    entry_instant(entry, "expires", WORLD_NOW + expires_ms);
    entry_personal(entry, "person", "weber");
    entry_text(entry, "procedure_sha256", HASH);
    entry_text(entry, "security_txt_sha256", HASH);
    must(app_record(&w.app, entry, &err));
    must(job_set(w.app.store, "security.txt", 0, &err));
    must(app_commit(&w.app, &err));
}

static void warned(size_t tasks)
{
    must(paper_warn(&w.app, &err));
    must(paper_warn(&w.app, &err)); /* and not twice */
    ck_assert_uint_eq(world_tasks(&w, TASK_CONFIG), tasks);
}

START_TEST(somebody_is_asked_thirty_days_before_it_ends_and_no_more_once_it_is_written)
{
    struct task *list = NULL;
    size_t count = 0;
    warned(0); /* none was ever written */
    write_paper(180 * MS_DAY);
    turn(180 * MS_DAY - POLICY_REMIND_MS);
    warned(0);
    turn(180 * MS_DAY - POLICY_REMIND_MS + 6 * MS_HOUR);
    warned(1);
    must(task_list(&list, &count, w.arena, w.app.store, false, 0, &err));
    ck_assert_int_eq(list[0].deadline_ms, WORLD_NOW + 180 * MS_DAY);
    ck_assert_str_eq(list[0].owner, "weber");
    turn(200 * MS_DAY); /* ended: it stays */
    warned(1);
    write_paper(380 * MS_DAY);
    warned(0);
    ck_assert_uint_eq(world_entries(&w, "task.opened", NULL), 1);
    ck_assert_uint_eq(world_entries(&w, "task.done", NULL), 1);
    turn(379 * MS_DAY); /* the next one has an end, too */
    warned(1);
}
END_TEST

START_TEST(doctor_says_whether_it_ends_or_has_ended)
{
    const char *doubt = NULL;
    write_paper(100 * MS_DAY);
    turn(99 * MS_DAY);
    must(paper_doubt(&doubt, w.arena, &w.app, &err));
    ck_assert_str_eq(doubt, "security.txt ends on 2027-04-25");
    turn(101 * MS_DAY);
    must(paper_doubt(&doubt, w.arena, &w.app, &err));
    ck_assert_str_eq(doubt, "security.txt ended on 2027-04-25");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.paper");
    TCase *tcase = tcase_create("paper");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase,
                   somebody_is_asked_thirty_days_before_it_ends_and_no_more_once_it_is_written);
    tcase_add_test(tcase, doctor_says_whether_it_ends_or_has_ended);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
