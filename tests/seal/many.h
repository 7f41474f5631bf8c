/* Several recipients, a mail for all of them, and what seal_broadcast makes of it. */
#ifndef TOCSIN_TESTS_SEAL_MANY_H
#define TOCSIN_TESTS_SEAL_MANY_H

#include "base/arena.h"
#include "seal/broadcast.h"
#include "tests/seal/fixture.h"

#define PEOPLE 6
#define MANY_MOST 16

struct many {
    struct fixture f;
    struct cert certs[PEOPLE]; /* of several algorithms */
    char fprs[PEOPLE][65];
};
void many_begin(struct many *m);
void many_end(struct many *m);

/* What the sink got for one recipient. */
struct got {
    size_t times;
    enum status status;
    struct str message;
    char why[240];
};

struct result {
    struct got got[MANY_MOST];
    size_t count, stop_after;
    struct str plain;
    enum status status;
    struct err err;
};
void result_init(struct result *r, size_t count);
void result_dispose(struct result *r);
struct broadcast_sink result_sink(struct result *r);

struct mail many_mail(void);
/* Recipient i of a batch has words of its own outside. */
struct broadcast_recipient many_recipient(struct arena *arena, size_t i, const struct cert *cert);
/* Seal with a sealer of its own, of which nothing may be left. */
void many_seal(const struct many *m, struct result *r, const struct mail *mail,
               const struct broadcast_recipient *list, size_t count);
/* The whole promise for message i, by gpg, Sequoia and Python. */
void many_assert_own(const struct many *m, const struct result *r, const struct mail *mail,
                     const struct broadcast_recipient *to, size_t i, const struct cert *cert,
                     const char *fpr);

#endif
