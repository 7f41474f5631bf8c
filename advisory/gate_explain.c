/* The rows of the gate in words, with examples: the table, and how it is printed. */
#include "advisory/gate_explain.h"

#include "advisory/gate_rows.h"

#include <string.h>

#define VENDOR_FIX                                                                                 \
    "\"category\": \"vendor_fix\", \"details\": \"Install version 2.5.\", "                        \
    "\"product_ids\": [\"P1\"]"
#define TOLD                                                                                       \
    "\"notes\": [{\"category\": \"description\", \"text\": \"Anybody in the network can change "   \
    "the rate of the pump.\"}]"
#define AFFECTED "\"product_status\": {\"known_affected\": [\"P1\"]}"
#define FLAW(more) "{\"vulnerabilities\": [{" TOLD ", " AFFECTED ", " more "}]}"
#define NOTE(category, text)                                                                       \
    "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"" category "\", \"text\": \"" text       \
    "\"}], " AFFECTED "}]}"
#define TREE(product)                                                                              \
    "{\"product_tree\": {\"branches\": [{\"category\": \"product_name\", \"name\": \"Pump\", "     \
    "" product "}]}}"
#define PRODUCT(helper) "\"product\": {\"name\": \"Pump 2.4\", \"product_id\": \"P1\"" helper "}"

