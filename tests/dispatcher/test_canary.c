/* Canaries: seen in their Maildir by the Message-ID, or an alarm, once. */
#include "base/file.h"
#include "dispatcher/routine/canary.h"
#include "dispatcher/routine/canary_mail.h"
#include "store/drill.h"
#include "tests/dispatcher/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct world w;
static struct err err;
static struct settings_canary canary;
static char *maildir;

static void must(enum status status)
{
    ck_assert_msg(status == OK, "%s: %s", status_word(status), err.text);
}

static void deliver(const char *folder, const char *name, const char *text)
{
    char *dir = path_join(maildir, folder);
    char *path = path_join(dir, name);
    must(file_write(path, bytes_of(text), 0600, &err));
    free(path);
    free(dir);
}

static void look_at(int64_t at_ms)
{
    bool did = false;
    clock_init_stopped(&w.app.clock, at_ms);
    must(canary_act(&w.app, &did, &err));
}

static void setup(void)
{
    static char name[] = "berlin";
    static char party[] = "h1";
    world_open(&w);
    world_parties(&w, "party,kind,country,email\nh1,hdo,DE,a@h1.example\n");
    maildir = path_join(w.dir, "canary");
    must(file_make_dir(maildir, 0700, &err));
    static const char *const folders[] = {"new", "cur", "tmp"};
    for (size_t i = 0; i < 3; i++) {
        char *dir = path_join(maildir, folders[i]);
        must(file_make_dir(dir, 0700, &err));
        free(dir);
    }
    canary = (struct settings_canary){
        .name = name, .party = party, .maildir = maildir, .within_ms = MS_HOUR};
    w.app.settings->canaries = &canary;
    w.app.settings->canary_count = 1;
    look_at(WORLD_NOW); /* seen in the settings: runs count from here on */
}

static void teardown(void)
{
    w.app.settings->canaries = NULL;
    w.app.settings->canary_count = 0;
    free(maildir);
    world_close(&w);
}

/* A released advisory, and the canary's notice of it with a message. */
static struct notice run_with(const char *message_id)
{
    struct advisory row = world_advisory(&w, "1.0.0", TLP_GREEN, ADVISORY_SUBMITTED);
    world_release(&w, &row);
    struct notice *list = NULL;
    size_t count = 0;
    const struct notice_filter filter = {.advisory_id = row.id, .party = "h1"};
    must(notice_list(&list, &count, w.arena, w.app.store, &filter, &err));
    ck_assert_uint_eq(count, 1);
    char hex[65];
    must(app_begin(&w.app, &err));
    must(blob_put(hex, w.app.store, bytes_of("x"), &err));
    struct parcel_row parcel = {.notice_id = list[0].id,
                                .message_id = message_id,
                                .address = "a@h1.example",
                                .level = LEVEL_TLS,
                                .sha256 = hex,
                                .created_ms = WORLD_NOW};
    must(parcel_add(&parcel, w.app.store, &err));
    list[0].sendings = 1;
    must(notice_update(w.app.store, &list[0], list[0].state, &err));
    must(app_commit(&w.app, &err));
    return list[0];
}

static const char *state(void)
{
    struct canary_row *list = NULL;
    size_t count = 0;
    must(canary_list(&list, &count, w.arena, w.app.store, false, 0, 9, &err));
    return count == 0 ? "none" : count == 1 ? list[0].state : "several";
}

static bool alarm_stands(void)
{
    bool out = false;
    must(canary_alarm(&out, &w.app, &err));
    return out;
}

START_TEST(a_run_is_waited_for_until_it_is_seen)
{
    ck_assert_str_eq(state(), "none");
    (void)run_with("abc.1@example.com");
    look_at(WORLD_NOW + MS_MINUTE);
    ck_assert_str_eq(state(), "waiting");
    deliver("new", "1.other",
            "Message-ID: <abc.2@example.com>\r\n\r\nMessage-ID: <abc.1@example.com>\r\n");
    look_at(WORLD_NOW + 2 * MS_MINUTE);
    ck_assert_str_eq(state(), "waiting");
    deliver("cur", "2.it:2,S", "From: x\r\nmessage-id:\t<abc.1@example.com>\r\n\r\nx\r\n");
    look_at(WORLD_NOW + 3 * MS_MINUTE);
    ck_assert_str_eq(state(), "seen");
    look_at(WORLD_NOW + MS_DAY);
    ck_assert_str_eq(state(), "seen");
    ck_assert(!alarm_stands());
}
END_TEST

