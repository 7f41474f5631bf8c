#include "base/json_out.h"

#include "base/json.h"
#include "base/utf8.h"
#include "tests/base/suite.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static struct str out;
static struct json_out writer;

static void begin(void)
{
    str_init(&out, STR_LIMIT_TEXT);
    json_out_init(&writer, &out, true);
}

static void end(void)
{
    str_dispose(&out);
}

START_TEST(values_of_all_kinds_are_written_without_space)
{
    json_out_object(&writer, NULL);
    json_out_array(&writer, "a");
    json_out_int(&writer, NULL, -5);
    json_out_text(&writer, NULL, "x");
    json_out_object(&writer, NULL);
    json_out_end(&writer);
    json_out_array(&writer, NULL);
    json_out_end(&writer);
    json_out_end(&writer);
    json_out_bool(&writer, "b", true);
    json_out_bool(&writer, "b2", false);
    json_out_null(&writer, "n");
    json_out_text(&writer, "none", NULL);
    json_out_raw(&writer, "raw", "[1,2]");
    json_out_text_n(&writer, "t", (struct bytes){(const unsigned char *)"a\0b", 3});
    json_out_end(&writer);
    ck_assert(str_ok(&out));
    ck_assert_str_eq(str_text(&out), "{\"a\":[-5,\"x\",{},[]],\"b\":true,\"b2\":false,\"n\":null,"
                                     "\"none\":null,\"raw\":[1,2],\"t\":\"a\\u0000b\"}");
}
END_TEST

START_TEST(delete_signs_are_replaced)
{
    json_out_text(&writer, NULL, "a\x7f\x7f");
    ck_assert_str_eq(str_text(&out), "\"a\xef\xbf\xbd\xef\xbf\xbd\"");
}
END_TEST

START_TEST(text_that_is_not_utf8_fails_the_writer)
{
    json_out_array(&writer, NULL);
    json_out_text(&writer, NULL, "M\xfcller");
    json_out_end(&writer);
    ck_assert(!str_ok(&out));
}
END_TEST

START_TEST(integers_beyond_2_to_the_53_fail_the_writer)
{
    json_out_array(&writer, NULL);
    json_out_int(&writer, NULL, INT64_C(9007199254740991));
    json_out_int(&writer, NULL, INT64_C(-9007199254740991));
    ck_assert(str_ok(&out));
    json_out_int(&writer, NULL, INT64_C(9007199254740992));
    ck_assert(!str_ok(&out));
    str_reset(&out);
    json_out_init(&writer, &out, true);
    json_out_int(&writer, NULL, INT64_C(-9007199254740992));
    ck_assert(!str_ok(&out));
}
END_TEST

START_TEST(plain_output_may_come_in_any_order)
{
    json_out_init(&writer, &out, false);
    json_out_object(&writer, NULL);
    json_out_int(&writer, "z", 1);
    json_out_int(&writer, "a_name_that_is_longer_than_any_name_of_the_evidence_may_be", 2);
    json_out_end(&writer);
    ck_assert_str_eq(str_text(&out),
                     "{\"z\":1,\"a_name_that_is_longer_than_any_name_of_the_evidence_may_be\":2}");
}
END_TEST

/* Bugs of a caller stop the process. */
static void names_out_of_order(void)
{
    json_out_object(&writer, NULL);
    json_out_int(&writer, "b", 1);
    json_out_int(&writer, "a", 2);
}
static void name_twice(void)
{
    json_out_object(&writer, NULL);
    json_out_int(&writer, "a", 1);
    json_out_int(&writer, "a", 2);
}
static void name_inside_array(void)
{
    json_out_array(&writer, NULL);
    json_out_int(&writer, "a", 1);
}
static void no_name_inside_object(void)
{
    json_out_object(&writer, NULL);
    json_out_int(&writer, NULL, 1);
}
static void name_at_the_top(void)
{
    json_out_int(&writer, "a", 1);
}
static void end_without_begin(void)
{
    json_out_end(&writer);
}
static void too_deep(void)
{
    for (int i = 0; i <= JSON_OUT_DEPTH; i++)
        json_out_array(&writer, NULL);
}
static void name_too_long(void)
{
    json_out_object(&writer, NULL);
    json_out_int(&writer, "a2345678901234567890123456789012345678901234567x", 1);
}

static void (*const bugs[])(void) = {
    names_out_of_order, name_twice,        name_inside_array, no_name_inside_object,
    name_at_the_top,    end_without_begin, too_deep,          name_too_long};

START_TEST(a_bug_of_the_caller_stops_the_process)
{
    bugs[_i]();
}
END_TEST

