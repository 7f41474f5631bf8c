/*
 * dispatcher/run/pool - the worker processes: started, set up, watched, ended; their frames as
 * events.
 */
#ifndef TOCSIN_DISPATCHER_POOL_H
#define TOCSIN_DISPATCHER_POOL_H

#include "dispatcher/run/child.h"
#include "dispatcher/run/core.h"

#include <poll.h>

struct pool; /* opaque */

MUST_USE enum status pool_open(struct pool **out, struct app *app, const struct composer *composer,
                               const struct core *core, const char *runtime, struct err *err);
/* Ends everything; wait_ms for those who leave by themselves. NULL is fine. */
void pool_close(struct pool *pool, int64_t wait_ms);

/* Fill fds (room for pool_fds) for poll(); returns how many. */
size_t pool_fds(const struct pool *pool);
size_t pool_poll_set(struct pollfd *fds, const struct pool *pool);
/*
 * Read from who has something and write to who can take it. Never blocks.
 */
void pool_work(struct pool *pool, const struct pollfd *fds);
/*
 * The next event; a few per worker and round. Its frame is borrowed until pool_release.
 * false: none left.
 */
bool pool_next_event(struct core_event *out, struct pool *pool);
/* After the group: the frames are not needed any more. */
void pool_release(struct pool *pool);
/* Hand an intent to its worker; a worker that is gone shows as CORE_LOST later. */
void pool_send(struct pool *pool, struct core_intent *intent);
/* Kill who made no progress for too long, start again who is gone (with a growing pause). */
void pool_tend(struct pool *pool, const struct core *core, int64_t up_ms);
/* Is this process one of the workers? */
bool pool_owns(const struct pool *pool, pid_t pid);
/* A worker ended again and again before it was ready: something is wrong with the installation. */
bool pool_failing(const struct pool *pool);

#endif
