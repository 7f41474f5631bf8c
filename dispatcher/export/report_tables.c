/* Summary, approvals, plan, unanswered; then the long lists: recipients, receipts, attempts, tasks.
 */
#include "dispatcher/export/report_inner.h"
#include "dispatcher/paper.h"

#include <stdio.h>

#define HEADS(heads) heads, sizeof(heads) / sizeof((heads)[0])

static bool shows_ours(const struct report *r)
{
    return r->scope->wish->reader != READER_PARTY;
}

static bool shows_words(const struct report *r)
{
    return r->scope->wish->reader == READER_ALL;
}

/* What was planned, and who let it out before. */
static void add_embargo(const struct report *r, const struct export_matter *m)
{
    char at[CLOCK_TEXT], span[CLOCK_TEXT];
    const struct export_release *e = &m->release;
    if (e->at_ms == 0 && m->row.embargo_ms > 0)
        report_fact(r, m->row.embargo_ms > r->scope->now_ms ? "Embargo until" : "Embargo ended",
                    "%s", clock_text(at, m->row.embargo_ms));
    if (e->at_ms == 0)
        return;
    report_fact(r, "Embargo was planned until", "%s", clock_text(at, e->planned_ms));
    str_addf(r->out,
             "<dt>Embargo ended by hand</dt><dd class=\"waived\"><strong>ALARM</strong> %s, %s "
             "before its time (entry %lld), by ",
             clock_text(at, e->at_ms), report_span(span, e->planned_ms - e->at_ms),
             (long long)e->idx);
    report_text(r, shows_ours(r) ? e->by : REPORT_HIDDEN);
    str_add(r->out, ": ");
    report_text(r, shows_ours(r) ? e->reason : REPORT_HIDDEN);
    str_add(r->out, "</dd>\n");
}

static void add_time_to_tell(const struct report *r, const struct export_matter *m)
{
    char at[CLOCK_TEXT], span[CLOCK_TEXT];
    const struct report_round round = report_round_of(r, m);
    if (m->row.approved_ms > 0)
        report_fact(r, "Approved", "%s", clock_text(at, m->row.approved_ms));
    else
        report_fact(r, "Approved", "not yet");
    if (round.first_ms > 0 && m->row.approved_ms > 0)
        report_fact(r, "From approval to first notice", "%s",
                    report_span(span, round.first_ms - m->row.approved_ms));
    if (round.first_ms > 0)
        report_fact(r, "First notice", "%s", clock_text(at, round.first_ms));
    if (round.last_ms > 0)
        report_fact(r, "Last notice so far", "%s", clock_text(at, round.last_ms));
    if (m->row.deadline_ms > 0)
        report_fact(r, "To be told by", "%s", clock_text(at, m->row.deadline_ms));
    add_embargo(r, m);
    report_fact(r, "Not told yet", "%zu of %zu", round.untold, round.count);
    if (round.cancelled > 0)
        report_fact(r, "Cancelled by hand, not told", "%zu", round.cancelled);
    if (round.replaced > 0)
        report_fact(r, "Replaced by a newer version", "%zu", round.replaced);
    report_fact(r, "Past their deadline", "%zu", round.late);
}

static void add_plan(const struct report *r, const struct export_matter *m)
{
    if (!m->planned) {
        report_fact(r, "Plan", "not made yet");
        return;
    }
    char at[CLOCK_TEXT];
    report_fact(r, "Plan made", "%s", clock_text(at, m->plan.created_ms));
    report_fact(r, "Recipients in the list", "%lld", (long long)m->plan.count);
    report_fact(r, "Left out, each with its reason below", "%lld", (long long)m->plan.left_out);
    report_fact(r, "Root over the whole list", "%s", m->plan.root);
}

static void add_approvals(const struct report *r, const struct export_matter *m)
{
    static const char *const heads[] = {"Person", "Role", "Signed at", "Key",
                                        "Hash of what was signed"};
    str_add(r->out, "<h3>Approvals</h3>\n");
    if (m->approval_count == 0)
        str_add(r->out, "<p>None yet.</p>\n");
    if (m->approval_count == 0)
        return;
    report_table(r, HEADS(heads));
    for (size_t i = 0; i < m->approval_count; i++) {
        const struct approval *a = &m->approvals[i];
        report_row(r);
        report_cell(r, shows_ours(r) ? a->person : REPORT_HIDDEN);
        report_cell(r, role_word(a->role));
        report_cell_instant(r, a->at_ms);
        report_cell(r, shows_words(r) ? a->fpr : REPORT_HIDDEN);
        report_cell(r, shows_ours(r) ? a->sha256 : REPORT_HIDDEN);
    }
    report_table_end(r);
}

