#include "dispatcher/cases/case_act.h"

#include "base/random.h"
#include "cases/number.h"
#include "clocks/date.h"

#include <string.h>

struct case_stand case_stand_of(const struct case_file *row)
{
    return (struct case_stand){.state = row->state,
                               .sided = row->sided,
                               .back = row->back,
                               .owned = row->owner != NULL,
                               .has_reporter = row->reporter != NULL || row->reporter_mail != NULL,
                               .decided = row->decided,
                               .disclosed = row->disclosed,
                               .opened_ms = row->opened_ms,
                               .state_ms = row->state_ms,
                               .acknowledged_ms = row->acknowledged_ms,
                               .triaged_ms = row->triaged_ms,
                               .told_ms = row->told_ms,
                               .reopened_ms = row->reopened_ms,
                               .closed_ms = row->closed_ms,
                               .disclosure_ms = row->disclosure_ms};
}

void case_stand_into(struct case_file *row, const struct case_stand *stand)
{
    row->state = stand->state;
    row->sided = stand->sided;
    row->back = stand->back;
    row->decided = stand->decided;
    row->disclosed = stand->disclosed;
    row->state_ms = stand->state_ms;
    row->acknowledged_ms = stand->acknowledged_ms;
    row->triaged_ms = stand->triaged_ms;
    row->told_ms = stand->told_ms;
    row->reopened_ms = stand->reopened_ms;
    row->closed_ms = stand->closed_ms;
    row->disclosure_ms = stand->disclosure_ms;
}

/* The entry of the act, and a line of the case's history, at one instant. */
static enum status record(struct app *app, struct entry *entry, struct case_event *event,
                          struct err *err)
{
    entry_at(entry, event->at_ms);
    enum status status = app_record(app, entry, err);
    return status == OK ? case_event_add(event, app->store, err) : status;
}

static int64_t year_of(int64_t ms)
{
    return date_from_days(ms / MS_DAY).year;
}

enum status case_act_open(struct case_file *out, struct arena *arena, struct app *app,
                          const struct case_opening *opening, struct err *err)
{
    char uid[RANDOM_UID];
    char number[CASE_NUMBER];
    const int64_t now = app_now(app);
    *out = (struct case_file){.source = opening->source,
                              .state = CASE_RECEIVED,
                              .year = year_of(now),
                              .title = opening->title,
                              .reporter = opening->reporter,
                              .reporter_mail = opening->reporter_mail,
                              .opened_ms = now,
                              .state_ms = now};
    enum status status = case_next_seq(&out->seq, app->store, out->year, err);
    if (status != OK)
        return status;
    out->uid = arena_strdup(arena, random_uid(uid));
    out->number = arena_strdup(arena, case_number(number, out->year, out->seq));
    status = case_add(out, app->store, err);
    if (status != OK)
        return status;
    struct entry *entry = entry_new("case.opened", app->actor, out->uid);
    entry_personal(entry, "by", opening->by);
    entry_text(entry, "how", opening->how);
    entry_personal(entry, "number", out->number);
    entry_personal(entry, "reporter", opening->reporter);
    entry_personal(entry, "reporter_mail", opening->reporter_mail);
    entry_text(entry, "source", case_source_word(opening->source));
    entry_personal(entry, "title", opening->title);
    struct case_event event = {.case_id = out->id,
                               .what = "opened",
                               .said = opening->how,
                               .person = opening->by,
                               .at_ms = now};
    return record(app, entry, &event, err);
}

enum status case_act_assign(struct app *app, struct case_file *row, const char *owner,
                            const char *by, const char *reason, struct err *err)
{
    row->owner = owner;
    enum status status = case_save(app->store, row, row->state, err);
    if (status != OK)
        return status;
    struct entry *entry = entry_new("case.assigned", app->actor, row->uid);
    entry_personal(entry, "by", by);
    entry_personal(entry, "owner", owner);
    entry_personal(entry, "reason", reason);
    struct case_event event = {.case_id = row->id,
                               .what = "assigned",
                               .said = owner,
                               .person = by,
                               .reason = reason,
                               .at_ms = app_now(app)};
    return record(app, entry, &event, err);
}

enum status case_act_move(struct app *app, struct case_file *row, enum case_state to,
                          const char *by, const char *reason, struct err *err)
{
    const enum case_state from = row->state;
    const int64_t now = app_now(app);
    struct case_stand stand = case_stand_of(row);
    enum status status = stand_move(&stand, to, now, err);
    if (status != OK)
        return status;
    const bool returns = case_is_side(from); /* what was decided before it waited stays */
    case_stand_into(row, &stand);
    if ((to == CASE_DISCLOSE || to == CASE_WITHHOLD) && !returns) {
        row->disclosure_by = by;
        row->disclosure_reason = reason;
    }
    if (to == CASE_REOPENED) {
        row->outcome = NULL;
        row->closed_by = NULL;
    }
    status = case_save(app->store, row, from, err);
    if (status != OK)
        return status;
    struct entry *entry = entry_new("case.state", app->actor, row->uid);
    entry_text(entry, "back", stand.sided ? case_state_word(stand.back) : NULL);
    entry_personal(entry, "by", by);
    entry_text(entry, "from", case_state_word(from));
    entry_personal(entry, "reason", reason);
    entry_text(entry, "state", case_state_word(to));
    struct case_event event = {.case_id = row->id,
                               .what = "state",
                               .said = case_state_word(to),
                               .person = by,
                               .reason = reason,
                               .at_ms = now};
    return record(app, entry, &event, err);
}

