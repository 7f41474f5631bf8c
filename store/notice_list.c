#include "store/advisory.h"
#include "store/notice_inner.h"

#include <stdlib.h>
#include <string.h>

#define LIST_LIMIT ((size_t)500)

/*
 * One statement per way in, so that each has an index to go by; the rest of the filter is checked
 * on the rows. States are bound as one text of words between commas.
 */
#define LIST_REST                                                                                  \
    " AND id > $1 AND ($2 = '' OR $2 LIKE '%,' || state || ',%') "                                 \
    "AND ($3 = 0 OR advisory_id = $3) AND ($4 = '' OR party = $4) "                                \
    "AND ($5 = 0 OR task_id = $5) ORDER BY id LIMIT $6"

static const char list_of_task_sql[] =
    "SELECT " NOTICE_COLUMNS " FROM notice WHERE task_id = $5" LIST_REST;
static const char list_of_party_sql[] =
    "SELECT " NOTICE_COLUMNS " FROM notice WHERE party = $4" LIST_REST;
static const char list_at_work_sql[] =
    "SELECT " NOTICE_COLUMNS " FROM notice "
    "WHERE state IN ('sealing', 'sending', 'dotted', 'uncertain')" LIST_REST;
static const char list_of_advisory_sql[] =
    "SELECT " NOTICE_COLUMNS " FROM notice WHERE advisory_id = $3" LIST_REST;
static const char list_sql[] = "SELECT " NOTICE_COLUMNS " FROM notice WHERE id > 0" LIST_REST;

/* In the hands of a worker: few rows at any time, so the index by state and a sort do. */
#define AT_WORK                                                                                    \
    (1u << STATE_SEALING | 1u << STATE_SENDING | 1u << STATE_DOTTED | 1u << STATE_UNCERTAIN)

static const char *list_way(const struct notice_filter *filter)
{
    if (filter->task_id != 0)
        return list_of_task_sql;
    if (filter->party != NULL)
        return list_of_party_sql;
    if (filter->states != 0 && (filter->states & ~AT_WORK) == 0)
        return list_at_work_sql;
    return filter->advisory_id != 0 ? list_of_advisory_sql : list_sql;
}

static void states_text(struct str *out, unsigned states)
{
    str_init(out, STR_LIMIT_LINE);
    for (int i = 0; i < (int)STATE_COUNT; i++)
        if ((states & 1u << i) != 0)
            str_addf(out, "%s%s,", out->size == 0 ? "," : "",
                     notice_state_word((enum notice_state)i));
}

enum status notice_list(struct notice **out, size_t *count, struct arena *arena,
                        struct store *store, const struct notice_filter *filter, struct err *err)
{
    struct str states;
    struct query q;
    states_text(&states, filter->states);
    query_init(&q, store, list_way(filter));
    query_put_int(&q, filter->after_id);
    query_put_text(&q, str_text(&states));
    query_put_int(&q, filter->advisory_id);
    query_put_text(&q, filter->party == NULL ? "" : filter->party);
    query_put_int(&q, filter->task_id);
    query_put_size(&q, filter->limit == 0 ? LIST_LIMIT : filter->limit);
    enum status status = notice_all(out, count, &q, arena, err);
    str_dispose(&states);
    return status;
}

/*
 * Group by group along the index of the queue: sorted by what is asked for, a million rows would be
 * a hundred megabytes. Levels stand side by side, in the order of enum level; words in theirs.
 */
#define OF_LEVEL(word)                                                                             \
    ", count(CASE WHEN level = '" word "' THEN 1 END) AS count_" word                              \
    ", count(CASE WHEN level = '" word                                                             \
    "' AND kind IN ('reminder', 'escalation', 'release') THEN 1 END) "                             \
    "AS again_" word ", coalesce(min(CASE WHEN level = '" word "' AND deadline_ms > 0 "            \
    "AND kind NOT IN ('reminder', 'escalation', 'release') THEN deadline_ms END), 0) AS due_" word
#define BY_LANE                                                                                    \
    "SELECT state, lane_id" OF_LEVEL("sealed") OF_LEVEL("tls") OF_LEVEL("waiting")                 \
        OF_LEVEL("task") " FROM notice WHERE ($1 = 0 OR advisory_id = $1) GROUP BY state, lane_id"

static const char notice_tally_sql[] =
    "SELECT l.advisory_id, g.state, l.kind, count_sealed, again_sealed, due_sealed, count_tls, "
    "again_tls, due_tls, count_waiting, again_waiting, due_waiting, count_task, again_task, "
    "due_task "
    "FROM (" BY_LANE ") g JOIN lane l ON l.id = g.lane_id "
    "WHERE $1 <> 0 OR " ADVISORY_ID_NO_EXERCISE("l.advisory_id");

static int by_words(const void *a, const void *b)
{
    const struct notice_tally *left = a, *right = b;
    if (left->advisory_id != right->advisory_id)
        return left->advisory_id < right->advisory_id ? -1 : 1;
    int order = strcmp(notice_state_word(left->state), notice_state_word(right->state));
    if (order == 0)
        order = strcmp(level_word(left->level), level_word(right->level));
    return order != 0 ? order : strcmp(party_kind_word(left->kind), party_kind_word(right->kind));
}

/* Several lanes are of one kind: countries, relay and outbox. */
static void add_tally(struct notice_tally **list, size_t *count, struct arena *arena,
                      const struct notice_tally *more)
{
    for (size_t i = 0; i < *count; i++) {
        struct notice_tally *row = &(*list)[i];
        if (by_words(row, more) != 0)
            continue;
        row->count += more->count;
        row->again += more->again;
        if (row->earliest_deadline_ms == 0 ||
            (more->earliest_deadline_ms > 0 &&
             more->earliest_deadline_ms < row->earliest_deadline_ms))
            row->earliest_deadline_ms = more->earliest_deadline_ms;
        return;
    }
    arena_push(arena, list, count, sizeof *more, more);
}

enum status notice_tally(struct notice_tally **out, size_t *count, struct arena *arena,
                         struct store *store, int64_t advisory_id, struct err *err)
{
    struct query q;
    *out = NULL;
    *count = 0;
    query_init(&q, store, notice_tally_sql);
    query_put_int(&q, advisory_id);
    while (query_next(&q)) {
        struct notice_tally row = {.advisory_id = query_int(&q)};
        query_known(&q, notice_state_of(&row.state, query_text(&q, arena)));
        query_known(&q, party_kind_of(&row.kind, query_text(&q, arena)));
        for (int level = 0; level < (int)LEVEL_COUNT; level++) {
            row.level = (enum level)level;
            row.count = query_int(&q);
            row.again = query_int(&q);
            row.earliest_deadline_ms = query_int(&q);
            if (row.count > 0)
                add_tally(out, count, arena, &row);
        }
    }
    if (*count > 1)
        qsort(*out, *count, sizeof **out, by_words);
    return query_end(&q, err);
}
