/*
 * templates/words - the short words of one language that stand between values: months, labels'
 * meanings, kinds of remedies. One file per language, LANG/words.txt, "key: text" in any order.
 */
#ifndef TOCSIN_TEMPLATES_WORDS_H
#define TOCSIN_TEMPLATES_WORDS_H

#include "base/arena.h"
#include "base/str.h"

enum word {
    WORD_TEST, /* marks every test, in subject and body */
    WORD_MONTHS,
    WORD_DATE,    /* {day} {month} {year} */
    WORD_INSTANT, /* {day} {month} {year} {time}, in UTC */
    WORD_MORE,    /* {n} */
    WORD_AT_LEAST,
    WORD_VERSION_UNKNOWN,
    WORD_VERSIONS, /* {versions}, behind a product's name */
    WORD_VERSIONS_ALL,
    WORD_EXPLOITED_YES,
    WORD_EXPLOITED_NO,
    WORD_EXPLOITED_UNKNOWN,
    WORD_NO_SCORE,
    WORD_RESTART_YES,
    WORD_RESTART_NO,
    WORD_MATCH_AFFECTED,
    WORD_MATCH_PERHAPS,
    WORD_SEVERITY_NONE,
    WORD_SEVERITY_LOW,
    WORD_SEVERITY_MEDIUM,
    WORD_SEVERITY_HIGH,
    WORD_SEVERITY_CRITICAL,
    WORD_REMEDY_VENDOR_FIX,
    WORD_REMEDY_MITIGATION,
    WORD_REMEDY_WORKAROUND,
    WORD_REMEDY_NONE_AVAILABLE,
    WORD_REMEDY_NO_FIX_PLANNED,
    WORD_THREAT_EXPLOIT_STATUS,
    WORD_THREAT_IMPACT,
    WORD_THREAT_TARGET_SET,
    WORD_TLP_CLEAR, /* what the label allows; in the order of enum tlp */
    WORD_TLP_GREEN,
    WORD_TLP_AMBER,
    WORD_TLP_AMBER_STRICT,
    WORD_TLP_RED,
    WORD_KIND_REGULATOR,
    WORD_KIND_COMPLAINT,
    WORD_KIND_HDO,
    WORD_KIND_DISTRIBUTOR,
    WORD_KIND_IMPORTER,
    WORD_KIND_REPRESENTATIVE,
    WORD_KIND_COORDINATOR,
    WORD_KIND_REPORTER,
    WORD_GROUP, /* {kind}: the name of all who get one text */
    WORD_ROUTE_SMTP,
    WORD_ROUTE_FILE,
    WORD_ROUTE_PORTAL,
    WORD_ROUTE_LETTER,
    WORD_ROUTE_PHONE,
    WORD_LEVEL_SEALED,
    WORD_LEVEL_TLS,
    WORD_LEVEL_WAITING,
    WORD_LEVEL_TASK,
    /* What changed between two versions (templates/changes.h); in the order of diff kinds. */
    WORD_CHANGE_WITHDRAWN,
    WORD_CHANGE_VULNERABILITY_ADDED,
    WORD_CHANGE_AFFECTED_ADDED,
    WORD_CHANGE_AFFECTED_CHANGED,
    WORD_CHANGE_EXPLOITATION,
    WORD_CHANGE_SCORE,
    WORD_CHANGE_INVESTIGATED,
    WORD_CHANGE_REMEDY_ADDED,
    WORD_CHANGE_REMEDY_CHANGED,
    WORD_CHANGE_REMEDY_REMOVED,
    WORD_CHANGE_FIXED_ADDED,
    WORD_CHANGE_HAZARD,
    WORD_CHANGE_ACTION,
    WORD_CHANGE_ACTION_BY,
    WORD_CHANGE_NEXT_INFORMATION,
    WORD_CHANGE_AFFECTED_REMOVED,
    WORD_CHANGE_VULNERABILITY_REMOVED,
    WORD_CHANGE_STATUS,
    WORD_CHANGE_TRACKING,
    WORD_CHANGE_LABEL,
    WORD_CHANGE_TITLE,
    WORD_CHANGE_NOTE,
    WORD_CHANGE_REFERENCE,
    WORD_CHANGE_OTHER,
    WORD_CHANGE_BEFORE, /* {text}, as the next two */
    WORD_CHANGE_NOW,
    WORD_CHANGE_DROPPED,
    WORD_CHANGE_OF_AFFECTED,
    WORD_SAID_AFFECTED,
    WORD_SAID_UNDER_INVESTIGATION,
    WORD_SAID_NOT_AFFECTED,
    WORD_SAID_FIXED,
    WORD_WEIGHT_WORSE,
    WORD_WEIGHT_HELP,
    WORD_WEIGHT_BETTER,
    WORD_WEIGHT_DETAIL,
    WORD_NATURE_UPDATE,
    WORD_NATURE_CORRECTION,
    WORD_NATURE_WITHDRAWAL,
    WORD_EXERCISE, /* marks every notice of a drill: "[EXERCISE]", first in subject and body */
    WORD_EXERCISE_FIRST, /* what that means, behind the mark in the body */
    WORD_COUNT
};

struct words {
    const char *text[WORD_COUNT];
    const char *month[12];
};

/*
 * Lines that begin with # and empty lines are passed over. name is for errors; texts belong to the
 * arena. Returns ERR_INVALID (unknown or double key, with the line; missing key; not 12 months).
 */
MUST_USE enum status words_parse(struct words *out, struct arena *arena, const char *name,
                                 struct bytes text, struct err *err);

/*
 * The word whose key is `group` and `tail` together, tail in lower case and with _ for other signs:
 * ("severity_", "HIGH"), ("tlp_", "AMBER+STRICT"). `otherwise` when there is none.
 */
const char *words_find(const struct words *words, const char *group, const char *tail,
                       const char *otherwise);

/* The word with {n} (or another {name}) replaced. */
const char *words_fill(const struct words *words, enum word word, struct arena *arena,
                       const char *name, const char *value);

/* "27 November 2026", "27 November 2026, 18:40 UTC"; a whole day when the instant is midnight. */
const char *words_day(const struct words *words, struct arena *arena, int64_t ms);
const char *words_instant(const struct words *words, struct arena *arena, int64_t ms);

#endif
