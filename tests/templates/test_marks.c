#include "templates/html.h"
#include "templates/plain.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A rendering is written here as a template author sees it; [[x]] stands for a value x. */
static void render(struct str *out, const char *text)
{
    for (const char *at = text; *at != '\0';) {
        const char *end = strncmp(at, "[[", 2) == 0 ? strstr(at, "]]") : NULL;
        if (end == NULL) {
            str_add_c(out, *at++);
            continue;
        }
        marks_escape(out, (struct bytes){(const unsigned char *)at + 2, (size_t)(end - at - 2)});
        at = end + 2;
    }
}

static void to_plain(struct str *out, const char *text)
{
    struct arena *arena = arena_new();
    struct blocks blocks;
    struct str rendering;
    str_init(&rendering, STR_LIMIT_TEXT);
    render(&rendering, text);
    marks_split(&blocks, arena, &rendering);
    plain_write(out, &blocks);
    str_dispose(&rendering);
    arena_free(arena);
}

static void to_html(struct str *out, const char *text)
{
    struct arena *arena = arena_new();
    struct blocks blocks;
    struct str rendering;
    struct str page;
    str_init(&rendering, STR_LIMIT_TEXT);
    str_init(&page, STR_LIMIT_TEXT);
    render(&rendering, text);
    marks_split(&blocks, arena, &rendering);
    html_write(&page, &blocks, "en", "t", bytes_of(""));
    const char *from = strstr(str_text(&page), "<body>\n") + strlen("<body>\n");
    str_add_n(out, from, (size_t)(strstr(from, "</body>") - from));
    str_dispose(&page);
    str_dispose(&rendering);
    arena_free(arena);
}

static const struct {
    const char *what;
    const char *text;
    const char *plain;
    const char *html;
} cases[] = {
    {"a title", "# A [[b]]\n", "A b\n===\n", "<h1>A b</h1>\n"},
    {"a heading", "## A\n", "A\n-\n", "<h2>A</h2>\n"},
    {"a paragraph of two lines", "a\nb\n", "a b\n", "<p>a b</p>\n"},
    {"two paragraphs", "a\n\nb\n", "a\n\nb\n", "<p>a</p>\n<p>b</p>\n"},
    {"an alarm", "! a b\n", "*** a b ***\n", "<p class=\"alert\">a b</p>\n"},
    {"bullets are one list", "- a\n- b\n  c\n", "- a\n- b c\n",
     "<ul>\n<li>a</li>\n<li>b c</li>\n</ul>\n"},
    {"words that are not ours stand in", "> [[a]]\n", "    a\n",
     "<blockquote><p>a</p></blockquote>\n"},
    {"facts share a column", "@ From | a\n@ To | b\n", "From:  a\nTo:    b\n",
     "<table class=\"facts\"><tbody>\n<tr><th scope=\"row\">From</th><td>a</td></tr>\n"
     "<tr><th scope=\"row\">To</th><td>b</td></tr>\n</tbody></table>\n"},
    {"a small table has columns", "|= A | B\n| [[x]] | y\n", "  A  B\n  -  -\n  x  y\n",
     "<table class=\"grid\">\n<thead><tr><th scope=\"col\">A</th><th "
     "scope=\"col\">B</th></tr></thead>\n"
     "<tbody>\n<tr><th scope=\"row\"><span class=\"label\">A: </span>x</th>"
     "<td><span class=\"label\">B: </span>y</td></tr>\n</tbody></table>\n"},
    {"a head without rows says nothing", "a\n\n|= A | B\n\nb\n", "a\n\nb\n",
     "<p>a</p>\n<p>b</p>\n"},
    {"a row that lost its head is shown", "| [[x]] | y\n", NULL, NULL},
    {"a row with too many cells loses none", "|= A\n| x | y\n", "  A\n  -  -\n  x  y\n", NULL},
    {"a value's line breaks stay in its block", "> [[a\nb\n\n\n\nc\n]]\n",
     "    a\n    b\n\n    c\n", "<blockquote><p>a<br>b<br><br>c</p></blockquote>\n"},
    {"a value's line breaks stay in its cell", "|= A | B\n| [[a\nb]] | c\n",
     "  A  B\n  -  -\n  a  c\n  b\n", NULL},
    {"an empty value is an empty line", "a\n[[]]\nb\n", "a\n\nb\n", "<p>a</p>\n<p>b</p>\n"},
    {"a value of blanks is empty too", "a\n[[ \t ]]\nb\n", "a\n\nb\n", "<p>a</p>\n<p>b</p>\n"},
    {"values are escaped in HTML", "[[<b a=\"'&]]\n", "  <b a=\"'&\n",
     "<p>&lt;b a=&quot;&#39;&amp;</p>\n"},
    {"template words are escaped too", "a < b\n", "a < b\n", "<p>a &lt; b</p>\n"},
    {"no mark of a value counts: bullet", "[[- a\n- b]]\n", "  - a\n  - b\n",
     "<p>- a<br>- b</p>\n"},
    {"no mark of a value counts: title", "[[# a]]\n", "  # a\n", "<p># a</p>\n"},
    {"no mark of a value counts: alarm", "[[! a]]\n", "  ! a\n", "<p>! a</p>\n"},
    {"no mark of a value counts: fact", "[[@ a | b]]\n", "  @ a | b\n", "<p>@ a | b</p>\n"},
    {"no mark of a value counts: quote", "a\n[[> b]]\n", "a > b\n", "<p>a &gt; b</p>\n"},
    {"no mark of a value counts: cell", "|= A | B\n| [[x | y]] | z\n",
     "  A      B\n  -----  -\n  x | y  z\n", NULL},
    {"no mark of a value counts: row", "|= A\n| x\n[[| y]]\n", "  A\n  -\n  x\n\n  | y\n", NULL},
    {"no mark of a value counts: going on", "- a\n[[  b]]\n", "- a\n\n  b\n",
     "<ul>\n<li>a</li>\n</ul>\n<p>b</p>\n"},
    {"our own control signs in values are gone", "[[\x02# a\x03\n\x0b# b]]\n", "  # a\n  # b\n",
     NULL},
    {"bidirectional controls are gone", "[[a\u202eb\u2066c]]\n", "  abc\n", "<p>abc</p>\n"},
    {"bytes that are not UTF-8 are replaced", "[[a\xff]]\n", "  a\uFFFD\n", "<p>a\uFFFD</p>\n"},
};

