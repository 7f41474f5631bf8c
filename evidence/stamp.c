#include "evidence/stamp.h"

#include "base/sha256.h"

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ts.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <stdio.h>
#include <string.h>

#define NONCE 16

static enum status refused(struct err *err, const char *what)
{
    unsigned long code = ERR_peek_last_error();
    const char *reason = code != 0 ? ERR_reason_error_string(code) : NULL;
    enum status status = reason != NULL
                             ? err_set(err, ERR_REFUSED, "time-stamp: %s (%s)", what, reason)
                             : err_set(err, ERR_REFUSED, "time-stamp: %s", what);
    ERR_clear_error();
    return status;
}

static bool set_imprint(TS_REQ *request, struct bytes data)
{
    struct sha256 digest;
    TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
    X509_ALGOR *algorithm = X509_ALGOR_new();
    sha256(&digest, data);
    bool good = imprint != NULL && algorithm != NULL &&
                X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_sha256), V_ASN1_NULL, NULL) == 1 &&
                TS_MSG_IMPRINT_set_algo(imprint, algorithm) == 1 &&
                TS_MSG_IMPRINT_set_msg(imprint, digest.byte, SHA256_SIZE) == 1 &&
                TS_REQ_set_msg_imprint(request, imprint) == 1; /* all copy */
    X509_ALGOR_free(algorithm);
    TS_MSG_IMPRINT_free(imprint);
    return good;
}

static bool set_nonce(TS_REQ *request)
{
    unsigned char bytes[NONCE];
    if (RAND_bytes(bytes, NONCE) != 1)
        return false;
    bytes[0] = (unsigned char)((bytes[0] & 0x7F) | 0x40); /* positive, and all 16 bytes long */
    BIGNUM *number = BN_bin2bn(bytes, NONCE, NULL);
    ASN1_INTEGER *nonce = number != NULL ? BN_to_ASN1_INTEGER(number, NULL) : NULL;
    bool good = nonce != NULL && TS_REQ_set_nonce(request, nonce) == 1;
    ASN1_INTEGER_free(nonce);
    BN_free(number);
    return good;
}

static bool set_policy(TS_REQ *request, const char *policy)
{
    if (policy == NULL)
        return true;
    ASN1_OBJECT *oid = OBJ_txt2obj(policy, 1);
    bool good = oid != NULL && TS_REQ_set_policy_id(request, oid) == 1;
    ASN1_OBJECT_free(oid);
    return good;
}

enum status stamp_request(struct str *out_der, const char *policy, struct bytes data,
                          struct err *err)
{
    TS_REQ *request = TS_REQ_new();
    unsigned char *der = NULL;
    int size = -1;
    if (request != NULL && TS_REQ_set_version(request, 1) == 1 && set_imprint(request, data) &&
        set_nonce(request) && set_policy(request, policy) && TS_REQ_set_cert_req(request, 1) == 1)
        size = i2d_TS_REQ(request, &der);
    if (size > 0)
        str_add_n(out_der, der, (size_t)size);
    OPENSSL_free(der);
    TS_REQ_free(request);
    ERR_clear_error();
    return size > 0
               ? OK
               : err_set(err, ERR_INVALID,
                         "time-stamp: no request can be made: check the policy (a dotted OID)");
}

/* OpenSSL would ask the terminal for the password of what says that it has one. */
static int no_password(char *out, int size, int writing, void *context)
{
    (void)out;
    (void)size;
    (void)writing;
    (void)context;
    return -1;
}

static X509 *next_cert(BIO *bio)
{
    return PEM_read_bio_X509(bio, NULL, no_password, NULL);
}

static X509_STORE *roots(struct bytes ca_pem, int64_t at_ms)
{
    X509_STORE *store = X509_STORE_new();
    BIO *bio = BIO_new_mem_buf(ca_pem.data, (int)ca_pem.size);
    int count = 0;
    if (store != NULL && bio != NULL)
        for (X509 *cert = next_cert(bio); cert != NULL; cert = next_cert(bio)) {
            count += X509_STORE_add_cert(store, cert) == 1 ? 1 : 0;
            X509_free(cert);
        }
    /* The end of the list, or a certificate that does not read? openssl(1) takes no broken list. */
    bool whole = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    BIO_free(bio);
    ERR_clear_error();
    if (count == 0 || !whole) {
        X509_STORE_free(store);
        return NULL;
    }
    X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store), (time_t)(at_ms / MS_SECOND));
    return store;
}

static bool instant_of(int64_t *out_ms, const ASN1_TIME *time)
{
    ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
    int days = 0, seconds = 0;
    bool good = epoch != NULL && time != NULL && ASN1_TIME_diff(&days, &seconds, epoch, time) == 1;
    ASN1_TIME_free(epoch);
    *out_ms = good ? (int64_t)days * MS_DAY + (int64_t)seconds * MS_SECOND : 0;
    return good;
}

