/*
 * advisory/name - names of makers and products as people write them, and how near two are.
 *
 * Fails towards telling: two names are "other" only when they have no word, no part of a word,
 * no near spelling and no initials in common, and both are in letters that we can compare.
 */
#ifndef TOCSIN_ADVISORY_NAME_H
#define TOCSIN_ADVISORY_NAME_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

#define NAME_SIZE 192
#define NAME_WORDS 24

struct name_word {
    uint16_t at, size; /* in text */
    bool has_digit;
    bool says_little; /* "system", "infusion", "and" */
};

struct name {
    char text[NAME_SIZE]; /* the words squeezed together: lower case, accents and signs dropped */
    size_t size;
    struct name_word word[NAME_WORDS];
    size_t count;
    size_t telling; /* words that do not say little */
    char initials[NAME_WORDS + 1];
    bool unsure;     /* too long, or letters without a plain form: like everything */
    bool collective; /* "MP2-MP90", "MX800/700", "5x0", "CM Series": stands for names not written */
};

enum name_relation {
    NAME_EQUAL,    /* but for case, spaces, signs and legal forms */
    NAME_CONTAINS, /* one holds all of the other, or all of its words in any order */
    NAME_SHARES,   /* a word, a part, a near spelling, initials; or one says too little */
    NAME_UNLIKE
};

void name_read(struct name *out, const char *text); /* NULL is an empty name */
/* Two texts as one name: a vendor and a product, a product and a model. */
void name_read_pair(struct name *out, const char *first, const char *second);
/* Drop the words of vendor (NULL is fine) from both, when both keep a telling word without them. */
void name_without(struct name *a, struct name *b, const struct name *vendor);
bool name_is(const struct name *a, const struct name *b); /* NAME_EQUAL? */
enum name_relation name_relate(const struct name *a, const struct name *b);

#endif
