#include "dispatcher/run/move.h"

#include "dispatcher/back/reply.h"
#include "dispatcher/plan/recipient.h"
#include "dispatcher/release/supersede.h"
#include "dispatcher/run/state.h"

static struct entry *moved_entry(const struct app *app, const struct notice *notice,
                                 enum notice_event event, enum notice_state from,
                                 enum notice_state to)
{
    struct entry *entry = entry_new("notice.moved", app->actor, notice->uid);
    entry_text(entry, "event", notice_event_word(event));
    entry_text(entry, "form", form_word(notice->form));
    entry_text(entry, "from", notice_state_word(from));
    entry_text(entry, "level", level_word(notice->level));
    entry_instant(entry, "next_at", notice->next_at_ms);
    entry_text(entry, "route", route_word(notice->route));
    entry_text(entry, "state", notice_state_word(to));
    if (notice->task_id != 0)
        entry_int(entry, "task", notice->task_id);
    else
        entry_null(entry, "task");
    entry_personal(entry, "why", notice->why);
    return entry;
}

static enum status move_row(struct app *app, struct notice *notice, enum notice_event event,
                            struct entry *entry, struct err *err)
{
    enum notice_state to = notice->state;
    enum notice_state from = notice->state;
    if (!state_next(&to, from, event)) {
        entry_free(entry);
        return err_set(err, ERR_STALE, "notice %s: \"%s\" means nothing in state %s", notice->uid,
                       notice_event_word(event), notice_state_word(from));
    }
    if (entry == NULL)
        entry = moved_entry(app, notice, event, from, to);
    notice->state = to;
    notice->changed_ms = app_now(app);
    enum status status = notice_update(app->store, notice, from, err);
    if (status == OK)
        return app_record(app, entry, err);
    notice->state = from;
    entry_free(entry);
    return status;
}

enum status move_notice(struct app *app, struct notice *notice, enum notice_event event,
                        struct entry *entry, struct err *err)
{
    const bool tells = event == EVENT_ACCEPTED && notice->kind == NOTICE_ACKNOWLEDGEMENT;
    enum status status = move_row(app, notice, event, entry, err);
    return status == OK && tells ? reply_taken(app, notice, err) : status;
}

enum status move_save(struct app *app, struct notice *notice, struct entry *entry, struct err *err)
{
    notice->changed_ms = app_now(app);
    enum status status = notice_update(app->store, notice, notice->state, err);
    if (status == OK)
        return app_record(app, entry, err);
    entry_free(entry);
    return status;
}

/* Fills *lane_id too: another route may lead to another endpoint. */
static enum status choose_next(struct recipient *out, struct advisory *row, int64_t *lane_id,
                               struct arena *arena, struct app *app, const struct notice *notice,
                               bool same_contact, struct err *err)
{
    struct party party;
    struct contact now = {0};
    struct dossier *dossier = NULL;
    enum status status = advisory_get(row, arena, app->store, notice->advisory_id, err);
    if (status == OK)
        status = party_get(&party, arena, app->store, notice->party, err);
    if (status == ERR_NOT_FOUND) /* taken out of the register: no route is left */
        return OK;
    if (status == OK && notice->contact_id != 0) {
        status = contact_get(&now, arena, app->store, notice->contact_id, err);
        if (status == ERR_NOT_FOUND) /* taken out of the register meanwhile: begin again */
            status = OK;
    }
    if (status == OK)
        status = dossier_open(&dossier, app, row, err);
    if (status == OK)
        status = recipient_choose(out, arena, app, dossier, &party,
                                  same_contact ? now.seq - 1 : now.seq, app_now(app), err);
    if (status == OK && out->contact.id != 0)
        status = recipient_lane(lane_id, app, row, out, err);
    dossier_close(dossier);
    return status;
}

/* No contact is left: whoever has a number is called, whoever has an address gets a letter. */
static enum status give_to_person(struct app *app, struct arena *arena, struct notice *notice,
                                  const char *reason, struct err *err)
{
    struct contact *contacts = NULL;
    size_t count = 0;
    enum task_kind kind = TASK_BOUNCED;
    enum status status = contact_list(&contacts, &count, arena, app->store, notice->party, err);
    if (status != OK)
        return status;
    if (notice->kind == NOTICE_DIGEST) /* not read out to anybody: each notice had its own task */
        count = 0;
    for (size_t i = 0; i < count && kind == TASK_BOUNCED; i++) {
        if (contacts[i].phone == NULL && contacts[i].post_address == NULL)
            continue;
        kind = contacts[i].phone != NULL ? TASK_PHONE : TASK_LETTER;
        notice->route = contacts[i].phone != NULL ? ROUTE_PHONE : ROUTE_LETTER;
        notice->contact_id = contacts[i].id;
    }
    notice->level = LEVEL_TASK;
    notice->form = FORM_PERSONAL;
    notice->text_group = NULL;
    return move_to_task(app, notice, kind, reason, err);
}

enum status move_to_route(struct app *app, struct notice *notice, bool same_contact,
                          const char *reason, struct entry *entry, struct err *err)
{
    struct arena *arena = arena_new();
    struct recipient next = {0};
    struct advisory row;
    enum status status = OK;
    bool gone = false;
    if (entry != NULL)
        status = app_record(app, entry, err);
    if (status == OK)
        status = supersede_notice(&gone, app, notice, err);
    if (status != OK || gone)
        goto done;
    if (notice->kind == NOTICE_ACKNOWLEDGEMENT ||
        notice->kind == NOTICE_ALARM) { /* to one address, and to no other */
        status = give_to_person(app, arena, notice, reason, err);
        goto done;
    }
    status = choose_next(&next, &row, &notice->lane_id, arena, app, notice, same_contact, err);
    if (status != OK)
        goto done;
    notice->attempt_id = 0;
    if (next.contact.id == 0) {
        status = give_to_person(app, arena, notice, reason, err);
        goto done;
    }
    notice->contact_id = next.contact.id;
    notice->route = recipient_route(&next);
    notice->address = next.contact.email;
    notice->key = next.key.fpr;
    notice->level = next.level;
    notice->form = row.exercise || next.early ? FORM_PERSONAL
                                              : recipient_form(&next, app, row.tlp, notice->kind);
    notice->text_group = NULL; /* named when it is claimed */
    notice->parcel_id = 0;
    notice->tries = 0;
    notice->crashes = 0;
    notice->next_at_ms = app_now(app);
    notice->why = reason;
    status = move_notice(app, notice, EVENT_REROUTE, NULL, err);
    if (status == OK)
        status = move_side_tasks(app, &row, notice, &next, err);
done:
    notice->why = NULL;
    notice->address =
        NULL; /* both belong to the arena that goes now: read the row again to use them */
    notice->key = NULL;
    arena_free(arena);
    return status;
}
