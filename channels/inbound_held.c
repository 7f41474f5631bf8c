/*
 * Automatic mails that must not be passed over: the notice is not where it should be.
 *
 * A vacation reply changes nothing, and nobody need look at it. But a gateway that put the notice
 * into quarantine, a filter that waits for a click, and a mailbox that nobody reads any more write
 * under the same headers, and the relay's 250 was the last that we would ever hear. They are no
 * bounces: the words are too loose to send the notice elsewhere by themselves.
 */
#include "channels/inbound_mail.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* Folded (text_fold), on one line. */
static const char *const held_back[] = {
    "quaranti",
    "quarantae",
    "quarantai",
    "is being held",
    "has been held",
    "was held",
    "zurueckgehalten",
    "not delivered",
    "not been delivered",
    "yet to be delivered",
    "could not be delivered",
    "delivery of the email was stopped",
    "has been frozen",
    "was blocked",
    "has been blocked",
    "wurde blockiert",
    "was rejected",
    "has been rejected",
    "wurde abgelehnt",
    "nicht zugestellt",
    "was removed",
    "has been removed",
    "were removed",
    "have been removed",
    "wurde entfernt",
    "wurden entfernt",
    "policy violation",
    "banned content",
    "waits for collection",
    "picked up",
    "nicht abgeholt",
};

static const char *const waits_for_a_click[] = {
    "confirm your message",  "confirm your e-mail", "confirm your email", "confirm that you are",
    "verify that you are",   "verify your",         "you are a person",   "you are human",
    "verification required", "to deliver it",       "bestaetigen sie",    "absender bestaetigen",
    "confirmez votre",
};

static const char *const nobody_reads[] = {
    "no longer read",        "no longer monitored",
    "no longer in use",      "no longer used",
    "no longer work",        "no longer with",
    "no longer employed",    "no longer active",
    "no longer available",   "no longer valid",
    "has left the",          "have left the",
    "address has changed",   "address has been changed",
    "new address",           "new e-mail address",
    "new email address",     "nicht mehr gelesen",
    "nicht mehr bei uns",    "nicht mehr beschaeftigt",
    "nicht mehr taetig",     "nicht mehr aktiv",
    "nicht mehr gueltig",    "nicht mehr verwendet",
    "nicht mehr in unserem", "nicht mehr im unternehmen",
    "nicht mehr erreichbar", "ausgeschieden",
    "neue adresse",          "neue e-mail-adresse",
    "neue mailadresse",      "n'est plus",
    "nouvelle adresse",
};

static bool says_one(const char *text, const char *const phrases[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strstr(text, phrases[i]) != NULL)
            return true;
    return false;
}

bool inbound_held(const struct inbound_mail *mail)
{
    struct str text;
    str_init(&text, STR_LIMIT_TEXT);
    text_fold(&text, bytes_of(mail->subject));
    str_add_c(&text, '\n');
    text_fold(&text, bytes_of(mail->own.said));
    str_add_c(&text, '\n');
    text_fold(&text, bytes_of(mail->own.signature));
    for (size_t i = 0; i < text.size; i++) /* phrases are wrapped anywhere */
        if (text.data[i] == '\n')
            text.data[i] = ' ';
    const char *words = str_text(&text);
    bool held = says_one(words, held_back, COUNT(held_back)) ||
                says_one(words, waits_for_a_click, COUNT(waits_for_a_click)) ||
                says_one(words, nobody_reads, COUNT(nobody_reads));
    str_dispose(&text);
    return held;
}
