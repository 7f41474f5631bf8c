#include "tests/lies/peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/dh.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#define DAY_S (24L * 60 * 60)

static void must(bool good, const char *what)
{
    if (good)
        return;
    (void)fprintf(stderr, "peer: %s: %s\n", what, ERR_reason_error_string(ERR_peek_last_error()));
    abort();
}

struct issuer {
    X509 *cert;
    EVP_PKEY *key;
};

static EVP_PKEY *new_key(enum peer_key kind)
{
    static const unsigned bits[] = {[KEY_RSA_512] = 512,
                                    [KEY_RSA_1024] = 1024,
                                    [KEY_RSA_2048] = 2048,
                                    [KEY_RSA_3072] = 3072,
                                    [KEY_RSA_4096] = 4096};
    EVP_PKEY *key = kind == KEY_P256      ? EVP_EC_gen("P-256")
                    : kind == KEY_P384    ? EVP_EC_gen("P-384")
                    : kind == KEY_P192    ? EVP_EC_gen("P-192")
                    : kind == KEY_ED25519 ? EVP_PKEY_Q_keygen(NULL, NULL, "ED25519")
                                          : EVP_RSA_gen(bits[kind]);
    must(key != NULL, "key");
    return key;
}

static void extend(X509 *cert, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX ctx;
    X509V3_set_ctx_nodb(&ctx);
    X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
    must(extension != NULL && X509_add_ext(cert, extension, -1) == 1, value);
    X509_EXTENSION_free(extension);
}

static void set_time(ASN1_TIME *time, const char *text, long days)
{
    if (text != NULL)
        must(ASN1_TIME_set_string_X509(time, text) == 1, text);
    else
        must(X509_gmtime_adj(time, days * DAY_S) != NULL, "time");
}

static X509 *new_cert(const char *name, EVP_PKEY *key, const struct issuer *by, const char *from,
                      const char *to)
{
    static long serial = 1;
    X509 *cert = X509_new();
    must(cert != NULL && X509_set_version(cert, X509_VERSION_3) == 1 &&
             ASN1_INTEGER_set(X509_get_serialNumber(cert), serial++) == 1 &&
             X509_set_pubkey(cert, key) == 1 &&
             X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN", MBSTRING_ASC,
                                        (const unsigned char *)name, -1, -1, 0) == 1,
         name);
    set_time(X509_getm_notBefore(cert), from, -1);
    set_time(X509_getm_notAfter(cert), to, 1);
    must(X509_set_issuer_name(cert, X509_get_subject_name(by == NULL ? cert : by->cert)) == 1,
         "issuer");
    return cert;
}

static void sign(X509 *cert, EVP_PKEY *key, const char *digest)
{
    bool pure = EVP_PKEY_is_a(key, "ED25519") == 1;
    must(X509_sign(cert, key, pure ? NULL : EVP_get_digestbyname(digest)) > 0, "sign");
}

static const char old_from[] = "20200101000000Z";
static const char old_to[] = "20210101000000Z";

struct ca_shape {
    const char *name, *constraints, *usage, *names, *digest, *from, *to;
    enum peer_key key;
};

static struct issuer new_ca(const struct ca_shape *shape, const struct issuer *by)
{
    struct issuer ca = {.key = new_key(shape->key)};
    ca.cert = new_cert(shape->name, ca.key, by, shape->from, shape->to);
    X509 *signer = by == NULL ? ca.cert : by->cert;
    extend(ca.cert, signer, NID_basic_constraints,
           shape->constraints == NULL ? "critical,CA:TRUE" : shape->constraints);
    extend(ca.cert, signer, NID_key_usage,
           shape->usage == NULL ? "critical,keyCertSign,cRLSign" : shape->usage);
    if (shape->names != NULL)
        extend(ca.cert, signer, NID_name_constraints, shape->names);
    sign(ca.cert, by == NULL ? ca.key : by->key, shape->digest == NULL ? "SHA256" : shape->digest);
    return ca;
}

static void free_ca(struct issuer *ca)
{
    X509_free(ca->cert);
    EVP_PKEY_free(ca->key);
}

