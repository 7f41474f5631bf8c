/*
 * The one-pass recogniser of the log's dialect against a slower way to the same answer: read with
 * base/json, write anew with base/json_out, compare the bytes.
 */
#include "base/json.h"
#include "base/json_out.h"
#include "evidence/entry.h"
#include "evidence/scan.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct json_limits limits = {
    .size = ENTRY_LIMIT, .values = ENTRY_LIMIT, .depth = SCAN_DEPTH};

/* [a-z][a-z0-9_]*, in ascending order. */
static bool is_name(const char *name, const char *before)
{
    return name[0] >= 'a' && name[0] <= 'z' &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(name) &&
           (before == NULL || strcmp(before, name) < 0);
}

static bool rewrite(struct json_out *j, const struct json *value);

static bool rewrite_items(struct json_out *j, const struct json *value)
{
    const char *before = NULL;
    for (const struct json *item = json_first(value); item != NULL; item = json_next(item)) {
        const char *name = json_name(item);
        if ((name != NULL && !is_name(name, before)) || !rewrite(j, item))
            return false;
        before = name;
    }
    json_out_end(j);
    return true;
}

/* Writes value as the dialect has it; false when the dialect has no such value. */
static bool rewrite(struct json_out *j, const struct json *value)
{
    int64_t number = 0;
    const char *name = json_name(value);
    switch (json_type(value)) {
    case JSON_NULL:
        json_out_null(j, name);
        return true;
    case JSON_BOOL:
        json_out_bool(j, name, json_bool(value));
        return true;
    case JSON_STRING:
        json_out_text_n(
            j, name,
            (struct bytes){(const unsigned char *)json_string(value), json_string_size(value)});
        return true;
    case JSON_NUMBER:
        if (!json_int(&number, value))
            return false;
        json_out_int(j, name, number);
        return true;
    case JSON_ARRAY:
        json_out_array(j, name);
        break;
    case JSON_OBJECT:
        json_out_object(j, name);
        break;
    }
    return rewrite_items(j, value);
}

static bool by_rewriting(struct bytes text)
{
    struct json_doc *doc = NULL;
    struct str again;
    struct json_out j;
    if (json_parse(&doc, text, &limits, NULL, NULL) != OK)
        return false;
    str_init(&again, ENTRY_LIMIT);
    json_out_init(&j, &again, false); /* is_name() sees to the order */
    bool same = json_is(json_root(doc), JSON_OBJECT) && rewrite(&j, json_root(doc)) &&
                str_ok(&again) && bytes_equal(str_bytes(&again), text);
    str_dispose(&again);
    json_free(doc);
    return same;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct scan_value members[4];
    struct bytes text = {data, size};
    size_t count = 0;
    if (size > ENTRY_LIMIT)
        return 0;
    if (scan_object(members, 4, &count, text) != by_rewriting(text))
        abort();
    return 0;
}
