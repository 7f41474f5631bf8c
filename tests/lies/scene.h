/*
 * tests/lies/scene - one dispatcher against one lying relay: the real core with a store in memory,
 * real carrier processes, TLS and sockets, three mails of which one meets the lie.
 *
 * The clock runs, and is turned to the next instant at which something is due. The store knows what
 * was believed, the relay what it has acknowledged; scene_end compares them.
 */
#ifndef TOCSIN_TESTS_LIES_SCENE_H
#define TOCSIN_TESTS_LIES_SCENE_H

#include "dispatcher/run/core.h"
#include "dispatcher/run/pool.h"
#include "tests/dispatcher/world.h"
#include "tests/lies/relay.h"

#define SCENE_MAILS 3
#define SCENE_PASSWORD "correct horse"

/* What the carrier said of one mail, the first time. */
struct said {
    bool heard;
    enum verdict verdict;
    int code;
    bool endpoint_fault, config_fault;
    char text[256];
    char peer[65], tls[64];
    int64_t from_ms, to_ms; /* when it was worked in */
};

struct scene_setup {
    struct relay_setup relay;
    const char *host, *ca_file; /* as configured */
    bool one_contact;           /* the victim's party has no other route */
    bool large;                 /* the second mail does not fit into the buffers of a connection */
    int64_t timeout_ms;         /* for each reply */
    int64_t connections;        /* to the relay */
    bool outbox;                /* the third goes by route file */
};

struct scene {
    struct world world;
    struct core *core;
    struct pool *pool;
    struct relay *relay;
    struct scene_setup setup;
    struct notice notice[SCENE_MAILS]; /* as scene_read found them */
    char message_id[SCENE_MAILS][64];
    int64_t first_attempt[SCENE_MAILS];
    struct said said[SCENE_MAILS];
    int64_t accepted_up_ms[SCENE_MAILS]; /* when it was known to be accepted, 0: not yet */
    int64_t begun_up_ms;
    bool carrier_ready;
    int carriers_lost;
};

void scene_begin(struct scene *s, const struct scene_setup *setup);
/* Until nothing is at work and nothing is due. */
void scene_settle(struct scene *s);
/* One round of the loop that the dispatcher has; false: nothing happens any more. */
bool scene_round(struct scene *s);
/* Turn the clock to what is due next, and settle, until nothing of ours waits for mail any more. */
void scene_finish(struct scene *s);
/* The rows as they are now. */
void scene_read(struct scene *s);
/* Closes everything; dies when the store believes what the relay did not say. */
void scene_end(struct scene *s);

/* Ends the process with this message, which the crowd shows. */
_Noreturn void scene_fail(const struct scene *s, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
