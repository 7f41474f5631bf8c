/*
 * store/libpq - the client library of PostgreSQL, loaded when a store on PostgreSQL is opened.
 *
 * It brings sixteen other libraries along. Linked in, each would be in every process of ours, and a
 * sealer, which forks twice for each notice, would have their page tables copied each time:
 * 0.7 ms of CPU. Private to the files of the driver, which call its functions by their names.
 */
#ifndef TOCSIN_STORE_LIBPQ_H
#define TOCSIN_STORE_LIBPQ_H

#include "base/err.h"

#include <libpq-fe.h>

/* clang-format off */
#define LIBPQ_FUNCTIONS(X) \
    X(PQclear) X(PQcmdStatus) X(PQcmdTuples) X(PQconnectdbParams) X(PQconninfoFree) \
    X(PQconninfoParse) X(PQdb) X(PQerrorMessage) X(PQexec) X(PQexecPrepared) X(PQfinish) \
    X(PQfname) X(PQfreemem) X(PQftype) X(PQgetisnull) X(PQgetlength) X(PQgetvalue) X(PQhost) \
    X(PQnfields) X(PQntuples) X(PQport) X(PQprepare) X(PQresultErrorField) X(PQresultStatus) \
    X(PQserverVersion) X(PQsetNoticeReceiver) X(PQstatus) X(PQtransactionStatus) X(PQuser)
/* clang-format on */

#define LIBPQ_MEMBER(name) __typeof__(name) *name;
struct libpq {
    LIBPQ_FUNCTIONS(LIBPQ_MEMBER)
};
#undef LIBPQ_MEMBER

/* Of the process, like the code it points into: filled once by libpq_load, never changed again. */
extern struct libpq libpq;

/* Before anything else of it is called. ERR_IO: it is not installed, or lacks a function. */
MUST_USE enum status libpq_load(struct err *err);

#ifndef LIBPQ_NAMES_BARE /* as in libpq.c itself */
#define PQclear libpq.PQclear
#define PQcmdStatus libpq.PQcmdStatus
#define PQcmdTuples libpq.PQcmdTuples
#define PQconnectdbParams libpq.PQconnectdbParams
#define PQconninfoFree libpq.PQconninfoFree
#define PQconninfoParse libpq.PQconninfoParse
#define PQdb libpq.PQdb
#define PQerrorMessage libpq.PQerrorMessage
#define PQexec libpq.PQexec
#define PQexecPrepared libpq.PQexecPrepared
#define PQfinish libpq.PQfinish
#define PQfname libpq.PQfname
#define PQfreemem libpq.PQfreemem
#define PQftype libpq.PQftype
#define PQgetisnull libpq.PQgetisnull
#define PQgetlength libpq.PQgetlength
#define PQgetvalue libpq.PQgetvalue
#define PQhost libpq.PQhost
#define PQnfields libpq.PQnfields
#define PQntuples libpq.PQntuples
#define PQport libpq.PQport
#define PQprepare libpq.PQprepare
#define PQresultErrorField libpq.PQresultErrorField
#define PQresultStatus libpq.PQresultStatus
#define PQserverVersion libpq.PQserverVersion
#define PQsetNoticeReceiver libpq.PQsetNoticeReceiver
#define PQstatus libpq.PQstatus
#define PQtransactionStatus libpq.PQtransactionStatus
#define PQuser libpq.PQuser
#endif

#endif
