/* "Are we affected?": by a number as people write it, by an advisory's pattern, by a product. */
#include "advisory/standing.h"
#include "dispatcher/plan/affected.h"
#include "dispatcher/submit/import.h"
#include "tests/advisory/support.h"
#include "tests/dispatcher/world.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct world w;
static struct err err;

static void take(enum import_kind kind, const char *name, const char *rows)
{
    struct str words;
    str_init(&words, STR_LIMIT_TEXT);
    ck_assert_msg(
        import_file(&w.app, kind, name, bytes_of(rows), w.dir, IMPORT_ADD, &words, &err) == OK,
        "%s", err.text);
    str_dispose(&words);
}

static void setup(void)
{
    world_open(&w);
    world_parties(&w, "party,kind,country,email\n"
                      "old,hdo,DE,a@old.example\n"
                      "other,hdo,DE,a@other.example\n");
    take(IMPORT_PRODUCTS, "products.csv",
         "product,version,vendor,aliases,model,state\n"
         "ExampleInfuse P100,2.3.0,Example Medical GmbH,Infuser Blue,P-100,supported\n"
         "ExampleView,1.0,Example Medical GmbH,,V-1,supported\n");
    take(IMPORT_INSTALLED, "installed.csv",
         "party,product,version,serial,udi_di\n"
         "old,ExampleInfuse P100,2.3.0,SN-1,\n"
         "old,ExampleInfuse P100,2.4.1,SN-2,\n"
         "old,ExampleInfuse P100,unknown,SN-3,\n"
         "old,ExampleView,1.0,SN-4,\n"
         "other,ExampleInfuse P100,2.3.0,sn 1,\n"
         "other,ExampleView,1.0,V-77,04012345678901\n");
}

static void teardown(void)
{
    world_close(&w);
}

/* The advisory, with patterns of serial numbers at its two P100 products. */
static struct advisory advisory_in(enum advisory_state state)
{
#define P100 "/product_tree/branches/0/branches/0/branches/0/branches/"
    static const struct change changes[] = {
        {P100 "0/product/product_identification_helper",
         "{\"model_numbers\":[\"P1?0\"],\"serial_numbers\":[\"EX-7*\",\"V-7?\",\"FT\"]}"},
        {P100 "1/product/product_identification_helper", "{\"serial_numbers\":[\"EX-9???\"]}"}};
    struct str text;
    str_init(&text, STR_LIMIT_TEXT);
    support_change(&text, FIXTURE("exm-2026-0007.json"), changes, 2);
    struct advisory row = world_advisory_of(&w, "1.0.0", TLP_CLEAR, state, str_bytes(&text));
    str_dispose(&text);
    return row;
}

static const char *kept(struct str *out)
{
    const char *text = arena_strdup(w.arena, str_text(out));
    str_dispose(out);
    return text;
}

static const char *held(const char *device, bool json)
{
    const struct affected_asked asked = {.words = device, .json = json};
    struct str out;
    bool more = false;
    int64_t after = 0;
    str_init(&out, STR_LIMIT_TEXT);
    ck_assert_msg(affected_slice(&out, &more, &after, &w.app, &asked, device, &err) == OK, "%s",
                  err.text);
    ck_assert(!more);
    return kept(&out);
}

static const char *named(const char *device, bool json, bool *is)
{
    const struct affected_asked asked = {.words = device, .found = AFFECTED_NAMED, .json = json};
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    ck_assert_msg(affected_by_pattern(&out, is, &w.app, &asked, &err) == OK, "%s", err.text);
    return kept(&out);
}

static void says(const char *text, const char *said)
{
    ck_assert_msg(strstr(text, said) != NULL, "\"%s\" is not in:\n%s", said, text);
}