/* Runs `jq -cS .` over input; false when there is no jq. */
static bool run_jq(struct str *result, struct bytes input)
{
    char words[][24] = {"jq", "-cS", ".", "PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8"};
    char *const argv[] = {words[0], words[1], words[2], NULL};
    char *const env[] = {words[3], words[4], NULL};
    char buffer[65536];
    posix_spawn_file_actions_t actions;
    pid_t pid = -1;
    int status = 0;
    int in = memfd_create("in", MFD_CLOEXEC);
    int to = memfd_create("out", MFD_CLOEXEC);
    ck_assert(in >= 0 && to >= 0);
    ck_assert_int_eq(write(in, input.data, input.size), (ssize_t)input.size);
    ck_assert_int_eq(lseek(in, 0, SEEK_SET), 0);
    ck_assert_int_eq(posix_spawn_file_actions_init(&actions), 0);
    ck_assert_int_eq(posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO), 0);
    ck_assert_int_eq(posix_spawn_file_actions_adddup2(&actions, to, STDOUT_FILENO), 0);
    bool there = posix_spawn(&pid, "/usr/bin/jq", &actions, NULL, argv, env) == 0;
    if (there) {
        ck_assert_int_eq(waitpid(pid, &status, 0), pid);
        ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        ck_assert_int_eq(lseek(to, 0, SEEK_SET), 0);
        for (ssize_t got; (got = read(to, buffer, sizeof buffer)) > 0;)
            str_add_n(result, buffer, (size_t)got);
    }
    (void)posix_spawn_file_actions_destroy(&actions);
    (void)close(in);
    (void)close(to);
    return there;
}

static void add_line(struct bytes text, int64_t n)
{
    json_out_init(&writer, &out, true);
    json_out_object(&writer, NULL);
    json_out_array(&writer, "list");
    json_out_int(&writer, NULL, n);
    json_out_bool(&writer, NULL, n % 2 == 0);
    json_out_null(&writer, NULL);
    json_out_text_n(&writer, NULL, text);
    json_out_end(&writer);
    json_out_text_n(&writer, "text", text);
    json_out_object(&writer, "then");
    json_out_int(&writer, "a", -n);
    json_out_int(&writer, "a0", n);
    json_out_int(&writer, "a_", n);
    json_out_int(&writer, "ab", n);
    json_out_end(&writer);
    json_out_end(&writer);
    str_add_c(&out, '\n');
}

START_TEST(the_output_is_what_jq_writes_byte_for_byte)
{
    static const char *const nasty[] = {"",
                                        " ",
                                        "</script>",
                                        "a/b",
                                        "\\u0041",
                                        "\\\"",
                                        "'\"`$(x)",
                                        "{\"a\":1}",
                                        "%s%n",
                                        "\xe2\x80\xa8\xe2\x80\xa9",
                                        "\xef\xbb\xbf",
                                        "\xef\xbf\xbf\xef\xbf\xbe",
                                        "\xf4\x8f\xbf\xbf",
                                        "\xed\x9f\xbf\xee\x80\x80",
                                        "e\xcc\x81",
                                        "\xd8\xa7\xd9\x84",
                                        "\xe2\x80\xae",
                                        "\xf0\x9f\x91\xa9\xe2\x80\x8d\xe2\x9a\x95\xef\xb8\x8f",
                                        "=cmd|'/c calc'!A0"};
    struct str text;
    struct str result;
    unsigned lines = 0;
    str_init(&text, 1000);
    str_init(&result, STR_LIMIT_TEXT);
    for (int i = 0; i < COUNT(nasty); i++, lines++)
        add_line(bytes_of(nasty[i]), i);
    for (uint32_t c = 0; c < 0x400; c++, lines++) { /* each sign alone and between others */
        str_reset(&text);
        utf8_add(&text, c);
        str_add_c(&text, 'x');
        utf8_add(&text, c);
        add_line(str_bytes(&text), INT64_C(9007199254740991) - c);
    }
    uint32_t state = 1;
    for (int i = 0; i < 500; i++, lines++) {
        str_reset(&text);
        for (int k = 0; k < 40; k++) {
            state = state * 1664525 + 1013904223;
            utf8_add(&text, (state >> 8) % (k % 2 == 0 ? 0x100 : 0x110000));
        }
        add_line(str_bytes(&text), state);
    }
    ck_assert(str_ok(&out));
    if (!run_jq(&result, str_bytes(&out)))
        (void)printf("SKIP: jq is not installed: nobody to compare with\n");
    else
        ck_assert_msg(bytes_equal(str_bytes(&out), str_bytes(&result)), "jq writes otherwise");
    (void)printf("compared %u lines, %zu bytes\n", lines, result.size);
    str_dispose(&text);
    str_dispose(&result);
}
END_TEST

START_TEST(what_is_written_is_read_back)
{
    static const char text[] = "\x01\x1f\"\\\b\f\n\r\t Z\xc3\xbcrich \xf0\x9f\x8f\xa5";
    struct json_doc *doc = NULL;
    json_out_text(&writer, NULL, text);
    ck_assert_int_eq(json_parse(&doc, str_bytes(&out), NULL, NULL, NULL), OK);
    ck_assert_str_eq(json_string(json_root(doc)), text);
    json_free(doc);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base.json_out");
    TCase *tcase = tcase_create("json_out");
    tcase_add_checked_fixture(tcase, begin, end);
    tcase_add_test(tcase, values_of_all_kinds_are_written_without_space);
    tcase_add_test(tcase, delete_signs_are_replaced);
    tcase_add_test(tcase, text_that_is_not_utf8_fails_the_writer);
    tcase_add_test(tcase, integers_beyond_2_to_the_53_fail_the_writer);
    tcase_add_test(tcase, plain_output_may_come_in_any_order);
    tcase_add_loop_test_raise_signal(tcase, a_bug_of_the_caller_stops_the_process, SIGABRT, 0,
                                     COUNT(bugs));
    tcase_add_test(tcase, the_output_is_what_jq_writes_byte_for_byte);
    tcase_add_test(tcase, what_is_written_is_read_back);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}
