#include "dispatcher/run/loop.h"

#include "base/file.h"
#include "base/log.h"
#include "dispatcher/back/intake_box.h"
#include "dispatcher/control.h"
#include "dispatcher/op.h"
#include "dispatcher/plan/planner.h"
#include "dispatcher/record/erase.h"
#include "dispatcher/record/mark.h"
#include "dispatcher/routine/routine.h"
#include "dispatcher/run/core.h"
#include "dispatcher/run/note.h"
#include "dispatcher/run/periodic.h"
#include "dispatcher/run/pool.h"
#include "dispatcher/run/runtime.h"
#include "dispatcher/run/state.h"
#include "dispatcher/signed/checkpoint.h"
#include "dispatcher/signed/stamper.h"
#include "dispatcher/submit/watch.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define GATHER_MS 4 /* how long answers are gathered for one commit */
#define TURN_MOST_MS 1000
#define LEAVE_MS 2000 /* workers get so long to end by themselves */
#define EVENTS_MOST 64
#define TURNS_MOST 16             /* before commands and signals are looked at again */
#define OWN_FDS (4 + STAMPER_FDS) /* behind those of workers and commands */
#define REOPEN_MOST_MS (30 * MS_SECOND)

struct loop {
    struct app *app;
    struct loop_options options;
    struct composer *composer;
    struct core *core;
    struct pool *pool;
    struct control *control;
    struct periodic periodic;
    struct watch *watch;
    struct checkpoint *checkpoint;
    struct stamper *stamper;
    struct intake_box *intake;
    char *runtime;
    int signals;
    bool stop;
    bool planning;         /* the planner has more to do */
    bool held;             /* a plan waits for the checkpoint that covers it */
    struct err plan_fault; /* why an advisory cannot be planned; code OK: none */
    int64_t plan_fault_ms; /* uptime at which that was said last */
    bool changed;          /* something was written that may be due now */
    struct pollfd *fds;
};

static enum status open_signals(struct loop *loop, struct err *err)
{
    sigset_t set;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGHUP);
    (void)sigprocmask(SIG_BLOCK, &set, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    loop->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return loop->signals >= 0 ? OK : err_set(err, ERR_IO, "signalfd: %s", strerror(errno));
}

static size_t sealer_count(const struct settings *settings)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    size_t count = settings->sealing.sealers > 0 ? (size_t)settings->sealing.sealers
                   : cores > 0                   ? (size_t)cores
                                                 : 1;
    return count > 64 ? 64 : count;
}

/* Core and workers on the open store; both go together when the store fails. */
static enum status open_work(struct loop *loop, struct err *err)
{
    enum status status =
        core_open(&loop->core, loop->app, loop->composer, sealer_count(loop->app->settings),
                  (size_t)loop->app->settings->mail.connections, err);
    if (status == OK)
        status = pool_open(&loop->pool, loop->app, loop->composer, loop->core, loop->runtime, err);
    if (status == OK) {
        size_t count = pool_fds(loop->pool) + CONTROL_FDS + OWN_FDS;
        loop->fds = xrealloc(loop->fds, count, sizeof loop->fds[0]);
    }
    return status;
}

static void close_work(struct loop *loop, int64_t wait_ms)
{
    pool_close(loop->pool, wait_ms);
    core_close(loop->core);
    loop->pool = NULL;
    loop->core = NULL;
}

/* What sealers start comes to us as orphans; workers are reaped where they are known. */
static void reap_strangers(const struct loop *loop)
{
    for (;;) {
        siginfo_t info = {0};
        if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0)
            return;
        if (pool_owns(loop->pool, info.si_pid))
            return; /* the pool will see its socket close */
        child_reap(info.si_pid);
    }
}

static int poll_all(struct loop *loop, int timeout_ms)
{
    size_t workers = pool_poll_set(loop->fds, loop->pool);
    size_t controls = control_poll_set(loop->fds + workers, loop->control);
    struct pollfd *own = loop->fds + workers + controls;
    own[0] = (struct pollfd){.fd = loop->signals, .events = POLLIN};
    own[1] = (struct pollfd){.fd = watch_fd(loop->watch), .events = POLLIN};
    own[2] = (struct pollfd){.fd = checkpoint_fd(loop->checkpoint), .events = POLLIN};
    own[3] = intake_box_poll(loop->intake);
    stamper_poll_set(own + 4, loop->stamper);
    size_t count = workers + controls + OWN_FDS;
    int ready = poll(loop->fds, count, timeout_ms);
    if (ready <= 0)
        for (size_t i = 0; i < count; i++)
            loop->fds[i].revents = 0;
    return ready;
}

static void read_signals(struct loop *loop)
{
    struct signalfd_siginfo info;
    while (read(loop->signals, &info, sizeof info) == (ssize_t)sizeof info)
        loop->stop = true;
}

