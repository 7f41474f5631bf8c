/*
 * dispatcher/compose/compose_inner - one notice on its way to words: what its two files share.
 */
#ifndef TOCSIN_DISPATCHER_COMPOSE_INNER_H
#define TOCSIN_DISPATCHER_COMPOSE_INNER_H

#include "dispatcher/compose/compose.h"
#include "dispatcher/release/revision.h"
#include "dispatcher/run/job.h"

#define COMPOSE_SHELF 32

struct composer {
    struct app *app;
    struct wording *wording;
    struct dossier *dossier; /* of the advisory composed last */
    int64_t before_id;       /* version that it was last compared with; 0: none yet */
    struct dossier *before;  /* of that version; NULL when it does not read */
    struct arena *diff_arena;
    struct diff diff; /* from before to dossier */
    bool compared;    /* false: there is too much to compare, or before does not read */
    struct err doubt; /* code OK: it reads */
    struct dossier *shelf[COMPOSE_SHELF]; /* advisories that the digest composed last is about */
    size_t shelf_count;
    struct str checkpoint; /* signed note that covers its plan; empty: there is none */
    bool whole;            /* it serves every notice of the advisory */
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
    struct notice_digest digest; /* of the facts */
    char *return_address;
};

/* Gather everything that the notice may say (compose_facts.c). end is needed after an error too. */
MUST_USE enum status compose_begin(struct work *w, struct composer *c, const struct notice *notice,
                                   struct err *err);
void compose_end(struct work *w);
/* Forget what versions were compared, and what a digest is about. */
void compose_forget_diff(struct composer *c);

struct attachment {
    const char *filename, *type;
    struct bytes body;
};
/* What goes with the words; csv holds the list of devices, and outlives out. */
size_t compose_attachments(struct attachment out[SEAL_PARTS], struct work *w, struct str *csv);
/* What a digest says, and what goes with it (compose_digest.c). */
MUST_USE enum status compose_digest_facts(struct work *w, struct err *err);
size_t compose_digest_attachments(struct attachment out[SEAL_PARTS], size_t count, struct work *w,
                                  struct str *csv);
/* As a notice says it. Borrowed. */
struct notice_device compose_device(const struct holding *holding);
/* CSAF §5.1. In the arena. */
const char *compose_csaf_filename(struct arena *arena, const char *tracking);
/* A sealed notice goes to the pinned key of its contact and to nothing else. ERR_REFUSED. */
MUST_USE enum status compose_cert(struct work *w, struct str *cert, struct err *err);
/* Another route or key is another message, with its own id and a reference to the first. */
MUST_USE enum status compose_message_ids(char **out_id, char **out_first, struct work *w,
                                         struct err *err);

#endif
