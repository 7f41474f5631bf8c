/*
 * config/settings - the settings of one installation, read from tocsin.conf.
 *
 * The only home of libconfig. One table (config/table.c) drives parsing, defaults, bounds,
 * the printed default file and the manual page tocsin.conf(5).
 *
 * Owns:    struct settings and every text in it, until settings_free().
 * Knows:   base. Not: the store, keys' contents, the network.
 */
#ifndef TOCSIN_CONFIG_SETTINGS_H
#define TOCSIN_CONFIG_SETTINGS_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/word.h"

/* One of ours. Roles are a set: bit (1u << enum role). */
struct person {
    char *id; /* "meyer": [a-z0-9-]{1,32}, unique */
    char *name;
    char *mail;
    char *phone;
    unsigned roles;
    char *language;                /* of mails to the person; NULL: English */
    char *key;                     /* absolute path of the public key, or NULL */
    char *deputy;                  /* id of another person, or NULL */
    char *absent_from, *absent_to; /* days "2026-12-24", both included; NULL: open */
    unsigned line;                 /* of the file, where the person begins */
};

struct settings_maker {
    char *name;    /* "Example Medical GmbH" */
    char *id;      /* "EXM": [A-Z0-9]{2,12}; origin of the log, part of Message-IDs */
    char *country; /* ISO 3166-1 alpha-2 */
    char *url;     /* where advisories and our key are published; may be NULL */
};

struct settings_mail {
    char *from;       /* address of every notice */
    char *reply;      /* shape of the real return address; holds {token} exactly once ("return") */
    char *relay_host; /* the name that the certificate must show */
    int64_t relay_port;
    char *user;          /* NULL: no AUTH */
    char *password_file; /* absolute; 0600 */
    char *ca_file;       /* absolute; NULL: the system's */
    char *helo;          /* NULL: the machine's name */
    int64_t connections; /* carriers at once to the relay */
    int64_t per_session; /* messages per connection */
    int64_t deadline_ms; /* a carrier without progress is killed after this */
    int64_t size_limit;  /* bytes of an encoded message; above it goes without attachments */
    char *inbox;         /* absolute Maildir, or NULL */
    int64_t bounce_watch_ms;
};

struct settings_release {
    int64_t approvals; /* 1 or 2 */
    unsigned roles;    /* who may release */
    int64_t notify_within_ms;
    int64_t answer_within_ms;
};

struct settings_sealing {
    enum level clear; /* LEVEL_TLS or LEVEL_SEALED, for recipients without a key */
    enum level green;
    enum form immediate; /* how sealed notices of this kind are made */
    enum form update;
    int64_t sealers; /* processes; 0: one per core */
};

struct settings_retry {
    int64_t first_ms;
    int64_t most_ms;
    int64_t uncertain_ms; /* longest hold of an uncertain outcome */
    int64_t crashes;      /* set aside after so many */
};

/* Who was told and does not answer is asked again. */
struct settings_reminder {
    int64_t percent; /* of the answer time; 0: never */
    int64_t call_after_ms;
};

/* What we promise ourselves about cases; no law. */
struct settings_case {
    int64_t acknowledge_days; /* working days of maker.country */
    int64_t unassigned_ms;
    int64_t triage_ms;
    int64_t news_ms;
};

/* Mails that report flaws to us. */
struct settings_reports {
    char *mailbox;   /* absolute Maildir, or NULL */
    unsigned source; /* enum case_source of the cases that they open */
    char *language;  /* of the automatic answer */
    int64_t answers_per_sender, answers_per_hour, cases_per_hour;
};

/* What we publish about how flaws are reported to us. */
/* Languages of the public texts. */
enum policy_texts { POLICY_ENGLISH, POLICY_GERMAN, POLICY_BOTH };

struct settings_policy {
    char *url;          /* of the policy itself; this and those below may be NULL */
    char *security_txt; /* where security.txt is to be found */
    char *csaf;         /* of provider-metadata.json */
    char *encryption;   /* of a key that reporters encrypt to */
    char *contact;      /* address for reports; NULL: mail.from */
    char *languages;    /* "en, de" */
    unsigned texts;     /* enum policy_texts */
    int64_t expires_ms; /* how long a security.txt is good */
};

/* An authority that says when a checkpoint of the log was there (RFC 3161). */
struct settings_authority {
    char *url;     /* http or https */
    char *ca_file; /* absolute; certificates (PEM) that its time-stamps are judged with */
    char *policy;  /* dotted OID, or NULL */
    char *tls_ca;  /* absolute; what the server of an https URL is checked against; NULL: the
                      system's */
    unsigned line; /* of the file, where it begins */
};

/*
 * The authority's name in store, log and bundles: its address without what stands behind a '?',
 * which may be a customer's token. Heap.
 */
