#include "advisory/uri.h"

#include <string.h>

static bool is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(unsigned char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool is_hex(unsigned char c)
{
    return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

/* unreserved or sub-delims */
static bool is_plain(unsigned char c)
{
    return is_letter(c) || is_digit(c) || (c != '\0' && strchr("-._~!$&'()*+,;=", c) != NULL);
}

/* Where the run of plain signs, escapes and those of `more` ends. */
static size_t take_run(struct bytes text, size_t at, const char *more)
{
    while (at < text.size) {
        unsigned char c = text.data[at];
        if (c == '%' && text.size - at > 2 && is_hex(text.data[at + 1]) &&
            is_hex(text.data[at + 2]))
            at += 3;
        else if (is_plain(c) || (c != '\0' && strchr(more, c) != NULL))
            at++;
        else
            break;
    }
    return at;
}

/* dec-octet "." dec-octet "." dec-octet "." dec-octet, and nothing behind */
static bool is_ipv4(struct bytes text)
{
    size_t at = 0;
    for (int part = 0; part < 4; part++) {
        unsigned value = 0;
        size_t begin = at;
        while (at < text.size && at - begin < 3 && is_digit(text.data[at]))
            value = value * 10 + (unsigned)(text.data[at++] - '0');
        bool zero_first = at - begin > 1 && text.data[begin] == '0';
        if (at == begin || value > 255 || zero_first)
            return false;
        if (part < 3 && (at == text.size || text.data[at++] != '.'))
            return false;
    }
    return at == text.size;
}

/* Eight groups of hex digits; "::" once for any number of them; the last two may be IPv4. */
static bool is_ipv6(struct bytes text)
{
    size_t at = 0;
    int groups = 0;
    bool gap = false;
    if (text.size >= 2 && text.data[0] == ':' && text.data[1] == ':') {
        gap = true;
        at = 2;
    }
    while (at < text.size) {
        size_t begin = at;
        while (at < text.size && at - begin < 4 && is_hex(text.data[at]))
            at++;
        if (at > begin && at < text.size && text.data[at] == '.') {
            if (!is_ipv4((struct bytes){text.data + begin, text.size - begin}))
                return false;
            groups += 2;
            break;
        }
        if (at == begin)
            return false;
        groups++;
        if (at == text.size)
            break;
        if (text.data[at++] != ':')
            return false;
        if (at < text.size && text.data[at] == ':') {
            if (gap)
                return false;
            gap = true;
            at++;
        } else if (at == text.size) {
            return false;
        }
    }
    return gap ? groups <= 7 : groups == 8;
}

/* "v" hexdigits "." signs */
static bool is_ipv_future(struct bytes text)
{
    size_t at = 1;
    if (text.size < 4 || (text.data[0] | 0x20) != 'v')
        return false;
    while (at < text.size && is_hex(text.data[at]))
        at++;
    if (at == 1 || at >= text.size || text.data[at++] != '.' || at == text.size)
        return false;
    while (at < text.size && (is_plain(text.data[at]) || text.data[at] == ':'))
        at++;
    return at == text.size;
}

/* Behind "//": [userinfo "@"] host [":" port] */
static bool take_authority(struct bytes text, size_t *at)
{
    size_t end = *at;
    while (end < text.size && text.data[end] != '/' && text.data[end] != '?' &&
           text.data[end] != '#')
        end++;
    struct bytes all = {text.data, end};
    size_t user = take_run(all, *at, ":");
    if (user < end && text.data[user] == '@')
        *at = user + 1;
    if (*at < end && text.data[*at] == '[') {
        const unsigned char *close = memchr(text.data + *at, ']', end - *at);
        if (close == NULL)
            return false;
        struct bytes host = {text.data + *at + 1, (size_t)(close - text.data) - *at - 1};
        if (!is_ipv6(host) && !is_ipv_future(host))
            return false;
        *at = (size_t)(close - text.data) + 1;
    } else {
        *at = take_run(all, *at, "");
    }
    if (*at < end && text.data[*at] == ':') {
        (*at)++;
        while (*at < end && is_digit(text.data[*at]))
            (*at)++;
    }
    return *at == end;
}

bool uri_valid(struct bytes text)
{
    size_t at = 0;
    if (text.size == 0 || !is_letter(text.data[0]))
        return false;
    while (at < text.size && (is_letter(text.data[at]) || is_digit(text.data[at]) ||
                              text.data[at] == '+' || text.data[at] == '-' || text.data[at] == '.'))
        at++;
    if (at == text.size || text.data[at++] != ':')
        return false;
    if (text.size - at >= 2 && text.data[at] == '/' && text.data[at + 1] == '/') {
        at += 2;
        if (!take_authority(text, &at))
            return false;
    }
    at = take_run(text, at, ":@/");
    if (at < text.size && text.data[at] == '?')
        at = take_run(text, at + 1, ":@/?");
    if (at < text.size && text.data[at] == '#')
        at = take_run(text, at + 1, ":@/?");
    return at == text.size;
}
