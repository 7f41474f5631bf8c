/*
 * Every lie at every step of a submission: what the carrier makes of it, what the dispatcher makes
 * of that, and that everything is delivered once the lie is over. P6, P8.
 *
 * --only WORDS runs the cells whose name holds them.
 * --whole [SEED [CELLS]] tells two or three lies in a row, in replies that come in pieces.
 */
#include "tests/channels/certificates.h"
#include "tests/lies/crowd.h"
#include "tests/lies/expect.h"

#include "base/file.h"
#include "dispatcher/run/child.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEPS_PIPELINED (STEP_COUNT - STEP_MAIL)
#define QUICK_TIMEOUT_MS (15 * MS_SECOND) /* for honest replies on a busy machine */
#define SLOW_TIMEOUT_MS (3 * MS_SECOND)
#define LARGE_TIMEOUT_MS (8 * MS_SECOND)
#define WHOLE_CELLS 3000
#define LOST_MOST 3 /* a carrier that was killed on a machine without time proves nothing */

/*
 * Banner, EHLO, STARTTLS, handshake, EHLO in TLS, AUTH, MAIL, RCPT, DATA, body, dot, QUIT; the
 * letters stand in expect.h. A relay that goes away without a word instead of answering MAIL does
 * so because it has had enough of the session: the mail goes over another one.
 */
static const char matrix[LIE_COUNT][STEP_COUNT + 1] = {
    [LIE_NONE] = "A...........",       [LIE_REFUSE_4] = "OOOOOODDDDDA",
    [LIE_REFUSE_5] = "OOCOOCMRRRRA",   [LIE_REFUSE_LINES] = "OOCOOCMRRRRA",
    [LIE_CLOSING] = "OOOOOOLLLLLA",    [LIE_WRONG_CLASS] = "OOOOOODDDDUA",
    [LIE_WRONG_1] = "OOOOOODDDDUA",    [LIE_WRONG_6] = "OOOOOODDDDUA",
    [LIE_NO_REPLY] = "OOOOOODDDDUA",   [LIE_TWO_CODES] = "OOOOOODDDDUA",
    [LIE_DROP] = "OOOOOOADDDUA",       [LIE_TRUNCATE] = "OOOOOOADDDUA",
    [LIE_RESET] = "OOOOOOADDDUA",      [LIE_STALL] = "OOOOOODDDDUA",
    [LIE_DRIP] = "OOOOOODDDDUA",       [LIE_SPLIT] = "AAAAAAAAA.AA",
    [LIE_CUT_DIGITS] = "OOOOOODDDDUA", [LIE_CUT_LINE] = "OOOOOODDDDUA",
    [LIE_CUT_CR] = "OOOOOODDDDUA",     [LIE_CUT_MORE] = "OOOOOODDDDUA",
    [LIE_ENDLESS] = "OOOOOODDDDUA",    [LIE_EXTRA] = "OOOOOODDDDAA",
    [LIE_LATER] = "oOO.odDD..xA",      [LIE_EARLY] = "..O..O.DD..A",
    [LIE_INJECT] = "OOOOOODDDDAA",     [LIE_NUL] = "OOOOOODDDDUA",
    [LIE_LONG] = "OOOOOODDDDUA",       [LIE_LF] = "OOOOOODDDDUA",
    [LIE_CR] = "OOOOOODDDDUA",         [LIE_EIGHT] = "AAAOAAAAADAA",
    [LIE_BARE] = "ACAOCAAAADAA",       [LIE_GARBAGE] = "OOOOOODDDDUA",
    [LIE_ALERT] = "OOOCOOADDDUA",      [LIE_BAD_RECORD] = "OOOOOOADDDUA",
};

/* With PIPELINING the commands of a mail leave together, and a reply may find another command. */
static const char *const pipelined[LIE_COUNT] = {
    [LIE_EARLY] = ".Dx..A",
};

struct cell {
    enum lie_kind kind;
    enum step step;
    bool pipelining;
    bool one_contact;
    char letter;
};

