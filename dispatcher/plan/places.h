/*
 * dispatcher/plan/places - a plan by jurisdiction: who comes first, who then, what they wait for,
 * which duties hang on it, and which clocks contradict each other.
 *
 * Read-only. A country that is in several jurisdictions is counted in each of them, one in none
 * stands for itself.
 */
#ifndef TOCSIN_DISPATCHER_PLAN_PLACES_H
#define TOCSIN_DISPATCHER_PLAN_PLACES_H

#include "dispatcher/plan/recipient.h"

struct places;
/* Holds and duties of the cases that are linked to it are read here. ERR_IO. */
MUST_USE enum status places_open(struct places **out, struct app *app,
                                 const struct dossier *dossier, struct err *err);
void places_close(struct places *places); /* NULL is fine */
void places_count(struct places *places, const struct recipient *recipient);
/* told_by_ms: when everybody is to be told at the latest. */
void places_print(struct str *out, struct places *places, int64_t told_by_ms);
/* One object a line, tocsin.plan.place/1. */
void places_json(struct str *out, struct places *places, int64_t told_by_ms);

#endif
