#include "base/file.h"
#include "templates/wording.h"
#include "tests/templates/facts.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A maker's own folder, made for one test. */
static char dir[] = TEST_BINARY_DIR "/wording-XXXXXX";

static void make_dir(void)
{
    ck_assert_ptr_nonnull(mkdtemp(dir));
}

static void remove_dir(void)
{
    struct err err = {0};
    ck_assert_msg(file_remove_tree(dir, &err) == OK, "%s", err.text);
    memcpy(dir + sizeof dir - 7, "XXXXXX", 6);
}

static void write_text(const char *name, const char *text)
{
    struct err err = {0};
    char *path = path_join(dir, name);
    char *folder = path_dir(path);
    ck_assert_int_eq(file_make_dir(folder, 0700, &err), OK);
    ck_assert_msg(file_write(path, bytes_of(text), 0600, &err) == OK, "%s", err.text);
    free(folder);
    free(path);
}

#define HEAD "subject: S {{id}}\nouter: O {{id}}\n\n"

static const struct {
    const char *file;
    const char *text;
    enum status status;
    const char *says;
} refused[] = {
    {"en/immediate.hdo.txt", HEAD "a\n{{produkt}}\n", ERR_INVALID,
     "en/immediate.hdo.txt line 5: {{produkt}}: unknown name: did you mean product?"},
    {"en/immediate.hdo.txt", "subject: {{titel}}\nouter: x\n\nb\n", ERR_INVALID,
     "en/immediate.hdo.txt line 1: {{titel}}: unknown name: did you mean title?"},
    {"en/immediate.hdo.txt", "subject: x\nouter: {{title}}\n\nb\n", ERR_INVALID,
     "en/immediate.hdo.txt line 2: {{title}}: unknown name"},
    {"en/immediate.hdo.txt", "subject: x\nouter: {{hazard}}\n\nb\n", ERR_INVALID,
     "line 2: {{hazard}}: unknown name"},
    {"en/immediate.hdo.txt", "a body without head\n", ERR_INVALID, "line 1: no subject"},
    {"en/immediate.hdo.txt", "", ERR_INVALID, "line 1: no subject"},
    {"en/immediate.hdo.txt", "subject: x\n\nb\n", ERR_INVALID, "line 2: no outer subject"},
    {"en/immediate.hdo.txt", HEAD "{{{title}}}\n", ERR_INVALID,
     "line 4: {{{title}}: unescaped values are not allowed"},
    {"en/immediate.hdo.txt", HEAD "### a\n", ERR_INVALID, "line 4: an unknown mark"},
    {"en/immediate.hdo.txt", HEAD "\x02\n", ERR_INVALID, "line 4: a control sign"},
    {"en/immediate.hdo.txt", HEAD "gr\xfc\xdf\n", ERR_INVALID, "not UTF-8 text"},
    {"en/immediate.hdo.txt", HEAD "{{>frist}}\n", ERR_INVALID,
     "line 4: {{>frist}}: there is no such part"},
    {"en/waiting.hdo.txt", HEAD "{{title}}\n", ERR_INVALID, "line 4: {{title}}: unknown name"},
    {"en/waiting.hdo.txt", HEAD "{{#vulnerabilities}}x{{/vulnerabilities}}\n", ERR_INVALID,
     "{{#vulnerabilities}}: unknown name"},
    {"en/waiting.hdo.txt", HEAD "{{>first}}\n", ERR_INVALID, "waiting.hdo.txt: {{>first}} line"},
    {"en/waiting.regulator.txt", "subject: {{title}}\nouter: x\n\nb\n", ERR_INVALID,
     "line 1: {{title}}: unknown name"},
    {"en/part.answer.txt", "{{>answer}}\n", ERR_INVALID, "{{>answer}}: the part uses itself"},
    {"en/part.answer.txt", "|= A\n| a | b\n", ERR_INVALID,
     "part.answer.txt line 2: a row with more or fewer cells"},
    {"en/immediat.hdo.txt", "x", ERR_INVALID,
     "en/immediat.hdo.txt: no notice would use this file: did you mean immediate.hdo.txt"},
    {"en/reminder.regulator.txt", "x", ERR_INVALID, "no notice would use this file"},
    {"en/escalation.complaint.txt", "x", ERR_INVALID, "no notice would use this file"},
    {"en/reminder.hdo.txt", HEAD "{{title}}\n", ERR_INVALID, "{{title}}: unknown name"},
    {"german/words.txt", "x", ERR_INVALID, "german: not a language"},
    {"de_AT/words.txt", "x", ERR_INVALID, "de_AT: not a language"},
    {"fr/immediate.hdo.txt", HEAD "b\n", ERR_INVALID, "fr: words.txt: missing"},
    {"en/words.txt", "tset: x\n", ERR_INVALID,
     "en/words.txt line 1: tset: unknown word: did you mean test"},
    {"en/words.txt", "test: x\ntest: y\n", ERR_INVALID, "line 2: test: stands here twice"},
    {"en/words.txt", "test:\n", ERR_INVALID, "line 1: test: no text"},
    {"en/words.txt", "# a\n\ntest\n", ERR_INVALID, "line 3: no colon"},
    {"en/words.txt", "test: x\n", ERR_INVALID, "en/words.txt: months: missing"},
    {"en/words.txt", "gr\xfc\n", ERR_INVALID, "not UTF-8"},
};

