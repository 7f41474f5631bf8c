/* What the tests of advisory/ share: files, and JSON written anew with changes. */
#ifndef TOCSIN_TESTS_ADVISORY_SUPPORT_H
#define TOCSIN_TESTS_ADVISORY_SUPPORT_H

#include "advisory/gate.h"

#define FIXTURE(name) TEST_SOURCE_DIR "/tests/fixtures/advisory/" name

/* The whole file, or the test fails. The caller disposes *out. */
void support_read(struct str *out, const char *path);
/* Facts of a text that must be readable; the text must outlive them. */
struct csaf *support_parse(const char *text);

/*
 * Paths of the shared advisories, sorted; NULL and a loud SKIP when they are not there. The
 * caller frees it with support_corpus_free.
 */
char **support_corpus(size_t *count);
void support_corpus_free(char **paths, size_t count);

/* What to do with a value while a document is written anew. */
enum edit { EDIT_KEEP, EDIT_DROP, EDIT_REPLACE /* the editor has appended other JSON */ };
typedef enum edit edit_value(struct str *out, const struct json *value, void *context);
/* Append value as JSON, asking edit (NULL: keep all) about everything inside. */
void support_write(struct str *out, const struct json *value, edit_value *edit, void *context);
/* The fixture or corpus file with the value at each pointer replaced (NULL: dropped). */
struct change {
    const char *pointer;
    const char *json;
};
void support_change(struct str *out, const char *path, const struct change *changes, size_t count);

/* The file changed by a JSON merge patch (RFC 7396); new members come last. */
void support_merge(struct str *out, const char *path, const char *patch);

/* The finding with that test id and pointer, or NULL. pointer NULL: any. */
const struct finding *support_finding(const struct gate_result *result, const char *test,
                                      const char *pointer);

/* How many findings are rows of the gate that refuse ("gate.9"), not tests of CSAF, not warnings.
 */
size_t support_row_count(const struct gate_result *result);
/* The first of them, or NULL. */
const struct finding *support_row(const struct gate_result *result);

#endif
