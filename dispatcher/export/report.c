#include "dispatcher/export/report_inner.h"

#include "base/utf8.h"
#include "dispatcher/duties/adopt.h"
#include "dispatcher/signed/log_keys.h"
#include "store/log.h"
#include "templates/engine.h"

#include <stdio.h>
#include <string.h>

#define LONG_WORD 20 /* may be broken anywhere: hashes, fingerprints, addresses */

static const char style[] =
    "body{font:15px/1.45 system-ui,sans-serif;max-width:62em;margin:2em auto;padding:0 1em;"
    "color:#1a1a1a}h1{font-size:1.6em;margin:0 0 .2em}h2{font-size:1.25em;margin:2em 0 .4em;"
    "border-bottom:2px solid #345}h3{font-size:1.05em;margin:1.4em 0 .3em}"
    "table{border-collapse:collapse;width:100%;font-size:.86em;margin:.5em 0 1em}"
    "th,td{border:1px solid #bbb;padding:.25em .45em;text-align:left;vertical-align:top;"
    "overflow-wrap:break-word}th{background:#e8edf2}.pre{white-space:pre-wrap}"
    ".long{overflow-wrap:anywhere}.at{white-space:nowrap}.none{color:#777;font-style:italic}."
    "waived{color:#b00}dl{"
    "display:grid;grid-template-"
    "columns:19em 1fr;gap:.15em "
    "1em}dt{font-weight:600}dd{margin:0;overflow-wrap:anywhere}.test{border:3px solid #b00;"
    "padding:.4em;color:#b00;font-weight:700}code{font-size:.92em}svg{display:block;max-width:100%;"
    "height:auto;margin-bottom:.6em}"
    "thead{display:table-header-group}tr{break-inside:avoid}h2,h3{break-after:avoid}"
    "@page{margin:14mm}@media print{body{margin:0;max-width:none;font-size:11px}"
    ".page{break-before:page}}";

static void add_tame(struct str *out, const char *text, bool lines)
{
    struct str tame;
    str_init(&tame, 3 * strlen(text) + 1);
    if (lines)
        utf8_add_text(&tame, bytes_of(text));
    else
        utf8_add_line(&tame, bytes_of(text));
    template_escape_html(out, str_bytes(&tame));
    str_dispose(&tame);
}

static void add_content(const struct report *r, const char *text, bool lines)
{
    if (text_is_empty(text))
        str_add(r->out, "<span class=\"none\">" REPORT_NOTHING "</span>");
    else
        add_tame(r->out, text, lines);
}

void report_text(const struct report *r, const char *text)
{
    add_content(r, text, false);
}

void report_lines(const struct report *r, const char *text)
{
    str_add(r->out, "<div class=\"pre\">");
    add_content(r, text, true);
    str_add(r->out, "</div>");
}

/* The head stands on every printed page (thead). */
void report_table(const struct report *r, const char *const *heads, size_t count)
{
    str_add(r->out, "<table><thead><tr>");
    for (size_t i = 0; i < count; i++)
        str_addf(r->out, "<th>%s</th>", heads[i]);
    str_add(r->out, "</tr></thead><tbody>\n");
}

void report_table_end(const struct report *r)
{
    str_add(r->out, "</tbody></table>\n");
}

void report_row(const struct report *r)
{
    str_add(r->out, "<tr>"); /* the next one, or the table's end, closes it: HTML says so */
}

void report_cell(const struct report *r, const char *text)
{
    bool is_long = text != NULL && strlen(text) > LONG_WORD && strchr(text, ' ') == NULL;
    str_add(r->out, is_long ? "<td class=\"long\">" : "<td>");
    if (text_is_empty(text))
        str_add_c(r->out, '-');
    else
        add_tame(r->out, text, false);
    str_add(r->out, "</td>");
}

void report_cell_int(const struct report *r, int64_t n)
{
    str_addf(r->out, "<td>%lld</td>", (long long)n);
}

