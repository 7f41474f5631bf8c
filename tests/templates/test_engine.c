#include "tests/templates/engine_cases.h"
#include "tests/templates/values.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Parses data, partials and text, renders; the caller disposes *out. */
static enum status run(struct str *out, const char *data, const char *partials, const char *text,
                       struct template_rules rules, struct err *err)
{
    struct arena *arena = arena_new();
    struct json_doc *data_doc = NULL;
    struct json_doc *partials_doc = NULL;
    struct template *tmpl = NULL;
    ck_assert_msg(json_parse(&data_doc, bytes_of(data), NULL, NULL, err) == OK, "%s", err->text);
    if (partials != NULL) {
        ck_assert_msg(json_parse(&partials_doc, bytes_of(partials), NULL, NULL, err) == OK, "%s",
                      err->text);
        rules.partial = values_partial;
        rules.context = (void *)(uintptr_t)json_root(partials_doc);
    }
    enum status status = template_parse(&tmpl, "notice.hdo", bytes_of(text), &rules, err);
    if (status == OK)
        status = template_render(out, tmpl, values_of(arena, json_root(data_doc)),
                                 template_escape_html, err);
    template_free(tmpl);
    json_free(data_doc);
    json_free(partials_doc);
    arena_free(arena);
    return status;
}

START_TEST(every_rule_of_the_specification_that_we_have_holds)
{
    const struct engine_case *c = &engine_cases[_i];
    struct err err = {0};
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    ck_assert_msg(run(&out, c->data, c->partials, c->text,
                      (struct template_rules){.allow_raw = true}, &err) == OK,
                  "%s: %s", c->rule, err.text);
    ck_assert_msg(strcmp(str_text(&out), c->expected) == 0, "%s:\nwanted [%s]\ngot    [%s]",
                  c->rule, c->expected, str_text(&out));
    str_dispose(&out);
}
END_TEST

static const char *const known[] = {"product", "version", "devices", "serial"};

static const struct {
    const char *what;
    const char *text;
    enum status status;
    const char *says;
} refused[] = {
    {"an unknown name, with line and the nearest", "a\nb\n{{produkt}}", ERR_INVALID,
     "notice.hdo line 3: {{produkt}}: unknown name: did you mean product?"},
    {"an unknown section", "{{#device}}{{/device}}", ERR_INVALID,
     "notice.hdo line 1: {{#device}}: unknown name: did you mean devices?"},
    {"an unknown inverted section", "\r\n{{^device}}{{/device}}", ERR_INVALID,
     "notice.hdo line 2: {{^device}}: unknown name: did you mean devices?"},
    {"an unknown piece of a dotted name", "{{product.sereal}}", ERR_INVALID,
     "notice.hdo line 1: {{product.sereal}}: unknown name: did you mean serial?"},
    {"a name that is like no other", "{{zzzzzzzzzzzz}}", ERR_INVALID,
     "line 1: {{zzzzzzzzzzzz}}: unknown name:"},
    {"a name with a sign that names do not have", "{{pro duct}}", ERR_INVALID,
     "{{pro duct}}: not a name"},
    {"a name with an empty piece", "{{product..serial}}", ERR_INVALID, "not a name"},
    {"a name that ends in a dot", "{{product.}}", ERR_INVALID, "not a name"},
    {"no name at all", "{{}}", ERR_INVALID, "not a name"},
    {"a control sign in a name, shown harmless", "{{a\033[2Jb}}", ERR_INVALID, "{{a\\x1b[2Jb}}"},
    {"a tag that never ends", "a\n{{product", ERR_INVALID,
     "line 2: a tag begins with {{ and never ends: add }}"},
    {"three braces that end with two", "{{{product}}", ERR_INVALID, "never ends: add }}}"},
    {"an unescaped value", "\n{{{product}}}", ERR_INVALID,
     "line 2: {{{product}}: unescaped values are not allowed"},
    {"an unescaped value with an ampersand", "{{&product}}", ERR_INVALID,
     "unescaped values are not allowed"},
    {"set delimiters", "{{=<% %>=}}", ERR_INVALID, "set delimiters are not supported"},
    {"an unknown partial", "x\n\n{{>genuine}}", ERR_INVALID,
     "line 3: {{>genuine}}: there is no such part"},
    {"a partial without name", "{{>}}", ERR_INVALID, "not a name of a part"},
    {"a section that is never closed", "\n{{#devices}}\nx\n", ERR_INVALID,
     "line 2: {{#devices}}: never closed"},
    {"an end without a beginning", "\n\n{{/devices}}", ERR_INVALID,
     "line 3: {{/devices}}: closes nothing"},
    {"sections that cross", "{{#devices}}\n{{#product}}\n{{/devices}}{{/product}}", ERR_INVALID,
     "line 3: {{/devices}}: the section open here is {{#product}} of line 2"},
    {"bytes that are not UTF-8", "gr\xfc\xdf", ERR_INVALID, "notice.hdo: not UTF-8 text"},
};

