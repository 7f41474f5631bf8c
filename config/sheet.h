/*
 * config/sheet - a table of settings, and libconfig text read by it into a struct.
 *
 * tocsin.conf and an order are two such tables. A table says everything about a setting once:
 * reading, defaults, bounds, the printed default file and the manual page follow from it.
 *
 * Internal to config/, but for clocks/, whose rules are such a table too. The only home of
 * libconfig is sheet.c.
 */
#ifndef TOCSIN_CONFIG_SHEET_H
#define TOCSIN_CONFIG_SHEET_H

#include "base/arena.h"
#include "base/str.h"

#define SHEET_LIMIT ((size_t)1024 * 1024)
#define SHEET_FIELDS 80

enum field_type {
    FIELD_TEXT,       /* one line; char *; min and max in bytes */
    FIELD_PROSE,      /* the same with line ends */
    FIELD_PHONE,      /* one line with at least three digits */
    FIELD_MAKER_ID,   /* [A-Z0-9]{2,12} */
    FIELD_PERSON_ID,  /* [a-z0-9-]{1,32} */
    FIELD_COUNTRY,    /* ISO 3166-1 alpha-2 */
    FIELD_URL,        /* http or https */
    FIELD_OID,        /* dotted decimal object identifier */
    FIELD_ADDRESS,    /* of mail */
    FIELD_RETURN,     /* address with {token} in its local part */
    FIELD_RELAY,      /* "host:port"; char * at offset, int64_t at extra */
    FIELD_HOST,       /* a host name */
    FIELD_RRULE,      /* FREQ=... */
    FIELD_ZONE,       /* Europe/Berlin */
    FIELD_PATH,       /* made absolute */
    FIELD_PRESENT,    /* FIELD_PATH of a file that must be there */
    FIELD_PRIVATE,    /* FIELD_PRESENT that nobody else may read */
    FIELD_STORE,      /* FIELD_PATH, or postgresql://... without a password */
    FIELD_FILE_NAME,  /* relative, inside its folder */
    FIELD_SHA256,     /* 64 hex digits */
    FIELD_LANGUAGE,   /* RFC 5646 tag */
    FIELD_LANGUAGES,  /* array of them; const char ** at offset, size_t at extra */
    FIELD_NUMBER,     /* int64_t; min and max */
    FIELD_SIZE,       /* "10M"; int64_t bytes */
    FIELD_DURATION,   /* "24h"; int64_t milliseconds */
    FIELD_INSTANT,    /* RFC 3339; int64_t milliseconds */
    FIELD_FLAG,       /* true or false; bool */
    FIELD_ROLES,      /* array of role words; unsigned bit set */
    FIELD_LEVEL,      /* "tls" or "sealed"; enum level */
    FIELD_FORM,       /* "personal" or "broadcast"; enum form */
    FIELD_PARTY_KIND, /* enum party_kind */
    FIELD_TLP,        /* enum tlp at offset, bool "it was said" at extra */
    FIELD_EXPLOITED,  /* "yes", "no", "unknown"; enum exploited */
    FIELD_WORD,       /* one of `words`; unsigned: which */
    FIELD_WORDS,      /* array of them; unsigned bit set */
    FIELD_TEXTS,      /* array of texts of one line; const char ** at offset, size_t at extra */
    FIELD_DATE,       /* "2026-11-27"; char * */
    FIELD_ITEMS       /* list of groups; pointer at offset, size_t at extra */
};

struct sheet;

struct field {
    const char *name; /* dotted: "mail.relay" */
    enum field_type type;
    bool needed;
    const char *preset; /* as text: "24h", "587", "regulatory quality"; NULL: none */
    const char *sample; /* an example in libconfig's syntax, where there is no preset */
    int64_t min, max;
    size_t offset, extra; /* into the struct */
    const struct sheet *items;
    const char *about;        /* sentences of the manual */
    const char *const *words; /* of FIELD_WORD and FIELD_WORDS, NULL behind the last; at most 32 */
};

