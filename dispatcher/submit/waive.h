/*
 * dispatcher/submit/waive - a named person lets one finding of the gate pass, for exactly these
 * bytes.
 *
 * Arguments of op_waive, from OP_ARG on: the advisory's id, its version or absent, test, pointer,
 * person, reason. The set must be one that waits (submit kept it); with the last waiver that it
 * wants it is taken in. So is one of the register whose waiver was taken back (withdraw.h): it can
 * be approved again.
 */
#ifndef TOCSIN_DISPATCHER_WAIVE_H
#define TOCSIN_DISPATCHER_WAIVE_H

#include "base/json_out.h"
#include "dispatcher/app.h"

/* Who answers for what is published: a person of the configuration, and the role that waives. */
MUST_USE enum status waive_person(const struct person **person, enum role *role,
                                  const struct app *app, const char *id, struct err *err);
/* How many sets wait; tracking NULL: all. */
MUST_USE enum status waive_held_count(size_t *out, struct app *app, const char *tracking,
                                      struct err *err);
/* The sets that wait: for people, or (json not NULL) as elements of a list. */
MUST_USE enum status waive_print_held(struct str *out, struct json_out *json, struct app *app,
                                      const char *tracking, struct err *err);
/* Who waived what of these bytes, or took it back, and why; nothing when nobody did. */
MUST_USE enum status waive_print(struct str *out, struct app *app, const char *sha256,
                                 struct err *err);

#endif
