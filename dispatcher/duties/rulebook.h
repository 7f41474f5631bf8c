/*
 * dispatcher/duties/rulebook - the rules of an installation with what of them may be used, and why
 * not.
 */
#ifndef TOCSIN_DISPATCHER_RULEBOOK_H
#define TOCSIN_DISPATCHER_RULEBOOK_H

#include "dispatcher/duties/adopt.h"

/* The rules of an installation, or those that ship when there is none, and what of them is in use.
 */
struct rulebook {
    struct arena *arena;
    struct pack *pack;
    bool installed; /* there is a configuration */
    bool adopted;   /* somebody adopted a pack; then adoption is filled */
    struct adoption adoption;
    struct err doubt; /* why it is not known whether one was adopted; code OK: it is known */
};
/*
 * Leaves app's store open when there is one. Without a configuration the shipped rules stand alone;
 * one that was named and is not there is ERR_NOT_FOUND.
 */
MUST_USE enum status rulebook_open(struct rulebook *out, struct app *app, struct err *err);
void rulebook_close(struct rulebook *book); /* {0} is fine */
enum rule_use rulebook_use(const struct rulebook *book, const struct rule *rule);
/* One line about it: "adopted by meyer at 2026-...", "not adopted: ...". */
void rulebook_note(struct str *out, const struct rulebook *book, const struct rule *rule);
/* For whoever would act by a rule: ERR_REFUSED unless it is enabled. */
MUST_USE enum status rulebook_require(const struct rule **out, const struct rulebook *book,
                                      const char *id, struct err *err);

#endif
