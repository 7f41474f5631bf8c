#include "store/notice_inner.h"

struct notice notice_read(struct query *q, struct arena *arena)
{
    struct notice row = {.id = query_int(q)};
    row.uid = query_text(q, arena);
    row.advisory_id = query_int(q);
    row.lane_id = query_int(q);
    row.party = query_text(q, arena);
    row.contact_id = query_id(q);
    query_known(q, notice_kind_of(&row.kind, query_text(q, arena)));
    query_known(q, notice_state_of(&row.state, query_text(q, arena)));
    query_known(q, level_of(&row.level, query_text(q, arena)));
    query_known(q, form_of(&row.form, query_text(q, arena)));
    query_known(q, route_of(&row.route, query_text(q, arena)));
    row.address = query_text(q, arena);
    row.key = query_text(q, arena);
    row.code = query_text(q, arena);
    row.token = query_text(q, arena);
    row.next_at_ms = query_int(q);
    row.deadline_ms = query_int(q);
    row.answer_by_ms = query_int(q);
    row.tries = query_int(q);
    row.sendings = query_int(q);
    row.crashes = query_int(q);
    row.parcel_id = query_id(q);
    row.attempt_id = query_id(q);
    row.task_id = query_id(q);
    query_known(q, grade_of(&row.grade, query_text(q, arena)));
    row.answer = query_text(q, arena);
    row.why = query_text(q, arena);
    row.created_ms = query_int(q);
    row.changed_ms = query_int(q);
    row.accepted_ms = query_int(q);
    row.text_group = query_text(q, arena);
    return row;
}

enum status notice_all(struct notice **out, size_t *count, struct query *q, struct arena *arena,
                       struct err *err)
{
    *out = NULL;
    *count = 0;
    while (query_next(q)) {
        struct notice row = notice_read(q, arena);
        arena_push(arena, out, count, sizeof row, &row);
    }
    return query_end(q, err);
}

static enum status notice_one(struct notice *out, struct query *q, struct arena *arena,
                              struct err *err)
{
    struct notice row = {0};
    if (query_next(q))
        row = notice_read(q, arena);
    enum status status = query_end_found(q, "notice", err);
    if (status == OK)
        *out = row;
    return status;
}

/* What an update may change, too: in the order of both statements below. */
static void notice_put_changing(struct query *q, const struct notice *notice)
{
    query_put_int(q, notice->lane_id);
    query_put_id(q, notice->contact_id);
    query_put_text(q, notice_state_word(notice->state));
    query_put_text(q, level_word(notice->level));
    query_put_text(q, form_word(notice->form));
    query_put_text(q, route_word(notice->route));
    query_put_text(q, notice->address);
    query_put_text(q, notice->key);
    query_put_int(q, notice->next_at_ms);
    query_put_int(q, notice->deadline_ms);
    query_put_int(q, notice->answer_by_ms);
    query_put_int(q, notice->tries);
    query_put_int(q, notice->sendings);
    query_put_int(q, notice->crashes);
    query_put_id(q, notice->parcel_id);
    query_put_id(q, notice->attempt_id);
    query_put_id(q, notice->task_id);
    query_put_text(q, grade_word(notice->grade));
    query_put_text(q, notice->answer);
    query_put_text(q, notice->why);
    query_put_int(q, notice->created_ms);
    query_put_int(q, notice->changed_ms);
    query_put_int(q, notice->accepted_ms);
    query_put_text(q, notice->text_group);
}

static const char notice_add_sql[] =
    "INSERT INTO notice (lane_id, contact_id, state, level, form, route, address, key, next_at_ms, "
    "deadline_ms, answer_by_ms, tries, sendings, crashes, parcel_id, attempt_id, task_id, grade, "
    "answer, why, created_ms, changed_ms, accepted_ms, text_group, uid, advisory_id, party, kind, "
    "code, "
    "token) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, "
    "$20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30) RETURNING id";

enum status notice_add(struct notice *notice, struct store *store, struct err *err)
{
    struct query q;
    query_init(&q, store, notice_add_sql);
    notice_put_changing(&q, notice);
    query_put_text(&q, notice->uid);
    query_put_int(&q, notice->advisory_id);
    query_put_text(&q, notice->party);
    query_put_text(&q, notice_kind_word(notice->kind));
    query_put_text(&q, notice->code);
    query_put_text(&q, notice->token);
    return query_insert(&q, &notice->id, err);
}

static const char notice_get_sql[] = "SELECT " NOTICE_COLUMNS " FROM notice WHERE id = $1";

enum status notice_get(struct notice *out, struct arena *arena, struct store *store, int64_t id,
                       struct err *err)
{
    struct query q;
    query_init(&q, store, notice_get_sql);
    query_put_int(&q, id);
    return notice_one(out, &q, arena, err);
}

static const char notice_by_token_sql[] = "SELECT " NOTICE_COLUMNS " FROM notice WHERE token = $1";

enum status notice_by_token(struct notice *out, struct arena *arena, struct store *store,
                            const char *token, struct err *err)
{
    struct query q;
    query_init(&q, store, notice_by_token_sql);
    query_put_text(&q, token);
    return notice_one(out, &q, arena, err);
}

static const char notice_by_code_sql[] = "SELECT " NOTICE_COLUMNS " FROM notice WHERE code = $1";

enum status notice_by_code(struct notice *out, struct arena *arena, struct store *store,
                           const char *code, struct err *err)
{
    struct query q;
    query_init(&q, store, notice_by_code_sql);
    query_put_text(&q, code);
    return notice_one(out, &q, arena, err);
}

static const char notice_by_uid_sql[] = "SELECT " NOTICE_COLUMNS " FROM notice WHERE uid = $1";

enum status notice_by_uid(struct notice *out, struct arena *arena, struct store *store,
                          const char *uid, struct err *err)
{
    struct query q;
    query_init(&q, store, notice_by_uid_sql);
    query_put_text(&q, uid);
    return notice_one(out, &q, arena, err);
}

static const char notice_update_sql[] =
    "UPDATE notice SET lane_id = $1, contact_id = $2, state = $3, level = $4, form = $5, "
    "route = $6, address = $7, key = $8, next_at_ms = $9, deadline_ms = $10, answer_by_ms = $11, "
    "tries = $12, sendings = $13, crashes = $14, parcel_id = $15, attempt_id = $16, task_id = $17, "
    "grade = $18, answer = $19, why = $20, created_ms = $21, changed_ms = $22, accepted_ms = $23, "
    "text_group = $24 WHERE id = $25 AND state = $26";

enum status notice_update(struct store *store, const struct notice *notice, enum notice_state from,
                          struct err *err)
{
    struct query q;
    query_init(&q, store, notice_update_sql);
    notice_put_changing(&q, notice);
    query_put_int(&q, notice->id);
    query_put_text(&q, notice_state_word(from));
    return query_change(&q, "the notice", err);
}
