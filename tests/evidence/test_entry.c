/* Writing entries: canonical bytes, the chain, commitments, and what the writer refuses. */
#include "evidence/tree.h"
#include "tests/evidence/sample.h"

#include "base/json.h"

#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ENOUGH 400

static struct clock stopped(void)
{
    struct clock clock;
    clock_init_stopped(&clock, INT64_C(1795804800000)); /* 2026-11-27T18:40:00Z */
    return clock;
}

static struct entry *heartbeat(void)
{
    struct entry *entry = entry_new("heartbeat", "dispatcher", NULL);
    entry_int(entry, "notices_open", 7);
    entry_int(entry, "tasks_open", 0);
    return entry;
}

/* Runs jq -cS over the file `in`; false when there is no jq. */
static bool run_jq(struct str *out, FILE *in)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        if (dup2(fileno(in), STDIN_FILENO) < 0 || dup2(ends[1], STDOUT_FILENO) < 0)
            _exit(126);
        (void)execlp("jq", "jq", "-cS", ".", (char *)NULL);
        _exit(errno == ENOENT ? 127 : 126);
    }
    (void)close(ends[1]);
    char buffer[4096];
    for (ssize_t got; (got = read(ends[0], buffer, sizeof buffer)) > 0;)
        str_add_n(out, buffer, (size_t)got);
    (void)close(ends[0]);
    int state = 0;
    ck_assert_int_eq(waitpid(child, &state, 0), child);
    ck_assert(WIFEXITED(state));
    if (WEXITSTATUS(state) == 127)
        return false;
    ck_assert_int_eq(WEXITSTATUS(state), 0);
    return true;
}

START_TEST(every_kind_is_written_as_jq_writes_it)
{
    struct sample_chain chain;
    struct str by_jq;
    FILE *file = tmpfile();
    ck_assert_ptr_nonnull(file);
    str_init(&by_jq, STR_LIMIT_TEXT);
    sample_chain_make(&chain, ENOUGH);
    ck_assert_uint_eq(fwrite(str_text(&chain.text), 1, chain.text.size, file), chain.text.size);
    ck_assert_int_eq(fflush(file), 0);
    rewind(file);
    if (run_jq(&by_jq, file)) {
        ck_assert_uint_eq(by_jq.size, chain.text.size);
        ck_assert(bytes_equal(str_bytes(&by_jq), str_bytes(&chain.text)));
        printf("%d entries of all kinds are what jq -cS prints\n", ENOUGH);
    } else {
        printf("SKIP: jq is not installed: nothing is compared with it\n");
    }
    (void)fclose(file);
    str_dispose(&by_jq);
    sample_chain_dispose(&chain);
}
END_TEST

START_TEST(a_line_has_the_members_of_the_format)
{
    struct entry_head head = {0};
    struct sha256 leaf;
    struct err err = {0};
    struct clock clock = stopped();
    struct str line;
    char want[1024];
    struct entry *entry = heartbeat();
    str_init(&line, STR_LIMIT_TEXT);
    ck_assert_int_eq(entry_seal(&line, &leaf, &head, entry, &clock, &err), OK);
    (void)snprintf(want, sizeof want,
                   "{\"actor\":\"dispatcher\",\"at\":\"2026-11-27T18:40:00.000Z\",\"boot\":\"%s\","
                   "\"data\":{\"notices_open\":7,\"tasks_open\":0},\"idx\":0,\"kind\":"
                   "\"heartbeat\",\"prev\":\"%064d\",\"subj\":\"-\",\"up_ms\":1795804800000,"
                   "\"v\":1}\n",
                   clock_boot_id(), 0);
    ck_assert_str_eq(str_text(&line), want);

    struct sha256 own;
    tree_leaf(&own, str_bytes(&line));
    ck_assert(sha256_equal(&own, &leaf));
    ck_assert(sha256_equal(&head.prev, &leaf));
    ck_assert_int_eq(head.idx, 1);
    entry_free(entry);
    str_dispose(&line);
}
END_TEST

START_TEST(each_entry_carries_the_leaf_of_the_one_before)
{
    struct sample_chain chain;
    char hex[SHA256_HEX] = "";
    char member[100];
    sample_chain_make(&chain, 50);
    for (size_t i = 1; i < chain.count; i++) {
        struct bytes line = sample_line(&chain, i);
        (void)snprintf(member, sizeof member, ",\"prev\":\"%s\",",
                       sha256_hex(hex, &chain.leaves[i - 1]));
        ck_assert_ptr_nonnull(memmem(line.data, line.size, member, strlen(member)));
    }
    ck_assert_int_eq(chain.head.idx, 50);
    sample_chain_dispose(&chain);
}
END_TEST

