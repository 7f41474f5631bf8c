#include "advisory/gate.h"

#include "base/json_out.h"
#include "base/utf8.h"

static const char *colour_of(enum severity severity)
{
    switch (severity) {
    case SEVERITY_REJECT:
        return "\033[1;31m";
    case SEVERITY_WAIVABLE:
        return "\033[1;33m";
    case SEVERITY_WARN:
        return "\033[1;36m";
    case SEVERITY_NOTE:
        break;
    }
    return "\033[1m";
}

static void print_places(struct str *out, const struct finding *finding)
{
    size_t named = 0;
    for (; named < FINDING_ALSO_MOST && finding->also[named] != NULL; named++) {
        bool last = named + 1 == finding->more;
        str_add(out, named == 0 ? " The same at " : last ? " and " : ", ");
        utf8_add_line(out, bytes_of(finding->also[named]));
    }
    size_t rest = finding->more - named;
    if (rest > 0)
        str_addf(out, "%s%zu more place%s", named == 0 ? " The same at " : " and ", rest,
                 rest == 1 ? "" : "s");
    str_add_c(out, '.');
}

static void print_finding(struct str *out, const struct finding *finding, const char *file,
                          bool colour)
{
    str_add(out, file);
    str_add_c(out, ':');
    str_add_int(out, (int64_t)finding->line);
    str_add_c(out, ':');
    str_add_int(out, (int64_t)finding->column);
    str_add(out, ": ");
    str_add(out, colour ? colour_of(finding->severity) : "");
    str_add(out, severity_word(finding->severity));
    str_add(out, colour ? "\033[0m" : "");
    str_add_c(out, ' ');
    str_add(out, finding->test);
    str_add(out, " (");
    str_add(out, finding->gate);
    str_add_c(out, ')');
    if (finding->pointer[0] != '\0') {
        str_add(out, " at ");
        utf8_add_line(out, bytes_of(finding->pointer));
    }
    str_add(out, finding->found != NULL ? ": " : "");
    str_add(out, finding->found);
    str_add(out, "\n    ");
    str_add(out, finding->message);
    if (finding->more > 0)
        print_places(out, finding);
    if (finding->waived != NULL) {
        str_add(out, "\n    Waived by ");
        utf8_add_line(out, bytes_of(finding->waived));
        str_add(out, ".\n");
        return;
    }
    str_add(out, "\n    Mend: ");
    str_add(out, finding->mend);
    str_add_c(out, '\n');
}

/* Tests of CSAF that the preset asks for and this program never makes, and why. */
static void print_not_made(struct str *out, const struct gate_result *result)
{
    const char *before = NULL;
    for (size_t i = 0; result->csaf.judged && i < CONFORM_MOST; i++) {
        if (result->csaf.answer[i] != CONFORM_SKIPPED)
            continue;
        const struct conform_test *test = conform_test_at(i);
        if (before == NULL)
            str_add(out, "; never made: ");
        else
            str_addf(out, "%s%s%s", text_equal(before, test->skipped) ? "" : " (",
                     text_equal(before, test->skipped) ? "" : before,
                     text_equal(before, test->skipped) ? ", " : "), ");
        str_add(out, test->id);
        before = test->skipped;
    }
    if (before != NULL)
        str_addf(out, " (%s)", before);
}

void gate_print(struct str *out, const struct gate_result *result, const char *file, bool colour)
{
    size_t count[SEVERITY_NOTE + 1] = {0};
    struct str name; /* may be any bytes: made fit for a line once */
    str_init(&name, STR_LIMIT_LINE);
    utf8_add_line(&name, bytes_of(file));
    for (size_t i = 0; i < result->count; i++) {
        print_finding(out, &result->findings[i], str_text(&name), colour);
        count[result->findings[i].severity]++;
    }
    str_add(out, str_text(&name));
    str_dispose(&name);
    str_addf(out, ": %s%s%s", colour ? (result->refused ? "\033[1;31m" : "\033[1;32m") : "",
             result->refused ? "refused" : "accepted", colour ? "\033[0m" : "");
    if (result->count > 0)
        str_addf(out, " (%zu reject, %zu waivable, %zu warn", count[SEVERITY_REJECT],
                 count[SEVERITY_WAIVABLE], count[SEVERITY_WARN]);
    if (count[SEVERITY_NOTE] > 0)
        str_addf(out, ", %zu note", count[SEVERITY_NOTE]);
    str_add(out, result->count > 0 ? ")" : "");
    for (size_t i = 0; i < result->skipped_count; i++)
        str_addf(out, "%s%s", i == 0 ? "; not asked here: " : ", ", result->skipped[i]);
    print_not_made(out, result);
    str_add_c(out, '\n');
}

