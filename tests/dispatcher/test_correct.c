/* An address is corrected in one step: in every state of its notice, with all that waited for it.
 */
#include "dispatcher/op.h"
#include "dispatcher/run/move.h"
#include "dispatcher/submit/import.h"
#include "store/party.h"
#include "tests/dispatcher/world.h"

#include <stdlib.h>
#include <string.h>

#define OLD_FILE "party,kind,country,email\nh,hdo,DE,old@h.example\nh,hdo,DE,two@h.example\n"
#define NEW_FILE "party,kind,country,email\nh,hdo,DE,new@h.example\nh,hdo,DE,two@h.example\n"

static struct world w;
static struct advisory advisory;

static void setup(void)
{
    world_open(&w);
    world_parties(&w, OLD_FILE);
    advisory = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_RELEASED);
}

static void teardown(void)
{
    world_close(&w);
}

static enum status correct(const char *which, const char *to, struct err *err)
{
    struct frame_out request;
    struct frame_reader reader;
    struct frame frame;
    struct str out;
    op_begin(&request, &w.app, "notice");
    frame_text(&request, "resend");
    frame_text(&request, which);
    frame_text(&request, "weber");
    frame_text(&request, "their switchboard spelt it");
    frame_text(&request, to);
    const struct bytes bytes = frame_end(&request);
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

static const char *address_of(int64_t seq)
{
    struct err err = {0};
    struct contact *list = NULL;
    size_t count = 0;
    ck_assert_int_eq(contact_list(&list, &count, w.arena, w.app.store, "h", &err), OK);
    ck_assert_int_ge((int64_t)count, seq);
    return list[seq - 1].email;
}

static size_t corrections(void)
{
    struct err err = {0};
    struct correction *list = NULL;
    size_t count = 0;
    ck_assert_int_eq(correction_list(&list, &count, w.arena, w.app.store, &err), OK);
    return count;
}

static struct notice make(enum notice_state state)
{
    struct notice n = world_notice(&w, &advisory, "h", 1, state, "relay");
    world_parcel(&w, &n, "<1@example>");
    return world_read(&w, &n);
}

/* NULL: it goes to the new address. */
static const char *const refused[STATE_COUNT] = {
    [STATE_SEALING] = "a worker has it",    [STATE_SENDING] = "a worker has it",
    [STATE_DOTTED] = "a worker has it",     [STATE_ANSWERED] = "they answered",
    [STATE_SUPERSEDED] = "a newer version", [STATE_CANCELLED] = "a person stopped it",
};

START_TEST(in_each_state_it_goes_there_or_says_why_not)
{
    struct err err = {0};
    const enum notice_state state = (enum notice_state)_i;
    struct notice n = make(state);
    const enum status status = correct(n.code, "New@H.example", &err);
    const struct notice now = world_read(&w, &n);
    const bool goes = refused[state] == NULL;
    ck_assert_msg(status == (goes ? OK : ERR_REFUSED), "%s: %s", status_word(status), err.text);
    ck_assert_int_eq(now.state, goes ? STATE_PLANNED : state);
    ck_assert_uint_eq(world_entries(&w, "contact.corrected", n.uid), goes ? 1 : 0);
    ck_assert_uint_eq(corrections(), goes ? 1 : 0);
    if (goes) {
        ck_assert_str_eq(now.address, address_of(1));
        ck_assert_str_ne(now.address, "old@h.example");
        ck_assert_int_eq(now.parcel_id, 0); /* another message; the one before stays in the store */
        ck_assert_str_eq(now.code, n.code);
    } else {
        ck_assert_str_eq(address_of(1), "old@h.example");
        ck_assert_msg(strstr(err.text, refused[state]) != NULL, "%s", err.text);
    }
}
END_TEST

static void give_to_person(struct notice *n)
{
    struct err err = {0};
    ck_assert_int_eq(app_begin(&w.app, &err), OK);
    ck_assert_int_eq(move_to_task(&w.app, n, TASK_BOUNCED, "bounced: 5.1.1", &err), OK);
    ck_assert_int_eq(app_commit(&w.app, &err), OK);
}

START_TEST(all_that_waited_for_the_address_goes_and_the_task_is_closed)
{
    struct err err = {0};
    struct notice n = make(STATE_ACCEPTED);
    const struct advisory other = world_advisory(&w, "1.1.0", TLP_CLEAR, ADVISORY_RELEASED);
    const struct advisory third = world_advisory(&w, "1.2.0", TLP_CLEAR, ADVISORY_RELEASED);
    const struct advisory fourth = world_advisory(&w, "1.3.0", TLP_CLEAR, ADVISORY_RELEASED);
    struct notice same = world_notice(&w, &other, "h", 1, STATE_ACCEPTED, "relay");
    struct notice queued = world_notice(&w, &third, "h", 1, STATE_READY, "relay");
    struct notice second = world_notice(&w, &fourth, "h", 2, STATE_READY, "relay");
    give_to_person(&n);
    give_to_person(&same);
    ck_assert_uint_eq(world_tasks(&w, TASK_BOUNCED), 2);
    ck_assert_msg(correct(n.code, "new@h.example", &err) == OK, "%s", err.text);
    ck_assert_int_eq(world_read(&w, &n).state, STATE_PLANNED);
    ck_assert_str_eq(world_read(&w, &same).address, "new@h.example");
    ck_assert_str_eq(world_read(&w, &queued).address, "new@h.example");
    ck_assert_int_eq(world_read(&w, &queued).state, STATE_PLANNED);
    ck_assert_str_eq(world_read(&w, &second).address, "two@h.example");
    ck_assert_int_eq(world_read(&w, &second).state, STATE_READY);
    ck_assert_uint_eq(world_tasks(&w, TASK_BOUNCED), 0);
    ck_assert_uint_eq(world_entries(&w, "contact.corrected", NULL), 1);
}
END_TEST

/* It went on to the second contact by itself; the first address is the one that bounced. */
START_TEST(what_bounced_is_corrected_and_not_what_took_its_place)
{
    struct err err = {0};
    struct notice n = make(STATE_ACCEPTED);
    ck_assert_int_eq(app_begin(&w.app, &err), OK);
    ck_assert_int_eq(move_to_route(&w.app, &n, false, "bounced: 5.1.1", NULL, &err), OK);
    ck_assert_int_eq(app_commit(&w.app, &err), OK);
    n = world_read(&w, &n);
    ck_assert_str_eq(n.address, "two@h.example");
    world_parcel(&w, &n, "<2@example>");
    ck_assert_msg(correct(n.code, "new@h.example", &err) == OK, "%s", err.text);
    ck_assert_str_eq(address_of(1), "new@h.example");
    ck_assert_str_eq(address_of(2), "two@h.example");
    ck_assert_str_eq(world_read(&w, &n).address, "new@h.example");
}
END_TEST

/* Taken by our relay for the wrong address: it told nobody, whoever answers later. */
START_TEST(what_was_taken_for_the_wrong_address_told_nobody)
{
    struct err err = {0};
    struct told *told = NULL;
    size_t count = 0;
    struct notice n = make(STATE_ACCEPTED);
    n.accepted_ms = WORLD_NOW;
    ck_assert_int_eq(app_begin(&w.app, &err), OK);
    ck_assert_int_eq(notice_update(w.app.store, &n, STATE_ACCEPTED, &err), OK);
    ck_assert_int_eq(app_commit(&w.app, &err), OK);
    ck_assert_msg(correct(n.code, "new@h.example", &err) == OK, "%s", err.text);
    n = world_read(&w, &n);
    ck_assert_int_eq(n.accepted_ms, 0);
    struct receipt_row call = {.notice_id = n.id,
                               .grade = GRADE_ANSWERED,
                               .how = "phone",
                               .by = "weber",
                               .units = -1,
                               .at_ms = WORLD_NOW + 9 * MS_DAY};
    n.state = STATE_ANSWERED;
    ck_assert_int_eq(app_begin(&w.app, &err), OK);
    ck_assert_int_eq(notice_update(w.app.store, &n, STATE_PLANNED, &err), OK);
    ck_assert_int_eq(receipt_add(&call, w.app.store, &err), OK);
    ck_assert_int_eq(app_commit(&w.app, &err), OK);
    ck_assert_int_eq(lane_told(&told, &count, w.arena, w.app.store, n.lane_id, true, &err), OK);
    ck_assert_uint_eq(count, 1);
    ck_assert_int_eq(told[0].at_ms, call.at_ms);
}
END_TEST

/* Imports the file; does it say that it has an old address? */
static bool import_says_so(const char *csv, bool believe)
{
    const struct import_wish wish = {.mode = IMPORT_ADD, .believe = believe};
    struct err err = {0};
    struct str words;
    str_init(&words, STR_LIMIT_TEXT);
    ck_assert_int_eq(import_take(&w.app, IMPORT_PARTIES, "parties.csv", bytes_of(csv), w.dir, &wish,
                                 &words, &err),
                     OK);
    ck_assert_int_eq(strstr(str_text(&words), "1 address kept as corrected") != NULL,
                     strstr(str_text(&words), "--believe") != NULL);
    const bool said = strstr(str_text(&words), "row 2, column email: old@h.example was corrected "
                                               "to new@h.example") != NULL;
    str_dispose(&words);
    return said;
}

START_TEST(no_import_brings_the_old_one_back_without_a_word_of_a_person)
{
    struct err err = {0};
    const struct notice n = make(STATE_ACCEPTED);
    ck_assert_int_eq(correct(n.code, "new@h.example", &err), OK);
    for (int again = 0; again < 2; again++) {
        ck_assert(import_says_so(OLD_FILE, false));
        ck_assert_str_eq(address_of(1), "new@h.example");
    }
    ck_assert(!import_says_so(NEW_FILE, false));
    ck_assert_str_eq(address_of(1), "new@h.example");
    ck_assert_uint_eq(corrections(), 1);
    ck_assert(import_says_so(OLD_FILE, false)); /* a file from before */
    ck_assert_str_eq(address_of(1), "new@h.example");
    ck_assert(import_says_so(OLD_FILE, true)); /* it is what they want, and said */
    ck_assert_str_eq(address_of(1), "old@h.example");
    ck_assert_uint_eq(corrections(), 0);
    ck_assert(!import_says_so(OLD_FILE, false));
}
END_TEST

START_TEST(what_cannot_be_is_refused_and_changes_nothing)
{
    static const struct {
        const char *which, *to;
        bool other_file;
        enum status wanted;
        const char *says;
    } rows[] = {
        {NULL, "no address", false, ERR_INVALID, "--to"},
        {NULL, "a@b.example\nBcc: c@d.example", false, ERR_INVALID, "--to"},
        {NULL, "OLD@h.example", false, ERR_REFUSED, "that is the address that it went to"},
        {NULL, "new@h.example", true, ERR_REFUSED, "the register does not have the address"},
        {"ABCDEFG", "new@h.example", false, ERR_NOT_FOUND, "tocsin notice list"},
    };
    struct err err = {0};
    const struct notice n = make(STATE_ACCEPTED);
    if (rows[_i].other_file)
        world_parties(&w, "party,kind,country,email\nh,hdo,DE,moved@h.example\n");
    const char *before = address_of(1);
    ck_assert_int_eq(correct(rows[_i].which != NULL ? rows[_i].which : n.code, rows[_i].to, &err),
                     rows[_i].wanted);
    ck_assert_msg(strstr(err.text, rows[_i].says) != NULL, "%s", err.text);
    ck_assert_int_eq(world_read(&w, &n).state, STATE_ACCEPTED);
    ck_assert_str_eq(address_of(1), before);
    ck_assert_uint_eq(corrections(), 0);
    ck_assert_uint_eq(world_entries(&w, "contact.corrected", NULL), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.correct");
    TCase *tc = tcase_create("correct");
    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, in_each_state_it_goes_there_or_says_why_not, 0, STATE_COUNT);
    tcase_add_test(tc, all_that_waited_for_the_address_goes_and_the_task_is_closed);
    tcase_add_test(tc, what_bounced_is_corrected_and_not_what_took_its_place);
    tcase_add_test(tc, what_was_taken_for_the_wrong_address_told_nobody);
    tcase_add_test(tc, no_import_brings_the_old_one_back_without_a_word_of_a_person);
    tcase_add_loop_test(tc, what_cannot_be_is_refused_and_changes_nothing, 0, 5);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
