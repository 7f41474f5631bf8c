/*
 * evidence/ustar - the header of a file in a tar (POSIX.1-1988 ustar): where its fields stand.
 * Internal to evidence/.
 */
#ifndef TOCSIN_EVIDENCE_USTAR_H
#define TOCSIN_EVIDENCE_USTAR_H

#include "base/str.h"

#define USTAR_BLOCK 512

enum ustar_field {
    USTAR_NAME_AT = 0,
    USTAR_NAME_SIZE = 100,
    USTAR_MODE_AT = 100,
    USTAR_OWNER_AT = 108,
    USTAR_GROUP_AT = 116,
    USTAR_ID_SIZE = 8, /* of mode, owner and group */
    USTAR_SIZE_AT = 124,
    USTAR_SIZE_SIZE = 12,
    USTAR_TIME_AT = 136,
    USTAR_SUM_AT = 148,
    USTAR_SUM_SIZE = 8,
    USTAR_TYPE_AT = 156,
    USTAR_MAGIC_AT = 257,
    USTAR_PREFIX_AT = 345,
    USTAR_PREFIX_SIZE = 155
};

/*
 * The header of a regular file FOLDER/NAME of size bytes, dated in seconds since 1970. false when
 * something does not fit.
 */
MUST_USE bool ustar_header(unsigned char out[USTAR_BLOCK], const char *folder, const char *name,
                           int64_t size, int64_t seconds);

#endif
