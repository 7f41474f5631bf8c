/* The control socket: whoever is at the other end, the dispatcher goes on. */
#include "dispatcher/control.h"

#include "base/file.h"
#include "dispatcher/op.h"
#include "dispatcher/submit/import.h"
#include "store/checkpoint.h"
#include "store/log.h"
#include "tests/dispatcher/world.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define MANY 5000

static struct world w;
static struct control *control;
static struct checkpoint *checkpoint;
static int client = -1;

static struct sockaddr_un address = {.sun_family = AF_UNIX};

static int connect_to(const struct sockaddr_un *to)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_eq(connect(fd, (const struct sockaddr *)to, sizeof *to), 0);
    return fd;
}

static void setup(void)
{
    struct err err = {0};
    world_open(&w);
    char *path = path_join(w.dir, "sock");
    ck_assert_int_eq(control_open(&control, path, &err), OK);
    ck_assert_uint_lt(strlen(path), sizeof address.sun_path);
    memcpy(address.sun_path, path, strlen(path) + 1);
    client = connect_to(&address);
    checkpoint = checkpoint_open(&w.app);
    free(path);
}

static void teardown(void)
{
    if (client >= 0)
        (void)close(client);
    control_close(control);
    checkpoint_close(checkpoint);
    world_close(&w);
}

/* Whatever waits on the socket now is worked on; true when an operation was performed. */
static bool work(void)
{
    struct pollfd fds[CONTROL_FDS];
    size_t count = control_poll_set(fds, control);
    return poll(fds, count, 1000) > 0 && control_work(control, fds, &w.app, checkpoint);
}

/* Asks what an almost empty table would remove: the answer names them all. */
static void ask(void)
{
    struct err err = {0};
    struct frame_out request;
    op_begin(&request, &w.app, "import");
    frame_int(&request, IMPORT_PARTIES);
    frame_text(&request, "parties.csv");
    frame_bytes(&request, bytes_of("party,kind,country,email\nh,hdo,DE,a@h.example\n"));
    frame_int(&request, IMPORT_FULL_TRY);
    ck_assert_int_eq(frame_send(client, frame_end(&request), &err), OK);
    frame_dispose(&request);
}

static void fill_register(void)
{
    struct str csv;
    str_init(&csv, STR_LIMIT_TEXT);
    str_add(&csv, "party,kind,country,email\n");
    for (int i = 0; i < MANY; i++)
        str_addf(&csv, "h-%0110d,hdo,DE,a@h.example\n", i);
    world_parties(&w, str_text(&csv));
    str_dispose(&csv);
}

START_TEST(a_client_that_does_not_read_its_answer_is_left_behind)
{
    fill_register();
    ask();
    ck_assert(!work());
    ck_assert(work()); /* it comes back */
}
END_TEST

START_TEST(a_client_that_reads_slowly_gets_the_whole_answer)
{
    struct err err = {0};
    struct frame_reader reader;
    struct frame reply;
    fill_register();
    ask();
    ck_assert(!work());
    pid_t pid = fork();
    if (pid == 0) {
        usleep(300000);
        frame_reader_init(&reader);
        bool good = frame_receive(&reader, client, &reply, &err) == OK &&
                    frame_get_int(&reply, 0) == OK &&
                    strlen(frame_get_text(&reply, 1)) > (size_t)MANY * 100;
        frame_reader_dispose(&reader);
        _exit(good ? 0 : 1);
    }
    ck_assert(work());
    int code = -1;
    ck_assert_int_eq(waitpid(pid, &code, 0), pid);
    ck_assert_int_eq(code, 0);
}
END_TEST

static void ask_for_checkpoint(int fd)
{
    struct err err = {0};
    struct frame_out request;
    op_begin(&request, &w.app, "checkpoint");
    ck_assert_int_eq(frame_send(fd, frame_end(&request), &err), OK);
    frame_dispose(&request);
}

/* The signer has nothing to do: all that is there is signed. */
static void cover(void)
{
    struct err err = {0};
    struct log_head head;
    ck_assert_int_eq(log_head_get(&head, w.app.store, &err), OK);
    const struct checkpoint_row row = {.size = head.idx, .note = bytes_of("a note"), .at_ms = 1};
    ck_assert_msg(checkpoint_add(w.app.store, &row, &err) == OK, "%s", err.text);
}

/* -1: no answer yet. */
static int answer_to(int fd)
{
    struct err err = {0};
    struct frame_reader reader;
    struct frame reply;
    int status = -1;
    char first;
    if (recv(fd, &first, 1, MSG_PEEK | MSG_DONTWAIT) != 1)
        return status;
    frame_reader_init(&reader);
    ck_assert_int_eq(frame_receive(&reader, fd, &reply, &err), OK);
    status = (int)frame_get_int(&reply, 0);
    frame_reader_dispose(&reader);
    return status;
}

START_TEST(nobody_stands_still_for_one_who_waits_for_the_signer)
{
    struct err err = {0};
    cover();
    ask_for_checkpoint(client);
    ck_assert(!work());
    ck_assert(work());
    ck_assert(!control_idle(control) && !control_ready(control));
    ck_assert_int_eq(answer_to(client), -1);
    /* Others are heard meanwhile. */
    int other = client;
    client = connect_to(&address);
    ask();
    ck_assert(!work());
    ck_assert(work());
    ck_assert_int_eq(answer_to(client), OK);
    ck_assert_int_eq(answer_to(other), -1);
    ck_assert_int_eq(checkpoint_next(checkpoint), 0);
    cover();
    ck_assert_int_eq(checkpoint_step(checkpoint, &err), OK);
    ck_assert(control_ready(control));
    struct pollfd fds[CONTROL_FDS];
    (void)control_poll_set(fds, control);
    ck_assert(control_work(control, fds, &w.app, checkpoint));
    ck_assert_int_eq(answer_to(other), OK);
    ck_assert(control_idle(control));
    (void)close(other);
}
END_TEST

START_TEST(who_goes_away_meanwhile_is_forgotten)
{
    struct err err = {0};
    cover();
    ask_for_checkpoint(client);
    ck_assert(!work());
    ck_assert(work());
    (void)close(client);
    client = -1;
    ck_assert(!work());
    ck_assert(control_idle(control));
    ck_assert_int_gt(checkpoint_next(checkpoint), 0);
    ck_assert_int_eq(checkpoint_step(checkpoint, &err), OK);
}
END_TEST

START_TEST(more_than_a_few_are_told_to_try_again)
{
    int fds[CONTROL_WAITING + 1];
    cover();
    for (size_t i = 0; i <= CONTROL_WAITING; i++) {
        fds[i] = i == 0 ? client : connect_to(&address);
        ask_for_checkpoint(fds[i]);
        if (i > 0)
            ck_assert(!work());
        else
            (void)work();
        ck_assert(work());
    }
    ck_assert_int_eq(answer_to(fds[CONTROL_WAITING]), ERR_IO);
    for (size_t i = 0; i < CONTROL_WAITING; i++)
        ck_assert_int_eq(answer_to(fds[i]), -1);
    for (size_t i = 1; i <= CONTROL_WAITING; i++)
        (void)close(fds[i]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.control");
    TCase *tc = tcase_create("control");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 15);
    tcase_add_test(tc, a_client_that_does_not_read_its_answer_is_left_behind);
    tcase_add_test(tc, a_client_that_reads_slowly_gets_the_whole_answer);
    tcase_add_test(tc, nobody_stands_still_for_one_who_waits_for_the_signer);
    tcase_add_test(tc, who_goes_away_meanwhile_is_forgotten);
    tcase_add_test(tc, more_than_a_few_are_told_to_try_again);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
