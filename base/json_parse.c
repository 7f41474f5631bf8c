#include "base/json_reader.h"

#include "base/utf8.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_SIZE ((size_t)16 * 1024 * 1024)
#define DEFAULT_VALUES ((size_t)1000000)
#define DEFAULT_DEPTH ((size_t)64)

bool json_fail(struct json_reader *r, enum status status, size_t offset, const char *mend,
               const char *format, ...)
{
    struct json_fault *fault = &r->fault;
    va_list args;
    va_start(args, format);
    (void)vsnprintf(fault->what, sizeof fault->what, format, args);
    va_end(args);
    (void)snprintf(fault->mend, sizeof fault->mend, "%s", mend);
    fault->offset = offset;
    fault->line = 1;
    fault->column = 1;
    json_place(r->text, 0, offset, &fault->line, &fault->column);
    r->status = status;
    return false;
}

/* What most often stands where it must not, and what to do about it. */
static const char *usual_mend(const struct json_reader *r, int64_t c)
{
    switch (c) {
    case -1:
        return r->text.size == 0 ? "the file is empty: name the right one" : JSON_MEND_CUT;
    case '/':
    case '#':
        return "JSON has no comments: remove it";
    case '\'':
        return "write double quotes";
    case '}':
    case ']':
        return "close first what was opened last";
    case '"':
        return "put a comma or a colon before it";
    case 'T':
    case 'F':
    case 'N':
    case 'I':
    case 'u':
        return "write true, false, null or a number";
    case 0x2018:
    case 0x2019:
    case 0x201C:
    case 0x201D:
        return "write straight double quotes";
    default:
        return NULL;
    }
}

/* The rest of a character is missing because the text ends. */
static bool is_cut_character(const struct json_reader *r)
{
    static const char whole[][5] = {"\xC3\xBF", "\xE1\xBF\xBF", "\xED\x9F\xBF", "\xF1\xBF\xBF\xBF",
                                    "\xF4\x8F\xBF\xBF"};
    size_t left = r->text.size - r->at;
    unsigned char glued[8] = {0};
    if (left == 0 || left > 3)
        return false;
    /* It is one when bytes can be put behind it that make it whole. */
    for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++) {
        size_t size = strlen(whole[i]);
        if (size <= left)
            continue;
        memcpy(glued, whole[i], size);
        memcpy(glued, r->text.data + r->at, left);
        if (utf8_valid((struct bytes){glued, size}, NULL))
            return true;
    }
    return false;
}

static void describe(const struct json_reader *r, char out[static 40])
{
    int c = json_peek(r);
    size_t end = r->at;
    uint32_t code_point = utf8_next(r->text, &end);
    if (c < 0)
        (void)snprintf(out, 40, "the end of the text");
    else if (c == '"')
        (void)snprintf(out, 40, "a quotation mark");
    else if (c > 0x20 && c < 0x7F)
        (void)snprintf(out, 40, "\"%c\"", c);
    else if (c < 0x80 || end > r->at + 1)
        (void)snprintf(out, 40, "U+%04X", (unsigned)code_point);
    else if (is_cut_character(r))
        (void)snprintf(out, 40, "the end inside a character");
    else
        (void)snprintf(out, 40, "byte 0x%02X, which is not UTF-8", (unsigned)c);
}

bool json_fail_expected(struct json_reader *r, const char *wanted, const char *mend)
{
    char found[40];
    int c = json_peek(r);
    size_t end = r->at;
    uint32_t code_point = utf8_next(r->text, &end);
    const char *usual = usual_mend(r, c < 0 ? -1 : (int64_t)code_point);
    describe(r, found);
    if (c >= 0x80 && end == r->at + 1)
        usual = is_cut_character(r) ? JSON_MEND_CUT : JSON_MEND_UTF8;
    if (mend == NULL || c < 0 || c >= 0x80)
        mend = usual != NULL ? usual : "correct the text here";
    return json_fail(r, ERR_INVALID, r->at, mend, "%s was expected, found %s", wanted, found);
}

