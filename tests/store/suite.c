#include "tests/store/suite.h"

#include <stdlib.h>
#include <string.h>

struct store *store;
struct arena *arena;
struct err err;

void suite_begin(void)
{
    suite_clean();
    arena = arena_new();
    ok(store_open(&store, suite_url(), STORE_CREATE, &err));
}

void suite_end(void)
{
    store_close(store);
    store = NULL;
    arena_free(arena);
    arena = NULL;
}

void suite_close(void)
{
    store_close(store);
    store = NULL;
}

void suite_reopen(enum store_mode mode)
{
    suite_close();
    ok(store_open(&store, suite_url(), mode, &err));
}

TCase *suite_case(const char *name)
{
    TCase *tc = tcase_create(name);
    tcase_add_checked_fixture(tc, suite_begin, suite_end);
    tcase_set_timeout(tc, 30);
    return tc;
}

Suite *suite_of_all(const char *name)
{
    static TCase *(*const cases[])(void) = {
        suite_store, suite_items,      suite_texts,     suite_log,     suite_advisory,
        suite_plan,  suite_checkpoint, suite_notice,    suite_queue,   suite_attempt,
        suite_party, suite_register,   suite_task,      suite_words,   suite_check,
        suite_cost,  suite_waiver,     suite_case_file, suite_digest,  suite_drill,
        suite_duty,  suite_hold,       suite_erase,     suite_migrate, suite_report};
    Suite *suite = suite_create(name);
    for (size_t i = 0; i < count_of(cases); i++)
        suite_add_tcase(suite, cases[i]());
    return suite;
}

int suite_run(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int64_t rows_of(const char *table)
{
    int64_t n = -1;
    ok(store_count(&n, store, table, &err));
    return n;
}

const char *blob_of(const char *text)
{
    char *name = arena_alloc(arena, 65);
    ok(blob_put(name, store, bytes_of(text), &err));
    return name;
}

struct advisory make_advisory(const char *tracking, const char *version)
{
    struct advisory a = {
        .uid = arena_printf(arena, "uid-%s-%s", tracking, version),
        .tracking = tracking,
        .version = version,
        .sha256 = blob_of(arena_printf(arena, "{%s %s}", tracking, version)),
        .title = "Überlauf im Infusionspumpen-Dienst",
        .tlp = TLP_AMBER,
        .state = ADVISORY_SUBMITTED,
        .submitted_ms = 1000,
    };
    ok(advisory_add(&a, store, &err));
    return a;
}

struct lane make_lane(int64_t advisory_id, const char *jurisdiction, enum party_kind kind,
                      const char *endpoint)
{
    struct lane l = {.advisory_id = advisory_id,
                     .jurisdiction = jurisdiction,
                     .kind = kind,
                     .endpoint = endpoint,
                     .priority = party_kind_priority(kind)};
    ok(lane_ensure(&l, store, &err));
    return l;
}

struct notice new_notice(int64_t advisory_id, int64_t lane_id, const char *party)
{
    return (struct notice){
        .uid = arena_printf(arena, "uid%" PRId64 "-%s", advisory_id, party),
        .advisory_id = advisory_id,
        .lane_id = lane_id,
        .party = party,
        .kind = NOTICE_IMMEDIATE,
        .state = STATE_PLANNED,
        .level = LEVEL_SEALED,
        .form = FORM_PERSONAL,
        .route = ROUTE_SMTP,
        .code = arena_printf(arena, "c%" PRId64 "%s", advisory_id, party),
        .token = arena_printf(arena, "t%" PRId64 "%s", advisory_id, party),
        .grade = GRADE_NONE,
    };
}

struct notice make_notice(int64_t advisory_id, int64_t lane_id, const char *party)
{
    struct notice n = new_notice(advisory_id, lane_id, party);
    ok(notice_add(&n, store, &err));
    return n;
}

struct case_file make_case(int64_t seq)
{
    struct case_file row = {.uid = arena_printf(arena, "uid%lld", (long long)seq),
                            .number = arena_printf(arena, "C-26-%lld", (long long)seq),
                            .year = 2026,
                            .seq = seq,
                            .source = SOURCE_RESEARCHER,
                            .state = CASE_RECEIVED,
                            .opened_ms = 100 + seq,
                            .state_ms = 100 + seq};
    ok(case_add(&row, store, &err));
    return row;
}

struct case_fact make_fact(int64_t case_id, const char *kind, int64_t at_ms)
{
    return (struct case_fact){.case_id = case_id,
                              .kind = kind,
                              .at_ms = at_ms,
                              .said = "2026-11-27T10:00-05:00",
                              .person = "a nurse",
                              .class = CLASS_EMPLOYEE,
                              .source = "mail",
                              .entered_by = "meyer",
                              .entered_ms = 9};
}

struct case_decision make_decision(int64_t case_id, const char *jurisdiction,
                                   enum reportability verdict)
{
    return (struct case_decision){.case_id = case_id,
                                  .jurisdiction = jurisdiction,
                                  .verdict = verdict,
                                  .reason = "because",
                                  .person = "meyer",
                                  .entered_by = "meyer",
                                  .at_ms = 3};
}
