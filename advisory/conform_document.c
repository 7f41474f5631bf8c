/*
 * Tests 6.1.12, 6.1.15, 6.1.26 to 6.1.28, 6.2.10 to 6.2.15 and the rule of 5.1: the document as a
 * whole, its profile and its languages.
 */
#include "advisory/conform_tests.h"

#include "advisory/csaf_read.h"
#include "advisory/language.h"
#include "base/utf8.h"

#include <string.h>
#include <strings.h>

static bool has_profile(const struct conform *run, const char *profile)
{
    return bytes_equal(run->category, bytes_of(profile));
}

/* Call `check` for the two languages that a document can name. */
static void each_language(struct conform *run,
                          void (*check)(struct conform *run, const struct json *where))
{
    static const char *const members[] = {"lang", "source_lang"};
    for (size_t i = 0; i < 2; i++) {
        const struct json *where = json_get(run->document, members[i]);
        if (json_is(where, JSON_STRING))
            check(run, where);
    }
}

static void check_language(struct conform *run, const struct json *where)
{
    const char *fault = language_fault(conform_text(where));
    if (fault != NULL)
        conform_fail(run, where, NULL, "This is not a valid language tag: %s", fault);
}

void conform_6_1_12(struct conform *run)
{
    each_language(run, check_language);
}

static void check_private(struct conform *run, const struct json *where)
{
    if (language_is_private(conform_text(where)))
        conform_fail(run, where, NULL, "A part of this language tag is for private use");
}

void conform_6_2_14(struct conform *run)
{
    each_language(run, check_private);
}

static bool equal_without_case(struct bytes a, struct bytes b)
{
    return a.size == b.size &&
           (a.size == 0 || strncasecmp((const char *)a.data, (const char *)b.data, a.size) == 0);
}

static void check_default(struct conform *run, const struct json *where)
{
    if (equal_without_case(conform_text(where), bytes_of("i-default")))
        conform_fail(run, where, NULL, "i-default names no language that people speak");
}

void conform_6_2_15(struct conform *run)
{
    each_language(run, check_default);
}

void conform_6_1_15(struct conform *run)
{
    const struct json *category = json_get(run->publisher, "category");
    /* It must be present and set: an empty one says nothing. */
    bool set = conform_text(json_get(run->document, "source_lang")).size > 0;
    if (conform_text_is(category, "translator") && !set)
        conform_fail(run, category, NULL,
                     "A translator must say from which language, and source_lang is missing");
}

void conform_6_1_28(struct conform *run)
{
    const struct json *lang = json_get(run->document, "lang");
    const struct json *source = json_get(run->document, "source_lang");
    if (json_is(lang, JSON_STRING) && json_is(source, JSON_STRING) &&
        equal_without_case(conform_text(lang), conform_text(source)))
        conform_fail(run, source, NULL, "This is the language of the document itself");
}

/* Dashes of all lengths, underscores and spaces. */
static bool is_dropped(uint32_t c)
{
    return c == '-' || c == '_' || (c >= 0x2010 && c <= 0x2015) || (c >= 0x09 && c <= 0x0D) ||
           c == 0x20 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
           c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

/* Without case, dashes, underscores and spaces. */
static bool reads_like(struct bytes category, const char *name)
{
    for (size_t at = 0; at < category.size;) {
        uint32_t c = utf8_next(category, &at);
        if (is_dropped(c))
            continue;
        if (c >= 'A' && c <= 'Z')
            c |= 0x20;
        if (*name == '\0' || c != (unsigned char)*name)
            return false;
        name++;
    }
    return *name == '\0';
}

void conform_6_1_26(struct conform *run)
{
    static const char *const profiles[] = {"csaf_security_incident_response",
                                           "csaf_informational_advisory", "csaf_security_advisory",
                                           "csaf_vex", "csaf_base"};
    static const char *const names[] = {"securityincidentresponse",
                                        "informationaladvisory",
                                        "securityadvisory",
                                        "vex",
                                        "csafsecurityincidentresponse",
                                        "csafinformationaladvisory",
                                        "csafsecurityadvisory",
                                        "csafvex"};
    const struct json *where = json_get(run->document, "category");
    for (size_t i = 0; i < sizeof profiles / sizeof profiles[0]; i++) {
        if (has_profile(run, profiles[i]))
            return;
    }
    if (run->category.size >= 5 && strncasecmp((const char *)run->category.data, "csaf_", 5) == 0)
        conform_fail(run, where, NULL, "The prefix csaf_ is reserved");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (run->category.data != NULL && reads_like(run->category, names[i]))
            conform_fail(run, where, NULL, "This reads like the name of a profile and is none");
    }
}

/* Profiles of section 4 that need no vulnerabilities. */
static bool is_story(const struct conform *run)
{
    return has_profile(run, "csaf_security_incident_response") ||
           has_profile(run, "csaf_informational_advisory");
}

static bool is_advice(const struct conform *run)
{
    return has_profile(run, "csaf_security_advisory") || has_profile(run, "csaf_vex");
}

static const struct json *place(const struct conform *run, const char *member)
{
    const struct json *found = json_get(run->document, member);
    if (found != NULL)
        return found;
    return run->document != NULL ? run->document : run->root;
}

