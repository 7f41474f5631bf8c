#include "config/sheet.h"

#include "base/number.h"
#include "base/utf8.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/*
 * libconfig 1.5 follows @include, wraps integers above 2^31 silently, cuts texts at \x00, compares
 * each new name with all names of its group and recurses without a bound. This walk over the text
 * splits it as libconfig's scanner does (comments, strings, names, numbers) and refuses all of
 * that before libconfig sees a byte.
 */
#define DEPTH 8
#define NAMES 4000
#define VALUES 20000

struct walk {
    const char *name;
    const char *at; /* NUL-terminated */
    size_t line;
    size_t depth, names, values;
    struct err *err;
};

static enum status refuse(const struct walk *w, enum status code, size_t line, const char *what)
{
    return err_set(w->err, code, "%s line %zu: %s", w->name, line, what);
}

static enum status skip_block_comment(struct walk *w)
{
    size_t begun = w->line;
    for (w->at += 2; *w->at != '\0'; w->at++) {
        if (w->at[0] == '*' && w->at[1] == '/') {
            w->at += 2;
            return OK;
        }
        if (*w->at == '\n')
            w->line++;
    }
    return refuse(w, ERR_INVALID, begun, "the comment does not end: close it with */");
}

static enum status skip_string(struct walk *w)
{
    size_t begun = w->line;
    for (w->at++; *w->at != '\0' && *w->at != '"'; w->at++) {
        if (*w->at == '\\' && (w->at[1] == 'x' || w->at[1] == 'X'))
            return refuse(w, ERR_INVALID, w->line,
                          "\\x in a text: write the sign itself, the file is UTF-8");
        if (*w->at == '\\' && (w->at[1] == '"' || w->at[1] == '\\'))
            w->at++;
        else if (*w->at == '\n')
            w->line++;
    }
    if (*w->at == '\0')
        return refuse(w, ERR_INVALID, begun, "the text does not end: close it with \"");
    w->at++;
    return OK;
}

/* Only what fits into 31 bits in plain decimal digits: no setting needs more. */
static enum status skip_number(struct walk *w)
{
    size_t size = strspn(w->at, "0123456789abcdefABCDEFxXlL+-.");
    size_t sign = *w->at == '-' || *w->at == '+' ? 1 : 0;
    int64_t value = 0;
    if (size == sign || strspn(w->at + sign, "0123456789") != size - sign)
        return refuse(w, ERR_INVALID, w->line,
                      "not a whole number: write decimal digits only, and texts in quotes");
    struct bytes digits = {(const unsigned char *)w->at + sign, size - sign};
    if (!number_parse_n(&value, digits) || value > INT32_MAX)
        return refuse(w, ERR_INVALID, w->line, "the number is too large: write a smaller one");
    w->at += size;
    return OK;
}

static enum status count_sign(struct walk *w)
{
    char c = *w->at++;
    if (c == '\n')
        w->line++;
    else if (c == '{' || c == '(' || c == '[')
        w->depth++;
    else if ((c == '}' || c == ')' || c == ']') && w->depth > 0)
        w->depth--;
    else if (c == '=' || c == ':')
        w->names++;
    else if (c == ',')
        w->values++;
    if (w->depth > DEPTH)
        return refuse(w, ERR_LIMIT, w->line, "brackets inside brackets: at most 8 are possible");
    if (w->names > NAMES || w->values > VALUES)
        return refuse(w, ERR_LIMIT, w->line, "too many settings: make the file shorter");
    return OK;
}

static enum status walk_text(struct walk *w)
{
    enum status status = OK;
    while (status == OK && *w->at != '\0') {
        if (*w->at == '"')
            status = skip_string(w);
        else if (w->at[0] == '/' && w->at[1] == '*')
            status = skip_block_comment(w);
        else if (*w->at == '#' || (w->at[0] == '/' && w->at[1] == '/'))
            w->at += strcspn(w->at, "\n");
        else if (isalpha((unsigned char)*w->at) || *w->at == '*')
            w->at += strspn(w->at, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                   "0123456789-_*");
        else if (isdigit((unsigned char)*w->at) || strchr("+-.", *w->at) != NULL)
            status = skip_number(w);
        else
            status = count_sign(w);
    }
    if (status == OK && w->depth > 0)
        status = refuse(w, ERR_INVALID, w->line,
                        "the file ends inside brackets: close each { ( [ with its } ) ]");
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
    struct walk w = {.name = name, .at = copy, .line = 1, .err = err};
    status = walk_text(&w);
    free(copy);
    *out = text;
    return status;
}
