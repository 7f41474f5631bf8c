/*
 * Every built-in text against a golden file. When a text was changed on purpose:
 *   WRITE_GOLDEN=1 build/asan/tests/test_templates_golden
 * writes tests/fixtures/notices/ anew; read the difference in version control before you keep it.
 */
#include "base/file.h"
#include "tests/templates/facts.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GOLDEN TEST_SOURCE_DIR "/tests/fixtures/notices"

static const enum notice_kind kinds[] = {NOTICE_IMMEDIATE, NOTICE_UPDATE, NOTICE_WAITING};
static const enum party_kind audiences[] = {PARTY_HDO, PARTY_REGULATOR, PARTY_COMPLAINT};
static const char *const to[] = {"Klinikum Beispielstadt", "Federal Example Authority",
                                 "Complaint desk"};
static const char *const languages[] = {"en", "de"};

static void at_level_tls(struct notice_facts *f)
{
    f->level = LEVEL_TLS;
    f->tlp = TLP_CLEAR;
}

static void for_many(struct notice_facts *f)
{
    f->broadcast = true; /* and all that is one recipient's own is still there */
}

static void as_test(struct notice_facts *f)
{
    f->test = true;
}

static void interim(struct notice_facts *f)
{
    f->interim = true;
    f->next_information = "2026-12-04";
    f->exploited = "yes";
}

static void sparse(struct notice_facts *f)
{
    struct notice_facts rest = {.kind = f->kind,
                                .audience = f->audience,
                                .level = f->level,
                                .tlp = f->tlp,
                                .language = f->language,
                                .csaf = f->csaf,
                                .maker = f->maker,
                                .from = {.name = f->from.name},
                                .to_party = f->to_party,
                                .code = f->code,
                                .now_ms = f->now_ms};
    *f = rest;
}

static void to_distributor(struct notice_facts *f)
{
    f->audience = PARTY_DISTRIBUTOR;
    f->attachments_at = "https://www.example.com/security/2026/exm-2026-0007.json";
}

static void to_importer_under_strict(struct notice_facts *f)
{
    f->audience = PARTY_IMPORTER;
    f->tlp = TLP_AMBER_STRICT;
}

static void to_representative(struct notice_facts *f)
{
    f->audience = PARTY_REPRESENTATIVE;
    f->to_party = "Example CH-REP AG";
}

static void as_reminder(struct notice_facts *f)
{
    f->kind = NOTICE_REMINDER;
    f->first_sent_ms = f->now_ms - 7 * MS_DAY;
}

static void as_pre_notice(struct notice_facts *f)
{
    f->audience = PARTY_REGULATOR;
    f->tlp = TLP_AMBER_STRICT;
    f->embargo_ms = f->now_ms + 7 * MS_DAY;
}

static void as_escalation(struct notice_facts *f)
{
    as_reminder(f);
    f->kind = NOTICE_ESCALATION;
    f->level = LEVEL_WAITING;
}

/* The label was raised before; from now on it is the order's. */
static void as_release(struct notice_facts *f)
{
    as_reminder(f);
    f->kind = NOTICE_RELEASE;
    f->audience = PARTY_REGULATOR;
    f->tlp = TLP_GREEN;
    f->answer_by_ms = 0;
}

/* To a person of ours, by a rule. */
static void as_alarm(struct notice_facts *f)
{
    f->kind = NOTICE_ALARM;
    f->audience = PARTY_COMPLAINT;
    f->level = LEVEL_TLS;
    f->tlp = TLP_CLEAR;
    f->csaf = NULL;
    f->matter = "EXM-C-2026-0017-8 EU-87-15/DE";
    f->to_name = "Dr Eva Meyer";
}

static void as_late_alarm(struct notice_facts *f)
{
    as_alarm(f);
    f->late = true;
}

/* By a clock of the case itself. */
static void as_promise_alarm(struct notice_facts *f)
{
    as_alarm(f);
    f->matter = "EXM-C-2026-0017-8 triage";
    f->promise = true;
}

