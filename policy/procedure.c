/* How the maker's own people work: what an auditor compares with the records. */
#include "policy/policy.h"

#include "cases/source.h"
#include "policy/german.h"
#include "policy/span.h"

static void add_row(struct str *out, const char *what, int64_t ms)
{
    str_addf(out, "| %s | ", what);
    policy_add_span(out, ms);
    str_add(out, " |\n");
}

static void add_sources(struct str *out)
{
    str_add(out, "## Where reports come from\n\n"
                 "One register for each of the seven sources of IEC 81001-5-1, 9.2, also while it "
                 "is empty, with the day on which it was last looked through:\n\n");
    for (int i = 0; i < CASE_SOURCE_COUNT; i++)
        str_addf(out, "* %s) %s\n", case_source_word((enum case_source)i),
                 case_source_about((enum case_source)i));
}

static void add_closure(struct str *out)
{
    str_add(out, "\n## How each is tracked to closure\n\n"
                 "Each report is a case with a number, an owner and a state: received, "
                 "acknowledged, screened, triaged, investigated, confirmed or not, remedied, "
                 "disclosed or not with a reason, published, verified, closed. No case is closed "
                 "without outcome, decision on disclosure with its reason, the reporter being "
                 "told, and the word of a person who may. Every step is an entry of an append-only "
                 "log.\n");
}

static void add_clocks(struct str *out, const struct settings *s)
{
    str_add(out, "\n## Clocks\n\nOur own promises; what law asks for is in the rules that were "
                 "adopted, and counted apart.\n\n| what | within |\n|---|---|\n");
    str_addf(out, "| the reporter hears that we have the report | %lld working day%s in %s |\n",
             (long long)s->cases.acknowledge_days, s->cases.acknowledge_days == 1 ? "" : "s",
             s->maker.country);
    add_row(out, "the case has an owner", s->cases.unassigned_ms);
    add_row(out, "it is triaged or screened out", s->cases.triage_ms);
    add_row(out, "the reporter hears how it stands, again and again", s->cases.news_ms);
    add_row(out, "everybody who must know is told, after approval", s->release.notify_within_ms);
    add_row(out, "recipients are asked to answer, after approval", s->release.answer_within_ms);
    add_row(out, "an uncertain delivery is tried again", s->retry.uncertain_ms);
    add_row(out, "a message can still come back after delivery", s->mail.bounce_watch_ms);
}

static void add_release(struct str *out, const struct settings *s)
{
    const char *between = "";
    str_addf(out,
             "\n## Release\n\nAn advisory is released by %s over its exact bytes, by who has "
             "one of these roles: ",
             s->release.approvals == 1 ? "one signature" : "signatures of two different persons");
    for (int i = 0; i < ROLE_COUNT; i++)
        if ((s->release.roles & 1u << i) != 0) {
            str_addf(out, "%s%s", between, role_word((enum role)i));
            between = ", ";
        }
    str_add(out, ".\n");
}

static void add_protection(struct str *out, const struct settings *s)
{
    str_addf(out,
             "\n## Protection\n\nNotices are signed, and sealed to the recipient's pinned key. "
             "Who has none gets TLP:CLEAR at level %s and TLP:GREEN at level %s; TLP:AMBER and "
             "TLP:RED are always sealed. Sealed notices are made in the form %s when they are "
             "immediate, %s when they are updates.\n",
             level_word(s->sealing.clear), level_word(s->sealing.green),
             form_word(s->sealing.immediate), form_word(s->sealing.update));
}

/* Which party a schedule is for stays in the house. */
static void add_digests(struct str *out, const struct settings *s)
{
    str_add(out, "\n## Digests\n\n");
    if (s->digest_count == 0)
        str_add(out, "There are none.\n");
    for (size_t i = 0; i < s->digest_count; i++)
        str_addf(out, "* %s%s: `%s`, in zone %s where the recipient names none\n",
                 party_kind_word(s->digests[i].for_kind),
                 s->digests[i].only != NULL ? " (some of them)" : "", s->digests[i].rrule,
                 s->digests[i].zone);
}

static void add_english(struct str *out, const struct settings *s)
{
    str_addf(out,
             "# Product security incident response procedure of %s\n\n"
             "How to report stands in the disclosure policy (" POLICY_CVD_NAME
             ") and in " POLICY_SECURITY_NAME ".\n\n",
             s->maker.name);
    add_sources(out);
    add_closure(out);
    add_clocks(out, s);
    add_release(out, s);
    add_protection(out, s);
    add_digests(out, s);
}

void policy_procedure(struct str *out, const struct settings *s)
{
    if (s->policy.texts != POLICY_GERMAN)
        add_english(out, s);
    if (s->policy.texts == POLICY_BOTH)
        str_add_c(out, '\n');
    if (s->policy.texts != POLICY_ENGLISH)
        policy_german_procedure(out, s);
}
