/* One case in whole: tocsin case show. */
#include "base/utf8.h"
#include "cases/source.h"
#include "dispatcher/cases/case_rows.h"
#include "dispatcher/cases/case_show.h"
#include "dispatcher/cli.h"
#include "dispatcher/duties/duty_keep.h"
#include "store/report.h"

#define SHOWN_MOST ((size_t)4000) /* bytes of a text */

struct page {
    struct arena *arena;
    struct case_file row;
    struct case_rows rows;
    struct report_row *reports;
    size_t report_count;
    struct case_due dues[CASE_CLOCK_COUNT];
    size_t due_count;
};

static enum status read_page(struct page *p, struct app *app, const char *name, struct err *err)
{
    struct case_ground ground = {0};
    enum status status = case_named(&p->row, p->arena, app->store, name, err);
    if (status == OK)
        status = case_rows_read(&p->rows, p->arena, app->store, p->row.id, err);
    if (status == OK)
        status = report_list(&p->reports, &p->report_count, p->arena, app->store, p->row.id, err);
    if (status == OK)
        status = case_ground_open(&ground, app, err);
    if (status == OK) {
        const struct case_stand stand = case_stand_of(&p->row);
        p->due_count = case_dues(p->dues, &stand, &ground.limits, &ground.opened.ground);
    }
    case_ground_close(&ground);
    return status;
}

static void add_words(struct str *out, const char *before, const char *words)
{
    if (words == NULL)
        return;
    str_add(out, before);
    utf8_add_line(out, bytes_of(words));
}

static void print_head(struct str *out, const struct page *p)
{
    char at[CLOCK_TEXT];
    const struct case_file *row = &p->row;
    str_addf(out, "%s  %s since %s", row->number, case_state_word(row->state),
             clock_text(at, row->state_ms));
    if (row->sided)
        str_addf(out, ", goes back to %s", case_state_word(row->back));
    add_words(out, "\n  ", row->title);
    str_addf(out, "\n  source %s (%s), opened %s, owner %s\n", case_source_word(row->source),
             case_source_about(row->source), clock_text(at, row->opened_ms),
             row->owner != NULL ? row->owner : "nobody: tocsin case assign");
    if (row->reporter != NULL || row->reporter_mail != NULL) {
        str_add(out, "  reporter");
        add_words(out, " ", row->reporter);
        add_words(out, " ", row->reporter_mail);
        str_addf(out, ", last told %s\n", row->told_ms != 0 ? clock_text(at, row->told_ms) : "-");
    }
    if (row->decided) {
        str_addf(out, "  %s, decided by %s at %s",
                 row->disclosed ? "to be disclosed" : "not disclosed",
                 row->disclosure_by != NULL ? row->disclosure_by : "-",
                 clock_text(at, row->disclosure_ms));
        add_words(out, ": ", row->disclosure_reason);
        str_add_c(out, '\n');
    }
    add_words(out, "  outcome: ", row->outcome);
    if (row->outcome != NULL)
        str_add_c(out, '\n');
    for (size_t i = 0; i < p->due_count; i++)
        str_addf(out, "  %s by %s\n", case_clock_word(p->dues[i].clock),
                 clock_text(at, p->dues[i].due_ms));
}

static void print_facts(struct str *out, const struct page *p)
{
    str_addf(out, "facts: %zu\n", p->rows.fact_count);
    for (size_t i = 0; i < p->rows.fact_count; i++) {
        const struct case_fact *f = &p->rows.facts[i];
        str_addf(out, "  %lld  %s %s%s%s%s  ", (long long)f->id, f->kind, f->said,
                 f->jurisdiction != NULL ? " in " : "",
                 f->jurisdiction != NULL ? f->jurisdiction : "",
                 !f->in_force ? "  SUPERSEDED"
                 : f->chosen  ? "  CHOSEN"
                              : "");
        utf8_add_line(out, bytes_of(f->person));
        str_addf(out, " (%s), by ", fact_class_word(f->class));
        utf8_add_line(out, bytes_of(f->source));
        if (f->chosen)
            add_words(out, "; chosen: ", f->chosen_reason);
        str_add_c(out, '\n');
    }
}

