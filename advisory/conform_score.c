/*
 * Tests 6.1.9, 6.1.10, 6.2.19, 6.3.1 and 6.3.2: a score, its vector and the metrics beside it must
 * say the same. 6.1.8 is judged with the schema.
 */
#include "advisory/conform_tests.h"

#include "advisory/csaf_read.h"
#include "advisory/cvss_inner.h"

#include <string.h>

/* The word for letters in a vector; NULL when the metric has no such value. */
static const char *word_of(const struct cvss_metric *metric, struct bytes letters)
{
    for (const struct cvss_value *value = metric->values; value->letters != NULL; value++) {
        if (bytes_equal(letters, bytes_of(value->letters)))
            return value->word;
    }
    return NULL;
}

/* "AV:N" and what follows; false behind the last one. */
static bool next_metric(struct bytes *name, struct bytes *value, struct bytes *rest)
{
    if (rest->data == NULL)
        return false;
    const unsigned char *slash = rest->size > 0 ? memchr(rest->data, '/', rest->size) : NULL;
    size_t size = slash == NULL ? rest->size : (size_t)(slash - rest->data);
    const unsigned char *colon = size > 0 ? memchr(rest->data, ':', size) : NULL;
    *name = (struct bytes){rest->data, colon == NULL ? size : (size_t)(colon - rest->data)};
    size_t behind = colon == NULL ? size : name->size + 1;
    *value = (struct bytes){rest->data + behind, size - behind};
    *rest =
        slash == NULL ? (struct bytes){NULL, 0} : (struct bytes){slash + 1, rest->size - size - 1};
    return true;
}

static const struct cvss_metric *find_metric(const struct cvss_scheme *scheme, struct bytes name)
{
    for (int i = 0; i < scheme->count; i++) {
        if (bytes_equal(name, bytes_of(scheme->metrics[i].name)))
            return &scheme->metrics[i];
    }
    return NULL;
}

/* Metric by metric, so that a vector that lacks some is compared, too. */
static void check_metrics(struct conform *run, const struct json *cvss,
                          const struct cvss_scheme *scheme)
{
    struct bytes rest = conform_text(json_get(cvss, "vectorString"));
    struct bytes name;
    struct bytes value;
    while (next_metric(&name, &value, &rest)) {
        const struct cvss_metric *metric = find_metric(scheme, name);
        const struct json *member = metric == NULL ? NULL : json_get(cvss, metric->member);
        const char *word = json_is(member, JSON_STRING) ? word_of(metric, value) : NULL;
        if (word != NULL && !conform_text_is(member, word))
            conform_fail(run, member, NULL, "The vector says %s:%.*s, which is %s", metric->name,
                         (int)value.size, (const char *)value.data, word);
    }
}

void conform_6_1_10(struct conform *run, const struct conform_vulnerability *v)
{
    for (const struct json *at = conform_first(v->scores); at != NULL; at = json_next(at)) {
        check_metrics(run, json_get(at, "cvss_v2"), cvss_scheme(CVSS_2_0));
        check_metrics(run, json_get(at, "cvss_v3"), cvss_scheme(CVSS_3_1));
    }
}

/* What is no vector of this version cannot be computed; the schema and row 11 of the gate say so.
 */
static void check_computation(struct conform *run, const struct json *object)
{
    struct cvss cvss;
    struct err err;
    struct cvss_conflict conflicts[CVSS_CONFLICTS_MAX];
    if (!json_is(object, JSON_OBJECT) ||
        cvss_read(&cvss, csaf_member(object, "vectorString"), &err) != OK ||
        text_equal(json_name(object), "cvss_v2") != (cvss.kind == CVSS_2_0))
        return;
    size_t count = cvss_compare_scores(conflicts, &cvss, object);
    if (count > 0 && conflicts[0].kind == CVSS_VERSION && cvss.kind != CVSS_2_0)
        return;
    for (size_t i = 0; i < count; i++) {
        if (conflicts[i].kind != CVSS_VERSION)
            conform_fail(run, conflicts[i].member, NULL, "The vector gives %s", conflicts[i].says);
    }
}

void conform_6_1_9(struct conform *run, const struct conform_vulnerability *v)
{
    for (const struct json *at = conform_first(v->scores); at != NULL; at = json_next(at)) {
        check_computation(run, json_get(at, "cvss_v2"));
        check_computation(run, json_get(at, "cvss_v3"));
    }
}

static bool names_metric(struct bytes vector, const struct cvss_metric *metric)
{
    struct bytes name;
    struct bytes value;
    while (next_metric(&name, &value, &vector)) {
        if (bytes_equal(name, bytes_of(metric->name)))
            return true;
    }
    return false;
}

