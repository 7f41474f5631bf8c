#include "base/file.h"

#include "base/random.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of NAME in ".NAME.tmp-…": a long name stays within NAME_MAX. */
#define TEMP_NAME_KEPT 200
#define TEMP_MARK ".tmp-"

static const char *cure(int error)
{
    switch (error) {
    case ENOENT:
        return "check the path";
    case EACCES:
    case EPERM:
        return "give the user that runs this program the right to it";
    case ENOSPC:
    case EDQUOT:
        return "make room on the disk";
    case EROFS:
        return "choose a folder that can be written to";
    case ENOTDIR:
    case ELOOP:
    case ENAMETOOLONG:
        return "choose another path";
    default:
        return "look at the system's log, then try again";
    }
}

/* Call it at once after the failure: it reads errno. */
static enum status file_fail(struct err *err, const char *path, const char *what)
{
    int error = errno;
    enum status code = error == ENOENT ? ERR_NOT_FOUND : ERR_IO;
    return err_set(err, code, "%s: %s: %s: %s", path, what, strerror(error), cure(error));
}

static enum status write_fail(struct err *err, const char *path, const char *what)
{
    (void)file_fail(err, path, what);
    if (err != NULL)
        err->code = ERR_IO; /* a missing folder too: there is nothing to find when writing */
    return ERR_IO;
}

static enum status too_large(struct err *err, const char *path, size_t limit)
{
    return err_set(err, ERR_LIMIT, "%s: is larger than %zu bytes: give a smaller file", path,
                   limit);
}

static enum status read_all(struct str *out, int fd, const char *path, size_t limit,
                            struct err *err)
{
    char buffer[64 * 1024];
    size_t total = 0;
    for (;;) {
        ssize_t got = read(fd, buffer, sizeof buffer);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return write_fail(err, path, "cannot be read");
        if (got == 0)
            return OK;
        total += (size_t)got;
        str_add_n(out, buffer, (size_t)got);
        if (total > limit || !str_ok(out))
            return too_large(err, path, limit < out->limit ? limit : out->limit);
    }
}

static enum status check_plain(struct stat *about, int fd, const char *name, struct err *err)
{
    const bool known = fstat(fd, about) == 0;
    if (known && S_ISDIR(about->st_mode))
        return err_set(err, ERR_INVALID, "%s: is a folder: name a file in it", name);
    if (!known || !S_ISREG(about->st_mode))
        return err_set(err, ERR_INVALID, "%s: is no plain file: name one", name);
    return OK;
}

enum status file_read(struct str *out, const char *path, size_t limit, struct err *err)
{
    bool standard_input = text_equal(path, "-");
    const char *name = standard_input ? "standard input" : path;
    size_t before = out->size;
    struct stat about;
    /* A pipe that nobody writes to must not hold us up: only plain files are waited for. */
    int fd = standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    enum status status = OK;
    if (fd < 0)
        return file_fail(err, name, "cannot be opened");
    if (!standard_input)
        status = check_plain(&about, fd, name, err);
    else if (fstat(fd, &about) == 0 && S_ISDIR(about.st_mode))
        status = err_set(err, ERR_INVALID, "%s: is a folder: name a file in it", name);
    if (status == OK)
        status = read_all(out, fd, name, limit, err);
    if (status != OK)
        str_truncate(out, before);
    if (!standard_input)
        (void)close(fd);
    return status;
}

enum status file_open_plain(int *fd, size_t *size, const char *path, size_t limit, struct err *err)
{
    struct stat about;
    enum status status = OK;
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (*fd < 0)
        return file_fail(err, path, "cannot be opened");
    status = check_plain(&about, *fd, path, err);
    if (status == OK && (uintmax_t)about.st_size > limit)
        status = too_large(err, path, limit);
    *size = status == OK ? (size_t)about.st_size : 0;
    if (status != OK) {
        (void)close(*fd);
        *fd = -1;
    }
    return status;
}

static bool write_all(int fd, struct bytes data)
{
    while (data.size > 0) {
        ssize_t done = write(fd, data.data, data.size);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return false;
        data.data += done;
        data.size -= (size_t)done;
    }
    return true;
}

/* The name of a new file is on disk only when its folder is. */
static enum status sync_dir(const char *dir, struct err *err)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool synced = fd >= 0 && fsync(fd) == 0;
    enum status status = synced ? OK : write_fail(err, dir, "folder cannot be made durable");
    if (fd >= 0)
        (void)close(fd);
    return status;
}

enum status file_write(const char *path, struct bytes data, mode_t mode, struct err *err)
{
    char uid[RANDOM_UID];
    char *dir = path_dir(path);
    char *name = xprintf(".%.*s" TEMP_MARK "%s", TEMP_NAME_KEPT, path_base(path), random_uid(uid));
    char *temp = path_join(dir, name);
    enum status status = OK;
    bool made = false;
    int fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0) {
        status = write_fail(err, path, "cannot be written");
        goto done;
    }
    made = true;
    (void)flock(fd, LOCK_EX | LOCK_NB); /* file_sweep sees that its owner lives */
    if (!write_all(fd, data) || fsync(fd) != 0) {
        status = write_fail(err, path, "cannot be written");
        goto done;
    }
    int closed = close(fd);
    fd = -1;
    if (closed != 0 || rename(temp, path) != 0) {
        status = write_fail(err, path, "cannot be put in place");
        goto done;
    }
    made = false;
    status = sync_dir(dir, err);
