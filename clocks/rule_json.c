#include "clocks/rule_sheet.h"

#include "clocks/pack.h"

static void add_set(struct json_out *j, const char *name, const char *const *words, unsigned set)
{
    json_out_array(j, name);
    for (unsigned i = 0; words[i] != NULL; i++)
        if ((set & 1u << i) != 0)
            json_out_text(j, NULL, words[i]);
    json_out_end(j);
}

static void add_ids(struct json_out *j, const char *name, const char *const *ids, size_t count)
{
    json_out_array(j, name);
    for (size_t i = 0; i < count; i++)
        json_out_text(j, NULL, ids[i]);
    json_out_end(j);
}

static void add_counting(struct json_out *j, const struct rule *rule)
{
    json_out_object(j, "period");
    json_out_int(j, "n", rule->period_n);
    json_out_text(j, "unit", rule_units[rule->period_unit]);
    json_out_end(j);
    json_out_object(j, "counting");
    json_out_text(j, "day_0", rule->day0 == DAY0_FACT_DAY ? "fact_day" : "day_before");
    json_out_text(j, "roll", rule->roll == ROLL_NONE ? "none" : "next_working_day");
    json_out_int(j, "min_working_days", rule->min_working_days);
    json_out_text(j, "holidays", rule->holidays == HOLIDAYS_NONE ? "none" : "national");
    json_out_end(j);
    json_out_object(j, "hold");
    json_out_text(j, "kind", rule_holds[rule->hold]);
    json_out_int(j, "n", rule->hold_n);
    json_out_text(j, "unit", rule_units[rule->hold_unit]);
    json_out_end(j);
}

static void add_origin(struct json_out *j, const struct rule *rule)
{
    json_out_object(j, "citation");
    json_out_text(j, "instrument", rule->instrument);
    json_out_text(j, "article", rule->article);
    json_out_end(j);
    json_out_text(j, "read_in", rule->read_in);
    json_out_text(j, "effective_from", rule->effective_from);
    json_out_text(j, "effective_to", rule->effective_to);
    json_out_text(j, "verified_by", rule->verified_by);
    json_out_text(j, "verified_on", rule->verified_on);
    json_out_text(j, "confirmed_by", rule->signed_off != NULL ? rule->signed_off->by : NULL);
    json_out_text(j, "confirmed_on", rule->signed_off != NULL ? rule->signed_off->on : NULL);
    json_out_text(j, "file", rule->file);
    json_out_int(j, "line", rule->line);
    json_out_text(j, "sha256", rule->sha256);
}

void rule_json(struct json_out *j, const struct rule *rule, enum rule_use use)
{
    json_out_object(j, NULL);
    json_out_text(j, "schema", "tocsin.rules.rule/1");
    json_out_text(j, "id", rule->id);
    json_out_int(j, "version", rule->version);
    json_out_text(j, "title", rule->title);
    json_out_text(j, "status", rule_status_word(rule));
    json_out_text(j, "use", rule_use_word(use));
    json_out_text(j, "jurisdiction", rule->jurisdiction);
    json_out_text(j, "authority", rule->authority);
    add_set(j, "scope", rule_scopes, rule->scope);
    add_set(j, "trigger", rule_triggers, rule->trigger);
    json_out_text(j, "condition", rule->condition);
    add_set(j, "recipients", rule_recipients, rule->recipients);
    add_set(j, "copies", rule_copies, rule->copies);
    json_out_text(j, "copies_by", rule->copies_by);
    add_counting(j, rule);
    add_ids(j, "follow_ups", rule->follow_ups, rule->follow_up_count);
    add_ids(j, "cascades", rule->cascades, rule->cascade_count);
    json_out_text(j, "deliverable", rule_deliverables[rule->deliverable]);
    json_out_text(j, "closes_on", rule->closes_on);
    add_origin(j, rule);
    json_out_int(j, "tests", (int64_t)rule->test_count);
    json_out_end(j);
}
