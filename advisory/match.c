/*
 * What is proof that somebody need not be told, and nothing else is:
 *
 *  other product   its names have nothing in common with any product that the advisory calls
 *                  affected or under investigation (advisory/name says what "nothing" is), or the
 *                  advisory names exactly this product, and the others by other names;
 *  other version   the advisory names exactly this product, the version held is plainly
 *                  comparable, and every expression for this product, or for one whose name
 *                  holds or is held by its name, is understood and leaves the version out;
 *  said so         the advisory says "not affected" or "fixed" of exactly this product and
 *                  version, and of no other that it may be the contrary.
 */
#include "advisory/match_parts.h"

#include <stdlib.h>
#include <string.h>

enum answer_known { ANSWER_UNSEEN, ANSWER_IN, ANSWER_OUT, ANSWER_UNCLEAR };

struct work {
    const struct csaf *csaf;
    const struct match_item *item;
    /* Of each product: enum name_relation to the item, enum answer_known, already listed. */
    unsigned char *relation, *answer, *listed;
    bool identified;              /* the advisory names exactly this product */
    struct match_list candidates; /* of those it calls affected: what the item may be */
    struct match_list others;     /* … and what it is not */
    size_t affected;              /* the same product, and the version is inside; SIZE_MAX: none */
    size_t undecided;             /* not proven to be another product or version; SIZE_MAX: none */
};

/* A relationship is as near as the nearer of its parts; *side is that one. */
static enum name_relation relate(const struct work *work, size_t index, size_t *side, int depth)
{
    const struct csaf_product *product = &work->csaf->products[index];
    enum name_relation own = (enum name_relation)work->relation[index];
    *side = index;
    if (product->part == SIZE_MAX || depth == RELATION_DEPTH)
        return own;
    size_t part_side = SIZE_MAX;
    size_t base_side = SIZE_MAX;
    enum name_relation part = relate(work, product->part, &part_side, depth + 1);
    enum name_relation base = relate(work, product->relates_to, &base_side, depth + 1);
    if (part < base && part <= own)
        *side = part_side;
    else if (base < part && base <= own)
        *side = base_side;
    enum name_relation nearer = part < base ? part : base;
    return nearer < own ? nearer : own;
}

static enum answer_known judge(struct work *work, size_t index)
{
    static const enum answer_known known[] = {[VERSION_ANSWER_IN] = ANSWER_IN,
                                              [VERSION_ANSWER_OUT] = ANSWER_OUT,
                                              [VERSION_ANSWER_UNCLEAR] = ANSWER_UNCLEAR};
    if (work->answer[index] == ANSWER_UNSEEN)
        work->answer[index] = (unsigned char)
            known[match_product_version(work->item->version, &work->csaf->products[index])];
    return (enum answer_known)work->answer[index];
}

/* What the side says, unless the name of the whole speaks of versions that no part has. */
static enum answer_known judge_side(struct work *work, size_t index, size_t side)
{
    enum answer_known answer = judge(work, side);
    if (answer == ANSWER_OUT && side != index && !match_relation_agrees(work->csaf, index))
        return ANSWER_UNCLEAR;
    return answer;
}

/* May the item be this product? Once it is named exactly, a word in common says nothing more. */
static bool may_be(const struct work *work, size_t index, size_t *side)
{
    enum name_relation relation = relate(work, index, side, 0);
    return relation <= (work->identified ? NAME_CONTAINS : NAME_SHARES);
}

static void list(struct work *work, struct match_list *into, size_t index)
{
    if (work->listed[index])
        return;
    work->listed[index] = 1;
    if (into->count < MATCH_SHOWN)
        into->shown[into->count] = index;
    into->count++;
}

static void note_undecided(struct work *work, size_t index)
{
    if (work->undecided == SIZE_MAX)
        work->undecided = index;
}

