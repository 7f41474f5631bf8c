#include "duties/deadline.h"

#include "base/clock.h"
#include "duties/ical.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

const char *deadline_kind_word(enum deadline_kind kind)
{
    static const char *const words[] = {[DEADLINE_DUTY] = "duty",
                                        [DEADLINE_NOTICES] = "notices",
                                        [DEADLINE_CASE] = "case",
                                        [DEADLINE_TASK] = "task",
                                        [DEADLINE_EMBARGO] = "embargo"};
    assert((size_t)kind < sizeof words / sizeof words[0]);
    return words[kind];
}

static int64_t or_never(int64_t ms)
{
    return ms > 0 ? ms : INT64_MAX;
}

static int by_number(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int by_urgency(const void *left, const void *right)
{
    const struct deadline *a = left;
    const struct deadline *b = right;
    int order = by_number(or_never(a->safe_ms), or_never(b->safe_ms));
    if (order == 0)
        order = by_number(or_never(a->legal_ms), or_never(b->legal_ms));
    if (order == 0)
        order = by_number(a->kind, b->kind);
    if (order == 0)
        order = strcmp(a->about, b->about);
    if (order == 0)
        order = strcmp(a->what, b->what);
    return order != 0 ? order : strcmp(a->uid, b->uid);
}

void deadline_sort(struct deadline *list, size_t count)
{
    if (count > 1)
        qsort(list, count, sizeof list[0], by_urgency);
}

/* What the rule says; else the instant; "-" when there is none. */
static const char *shown(char buffer[CLOCK_TEXT], const char *said, int64_t ms)
{
    if (said != NULL)
        return said;
    return ms > 0 ? clock_text(buffer, ms) : "-";
}

void deadline_print(struct str *out, const struct deadline *d, int64_t now_ms)
{
    char safe[CLOCK_TEXT];
    char legal[CLOCK_TEXT];
    char left[CLOCK_TEXT];
    const int64_t rest = d->safe_ms - now_ms;
    str_addf(out, "  %-25s %-25s %-13s %-3s %-13s %-10s ", shown(safe, d->due_safe, d->safe_ms),
             shown(legal, d->due_legal, d->legal_ms), d->what, d->place != NULL ? d->place : "-",
             d->about, d->owner != NULL ? d->owner : "nobody");
    if (d->safe_ms > 0)
        str_addf(out, rest < 0 ? "LATE by %s, " : "%s left, ",
                 duration_text(left, rest < 0 ? -rest : rest));
    str_addf(out, "waits for %s\n", d->waits_for);
}

void deadline_json(struct json_out *j, const struct deadline *d, int64_t now_ms)
{
    char at[CLOCK_TEXT];
    json_out_object(j, NULL);
    json_out_text(j, "kind", deadline_kind_word(d->kind));
    json_out_text(j, "uid", d->uid);
    json_out_text(j, "about", d->about);
    json_out_text(j, "what", d->what);
    json_out_text(j, "place", d->place);
    json_out_text(j, "owner", d->owner);
    json_out_text(j, "waits_for", d->waits_for);
    json_out_text(j, "due_safe", d->due_safe);
    json_out_text(j, "due_legal", d->due_legal);
    json_out_text(j, "safe", d->safe_ms > 0 ? clock_text(at, d->safe_ms) : NULL);
    json_out_text(j, "legal", d->legal_ms > 0 ? clock_text(at, d->legal_ms) : NULL);
    json_out_bool(j, "late", d->safe_ms > 0 && d->safe_ms < now_ms);
    json_out_end(j);
}

/* Half of its time and seven eighths of it, as the ladder of reminders; else a day before. */
static size_t set_alarms(int64_t out[ICAL_ALARMS], const struct deadline *d)
{
    const int64_t span = d->start_ms > 0 ? d->safe_ms - d->start_ms : 0;
    if (span <= 0) {
        out[0] = d->safe_ms - MS_DAY;
        return 1;
    }
    out[0] = d->start_ms + span / 2;
    out[1] = d->start_ms + span / 8 * 7;
    return 2;
}

void deadline_ical(struct str *out, const struct deadline *d, const char *site, int64_t now_ms)
{
    struct str uid;
    struct str summary;
    struct str text;
    if (d->safe_ms == 0)
        return;
    str_init(&uid, STR_LIMIT_LINE);
    str_init(&summary, STR_LIMIT_LINE);
    str_init(&text, STR_LIMIT_TEXT);
    str_addf(&uid, "%s@%s", d->uid, site);
    str_addf(&summary, "%s %s%s%s: %s", d->about, d->what, d->place != NULL ? " " : "",
             d->place != NULL ? d->place : "", d->owner != NULL ? d->owner : "nobody");
    str_addf(&text, "Waits for %s", d->waits_for);
    if (d->due_legal != NULL)
        str_addf(&text, "\nDue by law: %s", d->due_legal);
    if (d->derivation != NULL)
        str_addf(&text, "\n%s", d->derivation);
    struct ical_todo todo = {.uid = str_text(&uid),
                             .stamp_ms = d->changed_ms,
                             .due_ms = d->safe_ms,
                             .summary = str_text(&summary),
                             .description = str_text(&text),
                             .categories = deadline_kind_word(d->kind),
                             .priority = d->safe_ms < now_ms ? 1 : 5};
    todo.alarm_count = set_alarms(todo.alarms_ms, d);
    ical_todo(out, &todo);
    str_dispose(&text);
    str_dispose(&summary);
    str_dispose(&uid);
}
