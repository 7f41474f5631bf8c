/*
 * advisory/cvss - vectors of CVSS v2, v3.0 and v3.1, and the scores that FIRST's equations give
 * them.
 *
 * A score is a number of tenths: 98 is 9.8. All arithmetic is in whole numbers, so that no score
 * hangs on how a binary fraction happens to be rounded.
 */
#ifndef TOCSIN_ADVISORY_CVSS_H
#define TOCSIN_ADVISORY_CVSS_H

#include "base/json.h"

#define CVSS_METRICS_MAX 22

enum cvss_version { CVSS_2_0, CVSS_3_0, CVSS_3_1 };

/*
 * How a score came about, in units of 10^-15. What is finer is cut off, never rounded, and only
 * where an equation has a 13th or 15th power, or for v2 more digits.
 */
struct cvss_steps {
    int64_t iss; /* v3: ISS or MISS; v2: what impact is 10.41 times of */
    int64_t impact;
    int64_t exploitability;
    int64_t sum;        /* of both, as the equation joins them, before it is rounded */
    int tenths;         /* and after; below 0 for some adjusted scores of v2 */
    int64_t product;    /* tenths with E, RL and RC, before it is rounded */
    int product_tenths; /* and after: temporal, or (adjusted, v2) adjusted temporal */
};

struct cvss {
    enum cvss_version kind;
    const char *version; /* "2.0", "3.0", "3.1": static */
    int base_tenths;
    int temporal_tenths;
    int environmental_tenths;
    const char *severity;                 /* of the base score */
    size_t at;                            /* where the metric at fault begins, in bytes from 0 */
    signed char chosen[CVSS_METRICS_MAX]; /* which value of which metric; -1: not in the vector */
    struct cvss_steps base;
    struct cvss_steps adjusted; /* the same with modified metrics and requirements */
};

/*
 * vector in its official form, for v2 without or with "(...)". Metrics may stand in any order, as
 * the specification of v3 and FIRST's JSON schema of v2 have it; each at most once, those of the
 * base group all. A metric that is not there is not defined (X, ND). Scores of groups that are not
 * there follow from the equations, which for v3.1 with changed scope may give an environmental
 * score that differs from the base score. v2 says "if employed": there it is the temporal score.
 * Returns ERR_INVALID, in words and in out->at; NULL is invalid.
 */
MUST_USE enum status cvss_read(struct cvss *out, const char *vector, struct err *err);

/* v3: "NONE" to "CRITICAL". v2 names no levels: NVD's "LOW", "MEDIUM", "HIGH". Static. */
const char *cvss_severity(enum cvss_version version, int tenths);

/* A member of a cvss_v2 or cvss_v3 object that says something else than the vector. */
struct cvss_conflict {
    enum { CVSS_VERSION, CVSS_METRIC, CVSS_SCORE, CVSS_SEVERITY } kind;
    const struct json *member;
    const char *metric;  /* "AV"; NULL unless CVSS_METRIC. Static */
    const char *letters; /* "N" of AV:N; NULL when the vector has no such metric. Static */
    char says[24];       /* what the member should say: "NETWORK", "9.8", "CRITICAL", "3.1" */
};

#define CVSS_CONFLICTS_MAX (CVSS_METRICS_MAX + 7) /* 3 scores, 3 severities, the version */

/*
 * Compare the members of object with what its vector says. Members of a wrong type are passed over,
 * numbers are compared as written, digit by digit. Returns how many conflicts out holds: version,
 * metrics in the order of the specification, then scores and severities.
 */
size_t cvss_compare(struct cvss_conflict out[CVSS_CONFLICTS_MAX], const struct cvss *cvss,
                    const struct json *object);
/* The same without the metrics. */
size_t cvss_compare_scores(struct cvss_conflict out[CVSS_CONFLICTS_MAX], const struct cvss *cvss,
                           const struct json *object);

/* What the vector means and how its scores come about, for people; some lines. */
void cvss_print(struct str *out, const struct cvss *cvss);
/* One line of tocsin.cvss/1 without its newline. */
void cvss_print_json(struct str *out, const struct cvss *cvss, const char *vector);

#endif
