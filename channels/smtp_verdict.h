/*
 * channels/smtp_verdict - what one try to hand a parcel to a relay came to. Pure: a table in words.
 *
 * Two witnesses are heard: libESMTP (what it believes) and the transcript (whole replies only).
 * ACCEPTED needs both. Once the end of data may have left, only a whole reply on which both agree
 * decides; everything else is UNCERTAIN. Before it, nothing was taken: REFUSED when a whole 5yz is
 * about this recipient or this message, DEFERRED in all other cases.
 */
#ifndef TOCSIN_CHANNELS_SMTP_VERDICT_H
#define TOCSIN_CHANNELS_SMTP_VERDICT_H

#include "channels/channel.h"
#include "channels/smtp_reply.h"

struct facts {
    bool dot; /* the library was let to send the final end of data */
    /* libESMTP */
    bool complete;    /* smtp_recipient_check_complete() */
    bool sent;        /* SMTP_EV_MESSAGESENT came */
    int rcpt_code;    /* recipient status */
    int message_code; /* message transfer status */
    /* the transcript */
    struct reply mail, rcpt, data, end;
    /* the session */
    bool opening;         /* it ended before this parcel's MAIL */
    bool config_fault;    /* and a person must mend something */
    const char *why;      /* why it ended; "" when it did not */
    struct reply refusal; /* the reply that ended the opening */
};

/* Fills verdict, code, enhanced, said and the two faults of an initialised receipt. */
void transaction_verdict(struct receipt *out, const struct facts *facts);

#endif
