/*
 * Products, the groups of them, and the sets that statuses, scores and remediations name.
 * Ids come from outside: looked up through a keyed hash, so that no choice of ids is slow.
 */
#include "advisory/csaf_read.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static enum status table_init(struct csaf_table *table, struct csaf *csaf, size_t ids,
                              const struct json *where, struct json_fault *fault, struct err *err)
{
    size_t slots = 8;
    void *room = NULL;
    while (slots < ids * 2)
        slots *= 2;
    enum status status = csaf_room(&room, csaf, slots, sizeof *table->slots, where, fault, err);
    if (status == OK)
        *table = (struct csaf_table){.slots = room, .slot_count = slots};
    return status;
}

/* The slot that holds id, or the free one where it belongs; NULL when there is no table. */
static struct csaf_slot *table_slot(const struct csaf_table *table, const struct hash_key *key,
                                    const char *id)
{
    if (table->slot_count == 0 || id == NULL)
        return NULL;
    size_t at = hash_keyed(key, 0, bytes_of(id)) & (table->slot_count - 1);
    while (table->slots[at].id != NULL && strcmp(table->slots[at].id, id) != 0)
        at = (at + 1) & (table->slot_count - 1);
    return &table->slots[at];
}

/* false when the id is there already. */
static bool table_put(struct csaf_table *table, const struct hash_key *key, const char *id,
                      size_t value)
{
    struct csaf_slot *slot = table_slot(table, key, id);
    assert(slot != NULL);
    if (slot->id != NULL)
        return false;
    *slot = (struct csaf_slot){.id = id, .value = value};
    return true;
}

static size_t table_get(const struct csaf_table *table, const struct hash_key *key, const char *id)
{
    const struct csaf_slot *slot = table_slot(table, key, id);
    return slot == NULL || slot->id == NULL ? SIZE_MAX : slot->value;
}

size_t csaf_product_find(const struct csaf *csaf, const char *id)
{
    return table_get(&csaf->index->products, &csaf->index->key, id);
}

/* What the branches above a product say. */
struct path {
    const char *vendor, *product, *family, *version;
    bool version_is_range;
};

static bool is_product(const struct json *product)
{
    return csaf_member(product, "product_id") != NULL;
}

/* How many products there can be: each is the object of a product_id. */
static size_t count_products(const struct json *value)
{
    size_t count = is_product(value);
    if (json_is(value, JSON_OBJECT) || json_is(value, JSON_ARRAY)) {
        for (const struct json *at = json_first(value); at != NULL; at = json_next(at))
            count += count_products(at);
    }
    return count;
}

static const char *first_text(const struct json *helper, const char *name)
{
    const struct json *array = json_get(helper, name);
    return json_is(array, JSON_ARRAY) ? csaf_text(json_first(array)) : NULL;
}

static void add_product(struct csaf *csaf, const struct json *where, const struct path *path)
{
    if (!is_product(where))
        return;
    const struct json *helper = json_get(where, "product_identification_helper");
    const char *id = csaf_member(where, "product_id");
    const char *name = csaf_member(where, "name");
    size_t index = csaf->product_count++;
    csaf->products[index] =
        (struct csaf_product){.id = id,
                              .name = name != NULL ? name : id,
                              .vendor = path->vendor,
                              .product = path->product != NULL ? path->product : path->family,
                              .family = path->family,
                              .version = path->version,
                              .version_is_range = path->version_is_range,
                              .model = first_text(helper, "model_numbers"),
                              .serial = first_text(helper, "serial_numbers"),
                              .sku = first_text(helper, "skus"),
                              .where = where,
                              .part = SIZE_MAX,
                              .relates_to = SIZE_MAX};
    if (!table_put(&csaf->index->products, &csaf->index->key, id, index)) {
        csaf->products[index].doubled = true;
        csaf->products[csaf_product_find(csaf, id)].doubled = true;
    }
}

