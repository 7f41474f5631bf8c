/*
 * strike - run a program and, at a chosen system call of one of its processes, kill that process or
 * let the call fail.
 *
 *   strike [--out FILE] [--count FILE] [--patience MS] [--calls N] [--beside] [--then kill|term]
 * [ROLE:CALL[@PATH]:N:WHAT]... -- PROGRAM [ARG]...
 *
 * ROLE  parent, sealer, carrier, gpg, gpg-agent, gpgconf …: who a process is by what it executes;
 *       gpg-seal: gpg that signs or seals; fork: a child that has not executed anything yet;
 *       parent-gpg, parent-fork: of the program
 * CALL  a system call by name, or any; with @PATH only calls on a file whose path contains PATH
 * N     the N-th such call since the process was executed, from 1; +N: since the strike was armed
 * WHAT  kill (before the call is made), term (it is told to end), EIO, ENOSPC …, short (half of a
 *       write), none; with + behind it: this one and all later ones
 *
 * The strikes are armed one after the other, with --beside those of each role for themselves: the
 * next when the one before has hit, or is "missed": not hit within --patience, or within --calls
 * calls of processes of its role. Each line of FILE is: hit|told|missed ROLE PID CALL N UP_MS
 * RUN_NS WAIT_NS, the last two how long the program has had a processor, and waited for one; "told"
 * is who got a term.
 * After the last one the program goes on by itself, or is ended as --then says. Nothing that it
 * left behind (an agent) is ended here: who looks for strays must find them. --count writes every
 * call of every process: ROLE PID N CALL; the role of the program is "ending" from the moment
 * strike was told to end it.
 *
 * Exit: that of the program (128 + signal); 77 when processes cannot be traced here.
 */
#include "strike_calls.h"
#include "strike_plan.h"
#include "strike_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PROCESSES 512
#define CALLS 512
#define TRACE_OPTIONS                                                                              \
    (PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |      \
     PTRACE_O_TRACEEXEC)

struct process {
    pid_t pid; /* 0: free */
    char role[24];
    char from[24]; /* whose child it is, by the nearest one that has executed something */
    unsigned counts[CALLS];
    unsigned any;
    long pending; /* what the call that was entered shall return; 0: what it does */
};

static struct process processes[PROCESSES];
static FILE *out, *counted;
static int64_t patience_ms = 3000;
static unsigned patience_calls; /* 0: no limit */
static const char *then = "";
static pid_t program;
static volatile sig_atomic_t ending;

static void fail(const char *what, int code)
{
    (void)fprintf(stderr, "strike: %s: %s\n", what, strerror(errno));
    if (program > 0)
        (void)kill(program, SIGKILL);
    exit(code);
}

static struct process *process_find(pid_t pid)
{
    for (size_t i = 0; i < PROCESSES; i++)
        if (processes[i].pid == pid)
            return &processes[i];
    return NULL;
}

static struct process *process_add(pid_t pid)
{
    struct process *p = process_find(pid);
    if (p == NULL && (p = process_find(0)) != NULL) {
        *p = (struct process){.pid = pid};
        (void)snprintf(p->role, sizeof p->role, "fork");
    }
    return p;
}

