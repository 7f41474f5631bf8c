#include "tests/store/suite.h"

#include "store/erase.h"

#include <stddef.h>
#include <string.h>

static void begin(void)
{
    static const struct party p = {.id = "p", .kind = PARTY_HDO, .country = "DE"};
    static const struct party other = {.id = "q", .kind = PARTY_HDO, .country = "FR"};
    suite_begin();
    ok(party_put(store, &p, NULL, &err));
    ok(party_put(store, &other, NULL, &err));
}

/* The text member at an offset. */
static const char **member(void *row, size_t offset)
{
    return (const char **)(void *)((char *)row + offset);
}

static void same_texts(void *a, void *b, const size_t *offsets, size_t count)
{
    for (size_t i = 0; i < count; i++)
        ck_assert_msg(text_equal(*member(a, offsets[i]), *member(b, offsets[i])), "member %zu", i);
}

static const size_t contact_texts[] = {
    offsetof(struct contact, party),    offsetof(struct contact, email),
    offsetof(struct contact, name),     offsetof(struct contact, role),
    offsetof(struct contact, language), offsetof(struct contact, phone),
    offsetof(struct contact, zone),     offsetof(struct contact, post_address),
    offsetof(struct contact, key),      offsetof(struct contact, smime),
};

static struct contact first_contact(void)
{
    struct contact *list = NULL;
    size_t count = 0;
    ok(contact_list(&list, &count, arena, store, "p", &err));
    ck_assert_uint_ge(count, 1);
    return list[0];
}

START_TEST(a_contact_is_changed_field_by_field)
{
    struct contact c = {.party = "p", .seq = 1, .route = ROUTE_SMTP}, got;
    bool changed = false;
    ok(contact_put(store, &c, &changed, &err));
    ck_assert(changed);
    for (size_t i = 1; i < count_of(contact_texts); i++) {
        *member(&c, contact_texts[i]) = "x";
        ok(contact_put(store, &c, &changed, &err));
        ck_assert_msg(changed, "member %zu", i);
        ok(contact_put(store, &c, &changed, &err));
        ck_assert_msg(!changed, "member %zu again", i);
        got = first_contact();
        same_texts(&got, &c, contact_texts, count_of(contact_texts));
    }
    for (int i = 1; i < (int)ROUTE_COUNT; i++) {
        c.route = (enum route)i;
        ok(contact_put(store, &c, &changed, &err));
        ck_assert(changed);
        ck_assert_int_eq(first_contact().route, (enum route)i);
    }
    ok(contact_get(&got, arena, store, first_contact().id, &err));
    same_texts(&got, &c, contact_texts, count_of(contact_texts));
    ck_assert_int_eq(rows_of("contact"), 1);
    says(ERR_NOT_FOUND, contact_get(&got, arena, store, got.id + 1, &err));
}
END_TEST

START_TEST(an_import_does_not_unpin_a_key_but_another_address_does)
{
    struct contact c = {.party = "p", .seq = 1, .email = "a@example.org", .route = ROUTE_SMTP};
    bool changed = false;
    ok(contact_put(store, &c, NULL, &err));
    int64_t id = first_contact().id;
    ok(contact_pin(store, id, "ABCD", &err));
    ok(contact_put(store, &c, &changed, &err));
    ck_assert(!changed);
    ck_assert_str_eq(first_contact().key, "ABCD");
    c.phone = "+49 30 1";
    ok(contact_put(store, &c, &changed, &err));
    ck_assert(changed);
    ck_assert_str_eq(first_contact().key, "ABCD");
    c.key = "EF01";
    ok(contact_put(store, &c, &changed, &err));
    ck_assert(changed);
    ck_assert_str_eq(first_contact().key, "EF01");
    c.key = NULL;
    c.email = "b@example.org";
    ok(contact_put(store, &c, &changed, &err));
    ck_assert_ptr_null(first_contact().key);
    ok(contact_pin(store, id, "ABCD", &err));
    ok(contact_pin(store, id, NULL, &err));
    ck_assert_ptr_null(first_contact().key);
    says(ERR_NOT_FOUND, contact_pin(store, id + 7, "ABCD", &err));
}
END_TEST

START_TEST(contacts_keep_their_order_and_are_trimmed_from_behind)
{
    struct contact *list = NULL;
    size_t count = 0;
    for (int64_t seq = 4; seq >= 1; seq--) {
        struct contact c = {.party = "p", .seq = seq, .route = ROUTE_SMTP};
        ok(contact_put(store, &c, NULL, &err));
        c.party = "q";
        ok(contact_put(store, &c, NULL, &err));
    }
    int64_t last = 0;
    ok(contact_list(&list, &count, arena, store, "p", &err));
    ck_assert_uint_eq(count, 4);
    for (size_t i = 0; i < count; i++) {
        ck_assert_int_eq(list[i].seq, (int64_t)i + 1);
        last = list[i].id > last ? list[i].id : last;
    }
    ok(contact_trim(store, "p", 2, &err));
    ok(contact_list(&list, &count, arena, store, "p", &err));
    ck_assert_uint_eq(count, 2);
    ok(contact_list(&list, &count, arena, store, "q", &err));
    ck_assert_uint_eq(count, 4);
    /* No number is given twice: a notice must not come to point at somebody else. */
    ok(contact_trim(store, "p", 0, &err));
    ok(contact_trim(store, "q", 0, &err));
    struct contact c = {.party = "p", .seq = 1, .route = ROUTE_SMTP};
    ok(contact_put(store, &c, NULL, &err));
    ck_assert_int_gt(first_contact().id, last);
}
END_TEST

