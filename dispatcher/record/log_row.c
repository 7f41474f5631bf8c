#include "dispatcher/record/log_row.h"

#include "evidence/view.h"

static const char *fault(const struct log_line *row)
{
    struct entry_view view;
    if (!entry_view(&view, row->line) || view.idx != row->idx)
        return "idx";
    if (view.at_ms != row->at_ms)
        return "at_ms";
    if (row->kind == NULL || !entry_view_is(&view, row->kind))
        return "kind";
    if (row->subj == NULL || !bytes_equal(view.subj, bytes_of(row->subj)))
        return "subj";
    return NULL;
}

enum status log_row_check(const struct log_line *row, struct err *err)
{
    const char *column = fault(row);
    if (column == NULL)
        return OK;
    return err_set(err, ERR_REFUSED,
                   "bad: entry %lld: column %s: not what its line says: the store is damaged, or "
                   "somebody changed it",
                   (long long)row->idx, column);
}
