/*
 * dispatcher/cases/case_request - what a command asks of a case, on its way to op_case.
 *
 * One flat form for all acts; each uses what it needs, NULL is "not said".
 */
#ifndef TOCSIN_DISPATCHER_CASE_REQUEST_H
#define TOCSIN_DISPATCHER_CASE_REQUEST_H

#include "dispatcher/op.h"

struct case_request {
    const char *act; /* open, assign, state, told, link, close, reviewed, fact, choose, decide,
                        countersign, report, waive, hold */
    const char *id;  /* number of the case */
    const char *by, *reason;
    const char *what;  /* state, kind of fact, jurisdiction, source, reference */
    const char *value; /* verdict, owner, kind of link, way */
    const char *source, *title, *reporter, *reporter_mail, *owner, *complaint;
    const char *at, *zone, *who, *class, *jurisdiction, *supersedes, *from;
    const char *recorded_for, *outcome, *number;
    struct bytes file;
};

void case_request_put(struct frame_out *frame, const struct case_request *request);
void case_request_get(struct case_request *out, const struct frame *in);

/* Its file, whatever the act: bytes. */
#define CASE_FILE_LIMIT ((size_t)32 * 1024 * 1024)

#endif
