/* What many are told in one pass is what each of them would be told alone. */
#include "base/file.h"
#include "dispatcher/routine/digest.h"
#include "dispatcher/submit/import.h"
#include "tests/dispatcher/world.h"

#include <stdlib.h>
#include <string.h>

#define HOSPITALS 40
#define ADVISORIES 6

static struct world w;
static struct err err;

static void must(enum status status)
{
    ck_assert_msg(status == OK, "%s: %s", status_word(status), err.text);
}

static uint32_t below(uint32_t limit)
{
    static uint32_t state = 123456789; /* a fixed sequence */
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state % limit;
}

#define PICK(list) list[below(sizeof list / sizeof list[0])]

static void replace_all(char *text, const char *from, const char *to)
{
    const size_t size = strlen(from);
    for (char *at = strstr(text, from); at != NULL; at = strstr(at + size, from))
        memcpy(at, to, size); /* of the same length */
}

/* Each with a product of its own instead of the P100. */
static struct advisory add_advisory(const char *text, int i)
{
    char *own = arena_strdup(w.arena, text);
    const char *tracking = arena_printf(w.arena, "EXM-2027-%04d", i);
    char hex[65];
    replace_all(own, "EXM-2026-0007", tracking);
    replace_all(own, "P100", arena_printf(w.arena, "Q%03d", i));
    struct advisory row = {.uid = arena_printf(w.arena, "%024d", i),
                           .tracking = tracking,
                           .version = "1.0.0",
                           .title = "A flaw",
                           .tlp = TLP_CLEAR,
                           .state = ADVISORY_RELEASED,
                           .submitted_ms = WORLD_NOW};
    must(app_begin(&w.app, &err));
    must(blob_put(hex, w.app.store, bytes_of(own), &err));
    row.sha256 = arena_strdup(w.arena, hex);
    must(advisory_add(&row, w.app.store, &err));
    must(app_commit(&w.app, &err));
    return row;
}

static void add_register(void)
{
    static const char *const vendors[] = {"Example Medical GmbH", "Norda", ""};
    static const char *const products[] = {"ExampleInfuse Q000", "ExampleInfuse Q001", "Q002",
                                           "Norda Monitor",      "Q003 pump",          "Thermo 7"};
    static const char *const versions[] = {"2.3.5", "2.3.7", "9.0.0", "1.0.0", "", "x"};
    struct str parties, installed, words;
    str_init(&parties, STR_LIMIT_TEXT);
    str_init(&installed, STR_LIMIT_TEXT);
    str_init(&words, STR_LIMIT_TEXT);
    str_add(&parties, "party,kind,country,email\n");
    str_add(&installed, "party,vendor,product,version\n");
    for (int h = 0; h < HOSPITALS; h++) {
        str_addf(&parties, "h%02d,hdo,DE,a@h%02d.example\n", h, h);
        for (uint32_t k = below(4); k > 0; k--)
            str_addf(&installed, "h%02d,%s,%s,%s\n", h, PICK(vendors), PICK(products),
                     PICK(versions));
    }
    world_parties(&w, str_text(&parties));
    must(import_file(&w.app, IMPORT_INSTALLED, "installed.csv", str_bytes(&installed), w.dir,
                     IMPORT_ADD, &words, &err));
    str_dispose(&parties);
    str_dispose(&installed);
    str_dispose(&words);
}

static void look_at(int64_t at_ms)
{
    clock_init_stopped(&w.app.clock, at_ms);
    for (bool more = true; more;)
        must(digest_step(&w.app, &more, &err));
}

static struct digest_content said_to(const char *party)
{
    struct digest_sent *sent = NULL;
    struct digest_content content = {0};
    struct advisory issue;
    struct str text;
    size_t count = 0;
    must(digest_sent_list(&sent, &count, w.arena, w.app.store, party, 16, &err));
    ck_assert_uint_ge(count, 1);
    str_init(&text, STR_LIMIT_TEXT);
    must(advisory_get(&issue, w.arena, w.app.store, sent[0].advisory_id, &err));
    must(blob_get(&text, w.app.store, issue.sha256, &err));
    must(digest_read(&content, w.arena, str_bytes(&text), &err));
    str_dispose(&text);
    return content;
}

static bool says(const struct digest_content *content, const char *tracking)
{
    for (size_t i = 0; i < content->count; i++)
        if (text_equal(content->items[i].tracking, tracking))
            return true;
    return false;
}

START_TEST(many_are_told_what_each_would_be_told_alone)
{
    static char rule[] = "FREQ=DAILY;BYHOUR=8;BYMINUTE=0";
    static char utc[] = "UTC";
    static struct settings_digest daily = {
        .for_kind = PARTY_HDO, .rrule = rule, .zone = utc, .empty = true};
    struct advisory rows[ADVISORIES];
    struct str text;
    size_t told = 0;
    world_open(&w);
    str_init(&text, STR_LIMIT_TEXT);
    must(file_read(&text, TEST_SOURCE_DIR "/tests/fixtures/advisory/exm-2026-0007.json",
                   STR_LIMIT_TEXT, &err));
    add_register();
    w.app.settings->digests = &daily;
    w.app.settings->digest_count = 1;
    look_at(WORLD_NOW);
    for (int i = 0; i < ADVISORIES; i++)
        rows[i] = add_advisory(str_text(&text), i);
    look_at(WORLD_NOW + MS_DAY);
    for (int h = 0; h < HOSPITALS; h++) {
        struct party party;
        must(party_get(&party, w.arena, w.app.store, arena_printf(w.arena, "h%02d", h), &err));
        const struct digest_content content = said_to(party.id);
        for (int i = 0; i < ADVISORIES; i++) {
            struct dossier *dossier = NULL;
            const char *why = NULL;
            bool concerned = false;
            must(dossier_open(&dossier, &w.app, &rows[i], &err));
            must(recipient_concerned(&concerned, &why, w.arena, &w.app, dossier, &party, &err));
            dossier_close(dossier);
            ck_assert_msg(says(&content, rows[i].tracking) == concerned, "%s %s: %s", party.id,
                          rows[i].tracking, why);
            told += concerned;
        }
    }
    ck_assert_uint_gt(told, HOSPITALS);
    ck_assert_uint_lt(told, HOSPITALS * ADVISORIES - HOSPITALS);
    str_dispose(&text);
    digest_forget(&w.app);
    world_close(&w);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatcher.digest_many");
    TCase *tc = tcase_create("many");
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, many_are_told_what_each_would_be_told_alone);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
