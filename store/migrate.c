#include "store/inner.h"

#include <inttypes.h>

static enum status migrate_files(struct driver *driver, int64_t version, int64_t newest,
                                 struct err *err)
{
    const struct driver_ops *ops = driver->ops;
    enum status status = ops->begin(driver, true, err);
    if (status != OK)
        return status;
    for (int64_t i = version; i < newest && status == OK; i++) {
        int64_t reached = -1;
        status = ops->script(driver, (const char *)ops->migrations[i].data, err);
        if (status == OK)
            status = ops->version(driver, &reached, err);
        /* Each file writes its own number: a file that forgot to would run twice. */
        if (status == OK && reached != i + 1)
            status = err_set(err, ERR_CORRUPT,
                             "store: %s left the schema at version %" PRId64
                             ": this build of the program is damaged",
                             ops->migrations[i].name, reached);
        if (status != OK)
            (void)err_prefix(err, "%s", ops->migrations[i].name);
    }
    if (status == OK)
        status = ops->commit(driver, err);
    if (status != OK)
        ops->rollback(driver);
    return status;
}

static enum status migrate_all(struct driver *driver, int64_t version, int64_t newest,
                               struct err *err)
{
    enum status status = driver->ops->migrating(driver, true, err);
    if (status == OK)
        status = migrate_files(driver, version, newest, err);
    if (status == OK)
        status = driver->ops->migrating(driver, false, err);
    return status; /* after an error the store is not opened */
}

enum status store_migrate(struct driver *driver, enum store_mode mode, const char *name,
                          struct err *err)
{
    const int64_t newest = (int64_t)*driver->ops->migration_count;
    int64_t version = 0;
    enum status status = driver->ops->version(driver, &version, err);
    if (status != OK || version == newest)
        return status;
    if (version == 0 && mode != STORE_CREATE)
        return err_set(err, ERR_NOT_FOUND, "%s: there is no store yet: run `tocsin init`", name);
    if (version > newest)
        return err_set(err, ERR_INVALID,
                       "%s: its schema is version %" PRId64 ", this program knows %" PRId64
                       ": use the newer program",
                       name, version, newest);
    if (mode == STORE_READ)
        return err_set(err, ERR_INVALID,
                       "%s: its schema is version %" PRId64 ", this program wants %" PRId64
                       ": run `tocsin doctor` once, which brings it up to date",
                       name, version, newest);
    return migrate_all(driver, version, newest, err);
}
