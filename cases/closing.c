#include "cases/closing.h"

#define BIT(lack) (1u << (unsigned)LACK_##lack)

/* Its reason is in the entry of that move. */
static bool needs_no_decision(const struct case_stand *s)
{
    return case_is_screened_out(s->state) || s->state == CASE_TRANSFERRED;
}

/* Since when the reporter could be told what comes of it. */
static int64_t clear_since(const struct case_stand *s)
{
    const int64_t since = s->decided && !needs_no_decision(s) ? s->disclosure_ms : s->state_ms;
    return since > s->reopened_ms ? since : s->reopened_ms;
}

unsigned closing_lacks(const struct closing *c)
{
    const struct case_stand *s = c->stand;
    unsigned lacks = 0;
    if (!case_may(s->state, CASE_CLOSED))
        lacks |= BIT(STATE);
    if (!c->outcome)
        lacks |= BIT(OUTCOME);
    if (!needs_no_decision(s) && !s->decided)
        lacks |= BIT(DISCLOSURE);
    if (s->has_reporter && (s->told_ms == 0 || s->told_ms < clear_since(s)))
        lacks |= BIT(REPORTER);
    if (!c->approver)
        lacks |= BIT(APPROVAL);
    if (s->decided && s->disclosed && !needs_no_decision(s) && c->advisories == 0)
        lacks |= BIT(ADVISORY);
    if (s->state == CASE_DUPLICATE && c->cases == 0)
        lacks |= BIT(CASE);
    if (c->unsigned_yet > 0)
        lacks |= BIT(SIGNATURE);
    if (c->open_duties > 0)
        lacks |= BIT(DUTY);
    if (c->holds > 0 && c->advisories > 0)
        lacks |= BIT(HOLD);
    if (c->untold > 0)
        lacks |= BIT(NOTICE);
    if (c->unreleased > 0)
        lacks |= BIT(RELEASE);
    return lacks;
}

static void say_state(struct str *out, const struct case_stand *s, const char *number)
{
    str_addf(out, "missing: it stands in %s, which is not closed: tocsin case state %s ",
             case_state_word(s->state), number);
    if (s->sided)
        str_add(out, case_state_word(s->back));
    else
        case_next_words(out, s->state);
    str_add(out, " --by PERSON --reason TEXT\n");
}

static void say_duty(struct str *out, const struct closing_duty *d, const char *number)
{
    const char *option = d->country != NULL ? " --country " : "";
    const char *country = d->country != NULL ? d->country : "";
    str_addf(out, "missing: proof for %s%s%s: ", d->rule, d->country != NULL ? " in " : "",
             country);
    if (d->informs)
        str_add(out, "notices of a linked advisory that are out, or: ");
    str_addf(out,
             "tocsin case report %s %s%s%s --number NO --proof FILE --by PERSON; where its "
             "condition does not hold: tocsin case waive %s %s%s%s --by PERSON --reason TEXT\n",
             number, d->rule, option, country, number, d->rule, option, country);
}

void closing_words(struct str *out, unsigned lacks, const struct closing *c, const char *number)
{
    if ((lacks & BIT(STATE)) != 0)
        say_state(out, c->stand, number);
    if ((lacks & BIT(OUTCOME)) != 0)
        str_addf(out, "missing: what came of it: tocsin case close %s --outcome TEXT --by PERSON\n",
                 number);
    if ((lacks & BIT(DISCLOSURE)) != 0)
        str_addf(out,
                 "missing: whether it is disclosed, and why: tocsin case state %s disclose, or "
                 "withhold, --by PERSON --reason TEXT\n",
                 number);
    if ((lacks & BIT(REPORTER)) != 0)
        str_addf(out,
                 "missing: the reporter was not told what comes of it: tell them, then tocsin "
                 "case told %s --how mail --by PERSON --reason TEXT\n",
                 number);
    if ((lacks & BIT(APPROVAL)) != 0)
        str_addf(out,
                 "missing: a person with a role of release.roles: tocsin case close %s --by "
                 "PERSON\n",
                 number);
    if ((lacks & BIT(ADVISORY)) != 0)
        str_addf(out,
                 "missing: the advisory that discloses it: tocsin case link %s ADVISORY --by "
                 "PERSON\n",
                 number);
    if ((lacks & BIT(CASE)) != 0)
        str_addf(out,
                 "missing: the case that it is a duplicate of: tocsin case link %s --case NUMBER "
                 "--by PERSON\n",
                 number);
    if ((lacks & BIT(SIGNATURE)) != 0)
        str_addf(out,
                 "missing: %lld decision%s recorded for somebody: tocsin case countersign %s "
                 "JURISDICTION --by PERSON\n",
                 (long long)c->unsigned_yet, c->unsigned_yet == 1 ? "" : "s", number);
    for (int64_t i = 0; (lacks & BIT(DUTY)) != 0 && i < c->open_duties; i++)
        say_duty(out, &c->duties[i], number);
    if ((lacks & BIT(HOLD)) != 0)
        str_addf(out,
                 "missing: %lld hold%s still: decide there (tocsin case decide %s JURISDICTION "
                 "not-reportable --by PERSON --reason TEXT), hand in what is asked for, or: tocsin "
                 "case hold %s JURISDICTION end --by PERSON --reason TEXT --proof FILE\n",
                 (long long)c->holds, c->holds == 1 ? " stands" : "s stand", number, number);
    if ((lacks & BIT(NOTICE)) != 0)
        str_addf(out,
                 "missing: %lld notice%s of its advisories that %s not out: %s: tocsin task list, "
                 "tocsin "
                 "task done TASK --by PERSON --proof FILE --ref NUMBER, or: tocsin notice cancel "
                 "CODE --by PERSON --reason TEXT\n",
                 (long long)c->untold, c->untold == 1 ? "" : "s", c->untold == 1 ? "is" : "are",
                 c->untold_whom);
    if ((lacks & BIT(RELEASE)) != 0)
        str_addf(out,
                 "missing: linked, and never released: %s: release it (tocsin approve ID --by "
                 "PERSON), or name it in --outcome and say what became of it\n",
                 c->unreleased_which);
}
