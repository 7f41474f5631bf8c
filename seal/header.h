/*
 * seal/header - single header fields of a mail (RFC 5322, 2047, 2231), folded, in 7 bits.
 *
 * Values come cleaned (one line of valid UTF-8, utf8_add_line); whatever else stands in them is
 * carried: what a reader decodes is the value, sign by sign. A prefix ("HP-Outer: ") may stand
 * before the name.
 */
#ifndef TOCSIN_SEAL_HEADER_H
#define TOCSIN_SEAL_HEADER_H

#include "base/str.h"

#define HEADER_NAME_LONGEST 48

/* "Subject: words": in encoded words when they are not plain ASCII or look like such words. */
void header_add_text(struct str *out, const char *prefix, const char *name, const char *value);
/* "To: Name <address>"; display may be empty. */
void header_add_mailbox(struct str *out, const char *prefix, const char *name, const char *display,
                        const char *address);
/* "To: Name:;", a group that names no member (RFC 5322 §3.4) */
void header_add_group(struct str *out, const char *prefix, const char *name, const char *display);
/* "Message-ID: <id>" */
void header_add_id(struct str *out, const char *prefix, const char *name, const char *id);
/* A value that is ASCII and short by itself. */
void header_add_plain(struct str *out, const char *prefix, const char *name, const char *value);
/* "Content-Disposition: attachment; filename=..." for a name of any signs. */
void header_add_attachment(struct str *out, const char *filename);

/* A name of a field: [A-Za-z0-9-]+, not too long. */
bool header_name_is_good(const char *name);
/*
 * dot-atom@domain of ASCII, at most 254 signs: the only form of address that is carried. Parts that
 * begin with "xn--" are genuine (base/host.h): a reader shows letters for them.
 */
bool header_address_is_good(const char *address);
/* left@right of dot-atoms, as in <left@right>. */
bool header_id_is_good(const char *id);

#endif
