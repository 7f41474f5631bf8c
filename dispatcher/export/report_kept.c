/* What was promised against what was done: our own clocks, and everybody told in time. */
#include "cases/kept.h"
#include "dispatcher/cases/case_show.h"
#include "dispatcher/export/report_inner.h"
#include "dispatcher/paper.h"
#include "evidence/view.h"
#include "policy/policy.h"
#include "store/log.h"

#define HEADS(heads) heads, sizeof(heads) / sizeof((heads)[0])
#define PAGE ((size_t)200)

/* The history of a case, as the acts that moved its clocks. */
static void read_acts(struct kept_matter *out, struct arena *arena, const struct export_case *c)
{
    struct kept_act *acts = NULL;
    for (size_t i = 0; i < c->event_count; i++) {
        const struct case_event *e = &c->events[i];
        struct kept_act act = {.at_ms = e->at_ms};
        if (text_equal(e->what, "assigned"))
            act.what = KEPT_ASSIGNED;
        else if (text_equal(e->what, "told"))
            act.what = KEPT_TOLD;
        else if (text_equal(e->what, "closed"))
            act = (struct kept_act){KEPT_MOVED, CASE_CLOSED, e->at_ms};
        else if (text_equal(e->what, "state") && case_state_of(&act.to, e->said))
            act.what = KEPT_MOVED;
        else
            continue;
        arena_push(arena, &acts, &out->act_count, sizeof act, &act);
    }
    out->acts = acts;
    out->opened_ms = c->row.opened_ms;
    out->has_reporter = c->row.reporter != NULL || c->row.reporter_mail != NULL;
}

/* What was promised when: the log says it each time that another configuration is in force. */
static enum status read_history(struct kept_limits **out, size_t *count, struct arena *arena,
                                const struct report *r, struct err *err)
{
    struct log_line *lines = NULL;
    struct entry_view view;
    int64_t from = 0;
    enum status status = OK;
    *out = NULL;
    *count = 0;
    for (size_t got = PAGE; status == OK && got == PAGE;) {
        status = log_list(&lines, &got, arena, r->app->store, from, r->app->settings->maker.id,
                          PAGE, err);
        for (size_t i = 0; status == OK && i < got; i++) {
            from = lines[i].idx + 1;
            if (!text_equal(lines[i].kind, "config.loaded") || !entry_view(&view, lines[i].line))
                continue;
            const struct kept_limits row = {
                view.at_ms,
                {.acknowledge_days = entry_view_int(&view, "acknowledge_days", -1),
                 .unassigned_ms = entry_view_int(&view, "unassigned_ms", -1),
                 .triage_ms = entry_view_int(&view, "triage_ms", -1),
                 .news_ms = entry_view_int(&view, "news_ms", -1)}};
            if (row.limits.acknowledge_days >= 0) /* an older log does not say it */
                arena_push(arena, out, count, sizeof row, &row);
        }
    }
    return status;
}

enum status report_kept_list(struct kept **out, size_t *count, struct arena *arena,
                             const struct report *r, const struct export_case *c, struct err *err)
{
    struct case_ground ground = {0};
    struct kept_matter matter = {0};
    struct kept_limits *history = NULL;
    size_t changes = 0;
    enum status status = case_ground_open(&ground, r->app, err);
    if (status == OK)
        status = read_history(&history, &changes, arena, r, err);
    if (status == OK) {
        struct case_limits *now = arena_alloc(arena, sizeof *now);
        *now = ground.limits;
        read_acts(&matter, arena, c);
        kept_list_by(out, count, arena, &matter, history, changes, now, &ground.opened.ground,
                     r->scope->now_ms);
    }
    case_ground_close(&ground);
    return status;
}

const char *report_kept_word(const struct kept *k)
{
    if (k->done)
        return k->late ? "late" : "kept";
    if (k->over_ms > 0)
        return k->late ? "late, then fell away" : "fell away";
    return k->late ? "overdue" : "runs";
}

