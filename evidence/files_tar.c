#include "evidence/files_inner.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define BLOCK 512

/* POSIX.1-1988 ustar header: where its fields stand, and how long they are. */
enum {
    NAME_AT = 0,
    NAME_SIZE = 100,
    SIZE_AT = 124,
    SIZE_SIZE = 12,
    SUM_AT = 148,
    SUM_SIZE = 8,
    TYPE_AT = 156,
    MAGIC_AT = 257,
    PREFIX_AT = 345,
    PREFIX_SIZE = 155
};

static enum status read_block(unsigned char block[BLOCK], const struct bundle_files *files,
                              int64_t at, struct err *err)
{
    size_t got = 0;
    while (got < BLOCK) {
        ssize_t n = pread(files->fd, block + got, BLOCK - got, at + (int64_t)got);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_set(err, ERR_IO, "%s: %s", files->path, strerror(errno));
        if (n == 0)
            return err_set(err, ERR_INVALID, "%s: no whole tar archive: it is cut", files->path);
        got += (size_t)n;
    }
    return OK;
}

static bool read_octal(int64_t *out, const unsigned char *field, size_t size)
{
    int64_t number = 0;
    size_t i = 0;
    for (; i < size && field[i] >= '0' && field[i] <= '7'; i++)
        number = number * 8 + (field[i] - '0');
    *out = number;
    return i > 0 && i < size && (field[i] == ' ' || field[i] == '\0');
}

static bool is_header(const unsigned char block[BLOCK])
{
    int64_t told = 0, sum = 0;
    for (int i = 0; i < BLOCK; i++)
        sum += i >= SUM_AT && i < SUM_AT + SUM_SIZE ? ' ' : block[i];
    return memcmp(block + MAGIC_AT, "ustar", 6) == 0 &&
           read_octal(&told, block + SUM_AT, SUM_SIZE) && told == sum;
}

/* "FOLDER/name" without the folder that holds the whole bundle; NULL: only that folder. */
static const char *name_of(char out[NAME_SIZE + PREFIX_SIZE + 2], const unsigned char *block)
{
    size_t prefix = strnlen((const char *)block + PREFIX_AT, PREFIX_SIZE);
    size_t name = strnlen((const char *)block + NAME_AT, NAME_SIZE);
    memcpy(out, block + PREFIX_AT, prefix);
    out[prefix] = '/';
    memcpy(out + prefix + (prefix > 0), block + NAME_AT, name);
    size_t size = prefix + (prefix > 0) + name;
    while (size > 0 && out[size - 1] == '/')
        size--;
    out[size] = '\0';
    const char *slash = strchr(out, '/');
    return slash == NULL ? NULL : slash + 1;
}

enum status files_list_tar(struct bundle_files *files, int64_t size, struct bundle_fault *fault,
                           struct err *err)
{
    static const unsigned char zeros[BLOCK];
    unsigned char block[BLOCK];
    char path[NAME_SIZE + PREFIX_SIZE + 2];
    int64_t at = 0;
    files->is_tar = true;
    enum status status = read_block(block, files, at, err);
    while (status == OK && memcmp(block, zeros, BLOCK) != 0) {
        int64_t body = 0;
        if (!is_header(block) || !read_octal(&body, block + SIZE_AT, SIZE_SIZE))
            return err_set(err, ERR_INVALID, "%s: no tar archive of the plain kind (ustar)",
                           files->path);
        const char *name = name_of(path, block);
        at += BLOCK;
        if (body > size - at)
            return err_set(err, ERR_INVALID, "%s: no whole tar archive: it is cut", files->path);
        unsigned char type = block[TYPE_AT];
        if (type == '5')
            body = 0;
        else if (type != '0' && type != '\0')
            return bundle_bad(fault, name != NULL && files_name_good(name) ? name : "a file",
                              "not-a-file");
        else
            status = files_add(files, name != NULL ? name : path, body, at, fault, err);
        if (status == OK && name == NULL && type != '5')
            status = bundle_bad(fault, path, "bad-name");
        at += (body + BLOCK - 1) / BLOCK * BLOCK;
        if (status == OK)
            status = read_block(block, files, at, err);
    }
    return status;
}