/* The vector, and behind it the metrics that stand beside it and that it leaves out. */
static void add_whole_vector(struct str *out, const struct json *cvss,
                             const struct cvss_scheme *scheme)
{
    struct bytes vector = conform_text(json_get(cvss, "vectorString"));
    str_add_n(out, vector.data, vector.size);
    for (int i = 0; i < scheme->count; i++) {
        const struct cvss_metric *metric = &scheme->metrics[i];
        const struct cvss_value *value = metric->values;
        const struct json *member = json_get(cvss, metric->member);
        while (value->letters != NULL && !conform_text_is(member, value->word))
            value++;
        if (value->letters != NULL && !names_metric(vector, metric))
            str_addf(out, "/%s:%s", metric->name, value->letters);
    }
}

/* What cannot be computed, and what is said to be more, is not 0. */
static bool has_no_environmental_score(const struct json *cvss, enum cvss_version version)
{
    struct cvss whole;
    struct err err;
    struct str vector;
    double said = 0;
    str_init(&vector, STR_LIMIT_LINE);
    add_whole_vector(&vector, cvss, cvss_scheme(version));
    bool zero = str_ok(&vector) && cvss_read(&whole, str_text(&vector), &err) == OK &&
                (whole.kind == CVSS_2_0) == (version == CVSS_2_0) &&
                whole.environmental_tenths == 0;
    str_dispose(&vector);
    return zero && (!json_double(&said, json_get(cvss, "environmentalScore")) || said <= 0);
}

static void mark_products(struct conform *run, const struct json *list, uint32_t mark)
{
    for (const struct json *at = conform_first(list); at != NULL; at = json_next(at))
        run->products.id[conform_id(run, at)].mark = mark;
}

void conform_6_2_19(struct conform *run, const struct conform_vulnerability *v)
{
    static const char *const lists[] = {"first_fixed", "fixed"};
    uint32_t mark = conform_generation(&run->products, 1);
    for (size_t i = 0; i < 2; i++)
        mark_products(run, conform_status(v, lists[i]), mark);
    run->products.id[0].mark = 0;
    for (const struct json *score = conform_first(v->scores); score != NULL;
         score = json_next(score)) {
        const struct json *v2 = json_get(score, "cvss_v2");
        const struct json *v3 = json_get(score, "cvss_v3");
        const struct json *at = conform_first(json_get(score, "products"));
        while (at != NULL && run->products.id[conform_id(run, at)].mark != mark)
            at = json_next(at);
        if (at == NULL)
            continue;
        if ((v3 != NULL && !has_no_environmental_score(v3, CVSS_3_1)) ||
            (v2 != NULL && !has_no_environmental_score(v2, CVSS_2_0)))
            conform_fail(run, at, NULL,
                         "This product is fixed, but its environmental score is not 0");
    }
}

/* The standard's example speaks of a product: another element of scores may have its CVSS v3. */
void conform_6_3_1(struct conform *run, const struct conform_vulnerability *v)
{
    uint32_t mark = conform_generation(&run->products, 1);
    for (const struct json *score = conform_first(v->scores); score != NULL;
         score = json_next(score)) {
        if (json_get(score, "cvss_v3") != NULL)
            mark_products(run, json_get(score, "products"), mark);
    }
    run->products.id[0].mark = 0;
    for (const struct json *score = conform_first(v->scores); score != NULL;
         score = json_next(score)) {
        const struct json *at = conform_first(json_get(score, "products"));
        if (json_get(score, "cvss_v2") == NULL || json_get(score, "cvss_v3") != NULL)
            continue;
        while (at != NULL && run->products.id[conform_id(run, at)].mark == mark)
            at = json_next(at);
        if (at != NULL)
            conform_fail(run, at, NULL, "This product has no score but CVSS v2");
    }
}

void conform_6_3_2(struct conform *run, const struct conform_vulnerability *v)
{
    for (const struct json *at = conform_first(v->scores); at != NULL; at = json_next(at)) {
        const struct json *v3 = json_get(at, "cvss_v3");
        const struct json *vector = json_get(v3, "vectorString");
        bool begins = json_is(vector, JSON_STRING) &&
                      strncmp(json_string(vector), "CVSS:3.0", strlen("CVSS:3.0")) == 0;
        if (begins || conform_text_is(json_get(v3, "version"), "3.0"))
            conform_fail(run, v3, NULL, "The score is one of CVSS v3.0");
    }
}
