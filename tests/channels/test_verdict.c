#include "channels/smtp_verdict.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

static struct reply reply_of(int code)
{
    struct reply reply = {.code = code};
    if (code > 0)
        (void)snprintf(reply.said, sizeof reply.said, "%d text", code);
    return reply;
}

static const struct row {
    const char *name;
    bool dot, complete, sent;
    int rcpt_code, message_code;
    int mail, rcpt, data, end; /* the transcript's */
    enum verdict verdict;
    int code;
    bool about_us;
} rows[] = {
    /* clang-format off */
    {"taken",                       true,  true,  true,  250, 250, 250, 250, 354, 250, VERDICT_ACCEPTED,  250, false},
    {"taken, forwarded",            true,  true,  true,  251, 250, 250, 251, 354, 250, VERDICT_ACCEPTED,  250, false},
    {"library not complete",        true,  false, true,  250, 250, 250, 250, 354, 250, VERDICT_UNCERTAIN, 250, false},
    {"no event",                    true,  true,  false, 250, 250, 250, 250, 354, 250, VERDICT_UNCERTAIN, 250, false},
    {"library says 354",            true,  true,  true,  250, 354, 250, 250, 354, 250, VERDICT_UNCERTAIN, 250, false},
    {"library says nothing",        true,  true,  true,  250, 0,   250, 250, 354, 250, VERDICT_UNCERTAIN, 250, false},
    {"library says 250, cut reply", true,  true,  true,  250, 250, 250, 250, 354, 0,   VERDICT_UNCERTAIN, 0,   false},
    {"library says 250, then 550",  true,  true,  true,  250, 250, 250, 250, 354, 550, VERDICT_UNCERTAIN, 550, false},
    {"library says 550, then 250",  true,  true,  true,  250, 550, 250, 250, 354, 250, VERDICT_UNCERTAIN, 250, false},
    {"recipient unknown to us",     true,  true,  true,  250, 250, 250, 0,   354, 250, VERDICT_UNCERTAIN, 250, false},
    {"recipient refused, accepted", true,  true,  true,  550, 250, 250, 550, 354, 250, VERDICT_UNCERTAIN, 250, false},
    {"no 354",                      true,  true,  true,  250, 250, 250, 250, 0,   250, VERDICT_UNCERTAIN, 250, false},
    {"later, at the end",           true,  false, true,  250, 451, 250, 250, 354, 451, VERDICT_DEFERRED,  451, false},
    {"no, at the end",              true,  true,  true,  250, 554, 250, 250, 354, 554, VERDICT_REFUSED,   554, false},
    {"closing, at the end",         true,  false, true,  250, 421, 250, 250, 354, 421, VERDICT_DEFERRED,  421, false},
    {"354 at the end",              true,  false, true,  250, 354, 250, 250, 354, 354, VERDICT_UNCERTAIN, 354, false},
    {"lost after the end",          true,  false, false, 250, 354, 250, 250, 354, 0,   VERDICT_UNCERTAIN, 0,   false},
    {"unknown recipient",           false, true,  true,  550, 554, 250, 550, 554, 0,   VERDICT_REFUSED,   550, false},
    {"recipient later",             false, false, true,  450, 554, 250, 450, 554, 0,   VERDICT_DEFERRED,  450, false},
    {"recipient needs AUTH",        false, true,  true,  530, 554, 250, 530, 554, 0,   VERDICT_DEFERRED,  530, true},
    {"DATA no",                     false, false, true,  250, 554, 250, 250, 554, 0,   VERDICT_REFUSED,   554, false},
    {"DATA later",                  false, false, true,  250, 451, 250, 250, 451, 0,   VERDICT_DEFERRED,  451, false},
    {"DATA said 250",               false, false, true,  250, 250, 250, 250, 250, 0,   VERDICT_DEFERRED,  0,   false},
    {"sender no",                   false, false, false, 0,   0,   550, 0,   0,   0,   VERDICT_DEFERRED,  550, true},
    {"sender later",                false, false, false, 0,   0,   451, 0,   0,   0,   VERDICT_DEFERRED,  451, false},
    {"too large",                   false, false, false, 0,   0,   552, 0,   0,   0,   VERDICT_REFUSED,   552, false},
    {"nothing yet",                 false, false, false, 0,   0,   0,   0,   0,   0,   VERDICT_DEFERRED,  0,   false},
    {"cancelled in the message",    false, false, false, 250, 354, 250, 250, 354, 0,   VERDICT_DEFERRED,  0,   false},
    /* The library believes in an acceptance although no end was ever sent. */
    {"believed too early",          false, true,  true,  250, 250, 250, 250, 354, 250, VERDICT_DEFERRED,  0,   false},
    /* clang-format on */
};

