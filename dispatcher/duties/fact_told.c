#include "dispatcher/duties/fact_told.h"

#include "dispatcher/cases/case_act.h"
#include "dispatcher/duties/duty_keep.h"
#include "dispatcher/duties/duty_matter.h"
#include "store/notice.h"

/* The first notice of a case in a place. */
struct first {
    const char *place;
    const struct case_lane *lane;
    struct told told;
};

/* One case: its lanes, the facts that it has, the firsts that it lacks. */
struct telling {
    struct app *app;
    struct arena *arena;
    const struct duty_book *book;
    const struct case_lane *lanes;
    size_t lane_count;
    struct case_fact *facts;
    size_t fact_count;
    struct first *firsts;
    size_t first_count;
};

static const char *kind_word(void)
{
    return rule_trigger_word(TRIGGER_CUSTOMERS_NOTIFIED);
}

/* One that a person has corrected since is there, too: it is not added again. */
static bool is_there(const struct telling *t, const char *place)
{
    for (size_t i = 0; i < t->fact_count; i++)
        if (text_equal(t->facts[i].kind, kind_word()) &&
            text_equal(t->facts[i].jurisdiction, place) &&
            text_equal(t->facts[i].entered_by, FACT_TOLD_BY))
            return true;
    return false;
}

static struct first *first_of(struct telling *t, const char *place)
{
    for (size_t i = 0; i < t->first_count; i++)
        if (text_equal(t->firsts[i].place, place))
            return &t->firsts[i];
    const struct first none = {.place = place};
    arena_push(t->arena, &t->firsts, &t->first_count, sizeof none, &none);
    return &t->firsts[t->first_count - 1];
}

static enum status find_firsts(struct telling *t, struct err *err)
{
    const struct pack *pack = duty_book_rules(t->book).pack;
    enum status status = case_fact_list(&t->facts, &t->fact_count, t->arena, t->app->store,
                                        t->lanes[0].case_id, err);
    for (size_t i = 0; status == OK && i < t->lane_count; i++) {
        const char *place = duty_place(pack, t->lanes[i].country);
        struct told told;
        if (is_there(t, place))
            continue;
        status = lane_first_told(&told, t->arena, t->app->store, t->lanes[i].lane_id, err);
        if (status != OK || told.at_ms == 0)
            continue;
        struct first *first = first_of(t, place);
        if (first->lane == NULL || told.at_ms < first->told.at_ms) {
            first->lane = &t->lanes[i];
            first->told = told;
        }
    }
    return status;
}

static enum status add_facts(struct app *app, void *context, struct err *err)
{
    struct telling *t = context;
    struct case_file row;
    enum status status = case_get(&row, t->arena, app->store, t->lanes[0].case_id, err);
    for (size_t i = 0; status == OK && i < t->first_count; i++) {
        const struct first *first = &t->firsts[i];
        char at[CLOCK_TEXT];
        struct case_fact fact = {
            .kind = kind_word(),
            .jurisdiction = first->place,
            .at_ms = first->told.at_ms,
            .said = clock_text_ms(at, first->told.at_ms),
            .person = app->settings->maker.name,
            .class = CLASS_OTHER,
            .source = arena_printf(t->arena, "notice %s of %s %s, to %s: the first one there",
                                   first->told.code, first->lane->tracking, first->lane->version,
                                   first->lane->country),
            .entered_by = FACT_TOLD_BY};
        status = case_act_fact(app, &row, &fact, err);
    }
    return status == OK ? duty_refresh(app, &row, t->book, err) : status;
}

struct failure {
    const char *cause;
    const struct err *why;
};

static enum status tell_failure(struct app *app, void *context, struct err *err)
{
    const struct failure *failure = context;
    return duty_tell_failed(app, failure->cause, failure->why, err);
}

static enum status look_at(struct telling *t, bool *did, struct err *err)
{
    struct err why = {0};
    enum status status = find_firsts(t, &why);
    if (status == OK && t->first_count == 0)
        return OK;
    if (status == OK)
        status = app_transact(t->app, add_facts, t, &why);
    *did = *did || status == OK;
    if (status == OK || status == ERR_IO) {
        *err = why;
        return status;
    }
    struct failure failure = {
        arena_printf(t->arena, "first notices of case %lld", (long long)t->lanes[0].case_id), &why};
    return app_transact(t->app, tell_failure, &failure, err);
}

static enum status tell_unreadable(struct app *app, void *context, struct err *err)
{
    return duty_tell_unreadable(app, context, err);
}

/* While the rules cannot be read it waits, which is said: nothing of it is lost. */
enum status fact_told_act(struct app *app, bool *did, struct err *err)
{
    struct arena *arena = arena_new();
    struct case_lane *lanes = NULL;
    struct duty_book book = {0};
    size_t count = 0;
    size_t end = 0;
    enum status status = lane_of_cases(&lanes, &count, arena, app->store, err);
    if (status == OK && count > 0)
        duty_book_open(&book, app);
    if (status == OK && book.why.code != OK)
        status = app_transact(app, tell_unreadable, &book.why, err);
    for (size_t i = 0; status == OK && book.why.code == OK && i < count; i = end) {
        struct telling t = {.app = app, .arena = arena_new(), .book = &book, .lanes = &lanes[i]};
        for (end = i; end < count && lanes[end].case_id == lanes[i].case_id; end++)
            t.lane_count++;
        status = look_at(&t, did, err);
        arena_free(t.arena);
    }
    if (count > 0)
        duty_book_close(&book);
    arena_free(arena);
    return status;
}
