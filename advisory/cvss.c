#include "advisory/cvss.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define METRIC_VALUES 6
#define METRIC_MAX 24

/* A metric, its values in the words of the specification and what they weigh in the base score. */
struct metric {
    const char *name;
    const char *value[METRIC_VALUES];
    double weight[METRIC_VALUES];
    double weight_changed[METRIC_VALUES]; /* v3, when the scope is changed and it matters */
};

struct scheme {
    const char *version;
    const char *prefix; /* "" for v2 */
    const struct metric *metrics;
    size_t count; /* the first base_count of them are the base metrics, all mandatory */
    size_t base_count;
    int (*base)(const struct metric *metrics, const int *chosen);
};

#define NONE_LOW_HIGH                                                                              \
    {"N", "L", "H"}, {0, 0.22, 0.56},                                                              \
    {                                                                                              \
        0                                                                                          \
    }
#define REQUIREMENT                                                                                \
    {"X", "L", "M", "H"}, {0},                                                                     \
    {                                                                                              \
        0                                                                                          \
    }

/* CVSS v3.0 and v3.1, sections 2, 3, 4 and 8.4: the same metrics and weights in both. */
enum { V3_AV, V3_AC, V3_PR, V3_UI, V3_S, V3_C, V3_I, V3_A, V3_BASE };
static const struct metric metrics_v3[] = {
    [V3_AV] = {"AV", {"N", "A", "L", "P"}, {0.85, 0.62, 0.55, 0.2}, {0}},
    [V3_AC] = {"AC", {"L", "H"}, {0.77, 0.44}, {0}},
    [V3_PR] = {"PR", {"N", "L", "H"}, {0.85, 0.62, 0.27}, {0.85, 0.68, 0.5}},
    [V3_UI] = {"UI", {"N", "R"}, {0.85, 0.62}, {0}},
    [V3_S] = {"S", {"U", "C"}, {0, 1}, {0}},
    [V3_C] = {"C", NONE_LOW_HIGH},
    [V3_I] = {"I", NONE_LOW_HIGH},
    [V3_A] = {"A", NONE_LOW_HIGH},
    {"E", {"X", "U", "P", "F", "H"}, {0}, {0}},
    {"RL", {"X", "O", "T", "W", "U"}, {0}, {0}},
    {"RC", {"X", "U", "R", "C"}, {0}, {0}},
    {"CR", REQUIREMENT},
    {"IR", REQUIREMENT},
    {"AR", REQUIREMENT},
    {"MAV", {"X", "N", "A", "L", "P"}, {0}, {0}},
    {"MAC", {"X", "L", "H"}, {0}, {0}},
    {"MPR", {"X", "N", "L", "H"}, {0}, {0}},
    {"MUI", {"X", "N", "R"}, {0}, {0}},
    {"MS", {"X", "U", "C"}, {0}, {0}},
    {"MC", {"X", "N", "L", "H"}, {0}, {0}},
    {"MI", {"X", "N", "L", "H"}, {0}, {0}},
    {"MA", {"X", "N", "L", "H"}, {0}, {0}},
};

#define NONE_PARTIAL_COMPLETE                                                                      \
    {"N", "P", "C"}, {0, 0.275, 0.660},                                                            \
    {                                                                                              \
        0                                                                                          \
    }
#define REQUIREMENT_V2                                                                             \
    {"L", "M", "H", "ND"}, {0},                                                                    \
    {                                                                                              \
        0                                                                                          \
    }

