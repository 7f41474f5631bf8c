#include "channels/smtp_tls.h"

#include "base/sha256.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

bool tls_host_is_ip(const char *host)
{
    struct in_addr address;
    return inet_pton(AF_INET, host, &address) == 1;
}

static struct tls_watch *watch_of(const SSL *ssl)
{
    return SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
}

/* The DNS names of a certificate, at most a few, printable. */
static void certificate_names(char *out, size_t size, const X509 *cert)
{
    struct str names;
    str_init(&names, size - 1);
    GENERAL_NAMES *alt = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
    for (int i = 0; i < sk_GENERAL_NAME_num(alt); i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(alt, i);
        if (name->type != GEN_DNS)
            continue;
        if (names.size > 0)
            str_add(&names, " ");
        const unsigned char *text = ASN1_STRING_get0_data(name->d.dNSName);
        for (int k = 0; k < ASN1_STRING_length(name->d.dNSName); k++)
            str_add_c(&names, text[k] > ' ' && text[k] <= '~' ? (char)text[k] : '?');
    }
    GENERAL_NAMES_free(alt);
    (void)snprintf(out, size, "%s", names.size > 0 ? str_text(&names) : "no host at all");
    str_dispose(&names);
}

static void certificate_date(char *out, size_t size, const ASN1_TIME *when)
{
    struct tm tm = {0};
    if (ASN1_TIME_to_tm(when, &tm) != 1 || strftime(out, size, "%Y-%m-%d", &tm) == 0)
        (void)snprintf(out, size, "a date that cannot be read");
}

/* "certificate", or whose it is when one above it in the chain is at fault. */
static void certificate_word(char *out, size_t size, const X509 *cert, int depth)
{
    char name[41] = "";
    if (depth > 0 && X509_NAME_get_text_by_NID(X509_get_subject_name(cert), NID_commonName, name,
                                               sizeof name) > 0)
        (void)snprintf(out, size, "certificate of its authority (%s)", name);
    else
        (void)snprintf(out, size, depth > 0 ? "certificate of its authority" : "certificate");
    for (char *p = out; *p != '\0'; p++)
        if (*p < ' ' || *p > '~' || *p == '"' || *p == '\\')
            *p = '?';
}

/* What a person can do about it, in a few words. */
static const char *certificate_advice(int error)
{
    switch (error) {
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
    case X509_V_ERR_CA_MD_TOO_WEAK:
        return "it needs RSA of 2048 bits or an elliptic curve, and SHA-256";
    case X509_V_ERR_INVALID_PURPOSE:
        return "it must be one for servers (serverAuth)";
    default:
        return "the relay needs another certificate";
    }
}

static void explain_certificate(struct tls_watch *watch, int error, int depth, X509 *cert)
{
    char *out = watch->refused;
    size_t size = sizeof watch->refused;
    char text[70];
    char whose[80];
    certificate_word(whose, sizeof whose, cert, depth);
    switch (error) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        certificate_names(text, sizeof text, cert);
        (void)snprintf(out, size,
                       "certificate is for %s, not %.60s: correct mail.relay, or the "
                       "relay's certificate",
                       text, watch->host);
        break;
    case X509_V_ERR_CERT_HAS_EXPIRED:
        certificate_date(text, sizeof text, X509_get0_notAfter(cert));
        (void)snprintf(out, size, "%s expired on %s: it must be renewed", whose, text);
        break;
    case X509_V_ERR_CERT_NOT_YET_VALID:
        certificate_date(text, sizeof text, X509_get0_notBefore(cert));
        (void)snprintf(out, size,
                       "%s is not valid before %s: check the clock of this machine, "
                       "or renew it",
                       whose, text);
        break;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_CERT_UNTRUSTED:
        (void)snprintf(out, size,
                       "certificate of an unknown authority (%s): name its authority in "
                       "mail.ca_file; the relay must send intermediates along",
                       X509_verify_cert_error_string(error));
        break;
    case X509_V_ERR_INVALID_PURPOSE:
        if (depth == 0 && X509_get_extended_key_usage(cert) == UINT32_MAX) {
            (void)snprintf(out, size,
                           "certificate does not say what it is for (no extended key usage): the "
                           "relay needs one issued for servers (serverAuth)");
            break;
        }
        /* fall through */
    default:
        (void)snprintf(out, size, "%s refused: %s: %s", whose, X509_verify_cert_error_string(error),
                       certificate_advice(error));
        break;
    }
}

