/* The document of CSAF 2.0, as its JSON schema says (OASIS Standard, 18 November 2022). */
#include "advisory/schema_table.h"

static const struct schema text = {.kind = SCHEMA_TEXT};
static const struct schema date = {.kind = SCHEMA_TEXT, .form = &form_date_time};
static const struct schema uri = {.kind = SCHEMA_TEXT, .form = &form_uri};
static const struct schema language = {.kind = SCHEMA_TEXT, .form = &form_language};
static const struct schema version = {.kind = SCHEMA_TEXT, .form = &form_version};
static const struct schema texts = {.kind = SCHEMA_LIST, .items = &text, .least = 1};
static const struct schema uris = {.kind = SCHEMA_LIST, .items = &uri, .least = 1};
/* Ids of products or groups, aliases, model and serial numbers. */
static const struct schema ids = {
    .kind = SCHEMA_LIST, .items = &text, .least = 1, .distinct = true};

static const struct schema acknowledgment = {
    .kind = SCHEMA_OBJECT,
    .closed = true,
    .least = 1,
    .members = MEMBERS({"names", &texts, FREE}, {"organization", &text, FREE},
                       {"summary", &text, FREE}, {"urls", &uris, FREE})};
static const struct schema acknowledgments = {
    .kind = SCHEMA_LIST, .items = &acknowledgment, .least = 1};

static const struct schema note = {
    .kind = SCHEMA_OBJECT,
    .closed = true,
    .members = MEMBERS(
        {"audience", &text, FREE},
        {"category",
         WORDS("description", "details", "faq", "general", "legal_disclaimer", "other", "summary"),
         NEEDED},
        {"text", &text, NEEDED}, {"title", &text, FREE})};
static const struct schema notes = {.kind = SCHEMA_LIST, .items = &note, .least = 1};

static const struct schema reference = {
    .kind = SCHEMA_OBJECT,
    .closed = true,
    .members = MEMBERS({"category", WORDS("external", "self"), FREE}, {"summary", &text, NEEDED},
                       {"url", &uri, NEEDED})};
static const struct schema references = {.kind = SCHEMA_LIST, .items = &reference, .least = 1};

static const struct schema publisher = {
    .kind = SCHEMA_OBJECT,
    .closed = true,
    .members = MEMBERS({"category",
                        WORDS("coordinator", "discoverer", "other", "translator", "user", "vendor"),
                        NEEDED},
                       {"contact_details", &text, FREE}, {"issuing_authority", &text, FREE},
                       {"name", &text, NEEDED}, {"namespace", &uri, NEEDED})};

static const struct schema revision = {
    .kind = SCHEMA_OBJECT,
    .closed = true,
    .members = MEMBERS({"date", &date, NEEDED}, {"legacy_version", &text, FREE},
                       {"number", &version, NEEDED}, {"summary", &text, NEEDED})};

static const struct schema generator = {
    .kind = SCHEMA_OBJECT,
    .closed = true,
    .members =
        MEMBERS({"date", &date, FREE},
                {"engine", OBJECT({"name", &text, NEEDED}, {"version", &text, FREE}), NEEDED})};

static const struct schema tracking = {
    .kind = SCHEMA_OBJECT,
    .closed = true,
    .members = MEMBERS(
        {"aliases", &ids, FREE}, {"current_release_date", &date, NEEDED},
        {"generator", &generator, FREE}, {"id", FORM(form_tracking_id), NEEDED},
        {"initial_release_date", &date, NEEDED}, {"revision_history", LIST(&revision), NEEDED},
        {"status", WORDS("draft", "final", "interim"), NEEDED}, {"version", &version, NEEDED})};

static const struct schema document = {
    .kind = SCHEMA_OBJECT,
    .closed = true,
    .members = MEMBERS(
        {"acknowledgments", &acknowledgments, FREE},
        {"aggregate_severity", OBJECT({"namespace", &uri, FREE}, {"text", &text, NEEDED}), FREE},
        {"category", FORM(form_category), NEEDED}, {"csaf_version", WORDS("2.0"), NEEDED},
        {"distribution",
         OBJECT_OF(1, {"text", &text, FREE},
                   {"tlp",
                    OBJECT({"label", WORDS("AMBER", "GREEN", "RED", "WHITE"), NEEDED},
                           {"url", &uri, FREE}),
                    FREE}),
         FREE},
        {"lang", &language, FREE}, {"notes", &notes, FREE}, {"publisher", &publisher, NEEDED},
        {"references", &references, FREE}, {"source_lang", &language, FREE},
        {"title", &text, NEEDED}, {"tracking", &tracking, NEEDED})};

static const struct schema helper = {
    .kind = SCHEMA_OBJECT,
    .closed = true,
    .least = 1,
    .members = MEMBERS(
        {"cpe", FORM(form_cpe), FREE},
        {"hashes",
         LIST(
             OBJECT({"file_hashes",
                     LIST(OBJECT({"algorithm", &text, NEEDED}, {"value", FORM(form_hash), NEEDED})),
                     NEEDED},
                    {"filename", &text, NEEDED})),
         FREE},
        {"model_numbers", &ids, FREE}, {"purl", FORM(form_purl), FREE}, {"sbom_urls", &uris, FREE},
        {"serial_numbers", &ids, FREE}, {"skus", &texts, FREE},
        {"x_generic_uris", LIST(OBJECT({"namespace", &uri, NEEDED}, {"uri", &uri, NEEDED})),
         FREE})};

static const struct schema full_product_name = {
    .kind = SCHEMA_OBJECT,
    .closed = true,
    .members = MEMBERS({"name", &text, NEEDED}, {"product_id", &text, NEEDED},
                       {"product_identification_helper", &helper, FREE})};

