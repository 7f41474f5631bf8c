/*
 * Any bytes as a vector, and, behind its line, any JSON as what stands beside it. Besides not
 * crashing: scores lie between 0 and 10, hold whatever the order of the metrics, and are within a
 * rounding of what binary fractions give.
 */
#include "advisory/cvss_inner.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static bool is_score(int tenths)
{
    return tenths >= 0 && tenths <= 100;
}

/* The vector again from what was understood, backwards: nothing may change. */
static void turn_around(const struct cvss *cvss)
{
    const struct cvss_scheme *scheme = cvss_scheme(cvss->kind);
    struct cvss again;
    struct err err;
    struct str vector;
    str_init(&vector, STR_LIMIT_LINE);
    for (int i = scheme->count - 1; i >= 0; i--) {
        if (cvss->chosen[i] >= 0)
            str_addf(&vector, "%s%s:%s", vector.size == 0 ? scheme->prefix : "/",
                     scheme->metrics[i].name, cvss_value(cvss, i)->letters);
    }
    require(cvss_read(&again, str_text(&vector), &err) == OK);
    require(again.base_tenths == cvss->base_tenths);
    require(again.temporal_tenths == cvss->temporal_tenths);
    require(again.environmental_tenths == cvss->environmental_tenths);
    str_dispose(&vector);
}

static double rough_v3(const struct cvss *cvss, bool adjusted)
{
    struct cvss_inputs in;
    cvss3_inputs(&in, cvss, adjusted);
    double iss = 1;
    double reach = 8.22;
    for (int i = 0; i < 3; i++)
        iss *= 1 - in.impact[i] / 100.0 * in.requirement[i] / 100.0;
    for (int i = 0; i < 4; i++)
        reach *= in.reach[i] / 100.0;
    iss = adjusted ? fmin(1 - iss, 0.915) : 1 - iss;
    double steep =
        adjusted && cvss->kind == CVSS_3_1 ? pow(iss * 0.9731 - 0.02, 13) : pow(iss - 0.02, 15);
    double impact = in.changed ? 7.52 * (iss - 0.029) - 3.25 * steep : 6.42 * iss;
    return impact <= 0 ? 0 : fmin((impact + reach) * (in.changed ? 1.08 : 1), 10);
}

static void check(const struct cvss *cvss, const char *vector)
{
    struct str out;
    str_init(&out, STR_LIMIT_LINE);
    require(is_score(cvss->base_tenths));
    require(is_score(cvss->temporal_tenths));
    require(is_score(cvss->environmental_tenths));
    require(cvss->temporal_tenths <= cvss->base_tenths);
    for (int adjusted = 0; cvss->kind != CVSS_2_0 && adjusted < 2; adjusted++) {
        const struct cvss_steps *steps = adjusted ? &cvss->adjusted : &cvss->base;
        double rough = rough_v3(cvss, adjusted != 0) * 10;
        require(steps->tenths > rough - 0.001 && steps->tenths < rough + 1.001);
    }
    turn_around(cvss);
    cvss_print(&out, cvss);
    require(str_ok(&out));
    str_reset(&out);
    cvss_print_json(&out, cvss, vector);
    require(str_ok(&out));
    str_dispose(&out);
}

static void compare(const struct cvss *cvss, struct bytes text)
{
    struct cvss_conflict conflicts[CVSS_CONFLICTS_MAX];
    struct json_doc *doc = NULL;
    struct err err;
    if (json_parse(&doc, text, NULL, NULL, &err) != OK)
        return;
    size_t count = cvss_compare(conflicts, cvss, json_root(doc));
    require(count <= CVSS_CONFLICTS_MAX);
    for (size_t i = 0; i < count; i++)
        require(conflicts[i].member != NULL && conflicts[i].says[0] != '\0');
    json_free(doc);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *line = size > 0 ? memchr(data, '\n', size) : NULL;
    size_t length = line != NULL ? (size_t)(line - data) : size;
    char *vector = xstrndup((const char *)data, length);
    struct cvss cvss;
    struct err err = {0};
    if (cvss_read(&cvss, vector, &err) == OK) {
        check(&cvss, vector);
        if (line != NULL)
            compare(&cvss, (struct bytes){line + 1, size - length - 1});
    } else {
        require(err.text[0] != '\0' && cvss.at <= strlen(vector));
    }
    free(vector);
    return 0;
}
