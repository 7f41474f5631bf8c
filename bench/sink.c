/*
 * bench/sink - a mail server that only takes: STARTTLS, SMTP, one thread per connection.
 *
 * It answers 250 to every message, forgets the text, counts Message-IDs, and prints at its end
 * (SIGTERM) one line of JSON with what it cost itself, so that a measure can tell the peer's CPU
 * from ours. No disk, no queue: it must never be what a measure waits for.
 *
 *     sink CERT.pem KEY.pem PORTFILE [--wait MS] [--log FILE] [--plain]
 *
 * --wait holds back the answer to each message; --log writes "epoch-ms recipient message-id" per
 * message; --plain takes mail without TLS too.
 */
#include "base/clock.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define LINE_MOST 1024
#define BUFFER ((size_t)64 * 1024)
#define TABLE ((size_t)1 << 22) /* Message-IDs: room for two million at half load */

struct seen {
    pthread_mutex_t lock;
    uint64_t *hashes;
    size_t messages, distinct, bytes, sessions;
    int64_t first_ms, last_ms;
    FILE *log;
};

static struct seen seen = {.lock = PTHREAD_MUTEX_INITIALIZER};
static struct clock clock_here;
static SSL_CTX *tls;
static long wait_ms;
static bool plain_allowed;

struct peer {
    int fd;
    SSL *ssl;
    char data[BUFFER];
    size_t begin, end;
    char recipient[LINE_MOST];
    char id[LINE_MOST];
};

static uint64_t hash_of(const char *text)
{
    uint64_t hash = UINT64_C(1469598103934665603);
    for (; *text != '\0'; text++)
        hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
    return hash != 0 ? hash : 1;
}

static void count_message(const struct peer *peer, size_t size)
{
    uint64_t hash = hash_of(peer->id);
    (void)pthread_mutex_lock(&seen.lock);
    size_t at = hash % TABLE;
    while (seen.hashes[at] != 0 && seen.hashes[at] != hash)
        at = (at + 1) % TABLE;
    if (seen.hashes[at] == 0)
        seen.distinct++;
    seen.hashes[at] = hash;
    seen.messages++;
    seen.bytes += size;
    seen.last_ms = clock_now_ms(&clock_here);
    if (seen.first_ms == 0)
        seen.first_ms = seen.last_ms;
    if (seen.log != NULL)
        (void)fprintf(seen.log, "%lld %s %s\n", (long long)seen.last_ms, peer->recipient, peer->id);
    (void)pthread_mutex_unlock(&seen.lock);
}

/* More bytes behind those not yet read; false: the peer went away. */
static bool fill(struct peer *peer)
{
    if (peer->begin > 0) {
        memmove(peer->data, peer->data + peer->begin, peer->end - peer->begin);
        peer->end -= peer->begin;
        peer->begin = 0;
    }
    size_t room = BUFFER - peer->end;
    ssize_t got = peer->ssl != NULL ? SSL_read(peer->ssl, peer->data + peer->end, (int)room)
                                    : read(peer->fd, peer->data + peer->end, room);
    peer->end += got > 0 ? (size_t)got : 0;
    return got > 0;
}

static bool say(struct peer *peer, const char *reply)
{
    size_t size = strlen(reply);
    if (peer->ssl != NULL)
        return SSL_write(peer->ssl, reply, (int)size) == (int)size;
    return write(peer->fd, reply, size) == (ssize_t)size;
}

/* One line without its CRLF; lines of a text may be longer than LINE_MOST, only their head is kept.
 */
static bool read_line(struct peer *peer, char line[LINE_MOST], size_t *size)
{
    for (;;) {
        char *from = peer->data + peer->begin;
        const char *end = memchr(from, '\n', peer->end - peer->begin);
        if (end != NULL) {
            *size = (size_t)(end - from) + 1;
            size_t kept = *size < LINE_MOST ? *size : LINE_MOST - 1;
            memcpy(line, from, kept);
            line[kept] = '\0';
            line[strcspn(line, "\r\n")] = '\0';
            peer->begin += *size;
            return true;
        }
        if (peer->end - peer->begin == BUFFER || !fill(peer))
            return false;
    }
}

/* The text up to the lone dot, forgotten but for its Message-ID. */
static bool take_text(struct peer *peer)
{
    char line[LINE_MOST];
    size_t size = 0;
    size_t total = 0;
    bool header = true;
    peer->id[0] = '\0';
    while (read_line(peer, line, &size)) {
        if (strcmp(line, ".") == 0) {
            if (wait_ms > 0)
                (void)nanosleep(&(struct timespec){.tv_sec = wait_ms / 1000,
                                                   .tv_nsec = wait_ms % 1000 * 1000000},
                                NULL);
            count_message(peer, total);
            return say(peer, "250 2.0.0 taken\r\n");
        }
        total += size;
        header = header && line[0] != '\0';
        if (header && strncasecmp(line, "Message-ID:", 11) == 0)
            memcpy(peer->id, line + 11 + strspn(line + 11, " <"), LINE_MOST - 16);
        if (header)
            peer->id[strcspn(peer->id, "> ")] = '\0';
    }
    return false;
}

static bool start_tls(struct peer *peer)
{
    if (!say(peer, "220 2.0.0 go ahead\r\n"))
        return false;
    peer->begin = peer->end = 0;
    peer->ssl = SSL_new(tls);
    return peer->ssl != NULL && SSL_set_fd(peer->ssl, peer->fd) == 1 && SSL_accept(peer->ssl) == 1;
}

