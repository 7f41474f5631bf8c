#include "advisory/conform_run.h"

#include "advisory/csaf_read.h"
#include "advisory/schema.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FAULTS_LISTED 100 /* of one test */

static const char tests_of[] = "CSAF 2.0, ";

bool conform_preset_of(enum conform_preset *out, const char *word)
{
    static const struct {
        const char *word;
        enum conform_preset preset;
    } presets[] = {
        {"basic", CONFORM_BASIC}, {"extended", CONFORM_EXTENDED}, {"full", CONFORM_FULL}};
    for (size_t i = 0; i < sizeof presets / sizeof presets[0]; i++) {
        if (text_equal(word, presets[i].word)) {
            *out = presets[i].preset;
            return true;
        }
    }
    return false;
}

/* The lists are one; each ends with an id that is NULL. */
static const struct conform_test *const lists[] = {conform_mandatory, conform_profiles,
                                                   conform_optional, conform_informative};

const struct conform_test *conform_test_at(size_t number)
{
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        for (const struct conform_test *test = lists[i]; test->id != NULL; test++) {
            if (number-- == 0)
                return test;
        }
    }
    return NULL;
}

size_t conform_find(const char *id)
{
    const struct conform_test *test = NULL;
    for (size_t i = 0; (test = conform_test_at(i)) != NULL; i++) {
        if (text_equal(test->id, id))
            return i;
    }
    return SIZE_MAX;
}

enum conform_level conform_level(const struct conform_test *test)
{
    if (test->id[0] == '5')
        return CONFORM_NAME;
    if (test->id[0] == '6' && test->id[2] != '1')
        return test->id[2] == '2' ? CONFORM_OPTIONAL : CONFORM_INFORMATIVE;
    return CONFORM_MANDATORY;
}

void conform_add_source(struct str *out, const struct conform_test *test)
{
    str_add(out, tests_of);
    str_add(out, text_equal(test->id, "schema") ? "csaf_json_schema.json and section 3" : test->id);
}

static bool is_asked(const struct gate_context *context, enum conform_level level)
{
    switch (level) {
    case CONFORM_MANDATORY:
        return true;
    case CONFORM_OPTIONAL:
        return context->preset != CONFORM_BASIC;
    case CONFORM_INFORMATIVE:
        return context->preset == CONFORM_FULL;
    case CONFORM_NAME:
        break;
    }
    return context->file_name != NULL && context->preset != CONFORM_BASIC;
}

/*
 * The same thing over and over hides the others: of a warning the first place and a count are
 * enough, of a fault the first hundred.
 */
static bool is_counted(const struct conform *run, enum severity severity)
{
    return run->places[run->test] >= (severity >= SEVERITY_WARN ? 1 : FAULTS_LISTED);
}

static enum severity severity_of(const struct conform_test *test)
{
    static const enum severity severities[] = {[CONFORM_MANDATORY] = SEVERITY_REJECT,
                                               [CONFORM_OPTIONAL] = SEVERITY_WARN,
                                               [CONFORM_INFORMATIVE] = SEVERITY_NOTE,
                                               [CONFORM_NAME] = SEVERITY_WARN};
    return severities[conform_level(test)];
}

static void add_finding(struct conform *run, enum severity severity, const struct json *where,
                        const char *message, const char *mend)
{
    const struct conform_test *test = run->at[run->test];
    struct gate *gate = run->gate;
    size_t *listed = &run->listed[run->test];
    if (is_counted(run, severity)) {
        gate_add_place(gate, &gate->entries[*listed - 1].finding, where);
        return;
    }
    if (!gate_is_full(gate)) {
        *listed = gate->count + 1;
        run->places[run->test]++;
    }
    gate_report(
        gate,
        (struct finding){
            .test = test->id, .gate = "G1", .severity = severity, .message = message, .mend = mend},
        where);
}

const char *conform_quote(struct conform *run, const char *text)
{
    return is_counted(run, run->severity[run->test]) ? "" : gate_quote(run->gate, text);
}

