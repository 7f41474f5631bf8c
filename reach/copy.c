#include "reach/copy.h"

#include "duties/duty.h"

#include <string.h>

static bool in_force(const struct rule *rule, const char *today)
{
    return (rule->effective_from == NULL || strcmp(rule->effective_from, today) <= 0) &&
           (rule->effective_to == NULL || strcmp(rule->effective_to, today) >= 0);
}

/* NULL: it is known; else the word that names nothing. */
static const char *find_places(struct territory *out, struct arena *arena,
                               const struct copy_case *ask)
{
    if (!text_is_empty(ask->territory))
        return territory_read(out, arena, ask->pack, ask->territory);
    territory_add(out, ask->country);
    return NULL;
}

static bool covers(const struct jurisdiction *j, const struct territory *places)
{
    bool covered = false;
    for (size_t i = 0; i < j->place_count; i++)
        covered = covered || territory_has(places, j->places[i].country);
    return covered;
}

/* The jurisdictions that it is for, by name; *asks: the first rule of one of them that asks. */
static const char *look(const struct rule **asks, struct arena *arena, const struct copy_case *ask,
                        const struct territory *places)
{
    const char *names = NULL;
    *asks = NULL;
    for (size_t i = 0; i < ask->pack->jurisdiction_count; i++) {
        const struct jurisdiction *j = ask->pack->jurisdictions[i];
        if (!covers(j, places))
            continue;
        names = names == NULL ? j->id : arena_printf(arena, "%s, %s", names, j->id);
        for (size_t r = 0; r < ask->pack->count && *asks == NULL; r++) {
            const struct rule *rule = ask->pack->rules[r];
            if (text_equal(rule->jurisdiction, j->id) && rule_tells_representative(rule) &&
                in_force(rule, ask->today) && duty_in_scope(rule, ask->scope))
                *asks = rule;
        }
    }
    return names;
}

void copy_ask(struct copy_said *out, struct arena *arena, const struct copy_case *ask)
{
    struct territory places = {0};
    *out = (struct copy_said){.copy = COPY_DOUBT, .why = ask->doubt};
    if (ask->pack == NULL)
        return;
    const char *bad = find_places(&places, arena, ask);
    if (bad != NULL) {
        out->why = arena_printf(arena, "its territory says \"%.40s\", which is no place", bad);
        return;
    }
    const char *names = look(&out->rule, arena, ask, &places);
    if (out->rule != NULL) {
        out->copy = COPY_ASKED;
        out->why =
            out->rule->copies_by != NULL
                ? arena_printf(arena, "%s asks for a copy: %s", out->rule->id, out->rule->copies_by)
                : arena_printf(arena, "%s names it: %s", out->rule->id, out->rule->authority);
    } else if (names == NULL) {
        out->why = arena_printf(arena, "no rules are known for %s", ask->country);
    } else if (ask->doubt == NULL) {
        out->copy = COPY_UNASKED;
        out->why = arena_printf(arena,
                                "no rule of %s asks for a copy to a representative, and the rules "
                                "were adopted as they stand",
                                names);
    }
}
