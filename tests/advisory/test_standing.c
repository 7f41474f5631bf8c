/* What an advisory says of a serial or model number that it names by a pattern. */
#include "advisory/standing.h"
#include "tests/advisory/support.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* Product ids say what is said of them: A affected, F fixed, N not affected, I under
 * investigation, R recommended, S nothing; Q is S as a part of H, and Q is affected. */
static const char document[] =
    "{\"document\":{},\"product_tree\":{\"full_product_names\":["
    "{\"product_id\":\"A\",\"name\":\"a\",\"product_identification_helper\":"
    "{\"serial_numbers\":[\"SN-1*\",\"SN-77\"],\"model_numbers\":[\"P10?\"]}},"
    "{\"product_id\":\"F\",\"name\":\"f\",\"product_identification_helper\":"
    "{\"serial_numbers\":[\"SN-1*\",\"SN-2???\",\"SN-770\"]}},"
    "{\"product_id\":\"N\",\"name\":\"n\",\"product_identification_helper\":"
    "{\"serial_numbers\":[\"SN-3*\",7,null]}},"
    "{\"product_id\":\"I\",\"name\":\"i\",\"product_identification_helper\":"
    "{\"serial_numbers\":[\"SN-4*\"]}},"
    "{\"product_id\":\"R\",\"name\":\"r\",\"product_identification_helper\":"
    "{\"serial_numbers\":[\"SN-5*\"]}},"
    "{\"product_id\":\"S\",\"name\":\"s\",\"product_identification_helper\":"
    "{\"serial_numbers\":[\"SN-6*\"]}},"
    "{\"product_id\":\"H\",\"name\":\"h\",\"product_identification_helper\":"
    "{\"serial_numbers\":\"SN-8*\"}}],"
    "\"relationships\":[{\"category\":\"installed_on\",\"product_reference\":\"S\","
    "\"relates_to_product_reference\":\"H\",\"full_product_name\":"
    "{\"product_id\":\"Q\",\"name\":\"s on h\"}}]},"
    "\"vulnerabilities\":[{\"product_status\":{\"known_affected\":[\"A\",\"Q\"],"
    "\"fixed\":[\"F\"],\"known_not_affected\":[\"N\"],\"under_investigation\":[\"I\"],"
    "\"recommended\":[\"R\"]},\"remediations\":["
    "{\"category\":\"workaround\",\"details\":\"Unplug it.\",\"product_ids\":[\"A\"]},"
    "{\"category\":\"vendor_fix\",\"details\":\"Install\\n2.4.1.\",\"product_ids\":[\"A\"]},"
    "{\"category\":\"mitigation\",\"details\":\"Lock the door.\",\"product_ids\":[\"A\",\"F\"]}]},"
    "{\"product_status\":{\"known_not_affected\":[\"A\"]}}]}";

static struct csaf *csaf;
static struct standings *standings;

static void setup(void)
{
    csaf = support_parse(document);
    standings = standings_new(csaf);
}

static void teardown(void)
{
    standings_free(standings);
    csaf_free(csaf);
}

