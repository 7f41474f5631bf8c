/* Where the products of an advisory are sold, and whom that leaves out: nobody without proof. */
#include "reach/market.h"
#include "tests/advisory/support.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* Affected: P100 before 2.4.1, P200 3.0.0 to before 3.2.5, ExampleStation 1.8.0. */
#define MAIN FIXTURE("exm-2026-0007.json")
#define INFO FIXTURE("exm-2026-0010-info.json")

static struct arena *arena;
static struct pack *pack;
static struct csaf *csaf;
static struct str text;

static void begin(void)
{
    struct err err = {0};
    arena = arena_new();
    ck_assert_msg(pack_open(&pack, NULL, &err) == OK, "%s", err.text);
    support_read(&text, MAIN);
    csaf = support_parse(str_text(&text));
}

static void end(void)
{
    csaf_free(csaf);
    str_dispose(&text);
    pack_close(pack);
    arena_free(arena);
}

#define LINE(p, v, m)                                                                              \
    {                                                                                              \
        .item = {.product = (p), .version = (v)}, .markets = (m)                                   \
    }
#define P100(v, m) LINE("ExampleInfuse P100", v, m)
#define P200(v, m) LINE("ExampleInfuse P200", v, m)
#define STATION(v, m) LINE("ExampleStation", v, m)

static const struct {
    struct market_line lines[6];
    const char *in, *out; /* known: a country in it, and one that is not */
    const char *why;      /* not known */
} cases[] = {
    {{P100("2.3.0", "DE"), P200("3.1.0", "FR"), STATION("1.8.0", "US")}, "US", "CH", NULL},
    /* A range stands for versions that nobody listed: each version of that name counts. */
    {{P100("2.3.0", "DE"), P100("2.4.1", "CH"), P200("3.1.0", "FR"), STATION("1.8.0", "US")},
     "CH",
     "JP",
     NULL},
    /* A product that is one version is that version alone. */
    {{P100("2.3.0", "DE"), P200("3.1.0", "FR"), STATION("1.8.0", "US"), STATION("1.7.0", "JP")},
     "US",
     "JP",
     NULL},
    {{P100("2.3.0", "EU"), P200("3.1.0", "FR"), STATION("1.8.0", "DE")}, "GR", "CH", NULL},
    {{P100("2.3.0", "DE"), P200("3.1.0", "*"), STATION("1.8.0", "DE")}, "ZW", NULL, NULL},
    /* Another product says nothing about these. */
    {{P100("2.3.0", "DE"), P200("3.1.0", "DE"), STATION("1.8.0", "DE"),
      LINE("Ventilator Quiet", "1.0", "BR")},
     "DE",
     "BR",
     NULL},
    /* One that may be it counts, even when it is not sure. */
    {{P100("2.3.0", "DE"), P200("3.1.0", "DE"), STATION("1.8.0", "DE"),
      LINE("ExampleInfuse P100 plus", "2.3.0", "BR")},
     "BR",
     "CH",
     NULL},
    {{P100("2.3.0", "DE"), P200("3.1.0", "FR")}, NULL, NULL, "is exactly"},
    {{P100("2.3.0", "DE"), P200("3.1.0", "FR"), STATION("1.7.0", "US")}, NULL, NULL, "is exactly"},
    {{P100("2.3.0", "DE"), P200("3.1.0", "FR"), STATION(NULL, "US")}, NULL, NULL, "is exactly"},
    {{P100("2.3.0", "DE"), P200("3.1.0", NULL), STATION("1.8.0", "US")},
     NULL,
     NULL,
     "does not say where ExampleInfuse P200 3.1.0 is sold"},
    {{P100("2.3.0", "DE"), P100("1.0.0", ""), P200("3.1.0", "DE"), STATION("1.8.0", "US")},
     NULL,
     NULL,
     "where ExampleInfuse P100 1.0.0 is sold"},
    {{P100("2.3.0", "DE"), P200("3.1.0", "Europe"), STATION("1.8.0", "US")},
     NULL,
     NULL,
     "\"Europe\" is no country"},
    {{P100("2.3.0", NULL), P200("3.1.0", NULL)}, NULL, NULL, "does not say where anything"},
    {{LINE(NULL, NULL, NULL)}, NULL, NULL, "does not say where anything"},
};

static size_t lines_of(size_t i)
{
    size_t count = 0;
    while (count < 6 && cases[i].lines[count].item.product != NULL)
        count++;
    return count;
}

START_TEST(a_market_is_known_only_when_each_affected_product_says_where)
{
    struct market market;
    market_read(&market, arena, csaf, pack, cases[_i].lines, lines_of((size_t)_i));
    ck_assert_msg(market.known == (cases[_i].why == NULL), "%d: %s", _i, market.why);
    ck_assert_msg(cases[_i].why == NULL || strstr(market.why, cases[_i].why) != NULL, "%s",
                  market.why);
    if (cases[_i].in != NULL)
        ck_assert(territory_has(&market.where, cases[_i].in));
    if (cases[_i].out != NULL)
        ck_assert(!territory_has(&market.where, cases[_i].out));
}
END_TEST