static bool obey(struct peer *peer, const char *line)
{
    bool open = peer->ssl != NULL || plain_allowed;
    if (strncasecmp(line, "EHLO", 4) == 0)
        return say(peer, peer->ssl != NULL ? "250-sink\r\n250-8BITMIME\r\n250 DSN\r\n"
                                           : "250-sink\r\n250-STARTTLS\r\n250-8BITMIME\r\n"
                                             "250 DSN\r\n");
    if (strncasecmp(line, "HELO", 4) == 0)
        return say(peer, "250 sink\r\n");
    if (strcasecmp(line, "STARTTLS") == 0 && peer->ssl == NULL)
        return start_tls(peer);
    if (strncasecmp(line, "MAIL FROM:", 10) == 0)
        return say(peer, open ? "250 2.1.0 ok\r\n" : "530 5.7.0 STARTTLS first\r\n");
    if (strncasecmp(line, "RCPT TO:", 8) == 0) {
        (void)snprintf(peer->recipient, sizeof peer->recipient, "%.*s",
                       (int)strcspn(line + 8 + strspn(line + 8, " <"), "> "),
                       line + 8 + strspn(line + 8, " <"));
        return say(peer, open ? "250 2.1.5 ok\r\n" : "530 5.7.0 STARTTLS first\r\n");
    }
    if (strcasecmp(line, "DATA") == 0)
        return say(peer, open ? "354 go\r\n" : "530 5.7.0 STARTTLS first\r\n") &&
               (!open || take_text(peer));
    if (strcasecmp(line, "RSET") == 0 || strcasecmp(line, "NOOP") == 0)
        return say(peer, "250 2.0.0 ok\r\n");
    if (strcasecmp(line, "QUIT") == 0) {
        (void)say(peer, "221 2.0.0 bye\r\n");
        return false;
    }
    return say(peer, "500 5.5.2 not known here\r\n");
}

static void *serve(void *context)
{
    struct peer *peer = context;
    char line[LINE_MOST];
    size_t size = 0;
    bool going = say(peer, "220 sink ESMTP\r\n");
    while (going && read_line(peer, line, &size))
        going = obey(peer, line);
    SSL_free(peer->ssl);
    (void)close(peer->fd);
    free(peer);
    ERR_clear_error();
    return NULL;
}

static void start_peer(int fd)
{
    pthread_t thread;
    pthread_attr_t attributes;
    struct peer *peer = calloc(1, sizeof *peer);
    int one = 1;
    if (peer == NULL)
        abort();
    peer->fd = fd;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    (void)pthread_mutex_lock(&seen.lock);
    seen.sessions++;
    (void)pthread_mutex_unlock(&seen.lock);
    (void)pthread_attr_init(&attributes);
    (void)pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    if (pthread_create(&thread, &attributes, serve, peer) != 0)
        abort();
    (void)pthread_attr_destroy(&attributes);
}

static void *report_at_end(void *context)
{
    sigset_t *ends = context;
    int which = 0;
    struct rusage used;
    (void)sigwait(ends, &which);
    (void)pthread_mutex_lock(&seen.lock);
    (void)getrusage(RUSAGE_SELF, &used);
    (void)printf("{\"messages\":%zu,\"distinct\":%zu,\"bytes\":%zu,\"sessions\":%zu,"
                 "\"first_ms\":%lld,\"last_ms\":%lld,\"cpu_s\":%.3f}\n",
                 seen.messages, seen.distinct, seen.bytes, seen.sessions, (long long)seen.first_ms,
                 (long long)seen.last_ms,
                 (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                     (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6);
    (void)fflush(stdout);
    if (seen.log != NULL)
        (void)fclose(seen.log);
    _exit(0);
}

static int listen_here(const char *port_file)
{
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof here;
    char temporary[4096];
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&here, sizeof here) != 0 || listen(fd, 128) != 0 ||
        getsockname(fd, (struct sockaddr *)&here, &size) != 0)
        return -1;
    (void)snprintf(temporary, sizeof temporary, "%s.tmp", port_file);
    FILE *file = fopen(temporary, "we");
    if (file == NULL || fprintf(file, "%u\n", (unsigned)ntohs(here.sin_port)) < 0 ||
        fclose(file) != 0 || rename(temporary, port_file) != 0)
        return -1;
    return fd;
}

int main(int argc, char **argv)
{
    sigset_t ends;
    pthread_t reporter;
    if (argc < 4) {
        (void)fprintf(stderr, "usage: sink CERT KEY PORTFILE [--wait MS] [--log FILE] [--plain]\n");
        return 2;
    }
    for (int i = 4; i < argc; i++) {
        if (strcmp(argv[i], "--plain") == 0)
            plain_allowed = true;
        else if (strcmp(argv[i], "--wait") == 0 && i + 1 < argc)
            wait_ms = strtol(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--log") == 0 && i + 1 < argc)
            seen.log = fopen(argv[++i], "we");
        else
            return 2;
    }
    clock_init_system(&clock_here);
    seen.hashes = calloc(TABLE, sizeof *seen.hashes);
    tls = SSL_CTX_new(TLS_server_method());
    if (seen.hashes == NULL || tls == NULL ||
        SSL_CTX_use_certificate_chain_file(tls, argv[1]) != 1 ||
        SSL_CTX_use_PrivateKey_file(tls, argv[2], SSL_FILETYPE_PEM) != 1) {
        ERR_print_errors_fp(stderr);
        return 3;
    }
    (void)signal(SIGPIPE, SIG_IGN);
    (void)sigemptyset(&ends);
    (void)sigaddset(&ends, SIGTERM);
    (void)sigaddset(&ends, SIGINT);
    (void)pthread_sigmask(SIG_BLOCK, &ends, NULL);
    if (pthread_create(&reporter, NULL, report_at_end, &ends) != 0)
        return 3;
    int listener = listen_here(argv[3]);
    if (listener < 0) {
        perror("sink");
        return 3;
    }
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (fd >= 0)
            start_peer(fd);
    }
}
