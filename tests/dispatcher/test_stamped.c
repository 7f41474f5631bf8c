/* What a fetcher tells of a time-stamp: only what is whole and within its bounds is taken. */
#include "dispatcher/signed/stamped.h"

#include <check.h>
#include <stdlib.h>

#define AT_MS INT64_C(1800000000000)

static char large[FETCH_MOST + 1];

/* A whole answer, but for one thing. */
static struct answer {
    uint32_t type;
    struct bytes token;
    int64_t at_ms, cert_end_ms;
    const char *authority, *serial;
    unsigned fields; /* so many of them */
} answer;

static struct bytes text_of(const char *text)
{
    return text != NULL ? bytes_of(text) : (struct bytes){0};
}

static void setup(void)
{
    for (size_t i = 0; i < sizeof large; i++)
        large[i] = 'x';
    answer = (struct answer){JOB_FETCHED, text_of("token"), AT_MS,         0,
                             "/CN=good",  "-BEEF",          FETCHED_FIELDS};
}

/* Through a reader, as it comes from a child; what it holds lives as long. */
static bool get(struct stamped *out, struct frame_reader *reader, struct frame_out *sent)
{
    struct err err = {0};
    struct frame *frame = xcalloc(1, sizeof *frame);
    struct bytes bytes = frame_end(sent);
    frame_reader_init(reader);
    str_add_n(&reader->buffer, bytes.data, bytes.size);
    ck_assert_int_eq(frame_take(reader, frame, &err), OK);
    bool good = stamped_get(out, frame);
    frame_dispose(sent);
    free(frame);
    return good;
}

static bool get_answer(void)
{
    struct stamped told;
    struct frame_reader reader;
    struct frame_out sent;
    frame_begin(&sent, answer.type);
    for (unsigned i = 0; i < answer.fields; i++)
        if (i == FETCHED_TOKEN)
            frame_bytes(&sent, answer.token);
        else if (i == FETCHED_AT)
            frame_int(&sent, answer.at_ms);
        else if (i == FETCHED_CERT_END)
            frame_int(&sent, answer.cert_end_ms);
        else
            frame_text(&sent, i == FETCHED_AUTHORITY ? answer.authority : answer.serial);
    bool good = get(&told, &reader, &sent);
    if (good) {
        ck_assert(bytes_equal(told.token, answer.token));
        ck_assert_int_eq(told.stamp.at_ms, answer.at_ms);
        ck_assert_int_eq(told.stamp.cert_end_ms, answer.cert_end_ms);
        ck_assert_str_eq(told.stamp.authority, answer.authority);
        ck_assert_str_eq(told.stamp.serial, answer.serial);
        ck_assert_ptr_null(told.refused);
    }
    frame_reader_dispose(&reader);
    return good;
}

START_TEST(a_whole_answer_is_taken_up_to_its_bounds)
{
    ck_assert(get_answer());
    answer.token = (struct bytes){(const unsigned char *)large, STAMP_LIMIT};
    answer.at_ms = 0;
    answer.cert_end_ms = INT64_C(253402300799000); /* 9999-12-31T23:59:59Z */
    large[255] = '\0';
    answer.authority = large;
    ck_assert(get_answer());
}
END_TEST

START_TEST(what_is_out_of_bounds_is_not_taken)
{
    switch (_i) {
    case 0:
        answer.type = JOB_READY;
        break;
    case 1:
        answer.type = JOB_SIGNED;
        break;
    case 2:
        answer.fields = FETCHED_FIELDS - 1;
        break;
    case 3:
        answer.fields = FETCHED_FIELDS + 1;
        break;
    case 4:
        answer.fields = 1;
        break;
    case 5:
        answer.fields = 0;
        break;
    case 6:
        answer.token.size = 0;
        break;
    case 7:
        answer.token = (struct bytes){(const unsigned char *)large, STAMP_LIMIT + 1};
        break;
    case 8:
        answer.at_ms = -1;
        break;
    case 9:
        answer.at_ms = INT64_MAX;
        break;
    case 10:
        answer.cert_end_ms = INT64_MIN;
        break;
    case 11:
        answer.cert_end_ms = INT64_C(253402300800000);
        break;
    case 12:
        answer.authority = NULL;
        break;
    case 13:
        answer.authority = "/CN=good\nfine";
        break;
    case 14:
        answer.authority = "/CN=\xc3\xbc";
        break;
    case 15:
        large[256] = '\0', answer.authority = large;
        break;
    case 16:
        answer.serial = NULL;
        break;
    case 17:
        answer.serial = "\x1b[2J";
        break;
    default:
        large[64] = '\0', answer.serial = large;
        break;
    }
    ck_assert(!get_answer());
}
END_TEST

