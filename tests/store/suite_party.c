#include "tests/store/suite.h"

#include <string.h>

static void put(const char *id, enum party_kind kind, const char *group)
{
    struct party p = {.id = id, .kind = kind, .country = "DE", .group = group};
    ok(party_put(store, &p, NULL, &err));
}

static const char *ids(const struct party *list, size_t count)
{
    struct str text;
    str_init(&text, STR_LIMIT_LINE);
    for (size_t i = 0; i < count; i++)
        str_addf(&text, "%s%s", i == 0 ? "" : " ", list[i].id);
    char *out = arena_strdup(arena, str_text(&text));
    str_dispose(&text);
    return out;
}

START_TEST(a_party_is_added_changed_and_told_when_it_changed)
{
    struct party got, p = {.id = "bfarm", .kind = (enum party_kind)_i, .country = "DE"};
    bool changed = false;
    ok(party_put(store, &p, &changed, &err));
    ck_assert(changed);
    ok(party_put(store, &p, &changed, &err));
    ck_assert(!changed);
    ok(party_get(&got, arena, store, "bfarm", &err));
    ck_assert_int_eq(got.kind, (enum party_kind)_i);
    ck_assert_str_eq(got.country, "DE");
    ck_assert_ptr_null(got.group);
    ck_assert_ptr_null(got.territory);
    for (int field = 0; field < 6; field++) {
        if (field == 0)
            p.kind = (enum party_kind)((_i + 1) % (int)PARTY_KIND_COUNT);
        if (field == 1)
            p.country = "FR";
        if (field == 2)
            p.group = "g";
        if (field == 3)
            p.group = NULL;
        if (field == 4)
            p.territory = "EU|CH";
        if (field == 5)
            p.territory = NULL;
        ok(party_put(store, &p, &changed, &err));
        ck_assert_msg(changed, "field %d", field);
        ok(party_get(&got, arena, store, "bfarm", &err));
        ck_assert(got.kind == p.kind && text_equal(got.country, p.country) &&
                  text_equal(got.group, p.group) && text_equal(got.territory, p.territory));
    }
    says(ERR_NOT_FOUND, party_get(&got, arena, store, "BFARM", &err));
}
END_TEST

START_TEST(parties_are_told_authorities_first_page_by_page)
{
    /* Signs whose order depends on the language elsewhere: here it is that of the bytes. */
    static const char *const hospitals[] = {"Zeta", "alpha", "Ähre", "a-1", "a_1",
                                            "B",    "é",     "10",   "9"};
    struct party *all = NULL, *page = NULL;
    size_t count = 0, seen = 0;
    for (size_t i = 0; i < count_of(hospitals); i++)
        put(hospitals[i], PARTY_HDO, NULL);
    put("zz-regulator", PARTY_REGULATOR, NULL);
    put("desk", PARTY_COMPLAINT, NULL);
    put("a-reporter", PARTY_REPORTER, NULL);
    ok(party_list(&all, &count, arena, store, 0, NULL, 100, &err));
    ck_assert_str_eq(ids(all, count),
                     "zz-regulator desk 10 9 B Zeta a-1 a_1 alpha Ähre é a-reporter");
    const char *after = NULL;
    int priority = 0;
    do {
        ok(party_list(&page, &count, arena, store, priority, after, 5, &err));
        for (size_t i = 0; i < count; i++)
            ck_assert_str_eq(page[i].id, all[seen + i].id);
        seen += count;
        if (count > 0) {
            after = page[count - 1].id;
            priority = party_kind_priority(page[count - 1].kind);
        }
    } while (count > 0);
    ck_assert_uint_eq(seen, 12);
}
END_TEST

START_TEST(places_of_a_kind_are_said_once)
{
    static const struct party rows[] = {
        {.id = "a", .kind = PARTY_REPRESENTATIVE, .country = "DE", .territory = "EU"},
        {.id = "b", .kind = PARTY_REPRESENTATIVE, .country = "DE", .territory = "EU"},
        {.id = "c", .kind = PARTY_REPRESENTATIVE, .country = "CH"},
        {.id = "d", .kind = PARTY_REGULATOR, .country = "FR"}};
    struct party *list = NULL;
    size_t count = 0;
    for (size_t i = 0; i < count_of(rows); i++)
        ok(party_put(store, &rows[i], NULL, &err));
    ok(party_places(&list, &count, arena, store, PARTY_REPRESENTATIVE, &err));
    ck_assert_uint_eq(count, 2);
    ck_assert_str_eq(list[0].country, "CH");
    ck_assert_ptr_null(list[0].territory);
    ck_assert_str_eq(list[1].territory, "EU");
}
END_TEST

