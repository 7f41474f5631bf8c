/* Differences of two versions, as a list; how they read is in tests/templates/test_changes.c. */
#include "advisory/diff.h"
#include "tests/advisory/support.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct arena *arena;

static struct diff compare(const char *before, const char *after)
{
    struct err err = {0};
    struct diff diff;
    struct str json[2];
    struct csaf *a = support_parse(before);
    struct csaf *b = support_parse(after);
    ck_assert_msg(diff_make(&diff, arena, a, b, NULL, NULL, &err) == OK, "%s", err.text);
    /* Texts are borrowed: what a test looks at afterwards is copied. */
    struct diff_item *items = arena_alloc(arena, (diff.count + 1) * sizeof *items);
    for (size_t i = 0; i < diff.count; i++) {
        items[i] = diff.items[i];
        items[i].vulnerability = arena_strdup(arena, items[i].vulnerability);
        items[i].what = arena_strdup(arena, items[i].what);
        items[i].from = arena_strdup(arena, items[i].from);
        items[i].to = arena_strdup(arena, items[i].to);
        items[i].products = NULL;
    }
    diff.items = items;
    /* The same two give the same list, every time. */
    for (size_t i = 0; i < 2; i++) {
        struct diff again;
        str_init(&json[i], STR_LIMIT_TEXT);
        ck_assert(diff_make(&again, arena, a, b, NULL, NULL, &err) == OK);
        diff_print_json(&json[i], &again, a, b);
    }
    ck_assert(str_ok(&json[0]));
    ck_assert_str_eq(str_text(&json[0]), str_text(&json[1]));
    str_dispose(&json[0]);
    str_dispose(&json[1]);
    csaf_free(a);
    csaf_free(b);
    return diff;
}

static const struct diff_item *find(const struct diff *diff, enum diff_kind kind)
{
    for (size_t i = 0; i < diff->count; i++)
        if (diff->items[i].kind == kind)
            return &diff->items[i];
    return NULL;
}

#define DOCUMENT "\"document\":{\"tracking\":{\"id\":\"X-1\",\"version\":\"1\"}}"
#define TREE(a, b)                                                                                 \
    "\"product_tree\":{\"full_product_names\":[{\"product_id\":\"P\",\"name\":\"" a "\"},"         \
    "{\"product_id\":\"Q\",\"name\":\"" b "\"}]}"
#define SAYS(status)                                                                               \
    "{" DOCUMENT "," TREE("Pump 1", "Pump 2") ",\"vulnerabilities\":[{\"cve\":\"CVE-2026-1\","     \
                                              "\"product_status\":{" status "}}]}"
#define NOTHING SAYS("")

