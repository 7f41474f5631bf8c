/*
 * dispatcher/cases/case_rows - all that the store has beside the row of one case.
 */
#ifndef TOCSIN_DISPATCHER_CASE_ROWS_H
#define TOCSIN_DISPATCHER_CASE_ROWS_H

#include "store/case.h"

struct case_rows {
    struct case_event *events;
    struct case_fact *facts;
    struct case_decision *decisions;
    struct case_link *links;
    struct case_message *messages;
    size_t event_count, fact_count, decision_count, link_count, message_count;
};
MUST_USE enum status case_rows_read(struct case_rows *out, struct arena *arena, struct store *store,
                                    int64_t case_id, struct err *err);

#endif
