/* What the mandatory tests 6.1.27.1 to 6.1.33 ask: the profiles of section 4, and what came last.
 */
#include "advisory/conform_tests.h"

/* clang-format off */
const struct conform_test conform_profiles[] = {
    {"6.1.27.1", "Document notes",
     "An informational advisory or incident response has a note of category "
     "description, details, general or summary.",
     "Add a note of category summary.",
     .fails = "{\"document\": {\"category\": \"csaf_informational_advisory\", \"notes\": "
              "[{\"category\": \"legal_disclaimer\", \"text\": \"t\"}]}}",
     .passes = "{\"document\": {\"category\": \"csaf_informational_advisory\", \"notes\": "
               "[{\"category\": \"summary\", \"text\": \"t\"}]}}",
     .on_document = conform_6_1_27_1},
    {"6.1.27.2", "Document references",
     "An informational advisory or incident response has a reference to an external "
     "source.",
     "Add a reference of category external.",
     .fails = "{\"document\": {\"category\": \"csaf_informational_advisory\", \"references\": "
              "[{\"category\": \"self\", \"summary\": \"s\", \"url\": "
              "\"https://example.com/exm-2026-0100.json\"}]}}",
     .passes = "{\"document\": {\"category\": \"csaf_informational_advisory\", \"references\": "
               "[{\"category\": \"external\", \"summary\": \"s\", \"url\": "
               "\"https://example.com/a\"}]}}",
     .on_document = conform_6_1_27_2},
    {"6.1.27.3", "Vulnerabilities of an informational advisory",
     "An informational advisory has no vulnerabilities.",
     "Remove them, or use the category csaf_security_advisory.",
     .fails = "{\"document\": {\"category\": \"csaf_informational_advisory\"}}",
     .passes = "{\"document\": {\"category\": \"csaf_informational_advisory\"}, "
               "\"vulnerabilities\": null}",
     .on_document = conform_6_1_27_3},
    {"6.1.27.4", "Product tree",
     "A security advisory or VEX has a product tree.",
     "Add the products.",
     .fails = "{\"product_tree\": null}",
     .passes = "{\"product_tree\": {\"full_product_names\": [{\"name\": \"Pump P2\", "
               "\"product_id\": \"P2\"}]}}",
     .on_document = conform_6_1_27_4},
    {"6.1.27.5", "Vulnerability notes",
     "Each vulnerability of a security advisory or VEX has notes.",
     "Add a note of category description.",
     .fails = "{\"vulnerabilities\": [{\"product_status\": {\"known_affected\": [\"P1\"]}}]}",
     .passes = "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": "
               "\"t\"}], \"product_status\": {\"known_affected\": [\"P1\"]}}]}",
     .on_vulnerability = conform_6_1_27_5},
    {"6.1.27.6", "Product status",
     "Each vulnerability of a security advisory has a product status.",
     "Say which products are affected, fixed or not affected.",
     .fails = "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": "
              "\"t\"}]}]}",
     .passes = "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": "
               "\"t\"}], \"product_status\": {\"known_affected\": [\"P1\"]}}]}",
     .on_vulnerability = conform_6_1_27_6},
    {"6.1.27.7", "VEX product status",
     "Each vulnerability of a VEX says of some product that it is fixed, "
     "known_affected, known_not_affected or under_investigation.",
     "Add the list that is true.",
     .fails = "{\"document\": {\"category\": \"csaf_vex\"}, \"vulnerabilities\": [{\"cve\": "
              "\"CVE-2026-900001\", \"notes\": [{\"category\": \"summary\", \"text\": \"t\"}], "
              "\"product_status\": {\"recommended\": [\"P1\"]}}]}",
     .passes = "{\"document\": {\"category\": \"csaf_vex\"}, \"vulnerabilities\": [{\"cve\": "
               "\"CVE-2026-900001\", \"notes\": [{\"category\": \"summary\", \"text\": \"t\"}], "
               "\"product_status\": {\"fixed\": [\"P1\"]}}]}",
     .on_vulnerability = conform_6_1_27_7},
    {"6.1.27.8", "Vulnerability id",
     "Each vulnerability of a VEX has a CVE number or ids.",
     "Add the number, or an id of your own.",
     .fails = "{\"document\": {\"category\": \"csaf_vex\"}, \"vulnerabilities\": [{\"notes\": "
              "[{\"category\": \"summary\", \"text\": \"t\"}], \"product_status\": {\"fixed\": "
              "[\"P1\"]}}]}",
     .passes = "{\"document\": {\"category\": \"csaf_vex\"}, \"vulnerabilities\": [{\"ids\": "
               "[{\"system_name\": \"Example\", \"text\": \"7\"}], \"notes\": [{\"category\": "
               "\"summary\", \"text\": \"t\"}], \"product_status\": {\"fixed\": [\"P1\"]}}]}",
     .on_vulnerability = conform_6_1_27_8},
    {"6.1.27.9", "Impact statement",
     "A VEX says of each product that is known not to be affected why: by a flag, or "
     "by a threat of category impact.",
     "Add a flag with a label, or a threat of category impact.",
     .fails = "{\"document\": {\"category\": \"csaf_vex\"}, \"vulnerabilities\": [{\"cve\": "
              "\"CVE-2026-900001\", \"notes\": [{\"category\": \"summary\", \"text\": \"t\"}], "
              "\"product_status\": {\"known_not_affected\": [\"P1\"]}}]}",
     .passes = "{\"document\": {\"category\": \"csaf_vex\"}, \"vulnerabilities\": [{\"cve\": "
               "\"CVE-2026-900001\", \"notes\": [{\"category\": \"summary\", \"text\": \"t\"}], "
               "\"product_status\": {\"known_not_affected\": [\"P1\"]}, \"flags\": [{\"label\": "
               "\"vulnerable_code_not_present\", \"product_ids\": [\"P1\"]}]}]}",
     .on_vulnerability = conform_6_1_27_9},
    {"6.1.27.10", "Action statement",
     "A VEX says of each product that is known to be affected what to do: by a "
     "remediation.",
     "Add a remediation that names the product.",
     .fails = "{\"document\": {\"category\": \"csaf_vex\"}, \"vulnerabilities\": [{\"cve\": "
              "\"CVE-2026-900001\", \"notes\": [{\"category\": \"summary\", \"text\": \"t\"}], "
              "\"product_status\": {\"known_affected\": [\"P1\"]}}]}",
     .passes = "{\"document\": {\"category\": \"csaf_vex\"}, \"vulnerabilities\": [{\"cve\": "
               "\"CVE-2026-900001\", \"notes\": [{\"category\": \"summary\", \"text\": \"t\"}], "
               "\"product_status\": {\"known_affected\": [\"P1\"]}, \"remediations\": "
               "[{\"category\": \"vendor_fix\", \"details\": \"Install 2.5.\", \"product_ids\": "
               "[\"P1\"]}]}]}",
     .on_vulnerability = conform_6_1_27_10},
    {"6.1.27.11", "Vulnerabilities",
     "A security advisory or VEX has vulnerabilities.",
     "Add them, or use the category csaf_informational_advisory.",
     .fails = "{\"vulnerabilities\": null}",
     .passes = "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": "
               "\"t\"}], \"product_status\": {\"known_affected\": [\"P1\"]}}]}",
     .on_document = conform_6_1_27_11},
    {"6.1.28", "Translation",
     "The language of the document is not the one it was translated from.",
     "Correct lang or source_lang.",
     .fails = "{\"document\": {\"source_lang\": \"en\"}}",
     .passes = "{\"document\": {\"source_lang\": \"de\"}}",
     .on_document = conform_6_1_28},
    {"6.1.29", "Remediation without product",
     "Each remediation names products or product groups.",
     "Add product_ids or group_ids.",
     .fails = "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": "
              "\"t\"}], \"product_status\": {\"known_affected\": [\"P1\"]}, \"remediations\": "
              "[{\"category\": \"vendor_fix\", \"details\": \"Install 2.5.\"}]}]}",
     .passes = "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": "
               "\"t\"}], \"product_status\": {\"known_affected\": [\"P1\"]}, \"remediations\": "
               "[{\"category\": \"vendor_fix\", \"details\": \"Install 2.5.\", \"product_ids\": "
               "[\"P1\"]}]}]}",
     .on_vulnerability = conform_6_1_29},
    {"6.1.30", "Mixed versioning",
     "All versions of a document are integers, or all are semantic versions.",
     "Choose one of the two.",
     .fails = "{\"document\": {\"tracking\": {\"version\": \"2.0.0\", \"revision_history\": "
              "[{\"date\": \"2026-03-01T10:00:00Z\", \"number\": \"1\", \"summary\": \"s\"}, "
              "{\"date\": \"2026-03-02T10:00:00Z\", \"number\": \"2.0.0\", \"summary\": "
              "\"s\"}]}}}",
     .passes = "{\"document\": {\"tracking\": {\"version\": \"2.0.0\", \"revision_history\": "
               "[{\"date\": \"2026-03-01T10:00:00Z\", \"number\": \"1.0.0\", \"summary\": "
               "\"s\"}, {\"date\": \"2026-03-02T10:00:00Z\", \"number\": \"2.0.0\", "
               "\"summary\": \"s\"}]}}}",
     .on_document = conform_6_1_30},
    {"6.1.31", "Version range in a product version",
     "The name of a branch product_version is one version: no sign of comparison, "
     "none of the words after, all, before, earlier, later, prior, versions.",
     "Use the category product_version_range.",
     .fails = "{\"product_tree\": {\"branches\": [{\"category\": \"product_version\", "
              "\"name\": \"prior to 2.4\", \"product\": {\"name\": \"Pump P1\", "
              "\"product_id\": \"P1\"}}]}}",
     .passes = "{\"product_tree\": {\"branches\": [{\"category\": \"product_version\", "
               "\"name\": \"2.4\", \"product\": {\"name\": \"Pump P1\", \"product_id\": "
               "\"P1\"}}]}}",
     .on_product = conform_6_1_31},
    {"6.1.32", "Flag without product",
     "Each flag names products or product groups.",
     "Add product_ids or group_ids.",
     .fails = "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": "
              "\"t\"}], \"product_status\": {\"known_not_affected\": [\"P1\"]}, \"flags\": "
              "[{\"label\": \"component_not_present\"}]}]}",
     .passes = "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": "
               "\"t\"}], \"product_status\": {\"known_not_affected\": [\"P1\"]}, \"flags\": "
               "[{\"label\": \"component_not_present\", \"product_ids\": [\"P1\"]}]}]}",
     .on_vulnerability = conform_6_1_32},
    {"6.1.33", "Several flags for a product",
     "In one vulnerability at most one flag says of a product why it is not affected, "
     "by itself or by its groups.",
     "Keep the flag that is true.",
     .fails = "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": "
              "\"t\"}], \"product_status\": {\"known_not_affected\": [\"P1\"]}, \"flags\": "
              "[{\"label\": \"component_not_present\", \"product_ids\": [\"P1\"]}, {\"label\": "
              "\"vulnerable_code_not_present\", \"product_ids\": [\"P1\"]}]}]}",
     .passes = "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": "
               "\"t\"}], \"product_status\": {\"known_not_affected\": [\"P1\"]}, \"flags\": "
               "[{\"label\": \"component_not_present\", \"product_ids\": [\"P1\"]}]}]}",
     .on_vulnerability = conform_6_1_33},
    {.id = NULL}};
/* clang-format on */