void conform_6_1_27_1(struct conform *run)
{
    static const char *const wanted[] = {"description", "details", "general", "summary"};
    for (const struct json *at = conform_first(json_get(run->document, "notes")); at != NULL;
         at = json_next(at)) {
        for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
            if (conform_text_is(json_get(at, "category"), wanted[i]))
                return;
        }
    }
    if (is_story(run))
        conform_fail(run, place(run, "notes"), NULL,
                     "No note of the document is of category description, details, general or "
                     "summary");
}

void conform_6_1_27_2(struct conform *run)
{
    for (const struct json *at = conform_first(json_get(run->document, "references")); at != NULL;
         at = json_next(at)) {
        const struct json *category = json_get(at, "category");
        /* external is what the schema takes it for when nothing is said */
        if (conform_text_is(category, "external") || (category == NULL && json_is(at, JSON_OBJECT)))
            return;
    }
    if (is_story(run))
        conform_fail(run, place(run, "references"), NULL,
                     "No reference of the document leads to an external source");
}

void conform_6_1_27_3(struct conform *run)
{
    const struct json *list = json_get(run->root, "vulnerabilities");
    if (has_profile(run, "csaf_informational_advisory") && list != NULL)
        conform_fail(run, list, NULL, "An informational advisory has no vulnerabilities");
}

void conform_6_1_27_4(struct conform *run)
{
    if (is_advice(run) && run->tree == NULL)
        conform_fail(run, run->root, NULL, "The document has no product_tree");
}

void conform_6_1_27_11(struct conform *run)
{
    if (is_advice(run) && json_get(run->root, "vulnerabilities") == NULL)
        conform_fail(run, run->root, NULL, "The document has no vulnerabilities");
}

void conform_6_2_10(struct conform *run)
{
    static const char *const labels[] = {"AMBER", "GREEN", "RED", "WHITE"};
    const struct json *distribution = json_get(run->document, "distribution");
    const struct json *label = json_get(json_get(distribution, "tlp"), "label");
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        if (conform_text_is(label, labels[i]))
            return;
    }
    if (label != NULL)
        conform_fail(run, label, NULL, "This is no TLP label of CSAF 2.0");
    else
        conform_fail(run, place(run, "distribution"), NULL, "The document has no TLP label");
}

/* CSAF 2.0, 5.1: small letters, one underscore for each run of other signs, and .json */
static void file_name_of(struct str *out, struct bytes id)
{
    bool dropped = false;
    for (size_t i = 0; i < id.size; i++) {
        unsigned char c = id.data[i];
        if (c >= 'A' && c <= 'Z')
            c |= 0x20;
        bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-';
        if (kept || !dropped)
            str_add_c(out, kept ? (char)c : '_');
        dropped = !kept;
    }
    str_add(out, ".json");
}

void conform_6_2_11(struct conform *run)
{
    const struct json *id = json_get(run->tracking, "id");
    struct str name;
    bool found = false;
    str_init(&name, STR_LIMIT_TEXT + 8);
    file_name_of(&name, conform_text(id));
    for (const struct json *at = conform_first(json_get(run->document, "references"));
         at != NULL && json_is(id, JSON_STRING); at = json_next(at)) {
        const struct json *where = json_get(at, "url");
        struct bytes url = conform_text(where);
        bool self = conform_text_is(json_get(at, "category"), "self");
        if (self && url.size >= name.size && url.size > 8 && memcmp(url.data, "https://", 8) == 0 &&
            memcmp(url.data + url.size - name.size, str_text(&name), name.size) == 0)
            found = true;
    }
    if (!found)
        conform_fail(run, place(run, "references"), NULL,
                     "No reference of category self is the canonical URL: https and %s at its end",
                     conform_quote(run, str_text(&name)));
    str_dispose(&name);
}

void conform_5_1(struct conform *run)
{
    const struct json *id = json_get(run->tracking, "id");
    struct str name;
    if (!json_is(id, JSON_STRING))
        return;
    str_init(&name, STR_LIMIT_TEXT + 8);
    file_name_of(&name, conform_text(id));
    if (strcmp(run->gate->context.file_name, str_text(&name)) != 0)
        conform_fail(run, id, NULL, "The file of this advisory must be called %s",
                     conform_quote(run, str_text(&name)));
    str_dispose(&name);
}

void conform_6_2_12(struct conform *run)
{
    if (!json_is(json_get(run->document, "lang"), JSON_STRING))
        conform_fail(run, place(run, "lang"), NULL, "The document does not say its language");
}

static unsigned char small(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

/* Letters by the alphabet; of two that differ in case only, the small one first. */
static int compare_names(const char *a, const char *b)
{
    size_t i = 0;
    while (a[i] != '\0' && small((unsigned char)a[i]) == small((unsigned char)b[i]))
        i++;
    int order = small((unsigned char)a[i]) - small((unsigned char)b[i]);
    return order != 0 ? order : -strcmp(a, b);
}

/* All of what is below value: its first fault, if any. */
static void check_order(struct conform *run, const struct json *value)
{
    const struct json *before = NULL;
    bool object = json_is(value, JSON_OBJECT);
    if (!object && !json_is(value, JSON_ARRAY))
        return;
    for (const struct json *at = json_first(value); at != NULL; at = json_next(at)) {
        if (object && before != NULL && compare_names(json_name(before), json_name(at)) > 0) {
            conform_fail(run, at, NULL,
                         "This member stands behind %s, which comes later in the "
                         "alphabet",
                         conform_quote(run, json_name(before)));
            object = false; /* once for each object is enough */
        }
        before = at;
        check_order(run, at);
    }
}

void conform_6_2_13(struct conform *run)
{
    check_order(run, run->root);
}
