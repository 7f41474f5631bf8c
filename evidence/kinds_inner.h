/*
 * evidence/kinds_inner - members of kinds that stand in a file of their own. Internal to evidence/.
 */
#ifndef TOCSIN_EVIDENCE_KINDS_INNER_H
#define TOCSIN_EVIDENCE_KINDS_INNER_H

#include "evidence/kinds.h"
#include "evidence/scan.h"

/*
 * Every member that the kind declares and no other, each null or of its type; one that came later
 * than its kind may be missing. data: all members of an entry's "data", in their order.
 */
bool entry_kind_fits(const struct entry_kind *kind, const struct scan_value *data, size_t count);

/* evidence/kinds_case.c; the sizes are needed where the table is made. */
extern const struct entry_member kind_case_opened[7];
extern const struct entry_member kind_case_assigned[3];
extern const struct entry_member kind_case_state[5];
extern const struct entry_member kind_case_linked[3];
extern const struct entry_member kind_case_message[4];
extern const struct entry_member kind_report_received[9];
extern const struct entry_member kind_case_told[4];
extern const struct entry_member kind_case_closed[4];
extern const struct entry_member kind_case_reviewed[3];
extern const struct entry_member kind_fact_recorded[12];
extern const struct entry_member kind_fact_chosen[3];
extern const struct entry_member kind_decision_recorded[8];
extern const struct entry_member kind_decision_countersigned[2];

/* evidence/kinds_drill.c */
extern const struct entry_member kind_drill_run[14];
extern const struct entry_member kind_drill_finished[8];
extern const struct entry_member kind_drill_signed[2];
extern const struct entry_member kind_drill_failed[3];
extern const struct entry_member kind_canary_due[4];
extern const struct entry_member kind_canary_over[3];

/* evidence/kinds_duty.c */
extern const struct entry_member kind_embargo_released[6];
extern const struct entry_member kind_duty[20];
extern const struct entry_member kind_duty_met[9];
extern const struct entry_member kind_duty_explained[4];
extern const struct entry_member kind_duty_waived[4];
extern const struct entry_member kind_hold_set[10];
extern const struct entry_member kind_hold_over[5];

/* evidence/kinds_log.c */
extern const struct entry_member kind_log_start[3];
extern const struct entry_member kind_log_key[4];
extern const struct entry_member kind_anchor_tsa[7];
extern const struct entry_member kind_epoch_end[13];
extern const struct entry_member kind_heartbeat[2];
extern const struct entry_member kind_personal_erased[9];
extern const struct entry_member kind_clock_set[3];

/* evidence/kinds_policy.c */
extern const struct entry_member kind_policy_written[6];
extern const struct entry_member kind_policy_published[4];

/* evidence/kinds_register.c */
extern const struct entry_member kind_imported[5];
extern const struct entry_member kind_key_pinned[6];
extern const struct entry_member kind_key_changed[7];
extern const struct entry_member kind_key_refused[4];
extern const struct entry_member kind_contact_corrected[5];

#endif
