#include "evidence/entry.h"

#include "base/json.h"
#include "evidence/shape.h"
#include "evidence/tree.h"

#include <string.h>

/* One level less than the writer can hold: hostile depth ends in the reader, as words. */
static const struct json_limits limits = {
    .size = ENTRY_LIMIT, .values = ENTRY_LIMIT, .depth = JSON_OUT_DEPTH - 1};

/* [a-z][a-z0-9_]*, in ascending order. */
static bool is_name(const char *name, const char *before)
{
    return name[0] >= 'a' && name[0] <= 'z' &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(name) &&
           (before == NULL || strcmp(before, name) < 0);
}

/* Writes value as the dialect has it; false when the dialect has no such value. */
static bool rewrite(struct json_out *j, const struct json *value)
{
    int64_t number = 0;
    const char *name = json_name(value);
    const char *before = NULL;
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
    for (const struct json *item = json_first(value); item != NULL; item = json_next(item)) {
        const char *item_name = json_name(item);
        if ((item_name != NULL && !is_name(item_name, before)) || !rewrite(j, item))
            return false;
        before = item_name;
    }
    json_out_end(j);
    return true;
}

/* Would the writer have written exactly these bytes? */
static bool is_canonical(const struct json *root, struct bytes text)
{
    struct str again;
    struct json_out j;
    str_init(&again, ENTRY_LIMIT);
    json_out_init(&j, &again, false); /* sorted by is_name(): hostile order must not assert */
    bool same = rewrite(&j, root) && str_ok(&again) && bytes_equal(str_bytes(&again), text);
    str_dispose(&again);
    return same;
}

struct line {
    const char *at, *boot, *kind, *prev;
    int64_t idx, up_ms, version;
};

/* Exactly the ten members, each of its form. */
static bool read_members(struct line *out, const struct json *root)
{
    out->at = shape_text(json_get(root, "at"));
    out->boot = shape_text(json_get(root, "boot"));
    out->kind = shape_text(json_get(root, "kind"));
    out->prev = shape_text(json_get(root, "prev"));
    return json_count(root) == 10 && shape_printable(shape_text(json_get(root, "actor")), 64) &&
           shape_instant(out->at) && shape_hex(out->boot, 32) &&
           json_is(json_get(root, "data"), JSON_OBJECT) &&
           json_int(&out->idx, json_get(root, "idx")) && out->kind != NULL &&
           shape_hex(out->prev, SHA256_HEX - 1) &&
           shape_printable(shape_text(json_get(root, "subj")), 64) &&
           json_int(&out->up_ms, json_get(root, "up_ms")) && out->up_ms >= 0;
}

static const char *judge_line(const struct entry_check *check, const struct line *line)
{
    char prev[SHA256_HEX];
    if (line->idx != check->head.idx)
        return "bad-index";
    if (strcmp(line->prev, sha256_hex(prev, &check->head.prev)) != 0)
        return "bad-prev";
    if (!entry_kind_known(line->kind))
        return "bad-kind";
    if (strcmp(line->boot, check->boot) == 0 && line->up_ms < check->last_up_ms)
        return "time-backwards-in-boot";
    return NULL;
}

static const char *judge(struct line *line, const struct entry_check *check,
                         const struct json *root, struct bytes text)
{
    if (!json_is(root, JSON_OBJECT) || !is_canonical(root, text))
        return "not-canonical";
    const struct json *version = json_get(root, "v");
    if (json_int(&line->version, version) && line->version != ENTRY_VERSION)
        return "bad-version";
    if (version == NULL || line->version != ENTRY_VERSION || !read_members(line, root))
        return "bad-member";
    return judge_line(check, line);
}

void entry_check_init(struct entry_check *check)
{
    *check = (struct entry_check){.bad_idx = -1};
}

bool entry_check_line(struct entry_check *check, struct bytes line_with_newline)
{
    struct bytes text = line_with_newline;
    struct json_doc *doc = NULL;
    struct line line = {0};
    if (check->reason != NULL)
        return false;
    if (text.size > ENTRY_LIMIT) {
        check->reason = "too-long";
    } else if (text.size == 0 || text.data[text.size - 1] != '\n') {
        check->reason = "not-canonical";
    } else {
        text.size--;
        check->reason = json_parse(&doc, text, &limits, NULL, NULL) == OK
                            ? judge(&line, check, json_root(doc), text)
                            : "not-canonical";
    }
    if (check->reason == NULL) {
        memcpy(check->boot, line.boot, sizeof check->boot);
        check->last_up_ms = line.up_ms;
        tree_leaf(&check->head.prev, line_with_newline);
        check->head.idx++;
    } else {
        check->bad_idx = check->head.idx;
    }
    json_free(doc);
    return check->reason == NULL;
}

/* The value at a dotted path of member names. */
static const struct json *follow(const struct json *value, const char *path)
{
    char name[64];
    while (value != NULL && *path != '\0') {
        size_t size = strcspn(path, ".");
        if (size == 0 || size >= sizeof name)
            return NULL;
        memcpy(name, path, size);
        name[size] = '\0';
        value = json_get(value, name);
        path += size;
        path += *path == '.';
    }
    return value;
}

bool entry_check_value(struct bytes line, const char *field, const char *salt_hex,
                       const char *value)
{
    struct json_doc *doc = NULL;
    struct sha256 salt, wanted, digest;
    bool fits = false;
    if (json_parse(&doc, line, &limits, NULL, NULL) == OK &&
        sha256_parse(&salt, salt_hex, NULL) == OK) {
        const char *text = shape_text(follow(json_root(doc), field));
        const struct bytes parts[] = {{salt.byte, SHA256_SIZE}, bytes_of(value)};
        sha256_parts(&digest, parts, 2);
        fits = text != NULL && text_starts(text, SHAPE_COMMITMENT) &&
               sha256_parse(&wanted, text + strlen(SHAPE_COMMITMENT), NULL) == OK &&
               sha256_equal(&wanted, &digest);
    }
    json_free(doc);
    return fits;
}
