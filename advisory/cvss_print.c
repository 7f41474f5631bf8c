/* A vector in words and its scores step by step, so that a person can follow them with a pencil. */
#include "advisory/cvss_inner.h"

#include <stdio.h>
#include <string.h>

#define DIGITS 10 /* behind the point; what only has these is shown whole, the rest with "…" */

/* "attackVector" and "ADJACENT_NETWORK" as words */
static void add_words(struct str *out, const char *name)
{
    bool loud = name[0] >= 'A' && name[0] <= 'Z';
    for (; *name != '\0'; name++) {
        bool upper = *name >= 'A' && *name <= 'Z';
        if (upper && !loud)
            str_add_c(out, ' ');
        str_add_c(out, *name == '_' ? ' ' : upper ? (char)(*name - 'A' + 'a') : *name);
    }
}

static size_t add_column(struct str *out, size_t from, size_t width)
{
    while (out->size - from < width && str_ok(out))
        str_add_c(out, ' ');
    return out->size;
}

/* n / unit without noughts at the end; unit is a power of ten. */
static void add_number(struct str *out, int64_t n, int64_t unit)
{
    if (n < 0)
        str_add_c(out, '-');
    uint64_t left = n < 0 ? (uint64_t)-n : (uint64_t)n;
    uint64_t scale = (uint64_t)unit;
    str_addf(out, "%llu", (unsigned long long)(left / scale));
    left %= scale;
    if (left > 0)
        str_add_c(out, '.');
    for (int digit = 0; left > 0 && digit < DIGITS; digit++) {
        scale /= 10;
        str_add_c(out, (char)('0' + left / scale));
        left %= scale;
    }
    if (left > 0)
        str_add(out, "…");
}

#define ONE INT64_C(1000000000000000)

static void add_value(struct str *out, int64_t n)
{
    add_number(out, n, ONE);
}

static void add_tenths(struct str *out, int tenths)
{
    str_addf(out, "%s%d.%d", tenths < 0 ? "-" : "", tenths < 0 ? -tenths / 10 : tenths / 10,
             tenths < 0 ? -tenths % 10 : tenths % 10);
}

static void begin(struct str *out, const char *what)
{
    size_t from = out->size;
    str_addf(out, "    %s", what);
    (void)add_column(out, from, 22);
    str_add(out, "= ");
}

static void end_with(struct str *out, int64_t value)
{
    str_add(out, " = ");
    add_value(out, value);
    str_add_c(out, '\n');
}

static void add_times(struct str *out, const int *weights, int count, int unit)
{
    for (int i = 0; i < count; i++) {
        str_add(out, " × ");
        add_number(out, weights[i], unit);
    }
}

/* "1 - (1 - 0.56 × 1.5) × (1 - 0.22) × (1 - 0)" */
static void add_loss(struct str *out, const struct cvss_inputs *in, int unit)
{
    str_add(out, "1 - ");
    for (int i = 0; i < 3; i++) {
        str_add(out, i == 0 ? "(1 - " : " × (1 - ");
        add_number(out, in->impact[i], unit);
        if (in->requirement[i] != unit)
            add_times(out, &in->requirement[i], 1, unit);
        str_add_c(out, ')');
    }
}

static void add_verdict(struct str *out, const struct cvss *cvss, int tenths)
{
    add_tenths(out, tenths);
    str_addf(out, " %s\n", cvss_severity(cvss->kind, tenths));
}

/* "roundup(9.8 × 0.97 × 1 × 1) = roundup(9.506) = " */
static void add_temporal(struct str *out, const char *verb, const struct cvss_inputs *in,
                         const struct cvss_steps *steps, int unit)
{
    str_addf(out, "%s(", verb);
    add_tenths(out, steps->tenths);
    add_times(out, in->temporal, 3, unit);
    str_addf(out, ") = %s(", verb);
    add_value(out, steps->product);
    str_add(out, ") = ");
}

static void print_metrics(struct str *out, const struct cvss *cvss)
{
    const struct cvss_scheme *scheme = cvss_scheme(cvss->kind);
    str_addf(out, "  CVSS %s\n", scheme->version);
    for (int i = 0; i < scheme->count; i++) {
        if (cvss->chosen[i] < 0)
            continue;
        size_t from = out->size;
        str_addf(out, "    %s:%s", scheme->metrics[i].name, cvss_value(cvss, i)->letters);
        from = add_column(out, from, 12);
        add_words(out, scheme->metrics[i].member);
        (void)add_column(out, from, 34);
        add_words(out, cvss_value(cvss, i)->word);
        str_add_c(out, '\n');
    }
}

