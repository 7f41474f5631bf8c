/*
 * templates/marks - the light marks of our texts: one rendering in, blocks out.
 *
 * Only marks that stand in a template count. While a template is rendered, every value is put
 * between two control signs, and its own line breaks become a third. Values cannot hold control
 * signs (marks_escape takes them out) and templates may not (marks_check refuses them), so nothing
 * that stands in a value can begin a line, a cell or a block, whatever it looks like.
 */
#ifndef TOCSIN_TEMPLATES_MARKS_H
#define TOCSIN_TEMPLATES_MARKS_H

#include "base/arena.h"
#include "base/str.h"

enum block_kind {
    BLOCK_TITLE,     /* "# text" */
    BLOCK_HEADING,   /* "## text" */
    BLOCK_PARAGRAPH, /* text */
    BLOCK_ALERT,     /* "! text" */
    BLOCK_BULLET,    /* "- text" */
    BLOCK_QUOTE,     /* "> text": words that are not ours */
    BLOCK_FACT,      /* "@ label | text" */
    BLOCK_HEAD,      /* "|= cell | cell" */
    BLOCK_ROW        /* "| cell | cell" */
};

struct block {
    enum block_kind kind;
    struct bytes *cells; /* one; two for a fact (label, text); one per column for tables */
    size_t cell_count;
};

struct blocks {
    struct block *items;
    size_t count;
};

/* The escape function for texts with marks (templates/engine.h). */
void marks_escape(struct str *out, struct bytes value);

/*
 * What can be said of a template before any value is known: no control signs, no unknown marks,
 * facts with "|", rows with as many cells as the head above them. name is for errors.
 * Returns ERR_INVALID ("de/immediate.hdo.txt line 12: what: what to do").
 */
MUST_USE enum status marks_check(const char *name, struct bytes text, struct err *err);

/* Splits a rendering, which is changed in place and must outlive the blocks. */
void marks_split(struct blocks *out, struct arena *arena, struct str *rendering);

/* Reads a cell in pieces. */
enum piece_kind { PIECE_END, PIECE_WORDS, PIECE_BREAK };
struct piece {
    enum piece_kind kind;
    struct bytes text; /* PIECE_WORDS: no control signs in it */
    bool foreign;      /* stands in a value */
};
struct cursor {
    struct bytes rest;
    bool foreign;
};
struct piece marks_next(struct cursor *cursor);

#endif
