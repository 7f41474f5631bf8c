#include "tests/lies/relay.h"

#include "tests/lies/relay_inner.h"
#include "tests/lies/wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/evp.h>

static const char *const honest[STEP_COUNT] = {
    [STEP_BANNER] = "220 relay.example ESMTP\r\n",
    [STEP_STARTTLS] = "220 2.0.0 go ahead\r\n",
    [STEP_AUTH] = "235 2.7.0 welcome\r\n",
    [STEP_MAIL] = "250 2.1.0 sender ok\r\n",
    [STEP_RCPT] = "250 2.1.5 recipient ok\r\n",
    [STEP_DATA] = "354 go ahead\r\n",
    [STEP_BODY] = "250 2.0.0 kept\r\n",
    [STEP_DOT] = "250 2.0.0 kept\r\n",
    [STEP_QUIT] = "221 2.0.0 bye\r\n",
};

/* ---- what is known afterwards ---- */

static int count(struct relay *r, const char *id, bool acknowledged)
{
    int found = 0;
    (void)pthread_mutex_lock(&r->mutex);
    for (size_t i = 0; i < r->message_count; i++)
        found +=
            strcmp(r->messages[i].id, id) == 0 && (!acknowledged || r->messages[i].acknowledged);
    (void)pthread_mutex_unlock(&r->mutex);
    return found;
}

int relay_acknowledged(struct relay *relay, const char *message_id)
{
    return count(relay, message_id, true);
}

int relay_whole(struct relay *relay, const char *message_id)
{
    return count(relay, message_id, false);
}

bool relay_same_bytes(struct relay *r, const char *id)
{
    const unsigned char *first = NULL;
    bool same = true;
    (void)pthread_mutex_lock(&r->mutex);
    for (size_t i = 0; i < r->message_count; i++) {
        if (strcmp(r->messages[i].id, id) != 0)
            continue;
        same = same && (first == NULL || memcmp(first, r->messages[i].digest, 32) == 0);
        first = r->messages[i].digest;
    }
    (void)pthread_mutex_unlock(&r->mutex);
    return same;
}

void relay_wait_told(struct relay *r, size_t lie)
{
    bool told = false;
    for (int i = 0; i < 4000 && !told; i++) {
        (void)pthread_mutex_lock(&r->mutex);
        told = r->setup.lies[lie].told;
        (void)pthread_mutex_unlock(&r->mutex);
        if (!told)
            (void)poll(NULL, 0, 5);
    }
}

void relay_be_honest(struct relay *r)
{
    (void)pthread_mutex_lock(&r->mutex);
    r->setup.lie_count = 0;
    (void)pthread_mutex_unlock(&r->mutex);
}

static bool read_flag(struct relay *r, const bool *flag)
{
    (void)pthread_mutex_lock(&r->mutex);
    bool value = *flag;
    (void)pthread_mutex_unlock(&r->mutex);
    return value;
}

bool relay_saw_disorder(struct relay *relay)
{
    return read_flag(relay, &relay->disorder);
}

bool relay_saw_tls_command(struct relay *relay)
{
    return read_flag(relay, &relay->tls_command);
}

int relay_mails(struct relay *relay)
{
    (void)pthread_mutex_lock(&relay->mutex);
    int mails = relay->mails;
    (void)pthread_mutex_unlock(&relay->mutex);
    return mails;
}

static void note(struct relay *r, bool *flag)
{
    (void)pthread_mutex_lock(&r->mutex);
    *flag = true;
    (void)pthread_mutex_unlock(&r->mutex);
}

/* ---- one connection ---- */

