/* Scores, remedies, threats and notes of two versions. */
#include "advisory/diff_parts.h"

#include "advisory/cvss.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The score of each product; one of CVSS v3 counts before one of v2, the first of its kind. */
static void place_scores(struct diff_side *side, const struct csaf_vulnerability *v, bool clear)
{
    for (size_t s = 0; s < v->score_count; s++) {
        const struct product_set *set = &v->scores[s].products;
        for (size_t i = 0; i < set->count; i++) {
            size_t *at = &side->score[set->index[i]];
            bool better = *at != SIZE_MAX && text_starts(v->scores[*at].version, "2") &&
                          !text_starts(v->scores[s].version, "2");
            if (clear)
                *at = SIZE_MAX;
            else if (*at == SIZE_MAX || better)
                *at = s;
        }
    }
}

static const char *score_text(struct diff_work *w, const struct csaf_score *s)
{
    if (s == NULL || s->base_tenths < 0)
        return NULL;
    return arena_printf(w->arena, "%d.%d", s->base_tenths / 10, s->base_tenths % 10);
}

/* "AV:A → AV:N, PR:L → PR:N" of two vectors of the same version; NULL when they say the same. */
static const char *moved_metrics(struct diff_work *w, const char *from, const char *to)
{
    static const char none[] = "–";
    struct str out;
    str_init(&out, STR_LIMIT_LINE);
    for (const char *at = to; *at != '\0';) {
        size_t size = strcspn(at, "/");
        size_t name = strcspn(at, ":/") + 1;
        const char *was = from;
        while (*was != '\0' && (name > size || strncmp(was, at, name) != 0))
            was += strcspn(was, "/") + (was[strcspn(was, "/")] == '/');
        size_t was_size = strcspn(was, "/");
        if (name <= size && (was_size != size || strncmp(was, at, size) != 0))
            str_addf(&out, "%s%.*s → %.*s", out.size > 0 ? ", " : "",
                     was_size > 0 ? (int)was_size : (int)strlen(none), was_size > 0 ? was : none,
                     (int)size, at);
        at += size + (at[size] == '/');
    }
    const char *text = out.size > 0 ? arena_strdup(w->arena, str_text(&out)) : NULL;
    str_dispose(&out);
    return text;
}

static void add_score(struct diff_work *w, const char *name, const struct csaf_score *from,
                      const struct csaf_score *to, const size_t *products, size_t count)
{
    struct cvss scratch;
    int a = from != NULL ? from->base_tenths : -1;
    int b = to != NULL ? to->base_tenths : -1;
    enum diff_weight weight = b > a && a >= 0   ? DIFF_WORSE
                              : b >= 0 && a > b ? DIFF_BETTER
                                                : DIFF_DETAIL;
    struct diff_item *item = diff_add(w, DIFF_SCORE, weight, name);
    bool both = from != NULL && to != NULL && from->vector != NULL && to->vector != NULL &&
                cvss_read(&scratch, from->vector, NULL) == OK &&
                cvss_read(&scratch, to->vector, NULL) == OK;
    item->from = score_text(w, from);
    item->to = score_text(w, to);
    if (both && text_equal(from->version, to->version))
        item->what = moved_metrics(w, from->vector, to->vector);
    else if (from != NULL && to != NULL)
        item->what =
            arena_printf(w->arena, "CVSS %s → CVSS %s", from->version != NULL ? from->version : "–",
                         to->version != NULL ? to->version : "–");
    diff_products(w, item, w->now.csaf, products, count);
}

static bool same_score(const struct csaf_score *a, const struct csaf_score *b)
{
    return a != NULL && b != NULL && a->base_tenths == b->base_tenths &&
           text_equal(a->vector, b->vector);
}

struct score_move {
    size_t from, to, product; /* indexes; from, to SIZE_MAX: none */
};

static int compare_moves(const void *a, const void *b)
{
    const struct score_move *x = a;
    const struct score_move *y = b;
    if (x->to != y->to)
        return x->to < y->to ? -1 : 1;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return (x->product > y->product) - (x->product < y->product);
}

/* A product that is affected in both versions, or was scored in both, and whose score moved. */
static void collect_scores(struct diff_work *w, struct score_move **out, size_t *count,
                           const struct csaf_vulnerability *old,
                           const struct csaf_vulnerability *now)
{
    for (size_t i = 0; i < now->affected.count; i++) {
        size_t p = now->affected.index[i];
        size_t twin = w->now.twin[p];
        if (twin == SIZE_MAX || w->old.said[twin] != CLASS_AFFECTED)
            continue; /* newly affected: that is told already */
        const struct score_move move = {w->old.score[twin], w->now.score[p], p};
        const struct csaf_score *from = move.from != SIZE_MAX ? &old->scores[move.from] : NULL;
        const struct csaf_score *to = move.to != SIZE_MAX ? &now->scores[move.to] : NULL;
        if ((from != NULL || to != NULL) && !same_score(from, to))
            arena_push(w->arena, out, count, sizeof move, &move);
    }
}

