/* A mail of the mailbox of reports: what is not "read before", what a person reads when there is
 * one mailbox for both, and a large one on its way to the child that reads it. */
#include "base/file.h"
#include "dispatcher/back/intake.h"
#include "dispatcher/back/intake_box.h"
#include "dispatcher/run/child.h"
#include "store/case.h"
#include "tests/dispatcher/world.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define GO "TOCSIN_TEST_GO" /* the child begins when the file of this name is there */

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
}

static void teardown(void)
{
    world_close(&w);
}

static enum status take(const char *raw, const struct opened_mail *opened, struct str *said)
{
    err = (struct err){0};
    str_init(said, STR_LIMIT_TEXT);
    return intake_message(&w.app, "a mail", bytes_of(raw), opened, said, &err);
}

static size_t cases(void)
{
    struct case_file *rows = NULL;
    size_t count = 0;
    must(case_list(&rows, &count, w.arena, w.app.store, false, 0, 100, &err));
    return count;
}

START_TEST(only_its_own_bytes_make_a_mail_one_that_was_read_before)
{
    const struct opened_mail opened = {.mail = {.voice = VOICE_PERSON,
                                                .from = "ann@finder.example",
                                                .subject = "it stops",
                                                .message_id = "m1@finder.example",
                                                .text = "when a packet comes"}};
    struct str said;
    /* Something else of it is there already: the number that its case would get. */
    struct case_file other = {.uid = "other",
                              .number = "C-27-0001-1",
                              .year = 2026,
                              .seq = 7,
                              .opened_ms = WORLD_NOW,
                              .state_ms = WORLD_NOW};
    must(app_begin(&w.app, &err));
    must(case_add(&other, w.app.store, &err));
    must(app_commit(&w.app, &err));
    ck_assert_int_eq(take("Subject: it stops\n\nx", &opened, &said), ERR_EXISTS);
    ck_assert_ptr_null(strstr(str_text(&said), "read before"));
    str_dispose(&said);
    ck_assert_uint_eq(world_entries(&w, "report.received", NULL), 0); /* nothing of it is left */
    world_sql(&w, "UPDATE case_file SET number = 'C-26-0007-0'");
    must(take("Subject: it stops\n\nx", &opened, &said));
    ck_assert_ptr_null(strstr(str_text(&said), "read before"));
    str_dispose(&said);
    ck_assert_uint_eq(cases(), 2);
    must(take("Subject: it stops\n\nx", &opened, &said));
    ck_assert_ptr_nonnull(strstr(str_text(&said), "read before"));
    str_dispose(&said);
    ck_assert_uint_eq(cases(), 2);
    ck_assert_uint_eq(world_entries(&w, "report.received", NULL), 1);
}
END_TEST

/* The relay of somebody says that a mail did not arrive, and not which one. */
#define BOUNCE                                                                                     \
    "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: psirt@example.com\n"                     \
    "Subject: Undelivered\nMIME-Version: 1.0\n"                                                    \
    "Content-Type: multipart/report; report-type=delivery-status; boundary=\"r\"\n\n"              \
    "--r\nContent-Type: text/plain\n\nno such user\n"                                              \
    "--r\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"             \
    "Final-Recipient: rfc822; gone@finder.example\nAction: failed\nStatus: 5.1.1\n\n--r--\n"

static const struct {
    bool shared;
    size_t to_person, received;
} boxes[] = {{true, 1, 0}, {false, 0, 1}};

START_TEST(with_one_mailbox_for_both_a_person_reads_what_became_of_an_unknown_mail)
{
    static char one[] = "/nowhere/one", other[] = "/nowhere/other";
    const struct opened_mail opened = {
        .mail = {.voice = VOICE_DELIVERY, .robot = "a report of delivery", .text = "no such user"}};
    struct str said;
    w.app.settings->mail.inbox = one;
    w.app.settings->reports.mailbox = boxes[_i].shared ? one : other;
    must(take(BOUNCE, &opened, &said));
    ck_assert_uint_eq(world_tasks(&w, TASK_INBOUND), boxes[_i].to_person);
    ck_assert_uint_eq(world_entries(&w, "report.received", NULL), boxes[_i].received);
    ck_assert_uint_eq(cases(), 0);
    str_dispose(&said);
}
END_TEST

#define LARGE ((size_t)12 * 1024 * 1024) /* more than any socket takes at once */

static char *make_mailbox(void)
{
    static const char *const parts[] = {"new", "cur", "tmp"};
    struct str mail;
    char *dir = path_join(w.dir, "reports");
    must(file_make_dir(dir, 0700, &err));
    for (int i = 0; i < 3; i++) {
        char *part = path_join(dir, parts[i]);
        must(file_make_dir(part, 0700, &err));
        free(part);
    }
    str_init(&mail, STR_LIMIT_MAIL);
    str_add(&mail, "From: Ann <ann@finder.example>\nTo: psirt@example.com\nSubject: large\n"
                   "Message-ID: <large@finder.example>\nContent-Type: text/plain\n\n");
    while (mail.size < LARGE)
        str_add(&mail, "the pump stops when a packet of 4097 bytes arrives, again and again\n");
    char *path = path_join(dir, "new/1.1.test");
    must(file_write(path, str_bytes(&mail), 0600, &err));
    free(path);
    str_dispose(&mail);
    return dir;
}

START_TEST(a_large_mail_is_waited_for_by_its_socket_and_read)
{
    char *dir = make_mailbox();
    char *go = path_join(w.dir, "go");
    bool did = false;
    ck_assert_int_eq(setenv(GO, go, 1), 0);
    w.app.settings->reports.mailbox = dir;
    struct intake_box *box = intake_box_open(&w.app);
    must(intake_box_step(box, &did, &err));
    ck_assert(!intake_box_idle(box));
    /* The child has read nothing yet, so there is more to write: the loop has to wait for that. */
    ck_assert_int_eq(intake_box_poll(box).events, POLLIN | POLLOUT);
    must(file_write(go, bytes_of("go"), 0600, &err));
    while (!intake_box_idle(box)) {
        struct pollfd wait = intake_box_poll(box);
        if (wait.fd >= 0)
            ck_assert_int_eq(poll(&wait, 1, 120 * 1000), 1);
        must(intake_box_step(box, &did, &err));
    }
    ck_assert(did);
    ck_assert_uint_eq(cases(), 1);
    intake_box_close(box);
    free(go);
    free(dir);
}
END_TEST

/* The child: this program again. */
static int be_child(const char *kind)
{
    const char *go = getenv(GO);
    const struct timespec pause = {.tv_nsec = 10 * 1000 * 1000};
    for (int i = 0; go != NULL && access(go, F_OK) != 0 && i < 12000; i++)
        (void)nanosleep(&pause, NULL);
    return child_main(kind);
}

int main(int argc, char **argv)
{
    if (argc > 2 && strcmp(argv[1], CHILD_WORD) == 0)
        return be_child(argv[2]);
    Suite *suite = suite_create("dispatcher.intake");
    TCase *tc = tcase_create("intake");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 240);
    tcase_add_test(tc, only_its_own_bytes_make_a_mail_one_that_was_read_before);
    tcase_add_loop_test(tc, with_one_mailbox_for_both_a_person_reads_what_became_of_an_unknown_mail,
                        0, 2);
    tcase_add_test(tc, a_large_mail_is_waited_for_by_its_socket_and_read);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
