#include "channels/smtp_verdict.h"

#include <stdio.h>
#include <string.h>

static void quote(struct receipt *out, const struct reply *reply)
{
    out->code = reply->code;
    memcpy(out->enhanced, reply->enhanced, sizeof out->enhanced);
    memcpy(out->said, reply->said, sizeof out->said);
}

/* The end of data may be with them. */
static void after_dot(struct receipt *out, const struct facts *f)
{
    const struct reply *end = &f->end;
    bool agreed = f->sent && f->message_code == end->code;
    out->verdict = VERDICT_UNCERTAIN;
    if (end->code == 0) {
        (void)snprintf(out->said, sizeof out->said, "no whole answer to the end of data%s%.200s",
                       f->why[0] == '\0' ? "" : ": ", f->why);
        return;
    }
    quote(out, end);
    if (!agreed)
        return;
    if (reply_class(end) == 2 && f->complete && f->rcpt_code / 100 == 2 &&
        reply_class(&f->rcpt) == 2 && f->data.code == 354)
        out->verdict = VERDICT_ACCEPTED;
    else if (reply_class(end) == 4)
        out->verdict = VERDICT_DEFERRED;
    else if (reply_class(end) == 5)
        out->verdict = VERDICT_REFUSED;
}

/* RFC 4954: the relay wants another authentication than it got. */
static bool wants_auth(const struct reply *reply)
{
    return reply->code == 530 || reply->code == 535 || reply->code == 538;
}

static bool is_too_large(const struct reply *reply)
{
    return reply->code == 552 || strcmp(reply->enhanced, "5.3.4") == 0 ||
           strcmp(reply->enhanced, "5.2.3") == 0;
}

/* A reply that ends this parcel's try, or NULL: the recipient's counts before the message's. */
static const struct reply *deciding(const struct facts *f)
{
    const struct reply *replies[] = {&f->mail, &f->rcpt, &f->data};
    for (size_t i = 0; i < sizeof replies / sizeof replies[0]; i++)
        if (reply_class(replies[i]) >= 4)
            return replies[i];
    return NULL;
}

static void before_dot(struct receipt *out, const struct facts *f)
{
    const struct reply *reply = deciding(f);
    out->verdict = VERDICT_DEFERRED;
    if (reply == NULL) {
        if (f->opening && f->refusal.code != 0)
            quote(out, &f->refusal);
        (void)snprintf(out->said, sizeof out->said, "%s",
                       f->why[0] == '\0' ? "the session ended before this message" : f->why);
        out->endpoint_fault = f->opening;
        out->config_fault = f->config_fault;
        return;
    }
    quote(out, reply);
    if (reply_class(reply) != 5)
        return;
    /*
     * A permanent no to MAIL is about us, not about the recipient: our sender address or our
     * credentials. Each further notice would meet the same and burn its route.
     */
    bool about_us = wants_auth(reply) || (reply == &f->mail && !is_too_large(reply));
    if (!about_us)
        out->verdict = VERDICT_REFUSED;
    out->endpoint_fault = about_us;
    out->config_fault = about_us;
}

void transaction_verdict(struct receipt *out, const struct facts *facts)
{
    if (facts->dot)
        after_dot(out, facts);
    else
        before_dot(out, facts);
}
