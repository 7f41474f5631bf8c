#include "base/parallel.h"

#include <assert.h>
#include <pthread.h>
#include <sched.h>

#define PLACES_EACH 16 /* a slow item does not keep the other threads from going on */

struct run {
    const struct parallel *parallel;
    size_t count, places;
    pthread_mutex_t lock; /* over all that follows */
    pthread_cond_t ready; /* the item that is finished next is done */
    pthread_cond_t room;  /* a place is free, or there is nothing more to begin */
    size_t next;          /* the item that is begun next */
    size_t finished;
    size_t waiting; /* threads that wait for room */
    bool done[PARALLEL_PLACES_MAX];
    bool caller_waits, stopped;
};

size_t parallel_threads(size_t items)
{
    cpu_set_t set;
    /* Those that this process may use, not those that the machine has. */
    int cores = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    size_t threads = cores > 1 ? (size_t)cores : 1;
    if (threads > PARALLEL_THREADS_MAX)
        threads = PARALLEL_THREADS_MAX;
    return threads > items && items > 0 ? items : threads;
}

size_t parallel_places(size_t threads)
{
    return threads > 1 ? threads * PLACES_EACH : 1;
}

/* This and the next five are called with the lock held. */
static bool may_begin(const struct run *run)
{
    return !run->stopped && run->next < run->count && run->next < run->finished + run->places;
}

static void do_next(struct run *run)
{
    size_t item = run->next++;
    (void)pthread_mutex_unlock(&run->lock);
    run->parallel->work(run->parallel->context, item, item % run->places);
    (void)pthread_mutex_lock(&run->lock);
    run->done[item % run->places] = true;
    if (run->caller_waits && item == run->finished)
        (void)pthread_cond_signal(&run->ready);
}

/* Nobody is woken without need: that costs more than a small item. */
static void wake_waiting(struct run *run)
{
    if (run->waiting > 0)
        (void)pthread_cond_broadcast(&run->room);
}

static void finish_next(struct run *run)
{
    size_t item = run->finished;
    size_t place = item % run->places;
    (void)pthread_mutex_unlock(&run->lock);
    bool more = run->parallel->finish(run->parallel->context, item, place);
    (void)pthread_mutex_lock(&run->lock);
    run->done[place] = false;
    run->finished++;
    run->stopped = !more;
    wake_waiting(run);
}

/* The caller's thread works, too, as long as nothing is to be finished. */
static void lead(struct run *run)
{
    while (!run->stopped && run->finished < run->count) {
        if (run->done[run->finished % run->places])
            finish_next(run);
        else if (may_begin(run))
            do_next(run);
        else {
            run->caller_waits = true;
            (void)pthread_cond_wait(&run->ready, &run->lock);
            run->caller_waits = false;
        }
    }
    wake_waiting(run);
}

static void follow(struct run *run)
{
    while (!run->stopped && run->next < run->count) {
        if (may_begin(run))
            do_next(run);
        else {
            run->waiting++;
            (void)pthread_cond_wait(&run->room, &run->lock);
            run->waiting--;
        }
    }
}

static void *work(void *argument)
{
    struct run *run = argument;
    (void)pthread_mutex_lock(&run->lock);
    follow(run);
    (void)pthread_mutex_unlock(&run->lock);
    return NULL;
}

void parallel_run(const struct parallel *parallel, size_t count, size_t threads)
{
    struct run run = {.parallel = parallel, .count = count, .places = parallel_places(threads)};
    pthread_t made[PARALLEL_THREADS_MAX];
    size_t begun = 0;
    assert(threads <= PARALLEL_THREADS_MAX);
    (void)pthread_mutex_init(&run.lock, NULL);
    (void)pthread_cond_init(&run.ready, NULL);
    (void)pthread_cond_init(&run.room, NULL);
    while (begun + 1 < threads && pthread_create(&made[begun], NULL, work, &run) == 0)
        begun++;
    (void)pthread_mutex_lock(&run.lock);
    lead(&run);
    (void)pthread_mutex_unlock(&run.lock);
    while (begun > 0)
        (void)pthread_join(made[--begun], NULL);
    (void)pthread_cond_destroy(&run.room);
    (void)pthread_cond_destroy(&run.ready);
    (void)pthread_mutex_destroy(&run.lock);
}
