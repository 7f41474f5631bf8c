/*
 * advisory/quote - text of an advisory or of a register inside a sentence of ours.
 */
#ifndef TOCSIN_ADVISORY_QUOTE_H
#define TOCSIN_ADVISORY_QUOTE_H

#include "base/str.h"

#define QUOTE_MAX 240 /* bytes: 80 signs of most scripts */

/* Append text as harmless part of one line, cut to a length that people read. NULL adds nothing. */
void quote_add(struct str *out, const char *text);

#endif
