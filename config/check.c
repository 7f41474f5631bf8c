#include "config/check.h"

#include "base/host.h"
#include "base/number.h"
#include "base/utf8.h"
#include "base/zone_name.h"
#include "config/country.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGIT "0123456789"

static enum status no(struct err *err, const char *text, const char *what)
{
    return err_set(err, ERR_INVALID, "\"%.80s\" %s", text, what);
}

/* min to max bytes, all of them in set. */
static bool made_of(const char *text, const char *set, size_t min, size_t max)
{
    size_t size = strlen(text);
    return size >= min && size <= max && strspn(text, set) == size;
}

static bool harmless(uint32_t c, bool prose)
{
    if (c == '\n' || c == '\t')
        return prose;
    return c >= 0x20 && (c < 0x7F || c > 0x9F) && !(c >= 0x202A && c <= 0x202E) &&
           !(c >= 0x2066 && c <= 0x2069) && c != 0x200E && c != 0x200F && c != 0x061C &&
           c != 0x2028 && c != 0x2029 && c != 0xFEFF;
}

enum status check_plain(const char *text, bool prose, size_t min, size_t max, struct err *err)
{
    struct bytes all = bytes_of(text);
    if (all.size < min)
        return err_set(err, ERR_INVALID, "is empty: write what it is, or take the line out");
    if (all.size > max)
        return err_set(err, ERR_INVALID, "has %zu bytes: at most %zu are possible", all.size, max);
    if (!utf8_valid(all, NULL))
        return err_set(err, ERR_INVALID, "is not UTF-8: write it as UTF-8");
    for (size_t at = 0; at < all.size;)
        if (!harmless(utf8_next(all, &at), prose))
            return err_set(err, ERR_INVALID, "holds a control or direction sign: take it out%s",
                           prose ? "" : ", it is one line");
    if (all.size > 0 && (all.data[0] == ' ' || all.data[all.size - 1] == ' '))
        return err_set(err, ERR_INVALID, "begins or ends with a space: take it out");
    return OK;
}

enum status check_phone(const char *text, struct err *err)
{
    size_t digits = 0;
    for (const char *p = text; *p != '\0'; p++)
        digits += *p >= '0' && *p <= '9';
    return digits >= 3 ? OK : no(err, text, "is not a telephone number: write it as +49 30 123456");
}

enum status check_maker_id(const char *text, struct err *err)
{
    return made_of(text, UPPER DIGIT, 2, 12)
               ? OK
               : no(err, text, "is not a maker's id: 2 to 12 capital letters and digits");
}

enum status check_person_id(const char *text, struct err *err)
{
    return made_of(text, LOWER DIGIT "-", 1, 32)
               ? OK
               : no(err, text, "is not a person's id: 1 to 32 small letters, digits and hyphens");
}

enum status check_country(const char *text, struct err *err)
{
    const char *meant = country_meant(text);
    if (country_known(text))
        return OK;
    if (meant != NULL)
        return err_set(err, ERR_INVALID, "\"%.80s\" is no country of ISO 3166-1: did you mean %s?",
                       text, meant);
    return no(err, text, "is no country of ISO 3166-1: write two capital letters such as DE");
}

enum status check_url(const char *text, struct err *err)
{
    const char *rest = text_starts(text, "https://")  ? text + 8
                       : text_starts(text, "http://") ? text + 7
                                                      : "";
    for (const char *p = text; *p != '\0'; p++)
        if (*p <= ' ' || *p == '"' || *p == '<' || *p == '>' || *p == '\\')
            rest = "";
    return rest[0] != '\0' && strlen(text) <= 500
               ? OK
               : no(err, text, "is no web address: write it as https://www.example.com/security");
}

/* At least two arcs, the first 0 to 2, none with a zero in front. */
enum status check_oid(const char *text, struct err *err)
{
    size_t arcs = 0;
    bool good = text[0] >= '0' && text[0] <= '2' && text[1] == '.' && strlen(text) <= 100;
    for (const char *arc = text; good && arc != NULL; arc = strchr(arc, '.')) {
        arc += *arc == '.';
        size_t digits = strspn(arc, DIGIT);
        good = digits >= 1 && digits <= 9 && (arc[0] != '0' || digits == 1) &&
               (arc[digits] == '.' || arc[digits] == '\0');
        arcs++;
    }
    return good && arcs >= 2 ? OK : no(err, text, "is no object identifier: write it as 1.2.3.4");
}

/* One label of a host name: letters, digits and inner hyphens, 1 to 63. */
static bool is_label(const char *label, size_t size)
{
    return size >= 1 && size <= 63 && label[0] != '-' && label[size - 1] != '-' &&
           strspn(label, LOWER UPPER DIGIT "-") >= size;
}

static bool is_host(const char *host, size_t size)
{
    if (size < 1 || size > 253)
        return false;
    for (size_t at = 0; at <= size;) {
        const char *dot = memchr(host + at, '.', size - at);
        size_t end = dot != NULL ? (size_t)(dot - host) : size;
        if (!is_label(host + at, end - at))
            return false;
        at = end + 1;
    }
    return true;
}

/* Dot-atom of RFC 5322, 1 to 64. */
static bool is_local_part(const char *text, size_t size)
{
    static const char atext[] = LOWER UPPER DIGIT "!#$%&'*+-/=?^_`{|}~.";
    return size >= 1 && size <= 64 && text[0] != '.' && text[size - 1] != '.' &&
           strspn(text, atext) >= size && memmem(text, size, "..", 2) == NULL;
}

