#include "clocks/rule_sheet.h"

#include "clocks/rule.h"

#define IN(member) .offset = offsetof(struct rule_file, member)
#define AT(member) .offset = offsetof(struct place, member)
#define OF(member) .offset = offsetof(struct jurisdiction, member)
#define BY(member) .offset = offsetof(struct confirmed, member)
#define TO(member) .offset = offsetof(struct rule_test, member)
#define RU(member) .offset = offsetof(struct rule, member)
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

const char *const rule_statuses[] = {"L", "Q", "M", NULL};
const char *const rule_triggers[] = {"aware_any_employee",
                                     "aware_manager",
                                     "aware_representative",
                                     "learned_of_vulnerability",
                                     "exploitation_evidence",
                                     "decision_to_recall",
                                     "initiated_action",
                                     "before_action",
                                     "customers_notified",
                                     "measure_available",
                                     "previous_report_submitted",
                                     "new_information",
                                     "authority_request",
                                     "foreign_authority_action",
                                     "action_completed",
                                     "fixed_date",
                                     NULL};
const char *const rule_units[] = {"none", "at_once", "h", "cd", "wd", "month", NULL};
const char *const rule_holds[] = {"none", "before_action", "await_comment", "await_agreement",
                                  NULL};
const char *const rule_deliverables[] = {"advisory", "form",   "draft_notice",
                                         "call",     "record", NULL};
const char *const rule_states[] = {"running", "waiting_trigger", "not_in_force", NULL};
const char *const rule_scopes[] = {"mdr", "ivdr", "cra", "any", NULL};
/* The kinds of party (base/word.h), and our own file. */
const char *const rule_recipients[] = {
    "regulator",      "complaint",   "hdo",      "distributor", "importer",
    "representative", "coordinator", "reporter", "file",        NULL};
const char *const rule_copies[] = {"representative", NULL};
static const char *const day0_words[] = {"fact_day", "day_before", NULL};
static const char *const roll_words[] = {"none", "next_working_day", NULL};
static const char *const holiday_words[] = {"none", "national", NULL};

static const struct field place_fields[] = {
    {"jurisdictions.places.country", FIELD_COUNTRY, .needed = true, .sample = "\"DE\"", AT(country),
     .about = "A country of it."},
    {"jurisdictions.places.zone", FIELD_TEXT, .needed = true, .sample = "\"Europe/Berlin\"",
     .max = 60, AT(zone), .about = "Time zone of its authority (IANA)."},
    {"jurisdictions.places.calendar", FIELD_TEXT, .sample = "\"GB-NIR\"", .max = 6, AT(calendar),
     .about = "Calendar of public holidays; without it that of the country."},
};
static const struct sheet place_sheet = {place_fields, COUNT(place_fields), sizeof(struct place),
                                         60, 0};

static const struct field jurisdiction_fields[] = {
    {"jurisdictions.id", FIELD_TEXT, .needed = true, .sample = "\"EU\"", .max = 12, OF(id),
     .about = "What rules call it."},
    {"jurisdictions.name", FIELD_TEXT, .needed = true, .sample = "\"European Union\"", .max = 100,
     OF(name), .about = "Its name."},
    {"jurisdictions.zone", FIELD_TEXT, .needed = true, .sample = "\"UTC\"", .max = 60, OF(zone),
     .about = "Time zone (IANA) in which days are counted when no country is said."},
    {"jurisdictions.places", FIELD_ITEMS, .needed = true,
     .sample = "( { country = \"DE\"; zone = \"Europe/Berlin\"; } )", OF(places),
     .extra = offsetof(struct jurisdiction, place_count), .items = &place_sheet,
     .about = "The countries in it."},
};
static const struct sheet jurisdiction_sheet = {jurisdiction_fields, COUNT(jurisdiction_fields),
                                                sizeof(struct jurisdiction), 60,
                                                offsetof(struct jurisdiction, line)};

static const struct field confirmed_fields[] = {
    {"confirmed.rule", FIELD_TEXT, .needed = true, .sample = "\"EU-CRA-24\"", .max = 40, BY(rule),
     .about = "Id of a rule that ships as Q."},
    {"confirmed.version", FIELD_NUMBER, .needed = true, .sample = "1", .min = 1, .max = 9999,
     BY(version), .about = "The version that was read; another one is not confirmed by it."},
    {"confirmed.by", FIELD_PERSON_ID, .needed = true, .sample = "\"meyer\"", BY(by),
     .about = "Id of the person who read the law behind it."},
    {"confirmed.on", FIELD_DATE, .needed = true, .sample = "\"2026-11-20\"", BY(on),
     .about = "When."},
    {"confirmed.read_in", FIELD_TEXT, .needed = true, .sample = "\"OJ L, 2024/2847, Article 14\"",
     .max = 300, BY(read_in), .about = "What was read."},
};
static const struct sheet confirmed_sheet = {confirmed_fields, COUNT(confirmed_fields),
                                             sizeof(struct confirmed), 100,
                                             offsetof(struct confirmed, line)};

