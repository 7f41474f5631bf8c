#include "tests/store/suite.h"

#include "store/query.h"

#include <string.h>

/* The enums of base/word.h against the lists in the database's own CHECK constraints. */
#define WORDS_OF(name, type, count)                                                                \
    static const char *name##_at(int i)                                                            \
    {                                                                                              \
        return i < (int)(count) ? name##_word((type)i) : NULL;                                     \
    }
WORDS_OF(party_kind, enum party_kind, PARTY_KIND_COUNT)
WORDS_OF(route, enum route, ROUTE_COUNT)
WORDS_OF(tlp, enum tlp, TLP_COUNT)
WORDS_OF(level, enum level, LEVEL_COUNT)
WORDS_OF(notice_kind, enum notice_kind, NOTICE_KIND_COUNT)
WORDS_OF(form, enum form, FORM_COUNT)
WORDS_OF(notice_state, enum notice_state, STATE_COUNT)
WORDS_OF(verdict, enum verdict, VERDICT_COUNT)
WORDS_OF(grade, enum grade, GRADE_COUNT)
WORDS_OF(answer, enum answer, ANSWER_COUNT)
WORDS_OF(task_kind, enum task_kind, TASK_KIND_COUNT)
WORDS_OF(role, enum role, ROLE_COUNT)
WORDS_OF(advisory_state, enum advisory_state, ADVISORY_STATE_COUNT)
WORDS_OF(case_source, enum case_source, CASE_SOURCE_COUNT)
WORDS_OF(case_state, enum case_state, CASE_STATE_COUNT)
WORDS_OF(reportability, enum reportability, REPORTABILITY_COUNT)
WORDS_OF(fact_class, enum fact_class, FACT_CLASS_COUNT)
WORDS_OF(link_kind, enum link_kind, LINK_KIND_COUNT)
WORDS_OF(message_way, enum message_way, MESSAGE_WAY_COUNT)
WORDS_OF(duty_state, enum duty_state, DUTY_STATE_COUNT)
WORDS_OF(hold_state, enum hold_state, HOLD_STATE_COUNT)

static const char *verdict_or_lapsed_at(int i)
{
    return i == (int)VERDICT_COUNT ? "lapsed" : i > (int)VERDICT_COUNT ? NULL : verdict_at(i);
}

static const struct {
    const char *constraint;
    const char *(*word_at)(int i); /* NULL behind the last */
} lists[] = {
    {"party_kind_word", party_kind_at},
    {"contact_route_word", route_at},
    {"advisory_tlp_word", tlp_at},
    {"advisory_state_word", advisory_state_at},
    {"approval_role_word", role_at},
    {"lane_kind_word", party_kind_at},
    {"task_kind_word", task_kind_at},
    {"notice_kind_word", notice_kind_at},
    {"notice_state_word", notice_state_at},
    {"notice_level_word", level_at},
    {"notice_form_word", form_at},
    {"notice_route_word", route_at},
    {"notice_grade_word", grade_at},
    {"notice_answer_word", answer_at},
    {"parcel_level_word", level_at},
    {"receipt_grade_word", grade_at},
    {"attempt_verdict_word", verdict_or_lapsed_at},
    {"case_file_source_word", case_source_at},
    {"case_file_state_word", case_state_at},
    {"case_file_back_word", case_state_at},
    {"case_fact_class_word", fact_class_at},
    {"case_decision_verdict_word", reportability_at},
    {"case_link_kind_word", link_kind_at},
    {"case_message_way_word", message_way_at},
    {"source_review_source_word", case_source_at},
    {"duty_state_word", duty_state_at},
    {"hold_state_word", hold_state_at},
};

/* The quoted words of one list, as "|a|b|": from the first quote to the bracket that closes it. */
static const char *words_in(const char *definition)
{
    struct str words;
    str_init(&words, STR_LIMIT_LINE);
    str_add_c(&words, '|');
    const char *p = strchr(definition, '\'');
    while (p != NULL && *p != ')' && *p != ']' && *p != '\0') {
        if (*p == '\'') {
            const char *end = strchr(p + 1, '\'');
            ck_assert_ptr_nonnull(end);
            str_add_n(&words, p + 1, (size_t)(end - p - 1));
            str_add_c(&words, '|');
            p = end;
        }
        p++;
    }
    char *out = arena_strdup(arena, str_text(&words));
    str_dispose(&words);
    return out;
}

