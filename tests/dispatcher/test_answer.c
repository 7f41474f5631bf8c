/* What comes back: it changes the notice that it is about, and only the route that it is about. */
#include "dispatcher/back/answer.h"
#include "store/party.h"
#include "tests/dispatcher/world.h"

#include <stdlib.h>

static struct world w;

static void setup(void)
{
    world_open(&w);
    world_parties(&w, "party,kind,country,email,phone\n"
                      "h1,hdo,DE,one@h1.example,+49 30 1\n"
                      "h1,hdo,DE,two@h1.example,\n"
                      "h1,hdo,DE,three@h1.example,\n");
}

static void teardown(void)
{
    world_close(&w);
}

/* Names of NULL are left out of the report. */
static void report(const struct notice *n, const char *action, const char *message_id,
                   const char *recipient)
{
    struct err err = {0};
    struct str out;
    static unsigned serial;
    str_init(&out, STR_LIMIT_LINE);
    char *raw = xprintf(
        "From: MAILER-DAEMON@relay.example\r\nTo: psirt+%s@example.com\r\nSubject: Report %u\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; "
        "boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nIt is so.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; relay.example\r\n\r\n"
        "Final-Recipient: rfc822; %s\r\nAction: %s\r\nStatus: %s\r\n\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n%s%s%s\r\n--b--\r\n",
        n->token, ++serial, recipient, action, action[0] == 'f' ? "5.1.1" : "2.0.0",
        message_id != NULL ? "Message-ID: <" : "", message_id != NULL ? message_id : "",
        message_id != NULL ? ">\r\n" : "");
    enum status status = answer_message(&w.app, "report", bytes_of(raw), &out, &err);
    ck_assert_msg(status == OK, "%s", err.text);
    free(raw);
    str_dispose(&out);
}

/* On its second contact; its first route came back before. */
static struct notice on_second_route(enum notice_state state)
{
    struct advisory a = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_RELEASED);
    struct notice n = world_notice(&w, &a, "h1", 1, state, "relay");
    struct notice second = n;
    world_parcel(&w, &n, "first@example.com");
    struct contact *contacts = NULL;
    size_t count = 0;
    struct err err = {0};
    ck_assert_int_eq(contact_list(&contacts, &count, w.arena, w.app.store, "h1", &err), OK);
    second.contact_id = contacts[1].id;
    second.address = contacts[1].email;
    world_parcel(&w, &second, "second@example.com");
    return world_read(&w, &second);
}

START_TEST(a_bounce_of_the_route_in_force_leads_to_the_next_contact)
{
    struct notice n = on_second_route(STATE_ACCEPTED);
    report(&n, "failed", "second@example.com", "two@h1.example");
    n = world_read(&w, &n);
    ck_assert_int_eq(n.state, STATE_PLANNED);
    ck_assert_str_eq(n.address, "three@h1.example");
    ck_assert_uint_eq(world_entries(&w, "bounce.received", n.uid), 1);
}
END_TEST

START_TEST(a_late_bounce_of_an_earlier_route_leaves_the_one_in_force)
{
    struct notice n = on_second_route(STATE_ACCEPTED);
    report(&n, "failed", "first@example.com", "one@h1.example");
    n = world_read(&w, &n);
    ck_assert_int_eq(n.state, STATE_ACCEPTED);
    ck_assert_str_eq(n.address, "two@h1.example");
}
END_TEST

START_TEST(a_bounce_that_changes_nothing_leaves_no_receipt_without_an_entry)
{
    struct err err = {0};
    struct receipt_row *rows = NULL;
    size_t count = 0;
    struct notice n = on_second_route(STATE_ANSWERED);
    report(&n, "failed", "second@example.com", "two@h1.example");
    ck_assert_int_eq(receipt_list(&rows, &count, w.arena, w.app.store, n.id, &err), OK);
    ck_assert_uint_eq(count, world_entries(&w, "bounce.received", n.uid));
}
END_TEST

START_TEST(an_uncertain_sending_is_not_proven_by_the_delivery_of_an_earlier_route)
{
    struct notice n = on_second_route(STATE_UNCERTAIN);
    report(&n, "delivered", "first@example.com", "one@h1.example");
    ck_assert_int_eq(world_read(&w, &n).state, STATE_UNCERTAIN);
    report(&n, "delivered", "second@example.com", "two@h1.example");
    ck_assert_int_eq(world_read(&w, &n).state, STATE_ACCEPTED);
}
END_TEST

START_TEST(a_bounce_that_overtakes_the_relays_own_answer_goes_to_a_person)
{
    struct notice n = on_second_route(STATE_DOTTED);
    report(&n, "failed", "second@example.com", "two@h1.example");
    ck_assert_uint_eq(world_tasks(&w, TASK_INBOUND), 1);
}
END_TEST

