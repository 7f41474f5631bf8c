/* One advisory over its versions: which there were, who approved each, what took its place, which
 * digests spoke of it; and its standing in numbers, as authorities ask for it. */
#include "dispatcher/back/answer.h"
#include "dispatcher/export/report_inner.h"

#include <stdio.h>
#include <string.h>

#define HEADS(heads) heads, sizeof(heads) / sizeof((heads)[0])

static bool is_first_of(const struct report *r, size_t which)
{
    for (size_t i = 0; i < which; i++)
        if (strcmp(r->scope->matters[i].row.tracking, r->scope->matters[which].row.tracking) == 0)
            return false;
    return true;
}

/* The one that was approved next: with it the older one went out of force. NULL: none yet. */
static const struct advisory *successor(const struct report *r, const struct advisory *row)
{
    const struct advisory *next = NULL;
    for (size_t i = 0; i < r->scope->count; i++) {
        const struct advisory *other = &r->scope->matters[i].row;
        if (strcmp(other->tracking, row->tracking) != 0 || other->id == row->id ||
            other->approved_ms == 0 || other->approved_ms < row->approved_ms ||
            (other->approved_ms == row->approved_ms && other->id < row->id))
            continue;
        if (next == NULL || other->approved_ms < next->approved_ms)
            next = other;
    }
    return next;
}

static void cell_approvals(const struct report *r, const struct export_matter *m)
{
    char at[CLOCK_TEXT];
    const bool ours = r->scope->wish->reader != READER_PARTY;
    str_add(r->out, "<td>");
    for (size_t i = 0; i < m->approval_count; i++) {
        str_add(r->out, i > 0 ? "<br>" : "");
        report_text(r, ours ? m->approvals[i].person : REPORT_HIDDEN);
        str_addf(r->out, " (%s), <span class=\"at\">%s</span>", role_word(m->approvals[i].role),
                 clock_text(at, m->approvals[i].at_ms));
    }
    str_add(r->out, m->approval_count == 0 ? "nobody yet</td>" : "</td>");
}

static void cell_successor(const struct report *r, const struct advisory *row)
{
    char at[CLOCK_TEXT];
    const struct advisory *next = row->state == ADVISORY_SUPERSEDED ? successor(r, row) : NULL;
    if (next == NULL) {
        report_cell(r, row->state == ADVISORY_SUPERSEDED ? "not recorded" : "-");
        return;
    }
    report_cell_pair(r, next->version, clock_text(at, next->approved_ms));
}

static size_t told_of(const struct export_matter *m)
{
    size_t told = 0;
    for (size_t i = 0; i < m->notice_count; i++)
        told += report_counts(&m->notices[i]) && report_told_ms(&m->notices[i]) > 0;
    return told;
}

static void add_versions(const struct report *r, const char *tracking)
{
    static const char *const heads[] = {
        "Version",     "Taken in",      "Approved by",         "State",
        "Gave way to", "Notices, told", "SHA-256 of its bytes"};
    char notices[64];
    str_add(r->out, "<h3>Its versions</h3>\n");
    report_table(r, HEADS(heads));
    for (size_t i = r->scope->count; i > 0; i--) { /* the oldest first */
        const struct export_matter *m = &r->scope->matters[i - 1];
        if (strcmp(m->row.tracking, tracking) != 0)
            continue;
        (void)snprintf(notices, sizeof notices, "%zu, %zu", m->notice_count, told_of(m));
        report_row(r);
        report_cell(r, m->row.version);
        report_cell_instant(r, m->row.submitted_ms);
        cell_approvals(r, m);
        report_cell(r, advisory_state_word(m->row.state));
        cell_successor(r, &m->row);
        report_cell(r, notices);
        report_cell(r, m->row.sha256);
    }
    report_table_end(r);
}