START_TEST(a_folder_with_a_wrong_text_is_refused)
{
    struct err err = {0};
    struct wording *wording = NULL;
    make_dir();
    write_text(refused[_i].file, refused[_i].text);
    enum status status = wording_open(&wording, dir, &err);
    ck_assert_msg(status == refused[_i].status, "%s: status %d", refused[_i].says, status);
    ck_assert_msg(strstr(err.text, refused[_i].says) != NULL, "wanted [%s]\ngot    [%s]",
                  refused[_i].says, err.text);
    remove_dir();
}
END_TEST

START_TEST(words_of_eleven_months_are_refused)
{
    struct err err = {0};
    struct wording *wording = NULL;
    struct str words;
    str_init(&words, STR_LIMIT_TEXT);
    ck_assert_int_eq(
        file_read(&words, TEST_SOURCE_DIR "/templates/en/words.txt", STR_LIMIT_TEXT, &err), OK);
    char *december = strstr(words.data, " December");
    memset(december, ' ', strlen(" December"));
    make_dir();
    write_text("en/words.txt", str_text(&words));
    ck_assert_int_eq(wording_open(&wording, dir, &err), ERR_INVALID);
    ck_assert_ptr_nonnull(strstr(err.text, "months: not twelve"));
    remove_dir();
    str_dispose(&words);
}
END_TEST

START_TEST(an_exercise_that_would_show_no_mark_is_refused)
{
    static const char *const bad[] = {"x[EXERCISE", "[EXERCISEx", "[e]x     ", "[EXER<SE]",
                                      "Exercise!!"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct err err = {0};
        struct wording *wording = NULL;
        struct str words;
        str_init(&words, STR_LIMIT_TEXT);
        ck_assert_int_eq(
            file_read(&words, TEST_SOURCE_DIR "/templates/en/words.txt", STR_LIMIT_TEXT, &err), OK);
        char *mark = strstr(words.data, "exercise: [EXERCISE]");
        memset(mark + strlen("exercise: "), ' ', strlen("[EXERCISE]"));
        memcpy(mark + strlen("exercise: "), bad[i], strlen(bad[i]));
        make_dir();
        write_text("en/words.txt", str_text(&words));
        ck_assert_int_eq(wording_open(&wording, dir, &err), ERR_INVALID);
        ck_assert_ptr_nonnull(strstr(err.text, "exercise: no mark"));
        remove_dir();
        str_dispose(&words);
    }
}
END_TEST

START_TEST(a_missing_folder_and_a_huge_file_are_refused)
{
    struct err err = {0};
    struct wording *wording = NULL;
    ck_assert_int_eq(wording_open(&wording, TEST_BINARY_DIR "/no-such-folder", &err),
                     ERR_NOT_FOUND);
    char *huge = malloc(1024 * 1024 + 2);
    ck_assert_ptr_nonnull(huge);
    memset(huge, 'x', 1024 * 1024 + 1);
    huge[1024 * 1024 + 1] = '\0';
    make_dir();
    write_text("en/immediate.hdo.txt", huge);
    ck_assert_int_eq(wording_open(&wording, dir, &err), ERR_LIMIT);
    remove_dir();
    free(huge);
}
END_TEST

/* The text of a notice with the texts of `dir`. The caller frees. */
static char *body_of(const char *language, enum notice_kind kind, enum party_kind audience)
{
    struct err err = {0};
    struct wording *wording = NULL;
    struct sample sample;
    struct notice_text notice;
    sample_init(&sample);
    sample.facts.language = language;
    sample.facts.kind = kind;
    sample.facts.audience = audience;
    notice_text_init(&notice);
    ck_assert_msg(wording_open(&wording, dir, &err) == OK, "%s", err.text);
    ck_assert_msg(wording_notice(&notice, wording, &sample.facts, &err) == OK, "%s", err.text);
    char *text = str_take(&notice.text);
    notice_text_dispose(&notice);
    wording_close(wording);
    sample_dispose(&sample);
    return text;
}

