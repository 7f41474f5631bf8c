/* Recomputing a chain: every manipulation is found, and the first bad entry is named. */
#include "tests/evidence/sample.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH 300
#define ROUNDS 100 /* of each manipulation */

static struct sample_chain chain;

static void make(void)
{
    sample_chain_make(&chain, LENGTH);
}

static void drop(void)
{
    sample_chain_dispose(&chain);
}

/* Recomputes a whole text, line by line, as a verifier would. */
static struct entry_check recompute(struct bytes text)
{
    struct entry_check check;
    entry_check_init(&check);
    for (size_t at = 0; at < text.size;) {
        const unsigned char *end = memchr(text.data + at, '\n', text.size - at);
        size_t size = end != NULL ? (size_t)(end - text.data) + 1 - at : text.size - at;
        if (!entry_check_line(&check, (struct bytes){text.data + at, size}))
            break;
        at += size;
    }
    return check;
}

/* Good in itself and of the length and head that were kept elsewhere. */
static bool proven(const struct entry_check *check)
{
    return check->reason == NULL && check->head.idx == chain.head.idx &&
           sha256_equal(&check->head.prev, &chain.head.prev);
}

/* Numbers that are the same in each run. */
static size_t next_number(size_t below)
{
    static uint64_t state = 20261127;
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (size_t)(state >> 33) % below;
}

START_TEST(an_untouched_chain_is_good)
{
    struct entry_check check = recompute(str_bytes(&chain.text));
    ck_assert_msg(check.reason == NULL, "entry %lld: %s", (long long)check.bad_idx, check.reason);
    ck_assert(proven(&check));
    ck_assert_int_eq(check.bad_idx, -1);
}
END_TEST

static void add_line(struct str *out, size_t i)
{
    struct bytes line = sample_line(&chain, i);
    str_add_n(out, line.data, line.size);
}

/* A well-formed entry that follows entry i - 1 as it should. */
static void add_forged(struct str *out, size_t i)
{
    struct entry_head head = {.idx = (int64_t)i};
    struct clock clock;
    clock_init_stopped(&clock, INT64_C(1795804800000) + (int64_t)i * 3);
    if (i > 0)
        head.prev = chain.leaves[i - 1];
    struct entry *entry = entry_new("heartbeat", "dispatcher", NULL);
    entry_int(entry, "notices_open", 1);
    entry_int(entry, "tasks_open", 1);
    ck_assert_int_eq(entry_seal(out, NULL, &head, entry, &clock, NULL), OK);
    entry_free(entry);
}

enum manipulation { FLIP, DELETE, DOUBLE, SWAP, INSERT, REPLACE, TRUNCATE, CUT, MANIPULATIONS };
static const char *const names[MANIPULATIONS] = {"flip",   "delete",  "duplicate", "swap",
                                                 "insert", "replace", "truncate",  "cut"};

/*
 * Writes the chain with entry i manipulated. *first and *last: between which the first bad entry
 * must be named; LENGTH is "nowhere": only the head that was kept elsewhere shows it.
 */
static void manipulate(struct str *out, enum manipulation how, size_t i, size_t *first,
                       size_t *last)
{
    size_t other = (i + 1 + next_number(LENGTH - 1)) % LENGTH;
    size_t low = i < other ? i : other;
    size_t high = i < other ? other : i;
    *first = *last = i;
    for (size_t n = 0; n < LENGTH; n++) {
        if (n == i && how == INSERT)
            add_forged(out, i);
        if (n == i && how == REPLACE)
            add_forged(out, i);
        else if (how == SWAP && (n == low || n == high))
            add_line(out, n == low ? high : low);
        else if (!(n == i && how == DELETE) && !(n >= i && how == TRUNCATE))
            add_line(out, n);
        if (n == i && how == DOUBLE)
            add_line(out, n);
    }
    if (how == FLIP) {
        size_t size = chain.at[i + 1] - chain.at[i];
        out->data[chain.at[i] + next_number(size)] ^= (char)(1 << next_number(8));
        *last = i + 1; /* when the entry is still well-formed, its follower shows it */
    } else if (how == CUT) {
        str_truncate(out, chain.at[i] + 1 + next_number(chain.at[i + 1] - chain.at[i] - 1));
    } else if (how == SWAP) {
        *first = *last = low;
    } else if (how == DOUBLE || how == INSERT || how == REPLACE) {
        *first = *last = i + 1;
    } else if (how == TRUNCATE) {
        *first = *last = LENGTH;
    }
    if (how == DELETE && i == LENGTH - 1)
        *first = *last = LENGTH;
}

