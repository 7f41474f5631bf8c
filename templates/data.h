/*
 * templates/data - the facts of a notice as the values that its templates may name.
 *
 * Every name is listed in templates/names.md. What a scope must not say is not in its values at
 * all, so no template of anybody can say it.
 */
#ifndef TOCSIN_TEMPLATES_DATA_H
#define TOCSIN_TEMPLATES_DATA_H

#include "templates/notice.h"
#include "templates/words.h"

/* Each has the names of the one before it and more. */
enum data_scope {
    SCOPE_OUTER,   /* outer subject: who writes, which notice, by when */
    SCOPE_WAITING, /* waiting notice: and whom to call, the code, the key */
    SCOPE_ALL
};

/* The names of a scope are the first `data_name_count(scope)` of data_names. */
extern const char *const data_names[];
size_t data_name_count(enum data_scope scope);

struct value *data_make(struct arena *arena, const struct notice_facts *facts,
                        const struct words *words, const char *language, enum data_scope scope);

/* What making the data shares between its files. */
struct data_source {
    struct arena *arena;
    const struct notice_facts *facts;
    const struct words *words;
    const char *language; /* of the notice, which is not always the wanted one */
};
/* data_vulnerability.c: the lists "vulnerabilities" and all that is said of fixes and risk. */
void data_add_vulnerabilities(struct value *data, const struct data_source *from);
/* data_device.c: what we have by the records of the recipient. */
void data_add_devices(struct value *data, const struct data_source *from);

/* data_digest.c: the lists of a digest. */
void data_add_digest(struct value *data, const struct data_source *from);

/* Who gets a text for many, in words. */
const char *data_group(const struct data_source *from);

void data_add_notes(struct value *map, const struct csaf_note *notes, size_t count);

/* Texts in a row with `between`; after `most` of them only how many more there are. */
struct data_list {
    struct str text;
    const char *between;
    size_t count, most;
};
void data_list_init(struct data_list *list, const char *between, size_t most);
void data_list_add(struct data_list *list, const char *text);
/* The text in the arena, NULL when the list is empty. Disposes. */
const char *data_list_end(struct data_list *list, const struct data_source *from);

/* A date or instant as people write it; as written when it is none; NULL for NULL. */
const char *data_date(const struct data_source *from, const char *written);

#endif
