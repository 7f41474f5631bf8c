#include "advisory/gate_rows.h"

#include "advisory/quote.h"
#include "base/utf8.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Severities as the table of the gate has them; a row keeps its test id for ever. */
static const struct {
    const char *test;
    const char *gate;
    enum severity severity;
} rows[ROW_COUNT] = {
    [ROW_BYTES] = {"gate.0", "G0", SEVERITY_REJECT},
    [ROW_CATEGORY] = {"gate.1", "G1", SEVERITY_REJECT},
    [ROW_TITLE] = {"gate.2", "G1", SEVERITY_REJECT},
    [ROW_PUBLISHER] = {"gate.3", "G1", SEVERITY_WARN},
    [ROW_CONTACT] = {"gate.4", "G1", SEVERITY_WAIVABLE},
    [ROW_ID] = {"gate.5", "G1", SEVERITY_REJECT},
    [ROW_STATUS] = {"gate.6", "G1", SEVERITY_REJECT},
    [ROW_DATES] = {"gate.8", "G1", SEVERITY_REJECT},
    [ROW_DESCRIPTION] = {"gate.9", "G2", SEVERITY_REJECT},
    [ROW_VAGUE] = {"gate.9a", "G2", SEVERITY_WAIVABLE},
    [ROW_CVE] = {"gate.10", "G2", SEVERITY_WAIVABLE},
    [ROW_SCORE] = {"gate.11", "G2", SEVERITY_WAIVABLE},
    [ROW_VERSIONS] = {"gate.13", "G2", SEVERITY_REJECT},
    [ROW_COVERAGE] = {"gate.14", "G2", SEVERITY_WAIVABLE},
    [ROW_JUSTIFIED] = {"gate.15", "G2", SEVERITY_WARN},
    [ROW_RESOLUTION] = {"gate.16", "G2", SEVERITY_REJECT},
    [ROW_NEXT] = {"gate.17", "G2", SEVERITY_WAIVABLE},
    [ROW_FIX] = {"gate.18", "G2", SEVERITY_WARN},
    [ROW_CONTROLS] = {"gate.19", "G2", SEVERITY_WAIVABLE},
    [ROW_EXPLOITED] = {"gate.20", "G2", SEVERITY_WARN},
    [ROW_HAZARD] = {"gate.21", "G3", SEVERITY_REJECT},
    [ROW_ACTION] = {"gate.22", "G3", SEVERITY_REJECT},
    [ROW_DEVICE] = {"gate.23", "G3", SEVERITY_REJECT},
    [ROW_SRN] = {"gate.24", "G3", SEVERITY_REJECT},
    [ROW_NUMBERS] = {"gate.25", "G3", SEVERITY_REJECT},
    [ROW_INFORMED] = {"gate.26", "G3", SEVERITY_REJECT},
    [ROW_REPLY] = {"gate.27", "G3", SEVERITY_REJECT},
    [ROW_ADVERTISING] = {"gate.28", "G2", SEVERITY_WARN},
    [ROW_LANGUAGE] = {"gate.29", "G3", SEVERITY_REJECT},
    [ROW_TLP] = {"gate.31", "G4", SEVERITY_REJECT},
    [ROW_CREDIT] = {"gate.33", "G2", SEVERITY_WARN},
    [ROW_CWE] = {"gate.36", "G2", SEVERITY_WARN},
    [ROW_HTML] = {"gate.41", "G1", SEVERITY_REJECT},
};

const char *severity_word(enum severity severity)
{
    switch (severity) {
    case SEVERITY_REJECT:
        return "reject";
    case SEVERITY_WAIVABLE:
        return "waivable";
    case SEVERITY_WARN:
        return "warn";
    case SEVERITY_NOTE:
        break;
    }
    return "note";
}

bool gate_is_full(const struct gate *gate)
{
    return gate->count == GATE_FINDINGS_MAX;
}

const char *gate_words(struct gate *gate, const char *format, ...)
{
    char usual[512]; /* most fit, and are formatted once */
    char *text = NULL;
    va_list args;
    if (gate_is_full(gate))
        return "";
    va_start(args, format);
    int size = vsnprintf(usual, sizeof usual, format, args);
    va_end(args);
    assert(size >= 0);
    if ((size_t)size < sizeof usual)
        return arena_strndup(gate->arena, usual, (size_t)size);
    text = arena_alloc(gate->arena, (size_t)size + 1);
    va_start(args, format);
    (void)vsnprintf(text, (size_t)size + 1, format, args);
    va_end(args);
    return text;
}

