#include "tests/store/lossy_proxy.h"

#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int socket_at(const char *dir, bool listens)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    int size = snprintf(at.sun_path, sizeof at.sun_path, "%s/.s.PGSQL.5432", dir);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || size < 0 || (size_t)size >= sizeof at.sun_path)
        return -1;
    int result = listens ? bind(fd, (struct sockaddr *)&at, sizeof at)
                         : connect(fd, (struct sockaddr *)&at, sizeof at);
    if (result == 0 && listens)
        result = listen(fd, 1);
    if (result == 0)
        return fd;
    (void)close(fd);
    return -1;
}

static bool pass_on(int to, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t sent = send(to, data, size, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        data += sent;
        size -= (size_t)sent;
    }
    return true;
}

static void carry(int client, int server)
{
    bool committing = false;
    char data[65536];
    for (;;) {
        struct pollfd fds[2] = {{.fd = client, .events = POLLIN}, {.fd = server, .events = POLLIN}};
        if (poll(fds, 2, 20000) <= 0)
            return;
        for (int i = 0; i < 2; i++) {
            if (fds[i].revents == 0)
                continue;
            ssize_t got = recv(fds[i].fd, data, sizeof data, 0);
            if (got <= 0 || (i == 1 && committing))
                return; /* the reply is here, and goes no further */
            if (i == 0 && memmem(data, (size_t)got, "COMMIT", sizeof "COMMIT") != NULL)
                committing = true;
            if (!pass_on(fds[1 - i].fd, data, (size_t)got))
                return;
        }
    }
}

pid_t lossy_proxy_start(const char *dir, const char *server_dir)
{
    int listener = socket_at(dir, true);
    pid_t child = listener < 0 ? -1 : fork();
    if (child == 0) {
        struct pollfd waiting = {.fd = listener, .events = POLLIN};
        int client = poll(&waiting, 1, 20000) == 1 ? accept(listener, NULL, NULL) : -1;
        int server = socket_at(server_dir, false);
        if (client >= 0 && server >= 0)
            carry(client, server);
        _exit(0);
    }
    (void)close(listener);
    return child;
}