/* eased_ms: till when it would have been in time by what was configured since, or 0. */
static void add_verdict(const struct report *r, const char *word, bool late, int64_t by_ms,
                        int64_t eased_ms)
{
    char text[CLOCK_TEXT];
    if (!late && eased_ms == 0) {
        report_cell(r, word);
        return;
    }
    str_addf(r->out, "<td class=\"waived\">%s", word);
    if (late)
        str_addf(r->out, ": %s", report_span(text, by_ms));
    if (eased_ms > 0)
        str_addf(r->out,
                 "<br><strong>ALARM</strong> made longer while it ran: until <span "
                 "class=\"at\">%s</span>",
                 clock_text(text, eased_ms));
    str_add(r->out, "</td>");
}

static const char *promise_about(enum case_clock clock)
{
    static const char *const about[CASE_CLOCK_COUNT] = {
        [CASE_CLOCK_ACKNOWLEDGE] = "the reporter hears that we have it",
        [CASE_CLOCK_UNASSIGNED] = "the case has an owner",
        [CASE_CLOCK_TRIAGE] = "it is triaged or screened out",
        [CASE_CLOCK_NEWS] = "the reporter hears how it stands"};
    return about[clock];
}

static void add_within(struct str *out, const struct case_limits *limits, enum case_clock clock,
                       const char *country)
{
    switch (clock) {
    case CASE_CLOCK_ACKNOWLEDGE:
        str_addf(out, "%lld working day%s in %s", (long long)limits->acknowledge_days,
                 limits->acknowledge_days == 1 ? "" : "s", country);
        break;
    case CASE_CLOCK_UNASSIGNED:
        report_add_within(out, limits->unassigned_ms);
        break;
    case CASE_CLOCK_TRIAGE:
        report_add_within(out, limits->triage_ms);
        break;
    case CASE_CLOCK_NEWS:
        report_add_within(out, limits->news_ms);
        break;
    case CASE_CLOCK_COUNT:
        break;
    }
}

static void kept_row(const struct report *r, const struct kept *k)
{
    struct str within;
    const int64_t end = k->over_ms > 0 ? k->over_ms : r->scope->now_ms;
    str_init(&within, STR_LIMIT_LINE);
    add_within(&within, k->limits, k->clock, r->app->settings->maker.country);
    if (!k->recorded)
        str_add(&within, "; what was promised when it began is not recorded");
    report_row(r);
    report_cell(r, promise_about(k->clock));
    report_cell(r, str_text(&within));
    report_cell_instant(r, k->from_ms);
    report_cell_instant(r, k->due_ms);
    report_cell_instant(r, k->over_ms);
    add_verdict(r, report_kept_word(k), k->late, end - k->due_ms, k->eased_ms);
    str_dispose(&within);
}

static void add_standing(struct str *out, const struct report_round *round)
{
    switch (report_round_standing(round)) {
    case ROUND_LATE:
        if (round->cancelled > 0)
            str_addf(out, "cancelled by hand: %zu; ", round->cancelled);
        str_addf(out, "%zu of %zu late, the last one by", round->late, round->count);
        break;
    case ROUND_RUNS:
        str_addf(out, "runs: %zu of %zu not told yet", round->untold, round->count);
        if (round->cancelled > 0)
            str_addf(out, "; cancelled by hand: %zu", round->cancelled);
        break;
    case ROUND_NOT_KEPT:
        str_addf(out, "not kept: %zu of %zu cancelled by hand", round->cancelled, round->count);
        break;
    case ROUND_FELL_AWAY:
        if (round->replaced > 0)
            str_addf(out, "fell away: %zu replaced by a newer version", round->replaced);
        else
            str_add(out, "nobody was to be told");
        break;
    case ROUND_KEPT:
        str_add(out, "kept");
        if (round->replaced > 0)
            str_addf(out, "; replaced by a newer version: %zu", round->replaced);
        break;
    }
}

/* Whose law kept some of them waiting when our own time was over. */
static void add_holds(struct str *out, const struct export_case *c, int64_t deadline_ms)
{
    char at[CLOCK_TEXT];
    for (size_t i = 0; i < c->hold_count; i++) {
        const struct hold_row *h = &c->holds[i];
        const bool stood =
            h->since_ms <= deadline_ms && (h->ended_ms == 0 || h->ended_ms > deadline_ms);
        if (!stood)
            continue;
        str_addf(out, "%s%s in %s", out->size > 0 ? "; " : "at its end a hold stood: ", h->rule,
                 h->jurisdiction);
        if (h->ended_ms > 0)
            str_addf(out, ", until %s", clock_text(at, h->ended_ms));
        if (h->reason != NULL)
            str_addf(out, ": %s", h->reason);
    }
}

