#include "digests/content.h"

#include "tests/digests/suite.h"

#include <string.h>

#define ALL                                                                                        \
    (DIGEST_BIT(DIGEST_NEW) | DIGEST_BIT(DIGEST_CHANGED) | DIGEST_BIT(DIGEST_OPEN) |               \
     DIGEST_BIT(DIGEST_GONE))
#define ANSWER_BY INT64_C(1796083200000)

static struct digest_item item(const char *tracking, const char *version)
{
    return (struct digest_item){.tracking = tracking,
                                .version = version,
                                .tlp = TLP_GREEN,
                                .whole = true,
                                .told = true,
                                .answered = true,
                                .answer_by_ms = ANSWER_BY,
                                .title = "a title",
                                .severity = "HIGH",
                                .changes = "a fix",
                                .score_tenths = 75};
}

static const struct digest_item *named(const struct digest_content *content, const char *tracking)
{
    for (size_t i = 0; i < content->count; i++)
        if (strcmp(content->items[i].tracking, tracking) == 0)
            return &content->items[i];
    return NULL;
}

/* What stands in the last digest, what stands now, and where it is told. */
static const struct {
    const char *what, *last, *now;
    bool told, answered, waits;
    unsigned wanted;
    enum digest_section section;
} rows[] = {
    {"never told", NULL, "1.0.0", true, true, true, ALL, DIGEST_NEW},
    {"new and open is new", NULL, "1.0.0", true, false, true, ALL, DIGEST_NEW},
    {"another version", "1.0.0", "1.1.0", true, true, true, ALL, DIGEST_CHANGED},
    {"changed and open is changed", "1.0.0", "1.1.0", true, false, true, ALL, DIGEST_CHANGED},
    {"the same, not answered", "1.0.0", "1.0.0", true, false, true, ALL, DIGEST_OPEN},
    {"the same, answered", "1.0.0", "1.0.0", true, true, true, ALL, DIGEST_KNOWN},
    {"no answer is waited for", "1.0.0", "1.0.0", true, false, false, ALL, DIGEST_KNOWN},
    {"no notice of it went to them", "1.0.0", "1.0.0", false, false, true, ALL, DIGEST_KNOWN},
    {"gone", "1.0.0", NULL, true, true, true, ALL, DIGEST_GONE},
    {"new is not wanted", NULL, "1.0.0", true, true, true, DIGEST_BIT(DIGEST_OPEN), DIGEST_KNOWN},
    {"new is not wanted, open is", NULL, "1.0.0", true, false, true, DIGEST_BIT(DIGEST_OPEN),
     DIGEST_OPEN},
};

START_TEST(each_advisory_stands_where_its_reader_looks_for_it)
{
    struct arena *arena = arena_new();
    struct digest_content first;
    struct digest_content out;
    struct digest_item last = item("EXM-1", rows[_i].last);
    struct digest_item now = item("EXM-1", rows[_i].now);
    now.told = rows[_i].told;
    now.answered = rows[_i].answered;
    now.answer_by_ms = rows[_i].waits ? ANSWER_BY : 0;
    digest_compare(&first, arena, &last, rows[_i].last != NULL, NULL, 0, ALL);
    digest_compare(&out, arena, &now, rows[_i].now != NULL, &first, 1000, rows[_i].wanted);
    ck_assert_msg(out.count == 1, "%s: %zu", rows[_i].what, out.count);
    ck_assert_msg(out.items[0].section == rows[_i].section, "%s: %s", rows[_i].what,
                  digest_section_word(out.items[0].section));
    ck_assert_int_eq(digest_is_empty(&out), rows[_i].section == DIGEST_KNOWN);
    if (out.items[0].section == DIGEST_CHANGED)
        ck_assert_str_eq(out.items[0].previous, "1.0.0");
    arena_free(arena);
}
END_TEST

START_TEST(what_is_gone_is_told_once)
{
    struct arena *arena = arena_new();
    struct digest_item a = item("EXM-1", "1");
    struct digest_content one, two, three;
    digest_compare(&one, arena, &a, 1, NULL, 0, ALL);
    digest_compare(&two, arena, NULL, 0, &one, 1000, ALL);
    digest_compare(&three, arena, NULL, 0, &two, 2000, ALL);
    ck_assert_uint_eq(digest_count(&two, DIGEST_GONE), 1);
    ck_assert_uint_eq(three.count, 0);
    /* And when it comes back it is new. */
    digest_compare(&three, arena, &a, 1, &two, 2000, ALL);
    ck_assert_uint_eq(digest_count(&three, DIGEST_NEW), 1);
    arena_free(arena);
}
END_TEST

START_TEST(a_reference_says_nothing_but_its_name)
{
    struct arena *arena = arena_new();
    struct str text;
    struct digest_item items[2] = {item("EXM-1", "1"), item("EXM-2", "1")};
    struct digest_content out;
    items[0].tlp = TLP_AMBER;
    items[0].whole = false;
    items[0].title = "SECRET";
    items[0].severity = "SECRET";
    items[0].changes = "SECRET";
    digest_compare(&out, arena, items, 2, NULL, 0, ALL);
    str_init(&text, STR_LIMIT_TEXT);
    digest_write(&text, &out);
    ck_assert_ptr_null(strstr(str_text(&text), "SECRET"));
    ck_assert_int_eq(named(&out, "EXM-1")->score_tenths, -1);
    ck_assert_int_eq(out.tlp, TLP_GREEN); /* the strictest of what is said, not of what is named */
    str_dispose(&text);
    arena_free(arena);
}
END_TEST

