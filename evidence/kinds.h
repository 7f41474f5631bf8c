/*
 * evidence/kinds - the closed list of kinds of entry, and the members of each one's data.
 *
 * One table drives the writer (entry_seal refuses what it does not declare), the verifier and
 * docs/schemata.md. Every member that a kind declares stands in every entry of that kind, null
 * when there is nothing to say. A kind without members is reserved for a feature to come:
 * verifiers know its name, nobody can write it yet.
 */
#ifndef TOCSIN_EVIDENCE_KINDS_H
#define TOCSIN_EVIDENCE_KINDS_H

#include "base/str.h"

enum member_type {
    MEMBER_TEXT,     /* a word of ours, or words that name nobody */
    MEMBER_INT,      /* -(2^53-1) to 2^53-1 */
    MEMBER_BOOL,     /* true or false */
    MEMBER_HASH,     /* 64 lower-case hex digits */
    MEMBER_INSTANT,  /* "2026-11-27T18:40:00.000Z" */
    MEMBER_PERSONAL, /* "c1:" and 64 hex digits: a salted commitment */
    MEMBER_LIST,     /* an array; "about" tells of what */
    MEMBER_TYPE_COUNT
};
const char *member_type_word(enum member_type type);

struct entry_member {
    const char *name; /* [a-z][a-z0-9_]*; in ascending order inside a kind */
    enum member_type type;
    const char *about;
};

struct entry_kind {
    const char *name;
    const char *about;
    const struct entry_member *members; /* NULL: reserved */
    size_t count;
};

/* NULL when there is no such kind. */
const struct entry_kind *entry_kind_find(const char *name);
bool entry_kind_known(const char *name);
/* Did the kind have entries before it had this member? They are good without it. */
bool entry_member_younger(const char *kind, const char *member);
size_t entry_members_younger(void); /* how many there are */
/* The closed list, in the order of the documentation. */
size_t entry_kinds(const struct entry_kind **out);
/* The section of docs/schemata.md that shows the table. */
void entry_print_kinds(struct str *out);
/* The same for verify.sh: a kind a line, "name member:T member:P? ..."; T to L as in kinds.c. */
void entry_print_shapes(struct str *out);

#endif