static const size_t installed_texts[] = {
    offsetof(struct installed, party),   offsetof(struct installed, vendor),
    offsetof(struct installed, product), offsetof(struct installed, version),
    offsetof(struct installed, serial),  offsetof(struct installed, udi_di),
};

START_TEST(what_is_installed_is_keyed_by_five_fields)
{
    struct installed row = {.party = "p", .product = "Pump"}, *list = NULL;
    bool changed = false, any = true;
    size_t count = 0;
    ok(installed_any(&any, store, &err));
    ck_assert(!any);
    ok(installed_put(store, &row, &changed, &err));
    ck_assert(changed);
    ok(installed_put(store, &row, &changed, &err));
    ck_assert(!changed);
    row.quantity = 3;
    ok(installed_put(store, &row, &changed, &err));
    ck_assert(changed);
    row.udi_di = "04012345678901";
    ok(installed_put(store, &row, &changed, &err));
    ck_assert(changed);
    ck_assert_int_eq(rows_of("installed"), 1);
    for (size_t i = 1; i < 5; i++) {
        *member(&row, installed_texts[i]) = "x";
        ok(installed_put(store, &row, &changed, &err));
        ck_assert(changed);
        ck_assert_int_eq(rows_of("installed"), (int64_t)i + 1);
    }
    ok(installed_list(&list, &count, arena, store, "p", &err));
    ck_assert_uint_eq(count, 5);
    same_texts(&list[4], &row, installed_texts, count_of(installed_texts));
    ck_assert_int_eq(list[4].quantity, 3);
    ck_assert_ptr_null(list[0].vendor);
    const int64_t second = list[1].id;
    ok(installed_page(&list, &count, arena, store, second, 2, &err));
    ck_assert_uint_eq(count, 2); /* behind the second, and no more than were asked for */
    ck_assert_int_gt(list[0].id, second);
    ck_assert_int_gt(list[1].id, list[0].id);
    same_texts(
        &list[1],
        &(struct installed){
            .party = "p", .vendor = "x", .product = "x", .version = "x", .udi_di = row.udi_di},
        installed_texts, count_of(installed_texts));
    ok(installed_any(&any, store, &err));
    ck_assert(any);
    ok(installed_clear(store, &err));
    ck_assert_int_eq(rows_of("installed"), 0);
    row.product = NULL;
    says(ERR_INVALID, installed_put(store, &row, &changed, &err));
}
END_TEST

static const size_t product_texts[] = {
    offsetof(struct product, vendor),     offsetof(struct product, product),
    offsetof(struct product, version),    offsetof(struct product, aliases),
    offsetof(struct product, item_class), offsetof(struct product, scope),
    offsetof(struct product, model),      offsetof(struct product, udi_di),
    offsetof(struct product, markets),    offsetof(struct product, state),
};

START_TEST(a_product_is_keyed_by_three_fields_and_changed_in_the_others)
{
    static const char *const states[] = {"supported", "ended", "withdrawn"};
    struct product row = {.product = "Pump"}, *list = NULL;
    bool changed = false;
    size_t count = 0;
    for (size_t i = 0; i < 3; i++) {
        *member(&row, product_texts[i]) = "x";
        ok(product_put(store, &row, &changed, &err));
        ck_assert(changed);
        ok(product_put(store, &row, &changed, &err));
        ck_assert(!changed);
    }
    ck_assert_int_eq(rows_of("product"), 3);
    for (size_t i = 3; i < count_of(product_texts) - 1; i++) {
        *member(&row, product_texts[i]) = "y";
        ok(product_put(store, &row, &changed, &err));
        ck_assert_msg(changed, "member %zu", i);
    }
    for (size_t i = 0; i < count_of(states); i++) {
        row.state = states[i];
        ok(product_put(store, &row, &changed, &err));
        ck_assert(changed);
    }
    ok(product_put(store, &row, &changed, &err));
    ck_assert(!changed);
    ok(product_list(&list, &count, arena, store, &err));
    ck_assert_uint_eq(count, 3);
    same_texts(&list[2], &row, product_texts, count_of(product_texts));
    row.state = "beloved";
    says(ERR_INVALID, product_put(store, &row, &changed, &err));
    ok(product_clear(store, &err));
    ck_assert_int_eq(rows_of("product"), 0);
}
END_TEST

static const size_t key_texts[] = {
    offsetof(struct key, fpr),     offsetof(struct key, party),  offsetof(struct key, email),
    offsetof(struct key, sub_fpr), offsetof(struct key, algo),   offsetof(struct key, uid),
    offsetof(struct key, state),   offsetof(struct key, reason), offsetof(struct key, cert),
};

