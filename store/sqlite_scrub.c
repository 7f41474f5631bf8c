#include "store/sqlite_inner.h"

/* Above that the copy that VACUUM makes does not go into memory. */
#define MEMORY_MOST (INT64_C(256) * 1024 * 1024)

static enum status size_of(int64_t *out, struct sqlite *s, struct err *err)
{
    int64_t pages = 0, page = 0;
    enum status status = sqlite_ask_int(s, "PRAGMA page_count", &pages, err);
    if (status == OK)
        status = sqlite_ask_int(s, "PRAGMA page_size", &page, err);
    *out = pages * page;
    return status;
}

static enum status run(struct sqlite *s, const char *sql, struct err *err)
{
    int code = sqlite3_exec(s->db, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? OK : sqlite_error(s, code, err);
}

/*
 * secure_delete writes zeros over what is removed, but not over what is left of a row that moved
 * within its page when the tree was balanced. VACUUM copies rows, not pages: what is no row is not
 * in the new file. The journal with the old pages is cut to nothing when it is done.
 */
enum status sqlite_scrub(struct driver *driver, struct err *err)
{
    struct sqlite *s = (struct sqlite *)driver;
    struct err second;
    int64_t size = 0;
    if (s->broken)
        return err_set(err, ERR_IO, "%s: " DRIVER_COMMIT_UNKNOWN, s->path);
    enum status status = size_of(&size, s, err);
    const bool large = size > MEMORY_MOST;
    if (status == OK && large)
        status = run(s, "PRAGMA temp_store=FILE", err);
    if (status == OK)
        status = run(s, "VACUUM", err);
    if (large)
        (void)run(s, "PRAGMA temp_store=MEMORY", &second);
    return status;
}