/* Day and time on a line each: columns stay narrow, and no date is broken in its middle. */
void report_cell_instant(const struct report *r, int64_t ms)
{
    char text[CLOCK_TEXT];
    char *time = ms > 0 ? strchr(clock_text(text, ms), 'T') : NULL;
    if (time == NULL) {
        report_cell(r, NULL);
        return;
    }
    *time = '\0';
    str_addf(r->out, "<td class=\"at\">%s<br>%s</td>", text, time + 1);
}

void report_cell_pair(const struct report *r, const char *first, const char *second)
{
    str_add(r->out, "<td>");
    report_text(r, first != NULL ? first : "-");
    str_add(r->out, "<br>");
    report_text(r, second != NULL ? second : "-");
    str_add(r->out, "</td>");
}

void report_fact(const struct report *r, const char *name, const char *format, ...)
{
    va_list args;
    char line[4096]; /* reasons of persons have up to 2000 bytes */
    va_start(args, format);
    (void)vsnprintf(line, sizeof line, format, args);
    va_end(args);
    str_addf(r->out, "<dt>%s</dt><dd>", name);
    report_text(r, line);
    str_add(r->out, "</dd>\n");
}

int64_t report_answered_ms(const struct export_notice *n)
{
    for (size_t i = 0; i < n->receipt_count; i++)
        if (n->receipts[i].grade == GRADE_ANSWERED || n->receipts[i].grade == GRADE_ACTION)
            return n->receipts[i].at_ms;
    return 0;
}

bool report_waits_for_answer(const struct export_notice *n)
{
    return report_counts(n) && n->row.state != STATE_ANSWERED && !report_was_stopped(n) &&
           report_answered_ms(n) == 0;
}

static const char *about_reader(const struct export_wish *wish)
{
    switch (wish->reader) {
    case READER_ALL:
        return "who may see all of it";
    case READER_REGULATOR:
        return "an authority: without addresses and words of recipients";
    case READER_PARTY:
        break;
    }
    return wish->party;
}

/* By which rules deadlines were computed, and who answers for them. */
static enum status add_rules(const struct report *r, struct err *err)
{
    char at[CLOCK_TEXT];
    struct adoption adoption;
    struct arena *arena = arena_new();
    const bool ours = r->scope->wish->reader != READER_PARTY;
    enum status status = adopt_current(&adoption, arena, r->app->store, err);
    if (status == OK)
        report_fact(r, "Rules adopted", "at %s by %s, pack SHA-256 %s",
                    clock_text(at, adoption.at_ms), ours ? adoption.person : REPORT_HIDDEN,
                    adoption.pack_sha256);
    else if (status == ERR_NOT_FOUND) {
        report_fact(r, "Rules adopted", "none: no rule is in use");
        status = OK;
    } else if (status == ERR_CORRUPT) {
        report_fact(r, "Rules adopted", "not known: what was kept of it cannot be read any more");
        status = OK;
    }
    arena_free(arena);
    return status;
}

static enum status add_head(const struct report *r, int64_t size, struct err *err)
{
    char text[CLOCK_TEXT];
    const struct export_wish *wish = r->scope->wish;
    str_addf(r->out,
             "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<meta "
             "http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
             "'unsafe-inline'\">\n<title>Evidence</title>\n<style>%s</style></head><body>\n<h1>",
             style);
    report_text(r, wish->tracking != NULL            ? wish->tracking
                   : r->scope->wish->of_case != NULL ? r->scope->cases[0].row.number
                                                     : "All cases and advisories");
    str_add(r->out, ": what was known, who was told, when, and how</h1>\n");
    if (r->app->test)
        str_add(r->out, "<p class=\"test\">From a TEST store: every notice is marked TEST.</p>\n");
    str_add(r->out, "<dl>\n");
    report_fact(r, "Maker", "%s (%s)", r->app->settings->maker.name, r->app->settings->maker.id);
    report_fact(r, "As of", "%s", clock_text(text, r->scope->now_ms));
    report_fact(r, "Made for", "%s", about_reader(wish));
    report_fact(r, "Log entries under the signature", "%lld", (long long)size);
    enum status status = add_rules(r, err);
    str_add(r->out, "</dl>\n");
    return status;
}

