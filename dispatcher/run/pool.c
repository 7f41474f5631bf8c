#include "dispatcher/run/pool.h"

#include "base/file.h"
#include "base/log.h"
#include "dispatcher/run/job.h"
#include "seal/sign.h"

#include <stdlib.h>
#include <string.h>

#define SEALER_DEADLINE_MS (60 * MS_SECOND)
#define START_DEADLINE_MS (60 * MS_SECOND)
#define RESTART_MOST_MS (4 * MS_SECOND) /* however often it was killed: back within 5 s */

/* So many words of one worker go into one group: a sealer's answers must not wait for a commit
 * each.
 */
#define FRAMES_MOST 4

struct member {
    enum worker worker;
    size_t slot;
    struct child child;
    char *home;         /* private folder below the runtime folder */
    int64_t restart_ms; /* uptime before which it is not started again */
    int64_t pause_ms;
    bool starting;     /* it has not said yet that it is ready */
    const char *ended; /* no more will come from it, why; what came is given first */
    bool lost;         /* event CORE_LOST is to be given */
    size_t given;      /* frames that were given in this round */
    struct frame frames[FRAMES_MOST];
    struct str texts[FRAMES_MOST]; /* what they borrow from */
};

struct pool {
    struct app *app;
    const struct composer *composer;
    struct member *members;
    size_t count;
    size_t next; /* where pool_next_event goes on */
    struct str password;
    struct even told; /* by which time the children go */
};

/* The password's file holds it in one line; read once, wiped at the end. */
static enum status read_password(struct pool *pool, struct err *err)
{
    const char *path = pool->app->settings->mail.password_file;
    str_init(&pool->password, 1024);
    if (pool->app->settings->mail.user == NULL)
        return OK;
    if (path == NULL)
        return err_set(err, ERR_INVALID,
                       "mail.password_file: missing, though mail.user is set: name the file that "
                       "holds the password");
    enum status status = file_read(&pool->password, path, 1000, err);
    while (status == OK && pool->password.size > 0 &&
           strchr("\r\n", pool->password.data[pool->password.size - 1]) != NULL)
        str_truncate(&pool->password, pool->password.size - 1);
    return status;
}

static void setup_sealer(struct frame_out *f, const struct pool *pool, const struct member *m)
{
    frame_begin(f, JOB_SETUP);
    frame_text(f, composer_home(pool->composer));
    frame_text(f, m->home);
    frame_text(f, composer_key(pool->composer));
}

static void setup_carrier(struct frame_out *f, const struct pool *pool, const struct member *m,
                          bool file)
{
    const struct settings *s = pool->app->settings;
    frame_begin(f, JOB_SETUP);
    frame_text(f, file ? "file" : "smtp");
    frame_text(f, s->mail.relay_host);
    frame_int(f, s->mail.relay_port);
    frame_text(f, file ? NULL : s->mail.user);
    frame_text(f, file || s->mail.user == NULL ? NULL : str_text(&pool->password));
    frame_text(f, s->mail.ca_file);
    frame_text(f, s->mail.helo);
    frame_int(f, s->mail.per_session);
    frame_int(f, s->mail.deadline_ms / 2);
    frame_text(f, s->outbox);
    frame_text(f, m->home);
}

/* What it said while we were busy with something long is no silence. */
static bool has_spoken(const struct member *m)
{
    struct pollfd pfd = {.fd = m->child.fd, .events = POLLIN};
    return m->ended != NULL || poll(&pfd, 1, 0) > 0;
}

static void member_start(struct pool *pool, struct member *m, const struct core *core,
                         int64_t up_ms)
{
    struct err err = {0};
    struct frame_out setup;
    enum status status = file_make_dir(m->home, 0700, &err);
    if (status == OK)
        status =
            child_start(&m->child, m->worker == WORKER_SEALER ? "sealer" : "carrier", up_ms, &err);
    if (status == OK) {
        if (m->worker == WORKER_SEALER)
            setup_sealer(&setup, pool, m);
        else
            setup_carrier(&setup, pool, m, core_carrier_is_file(core, m->slot));
        status = child_send(&m->child, &setup, &err);
    }
    m->starting = m->child.pid != 0;
    if (status == OK && pool->app->clock.evenly)
        status = child_send_clock(&m->child, &pool->app->clock.even, &err);
    m->pause_ms = m->pause_ms == 0                    ? 100
                  : m->pause_ms * 2 > RESTART_MOST_MS ? RESTART_MOST_MS
                                                      : m->pause_ms * 2;
    m->restart_ms = up_ms + m->pause_ms;
    if (status != OK)
        log_line(LOG_ERROR, "worker=start failed said=%s", log_quote(err.text));
}

