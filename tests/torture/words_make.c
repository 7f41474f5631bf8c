/*
 * Notices with hostile bytes in every field of text, made by the real templates and the real
 * writer of mails, each with what it is meant to be, for parsers that share no code with us.
 *
 *     words_make FROM COUNT [DIR FPR EVERY]
 *
 * To standard output, for each: a line "NUMBER p e c m o" and then so many bytes of: the entity,
 * its expectation (tests/tools/mailcheck.py), the rows that its CSV must have, and, of every
 * EVERYth, the mail sealed to the key in DIR/recipient.pgp and its expectation. seal/check has read
 * each entity with GMime before it is written here. Exit 1 at the first fault.
 */
#include "base/file.h"
#include "base/utf8.h"
#include "seal/cert.h"
#include "seal/check.h"
#include "seal/mime.h"
#include "tests/seal/expect.h"
#include "tests/templates/facts.h"
#include "tests/torture/words_hostile.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fill_csaf(struct csaf *c, struct arena *a)
{
    c->title = hostile_text(a);
    c->publisher_name = hostile_text(a);
    c->contact_details = hostile_maybe(a);
    c->tracking_id = hostile_text(a);
    c->version = hostile_text(a);
    for (size_t i = 0; i < c->note_count; i++)
        c->notes[i].title = hostile_maybe(a), c->notes[i].text = hostile_text(a);
    for (size_t i = 0; i < c->reference_count; i++)
        c->references[i].summary = hostile_text(a), c->references[i].url = hostile_text(a);
    for (size_t i = 0; i < c->product_count; i++) {
        struct csaf_product *p = &c->products[i];
        p->name = hostile_text(a);
        p->vendor = hostile_maybe(a);
        p->product = hostile_maybe(a);
        p->version = hostile_maybe(a);
    }
    for (size_t i = 0; i < c->vulnerability_count; i++) {
        struct csaf_vulnerability *v = &c->vulnerabilities[i];
        v->name = hostile_text(a);
        v->title = hostile_maybe(a);
        v->cwe_name = hostile_maybe(a);
        for (size_t k = 0; k < v->note_count; k++)
            v->notes[k].title = hostile_maybe(a), v->notes[k].text = hostile_text(a);
        for (size_t k = 0; k < v->score_count; k++)
            v->scores[k].vector = hostile_text(a), v->scores[k].severity = hostile_maybe(a);
        for (size_t k = 0; k < v->remediation_count; k++)
            v->remediations[k].details = hostile_text(a), v->remediations[k].url = hostile_maybe(a);
        for (size_t k = 0; k < v->threat_count; k++)
            v->threats[k].details = hostile_text(a);
    }
}

static void fill(struct sample *s, struct arena *a)
{
    static const enum notice_kind kinds[] = {NOTICE_IMMEDIATE, NOTICE_UPDATE, NOTICE_WAITING};
    static const enum party_kind audiences[] = {PARTY_HDO, PARTY_REGULATOR, PARTY_COMPLAINT};
    struct notice_facts *f = &s->facts;
    fill_csaf(s->csaf, a);
    f->kind = kinds[hostile_below(3)];
    f->audience = audiences[hostile_below(3)];
    f->level = f->kind == NOTICE_WAITING ? LEVEL_WAITING
               : hostile_below(2) == 0   ? LEVEL_SEALED
                                         : LEVEL_TLS;
    f->language = hostile_below(2) == 0 ? "en" : "de";
    f->test = hostile_below(2) == 0;
    f->maker = hostile_text(a);
    f->maker_country = hostile_text(a);
    f->maker_url = hostile_maybe(a);
    f->key_fingerprint = hostile_text(a);
    f->from = (struct notice_person){hostile_text(a), hostile_maybe(a), hostile_maybe(a)};
    f->to_party = hostile_text(a);
    f->to_name = hostile_maybe(a);
    f->hazard = hostile_maybe(a);
    f->action = hostile_maybe(a);
    f->order_ranking = hostile_maybe(a);
    f->previous_version = hostile_maybe(a);
    f->next_information = hostile_maybe(a);
    f->attachments_at = hostile_below(4) == 0 ? hostile_text(a) : NULL;
    for (size_t i = 0; i < f->device_count; i++)
        f->devices[i] = (struct notice_device){
            hostile_maybe(a), hostile_text(a),           hostile_maybe(a), hostile_maybe(a),
            hostile_maybe(a), (int64_t)hostile_below(3), hostile_text(a),  NULL};
    for (size_t i = 0; i < f->told_count; i++)
        f->told[i].party = hostile_text(a);
}

