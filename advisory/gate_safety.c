/*
 * Rows 21, 22, 24, 25, 27 and 29: what a field safety notice must say. They refuse when the order
 * says safety_notice; otherwise they are not asked, or warn where the table of the gate says so.
 */
#include "advisory/gate_rows.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static bool is_told(const char *text)
{
    return text != NULL && gate_text_is_real(text);
}

static void check_said(struct gate *gate, enum gate_row row, bool good, const char *message,
                       const char *mend)
{
    if (!good)
        gate_add(gate, row, gate_at(gate, "/document"), message, mend);
}

/* "DE-MF-000012345": a manufacturer's single registration number in EUDAMED. */
static bool has_srn(const char *text)
{
    for (const char *at = text; at != NULL && (at = strstr(at, "-MF-")) != NULL; at++) {
        if (at - text >= 2 && isupper((unsigned char)at[-1]) != 0 &&
            isupper((unsigned char)at[-2]) != 0 && strspn(at + 4, "0123456789") == 9)
            return true;
    }
    return false;
}

static bool document_has_srn(const struct gate *gate)
{
    const struct csaf *csaf = gate->csaf;
    const struct json *publisher = json_at(csaf->root, "/document/publisher", NULL);
    bool found = has_srn(csaf->contact_details) ||
                 has_srn(json_string(json_get(publisher, "issuing_authority")));
    for (size_t i = 0; !found && i < csaf->note_count; i++)
        found = has_srn(csaf->notes[i].text);
    return found;
}

static bool has_number_of_notice(const struct gate *gate)
{
    static const char *const kinds[] = {"FSN", "FSCA", "recall"};
    const struct json *aliases = json_at(gate->csaf->root, "/document/tracking/aliases", NULL);
    for (const struct json *at = json_is(aliases, JSON_ARRAY) ? json_first(aliases) : NULL;
         at != NULL; at = json_next(at)) {
        const char *text = json_is(at, JSON_STRING) ? json_string(at) : "";
        for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
            if (strcasestr(text, kinds[i]) != NULL)
                return true;
        }
    }
    return false;
}

/* "de" is the language of "de-AT" and the other way round. */
static bool same_language(const char *a, const char *b)
{
    size_t size = a == NULL || b == NULL ? 0 : strcspn(a, "-");
    return size > 0 && strcspn(b, "-") == size && strncasecmp(a, b, size) == 0;
}

static void check_language(struct gate *gate, const struct gate_order *order)
{
    const char *lang = gate->csaf->lang;
    enum severity severity = order->safety_notice ? SEVERITY_REJECT : SEVERITY_WARN;
    if (!is_told(lang))
        gate_add_as(gate, ROW_LANGUAGE, severity, gate_at(gate, "/document/lang"),
                    "The advisory does not say in which language it is (Regulation (EU) 2017/745, "
                    "89(8)).",
                    "Write its lang, such as en or de.");
    for (size_t i = 0; is_told(lang) && i < order->language_count; i++) {
        bool there = same_language(order->languages[i], lang);
        for (size_t k = 0; !there && k < order->translation_count; k++)
            there = same_language(order->languages[i], order->translations[k]);
        if (!there)
            gate_add_as(gate, ROW_LANGUAGE, severity, gate_at(gate, "/document/lang"),
                        gate_words(gate,
                                   "The order wants the language %s, and the advisory has "
                                   "no translation into it (Regulation (EU) 2017/745, "
                                   "89(8)).",
                                   gate_quote(gate, order->languages[i])),
                        "Name the translation under translations in the order.");
    }
    if (order->safety_notice && order->language_count == 0)
        gate_add(gate, ROW_LANGUAGE, gate_at(gate, "/document/lang"),
                 "The order does not say in which languages the safety notice goes out "
                 "(Regulation (EU) 2017/745, 89(8)).",
                 "Write languages into the order: those of the countries that are told.");
}

void gate_check_safety(struct gate *gate)
{
    static const enum gate_row only_then[] = {ROW_HAZARD, ROW_ACTION, ROW_SRN, ROW_NUMBERS,
                                              ROW_INFORMED};
    const struct gate_order *order = gate->context.order;
    if (order == NULL || !order->safety_notice) {
        for (size_t i = 0; i < sizeof only_then / sizeof only_then[0]; i++)
            gate->skipped[only_then[i]] = true;
    }
    if (order == NULL) {
        gate->skipped[ROW_REPLY] = true;
        gate->skipped[ROW_LANGUAGE] = true;
        return;
    }
    if (order->present && !order->has_answer_by)
        gate_add_as(gate, ROW_REPLY, order->safety_notice ? SEVERITY_REJECT : SEVERITY_WARN,
                    gate_at(gate, "/document"),
                    "The order does not say until when an answer is wanted (MDCG field safety "
                    "notice template, 3.4).",
                    "Write answer_by into the order.");
    check_language(gate, order);
    if (!order->safety_notice)
        return;
    check_said(gate, ROW_HAZARD, is_told(order->hazard),
               "A safety notice without its hazard: the order does not say what can happen to a "
               "patient (Regulation (EU) 2017/745, 89(8)).",
               "Write hazard into the order.");
    check_said(gate, ROW_ACTION, is_told(order->action) && order->has_action_by,
               "A safety notice without what the user is to do and until when (MDCG field safety "
               "notice template, 3; 21 CFR 7.49).",
               "Write action and action_by into the order.");
    check_said(gate, ROW_SRN, document_has_srn(gate),
               "A safety notice without the maker's single registration number (MDCG field safety "
               "notice template).",
               "Write the SRN, such as DE-MF-000012345, into issuing_authority of the publisher.");
    check_said(gate, ROW_NUMBERS, has_number_of_notice(gate),
               "A safety notice without its number: no alias names an FSN, an FSCA or a recall "
               "(MDCG field safety notice template).",
               "Write the numbers into /document/tracking/aliases, such as FSN-2026-004.");
}
