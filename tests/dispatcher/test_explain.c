/*
 * The rows of the gate for people (advisory/gate_explain.h): each example does to its row what
 * `check --explain` says it does, judged with the order and the register that it shows. With
 * --print the page docs/gate-rows.md comes out.
 */
#include "advisory/gate_explain.h"
#include "dispatcher/submit/import.h"
#include "dispatcher/submit/judge.h"
#include "tests/advisory/support.h"
#include "tests/dispatcher/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BASE FIXTURE("exm-2026-0100.json")
#define PAGE TEST_SOURCE_DIR "/docs/gate-rows.md"

static size_t count_rows(void)
{
    size_t count = 0;
    while (gate_explanation_at(count) != NULL)
        count++;
    return count;
}

static void must(enum status status, const struct gate_explanation *row, const struct err *err)
{
    ck_assert_msg(status == OK, "%s: %s", row->test, err->text);
}

/* How often the row speaks of the example; NULL: of the advisory as it is. */
static size_t fired(struct gate_result *gate, struct world *w, const struct gate_explanation *row,
                    const struct gate_example *example)
{
    struct str text;
    struct str words;
    struct order order;
    struct csaf *csaf = NULL;
    struct err err = {0};
    size_t count = 0;
    str_init(&words, STR_LIMIT_TEXT);
    order_default(&order);
    if (example->order != NULL)
        must(order_parse(&order, w->arena, "X.order", bytes_of(example->order), &err), row, &err);
    if (example->products != NULL)
        must(import_file(&w->app, IMPORT_PRODUCTS, "products.csv", bytes_of(example->products),
                         w->dir, IMPORT_ADD, &words, &err),
             row, &err);
    if (row->whole) {
        str_init(&text, STR_LIMIT_TEXT);
        str_add(&text, example->advisory);
    } else {
        support_merge(&text, BASE, example->advisory != NULL ? example->advisory : "{}");
    }
    must(judge_set(gate, &csaf, w->arena, &w->app, str_bytes(&text), &order, &err), row, &err);
    for (size_t i = 0; i < gate->count; i++)
        count += strcmp(gate->findings[i].test, row->test) == 0;
    csaf_free(csaf);
    str_dispose(&text);
    str_dispose(&words);
    return count;
}

/* Proves: gate rows of the table */
START_TEST(each_row_has_an_example_that_fires_it_and_one_that_does_not)
{
    const struct gate_explanation *row = gate_explanation_at((size_t)_i);
    struct gate_result gate;
    struct world w;
    world_open(&w);
    ck_assert_msg(fired(&gate, &w, row, &row->fails) > 0, "%s: the failing example passes",
                  row->test);
    const struct finding *finding = support_finding(&gate, row->test, NULL);
    const char *word = severity_word(finding->severity);
    ck_assert_msg(strstr(row->failure, word) != NULL, "%s: \"%s\" is a %s", row->test, row->failure,
                  word);
    gate_dispose(&gate);
    world_close(&w);
    world_open(&w);
    ck_assert_msg(fired(&gate, &w, row, &row->passes) == 0, "%s: the passing example fails",
                  row->test);
    /* It passes because it was asked. */
    for (size_t i = 0; i < gate.skipped_count; i++)
        ck_assert_msg(strcmp(gate.skipped[i], row->test) != 0, "%s", row->test);
    gate_dispose(&gate);
    world_close(&w);
}
END_TEST

START_TEST(each_row_says_what_it_asks_and_how_to_mend_it)
{
    const struct gate_explanation *row = gate_explanation_at((size_t)_i);
    struct str out;
    ck_assert_ptr_nonnull(row->test);
    ck_assert(text_starts(row->test, "gate."));
    str_init(&out, STR_LIMIT_TEXT);
    gate_explain(&out, row);
    const char *text = str_text(&out);
    ck_assert_ptr_eq(strstr(text, row->test), text);
    ck_assert_ptr_nonnull(strstr(text, row->asks));
    ck_assert_ptr_nonnull(strstr(text, row->mend));
    ck_assert_ptr_nonnull(strstr(text, "\nSource: "));
    ck_assert_ptr_nonnull(strstr(text, "\nFails:\n  X.json"));
    ck_assert_ptr_nonnull(strstr(text, "\nPasses:\n  X.json"));
    ck_assert_int_eq(strstr(text, "X.order:") != NULL,
                     row->fails.order != NULL || row->passes.order != NULL);
    str_dispose(&out);
}
END_TEST

static void write_page(struct str *out)
{
    const struct gate_explanation *row = NULL;
    str_init(out, STR_LIMIT_TEXT);
    str_add(out,
            "# The rows of the gate\n"
            "What `tocsin check` and `submit` ask of an advisory beyond CSAF, from the table in "
            "`advisory/gate_explain.c` (written by\n`test_dispatcher_explain --print`; each row is "
            "proven by an example that fails and one that passes, which\n"
            "`tocsin check --explain gate.11` shows). The tests of CSAF 2.0 itself: "
            "[csaf-tests.md](csaf-tests.md).\n\n"
            "| row | what | asks | failure | source |\n|---|---|---|---|---|\n");
    for (size_t i = 0; (row = gate_explanation_at(i)) != NULL; i++)
        str_addf(out, "| %s | %s | %s | %s | %s |\n", row->test, row->title, row->asks,
                 row->failure, row->source);
    str_add(
        out,
        "\nRows that nobody finds missing here, because something else sees to them: 7 (version "
        "and history) is 6.1.14 to 6.1.22 and\n6.1.30 of CSAF; 40 (approvals) is asked by "
        "`approve` before anything leaves. Not checked, since no file of an installation\nknows "
        "it: whether an authorised representative is named (24), whether an alias is the number "
        "that the authority gave (25),\nwhether other words than those of the table claim that an "
        "authority was informed (26), in which languages the countries of\nthe recipients must "
        "be told (29): the order says which.\n");
}

START_TEST(the_page_says_what_is_asked)
{
    struct str page;
    struct str wanted;
    support_read(&page, PAGE);
    write_page(&wanted);
    ck_assert_msg(strcmp(str_text(&page), str_text(&wanted)) == 0,
                  "docs/gate-rows.md is old: write it anew with test_dispatcher_explain --print");
    str_dispose(&page);
    str_dispose(&wanted);
}
END_TEST

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--print") == 0) {
        struct str page;
        write_page(&page);
        (void)fputs(str_text(&page), stdout);
        str_dispose(&page);
        return EXIT_SUCCESS;
    }
    const int count = (int)count_rows();
    Suite *suite = suite_create("dispatcher.explain");
    TCase *tc = tcase_create("explain");
    tcase_add_loop_test(tc, each_row_has_an_example_that_fires_it_and_one_that_does_not, 0, count);
    tcase_add_loop_test(tc, each_row_says_what_it_asks_and_how_to_mend_it, 0, count);
    tcase_add_test(tc, the_page_says_what_is_asked);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