/* How a product moves, from what to what, and what that is. */
static const struct {
    const char *before, *after;
    enum diff_kind kind;
    enum diff_weight weight;
    enum diff_nature nature;
} moves[] = {
    {SAYS(""), SAYS("\"known_affected\":[\"P\"]"), DIFF_AFFECTED_ADDED, DIFF_WORSE, DIFF_NEWS},
    {SAYS("\"known_not_affected\":[\"P\"]"), SAYS("\"first_affected\":[\"P\"]"),
     DIFF_AFFECTED_ADDED, DIFF_WORSE, DIFF_CORRECTION},
    {SAYS("\"fixed\":[\"P\"]"), SAYS("\"known_affected\":[\"P\"]"), DIFF_AFFECTED_ADDED, DIFF_WORSE,
     DIFF_CORRECTION},
    {SAYS("\"under_investigation\":[\"P\"]"), SAYS("\"known_affected\":[\"P\"]"),
     DIFF_AFFECTED_ADDED, DIFF_WORSE, DIFF_NEWS},
    {SAYS(""), SAYS("\"under_investigation\":[\"P\"]"), DIFF_INVESTIGATED, DIFF_WORSE, DIFF_NEWS},
    {SAYS("\"known_affected\":[\"P\",\"Q\"]"), SAYS("\"fixed\":[\"P\"],\"known_affected\":[\"Q\"]"),
     DIFF_AFFECTED_REMOVED, DIFF_BETTER, DIFF_NEWS},
    {SAYS("\"known_affected\":[\"P\",\"Q\"]"),
     SAYS("\"known_not_affected\":[\"P\"],\"known_affected\":[\"Q\"]"), DIFF_AFFECTED_REMOVED,
     DIFF_BETTER, DIFF_CORRECTION},
    {SAYS("\"known_affected\":[\"P\",\"Q\"]"), SAYS("\"known_affected\":[\"Q\"]"),
     DIFF_AFFECTED_REMOVED, DIFF_BETTER, DIFF_CORRECTION},
    {SAYS("\"known_affected\":[\"P\"]"), SAYS("\"known_not_affected\":[\"P\"]"), DIFF_WITHDRAWN,
     DIFF_WORSE, DIFF_WITHDRAWAL},
    {SAYS("\"known_affected\":[\"P\"]"), SAYS("\"fixed\":[\"P\"]"), DIFF_AFFECTED_REMOVED,
     DIFF_BETTER, DIFF_NEWS},
    {SAYS(""), SAYS("\"first_fixed\":[\"P\"]"), DIFF_FIXED_ADDED, DIFF_HELP, DIFF_NEWS},
    {SAYS("\"under_investigation\":[\"P\"]"), SAYS("\"known_not_affected\":[\"P\"]"), DIFF_STATUS,
     DIFF_DETAIL, DIFF_NEWS},
    /* Said twice: the worse counts, on both sides. */
    {SAYS("\"known_affected\":[\"P\"],\"known_not_affected\":[\"P\"]"),
     SAYS("\"known_affected\":[\"P\"]"), DIFF_OTHER, DIFF_DETAIL, DIFF_NEWS},
    {SAYS("\"known_affected\":[\"P\"],\"last_affected\":[\"P\"]"),
     SAYS("\"known_affected\":[\"P\"]"), DIFF_OTHER, DIFF_DETAIL, DIFF_NEWS},
};

START_TEST(each_move_of_a_product_is_what_the_table_says)
{
    struct diff diff = compare(moves[_i].before, moves[_i].after);
    ck_assert_int_eq(diff.nature, moves[_i].nature);
    ck_assert_int_eq(diff.items[0].kind, moves[_i].kind);
    ck_assert_int_eq(diff.items[0].weight, moves[_i].weight);
    for (size_t i = 1; i < diff.count; i++)
        ck_assert(diff.items[i].kind == DIFF_AFFECTED_REMOVED); /* of a withdrawal */
}
END_TEST

START_TEST(products_are_the_same_by_name_whatever_their_ids)
{
    struct diff diff =
        compare("{" DOCUMENT
                "," TREE("Pump 1", "Pump 2") ",\"vulnerabilities\":[{\"cve\":\"C\","
                                             "\"product_status\":{\"known_affected\":[\"P\"]}}]}",
                "{" DOCUMENT
                "," TREE("Pump 2", "Pump 1") ",\"vulnerabilities\":[{\"cve\":\"C\","
                                             "\"product_status\":{\"known_affected\":[\"Q\"]}}]}");
    ck_assert_uint_eq(diff.count, 1);
    ck_assert_int_eq(diff.items[0].kind, DIFF_OTHER);
}
END_TEST

#define SCORED(vector, base)                                                                       \
    "{" DOCUMENT                                                                                   \
    "," TREE("Pump 1", "Pump 2") ",\"vulnerabilities\":[{\"cve\":\"C\","                           \
                                 "\"product_status\":{\"known_affected\":[\"P\"]},\"scores\":[{"   \
                                 "\"products\":[\"P\"],"                                           \
                                 "\"cvss_v3\":{\"version\":\"3.1\",\"vectorString\":\"" vector     \
                                 "\",\"baseScore\":" base "}}]}]}"

