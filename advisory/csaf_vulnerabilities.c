#include "advisory/csaf_read.h"

#include <math.h>

static const char *const status_words[STATUS_PRODUCT_STATUS_COUNT] = {
    "first_affected",     "first_fixed",   "fixed",       "known_affected",
    "known_not_affected", "last_affected", "recommended", "under_investigation"};

const char *product_status_word(enum product_status status)
{
    return (size_t)status < STATUS_PRODUCT_STATUS_COUNT ? status_words[status] : "unknown";
}

/* An array of objects in the vulnerability, or NULL when there is none. */
static const struct json *array_of(const struct json *object, const char *name)
{
    const struct json *array = json_get(object, name);
    return json_is(array, JSON_ARRAY) && json_count(array) > 0 ? array : NULL;
}

static enum status read_named_set(struct product_set *out, struct csaf *csaf,
                                  const struct json *object, struct json_fault *fault,
                                  struct err *err)
{
    return csaf_read_set(out, csaf, json_get(object, "product_ids"), json_get(object, "group_ids"),
                         fault, err);
}

/* Both ascending, both without doubles. */
static void set_unite(struct product_set *out, struct arena *arena, const struct product_set *more)
{
    if (more->count == 0)
        return;
    if (out->count == 0) {
        *out = *more;
        return;
    }
    size_t *both = arena_alloc(arena, (out->count + more->count) * sizeof *both);
    size_t count = 0;
    size_t a = 0;
    size_t b = 0;
    while (a < out->count || b < more->count) {
        bool take_a = b == more->count || (a < out->count && out->index[a] <= more->index[b]);
        size_t product = take_a ? out->index[a++] : more->index[b++];
        if (count == 0 || both[count - 1] != product)
            both[count++] = product;
    }
    *out = (struct product_set){.index = both, .count = count};
}

/* Most vulnerabilities of a bomb have no status at all: those share one. */
static const struct product_set no_status[STATUS_PRODUCT_STATUS_COUNT];

static enum status read_statuses(struct csaf_vulnerability *v, struct csaf *csaf,
                                 struct json_fault *fault, struct err *err)
{
    const struct json *statuses = json_get(v->where, "product_status");
    void *room = NULL;
    v->status = no_status;
    if (statuses == NULL)
        return OK;
    enum status status = csaf_room(&room, csaf, STATUS_PRODUCT_STATUS_COUNT,
                                   sizeof(struct product_set), statuses, fault, err);
    struct product_set *sets = room;
    for (size_t i = 0; status == OK && i < STATUS_PRODUCT_STATUS_COUNT; i++)
        status =
            csaf_read_set(&sets[i], csaf, json_get(statuses, status_words[i]), NULL, fault, err);
    if (status != OK)
        return status;
    v->status = sets;
    set_unite(&v->affected, csaf->arena, &sets[STATUS_FIRST_AFFECTED]);
    set_unite(&v->affected, csaf->arena, &sets[STATUS_KNOWN_AFFECTED]);
    set_unite(&v->affected, csaf->arena, &sets[STATUS_LAST_AFFECTED]);
    return OK;
}

/* 98 for 9.8; -1 when it is no number of CVSS. */
static int base_tenths(const struct json *number)
{
    double score = -1;
    if (!json_double(&score, number) || !(score >= 0 && score <= 10))
        return -1;
    double tenths = round(score * 10);
    return fabs(score * 10 - tenths) < 1e-6 ? (int)tenths : -1;
}

static const char *const score_kinds[] = {"cvss_v3", "cvss_v2"};
#define SCORE_KINDS (sizeof score_kinds / sizeof score_kinds[0])

static size_t count_scores(const struct json *scores)
{
    size_t count = 0;
    for (const struct json *at = json_first(scores); at != NULL; at = json_next(at)) {
        for (size_t i = 0; i < SCORE_KINDS; i++)
            count += json_is(json_get(at, score_kinds[i]), JSON_OBJECT);
    }
    return count;
}

static enum status read_scores(struct csaf_vulnerability *v, struct csaf *csaf,
                               struct json_fault *fault, struct err *err)
{
    const struct json *scores = array_of(v->where, "scores");
    void *room = NULL;
    if (scores == NULL)
        return OK;
    enum status status =
        csaf_room(&room, csaf, count_scores(scores), sizeof *v->scores, scores, fault, err);
    v->scores = room;
    for (const struct json *at = json_first(scores); status == OK && at != NULL;
         at = json_next(at)) {
        struct product_set products;
        status = csaf_read_set(&products, csaf, json_get(at, "products"), NULL, fault, err);
        for (size_t i = 0; i < SCORE_KINDS; i++) {
            const struct json *cvss = json_get(at, score_kinds[i]);
            if (!json_is(cvss, JSON_OBJECT))
                continue;
            v->scores[v->score_count++] =
                (struct csaf_score){.version = csaf_member(cvss, "version"),
                                    .vector = csaf_member(cvss, "vectorString"),
                                    .base_tenths = base_tenths(json_get(cvss, "baseScore")),
                                    .severity = csaf_member(cvss, "baseSeverity"),
                                    .products = products,
                                    .where = at,
                                    .cvss = cvss};
        }
    }
    return status;
}

