#include "channels/channel.h"

#include "base/host.h"
#include "base/str.h"

#include <stdlib.h>
#include <string.h>

/*
 * What we accept is a part of RFC 5321: dot-atoms of ASCII and host names with a dot. Quoted local
 * parts, address literals and SMTPUTF8 are legal and refused all the same: no role mailbox of a
 * regulator or a hospital needs them, and each of them has fooled a mail server.
 */
#define ADDRESS_MAX 254
#define LOCAL_MAX 64
#define LABEL_MAX 63

static bool is_alnum(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_atext(unsigned char c)
{
    return is_alnum(c) || (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

/* The address itself is a person's: it stands in no message that may reach a log. */
static enum status refuse(struct err *err, const char *what)
{
    return err_set(err, ERR_INVALID, "address: %s: give it as name@host.example", what);
}

static enum status check_local(const char *local, size_t size, struct err *err)
{
    if (size == 0)
        return refuse(err, "nothing stands before the @");
    if (size > LOCAL_MAX)
        return refuse(err, "the part before the @ is longer than 64 bytes");
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)local[i];
        if (c == '.' && (i == 0 || i + 1 == size || local[i + 1] == '.'))
            return refuse(err, "a dot stands at the edge of the name or twice");
        if (c >= 0x80)
            return refuse(err, "the part before the @ has a letter beyond ASCII");
        if (c != '.' && !is_atext(c))
            return refuse(err, "the part before the @ has a sign that is not allowed");
    }
    return OK;
}

static enum status check_label(const char *label, size_t size, struct err *err)
{
    if (size == 0)
        return refuse(err, "the host name has an empty part");
    if (size > LABEL_MAX)
        return refuse(err, "a part of the host name is longer than 63 bytes");
    if (label[0] == '-' || label[size - 1] == '-')
        return refuse(err, "a part of the host name begins or ends with a hyphen");
    for (size_t i = 0; i < size; i++)
        if (!is_alnum((unsigned char)label[i]) && label[i] != '-')
            return refuse(err, "the host name has a sign that is not allowed");
    return OK;
}

static enum status check_domain(const char *domain, struct err *err)
{
    size_t labels = 0;
    const char *label = domain;
    for (;;) {
        size_t size = strcspn(label, ".");
        if (check_label(label, size, err) != OK)
            return ERR_INVALID;
        labels++;
        if (label[size] == '\0')
            break;
        label += size + 1;
    }
    if (labels < 2)
        return refuse(err, "the host name has no dot");
    /* Otherwise 127.0.0.1 would pass for a host name. */
    if (label[strspn(label, "0123456789")] == '\0')
        return refuse(err, "the host name ends in a number");
    if (!host_is_genuine(domain))
        return refuse(err, "a part of the host name begins with xn-- and is no international "
                           "name in small letters");
    return OK;
}

/* The only @, or NULL. */
static const char *find_at(const char *address)
{
    const char *at = address == NULL ? NULL : strchr(address, '@');
    return at == NULL || strchr(at + 1, '@') != NULL ? NULL : at;
}

enum status address_check(const char *address, struct err *err)
{
    const char *at = find_at(address);
    if (at == NULL)
        return refuse(err, "there is not exactly one @");
    if (strlen(address) > ADDRESS_MAX)
        return refuse(err, "it is longer than 254 bytes");
    enum status status = check_local(address, (size_t)(at - address), err);
    return status == OK ? check_domain(at + 1, err) : status;
}

enum status address_normal(char **out, const char *address, struct err *err)
{
    const char *at = find_at(address);
    char *domain = NULL;
    char *whole = NULL;
    if (at == NULL)
        return refuse(err, "there is not exactly one @");
    if (strlen(address) > (size_t)4 * ADDRESS_MAX)
        return refuse(err, "it is longer than 254 bytes");
    if (host_to_ascii(&domain, at + 1, err) != OK) {
        (void)err_prefix(err, "address");
        return ERR_INVALID;
    }
    whole = xprintf("%.*s@%s", (int)(at - address), address, domain);
    free(domain);
    enum status status = address_check(whole, err);
    if (status == OK)
        *out = whole;
    else
        free(whole);
    return status;
}
