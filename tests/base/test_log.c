#include "base/log.h"

#include "tests/base/suite.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int saved_stderr;
static int captured;

static void capture(void)
{
    saved_stderr = dup(STDERR_FILENO);
    captured = memfd_create("stderr", MFD_CLOEXEC);
    ck_assert_int_ge(captured, 0);
    ck_assert_int_ge(dup2(captured, STDERR_FILENO), 0);
}

/* What was written to standard error since capture(); valid until the next call. */
static const char *captured_text(void)
{
    static char text[64 * 1024];
    ssize_t size = pread(captured, text, sizeof text - 1, 0);
    text[size > 0 ? size : 0] = '\0';
    return text;
}

static void release(void)
{
    ck_assert_int_ge(dup2(saved_stderr, STDERR_FILENO), 0);
    (void)close(saved_stderr);
    (void)close(captured);
}

START_TEST(a_line_has_instant_process_level_and_words)
{
    char wanted[100];
    log_init("carrier", LOG_INFO);
    log_line(LOG_WARNING, "notice=%s verdict=deferred said=%s", "5f0c", log_quote("421 later"));
    const char *text = captured_text();
    (void)snprintf(wanted, sizeof wanted,
                   " carrier[%ld] warning notice=5f0c verdict=deferred said=\"421 later\"\n",
                   (long)getpid());
    ck_assert_uint_gt(strlen(text), 24);
    ck_assert(text[4] == '-' && text[10] == 'T' && text[19] == '.' && text[23] == 'Z');
    ck_assert_str_eq(text + 24, wanted);
}
END_TEST

START_TEST(lines_below_the_level_are_not_written)
{
    log_init("x", LOG_WARNING);
    log_line(LOG_DEBUG, "no=1");
    log_line(LOG_INFO, "no=2");
    ck_assert_str_eq(captured_text(), "");
    log_line(LOG_ERROR, "yes=1");
    ck_assert_ptr_nonnull(strstr(captured_text(), " error yes=1\n"));
}
END_TEST

START_TEST(outside_text_that_was_not_quoted_cannot_forge_a_line)
{
    log_init("x", LOG_INFO);
    log_line(LOG_INFO, "subject=%s", "a\n2026-11-27T18:40:00.123Z x[1] info forged=1\xc3\xbc\x1b");
    const char *text = captured_text();
    ck_assert_ptr_eq(strchr(text, '\n'), text + strlen(text) - 1);
    ck_assert_ptr_nonnull(strstr(text, "subject=a?2026"));
    ck_assert_ptr_nonnull(strstr(text, "forged=1???\n"));
}
END_TEST

START_TEST(a_long_line_is_cut_and_says_so)
{
    char longer[10000];
    memset(longer, 'y', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    log_init("x", LOG_INFO);
    log_line(LOG_INFO, "v=%s", longer);
    const char *text = captured_text();
    ck_assert_uint_eq(strlen(text), 4096);
    ck_assert_str_eq(text + 4096 - 6, "yy...\n");
}
END_TEST

START_TEST(errno_is_left_alone)
{
    log_init("x", LOG_INFO);
    errno = ENOSPC;
    log_line(LOG_INFO, "a=1");
    ck_assert_int_eq(errno, ENOSPC);
}
END_TEST

START_TEST(a_value_is_quoted_only_where_needed)
{
    static const struct {
        const char *text;
        const char *quoted;
    } rows[] = {{"5f0c-1.2_3:/x@y+z,%~", "5f0c-1.2_3:/x@y+z,%~"},
                {"", "\"\""},
                {NULL, "\"\""},
                {"a b", "\"a b\""},
                {"a=b", "\"a=b\""},
                {"say \"hi\"\\", "\"say \\\"hi\\\"\\\\\""},
                {"a\r\nb", "\"a\\x0d\\x0ab\""},
                {"M\xc3\xbcller", "\"M\\xc3\\xbcller\""}};
    for (int i = 0; i < COUNT(rows); i++)
        ck_assert_str_eq(log_quote(rows[i].text), rows[i].quoted);
}
END_TEST

START_TEST(a_long_value_is_cut_between_signs)
{
    char text[1000];
    for (size_t shift = 0; shift < 8; shift++) {
        memset(text, 'a', sizeof text);
        memset(text + shift, '\n', sizeof text - shift);
        text[sizeof text - 1] = '\0';
        const char *quoted = log_quote(text);
        size_t size = strlen(quoted);
        ck_assert_uint_lt(size, 256);
        ck_assert_str_eq(quoted + size - 8, "\\x0a...\"");
    }
    memset(text, 'a', 255);
    text[255] = '\0';
    ck_assert_str_eq(log_quote(text), text);
    memset(text, 'a', 256);
    text[256] = '\0';
    ck_assert_str_eq(log_quote(text) + 248, "aaa...\"");
}
END_TEST

START_TEST(eight_values_live_at_the_same_time)
{
    const char *value[8];
    char text[3] = "v0";
    for (int i = 0; i < 8; i++) {
        text[1] = (char)('0' + i);
        value[i] = log_quote(text);
    }
    for (int i = 0; i < 8; i++)
        ck_assert_int_eq(value[i][1], '0' + i);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base.log");
    TCase *lines = tcase_create("lines");
    tcase_add_checked_fixture(lines, capture, release);
    tcase_add_test(lines, a_line_has_instant_process_level_and_words);
    tcase_add_test(lines, lines_below_the_level_are_not_written);
    tcase_add_test(lines, outside_text_that_was_not_quoted_cannot_forge_a_line);
    tcase_add_test(lines, a_long_line_is_cut_and_says_so);
    tcase_add_test(lines, errno_is_left_alone);
    suite_add_tcase(suite, lines);
    TCase *values = tcase_create("values");
    tcase_add_test(values, a_value_is_quoted_only_where_needed);
    tcase_add_test(values, a_long_value_is_cut_between_signs);
    tcase_add_test(values, eight_values_live_at_the_same_time);
    suite_add_tcase(suite, values);
    return suite_run(suite);
}
