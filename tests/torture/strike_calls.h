/* Names of system calls and errors for strike. */
#ifndef TOCSIN_STRIKE_CALLS_H
#define TOCSIN_STRIKE_CALLS_H

#include <errno.h>
#include <sys/syscall.h>

static const struct {
    long nr;
    const char *name;
} calls[] = {
    {SYS_read, "read"},
    {SYS_write, "write"},
    {SYS_close, "close"},
    {SYS_fstat, "fstat"},
    {SYS_lseek, "lseek"},
    {SYS_mmap, "mmap"},
    {SYS_mprotect, "mprotect"},
    {SYS_munmap, "munmap"},
    {SYS_brk, "brk"},
    {SYS_rt_sigaction, "rt_sigaction"},
    {SYS_rt_sigprocmask, "rt_sigprocmask"},
    {SYS_ioctl, "ioctl"},
    {SYS_pread64, "pread64"},
    {SYS_pwrite64, "pwrite64"},
    {SYS_readv, "readv"},
    {SYS_writev, "writev"},
#ifdef SYS_open /* older machines only */
    {SYS_open, "open"},
    {SYS_stat, "stat"},
    {SYS_lstat, "lstat"},
    {SYS_poll, "poll"},
    {SYS_access, "access"},
    {SYS_pipe, "pipe"},
    {SYS_select, "select"},
    {SYS_dup2, "dup2"},
    {SYS_getdents, "getdents"},
    {SYS_rename, "rename"},
    {SYS_mkdir, "mkdir"},
    {SYS_rmdir, "rmdir"},
    {SYS_creat, "creat"},
    {SYS_link, "link"},
    {SYS_unlink, "unlink"},
    {SYS_symlink, "symlink"},
    {SYS_readlink, "readlink"},
    {SYS_chmod, "chmod"},
    {SYS_chown, "chown"},
    {SYS_fork, "fork"},
    {SYS_vfork, "vfork"},
    {SYS_arch_prctl, "arch_prctl"},
    {SYS_alarm, "alarm"},
    {SYS_epoll_wait, "epoll_wait"},
    {SYS_signalfd, "signalfd"},
    {SYS_inotify_init, "inotify_init"},
#endif
};

static const struct {
    const char *name;
    int number;
} errors[] = {
    {"EIO", EIO},       {"ENOSPC", ENOSPC}, {"EMFILE", EMFILE}, {"ENFILE", ENFILE},
    {"EINTR", EINTR},   {"EAGAIN", EAGAIN}, {"EDQUOT", EDQUOT}, {"EROFS", EROFS},
    {"ENOMEM", ENOMEM}, {"EACCES", EACCES},
};

#endif
