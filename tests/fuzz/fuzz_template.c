/*
 * Templates, their partials and values from outside: parsed, rendered, never past the limits; and
 * what values hold never changes the blocks that the template's marks make.
 */
#include "templates/engine.h"
#include "templates/html.h"
#include "templates/plain.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define OUTPUT_LIMIT ((size_t)256 * 1024)

/* Template, partial "p" and value, with a NUL between them. */
struct input {
    struct bytes text, partial;
    const char *value;
};

static bool find_partial(void *context, const char *name, struct bytes *out)
{
    const struct input *input = context;
    *out = input->partial;
    return strcmp(name, "p") == 0;
}

static struct value *make_data(struct arena *arena, const char *hostile)
{
    struct value *data = value_map(arena);
    value_set_text(data, "x", hostile);
    value_set_text(data, "n", NULL);
    value_set_bool(data, "t", true);
    value_set_text(value_set_map(data, "m"), "x", "inner");
    struct value *list = value_set_list(data, "l");
    for (int i = 0; i < 3; i++) {
        struct value *row = value_add_map(list);
        value_set_text(row, "x", i == 1 ? NULL : hostile);
        value_add_text(value_set_list(row, "s"), "item");
    }
    return data;
}

/* False when a limit was reached: once is enough for one input. */
static bool check(const struct input *input, const struct template_rules *rules,
                  template_escape escape)
{
    struct err err = {0};
    struct template *tmpl = NULL;
    if (template_parse(&tmpl, "fuzz", input->text, rules, &err) != OK) {
        assert(err.text[0] != '\0');
        return true;
    }
    struct arena *arena = arena_new();
    struct str out;
    str_init(&out, OUTPUT_LIMIT);
    enum status status = template_render(&out, tmpl, make_data(arena, input->value), escape, &err);
    assert(status == OK ? str_ok(&out) : status == ERR_LIMIT);
    assert(out.size <= OUTPUT_LIMIT);
    str_dispose(&out);
    arena_free(arena);
    template_free(tmpl);
    return status == OK;
}

/* Blocks of one rendering with `value` as every value. False when a limit was reached. */
static bool make_blocks(struct blocks *out, struct str *rendering, struct arena *arena,
                        const struct template *tmpl, const char *value)
{
    struct err err = {0};
    str_init(rendering, OUTPUT_LIMIT);
    if (template_render(rendering, tmpl, make_data(arena, value), marks_escape, &err) != OK)
        return false;
    marks_split(out, arena, rendering);
    return true;
}

/* Every "<" is one of ours: values and words are escaped. */
static void check_html(const struct str *html)
{
    static const char *const ours[] = {"!DOCTYPE html>\n",
                                       "html",
                                       "head>",
                                       "meta ",
                                       "title>",
                                       "style>",
                                       "body>",
                                       "h1>",
                                       "h2>",
                                       "p>",
                                       "p class=\"alert\">",
                                       "ul>",
                                       "li>",
                                       "blockquote>",
                                       "br>",
                                       "table",
                                       "thead>",
                                       "tbody>",
                                       "tr>",
                                       "th",
                                       "td>",
                                       "span"};
    for (const char *at = str_text(html); (at = strchr(at, '<')) != NULL; at++) {
        bool known = false;
        const char *name = at[1] == '/' ? at + 2 : at + 1;
        for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
            known = known || strncmp(name, ours[i], strlen(ours[i])) == 0;
        assert(known);
    }
}

static void check_page(const struct blocks *blocks)
{
    struct str page;
    str_init(&page, 16 * OUTPUT_LIMIT);
    plain_write(&page, blocks);
    for (size_t i = 0; i < page.size; i++)
        assert((unsigned char)page.data[i] >= ' ' || page.data[i] == '\n');
    str_reset(&page);
    html_write(&page, blocks, "en", "title", bytes_of("p { }\n"));
    check_html(&page);
    str_dispose(&page);
}

static void check_marks(const struct input *input, const struct template_rules *rules)
{
    struct err err = {0};
    struct template *tmpl = NULL;
    struct blocks hostile_blocks;
    struct blocks calm_blocks;
    struct str hostile_text;
    struct str calm_text;
    if (marks_check("fuzz", input->text, &err) != OK ||
        marks_check("p", input->partial, &err) != OK ||
        template_parse(&tmpl, "fuzz", input->text, rules, &err) != OK)
        return;
    struct arena *arena = arena_new();
    const char *value = arena_printf(arena, "v%s", input->value);
    bool whole = make_blocks(&hostile_blocks, &hostile_text, arena, tmpl, value);
    bool calm = make_blocks(&calm_blocks, &calm_text, arena, tmpl, "v");
    if (whole && calm) {
        assert(hostile_blocks.count == calm_blocks.count);
        for (size_t i = 0; i < calm_blocks.count; i++) {
            assert(hostile_blocks.items[i].kind == calm_blocks.items[i].kind);
            assert(hostile_blocks.items[i].cell_count == calm_blocks.items[i].cell_count);
        }
        check_page(&hostile_blocks);
    }
    str_dispose(&hostile_text);
    str_dispose(&calm_text);
    arena_free(arena);
    template_free(tmpl);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"x", "n", "t", "m", "l", "s"};
    char *copy = xstrndup((const char *)data, size); /* ends in a NUL of its own */
    struct input input = {.text = bytes_of(copy), .value = "value"};
    if (input.text.size < size)
        input.partial = bytes_of(copy + input.text.size + 1);
    if (input.text.size + input.partial.size + 1 < size)
        input.value = copy + input.text.size + input.partial.size + 2;
    struct template_rules any = {.allow_raw = true, .partial = find_partial, .context = &input};
    struct template_rules strict = {
        .names = names, .name_count = 6, .partial = find_partial, .context = &input};
    if (check(&input, &any, template_escape_html) && check(&input, &strict, template_escape_none))
        check_marks(&input, &strict);
    free(copy);
    return 0;
}
