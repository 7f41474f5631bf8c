/* What the optional tests of section 6.2 ask. */
#include "advisory/conform_tests.h"

/* clang-format off */
const struct conform_test conform_optional[] = {
    {"6.2.1", "Unused product id",
     "Each product that is defined is referred to somewhere. Not asked of an "
     "informational advisory.",
     "Say something about the product, or remove it.",
     .fails = "{\"product_tree\": {\"full_product_names\": [{\"name\": \"Pump P2\", "
              "\"product_id\": \"P2\"}]}}",
     .passes = "{\"product_tree\": {\"full_product_names\": [{\"name\": \"Pump P2\", "
               "\"product_id\": \"P2\"}]}, \"vulnerabilities\": [{\"notes\": [{\"category\": "
               "\"summary\", \"text\": \"t\"}], \"product_status\": {\"known_affected\": "
               "[\"P1\"], \"fixed\": [\"P2\"]}}]}",
     .on_product = conform_6_2_1},
    {"6.2.2", "Missing remediation",
     "Each product that is affected or under investigation has a remediation.",
     "Add one that names it; none_available is one, too.",
     .fails = "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": "
              "\"t\"}], \"product_status\": {\"known_affected\": [\"P1\"]}}]}",
     .passes = "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": "
               "\"t\"}], \"product_status\": {\"known_affected\": [\"P1\"]}, \"remediations\": "
               "[{\"category\": \"vendor_fix\", \"details\": \"Install 2.5.\", \"product_ids\": "
               "[\"P1\"]}]}]}",
     .on_vulnerability = conform_6_2_2},
    {"6.2.3", "Missing score",
     "Each affected product has a score.",
     "Add a score that names it.",
     .fails = "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": "
              "\"t\"}], \"product_status\": {\"known_affected\": [\"P1\"]}}]}",
     .passes = "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": "
               "\"t\"}], \"product_status\": {\"known_affected\": [\"P1\"]}, \"scores\": "
               "[{\"products\": [\"P1\"], \"cvss_v3\": {\"version\": \"3.1\", \"vectorString\": "
               "\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\", \"baseScore\": 9.8, "
               "\"baseSeverity\": \"CRITICAL\"}}]}]}",
     .on_vulnerability = conform_6_2_3},
    {"6.2.4", "Build metadata in the revision history",
     "No revision of the history has build metadata.",
     "Write the number without + and what follows.",
     .fails = "{\"document\": {\"tracking\": {\"version\": \"1.0.0\", \"revision_history\": "
              "[{\"date\": \"2026-03-01T10:00:00Z\", \"number\": \"1.0.0+7\", \"summary\": "
              "\"s\"}]}}}",
     .passes = "{\"document\": {\"tracking\": {\"version\": \"1.0.0\", \"revision_history\": "
               "[{\"date\": \"2026-03-01T10:00:00Z\", \"number\": \"1.0.0\", \"summary\": "
               "\"s\"}]}}}",
     .on_document = conform_6_2_4},
    {"6.2.5", "Initial release older than the history",
     "The initial release date is not earlier than the oldest revision.",
     "Correct the date, or add the revision.",
     .fails = "{\"document\": {\"tracking\": {\"initial_release_date\": "
              "\"2026-02-01T10:00:00Z\"}}}",
     .passes = "{\"document\": {\"tracking\": {\"initial_release_date\": "
               "\"2026-03-01T10:00:00Z\"}}}",
     .on_document = conform_6_2_5},
    {"6.2.6", "Current release older than the history",
     "The current release date is not earlier than the newest revision.",
     "Correct the date.",
     .fails = "{\"document\": {\"tracking\": {\"current_release_date\": "
              "\"2026-02-01T10:00:00Z\"}}}",
     .passes = "{\"document\": {\"tracking\": {\"current_release_date\": "
               "\"2026-03-01T10:00:00Z\"}}}",
     .on_document = conform_6_2_6},
    {"6.2.7", "Missing date of an involvement",
     "Each involvement has a date.",
     "Add when it was.",
     .fails = "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": "
              "\"t\"}], \"product_status\": {\"known_affected\": [\"P1\"]}, \"involvements\": "
              "[{\"party\": \"vendor\", \"status\": \"open\"}]}]}",
     .passes = "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": "
               "\"t\"}], \"product_status\": {\"known_affected\": [\"P1\"]}, \"involvements\": "
               "[{\"date\": \"2026-03-01T10:00:00Z\", \"party\": \"vendor\", \"status\": "
               "\"open\"}]}]}",
     .on_vulnerability = conform_6_2_7},
    {"6.2.8", "MD5 only",
     "md5 is not the only hash of a file.",
     "Add one of sha256 or better.",
     .fails = "{\"product_tree\": {\"full_product_names\": [{\"name\": \"Pump F\", "
              "\"product_id\": \"F\", \"product_identification_helper\": {\"hashes\": "
              "[{\"filename\": \"a.bin\", \"file_hashes\": [{\"algorithm\": \"md5\", "
              "\"value\": \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}]}]}}]}}",
     .passes = "{\"product_tree\": {\"full_product_names\": [{\"name\": \"Pump F\", "
               "\"product_id\": \"F\", \"product_identification_helper\": {\"hashes\": "
               "[{\"filename\": \"a.bin\", \"file_hashes\": [{\"algorithm\": \"md5\", "
               "\"value\": \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}, {\"algorithm\": \"sha256\", "
               "\"value\": \"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"}"
               "]}]}}]}}",
     .on_product = conform_6_2_8},
    {"6.2.9", "SHA-1 only",
     "sha1 is not the only hash of a file.",
     "Add one of sha256 or better.",
     .fails = "{\"product_tree\": {\"full_product_names\": [{\"name\": \"Pump F\", "
              "\"product_id\": \"F\", \"product_identification_helper\": {\"hashes\": "
              "[{\"filename\": \"a.bin\", \"file_hashes\": [{\"algorithm\": \"sha1\", "
              "\"value\": \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}]}]}}]}}",
     .passes = "{\"product_tree\": {\"full_product_names\": [{\"name\": \"Pump F\", "
               "\"product_id\": \"F\", \"product_identification_helper\": {\"hashes\": "
               "[{\"filename\": \"a.bin\", \"file_hashes\": [{\"algorithm\": \"sha1\", "
               "\"value\": \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}, {\"algorithm\": "
               "\"sha256\", \"value\": "
               "\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"}]}]}}]}}",
     .on_product = conform_6_2_9},
    {"6.2.10", "Missing TLP label",
     "The document has a TLP label, one that CSAF 2.0 knows.",
     "Write distribution, tlp, label: who may read it.",
     .fails = "{\"document\": {\"distribution\": null}}",
     .passes = "{\"document\": {\"distribution\": {\"tlp\": {\"label\": \"GREEN\"}}}}",
     .on_document = conform_6_2_10},
    {"6.2.11", "Missing canonical URL",
     "A reference of category self begins with https:// and ends with the file name "
     "of section 5.1.",
     "Add the address under which the advisory itself is published.",
     .fails = "{\"document\": {\"references\": [{\"category\": \"self\", \"summary\": \"s\", "
              "\"url\": \"https://example.com/advisory\"}]}}",
     .passes = "{\"document\": {\"references\": [{\"category\": \"self\", \"summary\": \"s\", "
               "\"url\": \"https://example.com/exm-2026-0100.json\"}]}}",
     .on_document = conform_6_2_11},
    {"6.2.12", "Missing document language",
     "The document says in which language it is.",
     "Add lang.",
     .fails = "{\"document\": {\"lang\": null}}",
     .passes = "{\"document\": {\"lang\": \"de\"}}",
     .on_document = conform_6_2_12},
    {"6.2.13", "Sorting",
     "The members of each object stand in alphabetical order.",
     "Let the editor sort the members.",
     .fails = "{\"a_member\": 1}",
     .passes = "{\"zz_member\": 1}",
     .on_document = conform_6_2_13},
    {"6.2.14", "Private language",
     "Languages have no part that is for private use.",
     "Use a registered language.",
     .fails = "{\"document\": {\"lang\": \"qtx\"}}",
     .passes = "{\"document\": {\"lang\": \"en-GB\"}}",
     .on_document = conform_6_2_14},
    {"6.2.15", "Default language",
     "Languages are not i-default.",
     "Say which language it is.",
     .fails = "{\"document\": {\"lang\": \"i-default\"}}",
     .passes = "{\"document\": {\"lang\": \"en\"}}",
     .on_document = conform_6_2_15},
    {"6.2.16", "Missing product identification helper",
     "Each product has something that finds it in a list of assets.",
     "Add product_identification_helper: model, serial or stock numbers, hashes, cpe "
     "or purl.",
     .fails = "{\"product_tree\": {\"full_product_names\": [{\"name\": \"Pump P2\", "
              "\"product_id\": \"P2\"}]}}",
     .passes = "{\"product_tree\": {\"full_product_names\": [{\"name\": \"Pump P2\", "
               "\"product_id\": \"P2\", \"product_identification_helper\": {\"model_numbers\": "
               "[\"P200\"]}}]}}",
     .on_product = conform_6_2_16},
    {"6.2.17", "CVE among the ids",
     "No CVE number stands in ids.",
     "Write it as cve, or give each CVE its own vulnerability.",
     .fails = "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": "
              "\"t\"}], \"product_status\": {\"known_affected\": [\"P1\"]}, \"ids\": "
              "[{\"system_name\": \"CVE\", \"text\": \"CVE-2026-900001\"}]}]}",
     .passes = "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": "
               "\"t\"}], \"product_status\": {\"known_affected\": [\"P1\"]}, \"ids\": "
               "[{\"system_name\": \"Example\", \"text\": \"EX-1\"}]}]}",
     .on_vulnerability = conform_6_2_17},
    {"6.2.18", "Version range without vers",
     "The name of a branch product_version_range is written in vers.",
     "Write it like vers:generic/<2.4.1.",
     .fails = "{\"product_tree\": {\"branches\": [{\"category\": \"product_version_range\", "
              "\"name\": \"<2.4.1\", \"product\": {\"name\": \"Pump P1\", \"product_id\": "
              "\"P1\"}}]}}",
     .passes = "{\"product_tree\": {\"branches\": [{\"category\": \"product_version_range\", "
               "\"name\": \"vers:generic/<2.4.1\", \"product\": {\"name\": \"Pump P1\", "
               "\"product_id\": \"P1\"}}]}}",
     .on_product = conform_6_2_18},
    {"6.2.19", "CVSS of a fixed product",
     "Scores of fixed products have an environmental score of 0.",
     "Leave fixed products out of the scores, or set modified impacts to none.",
     .fails = "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": "
              "\"t\"}], \"product_status\": {\"fixed\": [\"P1\"]}, \"scores\": [{\"products\": "
              "[\"P1\"], \"cvss_v3\": {\"version\": \"3.1\", \"vectorString\": "
              "\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\", \"baseScore\": 9.8, "
              "\"baseSeverity\": \"CRITICAL\"}}]}]}",
     .passes = "{\"vulnerabilities\": [{\"notes\": [{\"category\": \"summary\", \"text\": "
               "\"t\"}], \"product_status\": {\"fixed\": [\"P1\"]}, \"scores\": [{\"products\": "
               "[\"P1\"], \"cvss_v3\": {\"version\": \"3.1\", \"vectorString\": "
               "\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/MC:N/MI:N/MA:N\", \"baseScore\": "
               "9.8, \"baseSeverity\": \"CRITICAL\", \"environmentalScore\": 0}}]}]}",
     .on_vulnerability = conform_6_2_19},
    {"6.2.20", "Additional members",
     "The document has no member that the schemas of CSAF 2.0 and CVSS do not know.",
     "Remove it, or move what it says to where CSAF has a place for it.",
     .fails = "{\"document\": {\"zone\": \"Berlin\"}}",
     .passes = "{\"document\": {\"title\": \"Flaw in Pump\"}}",
    },
    {.id = NULL}};
/* clang-format on */
