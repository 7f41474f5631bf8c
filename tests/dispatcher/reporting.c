#include "tests/dispatcher/reporting.h"

#include <string.h>

static struct err err;

static void must(enum status status)
{
    ck_assert_msg(status == OK, "%s: %s", status_word(status), err.text);
}

const char *report_page(struct world *w, const char *of_case, const char *tracking)
{
    struct str html, text;
    struct export_scope scope = {0};
    const struct export_wish wish = {.of_case = of_case, .tracking = tracking};
    str_init(&html, REPORT_LIMIT);
    str_init(&text, REPORT_LIMIT);
    must(export_scope_open(&scope, &w->app, &wish, &err));
    const struct report r = {&html, &w->app, &scope};
    if (of_case != NULL)
        must(report_case(&r, &scope.cases[0], &err));
    else
        must(report_case_behind(&r, &scope.cases[0], &err));
    report_summary(&r, &scope.matters[0]);
    report_standing(&r, &scope.matters[0]);
    report_pictures(&r, &scope.matters[0]);
    bool tag = false; /* tags become one space */
    for (const char *c = str_text(&html); *c != '\0'; c++) {
        if (*c == '<' || (*c == '>' && tag))
            tag = *c == '<';
        else if (!tag && *c != '\n')
            str_add_c(&text, *c);
        if (*c == '<' && text.size > 0 && str_text(&text)[text.size - 1] != ' ')
            str_add_c(&text, ' ');
    }
    const char *out = arena_printf(w->arena, "%s", str_text(&text));
    export_scope_close(&scope);
    str_dispose(&html);
    str_dispose(&text);
    return out;
}

void says(const char *text, const char *words)
{
    ck_assert_msg(strstr(text, words) != NULL, "%s: %s", words, text);
}

void says_not(const char *text, const char *words)
{
    ck_assert_msg(strstr(text, words) == NULL, "%s: %s", words, text);
}

const char *report_table_of(struct world *w, const char *tracking)
{
    struct str csv;
    struct export_scope scope = {0};
    const struct export_wish wish = {.tracking = tracking};
    str_init(&csv, REPORT_LIMIT);
    must(export_scope_open(&scope, &w->app, &wish, &err));
    must(report_cases_csv(&csv, &w->app, &scope, &err));
    const char *out = arena_printf(w->arena, "%s", str_text(&csv));
    export_scope_close(&scope);
    str_dispose(&csv);
    return out;
}