START_TEST(a_personal_value_stands_there_as_a_commitment_only)
{
    struct entry_head head = {0};
    struct err err = {0};
    struct clock clock = stopped();
    struct str line;
    const struct entry_value *values = NULL;
    struct entry *entry = entry_new("key.refused", "command", NULL);
    entry_personal(entry, "fpr", NULL);
    entry_personal(entry, "party", "St. J\xC3\xBCrgen Hospital");
    entry_text(entry, "reason", "RSA of 1024 bits");
    entry_text(entry, "state", "weak");
    str_init(&line, STR_LIMIT_TEXT);
    ck_assert_int_eq(entry_seal(&line, NULL, &head, entry, &clock, &err), OK);
    ck_assert_ptr_null(strstr(str_text(&line), "Hospital"));
    ck_assert_ptr_nonnull(strstr(str_text(&line), "\"fpr\":null,\"party\":\"c1:"));
    ck_assert_uint_eq(entry_values(&values, entry), 1);
    ck_assert_str_eq(values[0].field, "data.party");
    ck_assert_str_eq(values[0].value, "St. J\xC3\xBCrgen Hospital");
    ck_assert_uint_eq(strlen(values[0].salt), 64);

    struct bytes all = str_bytes(&line);
    ck_assert(entry_check_value(all, "data.party", values[0].salt, values[0].value));
    ck_assert(!entry_check_value(all, "data.party", values[0].salt, "St. Jurgen Hospital"));
    ck_assert(!entry_check_value(all, "data.party", values[0].salt, ""));
    ck_assert(!entry_check_value(all, "data.fpr", values[0].salt, values[0].value));
    ck_assert(!entry_check_value(all, "data.reason", values[0].salt, values[0].value));
    ck_assert(!entry_check_value(all, "party", values[0].salt, values[0].value));
    ck_assert(!entry_check_value(all, "data..party", values[0].salt, values[0].value));
    ck_assert(!entry_check_value(all, "", values[0].salt, values[0].value));
    ck_assert(!entry_check_value(all, "data.party", "00", values[0].value));
    ck_assert(!entry_check_value(bytes_of("no JSON\n"), "data.party", values[0].salt, "x"));
    entry_free(entry);
    str_dispose(&line);
}
END_TEST

START_TEST(the_same_value_never_has_the_same_commitment)
{
    const struct entry_value *values = NULL;
    struct entry *entry = entry_new("notice.cancelled", "command", "5f0c");
    entry_personal(entry, "by", "weber");
    entry_personal(entry, "reason", "weber");
    ck_assert_uint_eq(entry_values(&values, entry), 2);
    ck_assert_str_ne(values[0].salt, values[1].salt);
    entry_free(entry);
}
END_TEST

/* SHA-256(32 bytes of 0x00 to 0x1f, "weber"), made with: (printf %s $salt | xxd -r -p; printf
 * weber) | sha256sum */
START_TEST(a_commitment_is_what_standard_tools_compute)
{
    static const char line[] =
        "{\"data\":{\"to\":\"c1:"
        "0aba2a9e11657125e19f14c12134720c376ea2a4c4b6f3899916527ec9c3367b\"}}\n";
    ck_assert(entry_check_value(bytes_of(line), "data.to",
                                "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
                                "weber"));
}
END_TEST

START_TEST(an_entry_that_is_too_long_is_refused_and_changes_nothing)
{
    struct entry_head head = {.idx = 5};
    struct err err = {0};
    struct clock clock = stopped();
    struct str line;
    str_init(&line, STR_LIMIT_TEXT);
    for (size_t size = ENTRY_LIMIT - 400; size <= ENTRY_LIMIT; size += 400) {
        char *reason = xcalloc(size + 1, 1);
        memset(reason, 'x', size);
        struct entry *entry = entry_new("notice.held", "dispatcher", "5f0c");
        entry_null(entry, "until");
        entry_text(entry, "why", reason);
        enum status status = entry_seal(&line, NULL, &head, entry, &clock, &err);
        if (size < ENTRY_LIMIT) {
            ck_assert_int_eq(status, OK);
            ck_assert_uint_le(line.size, ENTRY_LIMIT);
        } else {
            ck_assert_int_eq(status, ERR_LIMIT);
            ck_assert_ptr_nonnull(strstr(err.text, "65535"));
        }
        entry_free(entry);
        free(reason);
    }
    ck_assert_int_eq(head.idx, 6);
    ck_assert_ptr_null(strstr(str_text(&line), "\"idx\":6"));
    str_dispose(&line);
}
END_TEST

START_TEST(the_longest_entry_has_65535_bytes_with_its_newline)
{
    struct entry_head head = {0};
    struct err err = {0};
    struct clock clock = stopped();
    struct str line;
    str_init(&line, STR_LIMIT_TEXT);
    size_t longest = 0;
    for (size_t size = ENTRY_LIMIT - 330; size < ENTRY_LIMIT; size++) {
        char *reason = xcalloc(size + 1, 1);
        memset(reason, 'x', size);
        struct entry *entry = entry_new("notice.superseded", "dispatcher", "5f0c");
        entry_text(entry, "by", reason);
        str_reset(&line);
        head = (struct entry_head){0};
        bool sealed = entry_seal(&line, NULL, &head, entry, &clock, &err) == OK;
        entry_free(entry);
        free(reason);
        if (!sealed)
            break;
        longest = line.size;
    }
    ck_assert_uint_eq(longest, ENTRY_LIMIT);
    str_dispose(&line);
}
END_TEST

