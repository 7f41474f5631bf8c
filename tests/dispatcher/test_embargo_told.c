/* An embargo that ends by hand: whoever had the text before is to hear of it; and own dates. */
#include "dispatcher/release/embargo.h"

#include "store/notice.h"
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
                      "called,coordinator,FR,e@c.example,+33 1 3\n"
                      "spoken,regulator,FR,,+33 1 4\n");
}

static void teardown(void)
{
    world_close(&w);
}

/* What was made for a party that tells of the end; NULL: nothing. */
static const struct notice *release_of(const struct advisory *row, const char *party)
{
    struct notice *list = NULL;
    size_t count = 0;
    const struct notice *out = NULL;
    const struct notice_filter filter = {.advisory_id = row->id, .party = party};
    must(notice_list(&list, &count, w.arena, w.app.store, &filter, &err));
    for (size_t i = 0; i < count; i++)
        if (list[i].kind == NOTICE_RELEASE) {
            ck_assert_ptr_null(out);
            out = &list[i];
        }
    return out;
}

static struct advisory told_before(void)
{
    struct advisory row = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_SUBMITTED);
    world_release(&w, &row);
    world_sql(&w, "UPDATE notice SET state = 'accepted' WHERE party = 'sent'");
    world_sql(&w, "UPDATE notice SET state = 'ready' WHERE party = 'ready'");
    world_sql(&w, "UPDATE notice SET state = 'answered', route = 'phone', level = 'task', "
                  "address = NULL, contact_id = (SELECT id FROM contact WHERE party = 'spoken') "
                  "WHERE party = 'spoken'");
    world_sql(&w, "UPDATE notice SET state = 'passed', kind = 'waiting', level = 'waiting' "
                  "WHERE party = 'waits'");
    world_sql(&w, "UPDATE notice SET state = 'answered', kind = 'waiting', level = 'waiting' "
                  "WHERE party = 'called'");
    return row;
}

static void tell(const struct advisory *row)
{
    must(app_begin(&w.app, &err));
    must(embargo_tell(&w.app, row, &err));
    must(app_commit(&w.app, &err));
}

START_TEST(whoever_had_the_text_gets_a_notice_of_its_own_once)
{
    const struct advisory row = told_before();
    tell(&row);
    tell(&row); /* by whatever mistake */
    static const char *const told[] = {"sent", "ready"};
    for (size_t i = 0; i < 2; i++) {
        const struct notice *n = release_of(&row, told[i]);
        ck_assert_msg(n != NULL, "%s", told[i]);
        ck_assert_int_eq(n->state, STATE_PLANNED);
        ck_assert_int_eq(n->level, LEVEL_TLS); /* CLEAR from now on */
        ck_assert_int_eq(n->answer_by_ms, 0);
        ck_assert_uint_eq(world_entries(&w, "notice.planned", n->uid), 1);
    }
    /* Not sent yet, in words that know of no embargo; nothing told; the text itself follows. */
    static const char *const not [] = {"queued", "waits", "called", "spoken"};
    for (size_t i = 0; i < 4; i++)
        ck_assert_msg(release_of(&row, not [i]) == NULL, "%s", not [i]);
}
END_TEST

START_TEST(whom_no_mail_reaches_is_called_by_one_task)
{
    const struct advisory row = told_before();
    struct task *list = NULL;
    struct task_item *items = NULL;
    size_t count = 0;
    tell(&row);
    must(task_list(&list, &count, w.arena, w.app.store, false, row.id, &err));
    const struct task *call = NULL;
    for (size_t i = 0; i < count; i++)
        if (text_starts(list[i].title, "Tell whoever had the pre-notice"))
            call = &list[i];
    ck_assert_ptr_nonnull(call);
    ck_assert_int_eq(call->deadline_ms, row.deadline_ms);
    must(task_item_list(&items, &count, w.arena, w.app.store, call->id, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(items[0].about, "spoken");
}
END_TEST

/* It tells of the end and nothing else: it counts as no telling, and nobody waits for its answer.
 */
START_TEST(the_notice_of_the_end_counts_nowhere)
{
    const struct advisory row = told_before();
    struct unanswered *before = NULL;
    struct unanswered *after = NULL;
    struct notice_tally *tally = NULL;
    size_t before_count = 0;
    size_t after_count = 0;
    size_t count = 0;
    int64_t again = 0;
    must(notice_unanswered(&before, &before_count, w.arena, w.app.store, row.id, 0, INT64_MAX / 2,
                           100, &err));
    tell(&row);
    world_sql(&w, "UPDATE notice SET state = 'accepted' WHERE kind = 'release'");
    must(notice_unanswered(&after, &after_count, w.arena, w.app.store, row.id, 0, INT64_MAX / 2,
                           100, &err));
    ck_assert_uint_eq(after_count, before_count);
    must(notice_tally(&tally, &count, w.arena, w.app.store, row.id, &err));
    for (size_t i = 0; i < count; i++)
        again += tally[i].again;
    ck_assert_int_eq(again, 2);
    ck_assert(!notice_kind_tells(NOTICE_RELEASE));
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
    tcase_add_test(tc, whoever_had_the_text_gets_a_notice_of_its_own_once);
    tcase_add_test(tc, whom_no_mail_reaches_is_called_by_one_task);
    tcase_add_test(tc, the_notice_of_the_end_counts_nowhere);
    tcase_add_test(tc, nobody_was_told_and_nobody_has_a_task);
    tcase_add_test(tc, notices_before_the_own_date_are_warned_of);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
