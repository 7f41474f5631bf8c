/*
 * Mails of the corpus, broken at random: lines dropped, doubled and swapped, words replaced by
 * those that matter, two mails spliced, cut off, bytes changed. None may crash the reader or break
 * a rule of its outcome, and none may change a notice: the one whose token they name has another
 * code, another Message-ID and another address, the one that they are about has another token.
 * --whole: 50,000 of them, not 2,000.
 */
#include "base/file.h"
#include "dispatcher/back/answer.h"
#include "dispatcher/run/state.h"
#include "store/party.h"
#include "tests/channels/inbound_rules.h"
#include "tests/dispatcher/world.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOLDER TEST_SOURCE_DIR "/tests/fixtures/inbound"
#define RETURN_SHAPE "psirt+{token}@example.com"
#define TOKEN "k3v9x2m7q4w8z6t5r1y0c8b2"
#define CODE "K7PQ2MX"
#define NOTICE_ID "5f0c2d9e.1@example.com"
#define A_ROUND 2000 /* mails for one installation; its store is in memory */
#define MAIL_MAX ((size_t)256 * 1024)

static struct world w;
static struct notice named, meant;

struct corpus {
    struct str *mails;
    size_t count;
};

static struct corpus corpus_read(void)
{
    struct corpus out = {0};
    struct dirent **names = NULL;
    int count = scandir(FOLDER, &names, NULL, alphasort); /* the same order on every machine */
    ck_assert_int_gt(count, 0);
    out.mails = xcalloc((size_t)count, sizeof *out.mails);
    for (int i = 0; i < count; i++) {
        struct err err = {0};
        if (text_ends(names[i]->d_name, ".eml")) {
            char *path = path_join(FOLDER, names[i]->d_name);
            struct str *mail = &out.mails[out.count++];
            str_init(mail, STR_LIMIT_MAIL);
            ck_assert_int_eq(file_read(mail, path, STR_LIMIT_MAIL, &err), OK);
            free(path);
        }
        free(names[i]);
    }
    free(names);
    return out;
}

/* xorshift64*: the same mails in every run of one round. */
static uint64_t dice;

static size_t roll(size_t sides)
{
    dice ^= dice >> 12;
    dice ^= dice << 25;
    dice ^= dice >> 27;
    return (size_t)((dice * UINT64_C(2685821657736338717)) >> 33) % sides;
}

struct span {
    size_t at, size;
};

/* A line, with its end; of an empty mail an empty one. */
static struct span any_line(const struct str *mail)
{
    const char *text = str_text(mail);
    size_t at = mail->size == 0 ? 0 : roll(mail->size);
    while (at > 0 && text[at - 1] != '\n')
        at--;
    size_t end = at;
    while (end < mail->size && text[end++] != '\n')
        ;
    return (struct span){at, end - at};
}

/* A run of what is neither blank nor one of <>;:"@. */
static struct span any_word(const struct str *mail)
{
    static const char apart[] = " \t\r\n<>;:\"@=";
    const char *text = str_text(mail);
    size_t at = mail->size == 0 ? 0 : roll(mail->size);
    while (at > 0 && strchr(apart, text[at - 1]) == NULL)
        at--;
    size_t end = at;
    while (end < mail->size && (text[end] == '\0' || strchr(apart, text[end]) == NULL))
        end++;
    return (struct span){at, end - at};
}

/* Put these bytes where the span is. */
static void replace(struct str *mail, struct span span, const char *bytes, size_t size)
{
    struct str out;
    str_init(&out, STR_LIMIT_MAIL);
    str_add_n(&out, str_text(mail), span.at);
    str_add_n(&out, bytes, size);
    str_add_n(&out, str_text(mail) + span.at + span.size, mail->size - span.at - span.size);
    str_dispose(mail);
    *mail = out;
}

static void insert(struct str *mail, size_t at, const char *bytes, size_t size)
{
    char *copy = memcpy(xcalloc(size + 1, 1), bytes, size); /* may be of this very mail */
    replace(mail, (struct span){at, 0}, copy, size);
    free(copy);
}

