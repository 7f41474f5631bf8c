#include "duties/duty.h"

#include "base/clock.h"

#include <string.h>

#define BIT(trigger) (1u << (trigger))

/* What happens in one place; everything else is known, or happens, for all of them. */
static const unsigned local_kinds =
    BIT(TRIGGER_DECISION_TO_RECALL) | BIT(TRIGGER_INITIATED_ACTION) | BIT(TRIGGER_BEFORE_ACTION) |
    BIT(TRIGGER_CUSTOMERS_NOTIFIED) | BIT(TRIGGER_PREVIOUS_REPORT_SUBMITTED) |
    BIT(TRIGGER_AUTHORITY_REQUEST) | BIT(TRIGGER_FOREIGN_AUTHORITY_ACTION) |
    BIT(TRIGGER_ACTION_COMPLETED) | BIT(TRIGGER_FIXED_DATE);

/* A recall, its beginning, or that owners were told. */
static const unsigned action_kinds = BIT(TRIGGER_DECISION_TO_RECALL) |
                                     BIT(TRIGGER_INITIATED_ACTION) |
                                     BIT(TRIGGER_CUSTOMERS_NOTIFIED);

bool duty_informs(const struct rule *rule)
{
    return rule->deliverable == DELIVER_ADVISORY;
}

bool duty_in_scope(const struct rule *rule, unsigned scope)
{
    return scope == 0 || (rule->scope & (1u << SCOPE_ANY)) != 0 || (rule->scope & scope) != 0;
}

bool duty_waived(const struct matter *matter, const char *rule, const char *country)
{
    for (size_t i = 0; i < matter->waived_count; i++)
        if (text_equal(matter->waived[i].rule, rule) &&
            text_equal(matter->waived[i].country, country))
            return true;
    return false;
}

bool duty_rule_in_use(const struct duty_rules *rules, const char *id)
{
    const struct rule *rule = NULL;
    return pack_rule(&rule, rules->pack, id, NULL) == OK &&
           rules->use(rules->context, rule) == USE_ENABLED;
}

void duty_say_start(struct str *out, const struct duty *duty)
{
    const struct matter_fact *fact = duty->fact;
    if (fact != NULL)
        str_addf(out, "from fact %lld: %s, %s%s", (long long)fact->id,
                 rule_trigger_word(fact->kind), fact->at,
                 fact->jurisdiction != NULL ? ", in " : "");
    if (fact != NULL && fact->jurisdiction != NULL)
        str_add(out, fact->jurisdiction);
    if (fact != NULL && duty->cascade != NULL)
        str_addf(out, ", passed on by %s", duty->cascade);
    else if (fact == NULL && duty->trigger == NULL && duty->cascade != NULL)
        str_addf(out, "it begins with what is done by %s: its clock runs", duty->cascade);
    else if (fact == NULL && duty->trigger != NULL)
        str_add(out, "from the report before it");
}

static int compare_ms(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

int duty_weigh(const struct duty_weight *a, const struct duty_weight *b)
{
    int order = compare_ms(a->legal_ms, b->legal_ms);
    if (order == 0)
        order = compare_ms(a->safe_ms, b->safe_ms);
    if (order == 0)
        order = (int)a->informs - (int)b->informs;
    return order != 0 ? order : strcmp(a->rule, b->rule);
}

static bool triggers(const struct rule *rule, enum rule_trigger kind)
{
    return (rule->trigger & BIT(kind)) != 0;
}

/* Does a rule speak of what happens outside of its own jurisdiction? */
static bool looks_abroad(const struct rule *rule)
{
    return triggers(rule, TRIGGER_FOREIGN_AUTHORITY_ACTION);
}

static bool starts(const struct matter_fact *fact, const struct rule *rule)
{
    if (!triggers(rule, fact->kind))
        return false;
    if (fact->jurisdiction == NULL || (BIT(fact->kind) & local_kinds) == 0)
        return true;
    return text_equal(fact->jurisdiction, rule->jurisdiction) != looks_abroad(rule);
}

static bool lists(const char *const *ids, size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(ids[i], id) == 0)
            return true;
    return false;
}

