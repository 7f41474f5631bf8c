/* dispatcher/commands/cmd_digest - schedules of digests, what one would say now, and one by hand.
 */
#include "dispatcher/cli.h"
#include "dispatcher/compose/compose_inner.h"
#include "dispatcher/op.h"
#include "dispatcher/routine/digest.h"
#include "dispatcher/run/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RUNS 10
#define REASON_MOST 1000
#define BY_HAND "by-hand"

enum { ARG_PARTY = OP_ARG, ARG_BY, ARG_REASON };

static enum status find_party(struct party *out, struct arena *arena, struct app *app,
                              const char *id, struct err *err)
{
    enum status status = party_get(out, arena, app->store, id, err);
    if (status == ERR_NOT_FOUND)
        return err_set(err, ERR_NOT_FOUND, "%s: no such party: see `tocsin party list`", id);
    return status;
}

enum status op_digest_send(struct app *app, const struct frame *in, struct str *out,
                           struct err *err)
{
    const char *id = frame_get_text(in, ARG_PARTY);
    const char *by = frame_get_text(in, ARG_BY);
    const char *reason = frame_get_text(in, ARG_REASON);
    struct arena *arena = arena_new();
    struct shelf *shelf = NULL;
    struct party party;
    const char *outcome = NULL;
    enum status status = OK;
    if (id == NULL || text_is_empty(reason) || strlen(reason) > REASON_MOST)
        status = err_set(err, ERR_INVALID, "say whom and, in at most %d signs, why", REASON_MOST);
    else if (settings_person(app->settings, by) == NULL)
        status = err_set(err, ERR_NOT_FOUND, "%s: no person of this id in the settings", by);
    if (status == OK)
        status = app_begin(app, err);
    if (status != OK)
        goto done;
    const struct digest_make make = {.schedule = BY_HAND,
                                     .due = {.run_ms = app_now(app), .wall = app_now(app)},
                                     .by = by,
                                     .reason = reason};
    status = find_party(&party, arena, app, id, err);
    if (status == OK)
        status = shelf_open(&shelf, app, err);
    if (status == OK)
        status = digest_make_one(&outcome, arena, app, shelf, &party, &make, err);
    if (status == OK)
        status = shelf_blame(shelf, app, err);
    if (status == OK)
        status = app_commit(app, err);
    else
        app_rollback(app);
    if (status == OK && text_equal(outcome, "no-mail"))
        status =
            err_set(err, ERR_REFUSED,
                    "%s: no mail reaches it, so no digest does: read it to them (tocsin digest "
                    "preview %s)",
                    id, id);
    else if (status == OK)
        str_addf(out, "%s: a digest is in the queue\n", id);
done:
    shelf_close(shelf);
    arena_free(arena);
    return status;
}

/* When the schedule was first seen; one that nobody has seen yet begins now. */
static struct digest_schedule row_of(struct arena *arena, struct app *app, const char *name)
{
    struct digest_schedule *rows = NULL;
    struct err none = {0};
    size_t count = 0;
    if (digest_schedule_list(&rows, &count, arena, app->store, &none) == OK)
        for (size_t i = 0; i < count; i++)
            if (text_equal(rows[i].name, name))
                return rows[i];
    return (struct digest_schedule){.name = name, .anchor_ms = app_now(app)};
}

struct listing {
    struct app *app;
    struct places *places;
    struct arena *arena;
    struct str *out;
    bool json;
    size_t runs;
};

static enum status show_runs(const struct listing *l, const struct schedule *schedule,
                             struct json_out *j, struct err *err)
{
    struct recur_run run;
    int64_t after_ms = app_now(l->app);
    char stamp[CLOCK_TEXT];
    char day[DATE_TEXT];
    for (size_t i = 0; i < l->runs; i++) {
        enum status status = schedule_next(&run, schedule, after_ms, err);
        if (status == ERR_NOT_FOUND)
            return OK;
        if (status != OK)
            return status;
        after_ms = run.at_ms;
        if (l->json)
            json_out_text(j, NULL, clock_text(stamp, run.at_ms));
        else
            str_addf(l->out, "  %s  %s %02lld:%02lld there%s%s%s\n", clock_text(stamp, run.at_ms),
                     date_text(day, run.date), (long long)(run.ms_of_day / MS_HOUR),
                     (long long)(run.ms_of_day / MS_MINUTE % 60),
                     run.holiday != NULL ? ", moved off " : "",
                     run.holiday != NULL ? run.holiday : "",
                     run.uncovered ? ", holidays of that year are not known" : "");
    }
    return OK;
}

