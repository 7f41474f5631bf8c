#include "clocks/explain.h"

#include <inttypes.h>
#include <string.h>

struct checking {
    const struct pack *pack;
    const struct rule *rule;
    void (*tell)(void *context, const char *fault);
    void *context;
    size_t tests;
    bool good;
};

static void fault(struct checking *c, const char *file, unsigned line, const char *format, ...)
    PRINTF_LIKE(4, 5);

static void fault(struct checking *c, const char *file, unsigned line, const char *format, ...)
{
    struct err err = {0};
    va_list args;
    va_start(args, format);
    (void)err_vset(&err, ERR_INVALID, format, args);
    va_end(args);
    (void)err_prefix(&err, "%s line %u", file, line);
    c->good = false;
    c->tell(c->context, err.text);
}

static bool same_due(const char *want, const char *is)
{
    struct fact a;
    struct fact b;
    if (want == NULL || is == NULL)
        return want == is;
    if (fact_parse(&a, want, NULL) != OK || fact_parse(&b, is, NULL) != OK || a.dated != b.dated)
        return false;
    return a.dated ? date_compare(a.date, b.date) == 0 : a.at_ms == b.at_ms;
}

static const char *shown(const char *due)
{
    return due != NULL ? due : "nothing";
}

static void check_example(struct checking *c, struct arena *arena, const struct rule_test *test)
{
    const struct rule *rule = c->rule;
    struct explanation e;
    struct err err = {0};
    c->tests++;
    if (explain_rule(&e, arena, c->pack, rule, test->fact, test->country, &err) != OK) {
        fault(c, rule->file, test->line, "%s: tests: %s", rule->id, err.text);
        return;
    }
    if (e.state != (enum rule_state)test->state)
        fault(c, rule->file, test->line, "%s: tests: state is %s, %s is wanted", rule->id,
              rule_state_word(e.state), rule_state_word((enum rule_state)test->state));
    if (!same_due(test->due_safe, e.due_safe))
        fault(c, rule->file, test->line, "%s: tests: due_safe is %s, %s is wanted", rule->id,
              shown(e.due_safe), shown(test->due_safe));
    if (!same_due(test->due_legal, e.due_legal))
        fault(c, rule->file, test->line, "%s: tests: due_legal is %s, %s is wanted", rule->id,
              shown(e.due_legal), shown(test->due_legal));
    for (size_t i = 0; i < test->never_count; i++)
        if (same_due(test->never[i], e.due_safe) || same_due(test->never[i], e.due_legal))
            fault(c, rule->file, test->line, "%s: tests: %s comes out, which is wrong: %s",
                  rule->id, test->never[i], test->why != NULL ? test->why : "never says so");
}

static void check_names(struct checking *c, const char *what, const char *const *ids, size_t count,
                        bool elsewhere)
{
    for (size_t i = 0; i < count; i++) {
        const struct rule *other = NULL;
        struct err err = {0};
        if (pack_rule(&other, c->pack, ids[i], &err) != OK)
            fault(c, c->rule->file, c->rule->line, "%s: %s: %s", c->rule->id, what, err.text);
        else if (strcmp(other->id, c->rule->id) == 0)
            fault(c, c->rule->file, c->rule->line, "%s: %s: names the rule itself: take it out",
                  c->rule->id, what);
        else if (elsewhere == (strcmp(other->jurisdiction, c->rule->jurisdiction) == 0))
            fault(c, c->rule->file, c->rule->line,
                  elsewhere ? "%s: %s: %s is of the same jurisdiction: write it under follow_ups"
                            : "%s: %s: %s is of another jurisdiction: write it under cascades",
                  c->rule->id, what, ids[i]);
    }
}

static void check_rule(struct checking *c, struct arena *arena, const struct rule *rule)
{
    c->rule = rule;
    check_names(c, "follow_ups", rule->follow_ups, rule->follow_up_count, false);
    check_names(c, "cascades", rule->cascades, rule->cascade_count, true);
    for (size_t i = 0; i < rule->test_count; i++)
        check_example(c, arena, &rule->tests[i]);
}

static void check_zone(struct checking *c, const struct jurisdiction *j, const char *name)
{
    struct zone *zone = NULL;
    struct err err = {0};
    if (zone_open(&zone, name, &err) != OK)
        fault(c, j->file, j->line, "%s: zone: %s", j->id, err.text);
    zone_close(zone);
}

static void check_jurisdiction(struct checking *c, const struct jurisdiction *j)
{
    check_zone(c, j, j->zone);
    for (size_t i = 0; i < j->place_count; i++) {
        struct calendar *calendar = NULL;
        struct err err = {0};
        check_zone(c, j, j->places[i].zone);
        enum status status = pack_calendar(&calendar, c->pack, place_calendar(&j->places[i]), &err);
        if (status != OK && status != ERR_NOT_FOUND)
            fault(c, j->file, j->line, "%s: %s", j->id, err.text);
        calendar_close(calendar);
        for (size_t k = 0; k < i; k++)
            if (strcmp(j->places[k].country, j->places[i].country) == 0)
                fault(c, j->file, j->line, "%s: places: %s stands there twice: take one out", j->id,
                      j->places[i].country);
    }
}

/* What a person of the maker has read, and what it still holds for. */
static void check_confirmed(struct checking *c, const struct confirmed *confirmed)
{
    const struct rule *rule = NULL;
    struct err err = {0};
    if (pack_rule(&rule, c->pack, confirmed->rule, &err) != OK)
        fault(c, "rules/local.cfg", confirmed->line, "confirmed: %s", err.text);
    else if (rule->status != RULE_QUOTED)
        fault(c, "rules/local.cfg", confirmed->line,
              "confirmed: %s has the status %s: only Q is confirmed: take it out", rule->id,
              rule_status_word(rule));
    else if (rule->version != confirmed->version)
        fault(c, "rules/local.cfg", confirmed->line,
              "confirmed: %s is of version %" PRId64 " now: read it again", rule->id,
              rule->version);
}

bool pack_check(const struct pack *pack, size_t *tests,
                void (*tell)(void *context, const char *fault), void *context)
{
    struct checking c = {.pack = pack, .tell = tell, .context = context, .good = true};
    struct arena *arena = arena_new();
    for (size_t i = 0; i < pack->jurisdiction_count; i++)
        check_jurisdiction(&c, pack->jurisdictions[i]);
    for (size_t i = 0; i < pack->count; i++)
        check_rule(&c, arena, pack->rules[i]);
    for (size_t i = 0; i < pack->confirmed_count; i++)
        check_confirmed(&c, pack->confirmed[i]);
    for (size_t i = 0; i < pack->older_count; i++)
        fault(&c, pack->older[i]->file, pack->older[i]->line,
              "%s: the program ships a higher version, which is taken: take yours out, or raise "
              "its version",
              pack->older[i]->id);
    arena_free(arena);
    *tests = c.tests;
    return c.good;
}