START_TEST(each_manipulation_is_found_and_named)
{
    enum manipulation how = (enum manipulation)_i;
    int found = 0;
    for (int round = 0; round < ROUNDS; round++) {
        size_t first = 0, last = 0;
        size_t i = next_number(LENGTH);
        struct str text;
        str_init(&text, STR_LIMIT_TEXT);
        manipulate(&text, how, i, &first, &last);
        struct entry_check check = recompute(str_bytes(&text));
        ck_assert_msg(!proven(&check), "%s of entry %zu was not found", names[how], i);
        if (check.reason == NULL) /* only the head that was kept elsewhere shows it */
            ck_assert_msg(last >= LENGTH, "%s of entry %zu", names[how], i);
        else
            ck_assert_msg(check.bad_idx >= (int64_t)first && check.bad_idx <= (int64_t)last,
                          "%s of entry %zu: entry %lld: %s", names[how], i,
                          (long long)check.bad_idx, check.reason);
        found++;
        str_dispose(&text);
    }
    printf("%s: %d of %d found\n", names[how], found, ROUNDS);
}
END_TEST

START_TEST(every_single_bit_of_an_entry_matters)
{
    size_t i = LENGTH / 2;
    for (size_t at = chain.at[i]; at < chain.at[i + 1]; at++)
        for (int bit = 0; bit < 8; bit++) {
            struct entry_check check;
            entry_check_init(&check);
            check.head = (struct entry_head){(int64_t)i, chain.leaves[i - 1]};
            chain.text.data[at] ^= (char)(1 << bit);
            bool good = entry_check_line(&check, sample_line(&chain, i));
            chain.text.data[at] ^= (char)(1 << bit);
            ck_assert(!good || !sha256_equal(&check.head.prev, &chain.leaves[i]));
        }
}
END_TEST

/* A good line, of a reserved kind, whose data may be anything; @prev@ stands for 64 zeros, @boot@
 * for a boot id. */
static const char good_line[] =
    "{\"actor\":\"command\",\"at\":\"2026-11-27T18:40:00.000Z\",\"boot\":\"@boot@\",\"data\":{},"
    "\"idx\":0,\"kind\":\"node.lease\",\"prev\":\"@prev@\",\"subj\":\"-\",\"up_ms\":5,\"v\":1}\n";

static const struct {
    const char *old, *put; /* put in place of old in good_line */
    const char *reason;
} faults[] = {
    {"\"v\":1", "\"v\":1", NULL},
    {"\n", "", "not-canonical"},
    {"\n", "\n\n", "not-canonical"},
    {"\n", " \n", "not-canonical"},
    {"\n", "\r\n", "not-canonical"},
    {"{\"actor\"", " {\"actor\"", "not-canonical"},
    {"\"v\":1", "\"v\": 1", "not-canonical"},
    {"\"v\":1", "\"v\":1.0", "not-canonical"},
    {"\"v\":1", "\"v\":1e0", "not-canonical"},
    {"\"v\":1", "\"v\":1,\"v\":1", "not-canonical"},
    {"\"idx\":0", "\"idx\":-0", "not-canonical"},
    {"{}", "{\"b\":1,\"a\":2}", "not-canonical"},
    {"{}", "{\"A\":1}", "not-canonical"},
    {"{}", "{\"\":1}", "not-canonical"},
    {"{}", "{\"a\":9007199254740992}", "not-canonical"},
    {"{}", "{\"a\":0.5}", "not-canonical"},
    {"{}", "{\"a\":\"\\u0041\"}", "not-canonical"},
    {"{}", "{\"a\":\"\\u000A\"}", "not-canonical"},
    {"{}", "{\"a\":\"\\/\"}", "not-canonical"},
    {"{}", "{\"a\":\"\x7F\"}", "not-canonical"},
    {"{}", "{\"a\":\"\xFF\"}", "not-canonical"},
    {"{}", "{\"a\":\"\\ud800\"}", "not-canonical"},
    {"{}", "{\"a\":[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]}", "not-canonical"},
    {"{}", "{\"a\":[[[[[[[[[[[[[1]]]]]]]]]]]]]}", NULL},
    {"{}", "{\"a\":\"\\u001f\\\"\\\\\\n\xC3\xA4\",\"b\":[true,null]}", NULL},
    {"{\"actor\"", "[{\"actor\"", "not-canonical"},
    {"\"v\":1", "\"v\":2", "bad-version"},
    {"\"v\":1", "\"v\":0", "bad-version"},
    {"\"v\":1", "\"v\":\"1\"", "bad-member"},
    {",\"v\":1", "", "bad-member"},
    {"\"v\":1", "\"v\":1,\"w\":1", "bad-member"},
    {"\"actor\":\"command\",", "", "bad-member"},
    {"\"command\"", "\"\"", "bad-member"},
    {"\"command\"", "\"comm\xC3\xA4nd\"", "bad-member"},
    {"\"command\"", "7", "bad-member"},
    {"00.000Z", "00Z", "bad-member"},
    {"2026-11-27", "2026-02-30", "bad-member"},
    {"@boot@", "12", "bad-member"},
    {"@boot@", "ABCDEFABCDEFABCDEFABCDEFABCDEFAB", "bad-member"},
    {"{}", "[]", "bad-member"},
    {"{}", "null", "bad-member"},
    {"\"-\"", "\"\"", "bad-member"},
    {"\"-\"", "null", "bad-member"},
    {":5", ":-5", "bad-member"},
    {"\"node.lease\"", "\"node.lease\\u0000\"", "bad-member"},
    {"\"node.lease\"", "1", "bad-member"},
    {"@prev@", "00", "bad-member"},
    {"\"idx\":0", "\"idx\":1", "bad-index"},
    {"\"idx\":0", "\"idx\":-1", "bad-index"},
    {"@prev@", "0000000000000000000000000000000000000000000000000000000000000001", "bad-prev"},
    {"node.lease", "node.begin", "bad-kind"},
    {"node.lease", "log.start", "bad-data"}, /* "{}" is all of a reserved kind, not of this one */
};

