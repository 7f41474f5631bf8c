#include "tests/advisory/support.h"

#include "base/file.h"

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void support_read(struct str *out, const char *path)
{
    struct err err = {0};
    str_init(out, STR_LIMIT_TEXT);
    ck_assert_msg(file_read(out, path, STR_LIMIT_TEXT, &err) == OK, "%s", err.text);
}

struct csaf *support_parse(const char *text)
{
    struct csaf *csaf = NULL;
    struct err err = {0};
    ck_assert_msg(csaf_parse(&csaf, bytes_of(text), NULL, &err) == OK, "%s", err.text);
    return csaf;
}

static int compare_paths(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

char **support_corpus(size_t *count)
{
    static const char folder[] = TEST_SOURCE_DIR "/../shared/corpus/icsma";
    char **paths = NULL;
    DIR *dir = opendir(folder);
    *count = 0;
    if (dir == NULL) {
        (void)printf("SKIP: %s is not there: real advisories are not tried\n", folder);
        return NULL;
    }
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (!text_ends(entry->d_name, ".json"))
            continue;
        paths = xrealloc(paths, *count + 1, sizeof *paths);
        paths[(*count)++] = path_join(folder, entry->d_name);
    }
    (void)closedir(dir);
    ck_assert_uint_gt(*count, 0);
    qsort(paths, *count, sizeof *paths, compare_paths);
    return paths;
}

void support_corpus_free(char **paths, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(paths[i]);
    free(paths);
}

static void write_string(struct str *out, const char *text, size_t size)
{
    str_add_c(out, '"');
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c < 0x20 || c == '"' || c == '\\')
            str_addf(out, "\\u%04x", c);
        else
            str_add_c(out, (char)c);
    }
    str_add_c(out, '"');
}

static void write_members(struct str *out, const struct json *value, edit_value *edit,
                          void *context)
{
    bool object = json_is(value, JSON_OBJECT);
    bool first = true;
    str_add_c(out, object ? '{' : '[');
    for (const struct json *at = json_first(value); at != NULL; at = json_next(at)) {
        struct str part;
        str_init(&part, STR_LIMIT_TEXT);
        enum edit todo = edit == NULL ? EDIT_KEEP : edit(&part, at, context);
        if (todo == EDIT_KEEP)
            support_write(&part, at, edit, context);
        if (todo != EDIT_DROP) {
            str_add(out, first ? "" : ",");
            first = false;
            if (object) {
                write_string(out, json_name(at), strlen(json_name(at)));
                str_add_c(out, ':');
            }
            str_add_n(out, str_text(&part), part.size);
        }
        str_dispose(&part);
    }
    str_add_c(out, object ? '}' : ']');
}

void support_write(struct str *out, const struct json *value, edit_value *edit, void *context)
{
    switch (json_type(value)) {
    case JSON_NULL:
        str_add(out, "null");
        break;
    case JSON_BOOL:
        str_add(out, json_bool(value) ? "true" : "false");
        break;
    case JSON_NUMBER:
        str_add(out, json_number(value));
        break;
    case JSON_STRING:
        write_string(out, json_string(value), json_string_size(value));
        break;
    case JSON_ARRAY:
    case JSON_OBJECT:
        write_members(out, value, edit, context);
        break;
    }
}

struct changes {
    const struct change *change;
    size_t count;
    size_t done;
};

static enum edit edit_pointer(struct str *out, const struct json *value, void *context)
{
    struct changes *changes = context;
    struct str pointer;
    enum edit todo = EDIT_KEEP;
    str_init(&pointer, STR_LIMIT_LINE);
    json_pointer(&pointer, value);
    for (size_t i = 0; i < changes->count; i++) {
        if (strcmp(str_text(&pointer), changes->change[i].pointer) != 0)
            continue;
        changes->done++;
        str_add(out, changes->change[i].json);
        todo = changes->change[i].json != NULL ? EDIT_REPLACE : EDIT_DROP;
    }
    str_dispose(&pointer);
    return todo;
}

void support_change(struct str *out, const char *path, const struct change *changes, size_t count)
{
    struct str text;
    struct json_doc *doc = NULL;
    struct err err = {0};
    struct changes todo = {.change = changes, .count = count};
    support_read(&text, path);
    ck_assert_msg(json_parse(&doc, str_bytes(&text), NULL, NULL, &err) == OK, "%s", err.text);
    str_init(out, STR_LIMIT_TEXT);
    support_write(out, json_root(doc), edit_pointer, &todo);
    ck_assert_msg(todo.done == count, "%s: %zu of %zu changes made", path, todo.done, count);
    json_free(doc);
    str_dispose(&text);
}

static void write_name(struct str *out, const struct json *member, bool *first)
{
    str_add(out, *first ? "" : ",");
    *first = false;
    write_string(out, json_name(member), strlen(json_name(member)));
    str_add_c(out, ':');
}

static void write_merged(struct str *out, const struct json *target, const struct json *patch)
{
    bool first = true;
    if (!json_is(patch, JSON_OBJECT)) {
        support_write(out, patch, NULL, NULL);
        return;
    }
    str_add_c(out, '{');
    for (const struct json *at = json_is(target, JSON_OBJECT) ? json_first(target) : NULL;
         at != NULL; at = json_next(at)) {
        const struct json *change = json_get(patch, json_name(at));
        if (change != NULL && json_is(change, JSON_NULL))
            continue;
        write_name(out, at, &first);
        if (change != NULL)
            write_merged(out, at, change);
        else
            support_write(out, at, NULL, NULL);
    }
    for (const struct json *at = json_first(patch); at != NULL; at = json_next(at)) {
        if (json_get(target, json_name(at)) != NULL || json_is(at, JSON_NULL))
            continue;
        write_name(out, at, &first);
        write_merged(out, NULL, at);
    }
    str_add_c(out, '}');
}

void support_merge(struct str *out, const char *path, const char *patch)
{
    struct str text;
    struct json_doc *target = NULL;
    struct json_doc *change = NULL;
    struct err err = {0};
    support_read(&text, path);
    ck_assert_msg(json_parse(&target, str_bytes(&text), NULL, NULL, &err) == OK, "%s", err.text);
    ck_assert_msg(json_parse(&change, bytes_of(patch), NULL, NULL, &err) == OK, "%s: %s", patch,
                  err.text);
    str_init(out, STR_LIMIT_TEXT);
    write_merged(out, json_root(target), json_root(change));
    json_free(target);
    json_free(change);
    str_dispose(&text);
}

const struct finding *support_finding(const struct gate_result *result, const char *test,
                                      const char *pointer)
{
    for (size_t i = 0; i < result->count; i++) {
        const struct finding *finding = &result->findings[i];
        if (strcmp(finding->test, test) == 0 &&
            (pointer == NULL || strcmp(finding->pointer, pointer) == 0))
            return finding;
    }
    return NULL;
}

static bool is_refusing_row(const struct finding *finding)
{
    return finding->severity <= SEVERITY_WAIVABLE && text_starts(finding->test, "gate.");
}

size_t support_row_count(const struct gate_result *result)
{
    size_t count = 0;
    for (size_t i = 0; i < result->count; i++)
        count += is_refusing_row(&result->findings[i]);
    return count;
}

const struct finding *support_row(const struct gate_result *result)
{
    for (size_t i = 0; i < result->count; i++) {
        if (is_refusing_row(&result->findings[i]))
            return &result->findings[i];
    }
    return NULL;
}