static void path_step(struct path *path, const struct json *branch)
{
    const char *category = csaf_member(branch, "category");
    const char *name = csaf_member(branch, "name");
    if (text_equal(category, "vendor"))
        path->vendor = name;
    else if (text_equal(category, "product_name"))
        path->product = name;
    else if (text_equal(category, "product_family"))
        path->family = name;
    else if (text_equal(category, "product_version") ||
             text_equal(category, "product_version_range")) {
        path->version = name;
        path->version_is_range = text_equal(category, "product_version_range");
    }
}

static enum status add_branches(struct csaf *csaf, const struct json *branches, struct path path,
                                int depth, struct json_fault *fault, struct err *err)
{
    if (!json_is(branches, JSON_ARRAY))
        return OK;
    if (depth > CSAF_BRANCH_DEPTH)
        return csaf_fault(csaf, branches, ERR_INVALID, "branches are nested too deep",
                          "put the products under fewer levels", fault, err);
    for (const struct json *at = json_first(branches); at != NULL; at = json_next(at)) {
        struct path below = path;
        path_step(&below, at);
        add_product(csaf, json_get(at, "product"), &below);
        enum status status =
            add_branches(csaf, json_get(at, "branches"), below, depth + 1, fault, err);
        if (status != OK)
            return status;
    }
    return OK;
}

static void add_relationships(struct csaf *csaf, const struct json *relationships)
{
    static const struct path no_path;
    size_t first = csaf->product_count;
    if (!json_is(relationships, JSON_ARRAY))
        return;
    for (const struct json *at = json_first(relationships); at != NULL; at = json_next(at))
        add_product(csaf, json_get(at, "full_product_name"), &no_path);
    /* A part may be a relationship that stands further down: all are known now. */
    for (size_t i = first; i < csaf->product_count; i++) {
        struct csaf_product *product = &csaf->products[i];
        const struct json *relationship = json_parent(product->where);
        size_t part = csaf_product_find(csaf, csaf_member(relationship, "product_reference"));
        size_t base =
            csaf_product_find(csaf, csaf_member(relationship, "relates_to_product_reference"));
        if (part != SIZE_MAX && base != SIZE_MAX) {
            product->part = part;
            product->relates_to = base;
        }
    }
}

static enum status add_groups(struct csaf *csaf, const struct json *groups,
                              struct json_fault *fault, struct err *err)
{
    struct csaf_index *index = csaf->index;
    void *room = NULL;
    if (!json_is(groups, JSON_ARRAY) || json_count(groups) == 0)
        return OK;
    enum status status = table_init(&index->groups, csaf, json_count(groups), groups, fault, err);
    if (status == OK)
        status = csaf_room(&room, csaf, json_count(groups), sizeof *index->group_sets, groups,
                           fault, err);
    index->group_sets = room;
    for (const struct json *at = json_first(groups); status == OK && at != NULL;
         at = json_next(at)) {
        const char *id = csaf_member(at, "group_id");
        if (id == NULL || !table_put(&index->groups, &index->key, id, index->group_count))
            continue;
        status = csaf_read_set(&index->group_sets[index->group_count++], csaf,
                               json_get(at, "product_ids"), NULL, fault, err);
    }
    return status;
}

enum status csaf_read_products(struct csaf *csaf, struct json_fault *fault, struct err *err)
{
    static const struct path no_path;
    const struct json *tree = json_get(csaf->root, "product_tree");
    size_t count = count_products(tree);
    void *room = NULL;
    hash_key_init(&csaf->index->key);
    csaf->index->reserved = count * CSAF_TEST_ROOM;
    enum status status = csaf_room(&room, csaf, count, sizeof *csaf->products, tree, fault, err);
    csaf->products = room;
    if (status == OK)
        status = table_init(&csaf->index->products, csaf, count, tree, fault, err);
    if (status == OK)
        status = add_branches(csaf, json_get(tree, "branches"), no_path, 1, fault, err);
    if (status != OK)
        return status;
    const struct json *names = json_get(tree, "full_product_names");
    if (json_is(names, JSON_ARRAY)) {
        for (const struct json *at = json_first(names); at != NULL; at = json_next(at))
            add_product(csaf, at, &no_path);
    }
    add_relationships(csaf, json_get(tree, "relationships"));
    assert(csaf->product_count <= count);
    return add_groups(csaf, json_get(tree, "product_groups"), fault, err);
}

