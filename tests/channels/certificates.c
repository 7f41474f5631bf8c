#include "tests/channels/certificates.h"

#include "base/str.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#define DAY_S (24L * 60 * 60)

struct issuer {
    X509 *cert;
    EVP_PKEY *key;
};

static const struct {
    const char *name, *subject, *alt;
    long from_s, to_s;
    enum { BY_US, BY_STRANGER, BY_ITSELF } by;
    bool weak;
} kinds[] = {
    {"good", "relay", "DNS:localhost,IP:127.0.0.1", -DAY_S, DAY_S, BY_US, false},
    {"other", "localhost", "DNS:other.example", -DAY_S, DAY_S, BY_US, false},
    {"expired", "relay", "DNS:localhost", -2 * DAY_S, -DAY_S, BY_US, false},
    {"future", "relay", "DNS:localhost", DAY_S, 2 * DAY_S, BY_US, false},
    {"stranger", "relay", "DNS:localhost", -DAY_S, DAY_S, BY_STRANGER, false},
    {"self", "relay", "DNS:localhost", -DAY_S, DAY_S, BY_ITSELF, false},
    {"cn", "localhost", NULL, -DAY_S, DAY_S, BY_US, false},
    {"address", "127.0.0.1", "DNS:127.0.0.1", -DAY_S, DAY_S, BY_US, false},
    {"weak", "relay", "DNS:localhost", -DAY_S, DAY_S, BY_US, true},
};

static void add_extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX ctx;
    X509V3_set_ctx_nodb(&ctx);
    X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
    ck_assert_ptr_nonnull(extension);
    ck_assert_int_eq(X509_add_ext(cert, extension, -1), 1);
    X509_EXTENSION_free(extension);
}

static X509 *new_cert(const char *subject, EVP_PKEY *key, long from_s, long to_s)
{
    static long serial = 1;
    X509 *cert = X509_new();
    ck_assert_int_eq(X509_set_version(cert, X509_VERSION_3), 1);
    ck_assert_int_eq(ASN1_INTEGER_set(X509_get_serialNumber(cert), serial++), 1);
    ck_assert_ptr_nonnull(X509_gmtime_adj(X509_getm_notBefore(cert), from_s));
    ck_assert_ptr_nonnull(X509_gmtime_adj(X509_getm_notAfter(cert), to_s));
    ck_assert_int_eq(X509_set_pubkey(cert, key), 1);
    ck_assert_int_eq(X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN", MBSTRING_ASC,
                                                (const unsigned char *)subject, -1, -1, 0),
                     1);
    return cert;
}

static struct issuer new_issuer(const char *name)
{
    struct issuer ca = {.key = EVP_EC_gen("P-256")};
    ca.cert = new_cert(name, ca.key, -3 * DAY_S, 3 * DAY_S);
    ck_assert_int_eq(X509_set_issuer_name(ca.cert, X509_get_subject_name(ca.cert)), 1);
    add_extension(ca.cert, ca.cert, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(ca.cert, ca.cert, NID_key_usage, "critical,keyCertSign,cRLSign");
    ck_assert_int_gt(X509_sign(ca.cert, ca.key, EVP_sha256()), 0);
    return ca;
}

static void write_pem(const char *folder, const char *name, const char *type, X509 *cert,
                      EVP_PKEY *key)
{
    char *path = xprintf("%s/%s.%s", folder, name, type);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    if (cert != NULL)
        ck_assert_int_eq(PEM_write_X509(file, cert), 1);
    if (key != NULL)
        ck_assert_int_eq(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL), 1);
    ck_assert_int_eq(fclose(file), 0);
    free(path);
}

void certificates_make(const char *folder)
{
    struct issuer us = new_issuer("Test authority");
    struct issuer stranger = new_issuer("Somebody else");
    write_pem(folder, "ca", "pem", us.cert, NULL);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        EVP_PKEY *key = kinds[i].weak ? EVP_RSA_gen(1024) : EVP_EC_gen("P-256");
        X509 *cert = new_cert(kinds[i].subject, key, kinds[i].from_s, kinds[i].to_s);
        struct issuer by = kinds[i].by == BY_US         ? us
                           : kinds[i].by == BY_STRANGER ? stranger
                                                        : (struct issuer){cert, key};
        ck_assert_int_eq(X509_set_issuer_name(cert, X509_get_subject_name(by.cert)), 1);
        add_extension(cert, by.cert, NID_ext_key_usage, "serverAuth");
        if (kinds[i].alt != NULL)
            add_extension(cert, by.cert, NID_subject_alt_name, kinds[i].alt);
        ck_assert_int_gt(X509_sign(cert, by.key, EVP_sha256()), 0);
        write_pem(folder, kinds[i].name, "pem", cert, NULL);
        write_pem(folder, kinds[i].name, "key", NULL, key);
        X509_free(cert);
        EVP_PKEY_free(key);
    }
    X509_free(us.cert);
    EVP_PKEY_free(us.key);
    X509_free(stranger.cert);
    EVP_PKEY_free(stranger.key);
}
