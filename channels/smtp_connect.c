#include "channels/smtp_connect.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int wait_for(int fd, short what, int64_t timeout_ms)
{
    struct pollfd ready = {.fd = fd, .events = what};
    int count = 0;
    do
        count = timeout_ms < 0 ? 0 : poll(&ready, 1, (int)timeout_ms);
    while (count < 0 && errno == EINTR);
    return count;
}

bool connect_wait_readable(int fd, int64_t timeout_ms)
{
    return wait_for(fd, POLLIN, timeout_ms) > 0;
}

/* 0 when somebody answered, else an errno. */
static int try_address(const struct addrinfo *address, int64_t timeout_ms)
{
    int fault = 0;
    socklen_t size = sizeof fault;
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return errno;
    if (connect(fd, address->ai_addr, address->ai_addrlen) != 0 && errno != EINPROGRESS) {
        fault = errno;
        goto done;
    }
    int count = wait_for(fd, POLLOUT, timeout_ms);
    if (count == 0)
        fault = ETIMEDOUT;
    else if (count < 0 || getsockopt(fd, SOL_SOCKET, SO_ERROR, &fault, &size) != 0)
        fault = errno;
done:
    (void)close(fd);
    return fault;
}

static enum status give(char *out, size_t size, const struct addrinfo *found, const char *host,
                        const char *port, struct err *err)
{
    char number[64];
    const char *name = host;
    if (found->ai_family == AF_INET && getnameinfo(found->ai_addr, found->ai_addrlen, number,
                                                   sizeof number, NULL, 0, NI_NUMERICHOST) == 0)
        name = number;
    int used = snprintf(out, size, "%s:%s", name, port);
    if (used < 0 || (size_t)used >= size)
        return err_set(err, ERR_IO, "connect to %s:%s: the name is too long", host, port);
    return OK;
}

enum status connect_probe(char *out, size_t size, const char *host, int64_t port,
                          int64_t timeout_ms, struct err *err)
{
    static const int families[] = {AF_INET, AF_INET6};
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *list = NULL;
    char service[16];
    int64_t count = 0;
    int fault = EADDRNOTAVAIL;
    (void)snprintf(service, sizeof service, "%lld", (long long)port);
    int code = getaddrinfo(host, service, &hints, &list);
    if (code != 0)
        return err_set(err, ERR_IO, "connect to %s:%s: %s", host, service, gai_strerror(code));
    for (const struct addrinfo *a = list; a != NULL; a = a->ai_next)
        count++;
    for (size_t f = 0; f < sizeof families / sizeof families[0]; f++) {
        for (const struct addrinfo *a = list; a != NULL; a = a->ai_next) {
            if (a->ai_family != families[f])
                continue;
            fault = try_address(a, timeout_ms / count);
            if (fault == 0) {
                enum status status = give(out, size, a, host, service, err);
                freeaddrinfo(list);
                return status;
            }
        }
    }
    freeaddrinfo(list);
    return err_set(err, ERR_IO, "connect to %s:%s: %s", host, service, strerror(fault));
}

int connect_next_fd(void)
{
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (fd >= 0)
        (void)close(fd);
    return fd;
}

/* A few places further: a resolver may keep a socket of its own open. */
#define FDS_TRIED 32

int connect_find_fd(int from, int64_t port)
{
    for (int fd = from; from >= 0 && fd < from + FDS_TRIED; fd++) {
        union {
            struct sockaddr any;
            struct sockaddr_in v4;
            struct sockaddr_in6 v6;
        } peer = {.any = {.sa_family = AF_UNSPEC}};
        socklen_t size = sizeof peer;
        if (getpeername(fd, &peer.any, &size) != 0)
            continue;
        bool v4 = peer.any.sa_family == AF_INET && ntohs(peer.v4.sin_port) == port;
        bool v6 = peer.any.sa_family == AF_INET6 && ntohs(peer.v6.sin6_port) == port;
        if (v4 || v6)
            return fd;
    }
    return -1;
}
