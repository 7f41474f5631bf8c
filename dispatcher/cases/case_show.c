/* Cases as lines: the list, the board, the registers of the seven sources. */
#include "dispatcher/cases/case_show.h"

#include "base/utf8.h"
#include "cases/source.h"
#include "dispatcher/cli.h"

#define PAGE ((size_t)200)
#define BOARD_MOST 20 /* lines of the board; the list has the others */

enum status case_ground_open(struct case_ground *out, const struct app *app, struct err *err)
{
    const struct settings *s = app->settings;
    *out = (struct case_ground){.limits = {.acknowledge_days = s->cases.acknowledge_days,
                                           .unassigned_ms = s->cases.unassigned_ms,
                                           .triage_ms = s->cases.triage_ms,
                                           .news_ms = s->cases.news_ms}};
    enum status status = pack_open(&out->pack, s->dir, err);
    if (status == OK)
        status = pack_country(&out->opened, out->pack, s->maker.country, err);
    if (status != OK)
        case_ground_close(out);
    return status;
}

void case_ground_close(struct case_ground *ground)
{
    opened_close(&ground->opened);
    pack_close(ground->pack);
    *ground = (struct case_ground){0};
}

bool case_next_due(struct case_due *out, const struct case_ground *ground,
                   const struct case_file *row)
{
    struct case_due dues[CASE_CLOCK_COUNT];
    const struct case_stand stand = case_stand_of(row);
    const size_t count = case_dues(dues, &stand, &ground->limits, &ground->opened.ground);
    if (count > 0)
        *out = dues[0];
    return count > 0;
}

static void add_due(struct str *out, const struct case_due *due, int64_t now)
{
    char at[CLOCK_TEXT];
    char left[CLOCK_TEXT];
    const bool late = due->due_ms < now;
    str_addf(out, "%s%s by %s (%s%s)", late ? "LATE: " : "", case_clock_word(due->clock),
             clock_text(at, due->due_ms),
             duration_text(left, late ? now - due->due_ms : due->due_ms - now),
             late ? " ago" : " left");
}

static void print_line(struct str *out, const struct case_ground *ground,
                       const struct case_file *row, int64_t now)
{
    struct case_due due;
    str_addf(out, "%s  %s  %-16s %-10s ", row->number, case_source_word(row->source),
             case_state_word(row->state), row->owner != NULL ? row->owner : "nobody");
    if (case_next_due(&due, ground, row))
        add_due(out, &due, now);
    if (row->title != NULL) {
        str_add(out, "  ");
        utf8_add_line(out, bytes_of(row->title));
    }
    str_add_c(out, '\n');
}

static void json_line(struct json_out *j, const struct case_ground *ground,
                      const struct case_file *row)
{
    char at[CLOCK_TEXT];
    struct case_due due;
    const bool runs = case_next_due(&due, ground, row);
    json_out_object(j, NULL);
    json_out_text(j, "schema", "tocsin.case.line/1");
    json_out_text(j, "number", row->number);
    json_out_text(j, "uid", row->uid);
    json_out_text(j, "source", case_source_word(row->source));
    json_out_text(j, "state", case_state_word(row->state));
    json_out_text(j, "owner", row->owner);
    json_out_text(j, "title", row->title);
    json_out_text(j, "opened", clock_text(at, row->opened_ms));
    json_out_text(j, "closed", row->closed_ms != 0 ? clock_text(at, row->closed_ms) : NULL);
    json_out_text(j, "clock", runs ? case_clock_word(due.clock) : NULL);
    json_out_text(j, "due", runs ? clock_text(at, due.due_ms) : NULL);
    json_out_end(j);
}

enum status case_board(struct str *out, struct json_out *json, struct app *app, struct err *err)
{
    struct case_ground ground = {0};
    struct arena *arena = arena_new();
    struct case_file *rows = NULL;
    size_t count = 0;
    enum status status = case_list(&rows, &count, arena, app->store, true, 0,
                                   json != NULL ? PAGE : BOARD_MOST + 1, err);
    if (status == OK && count > 0)
        status = case_ground_open(&ground, app, err);
    if (status == OK && count > 0 && json == NULL)
        str_add(out, "\nopen cases:\n");
    for (size_t i = 0; status == OK && i < count; i++) {
        if (json != NULL)
            json_line(json, &ground, &rows[i]);
        else if (i < BOARD_MOST)
            print_line(out, &ground, &rows[i], app_now(app));
        else
            str_add(out, "and more: tocsin case list\n");
    }
    case_ground_close(&ground);
    arena_free(arena);
    return status;
}