START_TEST(marks_become_text_and_html)
{
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    to_plain(&out, cases[_i].text);
    ck_assert_msg(cases[_i].plain == NULL || strcmp(str_text(&out), cases[_i].plain) == 0,
                  "%s:\nwanted [%s]\ngot    [%s]", cases[_i].what, cases[_i].plain, str_text(&out));
    ck_assert(out.size > 0);
    str_reset(&out);
    to_html(&out, cases[_i].text);
    ck_assert_msg(cases[_i].html == NULL || strcmp(str_text(&out), cases[_i].html) == 0,
                  "%s:\nwanted [%s]\ngot    [%s]", cases[_i].what, cases[_i].html, str_text(&out));
    str_dispose(&out);
}
END_TEST

static size_t widest(const char *text)
{
    size_t most = 0;
    size_t width = 0;
    for (; *text != '\0'; text++) {
        width = *text == '\n' ? 0 : width + (((unsigned char)*text & 0xc0) != 0x80);
        most = width > most ? width : most;
    }
    return most;
}

START_TEST(lines_are_wrapped_at_76_signs_not_bytes)
{
    static const char *const texts[] = {
        "", "- ", "> ", "! ", "@ Label | ", "# ", "|= A | B\n| x | "};
    struct str text;
    struct str out;
    str_init(&text, STR_LIMIT_TEXT);
    str_init(&out, STR_LIMIT_TEXT);
    str_add(&text, texts[_i]);
    for (int i = 0; i < 60; i++)
        str_add(&text, i % 7 == 0 ? "[[Schlüssel]] " : "größer ");
    to_plain(&out, str_text(&text));
    ck_assert_uint_le(widest(str_text(&out)), 76);
    ck_assert_uint_ge(widest(str_text(&out)), 66);
    ck_assert_ptr_null(strstr(str_text(&out), " \n"));
    str_dispose(&text);
    str_dispose(&out);
}
END_TEST

