#include "seal/header.h"

#include "base/host.h"
#include "base/utf8.h"

#include <string.h>

#define FOLD_AT 76      /* RFC 2047: lines with encoded words are no longer */
#define WORD_LONGEST 70 /* a longer plain word is written as encoded words, which fold */
#define ADDRESS_LONGEST 254
#define LOCAL_LONGEST 64
#define ID_LONGEST 240

static bool is_alnum(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool is_one_of(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

static void add_name(struct str *out, const char *prefix, const char *name)
{
    str_add(out, prefix);
    str_add(out, name);
    str_add(out, ":");
}

static size_t column(const char *prefix, const char *name)
{
    return strlen(prefix) + strlen(name) + 1;
}

/* Printable ASCII in words that fold, nothing that a reader would decode. */
static bool is_plain(const char *value)
{
    size_t word = 0;
    for (const char *p = value; *p != '\0'; p++) {
        word = *p == ' ' ? 0 : word + 1;
        if (*p < ' ' || *p > '~' || word > WORD_LONGEST)
            return false;
    }
    return strstr(value, "=?") == NULL;
}

static void add_plain_words(struct str *out, size_t col, const char *value)
{
    bool first = true;
    while (*value != '\0') {
        size_t size = strcspn(value, " ");
        if (!first && col + 1 + size > FOLD_AT) {
            str_add(out, "\r\n");
            col = 0;
        }
        str_add_c(out, ' ');
        str_add_n(out, value, size);
        col += 1 + size;
        value += size + (value[size] == ' ' ? 1 : 0);
        first = false;
    }
}

/* What stands for itself in a Q word, everywhere in a header (RFC 2047 §5 (3)). */
static bool is_q_safe(unsigned char c)
{
    return is_alnum((char)c) || is_one_of((char)c, "!*+-/");
}

static size_t q_size(const unsigned char *data, size_t size)
{
    size_t signs = 0;
    for (size_t i = 0; i < size; i++)
        signs += is_q_safe(data[i]) || data[i] == ' ' ? 1 : 3;
    return signs;
}

static void add_q(struct str *out, const unsigned char *data, size_t size)
{
    static const char upper_hex[] = "0123456789ABCDEF";
    for (size_t i = 0; i < size; i++) {
        if (data[i] == ' ') {
            str_add_c(out, '_');
        } else if (is_q_safe(data[i])) {
            str_add_c(out, (char)data[i]);
        } else {
            const char code[] = {'=', upper_hex[data[i] >> 4], upper_hex[data[i] & 15]};
            str_add_n(out, code, sizeof code);
        }
    }
}

/*
 * The whole value as encoded words, each on a line of its own and of whole code points. Space
 * between such words is not part of the value, so the value's own space stands inside them.
 * Always Q: there are readers (GMime is one) that decode neighbouring B words as one stream and
 * stop at the first padding. Returns the column behind the last word.
 */
static size_t add_encoded_words(struct str *out, size_t col, const char *value)
{
    struct bytes rest = bytes_of(value);
    const size_t frame = strlen(" =?UTF-8?Q?"
                                "?=");
    bool first = true;
    while (rest.size > 0) {
        size_t start = first ? col : 0;
        size_t one = 0;
        (void)utf8_next(rest, &one);
        if (start + frame + q_size(rest.data, one) > FOLD_AT) {
            str_add(out, "\r\n"); /* a long name: not even one sign fits behind it */
            start = 0;
        }
        size_t room = FOLD_AT - start - frame;
        size_t take = 0;
        size_t next = 0;
        do {
            take = next;
            (void)utf8_next(rest, &next);
        } while (take < rest.size && q_size(rest.data, next) <= room);
        str_add(out, first ? " =?UTF-8?Q?" : "\r\n =?UTF-8?Q?");
        add_q(out, rest.data, take);
        str_add(out, "?=");
        col = start + frame + q_size(rest.data, take);
        rest.data += take;
        rest.size -= take;
        first = false;
    }
    return col;
}

void header_add_text(struct str *out, const char *prefix, const char *name, const char *value)
{
    add_name(out, prefix, name);
    if (is_plain(value))
        add_plain_words(out, column(prefix, name), value);
    else
        (void)add_encoded_words(out, column(prefix, name), value);
    str_add(out, "\r\n");
}

/* May the name of a person stand between quotes as it is, in front of any reader? */
static bool is_quotable(const char *display)
{
    for (const char *p = display; *p != '\0'; p++)
        if (!is_alnum(*p) && !is_one_of(*p, " .-'&+/()"))
            return false;
    return strlen(display) <= WORD_LONGEST - 10;
}

void header_add_mailbox(struct str *out, const char *prefix, const char *name, const char *display,
                        const char *address)
{
    size_t col = column(prefix, name);
    add_name(out, prefix, name);
    if (text_is_empty(display)) {
        str_addf(out, " %s\r\n", address);
        return;
    }
    if (is_quotable(display)) {
        str_addf(out, " \"%s\"", display);
        col += strlen(display) + 3;
    } else {
        col = add_encoded_words(out, col, display);
    }
    const char *fold = col + strlen(address) + 3 > FOLD_AT ? "\r\n" : "";
    str_addf(out, "%s <%s>\r\n", fold, address);
}

void header_add_group(struct str *out, const char *prefix, const char *name, const char *display)
{
    add_name(out, prefix, name);
    if (is_quotable(display)) {
        str_addf(out, " \"%s\":;\r\n", display);
    } else {
        (void)add_encoded_words(out, column(prefix, name), display);
        str_add(out, " :;\r\n"); /* an encoded word ends at a space, not at a colon */
    }
}

void header_add_id(struct str *out, const char *prefix, const char *name, const char *id)
{
    add_name(out, prefix, name);
    const char *fold = column(prefix, name) + strlen(id) + 3 > FOLD_AT ? "\r\n" : "";
    str_addf(out, "%s <%s>\r\n", fold, id);
}

void header_add_plain(struct str *out, const char *prefix, const char *name, const char *value)
{
    add_name(out, prefix, name);
    str_addf(out, " %s\r\n", value);
}

/* RFC 2231: "filename*0*=UTF-8''...; filename*1*=..." with whole code points in each. */
static void add_extended_name(struct str *out, const char *filename)
{
    static const char upper_hex[] = "0123456789ABCDEF";
    struct bytes rest = bytes_of(filename);
    for (unsigned section = 0; rest.size > 0; section++) {
        str_addf(out, ";\r\n filename*%u*=%s", section, section == 0 ? "UTF-8''" : "");
        for (size_t signs = 0; rest.size > 0;) {
            size_t next = 0;
            (void)utf8_next(rest, &next);
            if (signs + 3 * next > 48)
                break;
            for (size_t i = 0; i < next; i++) {
                unsigned char c = rest.data[i];
                bool safe = is_alnum((char)c) || is_one_of((char)c, "-._");
                if (safe)
                    str_add_c(out, (char)c);
                else
                    str_addf(out, "%%%c%c", upper_hex[c >> 4], upper_hex[c & 15]);
            }
            signs += 3 * next;
            rest.data += next;
            rest.size -= next;
        }
    }
}

void header_add_attachment(struct str *out, const char *filename)
{
    str_add(out, "Content-Disposition: attachment");
    if (is_quotable(filename) && strchr(filename, '/') == NULL)
        str_addf(out, ";\r\n filename=\"%s\"", filename);
    else
        add_extended_name(out, filename);
    str_add(out, "\r\n");
}

bool header_name_is_good(const char *name)
{
    size_t size = 0;
    for (; name[size] != '\0'; size++)
        if (!is_alnum(name[size]) && name[size] != '-')
            return false;
    return size > 0 && size <= HEADER_NAME_LONGEST;
}

/* Signs of an atom, with single dots between them. */
static bool is_dot_atom(const char *text, size_t size, const char *more)
{
    if (size == 0 || text[0] == '.' || text[size - 1] == '.')
        return false;
    for (size_t i = 0; i < size; i++) {
        if (!is_alnum(text[i]) && text[i] != '.' && !is_one_of(text[i], more))
            return false;
        if (text[i] == '.' && text[i + 1] == '.')
            return false;
    }
    return true;
}

static bool is_domain(const char *text)
{
    size_t size = strlen(text);
    if (!is_dot_atom(text, size, "-"))
        return false;
    for (const char *label = text;; label += strcspn(label, ".") + 1) {
        size_t length = strcspn(label, ".");
        if (length > 63 || label[0] == '-' || label[length - 1] == '-')
            return false;
        if (label[length] == '\0')
            return true;
    }
}

bool header_address_is_good(const char *address)
{
    const char *at = strrchr(address, '@');
    return at != NULL && strlen(address) <= ADDRESS_LONGEST &&
           (size_t)(at - address) <= LOCAL_LONGEST &&
           is_dot_atom(address, (size_t)(at - address), "!#$%&'*+-/=?^_`{|}~") &&
           is_domain(at + 1) && host_is_genuine(at + 1);
}

bool header_id_is_good(const char *id)
{
    const char *at = strchr(id, '@');
    return at != NULL && strlen(id) <= ID_LONGEST &&
           is_dot_atom(id, (size_t)(at - id), "!#$%&'*+-/=?^_`{|}~") &&
           is_dot_atom(at + 1, strlen(at + 1), "-_");
}
