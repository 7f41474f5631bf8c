#include "config/order.h"

#include "config/sheet.h"

#include <string.h>

#define IN(member) .offset = offsetof(struct order, member)
#define OF(member) .offset = offsetof(struct order_translation, member)
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static const struct field translation_fields[] = {
    {"translations.language", FIELD_LANGUAGE, .needed = true, .sample = "\"de\"", OF(language),
     .about = "Its language."},
    {"translations.file", FIELD_FILE_NAME, .needed = true, .sample = "\"EXM-2026-0007.de.json\"",
     OF(file), .about = "The file, beside the order."},
    {"translations.sha256", FIELD_SHA256, .needed = true,
     .sample = "\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"", OF(sha256),
     .about = "What sha256sum prints for it: the signatures cover the translation too."},
};
static const struct sheet translation_sheet = {translation_fields, COUNT(translation_fields),
                                               sizeof(struct order_translation), 40, 0};

/* Nobody who is to act on the text by himself: that some know it sooner is what an embargo is for.
 */
static const enum party_kind prenotice_kinds[] = {PARTY_REGULATOR, PARTY_COMPLAINT,
                                                  PARTY_REPRESENTATIVE, PARTY_COORDINATOR};
const char *const order_prenotice_words[] = {"regulator", "complaint", "representative",
                                             "coordinator", NULL};

static const struct field fields[] = {
    {"advisory", FIELD_TEXT, .sample = "\"EXM-2026-0007\"", .max = 200, IN(advisory),
     .about = "Tracking id of the advisory that the order belongs to. It must be the same when it "
              "is given."},
    {"hazard", FIELD_PROSE, .sample = "\"The pump may stop without an alarm.\"", .max = 2000,
     IN(hazard), .about = "What can happen to a patient, in one sentence."},
    {"action", FIELD_PROSE, .sample = "\"Take the pump off the network until it is updated.\"",
     .max = 4000, IN(action), .about = "What the user is to do now."},
    {"action_by", FIELD_INSTANT, .sample = "\"2026-12-04T17:00:00+01:00\"", IN(action_by_ms),
     .about = "Until when the user is to have done it."},
    {"answer_by", FIELD_INSTANT, .sample = "\"2026-12-11T17:00:00+01:00\"", IN(answer_by_ms),
     .about = "Until when an answer is wanted; without it release.answer_within of tocsin.conf "
              "after the approval."},
    {"tlp", FIELD_TLP, .sample = "\"AMBER\"", IN(tlp), .extra = offsetof(struct order, has_tlp),
     .about = "Label of TLP 2.0. It may be stricter than that of the advisory, never weaker."},
    {"embargo", FIELD_INSTANT, .sample = "\"2026-12-01T09:00:00+01:00\"", IN(embargo_ms),
     .about = "Nothing leaves before this instant, but to those whom prenotice names."},
    {"prenotice", FIELD_WORDS, .sample = "[ \"regulator\", \"coordinator\" ]",
     .words = order_prenotice_words, IN(prenotice),
     .about = "Who gets the text before the embargo ends, sealed and marked with it: all parties "
              "of these kinds (regulator, complaint, representative, coordinator). Whoever of them "
              "has no key gets a waiting notice and a call."},
    {"notify_within", FIELD_DURATION, .sample = "\"4h\"", .min = MS_MINUTE, .max = 365 * MS_DAY,
     IN(notify_within_ms),
     .about = "Everybody is told within this time after the approval; without it "
              "release.notify_within of tocsin.conf."},
    {"exploited", FIELD_EXPLOITED, .preset = "unknown", IN(exploited),
     .about = "Is the flaw used in attacks, as far as you know?"},
    {"interim", FIELD_FLAG, .preset = "false", IN(interim),
     .about = "This is a first word before all is known; another one follows."},
    {"safety_notice", FIELD_FLAG, .preset = "false", IN(safety_notice),
     .about = "This is a field safety notice or a recall."},
    {"languages", FIELD_LANGUAGES, .sample = "[ \"de\", \"en\" ]", IN(languages),
     .extra = offsetof(struct order, language_count),
     .about = "Languages of the notice, the most wanted first; without it each recipient's own "
              "where there is a text in it."},
    {"translations", FIELD_ITEMS,
     .sample = "( { language = \"de\"; file = \"EXM-2026-0007.de.json\"; sha256 = "
               "\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"; } )",
     IN(translations), .extra = offsetof(struct order, translation_count),
     .items = &translation_sheet, .about = "The advisory in other languages."},
    {"ranking.scheme", FIELD_TEXT, .sample = "\"Example Medical risk classes\"", .max = 200,
     IN(ranking_scheme),
     .about = "Where a CVSS score is missing: the name of the ranking that stands in its place."},
    {"ranking.value", FIELD_TEXT, .sample = "\"B (high)\"", .max = 200, IN(ranking_value),
     .about = "The value in that ranking."},
    {"ranking.reason", FIELD_PROSE,
     .sample = "\"CVSS does not see that the device keeps a patient alive.\"", .max = 2000,
     IN(ranking_reason), .about = "Why this ranking is the better one here."},
    {"next_information", FIELD_TEXT, .sample = "\"15 January 2027\"", .max = 200,
     IN(next_information), .about = "While there is no fix: when the next information comes."},
};
static const struct sheet order_sheet = {fields, COUNT(fields), sizeof(struct order), 1, 0};