/* party NULL: as it runs where no zone is named. */
static enum status show_schedule(const struct listing *l, const struct settings_digest *setting,
                                 const struct party *party, const struct contact *contact,
                                 struct err *err)
{
    const struct schedule *schedule = NULL;
    const char *why = NULL;
    const char *name = digest_name(l->arena, setting);
    const struct digest_schedule row = row_of(l->arena, l->app, name);
    struct str words;
    struct json_out j;
    str_init(&words, STR_LIMIT_LINE);
    enum status status =
        places_schedule(&schedule, &why, l->places, l->app, setting, &row, party, contact, err);
    if (status != OK) {
        str_dispose(&words);
        return status;
    }
    schedule_describe(&words, schedule);
    if (l->json) {
        json_out_init(&j, l->out, false);
        json_out_object(&j, NULL);
        json_out_text(&j, "schema", "tocsin.digest.schedule/1");
        json_out_text(&j, "schedule", name);
        json_out_text(&j, "party", party != NULL ? party->id : NULL);
        json_out_text(&j, "rule", setting->rrule);
        json_out_text(&j, "words", str_text(&words));
        json_out_bool(&j, "empty", setting->empty);
        json_out_text(&j, "form", form_word(setting->form));
        json_out_text(&j, "doubt", why);
        json_out_array(&j, "next");
    } else
        str_addf(l->out, "%s: %s%s%s%s\n", name, str_text(&words),
                 setting->empty ? "; empty ones are sent" : "", why != NULL ? "; " : "",
                 why != NULL ? why : "");
    status = show_runs(l, schedule, &j, err);
    if (l->json) {
        json_out_end(&j);
        json_out_end(&j);
        str_add_c(l->out, '\n');
    }
    str_dispose(&words);
    return status;
}

static enum status list_schedules(struct listing *l, const char *id, struct err *err)
{
    struct party party;
    struct contact *contacts = NULL;
    size_t count = 0;
    enum status status = app_open_store(l->app, STORE_READ, err);
    if (status != OK)
        return status;
    const struct settings *s = l->app->settings;
    for (size_t i = 0; id == NULL && status == OK && i < s->digest_count; i++)
        status = show_schedule(l, &s->digests[i], NULL, NULL, err);
    if (id == NULL)
        return status;
    status = find_party(&party, l->arena, l->app, id, err);
    if (status == OK)
        status = contact_list(&contacts, &count, l->arena, l->app->store, id, err);
    if (status != OK)
        return status;
    const struct settings_digest *setting = digest_for(l->app, &party);
    if (setting == NULL)
        return err_set(err, ERR_NOT_FOUND, "%s: follows no schedule: see digest in tocsin.conf(5)",
                       id);
    return show_schedule(l, setting, &party, count > 0 ? &contacts[0] : NULL, err);
}

/* A digest as it would be now, with nothing stored of it. */
static enum status write_preview(struct notice_text *text, struct recipient *r, struct arena *arena,
                                 struct app *app, struct shelf *shelf, const struct party *party,
                                 struct err *err)
{
    struct shelf_digest d;
    struct composer *composer = NULL;
    const struct settings_digest *setting = digest_for(app, party);
    const unsigned what = setting != NULL && setting->what != 0 ? setting->what : ~0u;
    enum status status = shelf_compare(&d, arena, shelf, app, party, what, err);
    if (status != OK)
        return status;
    struct dossier *dossier = xcalloc(1, sizeof *dossier);
    dossier->arena = arena_new();
    str_init(&dossier->text, STR_LIMIT_TEXT);
    str_init(&dossier->order_text, STR_LIMIT_TEXT);
    dossier->digest = d.content;
    status = digest_issue(&dossier->row, &dossier->text, arena, app, &d.content, "preview",
                          app_now(app), err);
    dossier->row.uid = "preview";
    dossier->row.id = -1;
    if (status == OK)
        status = recipient_choose(r, arena, app, dossier, party, 0, app_now(app), err);
    if (status == OK)
        status = composer_open(&composer, app, err);
    if (status != OK) {
        dossier_close(dossier);
        return status;
    }
    const struct notice notice = {.advisory_id = -1,
                                  .party = party->id,
                                  .contact_id = r->contact.id,
                                  .kind = NOTICE_DIGEST,
                                  .level = r->level,
                                  .form = r->form,
                                  .address = r->contact.email,
                                  .code = "(code)",
                                  .token = "preview"};
    composer->dossier = dossier;
    status = compose_text(text, composer, &notice, err);
    composer_close(composer);
    return status;
}

