#include "tests/duties/matter.h"

#include "base/clock.h"

#include <check.h>
#include <string.h>

struct arena *matter_arena;
struct pack *matter_pack;
struct err matter_err;
struct duty_rules matter_rules;

static enum rule_use use_all(const void *context, const struct rule *rule)
{
    (void)context;
    (void)rule;
    return USE_ENABLED;
}

void matter_begin(void)
{
    matter_arena = arena_new();
    matter_err = (struct err){0};
    ck_assert_msg(pack_open(&matter_pack, NULL, &matter_err) == OK, "%s", matter_err.text);
    matter_rules = (struct duty_rules){.pack = matter_pack, .use = use_all};
}

void matter_end(void)
{
    pack_close(matter_pack);
    arena_free(matter_arena);
}

void matter_init(struct matter_box *box, unsigned scope)
{
    *box = (struct matter_box){.matter = {.scope = scope}};
    box->matter.facts = box->facts;
    box->matter.findings = box->findings;
    box->matter.reports = box->reports;
    box->matter.waived = box->waived;
}

void matter_find(struct matter_box *box, const char *jurisdiction, const char *country,
                 enum finding finding)
{
    ck_assert_uint_lt(box->matter.finding_count, MATTER_MOST);
    box->findings[box->matter.finding_count++] =
        (struct matter_finding){jurisdiction, country, finding};
}

int64_t matter_happens(struct matter_box *box, enum rule_trigger kind, const char *at,
                       const char *jurisdiction)
{
    const int64_t id = (int64_t)box->matter.fact_count + 1;
    ck_assert_uint_lt(box->matter.fact_count, MATTER_MOST);
    box->facts[box->matter.fact_count++] = (struct matter_fact){id, kind, at, jurisdiction};
    return id;
}

void matter_hands_in(struct matter_box *box, const char *rule, const char *at)
{
    struct matter_report report = {.rule = rule};
    ck_assert_uint_lt(box->matter.report_count, MATTER_MOST);
    ck_assert_int_eq(clock_parse(&report.at_ms, at, &matter_err), OK);
    box->reports[box->matter.report_count++] = report;
}

void matter_waives(struct matter_box *box, const char *rule, const char *country)
{
    ck_assert_uint_lt(box->matter.waived_count, MATTER_MOST);
    box->waived[box->matter.waived_count++] = (struct matter_waived){rule, country};
}

struct duty_list matter_duties(const struct matter_box *box)
{
    struct duty_list list;
    ck_assert_msg(duty_compute(&list, matter_arena, &matter_rules, &box->matter, &matter_err) == OK,
                  "%s", matter_err.text);
    return list;
}

const struct duty *matter_duty(const struct duty_list *list, const char *rule)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->duties[i].rule->id, rule) == 0)
            return &list->duties[i];
    return NULL;
}

const char *matter_dates(const struct matter_box *box, const char *rule)
{
    const struct duty_list list = matter_duties(box);
    const struct duty *duty = matter_duty(&list, rule);
    if (duty == NULL)
        return "-";
    if (duty->why.state != RULE_RUNNING)
        return rule_state_word(duty->why.state);
    if (duty->why.due.kind == DUE_NONE)
        return "no time";
    return arena_printf(matter_arena, "%s/%s", duty->why.due_safe, duty->why.due_legal);
}