void conform_fail(struct conform *run, const struct json *where, const char *mend,
                  const char *format, ...)
{
    const struct conform_test *test = run->at[run->test];
    enum severity severity = run->severity[run->test];
    const char *message = "";
    run->outcome->answer[run->test] = CONFORM_FIRED;
    if (!is_counted(run, severity) && !gate_is_full(run->gate)) {
        va_list args;
        char text[640];
        va_start(args, format);
        (void)vsnprintf(text, sizeof text, format, args);
        va_end(args);
        message = gate_words(run->gate, "%s (%s%s).", text, tests_of, test->id);
    }
    add_finding(run, severity, where != NULL ? where : run->root, message,
                mend != NULL ? mend : test->mend);
}

static bool schema_sink_is_full(const void *context)
{
    const struct conform *run = context;
    return gate_is_full(run->gate);
}

static void on_schema_fault(void *context, enum schema_fault fault, const struct json *where,
                            const char *message, const char *mend)
{
    struct conform *run = context;
    struct conform_outcome *outcome = run->outcome;
    size_t schema = run->schema;
    enum severity severity = SEVERITY_REJECT;
    run->test = schema;
    if (fault == SCHEMA_BROKEN_CVSS) {
        /* One finding is enough, but it is a fault of both. */
        outcome->answer[schema] = CONFORM_FIRED;
        run->test = run->cvss;
    } else if (fault == SCHEMA_ADDITIONAL) {
        size_t additional = run->additional;
        if (run->gate->context.preset != CONFORM_BASIC)
            outcome->answer[additional] = CONFORM_FIRED;
        else if (!run->gate->context.strict)
            return;
        run->test = run->gate->context.strict ? schema : additional;
        severity = run->gate->context.strict ? SEVERITY_REJECT : SEVERITY_WARN;
    }
    outcome->answer[run->test] = CONFORM_FIRED;
    if (is_counted(run, severity))
        add_finding(run, severity, where, "", "");
    else
        add_finding(run, severity, where, gate_words(run->gate, "%s", message),
                    gate_words(run->gate, "%s", mend));
}

/* Members of a vulnerability, each once, in one pass. */
static void read_vulnerability(struct conform_vulnerability *v, const struct json *where)
{
    const struct {
        const char *name;
        const struct json **at;
    } places[] = {{"cve", &v->cve},
                  {"cwe", &v->cwe},
                  {"flags", &v->flags},
                  {"ids", &v->ids},
                  {"involvements", &v->involvements},
                  {"notes", &v->notes},
                  {"product_status", &v->product_status},
                  {"remediations", &v->remediations},
                  {"scores", &v->scores},
                  {"threats", &v->threats}};
    *v = (struct conform_vulnerability){.where = where};
    for (const struct json *at = conform_member(where); at != NULL; at = json_next(at)) {
        for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
            if (json_name(at)[0] == places[i].name[0] &&
                strcmp(json_name(at), places[i].name) == 0) {
                *places[i].at = at;
                break;
            }
        }
    }
}

static void run_on_product(struct conform *run, const struct conform_product *product)
{
    for (size_t i = 0; i < run->of_product_count; i++) {
        run->test = run->of_product[i];
        run->at[run->test]->on_product(run, product);
    }
}

static void run_on_vulnerability(struct conform *run, const struct json *where)
{
    struct conform_vulnerability v;
    read_vulnerability(&v, where);
    for (size_t i = 0; i < run->of_vulnerability_count; i++) {
        run->test = run->of_vulnerability[i];
        run->at[run->test]->on_vulnerability(run, &v);
    }
}

static void run_all(struct conform *run)
{
    for (run->test = 0; run->test < run->count; run->test++) {
        if (run->at[run->test]->on_document != NULL &&
            run->outcome->answer[run->test] != CONFORM_NOT_ASKED)
            run->at[run->test]->on_document(run);
    }
    conform_each_product(run, run_on_product);
    for (const struct json *at = conform_first(json_get(run->root, "vulnerabilities")); at != NULL;
         at = json_next(at)) {
        if (json_is(at, JSON_OBJECT))
            run_on_vulnerability(run, at);
    }
}

