#include "dispatcher/plan/why.h"

#include "dispatcher/duties/duty_keep.h"
#include "dispatcher/plan/why_reach.h"
#include "dispatcher/plan/why_rules.h"
#include "duties/hold.h"
#include "store/duty.h"
#include "store/notice.h"

const char *why_match_word(enum match verdict)
{
    switch (verdict) {
    case MATCH_AFFECTED:
        return "affected";
    case MATCH_NOT_AFFECTED:
        return "not_affected";
    case MATCH_UNKNOWN:
        break;
    }
    return "perhaps";
}

/* Everything about one party. Texts in the arena. */
struct weighed {
    const struct dossier *dossier;
    struct recipient r;
    struct holding *held; /* all rows, also those that the advisory does not concern */
    struct recipient *routes;
    struct hold_row *holds;
    struct notice *notices; /* what there is of it already */
    struct rulebook rules;
    struct why_reach reach;
    size_t held_count, route_count, hold_count, notice_count;
};

static enum status weigh_rows(struct weighed *w, struct arena *arena, struct app *app,
                              struct err *err)
{
    struct installed *rows = NULL;
    size_t count = 0;
    if (w->dossier->csaf == NULL) /* a digest compares nothing here */
        return OK;
    enum status status = installed_list(&rows, &count, arena, app->store, w->r.party.id, err);
    for (size_t i = 0; status == OK && i < count; i++) {
        struct holding one = {.row = rows[i]};
        recipient_match(&one.match, arena, w->dossier, &rows[i]);
        arena_push(arena, &w->held, &w->held_count, sizeof one, &one);
    }
    return status;
}

static enum status weigh_routes(struct weighed *w, struct arena *arena, struct app *app,
                                struct err *err)
{
    struct contact *contacts = NULL;
    size_t count = 0;
    enum status status = contact_list(&contacts, &count, arena, app->store, w->r.party.id, err);
    for (size_t i = 0; status == OK && i < count; i++) {
        struct recipient trial = {.party = w->r.party};
        status = recipient_try(&trial, arena, app, w->dossier, &contacts[i], app_now(app), err);
        if (status == OK)
            arena_push(arena, &w->routes, &w->route_count, sizeof trial, &trial);
    }
    return status;
}

static enum status weigh(struct weighed *w, struct arena *arena, struct app *app,
                         const char *party_id, struct err *err)
{
    struct party party;
    const struct advisory *row = &w->dossier->row;
    const struct notice_filter filter = {.advisory_id = row->id, .party = party_id};
    enum status status = party_get(&party, arena, app->store, party_id, err);
    if (status == ERR_NOT_FOUND)
        return err_set(err, ERR_NOT_FOUND, "%s: no party of the register: see `tocsin party list`",
                       party_id);
    if (status == OK)
        status = recipient_choose(&w->r, arena, app, w->dossier, &party, 0, app_now(app), err);
    if (status == OK)
        status = weigh_rows(w, arena, app, err);
    if (status == OK)
        status = why_reach_read(&w->reach, arena, app, w->dossier, &party, err);
    if (status == OK)
        status = weigh_routes(w, arena, app, err);
    if (status == OK && hold_stops(party.kind))
        status = hold_for(&w->holds, &w->hold_count, arena, app->store, row->tracking,
                          party.country, err);
    if (status == OK)
        status = notice_list(&w->notices, &w->notice_count, arena, app->store, &filter, err);
    return status;
}

static const char *or_dash(const char *text)
{
    return text != NULL ? text : "-";
}

static void say_route(struct str *out, const struct weighed *w, const struct recipient *t)
{
    bool chosen = w->r.told && w->r.contact.id == t->contact.id;
    str_addf(out, "  %lld %-6s %s: %s: %s%s\n", (long long)t->contact.seq,
             route_word(t->contact.route), or_dash(t->contact.email), level_word(t->level),
             t->level_why, chosen ? "  <- this one" : "");
    if (t->key.fpr != NULL)
        str_addf(out, "           key %s: %s\n", t->key.fpr, t->key.state);
    else if (t->key_problem != NULL)
        str_addf(out, "           key %s: not used: it %s\n", or_dash(t->key_fpr), t->key_problem);
    else
        str_add(out, "           no key\n");
}

static void say_waiting(struct str *out, const struct weighed *w, int64_t now_ms)
{
    char at[CLOCK_TEXT];
    int64_t embargo = w->dossier->row.embargo_ms;
    str_add(out, "what it waits for:\n");
    if (embargo > now_ms && !w->r.early)
        str_addf(out, "  embargo until %s\n", clock_text(at, embargo));
    for (size_t i = 0; i < w->hold_count; i++)
        hold_print_one(out, &w->holds[i]);
    if (embargo > now_ms && w->r.early)
        str_addf(out, "  nothing of the embargo until %s: its kind is named for the pre-notice\n",
                 clock_text(at, embargo));
    if ((embargo <= now_ms || w->r.early) && w->hold_count == 0)
        str_add(out, "  nothing\n");
}