/* What a cell must read as; NULL is empty. */
static void expect_cell(struct str *out, const char *text)
{
    struct str line;
    str_init(&line, STR_LIMIT_TEXT);
    utf8_add_line(&line, bytes_of(text != NULL ? text : ""));
    expect_string(out, str_text(&line));
    str_dispose(&line);
}

static void expect_rows(struct str *out, const struct notice_facts *f)
{
    str_add(out, "[");
    for (size_t i = 0; i < f->device_count; i++) {
        const struct notice_device *d = &f->devices[i];
        const char *cells[] = {d->vendor, d->product, d->version, d->serial, d->udi_di};
        str_add(out, i > 0 ? ",[" : "[");
        for (size_t k = 0; k < sizeof cells / sizeof cells[0]; k++) {
            expect_cell(out, cells[k]);
            str_add(out, ",");
        }
        str_addf(out, d->quantity > 0 ? "\"%" PRId64 "\"," : "\"\",", d->quantity);
        expect_cell(out, d->match);
        str_add(out, "]");
    }
    str_add(out, "]");
}

struct maker {
    const char *dir, *fpr;
    int64_t every;
    struct sealer *sealer;
    struct cert cert;
    struct wording *wording;
};

static void put(const struct str *s)
{
    if (s->size > 0 && fwrite(s->data, 1, s->size, stdout) != s->size)
        exit(2);
}

static enum status write_out(const struct maker *m, int64_t number, const struct mail *mail,
                             const struct notice_facts *facts, struct err *err)
{
    struct arena *arena = arena_new();
    struct plan plan;
    struct sealed_mail made = {0};
    struct str payload, expected, rows, outer;
    bool seal = m->every > 0 && number % m->every == 0;
    bool hidden = seal || number % 2 == 0;
    str_init(&payload, STR_LIMIT_MAIL);
    str_init(&expected, STR_LIMIT_MAIL);
    str_init(&rows, STR_LIMIT_TEXT);
    str_init(&outer, STR_LIMIT_TEXT);
    enum status status = plan_make(&plan, arena, mail, hidden, err);
    if (status == OK && seal) {
        status = seal_encrypted(&made, m->sealer, mail, str_bytes(&m->cert.stripped),
                                m->cert.sub_fpr, err);
        str_add_n(&payload, str_bytes(&made.plain).data, made.plain.size);
        expect_sealed(&outer, mail);
    } else if (status == OK) {
        mime_write_payload(&payload, &plan, hidden);
        status = check_payload(str_bytes(&payload), &plan, hidden, err);
    }
    if (status == OK) {
        expect_payload(&expected, mail, hidden);
        expect_rows(&rows, facts);
        printf("%" PRId64 " %zu %zu %zu %zu %zu\n", number, payload.size, expected.size, rows.size,
               made.bytes.size, outer.size);
        put(&payload);
        put(&expected);
        put(&rows);
        put(&made.bytes);
        put(&outer);
    }
    sealed_mail_dispose(&made);
    str_dispose(&payload);
    str_dispose(&expected);
    str_dispose(&rows);
    str_dispose(&outer);
    arena_free(arena);
    return status;
}

