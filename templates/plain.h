/*
 * templates/plain - blocks as text that people read: lines of at most 76 signs where words allow
 * it.
 *
 * Column 0 belongs to us: a line that begins there begins with a word of the template. Words of a
 * value that begin a line stand further in, so a value cannot pass for one of our lines.
 */
#ifndef TOCSIN_TEMPLATES_PLAIN_H
#define TOCSIN_TEMPLATES_PLAIN_H

#include "templates/marks.h"

#define PLAIN_WIDTH 76

void plain_write(struct str *out, const struct blocks *blocks);

/*
 * One run of words (templates/flow.c) from column `column` on, later lines indented by `indent`,
 * words of values that begin a line by at least `foreign_indent`. No line end behind it. Returns
 * where the widest line ends.
 */
struct flow {
    struct str *out;
    size_t width, column, indent, foreign_indent;
};
size_t plain_flow(const struct flow *how, struct bytes cell);
/* Signs in the widest line when nothing is wrapped, and in the longest word. */
void plain_measure(struct bytes cell, size_t *natural, size_t *longest);
void plain_blanks(struct str *out, size_t count);

/* Columns where they fit, else one record per row (templates/grid.c). */
void plain_write_table(struct str *out, const struct block *head, const struct block *rows,
                       size_t row_count);

#endif