/*
 * One group: what the workers said, gathered for at most GATHER_MS while others of them are still
 * at work, and no longer than until every connection waits for it, committed with what follows from
 * it; then the answers go out.
 */
static enum status turn(struct loop *loop, bool force, bool *more, struct err *err)
{
    struct core_event events[EVENTS_MOST];
    size_t count = 0;
    int64_t end = 0;
    for (;;) {
        while (count < EVENTS_MOST && pool_next_event(&events[count], loop->pool))
            count++;
        int64_t up = clock_up_ms(&loop->app->clock);
        if (count == 0 || count == EVENTS_MOST || count >= core_in_flight(loop->core) ||
            core_all_wait(loop->core, events, count))
            break;
        if (end == 0)
            end = up + GATHER_MS;
        if (up >= end || poll_all(loop, (int)(end - up)) <= 0)
            break;
        pool_work(loop->pool, loop->fds);
    }
    *more = count > 0;
    if (count == 0 && !force)
        return OK;
    enum status status = core_group(loop->core, events, count, err);
    pool_release(loop->pool);
    struct core_intent intent;
    while (status == OK && core_take_intent(&intent, loop->core))
        pool_send(loop->pool, &intent);
    return status;
}

static int turn_timeout(struct loop *loop)
{
    struct err err = {0};
    int64_t due = INT64_MAX;
    int64_t now = app_now(loop->app);
    int64_t up = clock_up_ms(&loop->app->clock);
    int64_t timeout = TURN_MOST_MS;
    if (loop->planning || loop->changed || control_ready(loop->control) ||
        (loop->held && checkpoint_fd(loop->checkpoint) < 0))
        return 0;
    if (core_next_due(&due, loop->core, &err) == OK && due > now && due - now < timeout)
        timeout = due - now;
    /* While plans wait for the signer no digest is made: its answer wakes us. */
    const int64_t routine = loop->held ? INT64_MAX : routine_next(loop->app) - now + up;
    const int64_t nexts[] = {periodic_next(&loop->periodic),    watch_next(loop->watch),
                             checkpoint_next(loop->checkpoint), stamper_next(loop->stamper),
                             intake_box_next(loop->intake),     routine};
    for (size_t i = 0; i < sizeof nexts / sizeof nexts[0]; i++)
        timeout = nexts[i] - up < timeout ? nexts[i] - up : timeout;
    return timeout > 0 ? (int)timeout : 0;
}

/* An advisory that cannot be planned must not keep the notices of the others; its fault is kept. */
static enum status plan_some(struct loop *loop, struct err *err)
{
    struct err fault = {0};
    enum status status = checkpoint_holds_plan(&loop->held, loop->checkpoint, &fault);
    if (status == OK && loop->held)
        loop->planning = false; /* the signer's answer wakes us */
    else if (status == OK)
        status = planner_step(loop->app, &loop->planning, &fault);
    if (status == OK && !loop->held && !loop->planning) /* urgent notices first */
        status = routine_step(loop->app, &loop->planning, &fault);
    if (status == ERR_IO)
        *err = fault;
    if (status == OK || status == ERR_IO)
        return status;
    int64_t up_ms = clock_up_ms(&loop->app->clock);
    if (loop->plan_fault.code == OK || up_ms - loop->plan_fault_ms > MS_MINUTE) {
        log_line(LOG_ERROR, "planning=failed status=%s said=%s", status_word(status),
                 log_quote(fault.text));
        loop->plan_fault_ms = up_ms;
    }
    loop->plan_fault = fault;
    loop->planning = false;
    return OK;
}

static enum status one_round(struct loop *loop, struct err *err)
{
    /* What is due and has no free worker must not make us spin: workers wake us. */
    (void)poll_all(loop, turn_timeout(loop));
    size_t workers = pool_fds(loop->pool);
    pool_work(loop->pool, loop->fds);
    if (loop->fds[workers + CONTROL_FDS].revents != 0)
        read_signals(loop);
    bool came = loop->fds[workers + CONTROL_FDS + 1].revents != 0;
    loop->changed = control_work(loop->control, loop->fds + workers, loop->app, loop->checkpoint);
    /* A worker's second word may have come with its first: no poll tells of it again. */
    bool more = true;
    enum status status = OK;
    for (int i = 0; status == OK && more && i < TURNS_MOST; i++)
        status = turn(loop, i == 0, &more, err);
    loop->changed = loop->changed || more || core_moved(loop->core);
    if (status == OK)
        status = plan_some(loop, err);
    if (status == OK)
        status = periodic_run(&loop->periodic, loop->app, &loop->changed, err);
    if (status == OK)
        status = watch_step(loop->watch, came, &loop->changed, err);
    if (status == OK)
        status = intake_box_step(loop->intake, &loop->changed, err);
    if (status == OK) /* before checkpoints: what it records is to be covered, too */
        status = stamper_step(loop->stamper, err);
    if (status == OK)
        status = checkpoint_step(loop->checkpoint, err);
    pool_tend(loop->pool, loop->core, clock_up_ms(&loop->app->clock));
    reap_strangers(loop);
    return status;
}