START_TEST(numbers_and_words_have_the_size_of_their_kind)
{
    struct stamped told;
    struct frame_reader reader;
    for (int i = 0; i < 3; i++) {
        struct frame_out sent;
        frame_begin(&sent, JOB_FETCHED);
        frame_text(&sent, "token");
        frame_bytes(&sent,
                    (struct bytes){(const unsigned char *)"\0\0\0\0\0\0\0\1", i == 0 ? 7 : 8});
        frame_bytes(&sent,
                    (struct bytes){(const unsigned char *)"\0\0\0\0\0\0\0\1", i == 1 ? 4 : 8});
        frame_bytes(&sent, (struct bytes){(const unsigned char *)"a\0b", i == 2 ? 3 : 1});
        frame_text(&sent, "1");
        ck_assert_msg(!get(&told, &reader, &sent), "%d", i);
        frame_reader_dispose(&reader);
    }
}
END_TEST

START_TEST(a_refusal_is_its_reason_and_no_more)
{
    struct stamped told;
    struct frame_reader reader;
    struct frame_out sent;
    stamped_none(&sent, "it answers with status 500");
    ck_assert(get(&told, &reader, &sent));
    ck_assert_str_eq(told.refused, "it answers with status 500");
    frame_reader_dispose(&reader);
    large[480] = '\0'; /* longer than any reason is */
    const char *const bad[] = {NULL, large};
    for (size_t i = 0; i < 2; i++) {
        stamped_none(&sent, bad[i]);
        ck_assert(!get(&told, &reader, &sent));
        frame_reader_dispose(&reader);
    }
    stamped_none(&sent, "why");
    frame_text(&sent, "and more");
    ck_assert(!get(&told, &reader, &sent));
    frame_reader_dispose(&reader);
}
END_TEST

/* Judged without its request an answer could be an old one. */
START_TEST(a_question_without_its_request_is_none)
{
    struct err err = {0};
    struct frame *frame = xcalloc(1, sizeof *frame);
    for (int i = 0; i < 4; i++) {
        struct frame_reader reader;
        struct frame_out sent;
        struct stamped_question question = {.url = "http://tsa.example",
                                            .request = text_of(i == 1 ? "" : "request"),
                                            .note = text_of("note"),
                                            .roots = text_of("roots"),
                                            .timeout_ms = i == 2 ? 0 : 1000};
        if (i == 3)
            question.url = NULL;
        stamped_ask(&sent, &question);
        frame_reader_init(&reader);
        str_add_n(&reader.buffer, frame_end(&sent).data, sent.bytes.size);
        ck_assert_int_eq(frame_take(&reader, frame, &err), OK);
        ck_assert_int_eq(stamped_asked(&question, frame), i == 0);
        ck_assert(i > 0 || bytes_equal(question.roots, text_of("roots")));
        frame_dispose(&sent);
        frame_reader_dispose(&reader);
    }
    free(frame);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.stamped");
    TCase *tc = tcase_create("stamped");
    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, a_whole_answer_is_taken_up_to_its_bounds);
    tcase_add_loop_test(tc, what_is_out_of_bounds_is_not_taken, 0, 19);
    tcase_add_test(tc, numbers_and_words_have_the_size_of_their_kind);
    tcase_add_test(tc, a_refusal_is_its_reason_and_no_more);
    tcase_add_test(tc, a_question_without_its_request_is_none);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
