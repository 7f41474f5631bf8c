/*
 * seal/home - GnuPG homes of our own: made, configured, given up without a trace.
 *
 * A path that is too long for sockets (108 bytes) gets a short name: a link in a private
 * folder below /tmp. Names of homes that live on are the same each time, so that whoever
 * starts after a crash finds the same agent.
 */
#ifndef TOCSIN_SEAL_HOME_H
#define TOCSIN_SEAL_HOME_H

#include "base/str.h"

/* The keybox, in a home used alone, of those who are sealed to next. */
#define HOME_RECIPIENTS "recipients.kbx"

struct home {
    char *path;     /* what GnuPG is told; free of links only when link_dir is NULL */
    char *real;     /* the folder itself, absolute */
    char *link_dir; /* holds the short name; NULL when path is real */
};

/* A folder that is there. Returns ERR_NOT_FOUND, ERR_IO. */
MUST_USE enum status home_open(struct home *out, const char *path, struct err *err);
void home_close(struct home *home); /* leaves the folder and its agent alone */

/* Make the folder (0700; empty is fine) with the settings for signing and sealing. Returns
   ERR_EXISTS when something is in it, ERR_IO. */
MUST_USE enum status home_make(struct home *out, const char *path, struct err *err);

/*
 * A throw-away home below dir, for public keys only: no agent is ever started, the time that
 * GnuPG believes is now_ms, weak digests count as broken. Returns ERR_IO.
 */
MUST_USE enum status home_make_scratch(struct home *out, const char *dir, int64_t now_ms,
                                       struct err *err);
void home_remove_scratch(struct home *home);
/* future_keys: list even what begins after now_ms, so that it can be told. Returns ERR_IO. */
MUST_USE enum status home_set_scratch(const struct home *home, int64_t now_ms, bool future_keys,
                                      struct err *err);

/* End the gpg-agent of this home and wait until it is gone; none is fine. */
void home_end_agent(const struct home *home);

/*
 * Write the settings for signing and sealing, whatever stood there. alone: nothing else uses this
 * home while we do, so GnuPG need not guard against it. Returns ERR_IO.
 */
MUST_USE enum status home_configure(const struct home *home, bool alone, struct err *err);
/* Those for a home used alone, with GnuPG going by another instant than the machine's; 0: by that.
 */
MUST_USE enum status home_configure_at(const struct home *home, int64_t now_ms, struct err *err);

/* A file of this name in the home, without durability: it is gone with the home. Returns ERR_IO. */
MUST_USE enum status home_put(const struct home *home, const char *name, struct bytes data,
                              struct err *err);
void home_drop(const struct home *home, const char *name); /* remove it; none is fine */
/* Is the secret half with this keygrip in the home? Asks no agent. */
bool home_has_secret(const struct home *home, const char *keygrip);

#endif
