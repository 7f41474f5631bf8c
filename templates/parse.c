#include "templates/parsed.h"

#include "base/nearest.h"
#include "base/utf8.h"
#include "templates/tag.h"

#include <stdio.h>
#include <string.h>

struct open_section {
    size_t node;
    size_t line;
    struct tag tag;
};

enum part_mark { PART_NEW, PART_ENTERED, PART_DONE };

struct parser {
    struct template *tmpl;
    const struct template_rules *rules;
    const char *where; /* the text's name, for errors */
    struct err *err;
    struct bytes text;
    size_t at;       /* first byte that is not taken yet */
    size_t line;     /* of `at`, from 1 */
    bool line_start; /* nothing of this line was written yet */
    struct node *nodes;
    size_t count;
    struct open_section open[TEMPLATE_DEPTH];
    size_t depth;
};

/* "WHERE line 12: {{#name}}: what". The tag begins on the line that the parser stands on. */
static enum status fail(const struct parser *p, enum status status, const struct tag *tag,
                        const char *what)
{
    char kind[2] = {tag->kind, '\0'};
    struct bytes name = tag->name;
    struct str shown;
    str_init(&shown, 300);
    if (name.size > 60)
        name.size = 60;
    utf8_add_escaped(&shown, name);
    (void)err_set(p->err, status, "%s line %zu: {{%s%s}}: %s", p->where, p->line, kind,
                  str_text(&shown), what);
    str_dispose(&shown);
    return status;
}

static struct bytes slice(struct bytes text, size_t from, size_t to)
{
    return (struct bytes){text.data + from, to - from};
}

static void push_node(struct parser *p, struct node node)
{
    node.line_start = p->line_start;
    p->line_start = false;
    arena_push(p->tmpl->arena, &p->nodes, &p->count, sizeof node, &node);
}

static void skip_to(struct parser *p, size_t to)
{
    for (; p->at < to; p->at++)
        if (p->text.data[p->at] == '\n')
            p->line++;
}

/* The literal text from `at` to `to` becomes a node. */
static void take_text(struct parser *p, size_t to)
{
    if (to == p->at)
        return;
    struct bytes text = slice(p->text, p->at, to);
    push_node(p, (struct node){.kind = NODE_TEXT, .text = text});
    p->line_start = text.data[text.size - 1] == '\n';
    skip_to(p, to);
}

static enum status check_known(const struct parser *p, const struct tag *tag, const char *piece)
{
    const struct template_rules *rules = p->rules;
    if (rules->names == NULL)
        return OK;
    for (size_t i = 0; i < rules->name_count; i++)
        if (text_equal(rules->names[i], piece))
            return OK;
    char what[160];
    int nearest = nearest_name(piece, rules->names, rules->name_count);
    if (nearest >= 0)
        (void)snprintf(what, sizeof what, "unknown name: did you mean %.60s?",
                       rules->names[nearest]);
    else
        (void)snprintf(what, sizeof what, "unknown name: the README lists the known ones");
    return fail(p, ERR_INVALID, tag, what);
}

/* Splits a.b.c and checks each piece. */
static enum status read_path(const struct parser *p, struct node *node, const struct tag *tag)
{
    if (tag->name.size == 1 && tag->name.data[0] == '.')
        return OK;
    if (!tag_is_name(tag->name))
        return fail(p, ERR_INVALID, tag,
                    "not a name: write letters, digits, _ and -, with dots between");
    const char **path = NULL;
    struct arena *arena = p->tmpl->arena;
    for (size_t from = 0; from <= tag->name.size;) {
        size_t to = from;
        while (to < tag->name.size && tag->name.data[to] != '.')
            to++;
        const char *piece = arena_strndup(arena, (const char *)tag->name.data + from, to - from);
        enum status status = check_known(p, tag, piece);
        if (status != OK)
            return status;
        arena_push(arena, &path, &node->path_count, sizeof piece, &piece);
        from = to + 1;
    }
    node->path = path;
    return OK;
}

