#include "config/sheet.h"

#include "base/nearest.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <libconfig.h>

#define ARRAY_ITEMS                                                                                \
    64 /* more than any array of ours may hold; value_store refuses them with words */

struct reader {
    struct arena *arena;
    const struct sheet_source *source;
    struct err *err;
};

/* Every error of a setting begins with where it stands and what it is called. */
static enum status fault(const struct reader *r, const config_setting_t *at, const char *name)
{
    unsigned line = config_setting_source_line(at);
    return err_prefix(r->err, "%s line %u: %s", r->source->name, line, name);
}

static const char *last_part(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot != NULL ? dot + 1 : name;
}

static const struct field *find_field(const struct sheet *sheet, const char *name)
{
    for (size_t i = 0; i < sheet->count; i++)
        if (strcmp(sheet->fields[i].name, name) == 0)
            return &sheet->fields[i];
    return NULL;
}

/* Is there a "name.something"? */
static bool is_group(const struct sheet *sheet, const char *name)
{
    size_t size = strlen(name);
    for (size_t i = 0; i < sheet->count; i++)
        if (strncmp(sheet->fields[i].name, name, size) == 0 && sheet->fields[i].name[size] == '.')
            return true;
    return false;
}

/* A setting of the same name in another group, when there is one only; else the nearest name. */
static const char *find_meant(const struct reader *r, const struct sheet *sheet, const char *name)
{
    const char *names[2 * SHEET_FIELDS]; /* each setting, and each group a setting is in */
    const char *same = NULL;
    size_t same_count = 0;
    for (size_t i = 0; i < sheet->count; i++) {
        const char *field = sheet->fields[i].name;
        names[2 * i] = field;
        names[2 * i + 1] = arena_strndup(r->arena, field, strcspn(field, "."));
        if (strcmp(last_part(field), last_part(name)) == 0) {
            same = field;
            same_count++;
        }
    }
    if (same_count == 1)
        return same;
    int nearest = nearest_name(name, names, 2 * sheet->count);
    return nearest >= 0 ? names[nearest] : NULL;
}

static enum status unknown(const struct reader *r, const struct sheet *sheet, const char *name)
{
    const char *meant = find_meant(r, sheet, name);
    if (meant == NULL)
        return err_set(r->err, ERR_INVALID,
                       "unknown setting: take it out, or look into the manual");
    return err_set(r->err, ERR_INVALID, "unknown setting: did you mean %s?", meant);
}

static const char *type_shown(const config_setting_t *setting)
{
    switch (config_setting_type(setting)) {
    case CONFIG_TYPE_GROUP:
        return "a group";
    case CONFIG_TYPE_LIST:
        return "a list";
    case CONFIG_TYPE_ARRAY:
        return "an array";
    case CONFIG_TYPE_STRING:
        return "text";
    case CONFIG_TYPE_BOOL:
        return "true or false";
    default:
        return "a number";
    }
}

static enum status store_scalar(const struct reader *r, void *object, const struct field *field,
                                const config_setting_t *setting)
{
    const char *items[ARRAY_ITEMS];
    struct value value = {.kind = VALUE_OTHER, .items = items, .is = type_shown(setting)};
    switch (config_setting_type(setting)) {
    case CONFIG_TYPE_STRING:
        value.kind = VALUE_TEXT;
        value.text = config_setting_get_string(setting);
        break;
    case CONFIG_TYPE_INT:
        value.kind = VALUE_NUMBER;
        value.number = config_setting_get_int(setting);
        break;
    case CONFIG_TYPE_BOOL:
        value.kind = VALUE_FLAG;
        value.flag = config_setting_get_bool(setting) != 0;
        break;
    case CONFIG_TYPE_ARRAY:
        value.kind = VALUE_ARRAY;
        value.count = (size_t)config_setting_length(setting);
        for (unsigned i = 0; i < value.count && i < ARRAY_ITEMS; i++) {
            const config_setting_t *item = config_setting_get_elem(setting, i);
            items[i] = config_setting_get_string(item);
            if (items[i] == NULL) {
                value.kind = VALUE_OTHER;
                value.is = "an array of something else";
                break;
            }
        }
        break;
    default:
        break;
    }
    return value_store(object, r->arena, field, &value, r->source->dir, r->err);
}

/* The needed settings of sheet that have no line; `group` is where they should have been. */
static enum status check_needed(const struct reader *r, const struct sheet *sheet,
                                const unsigned lines[SHEET_FIELDS], const config_setting_t *group)
{
    for (size_t i = 0; i < sheet->count; i++) {
        const struct field *field = &sheet->fields[i];
        if (!field->needed || lines[i] > 0)
            continue;
        const char *part = last_part(field->name);
        int head = part == field->name ? 0 : (int)(part - field->name) - 1;
        char *first = arena_strndup(r->arena, field->name, (size_t)head);
        const config_setting_t *home = group;
        if (config_setting_is_root(group))
            home = head > 0 ? config_setting_get_member(group, first) : NULL;
        if (home != NULL) {
            (void)err_set(r->err, ERR_INVALID, "is missing: add %s = %s; to it", part,
                          field->sample);
            return fault(r, home, field->name);
        }
        return err_set(r->err, ERR_INVALID, "%s: %s: is missing: write %s%s%s = %s;%s",
                       r->source->name, field->name, first, head > 0 ? " = { " : "", part,
                       field->sample, head > 0 ? " };" : "");
    }
    return OK;
}

static enum status read_group(const struct reader *r, const struct sheet *sheet, void *object,
                              const char *prefix, const config_setting_t *group,
                              unsigned lines[SHEET_FIELDS]);

