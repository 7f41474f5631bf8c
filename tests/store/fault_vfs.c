#include "tests/store/fault_vfs.h"

#include "base/str.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECTOR 512
#define FILES 8

/* A write (or, without data, a truncation) since the last sync. */
struct pending {
    struct pending *next;
    sqlite3_int64 at;
    size_t size;
    unsigned char *data;
};

struct fault_file {
    sqlite3_file base;
    sqlite3_file *real;
    unsigned char *synced; /* content as of the last sync */
    size_t synced_size;
    struct pending *first, **last;
};

static sqlite3_vfs *real_vfs;
static struct fault_file *files[FILES];
static enum fault armed;
static long armed_at, calls;
static unsigned seed_now;
static bool struck;

static unsigned chance(unsigned below)
{
    seed_now = seed_now * 1103515245u + 12345u;
    return (seed_now >> 16) % below;
}

static void forget_pending(struct fault_file *f)
{
    while (f->first != NULL) {
        struct pending *next = f->first->next;
        free(f->first->data);
        free(f->first);
        f->first = next;
    }
    f->last = &f->first;
}

static void remember(struct fault_file *f, sqlite3_int64 at, const void *data, size_t size)
{
    struct pending *p = xcalloc(1, sizeof *p);
    p->at = at;
    p->size = size;
    if (data != NULL) {
        p->data = xcalloc(1, size);
        memcpy(p->data, data, size);
    }
    *f->last = p;
    f->last = &p->next;
}

/* SQLite's own unix files take at most 128 KiB at once, and do not say so. */
#define AT_ONCE ((size_t)65536)

static int move_all(sqlite3_file *real, unsigned char *data, size_t size, bool write)
{
    int code = SQLITE_OK;
    for (size_t done = 0; done < size && code == SQLITE_OK; done += AT_ONCE) {
        const int part = (int)(size - done < AT_ONCE ? size - done : AT_ONCE);
        code = write ? real->pMethods->xWrite(real, data + done, part, (sqlite3_int64)done)
                     : real->pMethods->xRead(real, data + done, part, (sqlite3_int64)done);
    }
    return code;
}

static void take_synced(struct fault_file *f)
{
    sqlite3_int64 size = 0;
    int code = f->real->pMethods->xFileSize(f->real, &size);
    assert(code == SQLITE_OK);
    free(f->synced);
    f->synced_size = (size_t)size;
    f->synced = xcalloc(1, f->synced_size + 1);
    code = move_all(f->real, f->synced, f->synced_size, false);
    assert(code == SQLITE_OK);
    forget_pending(f);
}

/* What a disk makes of one file when the power goes. */
static void lose_power_on(struct fault_file *f)
{
    const sqlite3_io_methods *real = f->real->pMethods;
    (void)real->xTruncate(f->real, 0);
    (void)move_all(f->real, f->synced, f->synced_size, true);
    for (const struct pending *p = f->first; p != NULL; p = p->next) {
        const unsigned fate = chance(3); /* all of it, nothing, or some sectors */
        if (fate == 1)
            continue;
        if (p->data == NULL) {
            (void)real->xTruncate(f->real, p->at);
            continue;
        }
        for (size_t done = 0; done < p->size;) {
            size_t room = SECTOR - ((size_t)p->at + done) % SECTOR;
            size_t size = p->size - done < room ? p->size - done : room;
            if (fate == 0 || chance(2) == 0)
                (void)real->xWrite(f->real, p->data + done, (int)size, p->at + (sqlite3_int64)done);
            done += size;
        }
    }
}

/* Counts a call; what it shall return instead of being done, or SQLITE_OK. */
static int strike(bool writes, int eio)
{
    calls++;
    const bool now = calls == armed_at || (armed == FAULT_EIO_EVER && calls > armed_at);
    if (armed == FAULT_NONE || !now)
        return SQLITE_OK;
    struck = true;
    if (armed == FAULT_FULL)
        return writes ? SQLITE_FULL : SQLITE_OK;
    if (armed != FAULT_POWER)
        return eio;
    for (size_t i = 0; i < FILES; i++)
        if (files[i] != NULL)
            lose_power_on(files[i]);
    _exit(FAULT_EXIT);
}

#define FILE_OF(file) ((struct fault_file *)(void *)(file))
#define REAL(file) (FILE_OF(file)->real)
#define CALL(file, method, ...) (REAL(file)->pMethods->method(REAL(file), __VA_ARGS__))