START_TEST(equal_contents_are_equal_bytes_whatever_their_order)
{
    struct arena *arena = arena_new();
    struct str texts[2];
    struct digest_item items[3] = {item("EXM-3", "1"), item("EXM-1", "1"), item("EXM-2", "1")};
    struct digest_item turned[3];
    items[2].score_tenths = 98;
    turned[0] = items[2];
    turned[1] = items[0];
    turned[2] = items[1];
    for (int i = 0; i < 2; i++) {
        struct digest_content out;
        digest_compare(&out, arena, i == 0 ? items : turned, 3, NULL, 0, ALL);
        ck_assert_str_eq(out.items[0].tracking, "EXM-2"); /* the gravest first */
        ck_assert_str_eq(out.items[1].tracking, "EXM-1");
        str_init(&texts[i], STR_LIMIT_TEXT);
        digest_write(&texts[i], &out);
    }
    ck_assert_str_eq(str_text(&texts[0]), str_text(&texts[1]));
    str_dispose(&texts[0]);
    str_dispose(&texts[1]);
    arena_free(arena);
}
END_TEST

START_TEST(what_is_written_is_read_again)
{
    struct arena *arena = arena_new();
    struct str text, again;
    struct err err = {0};
    struct digest_item old[2] = {item("EXM-1", "1"), item("EXM-9", "1")};
    struct digest_item now[3] = {item("EXM-1", "2"), item("EXM-2", "1"), item("EXM-3", "1")};
    struct digest_content last, out, read;
    now[1].whole = false;
    now[2].answered = false;
    now[2].title = "quotes \" and umlauts ä";
    digest_compare(&last, arena, old, 2, NULL, 0, ALL);
    digest_compare(&out, arena, now, 3, &last, ANSWER_BY, ALL);
    str_init(&text, STR_LIMIT_TEXT);
    str_init(&again, STR_LIMIT_TEXT);
    digest_write(&text, &out);
    ck_assert_msg(digest_read(&read, arena, str_bytes(&text), &err) == OK, "%s", err.text);
    digest_write(&again, &read);
    ck_assert_str_eq(str_text(&again), str_text(&text));
    ck_assert_uint_eq(read.count, 4);
    ck_assert_int_eq(read.since_ms, ANSWER_BY);
    ck_assert_str_eq(named(&read, "EXM-1")->changes, "a fix");
    ck_assert_int_eq(named(&read, "EXM-9")->section, DIGEST_GONE);
    str_dispose(&text);
    str_dispose(&again);
    arena_free(arena);
}
END_TEST

static const char *const not_ours[] = {
    "",
    "[]",
    "{}",
    "{\"items\":[],\"schema\":\"tocsin.digest/2\",\"since\":null,\"tlp\":\"CLEAR\"}",
    "{\"items\":[],\"schema\":\"tocsin.digest/1\",\"since\":null,\"tlp\":\"PINK\"}",
    "{\"items\":[],\"schema\":\"tocsin.digest/1\",\"since\":\"yesterday\",\"tlp\":\"CLEAR\"}",
    "{\"items\":{},\"schema\":\"tocsin.digest/1\",\"since\":null,\"tlp\":\"CLEAR\"}",
    "{\"items\":[{\"section\":\"known\",\"tracking\":\"X\"}],\"schema\":\"tocsin.digest/1\","
    "\"since\":null,\"tlp\":\"CLEAR\"}",
    "{\"items\":[{\"section\":\"new\",\"tracking\":\"X\",\"version\":\"1\"}],\"schema\":"
    "\"tocsin.digest/1\",\"since\":null,\"tlp\":\"CLEAR\"}",
};

START_TEST(other_bytes_are_refused)
{
    struct arena *arena = arena_new();
    struct digest_content read;
    struct err err = {0};
    ck_assert_int_eq(digest_read(&read, arena, bytes_of(not_ours[_i]), &err), ERR_CORRUPT);
    arena_free(arena);
}
END_TEST

/* Digests in the order of their making: whether each arrived, which it goes on from; which holds.
 */
static const struct {
    const char *what;
    struct digest_past past[4];
    size_t count, good;
} chains[] = {
    {"none yet", {{0}}, 0, SIZE_MAX},
    {"one that arrived", {{1, 0, true}}, 1, 0},
    {"one that did not", {{1, 0, false}}, 1, SIZE_MAX},
    {"the last did not", {{1, 0, true}, {2, 1, false}}, 2, 0},
    {"the first bounced after the second went", {{1, 0, false}, {2, 1, true}}, 2, SIZE_MAX},
    {"the middle bounced late", {{1, 0, true}, {2, 1, false}, {3, 2, true}}, 3, 0},
    {"the next goes on from one that arrived",
     {{1, 0, true}, {2, 1, false}, {3, 2, true}, {4, 1, true}},
     4,
     3},
    {"its base is older than what is looked at", {{8, 3, true}, {9, 8, true}}, 2, 1},
};

START_TEST(a_digest_holds_only_on_what_it_was_compared_with)
{
    ck_assert_msg(digest_last_good(chains[_i].past, chains[_i].count) == chains[_i].good, "%s",
                  chains[_i].what);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("digests.content");
    TCase *tcase = tcase_create("content");
    tcase_add_loop_test(tcase, each_advisory_stands_where_its_reader_looks_for_it, 0, COUNT(rows));
    tcase_add_test(tcase, what_is_gone_is_told_once);
    tcase_add_test(tcase, a_reference_says_nothing_but_its_name);
    tcase_add_test(tcase, equal_contents_are_equal_bytes_whatever_their_order);
    tcase_add_test(tcase, what_is_written_is_read_again);
    tcase_add_loop_test(tcase, other_bytes_are_refused, 0, COUNT(not_ours));
    tcase_add_loop_test(tcase, a_digest_holds_only_on_what_it_was_compared_with, 0, COUNT(chains));
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}