done:
    if (fd >= 0)
        (void)close(fd);
    if (made)
        (void)unlink(temp);
    free(temp);
    free(name);
    free(dir);
    return status;
}

/* Under its name for the first time, and durably so. */
static enum status give_name(const char *temp, const char *path, struct err *err)
{
    if (renameat2(AT_FDCWD, temp, AT_FDCWD, path, RENAME_NOREPLACE) != 0)
        return errno == EEXIST ? err_set(err, ERR_EXISTS,
                                         "%s: is there already and is not overwritten: choose "
                                         "another name",
                                         path)
                               : write_fail(err, path, "cannot be put in place");
    char *dir = path_dir(path);
    enum status status = sync_dir(dir, err);
    free(dir);
    return status;
}

enum status file_place(const char *temp, const char *path, struct err *err)
{
    int fd = open(temp, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    enum status status =
        fd < 0 || fsync(fd) != 0 ? write_fail(err, temp, "cannot be made durable") : OK;
    if (fd >= 0)
        (void)close(fd);
    return status == OK ? give_name(temp, path, err) : status;
}

static int sync_one(const char *path, const struct stat *about, int type, struct FTW *where)
{
    (void)about;
    (void)type;
    (void)where;
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    int failed = fd < 0 || fsync(fd) != 0;
    if (fd >= 0)
        (void)close(fd);
    return failed;
}

enum status file_place_folder(const char *temp, const char *path, struct err *err)
{
    if (nftw(temp, sync_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) != 0)
        return write_fail(err, temp, "cannot be made durable");
    return give_name(temp, path, err);
}

static bool is_temporary(const char *name)
{
    const char *mark = strstr(name, TEMP_MARK);
    return name[0] == '.' && mark != NULL && strlen(mark) == sizeof TEMP_MARK - 1 + RANDOM_UID - 1;
}

/* Its writer holds a lock on it while it lives. */
static bool is_abandoned(int dir, const char *name)
{
    struct stat about;
    int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    bool abandoned = fd >= 0 && fstat(fd, &about) == 0 && S_ISREG(about.st_mode) &&
                     about.st_uid == geteuid() && flock(fd, LOCK_EX | LOCK_NB) == 0;
    if (fd >= 0)
        (void)close(fd);
    return abandoned;
}

void file_sweep(const char *dir)
{
    DIR *d = opendir(dir);
    if (d == NULL)
        return;
    for (const struct dirent *entry; (entry = readdir(d)) != NULL;)
        if (is_temporary(entry->d_name) && is_abandoned(dirfd(d), entry->d_name))
            (void)unlinkat(dirfd(d), entry->d_name, 0);
    (void)closedir(d);
}

static enum status make_one(const char *path, mode_t mode, struct err *err)
{
    struct stat about;
    if (stat(path, &about) == 0 && S_ISDIR(about.st_mode))
        return OK;
    /* Somebody else may make it at the same moment: that is as good. */
    if (mkdir(path, mode) != 0 &&
        (errno != EEXIST || stat(path, &about) != 0 || !S_ISDIR(about.st_mode))) {
        if (errno == EEXIST)
            return err_set(err, ERR_IO,
                           "%s: folder cannot be made: a file of that name is in the way: move "
                           "it away, or name another folder",
                           path);
        return write_fail(err, path, "folder cannot be made");
    }
    char *parent = path_dir(path);
    enum status status = sync_dir(parent, err);
    free(parent);
    return status;
}

enum status file_make_dir(const char *path, mode_t mode, struct err *err)
{
    char *part = xstrdup(path);
    enum status status = OK;
    for (char *slash = strchr(part, '/'); status == OK && slash != NULL;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (part[0] != '\0')
            status = make_one(part, mode, err);
        *slash = '/';
    }
    if (status == OK)
        status = make_one(part, mode, err);
    free(part);
    return status;
}

/* Files may vanish by themselves meanwhile (sockets of an agent that ends). */
static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *ftw)
{
    (void)about;
    (void)kind;
    (void)ftw;
    return remove(path) == 0 || errno == ENOENT ? 0 : -1;
}

enum status file_remove_tree(const char *path, struct err *err)
{
    struct stat about;
    if (lstat(path, &about) != 0 && errno == ENOENT)
        return OK;
    if (nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) != 0 && errno != ENOENT)
        return write_fail(err, path, "cannot be removed");
    return OK;
}

bool file_exists(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0;
}

char *path_join(const char *dir, const char *name)
{
    if (name[0] == '/' || text_is_empty(dir))
        return xstrdup(name);
    return xprintf("%s%s%s", dir, text_ends(dir, "/") ? "" : "/", name);
}

char *path_dir(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        return xstrdup(".");
    return xstrndup(path, slash == path ? 1 : (size_t)(slash - path));
}

const char *path_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}
