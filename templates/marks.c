#include "templates/marks.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

#define VALUE_FROM '\x02'
#define VALUE_TO '\x03'
#define VALUE_BREAK '\x0b'
#define VALUE_BREAKS "\x0b\x0b"

/*
 * utf8_add_text leaves no control signs but LF and TAB; the proof does not rest on that: nothing
 * below ' ' gets through here.
 */
void marks_escape(struct str *out, struct bytes value)
{
    struct str clean;
    int breaks = 0;
    bool blank = false;
    bool begun = false;
    str_init(&clean, out->limit);
    utf8_add_text(&clean, value);
    out->failed = out->failed || !str_ok(&clean);
    for (size_t i = 0; i < clean.size; i++) {
        unsigned char c = (unsigned char)clean.data[i];
        if (c <= ' ' || c == 0x7f) {
            breaks += c == '\n';
            blank = true;
            continue;
        }
        if (!begun)
            str_add_c(out, VALUE_FROM);
        else if (breaks > 0)
            str_add_n(out, VALUE_BREAKS, breaks == 1 ? 1 : 2); /* one empty line at most */
        else if (blank)
            str_add_c(out, ' ');
        str_add_c(out, (char)c);
        begun = true;
        blank = false;
        breaks = 0;
    }
    if (begun)
        str_add_c(out, VALUE_TO);
    str_dispose(&clean);
}

static bool is_blank(unsigned char c)
{
    return c == ' ' || c == '\t';
}

static struct bytes trim(const unsigned char *from, const unsigned char *to)
{
    while (from < to && is_blank(*from))
        from++;
    while (from < to && is_blank(to[-1]))
        to--;
    return (struct bytes){from, (size_t)(to - from)};
}

static bool begins(struct bytes line, const char *mark)
{
    size_t size = strlen(mark);
    return line.size >= size && memcmp(line.data, mark, size) == 0;
}

static const struct {
    const char *mark;
    enum block_kind kind;
} marks[] = {
    {"## ", BLOCK_HEADING}, {"# ", BLOCK_TITLE}, {"! ", BLOCK_ALERT}, {"- ", BLOCK_BULLET},
    {"> ", BLOCK_QUOTE},    {"@ ", BLOCK_FACT},  {"|=", BLOCK_HEAD},  {"|", BLOCK_ROW},
};

/* The kind of block that a line begins; *skip is the size of its mark. */
static enum block_kind kind_of(struct bytes line, size_t *skip)
{
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (begins(line, marks[i].mark)) {
            *skip = strlen(marks[i].mark);
            return marks[i].kind;
        }
    }
    *skip = 0;
    return BLOCK_PARAGRAPH;
}

/* Up to the next "|" that is not in a value; *rest is behind it. False when there is none. */
static bool cut_cell(struct bytes *cell, struct bytes *rest)
{
    const unsigned char *end = rest->data + rest->size;
    bool in_value = false;
    for (const unsigned char *at = rest->data; at < end; at++) {
        if (*at == VALUE_FROM || *at == VALUE_TO)
            in_value = *at == VALUE_FROM;
        if (*at == '|' && !in_value) {
            *cell = trim(rest->data, at);
            *rest = (struct bytes){at + 1, (size_t)(end - at - 1)};
            return true;
        }
    }
    *cell = trim(rest->data, end);
    *rest = (struct bytes){end, 0};
    return false;
}

static void add_block(struct blocks *out, struct arena *arena, enum block_kind kind,
                      struct bytes text)
{
    struct block block = {.kind = kind};
    struct bytes cell = {NULL, 0};
    bool is_table = kind == BLOCK_HEAD || kind == BLOCK_ROW;
    bool more = is_table || kind == BLOCK_FACT;
    while (more && (is_table || block.cell_count == 0)) {
        more = cut_cell(&cell, &text);
        arena_push(arena, &block.cells, &block.cell_count, sizeof cell, &cell);
    }
    if (!is_table) {
        cell = trim(text.data, text.data + text.size);
        arena_push(arena, &block.cells, &block.cell_count, sizeof cell, &cell);
    }
    arena_push(arena, &out->items, &out->count, sizeof block, &block);
}

/*
 * A line goes on with the block above when it begins with two blanks, or when both are plain
 * words. Going on means that the line's end becomes a blank, so a block is one run of bytes.
 */