static int fault_close(sqlite3_file *file)
{
    struct fault_file *f = FILE_OF(file);
    int code = f->real->pMethods->xClose(f->real);
    forget_pending(f);
    free(f->synced);
    for (size_t i = 0; i < FILES; i++)
        if (files[i] == f)
            files[i] = NULL;
    return code;
}

static int fault_read(sqlite3_file *file, void *data, int size, sqlite3_int64 at)
{
    int code = strike(false, SQLITE_IOERR_READ);
    return code != SQLITE_OK ? code : CALL(file, xRead, data, size, at);
}

static int fault_write(sqlite3_file *file, const void *data, int size, sqlite3_int64 at)
{
    int code = strike(true, SQLITE_IOERR_WRITE);
    if (code == SQLITE_OK)
        code = CALL(file, xWrite, data, size, at);
    if (code == SQLITE_OK)
        remember(FILE_OF(file), at, data, (size_t)size);
    return code;
}

static int fault_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    int code = strike(false, SQLITE_IOERR_TRUNCATE);
    if (code == SQLITE_OK)
        code = CALL(file, xTruncate, size);
    if (code == SQLITE_OK)
        remember(FILE_OF(file), size, NULL, 0);
    return code;
}

static int fault_sync(sqlite3_file *file, int flags)
{
    (void)flags;
    int code = strike(false, SQLITE_IOERR_FSYNC);
    if (code == SQLITE_OK)
        take_synced(FILE_OF(file));
    return code;
}

static int fault_size(sqlite3_file *file, sqlite3_int64 *size)
{
    int code = strike(false, SQLITE_IOERR_FSTAT);
    return code != SQLITE_OK ? code : CALL(file, xFileSize, size);
}

static int fault_lock(sqlite3_file *file, int level)
{
    int code = strike(false, SQLITE_IOERR_LOCK);
    return code != SQLITE_OK ? code : CALL(file, xLock, level);
}

static int fault_unlock(sqlite3_file *file, int level)
{
    return CALL(file, xUnlock, level);
}

static int fault_reserved(sqlite3_file *file, int *out)
{
    return CALL(file, xCheckReservedLock, out);
}

static int fault_control(sqlite3_file *file, int op, void *data)
{
    return CALL(file, xFileControl, op, data);
}

static int fault_sector(sqlite3_file *file)
{
    return REAL(file)->pMethods->xSectorSize(REAL(file));
}

static int fault_characteristics(sqlite3_file *file)
{
    return REAL(file)->pMethods->xDeviceCharacteristics(REAL(file));
}

/* Version 1: no shared memory and no mapping, past which a disk could not look. */
static const sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = fault_close,
    .xRead = fault_read,
    .xWrite = fault_write,
    .xTruncate = fault_truncate,
    .xSync = fault_sync,
    .xFileSize = fault_size,
    .xLock = fault_lock,
    .xUnlock = fault_unlock,
    .xCheckReservedLock = fault_reserved,
    .xFileControl = fault_control,
    .xSectorSize = fault_sector,
    .xDeviceCharacteristics = fault_characteristics,
};

static int fault_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
    struct fault_file *f = FILE_OF(file);
    (void)vfs;
    memset(f, 0, sizeof *f);
    int code = strike(false, SQLITE_CANTOPEN);
    if (code != SQLITE_OK && armed != FAULT_READER)
        return code;
    if (code != SQLITE_OK)
        flags = (flags & ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) | SQLITE_OPEN_READONLY;
    f->real = (sqlite3_file *)(void *)(f + 1);
    f->last = &f->first;
    code = real_vfs->xOpen(real_vfs, name, f->real, flags, out);
    if (code != SQLITE_OK)
        return code;
    f->base.pMethods = &methods;
    take_synced(f);
    for (size_t i = 0; i < FILES; i++) {
        if (files[i] == NULL) {
            files[i] = f;
            return SQLITE_OK;
        }
    }
    abort();
}

void fault_register(void)
{
    static sqlite3_vfs vfs;
    real_vfs = sqlite3_vfs_find(NULL);
    vfs = *real_vfs;
    vfs.zName = "fault";
    vfs.pNext = NULL;
    vfs.szOsFile = (int)sizeof(struct fault_file) + real_vfs->szOsFile;
    vfs.xOpen = fault_open;
    int code = sqlite3_vfs_register(&vfs, 1);
    assert(code == SQLITE_OK);
}

void fault_arm(enum fault fault, long at, unsigned seed)
{
    armed = fault;
    armed_at = at;
    seed_now = seed;
    calls = 0;
    struck = false;
}

bool fault_struck(void)
{
    return struck;
}
