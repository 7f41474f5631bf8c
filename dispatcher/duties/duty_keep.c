#include "dispatcher/duties/duty_keep.h"

#include "dispatcher/duties/duty_matter.h"
#include "dispatcher/duties/duty_told.h"

#include "duties/hold.h"
#include "duties/ladder.h"

#include <stdio.h>
#include <string.h>

struct keeping {
    struct app *app;
    struct arena *arena;
    const struct case_file *row;
    struct duty_rules rules;
    struct case_matter known;
    const char *unused; /* a rule that may not be used, and something stands by it */
};

static int64_t or_none(int64_t ms)
{
    return ms == INT64_MAX ? 0 : ms;
}

static void set_ladder(struct duty_row *row, int64_t now)
{
    struct ladder ladder = {now, row->safe_ms > 0 ? row->safe_ms : INT64_MAX,
                            row->legal_ms > 0 ? row->legal_ms : INT64_MAX};
    row->start_ms = now;
    row->rung = RUNG_NONE;
    row->next_ms = row->state == DUTY_RUNNING ? or_none(ladder_next(&ladder, RUNG_NONE)) : 0;
}

static void fill(struct keeping *k, struct duty_row *row, const struct duty *duty)
{
    struct str steps;
    const struct explanation *e = &duty->why;
    str_init(&steps, STR_LIMIT_LINE);
    duty_say_start(&steps, duty);
    for (size_t i = 0; i < e->step_count; i++)
        str_addf(&steps, "%s%s", steps.size > 0 ? "\n" : "", e->steps[i]);
    row->version = duty->rule->version;
    row->rule_sha256 = duty->rule->sha256;
    row->jurisdiction = duty->rule->jurisdiction;
    row->state = e->state == RULE_RUNNING ? DUTY_RUNNING : DUTY_WAITING;
    row->deliverable = rule_deliverable_word((enum rule_deliverable)duty->rule->deliverable);
    row->informs = duty_informs(duty->rule);
    row->owner = k->row->owner != NULL ? k->row->owner
                                       : settings_owner(k->app->settings, ROLE_REGULATORY)->id;
    row->trigger = duty->trigger;
    row->cascade = duty->cascade;
    row->due_safe = e->due_safe;
    row->due_legal = e->due_legal;
    row->safe_ms = e->state == RULE_RUNNING ? or_none(e->due.safe_ms) : 0;
    row->legal_ms = e->state == RULE_RUNNING ? or_none(e->due.legal_ms) : 0;
    row->derivation = arena_strdup(k->arena, str_text(&steps));
    row->changed_ms = app_now(k->app);
    str_dispose(&steps);
}

static bool same(const struct duty_row *a, const struct duty_row *b)
{
    return a->state == b->state && text_equal(a->due_safe, b->due_safe) &&
           text_equal(a->due_legal, b->due_legal) && text_equal(a->trigger, b->trigger) &&
           text_equal(a->owner, b->owner) && text_equal(a->rule_sha256, b->rule_sha256);
}

static struct duty_row *find_row(struct keeping *k, const char *rule, const char *country)
{
    for (size_t i = 0; i < k->known.row_count; i++)
        if (text_equal(k->known.rows[i].rule, rule) &&
            text_equal(k->known.rows[i].country, country))
            return &k->known.rows[i];
    return NULL;
}

static enum status keep_duty(struct keeping *k, const struct duty *duty, struct err *err)
{
    const struct duty_row *was = find_row(k, duty->rule->id, duty->country);
    struct duty_row row = was != NULL ? *was
                                      : (struct duty_row){.case_id = k->row->id,
                                                          .rule = duty->rule->id,
                                                          .country = duty->country};
    if (was != NULL && (was->state == DUTY_MET || was->state == DUTY_WAIVED))
        return OK;
    fill(k, &row, duty);
    if (was != NULL && same(was, &row))
        return OK;
    set_ladder(&row, app_now(k->app));
    enum status status = OK;
    if (was == NULL) {
        row.created_ms = row.changed_ms;
        status = duty_add(&row, k->app->store, err);
    } else
        status = duty_save(k->app->store, &row, was->state, err);
    if (status == OK)
        status = duty_record(k->app, k->row->uid, was != NULL ? "duty.recomputed" : "duty.planned",
                             &row, was, err);
    return status == OK && was != NULL ? duty_tell_later(k->app, k->row->number, was, &row, err)
                                       : status;
}

static bool is_wanted(const struct duty_list *list, const struct duty_row *row)
{
    for (size_t i = 0; i < list->count; i++)
        if (text_equal(list->duties[i].rule->id, row->rule) &&
            text_equal(list->duties[i].country, row->country))
            return true;
    return false;
}

/* By the version that is in use now. */
static enum status withdraw(struct keeping *k, const struct duty_row *was, struct err *err)
{
    const struct rule *rule = NULL;
    struct duty_row row = *was;
    enum status status = pack_rule(&rule, k->rules.pack, was->rule, err);
    if (status != OK)
        return status;
    row.version = rule->version;
    row.rule_sha256 = rule->sha256;
    row.state = DUTY_WITHDRAWN;
    row.next_ms = 0;
    row.changed_ms = app_now(k->app);
    status = duty_save(k->app->store, &row, was->state, err);
    if (status == OK)
        status = duty_record(k->app, k->row->uid, "duty.recomputed", &row, was, err);
    if (status == OK)
        status = duty_close_tasks(k->app, &row, err);
    return status == OK ? duty_tell_later(k->app, k->row->number, was, &row, err) : status;
}

