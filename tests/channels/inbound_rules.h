/* What must hold of the outcome of inbound_read(), whatever the mail was. For tests and fuzzing. */
#ifndef TOCSIN_TESTS_CHANNELS_INBOUND_RULES_H
#define TOCSIN_TESTS_CHANNELS_INBOUND_RULES_H

#include "channels/inbound.h"

/* NULL: all rules hold; else the one that is broken. */
const char *inbound_broken_rule(const struct inbound *in);

#endif
