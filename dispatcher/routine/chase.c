#include "dispatcher/routine/chase.h"

#include "base/csv.h"
#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>

#define SLICE 500 /* a long read would hold up the dispatcher's commits */

int64_t chase_days_over(int64_t now_ms, int64_t answer_by_ms)
{
    return now_ms <= answer_by_ms ? 0 : (now_ms - answer_by_ms + MS_DAY - 1) / MS_DAY;
}

static int by_urgency(const void *a, const void *b)
{
    const struct advisory *left = a, *right = b;
    if (left->answer_by_ms != right->answer_by_ms)
        return left->answer_by_ms < right->answer_by_ms ? -1 : 1;
    return left->id < right->id ? -1 : left->id > right->id;
}

/* Notices exist from the planning on; digests are not in the list, or have nothing to answer. */
static bool is_asked(const struct advisory *row)
{
    bool planned = row->state == ADVISORY_PLANNING || row->state == ADVISORY_RELEASED;
    return planned && !row->digest && row->answer_by_ms > 0;
}

static const char csv_head[] =
    "advisory,version,party,kind,country,group,code,language,phone,route,address,tried_at,tried_to,"
    "result,next_route,next_email,next_phone,task,answer_by,days_over,next_step,next_at\r\n";

enum status chase_begin(struct chase *out, struct app *app, struct arena *arena,
                        const char *tracking, enum chase_form form, struct err *err)
{
    struct advisory *all = NULL;
    size_t count = 0;
    *out = (struct chase){.app = app, .arena = arena, .form = form};
    enum status status = advisory_list(&all, &count, arena, app->store, tracking, err);
    if (status == OK && count == 0 && tracking != NULL)
        return err_set(err, ERR_NOT_FOUND, "%s: not in the register", tracking);
    for (size_t i = 0; status == OK && i < count; i++)
        if (is_asked(&all[i]))
            arena_push(arena, &out->list, &out->count, sizeof all[i], &all[i]);
    if (out->count > 1)
        qsort(out->list, out->count, sizeof out->list[0], by_urgency);
    return status;
}

static const char *or_dash(const char *text)
{
    return text != NULL ? text : "-";
}

/* What the last try came to: the other side's word for it, or the bounce that came later. */
static const char *result_of(const struct unanswered *u)
{
    if (u->grade == GRADE_BOUNCED)
        return "bounced";
    if (u->tried_ms == 0)
        return NULL;
    return u->verdict != NULL ? u->verdict : "open";
}

/* What is done about it by itself, and when; *at "" when nothing is. */
static const char *next_of(char at[CLOCK_TEXT], int64_t *task_id, const struct chase *c,
                           const struct unanswered *u)
{
    const struct reminder_due due = remind_due(task_id, c->app, u, &c->called);
    at[0] = '\0';
    if (*task_id == 0)
        *task_id = u->task_id;
    if (due.step == REMINDER_NONE)
        return NULL;
    (void)clock_text(at, due.at_ms);
    return reminder_step_word(due.step);
}

static void add_text(struct str *out, const struct chase *c, const struct unanswered *u)
{
    char at[CLOCK_TEXT];
    char by[CLOCK_TEXT];
    const struct advisory *row = &c->list[c->at];
    int64_t over = chase_days_over(app_now(c->app), u->answer_by_ms);
    str_addf(out, "%s %s  %s  %s %s%s%s  code %s\n", row->tracking, row->version, u->party,
             party_kind_word(u->party_kind), u->country, u->group != NULL ? "  group " : "",
             u->group != NULL ? u->group : "", u->code);
    str_addf(out, "    answer by %s", clock_text(by, u->answer_by_ms));
    if (over > 0)
        str_addf(out, ", %lld day%s over", (long long)over, over == 1 ? "" : "s");
    str_addf(out, "; phone %s, language %s\n", or_dash(u->phone), or_dash(u->language));
    str_addf(out, "    by %s to %s, %s; ", route_word(u->route), or_dash(u->address),
             notice_state_word(u->state));
    if (u->tried_ms > 0)
        str_addf(out, "last try %s to %s: %s", clock_text(at, u->tried_ms),
                 or_dash(u->tried_address), result_of(u));
    else
        str_add(out, "no mail was tried");
    if (u->next_route != NULL)
        str_addf(out, "; next contact: %s %s%s%s", u->next_route, or_dash(u->next_email),
                 u->next_phone != NULL ? ", phone " : "",
                 u->next_phone != NULL ? u->next_phone : "");
    int64_t task_id = 0;
    const char *step = next_of(at, &task_id, c, u);
    if (step != NULL)
        str_addf(out, "; by itself: %s at %s", step, at);
    if (task_id != 0)
        str_addf(out, "; task %lld", (long long)task_id);
    str_add_c(out, '\n');
}

/* Register fields may hold what spreadsheets or eyes are fooled by: one clean line each, defused.
 */
static void add_cell(struct str *out, const char *text)
{
    struct str line;
    str_init(&line, STR_LIMIT_TEXT);
    if (text != NULL)
        utf8_add_line(&line, bytes_of(text));
    csv_add_field(out, str_text(&line), false);
    out->failed = out->failed || !str_ok(&line);
    str_dispose(&line);
}