/* The lie to be told at this step now, LIE_NONE without. `mark` false: only look. */
static enum lie_kind lie_at(struct client *c, enum step step, bool mark)
{
    struct relay *r = c->relay;
    enum lie_kind kind = LIE_NONE;
    (void)pthread_mutex_lock(&r->mutex);
    for (size_t i = 0; i < r->setup.lie_count && kind == LIE_NONE; i++) {
        struct lie *lie = &r->setup.lies[i];
        bool mine = lie->step == step &&
                    (step < STEP_MAIL || step == STEP_QUIT || lie->message == c->message ||
                     (lie->stays && lie->message < c->message));
        if (!mine || lie->told)
            continue;
        kind = lie->kind;
        /* Each session is preceded by a connection that only looks whether somebody is there. */
        if (mark && !lie->stays && (step != STEP_BANNER || c->number >= 2))
            lie->told = true;
    }
    (void)pthread_mutex_unlock(&r->mutex);
    return kind;
}

static bool is_early(struct client *c, enum step step)
{
    return step < STEP_COUNT && lie_at(c, step, false) == LIE_EARLY;
}

/* false: the connection ends here. */
static bool answer(struct client *c, enum step step, const char *text)
{
    struct str extra;
    enum lie_kind kind = lie_at(c, step, true);
    str_init(&extra, STR_LIMIT_LINE);
    /* The reply of the step behind this one, ahead of its command. */
    enum step next = step == STEP_EHLO_TLS && c->relay->setup.user == NULL ? STEP_MAIL : step + 1;
    bool ahead = kind == LIE_NONE && step != STEP_STARTTLS && step != STEP_DATA;
    if (ahead && is_early(c, next) && honest[next] != NULL) {
        (void)lie_at(c, next, true);
        str_add(&extra, honest[next]);
    }
    bool go_on = wire_tell(c, kind == LIE_EARLY ? LIE_NONE : kind, text, str_text(&extra));
    str_dispose(&extra);
    return go_on;
}

static void keep(struct client *c, struct bytes body)
{
    struct relay *r = c->relay;
    static const char name[] = "\r\nMessage-ID: <";
    (void)pthread_mutex_lock(&r->mutex);
    if (r->message_count < RELAY_MESSAGES) {
        struct relay_message *m = &r->messages[r->message_count++];
        const char *id = memmem(body.data, body.size, name, sizeof name - 1);
        *m = (struct relay_message){.acknowledged = false};
        /* base/sha256 keeps a context for its process, which has one thread elsewhere. */
        if (EVP_Digest(body.data, body.size, m->digest, NULL, EVP_sha256(), NULL) != 1)
            abort();
        if (id != NULL)
            (void)snprintf(m->id, sizeof m->id, "%.*s", (int)strcspn(id + sizeof name - 1, ">"),
                           id + sizeof name - 1);
        c->kept = r->message_count;
    }
    (void)pthread_mutex_unlock(&r->mutex);
}

static bool serve_body(struct client *c)
{
    struct str body;
    bool go_on = false;
    enum lie_kind kind = lie_at(c, STEP_BODY, false);
    str_init(&body, STR_LIMIT_MAIL);
    c->kept = 0;
    if (kind == LIE_STALL || kind == LIE_DRIP) {
        (void)lie_at(c, STEP_BODY, true);
        wire_read_slowly(c, kind == LIE_STALL);
        goto done;
    }
    if (kind != LIE_NONE && kind != LIE_EARLY && !wire_tell(c, kind, honest[STEP_BODY], "")) {
        (void)lie_at(c, STEP_BODY, true);
        goto done;
    }
    (void)lie_at(c, STEP_BODY, true);
    if (!wire_body(c, &body))
        goto done;
    keep(c, str_bytes(&body));
    c->yes = false;
    c->counting = true;
    go_on = answer(c, STEP_DOT, honest[STEP_DOT]);
    c->counting = false;
    (void)pthread_mutex_lock(&c->relay->mutex);
    if (c->kept > 0)
        c->relay->messages[c->kept - 1].acknowledged = c->yes;
    (void)pthread_mutex_unlock(&c->relay->mutex);
done:
    str_dispose(&body);
    return go_on;
}

