/*
 * Rows of the gate beyond the four fields: for each a document that meets it and a mutation of it
 * that does not, with what order and register say.
 */
#include "tests/advisory/support.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define MAIN FIXTURE("exm-2026-0007.json")
#define NET FIXTURE("exm-2026-0008.json")
#define VEX FIXTURE("exm-2026-0009-vex.json")
#define D "/document"
#define V0 "/vulnerabilities/0"
#define V1 "/vulnerabilities/1"
#define TEXT0 V0 "/notes/0/text"
#define HELPER                                                                                     \
    "/product_tree/branches/0/branches/1/branches/0/product/product_identification_helper"
#define P100 "/product_tree/branches/0/branches/0/branches/0/branches/0"

static const char *const german[] = {"de"};
static const char *const english_german[] = {"en-GB", "de"};

static const struct gate_order no_order = {0};
static const struct gate_order bare = {.present = true};
static const struct gate_order answered = {.present = true, .has_answer_by = true};
static const struct gate_order exploited = {.exploited_said = true};
static const struct gate_order has_next = {.next_information = "2027-01-29"};
/* 2026-11-27T09:00:00Z is the date of the advisory. */
static const struct gate_order embargo = {.embargo_ms = INT64_C(1795770000000)};
static const struct gate_order early = {.embargo_ms = INT64_C(1795769999999)};
static const struct gate_order answer_after = {.embargo_ms = INT64_C(1795770000000),
                                               .answer_by_ms = INT64_C(1795770000001)};
static const struct gate_order answer_before = {.embargo_ms = INT64_C(1795770000000),
                                                .answer_by_ms = INT64_C(1795770000000)};
static const struct gate_order red = {.has_tlp = true, .tlp = TLP_RED};
static const struct gate_order green = {.has_tlp = true, .tlp = TLP_GREEN};
static const struct gate_order german_only = {.languages = german, .language_count = 1};
static const struct gate_order translated = {.languages = english_german,
                                             .language_count = 2,
                                             .translations = german,
                                             .translation_count = 1};
#define NOTICE                                                                                     \
    .present = true, .safety_notice = true, .exploited_said = true, .has_answer_by = true,         \
    .languages = english_german, .language_count = 2, .translations = german,                      \
    .translation_count = 1
#define HAZARD .hazard = "An infusion may run too fast."
#define ACTION .action = "Disconnect the pump from the network.", .has_action_by = true
static const struct gate_order notice = {NOTICE, HAZARD, ACTION};
static const struct gate_order no_hazard = {NOTICE, ACTION};
static const struct gate_order no_action = {NOTICE, HAZARD};
static const struct gate_order no_date = {NOTICE, HAZARD, .action = "Disconnect it."};
static const struct gate_order no_answer = {.present = true, .safety_notice = true};

#define P100_IS(...)                                                                               \
    {                                                                                              \
        .vendor = "Example Medical", .product = "ExampleInfuse P100", __VA_ARGS__                  \
    }
static const struct gate_item covered[] = {
    P100_IS(.version = "2.4.0", .state = "supported"),
    P100_IS(.version = "2.4.1", .state = "supported"),
    P100_IS(.version = "2.9", .state = "ended"),
    P100_IS(.version = NULL, .state = "supported"),
    {.product = "ExampleVent", .version = "9", .state = "supported"},
};
static const struct gate_item newer[] = {
    P100_IS(.version = "2.5", .state = "supported", .item_class = "required"),
    P100_IS(.version = "2.6", .state = "supported")};
static const struct gate_item old[] = {P100_IS(.version = "2.3", .state = "supported")};
static const struct gate_item with_udi[] = {
    {.product = "ExampleStation", .udi_di = "04012345678901", .state = "ended"}};
#define ITEMS(list) list, sizeof list / sizeof list[0]

