#include "channels/answer_code.h"

#include <string.h>

enum shape {
    SHAPE_NONE,
    SHAPE_DIGITS,  /* 2345678: a telephone number, unless it is called a code */
    SHAPE_LETTERS, /* KXPQRMX: in capitals only, "already" is a word */
    SHAPE_MIXED
};

static enum shape shape_of_bytes(char out[CODE_SIZE + 1], struct bytes raw)
{
    static const char alphabet[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    size_t digits = 0;
    size_t small = 0;
    if (raw.size != CODE_SIZE)
        return SHAPE_NONE;
    for (size_t i = 0; i < CODE_SIZE; i++) {
        char c = (char)raw.data[i];
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

static enum shape shape_of(char out[CODE_SIZE + 1], const struct token *token)
{
    return shape_of_bytes(out, token->raw);
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

/* Is there nothing but one blank or hyphen between a token and the next one? */
static bool is_gap(struct bytes before, struct bytes after)
{
    const unsigned char *end = before.data + before.size;
    size_t size = (size_t)(after.data - end);
    return (size == 1 && (*end == ' ' || *end == '-')) ||
           (size == 2 && end[0] == 0xC2 && end[1] == 0xA0); /* a hard blank */
}

/* A part of a code that is not called one: no word, so that "PUMP 23A" stays what it is. */
static bool is_piece(struct bytes raw)
{
    bool digit = false;
    for (size_t i = 0; i < raw.size; i++) {
        if (raw.data[i] >= 'a' && raw.data[i] <= 'z')
            return false;
        digit = digit || (raw.data[i] >= '2' && raw.data[i] <= '9');
    }
    return digit;
}

size_t code_pieces(char out[CODE_SIZE + 1], const struct tokens *t, size_t first, size_t i)
{
    bool labelled = is_labelled(t, first, i);
    unsigned char all[CODE_SIZE];
    size_t size = 0;
    for (size_t n = 0; i + n < t->count && size < CODE_SIZE; n++) {
        struct bytes raw = t->items[i + n].raw;
        bool next = n == 0 || (t->items[i + n].sentence == t->items[i].sentence &&
                               is_gap(t->items[i + n - 1].raw, raw));
        if (!next || raw.size == 0 || size + raw.size > CODE_SIZE || !(labelled || is_piece(raw)))
            return 0;
        memcpy(all + size, raw.data, raw.size);
        size += raw.size;
        if (size == CODE_SIZE && n > 0)
            return shape_of_bytes(out, (struct bytes){all, size}) == SHAPE_MIXED ? n + 1 : 0;
    }
    return 0;
}

void codes_add_own(struct codes *codes, const struct tokens *tokens, size_t first, size_t end,
                   bool alone)
{
    for (size_t i = first; i < end; i++) {
        char text[CODE_SIZE + 1];
        const struct token *token = &tokens->items[i];
        enum shape shape = shape_of(text, token);
        size_t pieces = code_pieces(text, tokens, first, i);
        bool labelled = is_labelled(tokens, first, i);
        if (pieces > 0) {
            if (labelled || alone)
                add(codes, labelled ? CODE_LABELLED : CODE_BESIDE, text);
            i += pieces - 1;
            continue;
        }
        if (shape == SHAPE_NONE)
            continue;
        if (labelled)
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
