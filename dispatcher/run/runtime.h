/*
 * dispatcher/run/runtime - the short private folder where workers have their homes while they live.
 *
 * One folder per installation, found again after a crash, so that what a killed run left behind
 * (GNUPGHOMEs with a copy of our key, agents) is ended and removed at the next start.
 */
#ifndef TOCSIN_DISPATCHER_RUNTIME_H
#define TOCSIN_DISPATCHER_RUNTIME_H

#include "config/settings.h"

/*
 * $RUNTIME_DIRECTORY (systemd), $XDG_RUNTIME_DIR or /tmp, then "tocsin-HASH" ("tocsin-UID-HASH" in
 * /tmp), mode 0700, ours and no link: else ERR_REFUSED. Everything in it from before is ended and
 * removed. *out is heap.
 */
MUST_USE enum status runtime_open(char **out, const struct settings *settings, struct err *err);
/* End agents of the homes in it and remove it. */
void runtime_close(char *dir);

#endif
