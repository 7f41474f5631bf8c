/*
 * dispatcher/run/core_inner - what the files of the core share: slots, intents, items of a group.
 */
#ifndef TOCSIN_DISPATCHER_CORE_INNER_H
#define TOCSIN_DISPATCHER_CORE_INNER_H

#include "dispatcher/run/core.h"
#include "dispatcher/run/endpoint.h"
#include "dispatcher/run/job.h"
#include "dispatcher/run/work.h"

/*
 * One being worked on and others ahead, so that no worker waits for a commit. A carrier looks one
 * parcel ahead; sealers take three, since on a busy machine a commit can last longer than a
 * sealing.
 */
#define JOBS_PER_CARRIER 2
#define JOBS_PER_SEALER 4
#define JOBS_MOST JOBS_PER_SEALER
#define MOVES_PER_GROUP 64

/* One notice or attempt with a worker. What went in one frame has one load. */
struct job {
    int64_t id; /* of the notice (sealer) or the attempt (carrier) */
    uint64_t load;
    bool dotted; /* has leave for the end of data */
};

struct slot {
    bool ready;                             /* the process is there and set up */
    struct job jobs[JOBS_MOST * MANY_MOST]; /* oldest first; loads are not mixed */
    size_t count;
    uint64_t last_load;
    int64_t heard_up_ms;            /* when it last said something, or got work while it had none */
    int64_t back[JOBS_PER_CARRIER]; /* taken back, and it has not told yet that it is through */
    size_t back_count;
    char plain[65]; /* SHA-256 of the text that the answers of a JOB_MANY share; "" */
};
/* Frames that it has: at most JOBS_PER_SEALER, JOBS_PER_CARRIER. */
size_t slot_loads(const struct slot *slot);
/* Give it one more; load: the same for all of one frame, from slot_new_load. */
uint64_t slot_new_load(struct slot *slot);
void slot_add(struct slot *slot, int64_t id, uint64_t load);
/* Take a job off its worker; false when the worker does not have it: it lies or is confused. */
bool slot_take(struct slot *slot, int64_t id);
/* NULL: it does not have it. */
struct job *slot_find(struct slot *slot, int64_t id);

struct core {
    struct app *app;
    struct composer *composer;
    struct slot *sealers, *carriers;
    size_t sealer_count, carrier_count;
    struct core_intent *intents;
    size_t intent_count, intent_taken, intent_capacity;
    struct endpoints endpoints;
    bool moved;  /* by the last group, without a worker */
    char *relay; /* "host:port" */
};

/* One item of the group as app_item wants it. */
struct item {
    struct core *core;
    const struct core_event *event;
    struct notice *notice;
    struct receipt *receipt;
    const char *endpoint;
    struct frame_out job;
    struct frame_out *many; /* the job that it joins */
    const char *group;
    int64_t id;
    bool flag;
    enum work_blame blame;
    const struct work_sealed *sealed;
};

/*
 * What a stale or odd item means: it alone is dropped, and logged. What the store cannot do ends
 * the group: core_ends_group tells.
 */
MUST_USE enum status core_run_item(struct core *core,
                                   enum status (*run)(struct app *, void *, struct err *),
                                   struct item *item, const char *what, struct err *err);
bool core_ends_group(enum status status);

/* Queue a frame for a worker; takes it over. */
void core_push_intent(struct core *core, enum worker worker, size_t slot,
                      const struct frame_out *frame);
/* NULL when there is no such worker. */
struct slot *core_find_slot(const struct core *core, enum worker worker, size_t slot);
const char *core_endpoint(const struct core *core, size_t carrier_slot);

/* One event of a worker (core_events.c). */
MUST_USE enum status core_apply(struct core *core, const struct core_event *event, struct err *err);
/* What is ahead at carriers that fell silent is due again when another one is free (core_back.c).
 */
MUST_USE enum status core_take_back(struct core *core, struct err *err);
/* In how many ms there may be something to take back; INT64_MAX: never. */
int64_t core_next_back(const struct core *core);
/* The carrier is through with one that was taken back; false: that was none. */
bool core_forget_back(struct slot *slot, int64_t id);
/* Has it anything to do, its own or what was taken back? */
bool core_slot_engaged(const struct slot *slot);
/* Has it room, and does it go on? */
bool core_may_hand(const struct core *core, const struct slot *slot);
/* Claim, begin and close what is due (core_pump.c). */
MUST_USE enum status core_pump(struct core *core, struct err *err);

#endif