START_TEST(words_of_values_never_begin_a_line_in_column_0)
{
    for (int shift = 1; shift < 80; shift++) {
        struct str text;
        struct str out;
        str_init(&text, STR_LIMIT_TEXT);
        str_init(&out, STR_LIMIT_TEXT);
        for (int i = 0; i < shift; i++)
            str_add_c(&text, 'x');
        str_add(&text, " [[Fix: - # none needed]] end\n\n# [[Fix: none]]\n");
        to_plain(&out, str_text(&text));
        ck_assert_ptr_null(strstr(str_text(&out), "\nFix"));
        ck_assert_ptr_null(strstr(str_text(&out), "\n- "));
        ck_assert_ptr_null(strstr(str_text(&out), "\n# "));
        ck_assert_ptr_null(strstr(str_text(&out), "\nnone"));
        str_dispose(&text);
        str_dispose(&out);
    }
}
END_TEST

START_TEST(a_long_word_stays_whole)
{
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    char url[300] = "";
    memset(url, 'u', sizeof url - 1);
    char *text = xprintf("see [[%s]] there\n", url);
    to_plain(&out, text);
    ck_assert_ptr_nonnull(strstr(str_text(&out), url));
    str_dispose(&out);
    free(text);
}
END_TEST

START_TEST(a_wide_table_becomes_records)
{
    struct str out;
    char vector[] = "CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:L/I:H/A:H";
    str_init(&out, STR_LIMIT_TEXT);
    char *text =
        xprintf("|= Id | CVSS | Affected\n| [[V1]] | [[%s]] | [[https://www.example.com/p100]]\n"
                "| [[V2]] | | [[gateway]]\n",
                vector);
    to_plain(&out, text);
    ck_assert_str_eq(str_text(&out), "  Id:        V1\n"
                                     "  CVSS:      CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:L/I:H/A:H\n"
                                     "  Affected:  https://www.example.com/p100\n"
                                     "\n"
                                     "  Id:        V2\n"
                                     "  Affected:  gateway\n");
    str_dispose(&out);
    free(text);
}
END_TEST

static const struct {
    const char *text;
    const char *says;
} refused[] = {
    {"a\n\x02 b\n", "t line 2: a control sign"},
    {"a\x7f\n", "t line 1: a control sign"},
    {"@ From a\n", "t line 1: a line \"@ label | text\" without |"},
    {"@ From {{a | b}}\n", "without |"},
    {"\n| a | b\n", "t line 2: a row without a head above"},
    {"|= A | B\n| a\n", "t line 2: a row with more or fewer cells than its head"},
    {"|= A | B\n| a | b | c\n", "t line 2: a row with more or fewer cells than its head"},
    {"### a\n", "t line 1: an unknown mark"},
    {"#a\n", "t line 1: an unknown mark"},
    {">a\n", "t line 1: an unknown mark"},
    {"!a\n", "t line 1: an unknown mark"},
    {"@a | b\n", "t line 1: an unknown mark"},
};

START_TEST(a_text_with_wrong_marks_is_refused)
{
    struct err err = {0};
    ck_assert_int_eq(marks_check("t", bytes_of(refused[_i].text), &err), ERR_INVALID);
    ck_assert_msg(strstr(err.text, refused[_i].says) != NULL, "wanted [%s]\ngot    [%s]",
                  refused[_i].says, err.text);
}
END_TEST

START_TEST(a_text_with_right_marks_is_accepted)
{
    static const char text[] =
        "# a\n\n@ a | b\n  c | d\n|= A | B\n{{#l}}\n| {{a}} | {{b}}\n{{/l}}\n- x\n-y\n\ttab";
    struct err err = {0};
    ck_assert_msg(marks_check("t", bytes_of(text), &err) == OK, "%s", err.text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("templates.marks");
    TCase *tc = tcase_create("marks");
    tcase_add_loop_test(tc, marks_become_text_and_html, 0, (int)(sizeof cases / sizeof cases[0]));
    tcase_add_loop_test(tc, lines_are_wrapped_at_76_signs_not_bytes, 0, 7);
    tcase_add_test(tc, words_of_values_never_begin_a_line_in_column_0);
    tcase_add_test(tc, a_long_word_stays_whole);
    tcase_add_test(tc, a_wide_table_becomes_records);
    tcase_add_loop_test(tc, a_text_with_wrong_marks_is_refused, 0,
                        (int)(sizeof refused / sizeof refused[0]));
    tcase_add_test(tc, a_text_with_right_marks_is_accepted);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
