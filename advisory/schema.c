#include "advisory/schema.h"

#include "advisory/quote.h"
#include "advisory/schema_distinct.h"
#include "base/nearest.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define MEMBERS_MOST 64 /* one bit each for those that were seen */

struct checker {
    const struct schema_sink *sink;
    bool cvss; /* inside a CVSS object */
};

static void say(const struct checker *c, enum schema_fault fault, const struct json *where,
                const char *mend, const char *format, ...) PRINTF_LIKE(5, 6);

static void say(const struct checker *c, enum schema_fault fault, const struct json *where,
                const char *mend, const char *format, ...)
{
    struct str text;
    char message[1024];
    va_list args;
    if (fault == SCHEMA_BROKEN && c->cvss)
        fault = SCHEMA_BROKEN_CVSS;
    if (c->sink->is_full(c->sink->context)) {
        c->sink->report(c->sink->context, fault, where, "", mend);
        return;
    }
    str_init(&text, STR_LIMIT_LINE);
    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    str_add(&text, message);
    c->sink->report(c->sink->context, fault, where, str_text(&text), mend);
    str_dispose(&text);
}

static const char *kind_word(enum schema_kind kind)
{
    switch (kind) {
    case SCHEMA_TEXT:
        return "a text";
    case SCHEMA_SCORE:
        return "a number";
    case SCHEMA_LIST:
        return "a list";
    case SCHEMA_OBJECT:
        break;
    }
    return "an object";
}

static const char *type_word(enum json_type type)
{
    switch (type) {
    case JSON_NULL:
        return "null";
    case JSON_BOOL:
        return "true or false";
    case JSON_NUMBER:
        return "a number";
    case JSON_STRING:
        return "a text";
    case JSON_ARRAY:
        return "a list";
    case JSON_OBJECT:
        break;
    }
    return "an object";
}

static bool has_kind(const struct json *value, enum schema_kind kind)
{
    static const enum json_type types[] = {[SCHEMA_TEXT] = JSON_STRING,
                                           [SCHEMA_SCORE] = JSON_NUMBER,
                                           [SCHEMA_LIST] = JSON_ARRAY,
                                           [SCHEMA_OBJECT] = JSON_OBJECT};
    return json_is(value, types[kind]);
}

static bool is_word(const char *const *words, struct bytes text)
{
    for (; *words != NULL; words++) {
        if (strlen(*words) == text.size && memcmp(*words, text.data, text.size) == 0)
            return true;
    }
    return false;
}

/* It is none of the words: which they are, and which one may be meant. */
static void report_word(const struct checker *c, const struct schema *schema,
                        const struct json *value)
{
    struct str list;
    struct str mend;
    size_t count = 0;
    str_init(&list, STR_LIMIT_LINE);
    str_init(&mend, STR_LIMIT_LINE);
    for (; schema->words[count] != NULL; count++)
        str_addf(&list, "%s%s", count > 0 ? ", " : "", schema->words[count]);
    bool readable = json_string_size(value) < QUOTE_MAX && !c->sink->is_full(c->sink->context);
    int near = readable ? nearest_name(json_string(value), schema->words, count) : -1;
    if (near >= 0)
        str_addf(&mend, "Did you mean %s?", schema->words[near]);
    else
        str_addf(&mend, "Write %s%s.", count > 1 ? "one of these: " : "", str_text(&list));
    say(c, SCHEMA_BROKEN, value, str_text(&mend),
        "This is none of the words that can stand here (%s).", str_text(&list));
    str_dispose(&mend);
    str_dispose(&list);
}

static void check_text(const struct checker *c, const struct schema *schema,
                       const struct json *value)
{
    struct bytes text = {(const unsigned char *)json_string(value), json_string_size(value)};
    if (schema->words != NULL && is_word(schema->words, text))
        return;
    if (schema->words != NULL)
        report_word(c, schema, value);
    else if (schema->form != NULL && !schema->form->match(text))
        say(c, SCHEMA_BROKEN, value, schema->form->mend, "This is not %s.", schema->form->name);
    else if (text.size == 0)
        say(c, SCHEMA_BROKEN, value, "Write the text, or leave the member out.",
            "The text is empty.");
}

