/* What the schema and the mandatory tests 6.1.1 to 6.1.26 ask. */
#include "advisory/conform_tests.h"

/* clang-format off */
const struct conform_test conform_mandatory[] = {
    {"schema", "JSON schema",
     "The document is built as the JSON schema of CSAF 2.0 and those of CVSS say: "
     "members, types, words, sizes and forms of texts.",
     "Write it as the schema asks.",
     .fails = "{\"document\": {\"title\": \"\"}}",
     .passes = "{\"document\": {\"title\": \"Flaw in Pump\"}}",
    },
    {"6.1.1", "Missing definition of a product id",
     "Each product id that something refers to is the product_id of a full product "
     "name.",
     "Define the product in the product tree, or name one that is there.",
     .fails = "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": "
              "\"t\"}], \"product_status\": {\"known_affected\": [\"P2\"]}}]}",
     .passes = "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": "
               "\"t\"}], \"product_status\": {\"known_affected\": [\"P1\"]}}]}",
     .on_document = conform_6_1_1},
    {"6.1.2", "Product id defined twice",
     "No two full product names have the same product_id.",
     "Give each product an id of its own.",
     .fails = "{\"product_tree\": {\"full_product_names\": [{\"name\": \"Pump P1\", "
              "\"product_id\": \"P1\"}]}}",
     .passes = "{\"product_tree\": {\"full_product_names\": [{\"name\": \"Pump P2\", "
               "\"product_id\": \"P2\"}]}}",
     .on_product = conform_6_1_2},
    {"6.1.3", "Circular definition of a product id",
     "No product is made, by relationships, of itself.",
     "Let the relationship refer to the parts, not to what is made of them.",
     .fails = "{\"product_tree\": {\"relationships\": [{\"category\": \"installed_on\", "
              "\"full_product_name\": {\"name\": \"Pump R\", \"product_id\": \"R\"}, "
              "\"product_reference\": \"R\", \"relates_to_product_reference\": \"P1\"}]}}",
     .passes = "{\"product_tree\": {\"relationships\": [{\"category\": \"installed_on\", "
               "\"full_product_name\": {\"name\": \"Pump R\", \"product_id\": \"R\"}, "
               "\"product_reference\": \"P1\", \"relates_to_product_reference\": \"P1\"}]}}",
     .on_document = conform_6_1_3},
    {"6.1.4", "Missing definition of a product group id",
     "Each group id that something refers to is the group_id of a product group.",
     "Define the group, or name one that is there.",
     .fails = "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": "
              "\"t\"}], \"product_status\": {\"known_affected\": [\"P1\"]}, \"remediations\": "
              "[{\"category\": \"vendor_fix\", \"details\": \"Install 2.5.\", \"group_ids\": "
              "[\"G\"]}]}]}",
     .passes = "{\"product_tree\": {\"product_groups\": [{\"group_id\": \"G\", \"product_ids\": "
               "[\"P1\", \"P1b\"]}], \"full_product_names\": [{\"name\": \"Pump P1b\", "
               "\"product_id\": \"P1b\"}]}, \"vulnerabilities\": [{\"notes\": [{\"category\": "
               "\"summary\", \"text\": \"t\"}], \"product_status\": {\"known_affected\": "
               "[\"P1\"]}, \"remediations\": [{\"category\": \"vendor_fix\", \"details\": "
               "\"Install 2.5.\", \"group_ids\": [\"G\"]}]}]}",
     .on_document = conform_6_1_4},
    {"6.1.5", "Product group id defined twice",
     "No two product groups have the same group_id.",
     "Give each group an id of its own.",
     .fails = "{\"product_tree\": {\"product_groups\": [{\"group_id\": \"G\", \"product_ids\": "
              "[\"P1\", \"P2\"]}, {\"group_id\": \"G\", \"product_ids\": [\"P1\", \"P3\"]}]}}",
     .passes = "{\"product_tree\": {\"product_groups\": [{\"group_id\": \"G\", \"product_ids\": "
               "[\"P1\", \"P2\"]}, {\"group_id\": \"H\", \"product_ids\": [\"P1\", \"P3\"]}]}}",
     .on_document = conform_6_1_5},
    {"6.1.6", "Contradicting product status",
     "In one vulnerability a product is only one of affected, not affected, fixed and "
     "under investigation.",
     "Keep the status that is true.",
     .fails = "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": "
              "\"t\"}], \"product_status\": {\"known_affected\": [\"P1\"], \"fixed\": "
              "[\"P1\"]}}]}",
     .passes = "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": "
               "\"t\"}], \"product_status\": {\"known_affected\": [\"P1\"], \"first_affected\": "
               "[\"P1\"]}}]}",
     .on_vulnerability = conform_6_1_6},
    {"6.1.7", "Several scores of one version for a product",
     "In one vulnerability a product has at most one score of each version of CVSS.",
     "Keep the score that is true for the product.",
     .fails = "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": "
              "\"t\"}], \"product_status\": {\"known_affected\": [\"P1\"]}, \"scores\": "
              "[{\"products\": [\"P1\"], \"cvss_v3\": {\"version\": \"3.1\", \"vectorString\": "
              "\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\", \"baseScore\": 9.8, "
              "\"baseSeverity\": \"CRITICAL\"}}, {\"products\": [\"P1\"], \"cvss_v3\": "
              "{\"version\": \"3.1\", \"vectorString\": "
              "\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\", \"baseScore\": 9.8, "
              "\"baseSeverity\": \"CRITICAL\"}}]}]}",
     .passes = "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": "
               "\"t\"}], \"product_status\": {\"known_affected\": [\"P1\"]}, \"scores\": "
               "[{\"products\": [\"P1\"], \"cvss_v3\": {\"version\": \"3.1\", \"vectorString\": "
               "\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\", \"baseScore\": 9.8, "
               "\"baseSeverity\": \"CRITICAL\"}, \"cvss_v2\": {\"version\": \"2.0\", "
               "\"vectorString\": \"AV:N/AC:L/Au:N/C:C/I:C/A:C\", \"baseScore\": 10.0}}]}]}",
     .on_vulnerability = conform_6_1_7},
    {"6.1.8", "Invalid CVSS object",
     "Each CVSS object is built as the JSON schema of its version says.",
     "Write it as the schema of FIRST asks.",
     .fails = "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": "
              "\"t\"}], \"product_status\": {\"known_affected\": [\"P1\"]}, \"scores\": "
              "[{\"products\": [\"P1\"], \"cvss_v3\": {\"version\": \"3.1\", \"vectorString\": "
              "\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\", \"baseScore\": 9.8, "
              "\"baseSeverity\": \"SEVERE\"}}]}]}",
     .passes = "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": "
               "\"t\"}], \"product_status\": {\"known_affected\": [\"P1\"]}, \"scores\": "
               "[{\"products\": [\"P1\"], \"cvss_v3\": {\"version\": \"3.1\", \"vectorString\": "
               "\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\", \"baseScore\": 9.8, "
               "\"baseSeverity\": \"CRITICAL\"}}]}]}",
    },
    {"6.1.9", "Invalid CVSS computation",
     "Scores and severities are those that the vector gives.",
     "Calculate the score anew and write what comes out.",
     .fails = "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": "
              "\"t\"}], \"product_status\": {\"known_affected\": [\"P1\"]}, \"scores\": "
              "[{\"products\": [\"P1\"], \"cvss_v3\": {\"version\": \"3.1\", \"vectorString\": "
              "\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\", \"baseScore\": 9.9, "
              "\"baseSeverity\": \"CRITICAL\"}}]}]}",
     .passes = "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": "
               "\"t\"}], \"product_status\": {\"known_affected\": [\"P1\"]}, \"scores\": "
               "[{\"products\": [\"P1\"], \"cvss_v3\": {\"version\": \"3.1\", \"vectorString\": "
               "\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\", \"baseScore\": 9.8, "
               "\"baseSeverity\": \"CRITICAL\"}}]}]}",
     .on_vulnerability = conform_6_1_9},
    {"6.1.10", "CVSS contradicts its vector",
     "Metrics that stand beside the vector say the same as the vector.",
     "Correct the metric, or leave it out: the vector is enough.",
     .fails = "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": "
              "\"t\"}], \"product_status\": {\"known_affected\": [\"P1\"]}, \"scores\": "
              "[{\"products\": [\"P1\"], \"cvss_v3\": {\"version\": \"3.1\", \"vectorString\": "
              "\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\", \"baseScore\": 9.8, "
              "\"baseSeverity\": \"CRITICAL\", \"attackVector\": \"LOCAL\"}}]}]}",
     .passes = "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": "
               "\"t\"}], \"product_status\": {\"known_affected\": [\"P1\"]}, \"scores\": "
               "[{\"products\": [\"P1\"], \"cvss_v3\": {\"version\": \"3.1\", \"vectorString\": "
               "\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\", \"baseScore\": 9.8, "
               "\"baseSeverity\": \"CRITICAL\", \"attackVector\": \"NETWORK\"}}]}]}",
     .on_vulnerability = conform_6_1_10},
    {"6.1.11", "CWE",
     "The CWE exists, and its name is the one that the catalogue has.",
     "Take id and name from the CWE catalogue.",
     .fails = "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": "
              "\"t\"}], \"product_status\": {\"known_affected\": [\"P1\"]}, \"cwe\": {\"id\": "
              "\"CWE-79\", \"name\": \"Improper Input Validation\"}}]}",
     .passes = "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": "
               "\"t\"}], \"product_status\": {\"known_affected\": [\"P1\"]}, \"cwe\": {\"id\": "
               "\"CWE-20\", \"name\": \"Improper Input Validation\"}}]}",
     .on_vulnerability = conform_6_1_11},
    {"6.1.12", "Language",
     "Languages are valid by BCP 47: all their parts are registered.",
     "Write a registered language such as en, de-AT or zh-Hant.",
     .fails = "{\"document\": {\"lang\": \"EZ\"}}",
     .passes = "{\"document\": {\"lang\": \"de-AT\"}}",
     .on_document = conform_6_1_12},
    {"6.1.13", "PURL",
     "Package URLs are valid by the purl specification.",
     "Write it like pkg:maven/org.example/name@1.0.",
     .fails = "{\"product_tree\": {\"full_product_names\": [{\"name\": \"Pump F\", "
              "\"product_id\": \"F\", \"product_identification_helper\": {\"purl\": "
              "\"pkg:maven/name@1.0\"}}]}}",
     .passes = "{\"product_tree\": {\"full_product_names\": [{\"name\": \"Pump F\", "
               "\"product_id\": \"F\", \"product_identification_helper\": {\"purl\": "
               "\"pkg:maven/org.example/name@1.0\"}}]}}",
     .on_product = conform_6_1_13},
    {"6.1.14", "Sorted revision history",
     "The revisions sorted by their dates are also sorted by their versions.",
     "Correct the dates or the numbers.",
     .fails = "{\"document\": {\"tracking\": {\"version\": \"2\", \"revision_history\": "
              "[{\"date\": \"2026-03-02T10:00:00Z\", \"number\": \"1\", \"summary\": \"s\"}, "
              "{\"date\": \"2026-03-01T10:00:00Z\", \"number\": \"2\", \"summary\": \"s\"}]}}}",
     .passes = "{\"document\": {\"tracking\": {\"version\": \"2\", \"revision_history\": "
               "[{\"date\": \"2026-03-02T10:00:00Z\", \"number\": \"2\", \"summary\": \"s\"}, "
               "{\"date\": \"2026-03-01T10:00:00Z\", \"number\": \"1\", \"summary\": \"s\"}]}}}",
     .on_document = conform_6_1_14},
    {"6.1.15", "Translator",
     "A document of a translator names the language that it was translated from.",
     "Add source_lang.",
     .fails = "{\"document\": {\"publisher\": {\"category\": \"translator\"}}}",
     .passes = "{\"document\": {\"publisher\": {\"category\": \"translator\"}, \"source_lang\": "
               "\"de\"}}",
     .on_document = conform_6_1_15},
    {"6.1.16", "Latest document version",
     "The version of the document is that of its latest revision. Build metadata does "
     "not count, of a draft nor a pre-release part.",
     "Add the revision, or correct the version.",
     .fails = "{\"document\": {\"tracking\": {\"version\": \"2\"}}}",
     .passes = "{\"document\": {\"tracking\": {\"version\": \"1\"}}}",
     .on_document = conform_6_1_16},
    {"6.1.17", "Status draft",
     "A version 0, 0.y.z or with a pre-release part is a draft.",
     "Give a released advisory a version from 1 or 1.0.0 on.",
     .fails = "{\"document\": {\"tracking\": {\"version\": \"0\", \"revision_history\": "
              "[{\"date\": \"2026-03-01T10:00:00Z\", \"number\": \"0\", \"summary\": \"s\"}]}}}",
     .passes = "{\"document\": {\"tracking\": {\"status\": \"draft\", \"version\": \"0\", "
               "\"revision_history\": [{\"date\": \"2026-03-01T10:00:00Z\", \"number\": \"0\", "
               "\"summary\": \"s\"}]}}}",
     .on_document = conform_6_1_17},
    {"6.1.18", "Released revision history",
     "The history of a released advisory has no version 0 or 0.y.z.",
     "Leave the drafts out of the history.",
     .fails = "{\"document\": {\"tracking\": {\"version\": \"1\", \"revision_history\": "
              "[{\"date\": \"2026-03-01T10:00:00Z\", \"number\": \"0\", \"summary\": \"s\"}, "
              "{\"date\": \"2026-03-02T10:00:00Z\", \"number\": \"1\", \"summary\": \"s\"}]}}}",
     .passes = "{\"document\": {\"tracking\": {\"version\": \"1\", \"revision_history\": "
               "[{\"date\": \"2026-03-02T10:00:00Z\", \"number\": \"1\", \"summary\": \"s\"}]}}}",
     .on_document = conform_6_1_18},
    {"6.1.19", "Pre-release in the revision history",
     "No revision of the history has a pre-release part.",
     "Leave pre-releases out of the history.",
     .fails = "{\"document\": {\"tracking\": {\"version\": \"1.0.0\", \"revision_history\": "
              "[{\"date\": \"2026-03-01T10:00:00Z\", \"number\": \"1.0.0-rc\", \"summary\": "
              "\"s\"}, {\"date\": \"2026-03-02T10:00:00Z\", \"number\": \"1.0.0\", "
              "\"summary\": \"s\"}]}}}",
     .passes = "{\"document\": {\"tracking\": {\"version\": \"1.0.0\", \"revision_history\": "
               "[{\"date\": \"2026-03-02T10:00:00Z\", \"number\": \"1.0.0\", \"summary\": "
               "\"s\"}]}}}",
     .on_document = conform_6_1_19},
    {"6.1.20", "Version of a released advisory",
     "The version of a released advisory has no pre-release part.",
     "Release it as a whole version.",
     .fails = "{\"document\": {\"tracking\": {\"version\": \"1.0.0-rc\", \"revision_history\": "
              "[{\"date\": \"2026-03-02T10:00:00Z\", \"number\": \"1.0.0\", \"summary\": "
              "\"s\"}]}}}",
     .passes = "{\"document\": {\"tracking\": {\"version\": \"1.0.0\", \"revision_history\": "
               "[{\"date\": \"2026-03-02T10:00:00Z\", \"number\": \"1.0.0\", \"summary\": "
               "\"s\"}]}}}",
     .on_document = conform_6_1_20},
    {"6.1.21", "Missing item in the revision history",
     "The revisions sorted by date begin with 0 or 1 and leave no version out; of "
     "semantic versions the first number counts.",
     "Add the revision that is missing.",
     .fails = "{\"document\": {\"tracking\": {\"version\": \"3\", \"revision_history\": "
              "[{\"date\": \"2026-03-01T10:00:00Z\", \"number\": \"1\", \"summary\": \"s\"}, "
              "{\"date\": \"2026-03-02T10:00:00Z\", \"number\": \"3\", \"summary\": \"s\"}]}}}",
     .passes = "{\"document\": {\"tracking\": {\"version\": \"2\", \"revision_history\": "
               "[{\"date\": \"2026-03-01T10:00:00Z\", \"number\": \"1\", \"summary\": \"s\"}, "
               "{\"date\": \"2026-03-02T10:00:00Z\", \"number\": \"2\", \"summary\": \"s\"}]}}}",
     .on_document = conform_6_1_21},
    {"6.1.22", "Revision defined twice",
     "No two revisions have the same number.",
     "Give each revision its own number.",
     .fails = "{\"document\": {\"tracking\": {\"version\": \"1\", \"revision_history\": "
              "[{\"date\": \"2026-03-01T10:00:00Z\", \"number\": \"1\", \"summary\": \"s\"}, "
              "{\"date\": \"2026-03-02T10:00:00Z\", \"number\": \"1\", \"summary\": \"s\"}]}}}",
     .passes = "{\"document\": {\"tracking\": {\"version\": \"2\", \"revision_history\": "
               "[{\"date\": \"2026-03-01T10:00:00Z\", \"number\": \"1\", \"summary\": \"s\"}, "
               "{\"date\": \"2026-03-02T10:00:00Z\", \"number\": \"2\", \"summary\": \"s\"}]}}}",
     .on_document = conform_6_1_22},
    {"6.1.23", "CVE used twice",
     "No two vulnerabilities have the same CVE number.",
     "Put what belongs to one CVE into one vulnerability.",
     .fails = "{\"vulnerabilities\": [{\"cve\": \"CVE-2026-900001\", \"notes\": "
              "[{\"category\": \"summary\", \"text\": \"t\"}], \"product_status\": "
              "{\"known_affected\": [\"P1\"]}}, {\"cve\": \"CVE-2026-900001\", \"notes\": "
              "[{\"category\": \"summary\", \"text\": \"t\"}], \"product_status\": "
              "{\"known_affected\": [\"P1\"]}}]}",
     .passes = "{\"vulnerabilities\": [{\"cve\": \"CVE-2026-900001\", \"notes\": "
               "[{\"category\": \"summary\", \"text\": \"t\"}], \"product_status\": "
               "{\"known_affected\": [\"P1\"]}}, {\"cve\": \"CVE-2026-900002\", \"notes\": "
               "[{\"category\": \"summary\", \"text\": \"t\"}], \"product_status\": "
               "{\"known_affected\": [\"P1\"]}}]}",
     .on_document = conform_6_1_23},
    {"6.1.24", "Involvement defined twice",
     "In one vulnerability a party is involved at most once at one date, whatever its "
     "status.",
     "Keep one involvement of the party at that date.",
     .fails = "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": "
              "\"t\"}], \"product_status\": {\"known_affected\": [\"P1\"]}, \"involvements\": "
              "[{\"date\": \"2026-03-01T10:00:00Z\", \"party\": \"vendor\", \"status\": "
              "\"open\"}, {\"date\": \"2026-03-01T10:00:00Z\", \"party\": \"vendor\", "
              "\"status\": \"completed\"}]}]}",
     .passes = "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": "
               "\"t\"}], \"product_status\": {\"known_affected\": [\"P1\"]}, \"involvements\": "
               "[{\"date\": \"2026-03-01T10:00:00Z\", \"party\": \"vendor\", \"status\": "
               "\"open\"}, {\"date\": \"2026-03-02T10:00:00Z\", \"party\": \"vendor\", "
               "\"status\": \"completed\"}]}]}",
     .on_vulnerability = conform_6_1_24},
    {"6.1.25", "Hash algorithm used twice",
     "A file has at most one hash of each algorithm.",
     "Keep the hash that is true.",
     .fails = "{\"product_tree\": {\"full_product_names\": [{\"name\": \"Pump F\", "
              "\"product_id\": \"F\", \"product_identification_helper\": {\"hashes\": "
              "[{\"filename\": \"a.bin\", \"file_hashes\": [{\"algorithm\": \"sha256\", "
              "\"value\": \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}"
              ", {\"algorithm\": \"sha256\", \"value\": "
              "\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"}]}]}}]}}",
     .passes = "{\"product_tree\": {\"full_product_names\": [{\"name\": \"Pump F\", "
               "\"product_id\": \"F\", \"product_identification_helper\": {\"hashes\": "
               "[{\"filename\": \"a.bin\", \"file_hashes\": [{\"algorithm\": \"sha256\", "
               "\"value\": \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}"
               ", {\"algorithm\": \"sha512\", \"value\": "
               "\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
               "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"}]}]}}]}}",
     .on_product = conform_6_1_25},
    {"6.1.26", "Prohibited document category",
     "A category that is no profile neither begins with csaf_ nor reads like the name "
     "of a profile.",
     "Write the profile exactly, such as csaf_security_advisory, or choose other "
     "words.",
     .fails = "{\"document\": {\"category\": \"Security-Advisory\"}}",
     .passes = "{\"document\": {\"category\": \"csaf_security_advisory\"}}",
     .on_document = conform_6_1_26},
    {.id = NULL}};
/* clang-format on */
