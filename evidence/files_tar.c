#include "evidence/files_inner.h"
#include "evidence/ustar.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static enum status read_block(unsigned char block[USTAR_BLOCK], const struct bundle_files *files,
                              int64_t at, struct err *err)
{
    size_t got = 0;
    while (got < USTAR_BLOCK) {
        ssize_t n = pread(files->fd, block + got, USTAR_BLOCK - got, at + (int64_t)got);
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

static bool is_header(const unsigned char block[USTAR_BLOCK])
{
    int64_t told = 0, sum = 0;
    for (int i = 0; i < USTAR_BLOCK; i++)
        sum += i >= USTAR_SUM_AT && i < USTAR_SUM_AT + USTAR_SUM_SIZE ? ' ' : block[i];
    return memcmp(block + USTAR_MAGIC_AT, "ustar", 6) == 0 &&
           read_octal(&told, block + USTAR_SUM_AT, USTAR_SUM_SIZE) && told == sum;
}

/* One folder holds the whole bundle, as unpacking makes it: no path above, and not two of them. */
static bool is_top(char top[FILES_NAME], const char *path)
{
    size_t size = strcspn(path, "/");
    if (top[0] != '\0')
        return strlen(top) == size && memcmp(top, path, size) == 0;
    if (size == 0 || size >= FILES_NAME)
        return false;
    memcpy(top, path, size);
    top[size] = '\0';
    return strcmp(top, "..") != 0;
}

/* "FOLDER/name" without the folder that holds the whole bundle; NULL: only that folder. */
static const char *name_of(char out[USTAR_NAME_SIZE + USTAR_PREFIX_SIZE + 2],
                           const unsigned char *block)
{
    size_t prefix = strnlen((const char *)block + USTAR_PREFIX_AT, USTAR_PREFIX_SIZE);
    size_t name = strnlen((const char *)block + USTAR_NAME_AT, USTAR_NAME_SIZE);
    memcpy(out, block + USTAR_PREFIX_AT, prefix);
    out[prefix] = '/';
    memcpy(out + prefix + (prefix > 0), block + USTAR_NAME_AT, name);
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
    static const unsigned char zeros[USTAR_BLOCK];
    unsigned char block[USTAR_BLOCK];
    char path[USTAR_NAME_SIZE + USTAR_PREFIX_SIZE + 2];
    char top[FILES_NAME] = "";
    int64_t at = 0;
    files->is_tar = true;
    enum status status = read_block(block, files, at, err);
    while (status == OK && memcmp(block, zeros, USTAR_BLOCK) != 0) {
        int64_t body = 0;
        if (!is_header(block) || !read_octal(&body, block + USTAR_SIZE_AT, USTAR_SIZE_SIZE))
            return err_set(err, ERR_INVALID, "%s: no tar archive of the plain kind (ustar)",
                           files->path);
        const char *name = name_of(path, block);
        at += USTAR_BLOCK;
        if (body > size - at)
            return err_set(err, ERR_INVALID, "%s: no whole tar archive: it is cut", files->path);
        unsigned char type = block[USTAR_TYPE_AT];
        if (!is_top(top, path))
            return bundle_bad(fault, "a file", "bad-name");
        if (type == '5')
            body = 0;
        else if (type != '0' && type != '\0')
            return bundle_bad(fault, name != NULL && files_name_good(name) ? name : "a file",
                              "not-a-file");
        else
            status = files_add(files, name != NULL ? name : path, body, at, fault, err);
        if (status == OK && name == NULL && type != '5')
            status = bundle_bad(fault, path, "bad-name");
        at += (body + USTAR_BLOCK - 1) / USTAR_BLOCK * USTAR_BLOCK;
        if (status == OK)
            status = read_block(block, files, at, err);
    }
    return status;
}
