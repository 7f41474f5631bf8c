/*
 * Mails that a machine wrote by itself (RFC 3834 and what came before it).
 *
 * A header that only machines set settles it. A subject ("Out of office"), a sentence ("this
 * is an automated reply") or a sender ("noreply@") alone does not: people write such things
 * too. Two of these do; one is enough to take no answer from the mail.
 */
#include "channels/inbound_mail.h"

#include <string.h>
#include <strings.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static bool header_says_so(const struct inbound_mail *mail)
{
    /* Set by answering machines; "no" and "none" say that it is not one. */
    static const char *const marks[] = {
        "X-Autoreply",           "X-Autorespond",    "X-Autoresponder", "X-Autoreply-From",
        "X-Auto-Reply-From",     "X-Mail-Autoreply", "X-Vacation",      "X-Auto-Response-Suppress",
        "X-FC-MachineGenerated",
    };
    static const char *const no[] = {"", "no", "none", "false", "0"};
    static const char *const bulk[] = {"bulk", "junk", "auto_reply", "auto-reply"};
    struct arena *arena = mail->arena;
    const char *submitted = fields_get(mail->top, arena, "Auto-Submitted", 0);
    if (submitted != NULL && strcmp(value_word(submitted, arena), "no") != 0)
        return true;
    for (size_t i = 0; i < COUNT(marks); i++) {
        const char *value = fields_get(mail->top, arena, marks[i], 0);
        bool says_no = value == NULL;
        for (size_t n = 0; n < COUNT(no) && !says_no; n++)
            says_no = strcasecmp(value, no[n]) == 0;
        if (!says_no)
            return true;
    }
    const char *precedence = fields_get(mail->top, arena, "Precedence", 0);
    for (size_t i = 0; i < COUNT(bulk) && precedence != NULL; i++)
        if (strcmp(value_word(precedence, arena), bulk[i]) == 0)
            return true;
    return mail->null_path;
}

static bool subject_hints(const char *subject)
{
    static const char *const starts[] = {
        "automatic reply",
        "automatische antwort",
        "auto reply",
        "auto-reply",
        "autoreply",
        "auto:",
        "out of office",
        "out of the office",
        "abwesenheit",
        "abwesend",
        "vacation",
        "urlaub",
        "reponse automatique",
        "[auto",
        "autoantwort",
        "eingangsbestaetigung",
    };
    for (size_t i = 0; i < COUNT(starts); i++)
        if (text_starts(subject, starts[i]))
            return true;
    return false;
}

static bool text_hints(const char *text)
{
    static const char *const phrases[] = {
        "out of the office",
        "out of office",
        "on annual leave",
        "on vacation until",
        "on leave until",
        "i am away",
        "i'm away",
        "not in the office",
        "this is an automat",
        "this is an auto-",
        "automated message",
        "automated reply",
        "automated response",
        "automatic response",
        "automatically generated",
        "do not reply to this",
        "please do not reply",
        "ticket number",
        "case number",
        "has been assigned",
        "we will get back to you",
        "ausser haus",
        "nicht im haus",
        "nicht im buero",
        "im urlaub",
        "bin abwesend",
        "bin ich abwesend",
        "nicht erreichbar",
        "automatisch generiert",
        "automatisch erstellt",
        "automatisch erzeugt",
        "automatische antwort",
        "automatische nachricht",
        "antworten sie nicht auf",
        "ticketnummer",
        "vorgangsnummer",
    };
    for (size_t i = 0; i < COUNT(phrases); i++)
        if (strstr(text, phrases[i]) != NULL)
            return true;
    return false;
}

static bool sender_hints(const char *from)
{
    static const char *const starts[] = {
        "noreply",      "no-reply",  "no_reply",      "donotreply",
        "do-not-reply", "autoreply", "mailer-daemon",
    };
    for (size_t i = 0; i < COUNT(starts) && from != NULL; i++)
        if (strncasecmp(from, starts[i], strlen(starts[i])) == 0)
            return true;
    return false;
}

enum automatic inbound_automatic(const struct inbound_mail *mail)
{
    struct str subject, text;
    if (header_says_so(mail))
        return AUTOMATIC_YES;
    str_init(&subject, STR_LIMIT_TEXT);
    str_init(&text, STR_LIMIT_TEXT);
    text_fold(&subject, bytes_of(mail->subject));
    text_fold(&text, bytes_of(mail->own.said));
    int hints = (int)subject_hints(str_text(&subject)) + (int)text_hints(str_text(&text)) +
                (int)sender_hints(mail->out->from);
    str_dispose(&text);
    str_dispose(&subject);
    return hints >= 2 ? AUTOMATIC_YES : hints == 1 ? AUTOMATIC_PERHAPS : AUTOMATIC_NO;
}