static void say(struct str *out, const struct weighed *w, int64_t now_ms)
{
    const struct party *p = &w->r.party;
    str_addf(out, "%s %s: %s is %s: %s\n", w->dossier->row.tracking, w->dossier->row.version, p->id,
             w->r.told ? "told" : "left out", w->r.why);
    str_addf(out, "role %s, country %s%s%s\n", party_kind_word(p->kind), p->country,
             p->group != NULL ? ", group " : "", p->group != NULL ? p->group : "");
    why_reach_say(out, &w->reach, p);
    str_addf(out, "what it holds: %s\n",
             w->held_count > 0             ? "against what the advisory says"
             : w->dossier->installed_known ? "nothing that we know of"
                                           : "not known: there is no installed base");
    for (size_t i = 0; i < w->held_count; i++)
        str_addf(out, "  %-12s %s%s%s: %s\n", why_match_word(w->held[i].match.verdict),
                 w->held[i].row.product, w->held[i].row.serial != NULL ? ", serial " : "",
                 w->held[i].row.serial != NULL ? w->held[i].row.serial : "",
                 w->held[i].match.comparison);
    str_addf(out, "routes, in order:%s\n", w->route_count == 0 ? " none in the register" : "");
    for (size_t i = 0; i < w->route_count; i++)
        say_route(out, w, &w->routes[i]);
    if (w->r.told)
        str_addf(out, "so: %s by %s: %s\n", level_word(w->r.level),
                 route_word(recipient_route(&w->r)), w->r.level_why);
    why_rules_say(out, &w->rules, p);
    say_waiting(out, w, now_ms);
    for (size_t i = 0; i < w->notice_count; i++)
        str_addf(out, "notice %s: %s, %s\n", w->notices[i].code,
                 notice_state_word(w->notices[i].state), grade_word(w->notices[i].grade));
}

static void json_rows(struct json_out *j, const struct weighed *w)
{
    json_out_array(j, "holds");
    for (size_t i = 0; i < w->held_count; i++) {
        const struct holding *h = &w->held[i];
        json_out_object(j, NULL);
        json_out_text(j, "vendor", h->row.vendor);
        json_out_text(j, "product", h->row.product);
        json_out_text(j, "version", h->row.version);
        json_out_text(j, "serial", h->row.serial);
        json_out_text(j, "result", why_match_word(h->match.verdict));
        json_out_text(j, "comparison", h->match.comparison);
        json_out_end(j);
    }
    json_out_end(j);
}

static void json_routes(struct json_out *j, const struct weighed *w)
{
    json_out_array(j, "routes");
    for (size_t i = 0; i < w->route_count; i++) {
        const struct recipient *t = &w->routes[i];
        json_out_object(j, NULL);
        json_out_int(j, "contact", t->contact.seq);
        json_out_text(j, "route", route_word(t->contact.route));
        json_out_text(j, "address", t->contact.email);
        json_out_text(j, "key", t->key.fpr != NULL ? t->key.fpr : t->key_fpr);
        json_out_text(j, "key_state", t->key.fpr != NULL ? t->key.state : NULL);
        json_out_text(j, "key_problem", t->key_problem);
        json_out_text(j, "level", level_word(t->level));
        json_out_text(j, "level_why", t->level_why);
        json_out_bool(j, "chosen", w->r.told && w->r.contact.id == t->contact.id);
        json_out_end(j);
    }
    json_out_end(j);
}

static void json_waiting(struct json_out *j, const struct weighed *w)
{
    json_out_array(j, "waits_for");
    for (size_t i = 0; i < w->hold_count; i++) {
        const struct hold_row *h = &w->holds[i];
        char at[CLOCK_TEXT];
        json_out_object(j, NULL);
        json_out_text(j, "jurisdiction", h->jurisdiction);
        json_out_text(j, "rule", h->rule);
        json_out_text(j, "hold", h->kind);
        json_out_text(j, "state", hold_state_word(h->state));
        json_out_text(j, "until", h->until_ms > 0 ? clock_text(at, h->until_ms) : NULL);
        json_out_end(j);
    }
    json_out_end(j);
}

static void say_json(struct str *out, const struct weighed *w)
{
    struct json_out j;
    char at[CLOCK_TEXT];
    int64_t embargo = w->dossier->row.embargo_ms;
    json_out_init(&j, out, false);
    json_out_object(&j, NULL);
    json_out_text(&j, "schema", "tocsin.plan.why/1");
    json_out_text(&j, "advisory", w->dossier->row.tracking);
    json_out_text(&j, "version", w->dossier->row.version);
    json_out_text(&j, "party", w->r.party.id);
    json_out_text(&j, "kind", party_kind_word(w->r.party.kind));
    json_out_text(&j, "country", w->r.party.country);
    json_out_text(&j, "group", w->r.party.group);
    json_out_bool(&j, "told", w->r.told);
    json_out_text(&j, "why", w->r.why);
    json_out_bool(&j, "installed_known", w->dossier->installed_known);
    why_reach_json(&j, &w->reach, &w->r.party);
    json_rows(&j, w);
    json_routes(&j, w);
    json_out_text(&j, "level", w->r.told ? level_word(w->r.level) : NULL);
    json_out_text(&j, "level_why", w->r.told ? w->r.level_why : NULL);
    json_out_text(&j, "embargo", embargo > 0 ? clock_text(at, embargo) : NULL);
    json_waiting(&j, w);
    why_rules_json(&j, &w->rules, &w->r.party);
    json_out_array(&j, "notices");
    for (size_t i = 0; i < w->notice_count; i++) {
        json_out_object(&j, NULL);
        json_out_text(&j, "code", w->notices[i].code);
        json_out_text(&j, "state", notice_state_word(w->notices[i].state));
        json_out_text(&j, "grade", grade_word(w->notices[i].grade));
        json_out_end(&j);
    }
    json_out_end(&j);
    json_out_end(&j);
    str_add_c(out, '\n');
}

enum status why_print(struct str *out, struct app *app, const struct dossier *dossier,
                      const char *party, bool json, struct err *err)
{
    struct arena *arena = arena_new();
    struct weighed w = {.dossier = dossier};
    why_rules_open(&w.rules, app);
    enum status status = weigh(&w, arena, app, party, err);
    if (status == OK && json)
        say_json(out, &w);
    else if (status == OK)
        say(out, &w, app_now(app));
    rulebook_close(&w.rules);
    arena_free(arena);
    return status;
}
