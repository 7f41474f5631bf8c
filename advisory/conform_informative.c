/* What the informative tests of section 6.3 ask, and the rule for file names. */
#include "advisory/conform_tests.h"

/* clang-format off */
const struct conform_test conform_informative[] = {
    {"6.3.1", "CVSS v2 only",
     "A product that has a score of CVSS v2 has one of v3, too.",
     "Add CVSS v3.1.",
     .fails = "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": "
              "\"t\"}], \"product_status\": {\"known_affected\": [\"P1\"]}, \"scores\": "
              "[{\"products\": [\"P1\"], \"cvss_v2\": {\"version\": \"2.0\", \"vectorString\": "
              "\"AV:N/AC:L/Au:N/C:C/I:C/A:C\", \"baseScore\": 10.0}}]}]}",
     .passes = "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": "
               "\"t\"}], \"product_status\": {\"known_affected\": [\"P1\"]}, \"scores\": "
               "[{\"products\": [\"P1\"], \"cvss_v3\": {\"version\": \"3.1\", \"vectorString\": "
               "\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\", \"baseScore\": 9.8, "
               "\"baseSeverity\": \"CRITICAL\"}, \"cvss_v2\": {\"version\": \"2.0\", "
               "\"vectorString\": \"AV:N/AC:L/Au:N/C:C/I:C/A:C\", \"baseScore\": 10.0}}]}]}",
     .on_vulnerability = conform_6_3_1},
    {"6.3.2", "CVSS v3.0",
     "Scores are not of CVSS v3.0.",
     "Score it by v3.1.",
     .fails = "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": "
              "\"t\"}], \"product_status\": {\"known_affected\": [\"P1\"]}, \"scores\": "
              "[{\"products\": [\"P1\"], \"cvss_v3\": {\"version\": \"3.0\", \"vectorString\": "
              "\"CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\", \"baseScore\": 9.8, "
              "\"baseSeverity\": \"CRITICAL\"}}]}]}",
     .passes = "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": "
               "\"t\"}], \"product_status\": {\"known_affected\": [\"P1\"]}, \"scores\": "
               "[{\"products\": [\"P1\"], \"cvss_v3\": {\"version\": \"3.1\", \"vectorString\": "
               "\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\", \"baseScore\": 9.8, "
               "\"baseSeverity\": \"CRITICAL\"}}]}]}",
     .on_vulnerability = conform_6_3_2},
    {"6.3.3", "Missing CVE",
     "Each vulnerability has a CVE number.",
     "Ask a CNA for a number.",
     .fails = "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": "
              "\"t\"}], \"product_status\": {\"known_affected\": [\"P1\"]}}]}",
     .passes = "{\"vulnerabilities\": [{\"cve\": \"CVE-2026-900001\", \"notes\": "
               "[{\"category\": \"summary\", \"text\": \"t\"}], \"product_status\": "
               "{\"known_affected\": [\"P1\"]}}]}",
     .on_vulnerability = conform_6_3_3},
    {"6.3.4", "Missing CWE",
     "Each vulnerability has a CWE.",
     "Add id and name of the weakness.",
     .fails = "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": "
              "\"t\"}], \"product_status\": {\"known_affected\": [\"P1\"]}}]}",
     .passes = "{\"vulnerabilities\": [{\"cwe\": {\"id\": \"CWE-20\", \"name\": \"Improper "
               "Input Validation\"}, \"notes\": [{\"category\": \"summary\", \"text\": \"t\"}], "
               "\"product_status\": {\"known_affected\": [\"P1\"]}}]}",
     .on_vulnerability = conform_6_3_4},
    {"6.3.5", "Short hash",
     "Hashes have at least 64 digits.",
     "Use sha256 or better.",
     .fails = "{\"product_tree\": {\"full_product_names\": [{\"name\": \"Pump F\", "
              "\"product_id\": \"F\", \"product_identification_helper\": {\"hashes\": "
              "[{\"filename\": \"a.bin\", \"file_hashes\": [{\"algorithm\": \"md5\", "
              "\"value\": \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}, {\"algorithm\": \"sha256\", "
              "\"value\": \"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"}"
              "]}]}}]}}",
     .passes = "{\"product_tree\": {\"full_product_names\": [{\"name\": \"Pump F\", "
               "\"product_id\": \"F\", \"product_identification_helper\": {\"hashes\": "
               "[{\"filename\": \"a.bin\", \"file_hashes\": [{\"algorithm\": \"sha256\", "
               "\"value\": \"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"}"
               "]}]}}]}}",
     .on_product = conform_6_3_5},
    {"6.3.6", "URL of others that leads nowhere",
     "URLs that are not of category self lead to something that is there.",
     "Correct or remove the URL.",
     .fails = NULL,
     .passes = NULL,
     .skipped = "nothing is ever fetched for an advisory"},
    {"6.3.7", "URL of its own that leads nowhere",
     "The URLs of category self lead to something that is there.",
     "Publish the advisory there, or correct the URL.",
     .fails = NULL,
     .passes = NULL,
     .skipped = "nothing is ever fetched for an advisory"},
    {"6.3.8", "Spelling",
     "Texts have no spelling mistakes.",
     "Correct them.",
     .fails = NULL,
     .passes = NULL,
     .skipped = "there is no spelling checker in this program"},
    {"6.3.9", "Branch categories",
     "Above each product in branches stand vendor, product_name and product_version "
     "in that order.",
     "Sort the products under vendor, product_name and product_version.",
     .fails = "{\"product_tree\": {\"branches\": [{\"category\": \"product_version\", "
              "\"name\": \"2.4\", \"product\": {\"name\": \"Pump P1\", \"product_id\": "
              "\"P1\"}}]}}",
     .passes = "{\"product_tree\": {\"branches\": [{\"category\": \"vendor\", \"name\": "
               "\"Example\", \"branches\": [{\"category\": \"product_name\", \"name\": "
               "\"Pump\", \"branches\": [{\"category\": \"product_version\", \"name\": \"2.4\", "
               "\"product\": {\"name\": \"Pump P1\", \"product_id\": \"P1\"}}]}]}]}}",
     .on_product = conform_6_3_9},
    {"6.3.10", "Version range",
     "Branches are not of category product_version_range.",
     "List the versions, if there are not too many.",
     .fails = "{\"product_tree\": {\"branches\": [{\"category\": \"product_version_range\", "
              "\"name\": \"vers:generic/<2.4.1\", \"product\": {\"name\": \"Pump P1\", "
              "\"product_id\": \"P1\"}}]}}",
     .passes = "{\"product_tree\": {\"branches\": [{\"category\": \"product_version\", "
               "\"name\": \"2.4\", \"product\": {\"name\": \"Pump P1\", \"product_id\": "
               "\"P1\"}}]}}",
     .on_product = conform_6_3_10},
    {"6.3.11", "v before the version",
     "The name of a branch product_version does not begin with v and a digit.",
     "Write the number alone.",
     .fails = "{\"product_tree\": {\"branches\": [{\"category\": \"product_version\", "
              "\"name\": \"v2.4\", \"product\": {\"name\": \"Pump P1\", \"product_id\": "
              "\"P1\"}}]}}",
     .passes = "{\"product_tree\": {\"branches\": [{\"category\": \"product_version\", "
               "\"name\": \"2.4\", \"product\": {\"name\": \"Pump P1\", \"product_id\": "
               "\"P1\"}}]}}",
     .on_product = conform_6_3_11},
    {"5.1", "File name",
     "The file is called as the id in small letters, with one underscore for each run "
     "of signs other than a-z, 0-9, + and -, and .json.",
     "Rename the file.",
     .fails = NULL,
     .passes = NULL,
     .on_document = conform_5_1},
    {.id = NULL}};
/* clang-format on */
