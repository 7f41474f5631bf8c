/*
 * tests/lies/expect - what has to come of a lie: one letter, checked against receipt, row, log,
 * tasks, endpoint and what the relay has really acknowledged.
 *
 *   A  nothing happens: all three are accepted
 *   D  the one it meets is deferred: ready, one try, due again within the backoff; others served
 *   L  as D, because we come too often: no try is counted, and it is soon due again
 *   R  it is refused: its party's next contact, or a task of a person; others served
 *   U  uncertain: held for a report, sent again with the same bytes; others served
 *   O  the relay is at fault: all wait, no try is counted, the endpoint rests, nobody is disturbed
 *   C  as O, and a person has to mend something: a task, and an entry when TLS is the reason
 *   M  as C, but after the first mail: what was accepted before stays accepted
 *   o  O or C: two outcomes race, and both leave everything waiting
 *   d  as D, but others may have to wait too
 *   x  any verdict that is not wrong (two outcomes race)
 *   .  this lie cannot be told at this step
 *
 * In every case: no acceptance that the relay did not give, each mail once unless it was uncertain,
 * the same bytes if twice, nothing in the clear, and everything is delivered in the end.
 */
#ifndef TOCSIN_TESTS_LIES_EXPECT_H
#define TOCSIN_TESTS_LIES_EXPECT_H

#include "tests/lies/scene.h"

/* After scene_settle. victim: 0 to 2. */
void expect_now(struct scene *s, char letter, size_t victim);
/* After scene_finish. refused: the victim went to its next route. */
void expect_end(struct scene *s, bool refused, size_t victim);
/* After scene_finish and many lies: each mail is delivered or with a person, and both agree. */
void expect_many(struct scene *s);

#endif