static const struct field test_fields[] = {
    {"rules.tests.fact", FIELD_TEXT, .sample = "\"2026-11-23\"", .max = 40, TO(fact),
     .about = "Day or instant of the trigger; without it the trigger has not happened."},
    {"rules.tests.country", FIELD_COUNTRY, .sample = "\"DE\"", TO(country),
     .about = "Country whose holidays count; without it none do."},
    {"rules.tests.state", FIELD_WORD, .preset = "running", TO(state), .words = rule_states,
     .about = "What state comes out: running, waiting_trigger or not_in_force."},
    {"rules.tests.due_safe", FIELD_TEXT, .sample = "\"2026-12-08\"", .max = 40, TO(due_safe),
     .about = "Due without any relief, a day or an instant; without it there is none."},
    {"rules.tests.due_legal", FIELD_TEXT, .sample = "\"2026-12-08\"", .max = 40, TO(due_legal),
     .about = "Due with the relief that the law gives."},
    {"rules.tests.never", FIELD_TEXTS, .sample = "[ \"2026-12-12\" ]", TO(never),
     .extra = offsetof(struct rule_test, never_count),
     .about = "Wrong values that are found in the wild and must never come out."},
    {"rules.tests.why", FIELD_TEXT, .sample = "\"the eighth is a holiday in Austria\"", .max = 300,
     TO(why), .about = "What the example shows."},
};
static const struct sheet test_sheet = {test_fields, COUNT(test_fields), sizeof(struct rule_test),
                                        40, offsetof(struct rule_test, line)};

