/*
 * Tests 6.1.9, 6.1.10, 6.2.19, 6.3.1 and 6.3.2: a score, its vector and the metrics beside it must
 * say the same. 6.1.8 is judged with the schema.
 */
#include "advisory/conform_tests.h"

#include "advisory/csaf_read.h"
#include "advisory/cvss.h"

#include <string.h>

/* A metric in the JSON schema and in a vector; values as "WORD:LETTERS ...". */
struct metric {
    const char *member, *name, *values;
};

#define EXPLOIT_V3 "UNPROVEN:U PROOF_OF_CONCEPT:P FUNCTIONAL:F HIGH:H NOT_DEFINED:X"
#define REMEDY_V3 "OFFICIAL_FIX:O TEMPORARY_FIX:T WORKAROUND:W UNAVAILABLE:U NOT_DEFINED:X"
#define REQUIREMENT_V3 "LOW:L MEDIUM:M HIGH:H NOT_DEFINED:X"
#define IMPACT_V3 "NONE:N LOW:L HIGH:H NOT_DEFINED:X"
#define PLACE_V3 "NETWORK:N ADJACENT_NETWORK:A LOCAL:L PHYSICAL:P NOT_DEFINED:X"
#define REQUIREMENT_V2 "LOW:L MEDIUM:M HIGH:H NOT_DEFINED:ND"
#define IMPACT_V2 "NONE:N PARTIAL:P COMPLETE:C"

static const struct metric metrics_v3[] = {
    {"attackVector", "AV", PLACE_V3},
    {"attackComplexity", "AC", "HIGH:H LOW:L"},
    {"privilegesRequired", "PR", "HIGH:H LOW:L NONE:N"},
    {"userInteraction", "UI", "NONE:N REQUIRED:R"},
    {"scope", "S", "UNCHANGED:U CHANGED:C"},
    {"confidentialityImpact", "C", IMPACT_V3},
    {"integrityImpact", "I", IMPACT_V3},
    {"availabilityImpact", "A", IMPACT_V3},
    {"exploitCodeMaturity", "E", EXPLOIT_V3},
    {"remediationLevel", "RL", REMEDY_V3},
    {"reportConfidence", "RC", "UNKNOWN:U REASONABLE:R CONFIRMED:C NOT_DEFINED:X"},
    {"confidentialityRequirement", "CR", REQUIREMENT_V3},
    {"integrityRequirement", "IR", REQUIREMENT_V3},
    {"availabilityRequirement", "AR", REQUIREMENT_V3},
    {"modifiedAttackVector", "MAV", PLACE_V3},
    {"modifiedAttackComplexity", "MAC", "HIGH:H LOW:L NOT_DEFINED:X"},
    {"modifiedPrivilegesRequired", "MPR", "HIGH:H LOW:L NONE:N NOT_DEFINED:X"},
    {"modifiedUserInteraction", "MUI", "NONE:N REQUIRED:R NOT_DEFINED:X"},
    {"modifiedScope", "MS", "UNCHANGED:U CHANGED:C NOT_DEFINED:X"},
    {"modifiedConfidentialityImpact", "MC", IMPACT_V3},
    {"modifiedIntegrityImpact", "MI", IMPACT_V3},
    {"modifiedAvailabilityImpact", "MA", IMPACT_V3},
    {NULL, NULL, NULL}};

static const struct metric metrics_v2[] = {
    {"accessVector", "AV", "NETWORK:N ADJACENT_NETWORK:A LOCAL:L"},
    {"accessComplexity", "AC", "HIGH:H MEDIUM:M LOW:L"},
    {"authentication", "Au", "MULTIPLE:M SINGLE:S NONE:N"},
    {"confidentialityImpact", "C", IMPACT_V2},
    {"integrityImpact", "I", IMPACT_V2},
    {"availabilityImpact", "A", IMPACT_V2},
    {"exploitability", "E", "UNPROVEN:U PROOF_OF_CONCEPT:POC FUNCTIONAL:F HIGH:H NOT_DEFINED:ND"},
    {"remediationLevel", "RL",
     "OFFICIAL_FIX:OF TEMPORARY_FIX:TF WORKAROUND:W UNAVAILABLE:U NOT_DEFINED:ND"},
    {"reportConfidence", "RC", "UNCONFIRMED:UC UNCORROBORATED:UR CONFIRMED:C NOT_DEFINED:ND"},
    {"collateralDamagePotential", "CDP",
     "NONE:N LOW:L LOW_MEDIUM:LM MEDIUM_HIGH:MH HIGH:H NOT_DEFINED:ND"},
    {"targetDistribution", "TD", "NONE:N LOW:L MEDIUM:M HIGH:H NOT_DEFINED:ND"},
    {"confidentialityRequirement", "CR", REQUIREMENT_V2},
    {"integrityRequirement", "IR", REQUIREMENT_V2},
    {"availabilityRequirement", "AR", REQUIREMENT_V2},
    {NULL, NULL, NULL}};