/* CVSS v2, sections 2 and 3.2.1. */
enum { V2_AV, V2_AC, V2_AU, V2_C, V2_I, V2_A, V2_BASE };
static const struct metric metrics_v2[] = {
    [V2_AV] = {"AV", {"L", "A", "N"}, {0.395, 0.646, 1.0}, {0}},
    [V2_AC] = {"AC", {"H", "M", "L"}, {0.35, 0.61, 0.71}, {0}},
    [V2_AU] = {"Au", {"M", "S", "N"}, {0.45, 0.56, 0.704}, {0}},
    [V2_C] = {"C", NONE_PARTIAL_COMPLETE},
    [V2_I] = {"I", NONE_PARTIAL_COMPLETE},
    [V2_A] = {"A", NONE_PARTIAL_COMPLETE},
    {"E", {"U", "POC", "F", "H", "ND"}, {0}, {0}},
    {"RL", {"OF", "TF", "W", "U", "ND"}, {0}, {0}},
    {"RC", {"UC", "UR", "C", "ND"}, {0}, {0}},
    {"CDP", {"N", "L", "LM", "MH", "H", "ND"}, {0}, {0}},
    {"TD", {"N", "L", "M", "H", "ND"}, {0}, {0}},
    {"CR", REQUIREMENT_V2},
    {"IR", REQUIREMENT_V2},
    {"AR", REQUIREMENT_V2},
};

/*
 * The roundup of v3.1 (appendix A): through integers, so that 4.000000000001, which is only the
 * noise of binary fractions, stays 4.0. v3.0 asks for the true ceiling of the exact value. Over
 * all base vectors the two are the same number (a test walks through them), so one serves both.
 */
static int round_up_tenths(double score)
{
    long scaled = lround(score * 100000);
    return (int)(scaled % 10000 == 0 ? scaled / 10000 : scaled / 10000 + 1);
}

static double weight(const struct metric *metrics, const int *chosen, int metric)
{
    return metrics[metric].weight[chosen[metric]];
}

static int base_v3(const struct metric *metrics, const int *chosen)
{
    bool changed = weight(metrics, chosen, V3_S) > 0;
    double iss = 1 - (1 - weight(metrics, chosen, V3_C)) * (1 - weight(metrics, chosen, V3_I)) *
                         (1 - weight(metrics, chosen, V3_A));
    double impact = changed ? 7.52 * (iss - 0.029) - 3.25 * pow(iss - 0.02, 15) : 6.42 * iss;
    double privileges =
        changed ? metrics[V3_PR].weight_changed[chosen[V3_PR]] : weight(metrics, chosen, V3_PR);
    double exploitability = 8.22 * weight(metrics, chosen, V3_AV) * weight(metrics, chosen, V3_AC) *
                            privileges * weight(metrics, chosen, V3_UI);
    if (impact <= 0)
        return 0;
    double sum = (impact + exploitability) * (changed ? 1.08 : 1);
    return round_up_tenths(sum < 10 ? sum : 10);
}

static int base_v2(const struct metric *metrics, const int *chosen)
{
    double impact =
        10.41 * (1 - (1 - weight(metrics, chosen, V2_C)) * (1 - weight(metrics, chosen, V2_I)) *
                         (1 - weight(metrics, chosen, V2_A)));
    double exploitability = 20 * weight(metrics, chosen, V2_AV) * weight(metrics, chosen, V2_AC) *
                            weight(metrics, chosen, V2_AU);
    if (impact <= 0)
        return 0; /* f(Impact) is 0 */
    return (int)lround((0.6 * impact + 0.4 * exploitability - 1.5) * 1.176 * 10);
}

static const struct scheme schemes[] = {
    {"3.1", "CVSS:3.1/", metrics_v3, sizeof metrics_v3 / sizeof metrics_v3[0], V3_BASE, base_v3},
    {"3.0", "CVSS:3.0/", metrics_v3, sizeof metrics_v3 / sizeof metrics_v3[0], V3_BASE, base_v3},
    {"2.0", "", metrics_v2, sizeof metrics_v2 / sizeof metrics_v2[0], V2_BASE, base_v2},
};
_Static_assert(sizeof metrics_v3 / sizeof metrics_v3[0] <= METRIC_MAX, "room for v3");
_Static_assert(sizeof metrics_v2 / sizeof metrics_v2[0] <= METRIC_MAX, "room for v2");

static bool word_is(const char *text, size_t size, const char *word)
{
    return word != NULL && strlen(word) == size && memcmp(text, word, size) == 0;
}

