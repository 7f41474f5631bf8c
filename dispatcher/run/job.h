/*
 * dispatcher/run/job - the messages between the dispatcher and its children (frames of base/frame).
 *
 * Dispatcher → both: CLOCK, when our time is not the machine's.
 * Dispatcher → sealer: SETUP, SEAL, MANY.  Sealer → dispatcher: READY, SEALED, UNSEALED, DONE_MANY.
 * Dispatcher → carrier: SETUP, PARCEL, LEAVE.  Carrier → dispatcher: READY, DOT, DONE.
 * Dispatcher → signer: SETUP, CHECKPOINT, SIGN, NEW_KEY, MEMORY.  Signer → dispatcher: READY (its
 * verifier key; why it signs nothing), CHECKPOINTED, SIGNED, KEY_MADE, REMEMBERED, UNSIGNED.
 * Dispatcher → fetcher: FETCH.  Fetcher → dispatcher: FETCHED (judged), UNFETCHED (why there is no
 * time-stamp); dispatcher/signed/stamped.h.
 * Dispatcher → opener: OPEN.  Opener → dispatcher: OPENED (dispatcher/back/opened.h).
 * Field numbers are the enums below; this header is the only place that knows them.
 */
#ifndef TOCSIN_DISPATCHER_JOB_H
#define TOCSIN_DISPATCHER_JOB_H

#include "base/frame.h"

#define CHILD_FD 3 /* every child talks to its parent here */

enum job_type {
    JOB_SETUP = 0x4a4f4201,
    JOB_READY,
    JOB_SEAL,
    JOB_SEALED,
    JOB_UNSEALED,
    JOB_PARCEL,
    JOB_DOT,
    JOB_LEAVE,
    JOB_DONE,
    JOB_CLOCK,
    JOB_MANY,
    JOB_DONE_MANY,
    JOB_CHECKPOINT,
    JOB_CHECKPOINTED,
    JOB_UNSIGNED,
    JOB_SIGN,
    JOB_SIGNED,
    JOB_NEW_KEY,
    JOB_KEY_MADE,
    JOB_MEMORY,
    JOB_REMEMBERED,
    JOB_FETCH,
    JOB_FETCHED,
    JOB_UNFETCHED,
    JOB_OPEN,
    JOB_OPENED
};

enum { SETUP_SEALER_HOME_FROM, SETUP_SEALER_HOME, SETUP_SEALER_FPR };
enum {
    SETUP_CARRIER_CHANNEL,
    SETUP_CARRIER_HOST,
    SETUP_CARRIER_PORT,
    SETUP_CARRIER_USER,
    SETUP_CARRIER_PASSWORD,
    SETUP_CARRIER_CA_FILE,
    SETUP_CARRIER_HELO,
    SETUP_CARRIER_PER_SESSION,
    SETUP_CARRIER_TIMEOUT,
    SETUP_CARRIER_OUTBOX,
    SETUP_CARRIER_HOME
};
enum { SETUP_SIGNER_STORE, SETUP_SIGNER_SECRET, SETUP_SIGNER_ORIGIN };
enum { CHECKPOINT_NOW }; /* over all that is in the store */
enum { CHECKPOINTED_SIZE, CHECKPOINTED_NOTE };
enum { UNSIGNED_STATUS, UNSIGNED_TEXT };
enum { SIGN_BYTES }; /* a list of sums: nothing that could be taken for a checkpoint */
enum { SIGNED_SIGNATURE };
enum { SIGNER_READY_KEY, SIGNER_READY_STATUS, SIGNER_READY_TEXT };
enum { KEY_MADE_LINE };
enum { REMEMBERED_SIZE, REMEMBERED_ROOT, REMEMBERED_AT };
enum {
    FETCH_URL,
    FETCH_REQUEST,
    FETCH_NOTE,
    FETCH_ROOTS,
    FETCH_TLS_CA,
    FETCH_TIMEOUT,
    FETCH_FIELDS
};
#define FETCH_MOST ((size_t)64 * 1024) /* no answer is longer */
enum {
    FETCHED_TOKEN,
    FETCHED_AT,
    FETCHED_CERT_END,
    FETCHED_AUTHORITY,
    FETCHED_SERIAL,
    FETCHED_FIELDS
};
enum { UNFETCHED_TEXT, UNFETCHED_FIELDS };
enum { OPEN_HOME, OPEN_SHAPE, OPEN_RAW };
enum { CLOCK_UP, CLOCK_WALL, CLOCK_OFF }; /* the anchor of base/even */
/* Behind the fixed fields: part_count × (filename, type, body), then header_count × (name, value).
 */