enum status case_act_told(struct app *app, struct case_file *row, const char *how, const char *by,
                          const char *reason, const char *sha256, struct err *err)
{
    const int64_t now = app_now(app);
    struct case_stand stand = case_stand_of(row);
    stand_told(&stand, now);
    case_stand_into(row, &stand);
    enum status status = case_save(app->store, row, row->state, err);
    if (status != OK)
        return status;
    struct entry *entry = entry_new("case.told", app->actor, row->uid);
    entry_personal(entry, "by", by);
    entry_text(entry, "how", how);
    entry_personal(entry, "said", reason);
    entry_personal(entry, "sha256", sha256);
    struct case_event event = {.case_id = row->id,
                               .what = "told",
                               .said = how,
                               .person = by,
                               .reason = reason,
                               .sha256 = sha256,
                               .at_ms = now};
    return record(app, entry, &event, err);
}

enum status case_act_text(char out_sha256[65], struct app *app, const struct case_file *row,
                          const struct case_text *text, struct err *err)
{
    char sha256[65];
    struct case_message message = {.case_id = row->id,
                                   .way = text->way,
                                   .sha256 = sha256,
                                   .message_id = text->message_id,
                                   .address = text->address,
                                   .at_ms = app_now(app)};
    enum status status = blob_put(sha256, app->store, text->text, err);
    if (status == OK)
        status = case_message_add(&message, app->store, err);
    if (status != OK)
        return status;
    if (out_sha256 != NULL)
        memcpy(out_sha256, sha256, sizeof sha256);
    struct entry *entry = entry_new("case.message", app->actor, row->uid);
    entry_at(entry, message.at_ms);
    entry_personal(entry, "address", text->address);
    entry_personal(entry, "message_id", text->message_id);
    entry_personal(entry, "sha256", sha256);
    entry_text(entry, "way", message_way_word(text->way));
    return app_record(app, entry, err);
}

enum status case_act_link(struct app *app, const struct case_file *row, enum link_kind kind,
                          const char *ref, const char *by, struct err *err)
{
    struct case_link link = {
        .case_id = row->id, .kind = kind, .ref = ref, .person = by, .at_ms = app_now(app)};
    enum status status = case_link_add(&link, app->store, err);
    if (status == ERR_EXISTS)
        return err_set(err, ERR_EXISTS, "%s: is linked to %s %s already: nothing to do",
                       row->number, link_kind_word(kind), ref);
    if (status != OK)
        return status;
    struct entry *entry = entry_new("case.linked", app->actor, row->uid);
    entry_at(entry, link.at_ms);
    entry_personal(entry, "by", by);
    entry_text(entry, "kind", link_kind_word(kind));
    entry_personal(entry, "ref", ref);
    return app_record(app, entry, err);
}

enum status case_act_close(struct app *app, struct case_file *row, const char *outcome,
                           const char *by, enum role role, struct err *err)
{
    const enum case_state from = row->state;
    const int64_t now = app_now(app);
    struct case_stand stand = case_stand_of(row);
    enum status status = stand_move(&stand, CASE_CLOSED, now, err);
    if (status != OK)
        return status;
    case_stand_into(row, &stand);
    row->outcome = outcome;
    row->closed_by = by;
    status = case_save(app->store, row, from, err);
    if (status != OK)
        return status;
    struct entry *entry = entry_new("case.closed", app->actor, row->uid);
    entry_personal(entry, "by", by);
    entry_text(entry, "disclosure",
               !stand.decided    ? NULL
               : stand.disclosed ? case_state_word(CASE_DISCLOSE)
                                 : case_state_word(CASE_WITHHOLD));
    entry_personal(entry, "outcome", outcome);
    entry_text(entry, "role", role_word(role));
    struct case_event event = {.case_id = row->id,
                               .what = "closed",
                               .said = role_word(role),
                               .person = by,
                               .reason = outcome,
                               .at_ms = now};
    return record(app, entry, &event, err);
}

enum status case_named(struct case_file *out, struct arena *arena, struct store *store,
                       const char *name, struct err *err)
{
    char number[CASE_NUMBER];
    struct err none = {0};
    const bool uid = strlen(name) == RANDOM_UID - 1;
    enum status status = uid ? OK : case_number_read(number, name, err);
    if (status != OK)
        return status;
    status = case_find(out, arena, store, uid ? name : number, &none);
    if (status == ERR_NOT_FOUND)
        return err_set(err, ERR_NOT_FOUND, "%s: there is no such case: see tocsin case list",
                       uid ? name : number);
    if (status != OK && err != NULL)
        *err = none;
    return status;
}
