/* Hostile advisories: bounded in time, memory and depth (promise P16). */
#include "tests/advisory/support.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifdef TOCSIN_SANITIZE
#define SLOWER 8
#else
#define SLOWER 1
#endif

static double seconds_since(clock_t start)
{
    return (double)(clock() - start) / CLOCKS_PER_SEC;
}

static void add_branches(struct str *out, int levels)
{
    str_add(out, "{\"product_tree\":{");
    for (int i = 0; i < levels; i++)
        str_add(out, "\"branches\":[{");
    str_add(out, "\"category\":\"product_name\"");
    for (int i = 0; i < levels; i++)
        str_add(out, "}]");
    str_add(out, "}}");
}

START_TEST(branches_nest_30_deep_and_no_deeper)
{
    for (int levels = CSAF_BRANCH_DEPTH; levels <= CSAF_BRANCH_DEPTH + 1; levels++) {
        struct str text;
        struct csaf *csaf = NULL;
        struct json_fault fault = {.line = 0};
        struct err err = {0};
        str_init(&text, STR_LIMIT_TEXT);
        add_branches(&text, levels);
        enum status status = csaf_parse(&csaf, str_bytes(&text), &fault, &err);
        if (levels == CSAF_BRANCH_DEPTH) {
            ck_assert_msg(status == OK, "%s", err.text);
        } else {
            ck_assert_int_eq(status, ERR_INVALID);
            ck_assert_ptr_null(csaf);
            ck_assert_str_eq(fault.what, "branches are nested too deep");
            ck_assert_uint_eq(fault.line, 1);
            ck_assert_uint_gt(fault.column, 400);
            ck_assert_ptr_nonnull(strstr(err.text, "branches are nested too deep: put"));
        }
        csaf_free(csaf);
        str_dispose(&text);
    }
}
END_TEST

START_TEST(a_text_that_is_no_object_is_refused_with_its_place)
{
    struct csaf *csaf = NULL;
    struct json_fault fault = {.line = 0};
    struct err err = {0};
    ck_assert_int_eq(csaf_parse(&csaf, bytes_of("\n  [1]"), &fault, &err), ERR_INVALID);
    ck_assert_uint_eq(fault.line, 2);
    ck_assert_uint_eq(fault.column, 3);
    ck_assert_str_eq(fault.what, "an advisory is an object in { }");
    ck_assert_int_eq(csaf_parse(&csaf, bytes_of("{\n\"a\" 1}"), &fault, &err), ERR_INVALID);
    ck_assert_uint_eq(fault.line, 2);
    ck_assert_ptr_null(csaf);
    ck_assert_int_eq(csaf_parse(&csaf, bytes_of(""), NULL, NULL), ERR_INVALID);
}
END_TEST

/* Products P0, P1 …: as full_product_names or as ids. */
static void add_list(struct str *out, const char *before, size_t count, const char *after)
{
    for (size_t i = 0; i < count; i++)
        str_addf(out, "%s%s\"P%zu\"%s", i == 0 ? "" : ",", before, i, after);
}

static void add_tree(struct str *out, size_t products)
{
    str_add(out, "{\"product_tree\":{\"full_product_names\":[");
    add_list(out, "{\"product_id\":", products, ",\"name\":\"n\"}");
    str_add(out, "]");
}

START_TEST(a_hundred_thousand_products_take_less_than_a_second)
{
    struct str text;
    struct gate_result result;
    str_init(&text, STR_LIMIT_TEXT);
    add_tree(&text, 100000);
    str_add(&text, "},\"vulnerabilities\":[");
    for (int i = 0; i < 2; i++) {
        str_add(&text, i == 0 ? "" : ",");
        str_add(&text, "{\"product_status\":{\"known_affected\":[");
        add_list(&text, "", 100000, "");
        str_add(&text, "]},\"remediations\":[{\"category\":\"vendor_fix\",\"details\":\"d\","
                       "\"product_ids\":[");
        add_list(&text, "", 100000, "");
        str_add(&text, "]}]}");
    }
    str_add(&text, "]}");
    ck_assert(str_ok(&text));
    clock_t start = clock();
    gate_check(&result, NULL, str_bytes(&text), NULL);
    double seconds = seconds_since(start);
    ck_assert(result.refused);
    ck_assert_ptr_nonnull(support_finding(&result, "gate.13", NULL));
    ck_assert_ptr_null(support_finding(&result, "gate.0", NULL));
    ck_assert_ptr_null(support_finding(&result, "gate.16", NULL));
    ck_assert_msg(seconds < 1.0 * SLOWER, "%.2f s", seconds);
    gate_dispose(&result);
    str_dispose(&text);
}
END_TEST

/* One group of many products, named by many remediations of many vulnerabilities. */
static void add_groups(struct str *out, size_t products, size_t vulnerabilities, size_t affected,
                       size_t remediations, const char *named)
{
    add_tree(out, products);
    str_add(out, ",\"product_groups\":[{\"group_id\":\"G\",\"product_ids\":[");
    add_list(out, "", products, "");
    str_add(out, "]}]},\"vulnerabilities\":[");
    for (size_t i = 0; i < vulnerabilities; i++) {
        str_addf(out, "%s{\"product_status\":{\"known_affected\":[", i == 0 ? "" : ",");
        add_list(out, "", affected, "");
        str_add(out, "]},\"remediations\":[");
        for (size_t k = 0; k < remediations; k++)
            str_addf(out, "%s{\"category\":\"workaround\",\"details\":\"d\",%s}", k == 0 ? "" : ",",
                     named);
        str_add(out, "]}");
    }
    str_add(out, "]}");
    ck_assert(str_ok(out));
}