/* "AV:N" at text: remember which value of which metric it is. */
static enum status metric_read(int *chosen, const struct scheme *scheme, const char *text,
                               size_t size, struct err *err)
{
    const char *colon = memchr(text, ':', size);
    int shown = size < 40 ? (int)size : 40;
    if (colon == NULL)
        return err_set(err, ERR_INVALID,
                       "CVSS vector: \"%.*s\" is no metric: write NAME:VALUE between slashes",
                       shown, text);
    size_t name_size = (size_t)(colon - text);
    size_t value_size = size - name_size - 1;
    for (size_t i = 0; i < scheme->count; i++) {
        const struct metric *metric = &scheme->metrics[i];
        if (!word_is(text, name_size, metric->name))
            continue;
        if (chosen[i] >= 0)
            return err_set(err, ERR_INVALID,
                           "CVSS vector: %s stands there twice: keep one of the two", metric->name);
        for (int v = 0; v < METRIC_VALUES && metric->value[v] != NULL; v++) {
            if (word_is(colon + 1, value_size, metric->value[v]))
                chosen[i] = v;
        }
        if (chosen[i] < 0)
            return err_set(err, ERR_INVALID,
                           "CVSS vector: \"%.*s\": %s has no such value in CVSS %s: see its "
                           "specification",
                           shown, text, metric->name, scheme->version);
        return OK;
    }
    return err_set(err, ERR_INVALID,
                   "CVSS vector: \"%.*s\": CVSS %s has no such metric: see its specification",
                   shown, text, scheme->version);
}

static const char *severity_v3(int tenths)
{
    if (tenths == 0)
        return "NONE";
    if (tenths < 40)
        return "LOW";
    if (tenths < 70)
        return "MEDIUM";
    return tenths < 90 ? "HIGH" : "CRITICAL";
}

/* v2 itself names no levels; these are NVD's, which everybody uses. */
static const char *severity_v2(int tenths)
{
    if (tenths < 40)
        return "LOW";
    return tenths < 70 ? "MEDIUM" : "HIGH";
}

static const struct scheme *scheme_of(const char *vector)
{
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        if (strncmp(vector, schemes[i].prefix, strlen(schemes[i].prefix)) == 0)
            return &schemes[i];
    }
    return NULL;
}

enum status cvss_base(struct cvss *out, const char *vector, struct err *err)
{
    int chosen[METRIC_MAX];
    for (size_t i = 0; i < METRIC_MAX; i++)
        chosen[i] = -1;
    if (vector == NULL || vector[0] == '\0')
        return err_set(err, ERR_INVALID, "CVSS vector: it is empty: write one");
    const struct scheme *scheme = scheme_of(vector);
    if (scheme->prefix[0] == '\0' && strncmp(vector, "CVSS:", 5) == 0)
        return err_set(err, ERR_INVALID,
                       "CVSS vector: \"%.9s\" is no version of CVSS that CSAF 2.0 knows: use 3.1, "
                       "3.0 or 2.0",
                       vector);

    const char *at = vector + strlen(scheme->prefix);
    const char *end = at + strlen(at);
    if (scheme->prefix[0] == '\0' && at[0] == '(' && end[-1] == ')') {
        at++;
        end--;
    }
    for (;;) {
        const char *slash = memchr(at, '/', (size_t)(end - at));
        const char *stop = slash != NULL ? slash : end;
        enum status status = metric_read(chosen, scheme, at, (size_t)(stop - at), err);
        if (status != OK)
            return status;
        if (slash == NULL)
            break;
        at = slash + 1;
    }
    for (size_t i = 0; i < scheme->base_count; i++) {
        if (chosen[i] < 0)
            return err_set(err, ERR_INVALID, "CVSS vector: %s is missing: CVSS %s needs it",
                           scheme->metrics[i].name, scheme->version);
    }

    int tenths = scheme->base(scheme->metrics, chosen);
    bool is_v2 = scheme->prefix[0] == '\0';
    *out = (struct cvss){.version = scheme->version,
                         .base_tenths = tenths,
                         .severity = is_v2 ? severity_v2(tenths) : severity_v3(tenths)};
    return OK;
}
