#include "evidence/entry.h"

#include "base/random.h"
#include "base/utf8.h"
#include "evidence/shape.h"
#include "evidence/tree.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORD_LIMIT 64 /* of actor and subj */

struct entry {
    const struct entry_kind *kind;
    char *actor;
    char *subj;
    int64_t at_ms;   /* 0: the instant of the sealing */
    struct str data; /* the object without its closing brace */
    struct json_out out;
    bool bad_text; /* a text that is not UTF-8, a number out of range */
    struct entry_value *values;
    size_t count;
};

const char *entry_kind_name(const struct entry *entry)
{
    return entry->kind->name;
}

const char *entry_subject(const struct entry *entry)
{
    return entry->subj;
}

void entry_at(struct entry *entry, int64_t ms)
{
    entry->at_ms = ms;
}

int64_t entry_at_ms(const struct entry *entry)
{
    return entry->at_ms;
}

struct entry *entry_new(const char *kind, const char *actor, const char *subj)
{
    struct entry *entry = xcalloc(1, sizeof *entry);
    entry->kind = entry_kind_find(kind);
    entry->actor = xstrdup(actor);
    entry->subj = xstrdup(subj != NULL ? subj : "-");
    assert(entry->kind != NULL && entry->kind->members != NULL);
    assert(shape_printable(entry->actor, WORD_LIMIT) && shape_printable(entry->subj, WORD_LIMIT));
    str_init(&entry->data, ENTRY_LIMIT);
    json_out_init(&entry->out, &entry->data, true);
    json_out_object(&entry->out, NULL);
    return entry;
}

void entry_free(struct entry *entry)
{
    if (entry == NULL)
        return;
    for (size_t i = 0; i < entry->count; i++)
        free(entry->values[i].value);
    free(entry->values);
    free(entry->actor);
    free(entry->subj);
    str_dispose(&entry->data);
    free(entry);
}

void entry_text(struct entry *entry, const char *name, const char *text)
{
    if (text != NULL && !utf8_valid(bytes_of(text), NULL))
        entry->bad_text = true;
    json_out_text(&entry->out, name, text);
}

void entry_int(struct entry *entry, const char *name, int64_t value)
{
    json_out_int(&entry->out, name, value);
}

void entry_bool(struct entry *entry, const char *name, bool value)
{
    json_out_bool(&entry->out, name, value);
}

void entry_instant(struct entry *entry, const char *name, int64_t ms)
{
    char text[CLOCK_TEXT];
    json_out_text(&entry->out, name, ms == 0 ? NULL : clock_text_ms(text, ms));
}

void entry_null(struct entry *entry, const char *name)
{
    json_out_null(&entry->out, name);
}

static void to_hex(char *out, const unsigned char *bytes, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < size; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * size] = '\0';
}

void entry_personal(struct entry *entry, const char *name, const char *value)
{
    unsigned char salt[ENTRY_SALT];
    struct sha256 digest;
    char commitment[sizeof SHAPE_COMMITMENT + SHA256_HEX] = SHAPE_COMMITMENT;
    if (value == NULL) {
        json_out_null(&entry->out, name);
        return;
    }
    if (!utf8_valid(bytes_of(value), NULL))
        entry->bad_text = true;
    random_bytes(salt, sizeof salt);
    const struct bytes parts[] = {{salt, sizeof salt}, bytes_of(value)};
    sha256_parts(&digest, parts, 2);
    (void)sha256_hex(commitment + strlen(SHAPE_COMMITMENT), &digest);
    json_out_text(&entry->out, name, commitment);

    entry->values = xrealloc(entry->values, entry->count + 1, sizeof *entry->values);
    struct entry_value *kept = &entry->values[entry->count++];
    (void)snprintf(kept->field, sizeof kept->field, "data.%s", name);
    to_hex(kept->salt, salt, sizeof salt);
    kept->value = xstrdup(value);
}

struct json_out *entry_data(struct entry *entry)
{
    return &entry->out;
}

