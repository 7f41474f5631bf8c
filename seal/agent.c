#include "seal/agent.h"

#include "seal/gpg.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_MS 5000

/*
 * Run gpgconf for home with one more word and collect what it prints. It alone knows where
 * the sockets are: in the home, or below /run/user when there is such a folder.
 */
static bool ask_gpgconf(struct str *out, const char *home, const char *word)
{
    const char *program = gpg_gpgconf();
    char *home_copy = xstrdup(home);
    char *word_copy = xstrdup(word);
    char name[] = "gpgconf";
    char homedir[] = "--homedir";
    char list_dirs[] = "--list-dirs";
    char remove_socketdir[] = "--remove-socketdir";
    char *list[] = {name, homedir, home_copy, list_dirs, word_copy, NULL};
    char *removal[] = {name, homedir, home_copy, remove_socketdir, NULL};
    posix_spawn_file_actions_t actions;
    int ends[2] = {-1, -1};
    pid_t pid = 0;
    bool started = false;
    if (program != NULL && pipe2(ends, O_CLOEXEC) == 0 &&
        posix_spawn_file_actions_init(&actions) == 0) {
        started = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDWR, 0) == 0 &&
                  posix_spawn_file_actions_adddup2(&actions, ends[1], 1) == 0 &&
                  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0) == 0 &&
                  posix_spawn(&pid, program, &actions, NULL, word == NULL ? removal : list,
                              gpg_environment(home)) == 0;
        (void)posix_spawn_file_actions_destroy(&actions);
    }
    if (ends[1] >= 0)
        (void)close(ends[1]);
    if (started) {
        char buffer[512];
        ssize_t got = 0;
        while ((got = read(ends[0], buffer, sizeof buffer)) > 0)
            str_add_n(out, buffer, (size_t)got);
        (void)waitpid(pid, NULL, 0);
    }
    if (ends[0] >= 0)
        (void)close(ends[0]);
    free(word_copy);
    free(home_copy);
    return started && str_ok(out);
}

/* gpgconf prints "/run/a%3ab\n": undo its escapes. */
static void read_path(struct str *out, const char *printed)
{
    for (const char *p = printed; *p != '\0' && *p != '\n'; p++) {
        const char digits[3] = {p[0] == '%' ? p[1] : '\0', p[0] == '%' ? p[2] : '\0', '\0'};
        if (digits[0] != '\0' && digits[1] != '\0') {
            str_add_c(out, (char)strtol(digits, NULL, 16));
            p += 2;
        } else {
            str_add_c(out, *p);
        }
    }
}

static int connect_agent(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const struct timeval patience = {.tv_sec = PATIENCE_MS / 1000};
    if (strlen(path) >= sizeof address.sun_path)
        return -1;
    memcpy(address.sun_path, path, strlen(path));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) == 0 &&
        connect(fd, (const struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    (void)close(fd);
    return -1;
}

/* One reply of the agent: lines up to "OK" or "ERR". */
static bool read_reply(struct str *out, int fd)
{
    str_reset(out);
    for (;;) {
        char buffer[256];
        ssize_t got = recv(fd, buffer, sizeof buffer, 0);
        if (got <= 0)
            return false;
        str_add_n(out, buffer, (size_t)got);
        const char *text = str_text(out);
        if (!str_ok(out) || strstr(text, "ERR ") != NULL)
            return false;
        if (text_ends(text, "\n") && (text_starts(text, "OK") || strstr(text, "\nOK") != NULL))
            return true;
    }
}

static bool tell(int fd, const char *line)
{
    size_t size = strlen(line);
    return send(fd, line, size, MSG_NOSIGNAL) == (ssize_t)size;
}

/* A handle on the agent's process that no other process can take the place of. */
static int find_process(struct str *reply, int fd)
{
    if (!read_reply(reply, fd) || !tell(fd, "GETINFO pid\n") || !read_reply(reply, fd))
        return -1;
    const char *digits = strstr(str_text(reply), "D ");
    long pid = digits == NULL ? 0 : strtol(digits + 2, NULL, 10);
    return pid > 1 ? pidfd_open((pid_t)pid, 0) : -1;
}

static bool wait_gone(int process)
{
    struct pollfd watched = {.fd = process, .events = POLLIN};
    return poll(&watched, 1, PATIENCE_MS) == 1;
}

void agent_end(const char *home)
{
    struct str printed;
    struct str path;
    struct str reply;
    int fd = -1;
    int process = -1;
    str_init(&printed, STR_LIMIT_LINE);
    str_init(&path, STR_LIMIT_LINE);
    str_init(&reply, STR_LIMIT_LINE);
    if (!ask_gpgconf(&printed, home, "agent-socket"))
        goto done;
    read_path(&path, str_text(&printed));
    fd = connect_agent(str_text(&path));
    if (fd >= 0)
        process = find_process(&reply, fd);
    /* The connection is still open: the process that it belongs to is the one we hold. */
    if (process >= 0 && tell(fd, "KILLAGENT\n") && !wait_gone(process)) {
        (void)pidfd_send_signal(process, SIGKILL, NULL, 0);
        (void)wait_gone(process);
    }
    if (!text_starts(str_text(&path), home)) {
        str_reset(&printed);
        (void)ask_gpgconf(&printed, home, NULL);
    }
done:
    if (process >= 0)
        (void)close(process);
    if (fd >= 0)
        (void)close(fd);
    str_dispose(&reply);
    str_dispose(&path);
    str_dispose(&printed);
}
