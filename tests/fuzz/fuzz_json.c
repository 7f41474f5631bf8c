/* Any bytes: read or refused; what was read is consistent and is read again from its own text. */
#include "base/json.h"
#include "base/json_out.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_value(struct json_out *j, const char *name, const struct json *value)
{
    struct bytes text = {(const unsigned char *)json_string(value), json_string_size(value)};
    switch (json_type(value)) {
    case JSON_OBJECT:
    case JSON_ARRAY:
        if (json_is(value, JSON_OBJECT))
            json_out_object(j, name);
        else
            json_out_array(j, name);
        for (const struct json *child = json_first(value); child != NULL; child = json_next(child))
            write_value(j, json_name(child), child);
        json_out_end(j);
        break;
    case JSON_STRING:
        json_out_text_n(j, name, text);
        break;
    case JSON_NUMBER:
        json_out_raw(j, name, json_number(value));
        break;
    case JSON_BOOL:
        json_out_bool(j, name, json_bool(value));
        break;
    case JSON_NULL:
        json_out_null(j, name);
        break;
    }
}

/* Each value is found by its pointer and its name, and stands where it says. */
static size_t check_tree(const struct json_doc *doc, const struct json *value)
{
    struct str pointer;
    size_t line = 0;
    size_t column = 0;
    size_t count = 1;
    size_t children = 0;
    str_init(&pointer, STR_LIMIT_MAIL);
    json_pointer(&pointer, value);
    assert(json_at(json_root(doc), str_text(&pointer), NULL) == value);
    str_dispose(&pointer);
    json_where(doc, value, &line, &column);
    assert(line > 0 && column > 0);
    for (const struct json *child = json_first(value); child != NULL; child = json_next(child)) {
        assert(json_parent(child) == value);
        if (json_is(value, JSON_OBJECT))
            assert(json_get(value, json_name(child)) == child);
        children++;
        count += check_tree(doc, child);
    }
    assert(children == json_count(value));
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* Small limits are reached by small inputs; the writer holds JSON_OUT_DEPTH levels. */
    const struct json_limits limits = {.size = 64 * 1024, .values = 2000, .depth = 15};
    struct json_doc *doc = NULL;
    struct json_doc *again = NULL;
    struct json_fault fault = {0};
    struct err err = {0};
    enum status status = json_parse(&doc, (struct bytes){data, size}, &limits, &fault, &err);
    if (status != OK) {
        assert(doc == NULL && (status == ERR_INVALID || status == ERR_LIMIT));
        assert(fault.offset <= size && fault.line > 0 && fault.column > 0);
        assert(fault.what[0] != '\0' && fault.mend[0] != '\0' && err.code == status);
        return 0;
    }
    struct str first;
    struct str second;
    struct json_out writer;
    str_init(&first, STR_LIMIT_TEXT);
    str_init(&second, STR_LIMIT_TEXT);
    size_t count = check_tree(doc, json_root(doc));
    json_out_init(&writer, &first, false);
    write_value(&writer, NULL, json_root(doc));
    assert(str_ok(&first));
    /* Names with a delete sign may become the same name: then our own text is refused, rightly. */
    if (json_parse(&again, str_bytes(&first), NULL, NULL, NULL) == OK) {
        assert(check_tree(again, json_root(again)) == count);
        json_out_init(&writer, &second, false);
        write_value(&writer, NULL, json_root(again));
        assert(bytes_equal(str_bytes(&first), str_bytes(&second)));
    }
    json_free(again);
    json_free(doc);
    str_dispose(&first);
    str_dispose(&second);
    return 0;
}