size_t entry_values(const struct entry_value **out, const struct entry *entry)
{
    *out = entry->values;
    return entry->count;
}

/* Only a bug of ours comes here: it must be seen at once, and no such entry be written. */
static _Noreturn void stop(const struct entry_kind *kind, const char *member, const char *what)
{
    (void)fprintf(stderr, "tocsin: evidence: %s: %s: %s\n", kind->name, member, what);
    abort();
}

/* Exactly the members that the kind declares, each of its type or null. */
static void check_shape(const struct entry_kind *kind, const struct json *data)
{
    const struct json *member = json_first(data);
    for (size_t i = 0; i < kind->count; i++) {
        const char *wanted = kind->members[i].name;
        const char *name = json_name(member);
        if (name == NULL || strcmp(name, wanted) > 0)
            stop(kind, wanted, "this member is missing");
        if (strcmp(name, wanted) < 0)
            stop(kind, name, "the kind has no such member");
        if (!shape_member(member, kind->members[i].type))
            stop(kind, name, "this member is of another type than the kind declares");
        member = json_next(member);
    }
    if (member != NULL)
        stop(kind, json_name(member), "the kind has no such member");
}

static void write_line(struct str *out, const struct entry_head *head, const struct entry *entry,
                       const char *data, const struct clock *clock)
{
    char at[CLOCK_TEXT];
    char prev[SHA256_HEX];
    struct json_out j;
    json_out_init(&j, out, true);
    json_out_object(&j, NULL);
    json_out_text(&j, "actor", entry->actor);
    json_out_text(&j, "at",
                  clock_text_ms(at, entry->at_ms != 0 ? entry->at_ms : clock_now_ms(clock)));
    json_out_text(&j, "boot", clock_boot_id());
    json_out_raw(&j, "data", data);
    json_out_int(&j, "idx", head->idx);
    json_out_text(&j, "kind", entry->kind->name);
    json_out_text(&j, "prev", sha256_hex(prev, &head->prev));
    json_out_text(&j, "subj", entry->subj);
    json_out_int(&j, "up_ms", clock_up_ms(clock));
    json_out_int(&j, "v", ENTRY_VERSION);
    json_out_end(&j);
    str_add_c(out, '\n');
}

enum status entry_seal(struct str *line, struct sha256 *leaf, struct entry_head *head,
                       const struct entry *entry, const struct clock *clock, struct err *err)
{
    struct json_doc *doc = NULL;
    struct str data;
    struct str whole;
    struct sha256 hash;
    enum status status = OK;
    str_init(&data, ENTRY_LIMIT);
    str_init(&whole, ENTRY_LIMIT);
    assert(entry->out.depth == 1); /* what entry_data() opened is closed */

    str_add_n(&data, str_text(&entry->data), entry->data.size);
    str_add_c(&data, '}');
    if (entry->bad_text) {
        status = err_set(err, ERR_INVALID, "evidence: %s: a text is not UTF-8: clean it first",
                         entry->kind->name);
        goto done;
    }
    if (!str_ok(&entry->data) || !str_ok(&data))
        goto too_long;
    status = json_parse(&doc, str_bytes(&data), NULL, NULL, err);
    if (status != OK)
        goto done;
    check_shape(entry->kind, json_root(doc));
    write_line(&whole, head, entry, str_text(&data), clock);
    if (!str_ok(&whole))
        goto too_long;
    size_t before = line->size;
    str_add_n(line, str_text(&whole), whole.size);
    if (!str_ok(line)) {
        str_truncate(line, before);
        goto too_long;
    }
    tree_leaf(&hash, str_bytes(&whole));
    head->prev = hash;
    head->idx++;
    if (leaf != NULL)
        *leaf = hash;
    goto done;

too_long:
    status = err_set(err, ERR_LIMIT,
                     "evidence: %s: the entry is longer than %zu bytes: keep its texts in a blob",
                     entry->kind->name, ENTRY_LIMIT);
done:
    json_free(doc);
    str_dispose(&data);
    str_dispose(&whole);
    return status;
}
