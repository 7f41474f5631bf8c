#include "channels/parcel.h"

#include <string.h>
#include <strings.h>

#define LINE_MAX_BYTES 998 /* RFC 5322 2.1.1, without CRLF */

enum times { ONCE, AT_MOST_ONCE, NEVER };

/* How often a header may stand in a message that libESMTP 1.1.0 is to pass unchanged. */
static const struct header_rule {
    const char *name;
    enum times times;
} rules[] = {
    {"Date", ONCE},
    {"From", ONCE},
    {"Message-ID", ONCE},
    {"Sender", AT_MOST_ONCE},
    {"To", AT_MOST_ONCE},
    {"Cc", AT_MOST_ONCE},
    {"Reply-To", AT_MOST_ONCE},
    {"Subject", AT_MOST_ONCE},
    {"Disposition-Notification-To", AT_MOST_ONCE},
    {"Return-Path", NEVER},
    {"Original-Recipient", NEVER},
    {"Bcc", NEVER}, /* one recipient per message, and nobody hidden */
};
#define RULE_COUNT (sizeof rules / sizeof rules[0])

static enum status refuse(struct err *err, enum status code, const char *what)
{
    return err_set(err, code, "this message cannot be carried: %s", what);
}

bool parcel_is_word(const char *word)
{
    size_t size = word == NULL ? 0 : strlen(word);
    if (size == 0 || size > PARCEL_ENVID_MAX || word[0] == '.')
        return false;
    return strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") ==
           size;
}

bool parcel_fits_orcpt(const struct parcel *parcel)
{
    size_t size = 0;
    for (const char *p = parcel->to; *p != '\0'; p++)
        size += *p == '+' || *p == '=' ? 3 : 1;
    return size <= PARCEL_ORCPT_MAX;
}

static enum status check_envelope(const struct parcel *parcel, struct err *err)
{
    struct err why = {.code = OK};
    if (!parcel_is_word(parcel->id))
        return refuse(err, ERR_INVALID, "its id holds signs that may not stand in an ENVID");
    if (parcel->from == NULL ||
        (parcel->from[0] != '\0' && address_check(parcel->from, &why) != OK))
        return refuse(err, ERR_INVALID, "its sender is no address that may stand in an envelope");
    if (address_check(parcel->to, &why) != OK)
        return err_set(err, ERR_INVALID, "this message cannot be carried: recipient: %s", why.text);
    return OK;
}

/* The end of the line that begins at `at`, behind its CRLF; 0 when a line is not as it must be. */
static size_t line_end(struct bytes text, size_t at)
{
    const unsigned char *p = text.data + at;
    size_t left = text.size - at;
    const unsigned char *lf =
        memchr(p, '\n', left < LINE_MAX_BYTES + 2 ? left : LINE_MAX_BYTES + 2);
    if (lf == NULL || lf == p || lf[-1] != '\r')
        return 0;
    for (; p < lf - 1; p++)
        if (*p == '\r' || *p == '\0' || *p >= 0x80)
            return 0;
    return (size_t)(lf + 1 - text.data);
}

/* The length of the name before the colon; 0 when there is none (RFC 5322 2.2). */
static size_t name_size(const char *line, size_t size)
{
    size_t n = 0;
    while (n < size && line[n] > ' ' && line[n] <= '~' && line[n] != ':')
        n++;
    return n < size && line[n] == ':' ? n : 0;
}

static bool is_name(const char *line, size_t size, const char *name)
{
    return strlen(name) == size && strncasecmp(line, name, size) == 0;
}

static bool is_message_id(const char *value, size_t size, const char *id)
{
    while (size > 0 && (*value == ' ' || *value == '\t' || *value == '\r' || *value == '\n')) {
        value++;
        size--;
    }
    while (size > 0 && strchr(" \t\r\n", value[size - 1]) != NULL)
        size--;
    size_t want = strlen(id);
    return size == want + 2 && value[0] == '<' && value[size - 1] == '>' &&
           memcmp(value + 1, id, want) == 0;
}

/* One header with its continuation lines. */
static enum status check_header(unsigned seen[RULE_COUNT], const char *line, size_t size,
                                const char *message_id, struct err *err)
{
    size_t name = name_size(line, size);
    if (name == 0)
        return refuse(err, ERR_INVALID, "a header line has no name and colon");
    if (strncasecmp(line, "Resent-", 7) == 0)
        return refuse(err, ERR_INVALID, "it has a Resent- header");
    for (size_t i = 0; i < RULE_COUNT; i++)
        if (is_name(line, name, rules[i].name))
            seen[i]++;
    if (is_name(line, name, "Message-ID") && message_id != NULL &&
        !is_message_id(line + name + 1, size - name - 1, message_id))
        return refuse(err, ERR_INVALID, "its Message-ID is not the one that the queue knows");
    return OK;
}

static enum status check_counts(const unsigned seen[RULE_COUNT], struct err *err)
{
    for (size_t i = 0; i < RULE_COUNT; i++) {
        bool good = rules[i].times == ONCE           ? seen[i] == 1
                    : rules[i].times == AT_MOST_ONCE ? seen[i] <= 1
                                                     : seen[i] == 0;
        if (!good)
            return err_set(err, ERR_INVALID,
                           "this message cannot be carried: header %s stands in "
                           "it %u times",
                           rules[i].name, seen[i]);
    }
    return OK;
}

static enum status check_message(struct bytes message, const char *message_id, struct err *err)
{
    unsigned seen[RULE_COUNT] = {0};
    size_t header = 0; /* where the header that is being read begins */
    bool in_body = false;
    enum status status = OK;
    for (size_t at = 0; at < message.size && status == OK;) {
        const char *line = (const char *)message.data + at;
        size_t end = line_end(message, at);
        if (end == 0)
            return refuse(err, ERR_INVALID,
                          "a line is longer than 998 bytes, not ended by CRLF or not ASCII");
        if (!in_body && at > 0 && *line != ' ' && *line != '\t') {
            status = check_header(seen, (const char *)message.data + header, at - header,
                                  message_id, err);
            header = at;
            in_body = end - at == 2;
        }
        at = end;
    }
    if (status == OK && !in_body)
        return refuse(err, ERR_INVALID, "no empty line ends its header");
    return status == OK ? check_counts(seen, err) : status;
}

enum status parcel_check(const struct parcel *parcel, struct err *err)
{
    if (parcel->message.size > STR_LIMIT_MAIL)
        return refuse(err, ERR_LIMIT, "it is larger than 64 MiB");
    enum status status = check_envelope(parcel, err);
    return status == OK ? check_message(parcel->message, parcel->message_id, err) : status;
}