static bool found(const struct matter *matter, const char *jurisdiction, enum finding finding)
{
    for (size_t i = 0; i < matter->finding_count; i++)
        if (matter->findings[i].finding == finding &&
            text_equal(matter->findings[i].jurisdiction, jurisdiction))
            return true;
    return false;
}

static bool decided(const struct matter *matter, const char *jurisdiction)
{
    return found(matter, jurisdiction, FINDING_REPORTABLE) ||
           found(matter, jurisdiction, FINDING_NOT_REPORTABLE) ||
           found(matter, jurisdiction, FINDING_NOT_APPLICABLE);
}

struct making {
    struct duty_list *out;
    struct arena *arena;
    const struct duty_rules *rules;
    const struct matter *matter;
};

static int64_t safe_of(const struct explanation *e)
{
    return e->state == RULE_RUNNING ? e->due.safe_ms : INT64_MAX;
}

/* Of two clocks of one duty the earlier governs; one that runs goes before one that does not. */
static bool governs(const struct explanation *a, const struct explanation *b)
{
    if ((a->state == RULE_RUNNING) != (b->state == RULE_RUNNING))
        return a->state == RULE_RUNNING;
    return safe_of(a) != safe_of(b) ? safe_of(a) < safe_of(b)
                                    : a->state == RULE_RUNNING && a->due.legal_ms < b->due.legal_ms;
}

/* Another clock for this duty: it stays when it is the earlier one. */
static enum status try_clock(struct making *m, struct duty *duty, const char *at,
                             const struct matter_fact *fact, const char *cascade, struct err *err)
{
    struct explanation e;
    enum status status =
        explain_rule(&e, m->arena, m->rules->pack, duty->rule, at, duty->country, err);
    if (status != OK || (duty->trigger != NULL && !governs(&e, &duty->why)))
        return status;
    duty->why = e;
    duty->fact = fact;
    duty->cascade = cascade;
    duty->trigger = at;
    return OK;
}

static enum status try_reports(struct making *m, struct duty *duty, struct err *err)
{
    enum status status = OK;
    if (!triggers(duty->rule, TRIGGER_PREVIOUS_REPORT_SUBMITTED))
        return OK;
    for (size_t i = 0; status == OK && i < m->matter->report_count; i++) {
        const struct matter_report *report = &m->matter->reports[i];
        const struct rule *before = NULL;
        char at[CLOCK_TEXT];
        if (pack_rule(&before, m->rules->pack, report->rule, NULL) != OK ||
            !lists(before->follow_ups, before->follow_up_count, duty->rule->id) ||
            (report->country != NULL && duty->country != NULL &&
             !text_equal(report->country, duty->country)))
            continue;
        (void)clock_text_ms(at, report->at_ms);
        status = try_clock(m, duty, arena_strdup(m->arena, at), NULL, NULL, err);
    }
    return status;
}

/*
 * What is passed on is what was done there, not what was known: an action, or a decision on one,
 * and of a rule that informs that its customers were told.
 */
static bool passes_on(const struct matter_fact *fact, const struct rule *source)
{
    if ((BIT(fact->kind) & local_kinds) == 0)
        return false;
    if (starts(fact, source))
        return true;
    return duty_informs(source) && fact->kind == TRIGGER_CUSTOMERS_NOTIFIED &&
           (fact->jurisdiction == NULL || text_equal(fact->jurisdiction, source->jurisdiction));
}

static bool cascades_to(const struct making *m, const struct rule *source, const struct rule *rule)
{
    return lists(source->cascades, source->cascade_count, rule->id) &&
           !text_equal(source->jurisdiction, rule->jurisdiction) &&
           duty_in_scope(source, m->matter->scope) &&
           found(m->matter, source->jurisdiction, FINDING_REPORTABLE);
}

/*
 * Rules elsewhere whose action starts this one. While one of them is only known to run, this one is
 * a duty that waits for it.
 */
static enum status try_cascades(struct making *m, struct duty *duty, struct err *err)
{
    const struct pack *pack = m->rules->pack;
    enum status status = OK;
    for (size_t i = 0; i < pack->count; i++) {
        const struct rule *source = pack->rules[i];
        if (!cascades_to(m, source, duty->rule))
            continue;
        for (size_t f = 0; status == OK && f < m->matter->fact_count; f++) {
            const struct matter_fact *fact = &m->matter->facts[f];
            if (passes_on(fact, source))
                status = try_clock(m, duty, fact->at, fact, source->id, err);
            else if (starts(fact, source) && duty->trigger == NULL && duty->cascade == NULL)
                duty->cascade = source->id;
        }
    }
    return status;
}

