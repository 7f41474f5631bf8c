/*
 * seal/keybox - certificates of recipients as a file that GnuPG finds keys in by fingerprint.
 *
 * Given to GnuPG with --file, a certificate has each of its signatures checked again every time
 * that somebody is sealed to, which costs more than sealing does. In a keybox stands, behind each
 * signature, whether GnuPG found it good before: it did, when the certificate was judged and
 * stripped (seal/cert), and the store hands out the very bytes that it judged. Expiry and
 * revocation are still GnuPG's to weigh, each time, by the clock of the day.
 */
#ifndef TOCSIN_SEAL_KEYBOX_H
#define TOCSIN_SEAL_KEYBOX_H

#include "seal/parts.h"

/* What a keybox begins with; without anything else it is an empty one. */
void keybox_begin(struct str *out);

/*
 * Append one certificate, which must be as cert_read stripped it, so that GnuPG has taken it for
 * usable as it stands. A signature is said to be good when it is the only one of its user id or
 * subkey: had it been bad, nothing would have held there. Of several GnuPG checks each itself.
 */
void keybox_add(struct str *out, const struct parts *parts);

#endif
