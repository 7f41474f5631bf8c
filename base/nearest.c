#include "base/nearest.h"

#include <ctype.h>
#include <string.h>

#define LONGEST 64 /* no name of ours is longer: a bound on time and stack */

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Insertions, deletions, changes and swaps of neighbours that turn a into b; case ignored. */
static size_t distance(const char *a, size_t a_size, const char *b, size_t b_size)
{
    size_t rows[3][LONGEST + 1];
    size_t *before = rows[0], *last = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b_size; j++)
        last[j] = j;
    for (size_t i = 1; i <= a_size; i++) {
        int ca = tolower((unsigned char)a[i - 1]);
        row[0] = i;
        for (size_t j = 1; j <= b_size; j++) {
            int cb = tolower((unsigned char)b[j - 1]);
            row[j] = least(least(last[j], row[j - 1]) + 1, last[j - 1] + (ca != cb));
            if (i > 1 && j > 1 && ca == tolower((unsigned char)b[j - 2]) &&
                cb == tolower((unsigned char)a[i - 2]))
                row[j] = least(row[j], before[j - 2] + 1);
        }
        size_t *free_row = before;
        before = last;
        last = row;
        row = free_row;
    }
    return last[b_size];
}

int nearest_name(const char *text, const char *const names[], size_t count)
{
    size_t size = text == NULL ? 0 : strnlen(text, LONGEST + 1);
    size_t best = 1 + (size + 1) / 3; /* further away is no likely slip of the hand */
    int found = -1;
    if (size == 0 || size > LONGEST)
        return -1;
    for (size_t i = 0; i < count; i++) {
        size_t name_size = strnlen(names[i], LONGEST + 1);
        if (name_size > LONGEST)
            continue;
        size_t d = distance(text, size, names[i], name_size);
        if (d < best) {
            best = d;
            found = (int)i;
        }
    }
    return found;
}
