/*
 * store/duty - what follows from cases: duties with their clocks, and holds over lanes.
 *
 * Owns: tables duty, hold, hold_place, and the column held of lane.
 * What is a duty, when it is due and what meets it is not known here: duties/ and the dispatcher.
 */
#ifndef TOCSIN_STORE_DUTY_H
#define TOCSIN_STORE_DUTY_H

#include "store/store.h"

struct duty_row {
    int64_t id; /* 0 when new */
    int64_t case_id;
    const char *rule;
    int64_t version;
    const char *rule_sha256;
    const char *jurisdiction;
    const char *country; /* NULL: not said */
    enum duty_state state;
    const char *deliverable;
    bool informs; /* met by notices; every other one by proof only */
    const char *owner;
    const char *trigger; /* day or instant that the clock runs from; NULL: it waits */
    const char *cascade; /* rule elsewhere that brought it, or NULL */
    const char *due_safe, *due_legal;
    int64_t safe_ms, legal_ms; /* 0: no time is set */
    int64_t start_ms;
    const char *derivation; /* lines */
    int64_t rung;           /* enum rung that was acted on */
    int64_t next_ms;        /* the next one is reached; 0: none */
    int64_t met_ms;
    const char *met_by, *number, *proof, *reason;
    int64_t created_ms, changed_ms;
};
/* Fills id. ERR_EXISTS: this case has the rule in this country already. */
MUST_USE enum status duty_add(struct duty_row *row, struct store *store, struct err *err);
/*
 * Everything but id, case, rule, country, created_ms. ERR_STALE unless it stands in `from`;
 * ERR_INVALID when it would be met without proof.
 */
MUST_USE enum status duty_save(struct store *store, const struct duty_row *row,
                               enum duty_state from, struct err *err);
/* All of one case, by rule and country. */
MUST_USE enum status duty_list(struct duty_row **out, size_t *count, struct arena *arena,
                               struct store *store, int64_t case_id, struct err *err);
/* An open duty as a board shows it. */
struct duty_open {
    int64_t id, case_id;
    const char *number; /* of its case */
    const char *rule;
    const char *rule_sha256;
    const char *place; /* its country; the jurisdiction when none was said */
    enum duty_state state;
    bool informs;
    bool told;        /* it informs, and an advisory is linked to its case */
    const char *hold; /* rule whose hold keeps its notices back, or NULL */
    const char *owner, *due_safe, *due_legal;
    int64_t safe_ms, legal_ms, start_ms, changed_ms;
    const char *derivation;
};
/* Waiting and running ones, all of them, in no order. */
MUST_USE enum status duty_open_list(struct duty_open **out, size_t *count, struct arena *arena,
                                    struct store *store, struct err *err);
/* Whose next rung is reached, by legal weight: legal_ms, safe_ms, reports first, rule; from behind
 * the first `skip` of them. */
MUST_USE enum status duty_due(struct duty_row **out, size_t *count, struct arena *arena,
                              struct store *store, int64_t now_ms, size_t skip, size_t limit,
                              struct err *err);
/* Running duties to inform whose case has an advisory, by legal weight. */
MUST_USE enum status duty_informing(struct duty_row **out, size_t *count, struct arena *arena,
                                    struct store *store, struct err *err);
/* Duties that stand as met and have no proof: always 0, and store_check says so. */
MUST_USE enum status duty_without_proof(int64_t *out, struct store *store, struct err *err);

struct hold_row {
    int64_t id; /* 0 when new */
    int64_t case_id;
    const char *rule;
    int64_t version;
    const char *jurisdiction;
    const char *kind; /* before_action, await_comment, await_agreement */
    const char *why;  /* rule, undecided */
    enum hold_state state;
    int64_t since_ms;
    int64_t until_ms; /* 0: by proof or by hand */
    int64_t ended_ms; /* 0: it stands */
    const char *how;  /* proof, window, decided, person; NULL while it stands */
    const char *person, *reason, *proof;
};
/* With the countries that it is for. Fills id. ERR_EXISTS. */
MUST_USE enum status hold_add(struct hold_row *row, const char *const *countries, size_t count,
                              struct store *store, struct err *err);
/* Its countries, ascending, one blank between them. */
MUST_USE enum status hold_places(const char **out, struct arena *arena, struct store *store,
                                 int64_t hold_id, struct err *err);
/* All but id, case, rule, and the countries. ERR_STALE unless it stands in `from`. */
MUST_USE enum status hold_save(struct store *store, const struct hold_row *row,
                               enum hold_state from, struct err *err);
MUST_USE enum status hold_list(struct hold_row **out, size_t *count, struct arena *arena,
                               struct store *store, int64_t case_id, struct err *err);
/* Holds that a country's parties wait for, of every case that is linked to this advisory. */
MUST_USE enum status hold_over(struct hold_row **out, size_t *count, struct arena *arena,
                               struct store *store, const char *tracking, struct err *err);
/* Those of them that are, or were, for this country. */
MUST_USE enum status hold_for(struct hold_row **out, size_t *count, struct arena *arena,
                              struct store *store, const char *tracking, const char *country,
                              struct err *err);
/* Tracking ids of the advisories that a standing hold keeps from this country; ascending, once. */
MUST_USE enum status hold_trackings(const char ***out, size_t *count, struct arena *arena,
                                    struct store *store, const char *country, struct err *err);
/* Standing ones whose window is over. */
MUST_USE enum status hold_ripe(struct hold_row **out, size_t *count, struct arena *arena,
                               struct store *store, int64_t now_ms, struct err *err);

/*
 * Make the lanes of a case's advisories held, or not, as its standing holds say; belongs into the
 * transaction of every change of a hold or a link. New lanes are made so by lane_ensure.
 */
MUST_USE enum status hold_settle(struct store *store, int64_t case_id, struct err *err);
MUST_USE enum status lane_is_held(bool *out, struct store *store, int64_t lane_id, struct err *err);
/* Notices of this hold's places that were given leave to go out before it was set. */
MUST_USE enum status hold_left_before(int64_t *out, struct store *store, int64_t hold_id,
                                      struct err *err);

#endif
