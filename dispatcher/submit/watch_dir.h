/*
 * dispatcher/submit/watch_dir - the watched folder as a folder: what is in it, safe reading, moving
 * aside.
 *
 * Whoever can write there may do so at any moment: nothing is followed, nothing is waited for, and
 * a file leaves the folder only as the one that was read. Knows names and bytes, not what they
 * mean.
 */
#ifndef TOCSIN_DISPATCHER_WATCH_DIR_H
#define TOCSIN_DISPATCHER_WATCH_DIR_H

#include "base/arena.h"
#include "base/str.h"
#include "dispatcher/submit/watch_name.h"

#include <sys/stat.h>

#define WATCH_FILES_MOST 10000u /* looked at in one scan */

struct watch_file {
    const char *name; /* as it is: any bytes */
    enum watch_part part;
    size_t stem_size;
    struct stat about; /* of the thing itself, links not followed */
};

struct watch_scan {
    struct watch_file *files; /* of sets, by stem, then name */
    size_t count;
    size_t others; /* no names of a set */
    const char *other;
    bool more; /* there are more than WATCH_FILES_MOST */
};

/* ERR_NOT_FOUND when the folder is not there, ERR_IO when it cannot be read. */
MUST_USE enum status watch_dir_scan(struct watch_scan *out, struct arena *arena, const char *dir,
                                    struct err *err);

/* The same bytes as when it was looked at, as far as the file system tells? */
bool watch_same(const struct stat *a, const struct stat *b);

/*
 * The bytes of one file, if it still is what it was when it was scanned. ERR_INVALID: no regular
 * file (link, pipe, device, folder). ERR_LIMIT: larger than limit. ERR_STALE: changed or gone.
 * ERR_IO: cannot be read.
 */
MUST_USE enum status watch_dir_read(struct str *out, const char *dir, const struct watch_file *file,
                                    size_t limit, struct err *err);

/*
 * Move the files, in this order, into a new folder dir/sub/INSTANT-STEM, with words (may be NULL)
 * beside them as STEM.findings.txt. ERR_STALE: one is not the scanned one any more, ERR_IO: one
 * cannot be moved; it and those behind it stay, and so does an order behind an advisory of which
 * there is a new one.
 */
MUST_USE enum status watch_dir_aside(const char *dir, const char *sub,
                                     const struct watch_file *const *files, size_t count,
                                     const char *words, int64_t now_ms, struct err *err);

#endif
