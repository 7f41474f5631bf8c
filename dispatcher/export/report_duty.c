/* Duties with their dates and what met them; holds with what ended them. */
#include "dispatcher/export/report_inner.h"

#define HEADS(heads) heads, sizeof(heads) / sizeof((heads)[0])

int64_t report_duty_done_ms(const struct duty_row *d)
{
    if (d->state == DUTY_MET)
        return d->met_ms;
    return d->state == DUTY_WAIVED || d->state == DUTY_WITHDRAWN ? d->changed_ms : 0;
}

int64_t report_duty_entered_ms(const struct duty_row *d)
{
    return report_duty_done_ms(d) > 0 ? d->changed_ms : 0;
}

int64_t report_duty_late_ms(const struct report *r, const struct duty_row *d)
{
    const int64_t end = d->state == DUTY_RUNNING ? r->scope->now_ms : report_duty_done_ms(d);
    return d->legal_ms > 0 && end > d->legal_ms ? end - d->legal_ms : 0;
}

static bool is_let_go(const struct duty_row *d)
{
    return d->state == DUTY_WAIVED || d->state == DUTY_WITHDRAWN;
}

const char *report_duty_word(const struct report *r, const struct duty_row *d)
{
    return d->state == DUTY_RUNNING && report_duty_late_ms(r, d) > 0 ? "not met"
                                                                     : duty_state_word(d->state);
}

/* "met", and how far from its date. */
static void state_cell(const struct report *r, const struct duty_row *d)
{
    char span[CLOCK_TEXT];
    const int64_t late = report_duty_late_ms(r, d);
    if (late > 0)
        str_addf(r->out, "<td class=\"waived\">%s<br>%s %s%s</td>", report_duty_word(r, d),
                 is_let_go(d) ? "only" : "late by", report_span(span, late),
                 is_let_go(d) ? " behind its last moment" : "");
    else if (d->state == DUTY_MET && d->legal_ms > 0) {
        struct str text;
        str_init(&text, STR_LIMIT_LINE);
        str_addf(&text, "%s before its last moment", report_span(span, d->legal_ms - d->met_ms));
        report_cell_pair(r, duty_state_word(d->state), str_text(&text));
        str_dispose(&text);
    } else
        report_cell(r, duty_state_word(d->state));
}

/* Then who stands beside it handed nothing in, but said why it was late. */
static bool told_by_notices(const struct duty_row *d)
{
    return d->informs && d->number == NULL;
}

static void proof_cell(const struct report *r, const struct duty_row *d)
{
    if (d->state != DUTY_MET) {
        report_cell(r, "-");
        return;
    }
    str_add(r->out, "<td class=\"long\">");
    if (d->informs)
        str_add(r->out, "notices");
    if (d->number != NULL)
        report_text(r, d->number);
    str_add(r->out, "<br>");
    report_text(r, d->met_by != NULL && !told_by_notices(d) ? d->met_by : "-");
    str_add(r->out, "<br>");
    report_text(r, d->proof != NULL ? d->proof : REPORT_NOTHING);
    str_add(r->out, "</td>");
}

/* What its clock runs from, and the rule elsewhere that brought it. */
static void trigger_cell(const struct report *r, const struct duty_row *d)
{
    struct str text;
    if (d->trigger == NULL && d->cascade == NULL) {
        report_cell(r, "not happened yet");
        return;
    }
    str_init(&text, STR_LIMIT_LINE);
    if (d->cascade != NULL)
        str_addf(&text, "by %s elsewhere", d->cascade);
    report_cell_moment(r, d->trigger, d->cascade != NULL ? str_text(&text) : NULL);
    str_dispose(&text);
}

/* When it was met, and when that was written down, if it was at another time. */
static void done_cell(const struct report *r, const struct duty_row *d)
{
    char met[CLOCK_TEXT], entered[CLOCK_TEXT];
    const int64_t done_ms = report_duty_done_ms(d);
    if (done_ms == 0 || report_duty_entered_ms(d) - done_ms < MS_MINUTE) {
        report_cell_instant(r, done_ms);
        return;
    }
    str_addf(r->out, "<td class=\"at\">%.10s<br>%s<br>entered<br>%.10s<br>%s",
             clock_text(met, done_ms), met + 11, clock_text(entered, report_duty_entered_ms(d)),
             entered + 11);
    report_add_later(r, done_ms, report_duty_entered_ms(d));
    str_add(r->out, "</td>");
}

