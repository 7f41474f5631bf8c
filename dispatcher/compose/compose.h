/*
 * dispatcher/compose/compose - a planned notice becomes the SEAL job for a sealer: words,
 * attachments, headers, key. Reads the store; writes nothing.
 */
#ifndef TOCSIN_DISPATCHER_COMPOSE_H
#define TOCSIN_DISPATCHER_COMPOSE_H

#include "base/frame.h"
#include "dispatcher/plan/recipient.h"
#include "store/notice.h"
#include "templates/notice.h"

/* What composing many notices of one advisory shares; opaque, keeps the last dossier open. */
struct composer;
MUST_USE enum status composer_open(struct composer **out, struct app *app, struct err *err);
void composer_close(struct composer *composer);
const char *composer_key(const struct composer *composer);  /* fingerprint of the maker's key */
const char *composer_home(const struct composer *composer); /* the maker's GNUPGHOME */

/* Why an older version could not be read for what changed since; NULL: nothing was left out. */
const struct err *composer_doubt(const struct composer *composer);

/*
 * Fill *job with a whole JOB_SEAL frame (frame_begin is called here; the caller disposes).
 * Returns ERR_REFUSED when the pinned key is not there or cannot be used any more, ERR_LIMIT.
 */
MUST_USE enum status compose_notice(struct frame_out *job, struct composer *composer,
                                    const struct notice *notice, struct err *err);

/*
 * The same for many who read one text: *job is begun with the text as `first` reads it, a JOB_MANY
 * frame of nobody yet.
 */
MUST_USE enum status compose_many(struct frame_out *job, struct composer *composer,
                                  const struct notice *first, struct err *err);
/*
 * Add one recipient to it. *group (in the arena) is the name of the text that it reads by the
 * register of now; when that is not `wanted`, nothing is added, and OK. Returns as compose_notice.
 */
MUST_USE enum status compose_join(struct frame_out *job, const char **group, struct arena *arena,
                                  struct composer *composer, const struct notice *notice,
                                  const char *wanted, struct err *err);
/* The name of the text that it reads by the register of now. In the arena. */
MUST_USE enum status compose_group(const char **group, struct arena *arena,
                                   struct composer *composer, const struct notice *notice,
                                   struct err *err);

/* The words of a notice without sealing: for letters. */
MUST_USE enum status compose_text(struct notice_text *out, struct composer *composer,
                                  const struct notice *notice, struct err *err);

/* The return address of a token by the shape of mail.return. Heap. */
char *compose_return_address(const struct settings *settings, const char *token);

#endif
