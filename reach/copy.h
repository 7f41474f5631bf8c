/*
 * reach/copy - does a rule ask for a copy to our representative in a place?
 *
 * A representative is left out by adopted rules alone: where nobody adopted them as they stand,
 * where none is known at all, and where one that names representatives exists, whatever keeps it
 * from being used, the copy goes out. Pure.
 *
 * Knows: base, clocks, duties. Not: the store, who adopted what.
 */
#ifndef TOCSIN_REACH_COPY_H
#define TOCSIN_REACH_COPY_H

#include "reach/territory.h"

enum copy {
    COPY_ASKED,  /* a rule names representatives there */
    COPY_DOUBT,  /* what the rules say is not known for sure: told */
    COPY_UNASKED /* adopted rules of the place, and none of them names one */
};

struct copy_case {
    const struct pack *pack; /* NULL: the rules do not read */
    const char *doubt;       /* why they are not to be relied on; NULL: adopted as they stand */
    const char *today;       /* a day: "2026-11-22" */
    const char *territory;   /* words of reach/territory; NULL: where it is says it */
    const char *country;
    unsigned scope; /* bits of enum rule_scope of the products; 0: not known */
};

struct copy_said {
    enum copy copy;
    const struct rule *rule; /* that asks; else NULL */
    const char *why;         /* in words, in the arena */
};

void copy_ask(struct copy_said *out, struct arena *arena, const struct copy_case *ask);

#endif