START_TEST(what_does_not_arrive_in_time_is_an_alarm_once)
{
    int64_t before = 0, after = 0;
    (void)run_with("abc.1@example.com");
    look_at(WORLD_NOW + MS_HOUR);
    ck_assert_str_eq(state(), "waiting");
    look_at(WORLD_NOW + MS_HOUR + 1);
    ck_assert_str_eq(state(), "missed");
    ck_assert(alarm_stands());
    must(store_count(&before, w.app.store, "evidence", &err));
    deliver("new", "1.late", "Message-ID: <abc.1@example.com>\r\n\r\n");
    look_at(WORLD_NOW + MS_DAY);
    must(store_count(&after, w.app.store, "evidence", &err));
    ck_assert_int_eq(before, after);
    ck_assert_str_eq(state(), "missed");
}
END_TEST

START_TEST(a_mailbox_that_cannot_be_read_is_one_that_got_nothing)
{
    char *gone = path_join(w.dir, "gone");
    ck_assert_int_eq(rename(maildir, gone), 0);
    (void)run_with("abc.1@example.com");
    look_at(WORLD_NOW + MS_MINUTE);
    ck_assert_str_eq(state(), "waiting");
    look_at(WORLD_NOW + MS_HOUR + 1);
    ck_assert_str_eq(state(), "missed");
    ck_assert(alarm_stands());
    free(gone);
}
END_TEST

START_TEST(what_was_stopped_before_it_left_is_no_alarm)
{
    struct notice n = run_with("abc.1@example.com");
    must(app_begin(&w.app, &err));
    n.state = STATE_SUPERSEDED;
    n.sendings = 0;
    must(notice_update(w.app.store, &n, STATE_PLANNED, &err));
    must(app_commit(&w.app, &err));
    look_at(WORLD_NOW + MS_DAY);
    look_at(WORLD_NOW + MS_DAY);
    ck_assert_str_eq(state(), "needless");
    ck_assert(!alarm_stands());
}
END_TEST

START_TEST(a_hold_is_no_alarm_and_gives_the_whole_time_again)
{
    (void)run_with("abc.1@example.com");
    look_at(WORLD_NOW + MS_MINUTE);
    struct hold_row hold = world_hold(&w, "DE");
    look_at(WORLD_NOW + MS_DAY);
    ck_assert_str_eq(state(), "waiting");
    must(app_begin(&w.app, &err));
    const enum hold_state from = hold.state;
    hold.state = HOLD_ENDED;
    hold.ended_ms = WORLD_NOW + MS_DAY;
    hold.how = "person";
    must(hold_save(w.app.store, &hold, from, &err));
    must(hold_settle(w.app.store, hold.case_id, &err));
    must(app_commit(&w.app, &err));
    look_at(WORLD_NOW + MS_DAY + MS_HOUR);
    ck_assert_str_eq(state(), "waiting");
    look_at(WORLD_NOW + MS_DAY + MS_HOUR + 1);
    ck_assert_str_eq(state(), "missed");
}
END_TEST

/* What stands in a file of the Maildir, and whether it is the mail. */
static const struct {
    const char *text;
    bool found;
} heads[] = {
    {"Message-ID: <abc.1@example.com>\r\n\r\n", true},
    {"Message-ID: <abc.1@example.com>", true},
    {"MESSAGE-ID:<abc.1@example.com>\n\n", true},
    {"Message-ID:\r\n <abc.1@example.com>\r\n\r\n", true},
    {"Message-ID:\n\t\n <abc.1@example.com>", true},
    {"Message-ID:\nX: <abc.1@example.com>\n\n", false},
    {"X:\n Message-ID: <abc.1@example.com>\n\n", false},
    {"Message-ID:\r\n\r\n <abc.1@example.com>\r\n", false},
    {"X: y\n\nMessage-ID: <abc.1@example.com>\n", false},
    {"Message-ID: abc.1@example.com\n\n", false},
    {"Message-ID: <abc.1@example.com\n\n", false},
    {"Message-ID: <xabc.1@example.com>\n\n", false},
    {"In-Reply-To: <abc.1@example.com>\n\n", false},
    {"Message-ID: <other@example.com>\nMessage-ID: <abc.1@example.com>\n\n", false},
    {"", false},
    {"\xff\xfe\n", false},
};

