#include "store/postgresql_inner.h"

/*
 * PostgreSQL keeps foreign keys itself and has no command that checks them afresh; a restored dump
 * or a replication role can have gone around them. One statement per key of the schema: a test
 * proves that none is missing.
 */
#define FOREIGN(table, column, parent, parent_column)                                              \
    {                                                                                              \
#table, #parent,                                                                           \
            "SELECT 'x' FROM " #table " c WHERE c." #column " IS NOT NULL AND NOT EXISTS "         \
            "(SELECT 1 FROM " #parent " p WHERE p." #parent_column " = c." #column ") LIMIT 1"     \
    }

static const struct {
    const char *table, *parent, *sql;
} foreign[] = {
    FOREIGN(contact, party, party, id),
    FOREIGN(installed, party, party, id),
    FOREIGN(correction, party, party, id),
    FOREIGN(key, party, party, id),
    FOREIGN(key, cert, blob, sha256),
    FOREIGN(advisory, sha256, blob, sha256),
    FOREIGN(advisory, order_sha256, blob, sha256),
    FOREIGN(approval, advisory_id, advisory, id),
    FOREIGN(approval, sha256, blob, sha256),
    FOREIGN(plan, advisory_id, advisory, id),
    FOREIGN(left_out, advisory_id, advisory, id),
    FOREIGN(lane, advisory_id, advisory, id),
    FOREIGN(task, advisory_id, advisory, id),
    FOREIGN(task, proof, blob, sha256),
    FOREIGN(notice, advisory_id, advisory, id),
    FOREIGN(notice, lane_id, lane, id),
    FOREIGN(notice, parcel_id, parcel, id),
    FOREIGN(notice, attempt_id, attempt, id),
    FOREIGN(notice, task_id, task, id),
    FOREIGN(parcel, notice_id, notice, id),
    FOREIGN(parcel, sha256, blob, sha256),
    FOREIGN(parcel, plain, blob, sha256),
    FOREIGN(attempt, notice_id, notice, id),
    FOREIGN(attempt, parcel_id, parcel, id),
    FOREIGN(attempt, transcript, blob, sha256),
    FOREIGN(receipt, notice_id, notice, id),
    FOREIGN(receipt, sha256, blob, sha256),
    FOREIGN(inbound, sha256, blob, sha256),
    FOREIGN(inbound, notice_id, notice, id),
    FOREIGN(task_item, task_id, task, id),
    FOREIGN(task_item, notice_id, notice, id),
    FOREIGN(evidence_value, idx, evidence, idx),
    FOREIGN(stamp, size, checkpoint, size),
    FOREIGN(stamp, roots, blob, sha256),
    FOREIGN(held, sha256, blob, sha256),
    FOREIGN(held, order_sha256, blob, sha256),
    FOREIGN(case_event, case_id, case_file, id),
    FOREIGN(case_event, sha256, blob, sha256),
    FOREIGN(case_fact, case_id, case_file, id),
    FOREIGN(case_fact, supersedes, case_fact, id),
    FOREIGN(case_fact, from_fact, case_fact, id),
    FOREIGN(case_decision, case_id, case_file, id),
    FOREIGN(case_decision, proof, blob, sha256),
    FOREIGN(case_decision, supersedes, case_decision, id),
    FOREIGN(case_link, case_id, case_file, id),
    FOREIGN(case_message, case_id, case_file, id),
    FOREIGN(case_message, sha256, blob, sha256),
    FOREIGN(duty, case_id, case_file, id),
    FOREIGN(duty, proof, blob, sha256),
    FOREIGN(hold, case_id, case_file, id),
    FOREIGN(hold, proof, blob, sha256),
    FOREIGN(hold_place, hold_id, hold, id),
    FOREIGN(report, sha256, blob, sha256),
    FOREIGN(report, case_id, case_file, id),
    FOREIGN(report, text_sha256, blob, sha256),
    FOREIGN(report, notice_id, notice, id),
    FOREIGN(report_part, report_id, report, id),
    FOREIGN(report_part, sha256, blob, sha256),
    FOREIGN(digest_turn, notice_id, notice, id),
    FOREIGN(digest_turn, base_id, notice, id),
    FOREIGN(drill, advisory_id, advisory, id),
    FOREIGN(drill, of_id, advisory, id),
    FOREIGN(drill, report, blob, sha256),
    FOREIGN(drill, facts, blob, sha256),
    FOREIGN(drill, signed, blob, sha256),
    FOREIGN(canary, advisory_id, advisory, id),
    FOREIGN(canary, notice_id, notice, id),
};
const size_t postgresql_foreign_count = sizeof foreign / sizeof foreign[0];

enum status postgresql_check(struct driver *driver, struct err *err)
{
    struct postgresql *p = (struct postgresql *)driver;
    enum status status = OK;
    struct str found;
    str_init(&found, STR_LIMIT_LINE);
    for (size_t i = 0; i < postgresql_foreign_count && status == OK; i++) {
        status = postgresql_ask(p, foreign[i].sql, &found, err);
        if (status == OK && found.size > 0)
            status = err_set(err, ERR_CORRUPT,
                             "PostgreSQL: a row of table %s points to nothing in %s: restore the "
                             "database from the backup",
                             foreign[i].table, foreign[i].parent);
    }
    str_dispose(&found);
    return status;
}
