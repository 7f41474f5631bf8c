#include "tests/store/suite.h"

#include <string.h>

static int64_t advisory_id, lane_id;

static void begin(void)
{
    suite_begin();
    advisory_id = make_advisory("EXM-1", "1").id;
    lane_id = make_lane(advisory_id, "DE", PARTY_HDO, "mail.example.com:587").id;
}

static void same_notice(const struct notice *a, const struct notice *b)
{
    const char *const texts[][2] = {
        {a->uid, b->uid},   {a->party, b->party}, {a->address, b->address}, {a->key, b->key},
        {a->code, b->code}, {a->token, b->token}, {a->answer, b->answer},   {a->why, b->why}};
    const int64_t numbers[][2] = {
        {a->id, b->id},
        {a->advisory_id, b->advisory_id},
        {a->lane_id, b->lane_id},
        {a->contact_id, b->contact_id},
        {a->kind, b->kind},
        {a->state, b->state},
        {a->level, b->level},
        {a->form, b->form},
        {a->route, b->route},
        {a->next_at_ms, b->next_at_ms},
        {a->deadline_ms, b->deadline_ms},
        {a->answer_by_ms, b->answer_by_ms},
        {a->tries, b->tries},
        {a->sendings, b->sendings},
        {a->crashes, b->crashes},
        {a->parcel_id, b->parcel_id},
        {a->attempt_id, b->attempt_id},
        {a->task_id, b->task_id},
        {a->grade, b->grade},
        {a->created_ms, b->created_ms},
        {a->changed_ms, b->changed_ms},
        {a->accepted_ms, b->accepted_ms},
    };
    for (size_t i = 0; i < count_of(texts); i++)
        ck_assert_msg(text_equal(texts[i][0], texts[i][1]), "text %zu", i);
    for (size_t i = 0; i < count_of(numbers); i++)
        ck_assert_msg(numbers[i][0] == numbers[i][1], "number %zu", i);
}

static struct notice full_notice(void)
{
    struct notice n = new_notice(advisory_id, lane_id, "klinik-süd");
    n.contact_id = 4711;
    n.address = "psirt@example.org";
    n.key = "ABCD";
    n.next_at_ms = 1;
    n.deadline_ms = 2;
    n.answer_by_ms = 3;
    n.tries = 4;
    n.sendings = 5;
    n.crashes = 6;
    n.why = "421 später";
    n.created_ms = 7;
    n.changed_ms = 8;
    n.accepted_ms = INT64_C(1) << 41;
    return n;
}

START_TEST(a_notice_comes_back_by_each_of_its_names)
{
    struct notice got, n = full_notice();
    ok(notice_add(&n, store, &err));
    ck_assert_int_gt(n.id, 0);
    ok(notice_get(&got, arena, store, n.id, &err));
    same_notice(&got, &n);
    ok(notice_by_token(&got, arena, store, n.token, &err));
    same_notice(&got, &n);
    ok(notice_by_code(&got, arena, store, n.code, &err));
    same_notice(&got, &n);
    ok(notice_by_uid(&got, arena, store, n.uid, &err));
    same_notice(&got, &n);
    says(ERR_NOT_FOUND, notice_get(&got, arena, store, n.id + 1, &err));
    says(ERR_NOT_FOUND, notice_by_token(&got, arena, store, n.code, &err));
    says(ERR_NOT_FOUND, notice_by_code(&got, arena, store, n.token, &err));
    says(ERR_NOT_FOUND, notice_by_uid(&got, arena, store, "", &err));
}
END_TEST

/* Words of the i-th value of every enum at once; the longest has 12. */
START_TEST(every_word_can_be_stored_and_read)
{
    struct notice got, n = make_notice(advisory_id, lane_id, "p");
    enum notice_state from = n.state;
    n.state = (enum notice_state)(_i % (int)STATE_COUNT);
    n.level = (enum level)(_i % (int)LEVEL_COUNT);
    n.form = (enum form)(_i % (int)FORM_COUNT);
    n.route = (enum route)(_i % (int)ROUTE_COUNT);
    n.grade = (enum grade)(_i % (int)GRADE_COUNT);
    n.answer = answer_word((enum answer)(_i % (int)ANSWER_COUNT));
    ok(notice_update(store, &n, from, &err));
    ok(notice_get(&got, arena, store, n.id, &err));
    same_notice(&got, &n);
    struct notice other = new_notice(advisory_id, lane_id, "q");
    other.kind = (enum notice_kind)(_i % (int)NOTICE_KIND_COUNT);
    ok(notice_add(&other, store, &err));
    ok(notice_get(&got, arena, store, other.id, &err));
    same_notice(&got, &other);
    n.answer = "perhaps";
    says(ERR_INVALID, notice_update(store, &n, n.state, &err));
}
END_TEST

