#include "base/frame.h"

#include "tests/base/suite.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static int ends[2];
static struct frame_reader reader;
static struct frame frame;
static struct err err;

static void begin(void)
{
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    frame_reader_init(&reader);
}

static void end(void)
{
    (void)close(ends[0]);
    (void)close(ends[1]);
    frame_reader_dispose(&reader);
    frame_reader_dispose(NULL);
}

static void push(const void *data, size_t size)
{
    ck_assert_int_eq(send(ends[0], data, size, 0), (ssize_t)size);
    ck_assert_int_eq(frame_reader_fill(&reader, ends[1], &err), OK);
}

START_TEST(fields_of_all_kinds_arrive_as_they_were)
{
    struct frame_out out;
    frame_begin(&out, 7);
    frame_text(&out, "text");
    frame_text(&out, NULL);
    frame_text(&out, "");
    frame_bytes(&out, (struct bytes){(const unsigned char *)"a\0b", 3});
    frame_int(&out, INT64_MIN);
    frame_int(&out, -1);
    struct bytes bytes = frame_end(&out);
    push(bytes.data, bytes.size);
    frame_dispose(&out);
    frame_dispose(NULL);
    ck_assert_int_eq(frame_take(&reader, &frame, &err), OK);
    ck_assert_uint_eq(frame.type, 7);
    ck_assert_uint_eq(frame.count, 6);
    ck_assert_str_eq(frame_get_text(&frame, 0), "text");
    ck_assert(!frame.present[1]);
    ck_assert_ptr_null(frame_get_text(&frame, 1));
    ck_assert(frame.present[2]);
    ck_assert_str_eq(frame_get_text(&frame, 2), "");
    ck_assert(
        bytes_equal(frame_get_bytes(&frame, 3), (struct bytes){(const unsigned char *)"a\0b", 3}));
    ck_assert_int_eq(frame_get_int(&frame, 4), INT64_MIN);
    ck_assert_int_eq(frame_get_int(&frame, 5), -1);
    ck_assert_int_eq(frame_take(&reader, &frame, &err), ERR_NOT_FOUND);
}
END_TEST

START_TEST(a_field_that_is_not_there_reads_as_nothing)
{
    struct frame_out out;
    frame_begin(&out, 1);
    frame_text(&out, "seven b");
    struct bytes bytes = frame_end(&out);
    push(bytes.data, bytes.size);
    frame_dispose(&out);
    ck_assert_int_eq(frame_take(&reader, &frame, &err), OK);
    ck_assert_int_eq(frame_get_int(&frame, 0), 0); /* not eight bytes */
    ck_assert_ptr_null(frame_get_text(&frame, 1));
    ck_assert_uint_eq(frame_get_bytes(&frame, 1).size, 0);
    ck_assert_int_eq(frame_get_int(&frame, 1), 0);
    ck_assert_ptr_null(frame_get_text(&frame, UINT32_MAX));
}
END_TEST

/* The wire form is a contract between versions of the program. */
static const unsigned char wire[] = {'T', 'C', 'S', '1', 0, 0, 1, 2,   0,   0,   0,   2,   0,
                                     0,   0,   26,  0,   0, 0, 2, 'h', 'i', 255, 255, 255, 255};

START_TEST(the_wire_form_is_the_documented_one)
{
    struct frame_out out;
    frame_begin(&out, 0x102);
    frame_text(&out, "hi");
    frame_text(&out, NULL);
    struct bytes bytes = frame_end(&out);
    ck_assert(bytes_equal(bytes, (struct bytes){wire, sizeof wire}));
    frame_dispose(&out);
}
END_TEST

START_TEST(a_frame_that_comes_byte_by_byte_is_whole_at_its_last)
{
    for (size_t i = 0; i < sizeof wire; i++) {
        ck_assert_int_eq(frame_take(&reader, &frame, &err), ERR_NOT_FOUND);
        push(wire + i, 1);
    }
    ck_assert_int_eq(frame_take(&reader, &frame, &err), OK);
    ck_assert_str_eq(frame_get_text(&frame, 0), "hi");
}
END_TEST

START_TEST(a_taken_frame_stays_while_more_is_read)
{
    push(wire, sizeof wire);
    ck_assert_int_eq(frame_take(&reader, &frame, &err), OK);
    const char *text = frame_get_text(&frame, 0);
    for (int i = 0; i < 100; i++)
        push(wire, sizeof wire);
    ck_assert_str_eq(text, "hi");
    for (int i = 0; i < 100; i++)
        ck_assert_int_eq(frame_take(&reader, &frame, &err), OK);
    ck_assert_int_eq(frame_take(&reader, &frame, &err), ERR_NOT_FOUND);
}
END_TEST

