/* Retry, cancel and resend by hand, in every state that a notice can be in: the whole table. */
#include "dispatcher/op.h"
#include "dispatcher/run/move.h"
#include "tests/dispatcher/world.h"

#include <stdlib.h>
#include <string.h>

static struct world w;

static void setup(void)
{
    world_open(&w);
    world_parties(&w, "party,kind,country,email\nh,hdo,DE,a@h.example\n");
}

static void teardown(void)
{
    world_close(&w);
}

/* What `action` does to a notice: where it stands then (the same: refused), and words of a refusal.
 */
static const struct {
    enum notice_state from, retried, cancelled;
    bool retries, cancels; /* not refused */
    const char *why_not_retry, *why_not_cancel;
} table[] = {
    {STATE_PLANNED, STATE_PLANNED, STATE_CANCELLED, true, true, NULL, NULL},
    {STATE_SEALING, STATE_SEALING, STATE_CANCELLED, false, true, "a worker has it", NULL},
    {STATE_READY, STATE_READY, STATE_CANCELLED, true, true, NULL, NULL},
    {STATE_SENDING, STATE_SENDING, STATE_SENDING, false, false, "a worker has it",
     "a worker has it"},
    {STATE_DOTTED, STATE_DOTTED, STATE_DOTTED, false, false, "a worker has it", "a worker has it"},
    {STATE_UNCERTAIN, STATE_UNCERTAIN, STATE_CANCELLED, true, true, NULL, NULL},
    {STATE_ACCEPTED, STATE_ACCEPTED, STATE_ACCEPTED, false, false, "it was taken", "it has left"},
    {STATE_PASSED, STATE_PASSED, STATE_PASSED, false, false, "it was taken", "it has left"},
    {STATE_ANSWERED, STATE_ANSWERED, STATE_ANSWERED, false, false, "they answered",
     "they answered"},
    {STATE_TASKED, STATE_PLANNED, STATE_CANCELLED, true, true, NULL, NULL},
    {STATE_SUPERSEDED, STATE_SUPERSEDED, STATE_SUPERSEDED, false, false, "newer version",
     "newer version"},
    {STATE_CANCELLED, STATE_CANCELLED, STATE_CANCELLED, false, false, "does not come back",
     "was done before"},
};
_Static_assert(sizeof table / sizeof table[0] == STATE_COUNT, "a state is not in the table");

static enum status call(const char *action, const char *which, const char *by, const char *reason,
                        struct err *err)
{
    struct frame_out request;
    struct frame_reader reader;
    struct frame frame;
    struct str out;
    op_begin(&request, &w.app, "notice");
    frame_text(&request, action);
    frame_text(&request, which);
    frame_text(&request, by);
    frame_text(&request, reason);
    struct bytes bytes = frame_end(&request);
    frame_reader_init(&reader);
    str_add_n(&reader.buffer, bytes.data, bytes.size);
    ck_assert_int_eq(frame_take(&reader, &frame, err), OK);
    str_init(&out, STR_LIMIT_TEXT);
    enum status status = op_perform(&w.app, &frame, &out, err);
    str_dispose(&out);
    frame_reader_dispose(&reader);
    frame_dispose(&request);
    return status;
}

static struct notice make(enum notice_state state)
{
    struct advisory row = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_RELEASED);
    return world_notice(&w, &row, "h", 1, state, "relay");
}

static void judge(const struct notice *notice, enum status status, bool good,
                  enum notice_state wanted, const char *why_not, const struct err *err)
{
    ck_assert_msg(status == (good ? OK : ERR_REFUSED), "%s: %s", status_word(status), err->text);
    ck_assert_int_eq(world_read(&w, notice).state, wanted);
    if (!good)
        ck_assert_msg(strstr(err->text, why_not) != NULL, "%s", err->text);
}

START_TEST(retry_does_what_the_table_says)
{
    struct err err = {0};
    struct notice notice = make(table[_i].from);
    enum status status = call("retry", notice.code, "weber", "found the address", &err);
    judge(&notice, status, table[_i].retries, table[_i].retried, table[_i].why_not_retry, &err);
    ck_assert_uint_eq(world_entries(&w, "admin.action", notice.uid), table[_i].retries ? 1 : 0);
    if (table[_i].retries)
        ck_assert_int_le(world_read(&w, &notice).next_at_ms, WORLD_NOW);
}
END_TEST

