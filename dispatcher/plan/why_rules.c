#include "dispatcher/plan/why_rules.h"

#include "base/str.h"

const char *why_representative(const char *country)
{
    if (text_equal(country, "CH"))
        return "our CH-REP, the authorised representative in Switzerland";
    if (text_equal(country, "GB"))
        return "our UK Responsible Person";
    return "our authorised representative";
}

void why_rules_open(struct rulebook *out, struct app *app)
{
    struct err why = {0};
    if (rulebook_open(out, app, &why) == OK)
        return;
    rulebook_close(out);
    *out = (struct rulebook){.doubt = why};
}

static bool names(const struct rulebook *rules, const struct rule *rule, const struct party *party)
{
    const struct jurisdiction *where = pack_jurisdiction(rules->pack, rule->jurisdiction);
    const bool named = (rule->recipients & (1u << party->kind)) != 0 ||
                       (party->kind == PARTY_REPRESENTATIVE && rule_tells_representative(rule));
    if (!named || where == NULL)
        return false;
    for (size_t i = 0; i < where->place_count; i++)
        if (text_equal(where->places[i].country, party->country))
            return true;
    return false;
}

void why_rules_say(struct str *out, const struct rulebook *rules, const struct party *party)
{
    size_t count = 0;
    str_addf(out, "rules that name a %s in %s:", party_kind_word(party->kind), party->country);
    if (rules->pack == NULL) {
        str_addf(out, " not known: %s\n", rules->doubt.text);
        return;
    }
    for (size_t i = 0; i < rules->pack->count; i++) {
        const struct rule *rule = rules->pack->rules[i];
        if (!names(rules, rule, party))
            continue;
        str_addf(out, "%s  %-13s %s: %s (%s)\n", count++ == 0 ? "\n" : "", rule->id,
                 rule->jurisdiction, rule->title, rule_use_word(rulebook_use(rules, rule)));
    }
    if (count == 0)
        str_add(out, " none\n");
}

void why_rules_json(struct json_out *j, const struct rulebook *rules, const struct party *party)
{
    if (rules->pack == NULL) {
        json_out_null(j, "rules");
        return;
    }
    json_out_array(j, "rules");
    for (size_t i = 0; i < rules->pack->count; i++) {
        const struct rule *rule = rules->pack->rules[i];
        if (!names(rules, rule, party))
            continue;
        json_out_object(j, NULL);
        json_out_text(j, "rule", rule->id);
        json_out_text(j, "jurisdiction", rule->jurisdiction);
        json_out_text(j, "authority", rule->authority);
        json_out_text(j, "use", rule_use_word(rulebook_use(rules, rule)));
        json_out_end(j);
    }
    json_out_end(j);
}