START_TEST(a_party_is_told_once_per_advisory_and_kind)
{
    struct notice first = make_notice(advisory_id, lane_id, "p"), again;
    for (int i = 0; i < 4; i++) {
        again = new_notice(advisory_id, lane_id, i == 0 ? "p" : "q");
        again.uid = i == 1 ? first.uid : "u";
        again.code = i == 2 ? first.code : "c";
        again.token = i == 3 ? first.token : "t";
        says(ERR_EXISTS, notice_add(&again, store, &err));
        ck_assert_int_eq(again.id, 0);
    }
    again = new_notice(advisory_id, lane_id, "p");
    again.kind = NOTICE_UPDATE;
    again.uid = again.code = again.token = "other";
    ok(notice_add(&again, store, &err));
    ck_assert_int_eq(rows_of("notice"), 2);
}
END_TEST

START_TEST(a_notice_that_points_nowhere_is_invalid)
{
    struct notice n = make_notice(advisory_id, lane_id, "p");
    struct notice bad = new_notice(advisory_id, lane_id + 1, "q");
    says(ERR_INVALID, notice_add(&bad, store, &err));
    bad = new_notice(advisory_id + 1, lane_id, "q");
    says(ERR_INVALID, notice_add(&bad, store, &err));
    bad = new_notice(advisory_id, lane_id, NULL);
    bad.uid = bad.code = bad.token = "x";
    says(ERR_INVALID, notice_add(&bad, store, &err));
    n.parcel_id = 5;
    says(ERR_INVALID, notice_update(store, &n, STATE_PLANNED, &err));
    n.parcel_id = 0;
    n.attempt_id = 5;
    says(ERR_INVALID, notice_update(store, &n, STATE_PLANNED, &err));
    n.attempt_id = 0;
    n.task_id = 5;
    says(ERR_INVALID, notice_update(store, &n, STATE_PLANNED, &err));
}
END_TEST

START_TEST(a_notice_moves_only_from_where_it_stands)
{
    struct notice got, n = make_notice(advisory_id, lane_id, "p");
    n.state = STATE_SEALING;
    says(ERR_STALE, notice_update(store, &n, STATE_READY, &err));
    ok(notice_update(store, &n, STATE_PLANNED, &err));
    says(ERR_STALE, notice_update(store, &n, STATE_PLANNED, &err));
    ok(notice_get(&got, arena, store, n.id, &err));
    ck_assert_int_eq(got.state, STATE_SEALING);
    n.id++;
    says(ERR_STALE, notice_update(store, &n, STATE_SEALING, &err));
}
END_TEST

START_TEST(names_and_party_do_not_change_with_an_update)
{
    struct notice got, n = make_notice(advisory_id, lane_id, "p"), changed = n;
    changed.uid = changed.code = changed.token = changed.party = "other";
    changed.kind = NOTICE_DIGEST;
    changed.tries = 9;
    ok(notice_update(store, &changed, STATE_PLANNED, &err));
    n.tries = 9;
    ok(notice_get(&got, arena, store, n.id, &err));
    same_notice(&got, &n);
}
END_TEST

/* What a filter finds, as the parties' letters in order of id. */
static const char *found(struct notice_filter filter)
{
    struct notice *list = NULL;
    size_t count = 0;
    struct str text;
    str_init(&text, STR_LIMIT_LINE);
    ok(notice_list(&list, &count, arena, store, &filter, &err));
    for (size_t i = 0; i < count; i++)
        str_add(&text, list[i].party);
    char *out = arena_strdup(arena, str_text(&text));
    str_dispose(&text);
    return out;
}

