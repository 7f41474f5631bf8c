/*
 * templates/wording - the parsed texts of every language, and which of them a notice takes.
 */
#ifndef TOCSIN_TEMPLATES_WORDING_H
#define TOCSIN_TEMPLATES_WORDING_H

#include "templates/catalog.h"
#include "templates/data.h"

/* One file: its first lines "subject: …" and "outer: …", an empty line, the body. */
struct message {
    struct template *subject, *outer, *body;
};

struct language {
    const char *tag; /* lower case */
    struct words words;
    struct message *messages[NOTICE_KIND_COUNT][PARTY_KIND_COUNT]; /* NULL: there is no such file */
};

struct wording {
    struct arena *arena;
    struct catalog catalog;
    struct language *languages;
    size_t language_count;
};

/*
 * The text for this kind and audience: in the wanted language, else in its base language, else in
 * English; in each the audience's own, else the one for hdo. NULL when a kind has no texts.
 */
const struct message *wording_find(const struct wording *wording, const char *language,
                                   enum notice_kind kind, enum party_kind audience,
                                   const struct language **in);

#endif
