/*
 * dispatcher/duties/duty_book - the rules that duties are kept by, or why there are none to go by.
 *
 * Opened outside of a transaction: what cannot be read of the adoption would be kept by it, and
 * fail every later statement of the case.
 */
#ifndef TOCSIN_DISPATCHER_DUTY_BOOK_H
#define TOCSIN_DISPATCHER_DUTY_BOOK_H

#include "dispatcher/duties/rulebook.h"
#include "store/duty.h"

struct duty_book {
    struct rulebook book;
    struct err why; /* code OK: the rules and their adoption were read */
};
void duty_book_open(struct duty_book *out, struct app *app);
void duty_book_close(struct duty_book *book);
struct duty_rules duty_book_rules(const struct duty_book *book);

/* Inside a transaction; each opens its task once, and writes nothing while that is open. */
MUST_USE enum status duty_tell_unreadable(struct app *app, const struct err *why, struct err *err);
/* rule: something stands by it, and it may not be used as it is now. */
MUST_USE enum status duty_tell_unused(struct app *app, const char *rule, struct err *err);
/*
 * Nothing, unless the rule is another one than it was and makes a date later, or ends it: that is
 * said to a person, for each duty once.
 */
MUST_USE enum status duty_tell_later(struct app *app, const char *number,
                                     const struct duty_row *was, const struct duty_row *is,
                                     struct err *err);
/* cause: which clock; why: what it could not do. */
MUST_USE enum status duty_tell_failed(struct app *app, const char *cause, const struct err *why,
                                      struct err *err);
/* A case that could not be computed anew after an adoption, which is not tried again. */
MUST_USE enum status duty_tell_kept(struct app *app, const char *cause, const struct err *why,
                                    struct err *err);

#endif