static void add_policy(const struct report *r)
{
    struct arena *arena = arena_new();
    struct paper paper = {0};
    char written[CLOCK_TEXT];
    const enum status status = paper_current(&paper, arena, r->app->store, NULL);
    if (status == OK)
        report_fact(r, "Disclosure policy in force", "written %s, SHA-256 %s, %s%s",
                    clock_text(written, paper.written_ms), paper.cvd,
                    paper.url != NULL ? "published at " : "not published as it stands",
                    paper.url != NULL ? paper.url : "");
    else
        report_fact(r, "Disclosure policy in force", "%s",
                    status == ERR_NOT_FOUND ? "" : "cannot be read");
    arena_free(arena);
}

/* What it came of; a party sees nothing of that. */
static void add_cases(const struct report *r, const struct export_matter *m)
{
    static const char *const unknown[] = {"Case", "When the maker became aware",
                                          "Decision, and by whom", "Duties and their clocks",
                                          "What was known and not disclosed"};
    size_t count = 0;
    for (size_t i = 0; i < r->scope->case_count; i++)
        if (report_case_is_linked(&r->scope->cases[i], m->row.tracking)) {
            report_case_short(r, &r->scope->cases[i]);
            count++;
        }
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0] && count == 0; i++)
        report_fact(r, unknown[i], "%s", shows_ours(r) ? "" : REPORT_HIDDEN);
}

void report_summary(const struct report *r, const struct export_matter *m)
{
    str_add(r->out, "<h3>In short</h3>\n<dl>\n");
    add_time_to_tell(r, m);
    add_plan(r, m);
    report_fact(r, "SHA-256 of the advisory", "%s", m->row.sha256);
    add_policy(r);
    add_cases(r, m);
    str_add(r->out, "</dl>\n");
    add_approvals(r, m);
}

static void add_unanswered(const struct report *r, const struct export_matter *m)
{
    static const char *const heads[] = {"Recipient", "Kind",         "Country",
                                        "Told at",   "Best receipt", "Answer wanted by"};
    size_t count = 0;
    size_t asked = 0;
    for (size_t i = 0; i < m->notice_count; i++) {
        count += report_waits_for_answer(&m->notices[i]);
        asked += report_counts(&m->notices[i]);
    }
    str_addf(r->out, "<h3>Who has not answered: %zu of %zu</h3>\n", count, asked);
    if (count == 0)
        return;
    report_table(r, HEADS(heads));
    for (size_t i = 0; i < m->notice_count; i++) {
        const struct export_notice *n = &m->notices[i];
        if (!report_waits_for_answer(n))
            continue;
        report_row(r);
        report_cell(r, n->row.party);
        report_cell(r, n->lane != NULL ? party_kind_word(n->lane->kind) : NULL);
        report_cell(r, n->lane != NULL ? n->lane->jurisdiction : NULL);
        report_cell_instant(r, report_told_ms(n));
        report_cell(r, grade_word(n->row.grade));
        report_cell_instant(r, n->row.answer_by_ms);
    }
    report_table_end(r);
}

static void add_recipients(const struct report *r, const struct export_matter *m)
{
    static const char *const heads[] = {
        "Recipient", "Kind, notice",  "Protection, route",    "Address",
        "Told at",   "To be told by", "Best receipt, answer", "State"};
    str_addf(r->out, "<h3>Who was told: %zu notice%s</h3>\n", m->notice_count,
             m->notice_count == 1 ? "" : "s");
    report_table(r, HEADS(heads));
    for (size_t i = 0; i < m->notice_count; i++) {
        const struct notice *n = &m->notices[i].row;
        const struct lane *lane = m->notices[i].lane;
        report_row(r);
        report_cell(r, n->party);
        report_cell_pair(r, lane != NULL ? party_kind_word(lane->kind) : NULL,
                         notice_kind_word(n->kind));
        report_cell_pair(r, level_word(n->level), route_word(n->route));
        report_cell(r, shows_words(r) ? n->address : REPORT_HIDDEN);
        report_cell_instant(r, report_told_ms(&m->notices[i]));
        report_cell_instant(r, n->deadline_ms);
        report_cell_pair(r, grade_word(n->grade), n->answer);
        report_cell(r, notice_state_word(n->state));
        str_add_c(r->out, '\n');
    }
    report_table_end(r);
}

