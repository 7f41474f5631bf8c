/*
 * store/notice_inner - how a row of the table notice is read; private to this folder.
 */
#ifndef TOCSIN_STORE_NOTICE_INNER_H
#define TOCSIN_STORE_NOTICE_INNER_H

#include "store/notice.h"
#include "store/query.h"

#define NOTICE_COLUMNS                                                                             \
    "id, uid, advisory_id, lane_id, party, contact_id, kind, state, level, form, route, address, " \
    "key, code, token, next_at_ms, deadline_ms, answer_by_ms, tries, sendings, crashes, "          \
    "parcel_id, attempt_id, task_id, grade, answer, why, created_ms, changed_ms, accepted_ms, "    \
    "text_group"

/* Columns in the order of NOTICE_COLUMNS. */
struct notice notice_read(struct query *q, struct arena *arena);
/* The rest of the query's rows; ends it. */
MUST_USE enum status notice_all(struct notice **out, size_t *count, struct query *q,
                                struct arena *arena, struct err *err);

#define PARCEL_COLUMNS "id, notice_id, message_id, address, key, level, sha256, plain, created_ms"
#define ATTEMPT_COLUMNS                                                                            \
    "id, notice_id, parcel_id, begin_ms, dot_ms, end_ms, verdict, code, enhanced, said, tls, "     \
    "peer, transcript"
#define RECEIPT_COLUMNS "id, notice_id, grade, how, by_person, detail, units, sha256, at_ms"

enum status parcel_all(struct parcel_row **out, size_t *count, struct query *q, struct arena *arena,
                       struct err *err);
enum status attempt_all(struct attempt **out, size_t *count, struct query *q, struct arena *arena,
                        struct err *err);
enum status receipt_all(struct receipt_row **out, size_t *count, struct query *q,
                        struct arena *arena, struct err *err);

#endif
