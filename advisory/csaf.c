#include "advisory/csaf.h"

#include "advisory/csaf_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *csaf_text(const struct json *value)
{
    const char *text = json_string(value);
    return text != NULL && strlen(text) == json_string_size(value) ? text : NULL;
}

const char *csaf_member(const struct json *object, const char *name)
{
    return csaf_text(json_get(object, name));
}

enum status csaf_fault(const struct csaf *csaf, const struct json *where, enum status status,
                       const char *what, const char *mend, struct json_fault *fault,
                       struct err *err)
{
    struct json_fault found = {.offset = 0};
    json_where(csaf->doc, where, &found.line, &found.column);
    (void)snprintf(found.what, sizeof found.what, "%s", what);
    (void)snprintf(found.mend, sizeof found.mend, "%s", mend);
    if (fault != NULL)
        *fault = found;
    return err_set(err, status, "line %zu, column %zu: %s: %s", found.line, found.column, what,
                   mend);
}

enum status csaf_room(void **out, struct csaf *csaf, size_t count, size_t item_size,
                      const struct json *where, struct json_fault *fault, struct err *err)
{
    *out = NULL;
    if (count == 0)
        return OK;
    size_t used = arena_size(csaf->arena) + json_memory(csaf->doc) + csaf->index->reserved;
    if (used > CSAF_MEMORY_MAX || count > (CSAF_MEMORY_MAX - used) / item_size)
        return csaf_fault(csaf, where, ERR_LIMIT, "there is more in it than an advisory may hold",
                          "split the advisory", fault, err);
    *out = arena_alloc(csaf->arena, count * item_size);
    return OK;
}

enum status csaf_read_notes(struct csaf_note **out, size_t *out_count, struct csaf *csaf,
                            const struct json *notes, struct json_fault *fault, struct err *err)
{
    void *room = NULL;
    if (!json_is(notes, JSON_ARRAY))
        return OK;
    enum status status = csaf_room(&room, csaf, json_count(notes), sizeof **out, notes, fault, err);
    *out = room;
    for (const struct json *at = json_first(notes); status == OK && at != NULL;
         at = json_next(at)) {
        if (!json_is(at, JSON_OBJECT))
            continue;
        (*out)[(*out_count)++] = (struct csaf_note){.category = csaf_member(at, "category"),
                                                    .title = csaf_member(at, "title"),
                                                    .text = csaf_member(at, "text"),
                                                    .where = at};
    }
    return status;
}

static enum status read_references(struct csaf *csaf, const struct json *references,
                                   struct json_fault *fault, struct err *err)
{
    void *room = NULL;
    if (!json_is(references, JSON_ARRAY))
        return OK;
    enum status status = csaf_room(&room, csaf, json_count(references), sizeof *csaf->references,
                                   references, fault, err);
    csaf->references = room;
    for (const struct json *at = json_first(references); status == OK && at != NULL;
         at = json_next(at)) {
        if (!json_is(at, JSON_OBJECT))
            continue;
        csaf->references[csaf->reference_count++] =
            (struct csaf_reference){.category = csaf_member(at, "category"),
                                    .summary = csaf_member(at, "summary"),
                                    .url = csaf_member(at, "url")};
    }
    return status;
}

/* CSAF 2.0 has TLP 1.0 (WHITE); the labels of TLP 2.0 mean what they say. */
static void read_tlp(struct csaf *csaf, const struct json *label)
{
    csaf->tlp = TLP_AMBER_STRICT;
    if (label == NULL)
        return;
    const char *text = csaf_text(label);
    if (text_equal(text, "WHITE")) {
        csaf->tlp = TLP_CLEAR;
        csaf->has_tlp = true;
        return;
    }
    csaf->has_tlp = tlp_of(&csaf->tlp, text);
    if (!csaf->has_tlp)
        csaf->tlp = TLP_RED; /* "red", "TLP:RED": never weaker than what they may have meant */
}

static enum status read_document(struct csaf *csaf, struct json_fault *fault, struct err *err)
{
    const struct json *document = json_get(csaf->root, "document");
    const struct json *publisher = json_get(document, "publisher");
    const struct json *tracking = json_get(document, "tracking");
    csaf->csaf_version = csaf_member(document, "csaf_version");
    csaf->category = csaf_member(document, "category");
    csaf->title = csaf_member(document, "title");
    csaf->lang = csaf_member(document, "lang");
    csaf->publisher_name = csaf_member(publisher, "name");
    csaf->publisher_namespace = csaf_member(publisher, "namespace");
    csaf->publisher_category = csaf_member(publisher, "category");
    csaf->contact_details = csaf_member(publisher, "contact_details");
    csaf->tracking_id = csaf_member(tracking, "id");
    csaf->version = csaf_member(tracking, "version");
    csaf->status = csaf_member(tracking, "status");
    csaf->initial_release = csaf_member(tracking, "initial_release_date");
    csaf->current_release = csaf_member(tracking, "current_release_date");
    read_tlp(csaf, json_get(json_get(json_get(document, "distribution"), "tlp"), "label"));
    enum status status = csaf_read_notes(&csaf->notes, &csaf->note_count, csaf,
                                         json_get(document, "notes"), fault, err);
    return status == OK ? read_references(csaf, json_get(document, "references"), fault, err)
                        : status;
}

