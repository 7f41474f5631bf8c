/*
 * store/store - one open store, its transactions and its drivers.
 *
 * Two drivers, one SQL text: statements are written with $1 $2 (PostgreSQL) and rewritten to ?1 ?2
 * when SQLite prepares them. Only folder store/ knows SQL. All times are UTC milliseconds.
 *
 * Writers: one at a time. SQLite: an OFD lock on a sibling file "NAME.lock", journal_mode=TRUNCATE,
 * synchronous=FULL, foreign_keys=ON, and it refuses to open on anything else or on a network file
 * system. PostgreSQL: an advisory lock on the database, synchronous_commit=on.
 *
 * Threads: one struct store per thread.
 * Texts in rows belong to the arena that the call was given. In/out structs with NULL texts store
 * NULL.
 */
#ifndef TOCSIN_STORE_STORE_H
#define TOCSIN_STORE_STORE_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/word.h"

struct store; /* opaque */

enum store_mode {
    STORE_WRITE, /* takes the writer's lock; migrates the schema when it is older */
    STORE_READ,  /* no lock, no change; refuses a schema of another version */
    STORE_CREATE /* like WRITE, and makes an empty store when there is none */
};

/*
 * url: a path, or postgresql://...
 * Returns ERR_NOT_FOUND (no store: run `tocsin init`), ERR_STALE (another writer holds the lock;
 * the text says which process where known), ERR_INVALID (not ours, newer schema), ERR_REFUSED
 * (durability cannot be had), ERR_CORRUPT, ERR_IO.
 */
MUST_USE enum status store_open(struct store **out, const char *url, enum store_mode mode,
                                struct err *err);
void store_close(struct store *store);               /* NULL is fine; rolls back what is open */
const char *store_driver(const struct store *store); /* "sqlite", "postgresql" */

/*
 * One transaction at a time. It keeps its first error: after a failed statement every further one
 * and the commit return that error, so callers may chain. ERR_NOT_FOUND is an answer and no error,
 * and so is what blob_get says of the bytes of a blob.
 * store_commit OK means durable. When nobody can know ("unknown whether the commit succeeded"),
 * every further call is ERR_IO until the store is closed and opened again. Readers: begin gives a
 * consistent snapshot; keep it short.
 */
MUST_USE enum status store_begin(struct store *store, struct err *err);
MUST_USE enum status store_commit(struct store *store, struct err *err);
void store_rollback(struct store *store); /* fine when nothing is open */
/* The error that the open transaction keeps; OK while it is good. */
MUST_USE enum status store_usable(const struct store *store, struct err *err);

/*
 * A SAVEPOINT inside the transaction, so that one stale item of a group fails alone: an error
 * between item_begin and item_drop is forgotten by item_drop, everything else of the group stays.
 * Where the database gave up the whole transaction (full disk, lost connection), item_drop and
 * everything after it return that error.
 */
MUST_USE enum status store_item_begin(struct store *store, struct err *err);
MUST_USE enum status store_item_keep(struct store *store, struct err *err);
MUST_USE enum status store_item_drop(struct store *store, struct err *err);

/* Small facts: "mode" (test|real), "log_origin", "register_version", import hashes, ... */
MUST_USE enum status meta_get(const char **out, struct arena *arena, struct store *store,
                              const char *name, struct err *err); /* ERR_NOT_FOUND */
MUST_USE enum status meta_set(struct store *store, const char *name, const char *value,
                              struct err *err);

/* Blobs by their SHA-256 (64 hex digits); each distinct one once. */
MUST_USE enum status blob_put(char out_sha256[65], struct store *store, struct bytes data,
                              struct err *err);
/*
 * Appends. ERR_NOT_FOUND; ERR_REFUSED when its bytes were erased (store/erase.h); ERR_CORRUPT when
 * the hash differs; ERR_LIMIT when it does not fit.
 */
MUST_USE enum status blob_get(struct str *out, struct store *store, const char *sha256,
                              struct err *err);

/*
 * A consistent copy of the open store into `path`, an empty file of the caller's, while others may
 * write. Goes in steps of a few milliseconds, between which a writer can commit; when it commits so
 * often that the copy would never end, the steps grow. Not synced yet. ERR_INVALID on PostgreSQL,
 * with the command that does it there; ERR_IO.
 */
MUST_USE enum status store_copy(struct store *store, const char *path, struct err *err);

/*
 * Write anew what holds rows, outside any transaction: bytes of rows that were changed or removed
 * are in no file of the store afterwards. SQLite: VACUUM; the journal is emptied. PostgreSQL:
 * VACUUM FULL of our tables; its write-ahead log, replicas and archives are not reached. Others
 * wait meanwhile. Needs as much room again as the store. ERR_IO (also: a reader holds it for too
 * long).
 */
MUST_USE enum status store_scrub(struct store *store, struct err *err);

/*
 * Whole-store check: what the database can say of itself, foreign keys, no gap in the evidence log,
 * blob hashes. ERR_CORRUPT says what. Reads everything: on SQLite commits wait meanwhile.
 */
MUST_USE enum status store_check(struct store *store, struct err *err);
/* Rows of a table of ours; for tests and doctor. */
MUST_USE enum status store_count(int64_t *out, struct store *store, const char *table,
                                 struct err *err);

#endif
