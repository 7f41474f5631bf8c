/*
 * advisory/version - plainly comparable versions: dotted numbers, and what they say of each other.
 *
 * Understood: "2.4.1", "v2.4", "2.6A", "1.3.1 Build 13", "4.20 SR1", "1.0-rc1", "1.0+build7".
 * Everything else (wildcards, names, dates, "HD 16", "1.0-2.3") is not understood, and who is
 * not understood is told. Comparing is proof only where every sensible reading agrees.
 */
#ifndef TOCSIN_ADVISORY_VERSION_H
#define TOCSIN_ADVISORY_VERSION_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

#define VERSION_PARTS 8
#define VERSION_SUFFIX 32

struct version {
    uint32_t part[VERSION_PARTS];
    uint8_t digits[VERSION_PARTS]; /* as written: 2 for "05" */
    size_t count;
    char suffix[VERSION_SUFFIX]; /* lower case, without spaces: "a", "build13", "-rc1", "" */
};

/* Read one at the start of text; *out_size is how many bytes it takes. */
MUST_USE bool version_read(struct version *out, size_t *out_size, const char *text);
/* What a register holds: the whole text is one, "Version" or "V." before it is dropped. */
MUST_USE bool version_held(struct version *out, const char *text);

enum version_relation {
    VERSION_LESS,
    VERSION_EQUAL,
    VERSION_GREATER,
    VERSION_REFINES, /* held 2.3.7, bound 2.3: perhaps the same, never before it */
    VERSION_UNCLEAR  /* two sensible readings differ: nothing follows */
};
enum version_relation version_relate(const struct version *held, const struct version *bound);

/* Plain order by numbers, missing parts are 0, suffixes do not count: for sorting bounds. */
int version_order(const struct version *a, const struct version *b);

/*
 * Versions that an expression covers: "<= 2.3", "vers:generic/>=1.0|<2.4.1", "1.0 to 2.3",
 * "2.3.6 and below", "prior to 8.2.2", "1.1 | 1.2 | 1.4", "all versions".
 */
#define VERSION_RANGE_ATOMS 32

enum version_op {
    VERSION_OP_IS,
    VERSION_OP_NOT,
    VERSION_OP_BELOW,
    VERSION_OP_UP_TO,
    VERSION_OP_ABOVE,
    VERSION_OP_FROM
};

struct version_atom {
    enum version_op op;
    struct version version;
};

struct version_range {
    bool all;
    bool bare; /* only versions without any operator or word: a list, not a range */
    /* First the bounds, ascending, a lower one followed by its upper one; then IS and NOT. */
    struct version_atom atom[VERSION_RANGE_ATOMS];
    size_t count;
};

/* false when the expression is not understood: *out says nothing then. */
MUST_USE bool version_range_read(struct version_range *out, const char *expression);

enum version_answer { VERSION_ANSWER_IN, VERSION_ANSWER_OUT, VERSION_ANSWER_UNCLEAR };
enum version_answer version_range_has(const struct version_range *range,
                                      const struct version *held);

#endif
