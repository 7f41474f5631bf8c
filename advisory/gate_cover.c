/* Products that lack something: found in linear time, and named as people can read it. */
#include "advisory/gate_rows.h"

#include <stdlib.h>

void gate_lack_add(struct gate_lack *lack, const char *name)
{
    if (lack->count < GATE_NAMES_SHOWN)
        lack->name[lack->count] = name;
    lack->count++;
}

const char *gate_lack_names(struct gate *gate, const struct gate_lack *lack)
{
    struct str names;
    str_init(&names, STR_LIMIT_LINE);
    for (size_t i = 0; i < lack->count && i < GATE_NAMES_SHOWN; i++) {
        str_add(&names, i == 0 ? "" : ", ");
        str_add(&names, gate_quote(gate, lack->name[i]));
    }
    if (lack->count > GATE_NAMES_SHOWN)
        str_addf(&names, " and %zu more", lack->count - GATE_NAMES_SHOWN);
    const char *text = gate_words(gate, "%s", str_text(&names));
    str_dispose(&names);
    return text;
}

const struct json *gate_place(const struct csaf_vulnerability *v, const char *member)
{
    const struct json *found = json_get(v->where, member);
    return found != NULL ? found : v->where;
}

static int compare_sets(const void *a, const void *b)
{
    const struct product_set *x = a;
    const struct product_set *y = b;
    if (x->index != y->index)
        return (uintptr_t)x->index < (uintptr_t)y->index ? -1 : 1;
    return (x->count > y->count) - (x->count < y->count);
}

/* The sets are sorted by where they lie: a group that a thousand remediations name is walked once.
 */
void gate_find_uncovered(struct gate_lack *out, struct gate *gate, const struct product_set *wanted,
                         struct product_set *sets, size_t count)
{
    gate->generation++;
    if (count > 1)
        qsort(sets, count, sizeof *sets, compare_sets);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && compare_sets(&sets[i - 1], &sets[i]) == 0)
            continue;
        bool few_wanted = sets[i].count / 16 > wanted->count;
        const struct product_set *walked = few_wanted ? wanted : &sets[i];
        for (size_t k = 0; k < walked->count; k++) {
            if (!few_wanted || product_set_has(&sets[i], walked->index[k]))
                gate->mark[walked->index[k]] = gate->generation;
        }
    }
    for (size_t i = 0; i < wanted->count; i++) {
        size_t product = wanted->index[i];
        if (gate->mark[product] != gate->generation)
            gate_lack_add(out, gate->csaf->products[product].name);
    }
}

void gate_tally_add(struct gate_tally *tally, const struct json *where, const char *name)
{
    if (tally->count++ > 0) {
        if (tally->count <= FINDING_ALSO_MOST + 1)
            tally->also[tally->count - 2] = where;
        return;
    }
    tally->where = where;
    tally->name = name;
}

void gate_add_tally(struct gate *gate, enum gate_row row, enum severity severity,
                    const struct gate_tally *tally, const char *message, const char *mend)
{
    if (tally->count == 0)
        return;
    if (tally->name != NULL)
        message = gate_words(gate, "%s%s", gate_quote(gate, tally->name), message);
    bool listed = !gate_is_full(gate);
    gate_add_as(gate, row, severity, tally->where, message, mend);
    if (!listed)
        return;
    struct finding *finding = &gate->entries[gate->count - 1].finding;
    for (size_t i = 1; i < tally->count; i++)
        gate_add_place(gate, finding, i <= FINDING_ALSO_MOST ? tally->also[i - 1] : NULL);
}
