/*
 * GPGME waits for its gpg for ever, and does not say which process that is: it is told by the home
 * on its command line, in our process group. Agents have a group of their own and stay.
 */
#include "seal/limit.h"

#include "base/log.h"
#include "base/str.h"
#include "seal/sign.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define AGAIN_MS 1000 /* it may have started another one */

/* Of the process, as the environment that gpg gets is, too. */
static int most_ms = 60 * 1000;
static bool ends_us;

struct limit {
    pthread_t thread;
    int over; /* an eventfd */
    bool fired;
    char *home;
};

void sign_set_limit(int ms)
{
    most_ms = ms;
    ends_us = false;
}

void sign_set_limit_of_worker(int ms)
{
    most_ms = ms;
    ends_us = getpgrp() == getpid(); /* or somebody else's processes would be ended */
}

static void *watch(void *context)
{
    struct limit *limit = context;
    struct pollfd pfd = {.fd = limit->over, .events = POLLIN};
    for (int wait_ms = most_ms; poll(&pfd, 1, wait_ms) == 0; wait_ms = AGAIN_MS) {
        limit->fired = true;
        if (ends_us) {
            log_line(LOG_ERROR, "gpg=stuck home=%s", log_quote(limit->home));
            (void)kill(0, SIGKILL);
        }
        strays_end_group(limit->home);
    }
    return NULL;
}

static void limit_free(struct limit *limit)
{
    if (limit->over >= 0)
        (void)close(limit->over);
    free(limit->home);
    free(limit);
}

struct limit *limit_start(const char *home)
{
    sigset_t all;
    sigset_t old;
    if (home == NULL || most_ms == 0)
        return NULL;
    struct limit *limit = xcalloc(1, sizeof *limit);
    limit->home = xstrdup(home);
    limit->over = eventfd(0, EFD_CLOEXEC);
    /* Signals are for the thread that knows them. */
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &old);
    bool started = limit->over >= 0 && pthread_create(&limit->thread, NULL, watch, limit) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &old, NULL);
    if (started)
        return limit;
    log_line(LOG_WARNING, "gpg=unlimited home=%s", log_quote(home));
    limit_free(limit);
    return NULL;
}

bool limit_stop(struct limit *limit)
{
    if (limit == NULL)
        return false;
    (void)eventfd_write(limit->over, 1);
    (void)pthread_join(limit->thread, NULL);
    bool fired = limit->fired;
    if (fired)
        log_line(LOG_ERROR, "gpg=ended home=%s said=\"it did not end by itself\"",
                 log_quote(limit->home));
    limit_free(limit);
    return fired;
}