static void check_body(const char *language, enum notice_kind kind, enum party_kind audience,
                       const char *wanted)
{
    char *text = body_of(language, kind, audience);
    ck_assert_msg(strstr(text, wanted) != NULL, "%s %s %s: wanted [%s], got [%.200s]",
                  language == NULL ? "none" : language, notice_kind_word(kind),
                  party_kind_word(audience), wanted, text);
    free(text);
}

START_TEST(a_makers_file_replaces_ours_and_nothing_else)
{
    make_dir();
    write_text("en/immediate.hdo.txt",
               "\xef\xbb\xbfsubject: s\r\nouter: o\r\n\r\n# Ours {{id}}\r\n\r\n{{>answers}}\r\n");
    write_text("en/part.answers.txt", "- our own part\n");
    write_text("en/README.md", "not a text\n");
    write_text("NOTES.txt", "not in a language\n");
    check_body("en", NOTICE_IMMEDIATE, PARTY_HDO,
               "Ours EXM-2026-0007\n==================\n\n- our own part\n");
    check_body("en", NOTICE_IMMEDIATE, PARTY_DISTRIBUTOR, "Ours EXM-2026-0007");
    check_body("en", NOTICE_UPDATE, PARTY_HDO, "- our own part");
    check_body("en", NOTICE_UPDATE, PARTY_HDO, "Update of security notice");
    check_body("de", NOTICE_IMMEDIATE, PARTY_HDO, "Sicherheitshinweis EXM-2026-0007, Version");
    remove_dir();
}
END_TEST

START_TEST(a_makers_language_is_used_and_falls_back_by_kind)
{
    struct err err = {0};
    struct str words;
    str_init(&words, STR_LIMIT_TEXT);
    ck_assert_int_eq(
        file_read(&words, TEST_SOURCE_DIR "/templates/en/words.txt", STR_LIMIT_TEXT, &err), OK);
    make_dir();
    write_text("fr/words.txt", str_text(&words));
    write_text("fr/immediate.hdo.txt", HEAD "Avis {{id}}\n");
    write_text("de-AT/immediate.hdo.txt", HEAD "Servus {{id}}\n\n{{>answers}}\n");
    check_body("fr", NOTICE_IMMEDIATE, PARTY_HDO, "Avis");
    check_body("fr-CA", NOTICE_IMMEDIATE, PARTY_HDO, "Avis");
    check_body("FR", NOTICE_IMMEDIATE, PARTY_REGULATOR, "Avis");
    check_body("fr", NOTICE_UPDATE, PARTY_HDO, "Update of security notice");
    check_body("de-at", NOTICE_IMMEDIATE, PARTY_HDO, "Servus");
    check_body("de-AT", NOTICE_IMMEDIATE, PARTY_HDO, "So antworten Sie");
    check_body("de-AT", NOTICE_UPDATE, PARTY_HDO, "Neue Fassung");
    check_body("de-CH", NOTICE_IMMEDIATE, PARTY_HDO, "Sicherheitshinweis");
    remove_dir();
    str_dispose(&words);
}
END_TEST

START_TEST(an_unknown_language_is_told_in_english)
{
    static const char *const unknown[] = {"nl", "d", "", "-", "deutsch", "x-klingon", NULL};
    make_dir();
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++)
        check_body(unknown[i], NOTICE_IMMEDIATE, PARTY_HDO, "Security notice EXM-2026-0007");
    remove_dir();
}
END_TEST

START_TEST(every_name_stands_on_the_page_of_names)
{
    struct err err = {0};
    struct str page;
    str_init(&page, STR_LIMIT_TEXT);
    ck_assert_int_eq(file_read(&page, TEST_SOURCE_DIR "/templates/names.md", STR_LIMIT_TEXT, &err),
                     OK);
    for (size_t i = 0; i < data_name_count(SCOPE_ALL); i++) {
        char *mark = xprintf("`%s`", data_names[i]);
        ck_assert_msg(strstr(str_text(&page), mark) != NULL, "%s is not in names.md", mark);
        for (size_t k = 0; k < i; k++)
            ck_assert_str_ne(data_names[i], data_names[k]);
        free(mark);
    }
    str_dispose(&page);
}
END_TEST

