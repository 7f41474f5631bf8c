#include "channels/smtp_carry.h"

#include "channels/smtp_connect.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <openssl/err.h>

/* ---- what libESMTP calls ---- */

static int on_credentials(auth_client_request_t request, char **result, int fields, void *argument)
{
    const struct session *s = argument;
    for (int i = 0; i < fields; i++) {
        if ((request[i].flags & AUTH_USER) != 0)
            result[i] = s->relay->user;
        else if ((request[i].flags & AUTH_PASS) != 0)
            result[i] = s->relay->password;
        else
            return 0;
    }
    return 1;
}

static void on_monitor(const char *buffer, int size, int writing, void *argument)
{
    struct session *s = argument;
    /* What was read stands in the library's own read buffer, which it will look at after us; the
     * callback's type says const all the same. */
    union {
        const char *given;
        char *ours;
    } bytes = {buffer};
    if (size <= 0)
        return;
    if (writing == SMTP_CB_READING)
        guard_read(&s->guard, bytes.ours, (size_t)size);
    else
        guard_wrote(&s->guard, buffer, (size_t)size);
}

static void on_connect(struct session *s)
{
    int on = 1;
    int fd = connect_find_fd(s->next_fd, s->relay->port);
    s->connected = true;
    guard_connected(&s->guard, fd);
    if (fd >= 0)
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/*
 * After the handshake a TLS 1.3 server sends session tickets, when it likes. The library takes them
 * for a reply, and when one comes before its EHLO is flushed it waits for ever. Ours goes first:
 * its answer stands behind all tickets, and no time has to be guessed.
 */
static void drain_tickets(struct session *s)
{
    char buffer[REPLY_SIZE_MAX];
    int64_t until = clock_up_ms(&s->clock) + s->relay->timeout_ms;
    int size = snprintf(buffer, sizeof buffer, "EHLO %s\r\n", s->relay->helo);
    guard_wrote(&s->guard, buffer, (size_t)size);
    if (SSL_write(s->ssl, buffer, size) != size)
        guard_stop(&s->guard, false, "the connection was lost after the handshake");
    while (!s->guard.stopped && s->guard.waiting_count > 0) {
        int64_t left = until - clock_up_ms(&s->clock);
        int got = SSL_read(s->ssl, buffer, sizeof buffer);
        if (got > 0) {
            guard_read(&s->guard, buffer, (size_t)got);
        } else if (SSL_get_error(s->ssl, got) != SSL_ERROR_WANT_READ ||
                   !connect_wait_readable(SSL_get_fd(s->ssl), left)) {
            guard_closed(&s->guard);
            break;
        }
    }
    ERR_clear_error();
}

static void on_tls(struct session *s, SSL *ssl)
{
    struct tls_watch *watch = &s->relay->watch;
    s->ssl = ssl;
    if (!tls_prove(watch, ssl)) {
        guard_stop(&s->guard, true, "TLS refused: %.200s", watch->refused);
        return;
    }
    guard_tls(&s->guard);
    transcript_note(&s->transcript, "%s, certificate SHA-256 %s", watch->version, watch->peer);
    drain_tickets(s);
}

static void on_disconnect(struct session *s)
{
    s->ssl = NULL; /* freed by the library, as its socket is closed */
    s->guard.fd = -1;
}

static void on_mail_status(struct session *s, smtp_message_t message)
{
    if (s->current == NULL || s->current->message != message)
        return;
    guard_expect(&s->guard, ASKED_MAIL);
    /* A no to MAIL is the last that is heard of this message. */
    if (smtp_reverse_path_status(message)->code / 100 != 2) {
        s->worked++;
        carry_answer(s);
    }
    carry_take_ahead(s);
}

static void on_message_sent(struct session *s, smtp_message_t message)
{
    if (s->current == NULL || s->current->message != message)
        return;
    guard_expect(&s->guard, s->current->dot ? ASKED_DOT : ASKED_DATA);
    s->current->sent = true;
    s->worked++;
    carry_answer(s);
    /* In time only if the message was taken; otherwise it begins another session. */
    if (s->current == NULL)
        carry_take_ahead(s);
}

static void on_event(smtp_session_t library, int event, void *argument, ...)
{
    struct session *s = argument;
    va_list args;
    (void)library;
    va_start(args, argument);
    switch (event) {
    case SMTP_EV_CONNECT:
        on_connect(s);
        break;
    case SMTP_EV_EXTNA_STARTTLS:
        guard_stop(&s->guard, true, "STARTTLS not offered");
        break;
    case SMTP_EV_INVALID_PEER_CERTIFICATE:
        guard_stop(&s->guard, true, "TLS refused: the peer did not prove its name");
        break;
    case SMTP_EV_WRONG_PEER_CERTIFICATE: {
        /* It compares with the address or the resolver's name. We have checked the configured one
         * in the handshake, which would not have ended otherwise; tls_prove() looks again. */
        int *good = va_arg(args, int *);
        *good = 1;
        break;
    }
    case SMTP_EV_STARTTLS_OK:
        on_tls(s, va_arg(args, SSL *));
        break;
    case SMTP_EV_MAILSTATUS: {
        (void)va_arg(args, const char *);
        on_mail_status(s, va_arg(args, smtp_message_t));
        break;
    }
    case SMTP_EV_MESSAGEDATA:
        carry_line(s);
        break;
    case SMTP_EV_MESSAGESENT:
        on_message_sent(s, va_arg(args, smtp_message_t));
        break;
    case SMTP_EV_DISCONNECT:
        on_disconnect(s);
        break;
    default:
        break;
    }
    va_end(args);
}

/* ---- the session ---- */

static bool set_timeouts(struct session *s)
{
    static const int which[] = {Timeout_GREETING, Timeout_ENVELOPE, Timeout_DATA, Timeout_TRANSFER,
                                Timeout_DATA2};
    for (size_t i = 0; i < sizeof which / sizeof which[0]; i++)
        if (smtp_set_timeout(s->library, which[i] | Timeout_OVERRIDE_RFC2822_MINIMUM,
                             (long)s->relay->timeout_ms) != (long)s->relay->timeout_ms)
            return false;
    return true;
}

static bool set_auth(struct session *s)
{
    if (s->relay->user == NULL)
        return true;
    s->auth = auth_create_context();
    return s->auth != NULL && auth_set_mechanism_flags(s->auth, AUTH_PLUGIN_PLAIN, 0) &&
           auth_set_interact_cb(s->auth, on_credentials, s) &&
           smtp_auth_set_context(s->library, s->auth);
}

static bool prepare(struct session *s, const char *address)
{
    s->library = smtp_create_session();
    return s->library != NULL && smtp_set_server(s->library, address) &&
           smtp_set_hostname(s->library, s->relay->helo) &&
           smtp_set_eventcb(s->library, on_event, s) &&
           smtp_set_monitorcb(s->library, on_monitor, s, 0) &&
           smtp_starttls_enable(s->library, Starttls_REQUIRED) &&
           smtp_starttls_set_ctx(s->library, s->relay->tls) && set_timeouts(s) && set_auth(s);
}

/* The library has returned: name the reason if the guard has not ended the session itself. */
static void explain_end(struct session *s)
{
    struct guard *g = &s->guard;
    char text[256];
    if (!s->connected) {
        const char *said = smtp_strerror(smtp_errno(), text, sizeof text);
        guard_stop(g, false, "connect: %s", said == NULL ? "failed" : said);
    } else if (g->answer[ASKED_STARTTLS].code == 220 && !g->tls && !g->stopped) {
        bool late = clock_up_ms(&s->clock) - g->quiet_since_ms >= s->relay->timeout_ms;
        bool config = tls_explain(text, sizeof text, &s->relay->watch);
        if (late)
            guard_stop(g, false, "no TLS handshake within %lld s",
                       (long long)(s->relay->timeout_ms / MS_SECOND));
        else
            guard_stop(g, config, "%s", text);
    } else {
        guard_closed(g);
    }
}

/*
 * Answer what was begun; what was not may go on in another session. A relay that closes the
 * connection after some messages, without a word, does so when the next one is begun.
 */
static const struct parcel *settle(struct session *s)
{
    bool unheard = s->guard.lost && s->guard.answer[ASKED_MAIL].code == 0;
    bool begun = s->guard.begun && !unheard;
    if (s->current != NULL && (begun || s->answered == 0) && !s->done_failed)
        carry_answer(s);
    const struct parcel *left = s->current == NULL ? NULL : s->current->parcel;
    if (left == NULL || s->feed_status == OK)
        return left;
    if (!s->done_failed)
        carry_answer(s);
    return NULL;
}

enum status session_run(struct session_end *out, struct relay *relay, const char *address,
                        const char *before, const struct feed *feed, const struct parcel *first,
                        int64_t most, struct err *err)
{
    enum status status = OK;
    struct session s = {.relay = relay, .feed = feed, .room = most - 1};
    *out = (struct session_end){.left = first};
    clock_init_system(&s.clock);
    transcript_init(&s.transcript);
    guard_init(&s.guard, &s.clock, relay->timeout_ms, relay->user != NULL, relay->password,
               &s.transcript);
    if (!text_is_empty(before))
        transcript_note(&s.transcript, "the connection before this one: %.200s", before);
    tls_reset(&relay->watch);
    tls_set_time(relay->tls, relay->clock != NULL ? clock_instead_ms(relay->clock) : 0);
    if (!prepare(&s, address) || !carry_add(&s, first)) {
        status = err_set(err, ERR_IO, "relay %s: libESMTP has no memory: try again", relay->host);
        goto done;
    }
    s.next_fd = connect_next_fd();
    (void)smtp_start_session(s.library);
    explain_end(&s);
    out->left = settle(&s);
    out->answered = s.answered;
    out->worked = s.worked;
    out->endpoint_fault = s.endpoint_fault;
    (void)snprintf(out->why, sizeof out->why, "%s", s.guard.why);
    if (s.feed_status != OK)
        status = err_set(err, s.feed_status, "%s", s.feed_err.text);
done:
    if (s.library != NULL)
        (void)smtp_destroy_session(s.library);
    if (s.auth != NULL)
        (void)auth_destroy_context(s.auth);
    guard_dispose(&s.guard);
    transcript_dispose(&s.transcript);
    return status;
}
