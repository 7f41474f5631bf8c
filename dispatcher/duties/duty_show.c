/* The board of duties: by urgency, for people and for their calendars. */
#include "dispatcher/cases/case_act.h"
#include "dispatcher/cases/case_show.h"
#include "dispatcher/cli.h"
#include "dispatcher/commands/deadlines.h"
#include "dispatcher/duties/duty_keep.h"
#include "dispatcher/duties/duty_matter.h"

static const char *ended_words(const char *how)
{
    if (text_equal(how, "decided"))
        return "the decision there needs none";
    return text_equal(how, "proof") ? "the authority's proof is there"
                                    : "the time for comment is over";
}

void hold_print_one(struct str *out, const struct hold_row *h)
{
    char at[CLOCK_TEXT];
    str_addf(out, "  %-8s %-13s %-16s", h->jurisdiction, h->rule, h->kind);
    if (h->state == HOLD_BYPASSED)
        str_addf(out, "ALARM: bypassed by %s: %s", h->person, h->reason);
    else if (h->state == HOLD_ENDED)
        str_addf(out, "not held any more since %s: %s%s", clock_text(at, h->ended_ms),
                 h->person != NULL ? "ended by " : ended_words(h->how),
                 h->person != NULL ? h->person : "");
    else if (text_equal(h->why, "undecided"))
        str_addf(out, "HELD: nobody decided whether it is reportable in %s", h->jurisdiction);
    else if (h->until_ms > 0)
        str_addf(out, "HELD until %s, for comment", clock_text(at, h->until_ms));
    else
        str_addf(out, "HELD: the authority comes first, with proof by %s", h->rule);
    str_add_c(out, '\n');
}

/* Against the date that we go by, as the board says it. */
static void print_duty(struct str *out, const struct duty_row *d, int64_t now)
{
    char span[CLOCK_TEXT];
    str_addf(out, "  %-13s %-3s %-10s %-26s %-26s %s%s%s", d->rule,
             d->country != NULL ? d->country : "-", duty_state_word(d->state),
             d->due_safe != NULL ? d->due_safe : "-", d->due_legal != NULL ? d->due_legal : "-",
             d->owner, d->number != NULL ? ", number " : "", d->number != NULL ? d->number : "");
    if (d->state == DUTY_RUNNING && d->safe_ms > 0 && d->safe_ms < now)
        str_addf(out, ", LATE by %s", duration_text(span, now - d->safe_ms));
    if (d->state == DUTY_RUNNING)
        str_add(out, d->informs ? ", waits for notices" : ", waits for proof");
    else if (d->state == DUTY_WAITING)
        str_add(out, ", waits for its trigger");
    str_add_c(out, '\n');
}

/* Rules that nobody may go by: what they would bring is not known to be nothing. */
static enum status print_unused(struct str *out, struct arena *arena, struct app *app,
                                const struct case_file *row, const struct duty_book *book, bool all,
                                struct err *err)
{
    struct duty_unused *list = NULL;
    size_t count = 0;
    enum status status = case_unused(&list, &count, arena, app, row, book, err);
    if (book->why.code != OK)
        str_addf(out, "  the rules cannot be read: %s\n", book->why.text);
    if (status == OK && count > 0)
        str_addf(out, "  %zu rule%s would bring %s, and may not be used yet%s%s\n", count,
                 count == 1 ? "" : "s", count == 1 ? "a duty" : "duties",
                 all ? ":" : ": tocsin case duties ", all ? "" : row->number);
    for (size_t i = 0; status == OK && all && i < count; i++)
        str_addf(out, "  %-13s %-13s %s\n", list[i].rule->id, rule_use_word(list[i].use),
                 list[i].rule->title);
    if (status == OK && all && count > 0)
        str_add(out, "  why, and what to do: tocsin rules show RULE, tocsin-rules(5)\n");
    return status;
}

