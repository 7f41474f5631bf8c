#include "dispatcher/run/child.h"

#include "base/log.h"
#include "dispatcher/run/job.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Between fork and exec: only what is safe there. */
static void become_child(int fd, const char *kind)
{
    char *const argv[] = {(char *)(uintptr_t) "tocsin", (char *)(uintptr_t)CHILD_WORD,
                          (char *)(uintptr_t)kind, NULL};
    sigset_t none;
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)setsid();
    if (fd == CHILD_FD)
        (void)fcntl(fd, F_SETFD, 0);
    else if (dup2(fd, CHILD_FD) < 0)
        _exit(127);
    (void)execv("/proc/self/exe", argv);
    _exit(127);
}

enum status child_start(struct child *child, const char *kind, int64_t up_ms, struct err *err)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return err_set(err, ERR_IO, "socketpair: %s", strerror(errno));
    int size = 1 << 20;
    (void)setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    (void)setsockopt(pair[1], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    pid_t pid = fork();
    if (pid == 0)
        become_child(pair[1], kind);
    (void)close(pair[1]);
    if (pid < 0) {
        (void)close(pair[0]);
        return err_set(err, ERR_IO, "fork: %s", strerror(errno));
    }
    (void)fcntl(pair[0], F_SETFL, O_NONBLOCK);
    *child = (struct child){.pid = pid, .fd = pair[0], .progress_ms = up_ms, .started_ms = up_ms};
    frame_reader_init(&child->in);
    str_init(&child->out, 2 * FRAME_LIMIT);
    return OK;
}

bool child_wants_write(const struct child *child)
{
    return child->pid != 0 && child->written < child->out.size;
}

enum status child_flush(struct child *child, struct err *err)
{
    while (child->written < child->out.size) {
        ssize_t n = send(child->fd, child->out.data + child->written,
                         child->out.size - child->written, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n > 0)
            child->written += (size_t)n;
        else if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return OK;
        else if (n < 0 && errno == EINTR)
            continue;
        else
            return err_set(err, ERR_IO, "worker %d: %s", (int)child->pid, strerror(errno));
    }
    str_reset(&child->out);
    child->written = 0;
    return OK;
}

enum status child_send(struct child *child, struct frame_out *frame, struct err *err)
{
    struct bytes bytes = frame_end(frame);
    str_add_n(&child->out, bytes.data, bytes.size);
    frame_dispose(frame);
    if (!str_ok(&child->out))
        return err_set(err, ERR_IO, "worker %d: does not read what it is sent", (int)child->pid);
    return child_flush(child, err);
}

enum status child_send_clock(struct child *child, const struct even *anchor, struct err *err)
{
    struct frame_out frame;
    frame_begin(&frame, JOB_CLOCK);
    frame_int(&frame, anchor->up_ms);
    frame_int(&frame, anchor->wall_ms);
    frame_int(&frame, anchor->off_ms);
    return child_send(child, &frame, err);
}

void child_take_clock(struct clock *out, const struct frame *frame)
{
    const struct even anchor = {.up_ms = frame_get_int(frame, CLOCK_UP),
                                .wall_ms = frame_get_int(frame, CLOCK_WALL),
                                .off_ms = frame_get_int(frame, CLOCK_OFF)};
    clock_init_even(out, &anchor);
}

void child_hush(struct child *child)
{
    str_reset(&child->out);
    child->written = 0;
    (void)shutdown(child->fd, SHUT_WR);
}

static void child_close(struct child *child)
{
    if (child->fd >= 0 && child->pid != 0)
        (void)close(child->fd);
    frame_reader_dispose(&child->in);
    str_dispose(&child->out);
    *child = (struct child){.fd = -1};
}

/*
 * Has it ended and is not reaped? *code: what it ended with, -1 when by a signal. Or was it reaped
 * already, and its number may be another's?
 */
static bool has_ended(pid_t pid, int *code, bool *reaped)
{
    siginfo_t info = {0};
    *reaped = waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0 && errno == ECHILD;
    if (info.si_pid != pid)
        return false;
    *code = info.si_code == CLD_EXITED ? info.si_status : -1;
    return true;
}

void child_reap(pid_t pid)
{
    /* While it is not reaped its number is its own, and so is the group of that number. */
    (void)kill(-pid, SIGKILL);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
}

void child_kill(struct child *child)
{
    bool reaped = false;
    int code = -1;
    if (child->pid == 0)
        return;
    if (!has_ended(child->pid, &code, &reaped) && !reaped)
        (void)kill(child->pid, SIGKILL); /* it may be too young to lead its group */
    if (!reaped)
        child_reap(child->pid);
    child_close(child);
}

void child_dismiss(const struct child *child)
{
    if (child->pid != 0)
        (void)shutdown(child->fd, SHUT_RDWR);
}

bool child_end(struct child *child, int64_t wait_ms)
{
    if (child->pid == 0)
        return false;
    child_dismiss(child);
    bool reaped = false;
    int code = -1;
    for (int64_t waited = 0; waited < wait_ms && !has_ended(child->pid, &code, &reaped) && !reaped;
         waited++)
        (void)nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    child_kill(child);
    return code == 0;
}

void child_harden(const char *kind)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() == 1)
        _exit(0); /* the parent was gone before we asked */
    (void)prctl(PR_SET_DUMPABLE, 0);
    (void)prctl(PR_SET_NO_NEW_PRIVS, 1);
    (void)setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGINT, SIG_IGN); /* ^C is for the parent, which ends us in order */
    (void)fcntl(CHILD_FD, F_SETFD, FD_CLOEXEC);
    (void)close_range(CHILD_FD + 1, ~0U, 0);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null >= 0) {
        (void)dup2(null, STDIN_FILENO);
        (void)dup2(null, STDOUT_FILENO);
        (void)close(null);
    }
    log_init(kind, LOG_INFO);
}

int child_main(const char *kind)
{
    static const struct {
        const char *kind;
        int (*run)(void);
    } mains[] = {{"sealer", sealer_main},
                 {"carrier", carrier_main},
                 {"signer", signer_main},
                 {"fetcher", fetcher_main},
                 {"opener", opener_main}};
    for (size_t i = 0; i < sizeof mains / sizeof mains[0]; i++)
        if (strcmp(mains[i].kind, kind) == 0)
            return mains[i].run();
    return 127;
}
