#include "dispatcher/control.h"

#include "base/log.h"
#include "dispatcher/op.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define CLIENT_SECONDS 30
#define ANSWER_MS 2000
#define REST_MS MS_SECOND /* when no descriptor is free */

struct client {
    int fd; /* -1: free */
    struct frame_reader in;
    int64_t since_ms;
    struct frame *waiting; /* its request, which waits for the signer; NULL: it does not */
    struct checkpoint_ask ask;
};

struct control {
    int fd;
    char *path;
    int64_t rest_until_ms; /* uptime; 0: callers are taken */
    struct client clients[CONTROL_CLIENTS];
};

enum status control_open(struct control **out, const char *path, struct err *err)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path)
        return err_set(err, ERR_INVALID,
                       "%s: too long for a socket: put the store into a folder with a shorter name",
                       path);
    memcpy(address.sun_path, path, strlen(path) + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return err_set(err, ERR_IO, "control socket: %s", strerror(errno));
    (void)unlink(path);
    mode_t old = umask(0177);
    int bound = bind(fd, (const struct sockaddr *)&address, sizeof address);
    (void)umask(old);
    if (bound != 0 || listen(fd, CONTROL_CLIENTS) != 0) {
        int saved = errno;
        (void)close(fd);
        return err_set(err, ERR_IO, "%s: %s", path, strerror(saved));
    }
    struct control *control = xcalloc(1, sizeof *control);
    control->fd = fd;
    control->path = xstrdup(path);
    for (size_t i = 0; i < CONTROL_CLIENTS; i++)
        control->clients[i].fd = -1;
    *out = control;
    return OK;
}

static void client_close(struct client *client)
{
    if (client->fd < 0)
        return;
    (void)close(client->fd);
    frame_reader_dispose(&client->in);
    free(client->waiting);
    client->waiting = NULL;
    client->fd = -1;
}

bool control_ready(const struct control *control)
{
    for (size_t i = 0; i < CONTROL_CLIENTS; i++)
        if (control->clients[i].waiting != NULL && control->clients[i].ask.wish == WISH_NONE)
            return true;
    return false;
}

static size_t count_waiting(const struct control *control)
{
    size_t count = 0;
    for (size_t i = 0; i < CONTROL_CLIENTS; i++)
        count += control->clients[i].waiting != NULL;
    return count;
}

bool control_idle(const struct control *control)
{
    return count_waiting(control) == 0;
}

void control_close(struct control *control)
{
    if (control == NULL)
        return;
    for (size_t i = 0; i < CONTROL_CLIENTS; i++)
        client_close(&control->clients[i]);
    (void)close(control->fd);
    (void)unlink(control->path);
    free(control->path);
    free(control);
}

size_t control_poll_set(struct pollfd *fds, const struct control *control)
{
    fds[0] =
        (struct pollfd){.fd = control->rest_until_ms != 0 ? -1 : control->fd, .events = POLLIN};
    for (size_t i = 0; i < CONTROL_CLIENTS; i++)
        fds[i + 1] = (struct pollfd){.fd = control->clients[i].fd,
                                     .events = control->clients[i].waiting == NULL ? POLLIN : 0};
    return CONTROL_FDS;
}

static bool peer_is_ours(int fd)
{
    struct ucred peer;
    socklen_t size = sizeof peer;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
           (peer.uid == getuid() || peer.uid == 0);
}

static void accept_client(struct control *control, int64_t up_ms)
{
    int fd = accept4(control->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)) {
        /* The caller stays in the queue and poll would tell of it again and again. */
        log_line(LOG_ERROR, "control=resting said=%s", log_quote(strerror(errno)));
        control->rest_until_ms = up_ms + REST_MS;
    }
    if (fd < 0)
        return;
    size_t i = 0;
    while (i < CONTROL_CLIENTS && control->clients[i].fd >= 0)
        i++;
    if (i == CONTROL_CLIENTS || !peer_is_ours(fd)) {
        (void)close(fd);
        return;
    }
    control->clients[i] = (struct client){.fd = fd, .since_ms = up_ms};
    frame_reader_init(&control->clients[i].in);
}

/* --now of a command holds for its own operation, in a test store. */
static enum status perform(struct app *app, const struct frame *f, struct str *out, struct err *err)
{
    struct clock clock = app->clock;
    const char *actor = app->actor;
    int64_t now = frame_get_int(f, 2);
    if (now >= 0 && !app->test)
        return err_set(
            err, ERR_REFUSED,
            "--now: this store is a real one and goes by the machine's clock: leave --now out");
    if (now >= 0)
        clock_init_from(&app->clock, now);
    if (frame_get_text(f, 1) != NULL)
        app->actor = frame_get_text(f, 1);
    enum status status = op_perform(app, f, out, err);
    app->actor = actor;
    if (now >= 0)
        app->clock = clock;
    return status;
}

