/*
 * advisory/serial - serial and model numbers as people copy them from a label, against the
 * patterns of an advisory.
 *
 * Pure. CSAF 2.0 §3.1.3.3.3 and §3.1.3.3.6: `?` is one sign, `*` any number of them, and a number
 * without either may be abbreviated: its beginning alone. `\` before `?`, `*` or itself takes its
 * meaning away, as CSAF 2.1 writes it; anywhere else it is a sign like others.
 */
#ifndef TOCSIN_ADVISORY_SERIAL_H
#define TOCSIN_ADVISORY_SERIAL_H

#include <stdbool.h>
#include <stddef.h>

/* Signs of a serial number. No device has more; what is longer is like nothing. */
#define SERIAL_MOST 128

/* How a pattern names a number, the surest first. */
enum serial_named {
    SERIAL_NAMED,  /* as it is written */
    SERIAL_NEARLY, /* but for case and separators */
    SERIAL_BEGINS, /* the pattern has no wildcard and is the number's beginning (as NEARLY) */
    SERIAL_NOT_NAMED,
};
/* Takes time in proportion to the pattern's size, whatever is in it. NULL is never named. */
enum serial_named serial_named(const char *pattern, const char *number);

/* The same but for case and separators: "sn-1", "SN 1", "SN1". Without a letter or digit: no. */
bool serial_same(const char *a, const char *b);
/*
 * Letters and digits to be put in, taken out, changed or swapped with their neighbour to make one
 * of the other; SERIAL_FAR from there on. Two things that people misread (O and 0, I and 1) cost
 * as much as any other.
 */
#define SERIAL_FAR 3
unsigned serial_distance(const char *a, const char *b);

#endif