START_TEST(a_list_is_filtered_by_every_field_and_paged)
{
    int64_t other = make_advisory("EXM-2", "1").id;
    int64_t other_lane = make_lane(other, "FR", PARTY_HDO, "outbox").id;
    static const enum notice_state states[] = {STATE_PLANNED, STATE_SENDING, STATE_TASKED};
    int64_t ids[6];
    for (int i = 0; i < 6; i++) {
        const char name[2] = {(char)('a' + i % 3 + i / 3 * 3), 0};
        struct notice n = new_notice(i < 3 ? advisory_id : other, i < 3 ? lane_id : other_lane,
                                     arena_strdup(arena, name));
        n.state = states[i % 3];
        ok(notice_add(&n, store, &err));
        ids[i] = n.id;
    }
    const struct {
        struct notice_filter filter;
        const char *want;
    } rows[] = {
        {{0}, "abcdef"},
        {{.limit = 2}, "ab"},
        {{.after_id = ids[3]}, "ef"},
        {{.after_id = ids[1], .limit = 3}, "cde"},
        {{.advisory_id = other}, "def"},
        {{.advisory_id = other, .after_id = ids[4]}, "f"},
        {{.party = "b"}, "b"},
        {{.party = "b", .states = 1u << STATE_PLANNED}, ""},
        {{.party = "zz"}, ""},
        {{.states = 1u << STATE_SENDING}, "be"},
        {{.states = 1u << STATE_SENDING | 1u << STATE_TASKED}, "bcef"},
        {{.states = 1u << STATE_SENDING | 1u << STATE_DOTTED, .advisory_id = other}, "e"},
        {{.states = 1u << STATE_PLANNED | 1u << STATE_TASKED, .advisory_id = other}, "df"},
        {{.states = 1u << STATE_ANSWERED}, ""},
        {{.task_id = 7}, ""},
    };
    for (size_t i = 0; i < count_of(rows); i++)
        ck_assert_msg(strcmp(found(rows[i].filter), rows[i].want) == 0, "row %zu: %s", i,
                      found(rows[i].filter));
}
END_TEST