enum status duty_print(struct str *out, struct app *app, const struct case_file *row, bool all,
                       struct err *err)
{
    struct arena *arena = arena_new();
    struct case_duties now;
    struct duty_book book;
    const size_t before = out->size;
    duty_book_open(&book, app);
    enum status status = case_duties_read(&now, arena, app, row, err);
    if (status == OK && all && now.count > 0)
        str_addf(out, "  %-13s %-3s %-10s %-26s %-26s %s\n", "rule", "in", "state", "due safe",
                 "due by law", "owner");
    for (size_t i = 0; status == OK && i < now.count; i++)
        print_duty(out, &now.duties[i], app_now(app));
    for (size_t i = 0; status == OK && i < now.hold_count; i++)
        hold_print_one(out, &now.holds[i]);
    if (status == OK)
        status = print_unused(out, arena, app, row, &book, all, err);
    if (status == OK && all && out->size == before)
        str_addf(out,
                 "  none yet: a decision brings them: tocsin case decide %s JURISDICTION "
                 "reportable --reason TEXT --by PERSON\n",
                 row->number);
    duty_book_close(&book);
    arena_free(arena);
    return status;
}

enum status case_duties_read(struct case_duties *out, struct arena *arena, struct app *app,
                             const struct case_file *row, struct err *err)
{
    *out = (struct case_duties){0};
    enum status status = duty_list(&out->duties, &out->count, arena, app->store, row->id, err);
    if (status == OK)
        status = hold_list(&out->holds, &out->hold_count, arena, app->store, row->id, err);
    return status;
}

static const char *instant(char out[CLOCK_TEXT], int64_t ms)
{
    return ms > 0 ? clock_text(out, ms) : NULL;
}

static void json_duty(struct json_out *j, const struct duty_row *d)
{
    char at[CLOCK_TEXT];
    json_out_object(j, NULL);
    json_out_text(j, "rule", d->rule);
    json_out_int(j, "version", d->version);
    json_out_text(j, "rule_sha256", d->rule_sha256);
    json_out_text(j, "jurisdiction", d->jurisdiction);
    json_out_text(j, "country", d->country);
    json_out_text(j, "state", duty_state_word(d->state));
    json_out_text(j, "deliverable", d->deliverable);
    json_out_text(j, "owner", d->owner);
    json_out_text(j, "trigger", d->trigger);
    json_out_text(j, "cascade", d->cascade);
    json_out_text(j, "due_safe", d->due_safe);
    json_out_text(j, "due_legal", d->due_legal);
    json_out_text(j, "met", instant(at, d->met_ms));
    json_out_text(j, "by", d->met_by);
    json_out_text(j, "number", d->number);
    json_out_text(j, "proof", d->proof);
    json_out_text(j, "reason", d->reason);
    json_out_end(j);
}

static void json_hold(struct json_out *j, const struct hold_row *h)
{
    char at[CLOCK_TEXT];
    json_out_object(j, NULL);
    json_out_text(j, "rule", h->rule);
    json_out_int(j, "version", h->version);
    json_out_text(j, "jurisdiction", h->jurisdiction);
    json_out_text(j, "kind", h->kind);
    json_out_text(j, "why", h->why);
    json_out_text(j, "state", hold_state_word(h->state));
    json_out_text(j, "since", instant(at, h->since_ms));
    json_out_text(j, "until", instant(at, h->until_ms));
    json_out_text(j, "ended", instant(at, h->ended_ms));
    json_out_text(j, "how", h->how);
    json_out_text(j, "by", h->person);
    json_out_text(j, "reason", h->reason);
    json_out_text(j, "proof", h->proof);
    json_out_end(j);
}

enum status duty_json(struct json_out *j, struct app *app, const struct case_file *row,
                      struct err *err)
{
    struct arena *arena = arena_new();
    struct case_duties now;
    enum status status = case_duties_read(&now, arena, app, row, err);
    json_out_array(j, "duties");
    for (size_t i = 0; status == OK && i < now.count; i++)
        json_duty(j, &now.duties[i]);
    json_out_end(j);
    json_out_array(j, "holds");
    for (size_t i = 0; status == OK && i < now.hold_count; i++)
        json_hold(j, &now.holds[i]);
    json_out_end(j);
    arena_free(arena);
    return status;
}

