#include "dispatcher/record/book_duty.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define COUNT(texts) (sizeof(texts) / sizeof((texts)[0]))
#define NUMBER 24

static const char *number(char out[NUMBER], int64_t n)
{
    (void)snprintf(out, NUMBER, "%" PRId64, n);
    return out;
}

static void close_row(struct book_chain *chain, const char *const *closed, size_t count, bool known)
{
    chain->count = 1;
    chain->erased = !known;
    if (known)
        digest_add(&chain->closed, closed, count);
}

void book_duties_dispose(struct book_duties *duties)
{
    free(duties->duties);
    free(duties->holds);
    *duties = (struct book_duties){0};
}

struct book_duty *book_duty(const struct book_duties *duties, int64_t id)
{
    for (size_t i = 0; i < duties->duty_count; i++)
        if (duties->duties[i].id == id)
            return &duties->duties[i];
    return NULL;
}

struct book_hold *book_hold(const struct book_duties *duties, int64_t id)
{
    for (size_t i = 0; i < duties->hold_count; i++)
        if (duties->holds[i].id == id)
            return &duties->holds[i];
    return NULL;
}

struct book_duty *book_duty_add(struct book_duties *duties, int64_t id)
{
    duties->duties = xrealloc(duties->duties, duties->duty_count + 1, sizeof duties->duties[0]);
    struct book_duty *out = &duties->duties[duties->duty_count++];
    *out = (struct book_duty){.id = id};
    return out;
}

struct book_hold *book_hold_add(struct book_duties *duties, int64_t id)
{
    duties->holds = xrealloc(duties->holds, duties->hold_count + 1, sizeof duties->holds[0]);
    struct book_hold *out = &duties->holds[duties->hold_count++];
    *out = (struct book_hold){.id = id};
    return out;
}

/* informs has no member of its own: an entry names the deliverable, which says it. */
void book_duty_computed(struct book_duty *out, const struct duty_row *row, bool known)
{
    char numbers[3][NUMBER];
    const char *what[] = {row->rule,
                          number(numbers[0], row->version),
                          row->rule_sha256,
                          row->jurisdiction,
                          row->country,
                          row->deliverable,
                          row->informs ? "informs" : NULL};
    const char *when[] = {row->trigger,
                          row->cascade,
                          row->due_safe,
                          row->due_legal,
                          number(numbers[1], row->safe_ms),
                          number(numbers[2], row->legal_ms),
                          row->derivation};
    const char *closed[] = {row->owner};
    out->row = (struct book_chain){0};
    digest_add(&out->row.open, what, COUNT(what));
    digest_add(&out->row.open, when, COUNT(when));
    close_row(&out->row, closed, COUNT(closed), known);
    out->state = row->state;
    out->changed_ms = row->changed_ms;
}

void book_duty_over(struct book_duty *out, const struct duty_row *row, bool known)
{
    char at[NUMBER];
    const char *open[] = {number(at, row->met_ms)};
    const char *closed[] = {row->met_by, row->number, row->proof, row->reason};
    out->met = (struct book_chain){0};
    digest_add(&out->met.open, open, COUNT(open));
    close_row(&out->met, closed, COUNT(closed), known);
    out->state = row->state;
    out->changed_ms = row->changed_ms;
}

void book_duty_explained(struct book_duty *out, const struct duty_row *row, bool known)
{
    const char *closed[] = {row->met_by, row->reason};
    out->why = (struct book_chain){0};
    close_row(&out->why, closed, COUNT(closed), known);
}

void book_hold_set(struct book_hold *out, const struct hold_row *row, const char *places)
{
    char numbers[2][NUMBER];
    const char *open[] = {row->rule,
                          number(numbers[0], row->version),
                          row->jurisdiction,
                          row->kind,
                          row->why,
                          number(numbers[1], row->until_ms),
                          places};
    out->row = (struct book_chain){.count = 1};
    digest_add(&out->row.open, open, COUNT(open));
    out->over = (struct book_chain){0};
    out->state = HOLD_STANDING;
}

void book_hold_over(struct book_hold *out, const struct hold_row *row, bool known)
{
    char at[NUMBER];
    const char *open[] = {row->how, number(at, row->ended_ms)};
    const char *closed[] = {row->person, row->reason, row->proof};
    out->over = (struct book_chain){0};
    digest_add(&out->over.open, open, COUNT(open));
    close_row(&out->over, closed, COUNT(closed), known);
    out->state = row->state;
}

/* No authority gave a number: notices met it, and who and why were said later. */
static void book_duty_end(struct book_duty *out, const struct duty_row *row)
{
    struct duty_row met = *row;
    if (row->state == DUTY_MET && row->number == NULL &&
        (row->met_by != NULL || row->reason != NULL)) {
        met.met_by = met.reason = NULL;
        book_duty_explained(out, row, true);
    }
    book_duty_over(out, &met, true);
}

void book_duty_row(struct book_duty *out, const struct duty_row *row)
{
    *out = (struct book_duty){.id = row->id, .created_ms = row->created_ms};
    book_duty_computed(out, row, true);
    if (row->state == DUTY_MET || row->state == DUTY_WAIVED || row->met_ms != 0 ||
        row->met_by != NULL || row->number != NULL || row->proof != NULL || row->reason != NULL)
        book_duty_end(out, row);
}

void book_hold_row(struct book_hold *out, const struct hold_row *row, const char *places)
{
    *out = (struct book_hold){.id = row->id, .since_ms = row->since_ms};
    book_hold_set(out, row, places);
    if (row->state != HOLD_STANDING || row->ended_ms != 0 || row->how != NULL ||
        row->person != NULL || row->reason != NULL || row->proof != NULL)
        book_hold_over(out, row, true);
}
