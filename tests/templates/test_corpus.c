/* Notices of real advisories: nothing that 81001-5-1 §4.1.7 asks for gets lost on the way. */
#include "base/file.h"
#include "tests/templates/facts.h"

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CORPUS TEST_SOURCE_DIR "/../shared/corpus/icsma"
#define FIXTURES TEST_SOURCE_DIR "/tests/fixtures/advisory"

/* Blanks and line ends are one blank: texts are wrapped, values were cleaned. */
static void squeeze(struct str *out, const char *text)
{
    str_init(out, STR_LIMIT_TEXT);
    for (; *text != '\0'; text++) {
        bool blank = strchr(" \t\r\n", *text) != NULL;
        if (!blank)
            str_add_c(out, *text);
        else if (out->size > 0 && out->data[out->size - 1] != ' ')
            str_add_c(out, ' ');
    }
    if (out->size > 0 && out->data[out->size - 1] == ' ')
        str_truncate(out, out->size - 1);
}

static void check_told(const struct str *notice, const char *fact, const char *path)
{
    struct str wanted;
    /* Signs that are made harmless on the way are not looked for. */
    if (fact == NULL || strpbrk(fact, "\x01\x0b\x0c\x7f\xc2\xe2\xef") != NULL)
        return;
    squeeze(&wanted, fact);
    ck_assert_msg(strstr(str_text(notice), str_text(&wanted)) != NULL, "%s: lost [%s]", path,
                  str_text(&wanted));
    str_dispose(&wanted);
}

static void check_vulnerability(const struct str *flat, const struct csaf *csaf,
                                const struct csaf_vulnerability *v, const char *path)
{
    check_told(flat, v->name, path);
    for (size_t i = 0; i < v->score_count; i++)
        check_told(flat, v->scores[i].vector, path);
    for (size_t i = 0; i < v->note_count; i++)
        check_told(flat, v->notes[i].text, path);
    for (size_t i = 0; i < v->remediation_count; i++)
        check_told(flat, v->remediations[i].details, path);
    for (size_t i = 0; i < v->affected.count; i++)
        check_told(flat, csaf->products[v->affected.index[i]].name, path);
}

static void check_advisory(const struct wording *wording, const char *path)
{
    struct err err = {0};
    struct json_fault fault;
    struct str json;
    struct str flat;
    struct csaf *csaf = NULL;
    struct notice_text notice;
    struct sample sample;
    sample_init(&sample);
    str_init(&json, STR_LIMIT_TEXT);
    ck_assert_int_eq(file_read(&json, path, STR_LIMIT_TEXT, &err), OK);
    ck_assert_msg(csaf_parse(&csaf, str_bytes(&json), &fault, &err) == OK, "%s: %s", path,
                  err.text);
    sample.facts.csaf = csaf;
    sample_render_with(&notice, wording, &sample.facts);
    squeeze(&flat, str_text(&notice.text));
    check_told(&flat, csaf->title, path);
    for (size_t i = 0; i < csaf->vulnerability_count; i++)
        check_vulnerability(&flat, csaf, &csaf->vulnerabilities[i], path);
    for (size_t i = 0; i < csaf->note_count; i++)
        check_told(&flat, csaf->notes[i].text, path);
    str_dispose(&flat);
    notice_text_dispose(&notice);
    csaf_free(csaf);
    str_dispose(&json);
    sample_dispose(&sample);
}

static size_t check_folder(const struct wording *wording, const char *folder)
{
    size_t count = 0;
    DIR *dir = opendir(folder);
    ck_assert_ptr_nonnull(dir);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (!text_ends(entry->d_name, ".json"))
            continue;
        char *path = path_join(folder, entry->d_name);
        check_advisory(wording, path);
        free(path);
        count++;
    }
    (void)closedir(dir);
    return count;
}

START_TEST(notices_of_our_own_advisories_lose_nothing)
{
    struct err err = {0};
    struct wording *wording = NULL;
    ck_assert_int_eq(wording_open(&wording, NULL, &err), OK);
    ck_assert_uint_ge(check_folder(wording, FIXTURES), 4);
    wording_close(wording);
}
END_TEST

/* Proves: 4.1.7 description, 4.1.7 score, 4.1.7 versions, 4.1.7 resolution */
START_TEST(notices_of_real_advisories_lose_nothing)
{
    struct err err = {0};
    struct clock clock;
    struct wording *wording = NULL;
    if (!file_exists(CORPUS)) {
        (void)puts("SKIP: no " CORPUS ": real advisories are not here");
        return;
    }
    clock_init_system(&clock);
    ck_assert_int_eq(wording_open(&wording, NULL, &err), OK);
    int64_t start = clock_up_ms(&clock);
    size_t count = check_folder(wording, CORPUS);
    (void)printf("notices of real advisories: %zu in %lld ms\n", count,
                 (long long)(clock_up_ms(&clock) - start));
    ck_assert_uint_gt(count, 0);
    wording_close(wording);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("templates.corpus");
    TCase *tc = tcase_create("corpus");
    tcase_set_timeout(tc, 20);
    tcase_add_test(tc, notices_of_our_own_advisories_lose_nothing);
    tcase_add_test(tc, notices_of_real_advisories_lose_nothing);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