static const char *const words[] = {
    "delivered",
    "failed",
    "relayed",
    "displayed",
    "delayed",
    "DONE",
    "RECEIVED",
    "NOT",
    "HERE",
    "2.0.0",
    "5.1.1",
    CODE,
    TOKEN,
    NOTICE_ID,
    "multipart/report",
    "b",
    "text/plain",
    "message/rfc822",
    "base64",
    "quoted-printable",
    "no",
    "auto-replied",
    "devices",
    "h1.example",
    "message/delivery-status",
    "utf-16",
    "",
    "MAILER-DAEMON",
    "rfc822",
    "multipart/mixed",
    "\xFF\xFE",
    "=?utf-8?Q?=",
    "X-Postfix",
    "postmaster",
    "message/disposition-notification",
};

static const char *const lines[] = {
    "Auto-Submitted: no\r\n",
    "Return-Path: <>\n",
    "Action: delivered\n",
    "Status: 2.0.0\n",
    "Final-Recipient: rfc822; devices@hospital.example\n",
    "Original-Message-ID: <" NOTICE_ID ">\n",
    "Disposition: manual-action/MDN-sent-manually; displayed\n",
    "Content-Type: multipart/report; boundary=b\n",
    "Content-Transfer-Encoding: base64\n",
    "Delivered-To: psirt+" TOKEN "@example.com\n",
    "Message-ID: <" NOTICE_ID ">\n",
    "--b\n",
    "--b--\n",
    "\n",
    "DONE " CODE "\n",
    "> \n",
    "-----BEGIN PGP SIGNED MESSAGE-----\n",
};

static void mutate(struct str *mail, const struct corpus *corpus)
{
    struct span line = any_line(mail);
    struct span other = any_line(mail);
    struct span word = any_word(mail);
    const struct str *second = &corpus->mails[roll(corpus->count)];
    size_t place = mail->size == 0 ? 0 : roll(mail->size);
    switch (roll(11)) {
    case 0:
        replace(mail, line, "", 0);
        break;
    case 1: /* doubled where it stands or anywhere else */
        insert(mail, roll(2) == 0 ? line.at : other.at, str_text(mail) + line.at, line.size);
        break;
    case 2:
        str_truncate(mail, place);
        break;
    case 3: {
        const char *text = words[roll(sizeof words / sizeof words[0])];
        replace(mail, word, text, strlen(text));
        break;
    }
    case 4: {
        const char *text = lines[roll(sizeof lines / sizeof lines[0])];
        insert(mail, line.at, text, strlen(text));
        break;
    }
    case 5: /* a header line of another mail */
        word = any_line(second);
        insert(mail, roll(2) == 0 ? 0 : line.at, str_text(second) + word.at, word.size);
        break;
    case 6: /* the end of another mail */
        word = any_line(second);
        str_truncate(mail, line.at);
        str_add_n(mail, str_text(second) + word.at, second->size - word.at);
        break;
    case 7:
        if (mail->size > 0)
            mail->data[place] = (char)roll(256);
        break;
    case 8: /* another mail's word in the place of one */
        other = any_word(second);
        replace(mail, word, str_text(second) + other.at, other.size);
        break;
    case 9: /* the line moves */
        insert(mail, other.at, str_text(mail) + line.at, line.size);
        replace(mail, (struct span){line.at + (other.at <= line.at ? line.size : 0), line.size}, "",
                0);
        break;
    default: /* a mail within the mail */
        insert(mail, line.at, str_text(second), second->size);
        break;
    }
    if (mail->size > MAIL_MAX)
        str_truncate(mail, MAIL_MAX);
}

static void make(void)
{
    struct advisory a = world_advisory(&w, "1.0.0", TLP_CLEAR, ADVISORY_RELEASED);
    struct err err = {0};
    w.token = TOKEN;
    named = world_notice(&w, &a, "named", 1, STATE_ACCEPTED, "relay");
    world_parcel(&w, &named, "another.1@example.com");
    w.token = NULL;
    w.code = CODE;
    meant = world_notice(&w, &a, "meant", 1, STATE_ACCEPTED, "relay");
    world_parcel(&w, &meant, NOTICE_ID);
    struct notice *both[] = {&named, &meant};
    for (size_t i = 0; i < 2; i++) {
        both[i]->sendings = 1;
        both[i]->grade = GRADE_TAKEN;
        ck_assert_int_eq(notice_update(w.app.store, both[i], STATE_ACCEPTED, &err), OK);
    }
}

