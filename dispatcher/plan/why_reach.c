#include "dispatcher/plan/why_reach.h"

static const char *market_word(enum market_verdict verdict)
{
    static const char *const words[] = {
        [MARKET_IN] = "in", [MARKET_OUT] = "out", [MARKET_DOUBT] = "unknown"};
    return words[verdict];
}

static const char *copy_word(enum copy copy)
{
    static const char *const words[] = {
        [COPY_ASKED] = "asked", [COPY_DOUBT] = "unknown", [COPY_UNASKED] = "not_asked"};
    return words[copy];
}

enum status why_reach_read(struct why_reach *out, struct arena *arena, struct app *app,
                           const struct dossier *d, const struct party *party, struct err *err)
{
    *out = (struct why_reach){.asked = d->csaf != NULL && !d->row.exercise};
    if (!out->asked)
        return OK;
    out->copies = party->kind == PARTY_REPRESENTATIVE;
    if (out->copies)
        reach_copy(&out->copy, arena, app, d, party);
    return reach_judge(&out->market, arena, app, d, party, err);
}

void why_reach_say(struct str *out, const struct why_reach *reach, const struct party *party)
{
    static const char *const means[] = {[MARKET_IN] = "on it",
                                        [MARKET_OUT] = "not on it",
                                        [MARKET_DOUBT] = "leaves nobody out here"};
    static const char *const asks[] = {[COPY_ASKED] = "a rule asks for it",
                                       [COPY_DOUBT] = "not known, so yes",
                                       [COPY_UNASKED] = "no rule asks for it"};
    if (party->territory != NULL)
        str_addf(out, "territory: %s\n", party->territory);
    if (!reach->asked)
        return;
    str_addf(out, "market: %s: %s\n", means[reach->market.verdict], reach->market.why);
    if (reach->copies)
        str_addf(out, "copy: %s: %s\n", asks[reach->copy.copy], reach->copy.why);
}

void why_reach_json(struct json_out *j, const struct why_reach *reach, const struct party *party)
{
    json_out_text(j, "territory", party->territory);
    if (reach->asked) {
        json_out_object(j, "market");
        json_out_text(j, "result", market_word(reach->market.verdict));
        json_out_text(j, "why", reach->market.why);
        json_out_end(j);
    } else
        json_out_null(j, "market");
    if (reach->copies) {
        json_out_object(j, "copy");
        json_out_text(j, "result", copy_word(reach->copy.copy));
        json_out_text(j, "rule", reach->copy.rule != NULL ? reach->copy.rule->id : NULL);
        json_out_text(j, "why", reach->copy.why);
        json_out_end(j);
    } else
        json_out_null(j, "copy");
}