static struct cell cells[LIE_COUNT * (STEP_COUNT + 2 * STEPS_PIPELINED)];
static size_t cell_count;
static char folder[] = "/tmp/tocsin-lies-XXXXXX";
static char *ca_file;
static SSL_CTX *tls;
static unsigned seed = 1;

static void add_cell(enum lie_kind kind, enum step step, bool pipelining, bool one, char letter)
{
    if (letter != '.')
        cells[cell_count++] = (struct cell){kind, step, pipelining, one, letter};
}

static void make_cells(void)
{
    for (enum lie_kind kind = LIE_NONE; kind < LIE_COUNT; kind++) {
        for (enum step step = STEP_BANNER; step < STEP_COUNT; step++) {
            char letter = matrix[kind][step];
            add_cell(kind, step, false, false, letter);
            if (letter == 'R')
                add_cell(kind, step, false, true, letter);
            if (step >= STEP_MAIL && pipelined[kind] != NULL)
                letter = pipelined[kind][step - STEP_MAIL];
            if (step >= STEP_MAIL)
                add_cell(kind, step, true, true, letter);
        }
    }
}

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

/* ---- one lie ---- */

static bool cell_is_slow(size_t i)
{
    return cells[i].kind == LIE_STALL || cells[i].kind == LIE_DRIP;
}

static void cell_name(char *out, size_t size, size_t i)
{
    const struct cell *c = &cells[i];
    (void)snprintf(out, size, "%s at %s%s%s: %c", lie_word(c->kind), step_word(c->step),
                   c->pipelining ? ", PIPELINING" : "", c->one_contact ? ", one contact" : "",
                   c->letter);
}

static struct scene_setup plain_setup(void)
{
    return (struct scene_setup){.relay = {.tls = tls, .user = "psirt", .password = SCENE_PASSWORD},
                                .ca_file = ca_file,
                                .timeout_ms = QUICK_TIMEOUT_MS};
}

/* false: a carrier was killed for want of time. */
static bool try_cell(const struct cell *c, bool last)
{
    struct scene s;
    struct scene_setup setup = plain_setup();
    size_t victim = c->step >= STEP_MAIL ? 1 : 0;
    bool slow = c->kind == LIE_STALL || c->kind == LIE_DRIP;
    setup.relay.pipelining = c->pipelining;
    setup.relay.lies[0] = (struct lie){.step = c->step,
                                       .kind = c->kind,
                                       .message = 2,
                                       .stays = c->step < STEP_MAIL || c->letter == 'M'};
    setup.relay.lie_count = c->kind == LIE_NONE ? 0 : 1;
    setup.one_contact = c->one_contact;
    setup.large = slow && c->step == STEP_BODY;
    setup.timeout_ms = setup.large ? LARGE_TIMEOUT_MS : slow ? SLOW_TIMEOUT_MS : QUICK_TIMEOUT_MS;
    scene_begin(&s, &setup);
    scene_settle(&s);
    if (s.carriers_lost > 0 && slow && !last) {
        scene_end(&s);
        return false;
    }
    expect_now(&s, c->letter, victim);
    relay_be_honest(s.relay);
    scene_finish(&s);
    expect_end(&s, c->letter == 'R', victim);
    scene_end(&s);
    return true;
}

static void run_cell(size_t i)
{
    int lost = 0;
    while (!try_cell(&cells[i], lost == LOST_MOST))
        lost++;
}

/* By hand: the cells whose name holds this. */
static void keep_cells(const char *word)
{
    char name[200];
    size_t kept = 0;
    for (size_t i = 0; i < cell_count; i++) {
        cell_name(name, sizeof name, i);
        if (strstr(name, word) != NULL)
            cells[kept++] = cells[i];
    }
    cell_count = kept;
}

