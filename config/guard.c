#include "config/sheet.h"

#include "base/utf8.h"
#include "config/token.h"

#include <stdlib.h>
#include <string.h>

/*
 * libconfig 1.5 follows @include, wraps integers above 2^31 silently, cuts texts at \x00, compares
 * each new name with all names of its group, recurses without a bound, and loses memory when it
 * meets a syntax error. So the text is walked by the same grammar first, and libconfig sees only
 * what passed.
 */
#define DEPTH 8
#define NAMES 4000      /* in the text */
#define GROUP_NAMES 100 /* in one group: libconfig compares each with all before */
#define NAME_SIZE 64
#define VALUES 20000

struct guard {
    struct token_reader tokens;
    size_t depth, names, values;
    struct err *err;
};

static enum status next(struct guard *g)
{
    return token_next(&g->tokens, g->err);
}

/* What is wrong with the token that is looked at. A text is not shown: it may be a secret. */
static enum status refuse_now(const struct guard *g, const char *what)
{
    const struct token *now = &g->tokens.now;
    const char *shown = now->kind == TOKEN_END ? "the end of the file" : now->at;
    size_t size = now->kind == TOKEN_END ? strlen(shown) : now->size;
    if (now->kind == TOKEN_TEXT)
        return err_set(g->err, ERR_INVALID, "%s line %zu: a text %s", g->tokens.name, now->line,
                       what);
    return err_set(g->err, ERR_INVALID, "%s line %zu: %.*s %s", g->tokens.name, now->line,
                   (int)(size < 40 ? size : 40), shown, what);
}

static enum status walk_value(struct guard *g);

/* name = value, and ; or , or neither. */
static enum status walk_setting(struct guard *g)
{
    struct token name = g->tokens.now;
    if (name.size > NAME_SIZE)
        return refuse_now(g, "is too long for a name: at most 64 signs are possible");
    enum status status = next(g);
    if (status != OK)
        return status;
    if (!token_is(&g->tokens, '=') && !token_is(&g->tokens, ':')) {
        g->tokens.now = name;
        return refuse_now(g, "lacks its = behind it: each setting reads name = value;");
    }
    status = next(g);
    if (status == OK)
        status = walk_value(g);
    if (status == OK && (token_is(&g->tokens, ';') || token_is(&g->tokens, ',')))
        status = next(g);
    return status;
}

/* Settings one behind the other, up to whatever else comes. */
static enum status walk_settings(struct guard *g)
{
    enum status status = OK;
    for (size_t count = 1; status == OK && g->tokens.now.kind == TOKEN_NAME; count++) {
        if (count > GROUP_NAMES || ++g->names > NAMES)
            return err_set(g->err, ERR_LIMIT,
                           "%s line %zu: too many settings: make the file shorter", g->tokens.name,
                           g->tokens.now.line);
        status = walk_setting(g);
    }
    return status;
}

/* One text may be written as several, one behind the other. */
static enum status walk_scalar(struct guard *g)
{
    enum token_kind kind = g->tokens.now.kind;
    if (kind == TOKEN_NAME)
        return refuse_now(g, "is no value: write texts in quotes");
    if (kind != TOKEN_TEXT && kind != TOKEN_NUMBER && kind != TOKEN_FLAG)
        return refuse_now(g, "stands where a value belongs: each setting reads name = value;");
    enum status status = next(g);
    while (status == OK && kind == TOKEN_TEXT && g->tokens.now.kind == TOKEN_TEXT)
        status = next(g);
    return status;
}

static enum status count_value(struct guard *g)
{
    if (++g->values > VALUES)
        return err_set(g->err, ERR_LIMIT, "%s line %zu: too many values: make the file shorter",
                       g->tokens.name, g->tokens.now.line);
    return OK;
}

/* Values of a list or an array with commas between them, up to whatever else comes. */
static enum status walk_values(struct guard *g, char open)
{
    enum token_kind first = g->tokens.now.kind;
    for (;;) {
        enum status status = count_value(g);
        if (status == OK && open == '[' && g->tokens.now.kind != first)
            status = refuse_now(g, "is of another type than the first: an array holds values of "
                                   "one type only");
        if (status == OK)
            status = open == '[' ? walk_scalar(g) : walk_value(g);
        if (status != OK || !token_is(&g->tokens, ','))
            return status;
        status = next(g);
        if (status != OK)
            return status;
    }
}