/* They have the text from the first sending, whose outcome we never learned. */
START_TEST(an_answer_stops_what_was_about_to_be_sent_again)
{
    static const struct {
        enum notice_state state;
        int64_t sendings;
        enum notice_state wanted;
    } rows[] = {{STATE_READY, 1, STATE_ANSWERED},
                {STATE_PLANNED, 1, STATE_ANSWERED},
                {STATE_TASKED, 3, STATE_ANSWERED},
                {STATE_READY, 0, STATE_READY}, /* who answers what never left? */
                {STATE_SUPERSEDED, 1, STATE_SUPERSEDED}};
    struct err err = {0};
    struct str out;
    struct notice n = on_second_route(rows[_i].state);
    n.sendings = rows[_i].sendings;
    ck_assert_int_eq(notice_update(w.app.store, &n, n.state, &err), OK);
    str_init(&out, STR_LIMIT_LINE);
    char *raw = xprintf("From: it@h1.example\r\nTo: psirt+%s@example.com\r\nSubject: Re: %s\r\n"
                        "\r\nDONE %s\r\n",
                        n.token, n.code, n.code);
    enum status status = answer_message(&w.app, "answer", bytes_of(raw), &out, &err);
    ck_assert_msg(status == OK, "%s", err.text);
    ck_assert_msg(world_read(&w, &n).state == rows[_i].wanted, "%s", str_text(&out));
    ck_assert_uint_eq(world_tasks(&w, TASK_INBOUND), rows[_i].wanted == STATE_ANSWERED ? 0 : 1);
    free(raw);
    str_dispose(&out);
}
END_TEST

/* Whom they told in turn is kept of those who supply others, and of nobody else. */
START_TEST(a_supplier_says_how_many_it_told_in_turn)
{
    static const struct {
        const char *party;
        int64_t units;
    } rows[] = {{"handel", 12}, {"import", 12}, {"h1", -1}, {"ar", -1}};
    struct err err = {0};
    struct str out;
    struct receipt_row *receipts = NULL;
    size_t count = 0;
    world_parties(&w, "party,kind,country,email\nhandel,distributor,DE,a@t.example\n"
                      "import,importer,DE,b@t.example\nar,representative,CH,c@t.example\n");
    struct advisory a = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_RELEASED);
    struct notice n = world_notice(&w, &a, rows[_i].party, 1, STATE_ACCEPTED, "relay");
    n.sendings = 1;
    ck_assert_int_eq(notice_update(w.app.store, &n, STATE_ACCEPTED, &err), OK);
    str_init(&out, STR_LIMIT_LINE);
    char *raw = xprintf("From: a@t.example\r\nTo: psirt+%s@example.com\r\nSubject: Re: x\r\n"
                        "\r\nDONE %s TOLD 12\r\n",
                        n.token, n.code);
    ck_assert_int_eq(answer_message(&w.app, "answer", bytes_of(raw), &out, &err), OK);
    ck_assert_int_eq(receipt_list(&receipts, &count, w.arena, w.app.store, n.id, &err), OK);
    ck_assert_uint_eq(count, 1);
    ck_assert_int_eq(receipts[0].units, rows[_i].units);
    ck_assert_int_eq(receipts[0].grade, GRADE_ACTION);
    ck_assert_uint_eq(world_tasks(&w, TASK_QUESTION), 0);
    free(raw);
    str_dispose(&out);
}
END_TEST

/* A text for many cannot name its reader's code: the token alone is taken, a wrong code is not. */
START_TEST(only_an_answer_to_a_text_for_many_may_lack_the_code)
{
    static const struct {
        enum form form;
        const char *words;
        enum notice_state state;
    } rows[] = {{FORM_PERSONAL, "RECEIVED", STATE_ACCEPTED},
                {FORM_BROADCAST, "RECEIVED", STATE_ANSWERED},
                {FORM_BROADCAST, "RECEIVED ABCDEF2", STATE_ACCEPTED},
                {FORM_BROADCAST, "Who are you?", STATE_ACCEPTED}};
    struct err err = {0};
    struct str out;
    w.code = "K7PQ2MX";
    struct advisory a = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_RELEASED);
    struct notice n = world_notice(&w, &a, "h1", 1, STATE_ACCEPTED, "relay");
    n.form = rows[_i].form;
    n.sendings = 1;
    ck_assert_int_eq(notice_update(w.app.store, &n, STATE_ACCEPTED, &err), OK);
    str_init(&out, STR_LIMIT_LINE);
    char *raw = xprintf("From: one@h1.example\r\nTo: psirt+%s@example.com\r\n"
                        "Subject: Re: what is inside\r\n\r\n%s\r\n",
                        n.token, rows[_i].words);
    ck_assert_int_eq(answer_message(&w.app, "answer", bytes_of(raw), &out, &err), OK);
    ck_assert_int_eq(world_read(&w, &n).state, rows[_i].state);
    free(raw);
    str_dispose(&out);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.answer");
    TCase *tc = tcase_create("answer");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, a_bounce_of_the_route_in_force_leads_to_the_next_contact);
    tcase_add_test(tc, a_late_bounce_of_an_earlier_route_leaves_the_one_in_force);
    tcase_add_test(tc, a_bounce_that_changes_nothing_leaves_no_receipt_without_an_entry);
    tcase_add_test(tc, an_uncertain_sending_is_not_proven_by_the_delivery_of_an_earlier_route);
    tcase_add_test(tc, a_bounce_that_overtakes_the_relays_own_answer_goes_to_a_person);
    tcase_add_loop_test(tc, only_an_answer_to_a_text_for_many_may_lack_the_code, 0, 4);
    tcase_add_loop_test(tc, a_supplier_says_how_many_it_told_in_turn, 0, 4);
    tcase_add_loop_test(tc, an_answer_stops_what_was_about_to_be_sent_again, 0, 5);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
