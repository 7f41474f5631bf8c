/*
 * channels/tokens - a person's text as words and sentences.
 *
 * Private to channels. A sentence ends with . ! ? ; or a line break; a line that is filled (50
 * columns) and ends openly goes on in the next one, as mail programs wrap it.
 */
#ifndef TOCSIN_CHANNELS_TOKENS_H
#define TOCSIN_CHANNELS_TOKENS_H

#include "base/arena.h"
#include "base/str.h"

#define TOKENS_MAX 60000

struct token {
    struct bytes raw;
    const char *word; /* folded: text_fold() of own_text.h */
    size_t sentence;  /* from 0 */
    bool asks;        /* its sentence ends with a question mark */
    bool joined;      /* glued to a neighbour by one of - _ @ / . + = #: part of something longer */
};

struct tokens {
    struct token *items;
    size_t count;
    bool cut; /* there were more than TOKENS_MAX */
};

/* text: harmless UTF-8 with LF; the raw words borrow it. */
void tokens_read(struct tokens *out, struct arena *arena, const char *text);

#endif
