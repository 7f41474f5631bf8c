#include "tests/evidence/authority.h"

#include <stdio.h>
#include <stdlib.h>

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/ts.h>
#include <openssl/x509v3.h>

#define DAY_S INT64_C(86400)
/* Also for processes in which no test runs. */
#define MUST(x)                                                                                    \
    do {                                                                                           \
        if (!(x)) {                                                                                \
            (void)fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #x);                          \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

static char *path_of(const char *folder, const char *name, const char *type)
{
    return xprintf("%s/%s.%s", folder, name, type);
}

static void add_extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX ctx;
    X509V3_set_ctx_nodb(&ctx);
    X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
    MUST(extension != NULL);
    MUST(X509_add_ext(cert, extension, -1) == 1);
    X509_EXTENSION_free(extension);
}

static X509 *new_cert(const char *name, EVP_PKEY *key, int64_t from_s, int64_t till_s)
{
    static long serial = 1;
    X509 *cert = X509_new();
    MUST(X509_set_version(cert, X509_VERSION_3) == 1);
    MUST(ASN1_INTEGER_set(X509_get_serialNumber(cert), serial++) == 1);
    MUST(ASN1_TIME_set(X509_getm_notBefore(cert), from_s) != NULL);
    MUST(ASN1_TIME_set(X509_getm_notAfter(cert), till_s) != NULL);
    MUST(X509_set_pubkey(cert, key) == 1);
    MUST(X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN", MBSTRING_ASC,
                                    (const unsigned char *)name, -1, -1, 0) == 1);
    return cert;
}

static void save(const char *folder, const char *name, X509 *cert, EVP_PKEY *key)
{
    for (int i = 0; i < 2; i++) {
        char *path = path_of(folder, name, i == 0 ? "pem" : "key");
        FILE *file = fopen(path, "w");
        MUST(file != NULL);
        MUST((i == 0 ? PEM_write_X509(file, cert)
                     : PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL)) == 1);
        MUST(fclose(file) == 0);
        free(path);
    }
}

static X509 *make_root(const char *folder, const char *name, EVP_PKEY *key)
{
    X509 *cert = new_cert(name, key, AUTHORITY_AT - 900 * DAY_S, AUTHORITY_AT + 900 * DAY_S);
    MUST(X509_set_issuer_name(cert, X509_get_subject_name(cert)) == 1);
    add_extension(cert, cert, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(cert, cert, NID_key_usage, "critical,keyCertSign");
    MUST(X509_sign(cert, key, EVP_sha256()) > 0);
    save(folder, name, cert, key);
    return cert;
}

static void make_signer(const char *folder, const char *name, X509 *root, EVP_PKEY *by,
                        int64_t till_s)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *cert = new_cert(name, key, AUTHORITY_AT - 300 * DAY_S, till_s);
    MUST(X509_set_issuer_name(cert, X509_get_subject_name(root)) == 1);
    add_extension(cert, root, NID_key_usage, "critical,digitalSignature");
    add_extension(cert, root, NID_ext_key_usage, "critical,timeStamping");
    MUST(X509_sign(cert, by, EVP_sha256()) > 0);
    save(folder, name, cert, key);
    X509_free(cert);
    EVP_PKEY_free(key);
}

void authority_make(const char *folder)
{
    EVP_PKEY *key = EVP_EC_gen("P-256"), *other_key = EVP_EC_gen("P-256");
    X509 *root = make_root(folder, "root", key);
    X509 *other = make_root(folder, "other-root", other_key);
    make_signer(folder, "good", root, key, AUTHORITY_AT + 200 * DAY_S);
    make_signer(folder, "expired", root, key, AUTHORITY_AT - DAY_S);
    make_signer(folder, "stranger", other, other_key, AUTHORITY_AT + 200 * DAY_S);
    X509_free(root);
    X509_free(other);
    EVP_PKEY_free(key);
    EVP_PKEY_free(other_key);
}

static X509 *load_cert(const char *folder, const char *name)
{
    char *path = path_of(folder, name, "pem");
    FILE *file = fopen(path, "r");
    X509 *cert = file != NULL ? PEM_read_X509(file, NULL, NULL, NULL) : NULL;
    MUST(cert != NULL);
    (void)fclose(file);
    free(path);
    return cert;
}

static EVP_PKEY *load_key(const char *folder, const char *name)
{
    char *path = path_of(folder, name, "key");
    FILE *file = fopen(path, "r");
    EVP_PKEY *key = file != NULL ? PEM_read_PrivateKey(file, NULL, NULL, NULL) : NULL;
    MUST(key != NULL);
    (void)fclose(file);
    free(path);
    return key;
}