static enum status list_page(int64_t *after, size_t *count, const struct case_ground *ground,
                             struct app *app, bool open_only, bool json, struct err *err)
{
    struct arena *arena = arena_new();
    struct case_file *rows = NULL;
    struct json_out j;
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    enum status status = case_list(&rows, count, arena, app->store, open_only, *after, PAGE, err);
    for (size_t i = 0; status == OK && i < *count; i++) {
        *after = rows[i].id;
        if (json) {
            json_out_init(&j, &out, false);
            json_line(&j, ground, &rows[i]);
            str_add_c(&out, '\n');
        } else
            print_line(&out, ground, &rows[i], app_now(app));
    }
    if (status == OK && !cli_put(&out))
        status = err_set(err, ERR_IO, "standard output: cannot be written: make room");
    str_dispose(&out);
    arena_free(arena);
    return status;
}

int case_show_list(struct app *app, bool open_only, bool json)
{
    struct case_ground ground = {0};
    struct err err = {0};
    int64_t after = 0;
    enum status status = app_open_store(app, STORE_READ, &err);
    if (status == OK)
        status = case_ground_open(&ground, app, &err);
    for (size_t count = PAGE; status == OK && count == PAGE;)
        status = list_page(&after, &count, &ground, app, open_only, json, &err);
    case_ground_close(&ground);
    return status == OK ? EXIT_DONE : cli_fail(&err);
}

/* The register of one source, even when it is empty: that nothing came is a statement, too. */
struct source_line {
    struct case_count count;
    struct source_review review;
    bool reviewed;
};

static void print_source(struct str *out, enum case_source source, const struct source_line *l)
{
    char at[CLOCK_TEXT];
    str_addf(out, "%s  %-31s %4lld open, %4lld in all", case_source_word(source),
             case_source_about(source), (long long)l->count.open, (long long)l->count.all);
    if (l->count.all > 0)
        str_addf(out, ", the last one %s", clock_text(at, l->count.last_ms));
    if (l->reviewed)
        str_addf(out, "; reviewed %s by %s\n", clock_text(at, l->review.at_ms), l->review.person);
    else
        str_addf(out, "; never reviewed: tocsin case reviewed %s --by PERSON\n",
                 case_source_word(source));
}

static void json_source(struct str *out, enum case_source source, const struct source_line *l)
{
    char at[CLOCK_TEXT];
    struct json_out j;
    json_out_init(&j, out, false);
    json_out_object(&j, NULL);
    json_out_text(&j, "schema", "tocsin.case.source/1");
    json_out_text(&j, "source", case_source_word(source));
    json_out_text(&j, "about", case_source_about(source));
    json_out_int(&j, "open", l->count.open);
    json_out_int(&j, "all", l->count.all);
    json_out_text(&j, "last", l->count.all > 0 ? clock_text(at, l->count.last_ms) : NULL);
    json_out_text(&j, "reviewed", l->reviewed ? clock_text(at, l->review.at_ms) : NULL);
    json_out_text(&j, "reviewed_by", l->reviewed ? l->review.person : NULL);
    json_out_end(&j);
    str_add_c(out, '\n');
}

int case_show_sources(struct app *app, bool json)
{
    struct arena *arena = arena_new();
    struct err err = {0};
    struct str out;
    int code = EXIT_DONE;
    str_init(&out, STR_LIMIT_TEXT);
    enum status status = app_open_store(app, STORE_READ, &err);
    for (int i = 0; status == OK && i < (int)CASE_SOURCE_COUNT; i++) {
        const enum case_source source = (enum case_source)i;
        struct source_line line = {0};
        status = case_count(&line.count, app->store, source, &err);
        if (status == OK)
            status = source_review_last(&line.review, arena, app->store, source, &err);
        line.reviewed = status == OK;
        if (status == ERR_NOT_FOUND)
            status = OK;
        if (status == OK && json)
            json_source(&out, source, &line);
        else if (status == OK)
            print_source(&out, source, &line);
    }
    if (status == OK)
        code = cli_put(&out) ? EXIT_DONE : EXIT_AGAIN;
    str_dispose(&out);
    arena_free(arena);
    return status == OK ? code : cli_fail(&err);
}