START_TEST(a_key_is_kept_per_party_and_fingerprint)
{
    struct key k = {.fpr = "AAAA",
                    .party = "p",
                    .email = "a@example.org",
                    .sub_fpr = "BBBB",
                    .algo = "ed25519/cv25519",
                    .uid = "Klinik <a@example.org>",
                    .state = "weak",
                    .reason = "RSA 2048",
                    .expires_ms = 5,
                    .pinned_ms = 6,
                    .cert = blob_of("stripped certificate"),
                    .warned_days = 30};
    struct key got, *list = NULL;
    size_t count = 0;
    ok(key_put(store, &k, &err));
    ok(key_get(&got, arena, store, "p", "AAAA", &err));
    same_texts(&got, &k, key_texts, count_of(key_texts));
    ck_assert_int_eq(got.expires_ms, 5);
    ck_assert_int_eq(got.pinned_ms, 6);
    ck_assert_int_eq(got.warned_days, 30);
    k.state = "expired";
    k.expires_ms = 7;
    k.email = NULL;
    ok(key_put(store, &k, &err));
    ok(key_set_warned(store, "p", "AAAA", 14, &err));
    ok(key_get(&got, arena, store, "p", "AAAA", &err));
    same_texts(&got, &k, key_texts, count_of(key_texts));
    ck_assert_int_eq(got.expires_ms, 7);
    ck_assert_int_eq(got.warned_days, 14);
    k.party = "q";
    ok(key_put(store, &k, &err));
    k.fpr = "0000";
    ok(key_put(store, &k, &err));
    ok(key_list(&list, &count, arena, store, "q", &err));
    ck_assert_uint_eq(count, 2);
    ck_assert_str_eq(list[0].fpr, "0000");
    ok(key_list(&list, &count, arena, store, NULL, &err));
    ck_assert_uint_eq(count, 3);
    ck_assert_str_eq(list[0].party, "p");
    says(ERR_NOT_FOUND, key_get(&got, arena, store, "p", "0000", &err));
    says(ERR_NOT_FOUND, key_set_warned(store, "p", "0000", 1, &err));
    k.cert = "0000000000000000000000000000000000000000000000000000000000000000";
    says(ERR_INVALID, key_put(store, &k, &err));
}
END_TEST

static void correct(const char *party, const char *was, const char *now)
{
    const struct correction c = {.party = party, .was = was, .now = now, .at_ms = 7};
    ok(correction_put(store, &c, &err));
}

/* "was>now" of all, in order. */
static void corrections_are(const char *wanted)
{
    struct correction *list = NULL;
    struct str got;
    size_t count = 0;
    str_init(&got, STR_LIMIT_TEXT);
    ok(correction_list(&list, &count, arena, store, &err));
    for (size_t i = 0; i < count; i++) {
        ck_assert_int_eq(list[i].at_ms, 7);
        str_addf(&got, "%s:%s>%s ", list[i].party, list[i].was, list[i].now);
    }
    ck_assert_str_eq(str_text(&got), wanted);
    str_dispose(&got);
}

START_TEST(a_corrected_address_is_followed_until_the_file_has_it)
{
    struct erase e = {.store = store, .arena = arena};
    const char *party = NULL;
    correct("p", "a@x.example", "b@x.example");
    correct("q", "a@x.example", "z@x.example");
    correct("p", "k@x.example", "l@x.example");
    corrections_are(
        "p:a@x.example>b@x.example p:k@x.example>l@x.example q:a@x.example>z@x.example ");
    correct("p", "b@x.example", "c@x.example"); /* what was corrected is corrected once more */
    corrections_are("p:a@x.example>c@x.example p:b@x.example>c@x.example "
                    "p:k@x.example>l@x.example q:a@x.example>z@x.example ");
    ok(erase_registered(&party, &e, "a@x.example", &err)); /* their file has it still */
    correct("p", "c@x.example", "a@x.example");            /* and back */
    corrections_are("p:b@x.example>a@x.example p:c@x.example>a@x.example "
                    "p:k@x.example>l@x.example q:a@x.example>z@x.example ");
    ok(correction_forget(store, "p", &err));
    corrections_are("q:a@x.example>z@x.example ");
    ok(party_remove(store, "q", &err));
    corrections_are("");
    says(ERR_NOT_FOUND, erase_registered(&party, &e, "a@x.example", &err));
}
END_TEST

TCase *suite_register(void)
{
    TCase *tc = tcase_create("register");
    tcase_add_checked_fixture(tc, begin, suite_end);
    tcase_set_timeout(tc, 30);
    tcase_add_test(tc, a_contact_is_changed_field_by_field);
    tcase_add_test(tc, an_import_does_not_unpin_a_key_but_another_address_does);
    tcase_add_test(tc, contacts_keep_their_order_and_are_trimmed_from_behind);
    tcase_add_test(tc, a_corrected_address_is_followed_until_the_file_has_it);
    tcase_add_test(tc, what_is_installed_is_keyed_by_five_fields);
    tcase_add_test(tc, a_product_is_keyed_by_three_fields_and_changed_in_the_others);
    tcase_add_test(tc, a_key_is_kept_per_party_and_fingerprint);
    return tc;
}
