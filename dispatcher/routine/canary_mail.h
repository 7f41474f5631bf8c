/*
 * dispatcher/routine/canary_mail - which mails of these Message-IDs are in a Maildir?
 */
#ifndef TOCSIN_DISPATCHER_CANARY_MAIL_H
#define TOCSIN_DISPATCHER_CANARY_MAIL_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

#define CANARY_FILES 2000            /* of each folder, the newest by name first */
#define CANARY_NAMES ((size_t)50000) /* names of one folder: more is nobody's mailbox */
#define CANARY_HEAD                                                                                \
    ((size_t)64 * 1024) /* bytes of one mail: its header is longer in none of ours */

struct canary_mail {
    const char *message_id; /* without <> */
    bool seen;
};
/*
 * Looks into new/ and cur/, once for all of them. Names that begin with a dot, what is no plain
 * file, and what cannot be read are passed over. Returns ERR_IO (the Maildir itself cannot be
 * read), ERR_LIMIT (CANARY_NAMES); those seen before that stay seen.
 */
MUST_USE enum status canary_find(struct canary_mail *mails, size_t count, const char *maildir,
                                 struct err *err);

#endif
