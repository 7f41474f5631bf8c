/* An older notice in every state, a newer version, and what both say: for tests of revisions. */
#ifndef TOCSIN_TESTS_DISPATCHER_REVISING_H
#define TOCSIN_TESTS_DISPATCHER_REVISING_H

#include "store/notice.h"
#include "templates/notice.h"
#include "tests/dispatcher/world.h"

extern struct world w;
extern struct err err;

typedef void step(struct notice *n);

void revising_ask_dot(struct notice *n);
void revising_bounce(struct notice *n);
void revising_check_replay(const char *name);
void revising_commit(struct notice *n);
void revising_compose(struct notice_text *out, const struct notice *n);
/* Each as an item of its own, by one composer. */
void revising_claim(struct notice *const *list, size_t count);
void revising_defer(struct notice *n);
void revising_finish(struct notice *n, enum verdict verdict);
void revising_hold_over(struct notice *n);
void revising_lose_carrier(struct notice *n);
void revising_must(enum status status);
struct advisory revising_next_version(const char *version, bool gone);
enum revising { REVISING_NEWS, REVISING_GONE, REVISING_CORRECTION, REVISING_WITHDRAWAL, REVISINGS };
struct advisory revising_next_as(const char *version, enum revising as);
struct notice revising_notice_of(const struct advisory *row, const char *party);
size_t revising_open_tasks(const struct advisory *row);
void revising_refuse(struct notice *n);
void revising_seal_late(struct notice *n);
void revising_setup(void);
void revising_stay(struct notice *n);
void revising_take(struct notice *n);
void revising_teardown(void);
void revising_to_accepted(struct notice *n);
void revising_to_answered(struct notice *n);
void revising_to_bounced(struct notice *n);
void revising_to_bounced_task(struct notice *n);
void revising_to_cancelled(struct notice *n);
void revising_to_dotted(struct notice *n);
void revising_to_held(struct notice *n);
void revising_to_passed(struct notice *n);
void revising_to_planned(struct notice *n);
void revising_to_ready(struct notice *n);
void revising_to_sealing(struct notice *n);
void revising_to_second_route(struct notice *n);
void revising_to_sending(struct notice *n);
void revising_to_tasked(struct notice *n);
void revising_to_uncertain(struct notice *n);

#endif
