#include "evidence/files_inner.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum status list(struct bundle_files *files, const char *folder, struct bundle_fault *fault,
                        struct err *err);

static enum status one(struct bundle_files *files, int dir, const char *folder, const char *name,
                       struct bundle_fault *fault, struct err *err)
{
    struct stat st;
    enum status status = OK;
    char *path = folder[0] != '\0' ? xprintf("%s/%s", folder, name) : xstrdup(name);
    if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        status = err_set(err, ERR_IO, "%s/%s: %s", files->path, path, strerror(errno));
    else if (S_ISREG(st.st_mode))
        status = files_add(files, path, st.st_size, 0, fault, err);
    else if (!S_ISDIR(st.st_mode))
        status = bundle_bad(fault, files_name_good(path) ? path : "a file", "not-a-file");
    else if (folder[0] != '\0' || !files_name_good(name))
        status = bundle_bad(fault, files_name_good(path) ? path : "a folder", "bad-name");
    else
        status = list(files, name, fault, err);
    free(path);
    return status;
}

static enum status list(struct bundle_files *files, const char *folder, struct bundle_fault *fault,
                        struct err *err)
{
    int fd = openat(files->fd, folder[0] != '\0' ? folder : ".",
                    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    enum status status = OK;
    if (dir == NULL) {
        status = err_set(err, ERR_IO, "%s/%s: %s", files->path, folder, strerror(errno));
        if (fd >= 0)
            (void)close(fd);
        return status;
    }
    errno = 0;
    for (struct dirent *entry = readdir(dir); status == OK && entry != NULL; entry = readdir(dir)) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            status = one(files, fd, folder, entry->d_name, fault, err);
        errno = 0;
    }
    if (status == OK && errno != 0)
        status = err_set(err, ERR_IO, "%s/%s: %s", files->path, folder, strerror(errno));
    (void)closedir(dir);
    return status;
}

enum status files_list_folder(struct bundle_files *files, struct bundle_fault *fault,
                              struct err *err)
{
    return list(files, "", fault, err);
}
