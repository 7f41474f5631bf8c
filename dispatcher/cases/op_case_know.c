/* Facts and decisions, as persons enter them. */
#include "dispatcher/cases/op_case.h"

#include "base/number.h"
#include "clocks/count.h"
#include "clocks/pack.h"
#include "config/country.h"

#include <string.h>

#define SOURCE_MOST 300
#define NAME_MOST 200

/* A jurisdiction of the rules (EU, CA ...), or a country. */
static enum status check_place(const struct asking *a, const char *option, const char *place,
                               struct err *err)
{
    struct pack *pack = NULL;
    if (place == NULL || country_known(place))
        return OK;
    enum status status = pack_open(&pack, a->app->settings->dir, err);
    if (status == OK && pack_jurisdiction(pack, place) == NULL)
        status = err_set(err, ERR_INVALID,
                         "%s %.20s: neither a jurisdiction of the rules nor a country: see tocsin "
                         "rules list",
                         option, place);
    pack_close(pack);
    return status;
}

static enum status check_kind(const char *kind, struct err *err)
{
    for (int i = 0; i < (int)TRIGGER_COUNT; i++)
        if (text_equal(rule_trigger_word((enum rule_trigger)i), kind))
            return OK;
    return err_set(err, ERR_INVALID,
                   "%.40s: no kind of fact: see tocsin case --help, or CASES in "
                   "tocsin(1)",
                   kind != NULL ? kind : "");
}

/* A date that was promised, and an action that is about to begin. */
static bool may_come(const char *kind)
{
    return text_equal(kind, rule_trigger_word(TRIGGER_FIXED_DATE)) ||
           text_equal(kind, rule_trigger_word(TRIGGER_BEFORE_ACTION));
}

static enum fact_class class_of(const char *kind)
{
    if (text_equal(kind, rule_trigger_word(TRIGGER_AWARE_MANAGER)))
        return CLASS_MANAGER;
    if (text_equal(kind, rule_trigger_word(TRIGGER_AWARE_REPRESENTATIVE)))
        return CLASS_REPRESENTATIVE;
    return CLASS_EMPLOYEE;
}

static enum status read_number(int64_t *out, const char *option, const char *text, struct err *err)
{
    *out = 0;
    if (text == NULL || number_parse_within(out, text, 1, INT64_MAX))
        return OK;
    return err_set(err, ERR_INVALID, "%s %.20s: the number of a fact is wanted", option, text);
}

/* When it was; a day begins on the wall of the zone, else of UTC. */
static enum status read_instant(struct case_fact *out, const char *at, const char *zone_name,
                                struct err *err)
{
    struct fact fact;
    struct zone *zone = NULL;
    if (at == NULL)
        return err_set(err, ERR_INVALID,
                       "--at: say when it was: 2026-11-27, or an instant with "
                       "its offset: 2026-11-27T18:40+01:00");
    enum status status = fact_parse(&fact, at, err);
    if (status == OK)
        status = zone_open(&zone, zone_name != NULL ? zone_name : "UTC", err);
    if (status == OK)
        out->at_ms = fact.dated ? zone_instant(zone, fact.date, 0) : fact.at_ms;
    zone_close(zone);
    out->said = at;
    out->zone = zone_name;
    return status;
}

static enum status read_fact(struct case_fact *out, const struct asking *a, struct err *err)
{
    const struct case_request *r = a->r;
    *out = (struct case_fact){.kind = r->what,
                              .jurisdiction = r->jurisdiction,
                              .person = r->who != NULL ? r->who : a->by->name,
                              .class = class_of(r->what),
                              .source = r->source,
                              .entered_by = a->by->id};
    enum status status = check_kind(r->what, err);
    if (status == OK)
        status = read_instant(out, r->at, r->zone, err);
    if (status == OK && out->at_ms > app_now(a->app) && !may_come(r->what))
        status = err_set(err, ERR_INVALID, "--at %s: has not come yet: what is known has happened",
                         r->at);
    if (status == OK)
        status = asking_words("--source", r->source, SOURCE_MOST, true, err);
    if (status == OK)
        status = asking_words("--who", r->who, NAME_MOST, false, err);
    if (status == OK && r->class != NULL && !fact_class_of(&out->class, r->class))
        status = err_set(err, ERR_INVALID,
                         "--class %.20s: say employee, manager, representative or other", r->class);
    if (status == OK)
        status = check_place(a, "--jurisdiction", r->jurisdiction, err);
    if (status == OK)
        status = read_number(&out->supersedes, "--supersedes", r->supersedes, err);
    return status == OK ? read_number(&out->from_fact, "--from", r->from, err) : status;
}

