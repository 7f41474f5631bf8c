#include "dispatcher/plan/places.h"

#include "base/json_out.h"
#include "dispatcher/duties/rulebook.h"
#include "duties/clash.h"
#include "duties/hold.h"
#include "store/case.h"
#include "store/duty.h"

#include <stdlib.h>
#include <string.h>

struct place_row {
    const char *id; /* of a jurisdiction, or a country in none */
    size_t told[PARTY_KIND_COUNT];
    size_t left_out, early;
};

struct places {
    struct arena *arena;
    struct app *app;
    const struct dossier *dossier;
    struct rulebook rules; /* pack NULL: they do not read, each country stands for itself */
    struct place_row *rows;
    size_t count;
    struct hold_row *holds; /* of linked cases */
    size_t hold_count;
    struct duty_open *duties; /* of linked cases */
    size_t duty_count;
};

static struct place_row *row_of(struct places *p, const char *id)
{
    for (size_t i = 0; i < p->count; i++)
        if (text_equal(p->rows[i].id, id))
            return &p->rows[i];
    const struct place_row row = {.id = arena_strdup(p->arena, id)};
    arena_push(p->arena, &p->rows, &p->count, sizeof row, &row);
    return &p->rows[p->count - 1];
}

static bool has_country(const struct jurisdiction *j, const char *country)
{
    for (size_t i = 0; i < j->place_count; i++)
        if (text_equal(j->places[i].country, country))
            return true;
    return false;
}

/* Is a duty's place, a country or the jurisdiction itself, in this row? */
static bool is_in(const struct places *p, const struct place_row *row, const char *place)
{
    const struct jurisdiction *j =
        p->rules.pack != NULL ? pack_jurisdiction(p->rules.pack, row->id) : NULL;
    return text_equal(row->id, place) || (j != NULL && has_country(j, place));
}

/* By the rule's own jurisdiction, so that a duty of one country is not shown in two of them. */
static bool is_duty_of(const struct places *p, const struct place_row *row,
                       const struct duty_open *d)
{
    const struct rule *rule = NULL;
    if (p->rules.pack != NULL && pack_rule(&rule, p->rules.pack, d->rule, NULL) == OK)
        return text_equal(rule->jurisdiction, row->id);
    return is_in(p, row, d->place);
}

static enum status read_duties(struct places *p, const char *tracking, struct err *err)
{
    struct duty_open *all = NULL;
    struct case_link *links = NULL;
    size_t count = 0;
    size_t link_count = 0;
    enum status status =
        case_link_find(&links, &link_count, p->arena, p->app->store, LINK_ADVISORY, tracking, err);
    if (status == OK && link_count > 0)
        status = duty_open_list(&all, &count, p->arena, p->app->store, err);
    for (size_t i = 0; status == OK && i < count; i++)
        for (size_t k = 0; k < link_count; k++)
            if (links[k].case_id == all[i].case_id) {
                arena_push(p->arena, &p->duties, &p->duty_count, sizeof all[i], &all[i]);
                break;
            }
    return status;
}

/* A row for each place of a duty or a hold, though nobody there is in the register. */
static void add_rows(struct places *p)
{
    for (size_t i = 0; i < p->hold_count; i++)
        (void)row_of(p, p->holds[i].jurisdiction);
    for (size_t i = 0; i < p->duty_count; i++) {
        const struct rule *rule = NULL;
        const bool known =
            p->rules.pack != NULL && pack_rule(&rule, p->rules.pack, p->duties[i].rule, NULL) == OK;
        (void)row_of(p, known ? rule->jurisdiction : p->duties[i].place);
    }
}

enum status places_open(struct places **out, struct app *app, const struct dossier *dossier,
                        struct err *err)
{
    struct places *p = xcalloc(1, sizeof *p);
    struct err why = {0};
    p->arena = arena_new();
    p->app = app;
    p->dossier = dossier;
    if (rulebook_open(&p->rules, app, &why) != OK)
        rulebook_close(&p->rules);
    enum status status =
        hold_over(&p->holds, &p->hold_count, p->arena, app->store, dossier->row.tracking, err);
    if (status == OK)
        status = read_duties(p, dossier->row.tracking, err);
    if (status == OK) {
        add_rows(p);
        *out = p;
    } else
        places_close(p);
    return status;
}

void places_close(struct places *places)
{
    if (places == NULL)
        return;
    rulebook_close(&places->rules);
    arena_free(places->arena);
    free(places);
}