static char *replace(const char *text, const char *old, const char *put)
{
    const char *at = strstr(text, old);
    return at == NULL ? xstrdup(text)
                      : xprintf("%.*s%s%s", (int)(at - text), text, put, at + strlen(old));
}

START_TEST(a_line_with_one_fault_has_its_reason)
{
    struct entry_check check;
    char *broken = replace(good_line, faults[_i].old, faults[_i].put);
    char *with_prev = replace(broken, "@prev@",
                              "0000000000000000000000000000000000000000000000000000000000000000");
    char *line = replace(with_prev, "@boot@", "0123456789abcdef0123456789abcdef");
    entry_check_init(&check);
    bool good = entry_check_line(&check, bytes_of(line));
    ck_assert_int_eq(good, faults[_i].reason == NULL);
    ck_assert_msg(text_equal(check.reason, faults[_i].reason), "%s gave %s", line, check.reason);
    ck_assert_int_eq(check.bad_idx, good ? -1 : 0);
    free(line);
    free(with_prev);
    free(broken);
}
END_TEST

START_TEST(a_line_above_the_limit_is_too_long)
{
    struct entry_check check;
    struct str line;
    str_init(&line, STR_LIMIT_TEXT);
    while (line.size < ENTRY_LIMIT)
        str_add_c(&line, 'x');
    str_add_c(&line, '\n');
    entry_check_init(&check);
    ck_assert(!entry_check_line(&check, str_bytes(&line)));
    ck_assert_str_eq(check.reason, "too-long");
    str_dispose(&line);
}
END_TEST

START_TEST(after_a_fault_nothing_is_good_any_more)
{
    struct entry_check check;
    entry_check_init(&check);
    ck_assert(entry_check_line(&check, sample_line(&chain, 0)));
    ck_assert(!entry_check_line(&check, sample_line(&chain, 2)));
    ck_assert_str_eq(check.reason, "bad-index");
    ck_assert(!entry_check_line(&check, sample_line(&chain, 1)));
    ck_assert_str_eq(check.reason, "bad-index");
    ck_assert_int_eq(check.bad_idx, 1);
}
END_TEST

START_TEST(uptime_never_goes_back_within_one_boot)
{
    struct entry_head head = {0};
    struct entry_check check;
    struct clock clock;
    entry_check_init(&check);
    clock_init_stopped(&clock, 1000000);
    for (int i = 0; i < 3; i++) {
        struct str line;
        struct entry *entry = entry_new("attempt.dot", "dispatcher", "5f0c");
        entry_int(entry, "attempt", i);
        str_init(&line, STR_LIMIT_LINE);
        clock.base_ms += i == 2 ? -1 : 0;
        ck_assert_int_eq(entry_seal(&line, NULL, &head, entry, &clock, NULL), OK);
        ck_assert_int_eq(entry_check_line(&check, str_bytes(&line)), i < 2);
        entry_free(entry);
        str_dispose(&line);
    }
    ck_assert_str_eq(check.reason, "time-backwards-in-boot");
    ck_assert_int_eq(check.bad_idx, 2);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("evidence.check");
    TCase *tc = tcase_create("check");
    tcase_add_checked_fixture(tc, make, drop);
    tcase_set_timeout(tc, 30);
    tcase_add_test(tc, an_untouched_chain_is_good);
    tcase_add_loop_test(tc, each_manipulation_is_found_and_named, 0, MANIPULATIONS);
    tcase_add_test(tc, every_single_bit_of_an_entry_matters);
    tcase_add_test(tc, after_a_fault_nothing_is_good_any_more);
    suite_add_tcase(suite, tc);
    TCase *lines = tcase_create("lines");
    tcase_add_loop_test(lines, a_line_with_one_fault_has_its_reason, 0,
                        (int)(sizeof faults / sizeof faults[0]));
    tcase_add_test(lines, a_line_above_the_limit_is_too_long);
    tcase_add_test(lines, uptime_never_goes_back_within_one_boot);
    suite_add_tcase(suite, lines);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