/* A product listed as affected as it is, or as under investigation. */
static void weigh(struct work *work, size_t index, bool affected)
{
    size_t side = SIZE_MAX;
    if (!may_be(work, index, &side)) {
        list(work, &work->others, index);
        return;
    }
    list(work, &work->candidates, index);
    enum answer_known answer = judge_side(work, index, side);
    bool same = work->relation[side] == NAME_EQUAL;
    if (affected && same && answer == ANSWER_IN) {
        if (work->affected == SIZE_MAX)
            work->affected = index;
    } else if (answer != ANSWER_OUT || !work->identified) {
        note_undecided(work, index);
    }
}

/* A single version, as the ends of an affected series are. */
static bool end_of_series(struct version *out, const struct csaf_product *product)
{
    struct version_range range;
    if (product->doubled || !version_range_read(&range, product->version) || range.all ||
        range.count != 1 || range.atom[0].op != VERSION_OP_IS)
        return false;
    *out = range.atom[0].version;
    return true;
}

struct series {
    struct version held;
    bool usable;       /* all ends are single versions of exactly this product, all comparable */
    bool below_firsts; /* held is before every first_affected */
    bool above_lasts;  /* held is behind every last_affected */
    struct version least_first, least_last, most_first, most_last;
    size_t firsts, lasts;
    size_t any; /* one of the products, for the comparison */
};

static void series_add(struct series *series, struct work *work, size_t index, bool first)
{
    struct version end;
    size_t side = SIZE_MAX;
    if (!may_be(work, index, &side)) {
        list(work, &work->others, index);
        return;
    }
    list(work, &work->candidates, index);
    series->any = index;
    bool same = side == index && work->relation[index] == NAME_EQUAL;
    enum answer_known answer = judge(work, index);
    if (same && answer == ANSWER_IN && work->affected == SIZE_MAX)
        work->affected = index;
    if (!same || answer != ANSWER_OUT || !end_of_series(&end, &work->csaf->products[index])) {
        series->usable = false;
        return;
    }
    size_t *count = first ? &series->firsts : &series->lasts;
    struct version *least = first ? &series->least_first : &series->least_last;
    struct version *most = first ? &series->most_first : &series->most_last;
    if (*count == 0 || version_order(&end, least) < 0)
        *least = end;
    if (*count == 0 || version_order(&end, most) > 0)
        *most = end;
    (*count)++;
    enum version_relation relation = version_relate(&series->held, &end);
    if (first)
        series->below_firsts = series->below_firsts && relation == VERSION_LESS;
    else
        series->above_lasts = series->above_lasts && relation == VERSION_GREATER;
}

/*
 * first_affected and last_affected name the ends of series; what lies between is affected, too.
 * Outside is only what is before all firsts or behind all lasts, and only when no series is open
 * on that side.
 */
static void weigh_series(struct work *work, const struct csaf_vulnerability *v)
{
    const struct product_set *firsts = &v->status[STATUS_FIRST_AFFECTED];
    const struct product_set *lasts = &v->status[STATUS_LAST_AFFECTED];
    struct series series = {.below_firsts = true, .above_lasts = true, .any = SIZE_MAX};
    series.usable = version_held(&series.held, work->item->version);
    for (size_t i = 0; i < firsts->count; i++)
        series_add(&series, work, firsts->index[i], true);
    for (size_t i = 0; i < lasts->count; i++)
        series_add(&series, work, lasts->index[i], false);
    if (series.any == SIZE_MAX)
        return;
    bool begins = series.lasts == 0 || version_order(&series.least_first, &series.least_last) <= 0;
    bool ends = series.firsts == 0 || version_order(&series.most_first, &series.most_last) <= 0;
    bool before = series.firsts > 0 && series.below_firsts && begins;
    bool behind = series.lasts > 0 && series.above_lasts && ends;
    if (!series.usable || (!before && !behind))
        note_undecided(work, series.any);
}

