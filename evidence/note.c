#include "evidence/note.h"

#include <assert.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

#define ED25519 0x01 /* signature type of C2SP signed-note */
#define SIGNATURE 64
#define ID 4
#define DASH "\xe2\x80\x94 " /* U+2014 and a blank begin a signature line */
#define BASE64_SIZE(n) (((n) + 2) / 3 * 4)

struct note_signer {
    struct note_verifier verifier;
    EVP_PKEY *key;
};

static void add_base64(struct str *out, const unsigned char *data, size_t size)
{
    char text[BASE64_SIZE(ID + SIGNATURE) + 1];
    assert(size <= ID + SIGNATURE);
    (void)EVP_EncodeBlock((unsigned char *)text, data, (int)size);
    str_add(out, text);
}

/* Exactly size bytes, and in the one form that an encoder gives. */
static bool take_base64(unsigned char *out, size_t size, struct bytes text)
{
    unsigned char data[BASE64_SIZE(ID + SIGNATURE)];
    unsigned char again[BASE64_SIZE(ID + SIGNATURE) + 1];
    assert(size <= ID + SIGNATURE);
    if (text.size != BASE64_SIZE(size) ||
        EVP_DecodeBlock(data, text.data, (int)text.size) < (int)size)
        return false;
    (void)EVP_EncodeBlock(again, data, (int)size);
    if (memcmp(again, text.data, text.size) != 0)
        return false;
    memcpy(out, data, size);
    return true;
}

static bool is_name(struct bytes name)
{
    for (size_t i = 0; i < name.size; i++)
        if (name.data[i] <= ' ' || name.data[i] > '~' || name.data[i] == '+')
            return false;
    return name.size > 0 && name.size < NOTE_NAME;
}

static void key_id(unsigned char id[ID], const char *name, const unsigned char key[NOTE_KEY])
{
    static const unsigned char type[2] = {'\n', ED25519};
    const struct bytes parts[] = {bytes_of(name), {type, sizeof type}, {key, NOTE_KEY}};
    struct sha256 digest;
    sha256_parts(&digest, parts, 3);
    memcpy(id, digest.byte, ID);
}

/* Cut the text up to the next mark off *rest; false when the mark is not there. */
static bool cut(struct bytes *out, struct bytes *rest, unsigned char mark)
{
    const unsigned char *at = rest->size > 0 ? memchr(rest->data, mark, rest->size) : NULL;
    if (at == NULL)
        return false;
    *out = (struct bytes){rest->data, (size_t)(at - rest->data)};
    rest->size -= out->size + 1;
    rest->data = at + 1;
    return true;
}

void note_verifier_id(char out[9], const struct note_verifier *verifier)
{
    for (size_t i = 0; i < ID; i++) {
        out[2 * i] = "0123456789abcdef"[verifier->id[i] >> 4];
        out[2 * i + 1] = "0123456789abcdef"[verifier->id[i] & 0x0f];
    }
    out[2 * ID] = '\0';
}

enum status note_verifier_read(struct note_verifier *out, struct bytes line, struct err *err)
{
    struct note_verifier v = {0};
    struct bytes name, id, rest = line;
    unsigned char key[1 + NOTE_KEY];
    char hex[9];
    if (rest.size > 0 && rest.data[rest.size - 1] == '\n')
        rest.size--;
    if (!cut(&name, &rest, '+') || !is_name(name) || !cut(&id, &rest, '+') ||
        !take_base64(key, sizeof key, rest) || key[0] != ED25519)
        return err_set(err, ERR_INVALID,
                       "verifier key: NAME+KEYID+KEY with an Ed25519 key is expected");
    memcpy(v.name, name.data, name.size);
    memcpy(v.key, key + 1, NOTE_KEY);
    key_id(v.id, v.name, v.key);
    note_verifier_id(hex, &v);
    if (!bytes_equal(id, bytes_of(hex)))
        return err_set(err, ERR_INVALID, "verifier key: its id does not fit: %s is expected", hex);
    *out = v;
    return OK;
}

void note_verifier_write(struct str *out, const struct note_verifier *verifier)
{
    unsigned char key[1 + NOTE_KEY] = {ED25519};
    char hex[9];
    memcpy(key + 1, verifier->key, NOTE_KEY);
    note_verifier_id(hex, verifier);
    str_addf(out, "%s+%s+", verifier->name, hex);
    add_base64(out, key, sizeof key);
    str_add_c(out, '\n');
}

static bool read_size(int64_t *out, struct bytes text)
{
    int64_t size = 0;
    if (text.size == 0 || text.size > 18 || (text.data[0] == '0' && text.size > 1))
        return false;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
        size = size * 10 + (text.data[i] - '0');
    }
    *out = size;
    return true;
}

/* The one signature line, which ends the note. */
static enum status check_signature(struct bytes signed_text, struct bytes line,
                                   const struct note_verifier *verifier, struct err *err)
{
    unsigned char signature[ID + SIGNATURE];
    struct bytes name;
    const size_t dash = strlen(DASH);
    if (line.size < dash || memcmp(line.data, DASH, dash) != 0)
        return err_set(err, ERR_INVALID, "checkpoint: no signature line");
    line.data += dash;
    line.size -= dash;
    if (!cut(&name, &line, ' ') || line.size == 0 || line.data[line.size - 1] != '\n')
        return err_set(err, ERR_INVALID, "checkpoint: the signature line is not whole");
    line.size--;
    if (!take_base64(signature, sizeof signature, line))
        return err_set(err, ERR_INVALID, "checkpoint: the signature is no Ed25519 signature");
    if (!bytes_equal(name, bytes_of(verifier->name)) || memcmp(signature, verifier->id, ID) != 0)
        return err_set(err, ERR_REFUSED, "checkpoint: it is signed by another key");
    if (!note_check_bytes((struct bytes){signature + ID, SIGNATURE}, signed_text, verifier))
        return err_set(err, ERR_REFUSED, "checkpoint: the signature is bad");
    return OK;
}

