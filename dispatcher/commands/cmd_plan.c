/* dispatcher/commands/cmd_plan - who is told, why, over which route, how protected, by when; who is
 * not, and why. */
#include "dispatcher/cli.h"
#include "dispatcher/duties/duty_keep.h"
#include "dispatcher/op.h"
#include "dispatcher/plan/places.h"
#include "dispatcher/plan/planner.h"
#include "dispatcher/plan/why.h"
#include "dispatcher/release/embargo.h"
#include "dispatcher/submit/waive.h"
#include "store/notice.h"

#include <stdio.h>
#include <string.h>

struct showing {
    struct str *told, *left, *missing, *out;
    bool json, places_only;
    struct places *places;
    int64_t counts[LEVEL_COUNT];
    int64_t told_count, left_count, missing_count;
    int64_t deadline_ms;
    const struct dossier *dossier;
};

static const char *form_shown(const struct recipient *r)
{
    return r->level == LEVEL_TASK ? "-" : form_word(r->form);
}

static void show_json(struct showing *s, const struct recipient *r)
{
    struct json_out j;
    char by[CLOCK_TEXT];
    json_out_init(&j, s->out, false);
    json_out_object(&j, NULL);
    json_out_text(&j, "schema", "tocsin.plan/1");
    json_out_text(&j, "party", r->party.id);
    json_out_text(&j, "kind", party_kind_word(r->party.kind));
    json_out_text(&j, "country", r->party.country);
    json_out_bool(&j, "told", r->told);
    json_out_text(&j, "why", r->why);
    if (r->told) {
        json_out_text(&j, "notice", notice_kind_word(r->kind));
        json_out_text(&j, "route", route_word(recipient_route(r)));
        json_out_text(&j, "address", r->contact.email);
        json_out_text(&j, "level", level_word(r->level));
        json_out_text(&j, "level_why", r->level_why);
        json_out_text(&j, "form", r->level == LEVEL_TASK ? NULL : form_shown(r));
        json_out_text(&j, "key", r->key.fpr);
        json_out_text(&j, "sub_key", r->key.sub_fpr);
        json_out_text(&j, "key_problem", r->key_problem);
        json_out_text(&j, "by", clock_text(by, s->deadline_ms));
        const int64_t opens = embargo_opens(s->dossier, r);
        json_out_text(&j, "not_before", opens > 0 ? clock_text(by, opens) : NULL);
    }
    json_out_end(&j);
    str_add_c(s->out, '\n');
}

static enum status show_one(void *context, const struct recipient *r, struct err *err)
{
    struct showing *s = context;
    (void)err;
    places_count(s->places, r);
    if (s->places_only)
        return OK;
    if (s->json) {
        show_json(s, r);
    } else if (!r->told) {
        str_addf(s->left, "  %-22s %s\n", r->party.id, r->why);
    } else {
        str_addf(s->told, "  %-22s %-10s %s  %-7s %-7s %-8s %s\n", r->party.id,
                 party_kind_word(r->party.kind), r->party.country, route_word(recipient_route(r)),
                 level_word(r->level), form_shown(r),
                 r->contact.email != NULL ? r->contact.email : "-");
        str_addf(s->told, "  %22s why: %s\n", "", r->why);
        str_addf(s->told, "  %22s how: %s%s%s\n", "", r->level_why,
                 r->key.fpr != NULL ? ", key " : "", r->key.fpr != NULL ? r->key.fpr : "");
        if (r->early)
            str_addf(s->told, "  %22s when: at once, before the embargo ends (pre-notice)\n", "");
    }
    if (r->told &&
        (r->key_problem != NULL || r->level == LEVEL_WAITING || r->level == LEVEL_TASK)) {
        s->missing_count++;
        if (!s->json)
            str_addf(s->missing, "  %-22s %s\n", r->party.id,
                     r->key_problem != NULL ? r->key_problem : r->level_why);
    }
    if (r->told) {
        s->told_count++;
        s->counts[r->level]++;
    } else
        s->left_count++;
    return OK;
}

static void print_head(struct str *out, const struct app *app, const struct dossier *d,
                       const struct showing *s, const char *embargo)
{
    char by[CLOCK_TEXT];
    str_addf(out, "%s %s  %s\n", d->row.tracking, d->row.version, d->row.title);
    str_addf(out, "state %s, TLP:%s, sha256 %s\n", advisory_state_word(d->row.state),
             tlp_word(d->row.tlp), d->row.sha256);
    str_add(out, embargo);
    str_addf(out, "to be told by %s%s\n", clock_text(by, s->deadline_ms),
             d->row.approved_ms == 0 ? " (if it were approved now)" : "");
    if (!d->installed_known)
        str_add(out, "no installed base (installed.csv): every site is told, with \"please check "
                     "your version\"\n");
    if (app->test)
        str_add(out, "this is a TEST store: every notice is marked TEST\n");
}

static void print_whole(struct str *out, const struct app *app, const struct dossier *d,
                        const struct showing *s, const char *embargo, const char *waived)
{
    print_head(out, app, d, s, embargo);
    str_add(out, waived);
    places_print(out, s->places, s->deadline_ms);
    str_addf(out, "\ntold: %lld (%lld sealed, %lld tls, %lld waiting, %lld by a person)\n",
             (long long)s->told_count, (long long)s->counts[LEVEL_SEALED],
             (long long)s->counts[LEVEL_TLS], (long long)s->counts[LEVEL_WAITING],
             (long long)s->counts[LEVEL_TASK]);
    str_add(out, str_text(s->told));
    if (s->missing_count > 0)
        str_addf(out, "\nnot as well protected, or by hand: %lld\n%s", (long long)s->missing_count,
                 str_text(s->missing));
    str_addf(out, "\nleft out: %lld\n%s", (long long)s->left_count, str_text(s->left));
}