static const struct {
    const char *name;
    size_t at;
    unsigned char byte[4];
    const char *what;
} lies[] = {
    {"magic", 0, {'T', 'C', 'S', '2'}, "does not begin with TCS1"},
    {"more fields than may be",
     8,
     {0, 0, (FRAME_FIELDS + 1) / 256, (FRAME_FIELDS + 1) % 256},
     "too many fields"},
    {"fields without end", 8, {255, 255, 255, 255}, "too many fields"},
    {"one field more", 8, {0, 0, 0, 3}, "its size cannot be"},
    {"one field less", 8, {0, 0, 0, 1}, "behind its last field"},
    {"size of all below the header", 12, {0, 0, 0, 15}, "its size cannot be"},
    {"size of all too small", 12, {0, 0, 0, 25}, "ends inside a field"},
    {"size of all above the limit", 12, {6, 0, 0, 1}, "its size cannot be"},
    {"size of all without end", 12, {255, 255, 255, 255}, "its size cannot be"},
    {"field longer than the frame", 16, {0, 0, 0, 7}, "a field is longer"},
    {"field that eats the next size", 16, {0, 0, 0, 3}, "ends inside a field"},
    {"field without end", 16, {255, 255, 255, 254}, "a field is longer"},
    {"last field longer than the frame", 22, {0, 0, 0, 1}, "a field is longer"},
};

START_TEST(a_lie_is_found_and_nothing_is_believed_afterwards)
{
    unsigned char bytes[sizeof wire];
    memcpy(bytes, wire, sizeof wire);
    memcpy(bytes + lies[_i].at, lies[_i].byte, 4);
    push(bytes, sizeof bytes);
    ck_assert_msg(frame_take(&reader, &frame, &err) == ERR_CORRUPT, "%s: %s", lies[_i].name,
                  err.text);
    ck_assert_msg(strstr(err.text, lies[_i].what) != NULL, "%s", err.text);
    ck_assert_uint_eq(frame.count, 0);
    ck_assert_int_eq(send(ends[0], wire, sizeof wire, 0), sizeof wire);
    (void)!frame_reader_fill(&reader, ends[1], &err);
    ck_assert_int_eq(frame_take(&reader, &frame, &err), ERR_CORRUPT);
}
END_TEST

START_TEST(a_claimed_size_costs_nothing_before_its_bytes_are_there)
{
    unsigned char header[16];
    memcpy(header, wire, sizeof header);
    memcpy(header + 12, (const unsigned char[]){6, 0, 0, 0}, 4); /* 96 MiB: just allowed */
    push(header, sizeof header);
    ck_assert_int_eq(frame_take(&reader, &frame, &err), ERR_NOT_FOUND);
    ck_assert_uint_lt(reader.buffer.capacity + reader.text.capacity, 64 * 1024);
}
END_TEST

