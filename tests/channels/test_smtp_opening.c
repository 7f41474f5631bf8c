/* Faults before the first MAIL: nothing of any parcel may leave, and the reason must be precise. */
#include "tests/channels/cell.h"
#include "tests/channels/server.h"

#include <check.h>
#include <stdlib.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

static const struct cell greeting[] = {
    {"greeting", "say", "554 5.3.2 go away", "D--", "refused: 554 5.3.2 go away", 554,
     BLAME_ENDPOINT, 0},
    {"greeting", "say", "421 too busy", "D--", "refused: 421 too busy", 421, BLAME_ENDPOINT, 0},
    {"greeting", "say", "250 hello", "D--", "refused: 250", 250, BLAME_ENDPOINT, 0},
    {"greeting", "say", "SSH-2.0-OpenSSH", "D--", "without a reply code", 0, BLAME_ENDPOINT, 0},
    {"greeting", "hang", NULL, "D--", "no answer to the connection within 2 s", 0, BLAME_ENDPOINT,
     0},
    {"greeting", "drop", NULL, "D--", "the connection was lost", 0, BLAME_ENDPOINT, 0},
    {"greeting", "reset", NULL, "D--", "onnection", 0, BLAME_ENDPOINT, 0},
    {"greeting", "raw", "22", "D--", "lost while we waited", 0, BLAME_ENDPOINT, 0},
    {"greeting", "raw", "220 mail", "D--", "answer to the connection", 0, BLAME_ENDPOINT, 0},
    {"greeting", "trickle", NULL, "D--", "took longer than 2 s", 0, BLAME_ENDPOINT, 0},
    {"greeting", "endless", NULL, "D--", "a reply without end", 0, BLAME_ENDPOINT, 0},
    {"greeting", "long", NULL, "D--", "more than 1000 bytes", 0, BLAME_ENDPOINT, 0},
    {"greeting", "nul", NULL, "D--", "NUL byte", 0, BLAME_ENDPOINT, 0},
    {"greeting", "lf", NULL, "D--", "line feed without its CR", 0, BLAME_ENDPOINT, 0},
    {"greeting", "after", "250 forged", "D--", "hostile: a reply to no command", 0, BLAME_ENDPOINT,
     0},
    {"greeting", "bare", NULL, "AAA", "kept", 250, BLAME_NOBODY, 3},
    {"greeting", "eight", NULL, "AAA", "kept", 250, BLAME_NOBODY, 3},
    {"greeting", "split", NULL, "AAA", "kept", 250, BLAME_NOBODY, 3},
};

static const struct cell ehlo[] = {
    {"ehlo", "say", "550 no", "D--", "EHLO refused: 550 no", 550, BLAME_ENDPOINT, 0},
    {"ehlo", "say", "502 HELO only", "D--", "EHLO refused: 502", 502, BLAME_ENDPOINT, 0},
    {"ehlo", "say", "421 later", "D--", "EHLO refused: 421", 421, BLAME_ENDPOINT, 0},
    {"ehlo", "say", "250 STARTTLS", "D--", "STARTTLS not offered", 0, BLAME_CONFIG, 0},
    {"ehlo", "say", "250-a\\r\\n251 STARTTLS", "D--", "different codes", 0, BLAME_ENDPOINT, 0},
    {"ehlo", "hang", NULL, "D--", "no answer to EHLO within 2 s", 0, BLAME_ENDPOINT, 0},
    {"ehlo", "drop", NULL, "D--", "answer to EHLO", 0, BLAME_ENDPOINT, 0},
    {"ehlo", "after", "220 forged", "D--", "hostile: a reply to no command", 0, BLAME_ENDPOINT, 0},
    {"ehlo", "after", "220 forged\\r\\n250-x\\r\\n250 AUTH PLAIN", "D--",
     "hostile: a reply to no command", 0, BLAME_ENDPOINT, 0},
    {"ehlo", "later", "220", "D--", "host", 0, BLAME_ENDPOINT, 0},
    {"ehlo", "endless", NULL, "D--", "a reply without end", 0, BLAME_ENDPOINT, 0},
    {"ehlo", "eight", NULL, "AAA", "kept", 250, BLAME_NOBODY, 3},
    {"ehlo", "split", NULL, "AAA", "kept", 250, BLAME_NOBODY, 3},
};

