#include "dispatcher/submit/watch_name.h"

#include <stdbool.h>
#include <string.h>

#define PERSON_MOST 32 /* config/settings.h: [a-z0-9-]{1,32} */

/* Does name end so, with something before it? *left is the size of what is before. */
static bool cut(size_t *left, const char *name, size_t size, const char *end)
{
    size_t n = strlen(end);
    if (size <= n || memcmp(name + size - n, end, n) != 0)
        return false;
    *left = size - n;
    return true;
}

/* "X.PERSON" of this size: the size of X, or 0. */
static size_t before_person(const char *name, size_t size)
{
    size_t person = 0;
    while (person < size) {
        char c = name[size - person - 1];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
            break;
        person++;
    }
    bool good =
        person >= 1 && person <= PERSON_MOST && person + 1 < size && name[size - person - 1] == '.';
    return good ? size - person - 1 : 0;
}

enum watch_part watch_name_part(size_t *stem_size, const char *name)
{
    size_t size = strlen(name);
    size_t left = 0;
    *stem_size = 0;
    if (name[0] == '.' || cut(&left, name, size, ".tmp"))
        return WATCH_IGNORED;
    if (cut(stem_size, name, size, ".json.asc"))
        return WATCH_DETACHED;
    if (cut(stem_size, name, size, ".json"))
        return WATCH_ADVISORY;
    if (cut(stem_size, name, size, ".order"))
        return WATCH_ORDER;
    if (cut(&left, name, size, ".approval"))
        *stem_size = before_person(name, left);
    return *stem_size > 0 ? WATCH_TEXT : WATCH_OTHER;
}
