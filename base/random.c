#include "base/random.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

void random_bytes(void *out, size_t size)
{
    unsigned char *at = out;
    while (size > 0) {
        ssize_t got = getrandom(at, size, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            (void)fputs("tocsin: the kernel gives no random bytes\n", stderr);
            abort();
        }
        at += got;
        size -= (size_t)got;
    }
}

uint32_t random_below(uint32_t below)
{
    assert(below > 0);
    /* The first 2^32 mod below values would make small results likelier: draw again. */
    uint32_t uneven = (UINT32_MAX - below + 1) % below;
    uint32_t value = 0;
    do {
        random_bytes(&value, sizeof value);
    } while (value < uneven);
    return value % below;
}

/*
 * Two signs that are the same for 32 ms and come round after 33 s. Rows that are written together
 * stand together in an index over such names: a slice of a plan touches a thousandth of it, not a
 * page for each row. They go round so fast so that all of them are used alike, and nothing is
 * learnt from them that the date of a message does not tell.
 */
static void put_place(char out[2], const char signs[33], int64_t now_ms)
{
    const uint64_t place = (uint64_t)now_ms >> 5 & 1023;
    out[0] = signs[place >> 5];
    out[1] = signs[place & 31];
}

const char *random_token(char out[RANDOM_TOKEN], int64_t now_ms)
{
    static const char signs[] = "abcdefghijklmnopqrstuvwxyz234567";
    unsigned char bytes[15]; /* 24 times five bits */
    random_bytes(bytes, sizeof bytes);
    put_place(out, signs, now_ms);
    uint32_t bits = 0;
    unsigned have = 0;
    size_t at = 2;
    for (size_t i = 0; i < sizeof bytes; i++) {
        bits = bits << 8 | bytes[i];
        for (have += 8; have >= 5; have -= 5)
            out[at++] = signs[bits >> (have - 5) & 31];
    }
    out[at] = '\0';
    return out;
}

const char *random_uid(char out[RANDOM_UID])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char bytes[(RANDOM_UID - 1) / 2];
    random_bytes(bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[RANDOM_UID - 1] = '\0';
    return out;
}

/*
 * An index over ids that grow is written at its end; one over ids of pure chance is written
 * everywhere, and a million rows cost a million pages.
 */
const char *random_uid_in_order(char out[RANDOM_UID], int64_t now_ms)
{
    static const char digits[] = "0123456789abcdef";
    (void)random_uid(out);
    for (unsigned i = 0; i < 11; i++)
        out[i] = digits[(uint64_t)now_ms >> (40 - 4 * i) & 15];
    return out;
}

const char *random_code(char out[RANDOM_CODE], int64_t now_ms)
{
    static const char signs[] =
        "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"; /* 32: five bits each, no bias */
    unsigned char bytes[RANDOM_CODE - 3];
    random_bytes(bytes, sizeof bytes);
    put_place(out, signs, now_ms);
    for (size_t i = 0; i < sizeof bytes; i++)
        out[2 + i] = signs[bytes[i] & 31];
    out[RANDOM_CODE - 1] = '\0';
    return out;
}
