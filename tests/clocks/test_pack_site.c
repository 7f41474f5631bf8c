/* The pack of a site: own rules, calendars, confirmations; what may be used; what check finds. */
#include "clocks/explain.h"

#include "base/file.h"
#include "base/scratch.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct arena *arena;
static struct err err;
static struct pack *pack;
static struct scratch scratch;

static void begin(void)
{
    arena = arena_new();
    err = (struct err){0};
    ck_assert_msg(pack_open(&pack, NULL, &err) == OK, "%s", err.text);
    ck_assert_msg(scratch_make(&scratch, "/tmp", &err) == OK, "%s", err.text);
}

static void end(void)
{
    ck_assert_int_eq(scratch_remove(&scratch, &err), OK);
    pack_close(pack);
    arena_free(arena);
}

static const struct rule *rule_of(const struct pack *of, const char *id)
{
    const struct rule *rule = NULL;
    ck_assert_msg(pack_rule(&rule, of, id, &err) == OK, "%s", err.text);
    return rule;
}

static void put_file(const char *name, const char *text)
{
    char *path = path_join(scratch.path, name);
    char *dir = path_dir(path);
    ck_assert_int_eq(file_make_dir(dir, 0700, &err), OK);
    ck_assert_msg(file_write(path, bytes_of(text), 0600, &err) == OK, "%s", err.text);
    free(dir);
    free(path);
}

static enum status open_site(struct pack **out)
{
    err = (struct err){0};
    return pack_open(out, scratch.path, &err);
}

static void count_fault(void *context, const char *fault)
{
    struct str *all = context;
    str_addf(all, "%s\n", fault);
}

#define OWN_RULE(id, version, jurisdiction)                                                        \
    "rules = ( { id = \"" id "\"; version = " version                                              \
    "; title = \"t\"; status = \"L\"; jurisdiction = \"" jurisdiction                              \
    "\"; authority = \"a\"; scope = [ \"any\" ]; trigger = [ \"aware_manager\" ]; condition = "    \
    "\"c\"; recipients = [ \"regulator\" ]; period = { n = 3; unit = \"cd\"; }; citation = { "     \
    "instrument = \"i\"; article = \"1\"; }; read_in = \"r\"; deliverable = \"form\"; closes_on "  \
    "= \"p\"; verified_by = \"meyer\"; verified_on = \"2026-11-22\"; tests = ( { fact = "          \
    "\"2026-11-23\"; due_safe = \"2026-11-26\"; due_legal = \"2026-11-26\"; } ); } );\n"

START_TEST(what_is_used_is_what_was_adopted_rule_by_rule)
{
    struct pack *site = NULL;
    const char *manifest = pack->manifest;
    const struct rule *rule = rule_of(pack, "US-806");
    ck_assert_int_eq(pack_use(rule, NULL), USE_NOT_ADOPTED);
    ck_assert_int_eq(pack_use(rule, manifest), USE_ENABLED);
    ck_assert_int_eq(pack_use(rule_of(pack, "EU-CRA-24"), manifest), USE_CONFIRM);
    ck_assert_int_eq(pack_use(rule_of(pack, "JP-15"), manifest), USE_DISABLED);
    put_file("rules/local.cfg", OWN_RULE("US-806", "2", "US"));
    ck_assert_msg(open_site(&site) == OK, "%s", err.text);
    ck_assert_int_eq(rule_of(site, "US-806")->version, 2);
    ck_assert(rule_of(site, "US-806")->local);
    ck_assert_str_ne(site->sha256, pack->sha256);
    ck_assert_int_eq(pack_use(rule_of(site, "US-806"), manifest), USE_CHANGED);
    ck_assert_int_eq(pack_use(rule_of(site, "US-803-5"), manifest), USE_ENABLED);
    ck_assert_int_eq(pack_use(rule_of(site, "US-806"), site->manifest), USE_ENABLED);
    pack_close(site);
}
END_TEST

