/* Rows behind a notice, from an entry or from the store: both are digested here, in one way. */
#include "dispatcher/record/book.h"

#include <inttypes.h>
#include <stdio.h>

#define COUNT(texts) (sizeof(texts) / sizeof((texts)[0]))
#define NUMBER 24

static const char *number(char out[NUMBER], int64_t n)
{
    (void)snprintf(out, NUMBER, "%" PRId64, n);
    return out;
}

static void close_with(struct book_chain *chain, const char *const *texts, size_t count, bool known)
{
    if (known)
        digest_add(&chain->closed, texts, count);
    else
        chain->erased = true;
}

void book_parcel(struct book_rows *rows, const struct parcel_row *row, bool known)
{
    struct book_chain *chain = &rows->table[BOOK_PARCELS];
    const char *open[] = {row->message_id, level_word(row->level), row->sha256};
    const char *closed[] = {row->address, row->key, row->plain};
    chain->count++;
    digest_add(&chain->open, open, COUNT(open));
    close_with(chain, closed, COUNT(closed), known);
}

void book_begin(struct book_rows *rows, int64_t attempt, const char *parcel_sha256, int64_t at_ms)
{
    char id[NUMBER];
    char at[NUMBER];
    struct book_chain *chain = &rows->table[BOOK_ATTEMPTS];
    const char *open[] = {"begin", number(id, attempt), parcel_sha256, number(at, at_ms)};
    chain->count++;
    digest_add(&chain->open, open, COUNT(open));
}

void book_dot(struct book_rows *rows, int64_t attempt, int64_t at_ms)
{
    char id[NUMBER];
    char at[NUMBER];
    const char *open[] = {"dot", number(id, attempt), number(at, at_ms)};
    digest_add(&rows->table[BOOK_ATTEMPTS].open, open, COUNT(open));
}

void book_end(struct book_rows *rows, const struct attempt *row, bool known)
{
    char id[NUMBER];
    char code[NUMBER];
    char at[NUMBER];
    struct book_chain *chain = &rows->table[BOOK_ATTEMPTS];
    const char *open[] = {"end",         number(id, row->id),
                          row->verdict,  number(code, row->code),
                          row->enhanced, row->tls,
                          row->peer,     number(at, row->end_ms)};
    const char *closed[] = {row->said, row->transcript};
    digest_add(&chain->open, open, COUNT(open));
    close_with(chain, closed, COUNT(closed), known);
}

/* What a task did for a notice stands in task.done once for all: not digested per notice. */
void book_receipt(struct book_rows *rows, const struct receipt_row *row, bool known)
{
    char units[NUMBER];
    struct book_chain *chain = &rows->table[BOOK_RECEIPTS];
    const char *open[] = {grade_word(row->grade), row->how, number(units, row->units)};
    /* A relay may have said nothing: an entry has null for it. */
    const char *detail = text_is_empty(row->detail) ? NULL : row->detail;
    const char *closed[] = {row->by, detail, row->sha256};
    chain->count++;
    digest_add(&chain->open, open, COUNT(open));
    if (!text_equal(row->how, "task"))
        close_with(chain, closed, COUNT(closed), known);
}

void book_approval(struct book_chain *chain, const struct approval *row, bool known)
{
    char at[NUMBER];
    const char *open[] = {row->form, role_word(row->role), number(at, row->at_ms)};
    const char *closed[] = {row->person, row->fpr, row->sha256};
    chain->count++;
    digest_add(&chain->open, open, COUNT(open));
    close_with(chain, closed, COUNT(closed), known);
}

const char *book_compare(const struct book_chain *log, const struct book_chain *store)
{
    if (log->count != store->count)
        return "there are more of them, or fewer";
    if (!digest_equal(&log->open, &store->open))
        return "they say something else";
    if (!log->erased && !digest_equal(&log->closed, &store->closed))
        return "what stands behind the commitments is something else";
    return NULL;
}