static void check_score(const struct checker *c, const struct json *value)
{
    double number = 0;
    if (!json_double(&number, value) || number < 0 || number > 10)
        say(c, SCHEMA_BROKEN, value, "Calculate the score anew.",
            "A score is a number from 0 to 10.");
}

static void check_value(const struct checker *c, const struct schema *schema,
                        const struct json *value);

static void check_list(const struct checker *c, const struct schema *schema,
                       const struct json *list)
{
    if (json_count(list) < schema->least)
        say(c, SCHEMA_BROKEN, list,
            json_count(list) == 0 ? "Fill the list, or leave it out." : "Add what is missing.",
            "The list has %zu element%s; it needs at least %zu.", json_count(list),
            json_count(list) == 1 ? "" : "s", schema->least);
    for (const struct json *at = json_first(list); at != NULL; at = json_next(at))
        check_value(c, schema->items, at);
    const struct json *first = NULL;
    const struct json *again = schema->distinct ? schema_double(&first, list) : NULL;
    if (again != NULL)
        say(c, SCHEMA_BROKEN, again, "Keep one of the two.",
            "The same stands at place %zu of this list already; each element may stand there once.",
            schema_place(first) + 1);
}

/* Members come mostly in the order of the table: begin where the last one was found. */
static size_t find_member(const struct schema_member *members, const char *name, size_t from)
{
    for (size_t i = from; members[i].name != NULL; i++) {
        if (members[i].name[0] == name[0] && strcmp(members[i].name, name) == 0)
            return i;
    }
    for (size_t i = 0; i < from; i++) {
        if (members[i].name[0] == name[0] && strcmp(members[i].name, name) == 0)
            return i;
    }
    return SIZE_MAX;
}

static void check_missing(const struct checker *c, const struct schema *schema,
                          const struct json *object, uint64_t seen)
{
    for (size_t i = 0; schema->members[i].name != NULL; i++) {
        assert(i < MEMBERS_MOST);
        if (schema->members[i].required && (seen >> i & 1) == 0)
            say(c, SCHEMA_BROKEN, object, "Add it.", "The member %s is missing.",
                schema->members[i].name);
    }
    size_t count = json_count(object);
    if (count < schema->least)
        say(c, SCHEMA_BROKEN, object,
            count == 0 ? "Fill it, or leave it out." : "Add what is missing.",
            "The object has %zu member%s; it needs at least %zu.", count, count == 1 ? "" : "s",
            schema->least);
    if (schema->most > 0 && count > schema->most)
        say(c, SCHEMA_BROKEN, object, "A branch has either branches or a product.",
            "The object has %zu members; it can have %zu.", count, schema->most);
}

static void check_object(const struct checker *c, const struct schema *schema,
                         const struct json *object)
{
    uint64_t seen = 0;
    size_t place = 0;
    for (const struct json *at = json_first(object); at != NULL; at = json_next(at)) {
        size_t found = find_member(schema->members, json_name(at), place);
        if (found != SIZE_MAX) {
            seen |= UINT64_C(1) << found;
            place = found;
            check_value(c, schema->members[found].schema, at);
        } else if (schema->closed) {
            say(c, SCHEMA_ADDITIONAL, at,
                "Remove it, or move what it says to where CSAF has a place for it.",
                "CSAF 2.0 has no member of this name here.");
        }
    }
    check_missing(c, schema, object, seen);
}

static void check_value(const struct checker *c, const struct schema *schema,
                        const struct json *value)
{
    struct checker inside = {.sink = c->sink, .cvss = c->cvss || schema->cvss};
    if (!has_kind(value, schema->kind)) {
        say(&inside, SCHEMA_BROKEN, value, "Write it as the schema of CSAF 2.0 asks.",
            "This is %s; %s is expected.", type_word(json_type(value)), kind_word(schema->kind));
        return;
    }
    switch (schema->kind) {
    case SCHEMA_TEXT:
        check_text(&inside, schema, value);
        break;
    case SCHEMA_SCORE:
        check_score(&inside, value);
        break;
    case SCHEMA_LIST:
        check_list(&inside, schema, value);
        break;
    case SCHEMA_OBJECT:
        check_object(&inside, schema->choose != NULL ? schema->choose(value) : schema, value);
        break;
    }
}

void schema_check(const struct schema *schema, const struct json *value,
                  const struct schema_sink *sink)
{
    const struct checker c = {.sink = sink};
    check_value(&c, schema, value);
}
