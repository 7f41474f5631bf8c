/* The closed list of kinds, its shapes, and that docs/schemata.md shows exactly them. */
#include "base/file.h"
#include "evidence/kinds.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The list as the format fixes it: a kind that goes missing makes old logs unreadable. */
static const char *const fixed =
    "log.start log.key config.loaded party.imported product.imported installed.imported "
    "contact.corrected key.pinned "
    "key.changed key.refused tls.refused advisory.submitted advisory.refused advisory.approved "
    "advisory.superseded "
    "case.opened case.assigned case.state case.linked case.message report.received case.told "
    "case.closed "
    "case.reviewed fact.recorded fact.chosen decision.recorded decision.countersigned "
    "rules.adopted policy.written policy.published hold.set hold.ended hold.bypassed "
    "waiver.recorded "
    "waiver.withdrawn "
    "digest.schedule digest.run digest.issued digest.turn "
    "drill.run drill.finished drill.signed drill.failed canary.due canary.seen "
    "canary.needless canary.missed embargo.released node.lease duty.planned duty.recomputed "
    "duty.met duty.explained duty.waived "
    "plan.created plan.finished "
    "plan.first "
    "notice.planned notice.sealed notice.held notice.moved notice.superseded notice.cancelled "
    "attempt.begin "
    "attempt.dot attempt.outcome bounce.received dsn.received mdn.received ack.received "
    "task.opened task.done deadline.warned deadline.missed escalation.sent notice.closed "
    "admin.action clock.jump clock.set fault.detected heartbeat anchor.tsa anchor.witness "
    "personal.erased "
    "export.created epoch.end";

static bool is_name(const char *name)
{
    return name[0] >= 'a' && name[0] <= 'z' &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(name) &&
           strlen(name) < 48;
}

START_TEST(the_list_of_kinds_is_the_one_of_the_format)
{
    const struct entry_kind *kinds = NULL;
    size_t count = entry_kinds(&kinds);
    struct str all;
    str_init(&all, STR_LIMIT_TEXT);
    for (size_t i = 0; i < count; i++)
        str_addf(&all, "%s%s", i > 0 ? " " : "", kinds[i].name);
    ck_assert_str_eq(str_text(&all), fixed);
    str_dispose(&all);
}
END_TEST

/* The verifier for who has none of our software judges by the same table. */
START_TEST(the_script_has_every_shape_of_the_list)
{
    static const char begin[] = "shapes=\"\n";
    struct str script, want;
    struct err err;
    str_init(&script, STR_LIMIT_TEXT);
    str_init(&want, STR_LIMIT_TEXT);
    ck_assert_int_eq(
        file_read(&script, TEST_SOURCE_DIR "/evidence/verify.sh", STR_LIMIT_TEXT, &err), OK);
    entry_print_shapes(&want);
    str_add(&want, "\"\n");
    const char *at = strstr(str_text(&script), begin);
    ck_assert_ptr_nonnull(at);
    ck_assert_msg(strncmp(at + strlen(begin), str_text(&want), want.size) == 0,
                  "evidence/verify.sh differs from evidence/kinds.c: put what test_evidence_kinds "
                  "--shapes prints between the quotes of shapes=");
    str_dispose(&script);
    str_dispose(&want);
}
END_TEST

START_TEST(a_kind_is_found_by_its_exact_name_only)
{
    const struct entry_kind *kinds = NULL;
    size_t count = entry_kinds(&kinds);
    for (size_t i = 0; i < count; i++)
        ck_assert_ptr_eq(entry_kind_find(kinds[i].name), &kinds[i]);
    ck_assert(!entry_kind_known(NULL));
    ck_assert(!entry_kind_known(""));
    ck_assert(!entry_kind_known("log"));
    ck_assert(!entry_kind_known("Log.start"));
    ck_assert(!entry_kind_known("log.start "));
}
END_TEST