/* A killed sealer leaves its agent and a copy of our key: both go. */
static void drop_home(const struct member *m, bool in_order)
{
    struct err err = {0};
    if (m->worker == WORKER_SEALER && !in_order) {
        sign_home_kill(m->home);
        sign_home_close(m->home);
    }
    if (file_remove_tree(m->home, &err) != OK)
        log_line(LOG_WARNING, "home=left said=%s", log_quote(err.text));
}

static void member_lose(struct member *m, const char *why)
{
    log_line(LOG_WARNING, "worker=%s slot=%zu pid=%d lost=%s",
             m->worker == WORKER_SEALER ? "sealer" : "carrier", m->slot, (int)m->child.pid, why);
    child_kill(&m->child);
    m->ended = NULL;
    drop_home(m, false);
    m->lost = true;
}

enum status pool_open(struct pool **out, struct app *app, const struct composer *composer,
                      const struct core *core, const char *runtime, struct err *err)
{
    struct pool *pool = xcalloc(1, sizeof *pool);
    pool->app = app;
    pool->composer = composer;
    pool->told = app->clock.even;
    enum status status = read_password(pool, err);
    if (status != OK) {
        pool_close(pool, 0);
        return status;
    }
    pool->count = core_sealers(core) + core_carriers(core);
    pool->members = xcalloc(pool->count, sizeof *pool->members);
    for (size_t i = 0; i < pool->count; i++) {
        struct member *m = &pool->members[i];
        bool sealer = i < core_sealers(core);
        m->worker = sealer ? WORKER_SEALER : WORKER_CARRIER;
        m->slot = sealer ? i : i - core_sealers(core);
        m->home = xprintf("%s/%c%zu", runtime, sealer ? 's' : 'c', m->slot);
        member_start(pool, m, core, clock_up_ms(&app->clock));
    }
    *out = pool;
    return OK;
}

void pool_close(struct pool *pool, int64_t wait_ms)
{
    if (pool == NULL)
        return;
    /* All at once, not each after the one before it has ended its agent. */
    for (size_t i = 0; i < pool->count; i++)
        child_dismiss(&pool->members[i].child);
    for (size_t i = 0; i < pool->count; i++) {
        bool in_order = child_end(&pool->members[i].child, wait_ms);
        while (pool->members[i].given > 0)
            str_dispose(&pool->members[i].texts[--pool->members[i].given]);
        drop_home(&pool->members[i], in_order);
        free(pool->members[i].home);
    }
    if (pool->password.data != NULL)
        explicit_bzero(pool->password.data, pool->password.capacity);
    str_dispose(&pool->password);
    free(pool->members);
    free(pool);
}

size_t pool_fds(const struct pool *pool)
{
    return pool->count;
}

size_t pool_poll_set(struct pollfd *fds, const struct pool *pool)
{
    for (size_t i = 0; i < pool->count; i++) {
        const struct member *m = &pool->members[i];
        fds[i] = (struct pollfd){.fd = m->child.pid != 0 && m->ended == NULL ? m->child.fd : -1,
                                 .events = POLLIN};
        if (child_wants_write(&m->child))
            fds[i].events |= POLLOUT;
    }
    return pool->count;
}

void pool_work(struct pool *pool, const struct pollfd *fds)
{
    for (size_t i = 0; i < pool->count; i++) {
        struct member *m = &pool->members[i];
        struct err err = {0};
        enum status status = OK;
        if (m->child.pid == 0 || fds[i].fd != m->child.fd)
            continue;
        if ((fds[i].revents & POLLOUT) != 0 && child_flush(&m->child, &err) != OK)
            child_hush(&m->child);
        if ((fds[i].revents & (POLLIN | POLLHUP | POLLERR)) != 0)
            status = frame_reader_fill(&m->child.in, m->child.fd, &err);
        if (status != OK && status != ERR_STALE)
            m->ended = status == ERR_NOT_FOUND ? "ended" : "broken";
    }
}

