/* What strike reads and changes in a stopped process: files of a call, the call, its result. */
#ifndef TOCSIN_STRIKE_PROCESS_H
#define TOCSIN_STRIKE_PROCESS_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <unistd.h>

#if defined __x86_64__
static void set_call(pid_t pid, long nr)
{
    (void)ptrace(PTRACE_POKEUSER, pid, offsetof(struct user_regs_struct, orig_rax), nr);
}
static void set_result(pid_t pid, long value)
{
    (void)ptrace(PTRACE_POKEUSER, pid, offsetof(struct user_regs_struct, rax), value);
}
static void set_third(pid_t pid, uint64_t value)
{
    (void)ptrace(PTRACE_POKEUSER, pid, offsetof(struct user_regs_struct, rdx), value);
}
#elif defined __aarch64__
static void set_call(pid_t pid, long nr)
{
    int number = (int)nr;
    struct iovec part = {&number, sizeof number};
    (void)ptrace(PTRACE_SETREGSET, pid, (void *)(intptr_t)NT_ARM_SYSTEM_CALL, &part);
}
static void set_register(pid_t pid, size_t index, uint64_t value)
{
    struct user_regs_struct registers;
    struct iovec part = {&registers, sizeof registers};
    (void)ptrace(PTRACE_GETREGSET, pid, (void *)(intptr_t)NT_PRSTATUS, &part);
    registers.regs[index] = value;
    (void)ptrace(PTRACE_SETREGSET, pid, (void *)(intptr_t)NT_PRSTATUS, &part);
}
static void set_result(pid_t pid, long value)
{
    set_register(pid, 0, (uint64_t)value);
}
static void set_third(pid_t pid, uint64_t value)
{
    set_register(pid, 2, value);
}
#else
#error "strike: registers of this machine are not known"
#endif

static bool read_text(char *text, size_t size, pid_t pid, uint64_t from)
{
    struct iovec here = {text, size - 1};
    struct iovec there = {(void *)(uintptr_t)from, size - 1};
    ssize_t got = process_vm_readv(pid, &here, 1, &there, 1, 0);
    if (got <= 0) { /* a page ends behind it */
        size_t rest = 4096 - (size_t)(from & 4095);
        here.iov_len = there.iov_len = rest < size - 1 ? rest : size - 1;
        got = process_vm_readv(pid, &here, 1, &there, 1, 0);
    }
    text[got > 0 ? got : 0] = '\0';
    return got > 0;
}

/* How long it has had a processor, and how long it has waited for one, in ns. */
static void process_share(pid_t pid, long long *run, long long *waited)
{
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/%d/schedstat", (int)pid);
    FILE *file = fopen(path, "re");
    if (file != NULL && fscanf(file, "%lld %lld", run, waited) != 2)
        *run = *waited = 0;
    if (file != NULL)
        (void)fclose(file);
}

/* Does the call work on a file of this name: by its descriptor, or by the path that it is given? */
static bool on_path(pid_t pid, const char *call, const struct __ptrace_syscall_info *info,
                    const char *wanted)
{
    char text[4097] = {0};
    char link[64];
    bool second = strcmp(call, "openat") == 0 || strcmp(call, "newfstatat") == 0 ||
                  strcmp(call, "unlinkat") == 0 || strcmp(call, "mkdirat") == 0;
    bool first = strcmp(call, "open") == 0 || strcmp(call, "unlink") == 0 ||
                 strcmp(call, "rename") == 0 || strcmp(call, "mkdir") == 0 ||
                 strcmp(call, "rmdir") == 0;
    if (first || second)
        return read_text(text, 1024, pid, info->entry.args[second ? 1 : 0]) &&
               strstr(text, wanted) != NULL;
    (void)snprintf(link, sizeof link, "/proc/%d/fd/%d", (int)pid, (int)info->entry.args[0]);
    return readlink(link, text, sizeof text - 1) > 0 && strstr(text, wanted) != NULL;
}

#endif
