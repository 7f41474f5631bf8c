/*
 * dispatcher/duties/duty_keep - keeps the duties and holds of a case as its facts and decisions
 * say.
 *
 * Each function runs inside the caller's open transaction; rows, lanes and entries change together,
 * so that no notice leaves between a decision and the hold that follows from it.
 */
#ifndef TOCSIN_DISPATCHER_DUTY_KEEP_H
#define TOCSIN_DISPATCHER_DUTY_KEEP_H

#include "base/json_out.h"
#include "dispatcher/duties/duty_book.h"
#include "store/case.h"
#include "store/duty.h"

/*
 * Compute the case anew: after a fact, a decision, a link, a proof. Rules that cannot be read leave
 * everything as it stands, one that may not be used what stands by it, and open a task: what was
 * recorded is never lost over them. book: opened before the transaction began.
 */
MUST_USE enum status duty_refresh(struct app *app, const struct case_file *row,
                                  const struct duty_book *book, struct err *err);

/* What a person hands in, or says; duty_refresh follows. */
struct duty_word {
    const char *rule;    /* or, for a hold, the jurisdiction */
    const char *country; /* NULL: the only one */
    const char *by, *reason, *number;
    int64_t at_ms;      /* when it was handed in */
    struct bytes proof; /* empty: none */
};
/*
 * It is met. ERR_REFUSED without proof and number, late without reason, when met already. What
 * notices met late gets its reason by this, and nothing else.
 */
MUST_USE enum status duty_report(struct app *app, const struct case_file *row,
                                 const struct duty_word *word, struct str *out, struct err *err);
/* The rule's condition does not hold, says a person. */
MUST_USE enum status duty_waive(struct app *app, const struct case_file *row,
                                const struct duty_word *word, struct str *out, struct err *err);
/* Every standing hold of a jurisdiction ends, with proof, or is bypassed: an alarm. */
MUST_USE enum status hold_by_hand(struct app *app, const struct case_file *row,
                                  const struct duty_word *word, bool bypass, struct str *out,
                                  struct err *err);

/* The entries (duty_note.c). subj: uid of the case; was: NULL when it is new. */
MUST_USE enum status duty_record(struct app *app, const char *subj, const char *kind,
                                 const struct duty_row *row, const struct duty_row *was,
                                 struct err *err);
MUST_USE enum status duty_record_met(struct app *app, const char *subj, const struct duty_row *duty,
                                     struct err *err);
/* Why notices met it late, and who says so. */
MUST_USE enum status duty_record_explained(struct app *app, const char *subj,
                                           const struct duty_row *duty, struct err *err);
/* The entry of a hold as it stands now; subj: uid of the case. */
MUST_USE enum status duty_record_hold(struct app *app, const char *subj, const struct hold_row *row,
                                      struct err *err);

/* Duties and holds of a case as they stand. */
struct case_duties {
    struct duty_row *duties;
    struct hold_row *holds;
    size_t count, hold_count;
};
MUST_USE enum status case_duties_read(struct case_duties *out, struct arena *arena, struct app *app,
                                      const struct case_file *row, struct err *err);
/* For people; all: with each rule that would bring more and may not be used, else how many. */
MUST_USE enum status duty_print(struct str *out, struct app *app, const struct case_file *row,
                                bool all, struct err *err);
/* The members "duties" and "holds". */
MUST_USE enum status duty_json(struct json_out *j, struct app *app, const struct case_file *row,
                               struct err *err);
/* Those that are others than they were; unused: how many rules of this book may not be used, or
 * NULL. */
MUST_USE enum status duty_print_new(struct str *out, struct app *app, const struct case_file *row,
                                    const struct case_duties *was, const struct duty_book *unused,
                                    struct err *err);
/* Open duties of all cases, the most urgent first; ical: as an iCalendar file. */
MUST_USE enum status duty_board_print(struct str *out, struct app *app, bool ical, struct err *err);
/* One hold, a line of it. */
void hold_print_one(struct str *out, const struct hold_row *hold);
/* What of an advisory waits for whom, for `plan`. */
MUST_USE enum status hold_print(struct str *out, struct app *app, const char *tracking,
                                struct err *err);

#endif
