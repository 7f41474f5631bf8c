/*
 * dispatcher/plan/recipient - is this party told of this advisory, why, where and how?
 *
 * Read-only: the same answer serves `plan` (before release) and planning (at release).
 */
#ifndef TOCSIN_DISPATCHER_RECIPIENT_H
#define TOCSIN_DISPATCHER_RECIPIENT_H

#include "advisory/match.h"
#include "config/order.h"
#include "digests/content.h"
#include "dispatcher/app.h"
#include "store/advisory.h"
#include "store/party.h"

/* An advisory opened for planning or wording: row, facts, order, register. */
struct match_memo;
struct dossier_reach;
struct dossier {
    struct arena *arena;
    struct advisory row;
    struct str text;              /* the exact bytes */
    struct csaf *csaf;            /* NULL of a digest … */
    struct digest_content digest; /* … which has this instead */
    struct str order_text;
    struct order order;
    struct product *products; /* products.csv */
    size_t product_count;
    bool installed_known;   /* there is an installed base at all */
    struct advisory *older; /* lower versions that were approved */
    size_t older_count;
    struct match_memo *memo;     /* what was compared already; NULL: nothing is remembered */
    struct dossier_reach *reach; /* recipient_reach.h: markets and copies */
};
/* Borrowed rows are copied. ERR_CORRUPT when the stored bytes do not read any more. */
MUST_USE enum status dossier_open(struct dossier **out, struct app *app, const struct advisory *row,
                                  struct err *err);
void dossier_close(struct dossier *dossier); /* NULL is fine */

struct recipient {
    bool told;
    const char *why; /* the comparison or the reason, in words */
    struct party party;
    struct contact contact; /* chosen; id 0 when the party has none */
    enum level level;
    const char *level_why;
    bool needs_task;
    enum task_kind task;
    struct key key;          /* fpr NULL: none */
    const char *key_problem; /* why a pinned key cannot be used now, or NULL */
    const char *key_fpr;     /* of the unusable key */
    enum notice_kind kind;   /* immediate, update, waiting */
    bool no_longer;          /* told because an older version concerned it, and this one does not */
    int64_t deadline_ms;     /* when an older version that never left should have; 0: none */
    enum form form;
    bool early; /* a pre-notice: it does not wait for the end of the embargo */
};

/*
 * Texts belong to the arena. after_seq: choose among contacts behind this one only (the next
 * route after a bounce) and take it as told; 0: all. now_ms: the instant that keys are judged by.
 */
MUST_USE enum status recipient_choose(struct recipient *out, struct arena *arena, struct app *app,
                                      const struct dossier *dossier, const struct party *party,
                                      int64_t after_seq, int64_t now_ms, struct err *err);

/* As it would be reached by this contact: contact, key, level, task; all else stays. */
MUST_USE enum status recipient_try(struct recipient *out, struct arena *arena, struct app *app,
                                   const struct dossier *dossier, const struct contact *contact,
                                   int64_t now_ms, struct err *err);

/*
 * Does this version concern the party, whatever older ones said? *why may be NULL: in words, in the
 * arena.
 */
MUST_USE enum status recipient_concerned(bool *out, const char **why, struct arena *arena,
                                         struct app *app, const struct dossier *dossier,
                                         const struct party *party, struct err *err);

/* The form of a notice of this kind to this recipient. */
enum form recipient_form(const struct recipient *recipient, const struct app *app, enum tlp tlp,
                         enum notice_kind kind);
/* The route as it is carried out: what a person does has the route of the task. */
enum route recipient_route(const struct recipient *recipient);
/* The lane of this recipient, made when it is not there. */
MUST_USE enum status recipient_lane(int64_t *out_id, struct app *app, const struct advisory *row,
                                    const struct recipient *recipient, struct err *err);
/*
 * What carries it: the endpoint of its lane. These are words, not addresses: a relay that moves to
 * another host is still the relay, and what waits for it goes on.
 */
#define RECIPIENT_RELAY "relay"
#define RECIPIENT_OUTBOX "outbox"
#define RECIPIENT_TASK "task"
const char *recipient_endpoint(const struct recipient *recipient);

/* One thing that somebody holds against the advisory. Texts belong to the arena. */
void recipient_match(struct match_result *out, struct arena *arena, const struct dossier *dossier,
                     const struct installed *row);
/* The product by which the advisory itself says fixed or not affected of it, or SIZE_MAX. */
size_t recipient_stated(const struct dossier *dossier, const struct installed *row);
/* The same item for match_by_name, with every name that the register has for it. */
struct match_asked *recipient_asked(const struct dossier *dossier, const struct installed *row);

/* What the party holds that the advisory concerns: for the notice's device list. */
struct holding {
    struct installed row;
    struct match_result match;
};
MUST_USE enum status recipient_holdings(struct holding **out, size_t *count, struct arena *arena,
                                        struct app *app, const struct dossier *dossier,
                                        const char *party, struct err *err);

#endif