static void decide(struct receipt *out, const struct row *row)
{
    struct facts facts = {.dot = row->dot,
                          .complete = row->complete,
                          .sent = row->sent,
                          .rcpt_code = row->rcpt_code,
                          .message_code = row->message_code,
                          .mail = reply_of(row->mail),
                          .rcpt = reply_of(row->rcpt),
                          .data = reply_of(row->data),
                          .end = reply_of(row->end),
                          .why = ""};
    receipt_init(out);
    transaction_verdict(out, &facts);
    receipt_dispose(out);
}

START_TEST(each_row_of_the_table)
{
    const struct row *row = &rows[_i];
    struct receipt receipt;
    decide(&receipt, row);
    ck_assert_msg(receipt.verdict == row->verdict, "%s: %s", row->name,
                  verdict_word(receipt.verdict));
    ck_assert_msg(receipt.code == row->code, "%s: %d", row->name, receipt.code);
    ck_assert_msg(receipt.config_fault == row->about_us, "%s", row->name);
    ck_assert_msg(receipt.endpoint_fault == row->about_us, "%s", row->name);
    ck_assert_msg(receipt.said[0] != '\0', "%s", row->name);
}
END_TEST

static bool is_yes(int code)
{
    return code / 100 == 2;
}

/* P6 over every combination, in other words than the code's. */
static void check_combination(const struct row *row)
{
    struct receipt receipt;
    decide(&receipt, row);
    bool both_yes = row->dot && row->complete && row->sent && is_yes(row->rcpt_code) &&
                    is_yes(row->rcpt) && is_yes(row->end) && row->message_code == row->end &&
                    row->data == 354;
    bool both_no = row->dot && row->sent && row->end >= 400 && row->message_code == row->end;
    ck_assert_int_eq(receipt.verdict == VERDICT_ACCEPTED, both_yes);
    if (row->dot)
        ck_assert_int_eq(receipt.verdict == VERDICT_UNCERTAIN, !both_yes && !both_no);
    else
        ck_assert_int_ne(receipt.verdict, VERDICT_UNCERTAIN);
    if (receipt.verdict == VERDICT_REFUSED)
        ck_assert_int_eq(receipt.code / 100, 5);
}

START_TEST(accepted_only_with_both_witnesses_and_uncertain_whenever_the_end_is_not_decided)
{
    static const int codes[] = {0, 250, 354, 451, 550};
    int seen = 0;
    for (unsigned bits = 0; bits < 8; bits++)
        for (int i = 0; i < 3125; i++) {
            struct row row = {.dot = (bits & 1) != 0,
                              .complete = (bits & 2) != 0,
                              .sent = (bits & 4) != 0,
                              .rcpt_code = codes[i % 5],
                              .message_code = codes[i / 5 % 5],
                              .mail = 250,
                              .rcpt = codes[i / 25 % 5],
                              .data = codes[i / 125 % 5],
                              .end = codes[i / 625]};
            check_combination(&row);
            seen++;
        }
    ck_assert_int_eq(seen, 25000);
}
END_TEST

START_TEST(a_fault_of_the_opening_blames_the_endpoint_and_quotes_its_reply)
{
    struct facts facts = {.opening = true, .why = "AUTH refused: 535 no", .config_fault = true};
    struct receipt receipt;
    facts.refusal = reply_of(535);
    receipt_init(&receipt);
    transaction_verdict(&receipt, &facts);
    ck_assert_int_eq(receipt.verdict, VERDICT_DEFERRED);
    ck_assert_int_eq(receipt.code, 535);
    ck_assert_str_eq(receipt.said, "AUTH refused: 535 no");
    ck_assert(receipt.endpoint_fault && receipt.config_fault);
    receipt_dispose(&receipt);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("channels.verdict");
    TCase *tc = tcase_create("verdict");
    tcase_add_loop_test(tc, each_row_of_the_table, 0, COUNT(rows));
    tcase_add_test(tc,
                   accepted_only_with_both_witnesses_and_uncertain_whenever_the_end_is_not_decided);
    tcase_add_test(tc, a_fault_of_the_opening_blames_the_endpoint_and_quotes_its_reply);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
