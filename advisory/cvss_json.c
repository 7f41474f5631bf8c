/* What stands beside a vector in JSON, compared with the vector; and a vector's scores as JSON. */
#include "advisory/cvss_inner.h"

#include "base/json_out.h"

#include <stdio.h>
#include <string.h>

/* What a number says: digits × 10^exponent, digits without a 0 at either end; 0 for nothing. */
struct decimal {
    int64_t digits;
    int64_t exponent;
    bool many; /* of more digits than a score can have */
};

#define DIGITS_MOST 3
#define EXPONENT_MOST 1000000000

static int64_t read_exponent(const char *text)
{
    bool minus = text[0] == '-';
    int64_t value = 0;
    for (text += text[0] == '-' || text[0] == '+'; *text != '\0' && value < EXPONENT_MOST; text++)
        value = value * 10 + (*text - '0');
    return minus ? -value : value;
}

/* A number of JSON as written, without its sign. Noughts are taken in only when a digit follows. */
static struct decimal read_decimal(const char *text)
{
    struct decimal out = {0};
    int64_t behind = 0;  /* digits behind the point so far */
    int64_t noughts = 0; /* since the last digit that counts */
    int count = 0;
    bool point = false;
    for (; *text != '\0' && *text != 'e' && *text != 'E'; text++) {
        point = point || *text == '.';
        if (*text == '.')
            continue;
        behind += point;
        noughts++;
        if (*text == '0')
            continue;
        bool first = out.digits == 0;
        count = first ? 1 : noughts > DIGITS_MOST ? DIGITS_MOST + 1 : count + (int)noughts;
        out.many = out.many || count > DIGITS_MOST;
        for (int64_t i = 0; !first && !out.many && i < noughts; i++)
            out.digits *= 10;
        if (!out.many)
            out.digits += *text - '0';
        out.exponent = -behind;
        noughts = 0;
    }
    /* Noughts before the point that no digit follows. */
    if (out.digits > 0 && out.exponent == 0)
        out.exponent = noughts - behind;
    if (*text != '\0' && out.digits > 0)
        out.exponent += read_exponent(text + 1);
    return out;
}

static bool number_is(const char *text, int tenths)
{
    struct decimal is = read_decimal(text[0] == '-' ? text + 1 : text);
    struct decimal wanted = {.digits = tenths, .exponent = tenths == 0 ? 0 : -1};
    while (wanted.digits > 0 && wanted.digits % 10 == 0) {
        wanted.digits /= 10;
        wanted.exponent++;
    }
    return !is.many && is.digits == wanted.digits && is.exponent == wanted.exponent &&
           (text[0] != '-' || tenths == 0);
}

struct comparison {
    struct cvss_conflict *out;
    size_t count;
    const struct json *object;
};

static struct cvss_conflict *add(struct comparison *c, const struct json *member, const char *says)
{
    struct cvss_conflict *conflict = &c->out[c->count++];
    *conflict = (struct cvss_conflict){.member = member};
    (void)snprintf(conflict->says, sizeof conflict->says, "%s", says);
    return conflict;
}

static bool differs(const struct json *member, const char *word)
{
    return json_is(member, JSON_STRING) &&
           !bytes_equal(bytes_of(word), (struct bytes){(const unsigned char *)json_string(member),
                                                       json_string_size(member)});
}

static void compare_metrics(struct comparison *c, const struct cvss *cvss)
{
    const struct cvss_scheme *scheme = cvss_scheme(cvss->kind);
    for (int i = 0; i < scheme->count; i++) {
        const struct cvss_metric *metric = &scheme->metrics[i];
        const struct cvss_value *value = cvss_value(cvss, i);
        const struct json *member = json_get(c->object, metric->member);
        if (!differs(member, value->word))
            continue;
        struct cvss_conflict *conflict = add(c, member, value->word);
        conflict->kind = CVSS_METRIC;
        conflict->metric = metric->name;
        conflict->letters = cvss->chosen[i] >= 0 ? value->letters : NULL;
    }
}

static void compare_scores(struct comparison *c, const struct cvss *cvss)
{
    const struct {
        const char *score;
        const char *severity;
        int tenths;
    } rows[] = {
        {"baseScore", "baseSeverity", cvss->base_tenths},
        {"temporalScore", "temporalSeverity", cvss->temporal_tenths},
        {"environmentalScore", "environmentalSeverity", cvss->environmental_tenths},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct json *member = json_get(c->object, rows[i].score);
        const char *number = json_number(member);
        char says[16];
        (void)snprintf(says, sizeof says, "%d.%d", rows[i].tenths / 10, rows[i].tenths % 10);
        if (number != NULL && !number_is(number, rows[i].tenths))
            add(c, member, says)->kind = CVSS_SCORE;
        const char *word = cvss_severity(cvss->kind, rows[i].tenths);
        member = json_get(c->object, rows[i].severity);
        if (cvss->kind != CVSS_2_0 && differs(member, word)) /* v2 has no such members */
            add(c, member, word)->kind = CVSS_SEVERITY;
    }
}

static size_t compare(struct cvss_conflict out[CVSS_CONFLICTS_MAX], const struct cvss *cvss,
                      const struct json *object, bool metrics)
{
    struct comparison c = {.out = out, .object = object};
    const struct json *version = json_get(object, "version");
    if (differs(version, cvss->version))
        add(&c, version, cvss->version)->kind = CVSS_VERSION;
    if (metrics)
        compare_metrics(&c, cvss);
    compare_scores(&c, cvss);
    return c.count;
}

size_t cvss_compare(struct cvss_conflict out[CVSS_CONFLICTS_MAX], const struct cvss *cvss,
                    const struct json *object)
{
    return compare(out, cvss, object, true);
}

size_t cvss_compare_scores(struct cvss_conflict out[CVSS_CONFLICTS_MAX], const struct cvss *cvss,
                           const struct json *object)
{
    return compare(out, cvss, object, false);
}

static void add_score(struct json_out *j, const char *name, int tenths)
{
    char text[16];
    if (tenths % 10 == 0)
        (void)snprintf(text, sizeof text, "%d", tenths / 10);
    else
        (void)snprintf(text, sizeof text, "%d.%d", tenths / 10, tenths % 10);
    json_out_raw(j, name, text);
}

void cvss_print_json(struct str *out, const struct cvss *cvss, const char *vector)
{
    struct json_out j;
    json_out_init(&j, out, false);
    json_out_object(&j, NULL);
    json_out_text(&j, "schema", "tocsin.cvss/1");
    json_out_text(&j, "vector", vector);
    json_out_text(&j, "version", cvss->version);
    add_score(&j, "base", cvss->base_tenths);
    add_score(&j, "temporal", cvss->temporal_tenths);
    add_score(&j, "environmental", cvss->environmental_tenths);
    json_out_text(&j, "severity", cvss->severity);
    json_out_end(&j);
}
