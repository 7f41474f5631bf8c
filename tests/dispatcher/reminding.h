/* A world in which people are asked again: who was told, what left, what came of it by which day.
 */
#ifndef TOCSIN_TESTS_DISPATCHER_REMINDING_H
#define TOCSIN_TESTS_DISPATCHER_REMINDING_H

#include "dispatcher/routine/remind.h"
#include "tests/dispatcher/world.h"

#define DAY(n) (WORLD_NOW + (n)*MS_DAY)

extern struct world reminding_world;
extern struct err reminding_err;
extern struct advisory reminding_row; /* of which all of this is */

void reminding_setup(void); /* h1 with two contacts, h2 with one, an authority, our own desk */
void reminding_teardown(void);
void reminding_must(enum status status);
/* A whole pass at this instant. */
void reminding_look(int64_t at_ms);
void reminding_save(struct notice *n, enum notice_state from);
struct notice reminding_told(const char *party, enum notice_state state);
void reminding_turn(struct notice *n, enum notice_state to);
/* The one of this kind to the party; false: there is none. */
bool reminding_find(struct notice *out, const char *party, enum notice_kind kind);
/* What asks the party again and is in the queue leaves now. */
void reminding_left(const char *party);
bool reminding_called(const char *party);
void reminding_must_be(const char *party, bool reminded, bool next, bool called);

#endif