static const struct {
    enum standing_number kind;
    const char *number;
    const char *product; /* NULL: nothing names it */
    enum standing standing;
    enum serial_named how;
} cases[] = {
    /* the worst of two that name it, over all vulnerabilities */
    {STANDING_SERIAL, "SN-1001", "A", STANDING_AFFECTED, SERIAL_NAMED},
    {STANDING_SERIAL, "SN-2001", "F", STANDING_FIXED, SERIAL_NAMED},
    {STANDING_SERIAL, "SN-3", "N", STANDING_NOT_AFFECTED, SERIAL_NAMED},
    {STANDING_SERIAL, "SN-4", "I", STANDING_UNDER_INVESTIGATION, SERIAL_NAMED},
    /* recommended says nothing of what it is affected by */
    {STANDING_SERIAL, "SN-5", "R", STANDING_PERHAPS, SERIAL_NAMED},
    /* affected as a part of something */
    {STANDING_SERIAL, "SN-6", "S", STANDING_AFFECTED, SERIAL_NAMED},
    /* what is not written so, or is a beginning alone, is no proof of anything */
    {STANDING_SERIAL, "sn3", "N", STANDING_PERHAPS, SERIAL_NEARLY},
    {STANDING_SERIAL, "SN-771", "A", STANDING_PERHAPS, SERIAL_BEGINS},
    /* ... and does not hide behind what is surely fixed */
    {STANDING_SERIAL, "SN-770", "A", STANDING_PERHAPS, SERIAL_BEGINS},
    {STANDING_MODEL, "P100", "A", STANDING_AFFECTED, SERIAL_NAMED},
    {STANDING_MODEL, "p-100", "A", STANDING_PERHAPS, SERIAL_NEARLY},
    {STANDING_MODEL, "SN-1001", NULL, 0, 0},
    {STANDING_SERIAL, "P100", NULL, 0, 0},
    {STANDING_SERIAL, "7", NULL, 0, 0},    /* a number is no text */
    {STANDING_SERIAL, "SN-8", NULL, 0, 0}, /* a text is no list */
    {STANDING_SERIAL, "", NULL, 0, 0},
};

START_TEST(a_number_stands_as_the_product_of_its_pattern)
{
    struct standing_named named = {0};
    bool is = standing_by_number(&named, standings, cases[_i].kind, cases[_i].number);
    ck_assert_int_eq(is, cases[_i].product != NULL);
    if (!is)
        return;
    ck_assert_str_eq(csaf->products[named.product].id, cases[_i].product);
    ck_assert_str_eq(standing_word(named.standing), standing_word(cases[_i].standing));
    ck_assert_int_eq(named.how, cases[_i].how);
}
END_TEST

static const struct {
    const char *product, *says;
} remedies[] = {
    {"A", "vendor_fix: Install 2.4.1."}, {"F", "mitigation: Lock the door."}, {"N", ""}};

START_TEST(what_mends_most_is_said_in_one_line)
{
    struct str out;
    str_init(&out, STR_LIMIT_LINE);
    standing_add_remedy(&out, csaf, csaf_product_find(csaf, remedies[_i].product));
    ck_assert_str_eq(str_text(&out), remedies[_i].says);
    str_dispose(&out);
}
END_TEST

START_TEST(a_long_remedy_is_cut_and_says_so)
{
    struct str text;
    struct str out;
    str_init(&text, STR_LIMIT_LINE);
    str_init(&out, STR_LIMIT_LINE);
    str_add(&text,
            "{\"product_tree\":{\"full_product_names\":[{\"product_id\":\"A\",\"name\":\"a\"}]"
            "},\"vulnerabilities\":[{\"remediations\":[{\"category\":\"vendor_fix\","
            "\"product_ids\":[\"A\"],\"details\":\"");
    for (int i = 0; i <= STANDING_REMEDY; i++)
        str_add(&text, "\xc3\xa4");
    str_add(&text, "\"}]}]}");
    struct csaf *one = support_parse(str_text(&text));
    standing_add_remedy(&out, one, 0);
    ck_assert_uint_eq(str_bytes(&out).size, strlen("vendor_fix:  ...") + 2 * STANDING_REMEDY);
    ck_assert(text_ends(str_text(&out), "\xc3\xa4 ..."));
    csaf_free(one);
    str_dispose(&text);
    str_dispose(&out);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("advisory.standing");
    TCase *tc = tcase_create("standing");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, a_number_stands_as_the_product_of_its_pattern, 0,
                        (int)(sizeof cases / sizeof cases[0]));
    tcase_add_loop_test(tc, what_mends_most_is_said_in_one_line, 0,
                        (int)(sizeof remedies / sizeof remedies[0]));
    tcase_add_test(tc, a_long_remedy_is_cut_and_says_so);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
