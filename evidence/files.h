/*
 * evidence/files - the files of a bundle, in a folder or in a tar (POSIX ustar).
 *
 * The bundle is hostile: names are checked, links and devices are refused, nothing is written or
 * unpacked, nothing outside the folder is opened. Memory grows with the number of files only.
 * Internal to evidence/.
 */
#ifndef TOCSIN_EVIDENCE_FILES_H
#define TOCSIN_EVIDENCE_FILES_H

#include "base/sha256.h"

#define FILES_NAME 101    /* with its NUL */
#define FILES_MOST 100000 /* files in a bundle */

struct bundle_file {
    char *name; /* "entries.jsonl", "blobs/0123..." */
    int64_t size;
    int64_t at; /* where it begins in the tar */
};

/* The first fault of a bundle, as the verdict shows it. */
struct bundle_fault {
    char where[FILES_NAME + 32];
    const char *reason; /* of the closed list in docs/bundle.md; NULL: none */
};
/* Keeps the first fault only. Returns ERR_REFUSED. */
enum status bundle_bad(struct bundle_fault *fault, const char *where, const char *reason);

struct bundle_files {
    int fd; /* the folder or the tar */
    bool is_tar;
    char *path;
    struct bundle_file *file; /* ascending by name */
    size_t count, capacity;
};

/*
 * Returns ERR_REFUSED with *fault (a name or file that may not be in a bundle), ERR_NOT_FOUND,
 * ERR_LIMIT (more than FILES_MOST), ERR_INVALID (neither folder nor tar, or a tar that is cut),
 * ERR_IO.
 */
MUST_USE enum status bundle_files_open(struct bundle_files *out, const char *path,
                                       struct bundle_fault *fault, struct err *err);
void bundle_files_close(struct bundle_files *files); /* a zeroed one is fine */
/* NULL when there is none of this name. */
const struct bundle_file *bundle_find(const struct bundle_files *files, const char *name);

/* Reading one file piece by piece or line by line. */
struct bundle_reader {
    int fd;
    bool own_fd;
    int64_t at, left;  /* of the file, not yet in the buffer */
    size_t from, till; /* what of the buffer is not yet given */
    unsigned char *buffer;
    size_t capacity;
};
MUST_USE enum status bundle_read_begin(struct bundle_reader *r, const struct bundle_files *files,
                                       const struct bundle_file *file, size_t longest_line,
                                       struct err *err);
/* A file outside of any bundle, the same way. Returns ERR_NOT_FOUND, ERR_INVALID, ERR_IO. */
MUST_USE enum status bundle_read_alone(struct bundle_reader *r, const char *path,
                                       size_t longest_line, struct err *err);
/*
 * The next line with its newline, borrowed until the next call; at the end of the file the rest
 * without one, then size 0. A line longer than longest_line comes cut behind that many bytes and
 * one more: the caller stops there.
 */
MUST_USE enum status bundle_read_line(struct bytes *out, struct bundle_reader *r, struct err *err);
/* The next piece of any size; 0 at the end. */
MUST_USE enum status bundle_read_piece(struct bytes *out, struct bundle_reader *r, struct err *err);
void bundle_read_end(struct bundle_reader *r); /* a zeroed one is fine */

MUST_USE enum status bundle_hash(struct sha256 *out, const struct bundle_files *files,
                                 const struct bundle_file *file, struct err *err);
/* Append the whole file; out's limit must hold it. Returns ERR_LIMIT. */
MUST_USE enum status bundle_whole(struct str *out, const struct bundle_files *files,
                                  const struct bundle_file *file, struct err *err);

#endif
