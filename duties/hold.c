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

static bool follows(const struct rule *before, const struct rule *rule)
{
    for (size_t i = 0; i < before->follow_up_count; i++)
        if (strcmp(before->follow_ups[i], rule->id) == 0)
            return true;
    return false;
}

/* Is it a report of this rule itself, or, draft, of one that this rule follows? */
static bool is_of(const struct matter_report *report, const struct pack *pack,
                  const struct rule *rule, bool draft)
{
    const struct rule *before = NULL;
    if (!draft)
        return text_equal(report->rule, rule->id);
    return pack_rule(&before, pack, report->rule, NULL) == OK && follows(before, rule);
}

/* The last report for a country, 0: none. One that names no country is for all of them. */
static int64_t handed_in_for(const char *country, const struct pack *pack, const struct rule *rule,
                             const struct matter *matter, bool draft)
{
    int64_t last = 0;
    for (size_t i = 0; i < matter->report_count; i++) {
        const struct matter_report *report = &matter->reports[i];
        if ((report->country == NULL || text_equal(report->country, country)) &&
            is_of(report, pack, rule, draft) && report->at_ms > last)
            last = report->at_ms;
    }
    return last;
}

static bool asks_for(const struct matter_finding *finding, const struct matter *matter,
                     const struct rule *rule)
{
    return finding->finding == FINDING_REPORTABLE &&
           text_equal(finding->jurisdiction, rule->jurisdiction) &&
           !duty_waived(matter, rule->id, finding->country);
}

static bool is_decided(const struct matter *matter, const char *jurisdiction, const char *country)
{
    for (size_t i = 0; i < matter->finding_count; i++) {
        const struct matter_finding *f = &matter->findings[i];
        if (text_equal(f->jurisdiction, jurisdiction) &&
            (f->country == NULL || text_equal(f->country, country)))
            return true;
    }
    return false;
}

/* What was decided for one country is no word about its neighbour. */
static bool is_open(const struct pack *pack, const struct matter *matter, const struct rule *rule)
{
    const struct jurisdiction *j = pack_jurisdiction(pack, rule->jurisdiction);
    for (size_t i = 0; i < j->place_count; i++)
        if (!is_decided(matter, rule->jurisdiction, j->places[i].country))
            return true;
    return false;
}

/* When the last country that it is reportable in was served, 0 while one is missing or nobody
 * decided about it: the hold is one for all of them, and what one authority has is no word of
 * another one. A report that names no country is for all. */
static int64_t handed_in(const struct pack *pack, const struct rule *rule,
                         const struct matter *matter, bool draft)
{
    int64_t last = 0;
    bool any = false;
    for (size_t i = 0; i < matter->finding_count; i++) {
        if (!asks_for(&matter->findings[i], matter, rule))
            continue;
        const int64_t at = handed_in_for(matter->findings[i].country, pack, rule, matter, draft);
        if (at == 0)
            return 0;
        any = true;
        last = at > last ? at : last;
    }
    const int64_t for_all = handed_in_for(NULL, pack, rule, matter, draft);
    if (for_all == 0 && is_open(pack, matter, rule))
        return 0;
    return any ? last : for_all;
}

/* Wanted where one finding says so, or while a place has none. A rule waived everywhere holds
 * nothing. */
static bool is_wanted(enum hold_why *why, const struct pack *pack, const struct matter *matter,
                      const struct rule *rule)
{
    *why = HOLD_BY_RULE;
    for (size_t i = 0; i < matter->finding_count; i++)
        if (asks_for(&matter->findings[i], matter, rule))
            return true;
    *why = HOLD_NOT_DECIDED;
    return is_open(pack, matter, rule) && !duty_waived(matter, rule->id, NULL);
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
            rules->use(rules->context, rule) != USE_ENABLED ||
            !is_wanted(&hold.why, rules->pack, matter, rule))
            continue;
        hold.over = handed_in(rules->pack, rule, matter, false) > 0;
        if (rule->hold == HOLD_AWAIT_COMMENT) {
            const int64_t draft = handed_in(rules->pack, rule, matter, true);
            hold.over = false; /* users are told behind it: that they were ends nothing */
            if (draft > 0)
                status = window_end(&hold.until_ms, rules->pack, rule, draft, err);
        }
        arena_push(arena, out, count, sizeof hold, &hold);
    }
    return status;
}
