/* Where ids stand in a document, what they stand for, and how the tests get from one to another. */
#include "advisory/conform_run.h"

#include <stdlib.h>
#include <string.h>

struct bytes conform_text(const struct json *value)
{
    return (struct bytes){(const unsigned char *)json_string(value), json_string_size(value)};
}

bool conform_text_is(const struct json *value, const char *word)
{
    struct bytes text = conform_text(value);
    return text.data != NULL && bytes_equal(text, bytes_of(word));
}

const struct json *conform_first(const struct json *list)
{
    return json_is(list, JSON_ARRAY) ? json_first(list) : NULL;
}

const struct json *conform_member(const struct json *object)
{
    return json_is(object, JSON_OBJECT) ? json_first(object) : NULL;
}

uint32_t conform_id(const struct conform *run, const struct json *where)
{
    return run->number[json_index(where)];
}

uint32_t conform_generation(struct conform_ids *ids, uint32_t step)
{
    if (ids->generation == 0 || ids->generation > UINT32_MAX - step) {
        for (uint32_t i = 0; i <= ids->names.count; i++)
            ids->id[i].mark = 0; /* begin anew: no mark of before is left */
        ids->generation = 1;
    }
    uint32_t base = ids->generation;
    ids->generation += step;
    return base;
}

const struct json *conform_status(const struct conform_vulnerability *v, const char *status)
{
    return json_get(v->product_status, status);
}

static void each_of_list(struct conform *run, const struct json *list, bool group,
                         void (*each)(struct conform *run, const struct json *where, bool group))
{
    for (const struct json *at = conform_first(list); at != NULL; at = json_next(at)) {
        if (json_is(at, JSON_STRING))
            each(run, at, group);
    }
}

/* Elements of flags, remediations, threats and (products, no groups) scores. */
static void each_of_elements(struct conform *run, const struct json *list, const char *products,
                             const char *groups,
                             void (*each)(struct conform *run, const struct json *where,
                                          bool group))
{
    for (const struct json *at = conform_first(list); at != NULL; at = json_next(at)) {
        each_of_list(run, json_get(at, products), false, each);
        each_of_list(run, json_get(at, groups), true, each);
    }
}

static void each_of_vulnerability(struct conform *run, const struct json *vulnerability,
                                  void (*each)(struct conform *run, const struct json *where,
                                               bool group))
{
    static const char *const lists[] = {"flags", "remediations", "threats"};
    const struct json *status = json_get(vulnerability, "product_status");
    for (int i = 0; i < STATUS_PRODUCT_STATUS_COUNT; i++)
        each_of_list(run, json_get(status, product_status_word((enum product_status)i)), false,
                     each);
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        each_of_elements(run, json_get(vulnerability, lists[i]), "product_ids", "group_ids", each);
    each_of_elements(run, json_get(vulnerability, "scores"), "products", NULL, each);
}

void conform_each_reference(struct conform *run,
                            void (*each)(struct conform *run, const struct json *where, bool group))
{
    static const char *const ends[] = {"product_reference", "relates_to_product_reference"};
    for (const struct json *at = conform_first(json_get(run->tree, "product_groups")); at != NULL;
         at = json_next(at))
        each_of_list(run, json_get(at, "product_ids"), false, each);
    for (const struct json *at = conform_first(json_get(run->tree, "relationships")); at != NULL;
         at = json_next(at)) {
        for (size_t i = 0; i < 2; i++) {
            const struct json *end = json_get(at, ends[i]);
            if (json_is(end, JSON_STRING))
                each(run, end, false);
        }
    }
    for (const struct json *at = conform_first(json_get(run->root, "vulnerabilities")); at != NULL;
         at = json_next(at))
        each_of_vulnerability(run, at, each);
}

static void each_name(struct conform *run, const struct json *name, const struct json *branch,
                      const struct conform_path *path,
                      void (*each)(struct conform *run, const struct conform_product *product))
{
    const struct conform_product product = {.name = json_is(name, JSON_OBJECT) ? name : NULL,
                                            .helper =
                                                json_get(name, "product_identification_helper"),
                                            .branch = branch,
                                            .path = path};
    if (product.name != NULL || branch != NULL)
        each(run, &product);
}

