/*
 * dispatcher/plan/protect - how a text of this label may travel to this contact. Pure.
 *
 * The table of docs/architecture.md "By label": decided by the maker, never silently weaker.
 * An unusable key counts as no key, plus a task of its own.
 */
#ifndef TOCSIN_DISPATCHER_PROTECT_H
#define TOCSIN_DISPATCHER_PROTECT_H

#include "base/word.h"

struct protect_case {
    enum tlp tlp;
    enum route route;
    bool has_mail;
    bool has_key;   /* a pinned key that is usable now */
    bool is_person; /* the contact is a named person, so the key is a person's */
    bool has_phone;
    bool has_post;
    enum level clear, green; /* settings: LEVEL_TLS or LEVEL_SEALED, for contacts without a key */
};

struct protect_choice {
    enum level level;
    bool needs_task; /* a person has something to do as well (or alone, when level is TASK) */
    enum task_kind task;
    const char *why; /* one clause for plan and evidence; static */
};

struct protect_choice protect_choose(const struct protect_case *c);

/*
 * personal, unless broadcast is wanted, it is sealed, and nothing in it is for one reader alone:
 * RED goes to a named person, and the complaint desk reads the codes of all others.
 */
enum form protect_form(enum form wanted, enum level level, enum tlp tlp, enum party_kind party);

#endif