static size_t block_end(struct str *rendering, size_t from, enum block_kind kind)
{
    char *data = rendering->data;
    size_t end = from;
    for (;;) {
        const char *newline = memchr(data + end, '\n', rendering->size - end);
        if (newline == NULL)
            return rendering->size;
        end = (size_t)(newline - data);
        size_t next_end = end + 1;
        while (next_end < rendering->size && data[next_end] != '\n')
            next_end++;
        struct bytes next = {(unsigned char *)data + end + 1, next_end - end - 1};
        size_t skip = 0;
        bool empty = trim(next.data, next.data + next.size).size == 0;
        bool goes_on = begins(next, "  ") ||
                       (kind == BLOCK_PARAGRAPH && kind_of(next, &skip) == BLOCK_PARAGRAPH);
        if (empty || !goes_on)
            return end;
        data[end] = ' ';
    }
}

void marks_split(struct blocks *out, struct arena *arena, struct str *rendering)
{
    *out = (struct blocks){0};
    for (size_t at = 0; at < rendering->size;) {
        size_t line_end = at;
        while (line_end < rendering->size && rendering->data[line_end] != '\n')
            line_end++;
        struct bytes line = {(unsigned char *)rendering->data + at, line_end - at};
        if (trim(line.data, line.data + line.size).size == 0) {
            at = line_end + 1;
            continue;
        }
        size_t skip = 0;
        enum block_kind kind = kind_of(line, &skip);
        size_t end = block_end(rendering, at, kind);
        add_block(out, arena, kind, (struct bytes){line.data + skip, end - at - skip});
        at = end + 1;
    }
}

struct piece marks_next(struct cursor *cursor)
{
    while (cursor->rest.size > 0) {
        const unsigned char *at = cursor->rest.data;
        const unsigned char *end = at + cursor->rest.size;
        while (at < end && *at != VALUE_FROM && *at != VALUE_TO && *at != VALUE_BREAK)
            at++;
        struct piece piece = {
            .kind = PIECE_WORDS,
            .text = {cursor->rest.data, (size_t)(at - cursor->rest.data)},
            .foreign = cursor->foreign,
        };
        if (piece.text.size == 0) {
            piece.kind = *at == VALUE_BREAK ? PIECE_BREAK : PIECE_END;
            if (*at != VALUE_BREAK)
                cursor->foreign = *at == VALUE_FROM;
            at++;
        }
        cursor->rest = (struct bytes){at, (size_t)(end - at)};
        if (piece.kind != PIECE_END)
            return piece;
    }
    return (struct piece){.kind = PIECE_END};
}

/* Cells of a row, as far as the template shows them: what stands in {{tags}} does not count. */
static size_t count_bars(struct bytes line)
{
    size_t bars = 0;
    bool in_tag = false;
    for (size_t i = 0; i < line.size; i++) {
        if (i + 1 < line.size && line.data[i] == line.data[i + 1] &&
            (line.data[i] == '{' || line.data[i] == '}'))
            in_tag = line.data[i] == '{';
        if (line.data[i] == '|' && !in_tag)
            bars++;
    }
    return bars;
}

/* NULL when the line is fine; *columns is the width of the table above. */
static const char *line_fault(struct bytes line, size_t *columns)
{
    size_t skip = 0;
    size_t bars = count_bars(line);
    for (size_t i = 0; i < line.size; i++)
        if ((line.data[i] < ' ' && line.data[i] != '\t') || line.data[i] == 0x7f)
            return "a control sign: remove it";
    switch (kind_of(line, &skip)) {
    case BLOCK_FACT:
        return bars == 0 ? "a line \"@ label | text\" without |: add it" : NULL;
    case BLOCK_HEAD:
        *columns = bars;
        return NULL;
    case BLOCK_ROW:
        if (*columns == 0)
            return "a row without a head above: add a line \"|= cell | cell\"";
        return bars != *columns ? "a row with more or fewer cells than its head: make them equal"
                                : NULL;
    case BLOCK_PARAGRAPH:
        return line.size > 0 && strchr("#@!>", line.data[0]) != NULL
                   ? "an unknown mark: write it with a blank behind, as the README lists them"
                   : NULL;
    case BLOCK_TITLE:
    case BLOCK_HEADING:
    case BLOCK_ALERT:
    case BLOCK_BULLET:
    case BLOCK_QUOTE:
        return NULL;
    }
    return NULL;
}

enum status marks_check(const char *name, struct bytes text, struct err *err)
{
    size_t columns = 0;
    size_t number = 1;
    for (size_t at = 0; at < text.size; number++) {
        const unsigned char *from = text.data + at;
        const unsigned char *newline = memchr(from, '\n', text.size - at);
        size_t size = newline == NULL ? text.size - at : (size_t)(newline - from);
        const char *fault = line_fault((struct bytes){from, size}, &columns);
        if (fault != NULL)
            return err_set(err, ERR_INVALID, "%s line %zu: %s", name, number, fault);
        at += size + 1;
    }
    return OK;
}
