#include "tests/store/suite.h"

#include "store/erase.h"

#include <string.h>

START_TEST(a_text_is_found_as_a_word_of_its_own_only)
{
    static const struct {
        const char *where, *text;
        bool has;
    } rows[] = {
        {"to ann@h.example now", "ann@h.example", true},
        {"<Ann@H.Example>", "ann@h.example", true},
        {"ann@h.example.", "ann@h.example", true},
        {"ann@h.example", "ann@h.example", true},
        {"joann@h.example", "ann@h.example", false},
        {"jo.ann@h.example", "ann@h.example", false},
        {"jo-ann@h.example", "ann@h.example", false},
        {"ann@h.example.org", "ann@h.example", false},
        {"ann@h.example-two", "ann@h.example", false},
        {"joann@h.example, ann@h.example", "ann@h.example", true},
        {"Dr.Alice Ohne", "alice ohne", true},
        {"Alice Ohnesorg", "alice ohne", false},
        {"\xc3\xa4lice", "lice", false},
        {"", "alice", false},
        {"alice", "", false},
    };
    for (size_t i = 0; i < count_of(rows); i++)
        ck_assert_msg(erase_has(bytes_of(rows[i].where), rows[i].text) == rows[i].has, "%s in %s",
                      rows[i].text, rows[i].where);
}
END_TEST

START_TEST(the_mark_of_an_erased_blob_is_read_and_nothing_like_it)
{
    static const char *const not_it[] = {"",
                                         "erased: entry 7 of the evidence log",
                                         "erased: entry  of the evidence log\n",
                                         "erased: entry -7 of the evidence log\n",
                                         "erased: entry 7x of the evidence log\n",
                                         "erased: entry 99999999999999999999 of the evidence log\n",
                                         " erased: entry 7 of the evidence log\n"};
    int64_t idx = 0;
    ck_assert(erase_mark_read(&idx, bytes_of("erased: entry 7 of the evidence log\n")));
    ck_assert_int_eq(idx, 7);
    for (size_t i = 0; i < count_of(not_it); i++)
        ck_assert_msg(!erase_mark_read(&idx, bytes_of(not_it[i])), "%s", not_it[i]);
}
END_TEST

static void append(const char *kind, const char *subj)
{
    struct log_head head, next;
    ok(log_head_get(&head, store, &err));
    next = head;
    next.idx++;
    ok(log_append(store, &head, &next, bytes_of("{}\n"), kind, subj, 1, &err));
    if (subj == NULL)
        return;
    ok(log_value_add(store, head.idx, "data.said", "aa", "550 <ann@h.example> is no more", &err));
    ok(log_value_add(store, head.idx, "data.party", "bb", "hospital", &err));
}

static struct notice sent(const struct advisory *a, const struct lane *lane, const char *party,
                          const char *address, const char *text)
{
    struct notice n = new_notice(a->id, lane->id, party);
    n.address = address;
    n.state = STATE_PASSED;
    ok(notice_add(&n, store, &err));
    struct parcel_row parcel = {.notice_id = n.id,
                                .message_id = n.uid,
                                .address = address,
                                .level = LEVEL_TLS,
                                .sha256 = blob_of(text),
                                .plain = blob_of("one text for all"),
                                .created_ms = 1};
    ok(parcel_add(&parcel, store, &err));
    append("attempt.outcome", n.uid);
    return n;
}

static bool is_there(const char *sha256)
{
    struct str got;
    str_init(&got, STR_LIMIT_TEXT);
    enum status status = blob_get(&got, store, sha256, &err);
    str_dispose(&got);
    ck_assert(status == OK || status == ERR_REFUSED);
    return status == OK;
}