START_TEST(what_is_held_in_a_country_is_said_once)
{
    static const struct party rows[] = {{.id = "a", .kind = PARTY_HDO, .country = "DE"},
                                        {.id = "b", .kind = PARTY_HDO, .country = "DE"},
                                        {.id = "c", .kind = PARTY_HDO, .country = "FR"}};
    struct held_in *list = NULL;
    size_t count = 0;
    for (size_t i = 0; i < count_of(rows); i++) {
        const struct installed one = {
            .party = rows[i].id, .product = "P100", .version = "1.0", .serial = "s"};
        const struct installed two = {.party = rows[i].id, .product = "P100", .serial = "t"};
        ok(party_put(store, &rows[i], NULL, &err));
        ok(installed_put(store, &one, NULL, &err));
        ok(installed_put(store, &two, NULL, &err));
    }
    ok(installed_places(&list, &count, arena, store, &err));
    ck_assert_uint_eq(count, 4);
    size_t german = 0;
    size_t unknown = 0;
    for (size_t i = 0; i < count; i++) {
        ck_assert_str_eq(list[i].product, "P100");
        german += text_equal(list[i].country, "DE");
        unknown += list[i].version == NULL;
    }
    ck_assert_uint_eq(german, 2);
    ck_assert_uint_eq(unknown, 2);
}
END_TEST

START_TEST(a_kind_that_changes_moves_the_party_in_the_order)
{
    struct party *all = NULL;
    size_t count = 0;
    put("a", PARTY_HDO, NULL);
    put("b", PARTY_HDO, NULL);
    put("b", PARTY_REGULATOR, NULL);
    ok(party_list(&all, &count, arena, store, 0, NULL, 100, &err));
    ck_assert_str_eq(ids(all, count), "b a");
}
END_TEST

START_TEST(members_are_those_of_the_group_or_the_party_itself)
{
    struct party *list = NULL;
    size_t count = 0;
    put("klinikum", PARTY_HDO, NULL);
    put("haus-1", PARTY_HDO, "klinikum");
    put("haus-2", PARTY_HDO, "klinikum");
    put("other", PARTY_HDO, "trust");
    ok(party_members(&list, &count, arena, store, "klinikum", &err));
    ck_assert_str_eq(ids(list, count), "haus-1 haus-2 klinikum");
    ok(party_members(&list, &count, arena, store, "trust", &err));
    ck_assert_str_eq(ids(list, count), "other");
    ok(party_members(&list, &count, arena, store, "haus-1", &err));
    ck_assert_str_eq(ids(list, count), "haus-1");
    ok(party_members(&list, &count, arena, store, "nobody", &err));
    ck_assert_uint_eq(count, 0);
}
END_TEST

START_TEST(what_hangs_on_a_party_goes_with_it_but_its_notices_stay)
{
    struct advisory a = make_advisory("EXM-1", "1");
    int64_t lane = make_lane(a.id, "DE", PARTY_HDO, "outbox").id;
    for (int i = 0; i < 2; i++) {
        const char *id = i == 0 ? "gone" : "stays";
        put(id, PARTY_HDO, NULL);
        struct contact c = {.party = id, .seq = 1, .route = ROUTE_SMTP};
        struct installed d = {.party = id, .product = "Pump"};
        struct key k = {.fpr = "F", .party = id, .sub_fpr = "", .state = "good"};
        ok(contact_put(store, &c, NULL, &err));
        ok(installed_put(store, &d, NULL, &err));
        ok(key_put(store, &k, &err));
        (void)make_notice(a.id, lane, id);
    }
    ok(party_remove(store, "gone", &err));
    says(ERR_NOT_FOUND, party_remove(store, "gone", &err));
    static const char *const tables[] = {"party", "contact", "installed", "key"};
    for (size_t i = 0; i < count_of(tables); i++)
        ck_assert_msg(rows_of(tables[i]) == 1, "%s", tables[i]);
    ck_assert_int_eq(rows_of("notice"), 2);
}
END_TEST

START_TEST(nothing_hangs_on_a_party_that_is_not_there)
{
    struct contact c = {.party = "nobody", .seq = 1, .route = ROUTE_SMTP};
    struct installed d = {.party = "nobody", .product = "Pump"};
    struct key k = {.fpr = "F", .party = "nobody", .sub_fpr = "", .state = "good"};
    says(ERR_INVALID, contact_put(store, &c, NULL, &err));
    says(ERR_INVALID, installed_put(store, &d, NULL, &err));
    says(ERR_INVALID, key_put(store, &k, &err));
}
END_TEST

TCase *suite_party(void)
{
    TCase *tc = suite_case("party");
    tcase_add_loop_test(tc, a_party_is_added_changed_and_told_when_it_changed, 0,
                        (int)PARTY_KIND_COUNT);
    tcase_add_test(tc, parties_are_told_authorities_first_page_by_page);
    tcase_add_test(tc, a_kind_that_changes_moves_the_party_in_the_order);
    tcase_add_test(tc, places_of_a_kind_are_said_once);
    tcase_add_test(tc, what_is_held_in_a_country_is_said_once);
    tcase_add_test(tc, members_are_those_of_the_group_or_the_party_itself);
    tcase_add_test(tc, what_hangs_on_a_party_goes_with_it_but_its_notices_stay);
    tcase_add_test(tc, nothing_hangs_on_a_party_that_is_not_there);
    return tc;
}