static const struct gate_explanation explanations[ROW_COUNT] = {
    [ROW_BYTES] =
        {"gate.0", "Bytes",
         "The file is UTF-8 and JSON, of at most 16 MiB, 1,000,000 values and 64 levels; no name "
         "stands twice in an object.",
         "reject; nothing else is judged then", "CSAF 2.0, 3; RFC 8259, 4 and 8.1",
         "Mend the place that is named; of a name that stands twice keep one.",
         .fails =
             {.advisory =
                  "{\"document\": {\"title\": \"Flaw in Pump\", \"title\": \"Flaw in Station\"}}"},
         .passes = {.advisory = "{\"document\": {\"title\": \"Flaw in Pump\"}}"}, .whole = true},
    [ROW_CATEGORY] = {"gate.1", "Version and category",
                      "It is CSAF 2.0 of a profile that can be published: security advisory, VEX, "
                      "informational advisory or incident response.",
                      "reject", "CSAF 2.0, 4",
                      "Use csaf_security_advisory, csaf_vex, csaf_informational_advisory or "
                      "csaf_security_incident_response.",
                      .fails = {.advisory = "{\"document\": {\"category\": \"csaf_base\"}}"},
                      .passes = {.advisory =
                                     "{\"document\": {\"category\": \"csaf_security_advisory\"}}"}},
    [ROW_TITLE] = {"gate.2", "Title", "The title has a letter or a digit.", "reject",
                   "ISO/IEC 29147, 7.4.4", "Write the title that recipients shall read.",
                   .fails = {.advisory = "{\"document\": {\"title\": \"---\"}}"},
                   .passes = {.advisory = "{\"document\": {\"title\": \"Flaw in Pump\"}}"}},
    [ROW_PUBLISHER] =
        {"gate.3", "Publisher", "A maker publishes as vendor.", "warn",
         "CSAF 2.0, 3.2.1.8.1; MDCG field safety notice template, 4.7",
         "Write vendor if you make the product.",
         .fails = {.advisory = "{\"document\": {\"publisher\": {\"category\": \"coordinator\"}}}"},
         .passes = {.advisory = "{\"document\": {\"publisher\": {\"category\": \"vendor\"}}}"}},
    [ROW_CONTACT] =
        {"gate.4", "Contact", "The publisher says whom to ask.", "waivable", "21 CFR 7.49",
         "Write address and telephone number of the product security team into contact_details.",
         .fails = {.advisory = "{\"document\": {\"publisher\": {\"contact_details\": null}}}"},
         .passes =
             {.advisory =
                  "{\"document\": {\"publisher\": {\"contact_details\": \"psirt@example.com, +49 "
                  "30 1\"}}}"}},
    [ROW_ID] = {"gate.5", "Id",
                "The advisory has an id. (That no other bytes have it at this version, the "
                "register sees to at submit.)",
                "reject", "ISO/IEC 29147, 7.4.2",
                "Give the advisory its id under /document/tracking/id.",
                .fails = {.advisory = "{\"document\": {\"tracking\": {\"id\": \"-\"}}}"},
                .passes = {.advisory =
                               "{\"document\": {\"tracking\": {\"id\": \"EXM-2026-0101\"}}}"}},
    [ROW_STATUS] = {"gate.6", "Status",
                    "The status is final, or interim while facts are still open: a notice may have "
                    "to go out before a fix exists. A draft is never sent.",
                    "reject", "CSAF 2.0, 6.1.17; FDA, Postmarket Management of Cybersecurity, 2016",
                    "Set the status to final or interim.",
                    .fails = {.advisory =
                                  "{\"document\": {\"tracking\": {\"status\": \"draft\"}}}"},
                    .passes = {.advisory =
                                   "{\"document\": {\"tracking\": {\"status\": \"interim\"}}}"}},
    [ROW_DATES] = {"gate.8", "Dates and embargo",
                   "No release date is later than the end of the order's embargo, and answers are "
                   "not wanted before it. Asked when the order is known.",
                   "reject", "ISO/IEC 29147, 7.4.3",
                   "Set the date to the end of the embargo or before it, or move the embargo.",
                   .fails = {.advisory = "{\"document\": {\"tracking\": {\"current_release_date\": "
                                         "\"2026-03-01T10:00:00Z\"}}}",
                             .order = "embargo = \"2026-02-27T10:00:00Z\";\n"},
                   .passes = {.advisory =
                                  "{\"document\": {\"tracking\": {\"current_release_date\": "
                                  "\"2026-03-01T10:00:00Z\"}}}",
                              .order = "embargo = \"2026-03-01T10:00:00Z\";\n"}},
    [ROW_DESCRIPTION] =
        {"gate.9", "Description",
         "Each vulnerability has a note of category description, summary or details with a text; "
         "an advisory without vulnerabilities has one of the document.",
         "reject", "IEC 81001-5-1 §4.1.7",
         "Add a note of category description that says what is wrong and what can happen.",
         .fails = {.advisory = NOTE("faq", "Is there a fix? Soon.")},
         .passes = {.advisory = NOTE("description",
                                     "Anybody in the network can change the rate of the pump.")}},
    [ROW_VAGUE] = {"gate.9a", "Vague language",
                   "A description is more than a phrase and more than words that fit any release. "
                   "A remediation is more than a link, and does not end in a colon.",
                   "waivable for a description, warn for a remediation", "IEC 81001-5-1 §4.1.7",
                   "Say what an attacker can do, in which part of the product, and what follows.",
                   .fails = {.advisory = NOTE("description", "Various security improvements.")},
                   .passes = {.advisory =
                                  NOTE("description",
                                       "Anybody in the network can change the rate of the pump.")}},
    [ROW_CVE] = {"gate.10", "Id of the vulnerability",
                 "Each vulnerability has a CVE or another id.",
                 "waivable; warn when only the CVE lacks", "ISO/IEC 29147, 7.4.2",
                 "Write its cve, or an id of your own under ids.",
                 .fails = {.advisory = FLAW("\"title\": \"Open port\"")},
                 .passes = {.advisory = FLAW("\"cve\": \"CVE-2026-900100\"")}},
    [ROW_SCORE] = {"gate.11", "CVSS score",
                   "Each affected product has a CVSS score whose number is what its vector gives, "
                   "or the order carries an equivalent ranking.",
                   "waivable", "IEC 81001-5-1 §4.1.7",
                   "Add a score that names the product, or put ranking (scheme, value, reason) "
                   "into the order.",
                   .fails = {.advisory = FLAW("\"cve\": \"CVE-2026-900100\"")},
                   .passes = {.advisory =
                                  FLAW("\"scores\": [{\"products\": [\"P1\"], \"cvss_v3\": "
                                       "{\"version\": \"3.1\", \"vectorString\": "
                                       "\"CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:H\", "
                                       "\"baseScore\": 8.1, \"baseSeverity\": \"HIGH\"}}]")}},
    [ROW_VERSIONS] =
        {"gate.13", "Affected versions",
         "Each affected product stands under a branch product_version or product_version_range, or "
         "is made of one that does.",
         "reject", "IEC 81001-5-1 §4.1.7",
         "Put each product under one branch product_version or product_version_range of its own.",
         .fails = {.advisory = TREE(PRODUCT(""))},
         .passes = {.advisory = TREE("\"branches\": [{\"category\": \"product_version\", \"name\": "
                                     "\"2.4\", " PRODUCT("") "}]")}},
    [ROW_COVERAGE] =
        {"gate.14", "Version coverage",
         "Each supported version of a product of the advisory in the register has exactly one "
         "status in each vulnerability; ranges that are not understood prove nothing. Asked when "
         "the register has products.",
         "waivable", "IEC 81001-5-1 §4.1.7",
         "List each version as affected, fixed, not affected or under investigation.",
         .fails = {.advisory = "{}",
                   .products = "vendor,product,version,state\nExample "
                               "Medical,Pump,2.4,supported\nExample Medical,Pump,2.5,supported\n"},
         .passes = {.advisory = "{}",
                    .products = "vendor,product,version,state\nExample "
                                "Medical,Pump,2.4,supported\nExample Medical,Pump,2.5,ended\n"}},
    [ROW_JUSTIFIED] =
        {"gate.15", "Why not affected",
         "For each product that is not affected a flag or a threat of category impact says why.",
         "reject for a VEX, else warn", "CSAF 2.0, 4.5",
         "Add a flag, or a threat of category impact, that names the product.",
         .fails = {.advisory = "{\"vulnerabilities\": [{" TOLD
                               ", \"product_status\": {\"known_not_affected\": [\"P1\"]}}]}"},
         .passes = {.advisory = "{\"vulnerabilities\": [{" TOLD
                                ", \"product_status\": {\"known_not_affected\": [\"P1\"]}, "
                                "\"flags\": [{\"label\": \"component_not_present\", "
                                "\"product_ids\": [\"P1\"]}]}]}"}},
    [ROW_RESOLUTION] = {"gate.16", "Resolution",
                        "Each affected product has a remediation with a text: a fix, a mitigation, "
                        "a workaround, or an honest none_available or no_fix_planned.",
                        "reject", "IEC 81001-5-1 §4.1.7; CSAF 2.0, 6.2.2",
                        "Add a remediation that names the product.",
                        .fails = {.advisory = FLAW("\"cve\": \"CVE-2026-900100\"")},
                        .passes = {.advisory = FLAW("\"remediations\": [{" VENDOR_FIX "}]")}},
    [ROW_NEXT] =
        {"gate.17", "Next information",
         "While there is no fix, the remediation none_available has a date, or the order says when "
         "there is news. Asked when the order is known.",
         "waivable", "FDA, Postmarket Management of Cybersecurity, 2016",
         "Write the date of the next information as date of the remediation, or as "
         "next_information into the order.",
         .fails = {.advisory = FLAW(
                       "\"remediations\": [{\"category\": \"none_available\", \"details\": \"A "
                       "fix is in the making.\", \"product_ids\": [\"P1\"]}]")},
         .passes = {.advisory = FLAW(
                        "\"remediations\": [{\"category\": \"none_available\", \"details\": \"A "
                        "fix is in the making.\", \"product_ids\": [\"P1\"]}]"),
                    .order = "next_information = \"2026-04-01\";\n"}},
    [ROW_FIX] =
        {"gate.18", "What a fix says",
         "A vendor_fix has a URL, says whether the device restarts, and names the corrected "
         "version.",
         "warn", "ISO/IEC 29147",
         "Add url, restart_required (none when it does not) and the version to the vendor_fix.",
         .fails = {.advisory = FLAW("\"remediations\": [{" VENDOR_FIX "}]")},
         .passes = {.advisory = FLAW("\"remediations\": [{" VENDOR_FIX
                                     ", \"url\": \"https://example.com/pump-2.5\", "
                                     "\"restart_required\": {\"category\": \"machine\"}}]")}},
    [ROW_CONTROLS] =
        {"gate.19", "Compensating controls",
         "Each affected product without a fix has a mitigation or a workaround; with a fix one is "
         "still wanted for who cannot install it yet.",
         "waivable; warn where there is a fix", "FDA, Postmarket Management of Cybersecurity, 2016",
         "Add a mitigation or workaround that names the product.",
         .fails = {.advisory = FLAW(
                       "\"remediations\": [{\"category\": \"no_fix_planned\", \"details\": \"It "
                       "is not made any more.\", \"product_ids\": [\"P1\"]}]")},
         .passes = {.advisory = FLAW(
                        "\"remediations\": [{\"category\": \"mitigation\", \"details\": \"Take it "
                        "off the network.\", \"product_ids\": [\"P1\"]}]")}},
    [ROW_EXPLOITED] = {"gate.20", "Exploited",
                       "Somebody has answered whether the vulnerability is exploited: a threat of "
                       "category exploit_status, or the order. Asked when the order is known.",
                       "warn", "Regulation (EU) 2024/2847, 14",
                       "Add a threat of category exploit_status, or exploited to the order.",
                       .fails = {.advisory = "{}"},
                       .passes = {.advisory = "{}", .order = "exploited = \"no\";\n"}},
    [ROW_HAZARD] =
        {"gate.21", "Hazard",
         "A safety notice says what can happen to a patient. Asked when the order says "
         "safety_notice.",
         "reject", "Regulation (EU) 2017/745, 89(8); MDCG field safety notice template, 2",
         "Write hazard into the order.",
         .fails = {.advisory = "{}", .order = "safety_notice = true;\n"},
         .passes = {.advisory = "{}",
                    .order =
                        "safety_notice = true;\nhazard = \"An infusion may run too fast.\";\n"}},
    [ROW_ACTION] =
        {"gate.22", "Action of the user",
         "A safety notice says what the user is to do and until when. Asked when the order says "
         "safety_notice.",
         "reject", "MDCG field safety notice template, 3; 21 CFR 7.49",
         "Write action and action_by into the order.",
         .fails =
             {.advisory = "{}",
              .order =
                  "safety_notice = true;\naction = \"Disconnect the pump from the network.\";\n"},
         .passes = {.advisory = "{}",
                    .order = "safety_notice = true;\naction = \"Disconnect the pump from the "
                             "network.\";\naction_by = \"2026-03-08T17:00:00+01:00\";\n"}},
    [ROW_DEVICE] =
        {"gate.23", "Which device",
         "Each affected product has a model, catalogue or serial number, here or, with "
         "UDI-DI, in the register. Asked when order or register is known.",
         "reject for a safety notice, else warn", "21 CFR 806.10(c)",
         "Add a product_identification_helper, or udi_di or model to products.csv.",
         .fails = {.advisory = TREE("\"branches\": [{\"category\": \"product_version\", \"name\": "
                                    "\"2.4\", " PRODUCT("") "}]")},
         .passes = {.advisory = TREE("\"branches\": [{\"category\": \"product_version\", \"name\": "
                                     "\"2.4\", " PRODUCT(", \"product_identification_helper\": "
                                                         "{\"model_numbers\": [\"P100\"]}") "}]")}},
    [ROW_SRN] = {"gate.24", "Single registration number",
                 "A safety notice names the maker's SRN. Asked when the order says safety_notice.",
                 "reject", "MDCG field safety notice template",
                 "Write the SRN, such as DE-MF-000012345, into issuing_authority of the publisher.",
                 .fails = {.advisory = "{}", .order = "safety_notice = true;\n"},
                 .passes = {.advisory = "{\"document\": {\"publisher\": {\"issuing_authority\": "
                                        "\"SRN DE-MF-000012345\"}}}",
                            .order = "safety_notice = true;\n"}},
    [ROW_NUMBERS] =
        {"gate.25", "Number of the notice",
         "An alias of a safety notice names its FSN, FSCA or recall. Asked when the "
         "order says safety_notice.",
         "reject", "MDCG field safety notice template",
         "Write the numbers into /document/tracking/aliases.",
         .fails = {.advisory = "{}", .order = "safety_notice = true;\n"},
         .passes = {.advisory = "{\"document\": {\"tracking\": {\"aliases\": [\"FSN-2026-004\"]}}}",
                    .order = "safety_notice = true;\n"}},
    [ROW_INFORMED] = {"gate.26", "The authority has been informed",
                      "No text of a safety notice says that an authority has been informed: only a "
                      "logged event may. Known phrases in English and German are found. Asked when "
                      "the order says safety_notice.",
                      "reject", "MDCG field safety notice template, 4.8",
                      "Take the sentence out of the advisory.",
                      .fails = {.advisory = NOTE("description",
                                                 "Anybody can change the rate of the pump. The "
                                                 "competent authority has been informed."),
                                .order = "safety_notice = true;\n"},
                      .passes = {.advisory = NOTE(
                                     "description",
                                     "Anybody in the network can change the rate of the pump."),
                                 .order = "safety_notice = true;\n"}},
    [ROW_REPLY] =
        {"gate.27", "Answer wanted",
         "The order says until when an answer is wanted. Asked when there is an order.",
         "reject for a safety notice, else warn", "MDCG field safety notice template, 3.4",
         "Write answer_by into the order.",
         .fails = {.advisory = "{}", .order = "safety_notice = true;\n"},
         .passes = {.advisory = "{}",
                    .order =
                        "safety_notice = true;\nanswer_by = \"2026-03-08T17:00:00+01:00\";\n"}},
    [ROW_ADVERTISING] =
        {"gate.28", "No advertising",
         "No text praises the product or plays the matter down. Known phrases in English and "
         "German are found.",
         "warn", "Regulation (EU) 2017/745, 89(8)",
         "Say what is the case, and nothing that calms or sells.",
         .fails = {.advisory =
                       NOTE("description", "Anybody can change the rate of our award-winning pump; "
                                           "it is purely theoretical.")},
         .passes = {.advisory = NOTE("description",
                                     "Anybody in the network can change the rate of the pump.")}},
    [ROW_LANGUAGE] =
        {"gate.29", "Languages",
         "The advisory says its language, and is there, by itself or by a translation, in each "
         "language that the order wants. A safety notice's order names them. Asked when the order "
         "is known.",
         "reject for a safety notice, else warn", "Regulation (EU) 2017/745, 89(8)",
         "Name the translation under translations in the order.",
         .fails = {.advisory = "{\"document\": {\"lang\": \"en\"}}",
                   .order = "languages = [ \"de\" ];\n"},
         .passes = {.advisory = "{\"document\": {\"lang\": \"de\"}}",
                    .order = "languages = [ \"de\" ];\n"}},
    [ROW_TLP] =
        {"gate.31", "TLP",
         "The order's label is not weaker than the advisory's own. Without any label it "
         "counts as AMBER+STRICT.",
         "reject; warn when there is no label", "FIRST TLP 2.0",
         "Make the order's label as strict as the advisory's, or write a label.",
         .fails = {.advisory =
                       "{\"document\": {\"distribution\": {\"tlp\": {\"label\": \"AMBER\"}}}}",
                   .order = "tlp = \"GREEN\";\n"},
         .passes =
             {.advisory = "{\"document\": {\"distribution\": {\"tlp\": {\"label\": \"AMBER\"}}}}",
              .order =
                  "tlp = \"RED\";\n"}},
    [ROW_CREDIT] =
        {"gate.33", "Credit", "Somebody is thanked for finding it.", "warn", "ISO/IEC 29147",
         "Name the finder under acknowledgments, if the finder agrees.",
         .fails = {.advisory = "{}"},
         .passes =
             {.advisory =
                  "{\"document\": {\"acknowledgments\": [{\"names\": [\"Ada Example\"]}]}}"}},
    [ROW_CWE] = {"gate.36", "Weakness", "Each vulnerability names its CWE.", "warn",
                 "CSAF 2.0, 6.3.4", "Add its cwe.",
                 .fails = {.advisory = FLAW("\"cve\": \"CVE-2026-900100\"")},
                 .passes = {.advisory = FLAW("\"cwe\": {\"id\": \"CWE-306\", \"name\": \"Missing "
                                             "Authentication for Critical Function\"}")}},
    [ROW_HTML] =
        {"gate.41", "Raw HTML", "No text that is shown holds an HTML tag.", "reject", "CSAF 2.0, 8",
         "Write plain text or Markdown; put names in pointed brackets between backticks.",
         .fails = {.advisory = NOTE("description",
                                    "Anybody in the network can send <b>rates</b> to the pump.")},
         .passes = {.advisory = NOTE("description",
                                     "Anybody in the network can send `<rate>` to the pump.")}},
};

