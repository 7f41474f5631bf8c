/*
 * dispatcher/signed/stamper_inner - one authority between two questions. Internal to stamper*.c.
 */
#ifndef TOCSIN_DISPATCHER_STAMPER_INNER_H
#define TOCSIN_DISPATCHER_STAMPER_INNER_H

#include "dispatcher/run/child.h"
#include "dispatcher/signed/stamper.h"
#include "evidence/stamp.h"

#define STAMPER_ALARM_AFTER 3    /* failures in a row */
#define STAMPER_APART_MS MS_HOUR /* an authority's clock and ours, at most */
#define STAMPER_AGAIN 24 /* so many more, and a task that was closed meanwhile is opened anew */

struct authority {
    const struct settings_authority *conf;
    char *name;          /* for store, log and people */
    struct child child;  /* asks it now */
    int64_t size;        /* entries under the note that it is asked about */
    struct str note;     /* its exact bytes */
    struct str request;  /* what was sent, DER */
    struct str roots;    /* what its answer is judged with, PEM */
    int64_t newest;      /* entries under the newest checkpoint that it stamped; 0: none */
    int64_t newest_ms;   /* when that came, by our clock */
    int64_t cert_end_ms; /* of that time-stamp; 0: not known */
    int64_t judged;      /* the checkpoint over so many entries needs nothing of it */
    int64_t look_up_ms;  /* looked at then, all the same */
    int64_t next_up_ms;  /* not before */
    int64_t failures;    /* in a row, over restarts */
};

/* What store and log know of it. ERR_IO, ERR_CORRUPT. */
MUST_USE enum status stamper_recall(struct authority *a, struct app *app, struct err *err);
/* Is there an entry between its newest time-stamp and size that is not about time-stamps itself? */
MUST_USE enum status stamper_has_news(bool *news, struct app *app, int64_t from, int64_t size,
                                      struct err *err);
/* The time-stamp, its entry, and the end of an outage: one transaction. */
MUST_USE enum status stamper_keep(struct authority *a, struct app *app, const struct stamp *stamp,
                                  struct bytes response, struct err *err);
/* One failure more is remembered, and told when there were enough: one transaction. */
MUST_USE enum status stamper_blame(struct authority *a, struct app *app, const char *text,
                                   struct err *err);

#endif