const char *gate_quote(struct gate *gate, const char *text)
{
    if (gate_is_full(gate))
        return "";
    struct str line;
    str_init(&line, STR_LIMIT_LINE);
    quote_add(&line, text);
    const char *quoted = arena_strdup(gate->arena, str_text(&line));
    str_dispose(&line);
    return quoted;
}

bool gate_text_is_real(const char *text)
{
    struct bytes bytes = bytes_of(text);
    for (size_t at = 0; at < bytes.size;) {
        uint32_t c = utf8_next(bytes, &at);
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        /* U+00C0 on are letters but for two signs; U+2000 to U+2BFF and U+3000 to U+3004 are not.
         */
        bool beyond = c >= 0xC0 && c != 0xD7 && c != 0xF7 && !(c >= 0x2000 && c < 0x2C00) &&
                      !(c >= 0x3000 && c < 0x3005) && c != 0xFEFF && c < 0xFFF0;
        if (letter || beyond || c >= 0x10000)
            return true;
    }
    return false;
}

static void add_finding(struct gate *gate, const struct finding *finding)
{
    if (gate_is_full(gate)) {
        if (gate->omitted++ == 0 || finding->severity < gate->worst_omitted.severity)
            gate->worst_omitted = *finding;
        return;
    }
    struct gate_entry entry = {.finding = *finding, .order = gate->count};
    arena_push(gate->arena, &gate->entries, &gate->count, sizeof entry, &entry);
}

static const char *quoted_text(struct gate *gate, const char *text)
{
    struct str line;
    str_init(&line, STR_LIMIT_LINE);
    str_add_c(&line, '"');
    quote_add(&line, text);
    str_add_c(&line, '"');
    const char *quoted = arena_strndup(gate->arena, str_text(&line), line.size);
    str_dispose(&line);
    return quoted;
}

/* Texts, numbers and words as they stand there; a list or an object would be too long. */
static const char *found_at(struct gate *gate, const struct json *where)
{
    switch (json_type(where)) {
    case JSON_STRING:
        return quoted_text(gate, json_string(where));
    case JSON_NUMBER:
        return gate_quote(gate, json_number(where));
    case JSON_BOOL:
        return json_bool(where) ? "true" : "false";
    case JSON_NULL:
        return "null";
    case JSON_ARRAY:
    case JSON_OBJECT:
        break;
    }
    return NULL;
}

static const char *pointer_to(struct gate *gate, const struct json *where)
{
    struct str pointer;
    str_init(&pointer, STR_LIMIT_TEXT);
    json_pointer(&pointer, where);
    const char *text = arena_strdup(gate->arena, str_text(&pointer));
    str_dispose(&pointer);
    return text;
}

void gate_report(struct gate *gate, struct finding finding, const struct json *where)
{
    if (!gate_is_full(gate)) {
        json_where(gate->csaf->doc, where, &finding.line, &finding.column);
        finding.pointer = pointer_to(gate, where);
        finding.found = found_at(gate, where);
    }
    add_finding(gate, &finding);
}

void gate_add_place(struct gate *gate, struct finding *finding, const struct json *where)
{
    finding->more++;
    /* Past as many places nobody is told more by another, and places may be a million. */
    if (finding->more > FINDING_ALSO_MOST || where == NULL)
        return;
    const char *pointer = pointer_to(gate, where);
    size_t i = 0;
    while (i < FINDING_ALSO_MOST && finding->also[i] != NULL &&
           !text_equal(finding->also[i], pointer))
        i++;
    if (i < FINDING_ALSO_MOST && pointer[0] != '\0' && !text_equal(finding->pointer, pointer))
        finding->also[i] = pointer;
}

void gate_add_as(struct gate *gate, enum gate_row row, enum severity severity,
                 const struct json *where, const char *message, const char *mend)
{
    gate_report(gate,
                (struct finding){.test = rows[row].test,
                                 .gate = rows[row].gate,
                                 .severity = severity,
                                 .message = message,
                                 .mend = mend},
                where);
}

void gate_add(struct gate *gate, enum gate_row row, const struct json *where, const char *message,
              const char *mend)
{
    gate_add_as(gate, row, rows[row].severity, where, message, mend);
}