START_TEST(a_group_that_everything_names_is_shared)
{
    /* 50,000 products in 80,000 remediations would be 4,000,000,000 entries to write or walk. */
    static const struct {
        size_t products, vulnerabilities, affected, remediations;
    } shapes[] = {{50000, 40, 1, 2000}, {50000, 1, 50000, 80000}, {120000, 30000, 1, 1}};
    struct str text;
    struct gate_result result;
    struct csaf *csaf = NULL;
    str_init(&text, STR_LIMIT_TEXT);
    add_groups(&text, shapes[_i].products, shapes[_i].vulnerabilities, shapes[_i].affected,
               shapes[_i].remediations, "\"group_ids\":[\"G\"]");
    clock_t start = clock();
    gate_check(&result, &csaf, str_bytes(&text), NULL);
    double seconds = seconds_since(start);
    ck_assert_ptr_nonnull(csaf);
    ck_assert_uint_eq(csaf->vulnerabilities[0].remediations[0].products.count, shapes[_i].products);
    ck_assert_ptr_null(support_finding(&result, "gate.16", NULL));
    ck_assert_msg(seconds < 1.0 * SLOWER, "%.2f s", seconds);
    csaf_free(csaf);
    gate_dispose(&result);
    str_dispose(&text);
}
END_TEST

/* Proves: P16 */
START_TEST(groups_that_come_to_too_much_are_refused)
{
    struct str text;
    struct csaf *csaf = NULL;
    struct json_fault fault = {.line = 0};
    struct err err = {0};
    str_init(&text, STR_LIMIT_TEXT);
    add_groups(&text, 20000, 1, 1, 120, "\"group_ids\":[\"G\"],\"product_ids\":[\"P0\"]");
    clock_t start = clock();
    ck_assert_int_eq(csaf_parse(&csaf, str_bytes(&text), &fault, &err), ERR_LIMIT);
    ck_assert_ptr_null(csaf);
    ck_assert_ptr_nonnull(strstr(fault.what, "product groups"));
    ck_assert(seconds_since(start) < 1.0 * SLOWER);
    str_dispose(&text);
}
END_TEST

/* Proves: P16 */
START_TEST(more_facts_than_memory_allows_are_refused)
{
    struct str text;
    struct csaf *csaf = NULL;
    struct json_fault fault = {.line = 0};
    struct err err = {0};
    str_init(&text, STR_LIMIT_TEXT);
    str_add(&text, "{\"vulnerabilities\":[{}");
    for (int i = 0; i < 900000; i++)
        str_add(&text, ",{}");
    str_add(&text, "]}");
    ck_assert_int_eq(csaf_parse(&csaf, str_bytes(&text), &fault, &err), ERR_LIMIT);
    ck_assert_ptr_null(csaf);
    ck_assert_str_eq(fault.what, "there is more in it than an advisory may hold");
    str_dispose(&text);
}
END_TEST

/* Proves: P16 */
START_TEST(findings_without_end_are_counted_not_listed)
{
    struct str text;
    struct str out;
    struct gate_result result;
    str_init(&text, STR_LIMIT_TEXT);
    str_init(&out, STR_LIMIT_TEXT);
    str_add(&text, "{\"vulnerabilities\":[{}");
    for (int i = 1; i < 100000; i++)
        str_add(&text, ",{}");
    str_add(&text, "]}");
    clock_t start = clock();
    gate_check(&result, NULL, str_bytes(&text), NULL);
    ck_assert_msg(seconds_since(start) < 1.0 * SLOWER, "%.2f s", seconds_since(start));
    ck_assert_uint_eq(result.count, 1001);
    ck_assert(result.refused);
    const struct finding *more = NULL;
    for (size_t i = 0; i < result.count; i++) {
        if (strstr(result.findings[i].message, "more findings are not listed") != NULL)
            more = &result.findings[i];
    }
    ck_assert_ptr_nonnull(more);
    /* Of each row all are counted, of each test of CSAF the first hundred. */
    ck_assert(text_ends(more->message, " more findings are not listed."));
    ck_assert_int_gt(strtol(more->message, NULL, 10), 199000);
    ck_assert_int_eq(more->severity, SEVERITY_REJECT);
    gate_print(&out, &result, "x.json", false);
    ck_assert(str_ok(&out));
    str_dispose(&out);
    gate_dispose(&result);
    str_dispose(&text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("advisory.csaf_limits");
    TCase *tc = tcase_create("limits");
    tcase_set_timeout(tc, 30);
    tcase_add_test(tc, branches_nest_30_deep_and_no_deeper);
    tcase_add_test(tc, a_text_that_is_no_object_is_refused_with_its_place);
    tcase_add_test(tc, a_hundred_thousand_products_take_less_than_a_second);
    tcase_add_loop_test(tc, a_group_that_everything_names_is_shared, 0, 3);
    tcase_add_test(tc, groups_that_come_to_too_much_are_refused);
    tcase_add_test(tc, more_facts_than_memory_allows_are_refused);
    tcase_add_test(tc, findings_without_end_are_counted_not_listed);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
