#include "base/csv_field.h"

#include "base/nearest.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MOST_ROWS ((size_t)5000000)
#define MOST_BYTES ((size_t)512 * 1024 * 1024)
#define MOST_CELLS ((size_t)16384) /* of one row: what a spreadsheet can have */

/* "1.23E+15", "1,23E+15", "1E-05": what a spreadsheet shows of a number that is too long for it. */
static bool is_exponent(const char *text)
{
    const char *p = text + (text[0] == '+' || text[0] == '-');
    size_t digits = strspn(p, "0123456789");
    p += digits;
    if (digits > 0 && (*p == '.' || *p == ','))
        p += 1 + strspn(p + 1, "0123456789");
    if (digits == 0 || (*p != 'E' && *p != 'e') || (p[1] != '+' && p[1] != '-'))
        return false;
    p += 2;
    digits = strspn(p, "0123456789");
    return digits > 0 && p[digits] == '\0';
}

/* "#NAME?", "#N/A", "#REF!" …: a formula that had no result. */
static bool is_formula_error(const char *text)
{
    static const char *const words[] = {"#NAME?", "#N/A",   "#REF!",  "#VALUE!",
                                        "#NUM!",  "#NULL!", "#DIV/0!"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(text, words[i]) == 0)
            return true;
    return false;
}

/* The sign that stands most often outside quotes in the header line. */
static char find_separator(const struct csv_reader *r, size_t at)
{
    static const char signs[] = ",;\t";
    size_t seen[3] = {0};
    bool quoted = false;
    int c = 0;
    for (; (c = csv_byte(r, at)) >= 0 && (quoted || (c != '\n' && c != '\r')); at++) {
        const char *sign = c == '\0' ? NULL : strchr(signs, c);
        if (c == '"')
            quoted = !quoted;
        else if (sign != NULL && !quoted)
            seen[sign - signs]++;
    }
    size_t most = seen[1] > seen[0] ? 1 : 0;
    return signs[seen[2] > seen[most] ? 2 : most];
}

