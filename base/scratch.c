#include "base/scratch.h"

#include "base/file.h"
#include "base/log.h"
#include "base/str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define PREFIX "tocsin-cmd-"
#define TRIES 8

/* The folder's lock, when it is a private one of ours and nobody holds it: else -1. */
static int lock_folder(int base, const char *name)
{
    struct stat about;
    struct stat there;
    int fd = openat(base, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return -1;
    /* Somebody may have swept it between our two steps: then the name is of another, or of none. */
    if (fstat(fd, &about) == 0 && about.st_uid == geteuid() && (about.st_mode & 077) == 0 &&
        flock(fd, LOCK_EX | LOCK_NB) == 0 &&
        fstatat(base, name, &there, AT_SYMLINK_NOFOLLOW) == 0 && there.st_ino == about.st_ino &&
        there.st_dev == about.st_dev)
        return fd;
    (void)close(fd);
    return -1;
}

enum status scratch_make(struct scratch *out, const char *base, struct err *err)
{
    *out = (struct scratch){.lock = -1};
    for (int i = 0; i < TRIES; i++) {
        char *path = xprintf("%s/" PREFIX "XXXXXX", base);
        if (mkdtemp(path) == NULL) {
            (void)err_set(err, ERR_IO, "%s: no folder can be made in it: %s: make room", base,
                          strerror(errno));
            free(path);
            return ERR_IO;
        }
        out->lock = lock_folder(AT_FDCWD, path);
        if (out->lock >= 0) {
            out->path = path;
            return OK;
        }
        (void)rmdir(path);
        free(path);
    }
    return err_set(err, ERR_IO, "%s: folders in it cannot be locked: choose another place", base);
}

enum status scratch_remove(struct scratch *scratch, struct err *err)
{
    if (scratch->path == NULL)
        return OK;
    enum status status = file_remove_tree(scratch->path, err);
    (void)close(scratch->lock);
    free(scratch->path);
    *scratch = (struct scratch){.lock = -1};
    return status;
}

void scratch_sweep(const char *base)
{
    DIR *dir = opendir(base);
    if (dir == NULL)
        return;
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (!text_starts(entry->d_name, PREFIX))
            continue;
        int lock = lock_folder(dirfd(dir), entry->d_name);
        if (lock < 0)
            continue;
        char *path = path_join(base, entry->d_name);
        struct err err = {0};
        if (file_remove_tree(path, &err) != OK)
            log_line(LOG_WARNING, "scratch=left said=%s", log_quote(err.text));
        (void)close(lock);
        free(path);
    }
    (void)closedir(dir);
}