START_TEST(loading_refuses)
{
    struct err err = {0};
    struct template *tmpl = NULL;
    struct template_rules rules = {.names = known, .name_count = 4};
    enum status status =
        template_parse(&tmpl, "notice.hdo", bytes_of(refused[_i].text), &rules, &err);
    ck_assert_msg(status == refused[_i].status, "%s: status %d", refused[_i].what, status);
    ck_assert_msg(strstr(err.text, refused[_i].says) != NULL, "%s:\nwanted [%s]\ngot    [%s]",
                  refused[_i].what, refused[_i].says, err.text);
}
END_TEST

START_TEST(loading_refuses_nul)
{
    struct err err = {0};
    struct template *tmpl = NULL;
    struct bytes text = {(const unsigned char *)"a\0b", 3};
    ck_assert_int_eq(template_parse(&tmpl, "n", text, &(struct template_rules){0}, &err),
                     ERR_INVALID);
    ck_assert_ptr_nonnull(strstr(err.text, "not UTF-8 text"));
}
END_TEST

START_TEST(an_error_in_a_partial_names_the_partial_and_its_line)
{
    struct err err = {0};
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    struct template_rules rules = {.names = known, .name_count = 4};
    ck_assert_int_eq(run(&out, "{}", "{\"table\":\"\\n\\n{{#a\"}", "x{{>table}}", rules, &err),
                     ERR_INVALID);
    ck_assert_str_eq(err.text,
                     "notice.hdo: {{>table}} line 3: a tag begins with {{ and never ends: add }}");
    str_dispose(&out);
}
END_TEST

START_TEST(loading_refuses_more_than_a_mebibyte)
{
    struct err err = {0};
    struct template *tmpl = NULL;
    size_t size = 1024 * 1024;
    char *text = malloc(size + 1);
    ck_assert_ptr_nonnull(text);
    memset(text, 'x', size + 1);
    struct bytes whole = {(unsigned char *)text, size};
    ck_assert_int_eq(template_parse(&tmpl, "n", whole, &(struct template_rules){0}, &err), OK);
    template_free(tmpl);
    whole.size++;
    ck_assert_int_eq(template_parse(&tmpl, "n", whole, &(struct template_rules){0}, &err),
                     ERR_LIMIT);
    ck_assert_ptr_nonnull(strstr(err.text, "larger than 1 MiB"));
    free(text);
}
END_TEST

static void add_times(struct str *out, const char *text, int times)
{
    for (int i = 0; i < times; i++)
        str_add(out, text);
}

START_TEST(sections_nest_32_deep_and_no_deeper)
{
    for (int depth = 32; depth <= 33; depth++) {
        struct err err = {0};
        struct str text;
        struct str out;
        str_init(&text, STR_LIMIT_TEXT);
        str_init(&out, STR_LIMIT_TEXT);
        add_times(&text, "{{#t}}", depth);
        str_add(&text, "x");
        add_times(&text, "{{/t}}", depth);
        enum status status =
            run(&out, "{\"t\":true}", NULL, str_text(&text), (struct template_rules){0}, &err);
        ck_assert_int_eq(status, depth == 32 ? OK : ERR_LIMIT);
        ck_assert_str_eq(str_text(&out), depth == 32 ? "x" : "");
        str_dispose(&text);
        str_dispose(&out);
    }
}
END_TEST

START_TEST(a_partial_that_uses_itself_for_ever_is_stopped)
{
    struct err err = {0};
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    ck_assert_int_eq(
        run(&out, "{}", "{\"p\":\"{{>p}}{{>p}}\"}", "{{>p}}", (struct template_rules){0}, &err),
        ERR_LIMIT);
    ck_assert_ptr_nonnull(strstr(err.text, "nest deeper than 64"));
    str_dispose(&out);
}
END_TEST

/* Sections around a chain of 63 partials: 64 levels are the most. */
START_TEST(rendering_nests_64_deep_and_no_deeper)
{
    for (int sections = 1; sections <= 2; sections++) {
        struct err err = {0};
        struct str partials;
        struct str out;
        str_init(&partials, STR_LIMIT_TEXT);
        str_init(&out, STR_LIMIT_TEXT);
        for (int i = 1; i <= 62; i++)
            str_addf(&partials, "%s\"p%d\":\"{{>p%d}}\"", i == 1 ? "{" : ",", i, i + 1);
        str_add(&partials, ",\"p63\":\"x\"}");
        enum status status =
            run(&out, "{\"t\":true}", str_text(&partials),
                sections == 1 ? "{{#t}}{{>p1}}{{/t}}" : "{{#t}}{{#t}}{{>p1}}{{/t}}{{/t}}",
                (struct template_rules){0}, &err);
        ck_assert_int_eq(status, sections == 1 ? OK : ERR_LIMIT);
        ck_assert_str_eq(str_text(&out), sections == 1 ? "x" : "");
        str_dispose(&partials);
        str_dispose(&out);
    }
}
END_TEST

