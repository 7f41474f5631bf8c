#include "dispatcher/routine/digest_things.h"

#include <stdlib.h>
#include <string.h>

/*
 * What one thing that somebody holds comes to against every volume: a product, for which names
 * alone decide most, or a product at a version.
 */
struct held_thing {
    const char *name;
    unsigned char *by_name; /* of a product: enum match_by_name of each volume … */
    bool *told;             /* … of a version of it: is its holder told? */
};

static uint64_t hash_of(const char *text)
{
    uint64_t h = 0xcbf29ce484222325u; /* FNV-1a */
    for (; *text != '\0'; text++)
        h = (h ^ (unsigned char)*text) * 0x100000001b3u;
    return h;
}

static struct held_thing *slot_of(struct held_thing *things, size_t room, const char *name)
{
    size_t at = (size_t)hash_of(name) & (room - 1);
    while (things[at].name != NULL && strcmp(things[at].name, name) != 0)
        at = (at + 1) & (room - 1);
    return &things[at];
}

static void grow(struct things *s)
{
    size_t room = s->room == 0 ? 256 : s->room * 2;
    struct held_thing *things = xcalloc(room, sizeof *things);
    for (size_t i = 0; i < s->room; i++)
        if (s->list[i].name != NULL)
            *slot_of(things, room, s->list[i].name) = s->list[i];
    free(s->list);
    s->list = things;
    s->room = room;
}

void things_dispose(struct things *things)
{
    free(things->list);
    *things = (struct things){0};
}

/* The place of a name, which is new when it has nothing yet. Borrowed until the next one. */
static struct held_thing *thing_of(struct things *s, const char *name)
{
    if (s->used * 2 >= s->room)
        grow(s);
    struct held_thing *thing = slot_of(s->list, s->room, name);
    if (thing->name == NULL) {
        s->used++;
        thing->name = arena_strdup(s->arena, name);
    }
    return thing;
}

/* Each name once, whatever versions of it are held. */
static const unsigned char *by_name(struct things *s, const struct volume *volumes, size_t count,
                                    const char *name, const struct installed *row)
{
    struct held_thing *thing = thing_of(s, name);
    if (thing->by_name != NULL)
        return thing->by_name;
    thing->by_name = arena_alloc(s->arena, count + 1);
    struct match_asked *asked = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct volume *v = &volumes[i];
        if (v->fault != NULL)
            continue;
        if (asked == NULL) /* the register is the same for all of them */
            asked = recipient_asked(&v->d, row);
        thing->by_name[i] = (unsigned char)match_by_name(v->d.csaf, v->names, asked);
    }
    match_asked_free(asked);
    return thing->by_name;
}

const bool *things_told(struct things *s, const struct volume *volumes, size_t count,
                        const struct installed *row)
{
    struct arena *arena = arena_new();
    const char *product =
        arena_printf(arena, "%s\x1f%s", row->vendor != NULL ? row->vendor : "", row->product);
    const char *name =
        arena_printf(arena, "%s\x1f%s", product, row->version != NULL ? row->version : "");
    const bool *told = thing_of(s, name)->told;
    if (told == NULL) {
        const unsigned char *names = by_name(s, volumes, count, product, row);
        bool *now = arena_alloc(s->arena, count + 1);
        for (size_t i = 0; i < count; i++) {
            struct match_result match;
            if (volumes[i].fault != NULL)
                continue;
            now[i] = names[i] == MATCH_BY_NAME_TOLD;
            if (names[i] != MATCH_BY_VERSION)
                continue;
            recipient_match(&match, arena, &volumes[i].d, row);
            now[i] = match.verdict != MATCH_NOT_AFFECTED;
        }
        told = thing_of(s, name)->told = now;
    }
    arena_free(arena);
    return told;
}
