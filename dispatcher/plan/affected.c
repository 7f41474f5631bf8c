#include "dispatcher/plan/affected.h"

#include "advisory/quote.h"
#include "advisory/standing.h"
#include "dispatcher/plan/affected_say.h"
#include "dispatcher/plan/recipient.h"

#define SLICE 500 /* a long read would hold up the dispatcher's commits */

/* One advisory that things are held against. */
struct weighing {
    struct app *app;
    const struct affected_asked *asked;
    struct dossier *dossier;
    struct standings *standings;
    struct str *out;
};

/* What both ways of looking at it come to. */
struct weighed {
    bool touched; /* the advisory speaks of it */
    enum standing standing;
    size_t product; /* for the remedy; SIZE_MAX: none */
    const char *comparison;
};

/* What the names and versions of the register say. Of another product nothing is said. */
static void weigh_by_name(struct weighed *v, struct arena *arena, const struct weighing *w,
                          const struct installed *row)
{
    struct match_result match;
    recipient_match(&match, arena, w->dossier, row);
    *v = (struct weighed){.touched =
                              match.verdict != MATCH_NOT_AFFECTED || match.product != SIZE_MAX,
                          .standing = STANDING_NOT_AFFECTED,
                          .product = match.product,
                          .comparison = match.comparison};
    if (match.verdict == MATCH_AFFECTED)
        v->standing = STANDING_AFFECTED;
    else if (match.verdict == MATCH_UNKNOWN) {
        bool open = match.product != SIZE_MAX &&
                    standing_of(w->standings, match.product) == STANDING_UNDER_INVESTIGATION;
        v->standing = open ? STANDING_UNDER_INVESTIGATION : STANDING_PERHAPS;
    } else if (v->touched) {
        size_t stated = recipient_stated(w->dossier, row);
        if (stated != SIZE_MAX && standing_of(w->standings, stated) == STANDING_FIXED)
            v->standing = STANDING_FIXED;
    }
}

/*
 * The worse of both counts. A number against a proof by names leaves a doubt, and no more; one that
 * is only the beginning of this does not even that.
 */
static void take_number(struct weighed *v, struct standing_named *named, bool *is_named)
{
    bool proof = v->standing >= STANDING_FIXED && v->comparison != NULL;
    if (!*is_named)
        return;
    if (proof && named->how == SERIAL_BEGINS) {
        *is_named = false;
        return;
    }
    enum standing standing = named->standing;
    if (proof && standing < STANDING_PERHAPS)
        standing = STANDING_PERHAPS;
    if (!v->touched || standing < v->standing) {
        v->standing = standing;
        v->product = named->product;
    }
    v->touched = true;
}

static const char *how_said(const struct standing_named *named)
{
    if (named->how == SERIAL_NEARLY)
        return "the same but for case and separators, so it cannot be ruled out";
    if (named->how == SERIAL_BEGINS)
        return "which may be short for it, so it cannot be ruled out";
    return standing_word(named->standing);
}

static const char *quoted(struct arena *arena, const char *text)
{
    struct str out;
    str_init(&out, STR_LIMIT_LINE);
    quote_add(&out, text);
    const char *kept = arena_strdup(arena, str_text(&out));
    str_dispose(&out);
    return kept;
}