static void weigh_vulnerability(struct work *work, const struct csaf_vulnerability *v)
{
    const struct product_set *affected = &v->status[STATUS_KNOWN_AFFECTED];
    const struct product_set *open = &v->status[STATUS_UNDER_INVESTIGATION];
    for (size_t i = 0; i < affected->count; i++)
        weigh(work, affected->index[i], true);
    for (size_t i = 0; i < open->count; i++)
        weigh(work, open->index[i], false);
    weigh_series(work, v);
}

/* A statement that exactly this is not affected or fixed; SIZE_MAX when there is none. */
static size_t find_statement(struct work *work)
{
    static const enum product_status good[] = {STATUS_KNOWN_NOT_AFFECTED, STATUS_FIXED,
                                               STATUS_FIRST_FIXED};
    for (size_t i = 0; i < work->csaf->vulnerability_count; i++) {
        for (size_t k = 0; k < sizeof good / sizeof good[0]; k++) {
            const struct product_set *set = &work->csaf->vulnerabilities[i].status[good[k]];
            for (size_t n = 0; n < set->count; n++) {
                size_t product = set->index[n];
                if (work->relation[product] == NAME_EQUAL &&
                    work->csaf->products[product].part == SIZE_MAX &&
                    judge(work, product) == ANSWER_IN)
                    return product;
            }
        }
    }
    return SIZE_MAX;
}

static void compare_names(struct work *work)
{
    struct item_names names;
    struct product_names theirs;
    item_names_init(&names, work->item);
    for (size_t i = 0; i < work->csaf->product_count; i++) {
        product_names_read(&theirs, &work->csaf->products[i]);
        enum name_relation relation = match_product(&names, &theirs);
        work->relation[i] = (unsigned char)relation;
        work->identified = work->identified || relation == NAME_EQUAL;
    }
    item_names_dispose(&names);
}

/* The verdict and the product that decided it; what is not decided here is told. */
static enum match_reason decide(struct work *work, size_t *product)
{
    size_t side = SIZE_MAX;
    if (work->affected != SIZE_MAX) {
        *product = work->affected;
        return REASON_INSIDE;
    }
    if (work->undecided != SIZE_MAX) {
        *product = work->undecided;
        (void)relate(work, work->undecided, &side, 0);
        if (work->relation[side] != NAME_EQUAL)
            return REASON_NAME;
        return text_is_empty(work->item->version) ? REASON_NO_VERSION : REASON_VERSION;
    }
    if (work->candidates.count > 0) {
        *product = work->candidates.shown[0];
        return REASON_OUTSIDE;
    }
    *product = work->identified ? find_statement(work) : SIZE_MAX;
    if (*product != SIZE_MAX)
        return REASON_STATED;
    if (work->others.count == 0)
        return REASON_NOTHING_NAMED;
    return work->identified ? REASON_NOT_STATED : REASON_OTHER;
}

static void work_init(struct work *work, const struct csaf *csaf, const struct match_item *item)
{
    size_t count = csaf->product_count;
    unsigned char *room = xcalloc(3 * count, 1);
    *work = (struct work){.csaf = csaf,
                          .item = item,
                          .relation = room,
                          .answer = room + count,
                          .listed = room + 2 * count,
                          .affected = SIZE_MAX,
                          .undecided = SIZE_MAX};
    compare_names(work);
}

void match_item(struct match_result *out, struct arena *arena, const struct csaf *csaf,
                const struct match_item *item)
{
    struct work work;
    out->product = SIZE_MAX;
    work_init(&work, csaf, item);
    for (size_t i = 0; i < csaf->vulnerability_count; i++)
        weigh_vulnerability(&work, &csaf->vulnerabilities[i]);
    enum match_reason reason = decide(&work, &out->product);
    out->verdict = match_verdict(reason);
    out->comparison = match_say(arena, csaf, item, reason, out->product,
                                work.candidates.count > 0 ? &work.candidates : &work.others);
    free(work.relation);
}

size_t match_stated(const struct csaf *csaf, const struct match_item *item)
{
    struct work work;
    work_init(&work, csaf, item);
    size_t product = work.identified ? find_statement(&work) : SIZE_MAX;
    free(work.relation);
    return product;
}
