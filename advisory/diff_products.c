/* Which products of two versions are the same, and how what is said of them moved. */
#include "advisory/diff_parts.h"

#include <stdlib.h>
#include <string.h>

static const char *const class_words[CLASS_COUNT] = {"affected", "under investigation",
                                                     "not affected", "fixed", NULL};

const char *diff_class_word(enum diff_class said)
{
    return (unsigned)said < CLASS_COUNT ? class_words[said] : NULL;
}

struct named {
    const char *name;
    size_t index;
};

static int compare_named(const void *a, const void *b)
{
    const struct named *x = a;
    const struct named *y = b;
    int order = strcmp(x->name, y->name);
    return order != 0 ? order : (x->index > y->index) - (x->index < y->index);
}

static const char *text_of(const struct csaf_product *p, bool id)
{
    return id ? p->id : p->name;
}

/* Those without a twin yet, by name or by id. */
static struct named *sorted(struct diff_work *w, const struct diff_side *side, bool id,
                            size_t *count)
{
    const struct csaf *csaf = side->csaf;
    struct named *list = arena_alloc(w->arena, (csaf->product_count + 1) * sizeof *list);
    *count = 0;
    for (size_t i = 0; i < csaf->product_count; i++) {
        const char *text = text_of(&csaf->products[i], id);
        if (side->twin[i] == SIZE_MAX && text != NULL)
            list[(*count)++] = (struct named){text, i};
    }
    qsort(list, *count, sizeof *list, compare_named);
    return list;
}

static void match_by(struct diff_work *w, bool id)
{
    size_t a = 0;
    size_t b = 0;
    const struct named *old = sorted(w, &w->old, id, &a);
    const struct named *now = sorted(w, &w->now, id, &b);
    for (size_t i = 0, k = 0; i < a && k < b;) {
        int order = strcmp(old[i].name, now[k].name);
        if (order == 0) {
            w->old.twin[old[i].index] = now[k].index;
            w->now.twin[now[k].index] = old[i].index;
        }
        i += order <= 0;
        k += order >= 0;
    }
}

static void prepare(struct diff_work *w, struct diff_side *side)
{
    size_t count = side->csaf->product_count + 1;
    side->twin = arena_alloc(w->arena, count * sizeof *side->twin);
    side->score = arena_alloc(w->arena, count * sizeof *side->score);
    side->said = arena_alloc(w->arena, count);
    memset(side->twin, 0xff, count * sizeof *side->twin);
    memset(side->score, 0xff, count * sizeof *side->score);
    memset(side->said, CLASS_NONE, count);
}

void diff_match_products(struct diff_work *w)
{
    prepare(w, &w->old);
    prepare(w, &w->now);
    match_by(w, false);
    match_by(w, true);
}

static const struct {
    enum product_status status;
    enum diff_class said;
} classes[] = {
    {STATUS_FIRST_AFFECTED, CLASS_AFFECTED},
    {STATUS_KNOWN_AFFECTED, CLASS_AFFECTED},
    {STATUS_LAST_AFFECTED, CLASS_AFFECTED},
    {STATUS_UNDER_INVESTIGATION, CLASS_INVESTIGATED},
    {STATUS_FIRST_FIXED, CLASS_FIXED},
    {STATUS_FIXED, CLASS_FIXED},
    {STATUS_KNOWN_NOT_AFFECTED, CLASS_NOT_AFFECTED},
};

/* Fill what is said, or (clear) forget it again: only what was touched is gone through. */
static void say(struct diff_side *side, const struct csaf_vulnerability *v, bool clear)
{
    for (size_t c = 0; c < sizeof classes / sizeof classes[0]; c++) {
        const struct product_set *set = &v->status[classes[c].status];
        for (size_t i = 0; i < set->count; i++) {
            unsigned char *said = &side->said[set->index[i]];
            if (clear)
                *said = CLASS_NONE;
            else if (classes[c].said < *said)
                *said = (unsigned char)classes[c].said;
        }
    }
}

static enum diff_class said_of(const struct diff_side *side, size_t product)
{
    return product == SIZE_MAX ? CLASS_NONE : (enum diff_class)side->said[product];
}

static bool was_wrong(enum diff_class from, enum diff_class to)
{
    return (from == CLASS_AFFECTED && (to == CLASS_NOT_AFFECTED || to == CLASS_NONE)) ||
           (from == CLASS_NOT_AFFECTED && to != CLASS_NOT_AFFECTED && to != CLASS_NONE) ||
           (from == CLASS_FIXED && (to == CLASS_AFFECTED || to == CLASS_INVESTIGATED));
}