/* OpenSSL takes one without any purpose for all of them: one for a mail user would be a relay. */
static bool is_for_servers(X509 *cert)
{
    uint32_t usage = X509_get_extended_key_usage(cert);
    return usage != UINT32_MAX && (usage & XKU_SSL_SERVER) != 0;
}

/* Keeps the reason, and asks for a purpose: nothing that OpenSSL refused is taken. */
static int on_verify(int good, X509_STORE_CTX *store)
{
    const SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    struct tls_watch *watch = watch_of(ssl);
    if (good == 1 && X509_STORE_CTX_get_error_depth(store) == 0 &&
        !is_for_servers(X509_STORE_CTX_get_current_cert(store))) {
        X509_STORE_CTX_set_error(store, X509_V_ERR_INVALID_PURPOSE);
        good = 0;
    }
    if (good != 1 && watch->refused[0] == '\0')
        explain_certificate(watch, X509_STORE_CTX_get_error(store),
                            X509_STORE_CTX_get_error_depth(store),
                            X509_STORE_CTX_get_current_cert(store));
    return good;
}

static void on_info(const SSL *ssl, int where, int value)
{
    struct tls_watch *watch = watch_of(ssl);
    if ((where & SSL_CB_HANDSHAKE_START) != 0 && !watch->begun) {
        watch->begun = true;
        /* The library sets no SNI, and this is the only place that sees its SSL in time. A literal
         * address may not stand there (RFC 6066). The callback's const is for watchers; the object
         * is the library's own. */
        union {
            const SSL *seen;
            SSL *ssl;
        } mutable = {ssl};
        if (!tls_host_is_ip(watch->host)) {
            char *name = xstrdup(watch->host); /* OpenSSL's macro takes no const; it copies */
            (void)SSL_set_tlsext_host_name(mutable.ssl, name);
            free(name);
        }
    }
    if ((where & SSL_CB_READ_ALERT) == SSL_CB_READ_ALERT && !watch->done)
        (void)snprintf(watch->alert, sizeof watch->alert, "%s", SSL_alert_desc_string_long(value));
}

static enum status set_name(SSL_CTX *ctx, const char *host, struct err *err)
{
    X509_VERIFY_PARAM *param = SSL_CTX_get0_param(ctx);
    X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS |
                                               X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    int set = tls_host_is_ip(host) ? X509_VERIFY_PARAM_set1_ip_asc(param, host)
                                   : X509_VERIFY_PARAM_set1_host(param, host, strlen(host));
    return set == 1 ? OK
                    : err_set(err, ERR_INVALID,
                              "relay: the name %s cannot be checked in a "
                              "certificate: give its host name",
                              host);
}

static enum status set_authorities(SSL_CTX *ctx, const char *ca_file, struct err *err)
{
    if (ca_file == NULL) {
        if (SSL_CTX_set_default_verify_paths(ctx) == 1)
            return OK;
        return err_set(err, ERR_IO,
                       "relay: the system's certificate authorities cannot be read: "
                       "install ca-certificates or give ca_file");
    }
    if (SSL_CTX_load_verify_file(ctx, ca_file) == 1)
        return OK;
    unsigned long code = ERR_peek_last_error();
    ERR_clear_error();
    return err_set(err, ERR_INVALID, "%s: holds no certificate authority (%s): give a PEM file",
                   ca_file, ERR_reason_error_string(code));
}

enum status tls_open(SSL_CTX **out, struct tls_watch *watch, const char *ca_file, struct err *err)
{
    enum status status = ERR_IO;
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
    if (ctx == NULL || SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) != 1) {
        status = err_set(err, ERR_IO, "relay: OpenSSL offers no TLS 1.2: check its installation");
        goto done;
    }
    /* Level 2: 112 bits, so no RSA under 2048, no SHA-1 signatures, whatever openssl.cnf says. */
    SSL_CTX_set_security_level(ctx, 2);
    SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    /* Each session proves its peer anew. */
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, on_verify);
    SSL_CTX_set_info_callback(ctx, on_info);
    SSL_CTX_set_app_data(ctx, watch);
    status = set_name(ctx, watch->host, err);
    if (status == OK)
        status = set_authorities(ctx, ca_file, err);
