/* Any bytes in any text field: the notice keeps its shape, in HTML and in text. */
#include "base/file.h"
#include "tests/templates/facts.h"

#include <check.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

extern char **environ;

static const enum notice_kind kinds[] = {NOTICE_IMMEDIATE, NOTICE_UPDATE, NOTICE_WAITING};
static const enum party_kind audiences[] = {PARTY_HDO, PARTY_REGULATOR, PARTY_COMPLAINT};
static const char *const languages[] = {"en", "de"};

static const char *const attacks[] = {
    "zz\r\n# zz\n## zz\n- zz\n> zz\n@ zz | zz\n|= zz | zz\n| zz | zz\n! zz\n",
    "zz\nDo now: zz\nJetzt tun: zz\n\n======\n------\n\n\n\nFix: zz\n  zz\n*** zz ***",
    "<script>zz</script><img src=x onerror=zz></td></tr></table></body></html><!-- zz",
    "\"'><a "
    "href=\"https://example.net/\">zz</a>&lt;zz&gt;&#60;b&#62;</style><style>*{}</style></title>",
    "zz\x01\x02# zz\x03\x0b\x0b- zz\x1b[2J\x7f\x02\x02\x03zz\x0c\x08",
    "zz\xc2\x85# zz\u2028- zz\u2029| zz\u202ezz\u2066zz\u200f\u061c\ufeff",
    "{{id}}{{{title}}}{{>answer}}{{#told}}zz{{/told}}{n}{versions}",
    "\xff\xfe# zz\xc0\xaf\xed\xa0\x80 zz\xf4\x90\x80\x80",
    "=1+1 +zz -zz @zz\t=cmd|' /C calc'!A0",
    " \n\t zz \n\n\t | zz || zz |= zz\r\r- zz\r",
    "vers:zz/<zz|>=zz|||\n- zz",
};

enum { TEXTS = 18, ATTACKS = (int)(sizeof attacks / sizeof attacks[0]) + 1 };

/* A word of 3,000 signs and a line of 20,000. */
static char *make_long(void)
{
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    for (int i = 0; i < 3000; i++)
        str_add_c(&out, 'z');
    for (int i = 0; i < 1900; i++)
        str_add(&out, " - # zz |");
    return str_take(&out);
}

static void fill_vulnerability(struct csaf_vulnerability *v, const char *text)
{
    v->cve = v->id = v->name = v->title = v->cwe_id = v->cwe_name = text;
    for (size_t i = 0; i < v->note_count; i++)
        v->notes[i].category = v->notes[i].title = v->notes[i].text = text;
    for (size_t i = 0; i < v->score_count; i++)
        v->scores[i].version = v->scores[i].vector = v->scores[i].severity = text;
    for (size_t i = 0; i < v->remediation_count; i++) {
        struct csaf_remediation *r = &v->remediations[i];
        r->details = r->url = r->date = r->restart = text;
        if (i == 0)
            r->category = text;
    }
    for (size_t i = 0; i < v->threat_count; i++)
        v->threats[i].category = v->threats[i].details = text;
}

static void fill_csaf(struct csaf *c, const char *text)
{
    c->title = c->publisher_name = c->contact_details = c->tracking_id = c->version = text;
    c->status = c->initial_release = c->current_release = c->lang = text;
    for (size_t i = 0; i < c->note_count; i++)
        c->notes[i].category = c->notes[i].title = c->notes[i].text = text;
    for (size_t i = 0; i < c->reference_count; i++)
        c->references[i].summary = c->references[i].url = text;
    for (size_t i = 0; i < c->product_count; i++) {
        struct csaf_product *p = &c->products[i];
        p->id = p->name = p->vendor = p->product = p->version = text;
    }
    for (size_t i = 0; i < c->vulnerability_count; i++)
        fill_vulnerability(&c->vulnerabilities[i], text);
}

static void fill(struct sample *s, const char *text)
{
    struct notice_facts *f = &s->facts;
    fill_csaf(s->csaf, text);
    f->maker = f->maker_country = f->maker_url = f->key_fingerprint = text;
    f->from = (struct notice_person){text, text, text};
    f->to_party = f->to_name = f->code = f->reply_address = text;
    f->hazard = f->action = f->exploited = f->order_ranking = f->previous_version = text;
    f->next_information = text;
    for (size_t i = 0; i < f->device_count; i++)
        f->devices[i] = (struct notice_device){text, text, text, text, text, 2, text, text};
    for (size_t i = 0; i < f->told_count; i++)
        f->told[i] = (struct notice_told){text, text, text, text, text, f->now_ms};
}

static void write_one(const char *dir, const char *name, const struct str *text)
{
    struct err err = {0};
    char *path = path_join(dir, name);
    ck_assert_msg(file_write(path, str_bytes(text), 0600, &err) == OK, "%s", err.text);
    free(path);
}

/* The notice of one kind, audience and language with `text` everywhere, as STEM.html and STEM.txt.
 */
static void write_notice(const char *dir, const char *stem, int index, const char *text,
                         const struct wording *wording)
{
    struct sample sample;
    struct notice_text notice;
    char *html = xprintf("%s.html", stem);
    char *plain = xprintf("%s.txt", stem);
    sample_init(&sample);
    fill(&sample, text);
    sample.facts.language = languages[index % 2];
    sample.facts.kind = kinds[index / 2 % 3];
    sample.facts.audience = audiences[index / 6];
    sample.facts.test = true;
    sample_render_with(&notice, wording, &sample.facts);
    write_one(dir, html, &notice.html);
    write_one(dir, plain, &notice.text);
    notice_text_dispose(&notice);
    sample_dispose(&sample);
    free(html);
    free(plain);
}

/* The stems in dir: "plain", then "0", "1", ... for each attack. */
static int run_checker(const char *dir)
{
    char *argv[ATTACKS + 5] = {
        xstrdup("python3"), xstrdup(TEST_SOURCE_DIR "/tests/templates/check_notice.py"),
        xstrdup(TEST_SOURCE_DIR "/templates/style.css"), path_join(dir, "plain")};
    pid_t pid = 0;
    int status = -1;
    for (int i = 0; i < ATTACKS; i++)
        argv[i + 4] = xprintf("%s/%d", dir, i);
    ck_assert_int_eq(posix_spawn(&pid, "/usr/bin/python3", NULL, NULL, argv, environ), 0);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    for (size_t i = 0; argv[i] != NULL; i++)
        free(argv[i]);
    return status;
}

START_TEST(hostile_values_change_no_tag_and_begin_no_line)
{
    struct err err = {0};
    char dir[] = TEST_BINARY_DIR "/hostile-XXXXXX";
    char *long_text = make_long();
    struct wording *wording = NULL;
    ck_assert_ptr_nonnull(mkdtemp(dir));
    ck_assert_int_eq(wording_open(&wording, NULL, &err), OK);
    write_notice(dir, "plain", _i, "zz", wording);
    for (int i = 0; i < ATTACKS; i++) {
        char *stem = xprintf("%d", i);
        write_notice(dir, stem, _i, i == ATTACKS - 1 ? long_text : attacks[i], wording);
        free(stem);
    }
    wording_close(wording);
    int status = run_checker(dir);
    ck_assert_int_eq(file_remove_tree(dir, &err), OK);
    ck_assert_int_eq(status, 0);
    free(long_text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("templates.hostile");
    TCase *tc = tcase_create("hostile");
    tcase_set_timeout(tc, 20);
    tcase_add_loop_test(tc, hostile_values_change_no_tag_and_begin_no_line, 0, TEXTS);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
