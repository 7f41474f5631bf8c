/*
 * config/order - the optional short file beside an advisory (X.order): only what
 * recipients read or what releases. libconfig syntax, written by `tocsin order new`.
 *
 * An order may be stricter than the CSAF label, never weaker: that is checked where
 * both are known (dispatcher).
 */
#ifndef TOCSIN_CONFIG_ORDER_H
#define TOCSIN_CONFIG_ORDER_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/word.h"

enum exploited { EXPLOITED_UNKNOWN, EXPLOITED_NO, EXPLOITED_YES };

struct order_translation {
    const char *language; /* RFC 5646 tag */
    const char *file;     /* relative to the order's folder, no ".." */
    const char *sha256;   /* 64 hex digits */
};

/* Everything is NULL, 0 or the default when the order does not say. */
struct order {
    bool present;         /* false: no order file; all defaults */
    const char *advisory; /* tracking id it belongs to; must match when given */
    const char *hazard;   /* what can happen to a patient, one sentence */
    const char *action;   /* what the user is to do now */
    int64_t action_by_ms; /* 0: not said */
    int64_t answer_by_ms; /* 0: release.answer_within after approval */
    bool has_tlp;
    enum tlp tlp;
    int64_t embargo_ms;       /* nothing leaves before; 0: none … */
    unsigned prenotice;       /* … but to these: bits of order_is_prenotified */
    int64_t notify_within_ms; /* 0: release.notify_within */
    enum exploited exploited;
    bool interim;
    bool safety_notice;     /* this is a field safety notice: G3 applies (later) */
    const char **languages; /* languages of the notice, most wanted first */
    size_t language_count;
    struct order_translation *translations;
    size_t translation_count;
    const char *ranking_scheme, *ranking_value, *ranking_reason; /* instead of CVSS */
    const char *next_information; /* when, for none_available; free text or date */
};

/*
 * Memory belongs to the arena. name is for errors, which read as those of tocsin.conf do:
 *   "EXM-2026-0007.order line 3: tlp: "WHITE" is none of its words: write ..."
 * Returns ERR_INVALID (empty text too), ERR_LIMIT.
 */
MUST_USE enum status order_parse(struct order *out, struct arena *arena, const char *name,
                                 struct bytes text, struct err *err);
void order_default(struct order *out);
/* Are parties of this kind told before the embargo ends? */
bool order_is_prenotified(const struct order *order, enum party_kind kind);
/* The kinds of party that `prenotice` may name; NULL behind the last. */
extern const char *const order_prenotice_words[];
/* A commented file in which every line is explained; advisory may be NULL. It parses as it stands.
 */
void order_template(struct str *out, const char *advisory);
void order_print_manual(struct str *out); /* man(7) text of every field, for tocsin-order(5) */

#endif
