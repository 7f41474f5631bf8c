/*
 * Our engine against the reference implementation of Mustache (npm package "mustache"), over the
 * table of rules and over random templates. For developers: npm install --prefix .tools mustache
 */
#include "base/file.h"
#include "base/json_out.h"
#include "tests/templates/engine_cases.h"
#include "tests/templates/values.h"

#include <check.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MODULES TEST_SOURCE_DIR "/.tools/node_modules"
#define RANDOM_CASES 3000

extern char **environ;

static const char data_text[] =
    "{\"yes\":true,\"no\":false,\"nil\":null,\"x\":\"<x>\",\"e\":\"\",\"two\":\"a\\nb\","
    "\"m\":{\"x\":\"inner\",\"y\":\"&\",\"deep\":{\"z\":\"Z\"}},"
    "\"l\":[{\"x\":1,\"in\":[{\"y\":2},{\"y\":3}]},{\"z\":\"\"},{\"x\":null}],"
    "\"s\":[\"one\",\"\",\"three\"],\"none\":[]}";

static const char partials_text[] =
    "{\"p\":\"p1 {{x}}\\n{{#yes}}\\n  in\\n{{/yes}}\\n\\np2\\n\",\"q\":\"{{#l}}\\n- "
    "{{x}}\\n{{/l}}\\n\","
    "\"r\":\"r\\n  {{>p}}\\nend\",\"t\":\"inline {{m.y}}\"}";

/* A fixed sequence: a failure can be run again. */
static uint32_t next_random(uint32_t *state, uint32_t below)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state % below;
}

#define PICK(list) list[next_random(state, sizeof list / sizeof list[0])]

static void add_inline(struct str *out, uint32_t *state)
{
    static const char *const tags[] = {"{{x}}",
                                       "{{{x}}}",
                                       "{{&two}}",
                                       "{{m.x}}",
                                       "{{ m.deep.z }}",
                                       "{{m.no.z}}",
                                       "{{y}}",
                                       "{{z}}",
                                       "{{e}}",
                                       "{{nil}}",
                                       "{{!note}}",
                                       "{{>t}}",
                                       "{{deep.z}}",
                                       "{{#yes}}in{{/yes}}",
                                       "{{^no}}in{{/no}}",
                                       "{{#none}}no{{/none}}",
                                       "{{#s}}<{{.}}>{{/s}}",
                                       "{{#m}}{{x}}{{y}}{{/m}}",
                                       "{{#l}}{{#in}}{{x}}{{y}};{{/in}}{{/l}}"};
    static const char *const words[] = {"a", "b ", " c", "{ }", "}}", "\"", "<", "  d  "};
    static const char *const ends[] = {"\n", "\n", "\n", "\r\n", " \n", "\n\n"};
    /* A line of tags only is where implementations differ: it begins with a sign. */
    str_add(out, "-");
    for (uint32_t n = next_random(state, 5); n > 0; n--)
        str_add(out, next_random(state, 2) == 0 ? PICK(words) : PICK(tags));
    str_add(out, PICK(ends));
}

static void add_lines(struct str *out, uint32_t *state, int depth)
{
    static const char *const blanks[] = {"", "", "  ", "\t", " "};
    static const char *const names[] = {"yes", "no", "nil",  "x",    "e",      "m",
                                        "l",   "s",  "none", "gone", "m.deep", "m.no"};
    static const char *const ends[] = {"\n", "\n", "\r\n", " \n"};
    static const char *const alone[] = {"{{!c}}", "{{! c\nd }}", "{{>p}}",   "{{>q}}",
                                        "{{>r}}", "{{>t}}",      "{{>gone}}"};
    for (uint32_t n = next_random(state, 4); n > 0; n--) {
        uint32_t kind = next_random(state, 4);
        if (kind < 2) {
            add_inline(out, state);
        } else if (kind == 2) {
            const char *blank = PICK(blanks);
            str_addf(out, "%s%s%s", blank, PICK(alone), PICK(ends));
        } else if (depth < 5) {
            const char *name = PICK(names);
            const char *blank = PICK(blanks);
            str_addf(out, "%s{{%c%s}}%s", blank, next_random(state, 3) == 0 ? '^' : '#', name,
                     PICK(ends));
            add_lines(out, state, depth + 1);
            str_addf(out, "%s{{/%s}}%s", blank, name, PICK(ends));
        }
    }
}

static void add_case(struct str *cases, const char *data, const char *text, const char *partials)
{
    struct json_out j;
    json_out_init(&j, cases, true);
    json_out_object(&j, NULL);
    json_out_raw(&j, "data", data);
    json_out_raw(&j, "partials", partials == NULL ? "{}" : partials);
    json_out_text(&j, "text", text);
    json_out_end(&j);
    str_add(cases, "\n");
}

