/*
 * dispatcher/routine/digest - who is due a digest now, and what it is made of.
 *
 * A pass goes over all parties in slices, like planning (planner.h), each in a transaction of its
 * own. A digest is a row of advisory (store/digest.h) and a notice of kind digest about it, so
 * sealing, carrying, bounces and answers are those of every notice.
 */
#ifndef TOCSIN_DISPATCHER_DIGEST_H
#define TOCSIN_DISPATCHER_DIGEST_H

#include "digests/content.h"
#include "digests/schedule.h"
#include "dispatcher/plan/recipient.h"
#include "store/digest.h"
#include "store/notice.h"

/* The schedule that a party follows: that which names it, its group, its kind; NULL: none. */
const struct settings_digest *digest_for(const struct app *app, const struct party *party);
/* "hdo", "hdo:klinik-nord". In the arena. */
const char *digest_name(struct arena *arena, const struct settings_digest *digest);

/*
 * What does not read or cannot be made keeps nobody else from theirs: it is left out, tried again
 * at the next look, and told of once, by fault.detected and as an item of one task, until that is
 * done. `about`: a party, or an advisory with its version. Inside a transaction.
 */
MUST_USE enum status digest_blame(struct app *app, const char *about, const char *text,
                                  struct err *err);

/*
 * All advisories in force, opened for comparing with what parties hold; opaque. One that does not
 * read is in it, but not in digests: in theirs it stays as it was who were told of it.
 */
struct shelf;
MUST_USE enum status shelf_open(struct shelf **out, struct app *app, struct err *err);
void shelf_close(struct shelf *shelf); /* NULL is fine */
/* digest_blame for each advisory of it that does not read. */
MUST_USE enum status shelf_blame(const struct shelf *shelf, struct app *app, struct err *err);
/* Still what is in force? */
MUST_USE enum status shelf_fresh(bool *out, const struct shelf *shelf, struct app *app,
                                 struct err *err);
/*
 * What concerns a party now, compared with the last digest that it has. All in the arena. What a
 * hold keeps from it is neither in it nor gone; when the hold is over, it is new.
 */
struct shelf_sum { /* of a digest whose document was written before, for somebody else */
    bool empty;
    enum tlp tlp;
    char sha256[65]; /* of the document; "": none was written yet */
};
struct shelf_digest {
    struct digest_content content;
    int64_t base_id; /* notice of the digest that it goes on from; 0: none */
    struct digest_sent *sent;
    size_t sent_count;
    struct shelf_sum sum;
    const char *key; /* all that decides what it says */
};
MUST_USE enum status shelf_compare(struct shelf_digest *out, struct arena *arena,
                                   struct shelf *shelf, struct app *app, const struct party *party,
                                   unsigned wanted, struct err *err);
/*
 * The same for one of many: who is told what somebody was told before gets only the sum of it, and
 * no content. shelf_remember: this document was written for out->key.
 */
MUST_USE enum status shelf_sum(struct shelf_digest *out, struct arena *arena, struct shelf *shelf,
                               struct app *app, const struct party *party, unsigned wanted,
                               struct err *err);
void shelf_remember(struct shelf *shelf, const struct shelf_digest *digest, const char *sha256);

/* The advisories that standing holds keep from the parties of one kind in one country. */
struct stopped {
    const char **trackings;
    size_t count;
};
MUST_USE enum status stopped_list(struct stopped *out, struct arena *arena, struct app *app,
                                  enum party_kind kind, const char *country, struct err *err);
bool stopped_has(const struct stopped *held, const char *tracking);
/* Does a hold stand now over what this notice tells of? No, when it is no digest. */
MUST_USE enum status digest_is_held(bool *out, struct app *app, const struct notice *notice,
                                    struct err *err);
/* If so, it is looked at again later, with an entry. */
MUST_USE enum status digest_put_off(bool *off, struct app *app, struct notice *notice,
                                    struct err *err);

/* Every place in which a schedule is opened, once: setting × zone × country; opaque. */
struct places;
struct places *places_new(void);
void places_free(struct places *places); /* NULL is fine */
/*
 * The schedule of this party's place. Returns ERR_INVALID when the rule is none; a zone or calendar
 * that is not known is passed over, and `why` (may be NULL) says so.
 */
MUST_USE enum status places_schedule(const struct schedule **out, const char **why,
                                     struct places *places, struct app *app,
                                     const struct settings_digest *digest,
                                     const struct digest_schedule *row, const struct party *party,
                                     const struct contact *contact, struct err *err);

/*
 * One bounded step. *more: call again soon. Opens and commits its own transaction.
 */
MUST_USE enum status digest_step(struct app *app, bool *more, struct err *err);
void digest_forget(struct app *app); /* the store goes, or is opened anew */
/* Even uptime-free instant of the next look; INT64_MAX: never. */
int64_t digest_next(const struct app *app);

/* One digest to one party, now; `by` and `reason` are a person's, or NULL. Inside a transaction. */
struct digest_make {
    const char *schedule;                  /* its name */
    const struct settings_digest *setting; /* NULL: by hand, everything, empty ones, too */
    struct schedule_due due;
    const char *by, *reason;
};
MUST_USE enum status digest_make_one(const char **outcome, struct arena *arena, struct app *app,
                                     struct shelf *shelf, const struct party *party,
                                     const struct digest_make *make, struct err *err);
/* The row that such a digest would have, not stored; its text is *text. */
MUST_USE enum status digest_issue(struct advisory *out, struct str *text, struct arena *arena,
                                  const struct app *app, const struct digest_content *content,
                                  const char *schedule, int64_t run_ms, struct err *err);

#endif
