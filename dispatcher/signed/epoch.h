/*
 * dispatcher/signed/epoch - history that was signed is lost: two persons end the epoch of the log.
 *
 * When the signer refuses for good (a backup was restored, an entry edited, its memory or key is
 * gone), two different persons sign one text: what was signed last, what is there now, and why. The
 * log says so (epoch.end) and goes on under another name, DOMAIN/tocsin/ID/N: to whom holds an
 * older checkpoint it is another log, and nobody is told that nothing happened.
 *
 * Operations: epoch-ask (person, reason or none; prints the text that this person signs),
 * epoch-sign (name, clear-signed text).
 */
#ifndef TOCSIN_DISPATCHER_EPOCH_H
#define TOCSIN_DISPATCHER_EPOCH_H

#include "dispatcher/app.h"

#define EPOCH_REASON 400 /* longest, in bytes */

struct epoch_text {
    const char *log;   /* its name in the epoch that ends */
    int64_t last_size; /* entries that were signed last; -1: nobody remembers */
    const char *last_root;
    int64_t head;          /* entries that are there */
    const char *head_prev; /* leaf of the last of them */
    const char *reason;
};
/* The text that each of the two signs: eight lines, each ended by LF. */
void epoch_statement(struct str *out, const struct epoch_text *text, const char *signer,
                     int64_t at_ms);
/* The line behind *at, in the arena; *at moves on. */
const char *epoch_line(struct arena *arena, const char **at);
/* How it is kept between the two persons: six lines; and read again, or ERR_CORRUPT. */
void epoch_pending(struct str *out, const struct epoch_text *text);
MUST_USE enum status epoch_pending_read(struct epoch_text *out, struct arena *arena,
                                        const char *text, struct err *err);
/* Does this entry say that the leaf before it is prev, 64 hex digits? */
bool epoch_follows(struct bytes line, const char *prev);
/* The name of the log in the epoch behind the one with this name. */
const char *epoch_next_name(struct arena *arena, const char *name);

#endif
