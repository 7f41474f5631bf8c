/*
 * seal/mark - is a finished mail marked as the exercise that it is?
 */
#ifndef TOCSIN_SEAL_MARK_H
#define TOCSIN_SEAL_MARK_H

#include "base/str.h"

/*
 * The bytes that would leave are parsed again: a Message-ID that begins with MAIL_EXERCISE wants
 * `mark` first in the subject outside, in the one inside (sealed), in the first line of the text,
 * and in the first words of the HTML. payload: the entity inside. A mail of no exercise wants none.
 * Returns ERR_CORRUPT with what is missing.
 */
MUST_USE enum status mark_prove(struct bytes message, struct bytes payload, bool sealed,
                                const char *mark, struct err *err);

#endif
