#include "templates/data.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define SHORT_GROUPS 3 /* named in the first lines */
#define TABLE_GROUPS 50
#define SERIALS 6

/* Devices of one product, version and match; the CSV file has each of them. */
struct group {
    const struct notice_device *const *first;
    size_t count;
};

static int compare_text(const char *a, const char *b)
{
    return strcmp(a == NULL ? "" : a, b == NULL ? "" : b);
}

static int compare_group(const struct notice_device *a, const struct notice_device *b)
{
    int order = compare_text(a->notice, b->notice);
    order = order != 0 ? order : compare_text(a->vendor, b->vendor);
    order = order != 0 ? order : compare_text(a->product, b->product);
    order = order != 0 ? order : compare_text(a->version, b->version);
    return order != 0 ? order : compare_text(a->match, b->match);
}

static int compare_device(const void *a, const void *b)
{
    const struct notice_device *const *left = a;
    const struct notice_device *const *right = b;
    int order = compare_group(*left, *right);
    order = order != 0 ? order : compare_text((*left)->serial, (*right)->serial);
    return order != 0 ? order : (*left > *right) - (*left < *right);
}

/* A row that does not say its quantity stands for one device or more. */
static const char *number_words(const struct data_source *from,
                                const struct notice_device *const *devices, size_t count)
{
    int64_t sum = 0;
    bool sure = true;
    for (size_t i = 0; i < count; i++) {
        int64_t quantity = devices[i]->quantity > 0 ? devices[i]->quantity : 1;
        sure = sure && devices[i]->quantity > 0 && sum <= INT64_MAX - quantity;
        sum = sum <= INT64_MAX - quantity ? sum + quantity : INT64_MAX;
    }
    const char *number = arena_printf(from->arena, "%" PRId64, sum);
    return sure ? number : words_fill(from->words, WORD_AT_LEAST, from->arena, "n", number);
}

static const char *serial_words(const struct data_source *from, const struct group *group)
{
    struct data_list list;
    data_list_init(&list, ", ", SERIALS);
    for (size_t i = 0; i < group->count; i++)
        if (!text_is_empty(group->first[i]->serial))
            data_list_add(&list, group->first[i]->serial);
    return data_list_end(&list, from);
}

static const char *product_words(const struct data_source *from, const struct notice_device *device)
{
    bool own = text_is_empty(device->vendor) || text_equal(device->vendor, from->facts->maker);
    return own ? device->product
               : arena_printf(from->arena, "%s %s", device->vendor, device->product);
}

static const char *version_words(const struct data_source *from, const struct notice_device *device)
{
    return text_is_empty(device->version) ? from->words->text[WORD_VERSION_UNKNOWN]
                                          : device->version;
}

static const char *match_words(const struct data_source *from, const char *match)
{
    if (text_equal(match, "affected"))
        return from->words->text[WORD_MATCH_AFFECTED];
    if (text_starts(match, "perhaps"))
        return from->words->text[WORD_MATCH_PERHAPS];
    return match;
}

static void add_group(struct value *row, const struct data_source *from, const struct group *group)
{
    const struct notice_device *device = group->first[0];
    if (device->notice != NULL)
        value_set_text(row, "id", device->notice);
    value_set_text(row, "product", product_words(from, device));
    value_set_text(row, "version", version_words(from, device));
    value_set_text(row, "number", number_words(from, group->first, group->count));
    value_set_text(row, "serials", serial_words(from, group));
    value_set_text(row, "match", match_words(from, device->match));
}

static struct group *make_groups(size_t *count, struct arena *arena,
                                 const struct notice_device *const *devices, size_t device_count)
{
    struct group *groups = NULL;
    *count = 0;
    for (size_t i = 0; i < device_count; i++) {
        if (i > 0 && compare_group(devices[i - 1], devices[i]) == 0) {
            groups[*count - 1].count++;
            continue;
        }
        struct group group = {.first = &devices[i], .count = 1};
        arena_push(arena, &groups, count, sizeof group, &group);
    }
    return groups;
}

static void add_list(struct value *data, const struct data_source *from)
{
    const struct notice_facts *f = from->facts;
    const struct notice_device **devices =
        arena_alloc(from->arena, f->device_count * sizeof(const struct notice_device *));
    bool perhaps = false;
    size_t count = 0;
    struct data_list shorts;
    for (size_t i = 0; i < f->device_count; i++) {
        devices[i] = &f->devices[i];
        perhaps = perhaps || !text_equal(f->devices[i].match, "affected");
    }
    qsort(devices, f->device_count, sizeof(const struct notice_device *), compare_device);
    const struct group *groups = make_groups(&count, from->arena, devices, f->device_count);
    struct value *list = value_set_list(data, "devices");
    data_list_init(&shorts, "; ", SHORT_GROUPS);
    for (size_t i = 0; i < count; i++) {
        const struct notice_device *device = groups[i].first[0];
        if (i < TABLE_GROUPS)
            add_group(value_add_map(list), from, &groups[i]);
        data_list_add(&shorts, arena_printf(from->arena, "%s × %s%s %s",
                                            number_words(from, groups[i].first, groups[i].count),
                                            product_words(from, device),
                                            text_is_empty(device->version) ? "," : "",
                                            version_words(from, device)));
    }
    value_set_text(data, "devices_short", data_list_end(&shorts, from));
    value_set_text(data, "devices_total", number_words(from, devices, f->device_count));
    value_set_bool(data, "devices_perhaps", perhaps);
    value_set_text(data, "devices_more",
                   count > TABLE_GROUPS ? arena_printf(from->arena, "%zu", count - TABLE_GROUPS)
                                        : NULL);
}

/* The list goes to one recipient, encrypted, or not at all. */
void data_add_devices(struct value *data, const struct data_source *from)
{
    const struct notice_facts *f = from->facts;
    bool may_say = f->level == LEVEL_SEALED && f->code != NULL;
    value_set_bool(data, "devices_withheld", !may_say && (f->devices_known || f->code == NULL));
    value_set_bool(data, "devices_unknown", !f->devices_known && f->code != NULL);
    value_set_bool(data, "devices_none", may_say && f->devices_known && f->device_count == 0);
    if (may_say && f->device_count > 0)
        add_list(data, from);
}
