/* Tests 6.1.1 to 6.1.5 and 6.2.1: every id is defined once, and used; nothing is part of itself. */
#include "advisory/conform_tests.h"

#include <stdlib.h>
#include <string.h>

static void check_product_reference(struct conform *run, const struct json *where, bool group)
{
    if (!group && run->products.id[conform_id(run, where)].defined == 0)
        conform_fail(run, where, NULL, "No product has this id");
}

/* Most documents refer to nothing that is not there: then nobody need look where. */
static bool has_undefined(const struct conform_ids *ids)
{
    for (uint32_t number = 1; number <= ids->names.count; number++) {
        if (ids->id[number].defined == 0)
            return true;
    }
    return false;
}

void conform_6_1_1(struct conform *run)
{
    if (has_undefined(&run->products))
        conform_each_reference(run, check_product_reference);
}

static void check_group_reference(struct conform *run, const struct json *where, bool group)
{
    if (group && run->groups.id[conform_id(run, where)].defined == 0)
        conform_fail(run, where, NULL, "No product group has this id");
}

void conform_6_1_4(struct conform *run)
{
    if (has_undefined(&run->groups))
        conform_each_reference(run, check_group_reference);
}

void conform_6_1_2(struct conform *run, const struct conform_product *product)
{
    const struct json *id = json_get(product->name, "product_id");
    if (run->products.id[conform_id(run, id)].defined > 1)
        conform_fail(run, id, NULL, "More than one product has this id");
}

void conform_6_1_5(struct conform *run)
{
    for (const struct json *at = conform_first(json_get(run->tree, "product_groups")); at != NULL;
         at = json_next(at)) {
        const struct json *id = json_get(at, "group_id");
        if (run->groups.id[conform_id(run, id)].defined > 1)
            conform_fail(run, id, NULL, "More than one product group has this id");
    }
}

void conform_6_2_1(struct conform *run, const struct conform_product *product)
{
    const struct json *id = json_get(product->name, "product_id");
    uint32_t number = conform_id(run, id);
    if (bytes_equal(run->category, bytes_of("csaf_informational_advisory")))
        return; /* it has no vulnerabilities that could name a product */
    if (number > 0 && !run->products.id[number].referenced)
        conform_fail(run, id, NULL, "Nothing refers to this product");
}

/* Relationships as edges: from the product that one makes to the two that it is made of. */
struct edges {
    struct edge {
        const struct json *where; /* the reference */
        uint32_t to;
        uint32_t next; /* edge of the same product and 1; 0: the last one */
    } * edge;
    uint32_t count;
    uint32_t *first; /* by product: edge and 1 */
};

static void read_edges(struct edges *edges, struct conform *run, const struct json *relationships)
{
    static const char *const ends[] = {"product_reference", "relates_to_product_reference"};
    edges->edge = xcalloc(json_count(relationships), 2 * sizeof *edges->edge);
    edges->first = xcalloc((size_t)run->products.names.count + 1, sizeof *edges->first);
    for (const struct json *at = conform_first(relationships); at != NULL; at = json_next(at)) {
        uint32_t from = conform_id(run, json_get(json_get(at, "full_product_name"), "product_id"));
        for (size_t i = 0; i < 2 && from > 0; i++) {
            const struct json *end = json_get(at, ends[i]);
            if (conform_id(run, end) == 0)
                continue;
            edges->edge[edges->count++] =
                (struct edge){.where = end, .to = conform_id(run, end), .next = edges->first[from]};
            edges->first[from] = edges->count;
        }
    }
}

/*
 * Go down from one product. On the way down a product is marked `open`, on the way up `done`; an
 * edge to an open one closes a circle.
 */
static void follow(struct conform *run, const struct edges *edges, uint32_t *stack, uint32_t from,
                   uint32_t open, uint32_t done)
{
    struct conform_id *id = run->products.id;
    size_t depth = 0;
    uint32_t *todo = edges->first; /* the next edge of each product on the stack */
    stack[depth++] = from;
    id[from].mark = open;
    while (depth > 0) {
        uint32_t here = stack[depth - 1];
        uint32_t next = todo[here];
        if (next == 0) {
            id[here].mark = done;
            depth--;
            continue;
        }
        const struct edge *edge = &edges->edge[next - 1];
        todo[here] = edge->next;
        if (id[edge->to].mark == open) {
            conform_fail(run, edge->where, NULL,
                         "A product is made of itself: this reference closes the circle");
        } else if (id[edge->to].mark != done) {
            id[edge->to].mark = open;
            stack[depth++] = edge->to;
        }
    }
}

void conform_6_1_3(struct conform *run)
{
    const struct json *relationships = json_get(run->tree, "relationships");
    struct edges edges = {.edge = NULL};
    if (!json_is(relationships, JSON_ARRAY) || json_count(relationships) == 0)
        return;
    read_edges(&edges, run, relationships);
    uint32_t *stack = xcalloc((size_t)run->products.names.count + 1, sizeof *stack);
    uint32_t open = conform_generation(&run->products, 2);
    for (uint32_t product = 1; product <= run->products.names.count; product++) {
        if (edges.first[product] != 0 && run->products.id[product].mark < open)
            follow(run, &edges, stack, product, open, open + 1);
    }
    free(stack);
    free(edges.edge);
    free(edges.first);
}
