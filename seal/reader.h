/*
 * seal/reader - mails and entities parsed by GMime, which shares no code with our writer.
 */
#ifndef TOCSIN_SEAL_READER_H
#define TOCSIN_SEAL_READER_H

#include "base/str.h"

#include <gmime/gmime.h>

/* The message in bytes; NULL when there is none. The caller unrefs it. */
GMimeMessage *reader_message(struct bytes bytes);
/* The entity in bytes; NULL when there is none. The caller unrefs it. */
GMimeObject *reader_entity(struct bytes bytes);

/* Append a part's content with its transfer encoding undone. false when it has none. */
MUST_USE bool reader_content(struct str *out, GMimeObject *part);

/* Is it "type/subtype"? */
bool reader_is_type(GMimeObject *object, const char *type, const char *subtype);
/* A parameter of its Content-Type; NULL when there is none. Borrowed. */
const char *reader_parameter(GMimeObject *object, const char *name);

/*
 * The i-th part of a multipart of exactly count parts with nothing before the first and behind
 * the last; NULL when object is not that. Borrowed.
 */
GMimeObject *reader_part(GMimeObject *object, int count, int i);

/* Do lines end with CR LF alone, with at most 998 signs, all of 7 bits, none of them NUL? */
bool reader_is_canonical(struct bytes bytes);

#endif
