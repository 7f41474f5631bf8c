/*
 * CVSS v2: the metrics and weights of chapter 2 and the equations of 3.2 of its guide, in whole
 * numbers throughout. Rounding to one decimal takes a half upwards.
 *
 * Low requirements can bring the adjusted base score below 0. The equations are followed as they
 * stand; only the environmental score, which the guide says ranges from 0 to 10, is kept there.
 */
#include "advisory/cvss_inner.h"

enum { AV, AC, AU, C, I, A, E, RL, RC, CDP, TD, CR, IR, AR };

#define ONE INT64_C(1000000000000000) /* 1, in 10^-15 */
#define FINE (ONE * 1000)             /* 1, in 10^-18 */

#define IMPACT                                                                                     \
    {"N", "NONE", 0, 0}, {"P", "PARTIAL", 275, 0},                                                 \
    {                                                                                              \
        "C", "COMPLETE", 660, 0                                                                    \
    }
#define UNDEFINED(weight)                                                                          \
    {                                                                                              \
        "ND", "NOT_DEFINED", weight, 0                                                             \
    }
#define REQUIREMENT                                                                                \
    {"L", "LOW", 500, 0}, {"M", "MEDIUM", 1000, 0}, {"H", "HIGH", 1510, 0}, UNDEFINED(1000)

const struct cvss_metric cvss2_metrics[] = {
    [AV] = {"AV",
            "accessVector",
            {{"L", "LOCAL", 395, 0}, {"A", "ADJACENT_NETWORK", 646, 0}, {"N", "NETWORK", 1000, 0}}},
    [AC] = {"AC",
            "accessComplexity",
            {{"H", "HIGH", 350, 0}, {"M", "MEDIUM", 610, 0}, {"L", "LOW", 710, 0}}},
    [AU] = {"Au",
            "authentication",
            {{"M", "MULTIPLE", 450, 0}, {"S", "SINGLE", 560, 0}, {"N", "NONE", 704, 0}}},
    [C] = {"C", "confidentialityImpact", {IMPACT}},
    [I] = {"I", "integrityImpact", {IMPACT}},
    [A] = {"A", "availabilityImpact", {IMPACT}},
    [E] = {"E",
           "exploitability",
           {{"U", "UNPROVEN", 850, 0},
            {"POC", "PROOF_OF_CONCEPT", 900, 0},
            {"F", "FUNCTIONAL", 950, 0},
            {"H", "HIGH", 1000, 0},
            UNDEFINED(1000)}},
    [RL] = {"RL",
            "remediationLevel",
            {{"OF", "OFFICIAL_FIX", 870, 0},
             {"TF", "TEMPORARY_FIX", 900, 0},
             {"W", "WORKAROUND", 950, 0},
             {"U", "UNAVAILABLE", 1000, 0},
             UNDEFINED(1000)}},
    [RC] = {"RC",
            "reportConfidence",
            {{"UC", "UNCONFIRMED", 900, 0},
             {"UR", "UNCORROBORATED", 950, 0},
             {"C", "CONFIRMED", 1000, 0},
             UNDEFINED(1000)}},
    [CDP] = {"CDP",
             "collateralDamagePotential",
             {{"N", "NONE", 0, 0},
              {"L", "LOW", 100, 0},
              {"LM", "LOW_MEDIUM", 300, 0},
              {"MH", "MEDIUM_HIGH", 400, 0},
              {"H", "HIGH", 500, 0},
              UNDEFINED(0)}},
    [TD] = {"TD",
            "targetDistribution",
            {{"N", "NONE", 0, 0},
             {"L", "LOW", 250, 0},
             {"M", "MEDIUM", 750, 0},
             {"H", "HIGH", 1000, 0},
             UNDEFINED(1000)}},
    [CR] = {"CR", "confidentialityRequirement", {REQUIREMENT}},
    [IR] = {"IR", "integrityRequirement", {REQUIREMENT}},
    [AR] = {"AR", "availabilityRequirement", {REQUIREMENT}},
};
_Static_assert(sizeof cvss2_metrics / sizeof cvss2_metrics[0] == CVSS2_COUNT, "all of them");

