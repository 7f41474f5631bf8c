/*
 * dispatcher/workers/carrier - the child that owns one connection: sees one endpoint and sealed
 * bytes, never keys, never the store.
 *
 * It holds one parcel ahead. Before the end of data it asks its parent, which makes attempt.dot
 * durable first.
 */
#include "base/log.h"
#include "channels/channel.h"
#include "dispatcher/run/child.h"
#include "dispatcher/run/job.h"

#include <poll.h>
#include <stdlib.h>

#define AHEAD 4
#define LINGER_MS 500 /* an idle connection is kept open for so long */

/* A parcel with its own copy of everything: frames come and go meanwhile. */
struct held {
    int64_t attempt;
    bool begun; /* given to the channel */
    struct parcel parcel;
    char *texts[5];
    struct str message;
};

struct carrier {
    struct frame_reader reader;
    struct held *held[AHEAD]; /* oldest first */
    size_t count;
    bool closed; /* the parent closed */
    struct clock clock;
};

static void held_free(struct held *h)
{
    for (size_t i = 0; i < 5; i++)
        free(h->texts[i]);
    str_dispose(&h->message);
    free(h);
}

static enum status take_parcel(struct carrier *c, const struct frame *f, struct err *err)
{
    static const uint32_t fields[5] = {PARCEL_ID, PARCEL_NOTICE, PARCEL_MESSAGE_ID, PARCEL_FROM,
                                       PARCEL_TO};
    if (c->count == AHEAD)
        return err_set(err, ERR_CORRUPT, "too many parcels ahead");
    struct held *h = xcalloc(1, sizeof *h);
    struct bytes message = frame_get_bytes(f, PARCEL_MESSAGE);
    c->held[c->count++] = h;
    h->attempt = frame_get_int(f, PARCEL_ATTEMPT);
    for (size_t i = 0; i < 5; i++)
        h->texts[i] = xstrdup(frame_get_text(f, fields[i]));
    str_init(&h->message, STR_LIMIT_MAIL);
    str_add_n(&h->message, message.data, message.size);
    h->parcel = (struct parcel){h->texts[0], h->texts[1], h->texts[2],
                                h->texts[3], h->texts[4], str_bytes(&h->message)};
    return str_ok(&h->message) ? OK : err_set(err, ERR_LIMIT, "parcel too large");
}

/* Read one frame. PARCEL and CLOCK are kept; LEAVE for `attempt` fills *given. ERR_NOT_FOUND: the
 * parent closed. */
static enum status read_one(struct carrier *c, int64_t attempt, bool *left, bool *given,
                            struct err *err)
{
    struct frame f;
    enum status status = frame_receive(&c->reader, CHILD_FD, &f, err);
    if (status == ERR_NOT_FOUND)
        c->closed = true;
    if (status != OK)
        return status;
    if (f.type == JOB_PARCEL)
        return take_parcel(c, &f, err);
    if (f.type == JOB_CLOCK) {
        child_take_clock(&c->clock, &f);
        return OK;
    }
    if (f.type == JOB_LEAVE && left != NULL && frame_get_int(&f, LEAVE_ATTEMPT) == attempt) {
        *left = true;
        *given = frame_get_int(&f, LEAVE_GIVEN) == 1;
        return OK;
    }
    return err_set(err, ERR_CORRUPT, "unexpected message");
}

/*
 * Is a whole or begun frame there to be read? When nothing is held the parent is asked for nothing
 * either, so an open connection waits a moment for the next parcel: a new one costs both sides
 * more.
 */
static bool frame_waiting(const struct carrier *c)
{
    struct pollfd pfd = {.fd = CHILD_FD, .events = POLLIN};
    return c->reader.buffer.size > c->reader.taken ||
           poll(&pfd, 1, c->count == 0 ? LINGER_MS : 0) > 0;
}

/* The oldest parcel that the channel has not been given; NULL: none. */
static struct held *find_waiting(struct carrier *c)
{
    for (size_t i = 0; i < c->count; i++)
        if (!c->held[i]->begun)
            return c->held[i];
    return NULL;
}

static enum status feed_next(void *context, const struct parcel **out, bool wait, struct err *err)
{
    struct carrier *c = context;
    struct held *h;
    while ((h = find_waiting(c)) == NULL) {
        if (c->closed)
            return ERR_NOT_FOUND;
        if (!wait && !frame_waiting(c))
            return ERR_NOT_FOUND;
        enum status status = read_one(c, 0, NULL, NULL, err);
        if (status != OK)
            return status;
    }
    h->begun = true;
    *out = &h->parcel;
    return OK;
}

static size_t find_held(const struct carrier *c, const struct parcel *parcel)
{
    size_t i = 0;
    while (i < c->count && &c->held[i]->parcel != parcel)
        i++;
    return i;
}