/* What is worth seeing besides the texts by kind, audience and language. */
static const struct {
    const char *name;
    void (*change)(struct notice_facts *facts);
} variants[] = {
    {"tls", at_level_tls},
    {"broadcast", for_many},
    {"test", as_test},
    {"interim", interim},
    {"sparse", sparse},
    {"distributor", to_distributor},
    {"importer.strict", to_importer_under_strict},
    {"representative", to_representative},
    {"reminder", as_reminder},
    {"escalation", as_escalation},
    {"prenotice", as_pre_notice},
    {"release", as_release},
    {"alarm", as_alarm},
    {"alarm.late", as_late_alarm},
    {"alarm.promise", as_promise_alarm},
};

enum { TEXTS = 18, VARIANTS = 2 * (int)(sizeof variants / sizeof variants[0]) };

/* Facts number `index`: first each kind, audience and language, then each variant and language. */
static char *make_facts(struct sample *sample, int index)
{
    struct notice_facts *f = &sample->facts;
    sample_init(sample);
    f->language = languages[index % 2];
    index /= 2;
    if (index < TEXTS / 2) {
        f->kind = kinds[index % 3];
        f->audience = audiences[index / 3];
        f->level = f->kind == NOTICE_WAITING ? LEVEL_WAITING : LEVEL_SEALED;
        f->previous_version = f->kind == NOTICE_UPDATE ? "0.9.0" : NULL;
        f->to_party = to[index / 3];
        return xprintf("%s.%s.%s", f->language, notice_kind_word(f->kind),
                       party_kind_word(f->audience));
    }
    variants[index - TEXTS / 2].change(f);
    return xprintf("%s.%s", f->language, variants[index - TEXTS / 2].name);
}

static void show(struct str *out, const struct notice_text *notice)
{
    str_addf(out, "Subject: %s\nOuter subject: %s\n\n%s", str_text(&notice->subject),
             str_text(&notice->outer_subject), str_text(&notice->text));
}

static size_t line_of(const char *text, const char *at)
{
    size_t line = 1;
    for (; text < at; text++)
        line += *text == '\n';
    return line;
}

/* The first line that differs, with the line before it: enough to see what happened. */
static void explain(const char *path, const char *want, const char *got)
{
    const char *want_line = want;
    const char *got_line = got;
    for (size_t i = 0; want[i] != '\0' && want[i] == got[i]; i++) {
        if (want[i] == '\n') {
            want_line = want + i + 1;
            got_line = got + i + 1;
        }
    }
    ck_abort_msg(
        "%s line %zu:\n  wanted: %.*s\n  got:    %.*s\nmeant so? run this test with WRITE_GOLDEN=1",
        path, line_of(want, want_line), (int)strcspn(want_line, "\n"), want_line,
        (int)strcspn(got_line, "\n"), got_line);
}

static void compare(const char *name, const char *suffix, const struct str *got)
{
    struct err err = {0};
    struct str want;
    char *path = xprintf(GOLDEN "/%s.%s", name, suffix);
    str_init(&want, STR_LIMIT_TEXT);
    if (getenv("WRITE_GOLDEN") != NULL)
        ck_assert_msg(file_write(path, str_bytes(got), 0644, &err) == OK, "%s", err.text);
    ck_assert_msg(file_read(&want, path, STR_LIMIT_TEXT, &err) == OK, "%s", err.text);
    if (strcmp(str_text(&want), str_text(got)) != 0)
        explain(path, str_text(&want), str_text(got));
    str_dispose(&want);
    free(path);
}

START_TEST(every_text_is_as_its_golden_file)
{
    struct sample sample;
    struct notice_text notice;
    struct str text;
    char *name = make_facts(&sample, _i);
    str_init(&text, STR_LIMIT_TEXT);
    sample_render(&notice, &sample.facts);
    show(&text, &notice);
    compare(name, "txt", &text);
    compare(name, "html", &notice.html);
    str_dispose(&text);
    notice_text_dispose(&notice);
    sample_dispose(&sample);
    free(name);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("templates.golden");
    TCase *tc = tcase_create("golden");
    tcase_add_loop_test(tc, every_text_is_as_its_golden_file, 0, TEXTS + VARIANTS);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
