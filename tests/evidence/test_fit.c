/* Every kind of the list, held to its shape: each member there, of its type or null, and no other.
 */
#include "evidence/entry.h"

#include <check.h>
#include <stdlib.h>

#define HEX64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* The reason for a line of this kind with this data; NULL: it is good. */
static const char *judge(const char *kind, const char *data)
{
    struct entry_check check;
    char *line = xprintf(
        "{\"actor\":\"command\",\"at\":\"2026-11-27T18:40:00.000Z\",\"boot\":\"%.32s\",\"data\":{%"
        "s}"
        ",\"idx\":0,\"kind\":\"%s\",\"prev\":\"%064d\",\"subj\":\"-\",\"up_ms\":5,\"v\":1}\n",
        HEX64, data, kind, 0);
    entry_check_init(&check);
    const bool good = entry_check_line(&check, bytes_of(line));
    ck_assert_int_eq(good, check.reason == NULL);
    free(line);
    return check.reason;
}

/* All members null but that at `which`, which is called name and has this value; NULL: is missing.
 */
static const char *judge_with(const struct entry_kind *kind, size_t which, const char *name,
                              const char *value)
{
    struct str data;
    str_init(&data, STR_LIMIT_TEXT);
    for (size_t i = 0; i < kind->count; i++)
        if (i != which || value != NULL)
            str_addf(&data, "%s\"%s\":%s", data.size > 0 ? "," : "",
                     i == which ? name : kind->members[i].name, i == which ? value : "null");
    const char *reason = judge(kind->name, str_text(&data));
    str_dispose(&data);
    return reason;
}

static void hold_to_its_members(const struct entry_kind *kind)
{
    for (size_t i = 0; i < kind->count; i++) {
        const char *name = kind->members[i].name;
        char *longer = xprintf("%s0", name);
        ck_assert_ptr_null(judge_with(kind, i, name, "null"));
        ck_assert_str_eq(judge_with(kind, i, longer, "null"), "bad-data");
        if (entry_member_younger(kind->name, name))
            ck_assert_ptr_null(judge_with(kind, i, name, NULL));
        else
            ck_assert_str_eq(judge_with(kind, i, name, NULL), "bad-data");
        free(longer);
    }
    ck_assert_str_eq(kind->members == NULL ? "bad-data" : judge(kind->name, "\"zzz\":null"),
                     "bad-data");
}

START_TEST(a_member_is_there_and_no_other_is)
{
    const struct entry_kind *kinds = NULL;
    for (size_t i = 0; i < entry_kinds(&kinds); i++)
        hold_to_its_members(&kinds[i]);
}
END_TEST

static const struct {
    const char *value, *letters; /* of the types that take it: see kinds.c */
} values[] = {
    {"\"\"", "T"},
    {"\"a \\\"word\\\"\"", "T"},
    {"7", "N"},
    {"-7", "N"},
    {"true", "B"},
    {"false", "B"},
    {"[]", "L"},
    {"[{\"a\":1},\"x\"]", "L"},
    {"{}", ""},
    {"{\"a\":1}", ""},
    {"\"" HEX64 "\"", "TH"},
    {"\"" HEX64 "0\"", "T"},
    {"\"A123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"", "T"},
    {"\"c1:" HEX64 "\"", "TP"},
    {"\"c2:" HEX64 "\"", "T"},
    {"\"c1:" HEX64 "0\"", "T"},
    {"\"c1:x123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"", "T"},
    {"\"2026-11-27T18:40:00.000Z\"", "TI"},
    {"\"2026-11-31T18:40:00.000Z\"", "T"},
    {"\"2026-11-27T18:40:00Z\"", "T"},
    {"\"2026-11-27T18:40:00.000\\n\"", "T"},
};

static void hold_to_its_types(const struct entry_kind *kind)
{
    static const char letter[] = "TNBHIPL";
    for (size_t i = 0; i < kind->count; i++)
        for (size_t v = 0; v < sizeof values / sizeof values[0]; v++) {
            const struct entry_member *m = &kind->members[i];
            const char *reason = judge_with(kind, i, m->name, values[v].value);
            const bool good = strchr(values[v].letters, letter[m->type]) != NULL;
            ck_assert_msg(text_equal(reason, good ? NULL : "bad-data"), "%s.%s with %s: %s",
                          kind->name, m->name, values[v].value, reason);
        }
}

START_TEST(a_value_is_of_the_type_of_its_member)
{
    const struct entry_kind *kinds = NULL;
    for (size_t i = 0; i < entry_kinds(&kinds); i++)
        hold_to_its_types(&kinds[i]);
}
END_TEST

START_TEST(more_members_than_any_kind_has_are_no_crash)
{
    struct str data;
    str_init(&data, STR_LIMIT_TEXT);
    for (int i = 0; i < 1000; i++)
        str_addf(&data, "%s\"m%04d\":null", i > 0 ? "," : "", i);
    ck_assert_str_eq(judge("heartbeat", str_text(&data)), "bad-data");
    ck_assert_ptr_null(judge("node.lease", "\"whatever\":[1]"));
    ck_assert_ptr_null(judge("node.lease", str_text(&data))); /* reserved: nothing is fixed */
    str_dispose(&data);
}
END_TEST

START_TEST(what_is_called_younger_is_a_member)
{
    const struct entry_kind *kinds = NULL;
    size_t found = 0;
    for (size_t k = 0; k < entry_kinds(&kinds); k++)
        for (size_t i = 0; i < kinds[k].count; i++)
            found += entry_member_younger(kinds[k].name, kinds[k].members[i].name);
    ck_assert_uint_eq(found, entry_members_younger());
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("evidence.fit");
    TCase *tc = tcase_create("fit");
    tcase_add_test(tc, a_member_is_there_and_no_other_is);
    tcase_add_test(tc, a_value_is_of_the_type_of_its_member);
    tcase_add_test(tc, more_members_than_any_kind_has_are_no_crash);
    tcase_add_test(tc, what_is_called_younger_is_a_member);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
