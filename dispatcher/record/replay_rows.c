/* Rows of the store against what the log says. */
#include "dispatcher/record/replay_inner.h"

#include <stdio.h>

/* What a difference is about. */
struct about {
    struct replay *replay;
    const char *what, *name;
};

static void differ(const struct about *about, const char *column, const char *log,
                   const char *store)
{
    replay_differs(about->replay, "%s %s: %s: the log says %s, the store says %s", about->what,
                   about->name, column, log != NULL ? log : "nothing",
                   store != NULL ? store : "nothing");
}

static void compare_text(const struct about *about, const char *column, const char *log,
                         const char *store)
{
    if (!text_equal(log, store))
        differ(about, column, log, store);
}

static void compare_int(const struct about *about, const char *column, int64_t log, int64_t store)
{
    char a[24];
    char b[24];
    (void)snprintf(a, sizeof a, "%lld", (long long)log);
    (void)snprintf(b, sizeof b, "%lld", (long long)store);
    if (log != store)
        differ(about, column, a, b);
}

static void compare_instant(const struct about *about, const char *column, int64_t log,
                            int64_t store)
{
    char a[CLOCK_TEXT];
    char b[CLOCK_TEXT];
    if (log != store)
        differ(about, column, log != 0 ? clock_text_ms(a, log) : NULL,
               store != 0 ? clock_text_ms(b, store) : NULL);
}

/* A personal text: zeros when it was erased or never there. Neither text is shown. */
static void compare_digest(const struct about *about, const char *column, const struct digest *log,
                           const char *store)
{
    static const struct digest none;
    const struct digest digest = digest_of(store);
    if (!digest_equal(log, &none) && !digest_equal(log, &digest))
        replay_differs(about->replay, "%s %s: %s: not what the log was given", about->what,
                       about->name, column);
}

static void compare_chain(const struct about *about, const char *table,
                          const struct book_chain *log, const struct book_chain *store)
{
    const char *why = book_compare(log, store);
    if (why != NULL)
        replay_differs(about->replay, "%s %s: %s: the log says %u, the store says %u: %s",
                       about->what, about->name, table, log->count, store->count, why);
}

static void compare_notice(const struct about *about, const struct book_notice *log,
                           const struct replay_row *row)
{
    static const char *const tables[BOOK_TABLES] = {"parcels", "attempts", "receipts"};
    const struct notice *n = row->notice;
    const struct book_advisory *a = book_advisory_at(about->replay->book, log->advisory);
    const struct digest parcel = digest_of(row->parcel);
    compare_text(about, "state", notice_state_word((enum notice_state)log->state),
                 notice_state_word(n->state));
    compare_text(about, "level", level_word((enum level)log->level), level_word(n->level));
    compare_text(about, "form", form_word((enum form)log->form), form_word(n->form));
    compare_text(about, "route", route_word((enum route)log->route), route_word(n->route));
    compare_text(about, "kind", notice_kind_word((enum notice_kind)log->kind),
                 notice_kind_word(n->kind));
    compare_text(about, "grade", grade_word((enum grade)log->grade), grade_word(n->grade));
    compare_text(about, "answer",
                 log->answer != BOOK_NO_ANSWER ? answer_word((enum answer)log->answer) : NULL,
                 n->answer);
    compare_text(about, "advisory", a->uid, row->advisory);
    compare_digest(about, "party", &log->party, n->party);
    compare_instant(about, "next_at", log->next_at_ms, n->next_at_ms);
    compare_instant(about, "deadline", log->deadline_ms, n->deadline_ms);
    compare_instant(about, "answer_by", log->answer_by_ms, n->answer_by_ms);
    compare_int(about, "sendings", log->sendings, n->sendings);
    compare_int(about, "attempt", log->attempt, n->attempt_id);
    compare_int(about, "task", log->task, n->task_id);
    if (!digest_equal(&log->parcel, &parcel))
        replay_differs(about->replay, "%s %s: parcel: not the one of the log", about->what,
                       about->name);
    for (size_t i = 0; i < BOOK_TABLES; i++)
        compare_chain(about, tables[i], &log->rows.table[i], &row->rows.table[i]);
}

void replay_notice(struct replay *replay, const struct replay_row *row)
{
    const struct about about = {replay, "notice", row->notice->uid};
    struct book_notice *log = book_find(replay->book, row->notice->uid);
    replay->notices++;
    if (log == NULL || log->seen) {
        replay_differs(replay, "notice %s: the store has it, the log does not", row->notice->uid);
        return;
    }
    log->seen = true;
    compare_notice(&about, log, row);
}

