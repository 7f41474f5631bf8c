#include "evidence/ustar.h"

#include <stdio.h>
#include <string.h>

/* size - 1 octal digits and a NUL; false when the number has more. */
static bool put_octal(unsigned char *field, size_t size, int64_t number)
{
    char text[32];
    int length = snprintf(text, sizeof text, "%0*llo", (int)size - 1, (unsigned long long)number);
    if (number < 0 || length != (int)size - 1)
        return false;
    memcpy(field, text, size);
    return true;
}

bool ustar_header(unsigned char out[USTAR_BLOCK], const char *folder, const char *name,
                  int64_t size, int64_t seconds)
{
    unsigned sum = 0;
    memset(out, 0, USTAR_BLOCK);
    if (strlen(name) > USTAR_NAME_SIZE || strlen(folder) > USTAR_PREFIX_SIZE)
        return false;
    memcpy(out + USTAR_NAME_AT, name, strlen(name));
    memcpy(out + USTAR_PREFIX_AT, folder, strlen(folder));
    memcpy(out + USTAR_MAGIC_AT, "ustar\00000", 8);
    out[USTAR_TYPE_AT] = '0';
    if (!put_octal(out + USTAR_MODE_AT, USTAR_ID_SIZE, text_ends(name, ".sh") ? 0755 : 0644) ||
        !put_octal(out + USTAR_OWNER_AT, USTAR_ID_SIZE, 0) ||
        !put_octal(out + USTAR_GROUP_AT, USTAR_ID_SIZE, 0) ||
        !put_octal(out + USTAR_SIZE_AT, USTAR_SIZE_SIZE, size) ||
        !put_octal(out + USTAR_TIME_AT, USTAR_SIZE_SIZE, seconds))
        return false;
    memset(out + USTAR_SUM_AT, ' ', USTAR_SUM_SIZE);
    for (size_t i = 0; i < USTAR_BLOCK; i++)
        sum += out[i];
    return put_octal(out + USTAR_SUM_AT, USTAR_SUM_SIZE - 1, sum);
}