/* true when the member has something to say in this round. */
static bool member_event(struct core_event *out, struct pool *pool, struct member *m)
{
    struct err err = {0};
    *out = (struct core_event){.worker = m->worker, .slot = m->slot};
    if (m->lost) {
        m->lost = false;
        out->type = CORE_LOST;
        return true;
    }
    if (m->child.pid == 0)
        return false;
    struct frame *frame = &m->frames[m->given];
    enum status status = frame_take(&m->child.in, frame, &err);
    if (status == ERR_NOT_FOUND && m->ended == NULL)
        return false;
    if (status != OK) {
        member_lose(m, status == ERR_NOT_FOUND ? m->ended : "nonsense");
        m->lost = false;
        out->type = CORE_LOST;
        return true;
    }
    frame_keep(&m->child.in, &m->texts[m->given++]);
    m->child.progress_ms = clock_up_ms(&pool->app->clock);
    m->pause_ms = 0;
    m->starting = false;
    out->type = frame->type == JOB_READY ? CORE_READY : CORE_FRAME;
    out->frame = frame;
    return true;
}

bool pool_next_event(struct core_event *out, struct pool *pool)
{
    while (pool->next < pool->count) {
        struct member *m = &pool->members[pool->next];
        if (m->given < FRAMES_MOST && member_event(out, pool, m))
            return true;
        pool->next++;
    }
    pool->next = 0;
    return false;
}

void pool_release(struct pool *pool)
{
    pool->next = 0;
    for (size_t i = 0; i < pool->count; i++)
        while (pool->members[i].given > 0)
            str_dispose(&pool->members[i].texts[--pool->members[i].given]);
}

void pool_send(struct pool *pool, struct core_intent *intent)
{
    struct err err = {0};
    for (size_t i = 0; i < pool->count; i++) {
        struct member *m = &pool->members[i];
        if (m->worker != intent->worker || m->slot != intent->slot)
            continue;
        if (m->child.pid == 0)
            break;
        m->child.progress_ms = clock_up_ms(&pool->app->clock);
        if (child_send(&m->child, &intent->frame, &err) != OK)
            child_hush(&m->child);
        return;
    }
    frame_dispose(&intent->frame);
}

bool pool_owns(const struct pool *pool, pid_t pid)
{
    for (size_t i = 0; i < pool->count; i++)
        if (pool->members[i].child.pid == pid)
            return true;
    return false;
}

bool pool_failing(const struct pool *pool)
{
    for (size_t i = 0; i < pool->count; i++)
        if (pool->members[i].child.pid == 0 && pool->members[i].pause_ms > 3 * MS_SECOND)
            return true;
    return false;
}

/* The clock jumped: those who judge keys and certificates by a time must know which. */
static void tell_clock(struct pool *pool)
{
    const struct clock *clock = &pool->app->clock;
    struct err err = {0};
    if (!clock->evenly ||
        (clock->even.up_ms == pool->told.up_ms && clock->even.off_ms == pool->told.off_ms))
        return;
    pool->told = clock->even;
    for (size_t i = 0; i < pool->count; i++)
        if (pool->members[i].child.pid != 0 &&
            child_send_clock(&pool->members[i].child, &pool->told, &err) != OK)
            child_hush(&pool->members[i].child);
}

/* For so long it may say nothing: it has work, or is about to begin. */
static int64_t silence_most(const struct pool *pool, const struct core *core,
                            const struct member *m)
{
    if (!m->starting && !core_worker_busy(core, m->worker, m->slot))
        return INT64_MAX;
    return m->starting                  ? START_DEADLINE_MS
           : m->worker == WORKER_SEALER ? SEALER_DEADLINE_MS
                                        : pool->app->settings->mail.deadline_ms;
}

void pool_tend(struct pool *pool, const struct core *core, int64_t up_ms)
{
    tell_clock(pool);
    for (size_t i = 0; i < pool->count; i++) {
        struct member *m = &pool->members[i];
        if (m->child.pid != 0 && up_ms - m->child.progress_ms > silence_most(pool, core, m) &&
            !has_spoken(m))
            member_lose(m, "stuck");
        if (m->child.pid == 0 && !m->lost && up_ms >= m->restart_ms)
            member_start(pool, m, core, up_ms);
    }
}
