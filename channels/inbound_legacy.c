/*
 * Bounces of servers and gateways that do not speak RFC 3464: qmail, older Exim and Sendmail,
 * Exchange, GroupWise, appliances.
 *
 * Anybody can write such a text, and a wrong BOUNCE sends a notice to the next route or to a
 * person. So all of this is asked for: it came to one of our return addresses; a mail server
 * speaks (null return path, MAILER-DAEMON, postmaster, X-Failed-Recipients); it says in words
 * we know that the delivery failed; it names the recipient or a permanent status; and nothing says
 * that the server goes on trying. A mail that has the words and lacks the rest goes to a person.
 */
#include "channels/inbound_mail.h"

#include "base/utf8.h"

#include <string.h>
#include <strings.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define REASON_MAX 400

/* Folded. What stands below the place is about the recipient. */
static const char *const failures[] = {
    "this is the qmail-send program",
    "could not be delivered to one or more",
    "this is a permanent error",
    "the following address(es) failed",
    "the following addresses had permanent fatal errors",
    "the following addresses had permanent delivery errors",
    "delivery to the following recipient failed permanently",
    "delivery to the following recipients failed permanently",
    "delivery has failed to these recipients",
    "did not reach some or all of the intended recipients",
    "the following recipient(s) could not be reached",
    "the following recipient(s) cannot be reached",
    "was undeliverable to the following",
    "message that you sent was undeliverable",
    "your message could not be delivered",
    "your message wasn't delivered",
    "undeliverable mail returned to sender",
    "unable to deliver message to the following",
    "sorry, we were unable to deliver your message",
    "hat einige oder alle empfaenger nicht erreicht",
    "folgende empfaenger konnten nicht erreicht werden",
    "konnte nicht zugestellt werden",
    "konnte an folgende empfaenger nicht zugestellt werden",
    "zustellung fehlgeschlagen",
    "ist unzustellbar",
};

/* The server goes on trying: no bounce, whatever else stands there. */
static const char *const temporary[] = {
    "warning message only",
    "will be retried",
    "will keep trying",
    "still trying",
    "will continue to try",
    "continue to be attempted",
    "has not yet been delivered",
    "has not been delivered yet",
    "do not need to resend",
    "temporary failure",
    "delivery is delayed",
    "weiterhin versucht",
    "wird erneut versucht",
    "noch nicht zugestellt",
    "verzoegert",
};

/* Below such a line is our own mail, with its own addresses. */
static const char *const copies[] = {
    "below this line is a copy of the message",
    "this is a copy of the message",
    "this is a copy of your message",
    "original message follows",
    "unsent message below",
    "original message -----",
    "original message headers",
    "urspruengliche nachricht",
};

static const char *first_of(const char *text, const char *const phrases[], size_t count)
{
    const char *first = NULL;
    for (size_t i = 0; i < count; i++) {
        const char *at = strstr(text, phrases[i]);
        if (at != NULL && (first == NULL || at < first))
            first = at;
    }
    return first;
}

