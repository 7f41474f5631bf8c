/*
 * Wrong and weak TLS peers: each refused before a byte of content and before AUTH, with the reason
 * that stands here in receipt, log and task; right ones accepted. P14.
 *
 * Not refused: a certificate that its authority has revoked. Nothing is asked at sending time; an
 * authority of one's own with short lives (mail.ca_file) is the answer to that.
 */
#include "tests/lies/crowd.h"
#include "tests/lies/expect.h"
#include "tests/lies/tls_rows.h"

#include "base/file.h"
#include "dispatcher/run/child.h"
#include "store/log.h"

#include <dlfcn.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TIMEOUT_MS (15 * MS_SECOND)

static char folder[] = "/tmp/tocsin-peers-XXXXXX";

/* Every name below .test is this machine, under another name that the resolver calls canonical. */
int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                struct addrinfo **out)
{
    union {
        void *found;
        int (*call)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    } real = {dlsym(RTLD_NEXT, "getaddrinfo")};
    size_t size = node == NULL ? 0 : strlen(node);
    bool ours = size > 5 && strcmp(node + size - 5, ".test") == 0;
    return real.call(ours ? "127.0.0.1" : node, service, hints, out);
}

static void make_folder(void)
{
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void remove_folder(void)
{
    struct err err = {0};
    ck_assert_int_eq(file_remove_tree(folder, &err), OK);
}

static void row_name(char *out, size_t size, size_t i)
{
    (void)snprintf(out, size, "%s", tls_rows[i].what);
}

static bool row_is_slow(size_t i)
{
    (void)i;
    return false;
}

/* Does an entry of this kind hold this text? */
static bool log_says(struct world *w, const char *kind, const char *text)
{
    struct err err = {0};
    struct log_line *lines = NULL;
    size_t count = 0;
    bool found = false;
    char *word = arena_printf(w->arena, "\"%s\"", kind);
    ck_assert_int_eq(log_list(&lines, &count, w->arena, w->app.store, 0, NULL, 1000, &err), OK);
    for (size_t i = 0; i < count; i++)
        found =
            found || (memmem(lines[i].line.data, lines[i].line.size, word, strlen(word)) != NULL &&
                      memmem(lines[i].line.data, lines[i].line.size, text, strlen(text)) != NULL);
    return found;
}

/* The title of the one task for the relay holds the reason, up to its end or to the line's. */
static bool task_says(struct world *w, const char *text)
{
    struct err err = {0};
    struct task *list = NULL;
    size_t count = 0;
    ck_assert_int_eq(task_list(&list, &count, w->arena, w->app.store, false, 0, &err), OK);
    char *start = arena_printf(w->arena, "%.120s", text);
    return count == 1 && list[0].kind == TASK_CONFIG && strstr(list[0].title, start) != NULL;
}

/* The reason word for word in receipt, attempt, log and task. */
static void check_refused(struct scene *s, const struct tls_row *row)
{
    struct world *w = &s->world;
    const char *said = arena_printf(w->arena, "%s%s", row->bare ? "" : "TLS refused: ", row->said);
    if (strcmp(s->said[0].text, said) != 0)
        scene_fail(s, "instead of: \"%s\"", said);
    expect_now(s, row->passes ? 'O' : 'C', 0);
    if (relay_saw_tls_command(s->relay))
        scene_fail(s, "a command went through that TLS");
    if (s->said[0].tls[0] != '\0')
        scene_fail(s, "a session is claimed");
    bool entry = !row->passes && s->said[0].code == 0;
    if (log_says(w, "tls.refused", said) != entry)
        scene_fail(s, "the reason in tls.refused");
    if (!row->passes && !task_says(w, said))
        scene_fail(s, "the reason in the task");
}

static void run_row(size_t i)
{
    struct scene s;
    const struct tls_row *row = &tls_rows[i];
    char *ca = xprintf("%s/%zu.pem", folder, i);
    SSL_CTX *tls = peer_make(&row->peer, ca);
    struct scene_setup setup = {.relay = {.tls = tls,
                                          .user = "psirt",
                                          .password = SCENE_PASSWORD,
                                          .no_starttls = row->no_starttls,
                                          .plain_handshake = row->plain},
                                .host = row->host == NULL ? "relay.test" : row->host,
                                .ca_file = ca,
                                .timeout_ms = TIMEOUT_MS};
    if (row->starttls != LIE_NONE)
        setup.relay.lies[setup.relay.lie_count++] =
            (struct lie){.step = STEP_STARTTLS, .kind = row->starttls, .stays = true};
    if (row->handshake != LIE_NONE)
        setup.relay.lies[setup.relay.lie_count++] =
            (struct lie){.step = STEP_HANDSHAKE, .kind = row->handshake, .stays = true};
    scene_begin(&s, &setup);
    scene_settle(&s);
    if (row->said != NULL) {
        check_refused(&s, row);
    } else {
        expect_now(&s, 'A', 0);
        expect_end(&s, false, 0);
    }
    scene_end(&s);
    SSL_CTX_free(tls);
    free(ca);
}

/* Proves: P14 */
START_TEST(wrong_and_weak_peers_are_refused_and_right_ones_accepted)
{
    const struct crowd crowd = {tls_row_count, run_row, row_is_slow, row_name};
    size_t good = 0;
    for (size_t i = 0; i < tls_row_count; i++)
        good += tls_rows[i].said == NULL;
    size_t failed = crowd_run(&crowd);
    (void)printf("tls: %zu wrong or weak peers refused, %zu right ones accepted, %zu failed\n",
                 tls_row_count - good, good, failed);
    (void)fflush(stdout);
    ck_assert_uint_eq(failed, 0);
}
END_TEST

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], CHILD_WORD) == 0)
        return carrier_main();
    Suite *suite = suite_create("lies.tls");
    TCase *tc = tcase_create("peers");
    tcase_add_unchecked_fixture(tc, make_folder, remove_folder);
    tcase_set_timeout(tc, 300);
    tcase_add_test(tc, wrong_and_weak_peers_are_refused_and_right_ones_accepted);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