/* Byte order marks, and the line "sep=;" that some write for their own spreadsheet. */
static enum status read_prologue(struct csv_reader *r)
{
    char text[9] = "";
    size_t size = 0;
    for (int c = 0; size < sizeof text - 1 && (c = csv_byte(r, size)) >= 0; size++)
        text[size] = (char)c;
    if (size >= 2 && (memcmp(text, "\xFF\xFE", 2) == 0 || memcmp(text, "\xFE\xFF", 2) == 0))
        return err_set(r->err, ERR_INVALID,
                       "%s row 1, column 1: the file is UTF-16: " CSV_CURE_UTF8, r->name);
    if (size >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
        r->at = 3;
    if (size - r->at >= 5 && strncasecmp(text + r->at, "sep=", 4) == 0 &&
        strchr(",;\t", text[r->at + 4]) != NULL && text[r->at + 4] != '\0') {
        enum csv_ends ends = CSV_ENDS_TEXT;
        r->separator = text[r->at + 4];
        r->at += 5;
        enum status status = csv_take_end(r, &ends);
        if (status == OK && ends == CSV_ENDS_CELL)
            status = csv_fail(r, "text behind sep=", "take the line out");
        return status;
    }
    r->separator = find_separator(r, r->at);
    return OK;
}

static enum status unknown_column(const struct csv_reader *r, struct arena *arena,
                                  const char *heading)
{
    const char **names = arena_alloc(arena, r->column_count * sizeof *names);
    struct str all;
    str_init(&all, 200);
    for (size_t i = 0; i < r->column_count; i++) {
        names[i] = r->columns[i].name;
        str_addf(&all, "%s%s", i > 0 ? ", " : "", names[i]);
    }
    int near = nearest_name(heading, names, r->column_count);
    enum status status =
        near >= 0
            ? err_set(r->err, ERR_INVALID,
                      "%s row 1, column %zu: \"%.60s\" is no known column: did you mean \"%s\"?",
                      r->name, r->cell + 1, heading, names[near])
            : err_set(r->err, ERR_INVALID,
                      "%s row 1, column %zu: \"%.60s\" is no known column: known are %s%s", r->name,
                      r->cell + 1, heading, str_text(&all), str_ok(&all) ? "" : ", …");
    str_dispose(&all);
    return status;
}

static enum status map_heading(struct csv_reader *r, struct arena *arena, const char *heading,
                               size_t *column)
{
    *column = CSV_NAMELESS;
    if (heading[0] == '\0')
        return OK;
    for (size_t i = 0; i < r->column_count; i++)
        if (strcasecmp(r->columns[i].name, heading) == 0)
            *column = i;
    if (*column == CSV_NAMELESS)
        return unknown_column(r, arena, heading);
    for (size_t i = 0; i < r->known_count; i++)
        if (r->known[i] == *column)
            return err_set(r->err, ERR_INVALID,
                           "%s row 1, column %zu: the column \"%.60s\" stands twice: keep one",
                           r->name, r->cell + 1, heading);
    return OK;
}

static enum status read_header(struct csv_reader *r, struct arena *arena)
{
    enum csv_ends ends = CSV_ENDS_CELL;
    if (csv_peek(r) < 0)
        return err_set(r->err, ERR_INVALID,
                       "%s row 1: the file is empty: its first line names the columns", r->name);
    for (r->cell = 0; ends == CSV_ENDS_CELL; r->cell++) {
        char *heading = NULL;
        size_t column = CSV_NAMELESS;
        enum status status = csv_take_field(r, &heading, &ends);
        if (status == OK && r->cell >= MOST_CELLS)
            status = csv_fail(r, "too many columns", "keep those that are known");
        if (status == OK)
            status = map_heading(r, arena, heading, &column);
        if (status != OK)
            return status;
        arena_push(arena, &r->known, &r->known_count, sizeof column, &column);
    }
    for (size_t i = 0; i < r->column_count; i++) {
        bool there = false;
        for (size_t k = 0; k < r->known_count; k++)
            there = there || r->known[k] == i;
        if (r->columns[i].needed && !there)
            return err_set(r->err, ERR_INVALID,
                           "%s row 1: the column \"%s\" is missing: add it to the first line",
                           r->name, r->columns[i].name);
    }
    return OK;
}

static enum status check_field(const struct csv_reader *r, const char *text)
{
    if (r->cell >= r->known_count)
        return csv_fail(r, "more fields than the first line has columns",
                        "put a field that holds the separator in quotes, end rows without one");
    if (text[0] == '\0')
        return OK;
    if (r->known[r->cell] == CSV_NAMELESS)
        return csv_fail(r, "a field in a column without a name", "name the column or empty it");
    if (is_formula_error(text))
        return csv_fail(r, "the spreadsheet's word for a formula without result",
                        "type the value itself");
    if (r->columns[r->known[r->cell]].no_exponent && is_exponent(text))
        return csv_fail(r, "the spreadsheet made this number short and digits are lost",
                        "make the column text in the spreadsheet and enter it again");
    return OK;
}

/* *kept tells whether anything stands in the row. */
static enum status read_row(struct csv_reader *r, const char **fields, bool *kept,
                            enum csv_ends *ends)
{
    *ends = CSV_ENDS_CELL;
    *kept = false;
    memset(fields, 0, r->column_count * sizeof *fields);
    for (r->cell = 0; *ends == CSV_ENDS_CELL; r->cell++) {
        char *text = NULL;
        enum status status = csv_take_field(r, &text, ends);
        if (status == OK)
            status = check_field(r, text);
        if (status != OK)
            return status;
        if (text[0] == '\0')
            continue;
        fields[r->known[r->cell]] = text;
        r->pool = text + strlen(text) + 1;
        *kept = true;
    }
    return OK;
}

/* No more rows than lines: room for all at once, so that growing does not double the memory. */
static size_t count_lines(struct bytes text)
{
    size_t count = 1;
    for (size_t i = 0; i < text.size; i++)
        count += text.data[i] == '\n';
    return count < MOST_ROWS ? count : MOST_ROWS;
}

static enum status begin(struct csv_reader *r, struct arena *arena)
{
    if (r->size > MOST_BYTES)
        return err_set(r->err, ERR_LIMIT, "%s: larger than %zu MiB: split the file", r->name,
                       MOST_BYTES >> 20);
    r->pool = arena_alloc(arena, r->size + 1);
    enum status status = read_prologue(r);
    return status == OK ? read_header(r, arena) : status;
}

/* The next row in which anything stands. Returns ERR_NOT_FOUND behind the last one. */
static enum status next_row(struct csv_reader *r, struct csv_row *row, const char **fields,
                            size_t count)
{
    enum csv_ends ends = CSV_ENDS_CELL;
    for (bool kept = false; !kept;) {
        if (csv_peek(r) < 0)
            return ERR_NOT_FOUND;
        r->row++;
        *row = (struct csv_row){.line = r->row, .at = r->at, .fields = fields};
        enum status status = read_row(r, fields, &kept, &ends);
        if (status != OK)
            return status;
    }
    if (count == MOST_ROWS)
        return err_set(r->err, ERR_LIMIT, "%s row %zu: more than %zu rows: split the file", r->name,
                       r->row, MOST_ROWS);
    return OK;
}

enum status csv_parse(struct csv *out, struct arena *arena, const char *name, struct bytes text,
                      const struct csv_column *columns, size_t column_count, struct err *err)
{
    struct csv_reader r = {.name = name,
                           .text = text.data,
                           .size = text.size,
                           .row = 1,
                           .columns = columns,
                           .column_count = column_count,
                           .err = err};
    *out = (struct csv){0};
    enum status status = begin(&r, arena);
    if (status != OK)
        return status;
    struct csv found = {.rows = arena_alloc(arena, count_lines(text) * sizeof *found.rows)};
    for (;;) {
        const char **fields = arena_alloc(arena, column_count * sizeof *fields);
        struct csv_row row;
        status = next_row(&r, &row, fields, found.count);
        if (status != OK)
            break;
        found.rows[found.count++] = row;
    }
    if (status != ERR_NOT_FOUND)
        return status;
    *out = found;
    return OK;
}

struct csv_table {
    struct arena *arena;
    struct csv_reader r;
    const char **fields;
    char *pool;
    size_t count; /* rows that were handed out since the last jump */
};

/* A file that cannot be read looks like the end of a text. */
static enum status judge(const struct csv_table *t, enum status status, struct err *err)
{
    const struct csv_window *w = t->r.window;
    if (w == NULL || w->failed == 0)
        return status;
    return err_set(err, ERR_IO, "%s: cannot be read: %s", t->r.name,
                   w->failed < 0 ? "it became shorter meanwhile: try again" : strerror(w->failed));
}

enum status csv_open(struct csv_table **out, const char *name, const struct csv_source *source,
                     const struct csv_column *columns, size_t column_count, struct err *err)
{
    struct csv_table *t = xcalloc(1, sizeof *t);
    t->arena = arena_new();
    t->r = (struct csv_reader){.name = name,
                               .text = source->text.data,
                               .size = source->fd >= 0 ? source->size : source->text.size,
                               .row = 1,
                               .columns = columns,
                               .column_count = column_count,
                               .err = err};
    if (source->fd >= 0) {
        t->r.text = NULL;
        t->r.window = arena_alloc(t->arena, sizeof *t->r.window);
        *t->r.window = (struct csv_window){.fd = source->fd};
    }
    enum status status = judge(t, begin(&t->r, t->arena), err);
    t->fields = arena_alloc(t->arena, column_count * sizeof *t->fields);
    t->pool = t->r.pool;
    t->r.err = NULL;
    *out = status == OK ? t : NULL;
    if (status != OK)
        csv_close(t);
    return status;
}

void csv_close(struct csv_table *table)
{
    if (table == NULL)
        return;
    arena_free(table->arena);
    free(table);
}

enum status csv_next(struct csv_row *row, struct csv_table *table, struct err *err)
{
    table->r.err = err;
    table->r.pool = table->pool; /* the texts of the row before are not needed any more */
    enum status status = next_row(&table->r, row, table->fields, table->count);
    table->r.err = NULL;
    table->count += status == OK;
    return judge(table, status, err);
}

void csv_goto(struct csv_table *table, size_t at, size_t line)
{
    table->r.at = at;
    table->r.row = line - 1;
    table->count = 0;
}

void csv_add_field(struct str *out, const char *text, bool last)
{
    struct bytes field = bytes_of(text);
    bool defuse = field.size > 0 && strchr("=+-@\t\r", text[0]) != NULL;
    bool quote = defuse || (field.size > 0 && (strpbrk(text, ",;\"\t\r\n") != NULL ||
                                               text[0] == ' ' || text[field.size - 1] == ' '));
    if (quote)
        str_add_c(out, '"');
    if (defuse)
        str_add_c(out, '\'');
    for (size_t i = 0; i < field.size; i++) {
        if (text[i] == '"')
            str_add_c(out, '"');
        str_add_c(out, text[i]);
    }
    if (quote)
        str_add_c(out, '"');
    str_add(out, last ? "\r\n" : ",");
}