static void duty_row(const struct report *r, const struct duty_row *d)
{
    struct str text;
    str_init(&text, STR_LIMIT_LINE);
    str_addf(&text, "version %lld", (long long)d->version);
    report_row(r);
    str_add(r->out, "<td class=\"at\">"); /* an id is not broken at its hyphens */
    report_text(r, d->rule);
    str_addf(r->out, "<br>%s</td>", str_text(&text));
    report_cell_pair(r, d->jurisdiction, d->country);
    report_cell_pair(r, d->deliverable, d->owner);
    trigger_cell(r, d);
    report_cell_moment(r, d->due_safe, NULL);
    report_cell_moment(r, d->due_legal, NULL);
    state_cell(r, d);
    done_cell(r, d);
    proof_cell(r, d);
    str_reset(&text);
    str_addf(&text, "says %s", d->met_by != NULL ? d->met_by : "");
    if (d->reason != NULL && told_by_notices(d) && d->met_by != NULL)
        report_cell_pair(r, d->reason, str_text(&text));
    else
        report_cell(r, d->reason != NULL ? d->reason : "-");
    str_dispose(&text);
}

/* How each date came about, and by exactly which rule. */
static void add_derivations(const struct report *r, const struct duty_row *duties, size_t count)
{
    static const char *const heads[] = {"Rule", "SHA-256 of the rule", "How its dates came about"};
    report_table(r, HEADS(heads));
    for (size_t i = 0; i < count; i++) {
        if (text_is_empty(duties[i].derivation))
            continue;
        report_row(r);
        report_cell_pair(r, duties[i].rule,
                         duties[i].country != NULL ? duties[i].country : duties[i].jurisdiction);
        report_cell(r, duties[i].rule_sha256);
        str_add(r->out, "<td>");
        report_lines(r, duties[i].derivation);
        str_add(r->out, "</td>");
    }
    report_table_end(r);
}

void report_duties(const struct report *r, const struct duty_row *duties, size_t count)
{
    static const char *const heads[] = {
        "Rule",          "Where",      "What, who", "Its clock runs from",
        "Due safe",      "Due by law", "State",     "Met at, entered (UTC)",
        "By what proof", "Why"};
    if (count == 0) {
        str_add(r->out, "<p>No duty follows from what is known and decided.</p>\n");
        return;
    }
    report_table(r, HEADS(heads));
    for (size_t i = 0; i < count; i++)
        duty_row(r, &duties[i]);
    report_table_end(r);
    add_derivations(r, duties, count);
}

/* What ended it: the proof that a person gave for it, or that of the duty by the same rule. */
static void end_proof(const struct report *r, const struct hold_row *h,
                      const struct duty_row *duties, size_t count)
{
    const struct duty_row *met = NULL;
    for (size_t i = 0; i < count && h->proof == NULL && text_equal(h->how, "proof"); i++)
        if (text_equal(duties[i].rule, h->rule) && duties[i].state == DUTY_MET)
            met = &duties[i];
    if (met != NULL)
        proof_cell(r, met);
    else
        report_cell(r, h->proof != NULL ? h->proof : "-");
}

static void hold_row(const struct report *r, const struct hold_row *h,
                     const struct duty_row *duties, size_t count)
{
    struct str rule;
    str_init(&rule, STR_LIMIT_LINE);
    str_addf(&rule, "version %lld", (long long)h->version);
    report_row(r);
    report_cell(r, h->jurisdiction);
    report_cell_pair(r, h->rule, str_text(&rule));
    report_cell_pair(r, h->kind, text_equal(h->why, "undecided") ? "nobody decided yet" : "-");
    report_cell_instant(r, h->since_ms);
    report_cell_instant(r, h->until_ms);
    if (h->state == HOLD_BYPASSED)
        str_add(r->out, "<td class=\"waived\">ALARM: bypassed</td>");
    else if (h->state == HOLD_ENDED)
        report_cell_pair(r, "ended", h->how);
    else
        report_cell(r, "stands");
    report_cell_instant(r, h->ended_ms);
    report_cell(r, h->person != NULL ? h->person : "-");
    report_cell(r, h->reason != NULL ? h->reason : "-");
    end_proof(r, h, duties, count);
    str_dispose(&rule);
}

void report_holds(const struct report *r, const struct hold_row *holds, size_t count,
                  const struct duty_row *duties, size_t duty_count)
{
    static const char *const heads[] = {"Where", "By rule",    "Kind",      "Since (UTC)",
                                        "Until", "State, how", "End (UTC)", "By whom",
                                        "Why",   "Proof"};
    if (count == 0) {
        str_add(r->out, "<p>No rule lets an authority come first here.</p>\n");
        return;
    }
    report_table(r, HEADS(heads));
    for (size_t i = 0; i < count; i++)
        hold_row(r, &holds[i], duties, duty_count);
    report_table_end(r);
}
