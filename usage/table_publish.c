/* Words of help: publish. */
#include "usage/usage.h"

static const struct usage_sub check_subs[] = {
    {"",
     "FILE|FOLDER|-...",
     "Judge advisories: CSAF 2.0 and the gate. Needs no configuration; --explain needs no file.",
     "tocsin check --preset full exm-2026-0007.json",
     "Exit 0 accepted, 1 when one is refused, 2 when one cannot be read.",
     {{"preset", "basic|extended|full", "which tests of CSAF 2.0: mandatory, optional, all"},
      {"strict", NULL, "members that the schemas do not know are faults, not a warning"},
      {"explain", "TEST", "what a test such as 6.1.9 or gate.11 asks; `all`: all of them"}}}};

static const struct usage_sub cvss_subs[] = {
    {"",
     "VECTOR...|-",
     "Scores of CVSS vectors (v2, v3.0, v3.1), and how they come about.",
     "tocsin cvss CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
     "- reads vectors from standard input, one a line.",
     {{0}}}};

static const struct usage_sub order_subs[] = {
    {"new",
     "[ID]",
     "Print a commented order to fill in: who is told, by when, an embargo.",
     "tocsin order new EXM-2026-0007 > exm-2026-0007.order",
     "What stands in it: man tocsin-order.",
     {{0}}},
    {"release",
     "ID --now --by PERSON --reason TEXT",
     "End an embargo before its time: all that waits for it goes out. Cannot be taken back.",
     "tocsin order release EXM-2026-0007 --now --by weber --reason \"it leaked\"",
     NULL,
     {{"now", NULL, "that it is meant so, with no instant behind it"},
      {"by", "PERSON", "who says so: an id of people with a role of release.roles"},
      {"reason", "TEXT", "why, for the record"},
      {"version", "V", "another version than the newest"}}}};

static const struct usage_sub submit_subs[] = {
    {"",
     "FILE",
     "Take an advisory in, with what stands beside it: X.order, X.json.asc, X.PERSON.approval.",
     "tocsin submit exm-2026-0007.json",
     "FILE - is standard input. Exit 1: refused, or it waits for waivers.",
     {{"order", "FILE", "the order that goes with it; else X.order beside X.json"},
      {"dry-run", NULL, "only judge it, as check does"}}}};

static const struct usage_sub waive_subs[] = {
    {"",
     "ID TEST POINTER --by PERSON --reason TEXT",
     "Let one finding of the gate pass, or take that back.",
     "tocsin waive EXM-2026-0007 gate.11 /document --by weber --reason \"agreed\"",
     "TEST and POINTER as the gate prints them.",
     {{"by", "PERSON", "who takes the responsibility: role psirt, regulatory or quality"},
      {"reason", "TEXT", "why it may pass"},
      {"version", "V", "when several versions wait"},
      {"withdraw", NULL, "take the waiver back"}}}};

static const struct usage_sub approve_subs[] = {
    {"",
     "ID --by PERSON",
     "Sign for release; when the signatures suffice, the advisory is approved.",
     "tocsin approve EXM-2026-0007 --by weber",
     "With --signature FILE no --by is needed.",
     {{"by", "PERSON", "who signs: an id of people"},
      {"role", "R", "in which role; else the person's first that releases"},
      {"version", "V", "another version than the newest"},
      {"yes", NULL, "do not ask; needed without a terminal"},
      {"print", NULL, "only print the text, to be signed elsewhere"},
      {"signature", "FILE", "a text signed so, or a detached signature over the advisory"}}}};

static const struct usage_sub plan_subs[] = {
    {"",
     "ID",
     "Who is told, how, by when, and who is not, and why. Changes nothing.",
     "tocsin plan EXM-2026-0007 --why st-anna",
     NULL,
     {{"version", "V", "another version than the newest"},
      {"why", "PARTY", "one party alone, with all that is weighed"},
      {"places", NULL, "by jurisdiction alone: who comes first, what waits for what"}}}};

static const struct usage_sub run_subs[] = {
    {"",
     "",
     "The dispatcher: plans, seals, sends, tries again, reads what comes back.",
     "tocsin run --until-idle",
     "It ends in order at SIGTERM and ctrl-c; a second one on the same store exits 3.",
     {{"until-idle", NULL, "end when nothing is due now"}}}};

#define SUBS(list) list, sizeof(list) / sizeof(list)[0]
static const struct usage_command commands[] = {
    {"check", "judge advisories; needs no configuration", SUBS(check_subs)},
    {"cvss", "scores of CVSS vectors, and how they come about", SUBS(cvss_subs)},
    {"order", "write a commented order to fill in; end an embargo before its time",
     SUBS(order_subs)},
    {"submit", "take an advisory in", SUBS(submit_subs)},
    {"waive", "let one finding of the gate pass, or take that back", SUBS(waive_subs)},
    {"approve", "sign for release", SUBS(approve_subs)},
    {"plan", "who is told, how, by when, and who is not, and why", SUBS(plan_subs)},
    {"run", "the dispatcher", SUBS(run_subs)}};
const struct usage_group usage_publish = {"publish", SUBS(commands)};