static void promise_cell(const struct report *r, const char *promise, const struct export_case *c,
                         const struct export_matter *m, const struct report_round *round)
{
    struct str held;
    str_init(&held, STR_LIMIT_TEXT);
    if (round->late > 0)
        add_holds(&held, c, m->row.deadline_ms);
    if (held.size > 0)
        report_cell_pair(r, promise, str_text(&held));
    else
        report_cell(r, promise);
    str_dispose(&held);
}

static void round_row(const struct report *r, const struct export_case *c,
                      const struct export_matter *m)
{
    const struct report_round round = report_round_of(r, m);
    struct str text;
    str_init(&text, STR_LIMIT_LINE);
    report_row(r);
    str_addf(&text, "everybody who must know of %s %s is told", m->row.tracking, m->row.version);
    promise_cell(r, str_text(&text), c, m, &round);
    str_reset(&text);
    report_add_within(&text, m->row.deadline_ms - report_round_from(m));
    if (m->row.embargo_ms > m->row.approved_ms)
        str_add(&text, ", from the end of its embargo on");
    report_cell(r, str_text(&text));
    report_cell_instant(r, report_round_from(m));
    report_cell_instant(r, m->row.deadline_ms);
    report_cell_instant(r, round.told == round.count ? round.last_ms : 0);
    str_reset(&text);
    add_standing(&text, &round);
    add_verdict(r, str_text(&text), round.late > 0, round.late_ms, 0);
    str_dispose(&text);
}

/* Which promises those are, and whether they stand in the policy that was published. */
static void add_basis(const struct report *r, const struct export_case *c)
{
    struct arena *arena = arena_new();
    struct paper paper = {0};
    char at[CLOCK_TEXT], basis[SHA256_HEX];
    const enum status status = paper_current(&paper, arena, r->app->store, NULL);
    str_add(r->out, "<p>Each by the clock that was configured when it began, where that is "
                    "recorded. ");
    if (status == OK) {
        policy_basis(basis, r->app->settings);
        const bool ours = text_equal(basis, paper.basis);
        str_addf(r->out, "%sThe clocks of now are %sthose of the disclosure policy in force%s, ",
                 ours ? "" : "<span class=\"waived\"><strong>ALARM</strong> ",
                 ours ? "" : "<b>not</b> ", ours ? "" : "</span>");
        str_addf(r->out, "written %s%s. ", clock_text(at, paper.written_ms),
                 paper.written_ms > c->row.opened_ms ? ", after this case was opened" : "");
        if (paper.url != NULL)
            str_add(r->out, "It was published at ");
        if (paper.url != NULL)
            report_text(r, paper.url);
    } else
        str_add(r->out, status == ERR_NOT_FOUND ? "No disclosure policy was written."
                                                : "The disclosure policy cannot be read.");
    str_add(r->out, "</p>\n");
    arena_free(arena);
}

enum status report_kept(const struct report *r, const struct export_case *c, struct err *err)
{
    static const char *const heads[] = {"Promised",    "Within",      "From (UTC)",
                                        "Until (UTC)", "Ended (UTC)", "Kept"};
    struct arena *arena = arena_new();
    struct kept *list = NULL;
    size_t count = 0;
    enum status status = report_kept_list(&list, &count, arena, r, c, err);
    str_add(r->out, "<h3>What was promised, and what was kept</h3>\n");
    add_basis(r, c);
    report_table(r, HEADS(heads));
    for (size_t i = 0; i < count; i++)
        kept_row(r, &list[i]);
    for (size_t i = 0; i < r->scope->count; i++) {
        const struct export_matter *m = &r->scope->matters[i];
        if (m->row.approved_ms > 0 && m->row.deadline_ms > 0 &&
            report_case_is_linked(c, m->row.tracking))
            round_row(r, c, m);
    }
    report_table_end(r);
    arena_free(arena);
    return status;
}