static void write_authorities(const char *path, const struct issuer *root, bool several)
{
    FILE *file = fopen(path, "we");
    must(file != NULL, path);
    for (int i = 0; several && i < 4; i++) {
        const struct ca_shape shape = {.name = "One of several"};
        struct issuer other = new_ca(&shape, NULL);
        if (i == 3)
            must(PEM_write_X509(file, root->cert) == 1, "write");
        must(PEM_write_X509(file, other.cert) == 1, "write");
        free_ca(&other);
    }
    if (!several)
        must(PEM_write_X509(file, root->cert) == 1, "write");
    must(fclose(file) == 0, "write");
}

/* How the intermediate of each chain looks; without a name there is none. */
static const struct ca_shape middles[] = {
    [CHAIN_GOOD] = {.name = "Intermediate"},
    [CHAIN_MISSING] = {.name = "Intermediate"},
    [CHAIN_NOT_CA] = {.name = "Intermediate", .constraints = "critical,CA:FALSE"},
    [CHAIN_EXPIRED] = {.name = "Intermediate", .from = old_from, .to = old_to},
    [CHAIN_SHA1] = {.name = "Intermediate", .digest = "SHA1"},
    [CHAIN_WEAK] = {.name = "Intermediate", .key = KEY_RSA_1024},
    [CHAIN_TOO_LONG] = {.name = "Intermediate", .constraints = "critical,CA:TRUE,pathlen:0"},
    [CHAIN_NAMES] = {.name = "Intermediate", .names = "critical,permitted;DNS:other.test"},
    [CHAIN_NO_SIGNING] = {.name = "Intermediate", .usage = "critical,digitalSignature"},
    [CHAIN_STRANGER] = {.name = "Somebody else"},
    [CHAIN_TWIN] = {.name = "Test authority"},
    [CHAIN_SEVERAL] = {.name = NULL},
};

/* An extension of our own number, and what it holds: NULL. */
static void add_unknown(X509 *cert)
{
    ASN1_OBJECT *object = OBJ_txt2obj("1.3.6.1.4.1.32473.99", 1);
    ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
    must(object != NULL && ASN1_OCTET_STRING_set(value, (const unsigned char *)"\x05\x00", 2) == 1,
         "extension");
    X509_EXTENSION *extension = X509_EXTENSION_create_by_OBJ(NULL, object, 1, value);
    must(extension != NULL && X509_add_ext(cert, extension, -1) == 1, "extension");
    X509_EXTENSION_free(extension);
    ASN1_OCTET_STRING_free(value);
    ASN1_OBJECT_free(object);
}

static void add_nul_name(X509 *cert)
{
    static const unsigned char text[] = "relay.test\0.evil.example";
    GENERAL_NAMES *names = sk_GENERAL_NAME_new_null();
    GENERAL_NAME *name = GENERAL_NAME_new();
    ASN1_IA5STRING *value = ASN1_IA5STRING_new();
    must(ASN1_STRING_set(value, text, (int)sizeof text - 1) == 1, "name");
    GENERAL_NAME_set0_value(name, GEN_DNS, value);
    must(sk_GENERAL_NAME_push(names, name) > 0 &&
             X509_add1_ext_i2d(cert, NID_subject_alt_name, names, 0, 0) == 1,
         "name");
    sk_GENERAL_NAME_pop_free(names, GENERAL_NAME_free);
}

static X509 *new_leaf(const struct peer *p, EVP_PKEY *key, const struct issuer *by)
{
    X509 *cert = new_cert(p->cn == NULL ? "relay" : p->cn, key, by, p->from, p->to);
    X509 *signer = by == NULL ? cert : by->cert;
    const char *alt = p->alt == NULL ? "DNS:relay.test" : p->alt;
    const char *usage = p->usage == NULL ? "serverAuth" : p->usage;
    if (p->nul_name)
        add_nul_name(cert);
    else if (*alt != '\0')
        extend(cert, signer, NID_subject_alt_name, alt);
    if (*usage != '\0')
        extend(cert, signer, NID_ext_key_usage, usage);
    if (p->key_usage != NULL)
        extend(cert, signer, NID_key_usage, p->key_usage);
    if (p->critical)
        add_unknown(cert);
    sign(cert, by == NULL ? key : by->key, p->digest == NULL ? "SHA256" : p->digest);
    if (p->damaged) {
        const ASN1_BIT_STRING *signature = NULL;
        X509_get0_signature(&signature, NULL, cert);
        union {
            const ASN1_BIT_STRING *seen;
            ASN1_BIT_STRING *ours;
        } bits = {signature};
        bits.ours->data[bits.ours->length - 1] ^= 1;
    }
    return cert;
}

