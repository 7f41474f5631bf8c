/* What persons do to duties and holds: hand in proof, deny a condition, end or bypass a hold. */
#include "dispatcher/duties/duty_keep.h"
#include "dispatcher/duties/duty_told.h"

#include <string.h>

/* Notices met it, late, and nobody has said yet why. */
static bool lacks_reason(const struct duty_row *duty)
{
    return duty->state == DUTY_MET && duty->informs && duty->legal_ms > 0 &&
           duty->met_ms > duty->legal_ms && text_is_empty(duty->reason);
}

static enum status find_duty(struct duty_row *out, struct arena *arena, struct app *app,
                             const struct case_file *row, const struct duty_word *word,
                             struct err *err)
{
    struct duty_row *list = NULL;
    size_t count = 0;
    size_t found = 0;
    enum status status = duty_list(&list, &count, arena, app->store, row->id, err);
    for (size_t i = 0; status == OK && i < count; i++)
        if (text_equal(list[i].rule, word->rule) &&
            (word->country == NULL || text_equal(list[i].country, word->country))) {
            *out = list[i];
            found++;
        }
    if (status == OK && found == 0)
        status = err_set(err, ERR_NOT_FOUND, "%s: has no duty by %s: see tocsin case duties %s",
                         row->number, word->rule, row->number);
    if (status == OK && found > 1)
        status = err_set(err, ERR_INVALID, "%s: %s is a duty in %zu countries: say --country",
                         row->number, word->rule, found);
    if (status == OK && out->state != DUTY_WAITING && out->state != DUTY_RUNNING &&
        !lacks_reason(out))
        status = err_set(err, ERR_REFUSED, "%s: %s is %s already", row->number, word->rule,
                         duty_state_word(out->state));
    return status;
}

/* What an inspector will ask is answered when it is written down, not when he comes. */
static enum status ask_why(const struct app *app, const struct case_file *row,
                           const struct duty_row *duty, int64_t at_ms, struct err *err)
{
    int64_t from_ms = 0;
    if (duty->legal_ms > 0 && at_ms > duty->legal_ms)
        return err_set(err, ERR_REFUSED, "%s: %s was due by %s: give --reason, why it is late",
                       row->number, duty->rule, duty->due_legal);
    if (duty->legal_ms > 0 && app_now(app) > duty->legal_ms)
        return err_set(err, ERR_REFUSED,
                       "%s: %s was due by %s, and is written down only now: give --reason, why",
                       row->number, duty->rule, duty->due_legal);
    if (duty->trigger != NULL && clock_parse(&from_ms, duty->trigger, NULL) == OK &&
        at_ms < from_ms)
        return err_set(err, ERR_REFUSED,
                       "%s: --at is before what the clock of %s runs from (%s): mend --at or the "
                       "fact, or give --reason",
                       row->number, duty->rule, duty->trigger);
    return OK;
}

/* It was met by then: only the reason comes, from a person who stands for it. */
static enum status explain(struct app *app, const struct case_file *row, struct duty_row *duty,
                           const struct duty_word *word, struct str *out, struct err *err)
{
    if (word->proof.size > 0 || !text_is_empty(word->number) || text_is_empty(word->reason))
        return err_set(err, ERR_REFUSED,
                       "%s: %s was met by notices, late: give --reason, why it is late, and "
                       "nothing else",
                       row->number, duty->rule);
    duty->met_by = word->by;
    duty->reason = word->reason;
    enum status status = duty_save(app->store, duty, DUTY_MET, err);
    if (status == OK)
        status = duty_record_explained(app, row->uid, duty, err);
    if (status == OK)
        status = duty_close_tasks(app, duty, err);
    if (status == OK)
        str_addf(out, "%s: %s: why it was late is noted\n", row->number, duty->rule);
    return status;
}

