/* Rows 1, 2, 5 and 6, and row 9 for advisories that need no vulnerabilities. */
#include "advisory/gate_rows.h"

#include <string.h>

/*
 * The profiles of CSAF 2.0 section 4. An informational advisory (4.3) has no vulnerabilities, an
 * incident response (4.2) may have some; a security advisory (4.4) and a VEX (4.5) are nothing
 * without them. What has no profile is refused by row 1 and judged like the strict ones.
 */
bool gate_needs_vulnerabilities(const struct csaf *csaf)
{
    return !text_equal(csaf->category, "csaf_informational_advisory") &&
           !text_equal(csaf->category, "csaf_security_incident_response");
}

static bool is_profile(const char *category)
{
    static const char *const profiles[] = {"csaf_security_advisory", "csaf_vex",
                                           "csaf_informational_advisory",
                                           "csaf_security_incident_response"};
    for (size_t i = 0; i < sizeof profiles / sizeof profiles[0]; i++) {
        if (text_equal(category, profiles[i]))
            return true;
    }
    return false;
}

const struct json *gate_at(const struct gate *gate, const char *pointer)
{
    const struct json *deepest = NULL;
    (void)json_at(gate->csaf->root, pointer, &deepest);
    return deepest;
}

/* "is missing", "is empty", or what it is instead. */
static const char *fault_of(struct gate *gate, const char *pointer, const char *text)
{
    if (json_at(gate->csaf->root, pointer, NULL) == NULL)
        return "is missing";
    if (text == NULL)
        return "is not a text";
    if (!gate_text_is_real(text))
        return "is empty";
    return gate_words(gate, "is \"%s\"", gate_quote(gate, text));
}

static void check_word(struct gate *gate, enum gate_row row, const char *pointer, const char *text,
                       bool good, const char *what, const char *mend)
{
    if (good)
        return;
    gate_add(gate, row, gate_at(gate, pointer),
             gate_words(gate, "The %s %s.", what, fault_of(gate, pointer, text)), mend);
}

/* CSAF 2.0 test 6.1.27.1: without a vulnerability the notes are all that an advisory says. */
static void check_document_notes(struct gate *gate)
{
    static const char *const wanted[] = {"description", "details", "general", "summary"};
    for (size_t i = 0; i < gate->csaf->note_count; i++) {
        const struct csaf_note *note = &gate->csaf->notes[i];
        for (size_t k = 0; k < sizeof wanted / sizeof wanted[0]; k++) {
            if (text_equal(note->category, wanted[k]) && gate_text_is_real(note->text))
                return;
        }
    }
    gate_add(gate, ROW_DESCRIPTION, gate_at(gate, "/document/notes"),
             "The advisory has no description: no note of category description, details, general "
             "or summary with a text (CSAF 2.0, 6.1.27.1).",
             "Add a note of category summary that says what this is about.");
}

void gate_check_document(struct gate *gate)
{
    const struct csaf *csaf = gate->csaf;
    check_word(gate, ROW_CATEGORY, "/document/csaf_version", csaf->csaf_version,
               text_equal(csaf->csaf_version, "2.0"), "version of CSAF",
               "Write \"csaf_version\": \"2.0\"; other versions are not taken.");
    check_word(gate, ROW_CATEGORY, "/document/category", csaf->category, is_profile(csaf->category),
               "category of the advisory",
               "Use csaf_security_advisory, csaf_vex, csaf_informational_advisory or "
               "csaf_security_incident_response.");
    check_word(gate, ROW_TITLE, "/document/title", csaf->title, gate_text_is_real(csaf->title),
               "title", "Write the title that recipients shall read.");
    check_word(gate, ROW_ID, "/document/tracking/id", csaf->tracking_id,
               gate_text_is_real(csaf->tracking_id), "id of the advisory",
               "Give the advisory its id under /document/tracking/id.");
    check_word(gate, ROW_STATUS, "/document/tracking/status", csaf->status,
               text_equal(csaf->status, "final") || text_equal(csaf->status, "interim"),
               "status of the advisory",
               "Set the status to final, or to interim while facts are still open; a draft is "
               "never sent.");
    if (!gate_needs_vulnerabilities(csaf) && csaf->vulnerability_count == 0)
        check_document_notes(gate);
}
