/*
 * dispatcher/record/book_duty - what a replay remembers of the duties and holds of a case. Pure.
 *
 * Left out is what is only a plan of reminders: start_ms, rung and next_ms of a duty.
 */
#ifndef TOCSIN_DISPATCHER_BOOK_DUTY_H
#define TOCSIN_DISPATCHER_BOOK_DUTY_H

#include "dispatcher/record/book.h"
#include "store/duty.h"

struct book_duty {
    int64_t id, created_ms, changed_ms;
    enum duty_state state;
    struct book_chain row; /* what it is and when it is due, as computed last */
    struct book_chain met; /* what met or waived it */
    struct book_chain why; /* why notices met it late, and who says so */
};

struct book_hold {
    int64_t id, since_ms;
    enum hold_state state;
    struct book_chain row;  /* what it is and where, as it was set last */
    struct book_chain over; /* how it ended */
};

struct book_duties {
    struct book_duty *duties;
    struct book_hold *holds;
    size_t duty_count, hold_count;
};
void book_duties_dispose(struct book_duties *duties); /* {0} is fine */
/* NULL: there is none. Borrowed until the next one is added. */
struct book_duty *book_duty(const struct book_duties *duties, int64_t id);
struct book_hold *book_hold(const struct book_duties *duties, int64_t id);
struct book_duty *book_duty_add(struct book_duties *duties, int64_t id);
struct book_hold *book_hold_add(struct book_duties *duties, int64_t id);

/* known: the personal members of the row are what they were. Of the row is taken what one entry
 * says: the one that computed it, the one that met or waived it. */
void book_duty_computed(struct book_duty *out, const struct duty_row *row, bool known);
void book_duty_over(struct book_duty *out, const struct duty_row *row, bool known);
void book_duty_explained(struct book_duty *out, const struct duty_row *row, bool known);
/* places: its countries, ascending, one blank between them. */
void book_hold_set(struct book_hold *out, const struct hold_row *row, const char *places);
void book_hold_over(struct book_hold *out, const struct hold_row *row, bool known);
/* As the store has them. */
void book_duty_row(struct book_duty *out, const struct duty_row *row);
void book_hold_row(struct book_hold *out, const struct hold_row *row, const char *places);

#endif
