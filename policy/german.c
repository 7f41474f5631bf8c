#include "policy/german.h"

#include "policy/policy.h"
#include "policy/span.h"

/* "innerhalb von 72 Stunden": the dative, as each text here needs it. */
static const struct span_words dative = {
    {"Tag", "Tagen"}, {"Stunde", "Stunden"}, {"Minute", "Minuten"}, {"Sekunde", "Sekunden"}};

static void add_span(struct str *out, int64_t ms)
{
    policy_add_span_in(out, &dative, ms);
}

static void add_workdays(struct str *out, const struct settings *s)
{
    str_addf(out, "%lld Arbeitstag%s", (long long)s->cases.acknowledge_days,
             s->cases.acknowledge_days == 1 ? "" : "en");
}

static void add_promises(struct str *out, const struct settings *s)
{
    str_add(out, "## Was wir zusagen\n\n* Sie hören innerhalb von ");
    add_workdays(out, s);
    str_addf(out, ", dass uns Ihre Meldung vorliegt (Feiertage in %s zählen nicht).\n",
             s->maker.country);
    str_add(out, "* Innerhalb von ");
    add_span(out, s->cases.unassigned_ms);
    str_add(out, " ist bei uns jemand dafür verantwortlich.\n* Innerhalb von ");
    add_span(out, s->cases.triage_ms);
    str_add(out, " ist sie beurteilt, oder Sie wissen, dass sie uns nicht betrifft.\n"
                 "* Solange sie offen ist, hören Sie spätestens nach jeweils ");
    add_span(out, s->cases.news_ms);
    str_add(out, " von uns.\n* Sie wird nicht geschlossen, bevor Sie wissen, wie sie ausging, und "
                 "bevor eine benannte Person mit Begründung entschieden hat, ob sie offengelegt "
                 "wird.\n\n");
}

void policy_german_cvd(struct str *out, const struct settings *s)
{
    str_addf(out,
             "# Richtlinie von %s zur koordinierten Offenlegung von Schwachstellen\n\n"
             "## Wie Sie melden\n\nSchreiben Sie an <%s>. Sprachen: %s.\n",
             s->maker.name, policy_contact(s), s->policy.languages);
    if (s->policy.encryption != NULL)
        str_addf(out, "\nEin Schlüssel für verschlüsselte Meldungen: <%s>.\n",
                 s->policy.encryption);
    str_add(out, "\nBitte sagen Sie, um welches Produkt in welcher Version es geht, was Sie "
                 "gesehen haben, wie man es wieder sieht, und ob Sie von geschädigten Patienten "
                 "oder von Angriffen wissen. Bitte senden Sie keine Patientendaten.\n\n");
    add_promises(out, s);
    str_add(out, "## Wie wir offenlegen\n\nEine Schwachstelle, die offengelegt wird, steht in "
                 "einem Sicherheitshinweis (CSAF 2.0). Wer davon wissen muss, erfährt es innerhalb "
                 "von ");
    add_span(out, s->release.notify_within_ms);
    str_add(out, " nach der Freigabe, wenn die Anweisung zu einem Hinweis keine andere Zeit nennt; "
                 "Behörden, die vorher zu unterrichten sind, kommen zuerst.\n");
    if (s->maker.url != NULL)
        str_addf(out, "\nHinweise werden veröffentlicht unter <%s>.\n", s->maker.url);
    if (s->policy.csaf != NULL)
        str_addf(out, "\nFür Maschinen: <%s>.\n", s->policy.csaf);
    if (s->policy.url != NULL)
        str_addf(out, "\nDiese Richtlinie ist veröffentlicht unter <%s>.\n", s->policy.url);
}

static void add_sources(struct str *out)
{
    static const char *const about[CASE_SOURCE_COUNT] = {"Sicherheitsprüfer",
                                                         "Zulieferer von Komponenten",
                                                         "Entwickler und Prüfer",
                                                         "Anwender",
                                                         "Protokolle von Ereignissen",
                                                         "Forscher",
                                                         "Listen bekannter Schwachstellen"};
    str_add(out, "## Woher Meldungen kommen\n\nEin Register für jede der sieben Quellen der IEC "
                 "81001-5-1, 9.2, auch solange es leer ist, mit dem Tag, an dem es zuletzt "
                 "durchgesehen wurde:\n\n");
    for (int i = 0; i < CASE_SOURCE_COUNT; i++)
        str_addf(out, "* %s) %s\n", case_source_word((enum case_source)i), about[i]);
}

