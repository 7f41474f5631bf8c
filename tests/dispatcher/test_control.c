/* The control socket: whoever is at the other end, the dispatcher goes on. */
#include "dispatcher/control.h"

#include "base/file.h"
#include "dispatcher/import.h"
#include "dispatcher/op.h"
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
static int client = -1;

static void setup(void)
{
    struct err err = {0};
    world_open(&w);
    char *path = path_join(w.dir, "sock");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    ck_assert_int_eq(control_open(&control, path, &err), OK);
    ck_assert_uint_lt(strlen(path), sizeof address.sun_path);
    memcpy(address.sun_path, path, strlen(path) + 1);
    client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_eq(connect(client, (const struct sockaddr *)&address, sizeof address), 0);
    free(path);
}

static void teardown(void)
{
    if (client >= 0)
        (void)close(client);
    control_close(control);
    world_close(&w);
}

/* Whatever waits on the socket now is worked on; true when an operation was performed. */
static bool work(void)
{
    struct pollfd fds[CONTROL_FDS];
    size_t count = control_poll_set(fds, control);
    return poll(fds, count, 1000) > 0 && control_work(control, fds, &w.app);
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

int main(void)
{
    Suite *suite = suite_create("dispatcher.control");
    TCase *tc = tcase_create("control");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 15);
    tcase_add_test(tc, a_client_that_does_not_read_its_answer_is_left_behind);
    tcase_add_test(tc, a_client_that_reads_slowly_gets_the_whole_answer);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
