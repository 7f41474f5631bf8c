/* Rows 9a, 10, 15, 17 to 20 and 36: what each vulnerability says beyond the four fields. */
#include "advisory/gate_rows.h"

#include <stdlib.h>
#include <string.h>

/* Warnings of all vulnerabilities: each is listed once. */
struct tallies {
    struct gate_tally vague, no_cve, no_cwe, no_reason, no_url, no_restart, no_version, no_control,
        not_said;
};

static void check_vague(struct gate *gate, const struct csaf_vulnerability *v,
                        struct tallies *tallies)
{
    const char *what = NULL;
    const struct csaf_note *vague = NULL;
    bool told = false;
    for (size_t i = 0; i < v->note_count && !told; i++) {
        const struct csaf_note *note = &v->notes[i];
        if (!gate_is_description(note->category) || note->text == NULL ||
            !gate_text_is_real(note->text))
            continue;
        told = !gate_is_vague(&what, note->text);
        vague = told ? NULL : note;
    }
    if (vague != NULL)
        gate_add(gate, ROW_VAGUE, json_get(vague->where, "text"),
                 gate_words(gate,
                            "The description of %s %s: it does not say what is wrong (IEC "
                            "81001-5-1 §4.1.7).",
                            gate_quote(gate, v->name), what),
                 "Say what an attacker can do, in which part of the product, and what follows.");
    for (size_t i = 0; i < v->remediation_count; i++) {
        const char *details = v->remediations[i].details;
        size_t size = details == NULL ? 0 : strlen(details);
        while (size > 0 && strchr(" \t\r\n", details[size - 1]) != NULL)
            size--;
        if (size > 0 && (details[size - 1] == ':' || gate_is_only_link(details)))
            gate_tally_add(&tallies->vague, json_get(v->remediations[i].where, "details"), NULL);
    }
}

static void check_ids(struct gate *gate, const struct csaf_vulnerability *v,
                      struct tallies *tallies)
{
    if (text_is_empty(v->cve) && text_is_empty(v->id))
        gate_add(gate, ROW_CVE, v->where,
                 gate_words(gate, "%s has neither a CVE nor another id (ISO/IEC 29147).",
                            gate_quote(gate, v->name)),
                 "Write its cve, or an id of your own under ids.");
    else if (text_is_empty(v->cve))
        gate_tally_add(&tallies->no_cve, v->where, v->name);
    if (text_is_empty(v->cwe_id))
        gate_tally_add(&tallies->no_cwe, v->where, v->name);
}

static void check_justified(struct gate *gate, const struct csaf_vulnerability *v,
                            struct tallies *tallies)
{
    const struct product_set *wanted = &v->status[STATUS_KNOWN_NOT_AFFECTED];
    struct gate_lack lack = {.count = 0};
    size_t count = 0;
    if (wanted->count == 0)
        return;
    struct product_set *sets = xcalloc(v->flag_count + v->threat_count, sizeof *sets);
    for (size_t i = 0; i < v->flag_count; i++) {
        if (v->flags[i].products.count > 0)
            sets[count++] = v->flags[i].products;
    }
    for (size_t i = 0; i < v->threat_count; i++) {
        if (v->threats[i].products.count > 0 && text_equal(v->threats[i].category, "impact"))
            sets[count++] = v->threats[i].products;
    }
    gate_find_uncovered(&lack, gate, wanted, sets, count);
    free(sets);
    if (lack.count == 0)
        return;
    if (!text_equal(gate->csaf->category, "csaf_vex"))
        gate_tally_add(&tallies->no_reason, gate_place(v, "product_status"), v->name);
    else
        gate_add_as(gate, ROW_JUSTIFIED, SEVERITY_REJECT, gate_place(v, "product_status"),
                    gate_words(gate,
                               "%s does not say why %zu product%s not affected: %s (CSAF "
                               "2.0, 4.5).",
                               gate_quote(gate, v->name), lack.count,
                               lack.count == 1 ? " is" : "s are", gate_lack_names(gate, &lack)),
                    "Add a flag, or a threat of category impact, that names them.");
}

static bool is_told(const char *text)
{
    return text != NULL && gate_text_is_real(text);
}

static void check_next(struct gate *gate, const struct csaf_vulnerability *v)
{
    const struct gate_order *order = gate->context.order;
    for (size_t i = 0; i < v->remediation_count; i++) {
        const struct csaf_remediation *r = &v->remediations[i];
        if (!text_equal(r->category, "none_available") || is_told(r->date))
            continue;
        if (order == NULL)
            gate->skipped[ROW_NEXT] = true;
        else if (order->next_information == NULL || !gate_text_is_real(order->next_information))
            gate_add(gate, ROW_NEXT, r->where,
                     gate_words(gate,
                                "%s has no fix and does not say when there is news (FDA, "
                                "Postmarket Management of Cybersecurity, 2016).",
                                gate_quote(gate, v->name)),
                     "Write the date of the next information as date of the remediation, or as "
                     "next_information into the order.");
    }
}

static bool has_number(const char *text)
{
    return text != NULL && strpbrk(text, "0123456789") != NULL;
}

static void check_fixes(const struct csaf_vulnerability *v, struct tallies *tallies)
{
    bool fixed = v->status[STATUS_FIXED].count > 0 || v->status[STATUS_FIRST_FIXED].count > 0 ||
                 v->status[STATUS_RECOMMENDED].count > 0;
    for (size_t i = 0; i < v->remediation_count; i++) {
        const struct csaf_remediation *r = &v->remediations[i];
        if (!text_equal(r->category, "vendor_fix"))
            continue;
        if (text_is_empty(r->url))
            gate_tally_add(&tallies->no_url, r->where, v->name);
        if (text_is_empty(r->restart))
            gate_tally_add(&tallies->no_restart, r->where, v->name);
        if (!fixed && !has_number(r->details))
            gate_tally_add(&tallies->no_version, r->where, v->name);
    }
}