enum status check_address(const char *text, struct err *err)
{
    const char *at = strrchr(text, '@');
    for (const char *p = text; *p != '\0'; p++)
        if ((unsigned char)*p >= 0x80)
            return no(err, text,
                      "holds letters that mail addresses cannot carry: write its domain "
                      "in the form that begins with xn--");
    if (at == NULL || strlen(text) > 254 || !is_local_part(text, (size_t)(at - text)) ||
        !is_host(at + 1, strlen(at + 1)))
        return no(err, text, "is no mail address: write it as name@example.com");
    if (!host_is_genuine(at + 1))
        return no(
            err, text,
            "has a part that begins with xn-- and is no international name: write it in small "
            "letters, as it was registered");
    return OK;
}

enum status check_return(const char *text, struct err *err)
{
    static const char token[] = "abcdefghijklmnopqrstuvwxyz"; /* as long as a real one */
    const char *first = strstr(text, CHECK_TOKEN);
    const char *at = strrchr(text, '@');
    if (first == NULL || strstr(first + 1, CHECK_TOKEN) != NULL || at == NULL || first > at)
        return no(err, text,
                  "must hold {token} once, before the @: write it as "
                  "name+{token}@example.com");
    struct str whole;
    str_init(&whole, STR_LIMIT_LINE);
    str_add_n(&whole, text, (size_t)(first - text));
    str_add(&whole, token);
    str_add(&whole, first + strlen(CHECK_TOKEN));
    enum status status = str_ok(&whole) ? check_address(str_text(&whole), err) : ERR_INVALID;
    str_dispose(&whole);
    if (status != OK)
        return no(err, text,
                  "is no mail address once {token} stands for 26 signs: write it as "
                  "name+{token}@example.com");
    return OK;
}

enum status check_host(const char *text, struct err *err)
{
    return is_host(text, strlen(text))
               ? OK
               : no(err, text, "is no host name: write it as mail.example.com");
}

enum status check_relay(size_t *host_size, int64_t *port, const char *text, struct err *err)
{
    const char *colon = strchr(text, ':');
    *host_size = colon != NULL ? (size_t)(colon - text) : strlen(text);
    if (!is_host(text, *host_size))
        return no(err, text, "is no relay: write its name and port, mail.example.com:587");
    if (colon != NULL && !number_parse_within(port, colon + 1, 1, 65535))
        return no(err, text, "has no port that could be: write 1 to 65535 behind the colon");
    return OK;
}

enum status check_zone(const char *text, struct err *err)
{
    if (text_equal(text, "UTC"))
        return OK;
    return zone_name_check(text, err) == OK ? OK : (err->code = ERR_INVALID);
}

enum status check_store(const char *text, struct err *err)
{
    const char *rest = strstr(text, "://");
    if (rest == NULL)
        return OK;
    if (!text_starts(text, "postgresql://"))
        return no(err, text, "is no store: write a file name or postgresql://host/name");
    size_t authority = strcspn(rest + 3, "/?");
    const char *at = memchr(rest + 3, '@', authority);
    bool secret = strstr(text, "password=") != NULL ||
                  (at != NULL && memchr(rest + 3, ':', (size_t)(at - rest - 3)) != NULL);
    if (secret) /* and not a sign of it goes into the error */
        return err_set(err, ERR_INVALID,
                       "holds a password: take it out and put it into a password "
                       "file (passfile=...) of mode 0600");
    return OK;
}

enum status check_file_name(const char *text, struct err *err)
{
    bool out = text[0] == '/' || strcmp(text, "..") == 0 || text_starts(text, "../") ||
               strstr(text, "/../") != NULL || text_ends(text, "/..") || strchr(text, '\\') != NULL;
    return out || text[0] == '\0' || text_ends(text, "/")
               ? no(err, text, "leads out of the order's folder: name a file beside the order")
               : OK;
}

enum status check_sha256(const char *text, struct err *err)
{
    return made_of(text, DIGIT "abcdef", 64, 64)
               ? OK
               : no(err, text, "is no SHA-256: write the 64 digits that sha256sum prints");
}

/* Subtags of 1 to 8 letters and digits, the first of 2 to 8 letters (RFC 5646 §2.1, or "x-..."). */
enum status check_language(const char *text, struct err *err)
{
    size_t first = strspn(text, LOWER UPPER);
    bool good =
        ((first >= 2 && first <= 8) || text_starts(text, "x-") || text_starts(text, "i-")) &&
        (text[first] == '\0' || text[first] == '-') && strlen(text) <= 35;
    for (const char *tag = text; good && tag != NULL; tag = strchr(tag, '-')) {
        tag += *tag == '-' && tag != text;
        size_t size = strcspn(tag, "-");
        good = size >= 1 && size <= 8 && strspn(tag, LOWER UPPER DIGIT) >= size;
    }
    return good ? OK : no(err, text, "is no language: write a tag such as de, fr-CH or pt-BR");
}

enum status check_present(const char *path, bool private_, struct err *err)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return err_set(err, ERR_INVALID, "%s cannot be read: %s: make the file or mend the path",
                       path, strerror(errno));
    if (!S_ISREG(info.st_mode))
        return err_set(err, ERR_INVALID, "%s is not a file: name a file", path);
    if (private_ && (info.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return err_set(err, ERR_INVALID, "%s can be read by others (mode %04o): chmod 600 %s", path,
                       (unsigned)(info.st_mode & 07777), path);
    return OK;
}