START_TEST(a_mail_is_known_by_the_message_id_of_its_header_alone)
{
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        struct canary_mail mail = {.message_id = "abc.1@example.com"};
        deliver("new", "1.mail", heads[i].text);
        must(canary_find(&mail, 1, maildir, &err));
        ck_assert_msg(mail.seen == heads[i].found, "[%s]", heads[i].text);
    }
}
END_TEST

START_TEST(one_look_finds_all_that_came)
{
    struct canary_mail mails[] = {{.message_id = "abc.1@example.com"},
                                  {.message_id = "abc.2@example.com"},
                                  {.message_id = "abc.3@example.com"}};
    deliver("new", "1.mail", "Message-ID: <abc.3@example.com>\n\n");
    deliver("cur", "2.mail:2,S", "Message-ID: <abc.1@example.com>\n\n");
    must(canary_find(mails, 3, maildir, &err));
    ck_assert(mails[0].seen && !mails[1].seen && mails[2].seen);
}
END_TEST

START_TEST(what_never_left_is_not_looked_for)
{
    struct notice n = run_with("abc.1@example.com");
    must(app_begin(&w.app, &err));
    n.sendings = 0;
    must(notice_update(w.app.store, &n, n.state, &err));
    must(app_commit(&w.app, &err));
    deliver("new", "1.mail", "Message-ID: <abc.1@example.com>\n\n");
    look_at(WORLD_NOW + MS_MINUTE);
    ck_assert_str_eq(state(), "waiting");
    n = world_read(&w, &n);
    must(app_begin(&w.app, &err));
    n.sendings = 1;
    must(notice_update(w.app.store, &n, n.state, &err));
    must(app_commit(&w.app, &err));
    look_at(WORLD_NOW + 2 * MS_MINUTE);
    ck_assert_str_eq(state(), "seen");
}
END_TEST

START_TEST(what_is_no_plain_file_does_not_stop_us)
{
    struct canary_mail mail = {.message_id = "abc.1@example.com"};
    char *pipe = path_join(maildir, "new/9.pipe");
    char *dir = path_join(maildir, "new/8.dir");
    char *link = path_join(maildir, "new/7.link");
    char *big = xcalloc(1, 4 * CANARY_HEAD);
    memset(big, 'x', 4 * CANARY_HEAD - 1);
    ck_assert_int_eq(mkfifo(pipe, 0600), 0);
    ck_assert_int_eq(mkdir(dir, 0700), 0);
    ck_assert_int_eq(symlink("/dev/zero", link), 0);
    deliver("new", "6.big", big);
    must(canary_find(&mail, 1, maildir, &err));
    ck_assert(!mail.seen);
    deliver("new", "1.mail", "Message-ID: <abc.1@example.com>\n\n");
    must(canary_find(&mail, 1, maildir, &err));
    ck_assert(mail.seen);
    free(big);
    free(link);
    free(dir);
    free(pipe);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.canary");
    TCase *tc = tcase_create("canary");
    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, a_run_is_waited_for_until_it_is_seen);
    tcase_add_test(tc, what_does_not_arrive_in_time_is_an_alarm_once);
    tcase_add_test(tc, a_mailbox_that_cannot_be_read_is_one_that_got_nothing);
    tcase_add_test(tc, what_was_stopped_before_it_left_is_no_alarm);
    tcase_add_test(tc, a_hold_is_no_alarm_and_gives_the_whole_time_again);
    tcase_add_test(tc, a_mail_is_known_by_the_message_id_of_its_header_alone);
    tcase_add_test(tc, one_look_finds_all_that_came);
    tcase_add_test(tc, what_never_left_is_not_looked_for);
    tcase_add_test(tc, what_is_no_plain_file_does_not_stop_us);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
