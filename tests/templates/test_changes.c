/*
 * Differences of two versions, as programs and people read them, against golden files. The older
 * version is EXM-2026-0007 as it stands, the newer one is made of it by the changes below. When a
 * text was changed on purpose: WRITE_GOLDEN=1 build/asan/tests/test_templates_changes writes
 * tests/fixtures/diffs/ anew; read the difference in version control before you keep it.
 */
#include "base/file.h"
#include "tests/advisory/support.h"
#include "tests/templates/facts.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define GOLDEN TEST_SOURCE_DIR "/tests/fixtures/diffs"
#define VERSION(number)                                                                            \
    {                                                                                              \
        "/document/tracking/version", "\"" number "\""                                             \
    }
#define HISTORY(number, said)                                                                      \
    {                                                                                              \
        "/document/tracking/revision_history",                                                     \
            "[{\"date\":\"2026-11-27T09:00:00.000Z\",\"number\":\"1.0.0\",\"summary\":\"First "    \
            "release.\"},"                                                                         \
            "{\"date\":\"2026-12-04T09:00:00.000Z\",\"number\":\"" number "\",\"summary\":\"" said \
            "\"}]"                                                                                 \
    }
#define FIRST "/vulnerabilities/0"
#define SECOND "/vulnerabilities/1"
#define ALL                                                                                        \
    "[\"EXM-P100-AFFECTED\",\"EXM-P100-FIXED\",\"EXM-P200-AFFECTED\",\"EXM-P200-FIXED\","          \
    "\"EXM-STATION-AFFECTED\"]"

enum { CHANGES_MOST = 8 };

static const struct {
    const char *name;
    enum diff_nature nature;
    enum diff_kind first;
    struct change changes[CHANGES_MOST];
} pairs[] = {
    {"fix-arrives",
     DIFF_NEWS,
     DIFF_REMEDY_ADDED,
     {VERSION("1.1.0"),
      HISTORY("1.1.0", "Gateway 1.9.0 is there."),
      {SECOND "/remediations/1/category", "\"vendor_fix\""},
      {SECOND "/remediations/1/date", NULL},
      {SECOND "/remediations/1/details",
       "\"Install version 1.9.0 of the gateway. It makes a password of its own.\""},
      {"/document/notes/0/text",
       "\"Two weaknesses in the network service of ExampleInfuse infusion pumps and of the "
       "ExampleStation gateway let an attacker inside the hospital network change pump settings "
       "without a password or read the credentials of the service account. Corrected software is "
       "available for the pumps and, with version 1.9.0, for the gateway.\""}}},
    {"score-and-attacks",
     DIFF_NEWS,
     DIFF_EXPLOITATION,
     {VERSION("1.1.0"),
      HISTORY("1.1.0", "Attacks were seen."),
      {FIRST "/threats/0/details", "\"Attacks on two hospitals were seen in December 2026.\""},
      {FIRST "/scores/0/cvss_v3/attackVector", "\"NETWORK\""},
      {FIRST "/scores/0/cvss_v3/vectorString", "\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:H/A:H\""},
      {FIRST "/scores/0/cvss_v3/baseScore", "9.4"},
      {FIRST "/scores/0/cvss_v3/baseSeverity", "\"CRITICAL\""}}},
    {"more-affected",
     DIFF_CORRECTION,
     DIFF_AFFECTED_ADDED,
     {VERSION("1.0.1"),
      HISTORY("1.0.1", "The P100 is concerned, too."),
      {SECOND "/product_status/known_affected",
       "[\"EXM-P100-AFFECTED\",\"EXM-P200-AFFECTED\",\"EXM-STATION-AFFECTED\"]"},
      {SECOND "/product_status/known_not_affected", "[\"EXM-P100-FIXED\"]"}}},
    {"other-range",
     DIFF_CORRECTION,
     DIFF_AFFECTED_CHANGED,
     {VERSION("1.0.1"),
      HISTORY("1.0.1", "2.4.1 and 2.4.2 are not corrected."),
      {"/product_tree/branches/0/branches/0/branches/0/branches/0/name", "\"vers:generic/<2.4.3\""},
      {"/product_tree/branches/0/branches/0/branches/0/branches/0/product/name",
       "\"Example Medical ExampleInfuse P100 before 2.4.3\""}}},
    {"fewer-affected",
     DIFF_CORRECTION,
     DIFF_AFFECTED_REMOVED,
     {VERSION("1.0.1"),
      HISTORY("1.0.1", "The P200 never had the password."),
      {SECOND "/product_status/known_affected", "[\"EXM-STATION-AFFECTED\"]"},
      {SECOND "/product_status/known_not_affected",
       "[\"EXM-P100-AFFECTED\",\"EXM-P100-FIXED\",\"EXM-P200-AFFECTED\"]"}}},
    {"withdrawn",
     DIFF_WITHDRAWAL,
     DIFF_WITHDRAWN,
     {VERSION("2.0.0"),
      HISTORY("2.0.0", "Withdrawn: the finding was a mistake of the test."),
      {FIRST "/product_status", "{\"known_not_affected\":" ALL "}"},
      {SECOND "/product_status", "{\"known_not_affected\":" ALL "}"}}},
    {"one-vulnerability-less",
     DIFF_CORRECTION,
     DIFF_VULNERABILITY_REMOVED,
     {VERSION("1.0.1"), {SECOND, NULL}}},
    {"details",
     DIFF_NEWS,
     DIFF_TRACKING,
     {VERSION("1.0.1"),
      {"/document/tracking/status", "\"interim\""},
      {"/document/title", "\"Missing authentication in ExampleInfuse pumps and gateways\""},
      {"/document/references/1", NULL},
      {"/document/distribution/tlp/label", "\"GREEN\""},
      {FIRST "/notes/1", NULL}}},
    {"nothing", DIFF_NEWS, DIFF_OTHER, {VERSION("1.0.1")}},
};
enum { PAIRS = (int)(sizeof pairs / sizeof pairs[0]) };