START_TEST(without_rules_or_without_an_affected_product_nothing_is_known)
{
    struct market market;
    market_read(&market, arena, csaf, NULL, cases[0].lines, 3);
    ck_assert_msg(!market.known && strstr(market.why, "rules do not read") != NULL, "%s",
                  market.why);
    csaf_free(csaf);
    str_dispose(&text);
    support_read(&text, INFO);
    csaf = support_parse(str_text(&text));
    market_read(&market, arena, csaf, pack, cases[0].lines, 3);
    ck_assert_msg(!market.known && strstr(market.why, "no product affected") != NULL, "%s",
                  market.why);
}
END_TEST

static const struct {
    struct market_party party;
    enum market_verdict verdict;
    const char *why;
} parties[] = {
    {{PARTY_REGULATOR, "US", NULL, false}, MARKET_IN, "products.csv has it on the market in"},
    {{PARTY_REGULATOR, "CH", NULL, false}, MARKET_OUT, "not on the market there (CH)"},
    {{PARTY_REGULATOR, "CH", NULL, true}, MARKET_IN, "our seat there"},
    {{PARTY_REGULATOR, "GR", "EU", false}, MARKET_IN, "products.csv"},
    {{PARTY_REGULATOR, "CH", "Nowhere", false}, MARKET_DOUBT, "which is no place"},
    {{PARTY_HDO, "DE", NULL, false}, MARKET_IN, "products.csv"},
    {{PARTY_HDO, "JP", NULL, false}, MARKET_OUT, "nobody there holds"},
    {{PARTY_HDO, "JP", NULL, true}, MARKET_OUT, "nobody there holds"}, /* a seat is no device */
    {{PARTY_DISTRIBUTOR, "JP", NULL, false}, MARKET_DOUBT, "may supply anywhere"},
    {{PARTY_IMPORTER, "JP", NULL, false}, MARKET_DOUBT, "may supply anywhere"},
    {{PARTY_DISTRIBUTOR, "DE", "JP|CN", false}, MARKET_OUT, "(CN JP)"},
    {{PARTY_DISTRIBUTOR, "JP", "JP|US", false}, MARKET_IN, "products.csv"},
    {{PARTY_DISTRIBUTOR, "JP", "*", false}, MARKET_IN, "products.csv"},
    /* An authorised representative acts for all of the Union, wherever in it it sits. */
    {{PARTY_REPRESENTATIVE, "IE", NULL, false}, MARKET_IN, "products.csv"},
    {{PARTY_REPRESENTATIVE, "CH", NULL, false}, MARKET_OUT, "(CH)"},
    {{PARTY_REPRESENTATIVE, "CH", "CH|DE", false}, MARKET_IN, "products.csv"},
    {{PARTY_REPRESENTATIVE, "TR", NULL, false}, MARKET_OUT, "(TR)"},
    {{PARTY_COMPLAINT, "CH", NULL, false}, MARKET_DOUBT, "whatever the market"},
    {{PARTY_COORDINATOR, "CH", NULL, false}, MARKET_DOUBT, "whatever the market"},
    {{PARTY_REPORTER, "CH", NULL, false}, MARKET_DOUBT, "whatever the market"},
};

START_TEST(whom_the_market_leaves_out)
{
    struct market market;
    struct market_said said;
    market_read(&market, arena, csaf, pack, cases[0].lines, 3); /* DE FR US */
    market_judge(&said, arena, &market, pack, &parties[_i].party);
    ck_assert_int_eq(said.verdict, parties[_i].verdict);
    ck_assert_msg(strstr(said.why, parties[_i].why) != NULL, "%s", said.why);
    market_widen(&market, "CH"); /* somebody there holds one */
    market_widen(&market, "JP");
    market_widen(&market, "TR");
    market_judge(&said, arena, &market, pack, &parties[_i].party);
    ck_assert_int_ne(said.verdict, MARKET_OUT);
    if (parties[_i].verdict == MARKET_OUT)
        ck_assert_str_eq(said.why,
                         "somebody there holds what may be affected, or it is reportable there");
    market = (struct market){.why = "not known"};
    market_judge(&said, arena, &market, pack, &parties[_i].party);
    ck_assert_int_eq(said.verdict, MARKET_DOUBT);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reach.market");
    TCase *tc = tcase_create("market");
    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, begin, end);
    tcase_add_loop_test(tc, a_market_is_known_only_when_each_affected_product_says_where, 0,
                        sizeof cases / sizeof cases[0]);
    tcase_add_test(tc, without_rules_or_without_an_affected_product_nothing_is_known);
    tcase_add_loop_test(tc, whom_the_market_leaves_out, 0, sizeof parties / sizeof parties[0]);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
