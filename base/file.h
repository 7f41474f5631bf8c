/*
 * base/file - whole files in and out, durably. The only home of fsync.
 *
 * A failed fsync is never tried again: the caller gets ERR_IO and must not
 * believe that the bytes are there.
 */
#ifndef TOCSIN_BASE_FILE_H
#define TOCSIN_BASE_FILE_H

#include "base/str.h"

#include <sys/types.h>

/*
 * Append the whole of path to out ("-" is standard input).
 * Returns ERR_NOT_FOUND, ERR_LIMIT when larger than limit or out's own limit,
 * ERR_INVALID when it is a directory, a pipe or a device (never waits for one), ERR_IO.
 */
MUST_USE enum status file_read(struct str *out, const char *path, size_t limit, struct err *err);

/*
 * Open a plain file for reading in pieces; *size is what it has now. The caller closes *fd, which
 * is -1 on an error.
 * Returns what file_read does, in its words.
 */
MUST_USE enum status file_open_plain(int *fd, size_t *size, const char *path, size_t limit,
                                     struct err *err);

/*
 * Write path so that after OK it is there whole even when power fails: temporary
 * file in the same folder (".NAME.tmp-…"), fsync, rename, fsync of the folder.
 * Returns ERR_IO; the old file is untouched then, unless it was the last step that failed: then
 * either may be there after a loss of power. mode is cut by the umask.
 */
MUST_USE enum status file_write(const char *path, struct bytes data, mode_t mode, struct err *err);

/*
 * Give a whole file, written by somebody else, its name durably: fsync, a name that does not exist
 * yet, fsync of the folder. temp lies in the same folder and is gone afterwards. Returns ERR_EXISTS
 * (never overwrites), ERR_IO.
 */
MUST_USE enum status file_place(const char *temp, const char *path, struct err *err);

/* Remove the temporary files in dir whose writer died before it could. Those of the living stay. */
void file_sweep(const char *dir);

/*
 * The same for a folder of files: each of them and each folder in it is synced first. Returns
 * ERR_EXISTS, ERR_IO.
 */
MUST_USE enum status file_place_folder(const char *temp, const char *path, struct err *err);

/* mkdir -p with this mode for what is made, which is durable then. Returns ERR_IO. */
MUST_USE enum status file_make_dir(const char *path, mode_t mode, struct err *err);
/* Remove a file or a whole tree that the caller made itself; missing is fine. Returns ERR_IO. */
MUST_USE enum status file_remove_tree(const char *path, struct err *err);
bool file_exists(const char *path);

/* Lexical helpers on the heap; the caller frees. "x/" is the folder "x" and the name "". */
char *path_join(const char *dir, const char *name); /* an absolute name stands alone */
char *path_dir(const char *path);                   /* "." when there is none */
const char *path_base(const char *path);            /* borrowed: part of path */

#endif
