/* Words of help: routine. */
#include "usage/usage.h"

static const struct usage_sub advisory_subs[] = {
    {"list",
     "",
     "The versions in the register, and where each stands.",
     "tocsin advisory list",
     NULL,
     {{0}}},
    {"show",
     "ID",
     "One version: where it stands.",
     "tocsin advisory show EXM-2026-0007",
     NULL,
     {{"version", "V", "another one than the last submitted"}}},
    {"diff",
     "ID V1 V2 | --files OLD NEW",
     "What a reader of the first must learn from the second, the worst first.",
     "tocsin advisory diff EXM-2026-0007 1.0.0 2.0.0",
     NULL,
     {{"files", NULL, "compare two CSAF documents; needs no configuration"},
      {"language", "TAG", "in the words of this language (default: en)"}}}};

static const struct usage_sub digest_subs[] = {
    {"list", "", "The schedules of digests.", "tocsin digest list", NULL, {{0}}},
    {"next",
     "[PARTY]",
     "The next ten runs of each schedule, in a party's zone when one is named.",
     "tocsin digest next st-anna",
     NULL,
     {{0}}},
    {"preview",
     "PARTY",
     "The exact text that would go out now.",
     "tocsin digest preview st-anna",
     NULL,
     {{0}}},
    {"send",
     "PARTY --by PERSON --reason TEXT",
     "Put a digest into the queue now; it moves no run of a schedule.",
     "tocsin digest send st-anna --by weber --reason \"they asked\"",
     NULL,
     {{"by", "PERSON", "who asks for it"}, {"reason", "TEXT", "why; both stand in the record"}}}};

static const struct usage_sub drill_subs[] = {
    {"",
     "ADVISORY|--sample --to internal|PARTY...",
     "Begin an exercise of the whole path; its notices are marked as one.",
     "tocsin drill --sample --to internal",
     "--to internal is our own complaint desk; parties more than one stand behind it.",
     {{"sample", NULL, "a made-up advisory that ships, instead of one that is released"},
      {"to", "PARTY", "who takes part"},
      {"by", "PERSON", "who orders it; needed when others than internal take part"}}},
    {"list", "", "All drills.", "tocsin drill list", NULL, {{0}}},
    {"show", "ID", "How one stands.", "tocsin drill show 1", NULL, {{0}}},
    {"report",
     "ID",
     "Its page, signed by the maker's key when it is over.",
     "tocsin drill report 1",
     NULL,
     {{0}}}};

#define SUBS(list) list, sizeof(list) / sizeof(list)[0]
static const struct usage_command commands[] = {
    {"advisory", "the versions in the register, and what differs between two", SUBS(advisory_subs)},
    {"digest", "schedules of digests, and what one would say now", SUBS(digest_subs)},
    {"drill", "an exercise of the whole path, and what came of it", SUBS(drill_subs)}};
const struct usage_group usage_routine = {"routine", SUBS(commands)};