enum status note_read(struct note *out, struct bytes text, const struct note_verifier *verifier,
                      struct err *err)
{
    struct note note = {0};
    struct bytes origin, size, root, empty, rest = text;
    if (text.size > NOTE_LIMIT)
        return err_set(err, ERR_INVALID, "checkpoint: longer than %zu bytes", NOTE_LIMIT);
    if (!cut(&origin, &rest, '\n') || !is_name(origin) || !cut(&size, &rest, '\n') ||
        !read_size(&note.size, size) || !cut(&root, &rest, '\n') ||
        !take_base64(note.root.byte, SHA256_SIZE, root) || !cut(&empty, &rest, '\n') ||
        empty.size != 0)
        return err_set(err, ERR_INVALID,
                       "checkpoint: origin, size, root and an empty line are expected");
    struct bytes signed_text = {text.data, (size_t)(rest.data - text.data) - 1};
    enum status status = check_signature(signed_text, rest, verifier, err);
    if (status != OK)
        return status;
    if (!bytes_equal(origin, bytes_of(verifier->name)))
        return err_set(err, ERR_REFUSED, "checkpoint: it is of another log");
    memcpy(note.origin, origin.data, origin.size);
    *out = note;
    return OK;
}

/* Takes key over. */
static enum status make_signer(struct note_signer **out, const char *name, EVP_PKEY *key,
                               struct err *err)
{
    struct note_signer *signer = xcalloc(1, sizeof *signer);
    size_t size = NOTE_KEY;
    signer->key = key;
    if (!is_name(bytes_of(name)) || EVP_PKEY_get_id(key) != EVP_PKEY_ED25519 ||
        EVP_PKEY_get_raw_public_key(key, signer->verifier.key, &size) != 1 || size != NOTE_KEY) {
        note_signer_free(signer);
        return err_set(err, ERR_INVALID, "key of the log: an Ed25519 key and a name are expected");
    }
    memcpy(signer->verifier.name, name, strlen(name));
    key_id(signer->verifier.id, name, signer->verifier.key);
    *out = signer;
    return OK;
}

enum status note_signer_new(struct note_signer **out, const char *name, struct err *err)
{
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    *out = NULL;
    if (key == NULL)
        return err_set(err, ERR_IO, "key of the log: it cannot be made");
    return make_signer(out, name, key, err);
}

enum status note_signer_read(struct note_signer **out, const char *name, struct bytes pem,
                             struct err *err)
{
    *out = NULL;
    BIO *bio = BIO_new_mem_buf(pem.data, (int)pem.size);
    /* A key with a passphrase would ask on the terminal: an empty answer fails instead. */
    EVP_PKEY *key =
        bio != NULL ? PEM_read_bio_PrivateKey(bio, NULL, NULL, (void *)(uintptr_t) "") : NULL;
    BIO_free(bio);
    if (key == NULL)
        return err_set(err, ERR_INVALID, "key of the log: no PEM of an unencrypted secret key");
    return make_signer(out, name, key, err);
}

void note_signer_free(struct note_signer *signer)
{
    if (signer != NULL)
        EVP_PKEY_free(signer->key); /* wipes it */
    free(signer);
}

void note_signer_secret(struct str *out, const struct note_signer *signer)
{
    BIO *bio = BIO_new(BIO_s_secmem());
    char *data = NULL;
    if (bio == NULL ||
        PEM_write_bio_PKCS8PrivateKey(bio, signer->key, NULL, NULL, 0, NULL, NULL) != 1)
        abort(); /* out of memory */
    long size = BIO_get_mem_data(bio, &data);
    str_add_n(out, data, (size_t)size);
    BIO_free(bio);
}

const struct note_verifier *note_signer_public(const struct note_signer *signer)
{
    return &signer->verifier;
}

void note_sign_bytes(unsigned char out[64], const struct note_signer *signer, struct bytes data)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    size_t size = SIGNATURE;
    if (ctx == NULL || EVP_DigestSignInit(ctx, NULL, NULL, NULL, signer->key) != 1 ||
        EVP_DigestSign(ctx, out, &size, data.data, data.size) != 1 || size != SIGNATURE)
        abort(); /* a good key and memory are all that it needs */
    EVP_MD_CTX_free(ctx);
}

bool note_check_bytes(struct bytes signature, struct bytes data,
                      const struct note_verifier *verifier)
{
    if (signature.size != SIGNATURE)
        return false;
    EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, verifier->key, NOTE_KEY);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool good = key != NULL && ctx != NULL &&
                EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, key) == 1 &&
                EVP_DigestVerify(ctx, signature.data, signature.size, data.data, data.size) == 1;
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(key);
    return good;
}

void note_sign(struct str *out, const struct note_signer *signer, int64_t size,
               const struct sha256 *root)
{
    unsigned char line[ID + SIGNATURE];
    struct str text;
    str_init(&text, NOTE_LIMIT);
    str_addf(&text, "%s\n%lld\n", signer->verifier.name, (long long)size);
    add_base64(&text, root->byte, SHA256_SIZE);
    str_add_c(&text, '\n');
    memcpy(line, signer->verifier.id, ID);
    note_sign_bytes(line + ID, signer, str_bytes(&text));
    str_addf(&text, "\n" DASH "%s ", signer->verifier.name);
    add_base64(&text, line, sizeof line);
    str_add_c(&text, '\n');
    assert(str_ok(&text));
    str_add_n(out, str_text(&text), text.size);
    str_dispose(&text);
}
