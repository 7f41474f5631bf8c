/*
 * dispatcher/duties/duty_matter - a case as duties/ wants it: facts, decisions, what was reported
 * and denied, which kinds of products the maker has.
 */
#ifndef TOCSIN_DISPATCHER_DUTY_MATTER_H
#define TOCSIN_DISPATCHER_DUTY_MATTER_H

#include "dispatcher/duties/duty_book.h"
#include "duties/duty.h"
#include "store/case.h"
#include "store/duty.h"

struct case_matter {
    struct matter matter;
    struct duty_row *rows; /* duties that stand already */
    size_t row_count;
};
MUST_USE enum status case_matter_read(struct case_matter *out, struct arena *arena, struct app *app,
                                      const struct case_file *row, const struct pack *pack,
                                      struct err *err);

/* The jurisdiction of the rules that a country is in; else what was given. */
const char *duty_place(const struct pack *pack, const char *place);

/* Rules that would bring this case a duty, and may not be used as they stand. */
MUST_USE enum status case_unused(struct duty_unused **out, size_t *count, struct arena *arena,
                                 struct app *app, const struct case_file *row,
                                 const struct duty_book *book, struct err *err);

#endif
