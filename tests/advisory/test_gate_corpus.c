/*
 * The gate on real advisories: each is accepted as it is, and refused, with the right test at the
 * right place, when one of the four fields of IEC 81001-5-1 §4.1.7 is taken out of it.
 */
#include "tests/advisory/support.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool name_is(const struct json *value, const char *name)
{
    return text_equal(json_name(value), name);
}

static bool member_is(const struct json *object, const char *member, const char *text)
{
    return text_equal(json_string(json_get(object, member)), text);
}

/* Whether value is a direct member of a vulnerability. */
static bool in_vulnerability(const struct json *value)
{
    return name_is(json_parent(json_parent(value)), "vulnerabilities");
}

static enum edit drop_descriptions(struct str *out, const struct json *value, void *context)
{
    (void)out;
    (void)context;
    bool is_note = name_is(json_parent(value), "notes") && in_vulnerability(json_parent(value));
    bool describes = member_is(value, "category", "description") ||
                     member_is(value, "category", "summary") ||
                     member_is(value, "category", "details");
    return is_note && describes ? EDIT_DROP : EDIT_KEEP;
}

static enum edit drop_member(struct str *out, const struct json *value, void *context)
{
    (void)out;
    return in_vulnerability(value) && name_is(value, context) ? EDIT_DROP : EDIT_KEEP;
}

static bool is_version_branch(const struct json *value)
{
    return name_is(json_parent(value), "branches") &&
           (member_is(value, "category", "product_version") ||
            member_is(value, "category", "product_version_range"));
}

/* The ids of the versions are gone … */
static enum edit drop_versions(struct str *out, const struct json *value, void *context)
{
    (void)out;
    (void)context;
    return is_version_branch(value) ? EDIT_DROP : EDIT_KEEP;
}

/* … or still there, on products that say nothing about versions. */
static enum edit rename_versions(struct str *out, const struct json *value, void *context)
{
    (void)context;
    if (!name_is(value, "category") || !is_version_branch(json_parent(value)))
        return EDIT_KEEP;
    str_add(out, "\"product_name\"");
    return EDIT_REPLACE;
}

static const struct mutant {
    const char *what;
    edit_value *edit;
    const char *member;
    const char *test;
    const char *pointer; /* behind "/vulnerabilities/N" */
} mutants[] = {
    {"no description", drop_descriptions, NULL, "gate.9", "/notes"},
    {"no notes", drop_member, "notes", "gate.9", ""},
    {"no scores", drop_member, "scores", "gate.11", ""},
    {"no version branches", drop_versions, NULL, "gate.13", "/product_status/known_affected"},
    {"no version categories", rename_versions, NULL, "gate.13", "/product_status/known_affected"},
    {"no product status", drop_member, "product_status", "gate.13", ""},
    {"no remediations", drop_member, "remediations", "gate.16", ""},
};

static void check_mutant(const char *path, const struct csaf *csaf, const struct mutant *mutant)
{
    struct str text;
    struct gate_result result;
    str_init(&text, STR_LIMIT_TEXT);
    support_write(&text, csaf->root, mutant->edit, (void *)(uintptr_t)mutant->member);
    gate_check(&result, NULL, str_bytes(&text), NULL);
    ck_assert_msg(result.refused, "%s: %s is accepted", path, mutant->what);
    /* Every vulnerability lacks it, and no other row finds anything. */
    ck_assert_msg(support_row_count(&result) == csaf->vulnerability_count, "%s: %s: %zu findings",
                  path, mutant->what, result.count);
    for (size_t i = 0; i < csaf->vulnerability_count; i++) {
        char pointer[100];
        (void)snprintf(pointer, sizeof pointer, "/vulnerabilities/%zu%s", i, mutant->pointer);
        ck_assert_msg(support_finding(&result, mutant->test, pointer) != NULL,
                      "%s: %s: no %s at %s", path, mutant->what, mutant->test, pointer);
    }
    gate_dispose(&result);
    str_dispose(&text);
}

/* Proves: 4.1.7 description, 4.1.7 score, 4.1.7 versions, 4.1.7 resolution */
START_TEST(real_advisories_are_accepted_whole_and_refused_without_any_of_the_four_fields)
{
    size_t count = 0;
    size_t scores = 0;
    char **paths = support_corpus(&count);
    for (size_t i = 0; i < count; i++) {
        struct str text;
        struct gate_result result;
        struct csaf *csaf = NULL;
        support_read(&text, paths[i]);
        gate_check(&result, &csaf, str_bytes(&text), NULL);
        ck_assert_msg(!result.refused, "%s: %s", paths[i],
                      result.count > 0 ? result.findings[0].message : "");
        for (size_t k = 0; k < csaf->vulnerability_count; k++)
            scores += csaf->vulnerabilities[k].score_count;
        for (size_t m = 0; m < sizeof mutants / sizeof mutants[0]; m++)
            check_mutant(paths[i], csaf, &mutants[m]);
        csaf_free(csaf);
        gate_dispose(&result);
        str_dispose(&text);
    }
    if (paths != NULL)
        (void)printf("%zu real advisories accepted, their %zu scores computed, %zu mutants "
                     "refused\n",
                     count, scores, count * (sizeof mutants / sizeof mutants[0]));
    support_corpus_free(paths, count);
}
END_TEST

/* Cut anywhere, an advisory is a finding, never a crash; and what is read is still judged. */
/* Proves: G0, gate.0 */
START_TEST(an_advisory_cut_at_any_byte_is_refused)
{
    struct str text;
    support_read(&text, FIXTURE("exm-2026-0008.json"));
    for (size_t size = 0; size + 2 < text.size; size++) {
        struct gate_result result;
        gate_check(&result, NULL, (struct bytes){(const unsigned char *)str_text(&text), size},
                   NULL);
        ck_assert_msg(result.refused, "%zu bytes are accepted", size);
        ck_assert_str_eq(result.findings[0].test, "gate.0");
        gate_dispose(&result);
    }
    str_dispose(&text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("advisory.gate_corpus");
    TCase *tc = tcase_create("corpus");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc,
                   real_advisories_are_accepted_whole_and_refused_without_any_of_the_four_fields);
    tcase_add_test(tc, an_advisory_cut_at_any_byte_is_refused);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