START_TEST(the_words_of_a_constraint_are_those_of_the_enum)
{
    const char *name = lists[_i].constraint;
    const char *definition = suite_constraint(name);
    ck_assert_msg(definition != NULL, "no constraint %s", name);
    const char *words = words_in(definition);
    size_t size = 1;
    for (int i = 0; lists[_i].word_at(i) != NULL; i++) {
        const char *word = arena_printf(arena, "|%s|", lists[_i].word_at(i));
        ck_assert_msg(strstr(words, word) != NULL, "%s lacks %s: %s", name, word, words);
        size += strlen(word) - 1;
    }
    ck_assert_msg(strlen(words) == size, "%s has more words than the enum: %s", name, words);
}
END_TEST

START_TEST(no_list_of_words_goes_unproven)
{
    ck_assert_int_eq(suite_word_constraints(), (int64_t)count_of(lists));
}
END_TEST

/* Whatever a caller writes there has a place in the list. */
START_TEST(every_way_of_a_receipt_is_known)
{
    static const char *const ways[] = {"smtp", "file",  "dsn",    "mdn",
                                       "mail", "phone", "letter", "task"};
    const struct advisory a = make_advisory("EXM-1", "1");
    const struct notice n = make_notice(a.id, make_lane(a.id, "DE", PARTY_HDO, "relay").id, "p");
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        struct receipt_row row = {.notice_id = n.id, .how = ways[i]};
        ok(receipt_add(&row, store, &err));
    }
}
END_TEST

static const struct {
    const char *table, *column;
} columns[] = {
    {"party", "kind"},
    {"contact", "route"},
    {"advisory", "tlp"},
    {"advisory", "state"},
    {"approval", "role"},
    {"approval", "form"},
    {"lane", "kind"},
    {"task", "kind"},
    {"notice", "kind"},
    {"notice", "state"},
    {"notice", "level"},
    {"notice", "form"},
    {"notice", "route"},
    {"notice", "grade"},
    {"notice", "answer"},
    {"parcel", "level"},
    {"attempt", "verdict"},
    {"receipt", "grade"},
    {"receipt", "how"},
    {"inbound", "outcome"},
    {"product", "state"},
    {"case_file", "source"},
    {"case_file", "state"},
    {"case_file", "back"},
    {"case_file", "disclosure"},
    {"case_event", "what"},
    {"case_fact", "class"},
    {"case_decision", "verdict"},
    {"case_link", "kind"},
    {"case_message", "way"},
    {"source_review", "source"},
};

static void fill_case(const char *sha256)
{
    const struct case_file c = make_case(1);
    struct case_event e = {.case_id = c.id, .what = "opened", .said = "received"};
    struct case_fact f = make_fact(c.id, "aware_manager", 1);
    struct case_decision d = make_decision(c.id, "DE", REPORTABLE);
    struct case_link l = {.case_id = c.id, .kind = LINK_CAPA, .ref = "7"};
    struct case_message m = {.case_id = c.id, .way = WAY_IN, .sha256 = sha256};
    struct source_review r = {.source = SOURCE_FEED, .person = "w"};
    ok(case_event_add(&e, store, &err));
    ok(case_fact_add(&f, store, &err));
    ok(case_decision_add(&d, store, &err));
    ok(case_link_add(&l, store, &err));
    ok(case_message_add(&m, store, &err));
    ok(source_review_add(&r, store, &err));
}