/* Most of what stands between values is the indentation of an editor. */
static inline void skip_space(struct json_reader *r)
{
    const unsigned char *text = r->text.data;
    size_t size = r->text.size;
    size_t at = r->at;
    if (at >= size || text[at] > ' ')
        return;
    while (at < size) {
        static const char eight[] = "        ";
        if (size - at >= 8 && memcmp(text + at, eight, 8) == 0)
            at += 8;
        else if (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t')
            at++;
        else
            break;
    }
    r->at = at;
}

static bool in_object(const struct json_reader *r)
{
    return r->container != JSON_NONE && r->doc->node[r->container].type == JSON_OBJECT;
}

/* A node for the value that begins here, hung into the innermost container. NULL past the limit. */
static struct json *add_node(struct json_reader *r, enum json_type type)
{
    struct json_doc *doc = r->doc;
    if (doc->count == r->max_values) {
        (void)json_fail(r, ERR_LIMIT, r->at, "split the document",
                        "more than %zu values in one text", r->max_values);
        return NULL;
    }
    if (doc->count == doc->capacity) {
        size_t capacity = doc->capacity * 2 < r->max_values ? doc->capacity * 2 : r->max_values;
        doc = xrealloc(doc, 1, sizeof *doc + capacity * sizeof doc->node[0]);
        doc->capacity = capacity;
        r->doc = doc;
    }
    uint32_t index = (uint32_t)doc->count++;
    struct json *node = &doc->node[index];
    *node = (struct json){
        .index = index, .offset = (uint32_t)r->at, .parent = r->container, .type = type & 7U};
    if (r->container == JSON_NONE)
        return node;
    struct json *container = &doc->node[r->container];
    node->name = container->type == JSON_OBJECT ? r->name : container->size;
    if (container->size > 0)
        doc->node[container->text].next = index;
    container->text = index;
    container->size++;
    return node;
}

static bool open_container(struct json_reader *r, enum json_type type)
{
    if (r->depth == r->max_depth)
        return json_fail(r, ERR_LIMIT, r->at, "nest less deeply",
                         "objects and arrays nested deeper than %zu", r->max_depth);
    const struct json *node = add_node(r, type);
    if (node == NULL)
        return false;
    r->container = node->index;
    r->depth++;
    r->at++;
    return true;
}

/* true too when a container was opened; *opened tells. */
static bool read_value(struct json_reader *r, bool *opened)
{
    struct json *node = NULL;
    uint32_t size = 0;
    *opened = false;
    skip_space(r);
    int c = json_peek(r);
    switch (c) {
    case '{':
    case '[':
        *opened = true;
        return open_container(r, c == '{' ? JSON_OBJECT : JSON_ARRAY);
    case '"':
        node = add_node(r, JSON_STRING);
        if (node == NULL || !json_take_string(r, &node->text, &size))
            return false;
        node->size = size & JSON_SIZE_MAX;
        return true;
    case 't':
    case 'f':
        node = add_node(r, JSON_BOOL);
        if (node != NULL)
            node->truth = c == 't';
        return node != NULL && json_take_word(r, c == 't' ? "true" : "false");
    case 'n':
        return add_node(r, JSON_NULL) != NULL && json_take_word(r, "null");
    default:
        if (c != '-' && (c < '0' || c > '9'))
            return json_fail_expected(r, "a value",
                                      c > 0 && strchr(",]}", c) ? "write a value here" : NULL);
        node = add_node(r, JSON_NUMBER);
        if (node == NULL || !json_take_number(r, &node->text, &size))
            return false;
        node->size = size & JSON_SIZE_MAX;
        return true;
    }
}

static bool read_name(struct json_reader *r, const char *wanted)
{
    uint32_t size = 0;
    skip_space(r);
    size_t offset = r->at;
    if (json_peek(r) != '"')
        return json_fail_expected(r, wanted,
                                  json_peek(r) == '}' ? "remove the comma before it"
                                                      : "put the name in double quotes");
    if (!json_take_name(r, &r->name, &size))
        return false;
    const char *name = r->doc->pool + r->name;
    /* Readers compare names as C strings: none may hide something behind a NUL, which is always
     * an escape. */
    if (r->at - offset != (size_t)size + 2 && strlen(name) != size)
        return json_fail(r, ERR_INVALID, offset, "remove \\u0000 from the name",
                         "a NUL character inside a name");
    if (!json_names_add(r->doc, r->container, name)) {
        struct str shown;
        str_init(&shown, STR_LIMIT_LINE);
        size_t keep = size <= 60 ? size : 60;
        while (((unsigned char)name[keep] & 0xC0) == 0x80)
            keep--;
        utf8_add_line(&shown, (struct bytes){(const unsigned char *)name, keep});
        (void)json_fail(r, ERR_INVALID, offset, "keep one of the two",
                        "the name \"%s\" stands twice in one object", str_text(&shown));
        str_dispose(&shown);
        return false;
    }
    skip_space(r);
    if (json_peek(r) != ':')
        return json_fail_expected(r, "a \":\" after the name",
                                  "put a colon between name and value");
    r->at++;
    return true;
}

/* Behind an opening bracket: *closed when the container is empty. */
static bool read_first(struct json_reader *r, bool *closed)
{
    skip_space(r);
    *closed = json_peek(r) == (in_object(r) ? '}' : ']');
    return *closed || !in_object(r) || read_name(r, "a name in quotes or \"}\" after \"{\"");
}

/* Behind a value: close what ends here; *more when another value follows. */
static bool read_between(struct json_reader *r, bool *more)
{
    *more = false;
    while (r->container != JSON_NONE) {
        bool object = in_object(r);
        skip_space(r);
        int c = json_peek(r);
        if (c == ',') {
            r->at++;
            *more = true;
            if (object)
                return read_name(r, "a name in quotes after the comma");
            skip_space(r);
            return json_peek(r) != ']' ||
                   json_fail_expected(r, "a value after the comma", "remove the comma before it");
        }
        if (c != (object ? '}' : ']'))
            return json_fail_expected(
                r, object ? "a comma or \"}\" after a member" : "a comma or \"]\" after an element",
                NULL);
        r->at++;
        r->depth--;
        r->container = r->doc->node[r->container].parent;
    }
    return true;
}

static bool read_document(struct json_reader *r)
{
    bool opened = false;
    bool closed = false;
    bool more = true;
    if (r->text.size >= 3 && memcmp(r->text.data, "\xEF\xBB\xBF", 3) == 0)
        return json_fail(r, ERR_INVALID, 0, JSON_MEND_UTF8, "a byte order mark before the text");
    while (more) {
        if (!read_value(r, &opened) || (opened && !read_first(r, &closed)))
            return false;
        if (opened && !closed)
            continue;
        if (!read_between(r, &more))
            return false;
    }
    skip_space(r);
    if (r->at < r->text.size)
        return json_fail_expected(r, "the end of the text after the document",
                                  "one file holds one document: remove the rest");
    return true;
}

static void reader_init(struct json_reader *r, struct bytes text, const struct json_limits *limits)
{
    bool own = limits != NULL;
    *r = (struct json_reader){
        .text = text,
        .max_values = own && limits->values > 0 ? limits->values : DEFAULT_VALUES,
        .max_depth = own && limits->depth > 0 ? limits->depth : DEFAULT_DEPTH,
        .container = JSON_NONE,
    };
    if (r->max_values > JSON_SIZE_MAX)
        r->max_values = JSON_SIZE_MAX;
    /* A value needs two bytes at the least, mostly more: room for what is likely, not for the
     * limit. */
    size_t capacity = 16 + text.size / 16;
    if (capacity > r->max_values)
        capacity = r->max_values;
    r->doc = xrealloc(NULL, 1, sizeof *r->doc + capacity * sizeof r->doc->node[0]);
    *r->doc = (struct json_doc){.capacity = capacity, .input = text};
    r->doc->pool = xrealloc(NULL, text.size + 2, 1);
    json_names_init(r->doc, r->max_values);
}

enum status json_parse(struct json_doc **out, struct bytes text, const struct json_limits *limits,
                       struct json_fault *fault, struct err *err)
{
    struct json_reader r;
    size_t max_size = limits != NULL && limits->size > 0 ? limits->size : DEFAULT_SIZE;
    if (max_size > JSON_SIZE_MAX)
        max_size = JSON_SIZE_MAX;
    *out = NULL;
    if (text.size > max_size) {
        r = (struct json_reader){.text = text};
        (void)json_fail(&r, ERR_LIMIT, max_size, "split the document",
                        "the text is longer than %zu bytes", max_size);
    } else {
        reader_init(&r, text, limits);
        if (read_document(&r)) {
            json_place_init(r.doc);
            r.doc = xrealloc(r.doc, 1, sizeof *r.doc + r.doc->count * sizeof r.doc->node[0]);
            r.doc->pool = xrealloc(r.doc->pool, r.doc->pool_used + 1, 1);
            r.doc->capacity = r.doc->count;
            *out = r.doc;
            return OK;
        }
    }
    json_free(r.doc);
    if (fault != NULL)
        *fault = r.fault;
    return err_set(err, r.status, "line %zu, column %zu: %s: %s", r.fault.line, r.fault.column,
                   r.fault.what, r.fault.mend);
}