char *settings_authority_name(const struct settings_authority *authority);

struct settings_evidence {
    struct settings_authority *timestamps;
    size_t timestamp_count;
    int64_t timestamp_every_ms;   /* each is asked at most so often */
    int64_t timestamp_timeout_ms; /* for a whole answer */
};

/* A schedule of digests; its rule is checked for form here, and understood by clocks/. */
struct settings_digest {
    enum party_kind for_kind;
    char *only; /* id of a party or group; NULL: all of the kind */
    char *rrule;
    char *zone;        /* of recipients who have none of their own */
    unsigned holidays; /* 0 none, 1 move, 2 before, 3 skip: as enum schedule_holidays */
    char *country;     /* whose public holidays; NULL: the recipient's own */
    bool empty;        /* send one that has nothing to tell */
    enum form form;
    unsigned what; /* bits of new, changed, open, gone; 0: all */
    unsigned line; /* of the file, where it begins */
};

/* Exercises that come by themselves. */
struct settings_drill {
    char *schedule;    /* recurrence rule; NULL: none come by themselves */
    char *zone;        /* on whose wall */
    unsigned holidays; /* of the maker's country: 0 none, 1 move, 2 before, 3 skip */
    const char **to;   /* ids of parties, "internal" */
    size_t to_count;   /* 0: internal */
};

/* A mailbox of ours that must get each run. */
struct settings_canary {
    char *name;
    char *party;       /* id in parties.csv: it is told like any other */
    char *maildir;     /* absolute; where its mail arrives */
    int64_t within_ms; /* from when its notice was planned */
    unsigned line;
};

struct settings {
    char *path; /* absolute path of tocsin.conf */
    char *dir;  /* absolute folder it stands in; relative paths are relative to it */
    struct settings_maker maker;
    struct settings_mail mail;
    struct settings_release release;
    struct settings_sealing sealing;
    struct settings_retry retry;
    struct settings_reminder reminder;
    struct settings_case cases;
    struct settings_reports reports;
    struct settings_policy policy;
    struct settings_evidence evidence;
    char *store;     /* absolute path, or postgresql://... */
    char *outbox;    /* absolute; route "file" */
    char *keys;      /* absolute; public halves; maker.asc is ours */
    char *secret;    /* absolute; 0700; the maker's GNUPGHOME is below it */
    char *templates; /* absolute folder of own texts, or NULL: the built-in ones */
    char *watch;     /* absolute folder that `run` watches for sets, or NULL */
    struct person *people;
    size_t people_count;
    struct settings_digest *digests;
    size_t digest_count;
    struct settings_drill drill;
    struct settings_canary *canaries;
    size_t canary_count;
    struct arena *arena; /* every text and list above lives in it */
};

/*
 * Find the file: given, else $TOCSIN_CONFIG, ./tocsin.conf, /etc/tocsin/tocsin.conf.
 * *out is a heap string (absolute). Returns ERR_NOT_FOUND with all places that were tried.
 */
MUST_USE enum status settings_find(char **out, const char *given, struct err *err);

/*
 * Read and check everything. Errors name file, line and the nearest known name:
 *   "tocsin.conf line 7: mail.relai: unknown setting: did you mean mail.relay?"
 * @include is refused. Returns ERR_NOT_FOUND, ERR_INVALID, ERR_LIMIT (above 1 MiB, too deep, too
 * many settings), ERR_IO.
 */
MUST_USE enum status settings_load(struct settings **out, const char *path, struct err *err);
void settings_free(struct settings *settings); /* NULL is fine */

/* NULL when there is no such person. Borrowed. */
const struct person *settings_person(const struct settings *settings, const char *id);
/* The first person with the role, else the first with psirt, else the first of all. Never NULL
 * after a good load. */
const struct person *settings_owner(const struct settings *settings, enum role role);
bool person_has_role(const struct person *person, enum role role);

/* The table's own view, for `tocsin config` and the manual. */
void settings_print_manual(struct str *out);  /* man(7) text of every setting */
void settings_print_default(struct str *out); /* a commented file with every default */
/* A file that loads to the same settings. No secret is in it: a file never holds one. */
void settings_print_effective(struct str *out, const struct settings *settings);

/* What `tocsin init` writes: twelve lines with comments. */
struct settings_init {
    const char *maker, *id, *country, *mail, *relay, *user, *password_file, *ca_file;
    const char *person_id, *person, *person_mail, *phone;
    const char *store; /* NULL: tocsin.db */
};
/* Refuses values that would not load again (ERR_INVALID names the option). */
MUST_USE enum status settings_write_init(struct str *out, const struct settings_init *init,
                                         struct err *err);

#endif
