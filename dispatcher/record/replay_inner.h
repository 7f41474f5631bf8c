/* dispatcher/record/replay_inner - one entry on its way through a replay; between the replay's own
 * files.
 */
#ifndef TOCSIN_DISPATCHER_REPLAY_INNER_H
#define TOCSIN_DISPATCHER_REPLAY_INNER_H

#include "dispatcher/record/replay.h"
#include "evidence/view.h"

struct turn {
    struct replay *replay;
    struct arena *arena; /* of this entry alone */
    struct entry_view view;
    const char *subj;
    const struct log_value *values;
    size_t value_count;
};

const char *turn_text(const struct turn *t, const char *name);
/* The value behind a commitment; *known becomes false when it was erased, else stays. */
const char *turn_personal(bool *known, const struct turn *t, const char *name);

void turn_planned(struct turn *t);
void turn_sealed(struct turn *t, struct book_notice *n);
void turn_held(struct turn *t, struct book_notice *n);
void turn_moved(struct turn *t, struct book_notice *n);
void turn_superseded(struct turn *t, struct book_notice *n);
void turn_cancelled(struct turn *t, struct book_notice *n);
void turn_closed(struct turn *t, struct book_notice *n);
void turn_begin(struct turn *t, struct book_notice *n);
void turn_dot(struct turn *t, struct book_notice *n);
void turn_outcome(struct turn *t, struct book_notice *n);
void turn_report(struct turn *t, struct book_notice *n);
void turn_ack(struct turn *t, struct book_notice *n);
void turn_clock_set(struct turn *t);

void turn_task_opened(struct turn *t);
void turn_task_done(struct turn *t);
void turn_submitted(struct turn *t);
void turn_approved(struct turn *t);
void turn_advisory_superseded(struct turn *t);
void turn_embargo_released(struct turn *t);
void turn_plan_created(struct turn *t);
void turn_plan_finished(struct turn *t);
/* A row of our own is there from now on: a digest, an exercise. */
void turn_issued(struct turn *t);
void turn_drill_run(struct turn *t);
void turn_drill_finished(struct turn *t);
void turn_drill_signed(struct turn *t);
void turn_canary_due(struct turn *t);
void turn_canary_over(struct turn *t);
void turn_digest_turn(struct turn *t);

void turn_case_opened(struct turn *t);
void turn_case_assigned(struct turn *t);
void turn_case_state(struct turn *t);
void turn_case_linked(struct turn *t);
void turn_case_message(struct turn *t);
void turn_report_received(struct turn *t);
void turn_case_told(struct turn *t);
void turn_case_closed(struct turn *t);
void turn_case_reviewed(struct turn *t);
void turn_fact_recorded(struct turn *t);
void turn_fact_chosen(struct turn *t);
void turn_decision_recorded(struct turn *t);
void turn_decision_countersigned(struct turn *t);

void turn_duty_planned(struct turn *t);
void turn_duty_recomputed(struct turn *t);
void turn_duty_met(struct turn *t);
void turn_duty_explained(struct turn *t);
void turn_duty_waived(struct turn *t);
void turn_hold_set(struct turn *t);
void turn_hold_ended(struct turn *t);
void turn_hold_bypassed(struct turn *t);

#endif
