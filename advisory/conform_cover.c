/*
 * Which products does something name, by themselves or by groups? A group may hold most of the
 * products, and every vulnerability may name it. So there are two ways, and for each question the
 * cheaper one is taken: to mark all products of the groups that are named, or to look for each
 * product of the question whether one of its groups is named. Whatever the document, neither is
 * expensive often.
 */
#include "advisory/conform_run.h"

#include <stdlib.h>

void conform_read_memberships(struct conform *run)
{
    size_t count = 0;
    if (run->groups.names.count == 0)
        return;
    for (uint32_t group = 1; group <= run->groups.names.count; group++) {
        const struct json *list = run->group_lists[group];
        count += json_is(list, JSON_ARRAY) ? json_count(list) : 0;
    }
    run->memberships = xcalloc(count, sizeof *run->memberships);
    run->groups_of = xcalloc((size_t)run->products.names.count + 1, sizeof *run->groups_of);
    count = 0;
    for (uint32_t group = 1; group <= run->groups.names.count; group++) {
        for (const struct json *at = conform_first(run->group_lists[group]); at != NULL;
             at = json_next(at)) {
            struct conform_groups *of = &run->groups_of[conform_id(run, at)];
            run->memberships[count++] =
                (struct conform_membership){.group = group, .next = of->first};
            of->first = (uint32_t)count;
            of->count++;
        }
    }
}

void conform_cover_begin(struct conform *run)
{
    /* One number marks products and groups: it is new for both. */
    uint32_t products = conform_generation(&run->products, 1);
    uint32_t groups = conform_generation(&run->groups, 1);
    run->cover.mark = products > groups ? products : groups;
    run->products.generation = run->cover.mark + 1;
    run->groups.generation = run->cover.mark + 1;
    run->cover.group_count = 0;
    run->cover.cost = 0;
}

static void add_group(struct conform *run, uint32_t number)
{
    struct conform_cover *cover = &run->cover;
    struct conform_id *group = &run->groups.id[number];
    const struct json *list = run->group_lists[number];
    if (number == 0 || group->mark == cover->mark || !json_is(list, JSON_ARRAY))
        return;
    group->mark = cover->mark;
    if (cover->group_count == cover->group_capacity) {
        cover->group_capacity = cover->group_capacity * 2 + 16;
        cover->groups = xrealloc(cover->groups, cover->group_capacity, sizeof *cover->groups);
    }
    cover->groups[cover->group_count++] = number;
    cover->cost += json_count(list);
}

static void mark_list(struct conform *run, const struct json *list)
{
    for (const struct json *at = conform_first(list); at != NULL; at = json_next(at))
        run->products.id[conform_id(run, at)].mark = run->cover.mark;
}

void conform_cover_add(struct conform *run, const struct json *element)
{
    mark_list(run, json_get(element, "product_ids"));
    for (const struct json *at = conform_first(json_get(element, "group_ids")); at != NULL;
         at = json_next(at))
        add_group(run, conform_id(run, at));
}

static bool is_in_named_group(const struct conform *run, uint32_t product)
{
    for (uint32_t at = run->groups_of[product].first; at != 0; at = run->memberships[at - 1].next) {
        if (run->groups.id[run->memberships[at - 1].group].mark == run->cover.mark)
            return true;
    }
    return false;
}

void conform_cover_require(struct conform *run, const struct json *list, const char *what)
{
    struct conform_cover *cover = &run->cover;
    size_t cost = 0;
    if (cover->group_count > 0) {
        for (const struct json *at = conform_first(list); at != NULL; at = json_next(at))
            cost += run->groups_of[conform_id(run, at)].count;
    }
    if (cover->cost < cost) {
        while (cover->group_count > 0)
            mark_list(run, run->group_lists[cover->groups[--cover->group_count]]);
        cover->cost = 0;
    }
    bool look = cover->group_count > 0;
    for (const struct json *at = conform_first(list); at != NULL; at = json_next(at)) {
        uint32_t number = conform_id(run, at);
        if (number > 0 && run->products.id[number].mark != cover->mark &&
            !(look && is_in_named_group(run, number)))
            conform_fail(run, at, NULL, "This product has no %s", what);
    }
}
