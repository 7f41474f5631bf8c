#include "tests/lies/wire.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define DRIP_MS 500
#define LATER_MS 100
#define GIVE_UP_MS 120000
#define LONG_LINE 8192

static const char *const steps[STEP_COUNT] = {"banner",   "EHLO", "STARTTLS", "handshake",
                                              "EHLO/TLS", "AUTH", "MAIL",     "RCPT",
                                              "DATA",     "body", "dot",      "QUIT"};

static const char *const words[LIE_COUNT] = {
    "honest",     "refuse 4yz", "refuse 5yz", "refuse in lines", "421 closing", "wrong class",
    "1yz",        "6yz",        "no reply",   "two codes",       "drop",        "truncated TLS",
    "reset",      "stall",      "drip",       "byte by byte",    "cut digits",  "cut line",
    "cut at CR",  "cut lines",  "endless",    "extra reply",     "later reply", "early reply",
    "injection",  "NUL",        "8 KiB line", "bare LF",         "bare CR",     "8 bit",
    "code alone", "garbage",    "TLS alert",  "bad TLS record"};

const char *step_word(enum step step)
{
    return steps[step];
}

const char *lie_word(enum lie_kind kind)
{
    return words[kind];
}

/* ---- bytes ---- */

static bool put_some(struct client *c, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t n = c->ssl != NULL ? SSL_write(c->ssl, data, (int)size)
                                   : send(c->fd, data, size, MSG_NOSIGNAL);
        if (n <= 0)
            return false;
        data += n;
        size -= (size_t)n;
    }
    return true;
}

/* A whole reply of the class 2, read as strictly as RFC 5321 has it; the oracle's own reading. */
static bool is_whole_yes(const char *data, size_t size)
{
    size_t at = 0;
    char code[3] = {0};
    for (;;) {
        const char *end = memmem(data + at, size - at, "\r\n", 2);
        size_t length = end == NULL ? 0 : (size_t)(end - data) - at;
        if (end == NULL || length < 3 || memchr(data + at, '\0', length) != NULL ||
            memchr(data + at, '\n', length) != NULL || memchr(data + at, '\r', length) != NULL)
            return false;
        if (code[0] == 0)
            memcpy(code, data + at, 3);
        if (code[0] != '2' || memcmp(code, data + at, 3) != 0 || length > 1000)
            return false;
        if (length == 3 || data[at + 3] == ' ')
            return true;
        at += length + 2;
    }
}

static bool put(struct client *c, const char *data, size_t size)
{
    bool done = true;
    size_t at = 0;
    while (done && at < size) {
        size_t piece = size - at;
        if (c->random != 0) {
            c->random = c->random * 1103515245U + 12345U;
            size_t most = 1 + (c->random >> 16) % 7;
            piece = piece < most ? piece : most;
        }
        done = put_some(c, data + at, piece);
        at += done ? piece : 0;
    }
    /* What left before the client had enough counts. */
    if (c->counting)
        c->yes = c->yes || is_whole_yes(data, at);
    c->said_no = size == 0 || (data[0] != '2' && data[0] != '3');
    return done;
}

/* Past TLS, on the bare connection. */
static void put_raw(struct client *c, const char *data, size_t size)
{
    (void)send(c->fd, data, size, MSG_NOSIGNAL);
}

static bool fill(struct client *c)
{
    if (c->used == sizeof c->buffer)
        return false;
    char *to = c->buffer + c->used;
    size_t room = sizeof c->buffer - c->used;
    ssize_t n = c->ssl != NULL ? SSL_read(c->ssl, to, (int)room) : recv(c->fd, to, room, 0);
    if (n <= 0)
        return false;
    c->used += (size_t)n;
    return true;
}

static void take(struct client *c, size_t size)
{
    memmove(c->buffer, c->buffer + size, c->used - size);
    c->used -= size;
}

bool wire_line(struct client *c, char *line, size_t size)
{
    for (;;) {
        const char *end = memmem(c->buffer, c->used, "\r\n", 2);
        size_t length = end == NULL ? 0 : (size_t)(end - c->buffer);
        if (end != NULL && length < size) {
            memcpy(line, c->buffer, length);
            line[length] = '\0';
            take(c, length + 2);
            return true;
        }
        if (end != NULL || !fill(c))
            return false;
    }
}

bool wire_body(struct client *c, struct str *body)
{
    char line[4096];
    while (wire_line(c, line, sizeof line)) {
        if (strcmp(line, ".") == 0)
            return str_ok(body);
        str_add(body, line[0] == '.' ? line + 1 : line);
        str_add(body, "\r\n");
    }
    return false;
}

