/*
 * advisory/csaf - an advisory's bytes as the facts that the rest needs.
 *
 * Lenient about what the gate judges (a missing score is a NULL, not an error) and strict
 * about shape: what has the wrong JSON type counts as absent, so nothing below here
 * needs to check types again. Product groups and relationships are expanded: every status,
 * score and remediation names plain products.
 *
 * Source: OASIS CSAF 2.0. Knows base only. No network, no SQL. Fuzzed.
 * All memory belongs to struct csaf; texts are borrowed from it.
 */
#ifndef TOCSIN_ADVISORY_CSAF_H
#define TOCSIN_ADVISORY_CSAF_H

#include "base/json.h"
#include "base/word.h"

enum product_status {
    STATUS_FIRST_AFFECTED,
    STATUS_FIRST_FIXED,
    STATUS_FIXED,
    STATUS_KNOWN_AFFECTED,
    STATUS_KNOWN_NOT_AFFECTED,
    STATUS_LAST_AFFECTED,
    STATUS_RECOMMENDED,
    STATUS_UNDER_INVESTIGATION,
    STATUS_PRODUCT_STATUS_COUNT
};
/* The member's name in product_status: "first_affected", ... */
const char *product_status_word(enum product_status status);

struct csaf_product {
    const char *id;
    const char *name;    /* full product name, or the id when it has none: never NULL */
    const char *vendor;  /* innermost branch of category vendor, or NULL */
    const char *product; /* innermost branch product_name, else product_family, or NULL */
    const char *family;  /* innermost branch product_family, or NULL */
    const char *version; /* innermost branch product_version or product_version_range, or NULL */
    bool version_is_range;
    bool doubled; /* another product has the same id: which is meant is not known */
    const char *model, *serial, *sku; /* first of product_identification_helper, or NULL */
    const struct json *where;         /* the full_product_name_t object */
    /* A relationship's product is made of these two (indexes into products), else SIZE_MAX. */
    size_t part, relates_to;
};

/* A set of products: indexes into csaf.products, ascending, each once. */
struct product_set {
    const size_t *index;
    size_t count;
};
bool product_set_has(const struct product_set *set, size_t product);

struct csaf_score {
    const char *version; /* "2.0", "3.0", "3.1" */
    const char *vector;
    int base_tenths;      /* as written: 98 for 9.8; -1 when absent */
    const char *severity; /* as written, or NULL */
    struct product_set products;
    const struct json *where; /* the element of scores[] */
    const struct json *cvss;  /* its cvss_v3 or cvss_v2: one struct for each */
};

struct csaf_remediation {
    const char *category, *details, *url, *date, *restart;
    struct product_set products;
    const struct json *where;
};

struct csaf_note {
    const char *category, *title, *text;
    const struct json *where;
};

struct csaf_threat {
    const char *category, *details;
    struct product_set products;
    const struct json *where;
};

/* Why products are not affected: "component_not_present", ... */
struct csaf_flag {
    const char *label;
    struct product_set products;
};

struct csaf_vulnerability {
    const char *cve;  /* or NULL */
    const char *id;   /* first of ids[].text, or NULL */
    const char *name; /* cve, else id, else "vulnerability 3": always there */
    const char *title, *cwe_id, *cwe_name;
    struct csaf_note *notes;
    size_t note_count;
    const struct product_set *status; /* by enum product_status */
    struct product_set affected;      /* first_, known_ and last_affected together */
    struct csaf_score *scores;
    size_t score_count;
    struct csaf_remediation *remediations;
    size_t remediation_count;
    struct csaf_threat *threats;
    size_t threat_count;
    struct csaf_flag *flags;
    size_t flag_count;
    const struct json *where;
};

struct csaf_reference {
    const char *category, *summary, *url;
};

struct csaf {
    struct arena *arena;
    struct json_doc *doc;
    const struct json *root;
    const char *csaf_version, *category, *title, *lang;
    const char *publisher_name, *publisher_namespace, *publisher_category, *contact_details;
    const char *tracking_id, *version, *status;
    const char *initial_release, *current_release; /* RFC 3339 as written */
    bool has_tlp;
    /* WHITE → CLEAR; absent: has_tlp false, AMBER_STRICT; there but no known label: false, RED */
    enum tlp tlp;
    struct csaf_note *notes;
    size_t note_count;
    struct csaf_product *products;
    size_t product_count;
    struct csaf_vulnerability *vulnerabilities;
    size_t vulnerability_count;
    struct csaf_reference *references;
    size_t reference_count;
    struct csaf_index *index; /* opaque: products and groups by id */
};

/* Branches inside branches; CSAF needs no more than about ten. */
#define CSAF_BRANCH_DEPTH 30
/*
 * Bytes of facts and of the values that they are read from. A group of 120,000 products beside
 * 30,000 vulnerabilities is taken.
 */
#define CSAF_MEMORY_MAX ((size_t)64 * 1024 * 1024)
/* Products that all references to product groups may come to; the rest is a bomb. */
#define CSAF_GROUPED_MAX ((size_t)2000000)

/*
 * text must outlive *out. Returns, with *fault (may be NULL) filled, ERR_INVALID or ERR_LIMIT when
 * it is not JSON, ERR_INVALID when the root is no object or branches are nested too deep,
 * ERR_LIMIT when the facts or the product groups come to too much.
 */
MUST_USE enum status csaf_parse(struct csaf **out, struct bytes text, struct json_fault *fault,
                                struct err *err);
void csaf_free(struct csaf *csaf); /* NULL is fine */

/* Index of the (first) product of that id, SIZE_MAX when unknown. */
size_t csaf_product_find(const struct csaf *csaf, const char *id);
/* Highest base score of all in tenths, -1 when there is none. *out_score may be NULL. */
int csaf_highest_score(const struct csaf *csaf, const struct csaf_score **out_score);
/*
 * Compare two tracking versions of one id: integer or semantic versioning (CSAF 3.1.11).
 * <0, 0, >0. A number that is not there is 0, so schemes may be mixed; NULL is the least.
 */
int csaf_version_compare(const char *a, const char *b);

#endif
