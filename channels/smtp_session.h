/*
 * channels/smtp_session - one connection to the relay through libESMTP.
 */
#ifndef TOCSIN_CHANNELS_SMTP_SESSION_H
#define TOCSIN_CHANNELS_SMTP_SESSION_H

#include "channels/channel.h"
#include "channels/smtp_tls.h"

struct relay {
    char *host, *user, *password, *helo;
    int64_t port, per_session, timeout_ms;
    SSL_CTX *tls;
    struct tls_watch watch;
    const struct clock *clock; /* see struct channel_conf; NULL: the machine's */
};

/* How a session went, for who decides about another one. */
struct session_end {
    const struct parcel *left; /* taken from the feed, not begun and not answered; NULL: none */
    int64_t answered;          /* parcels that got their done() */
    int64_t worked;            /* of these, by a word of the relay: another session may go on */
    bool endpoint_fault;       /* a receipt said so: another session would meet the same */
    char why[256];             /* why it ended, "" when it just did */
};

/*
 * before: why the connection ended that first was left over from; "" when there was none.
 * Carry first and then what the feed has ready, at most `most` parcels, over one connection to
 * address. first and all parcels taken are answered, except `left`.
 * Returns what the feed returned when it failed (then nothing is left), or ERR_IO when the library
 * has no memory.
 */
MUST_USE enum status session_run(struct session_end *out, struct relay *relay, const char *address,
                                 const char *before, const struct feed *feed,
                                 const struct parcel *first, int64_t most, struct err *err);

#endif
