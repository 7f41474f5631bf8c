/*
 * dispatcher/canary_mail - is a mail of one of these Message-IDs in a Maildir?
 */
#ifndef TOCSIN_DISPATCHER_CANARY_MAIL_H
#define TOCSIN_DISPATCHER_CANARY_MAIL_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

#define CANARY_FILES 2000 /* of each folder, the newest by name first */
#define CANARY_HEAD                                                                                \
    ((size_t)64 * 1024) /* bytes of one mail: its header is longer in none of ours */

/*
 * Looks into new/ and cur/. ids without <>. *out: which of them, SIZE_MAX: none. Names that begin
 * with a dot, what is no plain file, and what cannot be read are passed over. Returns ERR_IO (the
 * Maildir itself cannot be read).
 */
MUST_USE enum status canary_find(size_t *out, const char *maildir, const char *const *ids,
                                 size_t count, struct err *err);

#endif