START_TEST(members_have_good_names_in_ascending_order)
{
    const struct entry_kind *kinds = NULL;
    size_t count = entry_kinds(&kinds);
    for (size_t i = 0; i < count; i++) {
        for (size_t m = 0; m < kinds[i].count; m++) {
            const struct entry_member *member = &kinds[i].members[m];
            ck_assert_msg(is_name(member->name), "%s.%s", kinds[i].name, member->name);
            ck_assert_msg(member->about[0] != '\0', "%s.%s", kinds[i].name, member->name);
            ck_assert_msg(m == 0 || strcmp(member[-1].name, member->name) < 0, "%s: %s before %s",
                          kinds[i].name, m == 0 ? "" : member[-1].name, member->name);
        }
        ck_assert_msg(kinds[i].members == NULL || kinds[i].about[0] != '\0', "%s", kinds[i].name);
    }
}
END_TEST

/* Members by which a person or an organisation could be found must be commitments everywhere. */
START_TEST(what_leads_to_a_person_is_a_commitment_in_every_kind)
{
    static const char *const personal[] = {
        "address",     "cause",  "detail",   "fpr",           "key_fpr", "old_fpr", "owner",
        "party",       "person", "ref",      "said",          "to",      "sub_fpr", "tracking",
        "file_sha256", "number", "reporter", "reporter_mail", "title"};
    const struct entry_kind *kinds = NULL;
    size_t count = entry_kinds(&kinds);
    size_t seen = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t m = 0; m < kinds[i].count; m++)
            for (size_t p = 0; p < sizeof personal / sizeof personal[0]; p++)
                if (strcmp(kinds[i].members[m].name, personal[p]) == 0 &&
                    strncmp(kinds[i].name, "clock.", 6) != 0) {
                    ck_assert_msg(kinds[i].members[m].type == MEMBER_PERSONAL, "%s.%s",
                                  kinds[i].name, personal[p]);
                    seen++;
                }
    ck_assert_uint_gt(seen, 20);
}
END_TEST

static char *read_page(void)
{
    FILE *file = fopen(TEST_SOURCE_DIR "/docs/schemata.md", "rb");
    ck_assert_ptr_nonnull(file);
    char *text = calloc(1, 1 << 20);
    ck_assert_ptr_nonnull(text);
    size_t got = fread(text, 1, (1 << 20) - 1, file);
    ck_assert(feof(file) != 0 && got > 0);
    ck_assert_int_eq(fclose(file), 0);
    return text;
}

START_TEST(the_page_shows_the_table)
{
    static const char *const begin = "<!-- kinds: printed from evidence/kinds.c -->\n";
    char *page = read_page();
    struct str want;
    str_init(&want, STR_LIMIT_TEXT);
    entry_print_kinds(&want);
    str_add(&want, "<!-- end of kinds -->\n");
    const char *at = strstr(page, begin);
    ck_assert_ptr_nonnull(at);
    ck_assert_msg(strncmp(at + strlen(begin), str_text(&want), want.size) == 0,
                  "docs/schemata.md differs from evidence/kinds.c: put what test_evidence_kinds "
                  "--print prints between the two marks");
    str_dispose(&want);
    free(page);
}
END_TEST

int main(int argc, char **argv)
{
    if (argc == 2) {
        struct str section;
        str_init(&section, STR_LIMIT_TEXT);
        if (strcmp(argv[1], "--shapes") == 0)
            entry_print_shapes(&section);
        else
            entry_print_kinds(&section);
        (void)fputs(str_text(&section), stdout);
        str_dispose(&section);
        return 0;
    }
    Suite *suite = suite_create("evidence.kinds");
    TCase *tc = tcase_create("kinds");
    tcase_add_test(tc, the_list_of_kinds_is_the_one_of_the_format);
    tcase_add_test(tc, the_script_has_every_shape_of_the_list);
    tcase_add_test(tc, a_kind_is_found_by_its_exact_name_only);
    tcase_add_test(tc, members_have_good_names_in_ascending_order);
    tcase_add_test(tc, what_leads_to_a_person_is_a_commitment_in_every_kind);
    tcase_add_test(tc, the_page_shows_the_table);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
