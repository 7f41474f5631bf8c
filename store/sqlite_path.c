#include "store/sqlite_inner.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/magic.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

/* linux/magic.h has not all of them. */
static const struct {
    unsigned long magic;
    const char *name;
} remote[] = {
    {NFS_SUPER_MAGIC, "NFS"},   {SMB_SUPER_MAGIC, "SMB"},
    {CIFS_SUPER_MAGIC, "CIFS"}, {SMB2_SUPER_MAGIC, "SMB2"},
    {FUSE_SUPER_MAGIC, "FUSE"}, {CODA_SUPER_MAGIC, "Coda"},
    {AFS_SUPER_MAGIC, "AFS"},   {AFS_FS_MAGIC, "AFS"},
    {V9FS_MAGIC, "9P"},         {CEPH_SUPER_MAGIC, "Ceph"},
    {NCP_SUPER_MAGIC, "NCP"},   {OCFS2_SUPER_MAGIC, "OCFS2"},
    {0x01161970UL, "GFS2"},     {0x0bd00bd0UL, "Lustre"},
    {0x47504653UL, "GPFS"},     {0x786f4256UL, "VirtualBox shared folder"},
};

const char *sqlite_remote_name(unsigned long magic)
{
    for (size_t i = 0; i < sizeof remote / sizeof remote[0]; i++)
        if (remote[i].magic == (magic & 0xffffffffUL))
            return remote[i].name;
    return NULL;
}

static enum status refuse_remote(const char *dir, struct err *err)
{
    struct statfs fs;
    if (statfs(dir, &fs) != 0)
        return err_set(err, ERR_IO, "%s: cannot tell the file system: %s", dir, strerror(errno));
    const char *name = sqlite_remote_name((unsigned long)fs.f_type);
    if (name != NULL)
        return err_set(err, ERR_REFUSED,
                       "%s: lies on a network file system (%s), where neither locks nor syncs can "
                       "be relied on: put the store on a local disk, or use PostgreSQL",
                       dir, name);
    return OK;
}

/*
 * The one name of the file. Two names for it (a link) would mean two locks and two journals, and
 * with that a store that two writers tear apart.
 */
enum status sqlite_resolve(char **out, const char *path, enum store_mode mode, struct err *err)
{
    char *dir = path_dir(path);
    char *real_dir = NULL, *joined = NULL, *real = NULL;
    struct stat st;
    enum status status = OK;
    if (text_is_empty(path_base(path))) {
        status = err_set(err, ERR_INVALID, "store \"%s\": is no file name", path);
        goto done;
    }
    real = realpath(path, NULL);
    if (real == NULL && errno == ENOENT && mode == STORE_CREATE) {
        real_dir = realpath(dir, NULL);
        if (real_dir != NULL) {
            joined = path_join(real_dir, path_base(path));
            /* A link that points nowhere: what it names is not ours to make. */
            if (lstat(joined, &st) == 0) {
                status = err_set(err, ERR_INVALID, "%s: is a link to nothing: remove it", path);
                goto done;
            }
            real = joined;
            joined = NULL;
        }
    }
    if (real == NULL) {
        status = errno == ENOENT
                     ? err_set(err, ERR_NOT_FOUND, "%s: there is no store: run `tocsin init`", path)
                     : err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
        goto done;
    }
    free(real_dir);
    real_dir = path_dir(real);
    status = refuse_remote(real_dir, err);
    if (status != OK)
        goto done;
    if (stat(real, &st) == 0) {
        if (!S_ISREG(st.st_mode))
            status = err_set(err, ERR_INVALID, "%s: is not a file", path);
        else if (st.st_nlink > 1)
            status = err_set(err, ERR_REFUSED,
                             "%s: has %ju names (hard links), and a second name has no lock: "
                             "remove the others",
                             path, (uintmax_t)st.st_nlink);
    }
    if (status == OK) {
        *out = real;
        real = NULL;
    }
done:
    free(dir);
    free(real_dir);
    free(joined);
    free(real);
    return status;
}

/* Who holds it, as it wrote itself; 0 when that cannot be read. */
static long lock_holder(int fd)
{
    char text[24] = "";
    ssize_t got = pread(fd, text, sizeof text - 1, 0);
    char *end = NULL;
    long pid = got > 0 ? strtol(text, &end, 10) : 0;
    return pid > 0 && pid <= INT_MAX && end != NULL && *end == '\n' ? pid : 0;
}

static bool has_ended(long pid)
{
    int process = pidfd_open((pid_t)pid, 0);
    if (process < 0)
        return errno == ESRCH;
    struct pollfd watched = {.fd = process, .events = POLLIN};
    bool ended = poll(&watched, 1, 0) == 1;
    (void)close(process);
    return ended;
}

/*
 * What a killed writer had forked, and what has not executed anything yet, keeps the lock for a
 * moment: nobody has to do anything about it but wait.
 */
#define LOCK_TRIES 200
static const struct timespec lock_pause = {.tv_nsec = 20000000};

static enum status take_lock(int fd, const char *name, const char *path, struct err *err)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    for (int tries = 1; fcntl(fd, F_OFD_SETLK, &lock) != 0; tries++) {
        if (errno != EAGAIN && errno != EACCES)
            return err_set(err, ERR_IO, "%s: cannot lock: %s", name, strerror(errno));
        long pid = lock_holder(fd);
        if (tries == LOCK_TRIES || (pid != 0 && !has_ended(pid))) {
            char who[32] = "";
            if (pid != 0)
                (void)snprintf(who, sizeof who, " (process %ld)", pid);
            return err_set(err, ERR_STALE,
                           "%s: another process%s writes to this store: wait for it, or stop it",
                           path, who);
        }
        (void)nanosleep(&lock_pause, NULL);
    }
    return OK;
}

/*
 * An open-file-description lock goes with this descriptor and with nothing else: it does not
 * vanish when somebody closes another descriptor of the same file, and the kernel drops it when
 * the process dies. Close-on-exec, so that no child keeps it.
 */
enum status sqlite_lock(int *out_fd, const char *path, struct err *err)
{
    char *name = xprintf("%s.lock", path);
    char text[32];
    enum status status = OK;
    int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        status =
            err_set(err, ERR_IO, "%s: cannot open the writer's lock: %s", name, strerror(errno));
        goto done;
    }
    status = take_lock(fd, name, path, err);
    if (status != OK)
        goto done;
    /* Only to say who holds it, and to see that it has ended; the lock is what counts. */
    int size = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    if (ftruncate(fd, 0) != 0 || pwrite(fd, text, (size_t)size, 0) != size) {
        status = err_set(err, ERR_IO, "%s: cannot write: %s", name, strerror(errno));
        goto done;
    }
    *out_fd = fd;
    fd = -1;
done:
    if (fd >= 0)
        (void)close(fd);
    free(name);
    return status;
}