static enum status open_section(struct parser *p, const struct tag *tag)
{
    struct node node = {.kind = tag->kind == '#' ? NODE_SECTION : NODE_INVERTED};
    enum status status = read_path(p, &node, tag);
    if (status != OK)
        return status;
    if (p->depth == TEMPLATE_DEPTH)
        return fail(p, ERR_LIMIT, tag, "more than 32 sections are open here");
    p->open[p->depth++] = (struct open_section){p->count, p->line, *tag};
    push_node(p, node);
    return OK;
}

static enum status close_section(struct parser *p, const struct tag *tag)
{
    if (p->depth == 0)
        return fail(p, ERR_INVALID, tag, "closes nothing: remove it");
    const struct open_section *open = &p->open[p->depth - 1];
    if (!bytes_equal(open->tag.name, tag->name)) {
        char what[160];
        (void)snprintf(what, sizeof what,
                       "the section open here is {{%c%.*s}} of line %zu: close that first",
                       open->tag.kind, open->tag.name.size > 60 ? 60 : (int)open->tag.name.size,
                       (const char *)open->tag.name.data, open->line);
        return fail(p, ERR_INVALID, tag, what);
    }
    p->nodes[open->node].end = p->count;
    p->depth--;
    return OK;
}

/* Keep an own copy: the caller's bytes need not live on. */
static enum status add_part(struct parser *p, const char *name, struct bytes text)
{
    struct arena *arena = p->tmpl->arena;
    size_t bad_at = 0;
    if (text.size > TEMPLATE_SIZE)
        return err_set(p->err, ERR_LIMIT, "%s: larger than 1 MiB: a template is a page of words",
                       p->where);
    if (!utf8_valid(text, &bad_at) || (text.size > 0 && memchr(text.data, '\0', text.size) != NULL))
        return err_set(p->err, ERR_INVALID, "%s: not UTF-8 text: save it as UTF-8", p->where);
    struct part part = {.name = name};
    part.text.data = (unsigned char *)arena_strndup(arena, (const char *)text.data, text.size);
    part.text.size = text.size;
    arena_push(arena, &p->tmpl->parts, &p->tmpl->part_count, sizeof part, &part);
    return OK;
}

/* The index of a partial, read in when it is new. */
static enum status find_part(struct parser *p, size_t *out, const struct tag *tag)
{
    struct template *tmpl = p->tmpl;
    struct bytes text = {NULL, 0};
    const char *name = arena_strndup(tmpl->arena, (const char *)tag->name.data, tag->name.size);
    *out = NO_PART;
    for (size_t i = 1; i < tmpl->part_count; i++) {
        if (text_equal(tmpl->parts[i].name, name)) {
            *out = i;
            return OK;
        }
    }
    if (p->rules->partial == NULL || !p->rules->partial(p->rules->context, name, &text))
        return p->rules->names == NULL ? OK : fail(p, ERR_INVALID, tag, "there is no such part");
    if (tmpl->part_count == TEMPLATE_PARTS)
        return fail(p, ERR_LIMIT, tag, "more than 63 parts are used");
    *out = tmpl->part_count;
    return add_part(p, name, text);
}

static enum status read_partial(struct parser *p, const struct tag *tag)
{
    struct node node = {.kind = NODE_PARTIAL, .standalone = tag->standalone};
    if (!tag_is_name(tag->name))
        return fail(p, ERR_INVALID, tag, "not a name of a part");
    enum status status = find_part(p, &node.part, tag);
    if (status != OK)
        return status;
    if (tag->standalone)
        node.text = slice(p->text, tag->line_from, tag->start);
    push_node(p, node);
    return OK;
}

static enum status read_value(struct parser *p, const struct tag *tag)
{
    bool raw = tag->kind == '{' || tag->kind == '&';
    struct node node = {.kind = raw ? NODE_RAW : NODE_VALUE};
    if (raw && !p->rules->allow_raw)
        return fail(p, ERR_INVALID, tag, "unescaped values are not allowed: write {{name}}");
    enum status status = read_path(p, &node, tag);
    if (status == OK)
        push_node(p, node);
    return status;
}

