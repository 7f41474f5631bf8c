/*
 * tests/channels/post - a feed that remembers everything a channel asked and said.
 */
#ifndef TOCSIN_TESTS_CHANNELS_POST_H
#define TOCSIN_TESTS_CHANNELS_POST_H

#include "channels/channel.h"

#define POST_MAX 16

struct post_item {
    struct parcel parcel;
    struct str message; /* behind parcel.message */
    char id[32], notice[32], message_id[64], to[64];
    int dots, dones;
    bool dot_after_done;
    enum verdict verdict;
    int code;
    char enhanced[16], said[256];
    bool endpoint_fault, config_fault;
    struct str transcript;
    char tls[64], peer[65];
};

struct post {
    struct post_item item[POST_MAX];
    size_t count;
    size_t given;        /* by next() */
    size_t ready;        /* next() without waiting gives items below this only */
    int refuse_dot;      /* which item's dot() is refused; -1: none */
    int fail_done;       /* which item's done() fails; -1: none */
    int fail_next;       /* which item's next() fails; -1: none */
    bool early_errno;    /* dot() leaves EAGAIN in errno */
    int64_t dot_wait_ms; /* how long dot() takes */
    void (*at_dot)(const struct post_item *item); /* at its end; NULL: nothing */
};

/* count messages to r0@hospital.example, r1@..., each about size bytes. */
void post_init(struct post *post, size_t count, size_t size);
void post_dispose(struct post *post);
struct feed post_feed(struct post *post);
/* "ADRU" for accepted, deferred, refused, uncertain; "-" for one that was never taken. */
const char *post_verdicts(const struct post *post);
/* What each channel owes: one done for each taken, none else; dot at most once and not after it. */
void post_check_contract(const struct post *post);

#endif