static void print_decisions(struct str *out, const struct page *p)
{
    char at[CLOCK_TEXT];
    str_addf(out, "decisions: %zu\n", p->rows.decision_count);
    for (size_t i = 0; i < p->rows.decision_count; i++) {
        const struct case_decision *d = &p->rows.decisions[i];
        str_addf(out, "  %s  %s  by %s at %s%s", d->jurisdiction, reportability_word(d->verdict),
                 d->person, clock_text(at, d->at_ms), d->in_force ? "" : "  SUPERSEDED");
        if (!text_equal(d->person, d->entered_by))
            str_addf(out, ", recorded by %s, %s", d->entered_by,
                     d->countersigned_ms != 0 ? "countersigned" : "not countersigned");
        add_words(out, ": ", d->reason);
        str_add_c(out, '\n');
    }
}

/* The first words of a blob; erased ones are told. */
static enum status print_words(struct str *out, struct app *app, const char *sha256,
                               struct err *err)
{
    struct str text;
    str_init(&text, STR_LIMIT_MAIL);
    enum status status = blob_get(&text, app->store, sha256, err);
    if (status == ERR_REFUSED) { /* erased */
        str_add(out, "  (erased)\n");
        status = OK;
    } else if (status == OK && text.size > 0) {
        str_add(out, "  ");
        utf8_add_text(out, (struct bytes){(const unsigned char *)text.data,
                                          text.size < SHOWN_MOST ? text.size : SHOWN_MOST});
        str_add(out, text.size < SHOWN_MOST ? "\n" : " ...\n");
    }
    str_dispose(&text);
    return status;
}

static const struct report_row *report_of(const struct page *p, const struct case_message *m)
{
    for (size_t i = 0; m->way == WAY_IN && i < p->report_count; i++)
        if (text_equal(p->reports[i].sha256, m->sha256))
            return &p->reports[i];
    return NULL;
}

/* A mail: who it says wrote it, its words, and what hangs on it, which nobody opened. */
static enum status print_report(struct str *out, const struct report_row *r, const struct page *p,
                                struct app *app, struct err *err)
{
    struct report_part *parts = NULL;
    size_t count = 0;
    add_words(out, "  from ", r->sender);
    str_addf(out, "%s", r->encrypted ? ", encrypted" : "");
    add_words(out, "; ", r->reason);
    str_add_c(out, '\n');
    enum status status = report_parts(&parts, &count, p->arena, app->store, r->id, err);
    for (size_t i = 0; status == OK && i < count; i++) {
        str_addf(out, "  attached %.12s, %lld bytes,", parts[i].sha256, (long long)parts[i].size);
        add_words(out, " ", parts[i].type);
        add_words(out, " ", parts[i].name);
        str_add_c(out, '\n');
    }
    return status == OK && r->text != NULL ? print_words(out, app, r->text, err) : status;
}

static enum status print_thread(struct str *out, const struct page *p, struct app *app,
                                struct err *err)
{
    char at[CLOCK_TEXT];
    enum status status = OK;
    for (size_t i = 0; status == OK && i < p->rows.message_count; i++) {
        const struct case_message *m = &p->rows.messages[i];
        const struct report_row *r = report_of(p, m);
        str_addf(out, "%s %s %.12s\n", message_way_word(m->way), clock_text(at, m->at_ms),
                 m->sha256);
        if (r != NULL)
            status = print_report(out, r, p, app, err);
        else if (m->way == WAY_NOTE)
            status = print_words(out, app, m->sha256, err);
    }
    return status;
}