static void preset_one(void *object, struct arena *arena, const struct sheet *sheet,
                       const char *dir)
{
    memset(object, 0, sheet->size);
    for (size_t i = 0; i < sheet->count; i++)
        if (sheet->fields[i].preset != NULL)
            value_store_preset(object, arena, &sheet->fields[i], dir);
}

static enum status store_items(const struct reader *r, void *object, const struct field *field,
                               const config_setting_t *setting)
{
    const struct sheet *sheet = field->items;
    if (config_setting_type(setting) != CONFIG_TYPE_LIST) {
        (void)err_set(r->err, ERR_INVALID, "is %s, a list of groups is wanted: write it as %s",
                      type_shown(setting), field->sample);
        return fault(r, setting, field->name);
    }
    size_t count = (size_t)config_setting_length(setting);
    if (count > sheet->max_items || (count == 0 && field->needed)) {
        (void)err_set(r->err, ERR_INVALID, "has %zu entries: 1 to %zu are possible", count,
                      sheet->max_items);
        return fault(r, setting, field->name);
    }
    char *items = arena_alloc(r->arena, count * sheet->size + 1);
    char *prefix = arena_printf(r->arena, "%s.", field->name);
    for (size_t i = 0; i < count; i++) {
        const config_setting_t *item = config_setting_get_elem(setting, (unsigned)i);
        unsigned lines[SHEET_FIELDS] = {0};
        if (config_setting_type(item) != CONFIG_TYPE_GROUP) {
            (void)err_set(r->err, ERR_INVALID, "holds %s, groups are wanted: write it as %s",
                          type_shown(item), field->sample);
            return fault(r, item, field->name);
        }
        preset_one(items + i * sheet->size, r->arena, sheet, r->source->dir);
        if (sheet->line > 0)
            *(unsigned *)(void *)(items + i * sheet->size + sheet->line) =
                config_setting_source_line(item);
        enum status status = read_group(r, sheet, items + i * sheet->size, prefix, item, lines);
        if (status == OK)
            status = check_needed(r, sheet, lines, item);
        if (status != OK)
            return status;
    }
    memcpy((char *)object + field->offset, &items, sizeof items);
    *(size_t *)((char *)object + field->extra) = count;
    return OK;
}

static enum status read_setting(const struct reader *r, const struct sheet *sheet, void *object,
                                const char *name, const config_setting_t *setting,
                                unsigned lines[SHEET_FIELDS])
{
    const struct field *field = find_field(sheet, name);
    if (field != NULL) {
        lines[field - sheet->fields] = config_setting_source_line(setting);
        if (field->type == FIELD_ITEMS)
            return store_items(r, object, field, setting);
        enum status status = store_scalar(r, object, field, setting);
        return status == OK ? OK : fault(r, setting, name);
    }
    if (!is_group(sheet, name)) {
        (void)unknown(r, sheet, name);
        return fault(r, setting, name);
    }
    if (config_setting_type(setting) != CONFIG_TYPE_GROUP) {
        (void)err_set(r->err, ERR_INVALID, "is %s, a group is wanted: write it as %s = { ... };",
                      type_shown(setting), name);
        return fault(r, setting, name);
    }
    char *prefix = arena_printf(r->arena, "%s.", name);
    return read_group(r, sheet, object, prefix, setting, lines);
}

static enum status read_group(const struct reader *r, const struct sheet *sheet, void *object,
                              const char *prefix, const config_setting_t *group,
                              unsigned lines[SHEET_FIELDS])
{
    int count = config_setting_length(group);
    for (int i = 0; i < count; i++) {
        const config_setting_t *setting = config_setting_get_elem(group, (unsigned)i);
        const char *name = arena_printf(r->arena, "%s%.64s", prefix, config_setting_name(setting));
        enum status status = read_setting(r, sheet, object, name, setting, lines);
        if (status != OK)
            return status;
    }
    return OK;
}

/* After the guard only a name that stands there twice is left; its own words do not say what to do.
 */
static enum status syntax_fault(const struct reader *r, const config_t *config)
{
    const char *said = config_error_text(config);
    return err_set(r->err, ERR_INVALID,
                   "%s line %d: %s: a setting stands here a second time: take "
                   "one of the two out",
                   r->source->name, config_error_line(config),
                   said != NULL ? said : "cannot be read");
}

void sheet_preset(void *out, struct arena *arena, const struct sheet *sheet,
                  const struct sheet_source *source)
{
    assert(sheet->count <= SHEET_FIELDS);
    preset_one(out, arena, sheet, source->dir);
}

enum status sheet_read(void *out, unsigned lines[SHEET_FIELDS], struct arena *arena,
                       const struct sheet *sheet, const struct sheet_source *source,
                       struct bytes text, struct err *err)
{
    struct err local = {0};
    struct reader r = {.arena = arena, .source = source, .err = err != NULL ? err : &local};
    unsigned own_lines[SHEET_FIELDS];
    if (lines == NULL)
        lines = own_lines;
    memset(lines, 0, sizeof own_lines);
    sheet_preset(out, arena, sheet, source);
    enum status status = guard_check(&text, source->name, text, r.err);
    if (status != OK)
        return status;

    config_t config;
    config_init(&config);
    /* The scanner takes a comment only up to a line end, so there is always one. */
    const char *whole = arena_printf(arena, "%.*s\n", (int)text.size, (const char *)text.data);
    if (config_read_string(&config, whole) != CONFIG_TRUE) {
        status = syntax_fault(&r, &config);
        goto done;
    }
    const config_setting_t *root = config_root_setting(&config);
    status = read_group(&r, sheet, out, "", root, lines);
    if (status == OK)
        status = check_needed(&r, sheet, lines, root);
done:
    config_destroy(&config);
    return status;
}
