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
        break;
    }
    return "\033[1;36m";
}

static void print_finding(struct str *out, const struct finding *finding, const char *file,
                          bool colour)
{
    utf8_add_line(out, bytes_of(file));
    str_addf(out, ":%zu:%zu: ", finding->line, finding->column);
    str_add(out, colour ? colour_of(finding->severity) : "");
    str_add(out, severity_word(finding->severity));
    str_add(out, colour ? "\033[0m" : "");
    str_addf(out, " %s (%s)", finding->test, finding->gate);
    if (finding->pointer[0] != '\0') {
        str_add(out, " at ");
        utf8_add_line(out, bytes_of(finding->pointer));
    }
    str_addf(out, ": %s Mend: %s\n", finding->message, finding->mend);
}

void gate_print(struct str *out, const struct gate_result *result, const char *file, bool colour)
{
    size_t count[SEVERITY_WARN + 1] = {0};
    for (size_t i = 0; i < result->count; i++) {
        print_finding(out, &result->findings[i], file, colour);
        count[result->findings[i].severity]++;
    }
    utf8_add_line(out, bytes_of(file));
    str_addf(out, ": %s%s%s", colour ? (result->refused ? "\033[1;31m" : "\033[1;32m") : "",
             result->refused ? "refused" : "accepted", colour ? "\033[0m" : "");
    if (result->count > 0)
        str_addf(out, " (%zu reject, %zu waivable, %zu warn)", count[SEVERITY_REJECT],
                 count[SEVERITY_WAIVABLE], count[SEVERITY_WARN]);
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

void gate_print_json(struct str *out, const struct gate_result *result, const char *file)
{
    struct json_out j;
    json_out_init(&j, out, false);
    json_out_object(&j, NULL);
    json_out_text(&j, "schema", "tocsin.check/1");
    print_file(&j, file);
    json_out_text(&j, "verdict", result->refused ? "refused" : "accepted");
    json_out_null(&j, "csaf");
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
        json_out_text(&j, "message", finding->message);
        json_out_text(&j, "mend", finding->mend);
        json_out_end(&j);
    }
    json_out_end(&j);
    json_out_end(&j);
}
