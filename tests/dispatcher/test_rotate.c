/* Another key for the log: one request changes it once, however often it is sent. */
#include "dispatcher/op.h"
#include "dispatcher/signed/checkpoint.h"
#include "evidence/note.h"
#include "tests/dispatcher/world.h"

#include <stdlib.h>
#include <string.h>

enum { MADE = 2, NAMED }; /* steps of the operation */

static struct world w;
static char keys[3][CHECKPOINT_KEY];

static enum status name_first(struct app *app, void *context, struct err *err)
{
    struct entry *entry = entry_new("log.key", app->actor, NULL);
    entry_personal(entry, "by", NULL);
    entry_text(entry, "key", context);
    entry_text(entry, "previous", NULL);
    entry_personal(entry, "reason", NULL);
    return app_record(app, entry, err);
}

static void setup(void)
{
    struct err err = {0};
    world_open(&w);
    for (size_t i = 0; i < 3; i++) {
        struct note_signer *key = NULL;
        struct str line;
        str_init(&line, STR_LIMIT_LINE);
        ck_assert_int_eq(note_signer_new(&key, "example.com/tocsin/EXM", &err), OK);
        note_verifier_write(&line, note_signer_public(key));
        ck_assert(checkpoint_line(keys[i], str_text(&line)));
        str_dispose(&line);
        note_signer_free(key);
    }
    ck_assert_msg(app_transact(&w.app, name_first, keys[0], &err) == OK, "%s", err.text);
}

static void teardown(void)
{
    world_close(&w);
}

/* The operation at this step, when the signer has made `key`. */
static enum status rotate(struct checkpoint_ask *ask, const char *id, const char *seen,
                          const char *key, int step, struct err *err)
{
    struct frame_out request;
    struct world_frame f;
    struct str out;
    *ask = (struct checkpoint_ask){.step = step};
    (void)checkpoint_line(ask->key, key);
    *err = (struct err){0};
    op_begin(&request, &w.app, "key-rotate");
    frame_text(&request, "weber");
    frame_text(&request, "each year");
    frame_text(&request, id);
    frame_text(&request, seen);
    world_receive(&f, &request);
    str_init(&out, STR_LIMIT_LINE);
    w.app.ask = ask;
    enum status status = op_perform(&w.app, &f.frame, &out, err);
    w.app.ask = NULL;
    str_dispose(&out);
    world_forget(&f);
    return status;
}

START_TEST(a_request_that_is_sent_again_changes_nothing_more)
{
    struct checkpoint_ask ask;
    struct err err;
    ck_assert_msg(rotate(&ask, "request-1", keys[0], keys[1], 0, &err) == OK, "%s", err.text);
    ck_assert_int_eq(ask.step, 1);
    ck_assert_int_eq(ask.wish, WISH_CHECKPOINT);
    ck_assert_msg(rotate(&ask, "request-1", keys[0], keys[1], MADE, &err) == OK, "%s", err.text);
    ck_assert_int_eq(ask.wish, WISH_CHECKPOINT);
    ck_assert_uint_eq(world_entries(&w, "log.key", NULL), 2);
    /* Its dispatcher went away: it asks again from the beginning, and is told of the same key. */
    ck_assert_msg(rotate(&ask, "request-1", keys[0], NULL, 0, &err) == OK, "%s", err.text);
    ck_assert_int_eq(ask.step, NAMED);
    ck_assert_str_eq(ask.key, keys[1]);
    ck_assert_uint_eq(world_entries(&w, "log.key", NULL), 2);
}
END_TEST

START_TEST(of_two_who_saw_the_same_key_one_changes_it)
{
    struct checkpoint_ask ask;
    struct err err;
    ck_assert_int_eq(rotate(&ask, "request-1", keys[0], keys[1], MADE, &err), OK);
    ck_assert_int_eq(rotate(&ask, "request-2", keys[0], keys[2], MADE, &err), ERR_REFUSED);
    ck_assert_msg(strstr(err.text, "was changed since") != NULL, "%s", err.text);
    ck_assert_uint_eq(world_entries(&w, "log.key", NULL), 2);
    ck_assert_int_eq(rotate(&ask, "request-3", keys[1], keys[2], MADE, &err), OK);
    ck_assert_uint_eq(world_entries(&w, "log.key", NULL), 3);
}
END_TEST

START_TEST(a_request_without_its_id_is_of_another_version)
{
    struct checkpoint_ask ask;
    struct err err;
    ck_assert_int_eq(rotate(&ask, NULL, keys[0], keys[1], 0, &err), ERR_INVALID);
    ck_assert_int_eq(rotate(&ask, "request-1", NULL, keys[1], 0, &err), ERR_INVALID);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.rotate");
    TCase *tc = tcase_create("rotate");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, a_request_that_is_sent_again_changes_nothing_more);
    tcase_add_test(tc, of_two_who_saw_the_same_key_one_changes_it);
    tcase_add_test(tc, a_request_without_its_id_is_of_another_version);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