static enum status feed_dot(void *context, const struct parcel *parcel, struct err *err)
{
    struct carrier *c = context;
    size_t at = find_held(c, parcel);
    bool left = false;
    bool given = false;
    if (at == c->count)
        return err_set(err, ERR_CORRUPT, "leave asked for a parcel that is not held");
    int64_t attempt = c->held[at]->attempt;
    struct frame_out ask;
    frame_begin(&ask, JOB_DOT);
    frame_int(&ask, attempt);
    enum status status = frame_send(CHILD_FD, frame_end(&ask), err);
    frame_dispose(&ask);
    while (status == OK && !left)
        status = read_one(c, attempt, &left, &given, err);
    if (status == OK && !given)
        return err_set(err, ERR_STALE, "no leave for the end of data");
    return status;
}

static enum status feed_done(void *context, const struct parcel *parcel, const struct receipt *r,
                             struct err *err)
{
    struct carrier *c = context;
    size_t at = find_held(c, parcel);
    if (at == c->count)
        return err_set(err, ERR_CORRUPT, "receipt for a parcel that is not held");
    struct frame_out out;
    frame_begin(&out, JOB_DONE);
    frame_int(&out, c->held[at]->attempt);
    frame_int(&out, r->verdict);
    frame_int(&out, r->code);
    frame_text(&out, r->enhanced);
    frame_text(&out, r->said);
    frame_int(&out, r->endpoint_fault);
    frame_int(&out, r->config_fault);
    frame_bytes(&out, str_bytes(&r->transcript));
    frame_text(&out, r->tls);
    frame_text(&out, r->peer);
    enum status status = frame_send(CHILD_FD, frame_end(&out), err);
    frame_dispose(&out);
    held_free(c->held[at]);
    c->count--;
    for (; at < c->count; at++)
        c->held[at] = c->held[at + 1];
    return status;
}

static enum status setup(struct channel **out, const struct channel_ops **ops,
                         const struct clock *clock, const struct frame *f, struct err *err)
{
    const char *home = frame_get_text(f, SETUP_CARRIER_HOME);
    if (f->type != JOB_SETUP)
        return err_set(err, ERR_CORRUPT, "setup: not understood");
    *ops = channel_find(frame_get_text(f, SETUP_CARRIER_CHANNEL));
    if (*ops == NULL)
        return err_set(err, ERR_CORRUPT, "setup: unknown channel");
    if (home != NULL && setenv("HOME", home, 1) != 0)
        return err_set(err, ERR_IO, "setenv HOME");
    struct channel_conf conf = {.host = frame_get_text(f, SETUP_CARRIER_HOST),
                                .port = frame_get_int(f, SETUP_CARRIER_PORT),
                                .user = frame_get_text(f, SETUP_CARRIER_USER),
                                .password = frame_get_text(f, SETUP_CARRIER_PASSWORD),
                                .ca_file = frame_get_text(f, SETUP_CARRIER_CA_FILE),
                                .helo = frame_get_text(f, SETUP_CARRIER_HELO),
                                .per_session = frame_get_int(f, SETUP_CARRIER_PER_SESSION),
                                .timeout_ms = frame_get_int(f, SETUP_CARRIER_TIMEOUT),
                                .outbox = frame_get_text(f, SETUP_CARRIER_OUTBOX),
                                .clock = clock};
    return (*ops)->open(out, &conf, err);
}

int carrier_main(void)
{
    struct carrier c = {0};
    const struct channel_ops *ops = NULL;
    struct channel *channel = NULL;
    struct frame frame;
    struct err err = {0};
    const struct feed feed = {&c, feed_next, feed_dot, feed_done};
    clock_init_system(&c.clock);
    frame_reader_init(&c.reader);
    enum status status = frame_receive(&c.reader, CHILD_FD, &frame, &err);
    if (status == OK)
        status = setup(&channel, &ops, &c.clock, &frame, &err);
    if (status == OK) {
        struct frame_out ready;
        frame_begin(&ready, JOB_READY);
        status = frame_send(CHILD_FD, frame_end(&ready), &err);
        frame_dispose(&ready);
    }
    while (status == OK && !c.closed) {
        /* Wait for work before a connection is opened. */
        while (status == OK && !c.closed && c.count == 0)
            status = read_one(&c, 0, NULL, NULL, &err);
        if (status == OK && !c.closed)
            status = ops->serve(channel, &feed, &err);
    }
    if (ops != NULL)
        ops->close(channel);
    for (size_t i = 0; i < c.count; i++)
        held_free(c.held[i]);
    frame_reader_dispose(&c.reader);
    if (c.closed || status == OK)
        return 0;
    log_line(LOG_ERROR, "ends=%s said=%s", status_word(status), log_quote(err.text));
    return 3;
}