static enum status take_tag(struct parser *p, const struct tag *tag)
{
    /* Comments and ends write nothing, but when they begin a line that stays, it is indented. */
    bool writes_nothing = tag->kind == '!' || tag->kind == '/';
    if (writes_nothing && p->line_start)
        push_node(p, (struct node){.kind = NODE_TEXT, .text = slice(p->text, p->at, p->at)});
    switch (tag->kind) {
    case '!':
        return OK;
    case '=':
        return fail(p, ERR_INVALID, tag, "set delimiters are not supported");
    case '#':
    case '^':
        return open_section(p, tag);
    case '/':
        return close_section(p, tag);
    case '>':
        return read_partial(p, tag);
    default:
        return read_value(p, tag);
    }
}

static enum status parse_part(struct parser *p, size_t index)
{
    struct tag tag;
    enum tag_found found = TAG_NONE;
    p->text = p->tmpl->parts[index].text;
    p->at = 0;
    p->line = 1;
    p->line_start = true;
    p->nodes = NULL;
    p->count = 0;
    p->depth = 0;
    while ((found = tag_next(&tag, p->text, p->at)) == TAG_FOUND) {
        take_text(p, tag.standalone ? tag.line_from : tag.start);
        if (tag.standalone)
            p->line_start = false; /* its line is not written, so it is not indented either */
        enum status status = take_tag(p, &tag);
        if (status != OK)
            return status;
        skip_to(p, tag.standalone ? tag.line_to : tag.end);
        p->line_start = p->line_start || tag.standalone;
    }
    if (found == TAG_ENDLESS) {
        skip_to(p, tag.start);
        return err_set(p->err, ERR_INVALID,
                       "%s line %zu: a tag begins with {{ and never ends: add %s", p->where,
                       p->line, tag.kind == '{' ? "}}}" : "}}");
    }
    take_text(p, p->text.size);
    if (p->depth > 0) {
        const struct open_section *open = &p->open[p->depth - 1];
        p->line = open->line;
        return fail(p, ERR_INVALID, &open->tag, "never closed: add its end");
    }
    p->tmpl->parts[index].nodes = p->nodes;
    p->tmpl->parts[index].count = p->count;
    return OK;
}

/* Does the part come back to one that it was reached from? At most TEMPLATE_PARTS deep. */
static const char *find_circle(const struct template *tmpl, size_t part, enum part_mark *marks)
{
    const char *name = NULL;
    if (marks[part] == PART_DONE)
        return NULL;
    if (marks[part] == PART_ENTERED)
        return tmpl->parts[part].name;
    marks[part] = PART_ENTERED;
    for (size_t i = 0; i < tmpl->parts[part].count && name == NULL; i++) {
        const struct node *node = &tmpl->parts[part].nodes[i];
        if (node->kind == NODE_PARTIAL && node->part != NO_PART)
            name = find_circle(tmpl, node->part, marks);
    }
    marks[part] = PART_DONE;
    return name;
}

static enum status check_circles(const struct parser *p, const char *name)
{
    enum part_mark marks[TEMPLATE_PARTS] = {PART_NEW};
    const char *part = p->rules->no_recursion ? find_circle(p->tmpl, 0, marks) : NULL;
    return part == NULL
               ? OK
               : err_set(p->err, ERR_INVALID,
                         "%s: {{>%s}}: the part uses itself: it would never end", name, part);
}

enum status template_parse(struct template **out, const char *name, struct bytes text,
                           const struct template_rules *rules, struct err *err)
{
    struct arena *arena = arena_new();
    struct template *tmpl = arena_alloc(arena, sizeof *tmpl);
    tmpl->arena = arena;
    struct parser p = {.tmpl = tmpl, .rules = rules, .where = name, .err = err};
    enum status status = add_part(&p, NULL, text);
    /* Parsing a part may add others behind it: a part that uses itself is read once. */
    for (size_t i = 0; status == OK && i < tmpl->part_count; i++) {
        if (i > 0)
            p.where = arena_printf(arena, "%s: {{>%s}}", name, tmpl->parts[i].name);
        status = parse_part(&p, i);
    }
    if (status == OK)
        status = check_circles(&p, name);
    if (status != OK) {
        arena_free(arena);
        return status;
    }
    *out = tmpl;
    return OK;
}

void template_free(struct template *tmpl)
{
    if (tmpl != NULL)
        arena_free(tmpl->arena);
}