static enum status read_remediations(struct csaf_vulnerability *v, struct csaf *csaf,
                                     struct json_fault *fault, struct err *err)
{
    const struct json *array = array_of(v->where, "remediations");
    void *room = NULL;
    if (array == NULL)
        return OK;
    enum status status =
        csaf_room(&room, csaf, json_count(array), sizeof *v->remediations, array, fault, err);
    v->remediations = room;
    for (const struct json *at = json_first(array); status == OK && at != NULL;
         at = json_next(at)) {
        if (!json_is(at, JSON_OBJECT))
            continue;
        struct csaf_remediation *r = &v->remediations[v->remediation_count++];
        *r = (struct csaf_remediation){
            .category = csaf_member(at, "category"),
            .details = csaf_member(at, "details"),
            .url = csaf_member(at, "url"),
            .date = csaf_member(at, "date"),
            .restart = csaf_member(json_get(at, "restart_required"), "category"),
            .where = at};
        status = read_named_set(&r->products, csaf, at, fault, err);
    }
    return status;
}

static enum status read_threats(struct csaf_vulnerability *v, struct csaf *csaf,
                                struct json_fault *fault, struct err *err)
{
    const struct json *array = array_of(v->where, "threats");
    void *room = NULL;
    if (array == NULL)
        return OK;
    enum status status =
        csaf_room(&room, csaf, json_count(array), sizeof *v->threats, array, fault, err);
    v->threats = room;
    for (const struct json *at = json_first(array); status == OK && at != NULL;
         at = json_next(at)) {
        if (!json_is(at, JSON_OBJECT))
            continue;
        struct csaf_threat *t = &v->threats[v->threat_count++];
        *t = (struct csaf_threat){.category = csaf_member(at, "category"),
                                  .details = csaf_member(at, "details"),
                                  .where = at};
        status = read_named_set(&t->products, csaf, at, fault, err);
    }
    return status;
}

static enum status read_flags(struct csaf_vulnerability *v, struct csaf *csaf,
                              struct json_fault *fault, struct err *err)
{
    const struct json *array = array_of(v->where, "flags");
    void *room = NULL;
    if (array == NULL)
        return OK;
    enum status status =
        csaf_room(&room, csaf, json_count(array), sizeof *v->flags, array, fault, err);
    v->flags = room;
    for (const struct json *at = json_first(array); status == OK && at != NULL;
         at = json_next(at)) {
        if (!json_is(at, JSON_OBJECT))
            continue;
        struct csaf_flag *flag = &v->flags[v->flag_count++];
        *flag = (struct csaf_flag){.label = csaf_member(at, "label")};
        status = read_named_set(&flag->products, csaf, at, fault, err);
    }
    return status;
}

static void read_names(struct csaf_vulnerability *v, struct csaf *csaf, size_t number)
{
    const struct json *cwe = json_get(v->where, "cwe");
    const struct json *ids = array_of(v->where, "ids");
    v->cve = csaf_member(v->where, "cve");
    v->id = ids == NULL ? NULL : csaf_member(json_first(ids), "text");
    v->title = csaf_member(v->where, "title");
    v->cwe_id = csaf_member(cwe, "id");
    v->cwe_name = csaf_member(cwe, "name");
    if (!text_is_empty(v->cve))
        v->name = v->cve;
    else if (!text_is_empty(v->id))
        v->name = v->id;
    else
        v->name = arena_printf(csaf->arena, "vulnerability %zu", number);
}

enum status csaf_read_vulnerabilities(struct csaf *csaf, struct json_fault *fault, struct err *err)
{
    const struct json *array = array_of(csaf->root, "vulnerabilities");
    void *room = NULL;
    if (array == NULL)
        return OK;
    enum status status =
        csaf_room(&room, csaf, json_count(array), sizeof *csaf->vulnerabilities, array, fault, err);
    csaf->vulnerabilities = room;
    for (const struct json *at = json_first(array); status == OK && at != NULL;
         at = json_next(at)) {
        if (!json_is(at, JSON_OBJECT))
            continue;
        struct csaf_vulnerability *v = &csaf->vulnerabilities[csaf->vulnerability_count++];
        v->where = at;
        read_names(v, csaf, csaf->vulnerability_count);
        status =
            csaf_read_notes(&v->notes, &v->note_count, csaf, json_get(at, "notes"), fault, err);
        if (status == OK)
            status = read_statuses(v, csaf, fault, err);
        if (status == OK)
            status = read_scores(v, csaf, fault, err);
        if (status == OK)
            status = read_remediations(v, csaf, fault, err);
        if (status == OK)
            status = read_threats(v, csaf, fault, err);
        if (status == OK)
            status = read_flags(v, csaf, fault, err);
    }
    return status;
}