static enum diff_kind move_kind(enum diff_weight *weight, enum diff_class from, enum diff_class to)
{
    *weight = DIFF_WORSE;
    if (to == CLASS_AFFECTED)
        return DIFF_AFFECTED_ADDED;
    if (to == CLASS_INVESTIGATED)
        return DIFF_INVESTIGATED;
    *weight = DIFF_BETTER;
    if (from == CLASS_AFFECTED)
        return DIFF_AFFECTED_REMOVED;
    *weight = to == CLASS_FIXED ? DIFF_HELP : DIFF_DETAIL;
    return to == CLASS_FIXED ? DIFF_FIXED_ADDED : DIFF_STATUS;
}

/* Products by their move: [from][to], indexes of the new document, or of the old one when gone. */
struct moves {
    size_t *list[CLASS_COUNT][CLASS_COUNT];
    size_t count[CLASS_COUNT][CLASS_COUNT];
    bool gone;
};

static void note_move(struct diff_work *w, struct moves *m, enum diff_class from,
                      enum diff_class to, size_t product)
{
    arena_push(w->arena, &m->list[from][to], &m->count[from][to], sizeof product, &product);
}

static void tell_moves(struct diff_work *w, const struct moves *m, const char *name)
{
    const struct csaf *csaf = m->gone ? w->old.csaf : w->now.csaf;
    for (int to = 0; to < CLASS_COUNT; to++) {
        for (int from = 0; from < CLASS_COUNT; from++) {
            enum diff_weight weight;
            if (m->count[from][to] == 0)
                continue;
            w->wrong = w->wrong || was_wrong((enum diff_class)from, (enum diff_class)to);
            enum diff_kind kind = move_kind(&weight, (enum diff_class)from, (enum diff_class)to);
            struct diff_item *item = diff_add(w, kind, weight, name);
            item->from = diff_class_word((enum diff_class)from);
            item->to = diff_class_word((enum diff_class)to);
            diff_products(w, item, csaf, m->list[from][to], m->count[from][to]);
        }
    }
}

static void compare_status(struct diff_work *w, const struct csaf_vulnerability *old,
                           const struct csaf_vulnerability *now)
{
    struct moves moves = {.gone = false};
    struct moves gone = {.gone = true};
    for (size_t c = 0; c < sizeof classes / sizeof classes[0]; c++) {
        const struct product_set *set = &now->status[classes[c].status];
        for (size_t i = 0; i < set->count; i++) {
            size_t p = set->index[i];
            size_t twin = w->now.twin[p];
            enum diff_class to = said_of(&w->now, p);
            enum diff_class from = said_of(&w->old, twin);
            if (to != classes[c].said) /* said twice: told with the worse */
                continue;
            if (from != to)
                note_move(w, &moves, from, to, p);
            else if (to == CLASS_AFFECTED &&
                     !text_equal(w->now.csaf->products[p].name, w->old.csaf->products[twin].name)) {
                struct diff_item *item = diff_add(w, DIFF_AFFECTED_CHANGED, DIFF_WORSE, now->name);
                item->from = w->old.csaf->products[twin].name;
                item->to = w->now.csaf->products[p].name;
                w->wrong = true;
            }
        }
    }
    for (size_t c = 0; c < sizeof classes / sizeof classes[0]; c++) {
        const struct product_set *set = &old->status[classes[c].status];
        for (size_t i = 0; i < set->count; i++) {
            size_t p = set->index[i];
            enum diff_class from = said_of(&w->old, p);
            if (from == classes[c].said && said_of(&w->now, w->old.twin[p]) == CLASS_NONE)
                note_move(w, &gone, from, CLASS_NONE, p);
        }
    }
    tell_moves(w, &moves, now->name);
    tell_moves(w, &gone, now->name);
}

void diff_vulnerability(struct diff_work *w, const struct csaf_vulnerability *old,
                        const struct csaf_vulnerability *now)
{
    say(&w->old, old, false);
    say(&w->now, now, false);
    compare_status(w, old, now);
    diff_scores(w, old, now);
    diff_remedies(w, old, now);
    diff_threats(w, old, now);
    say(&w->old, old, true);
    say(&w->now, now, true);
    if (!text_equal(old->title, now->title))
        diff_text(w, diff_add(w, DIFF_TITLE, DIFF_DETAIL, now->name), old->title, now->title);
    diff_notes(w, now->name, old->notes, old->note_count, now->notes, now->note_count);
}

void diff_vulnerability_alone(struct diff_work *w, const struct csaf_vulnerability *v, bool added)
{
    struct diff_item *item =
        diff_add(w, added ? DIFF_VULNERABILITY_ADDED : DIFF_VULNERABILITY_REMOVED,
                 added ? DIFF_WORSE : DIFF_BETTER, v->name);
    const struct csaf *csaf = added ? w->now.csaf : w->old.csaf;
    *(added ? &item->to : &item->from) = v->title;
    diff_products(w, item, csaf, v->affected.index, v->affected.count);
    w->wrong = w->wrong || (!added && v->affected.count > 0);
}
