#include "advisory/diff_parts.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const kind_words[] = {
    "withdrawn",
    "vulnerability-added",
    "affected-added",
    "affected-changed",
    "exploitation",
    "score",
    "investigated",
    "remedy-added",
    "remedy-changed",
    "remedy-removed",
    "fixed-added",
    "action",
    "impact",
    "affected-removed",
    "vulnerability-removed",
    "status",
    "tracking",
    "label",
    "title",
    "note",
    "reference",
    "other",
};
_Static_assert(sizeof kind_words / sizeof kind_words[0] == DIFF_KIND_COUNT, "one word per kind");

static const char *const weight_words[DIFF_WEIGHT_COUNT] = {"worse", "help", "better", "detail"};
static const char *const nature_words[DIFF_NATURE_COUNT] = {"update", "correction", "withdrawal"};

const char *diff_kind_word(enum diff_kind kind)
{
    return (unsigned)kind < DIFF_KIND_COUNT ? kind_words[kind] : NULL;
}

const char *diff_weight_word(enum diff_weight weight)
{
    return (unsigned)weight < DIFF_WEIGHT_COUNT ? weight_words[weight] : NULL;
}

const char *diff_nature_word(enum diff_nature nature)
{
    return (unsigned)nature < DIFF_NATURE_COUNT ? nature_words[nature] : NULL;
}

struct diff_item *diff_add(struct diff_work *w, enum diff_kind kind, enum diff_weight weight,
                           const char *vulnerability)
{
    const struct diff_item item = {.kind = kind, .weight = weight, .vulnerability = vulnerability};
    arena_push(w->arena, &w->items, &w->count, sizeof item, &item);
    return &w->items[w->count - 1];
}

void diff_products(struct diff_work *w, struct diff_item *item, const struct csaf *csaf,
                   const size_t *index, size_t count)
{
    const char **names = arena_alloc(w->arena, (count + 1) * sizeof *names);
    for (size_t i = 0; i < count; i++)
        names[i] = csaf->products[index[i]].name;
    item->products = names;
    item->product_count = count;
}

/* Between two words, and never inside a sign of several bytes. */
static bool is_edge(const char *text, size_t at, size_t size)
{
    return at == 0 || at == size || text[at] == ' ' || text[at - 1] == ' ';
}

void diff_text(struct diff_work *w, struct diff_item *item, const char *from, const char *to)
{
    enum { WORTH = 120 }; /* what is shorter is shown whole */
    item->from = from;
    item->to = to;
    if (from == NULL || to == NULL)
        return;
    size_t a = strlen(from);
    size_t b = strlen(to);
    size_t least = a < b ? a : b;
    size_t head = 0;
    size_t tail = 0;
    if (a < WORTH && b < WORTH)
        return;
    while (head < least && from[head] == to[head])
        head++;
    while (!is_edge(from, head, a) || !is_edge(to, head, b))
        head--;
    while (tail < least - head && from[a - 1 - tail] == to[b - 1 - tail])
        tail++;
    while (tail > 0 && (!is_edge(from, a - tail, a) || !is_edge(to, b - tail, b)))
        tail--;
    const char *before = head > 0 ? "… " : "";
    const char *behind = tail > 0 ? " …" : "";
    const char *text[] = {from, to};
    const size_t size[] = {a - tail - head, b - tail - head};
    const char *cut[2];
    for (size_t i = 0; i < 2; i++) {
        const char *middle = arena_strndup(w->arena, text[i] + head, size[i]);
        cut[i] = arena_printf(w->arena, "%s%s%s", before, middle, behind);
    }
    item->from = a - tail - head > 0 ? cut[0] : NULL;
    item->to = b - tail - head > 0 ? cut[1] : NULL;
}

/* A vulnerability by its name, to be sorted. */
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

static struct named *by_name(struct diff_work *w, const struct csaf *csaf)
{
    struct named *list = arena_alloc(w->arena, (csaf->vulnerability_count + 1) * sizeof *list);
    for (size_t i = 0; i < csaf->vulnerability_count; i++)
        list[i] = (struct named){csaf->vulnerabilities[i].name, i};
    qsort(list, csaf->vulnerability_count, sizeof *list, compare_named);
    return list;
}