struct pair {
    struct str old_text, new_text;
    struct csaf *old, *now;
    struct arena *arena;
    struct diff diff;
};

static void pair_init(struct pair *p, int index, bool reverse)
{
    struct err err = {0};
    size_t count = 0;
    while (count < CHANGES_MOST && pairs[index].changes[count].pointer != NULL)
        count++;
    support_read(&p->old_text, FIXTURE("exm-2026-0007.json"));
    support_change(&p->new_text, FIXTURE("exm-2026-0007.json"), pairs[index].changes, count);
    p->old = support_parse(str_text(&p->old_text));
    p->now = support_parse(str_text(&p->new_text));
    p->arena = arena_new();
    const struct csaf *from = reverse ? p->now : p->old;
    const struct csaf *to = reverse ? p->old : p->now;
    ck_assert_msg(diff_make(&p->diff, p->arena, from, to, NULL, NULL, &err) == OK, "%s", err.text);
}

static void pair_dispose(struct pair *p)
{
    arena_free(p->arena);
    csaf_free(p->old);
    csaf_free(p->now);
    str_dispose(&p->old_text);
    str_dispose(&p->new_text);
}

static void compare(const char *name, const char *suffix, const struct str *got)
{
    struct err err = {0};
    struct str want;
    char *path = xprintf(GOLDEN "/%s.%s", name, suffix);
    str_init(&want, STR_LIMIT_TEXT);
    ck_assert(str_ok(got));
    if (getenv("WRITE_GOLDEN") != NULL)
        ck_assert_msg(file_write(path, str_bytes(got), 0644, &err) == OK, "%s", err.text);
    ck_assert_msg(file_read(&want, path, STR_LIMIT_TEXT, &err) == OK, "%s", err.text);
    ck_assert_msg(strcmp(str_text(&want), str_text(got)) == 0,
                  "%s differs: wanted\n%s\ngot\n%s\nmeant so? run with WRITE_GOLDEN=1", path,
                  str_text(&want), str_text(got));
    str_dispose(&want);
    free(path);
}

