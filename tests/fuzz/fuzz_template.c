/* Templates and their partials from outside: parsed, rendered, and never past the limits. */
#include "templates/engine.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define OUTPUT_LIMIT ((size_t)256 * 1024)

/* The input up to its first NUL is the template, the rest the partial "p" and the values. */
struct input {
    struct bytes text, partial;
};

static bool find_partial(void *context, const char *name, struct bytes *out)
{
    const struct input *input = context;
    *out = input->partial;
    return strcmp(name, "p") == 0;
}

static struct value *make_data(struct arena *arena, struct bytes text)
{
    struct value *data = value_map(arena);
    char *hostile = arena_strndup(arena, (const char *)text.data, text.size);
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

static void check(const struct input *input, const struct template_rules *rules,
                  template_escape escape)
{
    struct err err = {0};
    struct template *tmpl = NULL;
    if (template_parse(&tmpl, "fuzz", input->text, rules, &err) != OK) {
        assert(err.text[0] != '\0');
        return;
    }
    struct arena *arena = arena_new();
    struct str out;
    str_init(&out, OUTPUT_LIMIT);
    enum status status =
        template_render(&out, tmpl, make_data(arena, input->partial), escape, &err);
    assert(status == OK ? str_ok(&out) : status == ERR_LIMIT);
    assert(out.size <= OUTPUT_LIMIT);
    str_dispose(&out);
    arena_free(arena);
    template_free(tmpl);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"x", "n", "t", "m", "l", "s"};
    struct input input = {.text = {data, size}};
    const uint8_t *end = size > 0 ? memchr(data, '\0', size) : NULL;
    if (end != NULL) {
        input.text.size = (size_t)(end - data);
        input.partial = (struct bytes){end + 1, size - input.text.size - 1};
    } else {
        input.partial = bytes_of("part {{x}}\n");
    }
    struct template_rules any = {.allow_raw = true, .partial = find_partial, .context = &input};
    struct template_rules strict = {
        .names = names, .name_count = 6, .partial = find_partial, .context = &input};
    check(&input, &any, template_escape_html);
    check(&input, &strict, template_escape_none);
    return 0;
}