/* What a man in the middle can put around STARTTLS: replies that the library would believe. */
static const struct cell starttls[] = {
    {"starttls", "say", "454 not now", "D--", "STARTTLS refused: 454", 454, BLAME_ENDPOINT, 0},
    {"starttls", "say", "502 never", "D--", "STARTTLS refused: 502", 502, BLAME_CONFIG, 0},
    {"starttls", "say", "250 ok", "D--", "STARTTLS refused: 250", 250, BLAME_ENDPOINT, 0},
    {"starttls", "after", "250-x\\r\\n250 AUTH PLAIN", "D--", "hostile: bytes before the handshake",
     0, BLAME_ENDPOINT, 0},
    {"starttls", "after",
     "250 x\\r\\n250 sender ok\\r\\n250 recipient ok\\r\\n354 go\\r\\n250 taken\\r\\n221 bye",
     "D--", "hostile: bytes before the handshake", 0, BLAME_ENDPOINT, 0},
    {"starttls", "raw", "220 go\\r\\n2", "D--", "hostile: bytes before the handshake", 0,
     BLAME_ENDPOINT, 0},
    {"starttls", "later", "250 x\\r\\n250 sender ok\\r\\n250 recipient ok", "D--",
     "hostile: bytes before the handshake", 0, BLAME_ENDPOINT, 0},
    {"starttls", "before", "220 forged", "D--", "hostile: bytes before the handshake", 0,
     BLAME_ENDPOINT, 0},
    {"starttls", "hang", NULL, "D--", "no answer to STARTTLS within 2 s", 0, BLAME_ENDPOINT, 0},
    {"starttls", "drop", NULL, "D--", "answer to STARTTLS", 0, BLAME_ENDPOINT, 0},
    {"starttls", "raw", "220 g", "D--", "answer to STARTTLS", 0, BLAME_ENDPOINT, 0},
    {"starttls", "split", NULL, "AAA", "kept", 250, BLAME_NOBODY, 3},
    {"handshake", "hang", NULL, "D--", "no TLS handshake within 2 s", 0, BLAME_ENDPOINT, 0},
    {"handshake", "drop", NULL, "D--", "TLS handshake failed", 0, BLAME_ENDPOINT, 0},
    {"handshake", "say", "250 ok", "D--", "hostile: bytes before the handshake", 0, BLAME_ENDPOINT,
     0},
};

static const struct cell inside_tls[] = {
    {"ehlo-tls", "say", "550 no", "D--", "EHLO refused: 550", 550, BLAME_ENDPOINT, 0},
    {"ehlo-tls", "say", "451 later", "D--", "EHLO refused: 451", 451, BLAME_ENDPOINT, 0},
    {"ehlo-tls", "hang", NULL, "D--", "no answer to EHLO within 2 s", 0, BLAME_ENDPOINT, 0},
    {"ehlo-tls", "drop", NULL, "D--", "answer to EHLO", 0, BLAME_ENDPOINT, 0},
    {"ehlo-tls", "raw", "250-a\\r\\n250 b", "D--", "answer to EHLO", 0, BLAME_ENDPOINT, 0},
    {"ehlo-tls", "trickle", NULL, "D--", "2 s", 0, BLAME_ENDPOINT, 0},
    {"ehlo-tls", "endless", NULL, "D--", "a reply without end", 0, BLAME_ENDPOINT, 0},
    {"ehlo-tls", "after", "235 you are in", "D--", "hostile: a reply to no command", 0,
     BLAME_ENDPOINT, 0},
    {"ehlo-tls", "eight", NULL, "AAA", "kept", 250, BLAME_NOBODY, 3},
};

