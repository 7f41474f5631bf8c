/*
 * dispatcher/submit/watch - the watched folder (setting `watch`), read by `tocsin run`.
 *
 * The scan is the truth; inotify only says when to look. A set is judged when its files have stood
 * still for a while, goes the way of `submit` and `approve` (watch_set.h), and leaves the folder
 * when it is released (done/) or refused (refused/). Killed anywhere, the next scan finds what is
 * left: the same bytes again change nothing.
 */
#ifndef TOCSIN_DISPATCHER_WATCH_H
#define TOCSIN_DISPATCHER_WATCH_H

#include "dispatcher/app.h"

#define WATCH_SETTLE_MS (2 * MS_SECOND)    /* files that appear without a rename */
#define WATCH_PATIENCE_MS (10 * MS_SECOND) /* what is not CSAF may not be all there yet */
#define WATCH_SCAN_MS (5 * MS_SECOND)

struct watch; /* opaque */

struct watch *watch_open(struct app *app); /* NULL: no folder is watched */
void watch_close(struct watch *watch);     /* NULL is fine, here and below */

/* To poll for input; -1: none. What comes is taken away by watch_step. */
int watch_fd(const struct watch *watch);
/* Uptime at which watch_step wants to be called; INT64_MAX: never. */
int64_t watch_next(const struct watch *watch);
/*
 * Scan when it is time or `hint` says that something came, and judge for a bounded time. *did:
 * something was released. ERR_CORRUPT of the store; other faults are on the board.
 */
MUST_USE enum status watch_step(struct watch *watch, bool hint, bool *did, struct err *err);
/* For --until-idle: nothing more can be expected soon of what is in the folder. */
bool watch_idle(const struct watch *watch);

/* What waits, for `tocsin status`: as the dispatcher saw it last. j NULL: text for people. */
struct json_out;
MUST_USE enum status watch_print(struct str *out, struct json_out *j, struct app *app,
                                 struct err *err);

#endif