void order_default(struct order *out)
{
    *out = (struct order){.exploited = EXPLOITED_UNKNOWN};
}

bool order_is_prenotified(const struct order *order, enum party_kind kind)
{
    for (size_t i = 0; i < COUNT(prenotice_kinds); i++)
        if (prenotice_kinds[i] == kind)
            return (order->prenotice & 1U << i) != 0;
    return false;
}

/* A ranking is all three of its parts: value without scheme says nothing. */
static enum status check_ranking(const struct order *order, const char *name, unsigned line,
                                 struct err *err)
{
    int parts = (order->ranking_scheme != NULL) + (order->ranking_value != NULL) +
                (order->ranking_reason != NULL);
    if (parts == 0 || parts == 3)
        return OK;
    return err_set(err, ERR_INVALID,
                   "%s line %u: ranking: lacks its %s: write scheme, value and reason", name, line,
                   order->ranking_scheme == NULL  ? "scheme"
                   : order->ranking_value == NULL ? "value"
                                                  : "reason");
}

static enum status check_translations(const struct order *order, const char *name, unsigned line,
                                      struct err *err)
{
    for (size_t i = 0; i < order->translation_count; i++)
        for (size_t j = 0; j < i; j++)
            if (text_equal(order->translations[i].language, order->translations[j].language))
                return err_set(err, ERR_INVALID,
                               "%s line %u: translations: \"%s\" stands there twice: take one out",
                               name, line, order->translations[i].language);
    return OK;
}

static unsigned line_of(const unsigned lines[SHEET_FIELDS], const char *group)
{
    for (size_t i = 0; i < order_sheet.count; i++)
        if (lines[i] > 0 && text_starts(order_sheet.fields[i].name, group))
            return lines[i];
    return 0;
}

/* Said and without effect would be read as a promise. */
static enum status check_prenotice(const struct order *order, const char *name, unsigned line,
                                   struct err *err)
{
    if (order->prenotice == 0 || order->embargo_ms > 0)
        return OK;
    return err_set(err, ERR_INVALID,
                   "%s line %u: prenotice: there is no embargo before which they could be told: "
                   "write embargo, or take this out",
                   name, line);
}

enum status order_parse(struct order *out, struct arena *arena, const char *name, struct bytes text,
                        struct err *err)
{
    unsigned lines[SHEET_FIELDS];
    struct sheet_source source = {.name = name};
    enum status status = sheet_read(out, lines, arena, &order_sheet, &source, text, err);
    if (status == OK)
        status = check_ranking(out, name, line_of(lines, "ranking."), err);
    if (status == OK)
        status = check_translations(out, name, line_of(lines, "translations"), err);
    if (status == OK)
        status = check_prenotice(out, name, line_of(lines, "prenotice"), err);
    if (status != OK)
        order_default(out);
    out->present = status == OK;
    return status;
}

void order_template(struct str *out, const char *advisory)
{
    str_add(out,
            "# Order of an advisory: what its recipients read beside it, and what releases it. "
            "See tocsin-order(5).\n"
            "# Take the # away from what you want to say. What is not said stays at its "
            "default.\n\n");
    sheet_print_default(out, &order_sheet, "advisory", advisory);
}

void order_print_manual(struct str *out)
{
    sheet_print_manual(out, &order_sheet);
}
