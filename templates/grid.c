#include "templates/plain.h"

#include <string.h>

#define MARGIN 2 /* left of tables, so that a value in the first cell is not in column 0 */
#define GAP 2    /* between columns */
#define MAX_COLUMNS 8
#define LONG_ROW                                                                                   \
    (2 * (size_t)PLAIN_WIDTH) /* a row that would be longer is easier to read as a record */

static struct bytes cell_of(const struct block *row, size_t column)
{
    return column < row->cell_count ? row->cells[column] : (struct bytes){NULL, 0};
}

static size_t greater(size_t a, size_t b)
{
    return a > b ? a : b;
}

/*
 * Widths under which every word fits into its column and the row into the line. False when there
 * are none, or when the rows are so long that columns would be narrow and high.
 */
static bool fit_columns(size_t *widths, size_t columns, const struct block *head,
                        const struct block *rows, size_t row_count)
{
    size_t natural[MAX_COLUMNS] = {0};
    size_t natural_sum = MARGIN;
    size_t sum = MARGIN;
    if (columns > MAX_COLUMNS)
        return false;
    for (size_t c = 0; c < columns; c++) {
        plain_measure(cell_of(head, c), &natural[c], &widths[c]);
        for (size_t r = 0; r < row_count; r++) {
            size_t cell_natural = 0;
            size_t longest = 0;
            plain_measure(cell_of(&rows[r], c), &cell_natural, &longest);
            natural[c] = greater(natural[c], cell_natural);
            widths[c] = greater(widths[c], longest);
        }
        natural_sum += natural[c] + (c > 0 ? GAP : 0);
        sum += widths[c] + (c > 0 ? GAP : 0);
    }
    if (sum > PLAIN_WIDTH || natural_sum > LONG_ROW)
        return false;
    /* What is left goes where cells are still wrapped, sign by sign: a fair and small loop. */
    for (bool grown = true; grown && sum < PLAIN_WIDTH;) {
        grown = false;
        for (size_t c = 0; c < columns && sum < PLAIN_WIDTH; c++) {
            if (widths[c] < natural[c]) {
                widths[c]++;
                sum++;
                grown = true;
            }
        }
    }
    return true;
}

static size_t signs_in(const char *text, size_t size)
{
    size_t signs = 0;
    for (size_t i = 0; i < size; i++)
        signs += ((unsigned char)text[i] & 0xc0) != 0x80;
    return signs;
}

/* Each cell flows on its own; then line by line they are set side by side. */
static void write_columns(struct str *out, const struct block *row, const size_t *widths,
                          size_t columns)
{
    struct str cells[MAX_COLUMNS];
    const char *at[MAX_COLUMNS];
    for (size_t c = 0; c < columns; c++) {
        str_init(&cells[c], out->limit);
        struct flow how = {.out = &cells[c], .width = widths[c]};
        (void)plain_flow(&how, cell_of(row, c));
        at[c] = str_text(&cells[c]);
    }
    for (bool more = true; more;) {
        size_t column = 0;
        size_t start = MARGIN;
        more = false;
        for (size_t c = 0; c < columns; c++) {
            size_t size = strcspn(at[c], "\n");
            if (size > 0) {
                plain_blanks(out, start - column);
                str_add_n(out, at[c], size);
                column = start + signs_in(at[c], size);
            }
            at[c] += size;
            if (*at[c] == '\n')
                at[c]++;
            more = more || *at[c] != '\0';
            start += widths[c] + GAP;
        }
        str_add_c(out, '\n');
    }
    for (size_t c = 0; c < columns; c++)
        str_dispose(&cells[c]);
}

static void write_rule(struct str *out, const size_t *widths, size_t columns)
{
    plain_blanks(out, MARGIN);
    for (size_t c = 0; c < columns; c++) {
        plain_blanks(out, c > 0 ? GAP : 0);
        for (size_t i = 0; i < widths[c]; i++)
            str_add_c(out, '-');
    }
    str_add_c(out, '\n');
}

static void write_record(struct str *out, const struct block *head, const struct block *row,
                         size_t columns, size_t label_width)
{
    for (size_t c = 0; c < columns; c++) {
        struct bytes cell = cell_of(row, c);
        struct flow label = {.out = out, .width = PLAIN_WIDTH, .column = MARGIN, .indent = MARGIN};
        if (cell.size == 0)
            continue;
        size_t end = plain_flow(&label, cell_of(head, c));
        str_add(out, ":");
        size_t column = MARGIN + label_width + 1 + GAP;
        plain_blanks(out, column > end + 1 ? column - end - 1 : 1);
        struct flow text = {.out = out, .width = PLAIN_WIDTH, .column = column, .indent = column};
        (void)plain_flow(&text, cell);
        str_add_c(out, '\n');
    }
}

void plain_write_table(struct str *out, const struct block *head, const struct block *rows,
                       size_t row_count)
{
    size_t widths[MAX_COLUMNS] = {0};
    size_t columns = head->cell_count;
    for (size_t r = 0; r < row_count; r++)
        columns = greater(columns, rows[r].cell_count);
    if (fit_columns(widths, columns, head, rows, row_count)) {
        write_columns(out, head, widths, columns);
        write_rule(out, widths, columns);
        for (size_t r = 0; r < row_count; r++)
            write_columns(out, &rows[r], widths, columns);
        return;
    }
    size_t label_width = 0;
    for (size_t c = 0; c < columns; c++) {
        size_t natural = 0;
        size_t longest = 0;
        plain_measure(cell_of(head, c), &natural, &longest);
        label_width = greater(label_width, natural);
    }
    for (size_t r = 0; r < row_count; r++) {
        if (r > 0)
            str_add_c(out, '\n');
        write_record(out, head, &rows[r], columns, label_width);
    }
}