START_TEST(a_list_without_a_limit_stops_at_500)
{
    struct notice *list = NULL;
    size_t count = 0;
    struct notice_filter filter = {0};
    ok(store_begin(store, &err));
    for (int i = 0; i < 501; i++)
        (void)make_notice(advisory_id, lane_id, arena_printf(arena, "p%03d", i));
    ok(store_commit(store, &err));
    ok(notice_list(&list, &count, arena, store, &filter, &err));
    ck_assert_uint_eq(count, 500);
    filter.after_id = list[499].id;
    ok(notice_list(&list, &count, arena, store, &filter, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(list[0].party, "p500");
}
END_TEST

START_TEST(the_tally_counts_per_state_level_and_kind)
{
    struct notice_tally *list = NULL;
    size_t count = 0;
    int64_t regulator = make_lane(advisory_id, "DE", PARTY_REGULATOR, "task").id;
    int64_t other = make_advisory("EXM-2", "1").id;
    int64_t other_lane = make_lane(other, "DE", PARTY_HDO, "outbox").id;
    static const int64_t deadlines[] = {0, 900, 500, 700};
    for (int i = 0; i < 4; i++) {
        struct notice n = new_notice(advisory_id, lane_id, arena_printf(arena, "h%d", i));
        n.deadline_ms = deadlines[i];
        ok(notice_add(&n, store, &err));
    }
    (void)make_notice(advisory_id, regulator, "r");
    (void)make_notice(other, other_lane, "x");
    ok(notice_tally(&list, &count, arena, store, advisory_id, &err));
    ck_assert_uint_eq(count, 2);
    for (size_t i = 0; i < count; i++) {
        const bool hdo = list[i].kind == PARTY_HDO;
        ck_assert_int_eq(list[i].advisory_id, advisory_id);
        ck_assert_int_eq(list[i].state, STATE_PLANNED);
        ck_assert_int_eq(list[i].level, LEVEL_SEALED);
        ck_assert_int_eq(list[i].count, hdo ? 4 : 1);
        ck_assert_int_eq(list[i].earliest_deadline_ms, hdo ? 500 : 0); /* 0 is none, not soon */
    }
    ok(notice_tally(&list, &count, arena, store, 0, &err));
    ck_assert_uint_eq(count, 3);
    ok(notice_tally(&list, &count, arena, store, 99, &err));
    ck_assert_uint_eq(count, 0);
}
END_TEST

START_TEST(the_tally_adds_up_lanes_and_keeps_levels_apart)
{
    struct notice_tally *list = NULL;
    size_t count = 0;
    const int64_t lanes[] = {lane_id, make_lane(advisory_id, "FR", PARTY_HDO, "relay").id};
    for (int level = 0; level < (int)LEVEL_COUNT; level++)
        for (int i = 0; i <= level + 1; i++) {
            struct notice n =
                new_notice(advisory_id, lanes[i % 2], arena_printf(arena, "h%d.%d", level, i));
            n.level = (enum level)level;
            n.deadline_ms = i == 0 ? 0 : 1000 * (level + 1) - i;
            ok(notice_add(&n, store, &err));
        }
    ok(notice_tally(&list, &count, arena, store, 0, &err));
    ck_assert_uint_eq(count, LEVEL_COUNT);
    for (size_t i = 0; i < count; i++) {
        const int level = (int)list[i].level;
        ck_assert(i == 0 || strcmp(level_word(list[i - 1].level), level_word(list[i].level)) < 0);
        ck_assert_int_eq(list[i].count, level + 2);
        ck_assert_int_eq(list[i].earliest_deadline_ms, 1000 * (level + 1) - (level + 1));
    }
}
END_TEST

/* On both databases alike; who is listed, and why, is in the tests of the list itself. */
START_TEST(who_has_not_answered_is_listed_with_a_phone)
{
    struct unanswered *list = NULL;
    size_t count = 0;
    struct notice n[3];
    struct party party = {.id = "h0", .kind = PARTY_HDO, .country = "DE", .group = "north"};
    struct contact first = {.party = "h0", .seq = 1, .email = "a@h0.example", .route = ROUTE_SMTP};
    struct contact second = {.party = "h0", .seq = 2, .phone = "+49 30 1", .route = ROUTE_PHONE};
    ok(party_put(store, &party, NULL, &err));
    ok(contact_put(store, &first, NULL, &err));
    ok(contact_put(store, &second, NULL, &err));
    for (size_t i = 0; i < 3; i++) {
        n[i] = new_notice(advisory_id, lane_id, arena_printf(arena, "h%zu", i));
        n[i].state = i == 1 ? STATE_ANSWERED : STATE_PASSED;
        n[i].answer_by_ms = 1000;
        ok(notice_add(&n[i], store, &err));
    }
    ok(notice_unanswered(&list, &count, arena, store, advisory_id, 0, 1, 500, &err));
    ck_assert_uint_eq(count, 2);
    ck_assert_str_eq(list[0].group, "north");
    ck_assert_str_eq(list[0].phone, "+49 30 1");
    ck_assert_int_eq(list[0].tried_ms, 0);
    ck_assert_str_eq(list[1].party, "h2"); /* is in no register: what was planned outlives it */
    ck_assert_str_eq(list[1].country, "DE");
    ck_assert_ptr_null(list[1].phone);
    ok(notice_unanswered(&list, &count, arena, store, advisory_id, n[0].id, 1, 500, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_int_eq(list[0].notice_id, n[2].id);
}
END_TEST

TCase *suite_notice(void)
{
    TCase *tc = tcase_create("notice");
    tcase_add_checked_fixture(tc, begin, suite_end);
    tcase_set_timeout(tc, 30);
    tcase_add_test(tc, a_notice_comes_back_by_each_of_its_names);
    tcase_add_loop_test(tc, every_word_can_be_stored_and_read, 0, (int)STATE_COUNT);
    tcase_add_test(tc, a_party_is_told_once_per_advisory_and_kind);
    tcase_add_test(tc, a_notice_that_points_nowhere_is_invalid);
    tcase_add_test(tc, a_notice_moves_only_from_where_it_stands);
    tcase_add_test(tc, names_and_party_do_not_change_with_an_update);
    tcase_add_test(tc, a_list_is_filtered_by_every_field_and_paged);
    tcase_add_test(tc, a_list_without_a_limit_stops_at_500);
    tcase_add_test(tc, who_has_not_answered_is_listed_with_a_phone);
    tcase_add_test(tc, the_tally_counts_per_state_level_and_kind);
    tcase_add_test(tc, the_tally_adds_up_lanes_and_keeps_levels_apart);
    return tc;
}