void diff_scores(struct diff_work *w, const struct csaf_vulnerability *old,
                 const struct csaf_vulnerability *now)
{
    struct score_move *moves = NULL;
    size_t count = 0;
    place_scores(&w->old, old, false);
    place_scores(&w->now, now, false);
    collect_scores(w, &moves, &count, old, now);
    if (count > 0)
        qsort(moves, count, sizeof *moves, compare_moves);
    size_t *products = arena_alloc(w->arena, (count + 1) * sizeof *products);
    for (size_t i = 0; i < count;) {
        size_t size = 0;
        const struct score_move first = moves[i];
        while (i < count && moves[i].from == first.from && moves[i].to == first.to)
            products[size++] = moves[i++].product;
        add_score(w, now->name, first.from != SIZE_MAX ? &old->scores[first.from] : NULL,
                  first.to != SIZE_MAX ? &now->scores[first.to] : NULL, products, size);
    }
    place_scores(&w->old, old, true);
    place_scores(&w->now, now, true);
}

/* A statement about products: a remedy, a threat or a note. */
struct statement {
    const char *category, *text, *url, *date;
    const struct product_set *products; /* NULL: a note */
    const char *first;                  /* name of its first product, or the title of a note */
    size_t index;
    bool paired;
};

static int compare_words(const char *a, const char *b)
{
    return a == NULL || b == NULL ? (a != NULL) - (b != NULL) : strcmp(a, b);
}

static int compare_group(const void *a, const void *b)
{
    const struct statement *x = a;
    const struct statement *y = b;
    int order = compare_words(x->category, y->category);
    return order != 0 ? order : compare_words(x->first, y->first);
}

/* What may be the same statement stands together, and in a fixed order. */
static int compare_statements(const void *a, const void *b)
{
    const struct statement *x = a;
    const struct statement *y = b;
    int order = compare_group(x, y);
    if (order == 0)
        order = compare_words(x->text, y->text);
    if (order == 0)
        order = compare_words(x->url, y->url);
    return order != 0 ? order : (x->index > y->index) - (x->index < y->index);
}

static int compare_places(const void *a, const void *b)
{
    const struct statement *x = a;
    const struct statement *y = b;
    return (x->index > y->index) - (x->index < y->index);
}

static bool same_products(const struct diff_work *w, const struct product_set *old,
                          const struct product_set *now)
{
    if (old == NULL || now == NULL)
        return old == now;
    if (old->count != now->count)
        return false;
    for (size_t i = 0; i < now->count; i++) {
        size_t twin = w->now.twin[now->index[i]];
        if (twin == SIZE_MAX || !product_set_has(old, twin))
            return false;
    }
    return true;
}

struct telling {
    enum diff_kind added, changed, removed;
    const char *vulnerability;
};

static enum diff_weight weight_of(const struct telling *t, const struct statement *s, bool removed)
{
    if (t->added == DIFF_NOTE || t->added == DIFF_IMPACT)
        return DIFF_DETAIL;
    if (removed && text_equal(s->category, "vendor_fix"))
        return DIFF_WORSE;
    bool nothing =
        text_equal(s->category, "none_available") || text_equal(s->category, "no_fix_planned");
    return nothing ? DIFF_DETAIL : DIFF_HELP;
}

static struct diff_item *tell_one(struct diff_work *w, const struct telling *t, enum diff_kind kind,
                                  const struct statement *s, const struct csaf *csaf)
{
    struct diff_item *item =
        diff_add(w, kind, weight_of(t, s, kind == DIFF_REMEDY_REMOVED), t->vulnerability);
    item->what = s->products == NULL && s->first != NULL ? s->first : s->category;
    item->url = s->url;
    item->date = s->date;
    if (s->products != NULL)
        diff_products(w, item, csaf, s->products->index, s->products->count);
    return item;
}

static void tell_changed(struct diff_work *w, const struct telling *t, const struct statement *old,
                         const struct statement *now)
{
    if (text_equal(old->text, now->text) && text_equal(old->url, now->url) &&
        text_equal(old->date, now->date) && same_products(w, old->products, now->products))
        return;
    struct diff_item *item = tell_one(w, t, t->changed, now, w->now.csaf);
    if (text_equal(old->text, now->text)) {
        item->to = now->text;
        if (!text_equal(old->date, now->date))
            item->from = old->date;
        return;
    }
    diff_text(w, item, old->text, now->text);
}

/* Pair what has the same category and first product; equal texts first, then in order. */
static void compare_lists(struct diff_work *w, const struct telling *t, struct statement *old,
                          size_t a, struct statement *now, size_t b)
{
    struct statement **pair = arena_alloc(w->arena, (b + 1) * sizeof *pair);
    qsort(old, a, sizeof *old, compare_statements);
    qsort(now, b, sizeof *now, compare_statements);
    for (int exact = 1; exact >= 0; exact--) {
        for (size_t i = 0, k = 0; i < a && k < b;) {
            if (old[i].paired || now[k].paired) {
                i += old[i].paired;
                k += k < b && now[k].paired;
                continue;
            }
            int order = compare_group(&old[i], &now[k]);
            if (order == 0 && exact != 0)
                order = compare_words(old[i].text, now[k].text);
            if (order == 0) {
                old[i].paired = now[k].paired = true;
                pair[now[k].index] = &old[i];
            }
            i += order <= 0;
            k += order >= 0;
        }
    }
    qsort(now, b, sizeof *now, compare_places);
    for (size_t k = 0; k < b; k++) {
        if (now[k].paired)
            tell_changed(w, t, pair[now[k].index], &now[k]);
        else
            tell_one(w, t, t->added, &now[k], w->now.csaf)->to = now[k].text;
    }
    for (size_t i = 0; i < a; i++)
        if (!old[i].paired)
            tell_one(w, t, t->removed, &old[i], w->old.csaf)->from = old[i].text;
}