/* What must be there, and what must not: the same row of the gate on two documents. */
static const struct row {
    const char *test;
    enum severity severity;
    const char *pointer, *says;
    const char *path;
    const struct gate_order *good_order;
    const struct gate_item *good_items;
    size_t good_count;
    const char *good; /* a merge patch, or NULL: as it is */
    const struct gate_order *bad_order;
    const struct gate_item *bad_items;
    size_t bad_count;
    struct change bad;
} rows[] = {
    /* clang-format off */
    {"gate.3", SEVERITY_WARN, D "/publisher/category", "\"coordinator\"", MAIN, NULL, NULL, 0,
      NULL, NULL, NULL, 0, {D "/publisher/category", "\"coordinator\""}},
    {"gate.4", SEVERITY_WAIVABLE, D "/publisher", "21 CFR 7.49", MAIN, NULL, NULL, 0, NULL, NULL,
      NULL, 0, {D "/publisher/contact_details", NULL}},
    {"gate.8", SEVERITY_REJECT, D "/tracking/current_release_date", "2026-11-27T08:59:59", MAIN,
      &embargo, NULL, 0, NULL, &early, NULL, 0, {NULL, NULL}},
    {"gate.8", SEVERITY_REJECT, "/document", "before anybody may be told", MAIN, &answer_after,
      NULL, 0, NULL, &answer_before, NULL, 0, {NULL, NULL}},
    {"gate.9a", SEVERITY_WAIVABLE, V1 "/notes/0/text", "no more than a phrase", MAIN, NULL, NULL,
      0, NULL, NULL, NULL, 0, {V1 "/notes/0/text", "\"Hard-coded password in gateway.\""}},
    {"gate.9a", SEVERITY_WAIVABLE, V1 "/notes/0/text", "could stand in any release", MAIN, NULL,
      NULL, 0, NULL, NULL, NULL, 0, {V1 "/notes/0/text",
      "\"This update contains various security improvements, and fixes that "
      "enhance the stability and performance of the device.\""}},
    {"gate.9a", SEVERITY_WARN, V0 "/remediations/1/details", "only a link", MAIN, NULL, NULL, 0,
      NULL, NULL, NULL, 0, {V0 "/remediations/1/details", "\" https://www.example.com/fix \""}},
    {"gate.9a", SEVERITY_WARN, V0 "/remediations/2/details", "ends before", MAIN, NULL, NULL, 0,
      NULL, NULL, NULL, 0, {V0 "/remediations/2/details", "\"Example Medical recommends:\\n\""}},
    {"gate.10", SEVERITY_WAIVABLE, V0, "neither a CVE", MAIN, NULL, NULL, 0, NULL, NULL, NULL, 0,
      {V0 "/cve", NULL}},
    {"gate.10", SEVERITY_WARN, V1, "EXM-1 has no CVE", VEX, NULL, NULL, 0, NULL, NULL, NULL, 0, {V0
      "/cve", "7},{\"ids\":[{\"system_name\":\"s\",\"text\":\"EXM-1\"}]"}},
    {"gate.14", SEVERITY_WAIVABLE, V0 "/product_status",
      "gives no status to 2 supported versions of the register: ExampleInfuse P100 2.5, class "
      "required, ExampleInfuse P100 2.6 (IEC 81001-5-1 §4.1.7)", MAIN, NULL, ITEMS(covered), NULL,
      NULL, ITEMS(newer), {NULL, NULL}},
    {"gate.14", SEVERITY_WAIVABLE, V0 "/product_status", "gives more than one status to 1", MAIN,
      NULL, ITEMS(old), NULL, NULL, ITEMS(old), {V0 "/product_status/first_fixed/1",
      "\"EXM-P100-AFFECTED\""}},
    {"gate.14", SEVERITY_WAIVABLE, V0 "/product_status", "not understood", MAIN, NULL, ITEMS(old),
      NULL, NULL, ITEMS(old), {P100 "/name", "\"HD 16 | HD23\""}},
    {"gate.15", SEVERITY_REJECT, V0 "/product_status", "1 product is not affected: ", VEX, NULL,
      NULL, 0, NULL, NULL, NULL, 0, {V0 "/flags", NULL}},
    {"gate.15", SEVERITY_WARN, V1 "/product_status", "CVE-2026-900072 does not say why", MAIN,
      NULL, NULL, 0, NULL, NULL, NULL, 0, {V1 "/threats/1/product_ids/1", NULL}},
    {"gate.17", SEVERITY_WAIVABLE, V1 "/remediations/1", "when there is news", MAIN, &no_order,
      NULL, 0, NULL, &no_order, NULL, 0, {V1 "/remediations/1/date", NULL}},
    {"gate.18", SEVERITY_WARN, V0 "/remediations/0", "without its URL", MAIN, NULL, NULL, 0, NULL,
      NULL, NULL, 0, {V0 "/remediations/0/url", NULL}},
    {"gate.18", SEVERITY_WARN, V0 "/remediations/1", "restarts", MAIN, NULL, NULL, 0, NULL, NULL,
      NULL, 0, {V0 "/remediations/1/restart_required", NULL}},
    {"gate.18", SEVERITY_WARN, V0 "/remediations/0", "no corrected version", NET, NULL, NULL, 0,
      NULL, NULL, NULL, 0, {V0 "/remediations/0/category", "\"vendor_fix\""}},
    {"gate.19", SEVERITY_WAIVABLE, V1 "/remediations", "ExampleStation 1.8.0", MAIN, NULL, NULL, 0,
      "{\"document\":{\"acknowledgments\":null}}", NULL, NULL, 0, {V1 "/remediations/2", NULL}},
    {"gate.19", SEVERITY_WARN, V0 "/remediations", "who cannot install", NET, NULL, NULL, 0, NULL,
      NULL, NULL, 0, {V0 "/remediations/1/category", "\"vendor_fix\""}},
    {"gate.20", SEVERITY_WARN, V0, "is exploited", NET, &no_order, NULL, 0, NULL, &no_order, NULL,
      0, {V0 "/threats", NULL}},
    {"gate.21", SEVERITY_REJECT, D, "without its hazard", MAIN, &notice, NULL, 0, NULL, &no_hazard,
      NULL, 0, {NULL, NULL}},
    {"gate.22", SEVERITY_REJECT, D, "until when", MAIN, &notice, NULL, 0, NULL, &no_action, NULL,
      0, {NULL, NULL}},
    {"gate.22", SEVERITY_REJECT, D, "until when", MAIN, &notice, NULL, 0, NULL, &no_date, NULL, 0,
      {NULL, NULL}},
    {"gate.23", SEVERITY_REJECT, "/product_tree/branches/0/branches/1/branches/0/product",
      "ExampleStation 1.8.0 has neither UDI-DI", MAIN, &notice, NULL, 0, NULL, &notice, NULL, 0,
      {HELPER, NULL}},
    {"gate.23", SEVERITY_WARN, "/product_tree/branches/0/branches/1/branches/0/product", "806.10",
      MAIN, NULL, ITEMS(old), NULL, NULL, ITEMS(old), {HELPER, NULL}},
    {"gate.24", SEVERITY_REJECT, D, "single registration number", MAIN, &notice, NULL, 0,
      "{\"document\":{\"publisher\":{\"issuing_authority\":\"Maker, SRN DE-MF-000012345.\"}}}",
      &notice, NULL, 0, {D "/publisher/issuing_authority", "\"SRN DE-MF-0000123\""}},
    {"gate.25", SEVERITY_REJECT, D, "without its number", MAIN, &notice, NULL, 0,
      "{\"document\":{\"tracking\":{\"aliases\":[\"FSN-2026-004\"]}}}", &notice, NULL, 0, {NULL,
      NULL}},
    {"gate.26", SEVERITY_REJECT, TEXT0, "from the log", MAIN, &notice, NULL, 0, NULL, &notice,
      NULL, 0, {TEXT0,
      "\"The pump can be stopped. The competent authority has been informed of it.\""}},
    {"gate.27", SEVERITY_REJECT, D, "until when an answer", MAIN, &notice, NULL, 0, NULL,
      &no_answer, NULL, 0, {NULL, NULL}},
    {"gate.27", SEVERITY_WARN, D, "until when an answer", MAIN, &answered, NULL, 0, NULL, &bare,
      NULL, 0, {NULL, NULL}},
    {"gate.28", SEVERITY_WARN, TEXT0, "plays down", MAIN, NULL, NULL, 0, NULL, NULL, NULL, 0,
      {TEXT0, "\"The flaw in our Award-winning pump lets attackers stop it; it is only "
      "theoretical.\""}},
    {"gate.29", SEVERITY_REJECT, D "/lang", "in which languages", MAIN, &notice, NULL, 0, NULL,
      &no_answer, NULL, 0, {NULL, NULL}},
    {"gate.29", SEVERITY_WARN, D "/lang", "no translation into it", MAIN, &translated, NULL, 0,
      NULL, &german_only, NULL, 0, {NULL, NULL}},
    {"gate.29", SEVERITY_WARN, D, "in which language it is", MAIN, &no_order, NULL, 0, NULL,
      &no_order, NULL, 0, {D "/lang", NULL}},
    {"gate.31", SEVERITY_REJECT, D "/distribution/tlp/label", "TLP:GREEN is weaker", MAIN, &red,
      NULL, 0, NULL, &green, NULL, 0, {NULL, NULL}},
    {"gate.31", SEVERITY_WARN, D, "AMBER+STRICT", MAIN, NULL, NULL, 0, NULL, NULL, NULL, 0, {D
      "/distribution", NULL}},
    {"gate.33", SEVERITY_WARN, D, "thanked", MAIN, NULL, NULL, 0,
      "{\"document\":{\"acknowledgments\":[{\"names\":[\"Ada\"]}]}}", NULL, NULL, 0, {NULL, NULL}},
    {"gate.36", SEVERITY_WARN, V0, "CVE-2026-900071 names no weakness", MAIN, NULL, NULL, 0, NULL,
      NULL, NULL, 0, {V0 "/cwe", NULL}},
    {"gate.41", SEVERITY_REJECT, TEXT0, "raw HTML", MAIN, NULL, NULL, 0, NULL, NULL, NULL, 0,
      {TEXT0, "\"The pump obeys <script>alert(1)</script> sent by anybody in the network.\""}},
    /* clang-format on */
};

