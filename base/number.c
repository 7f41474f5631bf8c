#include "base/number.h"

bool number_parse_n(int64_t *out, struct bytes text)
{
    bool minus = text.size > 0 && text.data[0] == '-';
    size_t at = minus ? 1 : 0;
    int64_t value = 0; /* counted downwards: INT64_MIN has no positive twin */
    if (at == text.size)
        return false;
    for (; at < text.size; at++) {
        if (text.data[at] < '0' || text.data[at] > '9')
            return false;
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_sub_overflow(value, text.data[at] - '0', &value))
            return false;
    }
    if (!minus && value == INT64_MIN)
        return false;
    *out = minus ? value : -value;
    return true;
}

bool number_parse(int64_t *out, const char *text)
{
    return number_parse_n(out, bytes_of(text));
}

bool number_parse_within(int64_t *out, const char *text, int64_t least, int64_t most)
{
    int64_t value = 0;
    if (!number_parse(&value, text) || value < least || value > most)
        return false;
    *out = value;
    return true;
}
