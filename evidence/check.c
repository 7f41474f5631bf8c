#include "evidence/entry.h"

#include "evidence/kinds_inner.h"
#include "evidence/shape.h"
#include "evidence/tree.h"

#include <string.h>

#define MEMBERS 10      /* of an entry */
#define DATA_MEMBERS 64 /* more than any kind declares */
#define SHORT_TEXT 96   /* any text of an entry's own members, with room for escapes */

struct line {
    const struct entry_kind *known; /* NULL: not in the list */
    char at[SHORT_TEXT], boot[SHORT_TEXT], kind[SHORT_TEXT], prev[SHORT_TEXT];
    int64_t idx, up_ms;
};

/* The text of a member without escapes; false when it is none, or longer than any good one. */
static bool take_text(char *out, size_t room, const struct scan_value *value)
{
    if (value == NULL || value->type != SCAN_TEXT || !value->plain || scan_text(value).size >= room)
        return false;
    struct bytes text = scan_text(value);
    memcpy(out, text.data, text.size);
    out[text.size] = '\0';
    return true;
}

/* 1 to 64 printable ASCII signs; quote and backslash stand escaped. */
static bool is_word(const struct scan_value *value)
{
    size_t count = 0;
    if (value == NULL || value->type != SCAN_TEXT)
        return false;
    struct bytes text = scan_text(value);
    for (size_t i = 0; i < text.size; i++, count++) {
        if (text.data[i] == '\\' && text.data[++i] != '"' && text.data[i] != '\\')
            return false;
        if (text.data[i] > 0x7E)
            return false;
    }
    return count >= 1 && count <= 64;
}

static bool take_int(int64_t *out, const struct scan_value *value)
{
    if (value == NULL || value->type != SCAN_INT)
        return false;
    *out = scan_int(value);
    return true;
}

/* Exactly the ten members, in the order that sorting gives them, each of its form. */
static bool read_members(struct line *out, const struct scan_value *member, size_t count)
{
    static const char *const names[MEMBERS] = {"actor", "at",   "boot", "data",  "idx",
                                               "kind",  "prev", "subj", "up_ms", "v"};
    if (count != MEMBERS)
        return false;
    for (size_t i = 0; i < MEMBERS; i++)
        if (!bytes_equal(member[i].name, bytes_of(names[i])))
            return false;
    return is_word(&member[0]) && take_text(out->at, SHORT_TEXT, &member[1]) &&
           shape_instant(out->at) && take_text(out->boot, SHORT_TEXT, &member[2]) &&
           shape_hex(out->boot, 32) && member[3].type == SCAN_OBJECT &&
           take_int(&out->idx, &member[4]) && take_text(out->kind, SHORT_TEXT, &member[5]) &&
           take_text(out->prev, SHORT_TEXT, &member[6]) && shape_hex(out->prev, SHA256_HEX - 1) &&
           is_word(&member[7]) && take_int(&out->up_ms, &member[8]) && out->up_ms >= 0;
}

static const char *judge_line(const struct entry_check *check, struct line *line,
                              const struct scan_members *data)
{
    char prev[SHA256_HEX];
    if (line->idx != check->head.idx)
        return "bad-index";
    if (strcmp(line->prev, sha256_hex(prev, &check->head.prev)) != 0)
        return "bad-prev";
    line->known = entry_kind_find(line->kind);
    if (line->known == NULL)
        return "bad-kind";
    if (line->known->members != NULL && data->count > data->capacity)
        return "bad-data";
    if (!entry_kind_fits(line->known, data->list, data->count))
        return "bad-data";
    if (strcmp(line->boot, check->boot) == 0 && line->up_ms < check->last_up_ms)
        return "time-backwards-in-boot";
    return NULL;
}

static const char *judge(struct line *line, const struct entry_check *check, struct bytes text)
{
    struct scan_value member[MEMBERS], inside[DATA_MEMBERS];
    struct scan_members all = {member, MEMBERS, 0}, data = {inside, DATA_MEMBERS, 0};
    int64_t version = 0;
    if (!scan_nested(&all, &data, "data", text))
        return "not-canonical";
    const struct scan_value *v = scan_find(member, all.count < MEMBERS ? all.count : MEMBERS, "v");
    if (take_int(&version, v) && version != ENTRY_VERSION)
        return "bad-version";
    if (version != ENTRY_VERSION || !read_members(line, member, all.count))
        return "bad-member";
    return judge_line(check, line, &data);
}

void entry_check_init(struct entry_check *check)
{
    *check = (struct entry_check){.bad_idx = -1};
}

bool entry_check_line(struct entry_check *check, struct bytes line_with_newline)
{
    struct bytes text = line_with_newline;
    struct line line = {0};
    if (check->reason != NULL)
        return false;
    if (text.size > ENTRY_LIMIT) {
        check->reason = "too-long";
    } else if (text.size == 0 || text.data[text.size - 1] != '\n') {
        check->reason = "not-canonical";
    } else {
        text.size--;
        check->reason = judge(&line, check, text);
    }
    if (check->reason == NULL) {
        memcpy(check->boot, line.boot, sizeof check->boot);
        check->last_up_ms = line.up_ms;
        check->kind = line.known->name;
        tree_leaf(&check->head.prev, line_with_newline);
        check->head.idx++;
    } else {
        check->bad_idx = check->head.idx;
    }
    return check->reason == NULL;
}

/* The value at a dotted path, borrowed from the line. */
static bool find_value(struct scan_value *out, struct bytes line, const char *path)
{
    struct bytes text = line;
    struct scan_value member[DATA_MEMBERS];
    const struct scan_value *value = NULL;
    char name[64];
    if (text.size > 0 && text.data[text.size - 1] == '\n')
        text.size--;
    do {
        size_t count = 0;
        size_t size = strcspn(path, ".");
        if (size == 0 || size >= sizeof name || !scan_object(member, DATA_MEMBERS, &count, text))
            return false;
        memcpy(name, path, size);
        name[size] = '\0';
        value = scan_find(member, count < DATA_MEMBERS ? count : DATA_MEMBERS, name);
        if (value == NULL)
            return false;
        text = value->whole;
        path += size;
        path += *path == '.';
    } while (*path != '\0');
    *out = *value;
    return true;
}

bool entry_get_text(char *out, size_t room, struct bytes line, const char *path)
{
    struct scan_value value;
    return find_value(&value, line, path) && take_text(out, room, &value);
}

bool entry_get_int(int64_t *out, struct bytes line, const char *path)
{
    struct scan_value value;
    return find_value(&value, line, path) && take_int(out, &value);
}

bool entry_check_value(struct bytes line, const char *field, const char *salt_hex,
                       const char *value)
{
    struct sha256 salt, wanted, digest;
    char text[SHORT_TEXT];
    if (sha256_parse(&salt, salt_hex, NULL) != OK ||
        !entry_get_text(text, sizeof text, line, field) || !text_starts(text, SHAPE_COMMITMENT) ||
        sha256_parse(&wanted, text + strlen(SHAPE_COMMITMENT), NULL) != OK)
        return false;
    const struct bytes parts[] = {{salt.byte, SHA256_SIZE}, bytes_of(value)};
    sha256_parts(&digest, parts, 2);
    return sha256_equal(&wanted, &digest);
}