static void add_row(struct str *out, const char *what, int64_t ms)
{
    str_addf(out, "| %s | ", what);
    add_span(out, ms);
    str_add(out, " |\n");
}

static void add_clocks(struct str *out, const struct settings *s)
{
    str_add(out, "\n## Fristen\n\nUnsere eigenen Zusagen; was Gesetze verlangen, steht in den "
                 "übernommenen Regeln und wird gesondert gezählt.\n\n| was | innerhalb von "
                 "|\n|---|---|\n| wer meldet, hört, dass uns die Meldung vorliegt | ");
    add_workdays(out, s);
    str_addf(out, " in %s |\n", s->maker.country);
    add_row(out, "der Fall hat eine verantwortliche Person", s->cases.unassigned_ms);
    add_row(out, "er ist beurteilt oder ausgesondert", s->cases.triage_ms);
    add_row(out, "wer meldete, hört, wie es steht, immer wieder", s->cases.news_ms);
    add_row(out, "alle, die es wissen müssen, wissen es, nach der Freigabe",
            s->release.notify_within_ms);
    add_row(out, "Empfänger sollen antworten, nach der Freigabe", s->release.answer_within_ms);
    add_row(out, "eine ungewisse Zustellung wird wieder versucht", s->retry.uncertain_ms);
    add_row(out, "eine Nachricht kann nach der Zustellung noch zurückkommen",
            s->mail.bounce_watch_ms);
}

static void add_release(struct str *out, const struct settings *s)
{
    static const char *const about[ROLE_COUNT] = {"PSIRT", "Zulassung", "Qualität", "Sicherheit",
                                                  "Service"};
    const char *between = "";
    str_addf(out,
             "\n## Freigabe\n\nEin Hinweis wird freigegeben durch %s über seine genauen Bytes, von "
             "Personen mit einer dieser Rollen: ",
             s->release.approvals == 1 ? "eine Unterschrift"
                                       : "Unterschriften zweier verschiedener Personen");
    for (int i = 0; i < ROLE_COUNT; i++)
        if ((s->release.roles & 1u << i) != 0) {
            str_addf(out, "%s%s (%s)", between, about[i], role_word((enum role)i));
            between = ", ";
        }
    str_add(out, ".\n");
}

static void add_rest(struct str *out, const struct settings *s)
{
    str_addf(out,
             "\n## Schutz\n\nNachrichten sind unterschrieben, und versiegelt für den "
             "festgehaltenen Schlüssel des Empfängers. Wer keinen hat, bekommt TLP:CLEAR in der "
             "Stufe %s und TLP:GREEN in der Stufe %s; TLP:AMBER und TLP:RED sind immer versiegelt. "
             "Versiegelte Nachrichten haben die Form %s, wenn sie sofort, und %s, wenn sie als "
             "Änderung kommen.\n\n## Übersichten\n\n",
             level_word(s->sealing.clear), level_word(s->sealing.green),
             form_word(s->sealing.immediate), form_word(s->sealing.update));
    if (s->digest_count == 0)
        str_add(out, "Es gibt keine.\n");
    for (size_t i = 0; i < s->digest_count; i++)
        str_addf(out, "* %s%s: `%s`, in der Zone %s, wo der Empfänger keine nennt\n",
                 party_kind_word(s->digests[i].for_kind),
                 s->digests[i].only != NULL ? " (einige von ihnen)" : "", s->digests[i].rrule,
                 s->digests[i].zone);
}

void policy_german_procedure(struct str *out, const struct settings *s)
{
    str_addf(out,
             "# Verfahren von %s bei Schwachstellen in Produkten (PSIRT)\n\nWie zu melden ist, "
             "steht in der Richtlinie (" POLICY_CVD_NAME ") und in " POLICY_SECURITY_NAME ".\n\n",
             s->maker.name);
    add_sources(out);
    str_add(out, "\n## Wie jede bis zum Abschluss verfolgt wird\n\nJede Meldung ist ein Fall mit "
                 "Nummer, verantwortlicher Person und Stand: eingegangen, bestätigt, gesichtet, "
                 "beurteilt, untersucht, bestätigt oder nicht, behoben, offengelegt oder mit "
                 "Begründung nicht, veröffentlicht, überprüft, geschlossen. Kein Fall wird "
                 "geschlossen ohne Ergebnis, Entscheidung über die Offenlegung mit Begründung, "
                 "Nachricht an die meldende Person und das Wort einer befugten Person. Jeder "
                 "Schritt ist ein Eintrag eines Protokolls, an das nur angefügt wird.\n");
    add_clocks(out, s);
    add_release(out, s);
    add_rest(out, s);
}
