/* Cases in the store against what the log says. */
#include "base/sha256.h"
#include "dispatcher/app.h"
#include "dispatcher/cases/case_act.h"
#include "dispatcher/cases/case_rows.h"
#include "dispatcher/record/replay.h"
#include "store/notice.h"

#define PAGE ((size_t)200)

static void differs(struct replay *r, const char *uid, const char *what)
{
    replay_differs(r, "case %s: %s: not what the log says", uid, what);
}

static void compare_texts(struct replay *r, const struct book_case *log,
                          const struct case_file *row)
{
    const struct {
        const char *column;
        const struct book_text *log;
        const char *row;
    } texts[] = {
        {"number", &log->number, row->number},
        {"title", &log->title, row->title},
        {"reporter", &log->reporter, row->reporter},
        {"reporter_mail", &log->reporter_mail, row->reporter_mail},
        {"owner", &log->owner, row->owner},
        {"disclosure_by", &log->disclosure_by, row->disclosure_by},
        {"disclosure_reason", &log->disclosure_reason, row->disclosure_reason},
        {"outcome", &log->outcome, row->outcome},
        {"closed_by", &log->closed_by, row->closed_by},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (!book_text_is(texts[i].log, texts[i].row))
            differs(r, row->uid, texts[i].column);
}

static void compare_stand(struct replay *r, const struct book_case *log,
                          const struct case_file *row)
{
    const struct case_stand *s = &log->stand;
    const struct {
        const char *column;
        int64_t log, row;
    } numbers[] = {
        {"source", (int64_t)log->source, (int64_t)row->source},
        {"state", (int64_t)s->state, (int64_t)row->state},
        {"back", s->sided ? (int64_t)s->back : -1, row->sided ? (int64_t)row->back : -1},
        {"disclosure", s->decided ? s->disclosed : -1, row->decided ? row->disclosed : -1},
        {"disclosure_ms", s->disclosure_ms, row->disclosure_ms},
        {"opened_ms", s->opened_ms, row->opened_ms},
        {"state_ms", s->state_ms, row->state_ms},
        {"acknowledged_ms", s->acknowledged_ms, row->acknowledged_ms},
        {"triaged_ms", s->triaged_ms, row->triaged_ms},
        {"told_ms", s->told_ms, row->told_ms},
        {"reopened_ms", s->reopened_ms, row->reopened_ms},
        {"closed_ms", s->closed_ms, row->closed_ms},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (numbers[i].log != numbers[i].row)
            differs(r, row->uid, numbers[i].column);
}

static void compare_chain(struct replay *r, const char *uid, const char *table,
                          const struct book_chain *log, const struct book_chain *store)
{
    const char *why = book_compare(log, store);
    if (why != NULL)
        replay_differs(r, "case %s: %s: the log says %u, the store says %u: %s", uid, table,
                       log->count, store->count, why);
}

static void compare_lists(struct replay *r, const struct book_case *log,
                          const struct case_rows *rows)
{
    struct book_chain events = {0};
    struct book_chain links = {0};
    struct book_chain messages = {0};
    for (size_t i = 0; i < rows->event_count; i++)
        book_event(&events, &rows->events[i], true);
    for (size_t i = 0; i < rows->link_count; i++)
        book_link(&links, &rows->links[i], true);
    for (size_t i = 0; i < rows->message_count; i++)
        book_message(&messages, &rows->messages[i], true);
    compare_chain(r, log->uid, "events", &log->events, &events);
    compare_chain(r, log->uid, "links", &log->links, &links);
    compare_chain(r, log->uid, "messages", &log->messages, &messages);
}

static void compare_known(struct replay *r, const struct book_case *log,
                          const struct case_rows *rows)
{
    if (log->fact_count != rows->fact_count)
        differs(r, log->uid, "number of facts");
    if (log->decision_count != rows->decision_count)
        differs(r, log->uid, "number of decisions");
    for (size_t i = 0; i < log->fact_count && i < rows->fact_count; i++) {
        struct book_fact fact;
        const struct book_fact *said = &log->facts[i];
        book_fact_row(&fact, &rows->facts[i]);
        compare_chain(r, log->uid, "fact", &said->row, &fact.row);
        compare_chain(r, log->uid, "choice of a fact", &said->choice, &fact.choice);
        if (!digest_equal(&said->kind, &fact.kind) || said->in_force != fact.in_force ||
            said->chosen != fact.chosen)
            differs(r, log->uid, "what counts of a fact");
    }
    for (size_t i = 0; i < log->decision_count && i < rows->decision_count; i++) {
        struct book_decision decision;
        const struct book_decision *said = &log->decisions[i];
        book_decision_row(&decision, &rows->decisions[i]);
        compare_chain(r, log->uid, "decision", &said->row, &decision.row);
        if (said->in_force != decision.in_force ||
            said->countersigned_ms != decision.countersigned_ms)
            differs(r, log->uid, "what counts of a decision");
    }
}

static enum status compare_case(struct replay *r, const struct case_file *row, struct app *app,
                                struct err *err)
{
    struct arena *arena = arena_new();
    struct case_rows rows;
    struct book_case *log = book_case(&r->cases, row->uid);
    enum status status = case_rows_read(&rows, arena, app->store, row->id, err);
    if (status == OK && (log == NULL || log->seen))
        replay_differs(r, "case %s: the store has it, the log does not", row->uid);
    else if (status == OK) {
        log->seen = true;
        compare_texts(r, log, row);
        compare_stand(r, log, row);
        compare_lists(r, log, &rows);
        compare_known(r, log, &rows);
        status = replay_duties(r, row->uid, &log->duties, row->id, app, err);
    }
    arena_free(arena);
    return status;
}

static enum status compare_reviews(struct replay *r, struct app *app, struct err *err)
{
    struct arena *arena = arena_new();
    struct source_review *rows = NULL;
    size_t count = 0;
    struct book_chain chain = {0};
    enum status status = source_review_list(&rows, &count, arena, app->store, err);
    for (size_t i = 0; i < count; i++)
        book_review(&chain, &rows[i], true);
    if (status == OK)
        compare_chain(r, "-", "reviews of sources", &r->cases.reviews, &chain);
    arena_free(arena);
    return status;
}

/* What the row's numbers mean, as the log calls it. */
static enum status name_report(struct book_report_names *out, char parts[SHA256_HEX],
                               struct arena *arena, struct app *app, const struct report_row *row,
                               struct err *err)
{
    struct case_file matter;
    struct notice notice;
    struct report_part *list = NULL;
    size_t count = 0;
    struct str lines;
    *out = (struct book_report_names){0};
    enum status status = OK;
    if (row->case_id != 0) {
        status = case_get(&matter, arena, app->store, row->case_id, err);
        out->matter = status == OK ? matter.uid : NULL;
    }
    if (status == OK && row->notice_id != 0) {
        status = notice_get(&notice, arena, app->store, row->notice_id, err);
        out->notice = status == OK ? notice.uid : NULL;
    }
    if (status == OK)
        status = report_parts(&list, &count, arena, app->store, row->id, err);
    str_init(&lines, STR_LIMIT_TEXT);
    for (size_t i = 0; i < count; i++)
        report_part_line(&lines, &list[i]);
    if (count > 0)
        sha256_hex_of(parts, str_bytes(&lines));
    out->parts_sha256 = count > 0 ? parts : NULL;
    str_dispose(&lines);
    return status;
}

static enum status compare_reports(struct replay *r, struct app *app, struct err *err)
{
    struct book_chain chain = {0};
    int64_t after = 0;
    enum status status = OK;
    for (size_t count = PAGE; status == OK && count == PAGE;) {
        struct arena *arena = arena_new();
        struct report_row *rows = NULL;
        status = report_range(&rows, &count, arena, app->store, after, PAGE, err);
        for (size_t i = 0; status == OK && i < count; i++) {
            char parts[SHA256_HEX];
            struct book_report_names names;
            after = rows[i].id;
            status = name_report(&names, parts, arena, app, &rows[i], err);
            if (status == OK)
                book_report(&chain, &rows[i], &names, true);
        }
        arena_free(arena);
    }
    if (status == OK)
        compare_chain(r, "-", "mails that report", &r->cases.reports, &chain);
    return status;
}

enum status replay_cases(struct replay *replay, struct app *app, struct err *err)
{
    int64_t after = 0;
    enum status status = OK;
    for (size_t count = PAGE; status == OK && count == PAGE;) {
        struct arena *arena = arena_new();
        struct case_file *rows = NULL;
        status = case_list(&rows, &count, arena, app->store, false, after, PAGE, err);
        for (size_t i = 0; status == OK && i < count; i++) {
            after = rows[i].id;
            status = compare_case(replay, &rows[i], app, err);
        }
        arena_free(arena);
    }
    if (status == OK)
        status = compare_reviews(replay, app, err);
    if (status == OK)
        status = compare_reports(replay, app, err);
    for (size_t i = 0; status == OK && i < replay->cases.count; i++)
        if (!replay->cases.cases[i].seen)
            replay_differs(replay, "case %s: the log has it, the store does not",
                           replay->cases.cases[i].uid);
    return status;
}
