/* What was known when, and what was decided where: facts and decisions of a case. */
#include "dispatcher/cases/case_act.h"

static void entry_id(struct entry *entry, const char *name, int64_t id)
{
    if (id != 0)
        entry_int(entry, name, id);
    else
        entry_null(entry, name);
}

enum status case_act_fact(struct app *app, const struct case_file *row, struct case_fact *fact,
                          struct err *err)
{
    fact->case_id = row->id;
    fact->entered_ms = app_now(app);
    enum status status = case_fact_add(fact, app->store, err);
    if (status == ERR_STALE)
        return err_set(err, ERR_REFUSED,
                       "--supersedes %lld: is no fact of this kind and place in force on %s: see "
                       "tocsin case show %s",
                       (long long)fact->supersedes, row->number, row->number);
    if (status != OK)
        return status;
    struct entry *entry = entry_new("fact.recorded", app->actor, row->uid);
    entry_at(entry, fact->entered_ms);
    entry_instant(entry, "at", fact->at_ms);
    entry_personal(entry, "by", fact->entered_by);
    entry_text(entry, "class", fact_class_word(fact->class));
    entry_int(entry, "fact", fact->id);
    entry_id(entry, "from", fact->from_fact);
    entry_text(entry, "jurisdiction", fact->jurisdiction);
    entry_text(entry, "kind", fact->kind);
    entry_personal(entry, "person", fact->person);
    entry_personal(entry, "source", fact->source);
    entry_text(entry, "stated", fact->said);
    entry_id(entry, "supersedes", fact->supersedes);
    entry_text(entry, "zone", fact->zone);
    return app_record(app, entry, err);
}

enum status case_act_choose(struct app *app, const struct case_file *row, int64_t fact_id,
                            const char *by, const char *reason, struct err *err)
{
    struct arena *arena = arena_new();
    struct case_fact fact = {0};
    struct err none = {0};
    enum status status = case_fact_get(&fact, arena, app->store, fact_id, &none);
    if (status == ERR_NOT_FOUND || (status == OK && (fact.case_id != row->id || !fact.in_force)))
        status = err_set(err, ERR_REFUSED,
                         "--choose %lld: is no fact in force on %s: see tocsin case show %s",
                         (long long)fact_id, row->number, row->number);
    else if (status != OK)
        *err = none;
    if (status == OK) {
        fact.chosen_by = by;
        fact.chosen_reason = reason;
        fact.chosen_ms = app_now(app);
        status = case_fact_choose(app->store, &fact, err);
    }
    if (status == OK) {
        struct entry *entry = entry_new("fact.chosen", app->actor, row->uid);
        entry_at(entry, fact.chosen_ms);
        entry_personal(entry, "by", by);
        entry_int(entry, "fact", fact_id);
        entry_personal(entry, "reason", reason);
        status = app_record(app, entry, err);
    }
    arena_free(arena);
    return status;
}

enum status case_act_decide(struct app *app, const struct case_file *row,
                            struct case_decision *decision, struct err *err)
{
    decision->case_id = row->id;
    decision->at_ms = app_now(app);
    enum status status = case_decision_add(decision, app->store, err);
    if (status != OK)
        return status;
    struct entry *entry = entry_new("decision.recorded", app->actor, row->uid);
    entry_at(entry, decision->at_ms);
    entry_personal(entry, "by", decision->entered_by);
    entry_int(entry, "decision", decision->id);
    entry_text(entry, "jurisdiction", decision->jurisdiction);
    entry_personal(entry, "person", decision->person);
    entry_personal(entry, "proof_sha256", decision->proof);
    entry_personal(entry, "reason", decision->reason);
    entry_id(entry, "supersedes", decision->supersedes);
    entry_text(entry, "verdict", reportability_word(decision->verdict));
    return app_record(app, entry, err);
}

enum status case_act_countersign(struct app *app, const struct case_file *row,
                                 const char *jurisdiction, const char *by, struct err *err)
{
    struct arena *arena = arena_new();
    struct case_decision decision = {0};
    const int64_t now = app_now(app);
    enum status status =
        case_decision_get(&decision, arena, app->store, row->id, jurisdiction, err);
    if (status == ERR_NOT_FOUND || (status == OK && !text_equal(decision.person, by)))
        status = err_set(err, ERR_REFUSED,
                         "%s: no decision for %s was recorded for %s: see tocsin case show %s",
                         row->number, jurisdiction, by, row->number);
    else if (status == OK)
        status = case_decision_countersign(app->store, decision.id, now, err);
    if (status == ERR_STALE)
        status = err_set(err, ERR_REFUSED,
                         "%s: the decision for %s needs no countersigning: it was entered or "
                         "signed by %s",
                         row->number, jurisdiction, by);
    if (status == OK) {
        struct entry *entry = entry_new("decision.countersigned", app->actor, row->uid);
        entry_at(entry, now);
        entry_personal(entry, "by", by);
        entry_int(entry, "decision", decision.id);
        status = app_record(app, entry, err);
    }
    arena_free(arena);
    return status;
}
