#include "base/host.h"

#include "base/str.h"
#include "base/utf8.h"

#include <idn2.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define HOST_LONGEST                                                                               \
    1024 /* four bytes for each of a host name's signs: a bound on libidn2's work */
#define LABEL_LONGEST 63

static const char prefix[] = "xn--";

static bool is_sign(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c >= 0x80;
}

/* What libidn2 makes of it; it deletes spaces, so ASCII is judged before it looks. */
static int to_ascii(uint8_t **out, struct bytes name)
{
    struct str lower;
    str_init(&lower, HOST_LONGEST);
    for (size_t i = 0; i < name.size; i++) {
        unsigned char c = name.data[i];
        str_add_c(&lower, (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c));
    }
    int code = IDN2_TOO_BIG_DOMAIN;
    if (str_ok(&lower))
        code =
            idn2_lookup_u8((const uint8_t *)str_text(&lower), out, IDN2_NFC_INPUT | IDN2_NO_TR46);
    str_dispose(&lower);
    return code;
}

enum status host_to_ascii(char **out, const char *host, struct err *err)
{
    struct bytes name = bytes_of(host);
    uint8_t *ascii = NULL;
    if (!utf8_valid(name, NULL))
        return err_set(err, ERR_INVALID, "the host name is not UTF-8: write it in UTF-8");
    for (size_t i = 0; i < name.size; i++)
        if (!is_sign(name.data[i]))
            return err_set(err, ERR_INVALID,
                           "the host name has a sign that is not allowed: write letters, digits, "
                           "hyphens and dots");
    int code = to_ascii(&ascii, name);
    if (code != IDN2_OK)
        return err_set(err, ERR_INVALID,
                       "the host name is no international name (%s): write it in small letters or "
                       "in its xn-- form",
                       idn2_strerror(code));
    *out = xstrdup((const char *)ascii);
    idn2_free(ascii);
    return OK;
}

static bool is_genuine_label(const char *label, size_t size)
{
    char text[LABEL_LONGEST + 1];
    uint8_t *ascii = NULL;
    if (size > LABEL_LONGEST)
        return false;
    (void)memcpy(text, label, size);
    text[size] = '\0';
    if (to_ascii(&ascii, bytes_of(text)) != IDN2_OK)
        return false;
    bool same = strcmp((const char *)ascii, text) == 0;
    idn2_free(ascii);
    return same;
}

bool host_is_genuine(const char *host)
{
    for (const char *label = host;;) {
        size_t size = strcspn(label, ".");
        if (strncasecmp(label, prefix, strlen(prefix)) == 0 && !is_genuine_label(label, size))
            return false;
        if (label[size] == '\0')
            return true;
        label += size + 1;
    }
}

char *host_to_letters(const char *host)
{
    char *letters = NULL;
    if (idn2_to_unicode_8z8z(host, &letters, 0) != IDN2_OK)
        return NULL;
    char *out = xstrdup(letters);
    idn2_free(letters);
    return out;
}
