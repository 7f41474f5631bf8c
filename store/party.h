/*
 * store/party - the register of whom to tell and what they hold.
 *
 * Owns: tables party, contact, correction, installed, product, key.
 */
#ifndef TOCSIN_STORE_PARTY_H
#define TOCSIN_STORE_PARTY_H

#include "store/store.h"

struct party {
    const char *id; /* as in parties.csv */
    enum party_kind kind;
    const char *country; /* ISO 3166-1 alpha-2, upper case */
    const char *group;   /* answers once for many sites; or NULL */
    /* Where it supplies to, or acts for us, as parties.csv says it; NULL: not said. */
    const char *territory;
};

struct contact {
    int64_t id; /* 0 when new */
    const char *party;
    int64_t seq;       /* order of preference inside the party, from 1 */
    const char *email; /* or NULL */
    const char *name;  /* a person, or NULL for a role mailbox */
    const char *role, *language, *phone, *zone, *post_address;
    enum route route;
    const char *key;   /* fingerprint pinned for this contact (table key), or NULL */
    const char *smime; /* as in the file; counted as "mail only" until S/MIME is built */
};

struct installed {
    int64_t id;
    const char *party, *vendor, *product, *version, *serial, *udi_di;
    int64_t quantity; /* 0: not said */
};

struct product {
    int64_t id;
    const char *vendor, *product, *version;
    const char *aliases; /* "|" between them, or NULL */
    const char *state;   /* supported, ended, withdrawn */
    const char *item_class, *scope, *model, *udi_di, *markets;
};

struct key {
    const char *fpr; /* primary, upper-case hex; the row's name together with party */
    const char *party;
    const char *email;   /* or NULL: for all of the party's addresses */
    const char *sub_fpr; /* pinned encryption subkey; "" when none */
    const char *algo, *uid;
    const char *state; /* cert_state_word at import */
    const char *reason;
    int64_t expires_ms; /* 0: never */
    int64_t pinned_ms;
    const char *cert;    /* blob: the stripped certificate */
    int64_t warned_days; /* smallest of 60 30 14 7 1 already warned of; 0: none yet */
    int64_t failed_ms;   /* when a usable one was found unusable at sealing; 0: it was not */
};

/* Insert or change. *changed (may be NULL) tells whether anything differs from before. */
MUST_USE enum status party_put(struct store *store, const struct party *party, bool *changed,
                               struct err *err);
MUST_USE enum status party_get(struct party *out, struct arena *arena, struct store *store,
                               const char *id, struct err *err); /* ERR_NOT_FOUND */
/* With its contacts, keys and what it has installed; its notices stay. ERR_NOT_FOUND. */
MUST_USE enum status party_remove(struct store *store, const char *id, struct err *err);
/*
 * Parties in the order in which they are told: party_kind_priority, then id. From behind
 * (after_priority, after_id); NULL id starts. At most limit rows.
 */
MUST_USE enum status party_list(struct party **out, size_t *count, struct arena *arena,
                                struct store *store, int after_priority, const char *after_id,
                                size_t limit, struct err *err);
/* Countries and territories of a kind, each pair once; nothing else of the rows is filled. */
MUST_USE enum status party_places(struct party **out, size_t *count, struct arena *arena,
                                  struct store *store, enum party_kind kind, struct err *err);
/* Ids of parties of a group, or the party of that id itself. */
MUST_USE enum status party_members(struct party **out, size_t *count, struct arena *arena,
                                   struct store *store, const char *party_or_group,
                                   struct err *err);

/*
 * Keyed by (party, seq). A NULL key leaves a pinned one in force while the address stays the same:
 * importing a register again never unpins (contact_pin with NULL does).
 */
MUST_USE enum status contact_put(struct store *store, const struct contact *contact, bool *changed,
                                 struct err *err);
MUST_USE enum status contact_list(struct contact **out, size_t *count, struct arena *arena,
                                  struct store *store, const char *party, struct err *err);
MUST_USE enum status contact_get(struct contact *out, struct arena *arena, struct store *store,
                                 int64_t id, struct err *err);
/* ERR_NOT_FOUND; NULL unpins. */
MUST_USE enum status contact_pin(struct store *store, int64_t id, const char *fpr, struct err *err);
/* Remove contacts of a party with seq above keep. */
MUST_USE enum status contact_trim(struct store *store, const char *party, int64_t keep,
                                  struct err *err);

/*
 * An address that a person corrected. An import must not bring the old one back: it is kept until a
 * person believes the file again.
 */
struct correction {
    const char *party, *was, *now;
    int64_t at_ms;
};
/* What was corrected to `was` before is now `now`, too. */
MUST_USE enum status correction_put(struct store *store, const struct correction *correction,
                                    struct err *err);
MUST_USE enum status correction_list(struct correction **out, size_t *count, struct arena *arena,
                                     struct store *store, struct err *err);
/* All of a party: a person believes the file again. */
MUST_USE enum status correction_forget(struct store *store, const char *party, struct err *err);

/* Keyed by (party, vendor, product, version, serial); *changed as above. */
MUST_USE enum status installed_put(struct store *store, const struct installed *row, bool *changed,
                                   struct err *err);
MUST_USE enum status installed_list(struct installed **out, size_t *count, struct arena *arena,
                                    struct store *store, const char *party, struct err *err);
/* Rows with this serial number or UDI-DI, by id, from behind one; at most limit. */
MUST_USE enum status installed_find(struct installed **out, size_t *count, struct arena *arena,
                                    struct store *store, const char *device, int64_t after_id,
                                    size_t limit, struct err *err);
/* All rows, page by page: by id, from behind one; at most limit. */
MUST_USE enum status installed_page(struct installed **out, size_t *count, struct arena *arena,
                                    struct store *store, int64_t after_id, size_t limit,
                                    struct err *err);
/* What is held in a country, by whomever: each thing once. */
struct held_in {
    const char *country, *vendor, *product, *version;
};
MUST_USE enum status installed_places(struct held_in **out, size_t *count, struct arena *arena,
                                      struct store *store, struct err *err);
MUST_USE enum status installed_any(bool *out, struct store *store, struct err *err);
MUST_USE enum status installed_clear(struct store *store, struct err *err); /* import --full */

/* Keyed by (vendor, product, version). */
MUST_USE enum status product_put(struct store *store, const struct product *row, bool *changed,
                                 struct err *err);
MUST_USE enum status product_list(struct product **out, size_t *count, struct arena *arena,
                                  struct store *store, struct err *err);
MUST_USE enum status product_clear(struct store *store, struct err *err);

/* Keyed by (party, fpr). */
MUST_USE enum status key_put(struct store *store, const struct key *key, struct err *err);
MUST_USE enum status key_get(struct key *out, struct arena *arena, struct store *store,
                             const char *party, const char *fpr, struct err *err);
MUST_USE enum status key_list(struct key **out, size_t *count, struct arena *arena,
                              struct store *store, const char *party /* NULL: all */,
                              struct err *err);
MUST_USE enum status key_set_warned(struct store *store, const char *party, const char *fpr,
                                    int64_t days, struct err *err);

#endif