static void use_dh(SSL_CTX *ctx, int bits)
{
    EVP_PKEY *params = NULL;
    EVP_PKEY_CTX *gen = EVP_PKEY_CTX_new_from_name(NULL, "DH", NULL);
    must(gen != NULL && EVP_PKEY_paramgen_init(gen) == 1, "dh");
    if (bits == 2048)
        must(EVP_PKEY_CTX_set_dh_nid(gen, NID_ffdhe2048) > 0, "dh");
    else
        must(EVP_PKEY_CTX_set_dh_paramgen_prime_len(gen, bits) > 0, "dh");
    must(EVP_PKEY_paramgen(gen, &params) == 1, "dh");
    must(SSL_CTX_set0_tmp_dh_pkey(ctx, params) == 1, "dh");
    EVP_PKEY_CTX_free(gen);
}

static SSL_CTX *new_context(const struct peer *p, X509 *leaf, EVP_PKEY *key)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    must(ctx != NULL, "context");
    /* A relay that knows no shame. */
    SSL_CTX_set_security_level(ctx, 0);
    must(SSL_CTX_set_min_proto_version(ctx, p->tls_from) == 1 &&
             SSL_CTX_set_max_proto_version(ctx, p->tls_to) == 1,
         "version");
    if (p->ciphers != NULL)
        must(SSL_CTX_set_cipher_list(ctx, p->ciphers) == 1, p->ciphers);
    if (p->groups != NULL)
        must(SSL_CTX_set1_groups_list(ctx, p->groups) == 1, p->groups);
    if (p->dh_bits > 0)
        use_dh(ctx, p->dh_bits);
    must(SSL_CTX_use_certificate(ctx, leaf) == 1 && SSL_CTX_use_PrivateKey(ctx, key) == 1, "use");
    return ctx;
}

SSL_CTX *peer_make(const struct peer *p, const char *ca_path)
{
    bool old = p->chain == CHAIN_ROOT_EXPIRED;
    const struct ca_shape root_shape = {
        .name = "Test authority",
        .from = old ? old_from : NULL,
        .to = old ? old_to : NULL,
        /* There is no ECDSA with MD5. */
        .key = p->digest != NULL && strcmp(p->digest, "MD5") == 0 ? KEY_RSA_2048 : KEY_P256};
    struct issuer root = new_ca(&root_shape, NULL);
    struct issuer middle = {NULL, NULL};
    struct issuer last = {NULL, NULL};
    const struct issuer *by = p->chain == CHAIN_SELF ? NULL : &root;
    size_t shapes = sizeof middles / sizeof middles[0];
    write_authorities(ca_path, &root, p->chain == CHAIN_SEVERAL);
    if (p->chain < shapes && middles[p->chain].name != NULL) {
        bool other = p->chain == CHAIN_STRANGER || p->chain == CHAIN_TWIN;
        middle = new_ca(&middles[p->chain], other ? NULL : &root);
        by = &middle;
    }
    if (p->chain == CHAIN_TOO_LONG) {
        const struct ca_shape second = {.name = "Second intermediate"};
        last = new_ca(&second, &middle);
        by = &last;
    }
    EVP_PKEY *key = new_key(p->key);
    X509 *leaf = new_leaf(p, key, by);
    SSL_CTX *ctx = new_context(p, leaf, key);
    if (last.cert != NULL)
        must(SSL_CTX_add1_chain_cert(ctx, last.cert) == 1, "chain");
    if (middle.cert != NULL && p->chain != CHAIN_MISSING)
        must(SSL_CTX_add1_chain_cert(ctx, middle.cert) == 1, "chain");
    X509_free(leaf);
    EVP_PKEY_free(key);
    free_ca(&root);
    free_ca(&middle);
    free_ca(&last);
    return ctx;
}
