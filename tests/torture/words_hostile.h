/* Texts that try to break out of whatever they stand in; the same ones for the same number. */
#ifndef TOCSIN_TESTS_TORTURE_WORDS_HOSTILE_H
#define TOCSIN_TESTS_TORTURE_WORDS_HOSTILE_H

#include "base/arena.h"
#include "base/str.h"

void hostile_begin(int64_t number);
uint64_t hostile_below(uint64_t below);
/* At most 400 bytes; never NULL. */
const char *hostile_text(struct arena *arena);
/* The same, or NULL. */
const char *hostile_maybe(struct arena *arena);
/* Bytes that are no text at all, NUL and bare CR among them. */
struct bytes hostile_bytes(struct arena *arena);

#endif
