/* What the log says of duties and holds: one entry for each change. */
#include "dispatcher/duties/duty_keep.h"

enum status duty_record(struct app *app, const char *subj, const char *kind,
                        const struct duty_row *row, const struct duty_row *was, struct err *err)
{
    struct entry *entry = entry_new(kind, app->actor, subj);
    entry_at(entry, row->changed_ms);
    entry_text(entry, "cascade", row->cascade);
    entry_text(entry, "country", row->country);
    entry_text(entry, "deliverable", row->deliverable);
    entry_text(entry, "derivation", row->derivation);
    entry_text(entry, "due_legal", row->due_legal);
    entry_text(entry, "due_safe", row->due_safe);
    entry_int(entry, "duty", row->id);
    entry_text(entry, "jurisdiction", row->jurisdiction);
    entry_instant(entry, "legal", row->legal_ms);
    entry_personal(entry, "owner", row->owner);
    entry_text(entry, "rule", row->rule);
    entry_text(entry, "rule_sha256", row->rule_sha256);
    entry_instant(entry, "safe", row->safe_ms);
    entry_text(entry, "state", duty_state_word(row->state));
    entry_text(entry, "trigger", row->trigger);
    entry_int(entry, "version", row->version);
    entry_text(entry, "was_legal", was != NULL ? was->due_legal : NULL);
    entry_text(entry, "was_safe", was != NULL ? was->due_safe : NULL);
    entry_text(entry, "was_state", was != NULL ? duty_state_word(was->state) : NULL);
    if (was != NULL)
        entry_int(entry, "was_version", was->version);
    else
        entry_null(entry, "was_version");
    return app_record(app, entry, err);
}

enum status duty_record_met(struct app *app, const char *subj, const struct duty_row *duty,
                            struct err *err)
{
    struct entry *entry = entry_new("duty.met", app->actor, subj);
    entry_at(entry, duty->changed_ms);
    entry_personal(entry, "by", duty->met_by);
    entry_int(entry, "duty", duty->id);
    if (duty->legal_ms > 0)
        entry_int(entry, "late_ms", duty->met_ms - duty->legal_ms);
    else
        entry_null(entry, "late_ms");
    entry_personal(entry, "number", duty->number);
    entry_personal(entry, "proof_sha256", duty->proof);
    entry_personal(entry, "reason", duty->reason);
    entry_text(entry, "rule", duty->rule);
    entry_instant(entry, "told_at", duty->met_ms);
    entry_int(entry, "version", duty->version);
    return app_record(app, entry, err);
}

enum status duty_record_explained(struct app *app, const char *subj, const struct duty_row *duty,
                                  struct err *err)
{
    struct entry *entry = entry_new("duty.explained", app->actor, subj);
    entry_personal(entry, "by", duty->met_by);
    entry_int(entry, "duty", duty->id);
    entry_personal(entry, "reason", duty->reason);
    entry_text(entry, "rule", duty->rule);
    return app_record(app, entry, err);
}

enum status duty_record_hold(struct app *app, const char *subj, const struct hold_row *row,
                             struct err *err)
{
    struct entry *entry = NULL;
    if (row->state == HOLD_STANDING) {
        int64_t left = 0;
        const char *places = NULL;
        struct arena *arena = arena_new();
        enum status status = hold_left_before(&left, app->store, row->id, err);
        if (status == OK)
            status = hold_places(&places, arena, app->store, row->id, err);
        if (status != OK) {
            arena_free(arena);
            return status;
        }
        entry = entry_new("hold.set", app->actor, subj);
        entry_int(entry, "hold", row->id);
        entry_text(entry, "jurisdiction", row->jurisdiction);
        entry_text(entry, "kind", row->kind);
        entry_int(entry, "left", left);
        entry_text(entry, "places", places);
        entry_text(entry, "rule", row->rule);
        entry_instant(entry, "since", row->since_ms);
        entry_instant(entry, "until", row->until_ms);
        entry_int(entry, "version", row->version);
        entry_text(entry, "why", row->why);
        arena_free(arena);
        return app_record(app, entry, err);
    }
    entry = entry_new(row->state == HOLD_ENDED ? "hold.ended" : "hold.bypassed", app->actor, subj);
    entry_at(entry, row->ended_ms);
    entry_personal(entry, "by", row->person);
    entry_int(entry, "hold", row->id);
    entry_text(entry, "how", row->how);
    entry_personal(entry, "proof_sha256", row->proof);
    entry_personal(entry, "reason", row->reason);
    return app_record(app, entry, err);
}