static bool is_named_as_server(const struct inbound_mail *mail)
{
    static const char *const names[] = {"mailer-daemon@", "postmaster@", "mail-daemon@"};
    for (size_t i = 0; i < COUNT(names) && mail->out->from != NULL; i++)
        if (strncasecmp(mail->out->from, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

bool inbound_from_server(const struct inbound_mail *mail)
{
    return mail->null_path || is_named_as_server(mail) ||
           fields_get(mail->top, mail->arena, "X-Failed-Recipients", 0) != NULL;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The first status 5.x.y or 4.x.y that stands for itself in the text; NULL: none. */
static const char *find_status(struct arena *arena, const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        if ((*p != '5' && *p != '4') || p[1] != '.')
            continue;
        if (p > text && (is_digit(p[-1]) || p[-1] == '.'))
            continue;
        size_t subject = strspn(p + 2, "0123456789");
        if (subject == 0 || subject > 3 || p[2 + subject] != '.')
            continue;
        size_t detail = strspn(p + 3 + subject, "0123456789");
        size_t size = 3 + subject + detail;
        if (detail > 0 && detail <= 3 && !(p[size] == '.' && is_digit(p[size + 1])))
            return arena_strndup(arena, p, size);
    }
    return NULL;
}

/* An SMTP reply code of class 5 at the beginning of what a server said: "550 5.1.1", "550-". */
static bool has_permanent_reply(const char *text)
{
    for (const char *p = text; (p = strchr(p, '5')) != NULL; p++) {
        bool starts = p == text || strchr(" \n:;(\"", p[-1]) != NULL;
        if (starts && is_digit(p[1]) && is_digit(p[2]) && (p[3] == ' ' || p[3] == '-'))
            return true;
    }
    return false;
}

static bool address_sign(char c)
{
    return c != '\0' && ((unsigned char)c > 0x7F || strchr(" \t\n<>()[]\",;:\\'", c) == NULL);
}

/* The first address in the text that is not the one the bounce came to; NULL: none. */
static const char *find_recipient(const struct inbound_mail *mail, const char *text)
{
    for (const char *at = text; (at = strchr(at, '@')) != NULL; at++) {
        const char *start = at;
        while (start > text && address_sign(start[-1]) && start[-1] != '@')
            start--;
        const char *end = at + 1;
        while (address_sign(*end) && *end != '@')
            end++;
        while (end > at && (end[-1] == '.' || end[-1] == '?'))
            end--;
        if (start == at || end <= at + 1)
            continue;
        const char *list = arena_strndup(mail->arena, start, (size_t)(end - start));
        const char *address = NULL;
        if (address_next(&address, &list, mail->arena) &&
            (mail->out->to == NULL || strcasecmp(address, mail->out->to) != 0))
            return address;
        at = end - 1;
    }
    return NULL;
}

/* What the server says about it: the rest of the paragraph that names the recipient. */
static const char *find_reason(struct arena *arena, const char *text, const char *recipient)
{
    const char *at = recipient == NULL ? NULL : strstr(text, recipient);
    if (at == NULL)
        return NULL;
    at += strlen(recipient);
    const char *end = strstr(at, "\n\n");
    size_t size = end == NULL ? strlen(at) : (size_t)(end - at);
    struct str line;
    str_init(&line, REASON_MAX);
    size_t skip = strspn(at, ">:;,. \n");
    if (skip < size)
        utf8_add_line(&line, (struct bytes){(const unsigned char *)at + skip, size - skip});
    const char *out = line.size > 0 ? arena_strdup(arena, str_text(&line)) : NULL;
    str_dispose(&line);
    return out;
}

/* The Message-ID line of the copy of our mail. */
static const char *find_message_id(struct arena *arena, const char *text)
{
    static const char name[] = "Message-ID:";
    for (const char *p = text; *p != '\0';) {
        const char *start = p + strspn(p, "> \t");
        size_t size = strcspn(start, "\n");
        if (strncasecmp(start, name, sizeof name - 1) == 0)
            return value_message_id(
                arena_strndup(arena, start + sizeof name - 1, size - (sizeof name - 1)), arena);
        p = start + size;
        p += *p == '\n';
    }
    return NULL;
}

/* The server's own words without the copy of our mail. */
struct words {
    const char *folded; /* for comparing; one line, because phrases are wrapped anywhere */
    const char *plain;
    const char *below; /* in plain: from the line on that says that it failed */
};

static struct words server_words(const struct inbound_mail *mail)
{
    struct str folded, plain;
    size_t below = 0;
    bool copy = false;
    str_init(&folded, STR_LIMIT_TEXT);
    str_init(&plain, STR_LIMIT_TEXT);
    for (const char *p = mail->text; *p != '\0' && !copy;) {
        size_t size = strcspn(p, "\n");
        size_t before = folded.size;
        text_fold(&folded, (struct bytes){(const unsigned char *)p, size});
        const char *line = str_text(&folded) + before;
        copy = first_of(line, copies, COUNT(copies)) != NULL;
        if (below == 0 && first_of(line, failures, COUNT(failures)) != NULL)
            below = plain.size;
        str_add_c(&folded, ' ');
        if (!copy)
            str_add_n(&plain, p, size);
        str_add_c(&plain, '\n');
        p += size + (p[size] == '\n');
    }
    struct words out = {arena_strdup(mail->arena, str_text(&folded)),
                        arena_strdup(mail->arena, str_text(&plain)), NULL};
    out.below = out.plain + below;
    str_dispose(&plain);
    str_dispose(&folded);
    return out;
}

bool inbound_legacy(struct inbound_mail *mail)
{
    struct inbound *out = mail->out;
    const char *named = fields_get(mail->top, mail->arena, "X-Failed-Recipients", 0);
    if (!inbound_from_server(mail))
        return false;
    struct words words = server_words(mail);
    bool failed = named != NULL || first_of(words.folded, failures, COUNT(failures)) != NULL;
    if (!failed)
        return false;
    const char *status = find_status(mail->arena, words.plain);
    const char *recipient = NULL;
    if (named == NULL || !address_next(&recipient, &named, mail->arena))
        recipient = find_recipient(mail, words.below);
    if (recipient == NULL)
        recipient = find_recipient(mail, words.plain);
    bool permanent = status != NULL ? status[0] == '5' : has_permanent_reply(words.plain);
    bool trying = first_of(words.folded, temporary, COUNT(temporary)) != NULL ||
                  (status != NULL && !permanent);
    bool known = out->token != NULL && !trying && (recipient != NULL || permanent);
    out->kind = known ? INBOUND_BOUNCE : INBOUND_OTHER;
    out->final_recipient = recipient;
    out->status = status;
    out->diagnostic = find_reason(mail->arena, words.below, recipient);
    out->original_message_id = find_message_id(mail->arena, mail->text);
    return true;
}

bool inbound_server_unclear(const struct inbound_mail *mail)
{
    return is_named_as_server(mail) &&
           first_of(server_words(mail).folded, temporary, COUNT(temporary)) == NULL;
}
