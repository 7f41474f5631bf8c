#include "base/parallel.h"

#include <assert.h>
#include <pthread.h>
#include <sched.h>

#define PLACES_EACH 4 /* a slow item does not keep the other threads from going on */

struct run {
    const struct parallel *parallel;
    size_t count, places;
    pthread_mutex_t lock; /* over all that follows */
    pthread_cond_t ready; /* the item that is finished next is done */
    pthread_cond_t room;  /* a place is free, or there is nothing more to begin */
    size_t next;          /* the item that is begun next */
    size_t finished;
    bool done[PARALLEL_PLACES_MAX];
    bool stopped;
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

/* With the lock held: the next item, or false when there is none to begin. */
static bool take(struct run *run, size_t *item)
{
    while (!run->stopped && run->next < run->count && run->next >= run->finished + run->places)
        (void)pthread_cond_wait(&run->room, &run->lock);
    if (run->stopped || run->next == run->count)
        return false;
    *item = run->next++;
    return true;
}

static void *work(void *argument)
{
    struct run *run = argument;
    size_t item = 0;
    (void)pthread_mutex_lock(&run->lock);
    while (take(run, &item)) {
        (void)pthread_mutex_unlock(&run->lock);
        run->parallel->work(run->parallel->context, item, item % run->places);
        (void)pthread_mutex_lock(&run->lock);
        run->done[item % run->places] = true;
        if (item == run->finished)
            (void)pthread_cond_signal(&run->ready);
    }
    (void)pthread_mutex_unlock(&run->lock);
    return NULL;
}

static void finish_all(struct run *run)
{
    const struct parallel *parallel = run->parallel;
    (void)pthread_mutex_lock(&run->lock);
    while (!run->stopped && run->finished < run->count) {
        size_t item = run->finished;
        size_t place = item % run->places;
        while (!run->done[place])
            (void)pthread_cond_wait(&run->ready, &run->lock);
        (void)pthread_mutex_unlock(&run->lock);
        bool more = parallel->finish(parallel->context, item, place);
        (void)pthread_mutex_lock(&run->lock);
        run->done[place] = false;
        run->finished++;
        run->stopped = !more;
        (void)pthread_cond_broadcast(&run->room);
    }
    (void)pthread_mutex_unlock(&run->lock);
}

static void run_alone(const struct parallel *parallel, size_t count)
{
    for (size_t item = 0; item < count; item++) {
        parallel->work(parallel->context, item, 0);
        if (!parallel->finish(parallel->context, item, 0))
            break;
    }
}

void parallel_run(const struct parallel *parallel, size_t count, size_t threads)
{
    struct run run = {.parallel = parallel, .count = count, .places = parallel_places(threads)};
    pthread_t made[PARALLEL_THREADS_MAX];
    size_t begun = 0;
    assert(threads <= PARALLEL_THREADS_MAX);
    if (threads < 2) {
        run_alone(parallel, count);
        return;
    }
    (void)pthread_mutex_init(&run.lock, NULL);
    (void)pthread_cond_init(&run.ready, NULL);
    (void)pthread_cond_init(&run.room, NULL);
    while (begun < threads && pthread_create(&made[begun], NULL, work, &run) == 0)
        begun++;
    if (begun == 0)
        run_alone(parallel, count);
    else
        finish_all(&run);
    while (begun > 0)
        (void)pthread_join(made[--begun], NULL);
    (void)pthread_cond_destroy(&run.room);
    (void)pthread_cond_destroy(&run.ready);
    (void)pthread_mutex_destroy(&run.lock);
}