START_TEST(each_pair_reads_as_its_golden_files)
{
    static const char *const languages[] = {"en", "de"};
    struct err err = {0};
    struct wording *wording = NULL;
    struct str out;
    struct pair p;
    pair_init(&p, _i, false);
    str_init(&out, STR_LIMIT_TEXT);
    ck_assert_msg(wording_open(&wording, NULL, &err) == OK, "%s", err.text);
    for (size_t i = 0; i < 2; i++) {
        char *suffix = xprintf("%s.txt", languages[i]);
        str_reset(&out);
        wording_changes(&out, wording, languages[i], &p.diff);
        compare(pairs[_i].name, suffix, &out);
        free(suffix);
    }
    str_reset(&out);
    diff_print_json(&out, &p.diff, p.old, p.now);
    str_add_c(&out, '\n');
    compare(pairs[_i].name, "json", &out);
    ck_assert_int_eq(p.diff.nature, pairs[_i].nature);
    ck_assert_int_eq(p.diff.items[0].kind, pairs[_i].first);
    wording_close(wording);
    str_dispose(&out);
    pair_dispose(&p);
}
END_TEST

START_TEST(the_worst_comes_first_whichever_way_round)
{
    struct pair p;
    pair_init(&p, _i / 2, _i % 2 != 0);
    for (size_t i = 1; i < p.diff.count; i++) {
        const struct diff_item *a = &p.diff.items[i - 1];
        const struct diff_item *b = &p.diff.items[i];
        ck_assert_int_le(a->weight, b->weight);
        if (a->weight == b->weight)
            ck_assert_int_le(a->kind, b->kind);
    }
    pair_dispose(&p);
}
END_TEST

/* What a hospital reads first: the differences, before anything else of the notice. */
static const struct {
    const char *name;
    const char *pair;
    const char *says[2]; /* en, de */
    bool no_longer;
} notices[] = {
    {"update",
     "fix-arrives",
     {"What changed since version 1.0.0", "Was sich seit Version 1.0.0"},
     false},
    {"correction", "more-affected", {"This corrects", "Dies berichtigt"}, false},
    {"withdrawal", "withdrawn", {"is withdrawn", "zurückgezogen"}, false},
    {"no-longer",
     "fewer-affected",
     {"nothing that you have is affected any more", "nichts mehr betroffen"},
     true},
};
enum { NOTICES = (int)(sizeof notices / sizeof notices[0]) };

START_TEST(a_new_version_says_first_what_changed)
{
    int n = _i / 2;
    int index = 0;
    struct pair p;
    struct sample sample;
    struct notice_text notice;
    struct str text;
    while (strcmp(pairs[index].name, notices[n].pair) != 0)
        index++;
    pair_init(&p, index, false);
    sample_init(&sample);
    sample.facts.kind = NOTICE_UPDATE;
    sample.facts.language = _i % 2 == 0 ? "en" : "de";
    sample.facts.csaf = p.now;
    sample.facts.previous_version = "1.0.0";
    sample.facts.diff = &p.diff;
    sample.facts.no_longer = notices[n].no_longer;
    sample.facts.device_count = notices[n].no_longer ? 0 : 4;
    sample_render(&notice, &sample.facts);
    str_init(&text, STR_LIMIT_TEXT);
    str_addf(&text, "Subject: %s\n\n%s", str_text(&notice.subject), str_text(&notice.text));
    compare(notices[n].name, _i % 2 == 0 ? "en.notice.txt" : "de.notice.txt", &text);
    const char *says = strstr(str_text(&notice.text), notices[n].says[_i % 2]);
    const char *what = strstr(str_text(&notice.text), _i % 2 == 0 ? "\nWhat: " : "\nWas: ");
    ck_assert_ptr_nonnull(says);
    ck_assert_ptr_nonnull(what);
    ck_assert(says < what);
    str_dispose(&text);
    notice_text_dispose(&notice);
    sample_dispose(&sample);
    pair_dispose(&p);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("templates.changes");
    TCase *tc = tcase_create("changes");
    tcase_add_loop_test(tc, each_pair_reads_as_its_golden_files, 0, PAIRS);
    tcase_add_loop_test(tc, the_worst_comes_first_whichever_way_round, 0, 2 * PAIRS);
    tcase_add_loop_test(tc, a_new_version_says_first_what_changed, 0, 2 * NOTICES);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