/* Does the pack say that what is done elsewhere starts it? */
static bool begins_abroad(const struct pack *pack, const struct rule *rule)
{
    bool begins = looks_abroad(rule);
    for (size_t i = 0; !begins && i < pack->count; i++)
        begins = lists(pack->rules[i]->cascades, pack->rules[i]->cascade_count, rule->id);
    return begins;
}

/* Denied where it was done, by a person: it is believed. Not decided there is no denial. */
static bool is_done_abroad(const struct making *m, const struct matter_fact *fact,
                           const struct rule *rule)
{
    if ((BIT(fact->kind) & action_kinds) == 0 || text_equal(fact->jurisdiction, rule->jurisdiction))
        return false;
    if (fact->kind == TRIGGER_CUSTOMERS_NOTIFIED && !triggers(rule, fact->kind))
        return false;
    return fact->jurisdiction == NULL || !decided(m->matter, fact->jurisdiction) ||
           found(m->matter, fact->jurisdiction, FINDING_REPORTABLE);
}

/* Also where no rule of that place passes it on, or nobody has decided anything there. */
static enum status try_abroad(struct making *m, struct duty *duty, struct err *err)
{
    const bool begins = begins_abroad(m->rules->pack, duty->rule);
    enum status status = OK;
    for (size_t i = 0; begins && status == OK && i < m->matter->fact_count; i++)
        if (is_done_abroad(m, &m->matter->facts[i], duty->rule))
            status = try_clock(m, duty, m->matter->facts[i].at, &m->matter->facts[i], NULL, err);
    return status;
}

/* only_cascade: nothing was decided here, so only what happens elsewhere makes it a duty. */
static enum status add_duty(struct making *m, const struct rule *rule, const char *country,
                            bool only_cascade, struct err *err)
{
    struct duty duty = {.rule = rule, .country = country};
    const enum rule_use use = m->rules->use(m->rules->context, rule);
    if (duty_waived(m->matter, rule->id, country))
        return OK;
    enum status status =
        explain_rule(&duty.why, m->arena, m->rules->pack, rule, NULL, country, err);
    for (size_t i = 0; status == OK && !only_cascade && i < m->matter->fact_count; i++)
        if (starts(&m->matter->facts[i], rule))
            status = try_clock(m, &duty, m->matter->facts[i].at, &m->matter->facts[i], NULL, err);
    if (status == OK && !only_cascade)
        status = try_reports(m, &duty, err);
    if (status == OK)
        status = try_cascades(m, &duty, err);
    if (status == OK)
        status = try_abroad(m, &duty, err);
    if (status != OK || (only_cascade && duty.trigger == NULL && duty.cascade == NULL))
        return status;
    if (use == USE_ENABLED) {
        arena_push(m->arena, &m->out->duties, &m->out->count, sizeof duty, &duty);
    } else {
        const struct duty_unused unused = {.rule = rule, .use = use};
        arena_push(m->arena, &m->out->unused, &m->out->unused_count, sizeof unused, &unused);
    }
    return OK;
}

enum status duty_compute(struct duty_list *out, struct arena *arena, const struct duty_rules *rules,
                         const struct matter *matter, struct err *err)
{
    struct making m = {.out = out, .arena = arena, .rules = rules, .matter = matter};
    enum status status = OK;
    *out = (struct duty_list){0};
    for (size_t i = 0; status == OK && i < rules->pack->count; i++) {
        const struct rule *rule = rules->pack->rules[i];
        if (!duty_in_scope(rule, matter->scope))
            continue;
        if (!decided(matter, rule->jurisdiction))
            status = add_duty(&m, rule, NULL, true, err);
        for (size_t f = 0; status == OK && f < matter->finding_count; f++)
            if (matter->findings[f].finding == FINDING_REPORTABLE &&
                text_equal(matter->findings[f].jurisdiction, rule->jurisdiction))
                status = add_duty(&m, rule, matter->findings[f].country, false, err);
    }
    return status;
}