static void print_part3(struct str *out, const struct cvss *cvss, bool adjusted)
{
    struct cvss_inputs in;
    const struct cvss_steps *steps = adjusted ? &cvss->adjusted : &cvss->base;
    const char *iss = adjusted ? "MISS" : "ISS";
    bool steep = adjusted && cvss->kind == CVSS_3_1;
    cvss3_inputs(&in, cvss, adjusted);
    begin(out, iss);
    str_add(out, adjusted ? "min(" : "");
    add_loss(out, &in, 100);
    str_add(out, adjusted ? ", 0.915)" : "");
    end_with(out, steps->iss);
    begin(out, "impact");
    if (!in.changed)
        str_addf(out, "6.42 × %s", iss);
    else
        str_addf(out, "7.52 × (%s - 0.029) - 3.25 × (%s%s - 0.02)^%d", iss, iss,
                 steep ? " × 0.9731" : "", steep ? 13 : 15);
    end_with(out, steps->impact);
    begin(out, "exploitability");
    str_add(out, "8.22");
    add_times(out, in.reach, 4, 100);
    end_with(out, steps->exploitability);
    begin(out, adjusted ? "before E, RL, RC" : "score");
    if (steps->impact <= 0)
        str_add(out, "0, since there is no impact: ");
    else {
        str_addf(out, "roundup(min(%s, 10)) = roundup(",
                 in.changed ? "1.08 × (impact + exploitability)" : "impact + exploitability");
        add_value(out, steps->sum);
        str_add(out, ") = ");
    }
    if (!adjusted) {
        add_verdict(out, cvss, steps->tenths);
        return;
    }
    add_tenths(out, steps->tenths);
    str_add_c(out, '\n');
    begin(out, "score");
    add_temporal(out, "roundup", &in, steps, 100);
    add_verdict(out, cvss, steps->product_tenths);
}

void cvss3_print(struct str *out, const struct cvss *cvss)
{
    struct cvss_inputs in;
    cvss3_inputs(&in, cvss, false);
    str_add(out, "  base\n");
    print_part3(out, cvss, false);
    str_add(out, "  temporal\n");
    begin(out, "score");
    add_temporal(out, "roundup", &in, &cvss->base, 100);
    add_verdict(out, cvss, cvss->temporal_tenths);
    str_add(out, "  environmental\n");
    print_part3(out, cvss, true);
}

static void print_part2(struct str *out, const struct cvss *cvss, bool adjusted)
{
    struct cvss_inputs in;
    const struct cvss_steps *steps = adjusted ? &cvss->adjusted : &cvss->base;
    cvss2_inputs(&in, cvss, adjusted);
    begin(out, adjusted ? "adjusted impact" : "impact");
    str_add(out, adjusted ? "min(10, 10.41 × (" : "10.41 × (");
    add_loss(out, &in, 1000);
    str_add(out, adjusted ? "))" : ")");
    end_with(out, steps->impact);
    begin(out, "exploitability");
    str_add(out, "20");
    add_times(out, in.reach, 3, 1000);
    end_with(out, steps->exploitability);
    begin(out, adjusted ? "adjusted base" : "score");
    if (steps->impact == 0)
        str_add(out, "0, since there is no impact: ");
    else {
        str_add(out, "round((0.6 × impact + 0.4 × exploitability - 1.5) × 1.176) = round(");
        add_value(out, steps->sum);
        str_add(out, ") = ");
    }
    if (!adjusted) {
        add_verdict(out, cvss, steps->tenths);
        return;
    }
    add_tenths(out, steps->tenths);
    str_add_c(out, '\n');
    begin(out, "adjusted temporal");
    add_temporal(out, "round", &in, steps, 1000);
    add_tenths(out, steps->product_tenths);
    str_add_c(out, '\n');
}

void cvss2_print(struct str *out, const struct cvss *cvss)
{
    struct cvss_inputs in;
    cvss2_inputs(&in, cvss, false);
    str_add(out, "  base\n");
    print_part2(out, cvss, false);
    str_add(out, "  temporal\n");
    begin(out, "score");
    add_temporal(out, "round", &in, &cvss->base, 1000);
    add_verdict(out, cvss, cvss->temporal_tenths);
    str_add(out, "  environmental\n");
    if (!cvss2_employs_environment(cvss)) {
        begin(out, "score");
        str_add(out, "the temporal score, since no metric of this group is defined: ");
    } else {
        print_part2(out, cvss, true);
        begin(out, "score");
        str_add(out, "round((adjusted temporal + (10 - adjusted temporal) × ");
        add_number(out, cvss2_collateral(cvss), 1000);
        str_add(out, ") × ");
        add_number(out, cvss2_distribution(cvss), 1000);
        str_add(out, ") = ");
    }
    add_verdict(out, cvss, cvss->environmental_tenths);
}

void cvss_print(struct str *out, const struct cvss *cvss)
{
    print_metrics(out, cvss);
    cvss_scheme(cvss->kind)->print(out, cvss);
}