/* Until the client goes away; bounded, since nothing here may wait for ever. */
static void wait_for_end(struct client *c)
{
    struct pollfd pfd = {.fd = c->fd, .events = POLLRDHUP};
    (void)poll(&pfd, 1, GIVE_UP_MS);
}

void wire_read_slowly(struct client *c, bool nothing)
{
    if (nothing) {
        wait_for_end(c);
        return;
    }
    for (int i = 0; i < GIVE_UP_MS / DRIP_MS; i++) {
        char few[16];
        if (recv(c->fd, few, sizeof few, MSG_DONTWAIT) == 0)
            return;
        struct pollfd pfd = {.fd = c->fd, .events = POLLHUP};
        if (poll(&pfd, 1, DRIP_MS) > 0 && (pfd.revents & (POLLHUP | POLLERR)) != 0)
            return;
    }
}

/* What the client still says is read, or the kernel would turn our end into a reset. */
static void drain(int fd)
{
    char rest[4096];
    struct pollfd pfd = {.fd = fd, .events = POLLIN};
    if (shutdown(fd, SHUT_WR) != 0)
        return;
    while (poll(&pfd, 1, GIVE_UP_MS) > 0 && recv(fd, rest, sizeof rest, 0) > 0)
        continue;
}

static void shut(struct client *c, bool orderly, bool reset)
{
    const struct linger now = {.l_onoff = 1, .l_linger = 0};
    if (c->ssl != NULL) {
        if (orderly)
            (void)SSL_shutdown(c->ssl);
        SSL_free(c->ssl);
        c->ssl = NULL;
    }
    if (reset)
        (void)setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    else
        drain(c->fd);
    (void)pthread_mutex_lock(&c->relay->mutex);
    if (c->fd >= 0)
        (void)close(c->fd);
    c->fd = -1;
    (void)pthread_mutex_unlock(&c->relay->mutex);
}

void wire_close(struct client *c)
{
    shut(c, true, false);
}

static bool end_with(struct client *c, const char *text, size_t size, bool orderly, bool reset)
{
    if (size > 0)
        (void)put(c, text, size);
    shut(c, orderly, reset);
    return false;
}

/* ---- lies ---- */

static bool say(struct client *c, const char *text)
{
    return put(c, text, strlen(text));
}

static bool endless(struct client *c, const char *honest)
{
    char line[64];
    (void)snprintf(line, sizeof line, "%.3s-and so on, and so on, and so on\r\n", honest);
    for (int i = 0; i < 100000; i++)
        if (!say(c, line))
            return false;
    return false;
}

static bool drip(struct client *c, const char *honest)
{
    for (const char *p = honest; *p != '\0'; p++) {
        if (!put_some(c, p, 1))
            return false;
        (void)poll(NULL, 0, DRIP_MS);
    }
    c->said_no = honest[0] != '2' && honest[0] != '3';
    c->yes = c->counting && honest[0] == '2';
    return true;
}

static bool split(struct client *c, const char *honest)
{
    for (const char *p = honest; *p != '\0'; p++)
        if (!put_some(c, p, 1))
            return false;
    c->said_no = honest[0] != '2' && honest[0] != '3';
    c->yes = c->counting && honest[0] == '2';
    return true;
}

/* The honest reply with these bytes before its last CR LF, or in place of it. */
static bool say_with(struct client *c, const char *honest, const char *bytes, size_t size,
                     bool line_end)
{
    char text[1024];
    size_t length = strlen(honest) - 2;
    if (length + size + 2 > sizeof text)
        abort();
    memcpy(text, honest, length);
    memcpy(text + length, bytes, size);
    memcpy(text + length + size, "\r\n", 2);
    return put(c, text, length + size + (line_end ? 2 : 0));
}

static bool say_long(struct client *c, const char *honest)
{
    char text[LONG_LINE + 2];
    memset(text, 'x', LONG_LINE);
    memcpy(text, honest, 3);
    text[3] = ' ';
    memcpy(text + LONG_LINE, "\r\n", 2);
    return put(c, text, sizeof text);
}