START_TEST(a_score_says_whether_it_rose_and_by_which_metrics)
{
    struct diff up = compare(SCORED("CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:L/I:H/A:H", "8.3"),
                             SCORED("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:H/A:N", "8.2"));
    const struct diff_item *item = find(&up, DIFF_SCORE);
    ck_assert_ptr_nonnull(item);
    ck_assert_int_eq(item->weight, DIFF_BETTER);
    ck_assert_str_eq(item->from, "8.3");
    ck_assert_str_eq(item->to, "8.2");
    ck_assert_str_eq(item->what, "AV:A → AV:N, A:H → A:N");
    up = compare(SCORED("CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:L/I:H/A:H", "8.3"),
                 SCORED("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:H/A:H/E:P", "9.4"));
    ck_assert_int_eq(up.items[0].weight, DIFF_WORSE);
    ck_assert_str_eq(up.items[0].what, "AV:A → AV:N, – → E:P");
}
END_TEST

#define CATEGORY(category, note, said)                                                             \
    "{\"document\":{\"category\":\"" category "\",\"notes\":[{\"category\":\"description\","       \
    "\"title\":\"" note "\",\"text\":\"t\"}],\"tracking\":{\"id\":\"X-1\",\"version\":\"2\","      \
    "\"revision_history\":[{\"number\":\"2\",\"summary\":\"" said                                  \
    "\"},{\"number\":\"1\",\"summary\":\"Withdrawn is nothing yet\"}]}}}"

static const struct {
    const char *text;
    bool withdrawn;
} papers[] = {
    {CATEGORY("csaf_withdrawn", "", ""), true},
    {CATEGORY("csaf_vex", "Reasoning for withdrawal", ""), true},
    {CATEGORY("csaf_vex", "Reasoning", "withdrawn: a mistake"), true},
    {CATEGORY("csaf_vex", "Reasoning", "Nothing is withdrawn"), false},
    {CATEGORY("csaf_vex", "", ""), false},
};

START_TEST(a_document_takes_itself_back_in_three_ways)
{
    struct csaf *csaf = support_parse(papers[_i].text);
    ck_assert_int_eq(diff_says_withdrawn(csaf), papers[_i].withdrawn);
    csaf_free(csaf);
}
END_TEST

START_TEST(what_orders_say_is_compared_too)
{
    struct err err = {0};
    struct diff diff;
    struct csaf *csaf = support_parse(NOTHING);
    const struct diff_order was = {.action = "Wait.", .exploited = "no"};
    const struct diff_order is = {.action = "Unplug it.", .exploited = "yes", .hazard = "Harm."};
    ck_assert(diff_make(&diff, arena, csaf, csaf, &was, &is, &err) == OK);
    ck_assert_uint_eq(diff.count, 3);
    ck_assert_int_eq(diff.items[0].kind, DIFF_EXPLOITATION);
    ck_assert_int_eq(diff.items[0].weight, DIFF_WORSE);
    ck_assert_str_eq(diff.items[1].what, "hazard");
    ck_assert_str_eq(diff.items[2].to, "Unplug it.");
    csaf_free(csaf);
}
END_TEST

START_TEST(more_than_anybody_can_compare_is_refused)
{
    struct err err = {0};
    struct diff diff;
    struct str text;
    str_init(&text, STR_LIMIT_TEXT);
    str_add(&text, "{" DOCUMENT ",\"product_tree\":{\"full_product_names\":[");
    for (int i = 0; i < 2000; i++)
        str_addf(&text, "%s{\"product_id\":\"P%d\",\"name\":\"N%d\"}", i > 0 ? "," : "", i, i);
    str_add(&text, "],\"product_groups\":[{\"group_id\":\"G\",\"product_ids\":[");
    for (int i = 0; i < 2000; i++)
        str_addf(&text, "%s\"P%d\"", i > 0 ? "," : "", i);
    str_add(&text, "]}]},\"vulnerabilities\":[");
    for (int i = 0; i < 3000; i++)
        str_addf(
            &text,
            "%s{\"threats\":[{\"category\":\"impact\",\"details\":\"d\",\"group_ids\":[\"G\"]}]}",
            i > 0 ? "," : "");
    str_add(&text, "]}");
    ck_assert(str_ok(&text));
    struct csaf *csaf = support_parse(str_text(&text));
    ck_assert_int_eq(diff_make(&diff, arena, csaf, csaf, NULL, NULL, &err), ERR_LIMIT);
    ck_assert_ptr_nonnull(strstr(err.text, "read both versions"));
    csaf_free(csaf);
    str_dispose(&text);
}
END_TEST

