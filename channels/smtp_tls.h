/*
 * channels/smtp_tls - the TLS of a submission: one SSL_CTX per relay, and why a peer was refused.
 *
 * TLS 1.2 or newer, the relay's own CA or the system's, and the *configured* name: libESMTP alone
 * would take the name that the resolver calls canonical, so whoever answers for DNS would choose
 * the certificate.
 */
#ifndef TOCSIN_CHANNELS_SMTP_TLS_H
#define TOCSIN_CHANNELS_SMTP_TLS_H

#include "base/str.h"

#include <openssl/ssl.h>

/* What happened in one handshake. */
struct tls_watch {
    char *host;        /* the configured name or IPv4 address; borrowed, not changed */
    char refused[256]; /* why we refused the certificate, "" if we did not */
    char alert[64];    /* what the peer objected to */
    bool begun;
    bool done;
    char version[64]; /* "TLSv1.3 TLS_AES_256_GCM_SHA384" */
    char peer[65];    /* hex SHA-256 of the certificate */
};

/*
 * ca_file NULL is the system's. The watch must live as long as the context.
 * Returns ERR_INVALID (name, CA file), ERR_IO.
 */
MUST_USE enum status tls_open(SSL_CTX **out, struct tls_watch *watch, const char *ca_file,
                              struct err *err);
/* Before each connection. */
void tls_reset(struct tls_watch *watch);
/* Judge certificates at this instant; 0: by the machine's clock. */
void tls_set_time(SSL_CTX *ctx, int64_t now_ms);
/* After the handshake: is the peer proven to be the configured one? Fills version and peer. */
bool tls_prove(struct tls_watch *watch, const SSL *ssl);
/*
 * Why there is no session: one sentence for people; takes OpenSSL's error queue.
 * Says whether a person must mend something, here or at the relay.
 */
bool tls_explain(char *out, size_t size, const struct tls_watch *watch);

bool tls_host_is_ip(const char *host);

#endif