static const struct {
    const char *device, *words, *data;
} rows[] = {
    {"SN-1", "old holds ExampleInfuse P100 2.3.0, serial SN-1\n  EXM-2026-0007 1.0.0: affected: ",
     "\"result\":\"affected\""},
    {"SN-1", "  what to do: vendor_fix: Install pump software 2.4.1 ",
     "\"remedy\":\"vendor_fix: Install pump software 2.4.1 "},
    {"SN-2", "EXM-2026-0007 1.0.0: fixed: ",
     "\"result\":\"fixed\",\"comparison\":\"ExampleInfuse P100 2.4.1 held"},
    {"SN-2", "  nothing was planned for them yet\n", "\"remedy\":null"},
    {"SN-3", "EXM-2026-0007 1.0.0: perhaps: ", "\"result\":\"perhaps\""},
    {"SN-4", "old holds ExampleView 1.0, serial SN-4: no advisory in force concerns it\n",
     "\"advisory\":null,\"advisory_version\":null,\"state\":null,\"result\":\"none\""},
    /* the names prove otherwise, and the advisory names the number: a doubt */
    {"V-77", "EXM-2026-0007 1.0.0: perhaps: ", "\"result\":\"perhaps\""},
    {"V-77", "  by its number V-7?, ", "\"pattern\":\"V-7?\""},
    {"04012345678901", "other holds ExampleView 1.0, serial V-77", "\"serial\":\"V-77\""},
};

START_TEST(a_device_of_the_register_is_answered_for_by_each_advisory_that_touches_it)
{
    (void)advisory_in(ADVISORY_RELEASED);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        says(held(rows[i].device, false), rows[i].words);
        says(held(rows[i].device, true), rows[i].data);
        says(held(rows[i].device, true), "{\"schema\":\"tocsin.product.affected/2\"");
    }
}
END_TEST

START_TEST(what_its_hospital_was_told_and_when_stands_there)
{
    struct advisory row = advisory_in(ADVISORY_RELEASED);
    struct notice n = world_notice(&w, &row, "old", 1, STATE_PASSED, "relay");
    says(held("SN-1", false), arena_printf(w.arena, "  notice %s: passed", n.code));
    says(held("SN-1", true), arena_printf(w.arena, "\"notices\":[{\"code\":\"%s\"", n.code));
    ck_assert_ptr_null(strstr(held("sn 1", false), n.code)); /* another holds that */
}
END_TEST

START_TEST(a_version_that_is_not_in_force_affects_nobody)
{
    bool is = false;
    bool in_force = _i != ADVISORY_SUBMITTED && _i != ADVISORY_SUPERSEDED;
    (void)advisory_in((enum advisory_state)_i);
    says(held("SN-1", true), in_force ? "\"result\":\"affected\"" : "\"result\":\"none\"");
    (void)named("EX-7001", true, &is);
    ck_assert_int_eq(is, in_force);
}
END_TEST

static const struct {
    const char *device;
    bool is;
    const char *words, *data;
} patterns[] = {
    {"EX-7001", true,
     "serial number EX-7001, not in the register\n  EXM-2026-0007 1.0.0: affected\n"
     "  by its number EX-7*, Example Medical ExampleInfuse P100 before 2.4.1: affected\n"
     "  what to do: vendor_fix: ",
     "\"found\":\"named\",\"party\":null"},
    {"EX-9001", true, "EXM-2026-0007 1.0.0: fixed\n", "\"result\":\"fixed\""},
    {"ex 9001", true, "EXM-2026-0007 1.0.0: perhaps\n", "\"result\":\"perhaps\""},
    {"FT-1", true, "EXM-2026-0007 1.0.0: perhaps\n", "\"pattern\":\"FT\""},
    {"EX-900", false, "", ""},
    {"P100", false, "", ""}, /* a model is no serial number */
};

START_TEST(a_device_that_nobody_holds_is_found_by_a_pattern)
{
    (void)advisory_in(ADVISORY_RELEASED);
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        bool is = false;
        says(named(patterns[i].device, false, &is), patterns[i].words);
        ck_assert_int_eq(is, patterns[i].is);
        const char *data = named(patterns[i].device, true, &is);
        says(data, patterns[i].data);
        ck_assert_int_eq(data[0] != '\0', patterns[i].is);
    }
}
END_TEST

static const struct {
    const char *device;
    const char *same[3], *near[3]; /* to the first NULL, and no more */
} spellings[] = {
    {"SN1", {"SN-1", "sn 1"}, {"SN-2", "SN-3", "SN-4"}},
    {"s/n: 2", {"SN-2"}, {"SN-1", "SN-3", "SN-4"}},
    {"0401234567890l", {NULL}, {"04012345678901"}},
    {"QQQQ-99999", {NULL}, {NULL}},
};

