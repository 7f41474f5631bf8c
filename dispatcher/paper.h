/*
 * dispatcher/paper - the disclosure policy that we wrote: recorded, kept, compared with the
 * settings.
 *
 * What is in force is what the last policy.written in the log says; its three texts are blobs.
 */
#ifndef TOCSIN_DISPATCHER_PAPER_H
#define TOCSIN_DISPATCHER_PAPER_H

#include "dispatcher/app.h"
#include "evidence/bundle_write.h"

struct paper {
    int64_t idx, written_ms, expires_ms;
    const char *basis;                          /* of the settings (policy_basis) */
    const char *cvd, *procedure, *security_txt; /* blobs */
    const char *url;                            /* NULL: not published as it stands */
    int64_t published_ms;
};

/* Memory belongs to the arena. Returns ERR_NOT_FOUND (none was written), ERR_CORRUPT, ERR_IO. */
MUST_USE enum status paper_current(struct paper *out, struct arena *arena, struct store *store,
                                   struct err *err);

/* The three files of the version in force, below policy/; none when nothing was written. */
MUST_USE enum status paper_export(struct bundle_writer *w, struct app *app, struct err *err);

/*
 * What is wrong with the version in force, in the arena, or NULL: the end of security.txt comes
 * near, the settings are others by now, none was written.
 */
MUST_USE enum status paper_doubt(const char **out, struct arena *arena, struct app *app,
                                 struct err *err);
/*
 * Before security.txt ends a task is opened, which is a clock on the board, too; it is closed once
 * another one was written. A transaction of its own.
 */
MUST_USE enum status paper_warn(struct app *app, struct err *err);

#endif
