/* Mails that report flaws: each once, counted, and without its sender when that is erased. */
#include "tests/store/suite.h"

#include "store/erase.h"
#include "store/report.h"

#include <string.h>

static struct report_row new_report(const char *text, const char *outcome, int64_t at_ms)
{
    return (struct report_row){.sha256 = blob_of(text),
                               .outcome = outcome,
                               .sender = "ann@h.example",
                               .message_id = arena_printf(arena, "%s@h.example", text),
                               .at_ms = at_ms};
}

START_TEST(a_report_comes_back_as_it_was_written_and_comes_once)
{
    struct report_row *got = NULL;
    struct report_part *parts = NULL;
    size_t count = 0;
    struct case_file c = make_case(1);
    struct report_row r = new_report("one", "opened", 1000);
    struct report_row again = r;
    r.case_id = c.id;
    r.reason = "no answer: a list wrote it";
    r.text = blob_of("words");
    r.encrypted = true;
    ok(report_add(&r, store, &err));
    says(ERR_EXISTS, report_add(&again, store, &err));
    struct report_part part = {.report_id = r.id,
                               .name = "crash.pcap",
                               .type = "application/pcap",
                               .size = 5,
                               .sha256 = blob_of("bytes")};
    ok(report_part_add(&part, store, &err));
    ok(report_list(&got, &count, arena, store, c.id, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(got[0].sha256, r.sha256);
    ck_assert_str_eq(got[0].outcome, "opened");
    ck_assert_str_eq(got[0].reason, r.reason);
    ck_assert_str_eq(got[0].sender, "ann@h.example");
    ck_assert_str_eq(got[0].message_id, "one@h.example");
    ck_assert_str_eq(got[0].text, r.text);
    ck_assert(got[0].encrypted && got[0].notice_id == 0 && got[0].at_ms == 1000);
    ok(report_parts(&parts, &count, arena, store, r.id, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(parts[0].name, "crash.pcap");
    ck_assert_str_eq(parts[0].type, "application/pcap");
    ck_assert_int_eq(parts[0].size, 5);
    ck_assert_str_eq(parts[0].sha256, part.sha256);
    ok(report_twin(&again, arena, store, "one@h.example", r.text, &err));
    ck_assert_int_eq(again.id, r.id);
    says(ERR_NOT_FOUND, report_twin(&again, arena, store, "one@h.example", r.sha256, &err));
    says(ERR_NOT_FOUND, report_twin(&again, arena, store, "other@h.example", r.text, &err));
    struct report_row bad = new_report("two", "eaten", 1);
    says(ERR_INVALID, report_add(&bad, store, &err));
}
END_TEST

START_TEST(what_came_lately_is_counted)
{
    static const struct {
        const char *text, *outcome, *sender;
        int64_t at_ms;
        bool answered;
    } mails[] = {
        {"a", "opened", "ann@h.example", 100, true},
        {"b", "opened", "Ann@H.example", 5000, true},
        {"c", "joined", "ann@h.example", 5000, false},
        {"d", "opened", "bob@h.example", 5000, true},
        {"e", "opened", "bob@h.example", 1000, true},
        {"f", "gathered", "eve@h.example", 5000, false},
    };
    struct report_tally tally;
    const int64_t advisory = make_advisory("EXM-1", "1").id;
    const int64_t lane = make_lane(advisory, "DE", PARTY_REPORTER, "relay").id;
    for (size_t i = 0; i < count_of(mails); i++) {
        struct report_row r = new_report(mails[i].text, mails[i].outcome, mails[i].at_ms);
        struct report_row got;
        r.sender = mails[i].sender;
        if (mails[i].answered)
            r.notice_id = make_notice(advisory, lane, mails[i].text).id;
        ok(report_add(&r, store, &err));
        if (mails[i].answered) {
            ok(report_of_notice(&got, arena, store, r.notice_id, &err));
            ck_assert_int_eq(got.id, r.id);
        }
    }
    ok(report_count(&tally, store, "ann@h.example", 1000, 99, &err));
    ck_assert_int_eq(tally.opened, 2); /* behind the instant, not at it */
    ck_assert_int_eq(tally.answered, 2);
    ck_assert_int_eq(tally.answered_sender, 2);
    ok(report_count(&tally, store, "ann@h.example", 1000, 100, &err));
    ck_assert_int_eq(tally.answered_sender, 1);
    ok(report_count(&tally, store, NULL, 9000, 9000, &err));
    ck_assert_int_eq(tally.opened + tally.answered + tally.answered_sender, 0);
}
END_TEST

START_TEST(who_sent_it_is_erased)
{
    struct erase e = {.store = store, .arena = arena};
    struct report_row *got = NULL;
    struct report_part *parts = NULL;
    size_t count = 0;
    struct report_row r = new_report("one", "passed", 1);
    ok(report_add(&r, store, &err));
    struct report_part part = {.report_id = r.id,
                               .name = "cv of ann@h.example",
                               .type = "a/ann@h.example",
                               .sha256 = blob_of("x")};
    ok(report_part_add(&part, store, &err));
    struct str before, after;
    str_init(&before, STR_LIMIT_LINE);
    str_init(&after, STR_LIMIT_LINE);
    report_part_line(&before, &part);
    ok(erase_words(&e, "ann@h.example", &err));
    ok(report_range(&got, &count, arena, store, 0, 10, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(got[0].sender, ERASED_MARK);
    ok(report_parts(&parts, &count, arena, store, r.id, &err));
    ck_assert_str_eq(parts[0].name, ERASED_MARK);
    ck_assert_str_eq(parts[0].type, ERASED_MARK);
    report_part_line(&after, &parts[0]);
    ck_assert_str_eq(str_text(&before), str_text(&after)); /* the log's hash of it stands */
    str_dispose(&after);
    str_dispose(&before);
}
END_TEST

TCase *suite_report(void)
{
    TCase *tc = suite_case("report");
    tcase_add_test(tc, a_report_comes_back_as_it_was_written_and_comes_once);
    tcase_add_test(tc, what_came_lately_is_counted);
    tcase_add_test(tc, who_sent_it_is_erased);
    return tc;
}