static enum status print_page(struct str *out, const struct page *p, struct app *app,
                              struct err *err)
{
    char at[CLOCK_TEXT];
    print_head(out, p);
    for (size_t i = 0; i < p->rows.link_count; i++) {
        str_addf(out, "  %s", link_kind_word(p->rows.links[i].kind));
        add_words(out, " ", p->rows.links[i].ref);
        str_add_c(out, '\n');
    }
    print_facts(out, p);
    print_decisions(out, p);
    str_add(out, "duties and holds:\n");
    enum status status = duty_print(out, app, &p->row, false, err);
    if (status != OK)
        return status;
    str_add(out, "history:\n");
    for (size_t i = 0; i < p->rows.event_count; i++) {
        const struct case_event *e = &p->rows.events[i];
        str_addf(out, "  %s  %s %s%s%s", clock_text(at, e->at_ms), e->what, e->said,
                 e->person != NULL ? ", by " : "", e->person != NULL ? e->person : "");
        add_words(out, ": ", e->reason);
        str_add_c(out, '\n');
    }
    return print_thread(out, p, app, err);
}

static void json_facts(struct json_out *j, const struct page *p)
{
    char at[CLOCK_TEXT];
    json_out_array(j, "facts");
    for (size_t i = 0; i < p->rows.fact_count; i++) {
        const struct case_fact *f = &p->rows.facts[i];
        json_out_object(j, NULL);
        json_out_int(j, "fact", f->id);
        json_out_text(j, "kind", f->kind);
        json_out_text(j, "jurisdiction", f->jurisdiction);
        json_out_text(j, "at", clock_text(at, f->at_ms));
        json_out_text(j, "stated", f->said);
        json_out_text(j, "zone", f->zone);
        json_out_text(j, "person", f->person);
        json_out_text(j, "class", fact_class_word(f->class));
        json_out_text(j, "source", f->source);
        json_out_text(j, "entered_by", f->entered_by);
        json_out_text(j, "entered", clock_text(at, f->entered_ms));
        json_out_int(j, "supersedes", f->supersedes);
        json_out_int(j, "from", f->from_fact);
        json_out_bool(j, "in_force", f->in_force);
        json_out_bool(j, "chosen", f->chosen);
        json_out_text(j, "chosen_reason", f->chosen_reason);
        json_out_end(j);
    }
    json_out_end(j);
}

static void json_decisions(struct json_out *j, const struct page *p)
{
    char at[CLOCK_TEXT];
    json_out_array(j, "decisions");
    for (size_t i = 0; i < p->rows.decision_count; i++) {
        const struct case_decision *d = &p->rows.decisions[i];
        json_out_object(j, NULL);
        json_out_int(j, "decision", d->id);
        json_out_text(j, "jurisdiction", d->jurisdiction);
        json_out_text(j, "verdict", reportability_word(d->verdict));
        json_out_text(j, "reason", d->reason);
        json_out_text(j, "person", d->person);
        json_out_text(j, "entered_by", d->entered_by);
        json_out_text(j, "proof", d->proof);
        json_out_text(j, "at", clock_text(at, d->at_ms));
        json_out_int(j, "supersedes", d->supersedes);
        json_out_bool(j, "in_force", d->in_force);
        json_out_text(j, "countersigned",
                      d->countersigned_ms != 0 ? clock_text(at, d->countersigned_ms) : NULL);
        json_out_end(j);
    }
    json_out_end(j);
}

static void json_reports(struct json_out *j, const struct page *p)
{
    char at[CLOCK_TEXT];
    json_out_array(j, "reports");
    for (size_t i = 0; i < p->report_count; i++) {
        const struct report_row *r = &p->reports[i];
        json_out_object(j, NULL);
        json_out_text(j, "sha256", r->sha256);
        json_out_text(j, "outcome", r->outcome);
        json_out_text(j, "reason", r->reason);
        json_out_text(j, "sender", r->sender);
        json_out_text(j, "text_sha256", r->text);
        json_out_bool(j, "encrypted", r->encrypted);
        json_out_bool(j, "answered", r->notice_id != 0);
        json_out_text(j, "at", clock_text(at, r->at_ms));
        json_out_end(j);
    }
    json_out_end(j);
}