static void compare_plan(const struct about *about, const struct book_advisory *log,
                         const struct advisory *row, const struct plan *plan)
{
    if (log->planned != (plan != NULL))
        replay_differs(about->replay, "%s %s: plan: the %s has one, the %s does not", about->what,
                       about->name, log->planned ? "log" : "store", log->planned ? "store" : "log");
    if (!log->planned || plan == NULL)
        return;
    compare_int(about, "recipients", log->count, plan->count);
    compare_int(about, "left_out", log->left_out, plan->left_out);
    compare_text(about, "root", log->root, plan->root);
    compare_instant(about, "deadline", log->deadline_ms, row->deadline_ms);
    compare_instant(about, "answer_by", log->answer_by_ms, row->answer_by_ms);
}

void replay_advisory(struct replay *replay, const struct advisory *row, const struct plan *plan,
                     const struct approval *approvals, size_t count)
{
    const struct about about = {replay, "advisory", row->uid};
    struct book_chain chain = {0};
    struct book_advisory *log = book_advisory(replay->book, row->uid);
    if (log == NULL || log->seen) {
        replay_differs(replay, "advisory %s: the store has it, the log does not", row->uid);
        return;
    }
    log->seen = true;
    compare_text(&about, "state", advisory_state_word(log->state), advisory_state_word(row->state));
    compare_text(&about, "tlp", tlp_word(log->tlp), tlp_word(row->tlp));
    compare_text(&about, "version", log->version, row->version);
    compare_text(&about, "sha256", log->sha256, row->sha256);
    compare_text(&about, "order_sha256", log->order_sha256, row->order_sha256);
    compare_digest(&about, "tracking", &log->tracking, row->tracking);
    for (size_t i = 0; i < count; i++)
        book_approval(&chain, &approvals[i], true);
    compare_chain(&about, "approvals", &log->approvals, &chain);
    compare_plan(&about, log, row, plan);
}

void replay_task(struct replay *replay, const struct task *row)
{
    char name[24];
    (void)snprintf(name, sizeof name, "%lld", (long long)row->id);
    const struct about about = {replay, "task", name};
    struct book_task *log = book_task(replay->book, row->id);
    if (log == NULL || log->seen) {
        replay_differs(replay, "task %s: the store has it, the log does not", name);
        return;
    }
    log->seen = true;
    compare_text(&about, "state", log->open ? "open" : "done", row->open ? "open" : "done");
    compare_text(&about, "kind", task_kind_word(log->kind), task_kind_word(row->kind));
    compare_instant(&about, "deadline", log->deadline_ms, row->deadline_ms);
    compare_digest(&about, "cause", &log->cause, row->cause);
    compare_digest(&about, "owner", &log->owner, row->owner);
    compare_digest(&about, "done_by", &log->done_by, row->done_by);
}

/* Uids of notices are not remembered, only their digests: the advisory says where to look. */
void replay_end(struct replay *replay)
{
    const struct book *book = replay->book;
    const struct book_notice *n = NULL;
    const struct book_advisory *a = NULL;
    const struct book_task *task = NULL;
    for (size_t i = 0; (n = book_at(book, i)) != NULL; i++)
        if (!n->seen)
            replay_differs(replay,
                           "notice number %zu, of advisory %s: the log has it, the store does not",
                           i + 1, book_advisory_at(book, n->advisory)->uid);
    for (size_t i = 0; (a = book_advisory_at(book, i)) != NULL; i++)
        if (!a->seen)
            replay_differs(replay, "advisory %s: the log has it, the store does not", a->uid);
    for (size_t i = 0; (task = book_task_at(book, i)) != NULL; i++)
        if (!task->seen)
            replay_differs(replay, "task %lld: the log has it, the store does not",
                           (long long)task->id);
    replay_drills_end(replay);
    const struct replay_turns *log = &replay->log_turns;
    const struct replay_turns *store = &replay->store_turns;
    if (log->count != store->count)
        replay_differs(replay, "runs of digests: the log has %lld, the store %lld",
                       (long long)log->count, (long long)store->count);
    else if (!log->erased && !digest_equal(&log->sum, &store->sum))
        replay_differs(replay, "runs of digests: the log and the store do not have the same");
}
