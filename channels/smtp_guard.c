#include "channels/smtp_guard.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include <openssl/crypto.h>

static const char *const asked_words[ASKED_COUNT] = {
    "the connection", "EHLO", "STARTTLS",        "AUTH",     "MAIL",
    "RCPT",           "DATA", "the end of data", "a command"};

void guard_init(struct guard *g, const struct clock *clock, int64_t timeout_ms, bool need_auth,
                const char *secret, struct transcript *transcript)
{
    *g = (struct guard){.clock = clock,
                        .timeout_ms = timeout_ms,
                        .need_auth = need_auth,
                        .secret = secret,
                        .fd = -1,
                        .transcript = transcript};
    reply_start(&g->reader);
}

void guard_dispose(struct guard *g)
{
    OPENSSL_cleanse(g->command, sizeof g->command);
    OPENSSL_cleanse(g->token, sizeof g->token);
}

void guard_stop(struct guard *g, bool config_fault, const char *format, ...)
{
    if (g->stopped)
        return;
    va_list args;
    va_start(args, format);
    (void)vsnprintf(g->why, sizeof g->why, format, args);
    va_end(args);
    g->stopped = true;
    g->config_fault = config_fault;
    transcript_note(g->transcript, "ended by us: %s", g->why);
    if (g->fd >= 0)
        (void)shutdown(g->fd, SHUT_RDWR);
}

static void ask(struct guard *g, enum asked what)
{
    g->quiet_since_ms = clock_up_ms(g->clock);
    if (g->waiting_count == 0 && reply_is_partial(&g->reader)) {
        guard_stop(g, false, "hostile: a reply that began before its command");
        return;
    }
    if (g->waiting_count == GUARD_PIPELINE) {
        guard_stop(g, false, "too many commands without a reply");
        return;
    }
    g->waiting[g->waiting_count++] = (unsigned char)what;
    if (what == ASKED_EHLO)
        hide_start(&g->hide);
}

void guard_connected(struct guard *g, int fd)
{
    g->fd = fd;
    g->tls = false;
    g->authenticated = false;
    g->waiting_count = 0;
    g->command_size = 0;
    for (int i = 0; i < ASKED_COUNT; i++)
        g->answer[i] = (struct reply){.code = 0};
    reply_start(&g->reader);
    ask(g, ASKED_GREETING);
}

void guard_tls(struct guard *g)
{
    g->tls = true;
}

/* ---- what we say ---- */

static enum asked command_kind(const char *line)
{
    static const struct {
        const char *word;
        enum asked kind;
    } commands[] = {{"EHLO ", ASKED_EHLO}, {"STARTTLS", ASKED_STARTTLS}, {"AUTH ", ASKED_AUTH},
                    {"MAIL ", ASKED_MAIL}, {"RCPT ", ASKED_RCPT},        {"DATA", ASKED_DATA}};
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strncasecmp(line, commands[i].word, strlen(commands[i].word)) == 0)
            return commands[i].kind;
    return ASKED_OTHER;
}

/* The one place that decides what may leave this machine. */
static void check_command(struct guard *g, enum asked kind, const char *line)
{
    bool content = kind == ASKED_MAIL || kind == ASKED_RCPT || kind == ASKED_DATA;
    /* It takes a cut reply for a whole one; nothing before MAIL is ever sent ahead of an answer. */
    if (g->waiting_count > 0 && (g->waiting[0] < ASKED_MAIL || reply_is_partial(&g->reader)))
        guard_stop(g, false, "no whole answer to %s", asked_words[g->waiting[0]]);
    else if (strcmp(line, ".") == 0)
        guard_stop(g, false, "the library wanted to end a message that it never sent");
    else if ((content || kind == ASKED_AUTH) && !g->tls)
        guard_stop(g, true, "the library wanted to go on without TLS");
    else if (content && g->need_auth && !g->authenticated)
        guard_stop(g, true,
                   g->offered_auth ? "the relay did not authenticate us"
                                   : "the relay offers neither AUTH PLAIN nor AUTH LOGIN");
    else if (strncasecmp(line, "BDAT", 4) == 0 || strncasecmp(line, "HELO ", 5) == 0)
        guard_stop(g, false, "the library wanted to use %.4s", line);
}

/* "AUTH PLAIN [redacted]"; between 334 and the next reply all of the line is a part of the secret.
 */
