/*
 * base/scratch - a private folder that goes away with its process, even when that is killed.
 *
 * The owner holds a lock on the folder while it lives. Whoever starts next removes those without
 * one.
 */
#ifndef TOCSIN_BASE_SCRATCH_H
#define TOCSIN_BASE_SCRATCH_H

#include "base/err.h"

struct scratch {
    char *path; /* NULL: none */
    int lock;
};

/* BASE/tocsin-cmd-XXXXXX, mode 0700. Returns ERR_IO. */
MUST_USE enum status scratch_make(struct scratch *out, const char *base, struct err *err);
/* Remove the folder with everything in it; {0} is fine. Returns ERR_IO when something stays. */
MUST_USE enum status scratch_remove(struct scratch *scratch, struct err *err);
/* Remove what dead processes of this user left in base. What cannot be removed stays for next time.
 */
void scratch_sweep(const char *base);

#endif
