#include "base/sha256.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>

/* Fetching the algorithm costs more than hashing a tree node: it is done once per process. */
static EVP_MD *algorithm;
static once_flag algorithm_once = ONCE_FLAG_INIT;
static tss_t contexts; /* of threads: what a thread has made goes when it ends */

struct sha256_ctx {
    EVP_MD_CTX *evp;
};

/* OpenSSL fails here only without memory or without SHA-256: no work is possible then. */
static void need(bool done)
{
    if (!done) {
        (void)fputs("tocsin: SHA-256 of OpenSSL does not work\n", stderr);
        abort();
    }
}

static void context_free(void *ctx)
{
    EVP_MD_CTX_free(ctx);
}

static void algorithm_fetch(void)
{
    need(tss_create(&contexts, context_free) == thrd_success);
    algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
    need(algorithm != NULL);
}

struct sha256_ctx *sha256_new(void)
{
    call_once(&algorithm_once, algorithm_fetch);
    struct sha256_ctx *ctx = xcalloc(1, sizeof *ctx);
    ctx->evp = EVP_MD_CTX_new();
    need(ctx->evp != NULL && EVP_DigestInit_ex2(ctx->evp, algorithm, NULL) == 1);
    return ctx;
}

void sha256_add(struct sha256_ctx *ctx, struct bytes data)
{
    if (data.size > 0)
        need(EVP_DigestUpdate(ctx->evp, data.data, data.size) == 1);
}

void sha256_end(struct sha256_ctx *ctx, struct sha256 *out)
{
    unsigned int size = 0;
    need(EVP_DigestFinal_ex(ctx->evp, out->byte, &size) == 1 && size == SHA256_SIZE);
    EVP_MD_CTX_free(ctx->evp);
    free(ctx);
}

/* A tree of a million entries is two million short digests: the context is made once a thread. */
void sha256_parts(struct sha256 *out, const struct bytes *parts, size_t count)
{
    static _Thread_local EVP_MD_CTX *ctx;
    unsigned int size = 0;
    if (ctx == NULL) {
        call_once(&algorithm_once, algorithm_fetch);
        ctx = EVP_MD_CTX_new();
        need(ctx != NULL && tss_set(contexts, ctx) == thrd_success);
    }
    need(EVP_DigestInit_ex2(ctx, algorithm, NULL) == 1);
    for (size_t i = 0; i < count; i++)
        if (parts[i].size > 0)
            need(EVP_DigestUpdate(ctx, parts[i].data, parts[i].size) == 1);
    need(EVP_DigestFinal_ex(ctx, out->byte, &size) == 1 && size == SHA256_SIZE);
}

void sha256(struct sha256 *out, struct bytes data)
{
    sha256_parts(out, &data, 1);
}

const char *sha256_hex(char out[SHA256_HEX], const struct sha256 *digest)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < SHA256_SIZE; i++) {
        out[2 * i] = digits[digest->byte[i] >> 4];
        out[2 * i + 1] = digits[digest->byte[i] & 15];
    }
    out[SHA256_HEX - 1] = '\0';
    return out;
}

void sha256_hex_of(char out[SHA256_HEX], struct bytes data)
{
    struct sha256 digest;
    sha256(&digest, data);
    (void)sha256_hex(out, &digest);
}

bool sha256_equal(const struct sha256 *a, const struct sha256 *b)
{
    return CRYPTO_memcmp(a->byte, b->byte, SHA256_SIZE) == 0;
}

/* A digit's value and one more; 0: none. A verifier of a million entries asks 64 times for each. */
static const unsigned char hex_value[256] = {
    ['0'] = 1, ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9, ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16};

enum status sha256_parse(struct sha256 *out, const char *hex, struct err *err)
{
    struct sha256 digest = {0};
    size_t size = hex == NULL ? 0 : strnlen(hex, SHA256_HEX);
    bool good = size == SHA256_HEX - 1;
    for (size_t i = 0; good && i < SHA256_SIZE; i++) {
        const int high = hex_value[(unsigned char)hex[2 * i]] - 1;
        const int low = hex_value[(unsigned char)hex[2 * i + 1]] - 1;
        good = high >= 0 && low >= 0;
        if (good)
            digest.byte[i] = (unsigned char)(high * 16 + low);
    }
    if (!good)
        return err_set(err, ERR_INVALID,
                       "\"%.70s\" is not a SHA-256: write exactly 64 digits 0-9 a-f, as sha256sum "
                       "prints them",
                       hex == NULL ? "" : hex);
    *out = digest;
    return OK;
}