static void say_auth(struct guard *g, const char *line, bool in_auth)
{
    char shown[64];
    size_t open = in_auth ? 0 : strlen("AUTH ") + strcspn(line + strlen("AUTH "), " ");
    const char *token = line[open] == ' ' ? line + open + 1 : line + open;
    (void)snprintf(g->token, sizeof g->token, "%.*s", GUARD_TOKEN_MAX - 1, token);
    (void)snprintf(shown, sizeof shown, "%.*s%s", open < 40 ? (int)open : 40, line,
                   *token == '\0' ? "" : " [redacted]");
    transcript_line(g->transcript, "C: ", bytes_of(shown + (in_auth ? 1 : 0)));
}

static void say(struct guard *g)
{
    char *line = g->command;
    line[g->command_size] = '\0';
    bool in_auth = reply_class(&g->answer[ASKED_AUTH]) == 3 && !g->authenticated;
    enum asked kind = in_auth ? ASKED_AUTH : command_kind(line);
    /* What was said so far is the session's, and stands before each parcel's own conversation. */
    if (kind == ASKED_MAIL && !g->opened)
        transcript_end_opening(g->transcript);
    check_command(g, kind, line);
    if (!g->stopped && kind == ASKED_AUTH)
        say_auth(g, line, in_auth);
    else if (!g->stopped)
        transcript_line(g->transcript, "C: ", bytes_of(line));
    if (!g->stopped && kind == ASKED_MAIL) {
        g->opened = true;
        g->begun = true;
    }
    ask(g, kind);
    OPENSSL_cleanse(g->command, g->command_size);
    g->command_size = 0;
}

void guard_wrote(struct guard *g, const char *data, size_t size)
{
    for (size_t i = 0; i < size && !g->stopped; i++) {
        if (data[i] == '\n') {
            say(g);
        } else if (g->command_size + 1 >= sizeof g->command) {
            guard_stop(g, false, "a command of more than %d bytes", GUARD_COMMAND_MAX);
        } else if (data[i] != '\r') {
            g->command[g->command_size++] = data[i];
        }
    }
}

void guard_dot(struct guard *g, size_t size)
{
    transcript_note(g->transcript, "we send: [%zu bytes of message]", size);
    transcript_line(g->transcript, "C: ", bytes_of("."));
    ask(g, ASKED_DOT);
}

/* ---- what they say ---- */

static bool is_echo(const char *text, const char *secret)
{
    return !text_is_empty(secret) && strstr(text, secret) != NULL;
}

static const char echo[] = "[redacted: the relay repeats our password]";

static void heard_line(struct guard *g, const char *mark)
{
    struct reply_reader *reader = &g->reader;
    struct bytes line = {(const unsigned char *)reader->line, reader->size};
    reader->line[reader->size] = '\0';
    if (is_echo(reader->line, g->secret) || is_echo(reader->line, g->token)) {
        line = bytes_of(echo);
        (void)snprintf(reader->reply.said, sizeof reader->reply.said, "%d %s", reader->reply.code,
                       echo);
    }
    transcript_line(g->transcript, mark, line);
}

/* A reply in the opening that leaves nothing to do with this relay now. */
static void refused_opening(struct guard *g, enum asked what, const struct reply *reply)
{
    g->refusal = *reply;
    /* 4yz passes by itself; a password or a missing STARTTLS does not. */
    bool config = reply_class(reply) == 5 && (what == ASKED_AUTH || what == ASKED_STARTTLS);
    guard_stop(g, config, "%s refused: %.200s", asked_words[what], reply->said);
}

static void heard_in_transaction(struct guard *g, enum asked what, const struct reply *reply)
{
    bool go_on = what == ASKED_DATA && reply->code == 354;
    bool yes = what != ASKED_DATA && reply_class(reply) == 2;
    if (reply->code == 421)
        guard_stop(g, false, "the relay closes the connection: %.200s", reply->said);
    else if (!go_on && !yes && reply_class(reply) < 4)
        guard_stop(g, false, "a reply to %s that makes no sense: %.200s", asked_words[what],
                   reply->said);
}

