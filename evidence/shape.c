#include "evidence/shape.h"

#include "base/sha256.h"

#include <string.h>

const char *shape_text(const struct json *value)
{
    const char *text = json_string(value);
    return text != NULL && strlen(text) == json_string_size(value) ? text : NULL;
}

/*
 * Three million times for a log of a million entries: without strspn, which makes a table of its
 * signs anew each time, and without a branch for each digit.
 */
bool shape_hex(const char *text, size_t size)
{
    unsigned bad = 0;
    if (text == NULL || strnlen(text, size + 1) != size)
        return false;
    for (size_t i = 0; i < size; i++) {
        const unsigned digit = (unsigned char)text[i] - (unsigned)'0';
        const unsigned letter = (unsigned char)text[i] - (unsigned)'a';
        bad |= (unsigned)(digit > 9) & (unsigned)(letter > 5);
    }
    return bad == 0;
}

static int two(const char *digits)
{
    return (digits[0] - '0') * 10 + digits[1] - '0';
}

/* A verifier asks this a million times: by hand, without a clock. */
bool shape_instant(const char *text)
{
    static const char form[] = "0000-00-00T00:00:00.000Z";
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (text == NULL)
        return false;
    for (size_t i = 0; i < sizeof form; i++)
        if (form[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
            return false;
    int year = two(text) * 100 + two(text + 2);
    int month = two(text + 5), day = two(text + 8);
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month >= 1 && month <= 12 && day >= 1 &&
           day <= days[month - 1] + (month == 2 && leap ? 1 : 0) && two(text + 11) < 24 &&
           two(text + 14) < 60 && two(text + 17) < 60;
}

bool shape_printable(const char *text, size_t most)
{
    size_t size = text != NULL ? strlen(text) : 0;
    for (size_t i = 0; i < size; i++)
        if (text[i] < 0x20 || text[i] > 0x7E)
            return false;
    return size >= 1 && size <= most;
}

bool shape_member(const struct json *value, enum member_type type)
{
    int64_t number = 0;
    const char *text = shape_text(value);
    if (json_is(value, JSON_NULL))
        return true;
    switch (type) {
    case MEMBER_TEXT:
        return text != NULL;
    case MEMBER_INT:
        return json_int(&number, value);
    case MEMBER_BOOL:
        return json_is(value, JSON_BOOL);
    case MEMBER_HASH:
        return shape_hex(text, SHA256_HEX - 1);
    case MEMBER_INSTANT:
        return shape_instant(text);
    case MEMBER_PERSONAL:
        return text != NULL && text_starts(text, SHAPE_COMMITMENT) &&
               shape_hex(text + strlen(SHAPE_COMMITMENT), SHA256_HEX - 1);
    case MEMBER_LIST:
        return json_is(value, JSON_ARRAY);
    case MEMBER_TYPE_COUNT:
        break;
    }
    return false;
}