/* Who it is, by what it executes now. */
static void process_name(struct process *p)
{
    char path[64];
    char words[2048] = {0};
    (void)snprintf(path, sizeof path, "/proc/%d/cmdline", (int)p->pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t size = fd >= 0 ? read(fd, words, sizeof words - 2) : 0;
    if (fd >= 0)
        (void)close(fd);
    const char *name = strrchr(words, '/') != NULL ? strrchr(words, '/') + 1 : words;
    const char *second = size > 0 ? words + strlen(words) + 1 : "";
    if (strcmp(second, "worker") == 0)
        name = second + strlen(second) + 1;
    for (const char *word = words; strcmp(name, "gpg") == 0 && word < words + size;
         word += strlen(word) + 1)
        if (strcmp(word, "--sign") == 0)
            name = "gpg-seal";
    if (p->pid == program)
        name = "parent";
    bool of_parent =
        p->pid != program && strcmp(p->from, "parent") == 0 && strcmp(second, "worker") != 0;
    *p = (struct process){.pid = p->pid};
    (void)snprintf(p->role, sizeof p->role, "%s%.15s", of_parent ? "parent-" : "", name);
}

static void go_on(const struct process *p, int signal_number)
{
    bool stops = counted != NULL || role_wanted(p->role);
    (void)ptrace(stops ? PTRACE_SYSCALL : PTRACE_CONT, p->pid, NULL,
                 (void *)(intptr_t)signal_number);
}

static const char *call_name(uint64_t nr, char spare[32])
{
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
        if ((uint64_t)calls[i].nr == nr)
            return calls[i].name;
    (void)snprintf(spare, 32, "call-%llu", (unsigned long long)nr);
    return spare;
}

static void report(const char *how, const char *role, pid_t pid, const char *call, unsigned nth)
{
    if (out == NULL)
        return;
    long long run = 0, waited = 0;
    process_share(program, &run, &waited);
    (void)fprintf(out, "%s %s %d %s %u %lld %lld %lld\n", how, role, (int)pid, call, nth,
                  (long long)up_ms(), run, waited);
    (void)fflush(out);
}

/* Some process of this role is killed where it happens to be: what comes in its place is fresh. */
static void kill_any(const char *role)
{
    for (size_t i = 0; i < PROCESSES; i++)
        if (processes[i].pid != 0 && strcmp(processes[i].role, role) == 0) {
            (void)kill(processes[i].pid, SIGKILL);
            report("hit", role, processes[i].pid, "random", 0);
            return;
        }
}

/* `gone`: the strike itself has ended the program. */
static void arm_next(size_t lane, bool gone)
{
    lane_arm(lane, lanes[lane].next + 1);
    if (is_over() && then[0] != '\0' && !gone) {
        if (then[0] == 'k')
            kill_any("parent");
        else
            (void)kill(program, SIGTERM);
    }
}

/* It was not reached: who would have been its victim is killed where it is, and the next is armed.
 */
static void miss(size_t lane)
{
    const struct strike *s = &strikes[lanes[lane].next];
    report("missed", s->role, 0, s->call, s->nth);
    if (strcmp(s->what, "kill") == 0 && strcmp(s->role, "parent") != 0)
        kill_any(s->role);
    arm_next(lane, false);
}

static bool strike_due(const struct process *p, struct strike *s, const char *call, unsigned count,
                       const struct __ptrace_syscall_info *info)
{
    bool any = strcmp(s->call, "any") == 0;
    if (!any && strcmp(s->call, call) != 0)
        return false;
    if (s->path[0] != '\0') {
        if (!on_path(p->pid, call, info, s->path))
            return false;
    }
    if (s->armed)
        count = ++s->seen;
    else if (any)
        count = p->any;
    return count == s->nth || (s->later && count > s->nth);
}

static void do_strike(struct process *p, const struct strike *s, const char *call,
                      const struct __ptrace_syscall_info *info)
{
    if (strcmp(s->what, "kill") == 0)
        (void)kill(p->pid, SIGKILL);
    else if (strcmp(s->what, "term") == 0)
        (void)kill(p->pid, SIGTERM);
    else if (strcmp(s->what, "short") == 0) {
        if (info->entry.args[2] > 1)
            set_third(p->pid, info->entry.args[2] / 2);
    } else if (strcmp(s->what, "none") != 0) {
        for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++)
            if (strcmp(errors[i].name, s->what) == 0)
                p->pending = -errors[i].number;
        set_call(p->pid, -1);
    }
    report(strcmp(s->what, "term") == 0 ? "told" : "hit", p->role, p->pid, call, p->any);
    if (!s->later)
        arm_next(s->lane, p->pid == program && strcmp(s->what, "kill") == 0);
}

static void at_call(struct process *p)
{
    struct __ptrace_syscall_info info;
    char spare[32];
    if (ptrace(PTRACE_GET_SYSCALL_INFO, p->pid, (void *)sizeof info, &info) <= 0)
        return;
    if (info.op == PTRACE_SYSCALL_INFO_EXIT && p->pending != 0) {
        set_result(p->pid, p->pending);
        p->pending = 0;
    }
    if (info.op != PTRACE_SYSCALL_INFO_ENTRY)
        return;
    const char *call = call_name(info.entry.nr, spare);
    unsigned count = info.entry.nr < CALLS ? ++p->counts[info.entry.nr] : 0;
    p->any++;
    if (counted != NULL)
        (void)fprintf(counted, "%s %d %u %s\n",
                      ending != 0 && p->pid == program ? "ending" : p->role, (int)p->pid, p->any,
                      call);
    for (size_t i = 0; i < lane_count; i++) {
        struct strike *s = &strikes[lanes[i].next];
        if (lanes[i].next == strike_count || strcmp(s->role, p->role) != 0)
            continue;
        lanes[i].calls++;
        if (strike_due(p, s, call, count, &info))
            do_strike(p, s, call, &info);
        else if (patience_calls > 0 && lanes[i].calls > patience_calls && !s->later)
            miss(i);
        break;
    }
}

