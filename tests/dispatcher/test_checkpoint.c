/* When a checkpoint is due. The signer itself is T155's. */
#include "dispatcher/signed/checkpoint_inner.h"

#include "store/log.h"
#include "tests/dispatcher/world.h"

#include <stdlib.h>

static struct world w;
static struct err err;
static struct checkpoint *c;

static void setup(void)
{
    world_open(&w);
    c = checkpoint_open(&w.app);
    c->pause_up_ms = INT64_MAX; /* it looks, and starts nobody */
}

static void teardown(void)
{
    checkpoint_close(c);
    world_close(&w);
}

static enum status record(struct app *app, void *context, struct err *e)
{
    const int64_t *count = context;
    enum status status = OK;
    for (int64_t i = 0; i < *count && status == OK; i++) {
        struct entry *entry = entry_new("fault.detected", "test", NULL);
        entry_personal(entry, "detail", "of a test");
        entry_text(entry, "fault", "test");
        entry_text(entry, "where", "test");
        status = app_record(app, entry, e);
    }
    return status;
}

static void look_after(int64_t entries)
{
    ck_assert_msg(app_transact(&w.app, record, &entries, &err) == OK, "%s", err.text);
    ck_assert_msg(checkpoint_step(c, &err) == OK, "%s", err.text);
}

static int64_t wait_ms(void)
{
    return c->due_up_ms - clock_up_ms(&w.app.clock);
}

START_TEST(an_entry_is_covered_within_a_minute_and_many_entries_at_once)
{
    struct log_head head;
    look_after(1);
    ck_assert_int_gt(wait_ms(), CHECKPOINT_WITHIN_MS / 2);
    ck_assert_int_le(wait_ms(), CHECKPOINT_WITHIN_MS);
    ck_assert_int_eq(log_head_get(&head, w.app.store, &err), OK);
    look_after(CHECKPOINT_WITHIN_ENTRIES - head.idx - 1);
    ck_assert_int_gt(wait_ms(), 0);
    look_after(1);
    ck_assert_int_le(wait_ms(), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.checkpoint");
    TCase *tcase = tcase_create("due");
    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, an_entry_is_covered_within_a_minute_and_many_entries_at_once);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
