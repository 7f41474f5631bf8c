/* Vectors: which version, which metrics, each of them once. The equations stand in cvss2.c and
 * cvss3.c. */
#include "advisory/cvss_inner.h"

#include <string.h>

static const struct cvss_scheme schemes[] = {
    [CVSS_2_0] = {"2.0", "", cvss2_metrics, CVSS2_COUNT, CVSS2_BASE, CVSS_TEMPORAL, cvss2_score,
                  cvss2_print},
    [CVSS_3_0] = {"3.0", "CVSS:3.0/", cvss3_metrics, CVSS3_COUNT, CVSS3_BASE, CVSS_TEMPORAL,
                  cvss3_score, cvss3_print},
    [CVSS_3_1] = {"3.1", "CVSS:3.1/", cvss3_metrics, CVSS3_COUNT, CVSS3_BASE, CVSS_TEMPORAL,
                  cvss3_score, cvss3_print},
};
_Static_assert(CVSS2_COUNT <= CVSS_METRICS_MAX, "room for v2");
_Static_assert(CVSS3_COUNT <= CVSS_METRICS_MAX, "room for v3");

#define SHOWN_MOST 40 /* bytes of a vector that an error quotes */

const struct cvss_scheme *cvss_scheme(enum cvss_version version)
{
    return &schemes[version];
}

const struct cvss_value *cvss_value(const struct cvss *cvss, int metric)
{
    const struct cvss_value *value = schemes[cvss->kind].metrics[metric].values;
    if (cvss->chosen[metric] >= 0)
        return value + cvss->chosen[metric];
    while (value[1].letters != NULL)
        value++;
    return value;
}

const char *cvss_severity(enum cvss_version version, int tenths)
{
    if (version != CVSS_2_0 && tenths <= 0)
        return "NONE";
    if (tenths < 40)
        return "LOW";
    if (tenths < 70)
        return "MEDIUM";
    return version == CVSS_2_0 || tenths < 90 ? "HIGH" : "CRITICAL";
}

static bool word_is(const char *text, size_t size, const char *word)
{
    return strlen(word) == size && memcmp(text, word, size) == 0;
}

static int find_metric(const struct cvss_scheme *scheme, const char *name, size_t size)
{
    for (int i = 0; i < scheme->count; i++) {
        if (word_is(name, size, scheme->metrics[i].name))
            return i;
    }
    return -1;
}

static int find_value(const struct cvss_metric *metric, const char *letters, size_t size)
{
    for (int i = 0; metric->values[i].letters != NULL; i++) {
        if (word_is(letters, size, metric->values[i].letters))
            return i;
    }
    return -1;
}

/* "N, A, L or P" */
static void say_values(char *out, size_t room, const struct cvss_metric *metric)
{
    size_t size = 0;
    out[0] = '\0';
    for (const struct cvss_value *v = metric->values; v->letters != NULL; v++) {
        const char *between = v == metric->values ? "" : v[1].letters != NULL ? ", " : " or ";
        struct bytes parts[] = {bytes_of(between), bytes_of(v->letters)};
        for (size_t i = 0; i < 2 && size + parts[i].size < room; i++) {
            memcpy(out + size, parts[i].data, parts[i].size);
            size += parts[i].size;
            out[size] = '\0';
        }
    }
}

/* "AV:N" at text: remember which value of which metric it is. */
static enum status read_metric(struct cvss *out, const char *text, size_t size, struct err *err)
{
    const struct cvss_scheme *scheme = &schemes[out->kind];
    const char *colon = size > 0 ? memchr(text, ':', size) : NULL;
    size_t place = out->at + 1;
    int shown = size < SHOWN_MOST ? (int)size : SHOWN_MOST;
    if (colon == NULL)
        return err_set(err, ERR_INVALID,
                       "CVSS vector, sign %zu: \"%.*s\" is no metric: write NAME:VALUE between "
                       "slashes",
                       place, shown, text);
    int found = find_metric(scheme, text, (size_t)(colon - text));
    if (found < 0)
        return err_set(err, ERR_INVALID,
                       "CVSS vector, sign %zu: \"%.*s\": CVSS %s has no such metric: see its "
                       "specification",
                       place, shown, text, scheme->version);
    const struct cvss_metric *metric = &scheme->metrics[found];
    if (out->chosen[found] >= 0)
        return err_set(err, ERR_INVALID,
                       "CVSS vector, sign %zu: %s stands there twice: keep one of the two", place,
                       metric->name);
    int value = find_value(metric, colon + 1, size - (size_t)(colon + 1 - text));
    char values[48];
    say_values(values, sizeof values, metric);
    if (value < 0)
        return err_set(err, ERR_INVALID,
                       "CVSS vector, sign %zu: \"%.*s\": %s has no such value in CVSS %s: say %s",
                       place, shown, text, metric->name, scheme->version, values);
    out->chosen[found] = (signed char)value;
    return OK;
}

static enum status read_start(struct cvss *out, const char **at, const char **end,
                              const char *vector, struct err *err)
{
    *out = (struct cvss){.kind = CVSS_2_0};
    memset(out->chosen, -1, sizeof out->chosen);
    if (text_is_empty(vector))
        return err_set(err, ERR_INVALID, "CVSS vector: it is empty: write one");
    for (enum cvss_version version = CVSS_3_0; version <= CVSS_3_1; version++) {
        if (text_starts(vector, schemes[version].prefix))
            out->kind = version;
    }
    if (out->kind == CVSS_2_0 && text_starts(vector, "CVSS:"))
        return err_set(err, ERR_INVALID,
                       "CVSS vector, sign 1: \"%.9s\" is no version of CVSS that CSAF 2.0 knows: "
                       "use 3.1, 3.0 or 2.0",
                       vector);
    *at = vector + strlen(schemes[out->kind].prefix);
    *end = *at + strlen(*at);
    if (out->kind == CVSS_2_0 && (*at)[0] == '(') {
        out->at = (size_t)(*end - vector);
        if ((*end)[-1] != ')')
            return err_set(err, ERR_INVALID,
                           "CVSS vector, sign %zu: the parenthesis of sign 1 is not closed: close "
                           "it, or leave both out",
                           out->at + 1);
        *at += 1;
        *end -= 1;
    }
    return OK;
}

enum status cvss_read(struct cvss *out, const char *vector, struct err *err)
{
    const char *at = NULL;
    const char *end = NULL;
    enum status status = read_start(out, &at, &end, vector, err);
    while (status == OK && at != NULL) {
        const char *slash = at < end ? memchr(at, '/', (size_t)(end - at)) : NULL;
        out->at = (size_t)(at - vector);
        status = read_metric(out, at, (size_t)((slash != NULL ? slash : end) - at), err);
        at = slash != NULL ? slash + 1 : NULL;
    }
    const struct cvss_scheme *scheme = &schemes[out->kind];
    for (int i = 0; status == OK && i < scheme->base; i++) {
        out->at = (size_t)(end - vector);
        if (out->chosen[i] < 0)
            status = err_set(err, ERR_INVALID,
                             "CVSS vector, sign %zu: it ends, and %s is missing: CVSS %s needs it",
                             out->at + 1, scheme->metrics[i].name, scheme->version);
    }
    if (status != OK)
        return status;
    out->at = 0;
    out->version = scheme->version;
    scheme->score(out);
    out->base_tenths = out->base.tenths;
    out->temporal_tenths = out->base.product_tenths;
    out->severity = cvss_severity(out->kind, out->base_tenths);
    return OK;
}
