/* Lengths of time, and what was written down when, as a page says them. */
#include "dispatcher/export/report_inner.h"
#include "policy/span.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LATER_FROM MS_DAY /* a fact of a whole day is written down in the course of it */

const char *report_span(char out[CLOCK_TEXT], int64_t ms)
{
    const long long all = llabs((long long)(ms / MS_SECOND));
    const char *sign = ms < 0 ? "-" : "";
    if (all >= 2LL * 86400 && all / 3600 % 24 > 0)
        (void)snprintf(out, CLOCK_TEXT, "%s%lld d %lld h", sign, all / 86400, all / 3600 % 24);
    else if (all >= 60 && all < 3600 && all % 60 > 0)
        (void)snprintf(out, CLOCK_TEXT, "%s%lld min %lld s", sign, all / 60, all % 60);
    else
        (void)duration_text(out, ms);
    return out;
}

void report_add_within(struct str *out, int64_t ms)
{
    static const struct {
        int64_t ms;
        const char *word;
    } units[] = {{MS_DAY, "d"}, {MS_HOUR, "h"}, {MS_MINUTE, "min"}, {MS_SECOND, "s"}};
    const bool is_round = ms % MS_HOUR == 0 || (ms % MS_MINUTE == 0 && ms < 2 * MS_HOUR);
    int64_t left = ms > 0 ? ms : 0;
    bool any = false;
    if (ms > 0 && is_round) {
        policy_add_span(out, ms);
        return;
    }
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (left / units[i].ms > 0) {
            str_addf(out, "%s%lld %s", any ? " " : "", (long long)(left / units[i].ms),
                     units[i].word);
            any = true;
        }
        left %= units[i].ms;
    }
    if (!any)
        str_add(out, "at once");
}

void report_add_later(const struct report *r, int64_t happened_ms, int64_t entered_ms)
{
    char text[CLOCK_TEXT];
    if (happened_ms > 0 && entered_ms - happened_ms >= LATER_FROM)
        str_addf(r->out, "<br><b>%s later</b>", report_span(text, entered_ms - happened_ms));
}

void report_cell_moment(const struct report *r, const char *said, const char *more)
{
    const char *text = said != NULL ? said : "-";
    const char *time = strchr(text, 'T');
    struct str day;
    str_init(&day, STR_LIMIT_LINE);
    str_add_n(&day, text, time != NULL ? (size_t)(time - text) : strlen(text));
    str_add(r->out, "<td><span class=\"at\">");
    report_text(r, str_text(&day));
    if (time != NULL) {
        str_add(r->out, "<br>");
        report_text(r, time + 1);
    }
    str_add(r->out, "</span>");
    if (more != NULL) {
        str_add(r->out, "<br>");
        report_text(r, more);
    }
    str_add(r->out, "</td>");
    str_dispose(&day);
}

void report_cell_entered(const struct report *r, const char *by, int64_t happened_ms,
                         int64_t entered_ms)
{
    char text[CLOCK_TEXT];
    str_add(r->out, "<td>");
    report_text(r, by != NULL ? by : "-");
    if (entered_ms > 0)
        str_addf(r->out, "<br><span class=\"at\">%s</span>", clock_text(text, entered_ms));
    report_add_later(r, happened_ms, entered_ms);
    str_add(r->out, "</td>");
}