/* What stands by a rule that is gone, or changed since it was adopted, stays as it is: an upgrade
 * is no decision. */
static bool stays(struct keeping *k, const char *rule)
{
    const bool unused = !duty_rule_in_use(&k->rules, rule);
    if (unused)
        k->unused = rule;
    return unused;
}

static enum status keep_duties(struct keeping *k, struct err *err)
{
    struct duty_list list;
    enum status status = duty_compute(&list, k->arena, &k->rules, &k->known.matter, err);
    for (size_t i = 0; status == OK && i < list.count; i++)
        status = keep_duty(k, &list.duties[i], err);
    for (size_t i = 0; status == OK && i < k->known.row_count; i++) {
        const struct duty_row *row = &k->known.rows[i];
        if ((row->state == DUTY_WAITING || row->state == DUTY_RUNNING) && !is_wanted(&list, row) &&
            !stays(k, row->rule))
            status = withdraw(k, row, err);
    }
    return status;
}

static enum status add_hold(struct keeping *k, const struct hold *hold, struct err *err)
{
    const struct jurisdiction *j = pack_jurisdiction(k->rules.pack, hold->rule->jurisdiction);
    const char **countries = arena_alloc(k->arena, j->place_count * sizeof countries[0]);
    struct hold_row row = {.case_id = k->row->id,
                           .rule = hold->rule->id,
                           .version = hold->rule->version,
                           .jurisdiction = hold->rule->jurisdiction,
                           .kind = rule_hold_word((enum rule_hold)hold->rule->hold),
                           .why = hold_why_word(hold->why),
                           .until_ms = hold->until_ms,
                           .since_ms = app_now(k->app)};
    for (size_t i = 0; i < j->place_count; i++)
        countries[i] = j->places[i].country;
    enum status status = hold_add(&row, countries, j->place_count, k->app->store, err);
    return status == OK ? duty_record_hold(k->app, k->row->uid, &row, err) : status;
}

/* hold NULL: it is wanted no more. What a person ended or bypassed stays so. */
static enum status keep_hold(struct keeping *k, const struct hold_row *was, const struct hold *hold,
                             struct err *err)
{
    struct hold_row row = *was;
    const bool by_hand = was->state != HOLD_STANDING && text_equal(was->how, "person");
    const bool wanted =
        hold != NULL && !hold->over && (hold->until_ms == 0 || hold->until_ms >= app_now(k->app));
    if (by_hand || (!wanted && was->state != HOLD_STANDING) ||
        (hold == NULL && stays(k, was->rule)))
        return OK;
    if (wanted) {
        row.why = hold_why_word(hold->why);
        row.until_ms = hold->until_ms;
        row.state = HOLD_STANDING;
        row.how = NULL;
        row.ended_ms = 0;
        if (was->state == HOLD_STANDING && row.until_ms == was->until_ms &&
            text_equal(row.why, was->why))
            return OK;
    } else {
        row.state = HOLD_ENDED;
        row.how = hold == NULL ? "decided" : hold->over ? "proof" : "window";
        row.ended_ms = app_now(k->app);
    }
    enum status status = hold_save(k->app->store, &row, was->state, err);
    return status == OK ? duty_record_hold(k->app, k->row->uid, &row, err) : status;
}

static enum status keep_holds(struct keeping *k, struct err *err)
{
    struct hold *wanted = NULL;
    struct hold_row *rows = NULL;
    size_t wanted_count = 0;
    size_t count = 0;
    enum status status =
        hold_compute(&wanted, &wanted_count, k->arena, &k->rules, &k->known.matter, err);
    if (status == OK)
        status = hold_list(&rows, &count, k->arena, k->app->store, k->row->id, err);
    for (size_t i = 0; status == OK && i < wanted_count; i++) {
        bool there = false;
        for (size_t r = 0; r < count; r++)
            there = there || text_equal(rows[r].rule, wanted[i].rule->id);
        if (!there && !wanted[i].over)
            status = add_hold(k, &wanted[i], err);
    }
    for (size_t r = 0; status == OK && r < count; r++) {
        const struct hold *hold = NULL;
        for (size_t i = 0; i < wanted_count; i++)
            if (text_equal(rows[r].rule, wanted[i].rule->id))
                hold = &wanted[i];
        status = keep_hold(k, &rows[r], hold, err);
    }
    return status == OK ? hold_settle(k->app->store, k->row->id, err) : status;
}

enum status duty_refresh(struct app *app, const struct case_file *row, const struct duty_book *book,
                         struct err *err)
{
    if (book->why.code != OK)
        return duty_tell_unreadable(app, &book->why, err);
    struct keeping k = {
        .app = app, .arena = arena_new(), .row = row, .rules = duty_book_rules(book)};
    enum status status = case_matter_read(&k.known, k.arena, app, row, k.rules.pack, err);
    if (status == OK)
        status = keep_duties(&k, err);
    if (status == OK)
        status = keep_holds(&k, err);
    if (status == OK && k.unused != NULL)
        status = duty_tell_unused(app, k.unused, err);
    arena_free(k.arena);
    return status;
}