/* The first remedy, score and affected product of a document become other ones. */
struct older {
    bool remedy, score, status;
};

static enum edit make_older(struct str *out, const struct json *value, void *context)
{
    struct older *done = context;
    const char *name = json_name(value);
    const struct json *list = json_parent(value);
    if (text_equal(name, "baseScore") && !done->score) {
        done->score = true;
        str_add(out, "0.1");
        return EDIT_REPLACE;
    }
    if (text_equal(json_name(list), "remediations") && !done->remedy) {
        done->remedy = true;
        return EDIT_DROP;
    }
    if (text_equal(json_name(list), "known_affected") && !done->status) {
        done->status = true;
        return EDIT_DROP;
    }
    return EDIT_KEEP;
}

START_TEST(real_advisories_differ_from_their_predecessors_by_what_was_changed)
{
    size_t count = 0;
    size_t compared = 0;
    char **paths = support_corpus(&count);
    for (size_t i = 0; i < count; i++) {
        struct str text;
        struct str older;
        struct json_doc *doc = NULL;
        struct older done = {0};
        support_read(&text, paths[i]);
        str_init(&older, STR_LIMIT_TEXT);
        ck_assert(json_parse(&doc, str_bytes(&text), NULL, NULL, NULL) == OK);
        support_write(&older, json_root(doc), make_older, &done);
        json_free(doc);
        struct diff diff = compare(str_text(&older), str_text(&text));
        struct diff same = compare(str_text(&text), str_text(&text));
        ck_assert_msg(same.count == 1 && same.items[0].kind == DIFF_OTHER, "%s", paths[i]);
        if (done.remedy)
            ck_assert_msg(find(&diff, DIFF_REMEDY_ADDED) != NULL ||
                              find(&diff, DIFF_REMEDY_CHANGED) != NULL,
                          "%s: remedy", paths[i]);
        if (done.status)
            ck_assert_msg(find(&diff, DIFF_AFFECTED_ADDED) != NULL, "%s: status", paths[i]);
        compared += done.remedy || done.status || done.score;
        str_dispose(&text);
        str_dispose(&older);
        arena_free(arena);
        arena = arena_new();
    }
    if (count > 0) {
        ck_assert_uint_gt(compared, count / 2);
        (void)printf("%zu of %zu real advisories compared with a made predecessor\n", compared,
                     count);
    }
    support_corpus_free(paths, count);
}
END_TEST

static void setup(void)
{
    arena = arena_new();
}

static void teardown(void)
{
    arena_free(arena);
}

int main(void)
{
    Suite *suite = suite_create("advisory.diff");
    TCase *tc = tcase_create("diff");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, each_move_of_a_product_is_what_the_table_says, 0,
                        (int)(sizeof moves / sizeof moves[0]));
    tcase_add_test(tc, products_are_the_same_by_name_whatever_their_ids);
    tcase_add_test(tc, a_score_says_whether_it_rose_and_by_which_metrics);
    tcase_add_loop_test(tc, a_document_takes_itself_back_in_three_ways, 0,
                        (int)(sizeof papers / sizeof papers[0]));
    tcase_add_test(tc, what_orders_say_is_compared_too);
    tcase_add_test(tc, more_than_anybody_can_compare_is_refused);
    tcase_add_test(tc, real_advisories_differ_from_their_predecessors_by_what_was_changed);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