static bool handshake(struct client *c)
{
    enum lie_kind kind = lie_at(c, STEP_HANDSHAKE, true);
    struct pollfd hello = {.fd = c->fd, .events = POLLIN};
    if (kind == LIE_ALERT || kind == LIE_BAD_RECORD || c->relay->setup.plain_handshake)
        (void)poll(&hello, 1, 20000); /* these answer the client's first words */
    if (c->relay->setup.plain_handshake)
        return wire_tell(c, LIE_NONE, "250 2.0.0 no TLS today\r\n", "") && false;
    if (kind != LIE_NONE && kind != LIE_SPLIT && !wire_tell(c, kind, "220 2.0.0 go ahead\r\n", ""))
        return false;
    c->ssl = SSL_new(c->relay->setup.tls);
    return c->ssl != NULL && SSL_set_fd(c->ssl, c->fd) == 1 && SSL_accept(c->ssl) == 1;
}

static bool ehlo(struct client *c)
{
    const struct relay_setup *s = &c->relay->setup;
    struct str text;
    str_init(&text, STR_LIMIT_LINE);
    str_add(&text, "250-relay.example\r\n");
    if (s->pipelining)
        str_add(&text, "250-PIPELINING\r\n");
    if (c->ssl == NULL && !s->no_starttls)
        str_add(&text, "250-STARTTLS\r\n");
    if (c->ssl != NULL && s->user != NULL)
        str_add(&text, "250-AUTH PLAIN\r\n");
    str_add(&text, "250 DSN\r\n");
    bool go_on = answer(c, c->ssl == NULL ? STEP_EHLO : STEP_EHLO_TLS, str_text(&text));
    str_dispose(&text);
    return go_on;
}

/* "AUTH PLAIN " and base64 of NUL user NUL password. */
static bool auth(struct client *c, const char *line)
{
    const struct relay_setup *s = &c->relay->setup;
    unsigned char login[512] = {0};
    char want[512];
    const char *token = line + strlen("AUTH PLAIN ");
    if (strncmp(line, "AUTH PLAIN ", strlen("AUTH PLAIN ")) != 0 || strlen(token) > 600 ||
        s->user == NULL)
        return answer(c, STEP_AUTH, "504 5.5.4 PLAIN only\r\n");
    int size = EVP_DecodeBlock(login, (const unsigned char *)token, (int)strlen(token));
    int wanted = snprintf(want, sizeof want, "%c%s%c%s", 0, s->user, 0, s->password);
    c->authenticated = size >= wanted && memcmp(login, want, (size_t)wanted) == 0;
    return answer(c, STEP_AUTH,
                  c->authenticated ? honest[STEP_AUTH] : "535 5.7.8 credentials invalid\r\n");
}

static bool obey(struct client *c, const char *line)
{
    struct relay *r = c->relay;
    bool mail = strncmp(line, "MAIL ", 5) == 0;
    bool rcpt = strncmp(line, "RCPT ", 5) == 0;
    bool data = strcmp(line, "DATA") == 0;
    bool is_auth = strncmp(line, "AUTH ", 5) == 0;
    if (c->ssl != NULL)
        note(r, &r->tls_command);
    if ((c->ssl == NULL && (mail || rcpt || data || is_auth)) ||
        (mail && r->setup.user != NULL && !c->authenticated))
        note(r, &r->disorder);
    if (strncmp(line, "EHLO ", 5) == 0)
        return ehlo(c);
    if (strcmp(line, "STARTTLS") == 0)
        return answer(c, STEP_STARTTLS, honest[STEP_STARTTLS]) && handshake(c);
    if (is_auth)
        return auth(c, line);
    if (mail) {
        (void)pthread_mutex_lock(&r->mutex);
        c->message = ++r->mails;
        (void)pthread_mutex_unlock(&r->mutex);
        c->recipients = 0;
        return answer(c, STEP_MAIL, honest[STEP_MAIL]);
    }
    if (rcpt) {
        c->said_no = false;
        bool go_on = answer(c, STEP_RCPT, honest[STEP_RCPT]);
        c->recipients += !c->said_no;
        return go_on;
    }
    if (data && c->recipients == 0)
        return wire_tell(c, LIE_NONE, "554 5.5.1 no valid recipients\r\n", "");
    if (data) {
        c->said_no = false;
        return answer(c, STEP_DATA, honest[STEP_DATA]) && (c->said_no || serve_body(c));
    }
    if (strcmp(line, "RSET") == 0)
        return wire_tell(c, LIE_NONE, "250 2.0.0 forgotten\r\n", "");
    if (strcmp(line, "QUIT") == 0)
        return answer(c, STEP_QUIT, honest[STEP_QUIT]) && false;
    return wire_tell(c, LIE_NONE, "502 5.5.1 what?\r\n", "");
}

