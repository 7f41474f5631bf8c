/*
 * Scores inside an advisory: CVSS v2, v3.0 and v3.1, as the JSON schemas of FIRST say. Those leave
 * the objects open; CSAF's 6.2.20 asks the whole document for members that no schema defines.
 */
#include "advisory/schema_table.h"

#include "advisory/csaf_read.h"

static const struct schema number = {.kind = SCHEMA_SCORE};

static const struct schema rating = {
    .kind = SCHEMA_TEXT,
    .words = (const char *const[]){"NONE", "LOW", "MEDIUM", "HIGH", "CRITICAL", NULL}};
static const struct schema requirement = {
    .kind = SCHEMA_TEXT,
    .words = (const char *const[]){"LOW", "MEDIUM", "HIGH", "NOT_DEFINED", NULL}};
static const struct schema exploit = {.kind = SCHEMA_TEXT,
                                      .words = (const char *const[]){"UNPROVEN", "PROOF_OF_CONCEPT",
                                                                     "FUNCTIONAL", "HIGH",
                                                                     "NOT_DEFINED", NULL}};
static const struct schema remedy = {.kind = SCHEMA_TEXT,
                                     .words = (const char *const[]){"OFFICIAL_FIX", "TEMPORARY_FIX",
                                                                    "WORKAROUND", "UNAVAILABLE",
                                                                    "NOT_DEFINED", NULL}};
static const struct schema impact_v2 = {
    .kind = SCHEMA_TEXT, .words = (const char *const[]){"NONE", "PARTIAL", "COMPLETE", NULL}};
static const struct schema impact_v3 = {
    .kind = SCHEMA_TEXT, .words = (const char *const[]){"NONE", "LOW", "HIGH", NULL}};
static const struct schema modified_impact = {
    .kind = SCHEMA_TEXT,
    .words = (const char *const[]){"NONE", "LOW", "HIGH", "NOT_DEFINED", NULL}};

const struct schema schema_cvss_v2 = {
    .kind = SCHEMA_OBJECT,
    .closed = true,
    .cvss = true,
    .members = MEMBERS(
        {"accessComplexity", WORDS("HIGH", "MEDIUM", "LOW"), FREE},
        {"accessVector", WORDS("NETWORK", "ADJACENT_NETWORK", "LOCAL"), FREE},
        {"authentication", WORDS("MULTIPLE", "SINGLE", "NONE"), FREE},
        {"availabilityImpact", &impact_v2, FREE}, {"availabilityRequirement", &requirement, FREE},
        {"baseScore", &number, NEEDED},
        {"collateralDamagePotential",
         WORDS("NONE", "LOW", "LOW_MEDIUM", "MEDIUM_HIGH", "HIGH", "NOT_DEFINED"), FREE},
        {"confidentialityImpact", &impact_v2, FREE},
        {"confidentialityRequirement", &requirement, FREE}, {"environmentalScore", &number, FREE},
        {"exploitability", &exploit, FREE}, {"integrityImpact", &impact_v2, FREE},
        {"integrityRequirement", &requirement, FREE}, {"remediationLevel", &remedy, FREE},
        {"reportConfidence", WORDS("UNCONFIRMED", "UNCORROBORATED", "CONFIRMED", "NOT_DEFINED"),
         FREE},
        {"targetDistribution", WORDS("NONE", "LOW", "MEDIUM", "HIGH", "NOT_DEFINED"), FREE},
        {"temporalScore", &number, FREE}, {"vectorString", FORM(form_vector_v2), NEEDED},
        {"version", WORDS("2.0"), NEEDED})};

/* v3.0 and v3.1 differ in their version and in how a vector begins. */
#define MEMBERS_V3(versions, vector)                                                               \
    MEMBERS(                                                                                       \
        {"attackComplexity", WORDS("HIGH", "LOW"), FREE},                                          \
        {"attackVector", WORDS("NETWORK", "ADJACENT_NETWORK", "LOCAL", "PHYSICAL"), FREE},         \
        {"availabilityImpact", &impact_v3, FREE}, {"availabilityRequirement", &requirement, FREE}, \
        {"baseScore", &number, NEEDED}, {"baseSeverity", &rating, NEEDED},                         \
        {"confidentialityImpact", &impact_v3, FREE},                                               \
        {"confidentialityRequirement", &requirement, FREE}, {"environmentalScore", &number, FREE}, \
        {"environmentalSeverity", &rating, FREE}, {"exploitCodeMaturity", &exploit, FREE},         \
        {"integrityImpact", &impact_v3, FREE}, {"integrityRequirement", &requirement, FREE},       \
        {"modifiedAttackComplexity", WORDS("HIGH", "LOW", "NOT_DEFINED"), FREE},                   \
        {"modifiedAttackVector",                                                                   \
         WORDS("NETWORK", "ADJACENT_NETWORK", "LOCAL", "PHYSICAL", "NOT_DEFINED"), FREE},          \
        {"modifiedAvailabilityImpact", &modified_impact, FREE},                                    \
        {"modifiedConfidentialityImpact", &modified_impact, FREE},                                 \
        {"modifiedIntegrityImpact", &modified_impact, FREE},                                       \
        {"modifiedPrivilegesRequired", WORDS("HIGH", "LOW", "NONE", "NOT_DEFINED"), FREE},         \
        {"modifiedScope", WORDS("UNCHANGED", "CHANGED", "NOT_DEFINED"), FREE},                     \
        {"modifiedUserInteraction", WORDS("NONE", "REQUIRED", "NOT_DEFINED"), FREE},               \
        {"privilegesRequired", WORDS("HIGH", "LOW", "NONE"), FREE},                                \
        {"remediationLevel", &remedy, FREE},                                                       \
        {"reportConfidence", WORDS("UNKNOWN", "REASONABLE", "CONFIRMED", "NOT_DEFINED"), FREE},    \
        {"scope", WORDS("UNCHANGED", "CHANGED"), FREE}, {"temporalScore", &number, FREE},          \
        {"temporalSeverity", &rating, FREE}, {"userInteraction", WORDS("NONE", "REQUIRED"), FREE}, \
        {"vectorString", FORM(vector), NEEDED}, {"version", versions, NEEDED})

static const struct schema cvss_v30 = {.kind = SCHEMA_OBJECT,
                                       .closed = true,
                                       .cvss = true,
                                       .members = MEMBERS_V3(WORDS("3.0"), form_vector_v30)};
static const struct schema cvss_v31 = {.kind = SCHEMA_OBJECT,
                                       .closed = true,
                                       .cvss = true,
                                       .members = MEMBERS_V3(WORDS("3.1"), form_vector_v31)};

static const struct schema *choose_v3(const struct json *object)
{
    const char *version = csaf_member(object, "version");
    if (text_equal(version, "3.0"))
        return &cvss_v30;
    return text_equal(version, "3.1") ? &cvss_v31 : &schema_cvss_v3;
}

/* What is neither is told that it should be one of the two. */
const struct schema schema_cvss_v3 = {.kind = SCHEMA_OBJECT,
                                      .closed = true,
                                      .cvss = true,
                                      .choose = choose_v3,
                                      .members = MEMBERS_V3(WORDS("3.0", "3.1"), form_vector_v3)};