static enum status make_one(const struct maker *m, int64_t number, struct err *err)
{
    struct arena *a = arena_new();
    struct sample s;
    struct notice_text words;
    struct str csv;
    hostile_begin(number);
    sample_init(&s);
    fill(&s, a);
    notice_text_init(&words);
    str_init(&csv, STR_LIMIT_TEXT);
    wording_devices_csv(&csv, &s.facts);
    enum status status = wording_notice(&words, m->wording, &s.facts, err);
    const struct mail_part parts[] = {
        {"exm-2026-0007.json", "application/json", str_bytes(&s.json)},
        {"your-devices.csv", "text/csv", str_bytes(&csv)},
        {hostile_text(a), "application/octet-stream", hostile_bytes(a)}};
    const struct mail_header headers[] = {{"X-Note", hostile_text(a)}};
    const struct mail mail = {.from_name = hostile_maybe(a),
                              .from = "psirt@example.com",
                              .to_name = hostile_maybe(a),
                              .to = "it-security@hospital.example",
                              .reply_to = "psirt+abcdefgh@example.com",
                              .subject = str_text(&words.subject),
                              .outer_subject = str_text(&words.outer_subject),
                              .message_id = "5f0c.1@notices.example.com",
                              .references =
                                  hostile_below(2) == 0 ? "5f0c.0@notices.example.com" : NULL,
                              .date_ms = s.facts.now_ms + (int64_t)hostile_below(1000000000) * 1000,
                              .text = str_text(&words.text),
                              .html = str_text(&words.html),
                              .parts = parts,
                              .part_count = 3,
                              .headers = headers,
                              .header_count = 1};
    if (status == OK)
        status = write_out(m, number, &mail, &s.facts, err);
    notice_text_dispose(&words);
    str_dispose(&csv);
    sample_dispose(&s);
    arena_free(a);
    return status;
}

static enum status open_maker(struct maker *m, struct err *err)
{
    struct str key;
    struct clock clock;
    clock_init_system(&clock);
    str_init(&key, STR_LIMIT_TEXT);
    enum status status = wording_open(&m->wording, NULL, err);
    if (status == OK && m->dir != NULL) {
        char *path = path_join(m->dir, "recipient.pgp");
        char *home = path_join(m->dir, "maker");
        status = file_read(&key, path, STR_LIMIT_TEXT, err);
        if (status == OK)
            status = cert_read(&m->cert, str_bytes(&key), false, m->dir,
                               clock_now_ms(&clock) + MS_MINUTE, err);
        if (status == OK)
            status = sealer_open(&m->sealer, home, m->fpr, err);
        free(path);
        free(home);
    }
    str_dispose(&key);
    return status;
}

static int64_t from, count;
static struct maker m;

/* A test, since the makers of the samples are built for tests. */
START_TEST(every_notice_is_as_planned)
{
    struct err err = {0};
    enum status status = open_maker(&m, &err);
    for (int64_t i = 0; status == OK && i < count; i++) {
        status = make_one(&m, from + i, &err);
        if (status != OK)
            (void)fprintf(stderr, "words_make: notice %" PRId64 ": %s\n", from + i, err.text);
    }
    ck_assert_msg(status == OK, "%s", err.text);
    sealer_close(m.sealer);
    cert_dispose(&m.cert);
    wording_close(m.wording);
}
END_TEST

int main(int argc, char **argv)
{
    if (argc != 3 && argc != 6)
        return 2;
    from = strtoll(argv[1], NULL, 10);
    count = strtoll(argv[2], NULL, 10);
    if (argc == 6) {
        m.dir = argv[3];
        m.fpr = argv[4];
        m.every = strtoll(argv[5], NULL, 10);
    }
    Suite *suite = suite_create("torture.words");
    TCase *tc = tcase_create("words");
    tcase_add_test(tc, every_notice_is_as_planned);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_set_fork_status(runner, CK_NOFORK); /* it may take its time */
    srunner_run_all(runner, CK_SILENT);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 && fflush(stdout) == 0 ? 0 : 1;
}