static void judge(struct gate_result *out, const struct str *text, const struct gate_order *order,
                  const struct gate_item *items, size_t count)
{
    const struct gate_context context = {.order = order, .items = items, .item_count = count};
    gate_check(out, NULL, str_bytes(text), &context);
}

static const struct finding *find(const struct gate_result *result, const struct row *row)
{
    for (size_t i = 0; i < result->count; i++) {
        const struct finding *f = &result->findings[i];
        if (strcmp(f->test, row->test) == 0 && f->severity == row->severity &&
            strstr(f->message, row->says) != NULL)
            return f;
    }
    return NULL;
}

START_TEST(a_row_that_is_met_is_silent)
{
    const struct row *row = &rows[_i];
    struct str text;
    struct gate_result result;
    if (row->good != NULL)
        support_merge(&text, row->path, row->good);
    else
        support_read(&text, row->path);
    judge(&result, &text, row->good_order, row->good_items, row->good_count);
    const struct finding *finding = find(&result, row);
    ck_assert_msg(finding == NULL, "%s: %s", row->test, finding != NULL ? finding->message : "");
    gate_dispose(&result);
    str_dispose(&text);
}
END_TEST

/* Proves: gate rows of the table */
START_TEST(a_row_that_is_not_met_is_a_finding_at_its_place)
{
    const struct row *row = &rows[_i];
    struct str text;
    struct gate_result result;
    if (row->bad.pointer != NULL)
        support_change(&text, row->path, &row->bad, 1);
    else
        support_read(&text, row->path);
    judge(&result, &text, row->bad_order, row->bad_items, row->bad_count);
    const struct finding *finding = find(&result, row);
    ck_assert_msg(finding != NULL, "%s: \"%s\" is not found", row->test, row->says);
    ck_assert_str_eq(finding->pointer, row->pointer);
    ck_assert_uint_gt(strlen(finding->mend), 10);
    ck_assert(row->severity == SEVERITY_WARN || result.refused);
    ck_assert(row->severity != SEVERITY_REJECT || !result.waits);
    gate_dispose(&result);
    str_dispose(&text);
}
END_TEST

