#include "templates/plain.h"

#include <stdint.h>

/* The word that is being gathered and the line that it will join. */
struct line {
    const struct flow *how;
    struct str word;
    size_t word_width;
    bool word_foreign;
    size_t column;
    bool has_words;
    size_t widest, longest;
};

static void new_line(struct line *l)
{
    l->column = l->how->indent;
    l->has_words = false;
    str_add_c(l->how->out, '\n');
}

/* Blanks are written only before a word, so no line ends in them. */
static void end_word(struct line *l)
{
    const struct flow *how = l->how;
    if (l->word.size == 0)
        return;
    if (l->has_words && l->column + 1 + l->word_width > how->width)
        new_line(l);
    if (l->has_words) {
        str_add_c(how->out, ' ');
        l->column++;
    } else if (how->out->size == 0 || how->out->data[how->out->size - 1] == '\n') {
        if (l->word_foreign && l->column < how->foreign_indent)
            l->column = how->foreign_indent;
        plain_blanks(how->out, l->column);
    }
    str_add_n(how->out, l->word.data, l->word.size);
    l->column += l->word_width;
    l->has_words = true;
    if (l->column > l->widest)
        l->widest = l->column;
    if (l->word_width > l->longest)
        l->longest = l->word_width;
    str_reset(&l->word);
    l->word_width = 0;
}

static void add_words(struct line *l, struct bytes text, bool foreign)
{
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = text.data[i];
        if (c == ' ' || c == '\t') {
            end_word(l);
            continue;
        }
        if (l->word.size == 0)
            l->word_foreign = foreign;
        str_add_c(&l->word, (char)c);
        l->word_width += (c & 0xc0) != 0x80; /* the first byte of a sign */
    }
}

static void run(struct line *l, struct bytes cell)
{
    struct cursor cursor = {.rest = cell};
    str_init(&l->word, cell.size);
    for (struct piece piece; (piece = marks_next(&cursor)).kind != PIECE_END;) {
        if (piece.kind == PIECE_WORDS) {
            add_words(l, piece.text, piece.foreign);
        } else {
            end_word(l);
            new_line(l);
        }
    }
    end_word(l);
    str_dispose(&l->word);
}

size_t plain_flow(const struct flow *how, struct bytes cell)
{
    struct line line = {.how = how, .column = how->column};
    run(&line, cell);
    return line.widest;
}

void plain_measure(struct bytes cell, size_t *natural, size_t *longest)
{
    struct str sink;
    str_init(&sink, SIZE_MAX / 2);
    struct flow how = {.out = &sink, .width = SIZE_MAX / 2};
    struct line line = {.how = &how};
    run(&line, cell);
    *natural = line.widest;
    *longest = line.longest;
    str_dispose(&sink);
}

void plain_blanks(struct str *out, size_t count)
{
    for (size_t i = 0; i < count; i++)
        str_add_c(out, ' ');
}