static enum status walk_brackets(struct guard *g, char close)
{
    struct token begin = g->tokens.now;
    enum status status = OK;
    if (++g->depth > DEPTH)
        return err_set(g->err, ERR_LIMIT,
                       "%s line %zu: brackets inside brackets: at most 8 are possible",
                       g->tokens.name, begin.line);
    status = next(g);
    if (*begin.at != '{' && status == OK && !token_is(&g->tokens, close))
        status = walk_values(g, *begin.at);
    if (*begin.at == '{' && status == OK)
        status = walk_settings(g);
    if (status != OK)
        return status;
    if (g->tokens.now.kind == TOKEN_END)
        return err_set(g->err, ERR_INVALID, "%s line %zu: this %c is not closed: close it with %c",
                       g->tokens.name, begin.line, *begin.at, close);
    if (!token_is(&g->tokens, close))
        return refuse_now(g, *begin.at == '{'
                                 ? "stands where a setting or } belongs: each setting reads name "
                                   "= value;"
                                 : "stands where a comma or the closing bracket belongs: write one "
                                   "of them");
    g->depth--;
    return next(g);
}

static enum status walk_value(struct guard *g)
{
    if (token_is(&g->tokens, '{'))
        return walk_brackets(g, '}');
    if (token_is(&g->tokens, '('))
        return walk_brackets(g, ')');
    if (token_is(&g->tokens, '['))
        return walk_brackets(g, ']');
    return walk_scalar(g);
}

static enum status walk_text(struct guard *g)
{
    enum status status = next(g);
    if (status == OK)
        status = walk_settings(g);
    if (status == OK && g->tokens.now.kind != TOKEN_END)
        status = refuse_now(g, "is not the name of a setting: each setting reads name = value;");
    return status;
}

static size_t line_of(struct bytes text, size_t at)
{
    size_t line = 1;
    for (size_t i = 0; i < at && i < text.size; i++)
        line += text.data[i] == '\n';
    return line;
}

/* Bytes that no text file of ours holds. */
static enum status check_bytes(const char *name, struct bytes text, struct err *err)
{
    size_t bad = 0;
    if (!utf8_valid(text, &bad))
        return err_set(err, ERR_INVALID, "%s line %zu: is not UTF-8: save the file as UTF-8", name,
                       line_of(text, bad));
    for (size_t i = 0; i < text.size; i++)
        if ((text.data[i] < 0x20 && strchr("\t\n\r", (char)text.data[i]) == NULL) ||
            text.data[i] == '\0' || text.data[i] == 0x7F)
            return err_set(err, ERR_INVALID,
                           "%s line %zu: a control sign stands in the text: take it out", name,
                           line_of(text, i));
    const unsigned char *at = memmem(text.data, text.size, "@include", strlen("@include"));
    if (at != NULL)
        return err_set(err, ERR_INVALID,
                       "%s line %zu: @include is not followed: write all settings into this file",
                       name, line_of(text, (size_t)(at - text.data)));
    return OK;
}

enum status guard_check(struct bytes *out, const char *name, struct bytes text, struct err *err)
{
    static const unsigned char mark[] = {0xEF, 0xBB, 0xBF};
    if (text.size > SHEET_LIMIT)
        return err_set(err, ERR_LIMIT, "%s: is larger than 1 MiB: make it shorter", name);
    if (text.size >= sizeof mark && memcmp(text.data, mark, sizeof mark) == 0) {
        text.data += sizeof mark;
        text.size -= sizeof mark;
    }
    if (text.size == 0)
        return err_set(err, ERR_INVALID, "%s: is empty: write the settings into it", name);
    enum status status = check_bytes(name, text, err);
    if (status != OK)
        return status;
    char *copy = xstrndup((const char *)text.data, text.size);
    struct guard g = {.err = err};
    token_init(&g.tokens, name, copy);
    status = walk_text(&g);
    free(copy);
    *out = text;
    return status;
}
