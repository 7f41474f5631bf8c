#include "store/inner.h"

#include <assert.h>
#include <stdlib.h>

static bool url_is_postgresql(const char *url)
{
    return text_starts(url, "postgresql://") || text_starts(url, "postgres://");
}

enum status store_open(struct store **out, const char *url, enum store_mode mode, struct err *err)
{
    const bool remote = url_is_postgresql(url);
    const struct driver_ops *ops = remote ? &driver_postgresql : &driver_sqlite;
    struct store *store = xcalloc(1, sizeof *store);
    store->mode = mode;
    enum status status = ops->open(&store->driver, url, mode, err);
    if (status != OK)
        goto done;
    /* A PostgreSQL URL may hold a password: it is never named. */
    status = store_migrate(store->driver, mode, remote ? "the PostgreSQL database" : url, err);
    if (status != OK)
        goto done;
    *out = store;
    store = NULL;
done:
    store_close(store);
    return status;
}

void store_close(struct store *store)
{
    if (store == NULL)
        return;
    store_rollback(store);
    if (store->driver != NULL)
        store->driver->ops->close(store->driver);
    free(store);
}

const char *store_driver(const struct store *store)
{
    return store->driver->ops->name;
}

enum status store_copy(struct store *store, const char *path, struct err *err)
{
    enum status status = store_usable(store, err);
    return status == OK ? store->driver->ops->copy(store->driver, path, err) : status;
}

enum status store_scrub(struct store *store, struct err *err)
{
    enum status status = store_usable(store, err);
    if (status == OK && store->in_transaction)
        return err_set(err, ERR_INVALID, "store: cannot be written anew inside a transaction");
    return status == OK ? store->driver->ops->scrub(store->driver, err) : status;
}

enum status store_usable(const struct store *store, struct err *err)
{
    if (store->failed != OK && err != NULL)
        *err = store->kept;
    return store->failed;
}

enum status store_keep_error(struct store *store, enum status code, const struct err *err)
{
    if (store->in_transaction && store->failed == OK) {
        store->failed = code;
        store->kept = *err;
    }
    return code;
}

enum status store_begin(struct store *store, struct err *err)
{
    assert(!store->in_transaction && store->running == 0);
    enum status status = store->driver->ops->begin(store->driver, store->mode != STORE_READ, err);
    store->in_transaction = status == OK;
    return status;
}

static void transaction_forget(struct store *store)
{
    store->in_transaction = false;
    store->in_item = false;
    store->failed = OK;
}

enum status store_commit(struct store *store, struct err *err)
{
    assert(store->in_transaction && !store->in_item && store->running == 0);
    enum status status = store_usable(store, err);
    if (status == OK)
        status = store->driver->ops->commit(store->driver, err);
    if (status != OK)
        store->driver->ops->rollback(store->driver);
    transaction_forget(store);
    return status;
}

void store_rollback(struct store *store)
{
    assert(store->running == 0);
    if (store->in_transaction)
        store->driver->ops->rollback(store->driver);
    transaction_forget(store);
}

static const char item_begin_sql[] = "SAVEPOINT item";
static const char item_keep_sql[] = "RELEASE SAVEPOINT item";
static const char item_drop_sql[] = "ROLLBACK TO SAVEPOINT item; RELEASE SAVEPOINT item";

static enum status item_did(struct store *store, enum status status, const struct err *own,
                            struct err *err)
{
    if (status == OK)
        return OK;
    if (err != NULL)
        *err = *own;
    return store_keep_error(store, status, own);
}

static enum status item_command(struct store *store, const char *sql, struct err *err)
{
    struct err own;
    enum status status = store->driver->ops->command(store->driver, sql, &own);
    return item_did(store, status, &own, err);
}

static enum status item_script(struct store *store, const char *sql, struct err *err)
{
    struct err own;
    enum status status = store->driver->ops->script(store->driver, sql, &own);
    return item_did(store, status, &own, err);
}

enum status store_item_begin(struct store *store, struct err *err)
{
    assert(store->in_transaction && !store->in_item);
    enum status status = store_usable(store, err);
    if (status == OK)
        status = item_command(store, item_begin_sql, err);
    store->in_item = status == OK;
    return status;
}

enum status store_item_keep(struct store *store, struct err *err)
{
    assert(store->in_item && store->running == 0);
    enum status status = store_usable(store, err);
    if (status == OK)
        status = item_command(store, item_keep_sql, err);
    if (status == OK)
        store->in_item = false;
    return status;
}

enum status store_item_drop(struct store *store, struct err *err)
{
    assert(store->running == 0);
    if (!store->in_item)
        return store_usable(store, err);
    /* Whatever failed since item_begin is undone with it, unless the undoing fails as well. */
    const enum status before = store->failed;
    const struct err kept = store->kept;
    store->failed = OK;
    enum status status = item_script(store, item_drop_sql, err);
    store->in_item = false;
    if (status != OK && before != OK) {
        /* The savepoint went down with the whole transaction: the first error says why. */
        store->failed = before;
        store->kept = kept;
        status = store_usable(store, err);
    }
    return status;
}

enum status scope_begin(struct scope *scope, struct store *store, struct err *err)
{
    *scope = (struct scope){.store = store, .own = !store->in_transaction};
    return scope->own ? store_begin(store, err) : OK;
}

enum status scope_end(struct scope *scope, enum status status, struct err *err)
{
    if (!scope->own)
        return status;
    if (status == OK)
        return store_commit(scope->store, err);
    store_rollback(scope->store);
    return status;
}