/* One thing against the advisory; *concerned becomes true, or stays. number NULL: none. */
static enum status weigh(struct weighing *w, bool *concerned, const struct installed *row,
                         enum standing_number kind, const char *number, struct err *err)
{
    struct arena *arena = arena_new();
    struct notice *notices = NULL;
    struct concern c = {.asked = w->asked, .row = row, .advisory = &w->dossier->row};
    struct weighed v = {.standing = STANDING_NOT_AFFECTED, .product = SIZE_MAX};
    struct standing_named named;
    struct str remedy;
    enum status status = OK;
    str_init(&remedy, STR_LIMIT_LINE);
    if (row->product != NULL)
        weigh_by_name(&v, arena, w, row);
    bool is_named = standing_by_number(&named, w->standings, kind, number);
    take_number(&v, &named, &is_named);
    if (v.touched && row->party != NULL) {
        const struct notice_filter filter = {.advisory_id = w->dossier->row.id,
                                             .party = row->party};
        status = notice_list(&notices, &c.notice_count, arena, w->app->store, &filter, err);
        c.notices = notices;
    }
    if (v.touched && v.standing < STANDING_FIXED && v.product != SIZE_MAX)
        standing_add_remedy(&remedy, w->dossier->csaf, v.product);
    if (is_named) {
        c.pattern = quoted(arena, named.pattern);
        c.pattern_of = quoted(arena, w->dossier->csaf->products[named.product].name);
        c.pattern_says = how_said(&named);
    }
    if (status == OK && v.touched) {
        c.result = standing_word(v.standing);
        c.comparison = v.comparison;
        c.remedy = str_bytes(&remedy).size > 0 ? str_text(&remedy) : NULL;
        affected_say(w->out, &c);
        *concerned = true;
    }
    str_dispose(&remedy);
    arena_free(arena);
    return status;
}

/* What was approved is in force until a newer version is. */
static bool in_force(const struct advisory *row)
{
    return !row->digest && row->state != ADVISORY_SUBMITTED && row->state != ADVISORY_SUPERSEDED;
}

/* Rows against one advisory after the other, so that one of them is in memory at a time. */
static enum status weigh_all(struct weighing *w, bool *concerned, const struct installed *rows,
                             size_t count, enum standing_number kind, const char *number,
                             struct err *err)
{
    struct arena *arena = arena_new();
    struct advisory *list = NULL;
    size_t list_count = 0;
    enum status status = advisory_list(&list, &list_count, arena, w->app->store, NULL, err);
    for (size_t i = 0; status == OK && i < list_count; i++) {
        if (!in_force(&list[i]))
            continue;
        status = dossier_open(&w->dossier, w->app, &list[i], err);
        if (status != OK)
            break;
        w->standings = standings_new(w->dossier->csaf);
        for (size_t k = 0; status == OK && k < count; k++)
            status = weigh(w, &concerned[k], &rows[k], kind,
                           number != NULL ? number : rows[k].serial, err);
        standings_free(w->standings);
        dossier_close(w->dossier);
    }
    arena_free(arena);
    if (status == OK && !str_ok(w->out))
        status = err_set(err, ERR_LIMIT, "%s: too much to print at once", w->asked->words);
    return status;
}

enum status affected_slice(struct str *out, bool *more, int64_t *after_id, struct app *app,
                           const struct affected_asked *asked, const char *device, struct err *err)
{
    struct arena *arena = arena_new();
    struct weighing w = {.app = app, .asked = asked, .out = out};
    struct installed *rows = NULL;
    bool concerned[SLICE] = {false};
    size_t count = 0;
    enum status status =
        installed_find(&rows, &count, arena, app->store, device, *after_id, SLICE, err);
    if (status == OK)
        status = weigh_all(&w, concerned, rows, count, STANDING_SERIAL, NULL, err);
    for (size_t i = 0; status == OK && i < count; i++) {
        const struct concern none = {.asked = asked, .row = &rows[i], .result = "none"};
        if (!concerned[i])
            affected_say(out, &none);
        *after_id = rows[i].id;
    }
    *more = count == SLICE;
    arena_free(arena);
    return status;
}

enum status affected_by_pattern(struct str *out, bool *named, struct app *app,
                                const struct affected_asked *asked, struct err *err)
{
    struct weighing w = {.app = app, .asked = asked, .out = out};
    const struct installed nobody = {0};
    *named = false;
    return weigh_all(&w, named, &nobody, 1, STANDING_SERIAL, asked->words, err);
}

enum status affected_by_product(struct str *out, bool *named, struct app *app,
                                const struct affected_asked *asked, const char *as,
                                const char *version, struct err *err)
{
    struct weighing w = {.app = app, .asked = asked, .out = out};
    const struct installed row = {.product = as, .version = version};
    *named = false;
    return weigh_all(&w, named, &row, 1, STANDING_MODEL, asked->words, err);
}
