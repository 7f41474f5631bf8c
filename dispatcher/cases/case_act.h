/*
 * dispatcher/cases/case_act - what can be done with a case: its rows and its entry, together.
 *
 * Every function runs inside the caller's open transaction (app_begin or app_item), changes *row
 * to what stands in the store, and records. Who may do it is asked by the caller (op_case), what
 * may be done here (cases/stand, cases/closing).
 */
#ifndef TOCSIN_DISPATCHER_CASE_ACT_H
#define TOCSIN_DISPATCHER_CASE_ACT_H

#include "cases/closing.h"
#include "dispatcher/app.h"
#include "store/case.h"

/* What cases/ knows of a row, and back into it. */
struct case_stand case_stand_of(const struct case_file *row);
void case_stand_into(struct case_file *row, const struct case_stand *stand);

struct case_opening {
    enum case_source source;
    const char *how;                      /* command, mail */
    const char *by;                       /* id of a person of ours; NULL: it came by mail */
    const char *title;                    /* NULL: not said */
    const char *reporter, *reporter_mail; /* both NULL: nobody that could be told */
};
/* A new case with the next number of the year. Texts of *out are in arena, or those of opening. */
MUST_USE enum status case_act_open(struct case_file *out, struct arena *arena, struct app *app,
                                   const struct case_opening *opening, struct err *err);
MUST_USE enum status case_act_assign(struct app *app, struct case_file *row, const char *owner,
                                     const char *by, const char *reason, struct err *err);
/* Not to closed. by NULL: the automatic answer. ERR_REFUSED: with where it may go. */
MUST_USE enum status case_act_move(struct app *app, struct case_file *row, enum case_state to,
                                   const char *by, const char *reason, struct err *err);
/* The reporter was told; how: mail, phone, letter, other. sha256: blob of the text, or NULL. */
MUST_USE enum status case_act_told(struct app *app, struct case_file *row, const char *how,
                                   const char *by, const char *reason, const char *sha256,
                                   struct err *err);
/* One text more in its thread; message_id and address may be NULL. out_sha256 may be NULL. */
struct case_text {
    enum message_way way;
    struct bytes text;
    const char *message_id; /* without <> */
    const char *address;
};
MUST_USE enum status case_act_text(char out_sha256[65], struct app *app,
                                   const struct case_file *row, const struct case_text *text,
                                   struct err *err);
/* ERR_EXISTS when it is linked already. */
MUST_USE enum status case_act_link(struct app *app, const struct case_file *row,
                                   enum link_kind kind, const char *ref, const char *by,
                                   struct err *err);
/* What of closing is wanting (cases/closing); outcome: as said, or NULL. Its words live in arena.
 */
MUST_USE enum status case_closing(struct closing *out, struct arena *arena,
                                  const struct case_stand *stand, struct app *app,
                                  const struct case_file *row, const char *outcome,
                                  struct err *err);
/* closing_lacks was asked, and lacked nothing. */
MUST_USE enum status case_act_close(struct app *app, struct case_file *row, const char *outcome,
                                    const char *by, enum role role, struct err *err);

/* case_know.c: facts and decisions. Fill id. */
MUST_USE enum status case_act_fact(struct app *app, const struct case_file *row,
                                   struct case_fact *fact, struct err *err);
MUST_USE enum status case_act_choose(struct app *app, const struct case_file *row, int64_t fact_id,
                                     const char *by, const char *reason, struct err *err);
MUST_USE enum status case_act_decide(struct app *app, const struct case_file *row,
                                     struct case_decision *decision, struct err *err);
MUST_USE enum status case_act_countersign(struct app *app, const struct case_file *row,
                                          const char *jurisdiction, const char *by,
                                          struct err *err);

/* By its number, as people write it, or its uid. ERR_NOT_FOUND, ERR_INVALID. */
MUST_USE enum status case_named(struct case_file *out, struct arena *arena, struct store *store,
                                const char *name, struct err *err);

#endif