static void add_csv(struct str *out, const struct chase *c, const struct unanswered *u)
{
    char text[CLOCK_TEXT];
    char number[32];
    const struct advisory *row = &c->list[c->at];
    add_cell(out, row->tracking);
    add_cell(out, row->version);
    add_cell(out, u->party);
    add_cell(out, party_kind_word(u->party_kind));
    add_cell(out, u->country);
    add_cell(out, u->group);
    add_cell(out, u->code);
    add_cell(out, u->language);
    add_cell(out, u->phone);
    add_cell(out, route_word(u->route));
    add_cell(out, u->address);
    add_cell(out, u->tried_ms > 0 ? clock_text(text, u->tried_ms) : NULL);
    add_cell(out, u->tried_address);
    add_cell(out, result_of(u));
    add_cell(out, u->next_route);
    add_cell(out, u->next_email);
    add_cell(out, u->next_phone);
    int64_t task_id = 0;
    char next_at[CLOCK_TEXT];
    const char *step = next_of(next_at, &task_id, c, u);
    (void)snprintf(number, sizeof number, "%lld", (long long)task_id);
    add_cell(out, task_id != 0 ? number : NULL);
    add_cell(out, clock_text(text, u->answer_by_ms));
    (void)snprintf(number, sizeof number, "%lld",
                   (long long)chase_days_over(app_now(c->app), u->answer_by_ms));
    add_cell(out, number);
    add_cell(out, step);
    csv_add_field(out, next_at, true);
}

static void add_json(struct str *out, const struct chase *c, const struct unanswered *u)
{
    struct json_out j;
    char text[CLOCK_TEXT];
    const struct advisory *row = &c->list[c->at];
    json_out_init(&j, out, false);
    json_out_object(&j, NULL);
    json_out_text(&j, "schema", "tocsin.chase/1");
    json_out_text(&j, "advisory", row->tracking);
    json_out_text(&j, "version", row->version);
    json_out_text(&j, "party", u->party);
    json_out_text(&j, "kind", party_kind_word(u->party_kind));
    json_out_text(&j, "country", u->country);
    json_out_text(&j, "group", u->group);
    json_out_text(&j, "code", u->code);
    json_out_text(&j, "language", u->language);
    json_out_text(&j, "phone", u->phone);
    json_out_text(&j, "state", notice_state_word(u->state));
    json_out_text(&j, "notice", notice_kind_word(u->kind));
    json_out_text(&j, "level", level_word(u->level));
    json_out_text(&j, "grade", grade_word(u->grade));
    json_out_text(&j, "route", route_word(u->route));
    json_out_text(&j, "address", u->address);
    json_out_text(&j, "tried_at", u->tried_ms > 0 ? clock_text(text, u->tried_ms) : NULL);
    json_out_text(&j, "tried_to", u->tried_address);
    json_out_text(&j, "result", result_of(u));
    json_out_int(&j, "reply", u->reply);
    json_out_text(&j, "next_route", u->next_route);
    json_out_text(&j, "next_email", u->next_email);
    json_out_text(&j, "next_phone", u->next_phone);
    int64_t task_id = 0;
    char next_at[CLOCK_TEXT];
    const char *step = next_of(next_at, &task_id, c, u);
    json_out_int(&j, "task", task_id);
    json_out_text(&j, "next_step", step);
    json_out_text(&j, "next_at", step != NULL ? next_at : NULL);
    json_out_text(&j, "answer_by", clock_text(text, u->answer_by_ms));
    json_out_int(&j, "days_over", chase_days_over(app_now(c->app), u->answer_by_ms));
    json_out_end(&j);
    str_add_c(out, '\n');
}

static void add_one(struct str *out, struct chase *c, const struct unanswered *u)
{
    if (c->form == CHASE_CSV) {
        if (c->shown == 0)
            str_add(out, csv_head);
        add_csv(out, c, u);
    } else if (c->form == CHASE_JSON)
        add_json(out, c, u);
    else
        add_text(out, c, u);
    c->shown++;
}

/* A table without rows is a table still, and nobody is an answer in words, too. */
static void add_nobody(struct str *out, const struct chase *c)
{
    if (c->form == CHASE_CSV)
        str_add(out, csv_head);
    else if (c->form == CHASE_TEXT)
        str_add(out, "nobody who was asked owes an answer\n");
}

enum status chase_slice(struct str *out, bool *more, struct chase *c, struct err *err)
{
    *more = c->at < c->count;
    if (*more) {
        struct arena *arena = arena_new();
        struct unanswered *rows = NULL;
        size_t count = 0;
        enum status status =
            notice_unanswered(&rows, &count, arena, c->app->store, c->list[c->at].id, c->after_id,
                              app_now(c->app), SLICE, err);
        if (status == OK && c->after_id == 0) /* once for all slices of an advisory */
            status = remind_called(&c->called, c->arena, c->app, c->list[c->at].id, err);
        for (size_t i = 0; status == OK && i < count; i++) {
            add_one(out, c, &rows[i]);
            c->after_id = rows[i].notice_id;
        }
        arena_free(arena);
        if (status != OK)
            return status;
        if (count < SLICE) {
            c->at++;
            c->after_id = 0;
        }
        *more = c->at < c->count;
    }
    if (!*more && c->shown == 0)
        add_nobody(out, c);
    return str_ok(out) ? OK : err_set(err, ERR_LIMIT, "chase: a row is too long");
}
