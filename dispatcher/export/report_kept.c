/* What was promised against what was done: our own clocks, and everybody told in time. */
#include "cases/kept.h"
#include "dispatcher/cases/case_show.h"
#include "dispatcher/export/report_inner.h"
#include "dispatcher/paper.h"
#include "policy/policy.h"
#include "policy/span.h"

#define HEADS(heads) heads, sizeof(heads) / sizeof((heads)[0])

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

enum status report_kept_list(struct kept **out, size_t *count, struct arena *arena,
                             const struct report *r, const struct export_case *c, struct err *err)
{
    struct case_ground ground = {0};
    struct kept_matter matter = {0};
    enum status status = case_ground_open(&ground, r->app, err);
    if (status == OK) {
        read_acts(&matter, arena, c);
        kept_list(out, count, arena, &matter, &ground.limits, &ground.opened.ground,
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

static void add_verdict(const struct report *r, const char *word, bool late, int64_t by_ms)
{
    char span[CLOCK_TEXT];
    if (late)
        str_addf(r->out, "<td class=\"waived\">%s: %s</td>", word, duration_text(span, by_ms));
    else
        report_cell(r, word);
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

static void add_within(struct str *out, const struct settings *s, enum case_clock clock)
{
    switch (clock) {
    case CASE_CLOCK_ACKNOWLEDGE:
        str_addf(out, "%lld working day%s in %s", (long long)s->cases.acknowledge_days,
                 s->cases.acknowledge_days == 1 ? "" : "s", s->maker.country);
        break;
    case CASE_CLOCK_UNASSIGNED:
        policy_add_span(out, s->cases.unassigned_ms);
        break;
    case CASE_CLOCK_TRIAGE:
        policy_add_span(out, s->cases.triage_ms);
        break;
    case CASE_CLOCK_NEWS:
        policy_add_span(out, s->cases.news_ms);
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
    add_within(&within, r->app->settings, k->clock);
    report_row(r);
    report_cell(r, promise_about(k->clock));
    report_cell(r, str_text(&within));
    report_cell_instant(r, k->from_ms);
    report_cell_instant(r, k->due_ms);
    report_cell_instant(r, k->over_ms);
    add_verdict(r, report_kept_word(k), k->late, end - k->due_ms);
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
    policy_add_span(&text, m->row.deadline_ms - m->row.approved_ms);
    report_cell(r, str_text(&text));
    report_cell_instant(r, m->row.approved_ms);
    report_cell_instant(r, m->row.deadline_ms);
    report_cell_instant(r, round.told == round.count ? round.last_ms : 0);
    str_reset(&text);
    add_standing(&text, &round);
    add_verdict(r, str_text(&text), round.late > 0, round.late_ms);
    str_dispose(&text);
}

/* Which promises those are, and whether they stand in the policy that was published. */
static void add_basis(const struct report *r, const struct export_case *c)
{
    struct arena *arena = arena_new();
    struct paper paper = {0};
    char at[CLOCK_TEXT], basis[SHA256_HEX];
    const enum status status = paper_current(&paper, arena, r->app->store, NULL);
    str_add(r->out, "<p>By the clocks that are configured now. ");
    if (status == OK) {
        policy_basis(basis, r->app->settings);
        str_addf(r->out, "They are %sthose of the disclosure policy in force, written %s%s. ",
                 text_equal(basis, paper.basis) ? "" : "<b>not</b> ",
                 clock_text(at, paper.written_ms),
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