/* Not deeper than CSAF_BRANCH_DEPTH: csaf_parse has seen to that. */
static void each_branch(struct conform *run, const struct json *branches,
                        const struct conform_path *up,
                        void (*each)(struct conform *run, const struct conform_product *product))
{
    for (const struct json *at = conform_first(branches); at != NULL; at = json_next(at)) {
        const struct conform_path path = {.up = up, .branch = at};
        each_name(run, json_get(at, "product"), at, &path, each);
        each_branch(run, json_get(at, "branches"), &path, each);
    }
}

void conform_each_product(struct conform *run,
                          void (*each)(struct conform *run, const struct conform_product *product))
{
    each_branch(run, json_get(run->tree, "branches"), NULL, each);
    for (const struct json *at = conform_first(json_get(run->tree, "full_product_names"));
         at != NULL; at = json_next(at))
        each_name(run, at, NULL, NULL, each);
    for (const struct json *at = conform_first(json_get(run->tree, "relationships")); at != NULL;
         at = json_next(at))
        each_name(run, json_get(at, "full_product_name"), NULL, NULL, each);
}

static void number_reference(struct conform *run, const struct json *where, bool group)
{
    struct conform_ids *ids = group ? &run->groups : &run->products;
    run->number[json_index(where)] = conform_number(&ids->names, where);
}

static void number_product(struct conform *run, const struct conform_product *product)
{
    const struct json *id = json_get(product->name, "product_id");
    if (json_is(id, JSON_STRING))
        number_reference(run, id, false);
}

static void define(struct conform_ids *ids, uint32_t number)
{
    if (number > 0 && ids->id[number].defined < 2)
        ids->id[number].defined++;
}

static void define_product(struct conform *run, const struct conform_product *product)
{
    define(&run->products, conform_id(run, json_get(product->name, "product_id")));
}

static void note_reference(struct conform *run, const struct json *where, bool group)
{
    struct conform_ids *ids = group ? &run->groups : &run->products;
    ids->id[conform_id(run, where)].referenced = true;
}

void conform_read_ids(struct conform *run)
{
    const struct json *groups = conform_first(json_get(run->tree, "product_groups"));
    run->number = xcalloc(json_values(run->gate->csaf->doc), sizeof *run->number);
    conform_each_product(run, number_product);
    for (const struct json *at = groups; at != NULL; at = json_next(at)) {
        const struct json *id = json_get(at, "group_id");
        if (json_is(id, JSON_STRING))
            number_reference(run, id, true);
    }
    conform_each_reference(run, number_reference);
    run->products.id = xcalloc((size_t)run->products.names.count + 1, sizeof *run->products.id);
    run->groups.id = xcalloc((size_t)run->groups.names.count + 1, sizeof *run->groups.id);
    run->group_lists = xcalloc((size_t)run->groups.names.count + 1, sizeof *run->group_lists);
    conform_each_product(run, define_product);
    for (const struct json *at = groups; at != NULL; at = json_next(at)) {
        uint32_t number = conform_id(run, json_get(at, "group_id"));
        define(&run->groups, number);
        if (number > 0 && run->group_lists[number] == NULL)
            run->group_lists[number] = json_get(at, "product_ids");
    }
    conform_each_reference(run, note_reference);
    conform_read_memberships(run);
}

void conform_words_begin(struct conform *run)
{
    run->word_generation++;
}

const struct json *conform_double_word(struct conform *run, const struct json *word)
{
    if (!json_is(word, JSON_STRING))
        return NULL;
    uint32_t number = conform_number(&run->words, word);
    if (number >= run->word_capacity) {
        uint32_t capacity = run->words.capacity + 1;
        run->word_mark = xrealloc(run->word_mark, capacity, sizeof *run->word_mark);
        memset(run->word_mark + run->word_capacity, 0,
               (capacity - run->word_capacity) * sizeof *run->word_mark);
        run->word_capacity = capacity;
    }
    if (run->word_mark[number] == run->word_generation)
        return word;
    run->word_mark[number] = run->word_generation;
    return NULL;
}

void conform_dispose(struct conform *run)
{
    conform_names_dispose(&run->products.names);
    conform_names_dispose(&run->groups.names);
    conform_names_dispose(&run->words);
    free(run->products.id);
    free(run->groups.id);
    free(run->group_lists);
    free(run->groups_of);
    free(run->memberships);
    free(run->cover.groups);
    free(run->number);
    free(run->revisions);
    free(run->word_mark);
}
