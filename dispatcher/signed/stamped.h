/*
 * dispatcher/signed/stamped - the question for a time-stamp as a child gets it, and what it tells.
 *
 * What an authority sends is foreign ASN.1 with certificates in it. It is taken apart and judged in
 * the child that fetched it (worker "fetcher"), which has neither key nor store. To the dispatcher
 * a token is opaque bytes with a few numbers and words beside it, and it checks their bounds.
 */
#ifndef TOCSIN_DISPATCHER_STAMPED_H
#define TOCSIN_DISPATCHER_STAMPED_H

#include "base/frame.h"
#include "dispatcher/run/job.h"
#include "evidence/stamp.h"

#define STAMPED_FRAME (FETCH_MOST + (size_t)4096) /* nothing that a fetcher tells is longer */

/* All of it is ours. Nonce, imprint and policy that must come back stand in the request. */
struct stamped_question {
    const char *url;
    const char *tls_ca;   /* NULL: the system's */
    struct bytes request; /* DER */
    struct bytes note;    /* what is to be stamped */
    struct bytes roots;   /* PEM: what the answer is judged with */
    int64_t timeout_ms;
};

struct stamped {
    const char
        *refused; /* why there is none, not cleaned of control characters; NULL: it is good */
    struct stamp stamp;
    struct bytes token;
};

/* A JOB_FETCH frame: begun here, the caller sends or disposes. */
void stamped_ask(struct frame_out *frame, const struct stamped_question *question);
/* In the child. Borrows from the frame. false: not understood. */
MUST_USE bool stamped_asked(struct stamped_question *out, const struct frame *frame);
/* In the child: judges what came back. JOB_FETCHED when it holds, else JOB_UNFETCHED; as above. */
void stamped_judge(struct frame_out *frame, const struct stamped_question *question,
                   struct bytes response);
/* In the child: JOB_UNFETCHED for a reason of its own. */
void stamped_none(struct frame_out *frame, const char *text);
/*
 * Borrows from the frame. false: no frame of a fetcher, or a field is missing, too long, no instant
 * between 1970 and 9999, not printable. Nothing of the token is read.
 */
MUST_USE bool stamped_get(struct stamped *out, const struct frame *frame);

#endif