enum measure { MEASURE_OTHER, MEASURE_NONE, MEASURE_FIX, MEASURE_CONTROL };

static enum measure measure_of(const struct csaf_remediation *r)
{
    static const struct {
        const char *category;
        enum measure measure;
    } words[] = {{"mitigation", MEASURE_CONTROL},
                 {"workaround", MEASURE_CONTROL},
                 {"vendor_fix", MEASURE_FIX},
                 {"none_available", MEASURE_NONE},
                 {"no_fix_planned", MEASURE_NONE}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (text_equal(r->category, words[i].category))
            return is_told(r->details) ? words[i].measure : MEASURE_OTHER;
    }
    return MEASURE_OTHER;
}

/* Which affected products have no remediation of at least this measure? */
static void find_without(struct gate_lack *out, struct gate *gate,
                         const struct csaf_vulnerability *v, enum measure least)
{
    size_t count = 0;
    struct product_set *sets = xcalloc(v->remediation_count, sizeof *sets);
    for (size_t i = 0; i < v->remediation_count; i++) {
        if (v->remediations[i].products.count > 0 && measure_of(&v->remediations[i]) >= least)
            sets[count++] = v->remediations[i].products;
    }
    *out = (struct gate_lack){.count = 0};
    gate_find_uncovered(out, gate, &v->affected, sets, count);
    free(sets);
}

static void check_controls(struct gate *gate, const struct csaf_vulnerability *v,
                           struct tallies *tallies)
{
    struct gate_lack lack;
    if (v->affected.count == 0)
        return;
    find_without(&lack, gate, v, MEASURE_NONE);
    if (lack.count > 0)
        return; /* row 16 has said it */
    find_without(&lack, gate, v, MEASURE_FIX);
    if (lack.count > 0) {
        gate_add(gate, ROW_CONTROLS, gate_place(v, "remediations"),
                 gate_words(gate,
                            "%s has neither a fix nor a compensating control for %zu "
                            "affected product%s: %s (FDA, Postmarket Management of "
                            "Cybersecurity, 2016).",
                            gate_quote(gate, v->name), lack.count, lack.count == 1 ? "" : "s",
                            gate_lack_names(gate, &lack)),
                 "Add a mitigation or workaround that names them.");
        return;
    }
    find_without(&lack, gate, v, MEASURE_CONTROL);
    if (lack.count > 0)
        gate_tally_add(&tallies->no_control, gate_place(v, "remediations"), v->name);
}

static void check_exploited(struct gate *gate, const struct csaf_vulnerability *v,
                            struct tallies *tallies)
{
    if (v->affected.count == 0)
        return;
    for (size_t i = 0; i < v->threat_count; i++) {
        if (text_equal(v->threats[i].category, "exploit_status") && is_told(v->threats[i].details))
            return;
    }
    if (gate->context.order == NULL)
        gate->skipped[ROW_EXPLOITED] = true;
    else if (!gate->context.order->exploited_said)
        gate_tally_add(&tallies->not_said, gate_place(v, "threats"), v->name);
}

static void add_tallies(struct gate *gate, const struct tallies *t)
{
    gate_add_tally(gate, ROW_VAGUE, SEVERITY_WARN, &t->vague,
                   "The remediation is only a link, or ends before it says anything.",
                   "Say in the text itself what the user is to do.");
    gate_add_tally(gate, ROW_CVE, SEVERITY_WARN, &t->no_cve, " has no CVE (ISO/IEC 29147).",
                   "Ask a CNA for one.");
    gate_add_tally(gate, ROW_CWE, SEVERITY_WARN, &t->no_cwe,
                   " names no weakness (CSAF 2.0, 6.3.4).", "Add its cwe.");
    gate_add_tally(gate, ROW_JUSTIFIED, SEVERITY_WARN, &t->no_reason,
                   " does not say why products are not affected.",
                   "Add a flag, or a threat of category impact, that names them.");
    gate_add_tally(gate, ROW_FIX, SEVERITY_WARN, &t->no_url, " has a fix without its URL.",
                   "Say where to get it: url of the vendor_fix.");
    gate_add_tally(gate, ROW_FIX, SEVERITY_WARN, &t->no_restart,
                   " has a fix that does not say whether the device restarts.",
                   "Add restart_required, with none when it does not.");
    gate_add_tally(gate, ROW_FIX, SEVERITY_WARN, &t->no_version,
                   " has a fix that names no corrected version.",
                   "Name the version in its details, or list it as fixed.");
    gate_add_tally(gate, ROW_CONTROLS, SEVERITY_WARN, &t->no_control,
                   " has no compensating control for who cannot install the fix yet.",
                   "Add a mitigation or workaround.");
    gate_add_tally(gate, ROW_EXPLOITED, SEVERITY_WARN, &t->not_said,
                   " does not say whether it is exploited (Regulation (EU) 2024/2847, 14).",
                   "Add a threat of category exploit_status, or exploited to the order.");
}

void gate_check_details(struct gate *gate)
{
    struct tallies tallies = {0};
    for (size_t i = 0; i < gate->csaf->vulnerability_count; i++) {
        const struct csaf_vulnerability *v = &gate->csaf->vulnerabilities[i];
        check_vague(gate, v, &tallies);
        check_ids(gate, v, &tallies);
        check_justified(gate, v, &tallies);
        check_next(gate, v);
        check_fixes(v, &tallies);
        check_controls(gate, v, &tallies);
        check_exploited(gate, v, &tallies);
    }
    add_tallies(gate, &tallies);
}