START_TEST(cancel_does_what_the_table_says)
{
    struct err err = {0};
    struct notice notice = make(table[_i].from);
    enum status status = call("cancel", notice.uid, "weber", "was a mistake", &err);
    judge(&notice, status, table[_i].cancels, table[_i].cancelled, table[_i].why_not_cancel, &err);
    ck_assert_uint_eq(world_entries(&w, "notice.cancelled", notice.uid), table[_i].cancels ? 1 : 0);
}
END_TEST

START_TEST(resend_takes_only_what_a_person_has)
{
    struct err err = {0};
    struct notice notice = make(table[_i].from);
    ck_assert_int_eq(call("resend", "EXM-2026-0007", "weber", "addresses are mended", &err), OK);
    ck_assert_int_eq(world_read(&w, &notice).state,
                     table[_i].from == STATE_TASKED ? STATE_PLANNED : table[_i].from);
}
END_TEST

static const struct {
    const char *action, *which, *by, *reason;
    enum status wanted;
    const char *says;
} wrong[] = {
    {"retry", "ABCDEFG", "weber", "x", ERR_NOT_FOUND, "tocsin notice list"},
    {"cancel", "", "weber", "x", ERR_NOT_FOUND, "tocsin notice list"},
    {"resend", "EXM-0", "weber", "x", ERR_NOT_FOUND, "not in the register"},
    {"retry", NULL, "nobody", "x", ERR_INVALID, "not a person"},
    {"retry", NULL, NULL, "x", ERR_INVALID, "not a person"},
    {"cancel", NULL, "weber", "", ERR_INVALID, "--reason"},
    {"cancel", NULL, "weber", NULL, ERR_INVALID, "--reason"},
};

START_TEST(what_is_missing_is_said_and_nothing_happens)
{
    struct err err = {0};
    struct notice notice = make(STATE_READY);
    const char *which = wrong[_i].which != NULL ? wrong[_i].which : notice.code;
    ck_assert_int_eq(call(wrong[_i].action, which, wrong[_i].by, wrong[_i].reason, &err),
                     wrong[_i].wanted);
    ck_assert_msg(strstr(err.text, wrong[_i].says) != NULL, "%s", err.text);
    ck_assert_int_eq(world_read(&w, &notice).state, STATE_READY);
    ck_assert_uint_eq(world_entries(&w, "admin.action", NULL), 0);
}
END_TEST

START_TEST(a_reason_has_an_end)
{
    struct err err = {0};
    char reason[1100];
    struct notice notice = make(STATE_READY);
    memset(reason, 'x', sizeof reason - 1);
    reason[sizeof reason - 1] = '\0';
    ck_assert_int_eq(call("retry", notice.code, "weber", reason, &err), ERR_INVALID);
}
END_TEST

/* Set aside after workers were lost over it: a person looks, and puts it back with a clean slate.
 */
START_TEST(poison_that_was_put_back_starts_anew)
{
    struct err err = {0};
    struct notice notice = make(STATE_READY);
    ck_assert_int_eq(app_begin(&w.app, &err), OK);
    notice.crashes = 30;
    ck_assert_int_eq(move_to_task(&w.app, &notice, TASK_POISON, "set aside", &err), OK);
    ck_assert_int_eq(app_commit(&w.app, &err), OK);
    ck_assert_uint_eq(world_tasks(&w, TASK_POISON), 1);
    struct task *tasks = NULL;
    size_t count = 0;
    ck_assert_int_eq(task_list(&tasks, &count, w.arena, w.app.store, false, 0, &err), OK);
    ck_assert_ptr_nonnull(strstr(tasks[0].todo, "tocsin notice retry"));
    ck_assert_int_eq(call("retry", notice.code, "weber", "the fault is mended", &err), OK);
    struct notice after = world_read(&w, &notice);
    ck_assert_int_eq(after.state, STATE_PLANNED);
    ck_assert_int_eq(after.crashes, 0);
    ck_assert_int_eq(after.parcel_id, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.notice_op");
    TCase *tc = tcase_create("notice_op");
    int states = STATE_COUNT;
    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, retry_does_what_the_table_says, 0, states);
    tcase_add_loop_test(tc, cancel_does_what_the_table_says, 0, states);
    tcase_add_loop_test(tc, resend_takes_only_what_a_person_has, 0, states);
    tcase_add_loop_test(tc, what_is_missing_is_said_and_nothing_happens, 0,
                        sizeof wrong / sizeof wrong[0]);
    tcase_add_test(tc, a_reason_has_an_end);
    tcase_add_test(tc, poison_that_was_put_back_starts_anew);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