static const struct field rule_fields[] = {
    {"rules.id", FIELD_TEXT, .needed = true, .sample = "\"EU-87-15\"", .max = 40, RU(id),
     .about = "What commands, cases and records call the rule: capital letters, digits, hyphens."},
    {"rules.version", FIELD_NUMBER, .needed = true, .sample = "1", .min = 1, .max = 9999,
     RU(version),
     .about = "Raised by one whenever anything in the rule changes; every computed date keeps it."},
    {"rules.title", FIELD_TEXT, .needed = true, .sample = "\"Serious incident\"", .max = 200,
     RU(title), .about = "What it is about, for people."},
    {"rules.status", FIELD_WORD, .needed = true, .sample = "\"L\"", RU(status),
     .words = rule_statuses,
     .about = "L: read in the law itself, in use once adopted. Q: known from quotations, to be "
              "confirmed first. M: not sure, never in use."},
    {"rules.jurisdiction", FIELD_TEXT, .needed = true, .sample = "\"EU\"", .max = 12,
     RU(jurisdiction), .about = "Id of a jurisdiction of the pack."},
    {"rules.authority", FIELD_TEXT, .needed = true,
     .sample = "\"competent authority of the state of occurrence\"", .max = 200, RU(authority),
     .about = "Whom the duty is owed to, in words."},
    {"rules.scope", FIELD_WORDS, .needed = true, .sample = "[ \"mdr\" ]", RU(scope),
     .words = rule_scopes, .about = "Products it is for: mdr, ivdr, cra, any."},
    {"rules.trigger", FIELD_WORDS, .needed = true, .sample = "[ \"aware_any_employee\" ]",
     RU(trigger), .words = rule_triggers,
     .about = "Kinds of fact that start the clock; of several facts the earliest governs."},
    {"rules.condition", FIELD_TEXT, .needed = true, .sample = "\"serious incident\"", .max = 400,
     RU(condition), .about = "What a person confirms before the duty exists."},
    {"rules.recipients", FIELD_WORDS, .needed = true, .sample = "[ \"regulator\" ]", RU(recipients),
     .words = rule_recipients, .about = "Kinds of party who are told; file is the maker's own."},
    {"rules.copies", FIELD_WORDS, .sample = "[ \"representative\" ]", RU(copies),
     .words = rule_copies,
     .about = "Who else gets a copy of every notice in this jurisdiction, though the duty is not "
              "owed to them. A representative is left out where no rule names it here or under "
              "recipients, and the rules are adopted as they stand."},
    {"rules.copies_by", FIELD_TEXT, .sample = "\"the maker's decision\"", .max = 300, RU(copies_by),
     .about = "By what they get it: a clause, a contract, the maker's decision."},
    {"rules.period.n", FIELD_NUMBER, .preset = "0", .min = 0, .max = 3660, RU(period_n),
     .about = "How many."},
    {"rules.period.unit", FIELD_WORD, .needed = true, .sample = "\"cd\"", RU(period_unit),
     .words = rule_units,
     .about = "h: elapsed hours. cd: calendar days. wd: working days, Monday to Friday. month. "
              "at_once: with the fact itself. none: the law sets no time."},
    {"rules.counting.day_0", FIELD_WORD, .preset = "fact_day", RU(day0), .words = day0_words,
     .about = "fact_day: the day of the fact is not counted. day_before: it is day 1."},
    {"rules.counting.roll", FIELD_WORD, .preset = "none", RU(roll), .words = roll_words,
     .about = "Relief when the last day is a Saturday, Sunday or holiday."},
    {"rules.counting.min_working_days", FIELD_NUMBER, .preset = "0", .min = 0, .max = 10,
     RU(min_working_days), .about = "Relief: so many working days the period holds at least."},
    {"rules.counting.holidays", FIELD_WORD, .preset = "none", RU(holidays), .words = holiday_words,
     .about = "national: public holidays of the country are no working days. none: no holiday "
              "gives relief."},
    {"rules.hold.kind", FIELD_WORD, .preset = "none", RU(hold), .words = rule_holds,
     .about = "What has to be waited for before others of the jurisdiction are told: "
              "before_action, await_comment, await_agreement."},
    {"rules.hold.n", FIELD_NUMBER, .preset = "0", .min = 0, .max = 365, RU(hold_n),
     .about = "Length of a window for comment."},
    {"rules.hold.unit", FIELD_WORD, .preset = "none", RU(hold_unit), .words = rule_units,
     .about = "Its unit."},
    {"rules.follow_ups", FIELD_TEXTS, .sample = "[ \"EU-CRA-72\" ]", RU(follow_ups),
     .extra = offsetof(struct rule, follow_up_count), .about = "Ids of rules that come after it."},
    {"rules.cascades", FIELD_TEXTS, .sample = "[ \"CA-72\" ]", RU(cascades),
     .extra = offsetof(struct rule, cascade_count),
     .about = "Ids of rules of other jurisdictions that its action starts."},
    {"rules.citation.instrument", FIELD_TEXT, .needed = true,
     .sample = "\"Regulation (EU) 2017/745\"", .max = 200, RU(instrument), .about = "The law."},
    {"rules.citation.article", FIELD_TEXT, .needed = true, .sample = "\"87(3)\"", .max = 100,
     RU(article), .about = "Where in it."},
    {"rules.read_in", FIELD_TEXT, .needed = true, .sample = "\"the law itself\"", .max = 300,
     RU(read_in), .about = "What was read to write the rule."},
    {"rules.deliverable", FIELD_WORD, .needed = true, .sample = "\"form\"", RU(deliverable),
     .words = rule_deliverables,
     .about = "What they get: advisory, form, draft_notice, call, or record for the own file."},
    {"rules.closes_on", FIELD_TEXT, .needed = true, .sample = "\"receipt number\"", .max = 300,
     RU(closes_on), .about = "The proof that closes the duty; nothing else does."},
    {"rules.effective_from", FIELD_DATE, .sample = "\"2026-09-11\"", RU(effective_from),
     .about = "First day on which a fact starts it; without it always."},
    {"rules.effective_to", FIELD_DATE, .sample = "\"2030-12-31\"", RU(effective_to),
     .about = "Last such day."},
    {"rules.verified_by", FIELD_TEXT, .sample = "\"meyer\"", .max = 100, RU(verified_by),
     .about = "Who held the rule against the text named in read_in; without it nobody did."},
    {"rules.verified_on", FIELD_DATE, .sample = "\"2026-11-22\"", RU(verified_on),
     .about = "When."},
    {"rules.tests", FIELD_ITEMS, .needed = true,
     .sample = "( { fact = \"2026-11-23\"; due_safe = \"2026-12-08\"; due_legal = "
               "\"2026-12-08\"; } )",
     RU(tests), .extra = offsetof(struct rule, test_count), .items = &test_sheet,
     .about = "Worked examples, which tocsin rules check computes."},
};
const struct sheet rule_sheet = {rule_fields, COUNT(rule_fields), sizeof(struct rule), 200,
                                 offsetof(struct rule, line)};

static const struct field file_fields[] = {
    {"jurisdictions", FIELD_ITEMS,
     .sample = "( { id = \"EU\"; name = \"European Union\"; zone = \"UTC\"; places = ( { country "
               "= \"DE\"; zone = \"Europe/Berlin\"; } ); } )",
     IN(jurisdictions), .extra = offsetof(struct rule_file, jurisdiction_count),
     .items = &jurisdiction_sheet, .about = "Where the rules are law."},
    {"rules", FIELD_ITEMS, .sample = "( { id = \"EU-87-15\"; } )", IN(rules),
     .extra = offsetof(struct rule_file, rule_count), .items = &rule_sheet, .about = "The rules."},
    {"confirmed", FIELD_ITEMS,
     .sample = "( { rule = \"EU-CRA-24\"; version = 1; by = \"meyer\"; on = \"2026-11-20\"; "
               "read_in = \"OJ L, 2024/2847, Article 14\"; } )",
     IN(confirmed), .extra = offsetof(struct rule_file, confirmed_count), .items = &confirmed_sheet,
     .about = "Rules that shipped as Q and that a person of the maker has read in the law. In "
              "local.cfg only."},
};
const struct sheet rule_file_sheet = {file_fields, COUNT(file_fields), sizeof(struct rule_file), 1,
                                      0};
