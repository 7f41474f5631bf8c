/*
 * The kernel's chance, replaced in fuzz targets (--wrap=getrandom): numbers that are the same in
 * each run. A search that is to go the same way twice may not depend on the keys of hash tables
 * and on boundaries of mails that nobody can guess.
 */
#include <stdint.h>
#include <sys/types.h>

ssize_t __wrap_getrandom(void *out, size_t size, unsigned flags);

/* SplitMix64. */
static uint64_t next_number(void)
{
    static uint64_t state;
    state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = state;
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

ssize_t __wrap_getrandom(void *out, size_t size, unsigned flags)
{
    (void)flags;
    unsigned char *bytes = out;
    uint64_t number = 0;
    for (size_t i = 0; i < size; i++) {
        if (i % 8 == 0)
            number = next_number();
        bytes[i] = (unsigned char)(number >> (8 * (i % 8)));
    }
    return (ssize_t)size;
}
