/*
 * base/host - international names of hosts: what stands in mail (A-labels, "xn--...") and what a
 * person reads. IDNA 2008 to the letter, without the mapping of UTS 46: that would make one host of
 * many spellings and drop signs that nobody sees.
 */
#ifndef TOCSIN_BASE_HOST_H
#define TOCSIN_BASE_HOST_H

#include "base/err.h"

/*
 * The ASCII form: capitals of ASCII made small, other scripts as A-labels. It is no proof of a
 * whole host name: whether its labels are letters, digits and hyphens is the caller's question.
 * Heap. Returns ERR_INVALID with a text that does not repeat the name (it is a part of an address).
 */
MUST_USE enum status host_to_ascii(char **out, const char *host, struct err *err);
/*
 * Does every label that begins with "xn--", in whatever case, stand for letters of another script,
 * written as IDNA 2008 writes them? Readers make letters of such labels: of one that only looks
 * so each makes something else.
 */
bool host_is_genuine(const char *host);
/* A genuine host name as letters, as a reader shows it. Heap; NULL: it cannot be shown. */
char *host_to_letters(const char *host);

#endif
