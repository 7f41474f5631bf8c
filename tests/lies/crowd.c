#include "tests/lies/crowd.h"

#include "base/str.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define QUICK_LANES 4
#define SLOW_LANES 16
#define LANES (QUICK_LANES + SLOW_LANES)
#define CELL_LIMIT_S 240 /* a hang is a failure; generous, for a busy machine */
#define SHOWN 6000

struct lane {
    pid_t pid; /* 0: free */
    int output;
    size_t cell;
};

static void start(struct lane *lane, const struct crowd *crowd, size_t cell)
{
    (void)fflush(NULL);
    lane->cell = cell;
    lane->output = memfd_create("cell", MFD_CLOEXEC);
    lane->pid = fork();
    if (lane->pid < 0 || lane->output < 0) {
        perror("crowd");
        exit(1);
    }
    if (lane->pid != 0)
        return;
    (void)alarm(CELL_LIMIT_S);
    if (dup2(lane->output, STDERR_FILENO) < 0)
        _exit(2);
    crowd->run(cell);
    exit(0); /* leaks are looked for */
}

static void show(const struct lane *lane, const struct crowd *crowd, int how)
{
    char name[200];
    char text[SHOWN + 1];
    ssize_t size = pread(lane->output, text, SHOWN, 0);
    text[size > 0 ? size : 0] = '\0';
    crowd->name(name, sizeof name, lane->cell);
    (void)printf("FAILED %s (%s %d)\n%s\n", name, WIFSIGNALED(how) ? "signal" : "exit",
                 WIFSIGNALED(how) ? WTERMSIG(how) : WEXITSTATUS(how), text);
}

/* Wait for one to end; whether it was good. */
static bool reap(struct lane *lanes, const struct crowd *crowd)
{
    int how = 0;
    pid_t pid;
    do
        pid = wait(&how);
    while (pid < 0 && errno == EINTR);
    for (size_t i = 0; i < LANES; i++) {
        if (pid <= 0 || lanes[i].pid != pid)
            continue;
        bool good = WIFEXITED(how) && WEXITSTATUS(how) == 0;
        if (!good)
            show(&lanes[i], crowd, how);
        (void)close(lanes[i].output);
        lanes[i].pid = 0;
        return good;
    }
    return true;
}

/* The next cell of this kind, crowd->count without one. */
static size_t next_of(const struct crowd *crowd, size_t from, bool slow)
{
    while (from < crowd->count && crowd->is_slow(from) != slow)
        from++;
    return from;
}

size_t crowd_run(const struct crowd *crowd)
{
    struct lane lanes[LANES] = {{0}};
    size_t next[2] = {next_of(crowd, 0, false), next_of(crowd, 0, true)};
    size_t failed = 0;
    bool busy = true;
    while (busy) {
        busy = false;
        for (size_t i = 0; i < LANES; i++) {
            bool slow = i >= QUICK_LANES;
            if (lanes[i].pid == 0 && next[slow] < crowd->count) {
                start(&lanes[i], crowd, next[slow]);
                next[slow] = next_of(crowd, next[slow] + 1, slow);
            }
            busy = busy || lanes[i].pid != 0;
        }
        if (busy && !reap(lanes, crowd))
            failed++;
    }
    return failed;
}
