/* report.csv: a row for each notice, to sort and filter. */
#include "base/csv.h"
#include "dispatcher/export/report_inner.h"

static void add_instant(struct str *out, int64_t ms)
{
    char text[CLOCK_TEXT];
    csv_add_field(out, ms > 0 ? clock_text(text, ms) : NULL, false);
}

static void add_notice(struct str *out, const struct export_scope *scope,
                       const struct export_matter *m, const struct export_notice *n)
{
    const struct notice *row = &n->row;
    csv_add_field(out, m->row.tracking, false);
    csv_add_field(out, m->row.version, false);
    csv_add_field(out, row->party, false);
    csv_add_field(out, n->lane != NULL ? party_kind_word(n->lane->kind) : NULL, false);
    csv_add_field(out, n->lane != NULL ? n->lane->jurisdiction : NULL, false);
    csv_add_field(out, notice_kind_word(row->kind), false);
    csv_add_field(out, level_word(row->level), false);
    csv_add_field(out, route_word(row->route), false);
    csv_add_field(out, scope->wish->reader == READER_ALL ? row->address : NULL, false);
    add_instant(out, row->created_ms);
    add_instant(out, row->deadline_ms);
    add_instant(out, report_told_ms(n));
    csv_add_field(out, grade_word(row->grade), false);
    csv_add_field(out, row->answer, false);
    add_instant(out, report_answered_ms(n));
    csv_add_field(out, notice_state_word(row->state), false);
    csv_add_field(out, row->uid, true);
}

enum status report_csv(struct str *out, const struct export_scope *scope, struct err *err)
{
    str_add(out, "advisory,version,party,kind,country,notice,protection,route,address,planned_at,"
                 "told_by,told_at,receipt,answer,answered_at,state,notice_id\r\n");
    for (size_t i = 0; i < scope->count; i++)
        for (size_t k = 0; k < scope->matters[i].notice_count; k++)
            add_notice(out, scope, &scope->matters[i], &scope->matters[i].notices[k]);
    return str_ok(out)
               ? OK
               : err_set(err, ERR_LIMIT, "report.csv: too long: export one advisory at a time");
}