START_TEST(a_person_who_read_the_law_confirms_one_version)
{
    struct pack *site = NULL;
    struct str faults;
    size_t tests = 0;
    str_init(&faults, STR_LIMIT_TEXT);
    put_file("rules/local.cfg",
             "confirmed = ( { rule = \"EU-CRA-24\"; version = 1; by = \"meyer\"; on = "
             "\"2026-11-20\"; read_in = \"the OJ\"; },\n{ rule = \"EU-CRA-72\"; version = 7; by = "
             "\"meyer\"; on = \"2026-11-20\"; read_in = \"the OJ\"; },\n{ rule = \"JP-15\"; "
             "version = 1; by = \"meyer\"; on = \"2026-11-20\"; read_in = \"x\"; } );\n");
    ck_assert_msg(open_site(&site) == OK, "%s", err.text);
    ck_assert_int_eq(pack_use(rule_of(site, "EU-CRA-24"), pack->manifest), USE_CHANGED);
    ck_assert_int_eq(pack_use(rule_of(site, "EU-CRA-24"), site->manifest), USE_ENABLED);
    ck_assert_int_eq(pack_use(rule_of(site, "EU-CRA-72"), site->manifest), USE_CONFIRM);
    ck_assert_int_eq(pack_use(rule_of(site, "JP-15"), site->manifest), USE_DISABLED);
    ck_assert(!pack_check(site, &tests, count_fault, &faults));
    ck_assert_ptr_nonnull(
        strstr(str_text(&faults), "line 2: confirmed: EU-CRA-72 is of version 1"));
    ck_assert_ptr_nonnull(strstr(str_text(&faults), "line 3: confirmed: JP-15 has the status M"));
    str_dispose(&faults);
    pack_close(site);
}
END_TEST