START_TEST(what_is_kept_of_one_goes_and_what_is_of_others_stays)
{
    const char *salt = NULL, *value = NULL;
    const struct advisory a = make_advisory("EXM-1", "1");
    const struct lane lane = make_lane(a.id, "DE", PARTY_HDO, "relay");
    const struct notice ann = sent(&a, &lane, "h1", "Ann@h.example", "to ann");
    const struct notice bob = sent(&a, &lane, "h2", "bob@h.example", "to bob");
    struct erase e = {.store = store, .arena = arena, .idx = 2};
    const char *const texts[] = {"ann@h.example"};
    const char *elsewhere = blob_of("From: ann@h.example, fits no notice");
    ok(store_begin(store, &err));
    ok(erase_find(&e, "ann@H.EXAMPLE", &err));
    ck_assert_uint_eq(e.notice_count, 1);
    ck_assert_int_eq(e.notices[0], ann.id);
    ok(erase_notices(&e, &err));
    ok(erase_words(&e, texts[0], &err));
    ok(erase_blobs(&e, texts, 1, &err));
    append("personal.erased", NULL);
    ok(store_commit(store, &err));
    ok(store_scrub(store, &err));

    struct notice row;
    ok(notice_get(&row, arena, store, ann.id, &err));
    ck_assert_str_eq(row.address, ERASED_MARK);
    ck_assert_ptr_null(row.key);
    ok(notice_get(&row, arena, store, bob.id, &err));
    ck_assert_str_eq(row.address, "bob@h.example");
    ok(log_value_get(&salt, &value, arena, store, 0, "data.said", &err));
    ck_assert(salt == NULL && value == NULL);
    ok(log_value_get(&salt, &value, arena, store, 0, "data.party", &err));
    ck_assert_str_eq(value, "hospital");
    /* The same words behind bob's entry name her, too. */
    ok(log_value_get(&salt, &value, arena, store, 1, "data.said", &err));
    ck_assert_ptr_null(value);
    ck_assert_int_eq(e.values, 2);
    ck_assert(!is_there(blob_of("to ann")));
    ck_assert(is_there(blob_of("to bob")));
    ck_assert(is_there(blob_of("one text for all")));
    ck_assert(!is_there(elsewhere));
    ck_assert_int_eq(e.erased, 2);
    ok(store_check(store, &err));
    ok(erase_find(&e, "ann@h.example", &err));
    ck_assert_uint_eq(e.notice_count, 1); /* as before: found no more */
}
END_TEST

START_TEST(what_we_decided_is_no_recipients_to_erase)
{
    struct advisory a = make_advisory("EXM-1", "1");
    struct erase e = {.store = store, .arena = arena};
    struct str got;
    str_init(&got, STR_LIMIT_MAIL);
    ok(blob_get(&got, store, a.sha256, &err));
    const char *const texts[] = {str_text(&got)};
    ok(erase_blobs(&e, texts, 1, &err));
    ck_assert_int_eq(e.kept, 1);
    ck_assert_int_eq(e.erased, 0);
    ck_assert(is_there(a.sha256));
    str_dispose(&got);
}
END_TEST

START_TEST(a_blob_that_says_erased_needs_the_entry_that_tells_so)
{
    struct erase e = {.store = store, .arena = arena, .idx = 0};
    const char *const texts[] = {"secret"};
    append("log.start", NULL);
    (void)blob_of("a secret text");
    ok(erase_blobs(&e, texts, 1, &err));
    ck_assert_int_eq(e.erased, 1);
    says(ERR_CORRUPT, store_check(store, &err));
}
END_TEST

START_TEST(a_key_that_a_contact_uses_is_not_taken_away)
{
    const struct party party = {.id = "h1", .kind = PARTY_HDO, .country = "DE"};
    const struct key key = {.party = "h1",
                            .fpr = "AA",
                            .sub_fpr = "BB",
                            .email = "ann@h.example",
                            .state = "good",
                            .cert = blob_of("certificate")};
    struct contact contact = {
        .party = "h1", .seq = 1, .email = "bob@h.example", .route = ROUTE_SMTP, .key = "AA"};
    struct erase e = {.store = store, .arena = arena};
    struct key got;
    ok(party_put(store, &party, NULL, &err));
    ok(key_put(store, &key, &err));
    ok(contact_put(store, &contact, NULL, &err));
    says(ERR_REFUSED, erase_keys(&e, "ann@h.example", &err));
    ok(contact_trim(store, "h1", 0, &err));
    ok(erase_keys(&e, "ann@h.example", &err));
    ck_assert_int_eq(key_get(&got, arena, store, "h1", "AA", &err), ERR_NOT_FOUND);
    ok(erase_blobs(&e, NULL, 0, &err));
    ck_assert(!is_there(key.cert));
}
END_TEST

START_TEST(the_store_is_written_anew_outside_a_transaction_only)
{
    (void)make_advisory("EXM-1", "1");
    ok(store_begin(store, &err));
    ck_assert_int_eq(store_scrub(store, &err), ERR_INVALID);
    store_rollback(store);
    ok(store_scrub(store, &err));
    (void)make_advisory("EXM-2", "1"); /* and goes on */
    ck_assert_int_eq(rows_of("advisory"), 2);
    ok(store_check(store, &err));
}
END_TEST

TCase *suite_erase(void)
{
    TCase *tc = suite_case("erase");
    tcase_add_test(tc, a_text_is_found_as_a_word_of_its_own_only);
    tcase_add_test(tc, the_mark_of_an_erased_blob_is_read_and_nothing_like_it);
    tcase_add_test(tc, what_is_kept_of_one_goes_and_what_is_of_others_stays);
    tcase_add_test(tc, what_we_decided_is_no_recipients_to_erase);
    tcase_add_test(tc, a_blob_that_says_erased_needs_the_entry_that_tells_so);
    tcase_add_test(tc, a_key_that_a_contact_uses_is_not_taken_away);
    tcase_add_test(tc, the_store_is_written_anew_outside_a_transaction_only);
    return tc;
}
