/*
 * dispatcher/app - what every command stands on: settings, clock, store, the log's head.
 *
 * A command opens what it needs, works, closes. Commands that write do so through an op
 * (dispatcher/op.h), which a running dispatcher carries out in its own process.
 */
#ifndef TOCSIN_DISPATCHER_APP_H
#define TOCSIN_DISPATCHER_APP_H

#include "base/scratch.h"
#include "config/settings.h"
#include "evidence/entry.h"
#include "store/store.h"

struct app {
    const char *config_given; /* --config, or NULL */
    int64_t now_given_ms;     /* --now, or -1 */
    const char *actor;        /* who acts, for evidence: "command:approve", "dispatcher" */
    struct settings *settings;
    struct clock clock;
    struct store *store;         /* NULL until app_open_store */
    bool test;                   /* store mode */
    struct entry_head head;      /* where the next entry goes; inside a transaction only */
    struct checkpoint_ask *ask;  /* what the present operation asks of the signer; NULL: none can */
    struct planning *planning;   /* planner.c's: an advisory in the middle of it; NULL: none */
    struct digesting *digesting; /* digest_pass.c's: between two steps; NULL: not begun */
    struct reminding *reminding; /* remind.c's: between two steps; NULL: not begun */
    struct planner_rest *resting; /* planner_rest.c's: who cannot be planned now; NULL: nobody */
    struct scratch scratch;       /* private folder for throw-away GnuPG homes, made on demand */
};

void app_init(struct app *app);
void app_close(struct app *app);

/* Find and read the settings. Errors as settings_find and settings_load. */
MUST_USE enum status app_load(struct app *app, struct err *err);
/* The same for who cannot go on without: ERR_INVALID when there is none or it cannot be read. */
MUST_USE enum status app_need(struct app *app, struct err *err);

/*
 * Load settings if needed and open the store. Sets app->test and the clock: --now is believed by a
 * test store only (ERR_REFUSED otherwise). STORE_CREATE writes mode and log.start.
 */
MUST_USE enum status app_open_store(struct app *app, enum store_mode mode, struct err *err);
/* What `tocsin init` does: an empty store of this mode. ERR_EXISTS when there is one. */
MUST_USE enum status app_create_store(struct app *app, bool test, struct err *err);

int64_t app_now(const struct app *app);
/* A short private folder (0700) that goes away with the app; NULL when it cannot be made. */
const char *app_scratch(struct app *app);
/* Remove what killed processes left: scratch folders, half-written files of the installation. */
void app_sweep(const struct app *app);

/* Transactions that keep store and log head together. */
MUST_USE enum status app_begin(struct app *app, struct err *err);
MUST_USE enum status app_commit(struct app *app, struct err *err);
void app_rollback(struct app *app);
/* run(app, context) as one transaction: all of it is kept, or nothing. */
MUST_USE enum status
app_transact(struct app *app, enum status (*run)(struct app *app, void *context, struct err *err),
             void *context, struct err *err);
/* One item of a group: run(app, context) inside a SAVEPOINT; on its error only the item is undone.
 */
MUST_USE enum status app_item(struct app *app,
                              enum status (*run)(struct app *app, void *context, struct err *err),
                              void *context, struct err *err);

/*
 * Finish the entry, append it to the log inside the open transaction, free it. Every state change
 * calls this in the transaction that makes it.
 */
MUST_USE enum status app_record(struct app *app, struct entry *entry, struct err *err);

#endif