static void count_in(struct place_row *row, const struct recipient *r)
{
    row->early += r->told && r->early;
    if (r->told)
        row->told[r->party.kind]++;
    else
        row->left_out++;
}

void places_count(struct places *p, const struct recipient *r)
{
    bool any = false;
    for (size_t i = 0; p->rules.pack != NULL && i < p->rules.pack->jurisdiction_count; i++) {
        const struct jurisdiction *j = p->rules.pack->jurisdictions[i];
        if (!has_country(j, r->party.country))
            continue;
        count_in(row_of(p, j->id), r);
        any = true;
    }
    if (!any)
        count_in(row_of(p, r->party.country), r);
}

static bool stands_in(const struct hold_row *hold, const struct place_row *row)
{
    return hold->state == HOLD_STANDING && text_equal(hold->jurisdiction, row->id);
}

/* The hold that lasts longest: one without an end before all others. */
static const struct hold_row *longest_hold(const struct places *p, const struct place_row *row)
{
    const struct hold_row *longest = NULL;
    for (size_t i = 0; i < p->hold_count; i++) {
        const struct hold_row *hold = &p->holds[i];
        if (stands_in(hold, row) &&
            (longest == NULL || hold->until_ms == 0 ||
             (longest->until_ms != 0 && hold->until_ms > longest->until_ms)))
            longest = hold;
    }
    return longest;
}

/* NULL: nothing contradicts it. */
static const char *clash_with(enum clash *clash, const struct places *p,
                              const struct place_row *row, const struct duty_open *d,
                              int64_t told_by_ms)
{
    const struct clash_ours ours = {app_now(p->app), p->dossier->row.embargo_ms, told_by_ms};
    const struct clash_duty duty = {.rule = d->rule,
                                    .place = d->place,
                                    .due_safe = d->due_safe,
                                    .safe_ms = d->safe_ms,
                                    .informs = d->informs};
    const struct hold_row *held = longest_hold(p, row);
    const struct clash_hold hold = {.rule = held != NULL ? held->rule : NULL,
                                    .until_ms = held != NULL ? held->until_ms : 0,
                                    .waits = held != NULL};
    *clash = clash_of(&ours, &duty, &hold);
    return *clash != CLASH_NONE ? clash_words(p->arena, *clash, &ours, &duty, &hold) : NULL;
}

static const char *waits_for(const struct places *p, const struct place_row *row,
                             const struct duty_open *d)
{
    const struct hold_row *hold = d->informs ? longest_hold(p, row) : NULL;
    if (d->state == DUTY_WAITING)
        return "its trigger";
    if (!d->informs)
        return "proof of what was handed in";
    return hold != NULL ? arena_printf(p->arena, "the end of the hold by %s", hold->rule)
                        : "its notices";
}

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct place_row *)a)->id, ((const struct place_row *)b)->id);
}

static void sort(struct places *p)
{
    if (p->count > 1)
        qsort(p->rows, p->count, sizeof p->rows[0], by_id);
}

/* "2 regulator, 1 representative" of those who wait for holds, or of those who do not. */
static void say_kinds(struct str *out, const struct place_row *row, bool stopped)
{
    const size_t before = out->size;
    for (int kind = 0; kind < PARTY_KIND_COUNT; kind++)
        if (row->told[kind] > 0 && hold_stops((enum party_kind)kind) == stopped)
            str_addf(out, "%s%zu %s", out->size > before ? ", " : "", row->told[kind],
                     party_kind_word((enum party_kind)kind));
    if (out->size == before)
        str_add(out, "nobody");
}

static void say_row(struct str *out, struct places *p, const struct place_row *row,
                    int64_t told_by_ms)
{
    char at[CLOCK_TEXT];
    const char *between = " HELD by ";
    const int64_t embargo = p->dossier->row.embargo_ms;
    str_addf(out, "  %-6s first: ", row->id);
    say_kinds(out, row, false);
    str_add(out, "; then: ");
    say_kinds(out, row, true);
    for (size_t i = 0; i < p->hold_count; i++)
        if (stands_in(&p->holds[i], row)) {
            str_addf(out, "%s%s", between, p->holds[i].rule);
            between = ", ";
        }
    if (embargo > app_now(p->app))
        str_addf(out, "; not before %s%s", clock_text(at, embargo),
                 row->early > 0 ? " but who has a pre-notice" : "");
    str_addf(out, "; left out: %zu\n", row->left_out);
    for (size_t i = 0; i < p->duty_count; i++) {
        const struct duty_open *d = &p->duties[i];
        enum clash clash = CLASH_NONE;
        if (!is_duty_of(p, row, d))
            continue;
        str_addf(out, "         %s %s (%s): due safe %s, by law %s, waits for %s\n", d->rule,
                 d->place, d->number, d->due_safe != NULL ? d->due_safe : "-",
                 d->due_legal != NULL ? d->due_legal : "-", waits_for(p, row, d));
        const char *words = clash_with(&clash, p, row, d, told_by_ms);
        if (words != NULL)
            str_addf(out, "         warning: %s\n", words);
    }
}

