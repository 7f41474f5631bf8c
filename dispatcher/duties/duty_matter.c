#include "dispatcher/duties/duty_matter.h"

#include "dispatcher/duties/duty_keep.h"
#include "store/party.h"

struct reading {
    struct case_matter *out;
    struct app *app;
    struct arena *arena;
    const struct case_file *row;
    const struct pack *pack;
};

/* A place as a person wrote it, a jurisdiction or a country, as jurisdictions of the rules. */
static void add_findings(struct reading *k, struct matter_finding **out, size_t *count,
                         const struct case_decision *d)
{
    static const enum finding findings[REPORTABILITY_COUNT] = {
        [REPORTABLE] = FINDING_REPORTABLE,
        [NOT_REPORTABLE] = FINDING_NOT_REPORTABLE,
        [NOT_APPLICABLE] = FINDING_NOT_APPLICABLE};
    const struct pack *pack = k->pack;
    struct matter_finding finding = {d->jurisdiction, NULL, findings[d->verdict]};
    if (pack_jurisdiction(pack, d->jurisdiction) != NULL) {
        arena_push(k->arena, out, count, sizeof finding, &finding);
        return;
    }
    for (size_t i = 0; i < pack->jurisdiction_count; i++)
        for (size_t p = 0; p < pack->jurisdictions[i]->place_count; p++)
            if (text_equal(pack->jurisdictions[i]->places[p].country, d->jurisdiction)) {
                finding.jurisdiction = pack->jurisdictions[i]->id;
                finding.country = d->jurisdiction;
                arena_push(k->arena, out, count, sizeof finding, &finding);
            }
}

const char *duty_place(const struct pack *pack, const char *place)
{
    if (place == NULL || pack_jurisdiction(pack, place) != NULL)
        return place;
    for (size_t i = 0; i < pack->jurisdiction_count; i++)
        for (size_t p = 0; p < pack->jurisdictions[i]->place_count; p++)
            if (text_equal(pack->jurisdictions[i]->places[p].country, place))
                return pack->jurisdictions[i]->id;
    return place;
}

static enum status read_decisions(struct reading *k, struct err *err)
{
    struct case_decision *list = NULL;
    struct matter_finding *findings = NULL;
    size_t count = 0;
    enum status status =
        case_decision_list(&list, &count, k->arena, k->app->store, k->row->id, err);
    for (size_t i = 0; status == OK && i < count; i++)
        if (list[i].in_force)
            add_findings(k, &findings, &k->out->matter.finding_count, &list[i]);
    k->out->matter.findings = findings;
    return status;
}

/* Of a kind and place of which one was chosen, the others are candidates only. */
static bool counts(const struct case_fact *list, size_t count, const struct case_fact *fact)
{
    if (!fact->in_force || fact->chosen)
        return fact->in_force;
    for (size_t i = 0; i < count; i++)
        if (list[i].in_force && list[i].chosen && text_equal(list[i].kind, fact->kind) &&
            text_equal(list[i].jurisdiction, fact->jurisdiction))
            return false;
    return true;
}

static enum status read_facts(struct reading *k, struct err *err)
{
    struct case_fact *list = NULL;
    struct matter_fact *facts = NULL;
    size_t count = 0;
    enum status status = case_fact_list(&list, &count, k->arena, k->app->store, k->row->id, err);
    for (size_t i = 0; status == OK && i < count; i++)
        for (int kind = 0; kind < (int)TRIGGER_COUNT; kind++) {
            const struct matter_fact fact = {.id = list[i].id,
                                             .kind = (enum rule_trigger)kind,
                                             .at = list[i].said,
                                             .jurisdiction =
                                                 duty_place(k->pack, list[i].jurisdiction)};
            if (text_equal(rule_trigger_word(fact.kind), list[i].kind) &&
                counts(list, count, &list[i]))
                arena_push(k->arena, &facts, &k->out->matter.fact_count, sizeof fact, &fact);
        }
    k->out->matter.facts = facts;
    return status;
}

static enum status read_rows(struct reading *k, struct err *err)
{
    struct matter_report *reports = NULL;
    struct matter_waived *waived = NULL;
    enum status status =
        duty_list(&k->out->rows, &k->out->row_count, k->arena, k->app->store, k->row->id, err);
    for (size_t i = 0; status == OK && i < k->out->row_count; i++) {
        const struct duty_row *row = &k->out->rows[i];
        const struct matter_report report = {row->rule, row->country, row->met_ms};
        const struct matter_waived no = {row->rule, row->country};
        if (row->state == DUTY_MET && !row->informs)
            arena_push(k->arena, &reports, &k->out->matter.report_count, sizeof report, &report);
        if (row->state == DUTY_WAIVED)
            arena_push(k->arena, &waived, &k->out->matter.waived_count, sizeof no, &no);
    }
    k->out->matter.reports = reports;
    k->out->matter.waived = waived;
    return status;
}

/* Of all products of the maker; one that says nothing makes it unknown. */
static enum status read_scope(struct reading *k, struct err *err)
{
    static const char *const words[] = {
        [SCOPE_MDR] = "mdr", [SCOPE_IVDR] = "ivdr", [SCOPE_CRA] = "cra"};
    struct product *list = NULL;
    size_t count = 0;
    unsigned all = 0;
    enum status status = product_list(&list, &count, k->arena, k->app->store, err);
    for (size_t i = 0; status == OK && i < count; i++) {
        unsigned one = 0;
        for (unsigned s = SCOPE_MDR; s <= SCOPE_CRA; s++)
            if (list[i].scope != NULL && text_equal(list[i].scope, words[s]))
                one = 1u << s;
        if (one == 0)
            return OK;
        all |= one;
    }
    k->out->matter.scope = all;
    return status;
}

enum status case_matter_read(struct case_matter *out, struct arena *arena, struct app *app,
                             const struct case_file *row, const struct pack *pack, struct err *err)
{
    struct reading k = {out, app, arena, row, pack};
    *out = (struct case_matter){0};
    enum status status = read_decisions(&k, err);
    if (status == OK)
        status = read_facts(&k, err);
    if (status == OK)
        status = read_rows(&k, err);
    return status == OK ? read_scope(&k, err) : status;
}

enum status case_unused(struct duty_unused **out, size_t *count, struct arena *arena,
                        struct app *app, const struct case_file *row, const struct duty_book *book,
                        struct err *err)
{
    struct case_matter known;
    struct duty_list list = {0};
    const struct duty_rules rules = duty_book_rules(book);
    *out = NULL;
    *count = 0;
    if (book->why.code != OK)
        return OK; /* said by duty_refresh, as a task */
    enum status status = case_matter_read(&known, arena, app, row, rules.pack, err);
    if (status == OK)
        status = duty_compute(&list, arena, &rules, &known.matter, err);
    *out = list.unused;
    *count = list.unused_count;
    return status;
}
