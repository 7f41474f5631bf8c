#include "templates/plain.h"

#define FOREIGN 2 /* how far words of values stand in */
#define QUOTE 4
#define LABEL_MOST 16 /* wider labels do not push the others' texts to the right */

static void underline(struct str *out, size_t width, char sign)
{
    str_add_c(out, '\n');
    for (size_t i = 0; i < width && i < PLAIN_WIDTH; i++)
        str_add_c(out, sign);
}

static void write_heading(struct str *out, const struct block *block)
{
    struct flow how = {.out = out, .width = PLAIN_WIDTH, .foreign_indent = FOREIGN};
    size_t width = plain_flow(&how, block->cells[0]);
    underline(out, width, block->kind == BLOCK_TITLE ? '=' : '-');
}

static void write_alert(struct str *out, const struct block *block)
{
    struct flow how = {.out = out, .width = PLAIN_WIDTH - 4, .column = 4, .indent = 4};
    str_add(out, "*** ");
    (void)plain_flow(&how, block->cells[0]);
    str_add(out, " ***");
}

static void write_bullet(struct str *out, const struct block *block)
{
    struct flow how = {.out = out, .width = PLAIN_WIDTH, .column = 2, .indent = 2};
    str_add(out, "- ");
    (void)plain_flow(&how, block->cells[0]);
}

static void write_words(struct str *out, const struct block *block, size_t indent)
{
    struct flow how = {.out = out,
                       .width = PLAIN_WIDTH,
                       .column = indent,
                       .indent = indent,
                       .foreign_indent = FOREIGN};
    (void)plain_flow(&how, block->cells[0]);
}

/* Labels of neighbouring facts share a column. */
static size_t write_facts(struct str *out, const struct block *facts, size_t most)
{
    size_t count = 0;
    size_t label_width = 0;
    for (; count < most && facts[count].kind == BLOCK_FACT; count++) {
        size_t natural = 0;
        size_t longest = 0;
        plain_measure(facts[count].cells[0], &natural, &longest);
        if (natural > label_width && natural <= LABEL_MOST)
            label_width = natural;
    }
    for (size_t i = 0; i < count; i++) {
        struct flow label = {.out = out, .width = PLAIN_WIDTH, .foreign_indent = FOREIGN};
        size_t column = label_width + 3;
        size_t end = plain_flow(&label, facts[i].cells[0]) + 1;
        size_t gap = end < column ? column - end : 1;
        str_add(out, ":");
        plain_blanks(out, gap);
        struct flow text = {
            .out = out, .width = PLAIN_WIDTH, .column = end + gap, .indent = column};
        (void)plain_flow(&text, facts[i].cells[1]);
        str_add_c(out, '\n');
    }
    return count;
}

/* A head and the rows below it; a head without rows says nothing. */
static size_t write_table(struct str *out, const struct block *blocks, size_t most)
{
    static const struct block no_head = {.kind = BLOCK_HEAD};
    bool has_head = blocks[0].kind == BLOCK_HEAD;
    size_t end = has_head ? 1 : 0;
    while (end < most && blocks[end].kind == BLOCK_ROW)
        end++;
    const struct block *rows = blocks + has_head;
    if (end > has_head)
        plain_write_table(out, has_head ? blocks : &no_head, rows, end - has_head);
    return end;
}

/* Writes the block, or the group of blocks that begins with it; returns how many they were. */
static size_t write_group(struct str *out, const struct block *block, size_t most)
{
    switch (block->kind) {
    case BLOCK_TITLE:
    case BLOCK_HEADING:
        write_heading(out, block);
        break;
    case BLOCK_ALERT:
        write_alert(out, block);
        break;
    case BLOCK_BULLET:
        write_bullet(out, block);
        break;
    case BLOCK_QUOTE:
        write_words(out, block, QUOTE);
        break;
    case BLOCK_PARAGRAPH:
        write_words(out, block, 0);
        break;
    case BLOCK_FACT:
        return write_facts(out, block, most);
    case BLOCK_HEAD:
    case BLOCK_ROW:
        return write_table(out, block, most);
    }
    str_add_c(out, '\n');
    return 1;
}

void plain_write(struct str *out, const struct blocks *blocks)
{
    enum block_kind before = BLOCK_PARAGRAPH;
    for (size_t i = 0; i < blocks->count;) {
        const struct block *block = &blocks->items[i];
        bool list_goes_on = block->kind == BLOCK_BULLET && before == BLOCK_BULLET;
        size_t size = out->size;
        if (i > 0 && !list_goes_on)
            str_add_c(out, '\n');
        size_t start = out->size;
        i += write_group(out, block, blocks->count - i);
        before = block->kind;
        if (out->size == start)
            str_truncate(out, size);
    }
}
