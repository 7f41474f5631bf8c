#include "clocks/explain.h"

#include <string.h>

/* The day on which the fact happened, by the authority's clocks. */
static struct date fact_day(const struct fact *fact, const struct ground *ground)
{
    struct date day = fact->date;
    if (!fact->dated)
        zone_local(&day, NULL, NULL, ground->zone, fact->at_ms);
    return day;
}

/* Was the rule in force on that day? Days as text compare as days. */
static bool in_force(struct steps *steps, const struct rule *rule, struct date day)
{
    char text[DATE_TEXT];
    (void)date_text(text, day);
    if (rule->effective_from != NULL && strcmp(text, rule->effective_from) < 0) {
        steps_add(steps, "in force since %s, the fact is of %s: no clock runs",
                  rule->effective_from, text);
        return false;
    }
    if (rule->effective_to != NULL && strcmp(text, rule->effective_to) > 0) {
        steps_add(steps, "in force until %s, the fact is of %s: no clock runs", rule->effective_to,
                  text);
        return false;
    }
    return true;
}

static void add_head(struct steps *steps, const struct rule *rule)
{
    struct str words;
    struct str period;
    str_init(&words, STR_LIMIT_LINE);
    str_init(&period, STR_LIMIT_LINE);
    rule_trigger_words(&words, rule);
    rule_period_words(&period, (enum rule_unit)rule->period_unit, rule->period_n);
    steps_add(steps, "%s %s: %s after %s", rule->instrument, rule->article, str_text(&period),
              str_text(&words));
    str_dispose(&words);
    str_dispose(&period);
}

static void add_hold(struct steps *steps, const struct rule *rule)
{
    struct str window;
    str_init(&window, STR_LIMIT_LINE);
    rule_period_words(&window, (enum rule_unit)rule->hold_unit, rule->hold_n);
    switch ((enum rule_hold)rule->hold) {
    case HOLD_NONE:
        break;
    case HOLD_BEFORE_ACTION:
        steps_add(steps, "hold: the authority is told before the action is taken");
        break;
    case HOLD_AWAIT_COMMENT:
        steps_add(steps, "hold: the authority has %s for comment before others are told",
                  str_text(&window));
        break;
    case HOLD_AWAIT_AGREEMENT:
        steps_add(steps, "hold: the authority's agreement comes before others are told");
        break;
    }
    str_dispose(&window);
}

static void add_texts(struct explanation *e, struct arena *arena, const struct ground *ground)
{
    char safe[COUNT_INSTANT_TEXT];
    char legal[COUNT_INSTANT_TEXT];
    if (e->due.kind == DUE_NONE)
        return;
    if (e->due.kind == DUE_DAY) {
        (void)date_text(safe, e->due.safe);
        (void)date_text(legal, e->due.legal);
    } else {
        (void)count_instant_text(safe, ground->zone, e->due.safe_ms);
        (void)count_instant_text(legal, ground->zone, e->due.legal_ms);
    }
    e->due_safe = arena_strdup(arena, safe);
    e->due_legal = arena_strdup(arena, legal);
}

enum status explain_rule(struct explanation *out, struct arena *arena, const struct pack *pack,
                         const struct rule *rule, const char *fact_text, const char *country,
                         struct err *err)
{
    struct opened opened = {0};
    struct steps steps = {.arena = arena};
    struct counting counting;
    struct fact fact = {0};
    *out = (struct explanation){.rule = rule, .state = RULE_WAITING};
    out->due = (struct due){.safe_ms = INT64_MAX, .legal_ms = INT64_MAX};
    enum status status = pack_ground(&opened, pack, rule, country, err);
    if (status == OK && fact_text != NULL)
        status = fact_parse(&fact, fact_text, err);
    if (status != OK)
        goto done;
    out->country = arena_strdup(arena, opened.ground.country);
    add_head(&steps, rule);
    if (fact_text == NULL) {
        struct str words;
        str_init(&words, STR_LIMIT_LINE);
        rule_trigger_words(&words, rule);
        steps_add(&steps, "none of these has happened: %s: no clock runs yet", str_text(&words));
        str_dispose(&words);
    } else if (!in_force(&steps, rule, fact_day(&fact, &opened.ground))) {
        out->state = RULE_NOT_IN_FORCE;
    } else {
        out->state = RULE_RUNNING;
        rule_counting(&counting, rule);
        count_due(&out->due, &steps, &counting, &fact, &opened.ground);
        add_texts(out, arena, &opened.ground);
    }
    add_hold(&steps, rule);
    out->steps = steps.text;
    out->step_count = steps.count;
done:
    opened_close(&opened);
    return status;
}

static void print_due(struct str *out, const char *name, const struct explanation *e,
                      const char *text, struct date day)
{
    char words[COUNT_DAY_TEXT];
    const char *shown = text;
    if (text == NULL)
        shown = e->state == RULE_RUNNING ? "no time is set" : "-";
    else if (e->due.kind == DUE_DAY)
        shown = count_day_text(words, day);
    str_addf(out, "%-11s%s\n", name, shown);
}

void explain_print(struct str *out, const struct explanation *e, enum rule_use use,
                   const char *note)
{
    str_addf(out, "%s, version %lld: %s\n", e->rule->id, (long long)e->rule->version,
             e->rule->title);
    str_addf(out, "%-11s%s\n", "tell", e->rule->authority);
    str_addf(out, "%-11s%s\n", "if", e->rule->condition);
    str_addf(out, "%-11s%s\n", "state", rule_state_word(e->state));
    print_due(out, "due, safe", e, e->due_safe, e->due.safe);
    print_due(out, "due, legal", e, e->due_legal, e->due.legal);
    for (size_t i = 0; i < e->step_count; i++)
        str_addf(out, "  %zu. %s\n", i + 1, e->steps[i]);
    str_addf(out, "%-11s%s%s%s\n", "use", use == USE_NOT_ADOPTED ? "" : rule_use_word(use),
             use == USE_NOT_ADOPTED ? "" : ": ", note);
}

void explain_json(struct json_out *j, const struct explanation *e, enum rule_use use,
                  const char *note)
{
    json_out_object(j, NULL);
    json_out_text(j, "schema", "tocsin.rules.explain/1");
    json_out_text(j, "rule", e->rule->id);
    json_out_int(j, "version", e->rule->version);
    json_out_text(j, "country", e->country);
    json_out_text(j, "state", rule_state_word(e->state));
    json_out_text(j, "due_safe", e->due_safe);
    json_out_text(j, "due_legal", e->due_legal);
    json_out_array(j, "derivation");
    for (size_t i = 0; i < e->step_count; i++)
        json_out_text(j, NULL, e->steps[i]);
    json_out_text(j, NULL, note);
    json_out_end(j);
    json_out_text(j, "use", rule_use_word(use));
    json_out_end(j);
}
