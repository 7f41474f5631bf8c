/*
 * base/csv_field - one field after the other out of a table. Only csv*.c include it.
 */
#ifndef TOCSIN_BASE_CSV_FIELD_H
#define TOCSIN_BASE_CSV_FIELD_H

#include "base/csv.h"

#define CSV_NAMELESS SIZE_MAX /* a column without a heading, which must stay empty */
#define CSV_CURE_UTF8 "save it in the spreadsheet as \"CSV UTF-8\""

enum csv_ends { CSV_ENDS_CELL, CSV_ENDS_ROW, CSV_ENDS_TEXT };

/* The piece of a file that is held. */
struct csv_window {
    int fd;
    size_t base, have;
    size_t piece; /* so much at once: more, the longer it is read on from one place */
    int failed;   /* an errno; -1: the file ends before its end */
    unsigned char data[64 * 1024];
};

struct csv_reader {
    const char *name;
    const unsigned char *text; /* NULL: it is behind the window */
    struct csv_window *window;
    size_t size;
    size_t at;
    char separator;
    size_t row;  /* as a spreadsheet counts: the header is 1 */
    size_t cell; /* of the row, from 0 */
    const struct csv_column *columns;
    size_t column_count;
    size_t *known; /* for each cell of the header the column that it is, or CSV_NAMELESS */
    size_t known_count;
    char *pool; /* texts of fields; altogether never longer than the file and one */
    struct err *err;
};

/* "NAME row N, column X: WHAT: CURE" for the field reached. Returns ERR_INVALID. */
enum status csv_fail(const struct csv_reader *r, const char *what, const char *cure);
/* The byte at this place, or -1 behind the end of the text. */
int csv_byte(const struct csv_reader *r, size_t at);
/* The same at the place reached. */
static inline int csv_peek(const struct csv_reader *r)
{
    return csv_byte(r, r->at);
}

/*
 * The field that begins here, trimmed, at the front of the pool; who keeps it moves the pool on.
 * Returns ERR_INVALID.
 */
MUST_USE enum status csv_take_field(struct csv_reader *r, char **text, enum csv_ends *ends);
/* The separator or end of line behind a field. Returns ERR_INVALID. */
MUST_USE enum status csv_take_end(struct csv_reader *r, enum csv_ends *ends);

#endif