static bool is_same_duty(const struct case_duties *was, const struct duty_row *d)
{
    for (size_t i = 0; i < was->count; i++)
        if (was->duties[i].id == d->id)
            return was->duties[i].state == d->state &&
                   text_equal(was->duties[i].due_safe, d->due_safe) &&
                   text_equal(was->duties[i].due_legal, d->due_legal);
    return false;
}

static bool is_same_hold(const struct case_duties *was, const struct hold_row *h)
{
    for (size_t i = 0; i < was->hold_count; i++)
        if (was->holds[i].id == h->id)
            return was->holds[i].state == h->state && text_equal(was->holds[i].why, h->why) &&
                   was->holds[i].until_ms == h->until_ms;
    return false;
}

enum status duty_print_new(struct str *out, struct app *app, const struct case_file *row,
                           const struct case_duties *was, const struct duty_book *unused,
                           struct err *err)
{
    struct arena *arena = arena_new();
    struct case_duties now;
    enum status status = case_duties_read(&now, arena, app, row, err);
    for (size_t i = 0; status == OK && i < now.count; i++)
        if (!is_same_duty(was, &now.duties[i]))
            print_duty(out, &now.duties[i], app_now(app));
    for (size_t i = 0; status == OK && i < now.hold_count; i++)
        if (!is_same_hold(was, &now.holds[i]))
            hold_print_one(out, &now.holds[i]);
    if (status == OK && unused != NULL)
        status = print_unused(out, arena, app, row, unused, false, err);
    arena_free(arena);
    return status;
}

enum status hold_print(struct str *out, struct app *app, const char *tracking, struct err *err)
{
    struct arena *arena = arena_new();
    struct case_link *links = NULL;
    struct hold_row *holds = NULL;
    size_t link_count = 0;
    size_t count = 0;
    enum status status =
        case_link_find(&links, &link_count, arena, app->store, LINK_ADVISORY, tracking, err);
    if (status == OK && link_count == 0)
        str_add(out, "holds: none: no case is linked to it\n");
    else if (status == OK)
        status = hold_over(&holds, &count, arena, app->store, tracking, err);
    if (status == OK && link_count > 0)
        str_addf(out, "holds: %s\n",
                 count > 0 ? "authorities, our representatives and complaint desk first; then, "
                             "where nothing is HELD, the others"
                           : "none by the rules in use");
    for (size_t i = 0; status == OK && i < count; i++)
        hold_print_one(out, &holds[i]);
    arena_free(arena);
    return status;
}

enum status duty_board_print(struct str *out, struct app *app, bool ical, struct err *err)
{
    struct deadlines clocks;
    deadlines_init(&clocks);
    enum status status = deadlines_duties(&clocks, app, NULL, err);
    if (status == OK && ical)
        deadlines_ical(out, &clocks, app->settings->maker.id, app_now(app));
    else if (status == OK && clocks.count == 0)
        str_add(out, "no duty of any case is open\n");
    else if (status == OK)
        deadlines_print(out, &clocks, 0, app_now(app));
    deadlines_dispose(&clocks);
    return status;
}

int case_show_duties(struct app *app, const char *number, bool ical)
{
    struct arena *arena = arena_new();
    struct case_file row = {0};
    struct str out;
    struct err err = {0};
    str_init(&out, STR_LIMIT_MAIL);
    enum status status = app_open_store(app, STORE_READ, &err);
    if (status == OK && number == NULL)
        status = duty_board_print(&out, app, ical, &err);
    else if (status == OK) {
        status = case_named(&row, arena, app->store, number, &err);
        if (status == OK)
            status = duty_print(&out, app, &row, true, &err);
    }
    int code = EXIT_DONE;
    if (status == OK && !cli_put(&out))
        code = EXIT_AGAIN;
    str_dispose(&out);
    arena_free(arena);
    return status == OK ? code : cli_fail(&err);
}