START_TEST(partials_that_use_each_other_are_refused_when_asked)
{
    struct template_rules rules = {.names = known, .name_count = 4, .no_recursion = true};
    struct err err = {0};
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    ck_assert_int_eq(run(&out, "{}", "{\"a\":\"{{>b}}\",\"b\":\"{{#devices}}{{>a}}{{/devices}}\"}",
                         "{{>a}}", rules, &err),
                     ERR_INVALID);
    ck_assert_ptr_nonnull(strstr(err.text, "{{>a}}: the part uses itself"));
    ck_assert_int_eq(
        run(&out, "{}", "{\"a\":\"{{>b}}{{>b}}\",\"b\":\"x\"}", "{{>a}}{{>b}}", rules, &err), OK);
    str_dispose(&out);
}
END_TEST

START_TEST(work_that_writes_nothing_is_bounded)
{
    struct err err = {0};
    struct str data;
    struct str text;
    struct str out;
    str_init(&data, STR_LIMIT_TEXT);
    str_init(&text, STR_LIMIT_TEXT);
    str_init(&out, STR_LIMIT_TEXT);
    str_add(&data, "{\"l\":[1");
    add_times(&data, ",1", 99);
    str_add(&data, "]}");
    add_times(&text, "{{#l}}", 20);
    add_times(&text, "{{/l}}", 20);
    ck_assert_int_eq(
        run(&out, str_text(&data), NULL, str_text(&text), (struct template_rules){0}, &err),
        ERR_LIMIT);
    ck_assert_ptr_nonnull(strstr(err.text, "too much work"));
    str_dispose(&data);
    str_dispose(&text);
    str_dispose(&out);
}
END_TEST

START_TEST(output_past_its_limit_is_an_error)
{
    struct err err = {0};
    struct str out;
    str_init(&out, 9);
    ck_assert_int_eq(
        run(&out, "{\"x\":\"12345\"}", NULL, "{{x}}{{x}}", (struct template_rules){0}, &err),
        ERR_LIMIT);
    ck_assert_ptr_nonnull(strstr(err.text, "larger than 9 bytes"));
    str_dispose(&out);
}
END_TEST

START_TEST(more_than_63_partials_are_refused)
{
    struct err err = {0};
    struct str partials;
    struct str text;
    struct str out;
    str_init(&partials, STR_LIMIT_TEXT);
    str_init(&text, STR_LIMIT_TEXT);
    str_init(&out, STR_LIMIT_TEXT);
    for (int i = 1; i <= 64; i++) {
        str_addf(&partials, "%s\"p%d\":\"x\"", i == 1 ? "{" : ",", i);
        str_addf(&text, "{{>p%d}}", i);
    }
    str_add(&partials, "}");
    ck_assert_int_eq(
        run(&out, "{}", str_text(&partials), str_text(&text), (struct template_rules){0}, &err),
        ERR_LIMIT);
    ck_assert_ptr_nonnull(strstr(err.text, "{{>p64}}: more than 63 parts"));
    str_dispose(&partials);
    str_dispose(&text);
    str_dispose(&out);
}
END_TEST

START_TEST(setting_a_name_again_replaces_it)
{
    struct arena *arena = arena_new();
    struct err err = {0};
    struct template *tmpl = NULL;
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    struct value *data = value_map(arena);
    value_set_text(data, "x", "old");
    value_set_text(data, "x", "new");
    value_set_bool(data, "t", true);
    ck_assert_int_eq(
        template_parse(&tmpl, "n", bytes_of("{{x}} {{t}}"), &(struct template_rules){0}, &err), OK);
    ck_assert_int_eq(template_render(&out, tmpl, data, template_escape_none, &err), OK);
    ck_assert_str_eq(str_text(&out), "new true");
    template_free(tmpl);
    template_free(NULL);
    str_dispose(&out);
    arena_free(arena);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("templates.engine");
    TCase *tc = tcase_create("engine");
    tcase_add_loop_test(tc, every_rule_of_the_specification_that_we_have_holds, 0,
                        (int)engine_case_count);
    tcase_add_loop_test(tc, loading_refuses, 0, (int)(sizeof refused / sizeof refused[0]));
    tcase_add_test(tc, loading_refuses_nul);
    tcase_add_test(tc, an_error_in_a_partial_names_the_partial_and_its_line);
    tcase_add_test(tc, loading_refuses_more_than_a_mebibyte);
    tcase_add_test(tc, sections_nest_32_deep_and_no_deeper);
    tcase_add_test(tc, a_partial_that_uses_itself_for_ever_is_stopped);
    tcase_add_test(tc, rendering_nests_64_deep_and_no_deeper);
    tcase_add_test(tc, partials_that_use_each_other_are_refused_when_asked);
    tcase_add_test(tc, work_that_writes_nothing_is_bounded);
    tcase_add_test(tc, output_past_its_limit_is_an_error);
    tcase_add_test(tc, more_than_63_partials_are_refused);
    tcase_add_test(tc, setting_a_name_again_replaces_it);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    (void)printf("specification rules: %zu\n", engine_case_count);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