void places_print(struct str *out, struct places *p, int64_t told_by_ms)
{
    sort(p);
    str_add(out, "\nby jurisdiction, who comes first and what waits for what:\n");
    for (size_t i = 0; i < p->count; i++)
        say_row(out, p, &p->rows[i], told_by_ms);
    if (p->count == 0)
        str_add(out, "  nobody\n");
}

static void json_kinds(struct json_out *j, const char *name, const struct place_row *row,
                       bool stopped)
{
    json_out_object(j, name);
    for (int kind = 0; kind < PARTY_KIND_COUNT; kind++)
        if (hold_stops((enum party_kind)kind) == stopped)
            json_out_int(j, party_kind_word((enum party_kind)kind), (int64_t)row->told[kind]);
    json_out_end(j);
}

static void json_duties(struct json_out *j, struct places *p, const struct place_row *row,
                        int64_t told_by_ms)
{
    json_out_array(j, "duties");
    for (size_t i = 0; i < p->duty_count; i++) {
        const struct duty_open *d = &p->duties[i];
        enum clash clash = CLASH_NONE;
        if (!is_duty_of(p, row, d))
            continue;
        const char *words = clash_with(&clash, p, row, d, told_by_ms);
        json_out_object(j, NULL);
        json_out_text(j, "case", d->number);
        json_out_text(j, "rule", d->rule);
        json_out_text(j, "place", d->place);
        json_out_text(j, "state", duty_state_word(d->state));
        json_out_text(j, "due_safe", d->due_safe);
        json_out_text(j, "due_legal", d->due_legal);
        json_out_text(j, "waits_for", waits_for(p, row, d));
        json_out_text(j, "clash", words != NULL ? clash_word(clash) : NULL);
        json_out_text(j, "warning", words);
        json_out_end(j);
    }
    json_out_end(j);
}

static void json_holds(struct json_out *j, const struct places *p, const struct place_row *row)
{
    char at[CLOCK_TEXT];
    json_out_array(j, "holds");
    for (size_t i = 0; i < p->hold_count; i++) {
        const struct hold_row *h = &p->holds[i];
        if (!text_equal(h->jurisdiction, row->id))
            continue;
        json_out_object(j, NULL);
        json_out_text(j, "rule", h->rule);
        json_out_text(j, "hold", h->kind);
        json_out_text(j, "state", hold_state_word(h->state));
        json_out_text(j, "until", h->until_ms > 0 ? clock_text(at, h->until_ms) : NULL);
        json_out_end(j);
    }
    json_out_end(j);
}

void places_json(struct str *out, struct places *p, int64_t told_by_ms)
{
    char at[CLOCK_TEXT];
    const int64_t embargo = p->dossier->row.embargo_ms;
    sort(p);
    for (size_t i = 0; i < p->count; i++) {
        const struct place_row *row = &p->rows[i];
        struct json_out j;
        json_out_init(&j, out, false);
        json_out_object(&j, NULL);
        json_out_text(&j, "schema", "tocsin.plan.place/1");
        json_out_text(&j, "advisory", p->dossier->row.tracking);
        json_out_text(&j, "version", p->dossier->row.version);
        json_out_text(&j, "place", row->id);
        json_kinds(&j, "first", row, false);
        json_kinds(&j, "then", row, true);
        json_out_bool(&j, "held", longest_hold(p, row) != NULL);
        json_out_int(&j, "left_out", (int64_t)row->left_out);
        json_out_text(&j, "not_before", embargo > app_now(p->app) ? clock_text(at, embargo) : NULL);
        json_holds(&j, p, row);
        json_duties(&j, p, row, told_by_ms);
        json_out_end(&j);
        str_add_c(out, '\n');
    }
}
