/*
 * advisory/cvss_inner - what the files of advisory/cvss share: tables of metrics, and equations.
 */
#ifndef TOCSIN_ADVISORY_CVSS_INNER_H
#define TOCSIN_ADVISORY_CVSS_INNER_H

#include "advisory/cvss.h"

#define CVSS_VALUES_MAX 6

/* One value of a metric; of an optional metric the last one is "not defined". */
struct cvss_value {
    const char *letters; /* in a vector; NULL behind the last */
    const char *word;    /* in JSON */
    int weight;          /* v3: in hundredths, v2: in thousandths */
    int weight_changed;  /* v3, PR only: when the scope is changed */
};

struct cvss_metric {
    const char *name;   /* in a vector */
    const char *member; /* in JSON */
    struct cvss_value values[CVSS_VALUES_MAX + 1];
};

struct cvss_scheme {
    const char *version;
    const char *prefix; /* "" for v2 */
    const struct cvss_metric *metrics;
    int count;    /* base group first, then temporal, then environmental */
    int base;     /* how many are of the base group: all mandatory */
    int temporal; /* how many are of the temporal group */
    void (*score)(struct cvss *cvss);
    void (*print)(struct str *out, const struct cvss *cvss);
};

extern const struct cvss_metric cvss2_metrics[];
extern const struct cvss_metric cvss3_metrics[];
#define CVSS2_COUNT 14
#define CVSS2_BASE 6
#define CVSS3_COUNT 22
#define CVSS3_BASE 8
#define CVSS_TEMPORAL 3 /* E, RL and RC behind the base group, in all versions */

/* The weights that stand in the equations, as chosen or modified. */
struct cvss_inputs {
    int reach[4];       /* v3: AV AC PR UI; v2: AV AC Au */
    int impact[3];      /* C I A */
    int requirement[3]; /* CR IR AR */
    int temporal[3];    /* E RL RC */
    bool changed;       /* v3: scope */
};

void cvss2_inputs(struct cvss_inputs *out, const struct cvss *cvss, bool adjusted);
void cvss3_inputs(struct cvss_inputs *out, const struct cvss *cvss, bool adjusted);
void cvss2_score(struct cvss *cvss);
void cvss3_score(struct cvss *cvss);
void cvss2_print(struct str *out, const struct cvss *cvss);
void cvss3_print(struct str *out, const struct cvss *cvss);

const struct cvss_scheme *cvss_scheme(enum cvss_version version);
/* The value of a metric, "not defined" when the vector lacks it. */
const struct cvss_value *cvss_value(const struct cvss *cvss, int metric);
/* v2: CDP and TD, in thousandths. */
int cvss2_collateral(const struct cvss *cvss);
int cvss2_distribution(const struct cvss *cvss);
/* v2: a metric of the environmental group is defined. */
bool cvss2_employs_environment(const struct cvss *cvss);

#endif