/* A child goes on as what it was, when that is an agent that becomes a daemon with threads. */
static void process_forks(const struct process *p)
{
    unsigned long pid = 0;
    struct process *child = NULL;
    if (ptrace(PTRACE_GETEVENTMSG, p->pid, NULL, &pid) == 0)
        child = process_add((pid_t)pid);
    if (child == NULL || strcmp(child->role, "fork") != 0)
        return;
    bool forked = strcmp(p->role, "fork") == 0 || strcmp(p->role, "parent-fork") == 0;
    memcpy(child->from, forked ? p->from : p->role, sizeof child->from);
    if (strcmp(p->role, "gpg-agent") == 0)
        memcpy(child->role, p->role, sizeof child->role);
    else if (strcmp(child->from, "parent") == 0)
        (void)snprintf(child->role, sizeof child->role, "parent-fork");
}

/* One stop of one process; false when it was not a stop but the end of the program. */
static bool stopped(pid_t pid, int status, int *ended)
{
    struct process *p = process_add(pid);
    if (WIFEXITED(status) || WIFSIGNALED(status)) {
        if (p != NULL)
            p->pid = 0;
        *ended = status;
        return pid != program;
    }
    if (p == NULL) {
        errno = ENOSPC;
        fail("processes", 2);
    }
    int event = status >> 16;
    int sent = WSTOPSIG(status);
    if (event == PTRACE_EVENT_EXEC)
        process_name(p);
    else if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK ||
             event == PTRACE_EVENT_CLONE)
        process_forks(p);
    if (sent == (SIGTRAP | 0x80))
        at_call(p);
    if (event == PTRACE_EVENT_STOP && sent != SIGTRAP) /* stopped as a group: let it lie */
        (void)ptrace(PTRACE_LISTEN, pid, NULL, NULL);
    else
        go_on(p, event != 0 || sent == (SIGTRAP | 0x80) ? 0 : sent);
    return true;
}

static void on_signal(int number)
{
    if (number == SIGTERM && program > 0) {
        ending = 1;
        (void)kill(program, SIGTERM);
    }
}

static char **read_words(int argc, char **argv)
{
    int i = 1;
    bool beside = false;
    for (; i < argc && strcmp(argv[i], "--") != 0; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        if (strcmp(argv[i], "--out") == 0)
            out = fopen(value, "ae"), i++;
        else if (strcmp(argv[i], "--count") == 0)
            counted = fopen(value, "ae"), i++;
        else if (strcmp(argv[i], "--patience") == 0)
            patience_ms = strtol(value, NULL, 10), i++;
        else if (strcmp(argv[i], "--calls") == 0)
            patience_calls = (unsigned)strtoul(value, NULL, 10), i++;
        else if (strcmp(argv[i], "--then") == 0)
            then = value, i++;
        else if (strcmp(argv[i], "--beside") == 0)
            beside = true;
        else if (strike_count == STRIKES || !read_strike(&strikes[strike_count++], argv[i]))
            fail(argv[i], 2);
    }
    if (i + 1 >= argc) {
        errno = EINVAL;
        fail("no program is named behind --", 2);
    }
    plan_lanes(beside);
    return argv + i + 1;
}

static void start_program(char **words)
{
    int gate[2];
    if (pipe(gate) != 0 || (program = fork()) < 0)
        fail("fork", 2);
    if (program == 0) {
        char byte;
        (void)close(gate[1]);
        if (read(gate[0], &byte, 1) == 1) {
            (void)close(gate[0]);
            (void)execv(words[0], words);
        }
        _exit(127);
    }
    (void)close(gate[0]);
    if (ptrace(PTRACE_SEIZE, program, NULL, (void *)(intptr_t)TRACE_OPTIONS) != 0) {
        (void)printf("SKIP: processes cannot be traced here: %s\n", strerror(errno));
        (void)kill(program, SIGKILL);
        exit(77);
    }
    (void)process_add(program);
    if (write(gate[1], "g", 1) != 1)
        fail("pipe", 2);
    (void)close(gate[1]);
}

int main(int argc, char **argv)
{
    char **words = read_words(argc, argv);
    const struct sigaction action = {.sa_handler = on_signal};
    const struct itimerval tick = {{0, 100000}, {0, 100000}};
    int status = 0;
    (void)sigaction(SIGTERM, &action, NULL);
    (void)sigaction(SIGALRM, &action, NULL);
    start_program(words);
    (void)setitimer(ITIMER_REAL, &tick, NULL);
    for (bool running = true; running;) {
        pid_t pid = waitpid(-1, &status, __WALL);
        if (pid > 0) {
            int ended = 0;
            running = stopped(pid, status, &ended);
        } else if (errno != EINTR)
            break;
        for (size_t i = 0; running && i < lane_count; i++)
            if (lanes[i].next < strike_count && !strikes[lanes[i].next].later &&
                up_ms() - lanes[i].since_ms > patience_ms)
                miss(i);
    }
    if (counted != NULL)
        (void)fclose(counted);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