struct sheet {
    const struct field *fields;
    size_t count;
    size_t size;      /* of the struct */
    size_t max_items; /* when it is used as items */
    size_t line;      /* of an unsigned in the struct: where the group stands; 0: not wanted */
};

/* Where the text comes from. */
struct sheet_source {
    const char *name; /* for errors: "tocsin.conf" */
    const char
        *dir; /* absolute; what relative paths are relative to; NULL: paths stay as they are */
};

/* Presets of the whole sheet; *out is zeroed before. */
void sheet_preset(void *out, struct arena *arena, const struct sheet *sheet,
                  const struct sheet_source *source);
/*
 * Presets, then the text. lines (may be NULL) tells where each field of the sheet stands in the
 * text, 0: nowhere. Every setting of the text is known and good, every needed one there.
 * Memory belongs to the arena.
 * Returns ERR_INVALID ("tocsin.conf line 7: mail.relai: unknown setting: did you mean ..."),
 * ERR_LIMIT.
 */
MUST_USE enum status sheet_read(void *out, unsigned lines[SHEET_FIELDS], struct arena *arena,
                                const struct sheet *sheet, const struct sheet_source *source,
                                struct bytes text, struct err *err);

/* Text that reads back to the same: what object holds, without what it does not hold. */
void sheet_print(struct str *out, const struct sheet *sheet, const void *object);
/*
 * A commented file with every setting: presets, and samples that are commented out. The text
 * setting `name` (may be NULL) gets `value` in place of its sample.
 */
void sheet_print_default(struct str *out, const struct sheet *sheet, const char *name,
                         const char *value);
/* man(7) text: one paragraph for each setting. */
void sheet_print_manual(struct str *out, const struct sheet *sheet);

/* Appends text as a libconfig string with its quotes. */
void sheet_quote(struct str *out, const char *text);

/* config/guard.c: what libconfig must not be handed. *out is the text behind a byte order mark. */
MUST_USE enum status guard_check(struct bytes *out, const char *name, struct bytes text,
                                 struct err *err);

/* config/value.c: what stands in the text, free of libconfig. */
enum value_kind { VALUE_TEXT, VALUE_NUMBER, VALUE_FLAG, VALUE_ARRAY, VALUE_OTHER };
struct value {
    enum value_kind kind;
    const char *text;         /* VALUE_TEXT */
    int64_t number;           /* VALUE_NUMBER */
    bool flag;                /* VALUE_FLAG */
    const char *const *items; /* VALUE_ARRAY, all of them texts */
    size_t count;
    const char *is; /* "text", "a group", ... for errors */
};
/* Checks and stores; errors are "WHAT: what to do". */
MUST_USE enum status value_store(void *object, struct arena *arena, const struct field *field,
                                 const struct value *value, const char *dir, struct err *err);
/* config/value_list.c: values out of a field's own words, and arrays. */
MUST_USE enum status value_store_word(unsigned *out, const struct field *field, const char *text,
                                      struct err *err);
MUST_USE enum status value_store_words(unsigned *out, const struct field *field,
                                       const struct value *value, struct err *err);
/* Each of them is good in check's eyes. */
MUST_USE enum status value_store_texts(void *object, struct arena *arena, const struct field *field,
                                       const struct value *value,
                                       enum status (*check)(const char *text, struct err *err),
                                       struct err *err);
/* The preset, split as its type wants it. */
void value_store_preset(void *object, struct arena *arena, const struct field *field,
                        const char *dir);
/* libconfig text of what stands in the struct. False: there is nothing (NULL, 0). */
bool value_print(struct str *out, const struct field *field, const void *object);
/* The bounds in words for manual and errors: "1 to 16"; false when the type has none. */
bool value_bounds(struct str *out, const struct field *field);
/* What is wanted, in words: "a whole number". */
const char *value_wanted(enum field_type type);

#endif