static void json_rest(struct json_out *j, const struct page *p)
{
    char at[CLOCK_TEXT];
    json_out_array(j, "links");
    for (size_t i = 0; i < p->rows.link_count; i++) {
        json_out_object(j, NULL);
        json_out_text(j, "kind", link_kind_word(p->rows.links[i].kind));
        json_out_text(j, "ref", p->rows.links[i].ref);
        json_out_end(j);
    }
    json_out_end(j);
    json_out_array(j, "clocks");
    for (size_t i = 0; i < p->due_count; i++) {
        json_out_object(j, NULL);
        json_out_text(j, "clock", case_clock_word(p->dues[i].clock));
        json_out_text(j, "due", clock_text(at, p->dues[i].due_ms));
        json_out_end(j);
    }
    json_out_end(j);
    json_out_array(j, "messages");
    for (size_t i = 0; i < p->rows.message_count; i++) {
        json_out_object(j, NULL);
        json_out_text(j, "way", message_way_word(p->rows.messages[i].way));
        json_out_text(j, "sha256", p->rows.messages[i].sha256);
        json_out_text(j, "address", p->rows.messages[i].address);
        json_out_text(j, "at", clock_text(at, p->rows.messages[i].at_ms));
        json_out_end(j);
    }
    json_out_end(j);
}

static enum status json_page(struct str *out, const struct page *p, struct app *app,
                             struct err *err)
{
    char at[CLOCK_TEXT];
    struct json_out j;
    const struct case_file *row = &p->row;
    json_out_init(&j, out, false);
    json_out_object(&j, NULL);
    json_out_text(&j, "schema", "tocsin.case/1");
    json_out_text(&j, "number", row->number);
    json_out_text(&j, "uid", row->uid);
    json_out_text(&j, "source", case_source_word(row->source));
    json_out_text(&j, "state", case_state_word(row->state));
    json_out_text(&j, "back", row->sided ? case_state_word(row->back) : NULL);
    json_out_text(&j, "owner", row->owner);
    json_out_text(&j, "title", row->title);
    json_out_text(&j, "reporter", row->reporter);
    json_out_text(&j, "reporter_mail", row->reporter_mail);
    json_out_text(&j, "opened", clock_text(at, row->opened_ms));
    json_out_text(&j, "told", row->told_ms != 0 ? clock_text(at, row->told_ms) : NULL);
    json_out_text(&j, "closed", row->closed_ms != 0 ? clock_text(at, row->closed_ms) : NULL);
    json_out_text(&j, "disclosure",
                  !row->decided    ? NULL
                  : row->disclosed ? case_state_word(CASE_DISCLOSE)
                                   : case_state_word(CASE_WITHHOLD));
    json_out_text(&j, "disclosure_by", row->disclosure_by);
    json_out_text(&j, "disclosure_reason", row->disclosure_reason);
    json_out_text(&j, "outcome", row->outcome);
    json_facts(&j, p);
    json_decisions(&j, p);
    json_rest(&j, p);
    json_reports(&j, p);
    enum status status = duty_json(&j, app, row, err);
    json_out_end(&j);
    str_add_c(out, '\n');
    return status;
}

int case_show_one(struct app *app, const char *name, bool json)
{
    struct page p = {.arena = arena_new()};
    struct err err = {0};
    struct str out;
    int code = EXIT_DONE;
    str_init(&out, STR_LIMIT_MAIL);
    enum status status = app_open_store(app, STORE_READ, &err);
    if (status == OK)
        status = read_page(&p, app, name, &err);
    if (status == OK && json)
        status = json_page(&out, &p, app, &err);
    else if (status == OK)
        status = print_page(&out, &p, app, &err);
    if (status == OK)
        code = cli_put(&out) ? EXIT_DONE : EXIT_AGAIN;
    str_dispose(&out);
    arena_free(p.arena);
    return status == OK ? code : cli_fail(&err);
}
