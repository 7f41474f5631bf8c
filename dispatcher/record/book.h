/*
 * dispatcher/record/book - what a replay remembers: the whole queue, in few bytes a notice. Pure.
 *
 * A notice takes sizeof(struct book_notice) (192 bytes) and 4 to 8 bytes of index. Long texts, and
 * the rows that grow behind a notice (parcels, attempts, receipts), are kept as digests of 96 bits;
 * the same functions digest entries and rows, so equal means equal.
 */
#ifndef TOCSIN_DISPATCHER_BOOK_H
#define TOCSIN_DISPATCHER_BOOK_H

#include "store/advisory.h"
#include "store/notice.h"
#include "store/task.h"

#define DIGEST_SIZE 12
struct digest {
    unsigned char byte[DIGEST_SIZE]; /* zeros: of nothing */
};
/* Go on from *digest with these texts; NULL differs from "". At most DIGEST_TEXTS. */
#define DIGEST_TEXTS 8
void digest_add(struct digest *digest, const char *const *texts, size_t count);
struct digest digest_of(const char *text);
bool digest_equal(const struct digest *a, const struct digest *b);

/* Rows of one table behind a notice or advisory, in the order in which they came. */
struct book_chain {
    uint32_t count;
    struct digest open;   /* what entries say in the open */
    struct digest closed; /* what stands behind their commitments */
    bool erased;          /* some of that is gone: closed says nothing any more */
};
enum book_table { BOOK_PARCELS, BOOK_ATTEMPTS, BOOK_RECEIPTS, BOOK_TABLES };
struct book_rows {
    struct book_chain table[BOOK_TABLES];
};

/* known: the personal members of the row are what they were; else they are not looked at. */
void book_parcel(struct book_rows *rows, const struct parcel_row *row, bool known);
/* at_ms: when, as the row and the entry's own instant say. */
void book_begin(struct book_rows *rows, int64_t attempt, const char *parcel_sha256, int64_t at_ms);
void book_dot(struct book_rows *rows, int64_t attempt, int64_t at_ms);
void book_end(struct book_rows *rows, const struct attempt *row, bool known);
void book_receipt(struct book_rows *rows, const struct receipt_row *row, bool known);
void book_approval(struct book_chain *chain, const struct approval *row, bool known);
/* NULL: they say the same. */
const char *book_compare(const struct book_chain *log, const struct book_chain *store);

#define BOOK_NO_ANSWER 0xFF

struct book_notice {
    struct digest uid, party, parcel; /* party: zeros when erased; parcel: of its SHA-256 */
    struct book_rows rows;
    int64_t next_at_ms, deadline_ms, answer_by_ms, attempt;
    uint32_t task, sendings, advisory;
    uint8_t state, level, route, form, kind, grade, answer;
    bool seen;
};

struct book_advisory {
    char *uid, *sha256, *order_sha256, *version, *root;
    struct digest tracking; /* zeros when erased */
    enum advisory_state state;
    enum tlp tlp;
    bool planned, seen;
    int64_t count, left_out, deadline_ms, answer_by_ms; /* of its plan */
    struct book_chain approvals;
};

struct book_task {
    int64_t id, deadline_ms;
    struct digest cause, owner, done_by; /* zeros when erased or not there */
    enum task_kind kind;
    bool open, seen;
};

struct book; /* opaque */
struct book *book_new(void);
void book_free(struct book *book); /* NULL is fine */

/* NULL: there is none. Borrowed; stays where it is. */
struct book_notice *book_find(const struct book *book, const char *uid);
struct book_notice *book_add(struct book *book, const char *uid);
struct book_notice *book_at(const struct book *book, size_t i); /* NULL behind the last */
/* Borrowed until the next one is added. */
struct book_advisory *book_advisory(const struct book *book, const char *uid);
struct book_advisory *book_add_advisory(struct book *book, const char *uid);
struct book_advisory *book_advisory_at(const struct book *book, size_t i);
size_t book_advisory_number(const struct book *book, const struct book_advisory *advisory);
struct book_task *book_task(const struct book *book, int64_t id);
struct book_task *book_add_task(struct book *book, int64_t id);
struct book_task *book_task_at(const struct book *book, size_t i);
/* Bytes that it holds. */
size_t book_size(const struct book *book);

#endif
