/* tests/lies/wire - the bytes of a lying relay: how each lie looks on the wire. */
#ifndef TOCSIN_TESTS_LIES_WIRE_H
#define TOCSIN_TESTS_LIES_WIRE_H

#include "tests/lies/relay_inner.h"

/*
 * Say `honest`, a whole reply with its CR LF, as this lie has it; `extra` goes behind an honest one
 * in the same write. false: the connection ends here.
 */
bool wire_tell(struct client *c, enum lie_kind kind, const char *honest, const char *extra);
/* A line without its CR LF; false: the client went away. */
bool wire_line(struct client *c, char *line, size_t size);
/* Up to the final dot, with the dots that were stuffed in taken out. */
bool wire_body(struct client *c, struct str *body);
/* Nothing at all, or a little now and then, until the client has enough. */
void wire_read_slowly(struct client *c, bool nothing);
/* In an orderly way, unless a lie has closed it otherwise. */
void wire_close(struct client *c);

#endif
