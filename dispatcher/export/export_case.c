/* Cases in a bundle: what is read of each, and who sees which of their texts. */
#include "dispatcher/export/export.h"

#include "dispatcher/cases/case_act.h"
#include "store/duty.h"

#define PAGE ((size_t)200)

bool export_is_whole(const struct export_wish *wish)
{
    return wish->tracking == NULL && wish->of_case == NULL;
}

/* Its acts, by which promises are judged; the reasons of its states, but no word to a reporter. */
static void keep_acts(struct export_case *c)
{
    for (size_t i = 0; i < c->event_count; i++) {
        struct case_event *e = &c->events[i];
        e->sha256 = NULL;
        if (text_equal(e->what, "told") || text_equal(e->what, "closed"))
            e->reason = "in a bundle of the case";
    }
}

/* Of a case that is only behind an advisory: no words of its reporter, no advisory else. */
static void keep_what_is_behind(struct export_case *c, const char *tracking)
{
    size_t count = 0;
    keep_acts(c);
    c->message_count = c->report_count = c->part_count = 0;
    for (size_t i = 0; i < c->link_count; i++)
        if (c->links[i].kind == LINK_ADVISORY && text_equal(c->links[i].ref, tracking))
            c->links[count++] = c->links[i];
        else if (c->links[i].kind == LINK_ADVISORY)
            c->others = true;
    c->link_count = count;
    c->behind = true;
}

static enum status read_case(struct export_scope *s, struct app *app, const struct case_file *row,
                             struct err *err)
{
    struct export_case c = {.row = *row};
    struct arena *arena = s->arena;
    struct store *store = app->store;
    enum status status = case_event_list(&c.events, &c.event_count, arena, store, row->id, err);
    if (status == OK)
        status = case_fact_list(&c.facts, &c.fact_count, arena, store, row->id, err);
    if (status == OK)
        status = case_decision_list(&c.decisions, &c.decision_count, arena, store, row->id, err);
    if (status == OK)
        status = case_link_list(&c.links, &c.link_count, arena, store, row->id, err);
    if (status == OK)
        status = case_message_list(&c.messages, &c.message_count, arena, store, row->id, err);
    if (status == OK)
        status = report_list(&c.reports, &c.report_count, arena, store, row->id, err);
    for (size_t i = 0; status == OK && i < c.report_count; i++) {
        struct report_part *parts = NULL;
        size_t count = 0;
        status = report_parts(&parts, &count, arena, store, c.reports[i].id, err);
        for (size_t k = 0; k < count; k++)
            arena_push(arena, &c.parts, &c.part_count, sizeof parts[k], &parts[k]);
    }
    if (status == OK)
        status = duty_list(&c.duties, &c.duty_count, arena, store, row->id, err);
    if (status == OK)
        status = hold_list(&c.holds, &c.hold_count, arena, store, row->id, err);
    if (s->wish->tracking != NULL)
        keep_what_is_behind(&c, s->wish->tracking);
    if (status == OK)
        arena_push(arena, &s->cases, &s->case_count, sizeof c, &c);
    return status;
}

static enum status read_all(struct export_scope *s, struct app *app, struct err *err)
{
    enum status status = OK;
    int64_t after = 0;
    for (size_t count = PAGE; status == OK && count == PAGE;) {
        struct case_file *rows = NULL;
        status = case_list(&rows, &count, s->arena, app->store, false, after, PAGE, err);
        for (size_t i = 0; status == OK && i < count; i++) {
            after = rows[i].id;
            status = read_case(s, app, &rows[i], err);
        }
    }
    return status;
}

/* Those that the advisory came of. */
static enum status read_behind(struct export_scope *s, struct app *app, struct err *err)
{
    struct case_link *links = NULL;
    size_t count = 0;
    enum status status =
        case_link_find(&links, &count, s->arena, app->store, LINK_ADVISORY, s->wish->tracking, err);
    for (size_t i = 0; status == OK && i < count; i++) {
        struct case_file row;
        status = case_get(&row, s->arena, app->store, links[i].case_id, err);
        if (status == OK)
            status = read_case(s, app, &row, err);
    }
    return status;
}

/* What a party was told it sees by its advisory: a case is our own house. */
enum status export_cases_read(struct export_scope *s, struct app *app, struct err *err)
{
    struct case_file row;
    if (s->wish->reader == READER_PARTY)
        return s->wish->of_case == NULL
                   ? OK
                   : err_set(err, ERR_INVALID,
                             "--reader party: sees advisories, no cases: say --advisory ID");
    if (s->wish->of_case == NULL)
        return export_is_whole(s->wish) ? read_all(s, app, err) : read_behind(s, app, err);
    enum status status = case_named(&row, s->arena, app->store, s->wish->of_case, err);
    return status == OK ? read_case(s, app, &row, err) : status;
}

/* Who reported it and what they wrote are for those who see everything; proofs are the record. */
void export_case_blobs(void (*want)(void *context, const char *sha256), void *context,
                       const struct export_scope *scope)
{
    for (size_t i = 0; i < scope->case_count; i++) {
        const struct export_case *c = &scope->cases[i];
        for (size_t k = 0; k < c->decision_count; k++)
            want(context, c->decisions[k].proof);
        for (size_t k = 0; k < c->duty_count; k++)
            if (!c->others || !c->duties[k].informs) /* that one lists all that was told */
                want(context, c->duties[k].proof);
        for (size_t k = 0; k < c->hold_count; k++)
            want(context, c->holds[k].proof);
        for (size_t k = 0; k < c->message_count && scope->wish->reader == READER_ALL; k++)
            want(context, c->messages[k].sha256);
        for (size_t k = 0; k < c->report_count && scope->wish->reader == READER_ALL; k++)
            want(context, c->reports[k].text);
        for (size_t k = 0; k < c->part_count && scope->wish->reader == READER_ALL; k++)
            want(context, c->parts[k].sha256);
        for (size_t k = 0; k < c->event_count && scope->wish->reader == READER_ALL; k++)
            want(context, c->events[k].sha256);
    }
}
