#include "duties/hold.h"

#include "base/clock.h"

#include <assert.h>
#include <string.h>

const char *hold_why_word(enum hold_why why)
{
    static const char *const words[HOLD_WHY_COUNT] = {
        [HOLD_BY_RULE] = "rule", [HOLD_NOT_DECIDED] = "undecided"};
    assert(why < HOLD_WHY_COUNT);
    return words[why];
}

bool hold_stops(enum party_kind kind)
{
    return kind != PARTY_REGULATOR && kind != PARTY_REPRESENTATIVE && kind != PARTY_COMPLAINT;
}

/* Until when authorities have time to comment on what was handed in then: in the place of the
 * jurisdiction where that ends last, because the hold is one for all of them. */
static enum status window_end(int64_t *out_ms, const struct pack *pack, const struct rule *rule,
                              int64_t from_ms, struct err *err)
{
    const struct jurisdiction *j = pack_jurisdiction(pack, rule->jurisdiction);
    const struct counting counting = {
        .unit = (enum rule_unit)rule->hold_unit, .n = rule->hold_n, .holidays = HOLIDAYS_NATIONAL};
    const struct fact fact = {.at_ms = from_ms};
    struct rule by_calendar = *rule;
    by_calendar.holidays = HOLIDAYS_NATIONAL;
    for (size_t i = 0; i < j->place_count; i++) {
        struct opened opened = {0};
        struct due due;
        enum status status = pack_ground(&opened, pack, &by_calendar, j->places[i].country, err);
        if (status != OK)
            return status;
        count_due(&due, NULL, &counting, &fact, &opened.ground);
        if (due.kind != DUE_NONE && due.legal_ms > *out_ms)
            *out_ms = due.legal_ms;
        opened_close(&opened);
    }
    return OK;
}

/* The draft is what the rule before it asks for: the last one counts, it is what they comment. */
static int64_t draft_at(const struct pack *pack, const struct rule *rule,
                        const struct matter *matter)
{
    int64_t last = 0;
    for (size_t i = 0; i < matter->report_count; i++) {
        const struct rule *before = NULL;
        if (pack_rule(&before, pack, matter->reports[i].rule, NULL) != OK)
            continue;
        for (size_t f = 0; f < before->follow_up_count; f++)
            if (strcmp(before->follow_ups[f], rule->id) == 0 && matter->reports[i].at_ms > last)
                last = matter->reports[i].at_ms;
    }
    return last;
}

static bool reported(const struct matter *matter, const struct rule *rule)
{
    for (size_t i = 0; i < matter->report_count; i++)
        if (text_equal(matter->reports[i].rule, rule->id))
            return true;
    return false;
}

/* Wanted where one finding says so, or where there is none; a rule waived everywhere holds nothing.
 */
static bool is_wanted(enum hold_why *why, const struct matter *matter, const struct rule *rule)
{
    bool any = false;
    for (size_t i = 0; i < matter->finding_count; i++) {
        const struct matter_finding *f = &matter->findings[i];
        if (!text_equal(f->jurisdiction, rule->jurisdiction))
            continue;
        any = true;
        if (f->finding == FINDING_REPORTABLE && !duty_waived(matter, rule->id, f->country)) {
            *why = HOLD_BY_RULE;
            return true;
        }
    }
    *why = HOLD_NOT_DECIDED;
    return !any && !duty_waived(matter, rule->id, NULL);
}

enum status hold_compute(struct hold **out, size_t *count, struct arena *arena,
                         const struct duty_rules *rules, const struct matter *matter,
                         struct err *err)
{
    enum status status = OK;
    *out = NULL;
    *count = 0;
    for (size_t i = 0; status == OK && i < rules->pack->count; i++) {
        const struct rule *rule = rules->pack->rules[i];
        struct hold hold = {.rule = rule};
        if (rule->hold == HOLD_NONE || !duty_in_scope(rule, matter->scope) ||
            rules->use(rules->context, rule) != USE_ENABLED || !is_wanted(&hold.why, matter, rule))
            continue;
        hold.over = reported(matter, rule);
        if (rule->hold == HOLD_AWAIT_COMMENT) {
            const int64_t draft = draft_at(rules->pack, rule, matter);
            hold.over = false; /* users are told behind it: that they were ends nothing */
            if (draft > 0)
                status = window_end(&hold.until_ms, rules->pack, rule, draft, err);
        }
        arena_push(arena, out, count, sizeof hold, &hold);
    }
    return status;
}
