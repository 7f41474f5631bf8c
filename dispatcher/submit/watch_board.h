/*
 * dispatcher/submit/watch_board - what waits in the watched folder, kept in the store for `tocsin
 * status`.
 */
#ifndef TOCSIN_DISPATCHER_WATCH_BOARD_H
#define TOCSIN_DISPATCHER_WATCH_BOARD_H

#include "base/json_out.h"
#include "base/sha256.h"
#include "dispatcher/app.h"

#define WATCH_BOARD_MOST 100u /* sets by name; the rest is counted */

struct watch_board {
    struct str text;
    struct json_out json;
    size_t count;
};

/* fault "": none; other NULL: no file without a meaning. */
void watch_board_begin(struct watch_board *board, const char *fault, size_t others,
                       const char *other, bool too_many);
void watch_board_add(struct watch_board *board, const char *stem, int64_t since_ms,
                     const char *why);
/* Written when it differs from *last, which is brought up to date. Disposes of the board. */
MUST_USE enum status watch_board_end(struct watch_board *board, struct app *app,
                                     struct sha256 *last, struct err *err);

#endif
