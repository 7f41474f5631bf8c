/*
 * advisory/csaf_read - what the parts of the CSAF reader share. Only csaf*.c and gate*.c include
 * it.
 */
#ifndef TOCSIN_ADVISORY_CSAF_READ_H
#define TOCSIN_ADVISORY_CSAF_READ_H

#include "advisory/csaf.h"
#include "base/arena.h"
#include "base/hash.h"

/* Ids and what they stand for; open addressing, twice as many slots as ids. */
struct csaf_table {
    struct csaf_slot {
        const char *id; /* NULL: free */
        size_t value;
    } * slots;
    size_t slot_count; /* 0 while empty */
};

struct csaf_index {
    struct hash_key key;
    struct csaf_table products; /* id → index into csaf.products */
    struct csaf_table groups;   /* id → index into group_sets */
    struct product_set *group_sets;
    size_t group_count;
    size_t reserved; /* bytes that the tests will take for the products: CSAF_TEST_ROOM each */
    size_t grouped;  /* products copied out of groups so far: held against CSAF_GROUPED_MAX */
    size_t *scratch;
    size_t scratch_count, scratch_capacity;
};

/* What the tests of CSAF keep of each product while they run (conform_names, conform_id). */
#define CSAF_TEST_ROOM ((size_t)48)

/* NULL unless a string without NUL inside: what C would cut short counts as absent. */
const char *csaf_text(const struct json *value);
const char *csaf_member(const struct json *object, const char *name);

/* Fill csaf.products, the tables and the groups. Returns ERR_INVALID, ERR_LIMIT with *fault. */
MUST_USE enum status csaf_read_products(struct csaf *csaf, struct json_fault *fault,
                                        struct err *err);
/* Products of an array of product ids and one of group ids (either may be NULL). ERR_LIMIT. */
MUST_USE enum status csaf_read_set(struct product_set *out, struct csaf *csaf,
                                   const struct json *product_ids, const struct json *group_ids,
                                   struct json_fault *fault, struct err *err);
/* Fill csaf.vulnerabilities. Returns ERR_LIMIT with *fault. */
MUST_USE enum status csaf_read_vulnerabilities(struct csaf *csaf, struct json_fault *fault,
                                               struct err *err);
/* The notes of the document or of a vulnerability. ERR_LIMIT. */
MUST_USE enum status csaf_read_notes(struct csaf_note **out, size_t *out_count, struct csaf *csaf,
                                     const struct json *notes, struct json_fault *fault,
                                     struct err *err);
/*
 * Zeroed room for count facts of item_size bytes that stand at `where`; NULL for none.
 * Returns ERR_LIMIT when all facts together are too many.
 */
MUST_USE enum status csaf_room(void **out, struct csaf *csaf, size_t count, size_t item_size,
                               const struct json *where, struct json_fault *fault, struct err *err);
/* Say where and why the advisory cannot be read. Returns status. */
enum status csaf_fault(const struct csaf *csaf, const struct json *where, enum status status,
                       const char *what, const char *mend, struct json_fault *fault,
                       struct err *err);

#endif