static void *serve(void *argument)
{
    struct client *c = argument;
    char line[4096];
    bool go_on = answer(c, STEP_BANNER, honest[STEP_BANNER]);
    while (go_on && wire_line(c, line, sizeof line))
        go_on = obey(c, line);
    wire_close(c);
    return NULL;
}

/* ---- the listener ---- */

static void *listen_on(void *argument)
{
    struct relay *r = argument;
    int on = 1;
    for (;;) {
        int fd = accept(r->listener, NULL, NULL);
        if (fd < 0 && (errno == EINTR || errno == ECONNABORTED))
            continue;
        if (fd < 0)
            return NULL;
        (void)pthread_mutex_lock(&r->mutex);
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        bool room = r->client_count < RELAY_CLIENTS && !r->stopping;
        struct client *c = &r->clients[room ? r->client_count : 0];
        if (room) {
            *c = (struct client){
                .relay = r, .fd = fd, .number = (int)++r->client_count, .random = r->setup.chunks};
            if (pthread_create(&c->thread, NULL, serve, c) != 0)
                abort();
        }
        (void)pthread_mutex_unlock(&r->mutex);
        if (!room)
            (void)close(fd);
    }
}

struct relay *relay_start(const struct relay_setup *setup, int *out_port)
{
    struct relay *r = xcalloc(1, sizeof *r);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
    } name = {.v4 = address};
    socklen_t size = sizeof name.v4;
    int small = 16384; /* a client notices when nobody reads */
    sigset_t pipe;
    sigset_t before;
    (void)sigemptyset(&pipe);
    (void)sigaddset(&pipe, SIGPIPE);
    (void)pthread_sigmask(SIG_BLOCK, &pipe,
                          &before); /* the threads inherit it, we do not keep it */
    r->setup = *setup;
    (void)pthread_mutex_init(&r->mutex, NULL);
    r->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    (void)setsockopt(r->listener, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    if (r->listener < 0 || bind(r->listener, &name.any, size) != 0 ||
        listen(r->listener, 32) != 0 || getsockname(r->listener, &name.any, &size) != 0 ||
        pthread_create(&r->thread, NULL, listen_on, r) != 0) {
        perror("relay");
        abort();
    }
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    *out_port = ntohs(name.v4.sin_port);
    return r;
}

void relay_stop(struct relay *r)
{
    (void)pthread_mutex_lock(&r->mutex);
    r->stopping = true;
    for (size_t i = 0; i < r->client_count; i++)
        if (r->clients[i].fd >= 0)
            (void)shutdown(r->clients[i].fd, SHUT_RDWR);
    (void)pthread_mutex_unlock(&r->mutex);
    (void)shutdown(r->listener, SHUT_RDWR);
    (void)pthread_join(r->thread, NULL);
    (void)close(r->listener);
    for (size_t i = 0; i < r->client_count; i++)
        (void)pthread_join(r->clients[i].thread, NULL);
    (void)pthread_mutex_destroy(&r->mutex);
    free(r);
}
