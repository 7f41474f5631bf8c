#include "config/token.h"

#include "base/number.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define LETTER "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define DIGIT "0123456789"

static enum status refuse(const struct token_reader *r, size_t line, const char *what,
                          struct err *err)
{
    return err_set(err, ERR_INVALID, "%s line %zu: %s", r->name, line, what);
}

static enum status skip_block_comment(struct token_reader *r, struct err *err)
{
    size_t begun = r->line;
    for (r->at += 2; *r->at != '\0'; r->at++) {
        if (r->at[0] == '*' && r->at[1] == '/') {
            r->at += 2;
            return OK;
        }
        r->line += *r->at == '\n';
    }
    return refuse(r, begun, "the comment does not end: close it with */", err);
}

static enum status skip_space(struct token_reader *r, struct err *err)
{
    enum status status = OK;
    while (status == OK && *r->at != '\0') {
        if (r->at[0] == '/' && r->at[1] == '*') {
            status = skip_block_comment(r, err);
        } else if (*r->at == '#' || (r->at[0] == '/' && r->at[1] == '/')) {
            r->at += strcspn(r->at, "\n");
        } else if (strchr(" \t\r\n", *r->at) != NULL) {
            r->line += *r->at == '\n';
            r->at++;
        } else {
            break;
        }
    }
    return status;
}

static enum status skip_text(struct token_reader *r, struct err *err)
{
    for (r->at++; *r->at != '\0' && *r->at != '"'; r->at++) {
        if (*r->at == '\\' && (r->at[1] == 'x' || r->at[1] == 'X'))
            return refuse(r, r->line, "\\x in a text: write the sign itself, the file is UTF-8",
                          err);
        if (*r->at == '\\' && (r->at[1] == '"' || r->at[1] == '\\'))
            r->at++;
        else
            r->line += *r->at == '\n';
    }
    if (*r->at == '\0')
        return refuse(r, r->now.line, "the text does not end: close it with \"", err);
    r->at++;
    return OK;
}

/* Only what fits into 31 bits in plain decimal digits: no setting needs more. */
static enum status skip_number(struct token_reader *r, struct err *err)
{
    size_t size = strspn(r->at, DIGIT "abcdefABCDEFxXlL+-.");
    size_t sign = *r->at == '-' || *r->at == '+' ? 1 : 0;
    int64_t value = 0;
    struct bytes digits = {(const unsigned char *)r->at + sign, size - sign};
    if (size == sign || strspn(r->at + sign, DIGIT) != size - sign)
        return refuse(r, r->line,
                      "not a whole number: write decimal digits only, and texts in "
                      "quotes",
                      err);
    if (!number_parse_n(&value, digits) || value > INT32_MAX)
        return refuse(r, r->line, "the number is too large: write a smaller one", err);
    r->at += size;
    return OK;
}

static bool is_word(const struct token *token, const char *word)
{
    return token->size == strlen(word) && strncasecmp(token->at, word, token->size) == 0;
}

void token_init(struct token_reader *r, const char *name, const char *text)
{
    *r = (struct token_reader){.name = name, .at = text, .line = 1};
}

enum status token_next(struct token_reader *r, struct err *err)
{
    enum status status = skip_space(r, err);
    if (status != OK)
        return status;
    r->now = (struct token){.kind = TOKEN_SIGN, .line = r->line, .at = r->at};
    if (*r->at == '\0') {
        r->now.kind = TOKEN_END;
    } else if (*r->at == '"') {
        r->now.kind = TOKEN_TEXT;
        status = skip_text(r, err);
    } else if (isalpha((unsigned char)*r->at) || *r->at == '*') {
        r->now.kind = TOKEN_NAME;
        r->at += strspn(r->at, LETTER DIGIT "-_*");
    } else if (isdigit((unsigned char)*r->at) || strchr("+-.", *r->at) != NULL) {
        r->now.kind = TOKEN_NUMBER;
        status = skip_number(r, err);
    } else {
        r->at++;
    }
    r->now.size = (size_t)(r->at - r->now.at);
    if (is_word(&r->now, "true") || is_word(&r->now, "false"))
        r->now.kind = TOKEN_FLAG;
    return status;
}

bool token_is(const struct token_reader *r, char sign)
{
    return r->now.kind == TOKEN_SIGN && *r->now.at == sign;
}