/* A row in every table, so that an UPDATE has something to be refused at. */
static int64_t fill(void)
{
    const struct party p = {.id = "p", .kind = PARTY_HDO, .country = "DE"};
    const struct contact c = {.party = "p", .seq = 1, .route = ROUTE_SMTP};
    const struct product d = {.product = "Pump"};
    struct advisory a = make_advisory("EXM-1", "1");
    struct approval s = {.advisory_id = a.id,
                         .person = "w",
                         .role = ROLE_PSIRT,
                         .fpr = "F",
                         .form = "text",
                         .sha256 = a.sha256};
    struct notice n = make_notice(a.id, make_lane(a.id, "DE", PARTY_HDO, "relay").id, "p");
    struct parcel_row parcel = {.notice_id = n.id, .message_id = "m", .sha256 = a.sha256};
    struct receipt_row r = {.notice_id = n.id, .how = "mail"};
    struct inbound_row i = {.sha256 = a.sha256, .kind = "dsn", .outcome = "applied"};
    struct task t = {.cause = "c", .title = "t"};
    ok(party_put(store, &p, NULL, &err));
    ok(contact_put(store, &c, NULL, &err));
    ok(product_put(store, &d, NULL, &err));
    ok(approval_add(&s, store, &err));
    ok(parcel_add(&parcel, store, &err));
    struct attempt attempt = {.notice_id = n.id, .parcel_id = parcel.id};
    ok(attempt_add(&attempt, store, &err));
    ok(receipt_add(&r, store, &err));
    ok(inbound_add(&i, store, &err));
    ok(task_open(&t, NULL, store, &err));
    fill_case(a.sha256);
    return a.id;
}

START_TEST(a_word_that_nobody_knows_is_refused_everywhere)
{
    static const char *const wrong[] = {"", "Planned", "smtp ", "unknown", "none'"};
    (void)fill();
    for (size_t i = 0; i < count_of(columns); i++) {
        /* Lives as long as the store: its address is its name. */
        const char *sql =
            arena_printf(arena, "UPDATE %s SET %s = $1", columns[i].table, columns[i].column);
        for (size_t j = 0; j < count_of(wrong); j++) {
            struct query q;
            query_init(&q, store, sql);
            query_put_text(&q, wrong[j]);
            enum status status = query_run(&q, &err);
            ck_assert_msg(status == ERR_INVALID, "%s.%s takes \"%s\": %s", columns[i].table,
                          columns[i].column, wrong[j], status_word(status));
        }
    }
}
END_TEST

START_TEST(a_word_that_slipped_in_is_corrupt_when_it_is_read)
{
    struct notice n;
    struct advisory a;
    int64_t advisory_id = fill();
    suite_without_checks("UPDATE notice SET state = 'lost'", "notice", "notice_state_word");
    suite_without_checks("UPDATE advisory SET tlp = 'PUCE'", "advisory", "advisory_tlp_word");
    says(ERR_CORRUPT, notice_by_uid(&n, arena, store, new_notice(advisory_id, 0, "p").uid, &err));
    says(ERR_CORRUPT, advisory_find(&a, arena, store, "EXM-1", NULL, &err));
    suite_close();
    suite_wipe();
}
END_TEST

START_TEST(the_priority_in_the_register_is_that_of_the_kind)
{
    for (int i = 0; i < (int)PARTY_KIND_COUNT; i++) {
        const struct party p = {
            .id = party_kind_word((enum party_kind)i), .kind = (enum party_kind)i, .country = "DE"};
        struct query q;
        ok(party_put(store, &p, NULL, &err));
        query_init(&q, store, "SELECT priority FROM party WHERE id = $1");
        query_put_text(&q, p.id);
        ck_assert(query_next(&q));
        ck_assert_int_eq(query_int(&q), party_kind_priority(p.kind));
        ok(query_end(&q, &err));
    }
}
END_TEST

TCase *suite_words(void)
{
    TCase *tc = suite_case("words");
    tcase_add_loop_test(tc, the_words_of_a_constraint_are_those_of_the_enum, 0,
                        (int)count_of(lists));
    tcase_add_test(tc, no_list_of_words_goes_unproven);
    tcase_add_test(tc, every_way_of_a_receipt_is_known);
    tcase_add_test(tc, a_word_that_nobody_knows_is_refused_everywhere);
    tcase_add_test(tc, a_word_that_slipped_in_is_corrupt_when_it_is_read);
    tcase_add_test(tc, the_priority_in_the_register_is_that_of_the_kind);
    return tc;
}