enum {
    SEAL_NOTICE,
    SEAL_LEVEL, /* enum level: SEALED, or TLS and WAITING, which are only signed */
    SEAL_CERT,
    SEAL_SUB_FPR,
    SEAL_FROM_NAME,
    SEAL_FROM,
    SEAL_TO_NAME,
    SEAL_TO,
    SEAL_REPLY_TO,
    SEAL_SUBJECT,
    SEAL_OUTER_SUBJECT,
    SEAL_MESSAGE_ID,
    SEAL_REFERENCES,
    SEAL_REPLY, /* 1: a machine's answer to it */
    SEAL_DATE,
    SEAL_TEXT,
    SEAL_HTML,
    SEAL_MARK, /* of an exercise; else NULL */
    SEAL_PART_COUNT,
    SEAL_HEADER_COUNT,
    SEAL_REST
};
#define SEAL_PARTS 6u
#define SEAL_HEADERS 5u
/*
 * One text for many. Behind the fixed fields: part_count × (filename, type, body), then to the end
 * MANY_FIELDS for each recipient.
 */
enum {
    MANY_FROM_NAME,
    MANY_FROM,
    MANY_GROUP,
    MANY_SUBJECT,
    MANY_MESSAGE_ID,
    MANY_DATE,
    MANY_TEXT,
    MANY_HTML,
    MANY_PART_COUNT,
    MANY_REST
};
enum {
    MANY_NOTICE,
    MANY_TO_NAME,
    MANY_TO,
    MANY_REPLY_TO,
    MANY_OUTER_SUBJECT,
    MANY_OUTER_MESSAGE_ID,
    MANY_REFERENCES,
    MANY_CERT,
    MANY_SUB_FPR,
    MANY_FIELDS
};
/*
 * At most so many at once: a sealer is busy with them for a fifth of a second, which is what an
 * authority's notice may have to wait for. With twice as many each would cost 3 % less.
 */
#define MANY_MOST 100u
#define MANY_BYTES ((size_t)16 * 1024 * 1024) /* of one job, roughly: no more join then */
/*
 * The answers of one job come in one frame or several: the plain text, absent but in the first,
 * then to the end MADE_FIELDS for each notice.
 */
enum { MADE_PLAIN, MADE_REST };
enum { MADE_NOTICE, MADE_STATUS, MADE_MESSAGE_ID, MADE_BYTES, MADE_TEXT, MADE_FIELDS };
#define MADE_FRAME ((size_t)4 * 1024 * 1024) /* a frame that grew to this is sent */
_Static_assert(MANY_REST + 3 * SEAL_PARTS + MANY_MOST * MANY_FIELDS <= FRAME_FIELDS, "fits");
_Static_assert(MADE_REST + MANY_MOST * MADE_FIELDS <= FRAME_FIELDS, "fits");
enum { SEALED_NOTICE, SEALED_MESSAGE_ID, SEALED_BYTES, SEALED_PLAIN };
enum { UNSEALED_NOTICE, UNSEALED_STATUS, UNSEALED_TEXT };
enum {
    PARCEL_ATTEMPT,
    PARCEL_ID,
    PARCEL_NOTICE,
    PARCEL_MESSAGE_ID,
    PARCEL_FROM,
    PARCEL_TO,
    PARCEL_MESSAGE
};
enum { DOT_ATTEMPT };
enum { LEAVE_ATTEMPT, LEAVE_GIVEN };
enum {
    DONE_ATTEMPT,
    DONE_VERDICT,
    DONE_CODE,
    DONE_ENHANCED,
    DONE_SAID,
    DONE_ENDPOINT_FAULT,
    DONE_CONFIG_FAULT,
    DONE_TRANSCRIPT,
    DONE_TLS,
    DONE_PEER
};

#endif