static const struct cell auth[] = {
    {NULL, NULL, NULL, "AAA", "kept", 250, BLAME_NOBODY, 3},
    {"auth", "say", "535 5.7.8 no", "D--", "AUTH refused: 535 5.7.8 no", 535, BLAME_CONFIG, 0},
    {"auth", "say", "534 too weak", "D--", "AUTH refused: 534", 534, BLAME_CONFIG, 0},
    {"auth", "say", "504 not this", "D--", "AUTH refused: 504", 504, BLAME_CONFIG, 0},
    {"auth", "say", "454 4.7.0 later", "D--", "AUTH refused: 454 4.7.0 later", 454, BLAME_ENDPOINT,
     0},
    {"auth", "say", "421 bye", "D--", "AUTH refused: 421", 421, BLAME_ENDPOINT, 0},
    {"auth", "say", "250 fine", "D--", "AUTH refused: 250", 250, BLAME_ENDPOINT, 0},
    {"auth", "say", "535 correct horse is wrong", "D--", "AUTH refused: 535", 535, BLAME_CONFIG, 0},
    {"auth", "hang", NULL, "D--", "no answer to AUTH within 2 s", 0, BLAME_ENDPOINT, 0},
    {"auth", "drop", NULL, "D--", "answer to AUTH", 0, BLAME_ENDPOINT, 0},
    {"auth", "raw", "235", "D--", "answer to AUTH", 0, BLAME_ENDPOINT, 0},
    {"auth", "raw", "235 2.7.0 welcome", "D--", "answer to AUTH", 0, BLAME_ENDPOINT, 0},
    {"auth", "after", "250 sender ok", "D--", "hostile: a reply to no command", 0, BLAME_ENDPOINT,
     0},
    {"ehlo-tls", "say", "250-a\\r\\n250 AUTH LOGIN", "AAA", "kept", 250, BLAME_NOBODY, 3},
    {"ehlo-tls", "say", "250-a\\r\\n250 AUTH=PLAIN", "AAA", "kept", 250, BLAME_NOBODY, 3},
    {"ehlo-tls", "say", "250-a\\r\\n250 auth cram-md5 NTLM ../../evil plain", "AAA", "kept", 250,
     BLAME_NOBODY, 3},
    {"ehlo-tls", "say", "250-a\\r\\n250 AUTH CRAM-MD5 NTLM", "D--",
     "offers neither AUTH PLAIN nor AUTH LOGIN", 0, BLAME_CONFIG, 0},
    {"ehlo-tls", "say", "250 no words at all", "D--", "offers neither AUTH PLAIN nor AUTH LOGIN", 0,
     BLAME_CONFIG, 0},
};

static const struct {
    const char *certificate;
    const char *args[3];
    const char *said;
} peers[] = {
    {"other", {NULL}, "certificate is for other.example, not localhost"},
    {"address", {NULL}, "certificate is for 127.0.0.1, not localhost"},
    {"cn", {NULL}, "certificate is for no host at all, not localhost"},
    {"expired", {NULL}, "certificate expired on 20"},
    {"future", {NULL}, "certificate is not valid before 20"},
    {"stranger", {NULL}, "certificate of an unknown authority"},
    {"self", {NULL}, "certificate of an unknown authority"},
    {"weak", {"--weak"}, "certificate refused: EE certificate key too weak"},
    {"good", {"--old-tls"}, "TLS refused: the relay speaks only TLSv1.1 or older"},
    {"good", {"--no-starttls"}, "STARTTLS not offered"},
};

START_TEST(the_greeting)
{
    cell_run(&greeting[_i], &(struct cell_setup){.size = 500});
}
END_TEST

START_TEST(the_first_ehlo)
{
    cell_run(&ehlo[_i], &(struct cell_setup){.size = 500});
}
END_TEST

START_TEST(starttls_and_the_handshake)
{
    cell_run(&starttls[_i], &(struct cell_setup){.size = 500});
}
END_TEST

START_TEST(the_second_ehlo)
{
    cell_run(&inside_tls[_i], &(struct cell_setup){.size = 500});
}
END_TEST

START_TEST(authentication)
{
    const char *const args[] = {"--user", "psirt", "--password-file", suite_path("password"), NULL};
    cell_run(&auth[_i], &(struct cell_setup){.args = args, .user = "psirt", .size = 500});
}
END_TEST

START_TEST(a_peer_that_is_not_the_configured_one)
{
    struct cell cell = {.verdicts = "D--", .said = peers[_i].said, .blame = BLAME_CONFIG};
    cell_run(&cell, &(struct cell_setup){
                        .certificate = peers[_i].certificate, .args = peers[_i].args, .size = 500});
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("channels.smtp_opening");
    TCase *tc = tcase_create("fault × step");
    tcase_add_unchecked_fixture(tc, suite_make, suite_remove);
    tcase_set_timeout(tc, 30);
    tcase_add_loop_test(tc, the_greeting, 0, COUNT(greeting));
    tcase_add_loop_test(tc, the_first_ehlo, 0, COUNT(ehlo));
    tcase_add_loop_test(tc, starttls_and_the_handshake, 0, COUNT(starttls));
    tcase_add_loop_test(tc, the_second_ehlo, 0, COUNT(inside_tls));
    tcase_add_loop_test(tc, authentication, 0, COUNT(auth));
    tcase_add_loop_test(tc, a_peer_that_is_not_the_configured_one, 0, COUNT(peers));
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
