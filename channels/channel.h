/*
 * channels/channel - carry sealed bytes once and report the answer.
 *
 * A channel works a stream of parcels over one connection to one endpoint. It pulls: the feed
 * hands it the next parcel, gives leave for the final end of data (after the parent has made
 * attempt.dot durable), and takes the receipt. A channel never retries, never knows deadlines
 * or the queue, never sees plaintext or keys.
 */
#ifndef TOCSIN_CHANNELS_CHANNEL_H
#define TOCSIN_CHANNELS_CHANNEL_H

#include "base/clock.h"
#include "base/word.h"

struct parcel {
    const char *id;         /* the attempt's id, for the log and DSN ENVID */
    const char *notice;     /* opaque uid of the notice: names the outbox file */
    const char *message_id; /* without <> */
    const char *from;       /* envelope sender: return address with its token */
    const char *to;         /* envelope recipient: one; NULL for route file */
    struct bytes message;   /* whole RFC 5322 message, CRLF */
};

struct receipt {
    enum verdict verdict;
    int code;            /* SMTP reply code that decided, 0 when there was none */
    char enhanced[16];   /* "5.1.1" or "" */
    char said[256];      /* the reply's first line or the fault, harmless in logs */
    bool endpoint_fault; /* the endpoint, not the recipient, is at fault (TLS refused, AUTH refused,
                            no connection): every other parcel would meet the same */
    bool config_fault;   /* AUTH refused, wrong certificate: a person must mend the configuration */
    struct str transcript; /* the whole conversation of this parcel, AUTH redacted */
    char tls[64];          /* "TLSv1.3 TLS_AES_256_GCM_SHA384" or "" */
    char peer[65];         /* hex SHA-256 of the peer's certificate or "" */
};
void receipt_init(struct receipt *r);
void receipt_dispose(struct receipt *r);

/* What the channel asks of its owner. All calls may block. */
struct feed {
    void *context;
    /*
     * The next parcel; borrowed until done(). wait false: only what is there already.
     * ERR_NOT_FOUND: none (now, or ever when wait is true).
     */
    enum status (*next)(void *context, const struct parcel **out, bool wait, struct err *err);
    /* Leave to send the final end of data. Anything but OK: drop the connection before it. */
    enum status (*dot)(void *context, const struct parcel *parcel, struct err *err);
    /* The answer. Every parcel that next() gave gets exactly one. Anything but OK: stop. */
    enum status (*done)(void *context, const struct parcel *parcel, const struct receipt *receipt,
                        struct err *err);
};

struct channel_conf {
    const char *host; /* smtp: the configured name, which the certificate must show */
    int64_t port;
    const char *user;          /* NULL: no AUTH */
    const char *password;      /* wiped by its owner */
    const char *ca_file;       /* NULL: the system's */
    const char *helo;          /* NULL: the machine's name */
    int64_t per_session;       /* at most so many parcels over one connection */
    int64_t timeout_ms;        /* for each reply */
    const char *outbox;        /* file */
    const struct clock *clock; /* judges certificates where the machine's is off; or NULL */
};

struct channel; /* opaque */

struct channel_ops {
    const char *name; /* the word in configuration, log and evidence */
    /* Checks the configuration; no network. */
    enum status (*open)(struct channel **out, const struct channel_conf *conf, struct err *err);
    /*
     * Carry parcels until the feed has none, the peer ends the connection, per_session is
     * reached or the endpoint is at fault. OK: every parcel taken has had its done(). Anything
     * else: the feed failed, or nothing left this machine for a reason of our own.
     * May be called again on the same channel.
     */
    enum status (*serve)(struct channel *channel, const struct feed *feed, struct err *err);
    void (*close)(struct channel *channel); /* NULL is fine */
};

/*
 * libESMTP, STARTTLS required. 5yz to RCPT, DATA or the end of data: REFUSED; to MAIL (unless it is
 * about the size) or for want of AUTH: DEFERRED with both faults, since every notice would meet it.
 * What parcel.h refuses is REFUSED with code 0, before libESMTP sees it. A relay that ends the
 * connection after some messages gets another one for the parcel that was taken and not begun.
 * Its process needs an empty private HOME (the library would take keys from there; open refuses
 * one that has them). serve() ignores SIGPIPE where that would kill. The resolver may block for
 * longer than timeout_ms: the owner kills at its deadline.
 */
extern const struct channel_ops channel_smtp;
/* outbox/<notice>.eml, and before it .json; ids must be words (parcel.h); never overwrites another.
 */
extern const struct channel_ops channel_file;
/* Accepts everything, keeps nothing: for tests. */
extern const struct channel_ops channel_null;

/* By name; NULL when unknown. */
const struct channel_ops *channel_find(const char *name);

/* An address that may stand in an envelope: strict grammar, ≤ 254 bytes, ASCII (domain as
 * A-labels, each a genuine one). */
MUST_USE enum status address_check(const char *address, struct err *err);
/* The same with the domain turned into A-labels (IDNA). Heap. Returns ERR_INVALID. */
MUST_USE enum status address_normal(char **out, const char *address, struct err *err);

#endif