START_TEST(an_empty_socket_is_told_from_a_closed_one)
{
    ck_assert_int_eq(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
    ck_assert_int_eq(frame_reader_fill(&reader, ends[1], &err), ERR_STALE);
    ck_assert_int_eq(shutdown(ends[0], SHUT_WR), 0);
    ck_assert_int_eq(frame_reader_fill(&reader, ends[1], &err), ERR_NOT_FOUND);
    ck_assert_int_eq(frame_reader_fill(&reader, -1, &err), ERR_IO);
}
END_TEST

START_TEST(a_socket_that_closes_inside_a_frame_gives_no_frame)
{
    ck_assert_int_eq(send(ends[0], wire, sizeof wire - 1, 0), sizeof wire - 1);
    ck_assert_int_eq(shutdown(ends[0], SHUT_WR), 0);
    ck_assert_int_eq(frame_receive(&reader, ends[1], &frame, &err), ERR_NOT_FOUND);
    ck_assert_uint_eq(frame.count, 0);
}
END_TEST

START_TEST(sending_to_a_closed_socket_is_told_without_a_signal)
{
    (void)close(ends[1]);
    ck_assert_int_eq(frame_send(ends[0], (struct bytes){wire, sizeof wire}, &err), ERR_NOT_FOUND);
    ends[1] = -1;
    ck_assert_int_eq(frame_send(-1, (struct bytes){wire, sizeof wire}, &err), ERR_IO);
}
END_TEST

START_TEST(what_is_too_large_is_not_sent)
{
    struct frame_out out;
    frame_begin(&out, 1);
    frame_bytes(&out, (struct bytes){wire, FRAME_LIMIT + 1}); /* refused before it is read */
    ck_assert_uint_eq(frame_end(&out).size, 0);
    ck_assert_int_eq(frame_send(ends[0], frame_end(&out), &err), ERR_LIMIT);
    frame_dispose(&out);
}
END_TEST

START_TEST(too_many_fields_are_a_bug_and_stop)
{
    struct frame_out out;
    frame_begin(&out, 1);
    for (int i = 0; i <= FRAME_FIELDS; i++)
        frame_text(&out, NULL);
}
END_TEST

static void on_alarm(int signal)
{
    (void)signal;
}

/* The other process; every 50th frame is large. */
#define FRAMES 310
#define LARGE ((size_t)3 * 1024 * 1024)

static size_t size_of(uint32_t n)
{
    return n % 50 == 49 ? LARGE + n : n * 7;
}

static void *send_all(void *arg)
{
    unsigned char *data = malloc(LARGE + FRAMES);
    size_t failures = data == NULL;
    (void)arg;
    for (uint32_t n = 0; n < FRAMES && failures == 0; n++) {
        struct frame_out out;
        memset(data, (int)(n % 251), size_of(n));
        frame_begin(&out, n);
        frame_bytes(&out, (struct bytes){data, size_of(n)});
        frame_int(&out, n);
        failures += frame_send(ends[0], frame_end(&out), NULL) != OK;
        frame_dispose(&out);
    }
    failures += shutdown(ends[0], SHUT_WR) != 0;
    free(data);
    return failures == 0 ? NULL : &ends;
}

static const struct {
    bool blocking;
    bool interrupt_sender; /* else the receiver */
} sockets[] = {{false, false}, {true, false}, {true, true}};

START_TEST(frames_of_all_sizes_pass_through_a_busy_socket)
{
    sigset_t alarms;
    pthread_t sender;
    void *failed = NULL;
    uint32_t count = 0;
    bool same = true;
    /* Interrupted system calls, and a buffer that is nearly always full or empty. */
    struct sigaction action = {.sa_handler = on_alarm};
    const struct itimerval often = {{0, 500}, {0, 500}};
    const struct itimerval never = {{0, 0}, {0, 0}};
    (void)sigemptyset(&alarms);
    (void)sigaddset(&alarms, SIGALRM);
    ck_assert_int_eq(sigaction(SIGALRM, &action, NULL), 0);
    for (int i = 0; i < 2 && !sockets[_i].blocking; i++)
        ck_assert_int_eq(fcntl(ends[i], F_SETFL, O_NONBLOCK), 0);
    if (!sockets[_i].interrupt_sender) /* its thread inherits what is blocked */
        ck_assert_int_eq(pthread_sigmask(SIG_BLOCK, &alarms, NULL), 0);
    ck_assert_int_eq(pthread_create(&sender, NULL, send_all, NULL), 0);
    int how = sockets[_i].interrupt_sender ? SIG_BLOCK : SIG_UNBLOCK;
    ck_assert_int_eq(pthread_sigmask(how, &alarms, NULL), 0);
    ck_assert_int_eq(setitimer(ITIMER_REAL, &often, NULL), 0);
    while (frame_receive(&reader, ends[1], &frame, &err) == OK) {
        struct bytes data = frame_get_bytes(&frame, 0);
        same = same && frame.type == count && frame_get_int(&frame, 1) == count &&
               data.size == size_of(count);
        for (size_t i = 0; same && i < data.size; i += 1 + data.size / 97)
            same = data.data[i] == count % 251;
        count++;
        if (count % 8 == 0)
            (void)poll(NULL, 0, 2); /* be slow: the sender has to wait */
    }
    ck_assert_int_eq(pthread_join(sender, &failed), 0);
    ck_assert_int_eq(setitimer(ITIMER_REAL, &never, NULL), 0);
    ck_assert_int_eq(err.code, ERR_NOT_FOUND);
    ck_assert_ptr_null(failed);
    ck_assert(same);
    ck_assert_uint_eq(count, FRAMES);
    /* The memory of the large ones was given back. */
    ck_assert_uint_lt(reader.buffer.capacity + reader.text.capacity, LARGE);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base.frame");
    TCase *tcase = tcase_create("frame");
    tcase_add_checked_fixture(tcase, begin, end);
    tcase_set_timeout(tcase, 10);
    tcase_add_test(tcase, fields_of_all_kinds_arrive_as_they_were);
    tcase_add_test(tcase, a_field_that_is_not_there_reads_as_nothing);
    tcase_add_test(tcase, the_wire_form_is_the_documented_one);
    tcase_add_test(tcase, a_frame_that_comes_byte_by_byte_is_whole_at_its_last);
    tcase_add_test(tcase, a_taken_frame_stays_while_more_is_read);
    tcase_add_loop_test(tcase, a_lie_is_found_and_nothing_is_believed_afterwards, 0, COUNT(lies));
    tcase_add_test(tcase, a_claimed_size_costs_nothing_before_its_bytes_are_there);
    tcase_add_test(tcase, an_empty_socket_is_told_from_a_closed_one);
    tcase_add_test(tcase, a_socket_that_closes_inside_a_frame_gives_no_frame);
    tcase_add_test(tcase, sending_to_a_closed_socket_is_told_without_a_signal);
    tcase_add_test(tcase, what_is_too_large_is_not_sent);
    tcase_add_test_raise_signal(tcase, too_many_fields_are_a_bug_and_stop, SIGABRT);
    tcase_add_loop_test(tcase, frames_of_all_sizes_pass_through_a_busy_socket, 0, COUNT(sockets));
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}
