/*
 * P8: what hangs holds up nothing else. The relay is silent for a minute; what goes another way, or
 * over another connection, is done long before anything is heard of it.
 */
#include "tests/channels/certificates.h"
#include "tests/lies/scene.h"

#include "base/file.h"
#include "dispatcher/run/child.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SILENCE_MS MS_MINUTE
#define WAIT_MS (45 * MS_SECOND) /* a busy machine; it prints how long it took */

static const enum step steps[] = {STEP_BANNER, STEP_EHLO, STEP_STARTTLS, STEP_HANDSHAKE, STEP_AUTH,
                                  STEP_MAIL,   STEP_RCPT, STEP_DATA,     STEP_DOT};

static char folder[] = "/tmp/tocsin-apart-XXXXXX";
static char *ca_file;
static SSL_CTX *tls;

static void make_relay_side(void)
{
    ck_assert_ptr_nonnull(mkdtemp(folder));
    certificates_make(folder);
    ca_file = path_join(folder, "ca.pem");
    char *cert = path_join(folder, "good.pem");
    char *key = path_join(folder, "good.key");
    tls = SSL_CTX_new(TLS_server_method());
    ck_assert_int_eq(SSL_CTX_use_certificate_chain_file(tls, cert), 1);
    ck_assert_int_eq(SSL_CTX_use_PrivateKey_file(tls, key, SSL_FILETYPE_PEM), 1);
    free(cert);
    free(key);
}

static void remove_relay_side(void)
{
    struct err err = {0};
    SSL_CTX_free(tls);
    free(ca_file);
    ck_assert_int_eq(file_remove_tree(folder, &err), OK);
}

/* Until mail `who` is accepted, by its row; nothing may be known of mail `hung` then. */
static void run(const struct scene_setup *setup, size_t who, size_t hung, const char *what)
{
    struct scene s;
    scene_begin(&s, setup);
    int64_t until = s.begun_up_ms + WAIT_MS;
    /* A file has no bounce watch: it may have passed a group later. */
    while (s.notice[who].state != STATE_ACCEPTED && s.notice[who].state != STATE_PASSED) {
        (void)scene_round(&s);
        scene_read(&s);
        if (clock_up_ms(&s.world.app.clock) > until)
            scene_fail(&s, "mail %zu is held up", who + 1);
    }
    ck_assert_msg(!s.said[hung].heard, "the silence was over already");
    ck_assert_int_eq(s.carriers_lost, 0);
    ck_assert_int_eq(s.notice[who].grade, GRADE_TAKEN);
    (void)printf("apart: %s, silent at %s: the other is done after %lld ms\n", what,
                 step_word(setup->relay.lies[0].step),
                 (long long)(s.accepted_up_ms[who] - s.begun_up_ms));
    (void)fflush(stdout);
    scene_end(&s);
}

static struct scene_setup silent_at(enum step step)
{
    struct scene_setup setup = {
        .relay = {.tls = tls, .user = "psirt", .password = SCENE_PASSWORD, .lie_count = 1},
        .ca_file = ca_file,
        .timeout_ms = SILENCE_MS};
    setup.relay.lies[0] =
        (struct lie){.step = step, .kind = LIE_STALL, .message = 1, .stays = step < STEP_MAIL};
    return setup;
}

/* Proves: P8 */
START_TEST(a_silent_relay_does_not_hold_up_the_outbox)
{
    struct scene_setup setup = silent_at(steps[_i]);
    setup.outbox = true;
    run(&setup, 2, 0, "relay and outbox");
}
END_TEST

/* What was ahead on the silent connection goes over the other one, too. */
START_TEST(a_silent_connection_holds_up_one_mail_only)
{
    struct scene_setup setup = silent_at(steps[_i]);
    struct scene s;
    setup.connections = 2;
    setup.relay.lies[0].stays = false;
    /* Whichever connection is there first carries the one that meets the silence. */
    scene_begin(&s, &setup);
    int64_t until = s.begun_up_ms + WAIT_MS;
    for (size_t done = 0; done < SCENE_MAILS - 1;) {
        (void)scene_round(&s);
        done = 0;
        for (size_t i = 0; i < SCENE_MAILS; i++) {
            done += s.accepted_up_ms[i] != 0;
            if (s.said[i].heard && s.said[i].verdict != VERDICT_ACCEPTED)
                scene_fail(&s, "the silence was over already");
        }
        if (clock_up_ms(&s.world.app.clock) > until)
            scene_fail(&s, "others are held up");
    }
    (void)printf("apart: two connections, one silent at %s: the others are done after %lld ms\n",
                 step_word(steps[_i]),
                 (long long)(clock_up_ms(&s.world.app.clock) - s.begun_up_ms));
    (void)fflush(stdout);
    scene_end(&s);
}
END_TEST

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], CHILD_WORD) == 0)
        return carrier_main();
    Suite *suite = suite_create("lies.apart");
    TCase *tc = tcase_create("what hangs holds up nothing else");
    int count = (int)(sizeof steps / sizeof steps[0]);
    tcase_add_unchecked_fixture(tc, make_relay_side, remove_relay_side);
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, a_silent_relay_does_not_hold_up_the_outbox, 0, count);
    tcase_add_loop_test(tc, a_silent_connection_holds_up_one_mail_only, 4, count);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