enum status csaf_parse(struct csaf **out, struct bytes text, struct json_fault *fault,
                       struct err *err)
{
    struct json_doc *doc = NULL;
    *out = NULL;
    enum status status = json_parse(&doc, text, NULL, fault, err);
    if (status != OK)
        return status;

    struct arena *arena = arena_new();
    struct csaf *csaf = arena_alloc(arena, sizeof *csaf);
    csaf->arena = arena;
    csaf->doc = doc;
    csaf->root = json_root(doc);
    csaf->index = arena_alloc(arena, sizeof *csaf->index);
    if (json_is(csaf->root, JSON_OBJECT))
        status = read_document(csaf, fault, err);
    else
        status = csaf_fault(csaf, csaf->root, ERR_INVALID, "an advisory is an object in { }",
                            "take the file as the CSAF editor wrote it", fault, err);
    if (status == OK)
        status = csaf_read_products(csaf, fault, err);
    if (status == OK)
        status = csaf_read_vulnerabilities(csaf, fault, err);
    free(csaf->index->scratch);
    csaf->index->scratch = NULL;
    if (status != OK) {
        csaf_free(csaf);
        return status;
    }
    *out = csaf;
    return OK;
}

void csaf_free(struct csaf *csaf)
{
    if (csaf == NULL)
        return;
    json_free(csaf->doc);
    arena_free(csaf->arena);
}

int csaf_highest_score(const struct csaf *csaf, const struct csaf_score **out_score)
{
    int highest = -1;
    if (out_score != NULL)
        *out_score = NULL;
    for (size_t i = 0; i < csaf->vulnerability_count; i++) {
        const struct csaf_vulnerability *vulnerability = &csaf->vulnerabilities[i];
        for (size_t k = 0; k < vulnerability->score_count; k++) {
            if (vulnerability->scores[k].base_tenths <= highest)
                continue;
            highest = vulnerability->scores[k].base_tenths;
            if (out_score != NULL)
                *out_score = &vulnerability->scores[k];
        }
    }
    return highest;
}

/* Digits of any length as numbers; an empty run is 0. */
static int compare_digits(const char *a, size_t a_size, const char *b, size_t b_size)
{
    while (a_size > 0 && *a == '0') {
        a++;
        a_size--;
    }
    while (b_size > 0 && *b == '0') {
        b++;
        b_size--;
    }
    if (a_size != b_size)
        return a_size < b_size ? -1 : 1;
    return a_size == 0 ? 0 : memcmp(a, b, a_size);
}

/* Semantic versioning 2.0.0, rule 11: numbers before words, numbers by value, words by letters. */
static int compare_pre_release(const char *a, const char *b)
{
    for (;;) {
        size_t a_size = strcspn(a, ".+");
        size_t b_size = strcspn(b, ".+");
        bool a_number = strspn(a, "0123456789") == a_size && a_size > 0;
        bool b_number = strspn(b, "0123456789") == b_size && b_size > 0;
        int order = (int)b_number - (int)a_number;
        if (order == 0 && a_number)
            order = compare_digits(a, a_size, b, b_size);
        else if (order == 0)
            order = strncmp(a, b, a_size < b_size ? a_size : b_size);
        if (order == 0 && !a_number && a_size != b_size)
            order = a_size < b_size ? -1 : 1;
        if (order != 0)
            return order;
        bool a_ends = a[a_size] != '.';
        bool b_ends = b[b_size] != '.';
        if (a_ends || b_ends)
            return (int)b_ends - (int)a_ends;
        a += a_size + 1;
        b += b_size + 1;
    }
}

int csaf_version_compare(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return (a != NULL) - (b != NULL);
    for (;;) {
        size_t a_size = strspn(a, "0123456789");
        size_t b_size = strspn(b, "0123456789");
        int order = compare_digits(a, a_size, b, b_size);
        if (order != 0)
            return order;
        a += a_size;
        b += b_size;
        bool a_more = *a == '.';
        bool b_more = *b == '.';
        if (!a_more && !b_more)
            break;
        a += a_more;
        b += b_more;
    }
    /* 1.0.0-rc1 comes before 1.0.0; what stands behind a + does not count. */
    bool a_pre = *a == '-';
    bool b_pre = *b == '-';
    if (!a_pre || !b_pre)
        return (int)b_pre - (int)a_pre;
    return compare_pre_release(a + 1, b + 1);
}