const struct gate_explanation *gate_explanation_at(size_t number)
{
    return number < ROW_COUNT ? &explanations[number] : NULL;
}

static void add_lines(struct str *out, const char *name, const char *text)
{
    if (text == NULL)
        return;
    str_addf(out, "  %s\n", name);
    while (*text != '\0') {
        size_t size = strcspn(text, "\n");
        str_add(out, "    ");
        str_add_n(out, text, size);
        str_add_c(out, '\n');
        text += size + (text[size] == '\n');
    }
}

static void add_example(struct str *out, const char *title, const struct gate_explanation *row,
                        const struct gate_example *example)
{
    str_addf(out, "\n%s\n", title);
    add_lines(out, row->whole ? "X.json:" : "X.json, as a merge patch:", example->advisory);
    add_lines(out, "X.order:", example->order);
    add_lines(out, "products.csv:", example->products);
}

void gate_explain(struct str *out, const struct gate_explanation *row)
{
    str_addf(out, "%s %s\nOf a finding: %s\n\n%s\n", row->test, row->title, row->failure,
             row->asks);
    str_addf(out, "Mend: %s\nSource: %s\n", row->mend, row->source);
    add_example(out, "Fails:", row, &row->fails);
    add_example(out, "Passes:", row, &row->passes);
}
