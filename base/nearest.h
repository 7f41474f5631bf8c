/*
 * base/nearest - "did you mean …": the closest known name.
 */
#ifndef TOCSIN_BASE_NEAREST_H
#define TOCSIN_BASE_NEAREST_H

#include <stddef.h>

/* Index of the name nearest to text by edit distance (case ignored), or -1 when none is near. */
int nearest_name(const char *text, const char *const names[], size_t count);

#endif
