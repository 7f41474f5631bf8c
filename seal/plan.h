/*
 * seal/plan - a mail as it is meant to be read: checked, cleaned, nothing encoded yet.
 *
 * The writer (seal/mime) makes bytes of a plan, the reader (seal/check) holds the parsed bytes
 * against the same plan. The two share nothing else.
 */
#ifndef TOCSIN_SEAL_PLAN_H
#define TOCSIN_SEAL_PLAN_H

#include "base/arena.h"
#include "seal/mail.h"

enum field_kind { FIELD_TEXT, FIELD_MAILBOX, FIELD_GROUP, FIELD_ID, FIELD_PLAIN };

struct field {
    enum field_kind kind;
    const char *name;
    const char *value;   /* text, address or id */
    const char *display; /* of a mailbox: the name before it, may be "" */
    /* What stands in clear outside a sealed mail: the same as value but for Subject. NULL inside a
       broadcast: outside stands something else for each recipient. */
    const char *outer;
};

struct plan_part {
    const char *filename;
    const char *content_type; /* "text/csv", without parameters */
    bool is_utf8_text;        /* text/... of valid UTF-8: gets a charset */
    struct bytes body;
};

struct plan {
    struct field *fields;
    size_t field_count;
    const char *text; /* valid UTF-8, LF at the end of each line */
    const char *html; /* NULL when there is none */
    struct plan_part *parts;
    size_t part_count;
};

/*
 * Everything is copied to arena but the bodies of parts, which are borrowed. Names and subjects
 * become one harmless line (longer than PLAN_LINE_LONGEST bytes: cut, with an ellipsis); what
 * cannot be mended is refused. sealed: outer_subject is needed.
 * Returns ERR_INVALID: WHERE: WHAT: what to do.
 */
#define PLAN_LINE_LONGEST 900
MUST_USE enum status plan_make(struct plan *out, struct arena *arena, const struct mail *mail,
                               bool sealed, struct err *err);

struct broadcast_recipient;

/* What is inside a broadcast: To is a group without members, Message-ID the broadcast's. */
MUST_USE enum status plan_make_broadcast(struct plan *out, struct arena *arena,
                                         const struct mail *mail, struct err *err);
/* What is outside of it for one recipient: fields only, no text. */
MUST_USE enum status plan_make_outside(struct plan *out, struct arena *arena,
                                       const struct mail *mail,
                                       const struct broadcast_recipient *recipient,
                                       struct err *err);

#endif
