/* One POST against a real server: what it may do to us, and what we do not let ourselves be led to.
 */
#include "channels/http.h"
#include "tests/channels/server.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define MOST ((size_t)64 * 1024)
#define PATIENCE_MS (60 * MS_SECOND) /* for what ends by itself, on a busy machine */
#define SHORT_MS 400                 /* for what never ends */

static struct server plain, good; /* without TLS, and with */
static struct err err;
static struct str body;

static void begin(void)
{
    suite_make();
    http_start(&plain, NULL);
    http_start(&good, "good");
}

static void end(void)
{
    server_stop(&plain);
    server_stop(&good);
    suite_remove();
}

static void setup(void)
{
    err = (struct err){0};
    str_init(&body, MOST);
}

static void teardown(void)
{
    str_dispose(&body);
}

static enum status post(const char *url, const char *ca_file, int64_t timeout_ms)
{
    const struct http_request request = {.url = url,
                                         .type = "application/timestamp-query",
                                         .accept = "application/timestamp-reply",
                                         .body = {(const unsigned char *)"a\0b", 3},
                                         .ca_file = ca_file,
                                         .timeout_ms = timeout_ms};
    return http_post(&body, &request, &err);
}

static enum status post_to(const char *scheme, const char *host, int port, const char *path,
                           const char *ca_file, int64_t timeout_ms)
{
    char *url = xprintf("%s://%s:%d/%s", scheme, host, port, path);
    enum status status = post(url, ca_file, timeout_ms);
    free(url);
    return status;
}

START_TEST(the_bytes_go_there_and_bytes_come_back)
{
    struct str log;
    str_init(&log, STR_LIMIT_TEXT);
    ck_assert_msg(post_to("http", "127.0.0.1", plain.port, "echo", NULL, PATIENCE_MS) == OK, "%s",
                  err.text);
    ck_assert(bytes_equal(str_bytes(&body), (struct bytes){(const unsigned char *)"a\0b", 3}));
    server_file(&log, &plain, "log");
    ck_assert_ptr_nonnull(
        strstr(str_text(&log), "echo 3 application/timestamp-query application/timestamp-reply\n"));
    str_dispose(&log);
}
END_TEST

static const struct {
    const char *path;
    enum status status;
    const char *words;
    int64_t timeout_ms;
} answers[] = {
    {"404", ERR_REFUSED, "status 404", PATIENCE_MS},
    {"500", ERR_REFUSED, "status 500", PATIENCE_MS},
    {"204", ERR_REFUSED, "status 204", PATIENCE_MS},
    {"redirect", ERR_REFUSED, "status 302, not 200: redirections are not followed", PATIENCE_MS},
    {"to-file", ERR_REFUSED, "status 302, not 200: redirections are not followed", PATIENCE_MS},
    {"endless", ERR_LIMIT, "longer than any", PATIENCE_MS},
    {"headers", ERR_LIMIT, "longer than any", PATIENCE_MS},
    {"old-http", ERR_IO, "it cannot be asked: ", PATIENCE_MS},
    {"cut", ERR_IO, "it cannot be asked: ", PATIENCE_MS},
    {"drip", ERR_IO, "it cannot be asked: ", SHORT_MS},
    {"hang", ERR_IO, "it cannot be asked: ", SHORT_MS},
};

START_TEST(what_is_no_whole_answer_is_none)
{
    enum status status =
        post_to("http", "127.0.0.1", plain.port, answers[_i].path, NULL, answers[_i].timeout_ms);
    ck_assert_msg(status == answers[_i].status, "%s: %s: %s", answers[_i].path, status_word(status),
                  err.text);
    ck_assert_msg(strstr(err.text, answers[_i].words) != NULL, "%s", err.text);
    ck_assert_uint_le(body.size, MOST);
}
END_TEST

static const struct {
    const char *url;
    enum status status;
} addresses[] = {
    {"file:///etc/passwd", ERR_INVALID},
    {"ftp://127.0.0.1/x", ERR_INVALID},
    {"gopher://127.0.0.1/x", ERR_INVALID},
    {"dict://127.0.0.1/x", ERR_INVALID},
    {"http://", ERR_INVALID},
    {"", ERR_INVALID},
    {"http://me:secret@127.0.0.1:1/", ERR_REFUSED},
    {"http://127.0.0.1:1/", ERR_IO}, /* nobody is there */
};

START_TEST(only_an_address_of_http_is_asked)
{
    enum status status = post(addresses[_i].url, NULL, PATIENCE_MS);
    ck_assert_msg(status == addresses[_i].status, "%s: %s", status_word(status), err.text);
    ck_assert_ptr_null(strstr(err.text, "secret"));
    ck_assert_uint_eq(body.size, 0);
}
END_TEST

START_TEST(a_proxy_of_the_environment_is_not_used)
{
    ck_assert_int_eq(setenv("http_proxy", "http://127.0.0.1:1", 1), 0);
    ck_assert_int_eq(setenv("ALL_PROXY", "http://127.0.0.1:1", 1), 0);
    ck_assert_msg(post_to("http", "127.0.0.1", plain.port, "echo", NULL, PATIENCE_MS) == OK, "%s",
                  err.text);
}
END_TEST

static const struct {
    const char *certificate; /* NULL: the good one */
    const char *host;
    bool ours; /* our authority is named; else the system's are */
    enum status status;
} peers[] = {
    {NULL, "localhost", true, OK},
    {NULL, "127.0.0.1", true, OK},
    {NULL, "localhost", false, ERR_REFUSED},
    {"other", "localhost", true, ERR_REFUSED},
    {"expired", "localhost", true, ERR_REFUSED},
    {"stranger", "localhost", true, ERR_REFUSED},
};

START_TEST(a_server_of_https_shows_who_it_is)
{
    struct server server = good;
    if (peers[_i].certificate != NULL)
        http_start(&server, peers[_i].certificate);
    enum status status = post_to("https", peers[_i].host, server.port, "echo",
                                 peers[_i].ours ? suite_path("ca.pem") : NULL, PATIENCE_MS);
    if (peers[_i].certificate != NULL)
        server_stop(&server);
    ck_assert_msg(status == peers[_i].status, "%s: %s", status_word(status), err.text);
    ck_assert_uint_eq(body.size, status == OK ? 3 : 0);
    if (status != OK)
        ck_assert_msg(text_starts(err.text, "its server cannot be trusted: "), "%s", err.text);
}
END_TEST

START_TEST(a_server_that_speaks_no_tls_is_not_asked)
{
    ck_assert_int_eq(
        post_to("https", "localhost", plain.port, "echo", suite_path("ca.pem"), PATIENCE_MS),
        ERR_IO);
    ck_assert_int_eq(
        post_to("https", "localhost", plain.port, "echo", suite_path("no.pem"), PATIENCE_MS),
        ERR_REFUSED);
    ck_assert_uint_eq(body.size, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("channels.http");
    TCase *tc = tcase_create("http");
    tcase_add_unchecked_fixture(tc, begin, end);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, the_bytes_go_there_and_bytes_come_back);
    tcase_add_loop_test(tc, what_is_no_whole_answer_is_none, 0, COUNT(answers));
    tcase_add_loop_test(tc, only_an_address_of_http_is_asked, 0, COUNT(addresses));
    tcase_add_test(tc, a_proxy_of_the_environment_is_not_used);
    tcase_add_loop_test(tc, a_server_of_https_shows_who_it_is, 0, COUNT(peers));
    tcase_add_test(tc, a_server_that_speaks_no_tls_is_not_asked);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
