/* dispatcher/cases/op_case - one request about a case on its way; between op_case.c and
 * op_case_know.c.
 */
#ifndef TOCSIN_DISPATCHER_OP_CASE_H
#define TOCSIN_DISPATCHER_OP_CASE_H

#include "dispatcher/cases/case_act.h"
#include "dispatcher/cases/case_request.h"

#define ASKING_WORDS 2000 /* bytes of a reason */

struct asking {
    struct app *app;
    struct arena *arena;
    const struct case_request *r;
    const struct person *by;
    struct case_file row; /* but for open and reviewed */
    struct str *out;
};

/* ERR_INVALID: needed and empty, or too long. option is how the error calls it. */
MUST_USE enum status asking_words(const char *option, const char *text, size_t most, bool needed,
                                  struct err *err);
MUST_USE enum status asking_person(const struct person **out, struct app *app, const char *option,
                                   const char *id, struct err *err);
/* ERR_REFUSED unless the person has a role of release.roles. */
MUST_USE enum status asking_releases(const struct asking *a, const struct person *person,
                                     struct err *err);

MUST_USE enum status asking_fact(struct asking *a, struct err *err);
MUST_USE enum status asking_choose(struct asking *a, struct err *err);
MUST_USE enum status asking_decide(struct asking *a, struct err *err);
MUST_USE enum status asking_countersign(struct asking *a, struct err *err);

#endif