/* A file name may be any bytes; JSON is UTF-8. */
static void print_file(struct json_out *j, const char *file)
{
    struct str name;
    str_init(&name, STR_LIMIT_LINE);
    if (utf8_valid(bytes_of(file), NULL))
        str_add(&name, file);
    else
        utf8_add_line(&name, bytes_of(file));
    json_out_text(j, "file", str_text(&name));
    str_dispose(&name);
}

static void print_tests(struct json_out *j, const struct conform_outcome *csaf, const char *name,
                        enum conform_level level, enum conform_answer answer)
{
    const struct conform_test *test = NULL;
    json_out_array(j, name);
    for (size_t i = 0; (test = conform_test_at(i)) != NULL; i++) {
        bool asked = answer == CONFORM_SKIPPED || conform_level(test) == level;
        if (asked && csaf->answer[i] == answer)
            json_out_text(j, NULL, test->id);
    }
    json_out_end(j);
}

static void print_csaf(struct json_out *j, const struct conform_outcome *csaf)
{
    if (!csaf->judged) {
        json_out_null(j, "csaf");
        return;
    }
    json_out_object(j, "csaf");
    json_out_bool(j, "valid", csaf->valid);
    print_tests(j, csaf, "failed", CONFORM_MANDATORY, CONFORM_FIRED);
    print_tests(j, csaf, "warned", CONFORM_OPTIONAL, CONFORM_FIRED);
    print_tests(j, csaf, "informed", CONFORM_INFORMATIVE, CONFORM_FIRED);
    print_tests(j, csaf, "skipped", CONFORM_INFORMATIVE, CONFORM_SKIPPED);
    json_out_end(j);
}

void gate_print_json(struct str *out, const struct gate_result *result, const char *file)
{
    struct json_out j;
    json_out_init(&j, out, false);
    json_out_object(&j, NULL);
    json_out_text(&j, "schema", "tocsin.check/1");
    print_file(&j, file);
    json_out_text(&j, "verdict", result->refused ? "refused" : "accepted");
    print_csaf(&j, &result->csaf);
    json_out_array(&j, "skipped");
    for (size_t i = 0; i < result->skipped_count; i++)
        json_out_text(&j, NULL, result->skipped[i]);
    json_out_end(&j);
    json_out_array(&j, "findings");
    for (size_t i = 0; i < result->count; i++) {
        const struct finding *finding = &result->findings[i];
        json_out_object(&j, NULL);
        json_out_text(&j, "test", finding->test);
        json_out_text(&j, "gate", finding->gate);
        json_out_text(&j, "severity", severity_word(finding->severity));
        json_out_text(&j, "pointer", finding->pointer);
        json_out_int(&j, "line", (int64_t)finding->line);
        json_out_int(&j, "column", (int64_t)finding->column);
        json_out_text(&j, "found", finding->found);
        json_out_int(&j, "more", (int64_t)finding->more);
        json_out_array(&j, "also");
        for (size_t k = 0; k < FINDING_ALSO_MOST && finding->also[k] != NULL; k++)
            json_out_text(&j, NULL, finding->also[k]);
        json_out_end(&j);
        json_out_text(&j, "message", finding->message);
        json_out_text(&j, "mend", finding->mend);
        json_out_text(&j, "waived", finding->waived);
        json_out_end(&j);
    }
    json_out_end(&j);
    json_out_end(&j);
}