static int64_t planned_deadline(const struct app *app, const struct dossier *d)
{
    if (d->row.deadline_ms > 0)
        return d->row.deadline_ms;
    int64_t now = app_now(app);
    int64_t start = d->row.embargo_ms > now ? d->row.embargo_ms : now;
    return start + (d->order.notify_within_ms > 0 ? d->order.notify_within_ms
                                                  : app->settings->release.notify_within_ms);
}

static enum status not_found(struct app *app, const char *id, const char *version, struct err *err)
{
    size_t held = 0;
    enum status status = waive_held_count(&held, app, id, err);
    if (status != OK)
        return status;
    return err_set(err, ERR_NOT_FOUND, "%s%s%s: %s", id, version != NULL ? " " : "",
                   version != NULL ? version : "",
                   held > 0 ? "waits for waivers: submit it again to see for which, or mend it"
                            : "not in the register: submit it first");
}

/* One party alone: all that was weighed. */
static enum status show_why(struct app *app, const char *id, const char *version, const char *party,
                            bool json, struct str *out, struct err *err)
{
    struct arena *arena = arena_new();
    struct dossier *dossier = NULL;
    struct advisory row;
    enum status status = app_open_store(app, STORE_READ, err);
    if (status == OK)
        status = advisory_find(&row, arena, app->store, id, version, err);
    if (status == ERR_NOT_FOUND)
        status = not_found(app, id, version, err);
    if (status == OK)
        status = dossier_open(&dossier, app, &row, err);
    if (status == OK)
        status = why_print(out, app, dossier, party, json, err);
    dossier_close(dossier);
    arena_free(arena);
    return status;
}

/* For people: what stands above the list, then the list. */
static enum status show_whole(struct app *app, const struct dossier *d, const struct showing *s,
                              struct err *err)
{
    struct str waived, embargo;
    str_init(&waived, STR_LIMIT_TEXT);
    str_init(&embargo, STR_LIMIT_LINE);
    enum status status = waive_print(&waived, app, d->row.sha256, err);
    if (status == OK)
        status = hold_print(&waived, app, d->row.tracking, err);
    if (status == OK)
        status = embargo_print(&embargo, app, d, err);
    if (status == OK && d->row.state == ADVISORY_SUBMITTED)
        embargo_warn(&embargo, d, app_now(app));
    if (status == OK)
        print_whole(s->out, app, d, s, str_text(&embargo), str_text(&waived));
    str_dispose(&embargo);
    str_dispose(&waived);
    return status;
}

static enum status show_plan(struct app *app, const char *id, const char *version, bool json,
                             bool places_only, struct str *out, struct err *err)
{
    struct arena *arena = arena_new();
    struct dossier *dossier = NULL;
    struct advisory row;
    struct str told, left, missing;
    str_init(&told, STR_LIMIT_MAIL);
    str_init(&left, STR_LIMIT_MAIL);
    str_init(&missing, STR_LIMIT_MAIL);
    struct showing s = {.told = &told,
                        .left = &left,
                        .missing = &missing,
                        .out = out,
                        .json = json,
                        .places_only = places_only};
    enum status status = app_open_store(app, STORE_READ, err);
    if (status == OK)
        status = advisory_find(&row, arena, app->store, id, version, err);
    if (status == ERR_NOT_FOUND)
        status = not_found(app, id, version, err);
    if (status == OK)
        status = dossier_open(&dossier, app, &row, err);
    if (status == OK)
        status = places_open(&s.places, app, dossier, err);
    if (status == OK) {
        s.deadline_ms = planned_deadline(app, dossier);
        s.dossier = dossier;
        status = planner_each(app, dossier, app_now(app), show_one, &s, err);
    }
    if (status == OK && places_only && json)
        places_json(out, s.places, s.deadline_ms);
    else if (status == OK && places_only)
        places_print(out, s.places, s.deadline_ms);
    else if (status == OK && !json)
        status = show_whole(app, dossier, &s, err);
    places_close(s.places);
    dossier_close(dossier);
    str_dispose(&told);
    str_dispose(&left);
    str_dispose(&missing);
    arena_free(arena);
    return status;
}

int command_plan(struct app *app, int argc, char **argv)
{
    struct cli_common common;
    const char *version = NULL;
    const char *why = NULL;
    bool places = false;
    const struct cli_option options[] = {
        {"version", &version, NULL}, {"why", &why, NULL}, {"places", NULL, &places}};
    struct err err = {0};
    struct frame_out request;
    struct str out;
    int code = EXIT_DONE;
    if (!cli_parse(app, &common, options, 3, &argc, argv, &code))
        return code;
    if (argc != 1)
        return cli_usage("give one advisory's id");
    if (why != NULL && places)
        return cli_usage("--why is about one party: take --places away");
    str_init(&out, STR_LIMIT_MAIL);
    op_begin(&request, app, "refresh");
    enum status status = op_call(app, &request, &out, &err);
    /* Counts of an import are for people; with --json there is nothing but data. */
    if (status == OK && !common.json)
        (void)fputs(str_text(&out), stderr);
    str_reset(&out);
    store_close(app->store);
    app->store = NULL;
    if (status == OK)
        status = why != NULL ? show_why(app, argv[0], version, why, common.json, &out, &err)
                             : show_plan(app, argv[0], version, common.json, places, &out, &err);
    if (status == OK && !cli_put(&out))
        code = EXIT_AGAIN;
    str_dispose(&out);
    return status == OK ? code : cli_fail(&err);
}
