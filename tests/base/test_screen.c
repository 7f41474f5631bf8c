/* Frames, and a real terminal that is as it was when all is over. */
#include "base/screen.h"

#include <check.h>
#include <fcntl.h>
#include <pty.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define LONG_MS (INT64_C(120) * 1000) /* longer than any test may take */

static const struct {
    const char *text;
    size_t rows;
    const char *frame;
} frames[] = {
    {"", 3, "\033[H\033[J"},
    {"a\n", 3, "\033[Ha\033[K\033[J"},
    {"a\nb", 2, "\033[Ha\033[K\r\nb\033[K\033[J"},
    {"a\n\nc\n", 3, "\033[Ha\033[K\r\n\033[K\r\nc\033[K\033[J"},
    {"a\nb\nc\n", 2, "\033[Ha\033[K\r\n... and 2 more lines\033[K\033[J"},
    {"a\nb\n", 1, "\033[H... and 2 more lines\033[K\033[J"},
    {"a\nb\n", 0, "\033[H... and 2 more lines\033[K\033[J"},
};

START_TEST(a_frame_goes_over_the_old_one_and_clears_what_is_left_of_it)
{
    struct str out;
    str_init(&out, STR_LIMIT_LINE);
    screen_frame(&out, bytes_of(frames[_i].text), frames[_i].rows);
    ck_assert_str_eq(str_text(&out), frames[_i].frame);
    str_dispose(&out);
}
END_TEST

static struct screen screen;
static struct err err;
static int master;

/* Check runs each test in a process of its own, so that its input and output are ours to change. */
static void open_terminal(void)
{
    int slave = -1;
    const struct winsize size = {.ws_row = 2, .ws_col = 20};
    ck_assert_int_eq(openpty(&master, &slave, NULL, NULL, &size), 0);
    ck_assert_int_eq(dup2(slave, STDIN_FILENO), STDIN_FILENO);
    ck_assert_int_eq(dup2(slave, STDOUT_FILENO), STDOUT_FILENO);
    ck_assert_int_eq(close(slave), 0);
}

/* What the terminal was sent until this text came. */
static void shown(const char *wanted)
{
    struct str seen;
    str_init(&seen, STR_LIMIT_LINE);
    while (strstr(str_text(&seen), wanted) == NULL) {
        char part[256];
        const ssize_t got = read(master, part, sizeof part);
        ck_assert_int_gt(got, 0);
        str_add_n(&seen, part, (size_t)got);
        ck_assert(str_ok(&seen));
    }
    str_dispose(&seen);
}

START_TEST(a_key_ends_it_and_the_terminal_is_as_it_was)
{
    struct termios before;
    struct termios after;
    sigset_t mask;
    open_terminal();
    ck_assert_int_eq(tcgetattr(STDIN_FILENO, &before), 0);
    ck_assert_int_eq(screen_open(&screen, &err), OK);
    ck_assert_int_eq(tcgetattr(STDIN_FILENO, &after), 0);
    ck_assert_uint_eq(after.c_lflag & (tcflag_t)(ICANON | ECHO), 0);
    ck_assert_uint_eq(after.c_cc[VSUSP], _POSIX_VDISABLE);
    ck_assert_uint_eq(after.c_cc[VQUIT], _POSIX_VDISABLE);
    ck_assert_int_eq(screen_show(&screen, bytes_of("one\ntwo\nthree\n"), &err), OK);
    shown("... and 2 more lines\033[K\033[J");
    ck_assert(screen_wait(&screen, 0));
    ck_assert_int_eq(write(master, "xq", 2), 2); /* x is nobody's key */
    ck_assert(!screen_wait(&screen, LONG_MS));
    screen_close(&screen);
    shown("\033[?1049l");
    ck_assert_int_eq(tcgetattr(STDIN_FILENO, &after), 0);
    ck_assert_uint_eq(after.c_lflag, before.c_lflag);
    ck_assert_uint_eq(after.c_cc[VSUSP], before.c_cc[VSUSP]);
    ck_assert_uint_eq(after.c_cc[VQUIT], before.c_cc[VQUIT]);
    ck_assert_int_eq(sigprocmask(SIG_BLOCK, NULL, &mask), 0);
    ck_assert_int_eq(sigismember(&mask, SIGINT), 0);
}
END_TEST

static const struct {
    int number;
    bool goes_on;
} signals[] = {
    {SIGINT, false}, {SIGQUIT, false}, {SIGTERM, false}, {SIGHUP, false}, {SIGWINCH, true}};

START_TEST(signals_end_it_in_order_but_another_size_is_drawn)
{
    open_terminal();
    ck_assert_int_eq(screen_open(&screen, &err), OK);
    ck_assert_int_eq(kill(getpid(), signals[_i].number), 0);
    ck_assert_int_eq(screen_wait(&screen, LONG_MS), signals[_i].goes_on);
    screen_close(&screen);
}
END_TEST

START_TEST(a_large_q_and_the_end_of_input_are_an_end)
{
    open_terminal();
    ck_assert_int_eq(screen_open(&screen, &err), OK);
    if (_i == 0) {
        ck_assert_int_eq(write(master, "Q", 1), 1);
    } else
        ck_assert_int_eq(close(master), 0); /* somebody closed the window */
    ck_assert(!screen_wait(&screen, LONG_MS));
    screen_close(&screen);
}
END_TEST

START_TEST(without_a_terminal_there_is_no_screen)
{
    open_terminal();
    const int none = open("/dev/null", O_RDWR);
    ck_assert_int_ge(none, 0);
    ck_assert_int_ge(dup2(none, _i == 0 ? STDIN_FILENO : STDOUT_FILENO), 0);
    ck_assert_int_eq(screen_open(&screen, &err), ERR_INVALID);
    ck_assert_ptr_nonnull(strstr(err.text, "no terminal"));
    (void)close(none);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base.screen");
    TCase *tcase = tcase_create("screen");
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, a_frame_goes_over_the_old_one_and_clears_what_is_left_of_it, 0,
                        (int)(sizeof frames / sizeof frames[0]));
    tcase_add_test(tcase, a_key_ends_it_and_the_terminal_is_as_it_was);
    tcase_add_loop_test(tcase, signals_end_it_in_order_but_another_size_is_drawn, 0,
                        (int)(sizeof signals / sizeof signals[0]));
    tcase_add_loop_test(tcase, a_large_q_and_the_end_of_input_are_an_end, 0, 2);
    tcase_add_loop_test(tcase, without_a_terminal_there_is_no_screen, 0, 2);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
