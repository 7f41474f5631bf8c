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

/* The value of a metric in the vector, else beside it, else NULL: letters, as in a vector. */
static bool metric_is(const struct json *cvss, const struct cvss_scheme *scheme, const char *name,
                      const char *letters)
{
    struct bytes rest = conform_text(json_get(cvss, "vectorString"));
    struct bytes found;
    struct bytes value;
    const struct cvss_metric *metric = find_metric(scheme, bytes_of(name));
    while (next_metric(&found, &value, &rest)) {
        if (bytes_equal(found, bytes_of(name)))
            return bytes_equal(value, bytes_of(letters));
    }
    return conform_text_is(json_get(cvss, metric->member), word_of(metric, bytes_of(letters)));
}

static bool metric_is_set(const struct json *cvss, const struct cvss_scheme *scheme,
                          const char *name, const char *undefined)
{
    struct bytes rest = conform_text(json_get(cvss, "vectorString"));
    struct bytes found;
    struct bytes value;
    while (next_metric(&found, &value, &rest)) {
        if (bytes_equal(found, bytes_of(name)))
            return !bytes_equal(value, bytes_of(undefined));
    }
    const struct cvss_metric *metric = find_metric(scheme, bytes_of(name));
    const struct json *member = json_get(cvss, metric->member);
    return json_is(member, JSON_STRING) && !conform_text_is(member, "NOT_DEFINED");
}

/*
 * The environmental score is 0 exactly when there is no impact left: for v3 when confidentiality,
 * integrity and availability are None as modified; for v2 when nothing that has the flaw is there
 * (TD:N), or when there is neither an impact nor collateral damage.
 */
static bool is_harmless_v3(const struct json *cvss)
{
    const struct cvss_scheme *v3 = cvss_scheme(CVSS_3_1);
    static const char *const impacts[][2] = {{"MC", "C"}, {"MI", "I"}, {"MA", "A"}};
    for (size_t i = 0; i < 3; i++) {
        bool modified = metric_is_set(cvss, v3, impacts[i][0], "X");
        if (!metric_is(cvss, v3, impacts[i][modified ? 0 : 1], "N"))
            return false;
    }
    return true;
}

static bool is_harmless_v2(const struct json *cvss)
{
    const struct cvss_scheme *v2 = cvss_scheme(CVSS_2_0);
    static const char *const impacts[] = {"C", "I", "A"};
    if (metric_is(cvss, v2, "TD", "N"))
        return true;
    for (size_t i = 0; i < 3; i++) {
        if (!metric_is(cvss, v2, impacts[i], "N"))
            return false;
    }
    return !metric_is_set(cvss, v2, "CDP", "ND") || metric_is(cvss, v2, "CDP", "N");
}

static bool is_zero(const struct json *cvss, bool harmless)
{
    double score = 0;
    return harmless && (!json_double(&score, json_get(cvss, "environmentalScore")) || score <= 0);
}

void conform_6_2_19(struct conform *run, const struct conform_vulnerability *v)
{
    static const char *const lists[] = {"first_fixed", "fixed"};
    uint32_t mark = conform_generation(&run->products, 1);
    for (size_t i = 0; i < 2; i++) {
        for (const struct json *at = conform_first(conform_status(v, lists[i])); at != NULL;
             at = json_next(at))
            run->products.id[conform_id(run, at)].mark = mark;
    }
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
        if ((v3 != NULL && !is_zero(v3, is_harmless_v3(v3))) ||
            (v2 != NULL && !is_zero(v2, is_harmless_v2(v2))))
            conform_fail(run, at, NULL,
                         "This product is fixed, but its environmental score is not 0");
    }
}

void conform_6_3_1(struct conform *run, const struct conform_vulnerability *v)
{
    for (const struct json *at = conform_first(v->scores); at != NULL; at = json_next(at)) {
        if (json_get(at, "cvss_v2") != NULL && json_get(at, "cvss_v3") == NULL)
            conform_fail(run, at, NULL, "CVSS v2 is the only score");
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
