#include "store/sqlite_inner.h"

#include <stdlib.h>
#include <time.h>

#define STEP_PAGES 200           /* 800 kB: a few milliseconds in which nobody commits */
#define PAUSE_NS 2000000L        /* between steps, for those who wait */
#define BEGINNINGS_OF_ONE_STEP 3 /* so often it begins anew before its steps double */

/*
 * SQLite begins a copy anew when another connection has written between two steps. Each time that
 * this happens too often the steps double, so that it ends at the latest when one step is all.
 */
static enum status copy_pages(struct sqlite *s, sqlite3_backup *backup, struct err *err)
{
    int pages = STEP_PAGES;
    int before = 0;
    int beginnings = 0;
    for (;;) {
        int code = sqlite3_backup_step(backup, pages);
        if (code == SQLITE_DONE)
            return OK;
        if (code != SQLITE_OK && code != SQLITE_BUSY && code != SQLITE_LOCKED)
            return sqlite_error(s, code, err);
        int left = sqlite3_backup_remaining(backup);
        if (before > 0 && left >= before && ++beginnings % BEGINNINGS_OF_ONE_STEP == 0 &&
            pages < 1 << 28)
            pages *= 2;
        before = left;
        (void)nanosleep(&(struct timespec){.tv_nsec = PAUSE_NS}, NULL);
    }
}

enum status sqlite_copy(struct driver *driver, const char *path, struct err *err)
{
    struct sqlite *s = (struct sqlite *)driver;
    struct sqlite to = {.path = xstrdup(path), .lock_fd = -1};
    sqlite3_backup *backup = NULL;
    enum status status = OK;
    int code = sqlite3_open_v2(path, &to.db,
                               SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX |
                                   SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_PRIVATECACHE,
                               NULL);
    /* Nobody knows the file yet: no journal; the caller syncs it as a whole. */
    if (code == SQLITE_OK)
        code = sqlite3_exec(to.db, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF", NULL, NULL,
                            NULL);
    if (code == SQLITE_OK) {
        backup = sqlite3_backup_init(to.db, "main", s->db, "main");
        code = backup == NULL ? sqlite3_extended_errcode(to.db) : SQLITE_OK;
    }
    status = code == SQLITE_OK ? copy_pages(&to, backup, err) : sqlite_error(&to, code, err);
    code = sqlite3_backup_finish(backup);
    if (status == OK && code != SQLITE_OK)
        status = sqlite_error(&to, code, err);
    if (sqlite3_close(to.db) != SQLITE_OK && status == OK)
        status = err_set(err, ERR_IO, "%s: cannot be closed", path);
    free(to.path);
    return status;
}