void cvss2_inputs(struct cvss_inputs *out, const struct cvss *cvss, bool adjusted)
{
    *out = (struct cvss_inputs){.changed = false};
    for (int i = 0; i < 3; i++) {
        out->reach[i] = cvss_value(cvss, AV + i)->weight;
        out->impact[i] = cvss_value(cvss, C + i)->weight;
        out->requirement[i] = adjusted ? cvss_value(cvss, CR + i)->weight : 1000;
        out->temporal[i] = cvss_value(cvss, E + i)->weight;
    }
}

int cvss2_collateral(const struct cvss *cvss)
{
    return cvss_value(cvss, CDP)->weight;
}

int cvss2_distribution(const struct cvss *cvss)
{
    return cvss_value(cvss, TD)->weight;
}

/* value / unit to the nearest whole number, a half upwards; value may be below 0. */
static int64_t round_half_up(int64_t value, int64_t unit)
{
    int64_t sum = value + unit / 2;
    return sum >= 0 ? sum / unit : -((-sum + unit - 1) / unit);
}

static void score(struct cvss_steps *out, const struct cvss *cvss, bool adjusted)
{
    struct cvss_inputs in;
    cvss2_inputs(&in, cvss, adjusted);
    int64_t left = 1;
    for (int i = 0; i < 3; i++)
        left *= 100000 - in.impact[i] * in.requirement[i] / 10; /* 275 × 1510: divides evenly */
    int64_t impact = 1041 * (ONE - left);                       /* in 10^-17 */
    if (adjusted && impact > FINE)
        impact = FINE;
    int64_t reach = (int64_t)in.reach[0] * in.reach[1] * in.reach[2]; /* in 10^-9 */
    out->iss = ONE - left;
    out->impact = impact / 100;
    out->exploitability = 20 * reach * (ONE / 1000000000);
    /* 0.6 × impact - 1.5 + 0.4 × exploitability in 10^-18: in this order never above 8.5 */
    int64_t sum = 6 * impact - 15 * (FINE / 10) + 8 * reach * (FINE / 1000000000);
    /* × 1.176, cut at 10^-15 downwards: no boundary of the rounding lies between. */
    int64_t whole = sum / 1000000 * 1176;
    int64_t rest = sum % 1000000 * 1176;
    int64_t exact = whole + rest / 1000000 - (rest % 1000000 < 0); /* in 10^-15 */
    out->sum = impact == 0 ? 0 : exact;
    out->tenths = (int)round_half_up(out->sum, ONE / 10);
    int64_t product = (int64_t)out->tenths * in.temporal[0] * in.temporal[1] * in.temporal[2];
    out->product = product * (ONE / 10000000000);
    out->product_tenths = (int)round_half_up(product, 1000000000);
}

bool cvss2_employs_environment(const struct cvss *cvss)
{
    for (int i = CDP; i < CVSS2_COUNT; i++) {
        if (!text_equal(cvss_value(cvss, i)->letters, "ND"))
            return true;
    }
    return false;
}

void cvss2_score(struct cvss *cvss)
{
    score(&cvss->base, cvss, false);
    score(&cvss->adjusted, cvss, true);
    cvss->environmental_tenths = cvss->base.product_tenths;
    if (!cvss2_employs_environment(cvss))
        return;
    int64_t temporal = cvss->adjusted.product_tenths;
    int64_t raised = temporal * 1000 + (100 - temporal) * cvss2_collateral(cvss);
    int64_t tenths = round_half_up(raised * cvss2_distribution(cvss), 1000000);
    cvss->environmental_tenths = (int)(tenths < 0 ? 0 : tenths > 100 ? 100 : tenths);
}