/* The word for the value in a vector, size 0 when there is none. */
static struct bytes word_of(const struct metric *metric, struct bytes value)
{
    for (const char *at = metric->values; *at != '\0';) {
        size_t word = strcspn(at, ":");
        size_t letters = strcspn(at + word + 1, " ");
        if (letters == value.size && memcmp(at + word + 1, value.data, letters) == 0)
            return (struct bytes){(const unsigned char *)at, word};
        at += word + 1 + letters;
        at += *at == ' ';
    }
    return (struct bytes){NULL, 0};
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

static const struct metric *find_metric(const struct metric *metrics, struct bytes name)
{
    for (; metrics->name != NULL; metrics++) {
        if (bytes_equal(name, bytes_of(metrics->name)))
            return metrics;
    }
    return NULL;
}

static void check_metrics(struct conform *run, const struct json *cvss,
                          const struct metric *metrics)
{
    struct bytes rest = conform_text(json_get(cvss, "vectorString"));
    struct bytes name;
    struct bytes value;
    while (next_metric(&name, &value, &rest)) {
        const struct metric *metric = find_metric(metrics, name);
        const struct json *member = metric == NULL ? NULL : json_get(cvss, metric->member);
        if (!json_is(member, JSON_STRING))
            continue;
        struct bytes word = word_of(metric, value);
        if (word.size > 0 && !bytes_equal(word, conform_text(member)))
            conform_fail(run, member, NULL, "The vector says %s:%.*s, which is %.*s", metric->name,
                         (int)value.size, (const char *)value.data, (int)word.size,
                         (const char *)word.data);
    }
}

void conform_6_1_10(struct conform *run, const struct conform_vulnerability *v)
{
    for (const struct json *at = conform_first(v->scores); at != NULL; at = json_next(at)) {
        check_metrics(run, json_get(at, "cvss_v2"), metrics_v2);
        check_metrics(run, json_get(at, "cvss_v3"), metrics_v3);
    }
}

/* A number and the word for it, as the vector gives them. */
static void check_number(struct conform *run, const struct json *cvss, const char *member,
                         int tenths)
{
    double number = 0;
    const struct json *where = json_get(cvss, member);
    if (json_double(&number, where) && (number < tenths / 10.0 || number > tenths / 10.0))
        conform_fail(run, where, NULL, "The vector gives %d.%d", tenths / 10, tenths % 10);
}

static void check_severity(struct conform *run, const struct json *cvss, const char *member,
                           const char *severity)
{
    const struct json *where = json_get(cvss, member);
    if (json_is(where, JSON_STRING) && !conform_text_is(where, severity))
        conform_fail(run, where, NULL, "The vector gives %s", severity);
}

static void check_computation(struct conform *run, const struct json *object, bool is_v2)
{
    struct cvss cvss;
    struct err err;
    const char *vector = csaf_member(object, "vectorString");
    /* What is no vector cannot be computed; the schema and row 11 of the gate say so. */
    if (vector == NULL || cvss_read(&cvss, vector, &err) != OK ||
        is_v2 != text_equal(cvss.version, "2.0"))
        return;
    check_number(run, object, "baseScore", cvss.base_tenths);
    if (!is_v2)
        check_severity(run, object, "baseSeverity", cvss.severity);
}

void conform_6_1_9(struct conform *run, const struct conform_vulnerability *v)
{
    for (const struct json *at = conform_first(v->scores); at != NULL; at = json_next(at)) {
        check_computation(run, json_get(at, "cvss_v2"), true);
        check_computation(run, json_get(at, "cvss_v3"), false);
    }
}

/* The value of a metric in the vector, else beside it, else NULL: letters, as in a vector. */
static bool metric_is(const struct json *cvss, const struct metric *metrics, const char *name,
                      const char *letters)
{
    struct bytes rest = conform_text(json_get(cvss, "vectorString"));
    struct bytes found;
    struct bytes value;
    const struct metric *metric = find_metric(metrics, bytes_of(name));
    while (next_metric(&found, &value, &rest)) {
        if (bytes_equal(found, bytes_of(name)))
            return bytes_equal(value, bytes_of(letters));
    }
    struct bytes word = word_of(metric, bytes_of(letters));
    return bytes_equal(word, conform_text(json_get(cvss, metric->member)));
}

static bool metric_is_set(const struct json *cvss, const struct metric *metrics, const char *name,
                          const char *undefined)
{
    struct bytes rest = conform_text(json_get(cvss, "vectorString"));
    struct bytes found;
    struct bytes value;
    while (next_metric(&found, &value, &rest)) {
        if (bytes_equal(found, bytes_of(name)))
            return !bytes_equal(value, bytes_of(undefined));
    }
    const struct metric *metric = find_metric(metrics, bytes_of(name));
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
    static const char *const impacts[][2] = {{"MC", "C"}, {"MI", "I"}, {"MA", "A"}};
    for (size_t i = 0; i < 3; i++) {
        bool modified = metric_is_set(cvss, metrics_v3, impacts[i][0], "X");
        if (!metric_is(cvss, metrics_v3, impacts[i][modified ? 0 : 1], "N"))
            return false;
    }
    return true;
}

static bool is_harmless_v2(const struct json *cvss)
{
    static const char *const impacts[] = {"C", "I", "A"};
    if (metric_is(cvss, metrics_v2, "TD", "N"))
        return true;
    for (size_t i = 0; i < 3; i++) {
        if (!metric_is(cvss, metrics_v2, impacts[i], "N"))
            return false;
    }
    return !metric_is_set(cvss, metrics_v2, "CDP", "ND") || metric_is(cvss, metrics_v2, "CDP", "N");
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
