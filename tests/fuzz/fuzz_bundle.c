/*
 * Hostile bundles: any bytes as a tar, and any bytes as the files of one. Judged each time; nothing
 * is written beside it, and what is called good was signed by a key that the fuzzer does not have.
 *
 * The first byte chooses: even, the rest is the tar itself; odd, the rest is a list of files
 * (length of name, name, type, two bytes of length, content), from which a tar with good sums is
 * made, so that the search comes past the headers.
 */
#include "base/file.h"
#include "evidence/note.h"
#include "evidence/ustar.h"
#include "evidence/verify.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define TAR_MOST ((size_t)1024 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
    const uint8_t *at;
    size_t left;
};

static size_t take(const uint8_t **out, struct input *in, size_t wanted)
{
    const size_t got = wanted < in->left ? wanted : in->left;
    *out = in->at;
    in->at += got;
    in->left -= got;
    return got;
}

static uint8_t take_byte(struct input *in)
{
    const uint8_t *byte = NULL;
    return take(&byte, in, 1) == 1 ? *byte : 0;
}

static void set_sum(unsigned char block[USTAR_BLOCK])
{
    unsigned sum = 0;
    char text[USTAR_SUM_SIZE + 1];
    memset(block + USTAR_SUM_AT, ' ', USTAR_SUM_SIZE);
    for (size_t i = 0; i < USTAR_BLOCK; i++)
        sum += block[i];
    (void)snprintf(text, sizeof text, "%06o", sum);
    memcpy(block + USTAR_SUM_AT, text, 7);
}

/* Names and types as they come, links and ways out of the folder among them. */
static void add_file(struct str *tar, struct input *in)
{
    unsigned char block[USTAR_BLOCK] = {0};
    const uint8_t *name = NULL, *body = NULL;
    char text[USTAR_SIZE_SIZE + 1];
    const size_t name_size = take(&name, in, take_byte(in) % (USTAR_NAME_SIZE + 1));
    memcpy(block + USTAR_NAME_AT, name, name_size);
    block[USTAR_TYPE_AT] = take_byte(in);
    const size_t high = take_byte(in);
    const size_t body_size = take(&body, in, high << 8 | take_byte(in));
    (void)snprintf(text, sizeof text, "%011zo", body_size);
    memcpy(block + USTAR_SIZE_AT, text, USTAR_SIZE_SIZE);
    memcpy(block + USTAR_MAGIC_AT, "ustar\00000", 8);
    set_sum(block);
    str_add_n(tar, block, sizeof block);
    str_add_n(tar, body, body_size);
    while (tar->size % USTAR_BLOCK != 0)
        str_add_c(tar, '\0');
}

static int memory_file(const struct str *tar)
{
    const int fd = memfd_create("bundle", MFD_CLOEXEC);
    if (fd < 0 || write(fd, str_text(tar), tar->size) != (ssize_t)tar->size)
        abort();
    return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {data, size};
    struct bundle_verdict verdict;
    struct err err;
    struct str tar;
    char path[64];
    const bool made = take_byte(&in) % 2 != 0;
    str_init(&tar, TAR_MOST);
    if (!made)
        str_add_n(&tar, in.at, in.left);
    while (made && in.left > 0)
        add_file(&tar, &in);
    if (made)
        for (int i = 0; i < 2 * USTAR_BLOCK; i++)
            str_add_c(&tar, '\0');
    if (str_ok(&tar)) {
        const int fd = memory_file(&tar);
        (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        const enum status status = bundle_verify(&verdict, path, (struct bytes){NULL, 0}, &err);
        if (status == OK && verdict.reason != NULL && verdict.where[0] == '\0')
            abort();
        if (status != OK && err.text[0] == '\0')
            abort();
        (void)close(fd);
    }
    str_dispose(&tar);
    return 0;
}
