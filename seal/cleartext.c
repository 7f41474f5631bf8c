#include "seal/cleartext.h"

#include "seal/armor.h"

#include <string.h>

#define BEGIN_SIGNED "-----BEGIN PGP SIGNED MESSAGE-----"
#define BEGIN_SIGNATURE "-----BEGIN PGP SIGNATURE-----"

static bool is_line(struct bytes line, const char *text)
{
    return bytes_equal(line, bytes_of(text));
}

/* "Hash: SHA512" and then an empty line; any other word in a head is a trick. */
static enum status skip_head(struct bytes *rest, struct err *err)
{
    struct bytes line = {0};
    while (armor_is_blank(line)) {
        if (rest->size == 0)
            return err_set(err, ERR_INVALID, "no clear-signed text in it: sign it again");
        line = armor_next_line(rest);
    }
    if (!is_line(line, BEGIN_SIGNED))
        return err_set(err, ERR_INVALID, "text stands before the signed text: give it alone");
    while (rest->size > 0) {
        line = armor_next_line(rest);
        if (line.size == 0)
            return OK;
        if (line.size < 6 || memcmp(line.data, "Hash: ", 6) != 0)
            break;
    }
    return err_set(err, ERR_INVALID, "the head of the signed text is not plain: sign it again");
}

static enum status take_text(struct str *text, struct bytes *rest, struct err *err)
{
    while (rest->size > 0) {
        struct bytes before = *rest;
        struct bytes line = armor_next_line(rest);
        if (is_line(line, BEGIN_SIGNATURE)) {
            *rest = before;
            return str_ok(text) ? OK : err_set(err, ERR_INVALID, "the signed text is too large");
        }
        bool dashed = line.size >= 1 && line.data[0] == '-';
        /* "- " is undone; armor_next_line has cut the space of an empty dashed line. */
        if (dashed && line.size == 1) {
            line.size = 0;
        } else if (dashed && line.data[1] == ' ') {
            line.data += 2;
            line.size -= 2;
        } else if (dashed) {
            break;
        }
        str_add_n(text, line.data, line.size);
        str_add_c(text, '\n');
    }
    return err_set(err, ERR_INVALID, "no signature follows the text: sign it again");
}

enum status cleartext_split(struct str *text, struct str *packets, struct bytes message,
                            struct err *err)
{
    struct bytes rest = message;
    struct armor armor;
    if (message.size > 0 && memchr(message.data, '\0', message.size) != NULL)
        return err_set(err, ERR_INVALID, "it holds NUL bytes: it is no text");
    enum status status = skip_head(&rest, err);
    if (status == OK)
        status = take_text(text, &rest, err);
    if (status == OK)
        status = armor_decode(&armor, packets, rest, err);
    if (status == OK && !armor_is_blank(armor.after))
        status =
            err_set(err, ERR_INVALID, "text follows the signature: give the signed text alone");
    return status;
}