/* Behind the honest reply, so that it is found whatever was asked. */
static bool say_twice(struct client *c, const char *honest, const char *behind, int64_t pause_ms)
{
    struct str both;
    str_init(&both, STR_LIMIT_LINE);
    str_add(&both, honest);
    if (pause_ms == 0)
        str_add(&both, behind);
    bool done = put(c, str_text(&both), both.size);
    str_dispose(&both);
    if (pause_ms > 0 && done) {
        bool said_no = c->said_no;
        (void)poll(NULL, 0, (int)pause_ms);
        done = put(c, behind, strlen(behind));
        c->said_no = said_no;
    }
    return done;
}

#define FORGED "250 2.0.0 forged\r\n"
#define CHAIN                                                                                      \
    "250-x\r\n250 AUTH PLAIN\r\n235 in\r\n250 sender\r\n250 recipient\r\n354 go\r\n250 taken\r\n"  \
    "221 bye\r\n"

bool wire_tell(struct client *c, enum lie_kind kind, const char *honest, const char *extra)
{
    static const char garbage[] = "\xff\xfe\x9f\x01\x80\x7f\xc0\xaf\xf5\x9d";
    static const char alert[] = "\x15\x03\x03\x00\x02\x02\x50";
    static const char record[] = "\x17\x03\x03\x00\x18 this was not sealed ...";
    char text[256];
    switch (kind) {
    case LIE_NONE:
    case LIE_EARLY:
    case LIE_COUNT:
        return *extra == '\0' ? say(c, honest) : say_twice(c, honest, extra, 0);
    case LIE_REFUSE_4:
        return say(c, "450 4.3.0 later\r\n");
    case LIE_REFUSE_5:
        return say(c, "550 5.7.1 no\r\n");
    case LIE_REFUSE_LINES:
        return say(c, "550-5.7.1 no\r\n550 5.7.1 and never\r\n");
    case LIE_CLOSING:
        return end_with(c, "421 4.3.2 closing\r\n", 19, true, false);
    case LIE_WRONG_CLASS:
        return say(c, honest[0] == '3' ? "250 2.0.0 fine\r\n" : "354 go on\r\n");
    case LIE_WRONG_1:
        return say(c, "150 wait\r\n");
    case LIE_WRONG_6:
        return say(c, "600 what\r\n");
    case LIE_NO_REPLY:
        return say(c, "hello there\r\n");
    case LIE_TWO_CODES:
        (void)snprintf(text, sizeof text, "%.3s-yes\r\n550 no\r\n", honest);
        return say(c, text);
    case LIE_DROP:
        return end_with(c, NULL, 0, true, false);
    case LIE_TRUNCATE:
        return end_with(c, NULL, 0, false, false);
    case LIE_RESET:
        return end_with(c, NULL, 0, false, true);
    case LIE_STALL:
        wait_for_end(c);
        return false;
    case LIE_DRIP:
        return drip(c, honest);
    case LIE_SPLIT:
        return split(c, honest);
    case LIE_CUT_DIGITS:
        return end_with(c, honest, 2, true, false);
    case LIE_CUT_LINE:
        return end_with(c, honest, strlen(honest) - 2, true, false);
    case LIE_CUT_CR:
        return end_with(c, honest, strlen(honest) - 1, true, false);
    case LIE_CUT_MORE:
        (void)snprintf(text, sizeof text, "%.3s-more\r\n", honest);
        return end_with(c, text, strlen(text), true, false);
    case LIE_ENDLESS:
        return endless(c, honest);
    case LIE_EXTRA:
        return say_twice(c, honest, FORGED, 0);
    case LIE_LATER:
        return say_twice(c, honest, FORGED, LATER_MS);
    case LIE_INJECT:
        return say_twice(c, honest, CHAIN, 0);
    case LIE_NUL:
        return say_with(c, honest, " \0 ", 3, true);
    case LIE_LONG:
        return say_long(c, honest);
    case LIE_LF:
        return say_with(c, honest, "\n", 1, false);
    case LIE_CR:
        return say_with(c, honest, "\ra", 2, true);
    case LIE_EIGHT:
        return say_with(c, honest, " \xff\x80\xc3\xa9", 5, true);
    case LIE_BARE:
        (void)snprintf(text, sizeof text, "%.3s\r\n", honest);
        return say(c, text);
    case LIE_GARBAGE:
        return end_with(c, garbage, sizeof garbage - 1, true, false);
    case LIE_ALERT:
        put_raw(c, alert, sizeof alert - 1);
        return end_with(c, NULL, 0, false, false);
    case LIE_BAD_RECORD:
        put_raw(c, record, sizeof record - 1);
        return end_with(c, NULL, 0, false, false);
    }
    return false;
}
