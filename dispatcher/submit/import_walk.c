/* parties.csv row by row, in the order of its parties. */
#include "base/arena.h"
#include "dispatcher/submit/import_inner.h"

#include <stdlib.h>
#include <string.h>

#define PARTY 0 /* its column */

/* A row of a file that does not stand in order; no file is larger than 512 MiB. */
struct place {
    const char *party;
    uint32_t at, line;
};

struct walk {
    const struct import_table *of;
    struct csv_table *table;
    struct arena *arena; /* names */
    struct place *places;
    size_t count, next;
    bool jumps;
};

static enum status reopen(struct walk *w, const struct import *im, const struct import_table *table,
                          struct err *err)
{
    csv_close(w->table);
    w->table = NULL;
    enum status status =
        csv_open(&w->table, im->name, im->source, table->columns, table->count, err);
    return status == ERR_INVALID || status == ERR_LIMIT ? (err->code = ERR_REFUSED) : status;
}

struct look {
    char *last; /* party of the row before */
    size_t rows;
    bool in_order;
    struct err lacks; /* the first cell that must not be empty; what reads worse is told first */
};

static enum status look_at_all(struct look *look, struct walk *w, const struct import *im,
                               const struct import_table *table, struct err *err)
{
    struct csv_row row;
    enum status status = OK;
    look->in_order = true;
    while (status == OK && (status = csv_next(&row, w->table, err)) == OK) {
        const char *party = row.fields[PARTY] != NULL ? row.fields[PARTY] : "";
        const char *empty = import_lacks(table, &row);
        if (empty != NULL && look->lacks.code == OK)
            (void)import_bad(im, &row, empty, &look->lacks, "is empty, but needed");
        if (look->last == NULL || strcmp(look->last, party) != 0) {
            look->in_order =
                look->in_order && (look->last == NULL || strcmp(look->last, party) < 0);
            free(look->last);
            look->last = xstrdup(party);
        }
        look->rows++;
    }
    free(look->last);
    if (status == ERR_INVALID || status == ERR_LIMIT)
        return err->code = ERR_REFUSED;
    if (status == ERR_NOT_FOUND && look->lacks.code != OK) {
        *err = look->lacks;
        return err->code;
    }
    return status == ERR_NOT_FOUND ? OK : status;
}

static int by_party(const void *a, const void *b)
{
    const struct place *x = a;
    const struct place *y = b;
    const int order = strcmp(x->party, y->party);
    return order != 0 ? order : x->line < y->line ? -1 : 1;
}

static enum status changed(struct err *err)
{
    return err_set(err, ERR_STALE, "the table changed while it was read: try again");
}

/* Where each row begins. The file may have become another one since it was looked at. */
static enum status find_places(struct walk *w, size_t rows, struct err *err)
{
    struct csv_row row;
    enum status status = OK;
    w->places = xcalloc(rows > 0 ? rows : 1, sizeof *w->places);
    while (w->count < rows && (status = csv_next(&row, w->table, err)) == OK) {
        struct place *p = &w->places[w->count];
        const char *before = w->count > 0 ? p[-1].party : NULL;
        p->party = row.fields[PARTY] == NULL ? ""
                   : text_equal(before, row.fields[PARTY])
                       ? before
                       : arena_strdup(w->arena, row.fields[PARTY]);
        p->at = (uint32_t)row.at;
        p->line = (uint32_t)row.line;
        w->count++;
    }
    if (w->count > 1)
        qsort(w->places, w->count, sizeof *w->places, by_party);
    return status == ERR_NOT_FOUND || status == ERR_INVALID ? changed(err) : status;
}

enum status walk_open(struct walk **out, size_t *rows, const struct import *im,
                      const struct import_table *table, bool full, struct err *err)
{
    struct walk *w = xcalloc(1, sizeof *w);
    struct look look = {0};
    w->of = table;
    w->arena = arena_new();
    enum status status = reopen(w, im, table, err);
    if (status == OK)
        status = look_at_all(&look, w, im, table, err);
    if (status == OK)
        status = reopen(w, im, table, err);
    w->jumps = status == OK && !look.in_order;
    if (status == OK && (w->jumps || full)) {
        status = find_places(w, look.rows, err);
        if (status == OK)
            status = reopen(w, im, table, err);
    }
    *rows = look.rows;
    if (status == OK)
        *out = w;
    else
        walk_close(w);
    return status;
}

void walk_close(struct walk *walk)
{
    if (walk == NULL)
        return;
    csv_close(walk->table);
    arena_free(walk->arena);
    free(walk->places);
    free(walk);
}

enum status walk_next(struct csv_row *row, struct walk *walk, struct err *err)
{
    if (walk->jumps && walk->next == walk->count)
        return ERR_NOT_FOUND;
    if (walk->jumps) {
        const struct place *p = &walk->places[walk->next++];
        csv_goto(walk->table, p->at, p->line);
    }
    enum status status = csv_next(row, walk->table, err);
    if (status == ERR_INVALID || (status == OK && import_lacks(walk->of, row) != NULL))
        status = changed(err); /* all of it was well when it was looked at */
    return status;
}

bool walk_has(const struct walk *walk, const char *party)
{
    size_t low = 0;
    for (size_t high = walk->count; low < high;) {
        const size_t middle = low + (high - low) / 2;
        const int order = strcmp(party, walk->places[middle].party);
        if (order == 0)
            return true;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}
