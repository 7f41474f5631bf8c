/*
 * advisory/schema_table - words in which the tables of schema_*.c are written, and their forms.
 */
#ifndef TOCSIN_ADVISORY_SCHEMA_TABLE_H
#define TOCSIN_ADVISORY_SCHEMA_TABLE_H

#include "advisory/schema.h"

#define MEMBERS(...) ((const struct schema_member[]){__VA_ARGS__, {NULL, NULL, false}})
#define WORDS(...)                                                                                 \
    (&(const struct schema){.kind = SCHEMA_TEXT, .words = (const char *const[]){__VA_ARGS__, NULL}})
#define FORM(x) (&(const struct schema){.kind = SCHEMA_TEXT, .form = &(x)})
#define LIST(x) (&(const struct schema){.kind = SCHEMA_LIST, .items = (x), .least = 1})
#define DISTINCT(x)                                                                                \
    (&(const struct schema){.kind = SCHEMA_LIST, .items = (x), .least = 1, .distinct = true})
#define OBJECT(...)                                                                                \
    (&(const struct schema){.kind = SCHEMA_OBJECT, .closed = true, .members = MEMBERS(__VA_ARGS__)})
/* With at least so many members. */
#define OBJECT_OF(count, ...)                                                                      \
    (&(const struct schema){                                                                       \
        .kind = SCHEMA_OBJECT, .closed = true, .least = (count), .members = MEMBERS(__VA_ARGS__)})
#define NEEDED true
#define FREE false

extern const struct schema schema_cvss_v2;
extern const struct schema schema_cvss_v3;

extern const struct schema_form form_date_time, form_uri, form_purl, form_cpe, form_hash,
    form_language, form_version, form_category, form_tracking_id, form_cve, form_cwe,
    form_vector_v2, form_vector_v3, form_vector_v30, form_vector_v31;

#endif
