/*
 * dispatcher/run/child - a worker process behind a socket pair: start, talk without blocking, end.
 *
 * A child is this program again (/proc/self/exe CHILD_WORD KIND) with the socket at CHILD_FD and
 * nothing else open but standard error: no store, no other child's socket, no secret in argv or
 * environment. It dies with its parent and leaves no core. It leads a session of its own, and what
 * it starts belongs to that: whoever ends the child ends all of it, but for agents, which have
 * left.
 */
#ifndef TOCSIN_DISPATCHER_CHILD_H
#define TOCSIN_DISPATCHER_CHILD_H

#include "base/clock.h"
#include "base/frame.h"

#include <sys/types.h>

#define CHILD_WORD "worker" /* argv[1] of a child; argv[2] is one of those below */

struct child {
    pid_t pid; /* 0: none */
    int fd;
    struct frame_reader in;
    struct str out; /* not yet written */
    size_t written;
    int64_t progress_ms; /* uptime at its last sign of life */
    int64_t started_ms;
};

/* All zero is a child that is not there. */
MUST_USE enum status child_start(struct child *child, const char *kind, int64_t up_ms,
                                 struct err *err);
/* Queue a frame (disposed here) and write what can be written. ERR_IO: it is gone. */
MUST_USE enum status child_send(struct child *child, struct frame_out *frame, struct err *err);
MUST_USE enum status child_flush(struct child *child, struct err *err);
/* Nothing more is written to it: it may end, and what it said before can still be read. */
void child_hush(struct child *child);
bool child_wants_write(const struct child *child);
/* Kill it and what it started, and reap; closes everything. */
void child_kill(struct child *child);
/* Of a child that has ended and is not reaped: end what it started, and reap it. */
void child_reap(pid_t pid);
/* It may go now: it reads the end of what we say. */
void child_dismiss(const struct child *child);
/*
 * Dismiss it, wait up to wait_ms for it to leave by itself, else kill. true: it left in order and
 * has cleaned up behind itself.
 */
bool child_end(struct child *child, int64_t wait_ms);

/* Tell a child by which time we go. ERR_IO: it is gone. */
MUST_USE enum status child_send_clock(struct child *child, const struct even *anchor,
                                      struct err *err);
/* In the child: what it was told. */
void child_take_clock(struct clock *out, const struct frame *frame);

/* In the child: keep only CHILD_FD and stderr, die with the parent, no core, ignore SIGPIPE. */
void child_harden(const char *kind);
/* The children's mains: read SETUP, serve until the socket closes. Return an exit code. */
int sealer_main(void);
int carrier_main(void);
int signer_main(void);
/* Reads FETCH, answers it with what it has judged, ends. */
int fetcher_main(void);
/* Reads OPEN, answers it, until the socket closes. */
int opener_main(void);
/* The main of "sealer", "carrier", "signer", "fetcher" or "opener"; 127 for any other word. */
int child_main(const char *kind);

#endif
