#include "templates/html.h"

#include "templates/engine.h"

#include <assert.h>
#include <string.h>

/* Words with one blank between, none at the start of a line; *begun and *blank tell what came
 * before. */
static void write_words(struct str *out, struct bytes text, bool *begun, bool *blank)
{
    for (size_t from = 0; from < text.size;) {
        size_t to = from;
        while (to < text.size && text.data[to] != ' ' && text.data[to] != '\t')
            to++;
        if (to == from) {
            *blank = true;
            from++;
            continue;
        }
        if (*begun && *blank)
            str_add_c(out, ' ');
        template_escape_html(out, (struct bytes){text.data + from, to - from});
        *begun = true;
        *blank = false;
        from = to;
    }
}

static void write_cell(struct str *out, struct bytes cell)
{
    struct cursor cursor = {.rest = cell};
    bool begun = false;
    bool blank = false;
    for (struct piece piece; (piece = marks_next(&cursor)).kind != PIECE_END;) {
        if (piece.kind == PIECE_WORDS) {
            write_words(out, piece.text, &begun, &blank);
        } else {
            str_add(out, "<br>");
            begun = false;
        }
    }
}

static void write_element(struct str *out, const char *open, struct bytes cell, const char *close)
{
    str_add(out, open);
    write_cell(out, cell);
    str_add(out, close);
}

static size_t write_bullets(struct str *out, const struct block *block, size_t most)
{
    size_t i = 0;
    str_add(out, "<ul>\n");
    for (; i < most && block[i].kind == BLOCK_BULLET; i++)
        write_element(out, "<li>", block[i].cells[0], "</li>\n");
    str_add(out, "</ul>\n");
    return i;
}

static size_t write_facts(struct str *out, const struct block *block, size_t most)
{
    size_t i = 0;
    str_add(out, "<table class=\"facts\"><tbody>\n");
    for (; i < most && block[i].kind == BLOCK_FACT; i++) {
        write_element(out, "<tr><th scope=\"row\">", block[i].cells[0], "</th>");
        write_element(out, "<td>", block[i].cells[1], "</td></tr>\n");
    }
    str_add(out, "</tbody></table>\n");
    return i;
}

/* On a narrow screen the cells stand below each other; each then shows its column's name. */
static void write_row(struct str *out, const struct block *head, const struct block *row)
{
    str_add(out, "<tr>");
    for (size_t c = 0; c < row->cell_count; c++) {
        str_add(out, c == 0 ? "<th scope=\"row\">" : "<td>");
        if (head != NULL && c < head->cell_count)
            write_element(out, "<span class=\"label\">", head->cells[c], ": </span>");
        write_element(out, "", row->cells[c], c == 0 ? "</th>" : "</td>");
    }
    str_add(out, "</tr>\n");
}

static size_t write_table(struct str *out, const struct block *blocks, size_t most)
{
    const struct block *head = blocks[0].kind == BLOCK_HEAD ? &blocks[0] : NULL;
    size_t i = head != NULL ? 1 : 0;
    if (i == most || blocks[i].kind != BLOCK_ROW)
        return 1; /* a head without rows says nothing */
    str_add(out, "<table class=\"grid\">\n");
    if (head != NULL) {
        str_add(out, "<thead><tr>");
        for (size_t c = 0; c < head->cell_count; c++)
            write_element(out, "<th scope=\"col\">", head->cells[c], "</th>");
        str_add(out, "</tr></thead>\n");
    }
    str_add(out, "<tbody>\n");
    for (; i < most && blocks[i].kind == BLOCK_ROW; i++)
        write_row(out, head, &blocks[i]);
    str_add(out, "</tbody></table>\n");
    return i;
}

/* Writes the block, or the group of blocks that begins with it; returns how many they were. */
static size_t write_group(struct str *out, const struct block *block, size_t most)
{
    switch (block->kind) {
    case BLOCK_TITLE:
        write_element(out, "<h1>", block->cells[0], "</h1>\n");
        return 1;
    case BLOCK_HEADING:
        write_element(out, "<h2>", block->cells[0], "</h2>\n");
        return 1;
    case BLOCK_PARAGRAPH:
        write_element(out, "<p>", block->cells[0], "</p>\n");
        return 1;
    case BLOCK_ALERT:
        write_element(out, "<p class=\"alert\">", block->cells[0], "</p>\n");
        return 1;
    case BLOCK_QUOTE:
        write_element(out, "<blockquote><p>", block->cells[0], "</p></blockquote>\n");
        return 1;
    case BLOCK_BULLET:
        return write_bullets(out, block, most);
    case BLOCK_FACT:
        return write_facts(out, block, most);
    case BLOCK_HEAD:
    case BLOCK_ROW:
        return write_table(out, block, most);
    }
    return 1;
}

void html_write(struct str *out, const struct blocks *blocks, const char *language,
                const char *title, struct bytes style)
{
    assert(style.size == 0 || memchr(style.data, '<', style.size) == NULL);
    str_add(out, "<!DOCTYPE html>\n<html lang=\"");
    template_escape_html(out, bytes_of(language));
    str_add(out,
            "\">\n<head>\n<meta charset=\"utf-8\">\n"
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
    template_escape_html(out, bytes_of(title));
    str_add(out, "</title>\n<style>\n");
    str_add_n(out, style.data, style.size);
    str_add(out, "</style>\n</head>\n<body>\n");
    for (size_t i = 0; i < blocks->count;)
        i += write_group(out, &blocks->items[i], blocks->count - i);
    str_add(out, "</body>\n</html>\n");
}
