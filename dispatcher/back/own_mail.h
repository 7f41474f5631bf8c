/*
 * dispatcher/back/own_mail - mails that are about no advisory: an answer to a report, a reminder of
 * our own people.
 *
 * Each is a notice about a document of ours with the same words for all, to one address: queue,
 * proof, recovery and bounces are those of every notice. Readable, signed, over TLS; so it says
 * nothing that must not be read.
 */
#ifndef TOCSIN_DISPATCHER_OWN_MAIL_H
#define TOCSIN_DISPATCHER_OWN_MAIL_H

#include "dispatcher/compose/compose_inner.h"

#define OWN_MAIL_ANSWERS "acknowledgement:reports"
#define OWN_MAIL_ALARMS "alarm:duties"

struct own_mail {
    const char *tracking; /* of the document */
    const char *document;
    enum notice_kind kind;
    enum party_kind to;
};
/*
 * Put one into the queue, inside an open transaction. party is its name there: of one document
 * there is one notice for each. ERR_EXISTS when it is there; *out_id is that one then.
 */
MUST_USE enum status own_mail_plan(int64_t *out_id, struct app *app, const struct own_mail *what,
                                   const char *party, const char *address, struct err *err);
/* The job of its sealer. asked: Message-ID that it answers, or NULL. */
MUST_USE enum status own_mail_compose(struct frame_out *job, struct composer *composer,
                                      const struct notice *notice, const struct notice_facts *facts,
                                      const char *asked, struct err *err);
/* Is this issue of ours what such mails are about, and no digest? */
bool own_mail_is_issue(const struct advisory *row);

#endif