/* The name under which both documents know a product: that of the new one. */
static const char *first_name(const struct diff_work *w, const struct product_set *set, bool old)
{
    if (set->count == 0)
        return NULL;
    size_t p = set->index[0];
    if (old && w->old.twin[p] != SIZE_MAX)
        return w->now.csaf->products[w->old.twin[p]].name;
    return (old ? w->old.csaf : w->now.csaf)->products[p].name;
}

static struct statement *remedies_of(struct diff_work *w, const struct csaf_vulnerability *v,
                                     bool old)
{
    struct statement *list = arena_alloc(w->arena, (v->remediation_count + 1) * sizeof *list);
    for (size_t i = 0; i < v->remediation_count; i++) {
        const struct csaf_remediation *r = &v->remediations[i];
        list[i] = (struct statement){.category = r->category,
                                     .text = r->details,
                                     .url = r->url,
                                     .date = r->date,
                                     .products = &r->products,
                                     .first = first_name(w, &r->products, old),
                                     .index = i};
    }
    return list;
}

void diff_remedies(struct diff_work *w, const struct csaf_vulnerability *old,
                   const struct csaf_vulnerability *now)
{
    const struct telling telling = {DIFF_REMEDY_ADDED, DIFF_REMEDY_CHANGED, DIFF_REMEDY_REMOVED,
                                    now->name};
    compare_lists(w, &telling, remedies_of(w, old, true), old->remediation_count,
                  remedies_of(w, now, false), now->remediation_count);
}

/* Threats of one sort: what is said of attacks, or everything else. */
static struct statement *threats_of(struct diff_work *w, const struct csaf_vulnerability *v,
                                    bool old, bool attacks, size_t *count)
{
    struct statement *list = arena_alloc(w->arena, (v->threat_count + 1) * sizeof *list);
    *count = 0;
    for (size_t i = 0; i < v->threat_count; i++) {
        const struct csaf_threat *t = &v->threats[i];
        if (text_equal(t->category, "exploit_status") != attacks)
            continue;
        list[*count] = (struct statement){.category = t->category,
                                          .text = t->details,
                                          .products = &t->products,
                                          .first = first_name(w, &t->products, old),
                                          .index = *count};
        (*count)++;
    }
    return list;
}

/* Only the order of telling hangs on this; the words themselves are always shown. */
static bool denies(const char *text)
{
    static const char *const words[] = {"no ", "not ", "none", "kein", "nicht", "unknown"};
    bool found = text == NULL;
    for (size_t i = 0; !found && i < sizeof words / sizeof words[0]; i++)
        found = strcasestr(text, words[i]) != NULL;
    return found;
}

void diff_threats(struct diff_work *w, const struct csaf_vulnerability *old,
                  const struct csaf_vulnerability *now)
{
    static const enum diff_kind kinds[] = {DIFF_IMPACT, DIFF_EXPLOITATION};
    for (int attacks = 1; attacks >= 0; attacks--) {
        size_t a = 0;
        size_t b = 0;
        size_t first = w->count;
        const enum diff_kind kind = kinds[attacks];
        const struct telling telling = {kind, kind, kind, now->name};
        struct statement *was = threats_of(w, old, true, attacks != 0, &a);
        struct statement *is = threats_of(w, now, false, attacks != 0, &b);
        compare_lists(w, &telling, was, a, is, b);
        for (size_t i = first; attacks != 0 && i < w->count; i++)
            w->items[i].weight = denies(w->items[i].to) ? DIFF_DETAIL : DIFF_WORSE;
    }
}

static struct statement *notes_of(struct diff_work *w, const struct csaf_note *notes, size_t count)
{
    struct statement *list = arena_alloc(w->arena, (count + 1) * sizeof *list);
    for (size_t i = 0; i < count; i++)
        list[i] = (struct statement){.category = notes[i].category,
                                     .text = notes[i].text,
                                     .first = notes[i].title,
                                     .index = i};
    return list;
}

void diff_notes(struct diff_work *w, const char *vulnerability, const struct csaf_note *old,
                size_t old_count, const struct csaf_note *now, size_t now_count)
{
    const struct telling telling = {DIFF_NOTE, DIFF_NOTE, DIFF_NOTE, vulnerability};
    compare_lists(w, &telling, notes_of(w, old, old_count), old_count, notes_of(w, now, now_count),
                  now_count);
}