static enum status preview(struct app *app, const char *id, bool json, struct str *out,
                           struct err *err)
{
    struct arena *arena = arena_new();
    struct shelf *shelf = NULL;
    struct party party;
    struct recipient r;
    struct notice_text text;
    notice_text_init(&text);
    enum status status = app_open_store(app, STORE_READ, err);
    if (status == OK)
        status = find_party(&party, arena, app, id, err);
    if (status == OK)
        status = shelf_open(&shelf, app, err);
    if (status == OK)
        status = write_preview(&text, &r, arena, app, shelf, &party, err);
    if (status == OK && json) {
        struct json_out j;
        json_out_init(&j, out, false);
        json_out_object(&j, NULL);
        json_out_text(&j, "schema", "tocsin.digest.preview/1");
        json_out_text(&j, "party", party.id);
        json_out_text(&j, "level", level_word(r.level));
        json_out_text(&j, "form", form_word(r.form));
        json_out_text(&j, "subject", str_text(&text.subject));
        json_out_text(&j, "outer_subject", str_text(&text.outer_subject));
        json_out_text(&j, "text", str_text(&text.text));
        json_out_end(&j);
        str_add_c(out, '\n');
    } else if (status == OK)
        str_addf(out, "%s, %s, %s\nSubject: %s\nOutside: %s\n\n%s", party.id, level_word(r.level),
                 form_word(r.form), str_text(&text.subject), str_text(&text.outer_subject),
                 str_text(&text.text));
    notice_text_dispose(&text);
    shelf_close(shelf);
    arena_free(arena);
    return status;
}

static int send_one(struct app *app, const char *party, const char *by, const char *reason)
{
    struct frame_out request;
    if (by == NULL || reason == NULL)
        return cli_usage("send needs --by PERSON and --reason TEXT");
    op_begin(&request, app, "digest-send");
    frame_text(&request, party);
    frame_text(&request, by);
    frame_text(&request, reason);
    return cli_call(app, &request);
}

int command_digest(struct app *app, int argc, char **argv)
{
    const char *by = NULL;
    const char *reason = NULL;
    struct cli_common common;
    const struct cli_option options[] = {{"by", &by, NULL}, {"reason", &reason, NULL}};
    int code = EXIT_DONE;
    if (!cli_parse(app, &common, options, 2, &argc, argv, &code))
        return code;
    const char *what = argc > 0 ? argv[0] : "";
    const bool list = strcmp(what, "list") == 0 && argc == 1;
    const bool next = strcmp(what, "next") == 0 && argc <= 2;
    if (strcmp(what, "send") == 0 && argc == 2)
        return send_one(app, argv[1], by, reason);
    if (!list && !next && (strcmp(what, "preview") != 0 || argc != 2))
        return cli_usage(strcmp(what, "list") == 0 ? "takes no operand" : "give one PARTY");
    struct err err = {0};
    struct str out;
    struct arena *arena = arena_new();
    struct places *places = places_new();
    str_init(&out, STR_LIMIT_TEXT);
    struct listing listing = {app, places, arena, &out, common.json, list ? 1 : RUNS};
    enum status status = list || next ? list_schedules(&listing, argc == 2 ? argv[1] : NULL, &err)
                                      : preview(app, argv[1], common.json, &out, &err);
    if (status == OK && !cli_put(&out))
        status = err_set(&err, ERR_IO, "standard output: cannot be written: make room");
    str_dispose(&out);
    places_free(places);
    arena_free(arena);
    return status == OK ? EXIT_DONE : cli_fail(&err);
}
