#include "templates/parsed.h"

#include <string.h>

struct renderer {
    struct str *out;
    const struct template *tmpl;
    template_escape escape;
    const struct value *stack[RENDER_DEPTH + 1]; /* contexts, innermost last */
    size_t stack_count;
    size_t depth; /* sections and partials entered */
    size_t steps;
    struct str indent;  /* what standalone partials stand behind, outer before inner */
    size_t indent_from; /* an inline partial starts afresh */
    struct err *err;
};

static enum status render_nodes(struct renderer *r, const struct part *part, size_t from,
                                size_t to);

/* Only the first piece is looked for in outer contexts; the others must be inside what it found. */
static const struct value *look_up(struct renderer *r, const struct node *node)
{
    const struct value *found = NULL;
    if (node->path_count == 0)
        return r->stack[r->stack_count - 1];
    for (size_t i = r->stack_count; i > 0 && found == NULL; i--) {
        const struct value *context = r->stack[i - 1];
        found = value_find(context, node->path[0]);
        r->steps += context->type == VALUE_MAP ? 1 + context->count : 1;
    }
    for (size_t i = 1; i < node->path_count && found != NULL; i++)
        found = value_find(found, node->path[i]);
    return found;
}

static bool is_truthy(const struct value *value)
{
    if (value == NULL)
        return false;
    switch (value->type) {
    case VALUE_NONE:
        return false;
    case VALUE_TEXT:
        return value->text[0] != '\0';
    case VALUE_BOOL:
        return value->truth;
    case VALUE_LIST:
        return value->count > 0;
    case VALUE_MAP:
        return true;
    }
    return false;
}

static void write_indent(struct renderer *r)
{
    if (r->indent.size > r->indent_from)
        str_add_n(r->out, r->indent.data + r->indent_from, r->indent.size - r->indent_from);
}

/* Indentation goes before every line of a partial's own text that is not empty, never into values.
 */
static void write_text(struct renderer *r, const struct node *node)
{
    const unsigned char *at = node->text.data;
    const unsigned char *end = at + node->text.size;
    if (r->indent.size == r->indent_from) {
        str_add_n(r->out, at, node->text.size);
        return;
    }
    if (node->line_start && (at == end || *at != '\n'))
        write_indent(r);
    while (at < end) {
        const unsigned char *newline = memchr(at, '\n', (size_t)(end - at));
        const unsigned char *next = newline == NULL ? end : newline + 1;
        str_add_n(r->out, at, (size_t)(next - at));
        at = next;
        if (at < end && *at != '\n')
            write_indent(r);
    }
}

static void write_value(struct renderer *r, const struct node *node)
{
    const struct value *value = look_up(r, node);
    struct bytes text = {NULL, 0};
    if (value != NULL && value->type == VALUE_TEXT)
        text = bytes_of(value->text);
    else if (value != NULL && value->type == VALUE_BOOL)
        text = bytes_of(value->truth ? "true" : "false");
    if (text.size == 0)
        return;
    if (node->kind == NODE_RAW)
        template_escape_none(r->out, text);
    else
        r->escape(r->out, text);
}

static enum status enter(struct renderer *r)
{
    if (r->depth >= RENDER_DEPTH)
        return err_set(r->err, ERR_LIMIT,
                       "sections and partials nest deeper than %d: a partial that uses itself must "
                       "come to an end",
                       RENDER_DEPTH);
    r->depth++;
    return OK;
}

static enum status render_section(struct renderer *r, const struct part *part, size_t index)
{
    const struct node *node = &part->nodes[index];
    const struct value *value = look_up(r, node);
    bool truthy = is_truthy(value);
    enum status status = OK;
    if (truthy == (node->kind == NODE_INVERTED))
        return OK;
    status = enter(r);
    if (status != OK)
        return status;
    if (node->kind == NODE_INVERTED) {
        status = render_nodes(r, part, index + 1, node->end);
    } else {
        bool is_list = value->type == VALUE_LIST;
        size_t rounds = is_list ? value->count : 1;
        r->stack_count++;
        for (size_t i = 0; i < rounds && status == OK; i++) {
            r->stack[r->stack_count - 1] = is_list ? value->entries[i].value : value;
            status = render_nodes(r, part, index + 1, node->end);
        }
        r->stack_count--;
    }
    r->depth--;
    return status;
}

static enum status render_partial(struct renderer *r, const struct node *node)
{
    size_t old_size = r->indent.size;
    size_t old_from = r->indent_from;
    if (node->part == NO_PART)
        return OK;
    enum status status = enter(r);
    if (status != OK)
        return status;
    if (node->standalone)
        str_add_n(&r->indent, node->text.data, node->text.size);
    else
        r->indent_from = r->indent.size;
    const struct part *part = &r->tmpl->parts[node->part];
    status = render_nodes(r, part, 0, part->count);
    str_truncate(&r->indent, old_size);
    r->indent_from = old_from;
    r->depth--;
    return status;
}

static enum status render_nodes(struct renderer *r, const struct part *part, size_t from, size_t to)
{
    for (size_t i = from; i < to;) {
        const struct node *node = &part->nodes[i];
        bool is_section = node->kind == NODE_SECTION || node->kind == NODE_INVERTED;
        enum status status = OK;
        if (++r->steps > RENDER_STEPS)
            return err_set(r->err, ERR_LIMIT,
                           "the template does too much work for this data: "
                           "nest fewer sections over long lists");
        if (node->kind == NODE_TEXT) {
            write_text(r, node);
        } else {
            if (node->line_start)
                write_indent(r);
            if (is_section)
                status = render_section(r, part, i);
            else if (node->kind == NODE_PARTIAL)
                status = render_partial(r, node);
            else
                write_value(r, node);
        }
        if (status != OK)
            return status;
        if (!str_ok(r->out) || !str_ok(&r->indent))
            return err_set(r->err, ERR_LIMIT, "the text grows larger than %zu bytes",
                           r->out->limit);
        i = is_section ? node->end : i + 1;
    }
    return OK;
}

enum status template_render(struct str *out, const struct template *tmpl, const struct value *data,
                            template_escape escape, struct err *err)
{
    struct renderer r = {
        .out = out, .tmpl = tmpl, .escape = escape, .stack = {data}, .stack_count = 1, .err = err};
    str_init(&r.indent, STR_LIMIT_LINE);
    enum status status = render_nodes(&r, &tmpl->parts[0], 0, tmpl->parts[0].count);
    str_dispose(&r.indent);
    return status;
}

void template_escape_html(struct str *out, struct bytes text)
{
    size_t done = 0;
    if (text.size == 0)
        return;
    for (size_t i = 0; i < text.size; i++) {
        const char *entity = NULL;
        switch (text.data[i]) {
        case '&':
            entity = "&amp;";
            break;
        case '<':
            entity = "&lt;";
            break;
        case '>':
            entity = "&gt;";
            break;
        case '"':
            entity = "&quot;";
            break;
        case '\'':
            entity = "&#39;";
            break;
        default:
            continue;
        }
        str_add_n(out, text.data + done, i - done);
        str_add(out, entity);
        done = i + 1;
    }
    str_add_n(out, text.data + done, text.size - done);
}

void template_escape_none(struct str *out, struct bytes text)
{
    str_add_n(out, text.data, text.size);
}