static enum status check_from(const struct asking *a, int64_t id, struct err *err)
{
    struct case_fact fact;
    if (id == 0)
        return OK;
    enum status status = case_fact_get(&fact, a->arena, a->app->store, id, err);
    if (status == ERR_NOT_FOUND || (status == OK && fact.case_id != a->row.id))
        return err_set(err, ERR_REFUSED, "--from %lld: is no fact of %s", (long long)id,
                       a->row.number);
    return status;
}

enum status asking_fact(struct asking *a, struct err *err)
{
    struct case_fact fact;
    enum status status = read_fact(&fact, a, err);
    if (status == OK)
        status = check_from(a, fact.from_fact, err);
    if (status == OK)
        status = case_act_fact(a->app, &a->row, &fact, err);
    if (status == OK)
        str_addf(a->out, "%s: fact %lld: %s at %s\n", a->row.number, (long long)fact.id, fact.kind,
                 fact.said);
    return status;
}

enum status asking_choose(struct asking *a, struct err *err)
{
    int64_t id = 0;
    enum status status = read_number(&id, "--choose", a->r->what, err);
    if (status == OK)
        status = case_act_choose(a->app, &a->row, id, a->by->id, a->r->reason, err);
    if (status == OK)
        str_addf(a->out, "%s: fact %lld counts\n", a->row.number, (long long)id);
    return status;
}

/* Recorded for somebody who cannot enter it now: with what proves that they decided so. */
static enum status read_decider(const struct person **out, const struct asking *a, struct err *err)
{
    *out = a->by;
    enum status status = OK;
    if (a->r->recorded_for != NULL)
        status = asking_person(out, a->app, "--recorded-for", a->r->recorded_for, err);
    if (status == OK && *out != a->by && a->r->file.size == 0)
        status = err_set(err, ERR_INVALID,
                         "--recorded-for %s: --proof FILE is needed: what shows that %s decided so",
                         (*out)->id, (*out)->name);
    return status == OK ? asking_releases(a, *out, err) : status;
}

enum status asking_decide(struct asking *a, struct err *err)
{
    char proof[65];
    const struct person *decider = NULL;
    struct case_decision decision = {
        .jurisdiction = a->r->what, .reason = a->r->reason, .entered_by = a->by->id};
    enum status status = asking_words("JURISDICTION", a->r->what, 20, true, err);
    if (status == OK && !reportability_of(&decision.verdict, a->r->value))
        status =
            err_set(err, ERR_INVALID, "%.20s: say reportable, not-reportable or not-applicable",
                    a->r->value != NULL ? a->r->value : "");
    if (status == OK)
        status = check_place(a, "JURISDICTION", a->r->what, err);
    if (status == OK)
        status = read_decider(&decider, a, err);
    if (status == OK && a->r->file.size > 0)
        status = blob_put(proof, a->app->store, a->r->file, err);
    if (status != OK)
        return status;
    decision.person = decider->id;
    decision.proof = a->r->file.size > 0 ? proof : NULL;
    status = case_act_decide(a->app, &a->row, &decision, err);
    if (status == OK)
        str_addf(a->out, "%s: %s: %s, decided by %s%s\n", a->row.number, decision.jurisdiction,
                 reportability_word(decision.verdict), decider->id,
                 decider != a->by ? ", to be countersigned" : "");
    return status;
}

enum status asking_countersign(struct asking *a, struct err *err)
{
    enum status status = asking_words("JURISDICTION", a->r->what, 20, true, err);
    if (status == OK)
        status = case_act_countersign(a->app, &a->row, a->r->what, a->by->id, err);
    if (status == OK)
        str_addf(a->out, "%s: %s: countersigned by %s\n", a->row.number, a->r->what, a->by->id);
    return status;
}