static ASN1_INTEGER *give_serial(struct TS_resp_ctx *ctx, void *context)
{
    ASN1_INTEGER *serial = ASN1_INTEGER_new();
    (void)ctx;
    (void)context;
    MUST(ASN1_INTEGER_set(serial, 0xBEEF) == 1);
    return serial;
}

static int give_time(struct TS_resp_ctx *ctx, void *context, long *seconds, long *micros)
{
    const int64_t *at_s = context;
    (void)ctx;
    *seconds = (long)*at_s;
    *micros = 0;
    return 1;
}

/* The question that the lie would answer. */
static TS_REQ *asked(struct bytes request, enum lie lie)
{
    const unsigned char *at = request.data;
    TS_REQ *req = d2i_TS_REQ(NULL, &at, (long)request.size);
    MUST(req != NULL);
    if (lie == LIE_NONCE) {
        ASN1_INTEGER *nonce = ASN1_INTEGER_new();
        MUST(ASN1_INTEGER_set(nonce, 4711) == 1);
        MUST(TS_REQ_set_nonce(req, nonce) == 1);
        ASN1_INTEGER_free(nonce);
    } else if (lie == LIE_NO_NONCE) {
        TS_REQ *bare = TS_REQ_new();
        MUST(TS_REQ_set_version(bare, 1) == 1);
        MUST(TS_REQ_set_msg_imprint(bare, TS_REQ_get_msg_imprint(req)) == 1);
        MUST(TS_REQ_set_cert_req(bare, 1) == 1);
        TS_REQ_free(req);
        return bare;
    } else if (lie == LIE_IMPRINT) {
        ASN1_OCTET_STRING *digest = TS_MSG_IMPRINT_get_msg(TS_REQ_get_msg_imprint(req));
        unsigned char bytes[32] = {1, 2, 3};
        MUST(ASN1_STRING_set(digest, bytes, sizeof bytes) == 1);
    } else if (lie == LIE_POLICY) {
        ASN1_OBJECT *other = OBJ_txt2obj("1.2.3.4.7", 1);
        MUST(TS_REQ_set_policy_id(req, other) == 1);
        ASN1_OBJECT_free(other);
    }
    return req;
}

static BIO *as_bio(TS_REQ *req)
{
    BIO *bio = BIO_new(BIO_s_mem());
    MUST(i2d_TS_REQ_bio(bio, req) == 1);
    return bio;
}

void authority_answer(struct str *out, const char *folder, struct bytes request, enum lie lie,
                      int64_t at_s)
{
    const char *name = lie == LIE_STRANGER ? "stranger" : lie == LIE_EXPIRED ? "expired" : "good";
    X509 *cert = load_cert(folder, name);
    EVP_PKEY *key = load_key(folder, name);
    TS_RESP_CTX *ctx = TS_RESP_CTX_new();
    ASN1_OBJECT *own = OBJ_txt2obj(AUTHORITY_POLICY, 1), *second = OBJ_txt2obj("1.2.3.4.7", 1);
    TS_REQ *req = asked(request, lie);
    BIO *bio = as_bio(req);
    unsigned char *der = NULL;
    MUST(TS_RESP_CTX_set_signer_cert(ctx, cert) == 1);
    MUST(TS_RESP_CTX_set_signer_key(ctx, key) == 1);
    MUST(TS_RESP_CTX_set_def_policy(ctx, own) == 1);
    MUST(TS_RESP_CTX_add_policy(ctx, second) == 1);
    MUST((TS_RESP_CTX_add_md(ctx, lie == LIE_REFUSED ? EVP_sha512() : EVP_sha256())) == 1);
    MUST(TS_RESP_CTX_set_signer_digest(ctx, EVP_sha256()) == 1);
    MUST(TS_RESP_CTX_set_ess_cert_id_digest(ctx, EVP_sha256()) == 1);
    TS_RESP_CTX_set_serial_cb(ctx, give_serial, NULL);
    TS_RESP_CTX_set_time_cb(ctx, give_time, &at_s);
    TS_RESP *response = TS_RESP_create_response(ctx, bio);
    MUST(response != NULL);
    int size = i2d_TS_RESP(response, &der);
    MUST(size > 0);
    if (lie == LIE_SIGNATURE)
        der[size - 1] ^= 1;
    str_add_n(out, der, (size_t)size);
    if (lie == LIE_LONGER)
        str_add_c(out, 'x');
    OPENSSL_free(der);
    TS_RESP_free(response);
    BIO_free(bio);
    TS_REQ_free(req);
    ASN1_OBJECT_free(own);
    ASN1_OBJECT_free(second);
    TS_RESP_CTX_free(ctx);
    EVP_PKEY_free(key);
    X509_free(cert);
}
