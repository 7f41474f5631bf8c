/* Two pictures (inline SVG): what happened when, and who was reached and answered. */
#include "dispatcher/export/report_inner.h"

#include <stdlib.h>

#define EVENTS_MOST 13
#define TEXT_WIDTH 400
#define AXIS_WIDTH 380
#define ROW 24

struct event {
    int64_t ms;
    const char *what;
};

static int by_time(const void *a, const void *b)
{
    const struct event *left = a, *right = b;
    return left->ms < right->ms ? -1 : left->ms > right->ms;
}

static void add_event(struct event *events, size_t *count, int64_t ms, const char *what)
{
    if (ms > 0 && *count < EVENTS_MOST)
        events[(*count)++] = (struct event){ms, what};
}

static void widen(int64_t *first, int64_t *last, int64_t ms)
{
    if (ms > 0 && (*first == 0 || ms < *first))
        *first = ms;
    if (ms > *last)
        *last = ms;
}

static size_t gather(struct event *events, const struct report *r, const struct export_matter *m)
{
    size_t count = 0;
    int64_t told[2] = {0, 0}, answered[2] = {0, 0};
    for (size_t i = 0; i < m->notice_count; i++) {
        if (report_counts(&m->notices[i]))
            widen(&told[0], &told[1], report_told_ms(&m->notices[i]));
        widen(&answered[0], &answered[1], report_answered_ms(&m->notices[i]));
    }
    add_event(events, &count, m->row.submitted_ms, "taken by the gate");
    add_event(events, &count, m->row.approved_ms, "approved");
    add_event(events, &count, m->row.embargo_ms,
              m->release.at_ms > 0 ? "embargo ended by hand" : "embargo ends");
    add_event(events, &count, m->release.planned_ms, "embargo was to end");
    add_event(events, &count, m->planned ? m->plan.created_ms : 0, "list of recipients fixed");
    add_event(events, &count, told[0], "first notice");
    add_event(events, &count, told[1] > told[0] ? told[1] : 0, "last notice so far");
    add_event(events, &count, answered[0], "first answer");
    add_event(events, &count, answered[1] > answered[0] ? answered[1] : 0, "last answer so far");
    add_event(events, &count, m->row.deadline_ms, "to be told by");
    add_event(events, &count, m->row.answer_by_ms, "answers wanted by");
    add_event(events, &count, r->scope->now_ms, "this page");
    qsort(events, count, sizeof events[0], by_time);
    return count;
}

static int64_t square_root(int64_t n)
{
    int64_t root = 0;
    for (int64_t bit = INT64_C(1) << 31; bit > 0; bit >>= 1)
        if ((root + bit) * (root + bit) <= n)
            root += bit;
    return root;
}

/*
 * Seconds at the beginning and weeks at the end on one line: by the fourth root of the time, so
 * that neither end is one dot. The instants and spans beside it are exact.
 */
static int64_t place(int64_t ms, int64_t span)
{
    const int64_t whole = square_root(square_root(span) * 1000000);
    return whole > 0 ? square_root(square_root(ms) * 1000000) * AXIS_WIDTH / whole : 0;
}

static void add_timeline(const struct report *r, const struct export_matter *m)
{
    struct event events[EVENTS_MOST];
    char at[CLOCK_TEXT], since[CLOCK_TEXT];
    size_t count = gather(events, r, m);
    int64_t from = events[0].ms;
    int64_t span = events[count - 1].ms > from ? events[count - 1].ms - from : 1;
    str_addf(r->out,
             "<h3>What happened when</h3>\n<svg role=\"img\" aria-label=\"timeline\" "
             "viewBox=\"0 0 %d %zu\" width=\"%d\" font-family=\"sans-serif\" font-size=\"13\">\n",
             TEXT_WIDTH + AXIS_WIDTH + 20, count * ROW + 10, TEXT_WIDTH + AXIS_WIDTH + 20);
    for (size_t i = 0; i < count; i++) {
        size_t y = i * ROW + ROW / 2 + 5;
        int64_t x = TEXT_WIDTH + 10 + place(events[i].ms - from, span);
        str_addf(r->out,
                 "<line x1=\"%d\" y1=\"%zu\" x2=\"%d\" y2=\"%zu\" stroke=\"#ccd\"/><circle "
                 "cx=\"%lld\" cy=\"%zu\" r=\"5\" fill=\"%s\"/><text x=\"0\" y=\"%zu\">%s</text>"
                 "<text x=\"165\" y=\"%zu\">%s</text><text x=\"%d\" y=\"%zu\" "
                 "text-anchor=\"end\" fill=\"#555\">+ %s</text>\n",
                 TEXT_WIDTH + 10, y, TEXT_WIDTH + AXIS_WIDTH + 10, y, (long long)x, y,
                 events[i].ms > r->scope->now_ms ? "#fff\" stroke=\"#345" : "#345", y + 5,
                 clock_text(at, events[i].ms), y + 5, events[i].what, TEXT_WIDTH - 5, y + 5,
                 report_span(since, events[i].ms - from));
    }
    str_add(r->out, "</svg>\n<p>The line is stretched at its beginning; hollow: still to come. All "
                    "times are UTC.</p>\n");
}

