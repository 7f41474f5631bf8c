#include "channels/channel.h"

#include "channels/feed.h"
#include "channels/smtp_connect.h"
#include "channels/smtp_session.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>

/* libESMTP's PLAIN plug-in copies both into a buffer of 2 × 255 bytes without looking. */
#define CREDENTIAL_MAX 254
#define HOST_MAX 253
#define TIMEOUT_MIN_MS MS_SECOND /* libESMTP's own smallest */
#define TIMEOUT_MAX_MS (30 * MS_MINUTE)

struct channel {
    struct relay relay;
};

static enum status refuse(struct err *err, const char *what, const char *mend)
{
    return err_set(err, ERR_INVALID, "relay: %s: %s", what, mend);
}

static bool is_host(const char *host)
{
    size_t size = host == NULL ? 0 : strlen(host);
    return size > 0 && size <= HOST_MAX && host[0] != '-' && host[0] != '.' &&
           strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-") == size;
}

static bool is_credential(const char *text)
{
    return !text_is_empty(text) && strlen(text) <= CREDENTIAL_MAX;
}

/*
 * libESMTP looks for a client certificate in the home folder and frees one reference too many when
 * it finds one; what it finds is not what the configuration says either.
 */
static enum status check_home(struct err *err)
{
    const char *xdg = getenv("XDG_CONFIG_DIR");
    const char *home = getenv("HOME");
    char *path = xdg != NULL ? xprintf("%s/libesmtp", xdg)
                             : xprintf("%s/.config/libesmtp", home == NULL ? "(null)" : home);
    enum status status = OK;
    if (access(path, F_OK) == 0)
        status = err_set(err, ERR_INVALID,
                         "%s: the mail library would take keys from here: give this process a HOME "
                         "of its own, empty and private",
                         path);
    free(path);
    return status;
}

static enum status check_conf(const struct channel_conf *conf, struct err *err)
{
    if (conf->host != NULL && strchr(conf->host, ':') != NULL)
        return refuse(err, "an IPv6 address cannot be given to the mail library",
                      "give the relay's host name");
    if (!is_host(conf->host))
        return refuse(err, "its host name is missing or has signs that are not allowed",
                      "give it as mail.example.com");
    if (conf->port < 1 || conf->port > 65535)
        return refuse(err, "its port is not between 1 and 65535", "587 is usual");
    if (conf->user != NULL && (!is_credential(conf->user) || !is_credential(conf->password)))
        return refuse(err, "user or password is empty or longer than 254 bytes",
                      "give both, or none for a relay without AUTH");
    if (conf->helo != NULL && !is_host(conf->helo))
        return refuse(err, "the name for EHLO has signs that are not allowed",
                      "give this machine's host name");
    if (conf->per_session < 1)
        return refuse(err, "no parcel at all may go over one connection", "100 is usual");
    if (conf->timeout_ms < TIMEOUT_MIN_MS || conf->timeout_ms > TIMEOUT_MAX_MS)
        return refuse(err, "the time for a reply is not between 1 s and 30 min", "60 s is usual");
    return check_home(err);
}

static void relay_close(struct channel *channel)
{
    if (channel == NULL)
        return;
    struct relay *relay = &channel->relay;
    if (relay->password != NULL)
        OPENSSL_cleanse(relay->password, strlen(relay->password));
    SSL_CTX_free(relay->tls);
    free(relay->password);
    free(relay->user);
    free(relay->helo);
    free(relay->host);
    free(channel);
}

/* A machine's name may be anything; what may not stand in EHLO becomes "localhost". */
static char *own_name(void)
{
    char name[HOST_MAX + 1] = "";
    if (gethostname(name, sizeof name - 1) != 0 || !is_host(name))
        return xstrdup("localhost");
    return xstrdup(name);
}

static enum status relay_open(struct channel **out, const struct channel_conf *conf,
                              struct err *err)
{
    struct channel *channel = NULL;
    enum status status = check_conf(conf, err);
    if (status != OK)
        return status;
    channel = xcalloc(1, sizeof *channel);
    struct relay *relay = &channel->relay;
    relay->host = xstrdup(conf->host);
    relay->user = xstrdup(conf->user);
    relay->password = conf->user == NULL ? NULL : xstrdup(conf->password);
    relay->helo = conf->helo == NULL ? own_name() : xstrdup(conf->helo);
    relay->port = conf->port;
    relay->per_session = conf->per_session;
    relay->timeout_ms = conf->timeout_ms;
    relay->watch.host = relay->host;
    relay->clock = conf->clock;
    status = tls_open(&relay->tls, &relay->watch, conf->ca_file, err);
    if (status == OK)
        *out = channel;
    else
        relay_close(channel);
    return status;
}

/* A peer that hangs up while we write must not kill the process; a handler of the owner stays. */
static void ignore_broken_pipes(void)
{
    struct sigaction now;
    if (sigaction(SIGPIPE, NULL, &now) == 0 && now.sa_handler == SIG_DFL) {
        now.sa_handler = SIG_IGN;
        (void)sigaction(SIGPIPE, &now, NULL);
    }
}

/* What one call of serve knows from one connection to the next. */
struct round {
    struct relay *relay;
    const struct feed *feed;
    const struct parcel *parcel; /* taken and not begun; NULL: take one */
    int64_t most;                /* so many may still be carried */
    bool go_on;                  /* another connection makes sense */
    char before[256];            /* why the last one ended */
};

static enum status serve_once(struct round *r, struct err *err)
{
    char address[HOST_MAX + 16];
    struct err why = {.code = OK};
    struct session_end end;
    struct relay *relay = r->relay;
    const struct parcel *first = r->parcel;
    r->parcel = NULL;
    r->go_on = false;
    if (connect_probe(address, sizeof address, relay->host, relay->port, relay->timeout_ms, &why) !=
        OK)
        return feed_turn_away(r->feed, first, VERDICT_DEFERRED, true, why.text, err);
    enum status status = session_run(&end, relay, address, r->before, r->feed, first, r->most, err);
    if (status != OK)
        return status;
    r->most -= end.answered;
    r->go_on = end.worked > 0 && !end.endpoint_fault && (end.left != NULL || r->most > 0);
    if (end.left != NULL && !r->go_on)
        return feed_turn_away(r->feed, end.left, VERDICT_DEFERRED, end.endpoint_fault,
                              end.why[0] == '\0' ? "the relay ended the connection" : end.why, err);
    r->parcel = end.left;
    (void)snprintf(r->before, sizeof r->before, "%s", end.left == NULL ? "" : end.why);
    return OK;
}

static enum status relay_serve(struct channel *channel, const struct feed *feed, struct err *err)
{
    struct round r = {
        .relay = &channel->relay, .feed = feed, .most = channel->relay.per_session, .go_on = true};
    ignore_broken_pipes();
    while (r.go_on) {
        struct err none = {.code = OK};
        enum status status = OK;
        if (r.parcel == NULL)
            status = feed_take(&r.parcel, feed, true, &none);
        if (status == ERR_NOT_FOUND)
            return OK;
        if (status != OK)
            return err_set(err, status, "%s", none.text);
        status = serve_once(&r, err);
        if (status != OK)
            return status;
    }
    return OK;
}

const struct channel_ops channel_smtp = {
    .name = "smtp", .open = relay_open, .serve = relay_serve, .close = relay_close};