static void add_omitted(struct gate *gate)
{
    struct finding finding = gate->worst_omitted;
    if (gate->omitted == 0)
        return;
    finding.pointer = "";
    finding.line = 1;
    finding.column = 1;
    finding.message = arena_printf(gate->arena, "%zu more findings are not listed.", gate->omitted);
    finding.mend = "Mend those that are listed and check again.";
    struct gate_entry entry = {.finding = finding, .order = gate->count};
    arena_push(gate->arena, &gate->entries, &gate->count, sizeof entry, &entry);
}

/* Worst first, then in the order of the text, then in the order of the rows. */
static int compare_entries(const void *a, const void *b)
{
    const struct gate_entry *x = a;
    const struct gate_entry *y = b;
    if (x->finding.severity != y->finding.severity)
        return x->finding.severity < y->finding.severity ? -1 : 1;
    if (x->finding.line != y->finding.line)
        return x->finding.line < y->finding.line ? -1 : 1;
    if (x->finding.column != y->finding.column)
        return x->finding.column < y->finding.column ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

/* A waiver is for what its person has read: the same finding in the same words. */
static const char *waived_by(const struct gate *gate, const struct finding *finding)
{
    if (finding->severity != SEVERITY_WAIVABLE)
        return NULL;
    for (size_t i = 0; i < gate->context.waiver_count; i++) {
        const struct gate_waiver *waiver = &gate->context.waivers[i];
        if (text_equal(waiver->test, finding->test) &&
            text_equal(waiver->pointer, finding->pointer) &&
            text_equal(waiver->message, finding->message))
            return arena_strdup(gate->arena, waiver->person);
    }
    return NULL;
}

static void finish(struct gate_result *out, struct gate *gate)
{
    bool hard = false;
    add_omitted(gate);
    if (gate->count > 1)
        qsort(gate->entries, gate->count, sizeof *gate->entries, compare_entries);
    for (size_t i = 0; i < gate->count; i++) {
        struct finding *finding = &gate->entries[i].finding;
        finding->waived = waived_by(gate, finding);
        arena_push(gate->arena, &out->findings, &out->count, sizeof *finding, finding);
        out->refused =
            out->refused || (finding->severity <= SEVERITY_WAIVABLE && finding->waived == NULL);
        hard = hard || finding->severity == SEVERITY_REJECT;
    }
    out->waits = out->refused && !hard;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (gate->skipped[i])
            arena_push(gate->arena, &out->skipped, &out->skipped_count, sizeof rows[i].test,
                       &rows[i].test);
    }
}

/* The bytes could not be read at all: the only finding. */
static void add_fault(struct gate *gate, const struct json_fault *fault)
{
    struct finding finding = {.test = rows[ROW_BYTES].test,
                              .gate = rows[ROW_BYTES].gate,
                              .severity = rows[ROW_BYTES].severity,
                              .pointer = "",
                              .line = fault->line,
                              .column = fault->column,
                              .message = arena_printf(gate->arena, "The file cannot be read: %s.",
                                                      gate_quote(gate, fault->what)),
                              .mend =
                                  arena_printf(gate->arena, "%s.", gate_quote(gate, fault->mend))};
    add_finding(gate, &finding);
}

void gate_check(struct gate_result *out, struct csaf **out_csaf, struct bytes text,
                const struct gate_context *context)
{
    struct csaf *csaf = NULL;
    struct json_fault fault = {.line = 1, .column = 1};
    struct err err;
    *out = (struct gate_result){.arena = arena_new()};
    struct gate gate = {.arena = out->arena};
    if (context != NULL)
        gate.context = *context;

    if (csaf_parse(&csaf, text, &fault, &err) != OK) {
        add_fault(&gate, &fault);
    } else {
        gate.csaf = csaf;
        gate_check_conformance(&gate, &out->csaf);
        gate_check_document(&gate);
        gate.mark = xcalloc(csaf->product_count, sizeof *gate.mark);
        gate_check_vulnerabilities(&gate);
        gate_check_publication(&gate);
        gate_check_details(&gate);
        gate_check_coverage(&gate);
        gate_check_safety(&gate);
        gate_check_wording(&gate);
        free(gate.mark);
    }
    finish(out, &gate);
    if (out_csaf != NULL)
        *out_csaf = csaf;
    else
        csaf_free(csaf);
}

void gate_dispose(struct gate_result *result)
{
    if (result == NULL)
        return;
    arena_free(result->arena);
    *result = (struct gate_result){.arena = NULL};
}