static void scratch_add(struct csaf_index *index, size_t product)
{
    if (index->scratch_count == index->scratch_capacity) {
        index->scratch_capacity = index->scratch_capacity * 2 + 64;
        index->scratch = xrealloc(index->scratch, index->scratch_capacity, sizeof *index->scratch);
    }
    index->scratch[index->scratch_count++] = product;
}

static int compare_index(const void *a, const void *b)
{
    const size_t *x = a;
    const size_t *y = b;
    return (*x > *y) - (*x < *y);
}

/* Most sets come ascending, as an editor writes them: only the others are sorted. */
static void scratch_settle(struct csaf_index *index)
{
    size_t *list = index->scratch;
    size_t kept = 0;
    bool ascending = true;
    for (size_t i = 1; i < index->scratch_count; i++)
        ascending = ascending && list[i - 1] < list[i];
    if (ascending)
        return;
    qsort(list, index->scratch_count, sizeof *list, compare_index);
    for (size_t i = 0; i < index->scratch_count; i++) {
        if (i == 0 || list[i] != list[i - 1])
            list[kept++] = list[i];
    }
    index->scratch_count = kept;
}

static enum status scratch_add_group(struct csaf *csaf, const struct json *group_id,
                                     struct json_fault *fault, struct err *err)
{
    struct csaf_index *index = csaf->index;
    size_t group = table_get(&index->groups, &index->key, csaf_text(group_id));
    if (group == SIZE_MAX)
        return OK;
    const struct product_set *set = &index->group_sets[group];
    index->grouped += set->count;
    if (index->grouped > CSAF_GROUPED_MAX)
        return csaf_fault(csaf, group_id, ERR_LIMIT,
                          "the product groups named up to here come to too many products",
                          "name each product once, or split the advisory", fault, err);
    for (size_t i = 0; i < set->count; i++)
        scratch_add(index, set->index[i]);
    return OK;
}

enum status csaf_read_set(struct product_set *out, struct csaf *csaf,
                          const struct json *product_ids, const struct json *group_ids,
                          struct json_fault *fault, struct err *err)
{
    struct csaf_index *index = csaf->index;
    size_t ids = json_is(product_ids, JSON_ARRAY) ? json_count(product_ids) : 0;
    size_t groups = json_is(group_ids, JSON_ARRAY) ? json_count(group_ids) : 0;
    *out = (struct product_set){.index = NULL, .count = 0};
    /* One group and nothing else is how groups are used: its own set is shared, not copied. */
    if (ids == 0 && groups == 1) {
        size_t group = table_get(&index->groups, &index->key, csaf_text(json_first(group_ids)));
        if (group != SIZE_MAX)
            *out = index->group_sets[group];
        return OK;
    }
    index->scratch_count = 0;
    for (const struct json *at = ids > 0 ? json_first(product_ids) : NULL; at != NULL;
         at = json_next(at)) {
        size_t product = csaf_product_find(csaf, csaf_text(at));
        if (product != SIZE_MAX)
            scratch_add(index, product);
    }
    for (const struct json *at = groups > 0 ? json_first(group_ids) : NULL; at != NULL;
         at = json_next(at)) {
        enum status status = scratch_add_group(csaf, at, fault, err);
        if (status != OK)
            return status;
    }
    scratch_settle(index);
    if (index->scratch_count == 0)
        return OK;
    void *kept = NULL;
    enum status status = csaf_room(&kept, csaf, index->scratch_count, sizeof *index->scratch,
                                   product_ids != NULL ? product_ids : group_ids, fault, err);
    if (status != OK)
        return status;
    memcpy(kept, index->scratch, index->scratch_count * sizeof *index->scratch);
    *out = (struct product_set){.index = kept, .count = index->scratch_count};
    return OK;
}

bool product_set_has(const struct product_set *set, size_t product)
{
    if (set->count == 0)
        return false;
    return bsearch(&product, set->index, set->count, sizeof product, compare_index) != NULL;
}
