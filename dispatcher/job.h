/*
 * dispatcher/job - the messages between the dispatcher and its children (frames of base/frame).
 *
 * Dispatcher → both: CLOCK, when our time is not the machine's.
 * Dispatcher → sealer: SETUP, SEAL.        Sealer → dispatcher: READY, SEALED, UNSEALED.
 * Dispatcher → carrier: SETUP, PARCEL, LEAVE.  Carrier → dispatcher: READY, DOT, DONE.
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
    JOB_CLOCK
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
    SEAL_DATE,
    SEAL_TEXT,
    SEAL_HTML,
    SEAL_PART_COUNT,
    SEAL_HEADER_COUNT,
    SEAL_REST
};
#define SEAL_PARTS 6u
#define SEAL_HEADERS 5u
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
