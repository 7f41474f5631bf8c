/* One recipient of a plan: the row of the queue, its entry, and the tasks beside it. */
#include "base/random.h"
#include "dispatcher/compose/text_group.h"
#include "dispatcher/plan/planner.h"
#include "dispatcher/release/embargo.h"
#include "dispatcher/run/move.h"
#include "evidence/view.h"
#include "seal/mail.h"
#include "store/log.h"
#include "store/notice.h"

#include <string.h>

void planner_line(struct str *out, const struct recipient *r)
{
    struct json_out j;
    json_out_init(&j, out, true);
    json_out_object(&j, NULL);
    json_out_text(&j, "address", r->contact.email);
    json_out_int(&j, "contact", r->contact.seq);
    json_out_text(&j, "form", r->level == LEVEL_TASK ? NULL : form_word(r->form));
    json_out_text(&j, "key", r->key.fpr);
    json_out_text(&j, "kind", notice_kind_word(r->kind));
    json_out_text(&j, "level", level_word(r->level));
    json_out_text(&j, "party", r->party.id);
    json_out_text(&j, "route", route_word(recipient_route(r)));
    json_out_end(&j);
}

enum status planner_named(bool *out, struct app *app, const char *uid, const char *root,
                          struct err *err)
{
    struct arena *arena = arena_new();
    struct log_line *lines = NULL;
    struct entry_view view;
    size_t count = 0;
    int64_t idx = 0;
    enum status status = log_find(&idx, app->store, uid, "plan.first", err);
    if (status == OK)
        status = log_list(&lines, &count, arena, app->store, idx, NULL, 1, err);
    *out = status == OK && count == 1 && entry_view(&view, lines[0].line) &&
           text_equal(entry_view_text(&view, arena, "root"), root);
    arena_free(arena);
    return status == ERR_NOT_FOUND ? OK : status;
}

static enum status record_planned(struct app *app, const struct dossier *d, const struct notice *n,
                                  const struct recipient *r, struct err *err)
{
    struct entry *entry = entry_new("notice.planned", app->actor, n->uid);
    entry_text(entry, "advisory", d->row.uid);
    entry_instant(entry, "answer_by", n->answer_by_ms);
    entry_text(entry, "country", r->party.country);
    entry_instant(entry, "deadline", n->deadline_ms);
    entry_text(entry, "form", form_word(n->form));
    entry_text(entry, "kind", notice_kind_word(n->kind));
    entry_text(entry, "level", level_word(n->level));
    entry_instant(entry, "next_at", n->next_at_ms);
    entry_personal(entry, "party", n->party);
    entry_text(entry, "party_kind", party_kind_word(r->party.kind));
    entry_int(entry, "priority", party_kind_priority(r->party.kind));
    entry_text(entry, "route", route_word(n->route));
    return app_record(app, entry, err);
}

/* With a million notices a code comes twice: draw again. */
enum status planner_draw_code(char code[RANDOM_CODE], struct app *app, struct err *err)
{
    enum status status = OK;
    while (status == OK) {
        struct arena *arena = arena_new();
        struct notice other;
        status = notice_by_code(&other, arena, app->store, random_code(code, app_now(app)), err);
        arena_free(arena);
    }
    return status == ERR_NOT_FOUND ? OK : status;
}

/* A newer version gives nobody more time to be told. */
static int64_t told_by(const struct dossier *d, const struct recipient *r)
{
    const int64_t by = embargo_told_by(d, r);
    return r->deadline_ms > 0 && r->deadline_ms < by ? r->deadline_ms : by;
}

enum status planner_add_notice(struct app *app, const struct dossier *d, const struct recipient *r,
                               struct err *err)
{
    char uid[sizeof MAIL_EXERCISE + RANDOM_UID] = MAIL_EXERCISE;
    char *own = uid + strlen(MAIL_EXERCISE);
    char code[RANDOM_CODE];
    char token[RANDOM_TOKEN];
    enum status status = planner_draw_code(code, app, err);
    if (status != OK)
        return status;
    (void)random_uid_in_order(own, app_now(app));
    struct notice n = {.uid = d->row.exercise ? uid : own,
                       .advisory_id = d->row.id,
                       .party = r->party.id,
                       .contact_id = r->contact.id,
                       .kind = r->kind,
                       .state = STATE_PLANNED,
                       .level = r->level,
                       .form = r->form,
                       .route = recipient_route(r),
                       .address = r->contact.email,
                       .key = r->key.fpr,
                       .code = code,
                       .token = random_token(token, app_now(app)),
                       .next_at_ms = embargo_opens(d, r),
                       .deadline_ms = told_by(d, r),
                       .answer_by_ms = d->row.answer_by_ms,
                       .why = r->level_why,
                       .created_ms = app_now(app),
                       .changed_ms = app_now(app)};
    struct arena *arena = arena_new();
    status = recipient_lane(&n.lane_id, app, &d->row, r, err);
    if (status == OK)
        status =
            text_group_make(&n.text_group, arena, app, d, &n, &r->party, r->contact.language, err);
    if (status == OK)
        status = notice_add(&n, app->store, err);
    if (status == OK)
        status = record_planned(app, d, &n, r, err);
    n.text_group = NULL;
    arena_free(arena);
    return status == OK ? move_side_tasks(app, &d->row, &n, r, err) : status;
}