static void render_case(struct str *results, const struct json *one)
{
    struct err err = {0};
    struct arena *arena = arena_new();
    struct template *tmpl = NULL;
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    struct template_rules rules = {.allow_raw = true,
                                   .partial = values_partial,
                                   .context = (void *)(uintptr_t)json_get(one, "partials")};
    ck_assert_msg(template_parse(&tmpl, "case", bytes_of(json_string(json_get(one, "text"))),
                                 &rules, &err) == OK,
                  "%s", err.text);
    ck_assert_msg(template_render(&out, tmpl, values_of(arena, json_get(one, "data")),
                                  template_escape_html, &err) == OK,
                  "%s", err.text);
    str_add_n(results, str_text(&out), out.size);
    template_free(tmpl);
    str_dispose(&out);
    arena_free(arena);
}

static bool has_oracle(void)
{
    char *argv[] = {(char[]){"node"}, (char[]){"--version"}, NULL};
    pid_t pid = 0;
    int status = 0;
    if (!file_exists(MODULES "/mustache/package.json") ||
        posix_spawnp(&pid, "node", NULL, NULL, argv, environ) != 0)
        return false;
    return waitpid(pid, &status, 0) == pid && status == 0;
}

static void run_oracle(const char *cases, const char *results)
{
    char *argv[] = {xstrdup("node"),  xstrdup(TEST_SOURCE_DIR "/tests/templates/oracle.js"),
                    xstrdup(MODULES), xstrdup(cases),
                    xstrdup(results), NULL};
    pid_t pid = 0;
    int status = -1;
    ck_assert_int_eq(posix_spawnp(&pid, "node", NULL, NULL, argv, environ), 0);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
    for (size_t i = 0; argv[i] != NULL; i++)
        free(argv[i]);
}

/* Where the specification is with us: version 4.2.0 goes on to look in outer contexts here. */
static bool differs_on_purpose(const char *rule)
{
    return text_equal(rule, "the first piece that is found decides");
}

static void compare(struct bytes cases, struct bytes results)
{
    size_t count = 0;
    const char *one = (const char *)cases.data;
    const char *theirs = (const char *)results.data;
    while (*one != '\0') {
        struct err err = {0};
        struct json_doc *case_doc = NULL;
        struct json_doc *result_doc = NULL;
        size_t one_size = strcspn(one, "\n");
        size_t their_size = strcspn(theirs, "\n");
        ck_assert_int_eq(json_parse(&case_doc, (struct bytes){(const unsigned char *)one, one_size},
                                    NULL, NULL, &err),
                         OK);
        ck_assert_int_eq(json_parse(&result_doc,
                                    (struct bytes){(const unsigned char *)theirs, their_size}, NULL,
                                    NULL, &err),
                         OK);
        struct str ours;
        str_init(&ours, STR_LIMIT_TEXT);
        render_case(&ours, json_root(case_doc));
        bool differs = count < engine_case_count && differs_on_purpose(engine_cases[count].rule);
        const char *wanted = json_string(json_root(result_doc));
        ck_assert_msg(text_equal(str_text(&ours), wanted) != differs,
                      "%.*s\nwanted [%s]\ngot    [%s]", (int)one_size, one, wanted,
                      str_text(&ours));
        str_dispose(&ours);
        json_free(case_doc);
        json_free(result_doc);
        one += one_size + 1;
        theirs += their_size + 1;
        count++;
    }
    ck_assert_uint_eq(count, engine_case_count + RANDOM_CASES);
    (void)printf("as the reference implementation: %zu templates but 1\n", count);
}

START_TEST(the_engine_writes_what_the_reference_implementation_writes)
{
    if (!has_oracle()) {
        (void)puts("SKIP: no node or no " MODULES
                   "/mustache: npm install --prefix .tools mustache");
        return;
    }
    uint32_t state = 20261127;
    struct err err = {0};
    struct str cases;
    struct str results;
    str_init(&cases, STR_LIMIT_MAIL);
    str_init(&results, STR_LIMIT_MAIL);
    for (size_t i = 0; i < engine_case_count; i++)
        add_case(&cases, engine_cases[i].data, engine_cases[i].text, engine_cases[i].partials);
    for (int i = 0; i < RANDOM_CASES; i++) {
        struct str text;
        str_init(&text, STR_LIMIT_TEXT);
        add_lines(&text, &state, 0);
        add_case(&cases, data_text, str_text(&text), partials_text);
        str_dispose(&text);
    }
    char dir[] = TEST_BINARY_DIR "/oracle-XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(dir));
    char *cases_path = path_join(dir, "cases");
    char *results_path = path_join(dir, "results");
    ck_assert_int_eq(file_write(cases_path, str_bytes(&cases), 0600, &err), OK);
    run_oracle(cases_path, results_path);
    ck_assert_int_eq(file_read(&results, results_path, STR_LIMIT_MAIL, &err), OK);
    compare(str_bytes(&cases), str_bytes(&results));
    ck_assert_int_eq(file_remove_tree(dir, &err), OK);
    free(cases_path);
    free(results_path);
    str_dispose(&cases);
    str_dispose(&results);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("templates.oracle");
    TCase *tc = tcase_create("oracle");
    tcase_set_timeout(tc, 30);
    tcase_add_test(tc, the_engine_writes_what_the_reference_implementation_writes);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