static void compare_vulnerabilities(struct diff_work *w)
{
    const struct csaf *old = w->old.csaf;
    const struct csaf *now = w->now.csaf;
    const struct named *was = by_name(w, old);
    const struct named *is = by_name(w, now);
    size_t *pair = arena_alloc(w->arena, (now->vulnerability_count + 1) * sizeof *pair);
    bool *gone = arena_alloc(w->arena, old->vulnerability_count + 1);
    memset(pair, 0xff, (now->vulnerability_count + 1) * sizeof *pair);
    memset(gone, 1, old->vulnerability_count + 1);
    for (size_t i = 0, k = 0; i < now->vulnerability_count; i++) {
        while (k < old->vulnerability_count && strcmp(was[k].name, is[i].name) < 0)
            k++;
        if (k < old->vulnerability_count && strcmp(was[k].name, is[i].name) == 0) {
            pair[is[i].index] = was[k].index;
            gone[was[k].index] = false;
            k++;
        }
    }
    for (size_t i = 0; i < now->vulnerability_count; i++) {
        const struct csaf_vulnerability *v = &now->vulnerabilities[i];
        if (pair[i] != SIZE_MAX)
            diff_vulnerability(w, &old->vulnerabilities[pair[i]], v);
        else
            diff_vulnerability_alone(w, v, true);
    }
    for (size_t i = 0; i < old->vulnerability_count; i++)
        if (gone[i])
            diff_vulnerability_alone(w, &old->vulnerabilities[i], false);
}

static void compare_text(struct diff_work *w, enum diff_kind kind, const char *what,
                         const char *from, const char *to)
{
    if (text_equal(from, to))
        return;
    struct diff_item *item = diff_add(w, kind, kind == DIFF_ACTION ? DIFF_HELP : DIFF_DETAIL, NULL);
    item->what = what;
    diff_text(w, item, from, to);
}

static void compare_orders(struct diff_work *w, const struct diff_order *old,
                           const struct diff_order *now)
{
    static const struct diff_order none;
    const struct diff_order *a = old != NULL ? old : &none;
    const struct diff_order *b = now != NULL ? now : &none;
    compare_text(w, DIFF_ACTION, "hazard", a->hazard, b->hazard);
    compare_text(w, DIFF_ACTION, "action", a->action, b->action);
    compare_text(w, DIFF_ACTION, "action_by", a->action_by, b->action_by);
    compare_text(w, DIFF_ACTION, "next_information", a->next_information, b->next_information);
    if (text_equal(a->exploited, b->exploited))
        return;
    struct diff_item *item = diff_add(
        w, DIFF_EXPLOITATION, text_equal(b->exploited, "yes") ? DIFF_WORSE : DIFF_DETAIL, NULL);
    item->from = a->exploited;
    item->to = b->exploited;
}

static int compare_urls(const void *a, const void *b)
{
    const struct csaf_reference *const *x = a;
    const struct csaf_reference *const *y = b;
    return strcmp((*x)->url, (*y)->url);
}

/* Those with an address, sorted by it. */
static const struct csaf_reference **by_url(struct diff_work *w, const struct csaf *csaf,
                                            size_t *count)
{
    const struct csaf_reference **list =
        arena_alloc(w->arena, (csaf->reference_count + 1) * sizeof *list);
    *count = 0;
    for (size_t i = 0; i < csaf->reference_count; i++)
        if (csaf->references[i].url != NULL)
            list[(*count)++] = &csaf->references[i];
    qsort(list, *count, sizeof *list, compare_urls);
    return list;
}

static void add_reference(struct diff_work *w, const struct csaf_reference *r, bool added)
{
    struct diff_item *item = diff_add(w, DIFF_REFERENCE, DIFF_DETAIL, NULL);
    *(added ? &item->to : &item->from) = r->summary != NULL ? r->summary : r->url;
    item->url = r->url;
}

static void compare_references(struct diff_work *w)
{
    size_t a = 0;
    size_t b = 0;
    const struct csaf_reference **old = by_url(w, w->old.csaf, &a);
    const struct csaf_reference **now = by_url(w, w->now.csaf, &b);
    for (size_t i = 0, k = 0; i < a || k < b;) {
        int order = i == a ? 1 : k == b ? -1 : strcmp(old[i]->url, now[k]->url);
        if (order != 0)
            add_reference(w, order < 0 ? old[i] : now[k], order > 0);
        i += order <= 0;
        k += order >= 0;
    }
}

static size_t set_work(const struct csaf *csaf)
{
    size_t work = csaf->product_count;
    for (size_t i = 0; i < csaf->vulnerability_count && work <= DIFF_WORK_MAX; i++) {
        const struct csaf_vulnerability *v = &csaf->vulnerabilities[i];
        for (int s = 0; s < STATUS_PRODUCT_STATUS_COUNT; s++)
            work += v->status[s].count;
        for (size_t k = 0; k < v->score_count; k++)
            work += v->scores[k].products.count;
        for (size_t k = 0; k < v->remediation_count; k++)
            work += v->remediations[k].products.count + 1;
        for (size_t k = 0; k < v->threat_count; k++)
            work += v->threats[k].products.count + 1;
    }
    return work;
}

