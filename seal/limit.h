/* seal/limit - an operation of GnuPG that never ends is ended. */
#ifndef TOCSIN_SEAL_LIMIT_H
#define TOCSIN_SEAL_LIMIT_H

#include <stdbool.h>

struct limit; /* opaque: a thread that waits */

/* From now on; home as gpg is told it. NULL: there is no limit (sign_set_limit), or no home. */
struct limit *limit_start(const char *home);
/* The operation is over. true: it was ended, and what it said is worth nothing. NULL is fine. */
bool limit_stop(struct limit *limit);

/* End what of our own process group was started with --homedir home (strays.c). */
void strays_end_group(const char *home);

#endif