/* TS_RESP_verify_response with what is known: always imprint, signature and version. */
static enum status verify(TS_RESP *response, TS_REQ *request, struct bytes data, X509_STORE *store,
                          struct err *err)
{
    struct sha256 digest;
    sha256(&digest, data);
    TS_VERIFY_CTX *ctx =
        request != NULL ? TS_REQ_to_TS_VERIFY_CTX(request, NULL) : TS_VERIFY_CTX_new();
    unsigned char *imprint = OPENSSL_memdup(digest.byte, SHA256_SIZE);
    if (ctx == NULL || imprint == NULL) {
        TS_VERIFY_CTX_free(ctx);
        OPENSSL_free(imprint);
        X509_STORE_free(store);
        return refused(err, "cannot be checked");
    }
    if (request == NULL) {
        (void)TS_VERIFY_CTX_add_flags(ctx, TS_VFY_VERSION | TS_VFY_IMPRINT);
        (void)TS_VERIFY_CTX_set_imprint(ctx, imprint, SHA256_SIZE); /* the context frees it */
    } else {
        OPENSSL_free(imprint); /* the request has it */
    }
    (void)TS_VERIFY_CTX_add_flags(ctx, TS_VFY_SIGNATURE | TS_VFY_SIGNER);
    (void)TS_VERIFY_CTX_set_store(ctx, store); /* freed with it */
    bool good = TS_RESP_verify_response(ctx, response) == 1;
    TS_VERIFY_CTX_free(ctx);
    return good ? OK : refused(err, "it does not hold");
}

/* The authority's certificate is the one among those in the token that is no issuer. */
static void describe_signer(struct stamp *out, TS_RESP *response)
{
    PKCS7 *token = TS_RESP_get_token(response);
    STACK_OF(X509) *signers = token != NULL ? PKCS7_get0_signers(token, NULL, 0) : NULL;
    X509 *cert = signers != NULL && sk_X509_num(signers) > 0 ? sk_X509_value(signers, 0) : NULL;
    if (cert != NULL) {
        (void)X509_NAME_oneline(X509_get_subject_name(cert), out->authority,
                                (int)sizeof out->authority);
        (void)instant_of(&out->cert_end_ms, X509_get0_notAfter(cert));
    }
    sk_X509_free(signers);
}

static enum status check(struct stamp *out, TS_RESP *response, TS_REQ *request, struct bytes data,
                         struct bytes ca_pem, struct err *err)
{
    TS_TST_INFO *info = TS_RESP_get_tst_info(response);
    if (info == NULL)
        return refused(err, "the authority did not grant it");
    /* A time with a fraction is cut to the second. */
    const ASN1_GENERALIZEDTIME *told = TS_TST_INFO_get_time(info);
    char text[16];
    ASN1_TIME *whole = NULL;
    if (told == NULL || ASN1_STRING_length(told) < 15)
        return refused(err, "it states no time");
    (void)snprintf(text, sizeof text, "%.14sZ", (const char *)ASN1_STRING_get0_data(told));
    whole = ASN1_TIME_new();
    bool known =
        whole != NULL && ASN1_TIME_set_string(whole, text) == 1 && instant_of(&out->at_ms, whole);
    ASN1_TIME_free(whole);
    if (!known)
        return refused(err, "it states no time");
    X509_STORE *store = roots(ca_pem, out->at_ms);
    if (store == NULL)
        return err_set(err, ERR_INVALID, "time-stamp: no certificate among the trusted roots");
    enum status status = verify(response, request, data, store, err);
    if (status != OK)
        return status;
    describe_signer(out, response);
    BIGNUM *serial = ASN1_INTEGER_to_BN(TS_TST_INFO_get_serial(info), NULL);
    char *hex = serial != NULL ? BN_bn2hex(serial) : NULL;
    (void)snprintf(out->serial, sizeof out->serial, "%.63s", hex != NULL ? hex : "");
    OPENSSL_free(hex);
    BN_free(serial);
    return OK;
}

enum status stamp_check(struct stamp *out, struct bytes response, struct bytes request,
                        struct bytes data, struct bytes ca_pem, struct err *err)
{
    struct stamp stamp = {0};
    const unsigned char *at = response.data;
    TS_RESP *resp = response.size > 0 && response.size <= STAMP_LIMIT
                        ? d2i_TS_RESP(NULL, &at, (long)response.size)
                        : NULL;
    TS_REQ *req = NULL;
    enum status status = OK;
    if (resp == NULL || at != response.data + response.size)
        status = err_set(err, ERR_INVALID, "time-stamp: no response of RFC 3161");
    if (status == OK && request.size > 0) {
        at = request.data;
        req = d2i_TS_REQ(NULL, &at, (long)request.size);
        if (req == NULL)
            status = err_set(err, ERR_INVALID, "time-stamp: no request of RFC 3161");
    }
    if (status == OK)
        status = check(&stamp, resp, req, data, ca_pem, err);
    if (status == OK)
        *out = stamp;
    TS_REQ_free(req);
    TS_RESP_free(resp);
    ERR_clear_error();
    return status;
}

enum status stamp_roots(struct str *out_pem, int64_t *first_end_ms, struct bytes pem,
                        struct err *err)
{
    BIO *in = BIO_new_mem_buf(pem.data, (int)pem.size);
    BIO *out = BIO_new(BIO_s_mem());
    bool good = in != NULL && out != NULL;
    int count = 0;
    *first_end_ms = 0;
    for (X509 *cert = good ? next_cert(in) : NULL; cert != NULL;
         cert = good ? next_cert(in) : NULL) {
        int64_t end_ms = 0;
        good = PEM_write_bio_X509(out, cert) == 1 && instant_of(&end_ms, X509_get0_notAfter(cert));
        if (count++ == 0 || end_ms < *first_end_ms)
            *first_end_ms = end_ms;
        X509_free(cert);
    }
    char *text = NULL;
    long size = good && count > 0 ? BIO_get_mem_data(out, &text) : 0;
    if (size > 0)
        str_add_n(out_pem, text, (size_t)size);
    BIO_free(in);
    BIO_free(out);
    ERR_clear_error();
    return size > 0 && str_ok(out_pem)
               ? OK
               : err_set(err, ERR_INVALID,
                         "no certificate (PEM) is in it: write the roots of the "
                         "time-stamp authority into it");
}