static void heard_reply(struct guard *g)
{
    const struct reply *reply = &g->reader.reply;
    g->quiet_since_ms = clock_up_ms(g->clock);
    if (g->waiting_count == 0) {
        /* RFC 5321 3.8: a server that goes away may say so at any time. */
        guard_stop(g, false, "%s: %.200s",
                   reply->code == 421 ? "the relay closes the connection"
                                      : "hostile: a reply to no command",
                   reply->said);
        return;
    }
    enum asked what = (enum asked)g->waiting[0];
    memmove(g->waiting, g->waiting + 1, --g->waiting_count);
    g->answer[what] = *reply;
    int class = reply_class(reply);
    switch (what) {
    case ASKED_GREETING:
        if (reply->code != 220)
            refused_opening(g, what, reply);
        break;
    case ASKED_EHLO:
        g->offered_auth = g->hide.auth_known;
        if (class != 2)
            refused_opening(g, what, reply);
        break;
    case ASKED_STARTTLS:
        if (reply->code != 220)
            refused_opening(g, what, reply);
        break;
    case ASKED_AUTH:
        g->authenticated = reply->code == 235;
        if (reply->code != 235 && reply->code != 334)
            refused_opening(g, what, reply);
        break;
    case ASKED_MAIL:
    case ASKED_RCPT:
    case ASKED_DATA:
    case ASKED_DOT:
    case ASKED_OTHER:
    case ASKED_COUNT:
        heard_in_transaction(g, what, reply);
        break;
    }
}

/* One byte for the transcript and for the library, which may see another one. */
static void hear(struct guard *g, char *byte)
{
    char c = *byte;
    bool ehlo = g->waiting_count > 0 && g->waiting[0] == ASKED_EHLO;
    if (g->answer[ASKED_STARTTLS].code == 220 && !g->tls) {
        guard_stop(g, false, "hostile: bytes before the handshake, after the reply to STARTTLS");
        *byte = '!';
        return;
    }
    /* Nothing was asked: it may be 421 or forged, and is not for the library in any case. */
    if (g->waiting_count == 0)
        *byte = '!';
    /* "250" alone is a reply (RFC 5321 4.2) that the library does not understand. */
    else if (c == '\r' && !g->reader.ended && g->reader.size == 3)
        *byte = ' ';
    /* It takes bytes beyond ASCII as negative places in a table. */
    else if ((unsigned char)c >= 0x80)
        *byte = '?';
    else if (ehlo)
        *byte = hide_byte(&g->hide, c);
    switch (reply_byte(&g->reader, (unsigned char)c)) {
    case REPLY_MORE:
        break;
    case REPLY_LINE:
        heard_line(g, "S: ");
        break;
    case REPLY_WHOLE:
        heard_line(g, "S: ");
        heard_reply(g);
        break;
    case REPLY_BROKEN:
        guard_stop(g, false, "hostile or broken: %s", g->reader.fault);
        break;
    }
}

void guard_read(struct guard *g, char *data, size_t size)
{
    if (g->fd < 0)
        guard_stop(g, false, "our own connection was not found");
    if (clock_up_ms(g->clock) - g->quiet_since_ms > g->timeout_ms + MS_SECOND)
        guard_stop(g, false, "a reply that took longer than %lld s",
                   (long long)(g->timeout_ms / MS_SECOND));
    for (size_t i = 0; i < size; i++) {
        if (!g->stopped)
            hear(g, &data[i]);
        /* A reply that made us stop is still a reply; what comes behind it is not. */
        else
            data[i] = '!';
    }
}

void guard_early_answer(struct guard *g, char *data, size_t size)
{
    ask(g, ASKED_DATA);
    guard_read(g, data, size);
    guard_stop(g, false, "the relay answered before the end of the message");
}

void guard_expect(struct guard *g, enum asked what)
{
    if (g->answer[what].code == 0)
        guard_stop(g, false, "no whole answer to %s", asked_words[what]);
}

void guard_closed(struct guard *g)
{
    if (g->stopped)
        return;
    if (reply_is_partial(&g->reader) && !g->reader.ended)
        heard_line(g, "S: [cut] ");
    if (g->waiting_count == 0)
        return;
    enum asked what = (enum asked)g->waiting[0];
    bool late = clock_up_ms(g->clock) - g->quiet_since_ms >= g->timeout_ms;
    g->lost = !late && !reply_is_partial(&g->reader);
    if (late)
        guard_stop(g, false, "no answer to %s within %lld s", asked_words[what],
                   (long long)(g->timeout_ms / MS_SECOND));
    else
        guard_stop(g, false, "the connection was lost while we waited for the answer to %s",
                   asked_words[what]);
}

void guard_next(struct guard *g)
{
    for (int i = ASKED_MAIL; i < ASKED_COUNT; i++)
        g->answer[i] = (struct reply){.code = 0};
    g->begun = false;
}
