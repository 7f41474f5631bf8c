/*
 * config/token - the words of libconfig's language, split exactly as libconfig 1.5 splits them.
 * Internal to config/.
 */
#ifndef TOCSIN_CONFIG_TOKEN_H
#define TOCSIN_CONFIG_TOKEN_H

#include "base/str.h"

enum token_kind { TOKEN_END, TOKEN_NAME, TOKEN_FLAG, TOKEN_NUMBER, TOKEN_TEXT, TOKEN_SIGN };

struct token {
    enum token_kind kind;
    size_t line;    /* where it begins */
    const char *at; /* in the text, size bytes */
    size_t size;
};

struct token_reader {
    const char *name; /* for errors */
    const char *at;   /* NUL-terminated */
    size_t line;
    struct token now; /* the token that is looked at */
};

void token_init(struct token_reader *r, const char *name, const char *text);
/*
 * Moves on to the next token. Returns ERR_INVALID: a comment or text that does not end, \x in a
 * text, a number that is no whole number of 31 bits.
 */
MUST_USE enum status token_next(struct token_reader *r, struct err *err);
/* Is it this sign? */
bool token_is(const struct token_reader *r, char sign);

#endif