/* All that a template can be told, as names that are true or not empty, separated by blanks. */
static char *names_told(const struct notice_facts *facts, const struct words *words,
                        enum data_scope scope)
{
    struct err err = {0};
    struct str text;
    struct str out;
    struct template *tmpl = NULL;
    struct arena *arena = arena_new();
    str_init(&text, STR_LIMIT_TEXT);
    str_init(&out, STR_LIMIT_TEXT);
    for (size_t i = 0; i < data_name_count(SCOPE_ALL); i++)
        str_addf(&text, "{{#%s}} %s {{/%s}}", data_names[i], data_names[i], data_names[i]);
    ck_assert_int_eq(
        template_parse(&tmpl, "names", str_bytes(&text), &(struct template_rules){0}, &err), OK);
    ck_assert_int_eq(template_render(&out, tmpl, data_make(arena, facts, words, "en", scope),
                                     template_escape_none, &err),
                     OK);
    template_free(tmpl);
    str_dispose(&text);
    arena_free(arena);
    return str_take(&out);
}

/* No template can say what its values do not hold, whoever wrote it. */
START_TEST(values_hold_what_their_scope_may_say_and_no_more)
{
    struct err err = {0};
    struct wording *wording = NULL;
    const struct language *language = NULL;
    struct sample sample;
    sample_init(&sample);
    sample.facts.attachments_at = sample.facts.previous_version = "x";
    ck_assert_int_eq(wording_open(&wording, NULL, &err), OK);
    ck_assert_ptr_nonnull(wording_find(wording, "en", NOTICE_IMMEDIATE, PARTY_HDO, &language));
    for (int scope = SCOPE_OUTER; scope <= SCOPE_ALL; scope++) {
        char *told = names_told(&sample.facts, &language->words, (enum data_scope)scope);
        for (size_t i = 0; i < data_name_count(SCOPE_ALL); i++) {
            char *name = xprintf(" %s ", data_names[i]);
            bool allowed = i < data_name_count((enum data_scope)scope);
            ck_assert_msg(allowed || strstr(told, name) == NULL, "scope %d tells%s", scope, name);
            free(name);
        }
        ck_assert_ptr_nonnull(strstr(told, " maker "));
        ck_assert_int_eq(strstr(told, " title ") != NULL, scope == SCOPE_ALL);
        free(told);
    }
    for (int party = 0; party < PARTY_KIND_COUNT; party++) {
        sample.facts.audience = (enum party_kind)party;
        char *told = names_told(&sample.facts, &language->words, SCOPE_ALL);
        ck_assert_int_eq(strstr(told, " told ") != NULL, party == PARTY_COMPLAINT);
        free(told);
    }
    sample.facts.audience = PARTY_COMPLAINT;
    for (int level = 0; level < LEVEL_COUNT; level++) {
        sample.facts.level = (enum level)level;
        char *told = names_told(&sample.facts, &language->words, SCOPE_ALL);
        ck_assert_int_eq(strstr(told, " devices ") != NULL, level == LEVEL_SEALED);
        ck_assert_int_eq(strstr(told, " devices_short ") != NULL, level == LEVEL_SEALED);
        ck_assert_int_eq(strstr(told, " told ") != NULL, level == LEVEL_SEALED);
        free(told);
    }
    wording_close(wording);
    sample_dispose(&sample);
}
END_TEST

START_TEST(loading_all_texts_takes_a_few_milliseconds)
{
    enum { ROUNDS = 20, MOST_MS = 20 };
    struct clock clock;
    struct err err = {0};
    clock_init_system(&clock);
    int64_t start = clock_up_ms(&clock);
    for (int i = 0; i < ROUNDS; i++) {
        struct wording *wording = NULL;
        ck_assert_int_eq(wording_open(&wording, NULL, &err), OK);
        wording_close(wording);
    }
    int64_t took = clock_up_ms(&clock) - start;
    (void)printf("loading all texts: %lld ms in %d rounds\n", (long long)took, ROUNDS);
#ifdef TOCSIN_SANITIZE
    ck_assert_int_lt(took, (int64_t)ROUNDS * MOST_MS * 20);
#else
    ck_assert_int_lt(took, (int64_t)ROUNDS * MOST_MS);
#endif
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("templates.wording");
    TCase *tc = tcase_create("wording");
    tcase_add_loop_test(tc, a_folder_with_a_wrong_text_is_refused, 0,
                        (int)(sizeof refused / sizeof refused[0]));
    tcase_add_test(tc, words_of_eleven_months_are_refused);
    tcase_add_test(tc, an_exercise_that_would_show_no_mark_is_refused);
    tcase_add_test(tc, a_missing_folder_and_a_huge_file_are_refused);
    tcase_add_test(tc, a_makers_file_replaces_ours_and_nothing_else);
    tcase_add_test(tc, a_makers_language_is_used_and_falls_back_by_kind);
    tcase_add_test(tc, an_unknown_language_is_told_in_english);
    tcase_add_test(tc, every_name_stands_on_the_page_of_names);
    tcase_add_test(tc, values_hold_what_their_scope_may_say_and_no_more);
    tcase_add_test(tc, loading_all_texts_takes_a_few_milliseconds);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
