/*
 * evidence/entry - one line of the append-only log, and the hash chain over lines.
 *
 * Format: docs/schemata.md "tocsin.evidence/1". One line of canonical JSON *with its newline*
 * is the entry, at most 65,535 bytes; verifiers hash bytes and never re-serialise.
 * "prev" is the hex leaf (evidence/tree.h) of the entry before.
 *
 * Knows: base. Not: the store. The dispatcher writes both in one transaction.
 */
#ifndef TOCSIN_EVIDENCE_ENTRY_H
#define TOCSIN_EVIDENCE_ENTRY_H

#include "base/clock.h"
#include "base/json_out.h"
#include "base/sha256.h"
#include "evidence/kinds.h"

#define ENTRY_LIMIT ((size_t)65535)
#define ENTRY_VERSION 1
#define ENTRY_SALT 32

/* Where the log stands: what the next entry needs. Zeroed for an empty log. */
struct entry_head {
    int64_t idx;        /* of the next entry */
    struct sha256 prev; /* leaf of the last entry; zeros at index 0 */
};

/* A personal value that stands in the entry only as a salted commitment. */
struct entry_value {
    char field[64]; /* dotted path into the entry: "data.to" */
    char salt[2 * ENTRY_SALT + 1];
    char *value;
};

struct entry; /* one being built; opaque */

/*
 * kind must have members in evidence/kinds.h; actor and subj are printable ASCII of at most 64
 * signs, subj NULL is "-": asserted.
 */
struct entry *entry_new(const char *kind, const char *actor, const char *subj);
void entry_free(struct entry *entry); /* NULL is fine */
/*
 * The instant that the rows of the change carry: the entry then says the very same one, and a
 * replay can compare them. From the clock of entry_seal, a moment ago. Never called: now.
 */
void entry_at(struct entry *entry, int64_t ms);
int64_t entry_at_ms(const struct entry *entry); /* 0: never called */
/* What it was made with; borrowed from entry. */
const char *entry_kind_name(const struct entry *entry);
const char *entry_subject(const struct entry *entry);

/*
 * Members of "data", each that the kind declares, of its type or null, in ascending order of
 * names. A name that the kind does not have, a wrong type, a missing member is a bug of the
 * caller: entry_seal names it and stops the process.
 */
void entry_text(struct entry *entry, const char *name, const char *text); /* also MEMBER_HASH */
void entry_int(struct entry *entry, const char *name, int64_t value);
void entry_bool(struct entry *entry, const char *name, bool value);
void entry_instant(struct entry *entry, const char *name, int64_t ms); /* 0 gives null */
void entry_null(struct entry *entry, const char *name);
/* "c1:" + hex SHA-256(salt || value): personal data never stand in an entry. NULL gives null. */
void entry_personal(struct entry *entry, const char *name, const char *value);
/* The writer inside "data", for a MEMBER_LIST: what is opened in it is closed before the next. */
struct json_out *entry_data(struct entry *entry);

/*
 * Finish: append the line (with newline) to *line and move *head behind it.
 * Returns ERR_LIMIT (too long), ERR_INVALID (text not UTF-8); then *line and *head are as before.
 */
MUST_USE enum status entry_seal(struct str *line, struct sha256 *leaf, struct entry_head *head,
                                const struct entry *entry, const struct clock *clock,
                                struct err *err);
/* The commitments made, for the store; borrowed from entry. */
size_t entry_values(const struct entry_value **out, const struct entry *entry);

/* Recomputing a chain line by line, in flat memory. */
struct entry_check {
    struct entry_head head;
    int64_t bad_idx;    /* of the first fault */
    const char *reason; /* of the closed list in docs/schemata.md; NULL while good */
    int64_t last_up_ms;
    const char *kind; /* of the last good entry; NULL: none yet */
    char boot[33];
};
void entry_check_init(struct entry_check *check);
/* false at the first fault; then reason tells. */
bool entry_check_line(struct entry_check *check, struct bytes line_with_newline);
/*
 * The text at a dotted path of a line, without escapes: false when there is none, or it does not
 * fit.
 */
bool entry_get_text(char *out, size_t size, struct bytes line, const char *path);
bool entry_get_int(int64_t *out, struct bytes line, const char *path); /* the same for a number */
/* Does a disclosed value fit its commitment in a line? */
bool entry_check_value(struct bytes line, const char *field, const char *salt_hex,
                       const char *value);

#endif
