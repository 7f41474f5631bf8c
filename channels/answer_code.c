#include "channels/answer_code.h"

#include <string.h>

enum shape {
    SHAPE_NONE,
    SHAPE_DIGITS,  /* 2345678: a telephone number, unless it is called a code */
    SHAPE_LETTERS, /* KXPQRMX: in capitals only, "already" is a word */
    SHAPE_MIXED
};

static enum shape shape_of(char out[CODE_SIZE + 1], const struct token *token)
{
    static const char alphabet[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    size_t digits = 0;
    size_t small = 0;
    if (token->raw.size != CODE_SIZE)
        return SHAPE_NONE;
    for (size_t i = 0; i < CODE_SIZE; i++) {
        char c = (char)token->raw.data[i];
        bool is_small = c >= 'a' && c <= 'z';
        char big = is_small ? (char)(c - 'a' + 'A') : c;
        if (big == '\0' || strchr(alphabet, big) == NULL)
            return SHAPE_NONE;
        digits += big >= '2' && big <= '9';
        small += is_small;
        out[i] = big;
    }
    out[CODE_SIZE] = '\0';
    if (digits == CODE_SIZE)
        return SHAPE_DIGITS;
    if (digits > 0)
        return SHAPE_MIXED;
    return small == 0 ? SHAPE_LETTERS : SHAPE_NONE;
}

bool is_code(const struct token *token)
{
    char text[CODE_SIZE + 1];
    enum shape shape = shape_of(text, token);
    return shape == SHAPE_MIXED || shape == SHAPE_LETTERS;
}

static void add(struct codes *codes, enum code_rank rank, const char *text)
{
    if (codes->text[rank][0] == '\0')
        memcpy(codes->text[rank], text, CODE_SIZE + 1);
    else if (strcmp(codes->text[rank], text) != 0)
        codes->clash[rank] = true;
}

/* Does "code", "Antwortcode is" or "Kennung:" stand before token i of the same sentence? */
static bool is_labelled(const struct tokens *t, size_t first, size_t i)
{
    if (i > first &&
        (strcmp(t->items[i - 1].word, "is") == 0 || strcmp(t->items[i - 1].word, "ist") == 0 ||
         strcmp(t->items[i - 1].word, "lautet") == 0))
        i--;
    return i > first && (text_ends(t->items[i - 1].word, "code") ||
                         strcmp(t->items[i - 1].word, "kennung") == 0);
}

void codes_add_own(struct codes *codes, const struct tokens *tokens, size_t first, size_t end,
                   bool alone)
{
    for (size_t i = first; i < end; i++) {
        char text[CODE_SIZE + 1];
        const struct token *token = &tokens->items[i];
        enum shape shape = shape_of(text, token);
        if (shape == SHAPE_NONE)
            continue;
        if (is_labelled(tokens, first, i))
            add(codes, CODE_LABELLED, text);
        else if (shape == SHAPE_MIXED && alone)
            add(codes, CODE_BESIDE, text);
        else if (shape == SHAPE_LETTERS && alone)
            add(codes, CODE_LETTERS_BESIDE, text);
        else if (shape == SHAPE_MIXED && !token->joined)
            add(codes, CODE_ELSEWHERE, text);
    }
}

void codes_add_subject(struct codes *codes, const struct tokens *tokens, bool quoted)
{
    for (size_t i = 0; i < tokens->count; i++) {
        char text[CODE_SIZE + 1];
        enum shape shape = shape_of(text, &tokens->items[i]);
        bool labelled = is_labelled(tokens, 0, i);
        if (shape == SHAPE_NONE || (tokens->items[i].joined && !labelled))
            continue;
        if (shape == SHAPE_MIXED || labelled)
            add(codes, quoted ? CODE_QUOTED_SUBJECT : CODE_SUBJECT, text);
        else if (shape == SHAPE_LETTERS)
            add(codes, quoted ? CODE_LETTERS_QUOTED : CODE_LETTERS_SUBJECT, text);
    }
}

const char *codes_choose(const struct codes *codes, struct arena *arena)
{
    for (size_t rank = 0; rank < CODE_RANK_COUNT; rank++)
        if (codes->text[rank][0] != '\0')
            return codes->clash[rank] ? NULL : arena_strdup(arena, codes->text[rank]);
    return NULL;
}
