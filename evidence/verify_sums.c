#include "evidence/files_inner.h"
#include "evidence/verify_inner.h"

#include <string.h>

#define BLOBS "blobs/"
#define SUMS "SHA256SUMS"
#define SUMS_SIGNATURE "SHA256SUMS.sig"
#define LINE_LONGEST ((size_t)256)

enum status verify_blobs(struct verify *v, struct err *err)
{
    enum status status = OK;
    for (size_t i = 0; status == OK && i < v->files.count; i++) {
        const struct bundle_file *file = &v->files.file[i];
        struct sha256 digest;
        char hex[SHA256_HEX];
        if (!text_starts(file->name, BLOBS))
            continue;
        status = bundle_hash(&digest, &v->files, file, err);
        if (status == OK && strcmp(file->name + strlen(BLOBS), sha256_hex(hex, &digest)) != 0)
            status = bundle_bad(&v->fault, file->name, "bad-hash");
        v->verdict->blobs++;
    }
    return status;
}

static enum status check_signature(struct verify *v, struct err *err)
{
    struct str sums, signature;
    const struct verify_key *key = &v->key[v->keys - 1];
    str_init(&sums, (size_t)FILES_MOST * LINE_LONGEST);
    str_init(&signature, 64);
    enum status status = bundle_find(&v->files, SUMS_SIGNATURE)->size > 64
                             ? bundle_bad(&v->fault, SUMS_SIGNATURE, "bad-signature")
                             : verify_whole(&signature, v, SUMS_SIGNATURE, err);
    if (status == OK)
        status = verify_whole(&sums, v, SUMS, err);
    if (status == OK && (!key->counts || !note_check_bytes(str_bytes(&signature), str_bytes(&sums),
                                                           &key->verifier)))
        status = bundle_bad(&v->fault, SUMS_SIGNATURE, "bad-signature");
    str_dispose(&sums);
    str_dispose(&signature);
    return status;
}

/* "HEX  NAME\n" */
static bool read_line(char hex[SHA256_HEX], char name[FILES_NAME], struct bytes line)
{
    const size_t before = SHA256_HEX - 1 + 2;
    if (line.size < before + 2 || line.size - before > FILES_NAME ||
        line.data[line.size - 1] != '\n' || memcmp(line.data + SHA256_HEX - 1, "  ", 2) != 0)
        return false;
    memcpy(hex, line.data, SHA256_HEX - 1);
    hex[SHA256_HEX - 1] = '\0';
    memcpy(name, line.data + before, line.size - before - 1);
    name[line.size - before - 1] = '\0';
    struct sha256 ignored;
    return sha256_parse(&ignored, hex, NULL) == OK &&
           strlen(name) == line.size - before - 1 && /* no NUL inside */
           files_name_good(name);
}

/* The next file that must be listed. */
static size_t skip_own(const struct verify *v, size_t at)
{
    while (at < v->files.count && (strcmp(v->files.file[at].name, SUMS) == 0 ||
                                   strcmp(v->files.file[at].name, SUMS_SIGNATURE) == 0))
        at++;
    return at;
}

static enum status one_line(struct verify *v, size_t *at, struct bytes line, struct err *err)
{
    char hex[SHA256_HEX], own[SHA256_HEX], name[FILES_NAME];
    struct sha256 digest;
    if (!read_line(hex, name, line))
        return bundle_bad(&v->fault, SUMS, "not-canonical");
    *at = skip_own(v, *at);
    int order = *at < v->files.count ? strcmp(v->files.file[*at].name, name) : 1;
    if (order < 0)
        return bundle_bad(&v->fault, v->files.file[*at].name, "not-listed");
    if (order > 0)
        return bundle_bad(&v->fault, name, "missing");
    enum status status = bundle_hash(&digest, &v->files, &v->files.file[*at], err);
    if (status == OK && strcmp(sha256_hex(own, &digest), hex) != 0)
        status = bundle_bad(&v->fault, name, "bad-hash");
    (*at)++;
    return status;
}

enum status verify_sums(struct verify *v, struct err *err)
{
    struct bundle_reader r = {.fd = -1};
    struct bytes line = {NULL, 1};
    size_t at = 0;
    enum status status = check_signature(v, err);
    if (status == OK)
        status = bundle_read_begin(&r, &v->files, bundle_find(&v->files, SUMS), LINE_LONGEST, err);
    while (status == OK && line.size > 0) {
        status = bundle_read_line(&line, &r, err);
        if (status == OK && line.size > 0)
            status = one_line(v, &at, line, err);
    }
    at = skip_own(v, at);
    if (status == OK && at < v->files.count)
        status = bundle_bad(&v->fault, v->files.file[at].name, "not-listed");
    bundle_read_end(&r);
    return status;
}
