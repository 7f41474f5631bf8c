#include "base/library.h"

#include "tests/base/suite.h"

struct functions {
    double (*cos)(double x);
    double (*sqrt)(double x);
};

static const struct library_symbol present[] = {{"cos", offsetof(struct functions, cos)},
                                                {"sqrt", offsetof(struct functions, sqrt)}};
static const struct library_symbol lacking[] = {
    {"cos", offsetof(struct functions, cos)},
    {"sqrt_of_minus_one", offsetof(struct functions, sqrt)}};

static struct library library_of(const char *file, const struct library_symbol *symbols)
{
    return (struct library){.file = file,
                            .where = "measure",
                            .what = "the library of angles",
                            .package = "libangle6",
                            .symbols = symbols,
                            .count = 2};
}

START_TEST(every_function_of_the_table_can_be_called)
{
    struct library library = library_of("libm.so.6", present);
    struct functions table = {0};
    struct err err = {0};
    ck_assert_msg(library_load(&table, &library, &err) == OK, "%s", err.text);
    ck_assert_double_eq(table.cos(0.0), 1.0);
    ck_assert_double_eq(table.sqrt(9.0), 3.0);
}
END_TEST

/* It could not be loaded again: the file of the second time does not exist. */
START_TEST(a_filled_table_is_left_as_it_is)
{
    struct library library = library_of("libm.so.6", present);
    struct functions table = {0};
    struct err err = {0};
    ck_assert_msg(library_load(&table, &library, &err) == OK, "%s", err.text);
    struct functions before = table;
    library.file = "libabsent.so.6";
    ck_assert_msg(library_load(&table, &library, &err) == OK, "%s", err.text);
    ck_assert(table.cos == before.cos && table.sqrt == before.sqrt);
}
END_TEST

static const struct {
    const char *file;
    const struct library_symbol *symbols;
    const char *text;
} refusals[] = {
    {"libabsent.so.6", present,
     "measure: the library of angles cannot be loaded: libabsent.so.6: cannot open shared object "
     "file: No such file or directory: install the package libangle6"},
    {"libm.so.6", lacking,
     "measure: libm.so.6 has no sqrt_of_minus_one: install the package libangle6"},
};

START_TEST(what_is_missing_is_named_with_its_package_and_nothing_is_filled)
{
    struct library library = library_of(refusals[_i].file, refusals[_i].symbols);
    struct functions table = {0};
    struct err err = {0};
    ck_assert_int_eq(library_load(&table, &library, &err), ERR_IO);
    ck_assert_str_eq(err.text, refusals[_i].text);
    ck_assert(table.cos == NULL && table.sqrt == NULL);
}
END_TEST

START_TEST(after_a_refusal_it_may_be_tried_again)
{
    struct functions table = {0};
    for (int i = 0; i < COUNT(refusals); i++) {
        struct library refused = library_of(refusals[i].file, refusals[i].symbols);
        ck_assert_int_eq(library_load(&table, &refused, NULL), ERR_IO);
    }
    struct library library = library_of("libm.so.6", present);
    struct err err = {0};
    ck_assert_msg(library_load(&table, &library, &err) == OK, "%s", err.text);
    ck_assert_double_eq(table.sqrt(9.0), 3.0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base.library");
    TCase *tcase = tcase_create("library");
    tcase_add_test(tcase, every_function_of_the_table_can_be_called);
    tcase_add_test(tcase, a_filled_table_is_left_as_it_is);
    tcase_add_loop_test(tcase, what_is_missing_is_named_with_its_package_and_nothing_is_filled, 0,
                        COUNT(refusals));
    tcase_add_test(tcase, after_a_refusal_it_may_be_tried_again);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}