static size_t affected_count(const struct csaf *csaf)
{
    size_t count = 0;
    for (size_t i = 0; i < csaf->vulnerability_count; i++)
        count += csaf->vulnerabilities[i].affected.count +
                 csaf->vulnerabilities[i].status[STATUS_UNDER_INVESTIGATION].count;
    return count;
}

bool diff_says_withdrawn(const struct csaf *csaf)
{
    const char *said = NULL;
    const char *newest = NULL;
    if (text_equal(csaf->category, "csaf_withdrawn"))
        return true;
    for (size_t i = 0; i < csaf->note_count; i++)
        if (csaf->notes[i].title != NULL &&
            strcasecmp(csaf->notes[i].title, "Reasoning for Withdrawal") == 0)
            return true;
    const struct json *history = json_at(csaf->root, "/document/tracking/revision_history", NULL);
    for (const struct json *at = json_first(history); at != NULL; at = json_next(at)) {
        const char *number = json_string(json_get(at, "number"));
        if (number == NULL || csaf_version_compare(number, newest) < 0)
            continue;
        newest = number;
        said = json_string(json_get(at, "summary"));
    }
    return said != NULL && strncasecmp(said, "withdrawn", 9) == 0;
}

bool diff_asks_nothing(const struct csaf *csaf)
{
    size_t safe = 0;
    for (size_t i = 0; i < csaf->vulnerability_count; i++)
        safe += csaf->vulnerabilities[i].status[STATUS_KNOWN_NOT_AFFECTED].count;
    return diff_says_withdrawn(csaf) || (affected_count(csaf) == 0 && safe > 0);
}

static int compare_items(const void *a, const void *b)
{
    const struct diff_item *const *x = a;
    const struct diff_item *const *y = b;
    if ((*x)->weight != (*y)->weight)
        return (*x)->weight < (*y)->weight ? -1 : 1;
    if ((*x)->kind != (*y)->kind)
        return (*x)->kind < (*y)->kind ? -1 : 1;
    return (*x > *y) - (*x < *y); /* as they were found */
}

static void put_in_order(struct diff *out, struct diff_work *w)
{
    const struct diff_item **order = arena_alloc(w->arena, (w->count + 1) * sizeof *order);
    struct diff_item *items = arena_alloc(w->arena, (w->count + 1) * sizeof *items);
    for (size_t i = 0; i < w->count; i++)
        order[i] = &w->items[i];
    qsort(order, w->count, sizeof *order, compare_items);
    for (size_t i = 0; i < w->count; i++)
        items[i] = *order[i];
    out->items = items;
    out->count = w->count;
}

static bool is_withdrawal(const struct diff_work *w)
{
    if (diff_says_withdrawn(w->now.csaf) && !diff_says_withdrawn(w->old.csaf))
        return true;
    return affected_count(w->now.csaf) == 0 && affected_count(w->old.csaf) > 0 && w->wrong;
}

enum status diff_make(struct diff *out, struct arena *arena, const struct csaf *before,
                      const struct csaf *after, const struct diff_order *order_before,
                      const struct diff_order *order_after, struct err *err)
{
    struct diff_work w = {.arena = arena, .old.csaf = before, .now.csaf = after};
    *out = (struct diff){0};
    if (set_work(before) > DIFF_WORK_MAX || set_work(after) > DIFF_WORK_MAX)
        return err_set(err, ERR_LIMIT,
                       "%s: too many products in too many lists to be compared: read both versions",
                       after->tracking_id != NULL ? after->tracking_id : "advisory");
    diff_match_products(&w);
    compare_vulnerabilities(&w);
    if (is_withdrawal(&w)) {
        out->nature = DIFF_WITHDRAWAL;
        (void)diff_add(&w, DIFF_WITHDRAWN, DIFF_WORSE, NULL);
    } else if (w.wrong)
        out->nature = DIFF_CORRECTION;
    compare_orders(&w, order_before, order_after);
    compare_text(&w, DIFF_TRACKING, NULL, before->status, after->status);
    if (before->tlp != after->tlp || before->has_tlp != after->has_tlp)
        compare_text(&w, DIFF_LABEL, NULL, before->has_tlp ? tlp_word(before->tlp) : NULL,
                     after->has_tlp ? tlp_word(after->tlp) : NULL);
    compare_text(&w, DIFF_TITLE, NULL, before->title, after->title);
    diff_notes(&w, NULL, before->notes, before->note_count, after->notes, after->note_count);
    compare_references(&w);
    if (w.count == 0)
        (void)diff_add(&w, DIFF_OTHER, DIFF_DETAIL, NULL);
    put_in_order(out, &w);
    return OK;
}