/* What a digest says elsewhere is not shown: its hash leads to its entry, digest.issued. */
static void add_digests(const struct report *r, const char *tracking)
{
    static const char *const heads[] = {"Digest of",    "Version",
                                        "Said as",      "How much",
                                        "Notices, out", "SHA-256 of the digest (digest.issued)"};
    char notices[64];
    size_t count = 0;
    for (size_t i = 0; i < r->scope->carried_count; i++)
        count += strcmp(r->scope->carried[i].tracking, tracking) == 0;
    str_addf(r->out, "<h3>Digests that spoke of it: %zu</h3>\n", count);
    if (count == 0)
        return;
    report_table(r, HEADS(heads));
    for (size_t i = 0; i < r->scope->carried_count; i++) {
        const struct export_carried *c = &r->scope->carried[i];
        if (strcmp(c->tracking, tracking) != 0)
            continue;
        (void)snprintf(notices, sizeof notices, "%lld, %lld", (long long)c->notices,
                       (long long)c->out);
        report_row(r);
        report_cell_instant(r, c->run_ms);
        report_cell(r, c->version);
        report_cell(r, c->section);
        report_cell(r, c->whole ? "title, severity and what changed" : "a reference only");
        report_cell(r, notices);
        report_cell(r, c->sha256);
    }
    report_table_end(r);
}

void report_story(const struct report *r, size_t which)
{
    const char *tracking = r->scope->matters[which].row.tracking;
    if (!is_first_of(r, which))
        return;
    str_add(r->out, "<h2>");
    report_text(r, tracking);
    str_add(r->out, ": its story</h2>\n");
    add_versions(r, tracking);
    add_digests(r, tracking);
}

/* As 21 CFR 7.53(b) wants it: who was told how, who answered, with how many devices, who did not.
 */
void report_standing(const struct report *r, const struct export_matter *m)
{
    char line[160];
    size_t sent[ROUTE_COUNT] = {0};
    const struct report_round round = report_round_of(r, m);
    size_t asked = 0, open = 0, stopped = 0;
    int64_t units = 0, in_turn = 0;
    size_t suppliers = 0, counted = 0;
    for (size_t i = 0; i < m->notice_count; i++) {
        const struct export_notice *n = &m->notices[i];
        const bool supplies = n->lane != NULL && answer_of_supplier(n->lane->kind);
        int64_t most = -1;
        asked += report_counts(n);
        stopped += report_counts(n) && report_was_stopped(n) && report_answered_ms(n) == 0;
        open += report_waits_for_answer(n);
        if (report_counts(n) && report_told_ms(n) > 0)
            sent[n->row.route]++;
        for (size_t k = 0; k < n->receipt_count; k++)
            most = n->receipts[k].units > most ? n->receipts[k].units : most;
        suppliers += supplies && report_counts(n);
        counted += supplies && report_counts(n) && most >= 0;
        if (most > 0 && supplies)
            in_turn += most;
        else if (most > 0)
            units += most;
    }
    str_add(r->out, "<h3>Its standing in numbers (21 CFR 7.53)</h3>\n<dl>\n");
    for (size_t i = 0; i < ROUTE_COUNT; i++)
        if (sent[i] > 0) {
            (void)snprintf(line, sizeof line, "Told by %s", route_word((enum route)i));
            report_fact(r, line, "%zu", sent[i]);
        }
    report_fact(r, "Not told yet", "%zu", round.untold);
    report_fact(r, "Cancelled by hand", "%zu", round.cancelled);
    report_fact(r, "Replaced by a newer version", "%zu", round.replaced);
    report_fact(r, "Notices that want an answer", "%zu", asked);
    report_fact(r, "Answered", "%zu", asked - open - stopped);
    report_fact(r, "Not answered", "%zu", open);
    report_fact(r, "Devices that answers speak of", "%lld", (long long)units);
    if (suppliers > 0) {
        report_fact(r, "Notices to importers and distributors", "%zu", suppliers);
        report_fact(r, "Of them said how many they told in turn", "%zu", counted);
        report_fact(r, "Whom they told in turn, by their word", "%lld", (long long)in_turn);
    }
    str_add(r->out, "</dl>\n");
}
