/*
 * CVSS v3.0 and v3.1: the metrics and weights of section 7.4 of their specifications, the equations
 * of 7.1 to 7.3, the rounding of each.
 *
 * Weights are hundredths, so ISS and MISS are exact in 10^-6 and exploitability in 10^-10. Only the
 * power in the impact of a changed scope has more digits (90 and 130): it is cut off with an error
 * below 3 units of 10^-15, while no score that a vector can have lies closer to a boundary of
 * its rounding than 10^-12 without being exact (tests/tools/cvss_reference.py walks through all).
 */
#include "advisory/cvss_inner.h"

enum { AV, AC, PR, UI, S, C, I, A, E, RL, RC, CR, IR, AR, MAV, MAC, MPR, MUI, MS, MC, MI, MA };

#define ONE INT64_C(1000000000000000) /* 1, in 10^-15 */
#define TENTH (ONE / 10)

#define PLACE                                                                                      \
    {"N", "NETWORK", 85, 0}, {"A", "ADJACENT_NETWORK", 62, 0}, {"L", "LOCAL", 55, 0},              \
    {                                                                                              \
        "P", "PHYSICAL", 20, 0                                                                     \
    }
#define COMPLEXITY                                                                                 \
    {"L", "LOW", 77, 0},                                                                           \
    {                                                                                              \
        "H", "HIGH", 44, 0                                                                         \
    }
#define PRIVILEGES                                                                                 \
    {"N", "NONE", 85, 85}, {"L", "LOW", 62, 68},                                                   \
    {                                                                                              \
        "H", "HIGH", 27, 50                                                                        \
    }
#define INTERACTION                                                                                \
    {"N", "NONE", 85, 0},                                                                          \
    {                                                                                              \
        "R", "REQUIRED", 62, 0                                                                     \
    }
#define SCOPE                                                                                      \
    {"U", "UNCHANGED", 0, 0},                                                                      \
    {                                                                                              \
        "C", "CHANGED", 1, 0                                                                       \
    }
#define IMPACT                                                                                     \
    {"N", "NONE", 0, 0}, {"L", "LOW", 22, 0},                                                      \
    {                                                                                              \
        "H", "HIGH", 56, 0                                                                         \
    }
#define REQUIREMENT                                                                                \
    {"L", "LOW", 50, 0}, {"M", "MEDIUM", 100, 0},                                                  \
    {                                                                                              \
        "H", "HIGH", 150, 0                                                                        \
    }
#define UNDEFINED                                                                                  \
    {                                                                                              \
        "X", "NOT_DEFINED", 100, 0                                                                 \
    }

/* A modified metric has the values of its base metric at the same indexes, and X behind them. */
const struct cvss_metric cvss3_metrics[] = {
    [AV] = {"AV", "attackVector", {PLACE}},
    [AC] = {"AC", "attackComplexity", {COMPLEXITY}},
    [PR] = {"PR", "privilegesRequired", {PRIVILEGES}},
    [UI] = {"UI", "userInteraction", {INTERACTION}},
    [S] = {"S", "scope", {SCOPE}},
    [C] = {"C", "confidentialityImpact", {IMPACT}},
    [I] = {"I", "integrityImpact", {IMPACT}},
    [A] = {"A", "availabilityImpact", {IMPACT}},
    [E] = {"E",
           "exploitCodeMaturity",
           {{"U", "UNPROVEN", 91, 0},
            {"P", "PROOF_OF_CONCEPT", 94, 0},
            {"F", "FUNCTIONAL", 97, 0},
            {"H", "HIGH", 100, 0},
            UNDEFINED}},
    [RL] = {"RL",
            "remediationLevel",
            {{"O", "OFFICIAL_FIX", 95, 0},
             {"T", "TEMPORARY_FIX", 96, 0},
             {"W", "WORKAROUND", 97, 0},
             {"U", "UNAVAILABLE", 100, 0},
             UNDEFINED}},
    [RC] = {"RC",
            "reportConfidence",
            {{"U", "UNKNOWN", 92, 0},
             {"R", "REASONABLE", 96, 0},
             {"C", "CONFIRMED", 100, 0},
             UNDEFINED}},
    [CR] = {"CR", "confidentialityRequirement", {REQUIREMENT, UNDEFINED}},
    [IR] = {"IR", "integrityRequirement", {REQUIREMENT, UNDEFINED}},
    [AR] = {"AR", "availabilityRequirement", {REQUIREMENT, UNDEFINED}},
    [MAV] = {"MAV", "modifiedAttackVector", {PLACE, UNDEFINED}},
    [MAC] = {"MAC", "modifiedAttackComplexity", {COMPLEXITY, UNDEFINED}},
    [MPR] = {"MPR", "modifiedPrivilegesRequired", {PRIVILEGES, UNDEFINED}},
    [MUI] = {"MUI", "modifiedUserInteraction", {INTERACTION, UNDEFINED}},
    [MS] = {"MS", "modifiedScope", {SCOPE, UNDEFINED}},
    [MC] = {"MC", "modifiedConfidentialityImpact", {IMPACT, UNDEFINED}},
    [MI] = {"MI", "modifiedIntegrityImpact", {IMPACT, UNDEFINED}},
    [MA] = {"MA", "modifiedAvailabilityImpact", {IMPACT, UNDEFINED}},
};
_Static_assert(sizeof cvss3_metrics / sizeof cvss3_metrics[0] == CVSS3_COUNT, "all of them");