static const char *value_of(const struct report *r, const struct log_epoch *epoch,
                            const char *field, struct arena *arena)
{
    const char *salt = NULL;
    const char *value = NULL;
    if (r->scope->wish->reader == READER_PARTY)
        return REPORT_HIDDEN;
    if (log_value_get(&salt, &value, arena, r->app->store, epoch->idx, field, NULL) != OK)
        return REPORT_NOTHING;
    return value != NULL ? value : "(erased)";
}

/* Signed history is lost: that comes before anything else. */
static enum status add_epochs(const struct report *r, struct err *err)
{
    struct arena *arena = arena_new();
    struct log_keys keys;
    enum status status = log_keys_read(&keys, arena, r->app->store, err);
    for (size_t i = 0; status == OK && i < keys.epochs; i++) {
        const struct log_epoch *e = &keys.epoch[i];
        str_add(r->out, "<div class=\"test\"><p>Signed history of this log was lost. What is told "
                        "below is what is left of it, and what came after.</p>\n<dl>\n");
        report_fact(r, "Epoch ended", "%s, entry %lld", e->at, (long long)e->idx);
        if (e->last_size >= 0)
            report_fact(r, "Signed last", "%lld entries, root %s", (long long)e->last_size,
                        e->last_root != NULL ? e->last_root : REPORT_NOTHING);
        else
            report_fact(r, "Signed last", "the signer does not remember");
        report_fact(r, "Entries that were there then", "%lld", (long long)e->head);
        report_fact(r, "Reason", "%s", value_of(r, e, "data.reason", arena));
        report_fact(r, "By", "%s and %s", value_of(r, e, "data.first_by", arena),
                    value_of(r, e, "data.second_by", arena));
        report_fact(r, "Log until then, and since", "%s, %s", e->origin, e->next);
        str_add(r->out, "</dl></div>\n");
    }
    arena_free(arena);
    return status;
}

static void add_end(const struct report *r)
{
    str_add(
        r->out,
        "<h2>How to check this</h2>\n<p>This page is a reading of the record beside it, made when "
        "the bundle was made; <code>entries.jsonl</code> is the record. To prove that nothing in "
        "it was altered, unpack the bundle and run <code>sh verify.sh</code> in its folder (any "
        "Debian with jq, xxd and openssl), or <code>tocsin evidence verify FOLDER</code>. Either "
        "prints <code>good</code>, or the first thing that is wrong. Then compare the key that it "
        "names with one that you know from elsewhere. README.txt tells more.</p>\n<h2>What this "
        "does not prove</h2>\n<p>That a mail server on the far side spoke the truth, that a person "
        "read a notice, or that nothing was done outside the log. The strongest receipt is the "
        "recipient's own answer.</p>\n</body></html>\n");
}

enum status report_html(struct str *out, struct app *app, const struct export_scope *scope,
                        int64_t size, struct err *err)
{
    const struct report r = {out, app, scope};
    enum status status = add_head(&r, size, err);
    if (status == OK)
        status = add_epochs(&r, err);
    report_case_alarms(&r);
    for (size_t i = 0; status == OK && i < scope->case_count; i++)
        if (!scope->cases[i].behind) /* one that is behind comes behind the first page */
            status = report_case(&r, &scope->cases[i], err);
    for (size_t i = 0; status == OK && i < scope->count; i++) {
        status = report_first_page(&r, &scope->matters[i], err);
        report_summary(&r, &scope->matters[i]);
        report_pictures(&r, &scope->matters[i]);
        report_standing(&r, &scope->matters[i]);
    }
    for (size_t i = 0; status == OK && i < scope->count; i++)
        report_story(&r, i);
    for (size_t i = 0; status == OK && i < scope->case_count; i++)
        if (scope->cases[i].behind)
            status = report_case_behind(&r, &scope->cases[i], err);
    for (size_t i = 0; status == OK && i < scope->count; i++)
        report_lists(&r, &scope->matters[i]);
    report_drills(&r);
    add_end(&r);
    if (status == OK && !str_ok(out))
        status = err_set(err, ERR_LIMIT, "report.html: too long: export one advisory at a time");
    return status;
}