static bool unchanged(const struct notice *n)
{
    struct err err = {0};
    struct arena *arena = arena_new();
    struct notice now;
    ck_assert_int_eq(notice_get(&now, arena, w.app.store, n->id, &err), OK);
    bool same = now.state == STATE_ACCEPTED && now.grade == GRADE_TAKEN && now.answer == NULL &&
                text_equal(now.address, n->address) && now.sendings == 1 &&
                now.next_at_ms == n->next_at_ms;
    arena_free(arena);
    return same;
}

static size_t kinds[INBOUND_KIND_COUNT];

static void read_one(const struct str *mail, size_t serial)
{
    struct arena *arena = arena_new();
    struct inbound in;
    struct err err = {0};
    struct str out;
    enum status status = inbound_read(&in, arena, str_bytes(mail), RETURN_SHAPE, &err);
    if (status == OK) {
        const char *broken = inbound_broken_rule(&in);
        ck_assert_msg(broken == NULL, "mail %zu: %s:\n%s", serial, broken, str_text(mail));
        kinds[in.kind]++;
        str_init(&out, STR_LIMIT_LINE);
        status = answer_message(&w.app, "mail", str_bytes(mail), &out, &err);
        str_dispose(&out);
        ck_assert_msg(status == OK, "mail %zu: %s", serial, err.text);
        ck_assert_msg(unchanged(&named) && unchanged(&meant), "mail %zu changed a notice:\n%s",
                      serial, str_text(mail));
    } else {
        ck_assert_int_eq(status, ERR_INVALID); /* nothing is left of it */
    }
    arena_free(arena);
}

START_TEST(a_broken_mail_crashes_nothing_and_changes_nothing)
{
    struct corpus corpus = corpus_read();
    struct err err = {0};
    struct receipt_row *rows = NULL;
    size_t count = 0;
    dice = UINT64_C(0x9E3779B97F4A7C15) * (uint64_t)(_i + 1);
    world_open(&w);
    world_parties(&w, "party,kind,country,email,phone\nnamed,hdo,DE,it@elsewhere.example,\n"
                      "meant,hdo,DE,devices@hospital.example,\n");
    make();
    for (size_t n = 0; n < A_ROUND; n++) {
        struct str mail;
        const struct str *seed = &corpus.mails[roll(corpus.count)];
        str_init(&mail, STR_LIMIT_MAIL);
        str_add_n(&mail, str_text(seed), seed->size);
        for (size_t times = 1 + roll(8); times > 0; times--)
            mutate(&mail, &corpus);
        read_one(&mail, n);
        str_dispose(&mail);
    }
    for (int i = 0; i < 2; i++) {
        const struct notice *n = i == 0 ? &named : &meant;
        ck_assert_int_eq(receipt_list(&rows, &count, w.arena, w.app.store, n->id, &err), OK);
        ck_assert_uint_eq(count, 0);
    }
    (void)printf("round %d: %d broken mails, 0 crashed, 0 changed a notice; read as", _i, A_ROUND);
    for (int kind = 0; kind < INBOUND_KIND_COUNT; kind++) {
        (void)printf(" %s %zu", inbound_kind_word((enum inbound_kind)kind), kinds[kind]);
        ck_assert_uint_gt(kinds[kind], 5); /* they are not so broken that all is one kind */
    }
    (void)printf("\n");
    world_close(&w);
    for (size_t i = 0; i < corpus.count; i++)
        str_dispose(&corpus.mails[i]);
    free(corpus.mails);
}
END_TEST

int main(int argc, char **argv)
{
    bool whole = argc == 2 && strcmp(argv[1], "--whole") == 0;
    Suite *suite = suite_create("dispatcher.mutated");
    TCase *tc = tcase_create("mutated");
    tcase_set_timeout(tc, 240);
    tcase_add_loop_test(tc, a_broken_mail_crashes_nothing_and_changes_nothing, 0, whole ? 25 : 1);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
