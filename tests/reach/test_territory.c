/* Places as people write them. */
#include "reach/territory.h"

#include <check.h>
#include <stdlib.h>

static struct arena *arena;
static struct pack *pack;

static void begin(void)
{
    struct err err = {0};
    arena = arena_new();
    ck_assert_msg(pack_open(&pack, NULL, &err) == OK, "%s", err.text);
}

static void end(void)
{
    pack_close(pack);
    arena_free(arena);
}

static const struct {
    const char *words, *has, *has_not, *bad;
} rows[] = {
    {"DE", "DE", "FR", NULL},
    {"DE|FR", "FR", "CH", NULL},
    {"DE, FR;CH", "CH", "AT", NULL},
    {" DE  |FR ", "DE", "AT", NULL},
    {"EU", "GR", "GB", NULL},
    {"EU|CH", "CH", "US", NULL},
    {"UK", "GB", "IE", NULL}, /* a jurisdiction, no country */
    {"*", "ZW", NULL, NULL},
    {"", NULL, "DE", NULL},
    {"EL", NULL, "GR", "EL"}, /* would leave Greece out */
    {"DE|Europe", "DE", "FR", "Europe"},
    {"de", NULL, "DE", "de"},
    {"XX", NULL, "XX", "XX"},
    {"DE/FR", NULL, "DE", "DE/FR"},
};

START_TEST(words_are_the_places_that_they_name_or_named_themselves)
{
    struct territory t = {0};
    const char *bad = territory_read(&t, arena, pack, rows[_i].words);
    ck_assert_msg(text_equal(bad, rows[_i].bad), "%s: %s", rows[_i].words, bad);
    if (rows[_i].has != NULL)
        ck_assert_msg(territory_has(&t, rows[_i].has), "%s", rows[_i].words);
    if (rows[_i].has_not != NULL)
        ck_assert_msg(!territory_has(&t, rows[_i].has_not), "%s", rows[_i].words);
}
END_TEST

/* Without rules "EU" would be taken for a country, and 30 others would be left out. */
START_TEST(without_rules_no_word_is_sure)
{
    struct territory t = {0};
    ck_assert_str_eq(territory_read(&t, arena, NULL, "EU"), "EU");
    ck_assert_str_eq(territory_read(&t, arena, NULL, "DE"), "DE");
    ck_assert_ptr_null(territory_read(&t, arena, NULL, "*"));
}
END_TEST

START_TEST(a_country_stands_for_its_jurisdictions)
{
    struct territory t = {0};
    ck_assert(territory_around(&t, pack, "DE"));
    ck_assert(territory_has(&t, "FR") && territory_has(&t, "DE") && !territory_has(&t, "CH"));
    struct territory none = {0};
    ck_assert(!territory_around(&none, pack, "TR"));
    ck_assert(territory_is_empty(&none));
}
END_TEST

START_TEST(everywhere_meets_all_but_nothing)
{
    struct territory all = {.everywhere = true};
    struct territory none = {0};
    struct territory one = {0};
    struct territory other = {0};
    territory_add(&one, "ZZ");
    territory_add(&other, "AA");
    territory_add(&other, "no country");
    ck_assert(territory_meets(&all, &one) && territory_meets(&one, &all));
    ck_assert(!territory_meets(&all, &none) && !territory_meets(&none, &one));
    ck_assert(!territory_meets(&one, &other) && territory_meets(&one, &one));
    territory_join(&other, &one);
    ck_assert(territory_meets(&one, &other));
}
END_TEST

START_TEST(many_are_shown_by_their_first_or_as_a_whole)
{
    struct territory t = {0};
    struct str text;
    str_init(&text, STR_LIMIT_LINE);
    ck_assert_ptr_null(territory_read(&t, arena, pack, "EU"));
    territory_print(&text, &t, NULL);
    ck_assert_str_eq(str_text(&text), "AT BE BG CY CZ DE DK EE ES FI FR GR and 18 more");
    str_reset(&text);
    territory_add(&t, "CH");
    territory_print(&text, &t, pack);
    ck_assert_str_eq(str_text(&text), "EU CH");
    str_dispose(&text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reach.territory");
    TCase *tc = tcase_create("territory");
    tcase_add_checked_fixture(tc, begin, end);
    tcase_add_loop_test(tc, words_are_the_places_that_they_name_or_named_themselves, 0,
                        sizeof rows / sizeof rows[0]);
    tcase_add_test(tc, without_rules_no_word_is_sure);
    tcase_add_test(tc, a_country_stands_for_its_jurisdictions);
    tcase_add_test(tc, everywhere_meets_all_but_nothing);
    tcase_add_test(tc, many_are_shown_by_their_first_or_as_a_whole);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