done:
    if (status == OK)
        *out = ctx;
    else
        SSL_CTX_free(ctx);
    return status;
}

void tls_reset(struct tls_watch *watch)
{
    *watch = (struct tls_watch){.host = watch->host};
    ERR_clear_error();
}

void tls_set_time(SSL_CTX *ctx, int64_t now_ms)
{
    X509_VERIFY_PARAM *param = SSL_CTX_get0_param(ctx);
    if (now_ms == 0)
        (void)X509_VERIFY_PARAM_clear_flags(param, X509_V_FLAG_USE_CHECK_TIME);
    else
        X509_VERIFY_PARAM_set_time(param, (time_t)(now_ms / 1000));
}

bool tls_prove(struct tls_watch *watch, const SSL *ssl)
{
    unsigned char *der = NULL;
    X509 *cert = SSL_get0_peer_certificate(ssl);
    if (cert == NULL || SSL_get_verify_mode(ssl) != SSL_VERIFY_PEER ||
        SSL_get_verify_result(ssl) != X509_V_OK || !is_for_servers(cert) ||
        SSL_version(ssl) < TLS1_2_VERSION) {
        (void)snprintf(watch->refused, sizeof watch->refused, "the peer did not prove its name");
        return false;
    }
    int size = i2d_X509(cert, &der);
    if (size <= 0)
        return false;
    sha256_hex_of(watch->peer, (struct bytes){der, (size_t)size});
    OPENSSL_free(der);
    (void)snprintf(watch->version, sizeof watch->version, "%s %s", SSL_get_version(ssl),
                   SSL_get_cipher_name(ssl));
    watch->done = true;
    return true;
}

/* The first error of the queue that says something of the handshake; the queue is left empty. */
static int handshake_reason(char *out, size_t size)
{
    unsigned long code = ERR_get_error();
    ERR_clear_error();
    const char *text = code == 0 ? NULL : ERR_reason_error_string(code);
    (void)snprintf(out, size, "%s", text == NULL ? "the connection was lost" : text);
    return ERR_GET_LIB(code) == ERR_LIB_SSL ? ERR_GET_REASON(code) : 0;
}

static const char to_tls[] = "allow TLS 1.2 or 1.3 with strong ciphers and keys there";

/* What the relay has is not good enough, and will not be tomorrow. */
static const char *weakness(int reason, const char *text)
{
    switch (reason) {
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
        return "the relay speaks only TLSv1.1 or older";
    case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
    case SSL_R_TLSV1_ALERT_INSUFFICIENT_SECURITY:
    case SSL_R_NO_SHARED_CIPHER:
    case SSL_R_UNKNOWN_CIPHER_RETURNED:
    case SSL_R_WRONG_CIPHER_RETURNED:
        return "the relay has no cipher or key that we take";
    case SSL_R_DH_KEY_TOO_SMALL:
    case SSL_R_BAD_DH_VALUE:
    case SSL_R_WRONG_CURVE:
    case SSL_R_EE_KEY_TOO_SMALL:
    case SSL_R_CA_KEY_TOO_SMALL:
    case SSL_R_CA_MD_TOO_WEAK:
    case SSL_R_WRONG_SIGNATURE_TYPE:
        return text;
    default:
        return NULL;
    }
}

bool tls_explain(char *out, size_t size, const struct tls_watch *watch)
{
    char text[100];
    int reason = handshake_reason(text, sizeof text);
    const char *weak = weakness(reason, text);
    if (watch->refused[0] != '\0') {
        (void)snprintf(out, size, "TLS refused: %s", watch->refused);
    } else if (weak != NULL) {
        (void)snprintf(out, size, "TLS refused: %s%s%s%s: %s", weak, weak == text ? "" : " (",
                       weak == text ? "" : text, weak == text ? "" : ")", to_tls);
    } else if (reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_PACKET_LENGTH_TOO_LONG ||
               reason == SSL_R_HTTP_REQUEST) {
        (void)snprintf(out, size,
                       "hostile: bytes before the handshake, what followed STARTTLS was not TLS");
        return false;
    } else if (watch->alert[0] != '\0') {
        (void)snprintf(out, size, "TLS refused by the relay: %s: its own log says why",
                       watch->alert);
    } else {
        (void)snprintf(out, size, "TLS handshake failed: %s", text);
        return false;
    }
    return true;
}