/* Proves: P1, P5, P6 */
START_TEST(every_lie_is_seen_through_and_everything_is_delivered)
{
    const struct crowd crowd = {cell_count, run_cell, cell_is_slow, cell_name};
    size_t failed = crowd_run(&crowd);
    (void)printf(
        "lies: %zu cells (lie x step), %zu failed; false acceptances 0, crashes 0, hangs 0 "
        "when none failed\n",
        cell_count, failed);
    (void)fflush(stdout);
    ck_assert_uint_eq(failed, 0);
}
END_TEST

/* ---- many lies ---- */

static unsigned next_random(unsigned *state)
{
    *state = *state * 1664525U + 1013904223U;
    return *state >> 8;
}

static void whole_setup(struct scene_setup *setup, size_t cell)
{
    unsigned state = seed * 2654435761U + (unsigned)cell * 40503U;
    *setup = plain_setup();
    setup->timeout_ms = SLOW_TIMEOUT_MS;
    setup->one_contact = true;
    setup->relay.pipelining = next_random(&state) % 2 == 0;
    setup->relay.chunks = next_random(&state) | 1U;
    setup->relay.lie_count = 1 + next_random(&state) % 3;
    for (size_t i = 0; i < setup->relay.lie_count; i++)
        setup->relay.lies[i] =
            (struct lie){.step = (enum step)(next_random(&state) % STEP_COUNT),
                         .kind = (enum lie_kind)(1 + next_random(&state) % (LIE_COUNT - 1)),
                         .message = 1 + (int)(next_random(&state) % 5)};
}

static void whole_name(char *out, size_t size, size_t cell)
{
    struct scene_setup setup;
    int used = snprintf(out, size, "seed %u cell %zu:", seed, cell);
    whole_setup(&setup, cell);
    for (size_t i = 0; i < setup.relay.lie_count && used > 0 && (size_t)used < size; i++)
        used += snprintf(out + used, size - (size_t)used, " %s at %s of %d;",
                         lie_word(setup.relay.lies[i].kind), step_word(setup.relay.lies[i].step),
                         setup.relay.lies[i].message);
}

static bool whole_is_slow(size_t cell)
{
    struct scene_setup setup;
    bool slow = false;
    whole_setup(&setup, cell);
    for (size_t i = 0; i < setup.relay.lie_count; i++)
        slow =
            slow || setup.relay.lies[i].kind == LIE_STALL || setup.relay.lies[i].kind == LIE_DRIP;
    return slow;
}

static void run_whole(size_t cell)
{
    struct scene s;
    struct scene_setup setup;
    whole_setup(&setup, cell);
    scene_begin(&s, &setup);
    scene_settle(&s);
    scene_finish(&s);
    expect_many(&s);
    scene_end(&s);
}

static size_t whole_count;

/* Proves: P6 */
START_TEST(many_lies_are_seen_through_and_everything_is_delivered)
{
    const struct crowd crowd = {whole_count, run_whole, whole_is_slow, whole_name};
    size_t failed = crowd_run(&crowd);
    (void)printf("lies --whole: %zu cells of one to three lies, seed %u, %zu failed\n", whole_count,
                 seed, failed);
    (void)fflush(stdout);
    ck_assert_uint_eq(failed, 0);
}
END_TEST

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], CHILD_WORD) == 0)
        return carrier_main();
    if (argc > 1 && strcmp(argv[1], "--whole") == 0) {
        seed = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : seed;
        whole_count = argc > 3 ? strtoul(argv[3], NULL, 10) : WHOLE_CELLS;
    }
    make_cells();
    if (argc > 2 && strcmp(argv[1], "--only") == 0)
        keep_cells(argv[2]);
    Suite *suite = suite_create("lies.smtp");
    TCase *tc = tcase_create("lie × step");
    tcase_add_unchecked_fixture(tc, make_relay_side, remove_relay_side);
    tcase_set_timeout(tc, whole_count > 0 ? 36000 : 300);
    if (whole_count > 0)
        tcase_add_test(tc, many_lies_are_seen_through_and_everything_is_delivered);
    else
        tcase_add_test(tc, every_lie_is_seen_through_and_everything_is_delivered);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