START_TEST(a_number_is_found_as_people_write_it)
{
    for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++) {
        struct affected_spellings s;
        bool is = true;
        ck_assert_int_eq(affected_is_held(&is, &w.app, spellings[i].device, &err), OK);
        ck_assert(!is);
        ck_assert_int_eq(affected_spelled(&s, w.arena, &w.app, spellings[i].device, &err), OK);
        size_t count = 0;
        for (; count < 3 && spellings[i].same[count] != NULL; count++)
            ck_assert_str_eq(s.same[count], spellings[i].same[count]);
        ck_assert_uint_eq(s.same_count, count);
        for (count = 0; count < 3 && spellings[i].near[count] != NULL; count++)
            ck_assert_str_eq(s.near[count], spellings[i].near[count]);
        ck_assert(count == 0 ? s.near_count == 0 : s.near_count >= count);
    }
}
END_TEST

static const struct {
    const char *product, *version;
    const char *as; /* NULL: the register does not know it */
    const char *result;
} products[] = {
    {"exampleinfuse p100", "2.3.0", "ExampleInfuse P100", "affected"},
    {"Infuser Blue", "2.3.0", "ExampleInfuse P100", "affected"},
    {"P 100", "2.3.0", "ExampleInfuse P100", "affected"},
    {"ExampleInfuse P100", "2.4.1", "ExampleInfuse P100", "fixed"},
    {"ExampleInfuse P100", NULL, "ExampleInfuse P100", "perhaps"},
    {"ExampleView", "1.0", "ExampleView", NULL},
    {"P190", "2.3.0", NULL, "perhaps"}, /* a pattern of model numbers against another name */
    {"Zeppelin", "1", NULL, NULL},
};

START_TEST(a_product_is_asked_for_by_any_of_its_names)
{
    (void)advisory_in(ADVISORY_RELEASED);
    for (size_t i = 0; i < sizeof products / sizeof products[0]; i++) {
        struct affected_spellings near;
        const struct affected_asked asked = {
            .words = products[i].product, .found = AFFECTED_PRODUCT, .json = true};
        const char *as = NULL;
        bool is = false;
        struct str out;
        str_init(&out, STR_LIMIT_TEXT);
        ck_assert_int_eq(affected_product(&as, &near, w.arena, &w.app, asked.words, &err), OK);
        if (products[i].as == NULL)
            ck_assert_ptr_null(as);
        else
            ck_assert_str_eq(as, products[i].as);
        ck_assert_int_eq(affected_by_product(&out, &is, &w.app, &asked,
                                             as != NULL ? as : asked.words, products[i].version,
                                             &err),
                         OK);
        ck_assert_int_eq(is, products[i].result != NULL);
        const char *text = kept(&out);
        if (is)
            says(text, arena_printf(w.arena, "\"result\":\"%s\"", products[i].result));
        else
            ck_assert_str_eq(text, "");
    }
}
END_TEST

START_TEST(what_is_not_known_is_never_called_not_affected)
{
    const bool json = _i == 1;
    const struct affected_asked asked = {.words = "SN-9", .found = AFFECTED_NAMED, .json = json};
    const struct affected_spellings near = {.near = {"SN-1", "SN-2"}, .near_count = 2};
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    affected_unknown(&out, &asked, NULL, &near);
    const char *text = kept(&out);
    says(text,
         json ? "\"found\":\"unknown\"" : "SN-9 is not known here: that is not \"not affected\"");
    says(text, json ? "\"near\":[\"SN-1\",\"SN-2\"]" : "  like it: SN-1, SN-2\n");
    says(text,
         json ? "\"result\":\"unknown\"" : "what to do: `tocsin product affected --product ID");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.affected");
    TCase *tc = tcase_create("affected");
    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, a_device_of_the_register_is_answered_for_by_each_advisory_that_touches_it);
    tcase_add_test(tc, what_its_hospital_was_told_and_when_stands_there);
    tcase_add_loop_test(tc, a_version_that_is_not_in_force_affects_nobody, 0, ADVISORY_STATE_COUNT);
    tcase_add_test(tc, a_device_that_nobody_holds_is_found_by_a_pattern);
    tcase_add_test(tc, a_number_is_found_as_people_write_it);
    tcase_add_test(tc, a_product_is_asked_for_by_any_of_its_names);
    tcase_add_loop_test(tc, what_is_not_known_is_never_called_not_affected, 0, 2);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
