#include "tests/store/suite.h"

#include "base/sha256.h"
#include "store/checkpoint.h"
#include "store/erase.h"
#include "store/inner.h"

#include <stdlib.h>
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

/* The entry that tells of it, with the list that belongs to it. */
static void tell(struct erase *e)
{
    char names[SHA256_HEX];
    struct log_head head;
    ok(log_head_get(&head, store, &err));
    ck_assert_int_eq(head.idx, e->idx);
    append("personal.erased", NULL);
    ok(erase_names(names, e, &err));
    ck_assert_int_eq(names[0] == '\0', e->erased_count == 0);
    if (names[0] != '\0')
        ok(log_value_add(store, e->idx, "data." ERASED_NAMES, "cc", names, &err));
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

/* Not blob_of: what is put again is there again. */
static const char *name_of(const char *text)
{
    char hex[SHA256_HEX];
    sha256_hex_of(hex, bytes_of(text));
    return arena_strdup(arena, hex);
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
    tell(&e);
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
    ck_assert(!is_there(name_of("to ann")));
    ck_assert(is_there(name_of("to bob")));
    ck_assert(is_there(name_of("one text for all")));
    ck_assert(!is_there(elsewhere));
    ck_assert_int_eq((int64_t)e.erased_count, 2);
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
    ck_assert_int_eq((int64_t)e.erased_count, 0);
    ck_assert(is_there(a.sha256));
    str_dispose(&got);
}
END_TEST

static int64_t kept_of(const char *text)
{
    struct erase e = {.store = store, .arena = arena};
    ok(erase_blobs(&e, &text, 1, &err));
    ck_assert_int_eq(e.kept + (int64_t)e.erased_count, 1);
    return e.kept;
}

START_TEST(what_persons_signed_about_rules_and_log_is_no_recipients_to_erase)
{
    static const struct {
        const char *kind, *field;
        bool kept;
    } rows[] = {
        {"rules.adopted", "data.signature_sha256", true}, {"epoch.end", "data.first_sha256", true},
        {"epoch.end", "data.second_sha256", true},        {"epoch.end", "data.reason", false},
        {"fault.detected", "data.first_sha256", false},
    };
    const char *const note = "a note";
    ok(meta_set(store, "rules.adopted", blob_of("the adoption in force"), &err));
    ck_assert_int_eq(kept_of("adoption"), 1);
    ok(meta_set(store, "epoch.first",
                arena_printf(arena, "weber\nAABB\n%s\n", blob_of("half of an end")), &err));
    ck_assert_int_eq(kept_of("half of an end"), 1);
    const struct checkpoint_row row = {.size = 1, .note = bytes_of(note), .at_ms = 1};
    ok(checkpoint_add(store, &row, &err));
    const struct stamp_row stamp = {.size = 1,
                                    .authority = "https://tsa.example",
                                    .token = bytes_of("token"),
                                    .at_ms = 1,
                                    .cert_end_ms = 2,
                                    .roots = blob_of("BEGIN CERTIFICATE")};
    ok(stamp_add(store, &stamp, &err));
    ck_assert_int_eq(kept_of("certificate"), 1);
    for (size_t i = 0; i < count_of(rows); i++) {
        const char *word = arena_printf(arena, "word%zu", i);
        struct log_head head, next;
        ok(log_head_get(&head, store, &err));
        next = head;
        next.idx++;
        ok(log_append(store, &head, &next, bytes_of("{}\n"), rows[i].kind, "-", 1, &err));
        ok(log_value_add(store, head.idx, rows[i].field, "aa", blob_of(word), &err));
        ck_assert_msg(kept_of(word) == rows[i].kept, "%s %s", rows[i].kind, rows[i].field);
    }
}
END_TEST

START_TEST(what_was_erased_and_is_put_again_is_there_again)
{
    struct erase e = {.store = store, .arena = arena};
    const char *const texts[] = {"alice"};
    const char *name = blob_of("the key of alice");
    ok(erase_blobs(&e, texts, 1, &err));
    ck_assert(!is_there(name));
    ck_assert_str_eq(blob_of("the key of alice"), name);
    ck_assert(is_there(name));
    ok(store_check(store, &err));
}
END_TEST

START_TEST(a_blob_that_says_erased_needs_the_entry_that_tells_so)
{
    struct erase e = {.store = store, .arena = arena, .idx = 0};
    const char *const texts[] = {"secret"};
    append("log.start", NULL);
    (void)blob_of("a secret text");
    ok(erase_blobs(&e, texts, 1, &err));
    ck_assert_int_eq((int64_t)e.erased_count, 1);
    says(ERR_CORRUPT, store_check(store, &err));
}
END_TEST

START_TEST(a_mark_excuses_the_blobs_that_its_entry_tells_of_and_no_other)
{
    static const char *const words[] = {"secret", "hidden"};
    const char *const other = blob_of("what somebody else did");
    append("log.start", NULL);
    (void)blob_of("a secret text");
    (void)blob_of("another secret text");
    (void)blob_of("a hidden text");
    for (size_t i = 0; i < count_of(words); i++) {
        struct erase e = {.store = store, .arena = arena, .idx = 1 + (int64_t)i};
        ok(erase_blobs(&e, &words[i], 1, &err));
        ck_assert_uint_eq(e.erased_count, 2 - i);
        tell(&e);
    }
    ok(store_check(store, &err));
    for (int idx = 0; idx < 4; idx++) { /* 3: there is no such entry */
        char *sql =
            xprintf("UPDATE blob SET data = CAST('" ERASED_BLOB
                    "%d of the evidence log\n' AS %s) WHERE sha256 = '%s'",
                    idx, text_equal(store_driver(store), "sqlite") ? "BLOB" : "BYTEA", other);
        ok(store->driver->ops->script(store->driver, sql, &err));
        free(sql);
        says(ERR_CORRUPT, store_check(store, &err));
        ck_assert_msg(strstr(err.text, other) != NULL, "%s", err.text);
    }
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

START_TEST(what_a_notice_on_its_way_is_told_by_is_not_erased)
{
    static const struct {
        enum notice_state state;
        bool over;
    } rows[] = {
        {STATE_PLANNED, false},  {STATE_SEALING, false},   {STATE_READY, false},
        {STATE_SENDING, false},  {STATE_DOTTED, false},    {STATE_UNCERTAIN, false},
        {STATE_ACCEPTED, false}, {STATE_TASKED, false},    {STATE_PASSED, true},
        {STATE_ANSWERED, true},  {STATE_SUPERSEDED, true}, {STATE_CANCELLED, true},
    };
    const struct advisory a = make_advisory("EXM-1", "1");
    const struct lane lane = make_lane(a.id, "DE", PARTY_HDO, "relay");
    for (size_t i = 0; i < count_of(rows); i++) {
        const char *host = arena_printf(arena, "mail%zu.example", i);
        const char *key = arena_printf(arena, "AABBCC%zu", i);
        struct erase e = {.store = store, .arena = arena};
        const char *person =
            arena_printf(arena, "meyer%zu", i); /* an alarm is named by its reader */
        struct notice n = new_notice(a.id, lane.id, arena_printf(arena, "%s C-1 CA-72", person));
        struct notice row;
        n.kind = NOTICE_ALARM;
        n.address = arena_printf(arena, "info@%s", host);
        n.key = key;
        n.state = rows[i].state;
        ok(notice_add(&n, store, &err));
        const char *const texts[] = {n.address, host, key, person};
        for (size_t k = 0; k < count_of(texts); k++) {
            enum status status = erase_words(&e, texts[k], &err);
            ck_assert_msg(status == (rows[i].over ? OK : ERR_REFUSED), "%s: %s",
                          notice_state_word(rows[i].state), texts[k]);
        }
        ok(notice_get(&row, arena, store, n.id, &err));
        ck_assert_str_eq(row.address, rows[i].over ? ERASED_MARK : n.address);
        ck_assert_str_eq(row.key, rows[i].over ? ERASED_MARK : key);
        ck_assert_int_eq(text_starts(row.party, ERASED_MARK " "), rows[i].over);
    }
}
END_TEST

START_TEST(the_words_of_an_open_task_are_not_erased)
{
    struct erase e = {.store = store, .arena = arena};
    struct task task = {.kind = TASK_CONFIG, .cause = "one", .title = "Ask Ann Ohnesorg"};
    struct task row;
    const struct task_item item = {.about = "h1", .detail = "her colleague Teichmann knows"};
    ok(task_open(&task, NULL, store, &err));
    ok(task_item_add(store, task.id, &item, &err));
    says(ERR_REFUSED, erase_words(&e, "ohnesorg", &err));
    says(ERR_REFUSED, erase_words(&e, "Teichmann", &err));
    ok(erase_words(&e, "Teich", &err)); /* no word of its own */
    task.done_by = "weber";
    ok(task_done(store, &task, &err));
    ok(erase_words(&e, "ohnesorg", &err));
    ok(task_get(&row, arena, store, task.id, &err));
    ck_assert_str_eq(row.title, ERASED_MARK);
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
    tcase_add_test(tc, what_persons_signed_about_rules_and_log_is_no_recipients_to_erase);
    tcase_add_test(tc, what_was_erased_and_is_put_again_is_there_again);
    tcase_add_test(tc, a_blob_that_says_erased_needs_the_entry_that_tells_so);
    tcase_add_test(tc, a_mark_excuses_the_blobs_that_its_entry_tells_of_and_no_other);
    tcase_add_test(tc, a_key_that_a_contact_uses_is_not_taken_away);
    tcase_add_test(tc, what_a_notice_on_its_way_is_told_by_is_not_erased);
    tcase_add_test(tc, the_words_of_an_open_task_are_not_erased);
    tcase_add_test(tc, the_store_is_written_anew_outside_a_transaction_only);
    return tc;
}
