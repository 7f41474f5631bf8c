#include "clocks/rule.h"

#include "clocks/count.h"
#include "clocks/rule_sheet.h"

#include <string.h>

#define ID_SIGNS "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"

const char *rule_trigger_word(enum rule_trigger trigger)
{
    return rule_triggers[trigger];
}

const char *rule_unit_word(enum rule_unit unit)
{
    return rule_units[unit];
}

const char *rule_hold_word(enum rule_hold hold)
{
    return rule_holds[hold];
}

const char *rule_deliverable_word(enum rule_deliverable deliverable)
{
    return rule_deliverables[deliverable];
}

const char *rule_state_word(enum rule_state state)
{
    return rule_states[state];
}

const char *rule_status_word(const struct rule *rule)
{
    return rule_statuses[rule->status];
}

void rule_counting(struct counting *out, const struct rule *rule)
{
    *out = (struct counting){.unit = (enum rule_unit)rule->period_unit,
                             .n = rule->period_n,
                             .day0 = (enum rule_day0)rule->day0,
                             .roll = (enum rule_roll)rule->roll,
                             .min_working_days = rule->min_working_days,
                             .holidays = (enum rule_holidays)rule->holidays};
}

const char *place_calendar(const struct place *place)
{
    return place->calendar != NULL ? place->calendar : place->country;
}

static bool is_id(const char *id)
{
    size_t size = strlen(id);
    return size >= 2 && strspn(id, ID_SIGNS) == size && id[0] != '-' && id[size - 1] != '-';
}

/* What is wrong with its period, or NULL. */
static const char *period_fault(const struct rule *rule)
{
    const bool days = rule->period_unit == UNIT_DAYS || rule->period_unit == UNIT_MONTHS;
    const bool timeless = rule->period_unit == UNIT_NONE || rule->period_unit == UNIT_AT_ONCE;
    if (timeless && rule->period_n != 0)
        return "period.n: this unit has no number: take it out, or write h, cd, wd or month";
    if (!timeless && rule->period_unit != UNIT_DAYS && rule->period_n == 0)
        return "period.n: is 0: write how many, or the unit at_once";
    if (!days && (rule->roll != ROLL_NONE || rule->min_working_days > 0))
        return "counting: roll and min_working_days are for cd and month: take them out";
    if (!days && rule->period_unit != UNIT_WORKING_DAYS && rule->holidays != HOLIDAYS_NONE)
        return "counting.holidays: hours have no holidays: take it out";
    if (days && rule->holidays != HOLIDAYS_NONE && rule->roll == ROLL_NONE &&
        rule->min_working_days == 0)
        return "counting.holidays: nothing is counted by it: write roll or min_working_days too";
    if (rule->hold == HOLD_AWAIT_COMMENT ? rule->hold_n == 0 || rule->hold_unit <= UNIT_AT_ONCE
                                         : rule->hold_n != 0 || rule->hold_unit != UNIT_NONE)
        return "hold: n and unit belong to await_comment, and to nothing else";
    return NULL;
}

static const char *honesty_fault(const struct rule *rule)
{
    const bool verified = rule->verified_by != NULL && rule->verified_on != NULL;
    if (rule->status == RULE_LAW && !verified)
        return "verified_by: is missing: a rule read in the law (L) says who read it, and "
               "verified_on when";
    if (rule->status != RULE_LAW && (rule->verified_by != NULL || rule->verified_on != NULL))
        return "verified_by: a rule that was held against the law is L: take it out, or change "
               "status";
    if (rule->effective_from != NULL && rule->effective_to != NULL &&
        strcmp(rule->effective_from, rule->effective_to) > 0)
        return "effective_to: lies before effective_from: change one of them";
    return NULL;
}

static const char *copy_fault(const struct rule *rule)
{
    if ((rule->copies != 0) != (rule->copies_by != NULL))
        return "copies: copies and copies_by belong together: say who gets a copy, and by what";
    return NULL;
}

static enum status check_test(const struct rule *rule, const struct rule_test *test,
                              struct err *err)
{
    const char *texts[] = {test->fact, test->due_safe, test->due_legal};
    struct fact fact;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (texts[i] != NULL && fact_parse(&fact, texts[i], err) != OK)
            return err->code;
    for (size_t i = 0; i < test->never_count; i++)
        if (fact_parse(&fact, test->never[i], err) != OK)
            return err->code;
    if ((test->fact == NULL) != (test->state == RULE_WAITING))
        return err_set(err, ERR_INVALID,
                       "fact and state do not fit: without a fact it is waiting_trigger");
    const bool due = test->state == RULE_RUNNING && rule->period_unit != UNIT_NONE;
    if ((test->due_safe != NULL) != due || (test->due_legal != NULL) != due)
        return err_set(err, ERR_INVALID,
                       due ? "due_safe and due_legal are both needed: write what comes out"
                           : "nothing is due here: take due_safe and due_legal out");
    return OK;
}