static const struct schema branch;
static const struct schema branches = {.kind = SCHEMA_LIST, .items = &branch, .least = 1};
static const struct schema branch = {
    .kind = SCHEMA_OBJECT,
    .closed = true,
    .least = 3,
    .most = 3,
    .members = MEMBERS({"branches", &branches, FREE},
                       {"category",
                        WORDS("architecture", "host_name", "language", "legacy", "patch_level",
                              "product_family", "product_name", "product_version",
                              "product_version_range", "service_pack", "specification", "vendor"),
                        NEEDED},
                       {"name", &text, NEEDED}, {"product", &full_product_name, FREE})};

static const struct schema group_ids = {
    .kind = SCHEMA_LIST, .items = &text, .least = 2, .distinct = true};

static const struct schema product_tree = {
    .kind = SCHEMA_OBJECT,
    .closed = true,
    .least = 1,
    .members = MEMBERS(
        {"branches", &branches, FREE}, {"full_product_names", LIST(&full_product_name), FREE},
        {"product_groups",
         LIST(OBJECT({"group_id", &text, NEEDED}, {"product_ids", &group_ids, NEEDED},
                     {"summary", &text, FREE})),
         FREE},
        {"relationships",
         LIST(OBJECT({"category",
                      WORDS("default_component_of", "external_component_of", "installed_on",
                            "installed_with", "optional_component_of"),
                      NEEDED},
                     {"full_product_name", &full_product_name, NEEDED},
                     {"product_reference", &text, NEEDED},
                     {"relates_to_product_reference", &text, NEEDED})),
         FREE})};

static const struct schema flag = {
    .kind = SCHEMA_OBJECT,
    .closed = true,
    .members = MEMBERS({"date", &date, FREE}, {"group_ids", &ids, FREE},
                       {"label",
                        WORDS("component_not_present", "inline_mitigations_already_exist",
                              "vulnerable_code_cannot_be_controlled_by_adversary",
                              "vulnerable_code_not_in_execute_path", "vulnerable_code_not_present"),
                        NEEDED},
                       {"product_ids", &ids, FREE})};

static const struct schema involvement = {
    .kind = SCHEMA_OBJECT,
    .closed = true,
    .members =
        MEMBERS({"date", &date, FREE},
                {"party", WORDS("coordinator", "discoverer", "other", "user", "vendor"), NEEDED},
                {"status",
                 WORDS("completed", "contact_attempted", "disputed", "in_progress", "not_contacted",
                       "open"),
                 NEEDED},
                {"summary", &text, FREE})};

static const struct schema product_status = {
    .kind = SCHEMA_OBJECT,
    .closed = true,
    .least = 1,
    .members = MEMBERS({"first_affected", &ids, FREE}, {"first_fixed", &ids, FREE},
                       {"fixed", &ids, FREE}, {"known_affected", &ids, FREE},
                       {"known_not_affected", &ids, FREE}, {"last_affected", &ids, FREE},
                       {"recommended", &ids, FREE}, {"under_investigation", &ids, FREE})};

static const struct schema remediation = {
    .kind = SCHEMA_OBJECT,
    .closed = true,
    .members = MEMBERS(
        {"category",
         WORDS("mitigation", "no_fix_planned", "none_available", "vendor_fix", "workaround"),
         NEEDED},
        {"date", &date, FREE}, {"details", &text, NEEDED}, {"entitlements", &texts, FREE},
        {"group_ids", &ids, FREE}, {"product_ids", &ids, FREE},
        {"restart_required",
         OBJECT({"category",
                 WORDS("connected", "dependencies", "machine", "none", "parent", "service",
                       "system", "vulnerable_component", "zone"),
                 NEEDED},
                {"details", &text, FREE}),
         FREE},
        {"url", &uri, FREE})};

static const struct schema score = {.kind = SCHEMA_OBJECT,
                                    .closed = true,
                                    .least = 2,
                                    .members = MEMBERS({"cvss_v2", &schema_cvss_v2, FREE},
                                                       {"cvss_v3", &schema_cvss_v3, FREE},
                                                       {"products", &ids, NEEDED})};

static const struct schema threat = {
    .kind = SCHEMA_OBJECT,
    .closed = true,
    .members = MEMBERS({"category", WORDS("exploit_status", "impact", "target_set"), NEEDED},
                       {"date", &date, FREE}, {"details", &text, NEEDED}, {"group_ids", &ids, FREE},
                       {"product_ids", &ids, FREE})};

static const struct schema vulnerability = {
    .kind = SCHEMA_OBJECT,
    .closed = true,
    .least = 1,
    .members = MEMBERS(
        {"acknowledgments", &acknowledgments, FREE}, {"cve", FORM(form_cve), FREE},
        {"cwe", OBJECT({"id", FORM(form_cwe), NEEDED}, {"name", &text, NEEDED}), FREE},
        {"discovery_date", &date, FREE}, {"flags", DISTINCT(&flag), FREE},
        {"ids", DISTINCT(OBJECT({"system_name", &text, NEEDED}, {"text", &text, NEEDED})), FREE},
        {"involvements", DISTINCT(&involvement), FREE}, {"notes", &notes, FREE},
        {"product_status", &product_status, FREE}, {"references", &references, FREE},
        {"release_date", &date, FREE}, {"remediations", LIST(&remediation), FREE},
        {"scores", LIST(&score), FREE}, {"threats", LIST(&threat), FREE}, {"title", &text, FREE})};

const struct schema schema_csaf = {
    .kind = SCHEMA_OBJECT,
    .closed = true,
    .members = MEMBERS({"document", &document, NEEDED}, {"product_tree", &product_tree, FREE},
                       {"vulnerabilities", LIST(&vulnerability), FREE})};
