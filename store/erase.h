/*
 * store/erase - taking out what is kept of a person, in every table of the store.
 *
 * The record stays: which organisation was to be told, when, how, with which outcome and receipt;
 * what goes is who the person was and what they wrote. Columns say ERASED_MARK instead, values
 * behind entries become NULL, blobs hold one line that names the entry which tells of it. All of it
 * inside the caller's transaction; store_scrub afterwards clears the file of the old bytes.
 */
#ifndef TOCSIN_STORE_ERASE_H
#define TOCSIN_STORE_ERASE_H

#include "store/notice.h"

#define ERASED_MARK "(erased)"
#define ERASED_BLOB "erased: entry " /* how the line begins that stands in the place of a blob */
/* The member of an entry personal.erased behind which the blob stands that names those it erased.
 */
#define ERASED_NAMES "names_sha256"

struct erase {
    struct store *store;
    struct arena *arena;
    int64_t idx; /* of the entry that tells of it */
    int64_t *notices;
    size_t notice_count; /* of the person or party; ascending */
    const char **blobs;  /* theirs, and perhaps others' */
    size_t blob_count;
    const char **erased; /* names of the blobs that are gone */
    size_t erased_count;
    int64_t values, rows, kept; /* what was done; kept: blobs that are records of ours */
};

/* Notices that are or were addressed to a mail address (parties: notice_list), ascending. */
MUST_USE enum status erase_find(struct erase *e, const char *address, struct err *err);
/* Mail addresses that notices of e went to. */
MUST_USE enum status erase_addresses(const char ***out, size_t *count, struct erase *e,
                                     struct err *err);
/* The number of an open task about one of e's notices; ERR_NOT_FOUND. */
MUST_USE enum status erase_open_task(int64_t *out, struct erase *e, struct err *err);
/* The party whose contact the register still has under this text; ERR_NOT_FOUND. */
MUST_USE enum status erase_registered(const char **party, struct erase *e, const char *text,
                                      struct err *err);

/*
 * What is kept of e's notices: values behind their entries, addresses, keys, words. Their blobs
 * come into e->blobs.
 */
MUST_USE enum status erase_notices(struct erase *e, struct err *err);
/* A party that left the register is called alias from now on. */
MUST_USE enum status erase_party(struct erase *e, const char *party, const char *alias,
                                 struct err *err);
/* Keys whose address or user id has this text, and no contact uses. ERR_REFUSED: one does. */
MUST_USE enum status erase_keys(struct erase *e, const char *text, struct err *err);
/*
 * Every column of words, and every value behind an entry, that has this text as a word.
 * ERR_REFUSED: a notice that is not over needs it as its address or key, an open task says it, or
 * it is the reporter of an open case.
 */
MUST_USE enum status erase_words(struct erase *e, const char *text, struct err *err);
/*
 * e->blobs, but those that notices of others have, too; then (texts) every blob that has one of the
 * texts in it. Blobs that are advisories, orders, approvals, certificates in use or on their way
 * out are kept, and counted.
 */
MUST_USE enum status erase_blobs(struct erase *e, const char *const *texts, size_t count,
                                 struct err *err);

/*
 * The names of e->erased as a blob of its own: one line each, ascending. *out_sha256 is "" when
 * there is none. A mark is believed of these blobs only (store_check).
 */
MUST_USE enum status erase_names(char out_sha256[65], struct erase *e, struct err *err);

/* Is text in there, not as part of a longer word or address? Letters A-Z count as a-z. */
bool erase_has(struct bytes where, const char *text);
/* The entry that these bytes in the place of a blob name; false: they are no such mark. */
bool erase_mark_read(int64_t *out_idx, struct bytes data);

#endif