static bool is_skipped(const struct gate_result *result, const char *test)
{
    for (size_t i = 0; i < result->skipped_count; i++) {
        if (strcmp(result->skipped[i], test) == 0)
            return true;
    }
    return false;
}

START_TEST(rows_that_ask_order_or_register_are_skipped_without_them)
{
    static const char *const needs_order[] = {"gate.8",  "gate.20", "gate.21", "gate.22", "gate.24",
                                              "gate.25", "gate.26", "gate.27", "gate.29"};
    struct str text;
    struct gate_result result;
    support_change(&text, NET, &(struct change){V0 "/threats", NULL}, 1);
    judge(&result, &text, NULL, NULL, 0);
    for (size_t i = 0; i < sizeof needs_order / sizeof needs_order[0]; i++)
        ck_assert_msg(is_skipped(&result, needs_order[i]), "%s", needs_order[i]);
    ck_assert(is_skipped(&result, "gate.14") && is_skipped(&result, "gate.23"));
    gate_dispose(&result);
    judge(&result, &text, &notice, ITEMS(covered));
    ck_assert_uint_eq(result.skipped_count, 0);
    gate_dispose(&result);
    str_dispose(&text);
}
END_TEST

/* Proves: gate.23 */
START_TEST(the_register_makes_a_device_known)
{
    struct str text;
    struct gate_result result;
    support_change(&text, MAIN, &(struct change){HELPER, NULL}, 1);
    judge(&result, &text, &notice, ITEMS(with_udi));
    ck_assert_ptr_null(support_finding(&result, "gate.23", NULL));
    gate_dispose(&result);
    str_dispose(&text);
}
END_TEST