static void add_receipts(const struct report *r, const struct export_matter *m)
{
    static const char *const heads[] = {"Recipient", "At",   "Grade",          "How",
                                        "Units",     "What", "Proof (SHA-256)"};
    str_add(r->out, "<h3>What came back</h3>\n<p>What our relay said when it took a message over "
                    "stands under Attempts.</p>\n");
    report_table(r, HEADS(heads));
    for (size_t i = 0; i < m->notice_count; i++)
        for (size_t k = 0; k < m->notices[i].receipt_count; k++) {
            const struct receipt_row *c = &m->notices[i].receipts[k];
            char units[24] = "";
            if (c->grade == GRADE_TAKEN)
                continue;
            if (c->units >= 0)
                (void)snprintf(units, sizeof units, "%lld", (long long)c->units);
            report_row(r);
            report_cell(r, m->notices[i].row.party);
            report_cell_instant(r, c->at_ms);
            report_cell(r, grade_word(c->grade));
            report_cell(r, c->how);
            report_cell(r, units);
            report_cell(r, shows_words(r) ? c->detail : REPORT_HIDDEN);
            report_cell(r, shows_words(r) ? c->sha256 : REPORT_HIDDEN);
            str_add_c(r->out, '\n');
        }
    report_table_end(r);
}

static void add_attempts(const struct report *r, const struct export_matter *m)
{
    static const char *const heads[] = {"Recipient", "Begun", "Handed over", "Ended",
                                        "Verdict",   "Code",  "Reply",       "TLS"};
    str_add(r->out, "<h3>Attempts</h3>\n");
    report_table(r, HEADS(heads));
    for (size_t i = 0; i < m->notice_count; i++)
        for (size_t k = 0; k < m->notices[i].attempt_count; k++) {
            const struct attempt *a = &m->notices[i].attempts[k];
            report_row(r);
            report_cell(r, m->notices[i].row.party);
            report_cell_instant(r, a->begin_ms);
            report_cell_instant(r, a->dot_ms);
            report_cell_instant(r, a->end_ms);
            report_cell(r, a->verdict);
            report_cell_int(r, a->code);
            report_cell(r, shows_words(r) ? a->said : REPORT_HIDDEN);
            report_cell(r, a->tls);
            str_add_c(r->out, '\n');
        }
    report_table_end(r);
}

static void add_tasks(const struct report *r, const struct export_matter *m)
{
    static const char *const heads[] = {"Task",   "Kind", "What", "Owner",   "Recipients",
                                        "Opened", "By",   "Done", "Done by", "Reference"};
    str_addf(r->out, "<h3>Tasks of people: %zu</h3>\n", m->task_count);
    if (m->task_count == 0)
        return;
    report_table(r, HEADS(heads));
    for (size_t i = 0; i < m->task_count; i++) {
        const struct task *t = &m->tasks[i];
        report_row(r);
        report_cell_int(r, t->id);
        report_cell(r, task_kind_word(t->kind));
        report_cell(r, shows_words(r) ? t->title : REPORT_HIDDEN); /* may quote a reply */
        report_cell(r, t->owner);
        report_cell_int(r, t->items);
        report_cell_instant(r, t->opened_ms);
        report_cell_instant(r, t->deadline_ms);
        report_cell_instant(r, t->done_ms);
        report_cell(r, t->done_by);
        report_cell(r, t->done_ref);
    }
    report_table_end(r);
}

static void add_left_out(const struct report *r, const struct export_matter *m)
{
    static const char *const heads[] = {"Party", "Comparison, market or rule"};
    str_addf(r->out, "<h3>Left out, and why: %zu</h3>\n", m->left_count);
    if (m->left_count == 0)
        return;
    report_table(r, HEADS(heads));
    for (size_t i = 0; i < m->left_count; i++) {
        report_row(r);
        report_cell(r, m->left_out[i].party);
        report_cell(r, m->left_out[i].comparison);
    }
    report_table_end(r);
}

void report_lists(const struct report *r, const struct export_matter *m)
{
    str_add(r->out, "<h2 class=\"page\">Lists: ");
    report_text(r, m->row.tracking);
    str_add(r->out, " ");
    report_text(r, m->row.version);
    str_add(r->out, "</h2>\n");
    add_unanswered(r, m);
    add_recipients(r, m);
    add_receipts(r, m);
    if (shows_ours(r)) {
        add_tasks(r, m);
        add_left_out(r, m);
    }
    add_attempts(r, m);
}
