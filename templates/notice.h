/*
 * templates/notice - the words of a notice: facts in, subject, text and HTML out.
 *
 * The texts are files: templates/LANG/KIND.AUDIENCE.txt (Mustache + the light marks of
 * templates/README.md), compiled in; a folder of the maker's own may replace them file by file.
 * Text comes first, HTML is made from the same rendering. Nothing remote, no script.
 *
 * What a level must not say is not given to its templates: a waiting notice and an outer subject
 * know nothing of product and flaw, and only a sealed notice for one recipient knows devices.
 *
 * Knows: base, advisory. Not: keys, routes, the store.
 */
#ifndef TOCSIN_TEMPLATES_NOTICE_H
#define TOCSIN_TEMPLATES_NOTICE_H

#include "advisory/diff.h"
#include "base/clock.h"
#include "templates/engine.h"

struct notice_device {
    const char *vendor, *product, *version, *serial, *udi_di;
    int64_t quantity;   /* 0: not said */
    const char *match;  /* "affected", "perhaps affected: please check your version" */
    const char *notice; /* in a digest: the advisory that it is about; else NULL */
};

struct notice_person {
    const char *name, *phone, *mail;
};

/* For the complaint desk: who is told by when and how, and the codes. */
struct notice_told {
    const char *party, *kind, *route, *level, *code; /* kind, route, level: words of base/word.h */
    int64_t by_ms;                                   /* told by this instant; 0: not said */
};

/* One advisory in a digest; what a reference must not say is NULL in it. */
struct notice_digest_item {
    const char *section; /* "new", "changed", "open", "gone" */
    const char *tracking, *version, *previous, *title, *severity, *changes;
    enum tlp tlp;
    int score_tenths; /* -1: none */
    bool whole, answered;
    int64_t answer_by_ms;
    const char *code; /* of the notice that they got of it; NULL: none, or not theirs alone */
};
struct notice_digest {
    const struct notice_digest_item *items;
    size_t count;
    int64_t since_ms; /* of the digest before it, 0: this is the first */
};

/* Everything a notice may say; texts may be NULL where they are not known. */
struct notice_facts {
    enum notice_kind kind;
    enum party_kind audience;
    enum level level;
    enum tlp tlp;
    bool test;            /* marks subject and body TEST */
    bool exercise;        /* a drill's: marked first of all, in subject and body */
    const char *language; /* wanted; falls back to its base language, then "en" */
    /* One of these three, by the kind. */
    const struct csaf *csaf;
    const struct notice_digest *digest; /* of DIGEST */
    const char
        *matter; /* of ACKNOWLEDGEMENT: the number that a report has; of ALARM: what it is about */
    const char *maker, *maker_country, *maker_url, *key_fingerprint;
    struct notice_person from; /* the person to call */
    /*
     * broadcast: one text for many. What belongs to one recipient is not said, whatever stands in
     * these facts: party, name, code, return address, devices; the outer subject alone has the
     * code.
     */
    bool broadcast;
    const char *to_party, *to_name, *code;
    const char *reply_address;
    int64_t now_ms, answer_by_ms, action_by_ms;
    int64_t embargo_ms;          /* of a pre-notice: when the embargo ends; 0: it is none */
    const char *hazard, *action; /* of the order */
    const char *exploited;       /* "yes", "no", NULL unknown */
    bool interim;
    const char *order_ranking; /* "SCHEME: VALUE" or NULL */
    /* By our records; not devices_known: we have none. */
    struct notice_device *devices;
    size_t device_count;
    bool devices_known;
    const char *previous_version; /* of an update */
    const struct diff *diff;      /* from it to this one; NULL: could not be compared */
    bool no_longer;               /* an older version concerned this recipient, this one does not */
    struct notice_told *told;     /* read for the complaint desk only, in sealed notices */
    size_t told_count;
    bool late;                    /* of an alarm: the time is over */
    bool promise;                 /* of an alarm: a clock of the case itself, no law */
    int64_t first_sent_ms;        /* of a reminder: when the notice went that it asks about */
    const char *attachments_at;   /* where attachments can be had when the notice goes without */
    const char *next_information; /* of the order: when the next one comes; NULL: not said */
};

struct notice_text {
    struct str subject;       /* inner, real */
    struct str outer_subject; /* never product or flaw */
    struct str text;          /* UTF-8, LF */
    struct str html;
    struct str group; /* the name of all who get it, of a broadcast */
    struct str mark; /* of an exercise: what both subjects begin with, and the bodies; else empty */
};
void notice_text_init(struct notice_text *t);
void notice_text_dispose(struct notice_text *t);

struct wording; /* all templates, loaded and checked; opaque */

/* dir may be NULL (built-in texts only). Every template is parsed here: unknown names fail now. */
MUST_USE enum status wording_open(struct wording **out, const char *dir, struct err *err);
void wording_close(struct wording *wording);
/* Returns ERR_LIMIT. A missing language falls back, a missing audience falls back to hdo. */
MUST_USE enum status wording_notice(struct notice_text *out, const struct wording *wording,
                                    const struct notice_facts *facts, struct err *err);

/* The outer subject alone, with the code of one recipient: of a broadcast. */
MUST_USE enum status wording_outer_subject(struct str *out, const struct wording *wording,
                                           const struct notice_facts *facts, struct err *err);

/*
 * The differences of two versions as people read them, by weight, a line each; "changes" of an
 * update are the same lines. Languages as for notices.
 */
void wording_changes(struct str *out, const struct wording *wording, const char *language,
                     const struct diff *diff);

/* The CSV of a digest's advisories: UTF-8 with BOM, CRLF, cells defused. */
void wording_digest_csv(struct str *out, const struct notice_facts *facts);

/*
 * The CSV of affected devices (sealed notices only): UTF-8 with BOM, CRLF, cells defused. Of a
 * digest with a last column more: the advisory.
 */
void wording_devices_csv(struct str *out, const struct notice_facts *facts);

#endif