START_TEST(text_that_is_not_utf8_is_refused)
{
    struct entry_head head = {0};
    struct err err = {0};
    struct clock clock = stopped();
    struct str line;
    struct entry *entry = entry_new("notice.cancelled", "command", "5f0c");
    entry_personal(entry, "by", "weber");
    entry_personal(entry, "reason", _i == 0 ? "M\xFCnchen" : "\xED\xA0\x80");
    str_init(&line, STR_LIMIT_TEXT);
    ck_assert_int_eq(entry_seal(&line, NULL, &head, entry, &clock, &err), ERR_INVALID);
    ck_assert_uint_eq(line.size, 0);
    ck_assert_int_eq(head.idx, 0);
    entry_free(entry);
    str_dispose(&line);
}
END_TEST

static void seal(struct entry *entry)
{
    struct entry_head head = {0};
    struct clock clock = stopped();
    struct str line;
    str_init(&line, STR_LIMIT_TEXT);
    ck_assert_int_eq(entry_seal(&line, NULL, &head, entry, &clock, NULL), OK);
}

/* Bugs of the caller: each must stop the process before anything is written. */
START_TEST(a_bug_in_the_shape_stops_the_process)
{
    struct entry *entry = NULL;
    switch (_i) {
    case 0:
        (void)entry_new("no.such.kind", "dispatcher", NULL);
        break;
    case 1:
        (void)entry_new("node.lease", "dispatcher", NULL); /* reserved */
        break;
    case 2:
        (void)entry_new("heartbeat", "dispatch\xC3\xABr", NULL);
        break;
    case 3:
        (void)entry_new("heartbeat", "dispatcher", "");
        break;
    case 4: /* missing at the end */
        entry = entry_new("heartbeat", "dispatcher", NULL);
        entry_int(entry, "notices_open", 7);
        seal(entry);
        break;
    case 5: /* missing at the beginning */
        entry = entry_new("heartbeat", "dispatcher", NULL);
        entry_int(entry, "tasks_open", 7);
        seal(entry);
        break;
    case 6: /* too many */
        entry = heartbeat();
        entry_int(entry, "zeal", 7);
        seal(entry);
        break;
    case 7: /* another name */
        entry = entry_new("heartbeat", "dispatcher", NULL);
        entry_int(entry, "notices_opened", 7);
        entry_int(entry, "tasks_open", 7);
        seal(entry);
        break;
    case 8: /* another type */
        entry = entry_new("heartbeat", "dispatcher", NULL);
        entry_text(entry, "notices_open", "7");
        entry_int(entry, "tasks_open", 7);
        seal(entry);
        break;
    case 9: /* a person in clear */
        entry = entry_new("notice.cancelled", "command", "5f0c");
        entry_text(entry, "by", "weber");
        entry_personal(entry, "reason", "no need");
        seal(entry);
        break;
    case 10: /* order of names */
        entry = entry_new("heartbeat", "dispatcher", NULL);
        entry_int(entry, "tasks_open", 7);
        entry_int(entry, "notices_open", 7);
        break;
    case 11: /* a hash that is none */
        entry = entry_new("attempt.begin", "dispatcher", "5f0c");
        entry_int(entry, "attempt", 1);
        entry_text(entry, "endpoint", "outbox");
        entry_text(entry, "parcel_sha256", "E3B0");
        entry_int(entry, "sending", 1);
        entry_null(entry, "why");
        seal(entry);
        break;
    default: /* a list left open */
        entry = entry_new("advisory.refused", "command", NULL);
        entry_int(entry, "count", 1);
        json_out_array(entry_data(entry), "findings");
        seal(entry);
        break;
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("evidence.entry");
    TCase *tc = tcase_create("entry");
    tcase_add_test(tc, every_kind_is_written_as_jq_writes_it);
    tcase_add_test(tc, a_line_has_the_members_of_the_format);
    tcase_add_test(tc, each_entry_carries_the_leaf_of_the_one_before);
    tcase_add_test(tc, a_personal_value_stands_there_as_a_commitment_only);
    tcase_add_test(tc, the_same_value_never_has_the_same_commitment);
    tcase_add_test(tc, a_commitment_is_what_standard_tools_compute);
    tcase_add_test(tc, an_entry_that_is_too_long_is_refused_and_changes_nothing);
    tcase_add_test(tc, the_longest_entry_has_65535_bytes_with_its_newline);
    tcase_add_loop_test(tc, text_that_is_not_utf8_is_refused, 0, 2);
    tcase_add_loop_test_raise_signal(tc, a_bug_in_the_shape_stops_the_process, SIGABRT, 0, 13);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