/* Proves: gate.17, gate.20 */
START_TEST(the_order_may_answer_what_the_advisory_leaves_open)
{
    struct str text;
    struct gate_result result;
    support_change(&text, NET, &(struct change){V0 "/threats", NULL}, 1);
    judge(&result, &text, &exploited, NULL, 0);
    ck_assert_ptr_null(support_finding(&result, "gate.20", NULL));
    gate_dispose(&result);
    str_dispose(&text);
    support_change(&text, MAIN, &(struct change){V1 "/remediations/1/date", NULL}, 1);
    judge(&result, &text, &has_next, NULL, 0);
    ck_assert_ptr_null(support_finding(&result, "gate.17", NULL));
    gate_dispose(&result);
    str_dispose(&text);
}
END_TEST

int main(void)
{
    const int count = (int)(sizeof rows / sizeof rows[0]);
    Suite *suite = suite_create("advisory.gate_rows");
    TCase *tc = tcase_create("rows");
    tcase_add_loop_test(tc, a_row_that_is_met_is_silent, 0, count);
    tcase_add_loop_test(tc, a_row_that_is_not_met_is_a_finding_at_its_place, 0, count);
    tcase_add_test(tc, rows_that_ask_order_or_register_are_skipped_without_them);
    tcase_add_test(tc, the_register_makes_a_device_known);
    tcase_add_test(tc, the_order_may_answer_what_the_advisory_leaves_open);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