enum status duty_report(struct app *app, const struct case_file *row, const struct duty_word *word,
                        struct str *out, struct err *err)
{
    char proof[65];
    struct arena *arena = arena_new();
    struct duty_row duty = {0};
    enum status status = find_duty(&duty, arena, app, row, word, err);
    const enum duty_state from = duty.state;
    if (status == OK && from == DUTY_MET) {
        status = explain(app, row, &duty, word, out, err);
        arena_free(arena);
        return status;
    }
    if (status == OK && (word->proof.size == 0 || text_is_empty(word->number)))
        status = err_set(err, ERR_REFUSED,
                         "%s: %s is met only by proof: give --proof FILE and --number NO, what the "
                         "authority gave",
                         row->number, word->rule);
    if (status == OK && word->at_ms > app_now(app))
        status = err_set(err, ERR_INVALID, "--at: has not come yet: say when it was handed in");
    if (status == OK && text_is_empty(word->reason))
        status = ask_why(app, row, &duty, word->at_ms, err);
    if (status == OK)
        status = blob_put(proof, app->store, word->proof, err);
    if (status == OK) {
        duty.state = DUTY_MET;
        duty.met_ms = word->at_ms;
        duty.met_by = word->by;
        duty.number = word->number;
        duty.proof = proof;
        duty.reason = word->reason;
        duty.next_ms = 0;
        duty.changed_ms = app_now(app);
        status = duty_save(app->store, &duty, from, err);
    }
    if (status == OK)
        status = duty_record_met(app, row->uid, &duty, err);
    if (status == OK)
        status = duty_close_tasks(app, &duty, err);
    if (status == OK)
        str_addf(out, "%s: %s: met, number %s%s\n", row->number, duty.rule, duty.number,
                 duty.legal_ms > 0 && duty.met_ms > duty.legal_ms ? ", LATE" : "");
    arena_free(arena);
    return status;
}

enum status duty_waive(struct app *app, const struct case_file *row, const struct duty_word *word,
                       struct str *out, struct err *err)
{
    struct arena *arena = arena_new();
    struct duty_row duty = {0};
    enum status status = find_duty(&duty, arena, app, row, word, err);
    const enum duty_state from = duty.state;
    if (status == OK && from == DUTY_MET)
        status = err_set(err, ERR_REFUSED, "%s: %s is %s already", row->number, word->rule,
                         duty_state_word(from));
    if (status == OK) {
        duty.state = DUTY_WAIVED;
        duty.met_by = word->by;
        duty.reason = word->reason;
        duty.next_ms = 0;
        duty.changed_ms = app_now(app);
        status = duty_save(app->store, &duty, from, err);
    }
    if (status == OK) {
        struct entry *entry = entry_new("duty.waived", app->actor, row->uid);
        entry_at(entry, duty.changed_ms);
        entry_personal(entry, "by", word->by);
        entry_int(entry, "duty", duty.id);
        entry_personal(entry, "reason", word->reason);
        entry_text(entry, "rule", duty.rule);
        status = app_record(app, entry, err);
    }
    if (status == OK)
        status = duty_close_tasks(app, &duty, err);
    if (status == OK)
        str_addf(out, "%s: %s: waived by %s\n", row->number, duty.rule, word->by);
    arena_free(arena);
    return status;
}

static enum status end_hold(struct app *app, const struct case_file *row, struct hold_row *hold,
                            const struct duty_word *word, const char *proof, bool bypass,
                            struct err *err)
{
    hold->state = bypass ? HOLD_BYPASSED : HOLD_ENDED;
    hold->how = "person";
    hold->person = word->by;
    hold->reason = word->reason;
    hold->proof = proof;
    hold->ended_ms = app_now(app);
    enum status status = hold_save(app->store, hold, HOLD_STANDING, err);
    return status == OK ? duty_record_hold(app, row->uid, hold, err) : status;
}

enum status hold_by_hand(struct app *app, const struct case_file *row, const struct duty_word *word,
                         bool bypass, struct str *out, struct err *err)
{
    char proof[65];
    struct arena *arena = arena_new();
    struct hold_row *list = NULL;
    size_t count = 0;
    size_t ended = 0;
    const bool proven = word->proof.size > 0;
    enum status status = OK;
    if (!bypass && !proven)
        status =
            err_set(err, ERR_REFUSED,
                    "%s: a hold ends with proof: give --proof FILE; without one it can only be "
                    "bypassed",
                    word->rule);
    if (status == OK && proven)
        status = blob_put(proof, app->store, word->proof, err);
    if (status == OK)
        status = hold_list(&list, &count, arena, app->store, row->id, err);
    for (size_t i = 0; status == OK && i < count; i++) {
        if (list[i].state != HOLD_STANDING || !text_equal(list[i].jurisdiction, word->rule))
            continue;
        status = end_hold(app, row, &list[i], word, proven ? proof : NULL, bypass, err);
        ended++;
    }
    if (status == OK && ended == 0)
        status = err_set(err, ERR_NOT_FOUND, "%s: no hold stands in %s", row->number, word->rule);
    if (status == OK)
        status = hold_settle(app->store, row->id, err);
    if (status == OK)
        str_addf(out, "%s: %s: %zu hold%s %s by %s\n", row->number, word->rule, ended,
                 ended == 1 ? "" : "s", bypass ? "BYPASSED" : "ended", word->by);
    arena_free(arena);
    return status;
}
