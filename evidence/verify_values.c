#include "evidence/scan.h"
#include "evidence/verify_inner.h"

#include "base/json.h"

#include <stdlib.h>
#include <string.h>

#define VALUE_LIMIT ((size_t)1024 * 1024)

/* One line of disclosed/values.jsonl, and the reader that is one line ahead. */
struct verify_values {
    struct bundle_reader reader;
    bool open;
    struct json_doc *doc; /* of the line ahead; NULL: none */
    const char *field, *salt, *value;
    int64_t idx;
    int64_t last_idx;
    char last_field[64];
    const char *where; /* as a verdict names the list */
    struct bundle_fault *fault;
};

static const char *plain_text(const struct json *value)
{
    const char *text = json_string(value);
    return text != NULL && strlen(text) == json_string_size(value) ? text : NULL;
}

/* A path of names of members, as scan.c takes them: "data.party". */
static bool is_path(const char *field)
{
    bool first = true;
    for (; *field != '\0'; field++) {
        bool letter = *field >= 'a' && *field <= 'z';
        if (!letter &&
            (first || ((*field < '0' || *field > '9') && *field != '_' && *field != '.')))
            return false;
        first = *field == '.';
    }
    return !first;
}

static bool read_line(struct verify_values *values, struct bytes line)
{
    struct scan_value member[4];
    size_t count = 0;
    if (line.size == 0 || line.size > VALUE_LIMIT || line.data[line.size - 1] != '\n')
        return false;
    line.size--;
    if (!scan_object(member, 4, &count, line) || count != 4 ||
        json_parse(&values->doc, line, NULL, NULL, NULL) != OK)
        return false;
    const struct json *root = json_root(values->doc);
    values->field = plain_text(json_get(root, "field"));
    values->salt = plain_text(json_get(root, "salt"));
    values->value = plain_text(json_get(root, "value"));
    return json_int(&values->idx, json_get(root, "idx")) && values->idx >= 0 &&
           values->field != NULL && strlen(values->field) < sizeof values->last_field &&
           is_path(values->field) && values->salt != NULL && values->value != NULL;
}

/* The next line comes ahead. A fault ends the reading: only the first one counts. */
static enum status advance(struct verify_values *values, struct verify *v, struct err *err)
{
    struct bytes line;
    json_free(values->doc);
    values->doc = NULL;
    if (!values->open || values->fault->reason != NULL)
        return OK;
    enum status status = bundle_read_line(&line, &values->reader, err);
    if (status != OK || line.size == 0)
        return status;
    if (!read_line(values, line)) {
        (void)bundle_bad(values->fault, values->where, "not-canonical");
    } else if (values->idx < values->last_idx || (values->idx == values->last_idx &&
                                                  strcmp(values->field, values->last_field) <= 0)) {
        (void)verify_bad_entry(values->fault, values->idx, "bad-index");
    } else {
        values->last_idx = values->idx;
        memcpy(values->last_field, values->field, strlen(values->field) + 1);
        v->verdict->values++;
        return OK;
    }
    json_free(values->doc);
    values->doc = NULL;
    return OK;
}

enum status verify_values_begin(struct verify_values **out, struct verify *v, bool apart,
                                struct err *err)
{
    struct verify_values *values = xcalloc(1, sizeof *values);
    const struct bundle_file *file = bundle_find(&v->files, "disclosed/values.jsonl");
    enum status status = OK;
    *out = values;
    values->reader.fd = -1;
    values->last_idx = -1;
    values->where = apart ? "disclosed" : "disclosed/values.jsonl";
    values->fault = apart ? &v->apart : &v->values;
    if (apart && v->disclosed != NULL)
        status = bundle_read_alone(&values->reader, v->disclosed, VALUE_LIMIT, err);
    else if (!apart && file != NULL)
        status = bundle_read_begin(&values->reader, &v->files, file, VALUE_LIMIT, err);
    values->open = status == OK && (apart ? v->disclosed != NULL : file != NULL);
    return status == OK ? advance(values, v, err) : status;
}

enum status verify_values_pass(struct verify_values *values, struct verify *v, int64_t idx,
                               struct bytes line, struct err *err)
{
    enum status status = OK;
    while (status == OK && values->doc != NULL && values->idx <= idx) {
        if (values->idx < idx)
            (void)verify_bad_entry(values->fault, values->idx, "bad-index"); /* before the start */
        else if (!entry_check_value(line, values->field, values->salt, values->value))
            (void)verify_bad_entry(values->fault, idx, "bad-value");
        status = advance(values, v, err);
    }
    return status;
}

void verify_values_end(struct verify_values *values)
{
    if (values == NULL)
        return;
    if (values->doc != NULL)
        (void)verify_bad_entry(values->fault, values->idx, "bad-index"); /* behind the last entry */
    json_free(values->doc);
    bundle_read_end(&values->reader);
    free(values);
}