/* Answers are written at once; somebody who does not read them may hold us up so long, in all. */
static bool send_answer(int fd, struct bytes bytes, const struct clock *clock)
{
    int64_t end = clock_up_ms(clock) + ANSWER_MS;
    while (bytes.size > 0) {
        ssize_t n = send(fd, bytes.data, bytes.size, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n > 0) {
            bytes.data += n;
            bytes.size -= (size_t)n;
        } else if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            struct pollfd pfd = {.fd = fd, .events = POLLOUT};
            int64_t left = end - clock_up_ms(clock);
            if (left <= 0 || poll(&pfd, 1, (int)left) == 0)
                return false;
        } else if (n == 0 || errno != EINTR)
            return false;
    }
    return true;
}

static void send_reply(const struct client *client, enum status status, const struct str *out,
                       const struct err *err, const struct clock *clock)
{
    struct frame_out reply;
    frame_begin(&reply, OP_REPLY);
    frame_int(&reply, status);
    frame_text(&reply, str_text(out));
    frame_text(&reply, err->text);
    if (!send_answer(client->fd, frame_end(&reply), clock))
        log_line(LOG_WARNING, "control=answer-lost");
    frame_dispose(&reply);
}

/* false: it waits for the signer. */
static bool answer(struct client *client, struct app *app, const struct frame *f, bool may_wait)
{
    struct str out;
    struct err err = {0};
    str_init(&out, STR_LIMIT_TEXT);
    app->ask = &client->ask;
    enum status status = f->type == OP_REQUEST
                             ? perform(app, f, &out, &err)
                             : err_set(&err, ERR_CORRUPT, "control socket: not a request");
    app->ask = NULL;
    if (status != OK)
        client->ask.wish = WISH_NONE;
    bool waits = client->ask.wish != WISH_NONE;
    if (waits && !may_wait) {
        waits = false;
        status = err_set(&err, ERR_IO, "control socket: too many wait for the signer: try again");
    }
    if (!waits)
        send_reply(client, status, &out, &err, &app->clock);
    str_dispose(&out);
    return !waits;
}

/* A whole request, or none yet. true: it was performed. */
static bool read_request(struct control *control, struct client *client, struct app *app,
                         struct checkpoint *c)
{
    struct err err = {0};
    struct frame *frame = NULL;
    enum status status = frame_reader_fill(&client->in, client->fd, &err);
    if (status == ERR_STALE)
        return false;
    if (status == OK) {
        frame = xcalloc(1, sizeof *frame);
        status = frame_take(&client->in, frame, &err);
    }
    bool performed = status == OK;
    if (status == ERR_NOT_FOUND && frame != NULL) { /* not whole yet */
        free(frame);
        return false;
    }
    if (status == OK && !answer(client, app, frame, count_waiting(control) < CONTROL_WAITING)) {
        checkpoint_take(c, &client->ask);
        client->waiting = frame;
        return true;
    }
    free(frame);
    client_close(client);
    return performed;
}

/* The signer has answered, or whoever asked is gone. true: the operation went on. */
static bool go_on(struct client *client, struct app *app, struct checkpoint *c, short revents)
{
    if ((revents & (POLLHUP | POLLERR)) != 0) {
        checkpoint_forget(c, &client->ask);
        client_close(client);
        return false;
    }
    if (client->ask.wish != WISH_NONE)
        return false;
    if (answer(client, app, client->waiting, true))
        client_close(client);
    else
        checkpoint_take(c, &client->ask);
    return true;
}

bool control_work(struct control *control, const struct pollfd *fds, struct app *app,
                  struct checkpoint *c)
{
    bool performed = false;
    int64_t up_ms = clock_up_ms(&app->clock);
    if (up_ms >= control->rest_until_ms)
        control->rest_until_ms = 0;
    for (size_t i = 0; i < CONTROL_CLIENTS; i++) {
        struct client *client = &control->clients[i];
        const short revents = fds[i + 1].fd == client->fd ? fds[i + 1].revents : 0;
        if (client->fd < 0)
            continue;
        if (client->waiting != NULL)
            performed = go_on(client, app, c, revents) || performed;
        else if (up_ms - client->since_ms > CLIENT_SECONDS * MS_SECOND)
            client_close(client);
        else if ((revents & (POLLIN | POLLHUP | POLLERR)) != 0)
            performed = read_request(control, client, app, c) || performed;
    }
    if (fds[0].fd >= 0 && (fds[0].revents & POLLIN) != 0)
        accept_client(control, up_ms);
    return performed;
}