struct part {
    const char *what, *colour;
    int64_t count;
};

static void add_bar(const struct report *r, const char *title, const struct part *parts,
                    size_t count, int64_t all)
{
    const int width = TEXT_WIDTH + AXIS_WIDTH;
    int64_t before = 0;
    str_addf(r->out,
             "<svg role=\"img\" aria-label=\"%s\" viewBox=\"0 0 %d %zu\" width=\"%d\" "
             "font-family=\"sans-serif\" font-size=\"13\">\n<text x=\"0\" y=\"14\" "
             "font-weight=\"bold\">%s</text>\n",
             title, width, 58 + (count + 1) / 2 * 20, width, title);
    for (size_t i = 0; i < count; i++) {
        int64_t x = all > 0 ? before * width / all : 0;
        before += parts[i].count;
        str_addf(r->out,
                 "<rect x=\"%lld\" y=\"22\" width=\"%lld\" height=\"24\" fill=\"%s\"/>"
                 "<rect x=\"%zu\" y=\"%zu\" width=\"12\" height=\"12\" fill=\"%s\"/>"
                 "<text x=\"%zu\" y=\"%zu\">%s: %lld</text>\n",
                 (long long)x, (long long)(all > 0 ? before * width / all - x : 0), parts[i].colour,
                 i % 2 * (size_t)(width / 2), 55 + i / 2 * 20, parts[i].colour,
                 i % 2 * (size_t)(width / 2) + 18, 66 + i / 2 * 20, parts[i].what,
                 (long long)parts[i].count);
    }
    str_add(r->out, "</svg>\n");
}

/* Where each notice stands, the best said first. */
static size_t standing(const struct export_notice *n)
{
    if (n->row.state == STATE_SUPERSEDED || n->row.state == STATE_CANCELLED)
        return 6;
    if (n->row.grade == GRADE_ACTION)
        return 0;
    if (n->row.grade == GRADE_ANSWERED || n->row.state == STATE_ANSWERED)
        return 1;
    if (n->row.state == STATE_TASKED)
        return 4;
    if (n->row.grade == GRADE_DELIVERED || n->row.grade == GRADE_DISPLAYED)
        return 2;
    const bool taken = n->row.state == STATE_ACCEPTED || n->row.state == STATE_PASSED;
    return taken && n->row.grade != GRADE_BOUNCED ? 3 : 5;
}

void report_pictures(const struct report *r, const struct export_matter *m)
{
    struct part reach[] = {{"sealed to their key", "#1b5e20", 0},
                           {"readable, over TLS", "#7cb342", 0},
                           {"waiting notice: reference only", "#fbc02d", 0},
                           {"by a person: call, letter, portal", "#6d4c41", 0}};
    struct part answers[] = {{"action reported", "#1b5e20", 0},
                             {"answered", "#558b2f", 0},
                             {"delivered or displayed, no answer", "#9ccc65", 0},
                             {"taken by our relay, no answer", "#fbc02d", 0},
                             {"waits for a person of ours", "#6d4c41", 0},
                             {"not out yet, or came back", "#c62828", 0},
                             {"stopped, or replaced by a newer version", "#9e9e9e", 0}};
    int64_t count = 0;
    add_timeline(r, m);
    str_add(r->out, "<h3>Reach and answers</h3>\n");
    if (m->notice_count == 0) {
        str_add(r->out, "<p>No notice yet.</p>\n");
        return;
    }
    for (size_t i = 0; i < m->notice_count; i++) {
        if (!report_counts(&m->notices[i])) /* it asks again, or the text came behind it */
            continue;
        reach[m->notices[i].row.level].count++;
        answers[standing(&m->notices[i])].count++;
        count++;
    }
    add_bar(r, "How they are told", reach, sizeof reach / sizeof reach[0], count);
    add_bar(r, "What is known of each", answers, sizeof answers / sizeof answers[0], count);
}
