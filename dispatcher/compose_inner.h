/*
 * dispatcher/compose_inner - one notice on its way to words: what its two files share.
 */
#ifndef TOCSIN_DISPATCHER_COMPOSE_INNER_H
#define TOCSIN_DISPATCHER_COMPOSE_INNER_H

#include "dispatcher/compose.h"

struct composer {
    struct app *app;
    struct wording *wording;
    struct dossier *dossier; /* of the advisory composed last */
    char *home;
    char fpr[65];
};

/* One notice on its way to words; everything in the arena. */
struct work {
    struct arena *arena;
    struct composer *c;
    const struct notice *notice;
    struct party party;
    struct contact contact;
    struct key key;
    struct notice_facts facts;
    char *return_address;
};

/* Gather everything that the notice may say (compose_facts.c). end is needed after an error too. */
MUST_USE enum status compose_begin(struct work *w, struct composer *c, const struct notice *notice,
                                   struct err *err);
void compose_end(struct work *w);

#endif