static enum status check_rule(const struct rule *rule, const char *name, struct err *err)
{
    if (!is_id(rule->id))
        return err_set(err, ERR_INVALID,
                       "%s line %u: rules.id: \"%.40s\" is not the id of a rule: write capital "
                       "letters, digits and hyphens, such as EU-87-15",
                       name, rule->line, rule->id);
    const char *fault = period_fault(rule);
    if (fault == NULL)
        fault = honesty_fault(rule);
    if (fault == NULL)
        fault = copy_fault(rule);
    if (fault != NULL)
        return err_set(err, ERR_INVALID, "%s line %u: %s: %s", name, rule->line, rule->id, fault);
    for (size_t i = 0; i < rule->test_count; i++)
        if (check_test(rule, &rule->tests[i], err) != OK)
            return err_prefix(err, "%s line %u: %s: tests", name, rule->tests[i].line, rule->id);
    return OK;
}

static enum status check_file(const struct rule_file *file, const char *name, struct err *err)
{
    for (size_t i = 0; i < file->rule_count; i++) {
        enum status status = check_rule(&file->rules[i], name, err);
        if (status != OK)
            return status;
        for (size_t j = 0; j < i; j++)
            if (text_equal(file->rules[i].id, file->rules[j].id))
                return err_set(err, ERR_INVALID,
                               "%s line %u: %s: stands in line %u already: take one of the two out",
                               name, file->rules[i].line, file->rules[i].id, file->rules[j].line);
    }
    return OK;
}

enum status rule_file_parse(struct rule_file *out, struct arena *arena, const char *name,
                            struct bytes text, struct err *err)
{
    struct err local = {0};
    const struct sheet_source source = {.name = name};
    if (err == NULL)
        err = &local;
    enum status status = sheet_read(out, NULL, arena, &rule_file_sheet, &source, text, err);
    if (status == OK)
        status = check_file(out, name, err);
    if (status != OK)
        *out = (struct rule_file){0};
    return status;
}

/* "rules.period.n" opens period = { in which n stands. */
void rule_print(struct str *out, const struct rule *rule)
{
    char open[40] = "";
    for (size_t i = 0; i < rule_sheet.count; i++) {
        const struct field *field = &rule_sheet.fields[i];
        const char *name = field->name + strlen("rules.");
        const char *dot = strchr(name, '.');
        const size_t group = dot != NULL ? (size_t)(dot - name) : 0;
        struct str value;
        str_init(&value, SHEET_LIMIT);
        if (value_print(&value, field, rule)) {
            if (open[0] != '\0' && (strlen(open) != group || strncmp(open, name, group) != 0)) {
                str_add(out, "};\n");
                open[0] = '\0';
            }
            if (group > 0 && group < sizeof open && open[0] == '\0') {
                memcpy(open, name, group);
                open[group] = '\0';
                str_addf(out, "%s = {\n", open);
            }
            str_addf(out, "%s%s = %s;\n", group > 0 ? "    " : "", group > 0 ? dot + 1 : name,
                     str_text(&value));
        }
        str_dispose(&value);
    }
    if (open[0] != '\0')
        str_add(out, "};\n");
}

void rule_period_words(struct str *out, enum rule_unit unit, int64_t n)
{
    static const char *const words[] = {"no time",      "at once",     "hour",
                                        "calendar day", "working day", "month"};
    if (unit > UNIT_AT_ONCE && n == 0)
        str_add(out, "on the day itself");
    else if (unit > UNIT_AT_ONCE)
        str_addf(out, "%lld %s%s", (long long)n, words[unit], n == 1 ? "" : "s");
    else
        str_add(out, words[unit]);
}

static void add_set(struct str *out, const char *const *words, unsigned set)
{
    const char *between = "";
    for (unsigned i = 0; words[i] != NULL; i++)
        if ((set & 1u << i) != 0) {
            str_addf(out, "%s%s", between, words[i]);
            between = ", ";
        }
}

void rule_trigger_words(struct str *out, const struct rule *rule)
{
    add_set(out, rule_triggers, rule->trigger);
}

void rule_recipient_words(struct str *out, const struct rule *rule)
{
    add_set(out, rule_recipients, rule->recipients);
}

bool rule_tells_representative(const struct rule *rule)
{
    return (rule->recipients & (1u << PARTY_REPRESENTATIVE)) != 0 ||
           (rule->copies & (1u << COPY_TO_REPRESENTATIVE)) != 0;
}

void rule_scope_words(struct str *out, const struct rule *rule)
{
    add_set(out, rule_scopes, rule->scope);
}

/* Lists inside lists come behind: the page of a list shows one level. */
static void print_inner(struct str *out, const struct sheet *sheet)
{
    for (size_t i = 0; i < sheet->count; i++)
        if (sheet->fields[i].items != NULL)
            sheet_print_manual(out, sheet->fields[i].items);
}

void rule_print_manual(struct str *out)
{
    sheet_print_manual(out, &rule_file_sheet);
    for (size_t i = 0; i < rule_file_sheet.count; i++)
        print_inner(out, rule_file_sheet.fields[i].items);
}
