#include "channels/tokens.h"

#include "base/utf8.h"
#include "channels/own_text.h"

#include <string.h>

#define WRAP_COLUMN 50

struct scan {
    struct arena *arena;
    struct bytes text;
    struct tokens *out;
    size_t sentence;
    size_t first;      /* token of this sentence */
    size_t line_start; /* offset */
    uint32_t before;   /* the sign before the next token */
};

/* Letters and digits of any script. */
static bool word_sign(uint32_t c)
{
    if (c < 0x80)
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    return c >= 0xC0 && c != 0xD7 && c != 0xF7 && !(c >= 0x2000 && c <= 0x2BFF) &&
           !(c >= 0x3000 && c <= 0x303F) && c != 0xFFFD;
}

static bool is_apostrophe(uint32_t c)
{
    return c == '\'' || c == 0x2019 || c == 0x2018;
}

static bool glues(uint32_t c)
{
    return c != 0 && c < 0x80 && strchr("-_@/.+=#", (int)c) != NULL;
}

/* The sign at this place; a blank behind the end. */
static uint32_t sign_at(const struct scan *s, size_t at)
{
    return at < s->text.size ? utf8_next(s->text, &at) : ' ';
}

static void sentence_end(struct scan *s, bool asks)
{
    for (size_t i = s->first; i < s->out->count; i++)
        s->out->items[i].asks = asks;
    if (s->first < s->out->count)
        s->sentence++;
    s->first = s->out->count;
}

static const char *fold(struct arena *arena, struct bytes raw)
{
    struct str out;
    str_init(&out, 4 * raw.size + 4);
    text_fold(&out, raw);
    const char *word = arena_strdup(arena, str_text(&out));
    str_dispose(&out);
    return word;
}

/* Read one word from at on. Returns the place behind it. */
static size_t token_read(struct scan *s, size_t at)
{
    size_t end = at;
    for (size_t next = at; next < s->text.size; end = next) {
        uint32_t c = utf8_next(s->text, &next);
        /* An apostrophe between two letters belongs to the word: can't. */
        if (!word_sign(c) && !(is_apostrophe(c) && end > at && word_sign(sign_at(s, next))))
            break;
    }
    struct token token = {.raw = {s->text.data + at, end - at}, .sentence = s->sentence};
    token.word = fold(s->arena, token.raw);
    token.joined = glues(s->before) || (glues(sign_at(s, end)) && word_sign(sign_at(s, end + 1)));
    arena_push(s->arena, &s->out->items, &s->out->count, sizeof token, &token);
    return end;
}

/* Does the line break at this place end the sentence? */
static bool line_breaks(const struct scan *s, size_t at)
{
    return sign_at(s, at + 1) == '\n' || at - s->line_start < WRAP_COLUMN ||
           strchr(".!?:;", s->text.data[at - 1]) != NULL;
}

/* "z.B." and "5.1.1" hold no end of a sentence. */
static bool ends_here(const struct scan *s, uint32_t c, size_t next)
{
    uint32_t after = sign_at(s, next);
    return strchr(".!?;", (int)c) != NULL && !word_sign(after);
}

void tokens_read(struct tokens *out, struct arena *arena, const char *text)
{
    struct scan s = {.arena = arena, .text = bytes_of(text), .out = out, .before = ' '};
    *out = (struct tokens){0};
    for (size_t at = 0; at < s.text.size && !out->cut;) {
        size_t next = at;
        uint32_t c = utf8_next(s.text, &next);
        if (word_sign(c)) {
            out->cut = out->count == TOKENS_MAX;
            next = out->cut ? next : token_read(&s, at);
            c = ' ';
        } else if (c == '\n') {
            if (line_breaks(&s, at))
                sentence_end(&s, false);
            s.line_start = next;
        } else if (c < 0x80 && ends_here(&s, c, next)) {
            sentence_end(&s, c == '?');
        }
        s.before = c;
        at = next;
    }
    sentence_end(&s, false);
}