START_TEST(a_calendar_of_the_site_changes_the_rules_that_count_by_it)
{
    struct pack *site = NULL;
    put_file("calendars/US.ics",
             "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nX-TOCSIN-YEARS:2026-2026\r\n"
             "BEGIN:VEVENT\r\nUID:1@example.com\r\nDTSTAMP:20260101T000000Z\r\n"
             "DTSTART;VALUE=DATE:20261124\r\nSUMMARY:Own day\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
    ck_assert_msg(open_site(&site) == OK, "%s", err.text);
    ck_assert_int_eq(pack_use(rule_of(site, "US-806"), pack->manifest), USE_CHANGED);
    ck_assert_int_eq(pack_use(rule_of(site, "CA-10"), pack->manifest), USE_ENABLED);
    struct explanation e;
    ck_assert_msg(
        explain_rule(&e, arena, site, rule_of(site, "US-803-5"), "2026-11-23", NULL, &err) == OK,
        "%s", err.text);
    ck_assert_str_eq(e.due_safe, "2026-11-30");
    ck_assert_str_eq(e.due_legal, "2026-12-01");
    /* What is changed behind the digest is not counted by. */
    put_file("calendars/US.ics", "not a calendar");
    ck_assert_msg(
        explain_rule(&e, arena, site, rule_of(site, "US-803-5"), "2026-11-23", NULL, &err) == OK,
        "%s", err.text);
    ck_assert_str_eq(e.due_legal, "2026-12-01");
    pack_close(site);
}
END_TEST

static const struct {
    const char *text, *says;
} refused[] = {
    {OWN_RULE("US-806", "1", "US"),
     "rules/local.cfg line 1: US-806: version 1 ships with the program"},
    {OWN_RULE("ZZ-1", "1", "ZZ"),
     "rules/local.cfg line 1: ZZ-1: jurisdiction \"ZZ\" is in no file"},
    {"rules = (\n", "rules/local.cfg line 2"},
    {"", "is empty"},
};

START_TEST(own_rules_that_cannot_stand_are_refused)
{
    struct pack *site = NULL;
    put_file("rules/local.cfg", refused[_i].text);
    ck_assert_int_eq(open_site(&site), ERR_INVALID);
    ck_assert_ptr_null(site);
    ck_assert_msg(strstr(err.text, refused[_i].says) != NULL, "%s", err.text);
}
END_TEST

static const struct {
    const char *old, *new, *says;
} planted[] = {
    {"n = 10; unit = \"wd\"", "n = 9; unit = \"wd\"", "US-806: tests: due_safe is"},
    {"cascades = [ \"CA-72\", \"EU-87-FSCA\" ]", "cascades = [ \"CA-27\" ]",
     "US-806: cascades: CA-27: there is no such rule: did you mean CA-24"},
    {"cascades = [ \"CA-72\", \"EU-87-FSCA\" ]", "cascades = [ \"US-803-5\" ]",
     "is of the same jurisdiction"},
    {"cascades = [ \"CA-72\", \"EU-87-FSCA\" ]", "follow_ups = [ \"CA-72\" ]",
     "is of another jurisdiction"},
    {"cascades = [ \"CA-72\", \"EU-87-FSCA\" ]", "follow_ups = [ \"US-806\" ]",
     "names the rule itself"},
    {"zone = \"America/New_York\";", "zone = \"America/New_Yrok\";", "US: zone"},
    {"n = 5; unit = \"wd\"", "n = 5; unit = \"cd\"", "counting.holidays: nothing is counted by it"},
    {"counting = { holidays = \"national\"; };", "",
     "US-806: tests: due_legal is 2027-01-01, 2027-01-05 is wanted"},
};

START_TEST(check_finds_what_was_planted_in_a_file)
{
    struct str text;
    struct str faults;
    struct str changed;
    size_t tests = 0;
    struct pack *given = NULL;
    str_init(&text, STR_LIMIT_TEXT);
    str_init(&faults, STR_LIMIT_TEXT);
    str_init(&changed, STR_LIMIT_TEXT);
    ck_assert_int_eq(file_read(&text, TEST_SOURCE_DIR "/config/rules/us.cfg", STR_LIMIT_TEXT, &err),
                     OK);
    const char *at = strstr(str_text(&text), planted[_i].old);
    ck_assert_ptr_nonnull(at);
    str_add_n(&changed, str_text(&text), (size_t)(at - str_text(&text)));
    str_add(&changed, planted[_i].new);
    str_add(&changed, at + strlen(planted[_i].old));
    put_file("us.cfg", str_text(&changed));
    char *path = path_join(scratch.path, "us.cfg");
    const char *const paths[] = {path};
    const enum status status = pack_open_files(&given, paths, 1, &err);
    if (status == OK)
        ck_assert(!pack_check(given, &tests, count_fault, &faults));
    else
        str_add(&faults, err.text);
    ck_assert_msg(strstr(str_text(&faults), planted[_i].says) != NULL, "%s", str_text(&faults));
    ck_assert_msg(strstr(str_text(&faults), "us.cfg line ") != NULL, "%s", str_text(&faults));
    pack_close(given);
    free(path);
    str_dispose(&text);
    str_dispose(&faults);
    str_dispose(&changed);
}
END_TEST

#define COUNT(list) ((int)(sizeof(list) / sizeof((list)[0])))

int main(void)
{
    Suite *suite = suite_create("clocks.pack_site");
    TCase *tc = tcase_create("pack");
    tcase_add_checked_fixture(tc, begin, end);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, what_is_used_is_what_was_adopted_rule_by_rule);
    tcase_add_test(tc, a_person_who_read_the_law_confirms_one_version);
    tcase_add_test(tc, a_calendar_of_the_site_changes_the_rules_that_count_by_it);
    tcase_add_loop_test(tc, own_rules_that_cannot_stand_are_refused, 0, COUNT(refused));
    tcase_add_loop_test(tc, check_finds_what_was_planted_in_a_file, 0, COUNT(planted));
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
