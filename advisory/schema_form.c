/*
 * The patterns and formats of the schema, matched by hand in linear time. What a pattern of the
 * schema leaves open (a missing ^ or $) is left open here too: the schema is what was agreed.
 */
#include "advisory/schema_table.h"

#include "advisory/instant.h"
#include "advisory/language.h"
#include "advisory/uri.h"
#include "base/utf8.h"

#include <string.h>

static bool is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(unsigned char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool is_one_of(unsigned char c, const char *signs)
{
    return c != '\0' && strchr(signs, c) != NULL;
}

/* \s of the patterns. */
static bool is_space(uint32_t c)
{
    return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0xA0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
           c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

/* What "." of the patterns does not match. */
static bool is_line_end(uint32_t c)
{
    return c == '\n' || c == '\r' || c == 0x2028 || c == 0x2029;
}

/* First and last character are neither a space nor one of `signs`; no line ends inside. */
static bool is_trimmed(struct bytes text, const char *signs)
{
    uint32_t first = 0;
    uint32_t last = 0;
    for (size_t at = 0; at < text.size;) {
        bool begins = at == 0;
        last = utf8_next(text, &at);
        if (begins)
            first = last;
        if (is_line_end(last))
            return false;
    }
    return text.size > 0 && !is_space(first) && !is_space(last) &&
           (first >= 0x80 || !is_one_of((unsigned char)first, signs)) &&
           (last >= 0x80 || !is_one_of((unsigned char)last, signs));
}

static bool match_category(struct bytes text)
{
    return is_trimmed(text, "-_.");
}

static bool match_tracking_id(struct bytes text)
{
    return is_trimmed(text, "");
}

static size_t count_digits(struct bytes text, size_t at)
{
    size_t begin = at;
    while (at < text.size && is_digit(text.data[at]))
        at++;
    return at - begin;
}

static bool starts(struct bytes text, const char *with)
{
    return text.size >= strlen(with) && memcmp(text.data, with, strlen(with)) == 0;
}

static bool match_cve(struct bytes text)
{
    return starts(text, "CVE-") && count_digits(text, 4) == 4 && text.size > 8 &&
           text.data[8] == '-' && count_digits(text, 9) >= 4 &&
           9 + count_digits(text, 9) == text.size;
}

static bool match_cwe(struct bytes text)
{
    size_t digits = starts(text, "CWE-") ? count_digits(text, 4) : 0;
    return digits >= 1 && digits <= 6 && text.data[4] != '0' && 4 + digits == text.size;
}

static bool match_hash(struct bytes text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (!is_digit(text.data[i]) && ((text.data[i] | 0x20) < 'a' || (text.data[i] | 0x20) > 'f'))
            return false;
    }
    return text.size >= 32;
}

/* A number without needless zeros. */
static bool take_plain_number(struct bytes text, size_t *at)
{
    size_t digits = count_digits(text, *at);
    if (digits == 0 || (digits > 1 && text.data[*at] == '0'))
        return false;
    *at += digits;
    return true;
}

/* Dotted parts of letters, digits and dashes; numbers without needless zeros if so wanted. */
static bool take_parts(struct bytes text, size_t *at, bool plain_numbers)
{
    do {
        size_t begin = ++*at;
        bool number = true;
        while (*at < text.size &&
               (is_digit(text.data[*at]) || is_letter(text.data[*at]) || text.data[*at] == '-')) {
            number = number && is_digit(text.data[*at]);
            (*at)++;
        }
        if (*at == begin || (plain_numbers && number && *at - begin > 1 && text.data[begin] == '0'))
            return false;
    } while (*at < text.size && text.data[*at] == '.');
    return true;
}

/* An integer, or semantic versioning 2.0.0. */
static bool match_version(struct bytes text)
{
    size_t at = 0;
    if (!take_plain_number(text, &at))
        return false;
    if (at == text.size)
        return true;
    for (int i = 0; i < 2; i++) {
        if (at == text.size || text.data[at++] != '.' || !take_plain_number(text, &at))
            return false;
    }
    if (at < text.size && text.data[at] == '-' && !take_parts(text, &at, true))
        return false;
    if (at < text.size && text.data[at] == '+' && !take_parts(text, &at, false))
        return false;
    return at == text.size;
}

static bool match_purl(struct bytes text)
{
    size_t at = 4;
    if (!uri_valid(text) || !starts(text, "pkg:"))
        return false;
    while (at < text.size && (is_letter(text.data[at]) || is_one_of(text.data[at], ".-+") ||
                              (at > 4 && is_digit(text.data[at]))))
        at++;
    return at > 4 && at + 1 < text.size && text.data[at] == '/';
}

/* A component of a CPE 2.3 name: ? or * at its ends, escaped signs inside. */
static bool take_cpe_component(struct bytes text, size_t *at)
{
    size_t from = *at;
    while (from < text.size && text.data[from] == '?')
        from++;
    if (from == *at && from < text.size && text.data[from] == '*')
        from++;
    size_t inside = from;
    while (inside < text.size) {
        unsigned char c = text.data[inside];
        if (is_letter(c) || is_digit(c) || is_one_of(c, "-._"))
            inside++;
        else if (c == '\\' && inside + 1 < text.size &&
                 is_one_of(text.data[inside + 1], "\\*?!\"#$%&'()+,/:;<=>@[]^`{|}~"))
            inside += 2;
        else
            break;
    }
    if (inside == from) {
        bool any = *at < text.size && is_one_of(text.data[*at], "*-");
        *at += any;
        return any;
    }
    from = inside;
    while (inside < text.size && text.data[inside] == '?')
        inside++;
    if (inside == from && inside < text.size && text.data[inside] == '*')
        inside++;
    *at = inside;
    return true;
}

static size_t count_letters(struct bytes text, size_t at)
{
    size_t begin = at;
    while (at < text.size && is_letter(text.data[at]))
        at++;
    return at - begin;
}

/* "en", "en-GB", "es-419", "*" or "-" */
static bool take_cpe_language(struct bytes text, size_t *at)
{
    size_t letters = count_letters(text, *at);
    if (letters == 0) {
        bool any = *at < text.size && is_one_of(text.data[*at], "*-");
        *at += any;
        return any;
    }
    *at += letters;
    if (letters < 2 || letters > 3)
        return false;
    if (*at >= text.size || text.data[*at] != '-')
        return true;
    (*at)++;
    if (count_letters(text, *at) == 2)
        *at += 2;
    else if (count_digits(text, *at) == 3)
        *at += 3;
    else
        return false;
    return true;
}

/* CPE 2.3; the pattern does not say that the text ends behind it. */
static bool begins_with_cpe23(struct bytes text)
{
    enum { COMPONENTS = 10, LANGUAGE = 5 };
    size_t at = strlen("cpe:2.3:");
    if (!starts(text, "cpe:2.3:") || at >= text.size || !is_one_of(text.data[at++], "aho*-"))
        return false;
    for (int i = 0; i < COMPONENTS; i++) {
        if (at >= text.size || text.data[at++] != ':')
            return false;
        if (i == LANGUAGE ? !take_cpe_language(text, &at) : !take_cpe_component(text, &at))
            return false;
    }
    return true;
}

/* CPE 2.2; the pattern does not say that the text begins with it. */
static bool ends_with_cpe22(struct bytes text)
{
    const unsigned char *slash = text.size > 0 ? memrchr(text.data, '/', text.size) : NULL;
    size_t at = slash == NULL ? 0 : (size_t)(slash - text.data);
    int parts = 0;
    if (at < 4 || (text.data[at - 4] | 0x20) != 'c' || (text.data[at - 3] | 0x20) != 'p' ||
        (text.data[at - 2] | 0x20) != 'e' || text.data[at - 1] != ':')
        return false;
    at++;
    if (at < text.size && is_one_of(text.data[at], "AHOaho"))
        at++;
    for (; at < text.size; at++) {
        bool plain = is_letter(text.data[at]) || is_digit(text.data[at]) ||
                     is_one_of(text.data[at], "._-~%");
        if (text.data[at] == ':')
            parts++;
        else if (!plain || parts == 0)
            return false;
    }
    return parts <= 6;
}

static bool match_cpe(struct bytes text)
{
    return begins_with_cpe23(text) || ends_with_cpe22(text);
}

static bool match_date_time(struct bytes text)
{
    struct instant instant;
    return instant_parse(&instant, text);
}

/* "NAME:VALUE|VALUE|..." */
static const char *const metrics_v2[] = {
    "AV:N|A|L",      "AC:L|M|H",       "Au:M|S|N",        "C:N|P|C",       "I:N|P|C",
    "A:N|P|C",       "E:U|POC|F|H|ND", "RL:OF|TF|W|U|ND", "RC:UC|UR|C|ND", "CDP:N|L|LM|MH|H|ND",
    "TD:N|L|M|H|ND", "CR:L|M|H|ND",    "IR:L|M|H|ND",     "AR:L|M|H|ND",   NULL};
static const char *const metrics_v3[] = {
    "AV:N|A|L|P", "AC:L|H",     "PR:N|L|H",      "UI:N|R",       "S:U|C",       "C:N|L|H",
    "I:N|L|H",    "A:N|L|H",    "E:X|U|P|F|H",   "RL:X|O|T|W|U", "RC:X|U|R|C",  "CR:X|L|M|H",
    "IR:X|L|M|H", "AR:X|L|M|H", "MAV:X|N|A|L|P", "MAC:X|L|H",    "MPR:X|N|L|H", "MUI:X|N|R",
    "MS:X|U|C",   "MC:X|N|L|H", "MI:X|N|L|H",    "MA:X|N|L|H",   NULL};

static bool is_metric(struct bytes text, const char *metric)
{
    size_t name = strcspn(metric, ":") + 1;
    if (text.size <= name || memcmp(text.data, metric, name) != 0)
        return false;
    for (const char *value = metric + name; value[-1] != '\0'; value += strcspn(value, "|") + 1) {
        size_t size = strcspn(value, "|");
        if (size == text.size - name && memcmp(text.data + name, value, size) == 0)
            return true;
    }
    return false;
}

/* Metrics between slashes, in any order; whether each is there and only once is asked elsewhere. */
static bool match_vector(struct bytes text, const char *const *metrics)
{
    for (;;) {
        const unsigned char *slash = text.size > 0 ? memchr(text.data, '/', text.size) : NULL;
        struct bytes one = {text.data, slash == NULL ? text.size : (size_t)(slash - text.data)};
        size_t i = 0;
        while (metrics[i] != NULL && !is_metric(one, metrics[i]))
            i++;
        if (metrics[i] == NULL)
            return false;
        if (slash == NULL)
            return true;
        text = (struct bytes){slash + 1, text.size - one.size - 1};
    }
}

static bool match_vector_v2(struct bytes text)
{
    return match_vector(text, metrics_v2);
}

static bool match_after(struct bytes text, const char *prefix)
{
    size_t size = strlen(prefix);
    return starts(text, prefix) &&
           match_vector((struct bytes){text.data + size, text.size - size}, metrics_v3);
}

static bool match_vector_v30(struct bytes text)
{
    return match_after(text, "CVSS:3.0/");
}

static bool match_vector_v31(struct bytes text)
{
    return match_after(text, "CVSS:3.1/");
}

static bool match_vector_v3(struct bytes text)
{
    return match_vector_v30(text) || match_vector_v31(text);
}

const struct schema_form form_date_time = {
    "a date and time (RFC 3339)", "Write it like 2026-11-27T18:40:00Z, with its time zone.",
    match_date_time};
const struct schema_form form_uri = {
    "a URI (RFC 3986)", "Write it like https://example.com/a; escape what a URI cannot hold.",
    uri_valid};
const struct schema_form form_purl = {"a package URL", "Write it like pkg:generic/name@1.0.",
                                      match_purl};
const struct schema_form form_cpe = {
    "a CPE name", "Write all parts of CPE 2.3, or a URI of CPE 2.2 (cpe:/...).", match_cpe};
const struct schema_form form_hash = {
    "a hash", "Write at least 32 hexadecimal digits and nothing else.", match_hash};
const struct schema_form form_language = {
    "a language tag (BCP 47)", "Write it like en, de-AT or zh-Hant.", language_has_shape};
const struct schema_form form_version = {
    "a version", "Write an integer such as 3, or three numbers such as 1.0.0.", match_version};
const struct schema_form form_category = {
    "a category", "Neither begin nor end it with a space, a dash, an underscore or a dot.",
    match_category};
const struct schema_form form_tracking_id = {
    "a tracking id", "Remove spaces at its ends and line breaks inside.", match_tracking_id};
const struct schema_form form_cve = {
    "a CVE number", "Write it like CVE-2026-12345; other ids belong into ids.", match_cve};
const struct schema_form form_cwe = {"a CWE number", "Write it like CWE-79.", match_cwe};
const struct schema_form form_vector_v2 = {
    "a vector of CVSS v2", "Write it like AV:N/AC:L/Au:N/C:P/I:P/A:P.", match_vector_v2};
const struct schema_form form_vector_v3 = {
    "a vector of CVSS v3", "Write it like CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H.",
    match_vector_v3};
const struct schema_form form_vector_v30 = {
    "a vector of CVSS v3.0", "Write it like CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H.",
    match_vector_v30};
const struct schema_form form_vector_v31 = {
    "a vector of CVSS v3.1", "Write it like CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H.",
    match_vector_v31};