/* The value of a base metric, or of the modified one when that is defined. */
static const struct cvss_value *effective(const struct cvss *cvss, bool adjusted, int metric)
{
    int modified = metric + MAV - AV;
    const struct cvss_value *value = cvss_value(cvss, modified);
    return adjusted && value->letters[0] != 'X' ? value : cvss_value(cvss, metric);
}

void cvss3_inputs(struct cvss_inputs *out, const struct cvss *cvss, bool adjusted)
{
    *out = (struct cvss_inputs){.changed = effective(cvss, adjusted, S)->weight == 1};
    for (int i = 0; i < 4; i++) {
        const struct cvss_value *value = effective(cvss, adjusted, AV + i);
        /* The weight of MPR hangs on the modified scope. */
        out->reach[i] = i == PR && out->changed ? value->weight_changed : value->weight;
    }
    for (int i = 0; i < 3; i++) {
        out->impact[i] = effective(cvss, adjusted, C + i)->weight;
        out->requirement[i] = adjusted ? cvss_value(cvss, CR + i)->weight : 100;
        out->temporal[i] = cvss_value(cvss, E + i)->weight;
    }
}

/* a times b, all in 10^-18 and below 1; what is finer is cut off, an error below 3 units. */
static uint64_t multiply(uint64_t a, uint64_t b)
{
    const uint64_t half = 1000000000;
    uint64_t a1 = a / half;
    uint64_t b1 = b / half;
    uint64_t a0 = a % half;
    uint64_t b0 = b % half;
    return a1 * b1 + (a1 * b0 + a0 * b1) / half + a0 * b0 / half / half;
}

/* 3.25 × base^exponent, base in 10^-10; below 0 only at an ISS of 0: nothing, in these units. */
static int64_t power_term(int64_t base, int exponent)
{
    uint64_t factor = base > 0 ? (uint64_t)base * 100000000 : 0;
    uint64_t power = factor;
    for (int i = 1; i < exponent; i++)
        power = multiply(power, factor);
    return (int64_t)(power / 4 * 13 / 1000);
}

/* iss in 10^-6 */
static int64_t impact_of(int64_t iss, bool changed, bool adjusted, enum cvss_version version)
{
    if (!changed)
        return 642 * iss * 10000000;
    int64_t linear = 752 * (iss - 29000) * 10000000;
    if (adjusted && version == CVSS_3_1)
        return linear - power_term(iss * 9731 - 200000000, 13);
    return linear - power_term((iss - 20000) * 10000, 15);
}

/*
 * To tenths. v3.0: the smallest that is not less. v3.1, appendix A: first to five places, so that
 * 4.000001 is 4.0; half of the fifth place goes up. Of exact values none tells the two apart (the
 * reference asserts it); of binary fractions some do, which is why calculators of v3.0 differ.
 */
static int round_up(int64_t value, enum cvss_version version)
{
    if (version == CVSS_3_0)
        return (int)((value + TENTH - 1) / TENTH);
    int64_t scaled = (value + ONE / 200000) / (ONE / 100000);
    return (int)(scaled % 10000 == 0 ? scaled / 10000 : scaled / 10000 + 1);
}

static void score(struct cvss_steps *out, const struct cvss *cvss, bool adjusted)
{
    struct cvss_inputs in;
    cvss3_inputs(&in, cvss, adjusted);
    int64_t left = 1;
    for (int i = 0; i < 3; i++)
        left *= 100 - in.impact[i] * in.requirement[i] / 100; /* 22 and 56: divides evenly */
    int64_t iss = 1000000 - left;
    if (adjusted && iss > 915000)
        iss = 915000;
    out->iss = iss * (ONE / 1000000);
    out->impact = impact_of(iss, in.changed, adjusted, cvss->kind);
    out->exploitability =
        (int64_t)822 * in.reach[0] * in.reach[1] * in.reach[2] * in.reach[3] * 100000;
    out->sum = (out->impact + out->exploitability) * (in.changed ? 108 : 100) / 100;
    if (out->sum > 10 * ONE)
        out->sum = 10 * ONE;
    if (out->impact <= 0)
        out->sum = 0;
    out->tenths = round_up(out->sum, cvss->kind);
    out->product =
        (int64_t)out->tenths * in.temporal[0] * in.temporal[1] * in.temporal[2] * (TENTH / 1000000);
    out->product_tenths = round_up(out->product, cvss->kind);
}

void cvss3_score(struct cvss *cvss)
{
    score(&cvss->base, cvss, false);
    score(&cvss->adjusted, cvss, true);
    cvss->environmental_tenths = cvss->adjusted.product_tenths;
}