/*
 * The store failed under us: nothing of the open group happened. Workers are ended, since what they
 * hold may not be what the store says; recovery makes it due again.
 */
static enum status reopen(struct loop *loop, struct err *err)
{
    int64_t pause = 500;
    const struct err first = *err;
    for (;;) {
        log_line(LOG_ERROR, "store=failed said=%s next_try_ms=%lld", log_quote(err->text),
                 (long long)pause);
        close_work(loop, 0);
        planner_forget(loop->app);
        routine_forget(loop->app);
        store_close(loop->app->store);
        loop->app->store = NULL;
        if (loop->options.until_idle)
            return err->code;
        if (loop->stop) /* asked in the very round in which the store failed */
            return OK;
        struct pollfd pfd = {.fd = loop->signals, .events = POLLIN};
        if (poll(&pfd, 1, (int)pause) > 0) {
            loop->stop = true;
            return OK;
        }
        pause = pause * 2 > REOPEN_MOST_MS ? REOPEN_MOST_MS : pause * 2;
        if (app_open_store(loop->app, STORE_WRITE, err) == OK && open_work(loop, err) == OK &&
            note_fault(loop->app, first.text, err) == OK) {
            log_line(LOG_WARNING, "store=open again");
            return OK;
        }
        if (err->code == ERR_CORRUPT || err->code == ERR_REFUSED)
            return err->code;
    }
}

static enum status open_all(struct loop *loop, struct err *err)
{
    struct app *app = loop->app;
    enum status status = open_signals(loop, err);
    if (status == OK)
        status = app_open_store(app, STORE_WRITE, err);
    if (status == OK) {
        mark_tidy(app);
        status = mark_check(app, err);
    }
    if (status == OK)
        status = note_settings(app, err);
    struct err unfinished = {0};
    if (status == OK && erase_finish(app, &unfinished) != OK) /* it stays due */
        log_line(LOG_ERROR, "erase=unfinished said=%s", log_quote(unfinished.text));
    if (status == OK)
        app_sweep(app);
    if (status == OK)
        status = runtime_open(&loop->runtime, app->settings, err);
    if (status == OK)
        status = composer_open(&loop->composer, app, err);
    if (status == OK) {
        char *path = op_socket_path(app->settings);
        status = control_open(&loop->control, path, err);
        free(path);
        loop->watch = watch_open(app);
        loop->checkpoint = checkpoint_open(app);
        loop->stamper = stamper_open(app, loop->checkpoint);
        loop->intake = intake_box_open(app);
    }
    return status == OK ? open_work(loop, err) : status;
}

enum status loop_run(struct app *app, const struct loop_options *options,
                     struct loop_report *report, struct err *err)
{
    struct loop loop = {.app = app, .options = *options, .signals = -1};
    app->actor = "dispatcher";
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1);
    (void)prctl(PR_SET_DUMPABLE, 0);
    (void)setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    enum status status = open_all(&loop, err);
    bool idle = false;
    while (status == OK && !loop.stop && !idle) {
        status = one_round(&loop, err);
        if (status == OK && options->until_idle && !loop.planning && !loop.held && !loop.changed)
            status = core_idle(&idle, loop.core, err);
        idle = idle && watch_idle(loop.watch) && intake_box_idle(loop.intake) &&
               periodic_settled(&loop.periodic);
        if (idle && !checkpoint_idle(loop.checkpoint)) {
            checkpoint_demand(loop.checkpoint); /* what was done is signed before we go */
            idle = false;
        }
        idle = idle && stamper_idle(loop.stamper) && control_idle(loop.control);
        if (status == OK && options->until_idle && pool_failing(loop.pool)) {
            status =
                err_set(err, ERR_REFUSED,
                        "workers: they end as soon as they start: see the lines above, and run "
                        "`tocsin doctor`");
        }
        if (status == ERR_IO)
            status = reopen(&loop, err);
    }
    if (status == OK && report != NULL && app->store != NULL)
        status = note_report(report, app, err);
    struct err fault = {0};
    if (status == OK && app->store != NULL && mark_write(app, &fault) != OK)
        log_line(LOG_ERROR, "mark=not-written said=%s", log_quote(fault.text));
    const struct err *trouble =
        planner_trouble(app) != NULL ? planner_trouble(app) : &loop.plan_fault;
    if (status == OK && trouble->code != OK)
        status = err_set(err, trouble->code, "%s", trouble->text);
    close_work(&loop, LEAVE_MS);
    intake_box_close(loop.intake);
    stamper_close(loop.stamper);
    checkpoint_close(loop.checkpoint);
    watch_close(loop.watch);
    control_close(loop.control);
    composer_close(loop.composer);
    runtime_close(loop.runtime);
    if (loop.signals >= 0)
        (void)close(loop.signals);
    free(loop.fds);
    return status;
}
