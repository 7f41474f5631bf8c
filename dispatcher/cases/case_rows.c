#include "dispatcher/cases/case_rows.h"

enum status case_rows_read(struct case_rows *out, struct arena *arena, struct store *store,
                           int64_t case_id, struct err *err)
{
    *out = (struct case_rows){0};
    enum status status =
        case_event_list(&out->events, &out->event_count, arena, store, case_id, err);
    if (status == OK)
        status = case_fact_list(&out->facts, &out->fact_count, arena, store, case_id, err);
    if (status == OK)
        status =
            case_decision_list(&out->decisions, &out->decision_count, arena, store, case_id, err);
    if (status == OK)
        status = case_link_list(&out->links, &out->link_count, arena, store, case_id, err);
    if (status == OK)
        status = case_message_list(&out->messages, &out->message_count, arena, store, case_id, err);
    return status;
}
