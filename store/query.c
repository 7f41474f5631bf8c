#include "store/query.h"

#include "base/utf8.h"

#include <assert.h>
#include <string.h>

void query_init(struct query *q, struct store *store, const char *sql)
{
    /* Not the whole of it: the parameters are filled one by one, and there is room for many. */
    q->store = store;
    q->sql = sql;
    q->in_count = 0;
    q->cursor = (struct cursor){0};
    q->started = false;
    q->column = 0;
    q->rows = 0;
    q->err.text[0] = '\0';
    q->status = store_usable(store, &q->err);
}

static void query_put(struct query *q, struct value value)
{
    assert(!q->started && q->in_count < QUERY_VALUES);
    q->in[q->in_count++] = value;
}

void query_put_int(struct query *q, int64_t n)
{
    query_put(q, (struct value){.type = VALUE_INT, .n = n});
}

void query_put_id(struct query *q, int64_t id)
{
    query_put(q, (struct value){.type = VALUE_INT, .is_null = id == 0, .n = id});
}

void query_put_size(struct query *q, size_t n)
{
    query_put_int(q, n > INT64_MAX ? INT64_MAX : (int64_t)n);
}

static void query_put_checked(struct query *q, struct bytes text, bool is_null)
{
    /* PostgreSQL would refuse it and SQLite keep it: one answer for both, before they see it. */
    bool good =
        text.size == 0 || (utf8_valid(text, NULL) && memchr(text.data, '\0', text.size) == NULL);
    if (q->status == OK && !good)
        q->status = err_set(&q->err, ERR_INVALID,
                            "store: a text is not UTF-8, or holds U+0000: nothing was stored");
    query_put(q, (struct value){.type = VALUE_TEXT, .is_null = is_null, .bytes = text});
}

void query_put_text(struct query *q, const char *text)
{
    query_put_checked(q, bytes_of(text), text == NULL);
}

void query_put_text_bytes(struct query *q, struct bytes text)
{
    query_put_checked(q, text, false);
}

void query_put_blob(struct query *q, struct bytes data)
{
    query_put(q, (struct value){.type = VALUE_BLOB, .bytes = data});
}

bool query_next(struct query *q)
{
    const struct driver_ops *ops = q->store->driver->ops;
    bool row = false;
    if (q->status != OK)
        return false;
    if (!q->started) {
        q->started = true;
        q->store->running++;
        q->status = ops->start(q->store->driver, &q->cursor, q->sql, q->in, q->in_count, &q->err);
        if (q->status != OK)
            return false;
    }
    q->column = 0;
    q->status = ops->next(q->store->driver, &q->cursor, &row, &q->err);
    if (q->status != OK)
        return false;
    q->rows += row ? 1 : 0;
    return row;
}

static struct value query_column(struct query *q, enum value_type type)
{
    struct value value = {.type = type, .is_null = true};
    size_t column = q->column++;
    if (q->status != OK)
        return value;
    q->status =
        q->store->driver->ops->column(q->store->driver, &q->cursor, column, &value, &q->err);
    return q->status == OK ? value : (struct value){.type = type, .is_null = true};
}

int64_t query_id(struct query *q)
{
    struct value value = query_column(q, VALUE_INT);
    return value.is_null ? 0 : value.n;
}

int64_t query_int(struct query *q)
{
    struct value value = query_column(q, VALUE_INT);
    query_known(q, !value.is_null);
    return value.n;
}

bool query_maybe_int(struct query *q, int64_t *out)
{
    struct value value = query_column(q, VALUE_INT);
    if (!value.is_null)
        *out = value.n;
    return !value.is_null;
}

bool query_bool(struct query *q)
{
    return query_int(q) != 0;
}

const char *query_text(struct query *q, struct arena *arena)
{
    struct value value = query_column(q, VALUE_TEXT);
    if (value.is_null)
        return NULL;
    /* Somebody else wrote that: none of our statements can. */
    query_known(q,
                value.bytes.size == 0 || memchr(value.bytes.data, '\0', value.bytes.size) == NULL);
    return arena_strndup(arena, (const char *)value.bytes.data, value.bytes.size);
}

struct bytes query_blob(struct query *q)
{
    return query_column(q, VALUE_BLOB).bytes;
}

void query_known(struct query *q, bool known)
{
    if (q->status == OK && !known)
        q->status = err_set(&q->err, ERR_CORRUPT,
                            "store: column %zu of \"%.80s\" holds what this program never writes: "
                            "run `tocsin doctor`",
                            q->column, q->sql);
}

enum status query_end(struct query *q, struct err *err)
{
    if (q->started) {
        q->store->driver->ops->end(q->store->driver, &q->cursor);
        q->store->running--;
        q->started = false;
    }
    if (q->status == OK)
        return OK;
    q->err.code = q->status;
    if (err != NULL)
        *err = q->err;
    return store_keep_error(q->store, q->status, &q->err);
}

enum status query_end_found(struct query *q, const char *what, struct err *err)
{
    enum status status = query_end(q, err);
    if (status == OK && q->rows == 0)
        return err_set(err, ERR_NOT_FOUND, "store: there is no such %s", what);
    return status;
}

static void query_finish(struct query *q)
{
    while (query_next(q))
        continue;
}

enum status query_change(struct query *q, const char *what, struct err *err)
{
    query_finish(q);
    if (q->status == OK && q->cursor.changed != 1)
        q->status = err_set(&q->err, ERR_STALE,
                            "store: %s: it is not as it was when it was read: read it again", what);
    return query_end(q, err);
}

enum status query_run(struct query *q, struct err *err)
{
    query_finish(q);
    return query_end(q, err);
}

enum status query_insert(struct query *q, int64_t *out_id, struct err *err)
{
    int64_t id = 0;
    if (query_next(q))
        id = query_int(q);
    query_finish(q);
    enum status status = query_end(q, err);
    if (status == OK)
        *out_id = id;
    return status;
}

enum status query_did(struct query *q, bool *did, struct err *err)
{
    query_finish(q);
    enum status status = query_end(q, err);
    if (status == OK && did != NULL)
        *did = q->rows > 0;
    return status;
}
