/*
 * base/csv - tables as spreadsheets write them (RFC 4180 and its habits).
 *
 * Separator "," or ";" or TAB (found from the header line, or named by a line "sep=;"), quotes,
 * BOM, CRLF or LF, a last line without end. Refused with row, column and cure: bytes that are not
 * UTF-8 (Windows-1252, UTF-16), NUL, a quote that never ends or stands inside a field without
 * quotes, a carriage return alone, rows with more fields than the header, values under no heading,
 * duplicate, unknown or missing columns, numbers that Excel has turned into 1.23E+15, and its
 * words for failed formulas (#NAME?).
 */
#ifndef TOCSIN_BASE_CSV_H
#define TOCSIN_BASE_CSV_H

#include "base/arena.h"
#include "base/str.h"

struct csv_column {
    const char *name; /* lower case; headers are matched without case and outer space */
    bool needed;
    bool no_exponent; /* refuse 1.23E+15 here (serials, UDI) */
};

struct csv_row {
    size_t line; /* as a spreadsheet numbers it: the header is 1, empty ones count */
    size_t at;   /* where it begins in the text */
    /* One per known column, in the order of the columns; trimmed; NULL when absent or empty. */
    const char **fields;
};

struct csv {
    struct csv_row *rows;
    size_t count;
};

/*
 * Rows whose fields are all empty are left out. Memory belongs to the arena.
 * name is for errors ("parties.csv"). Errors: "parties.csv row 3, column email: what: what to do".
 * Returns ERR_INVALID, ERR_LIMIT (more than 5,000,000 rows or 512 MiB).
 */
MUST_USE enum status csv_parse(struct csv *out, struct arena *arena, const char *name,
                               struct bytes text, const struct csv_column *columns,
                               size_t column_count, struct err *err);

/* A text in memory, or (fd >= 0) this many bytes of a file that others may have open, too. */
struct csv_source {
    struct bytes text;
    int fd;
    size_t size;
};

/*
 * The same rows one after the other, in memory that does not grow with their number: of a file a
 * piece is held at a time. Reads what stands before the first row. Returns what csv_parse does, and
 * ERR_IO: the file cannot be read, or became shorter meanwhile.
 */
struct csv_table; /* opaque */
MUST_USE enum status csv_open(struct csv_table **out, const char *name,
                              const struct csv_source *source, const struct csv_column *columns,
                              size_t column_count, struct err *err);
void csv_close(struct csv_table *table); /* NULL is fine */
/* *row and its fields are there until the next call. Returns ERR_NOT_FOUND behind the last one. */
MUST_USE enum status csv_next(struct csv_row *row, struct csv_table *table, struct err *err);
/* Go on with the row that begins there: `at` and `line` of one that was read. */
void csv_goto(struct csv_table *table, size_t at, size_t line);

/*
 * Append one field, quoted where needed, and the comma or line end behind it; NULL is empty.
 * A first sign of = + - @ TAB CR gets a ' before it: no spreadsheet takes it for a formula.
 */
void csv_add_field(struct str *out, const char *text, bool last);

#endif