/* Tests without a function of their own: what the schema finds is theirs. */
static void begin_schema(struct conform *run, const struct conform_test *test, size_t number)
{
    if (text_equal(test->id, "schema"))
        run->schema = number;
    else if (text_equal(test->id, "6.1.8"))
        run->cvss = number;
    else if (text_equal(test->id, "6.2.20"))
        run->additional = number;
}

static void begin_test(struct conform *run, const struct conform_test *test)
{
    size_t number = run->count++;
    assert(number < CONFORM_MOST);
    run->at[number] = test;
    run->severity[number] = (unsigned char)severity_of(test);
    if (test->on_document == NULL && test->on_vulnerability == NULL && test->on_product == NULL)
        begin_schema(run, test, number);
    if (!is_asked(&run->gate->context, conform_level(test)))
        return;
    run->outcome->answer[number] = test->skipped != NULL ? CONFORM_SKIPPED : CONFORM_PASSED;
    if (test->on_vulnerability != NULL)
        run->of_vulnerability[run->of_vulnerability_count++] = (unsigned char)number;
    if (test->on_product != NULL)
        run->of_product[run->of_product_count++] = (unsigned char)number;
}

/* Which tests there are, and which of them are asked. */
static void begin(struct conform *run)
{
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        for (const struct conform_test *test = lists[i]; test->id != NULL; test++)
            begin_test(run, test);
    }
}

/* What was not looked at to its end must not pass. */
static void refuse_bomb(struct conform *run)
{
    run->test = conform_find("6.1.33");
    add_finding(run, SEVERITY_REJECT, run->root,
                "The product groups named here come to too many products: not all tests could be "
                "made.",
                "Name each product once, or split the advisory.");
    run->outcome->answer[run->test] = CONFORM_FIRED;
}

void gate_check_conformance(struct gate *gate, struct conform_outcome *out)
{
    const struct json *root = gate->csaf->root;
    const struct json *document = json_get(root, "document");
    struct conform run = {.gate = gate,
                          .outcome = out,
                          .root = root,
                          .document = document,
                          .tracking = json_get(document, "tracking"),
                          .publisher = json_get(document, "publisher"),
                          .tree = json_get(root, "product_tree"),
                          .category = conform_text(json_get(document, "category"))};
    const struct schema_sink sink = {on_schema_fault, &run, schema_sink_is_full};
    *out = (struct conform_outcome){.judged = true};
    begin(&run);
    conform_names_init(&run.products.names, gate->csaf);
    conform_names_init(&run.groups.names, gate->csaf);
    conform_names_init(&run.words, gate->csaf);
    schema_check(&schema_csaf, root, &sink);
    conform_read_ids(&run);
    conform_read_revisions(&run);
    run_all(&run);
    if (run.too_expanded)
        refuse_bomb(&run);
    conform_dispose(&run);
    out->valid = true;
    for (size_t i = 0; i < run.count; i++)
        out->valid = out->valid && (conform_level(run.at[i]) != CONFORM_MANDATORY ||
                                    out->answer[i] != CONFORM_FIRED);
}

static void add_example(struct str *out, const char *title, const char *json)
{
    str_addf(out, "\n%s\n  %s\n", title, json);
}

void conform_explain(struct str *out, const struct conform_test *test)
{
    static const char *const levels[] = {
        [CONFORM_MANDATORY] = "mandatory: an advisory that fails is refused",
        [CONFORM_OPTIONAL] = "optional: a warning",
        [CONFORM_INFORMATIVE] = "informative: a note, with --preset full",
        [CONFORM_NAME] = "the rule for file names: a warning"};
    str_addf(out, "%s %s\n%s\n\n%s\n", test->id, test->title, levels[conform_level(test)],
             test->asks);
    str_addf(out, "Mend: %s\nSource: ", test->mend);
    conform_add_source(out, test);
    str_add_c(out, '\n');
    if (test->skipped != NULL)
        str_addf(out, "Not made here: %s\n", test->skipped);
    if (test->fails != NULL)
        add_example(out, "Fails:", test->fails);
    if (test->passes != NULL)
        add_example(out, "Passes:", test->passes);
}
