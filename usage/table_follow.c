/* Words of help: follow. */
#include "usage/usage.h"

static const struct usage_sub status_subs[] = {
    {"",
     "[ID]",
     "The board: clocks by urgency, each advisory, open tasks.",
     "tocsin status --watch",
     "--watch, --ical and --json go one at a time.",
     {{"watch", NULL, "on a terminal: draw it anew every two seconds, until q"},
      {"ical", NULL, "all deadlines as a calendar (RFC 5545)"}}}};

static const struct usage_sub chase_subs[] = {
    {"",
     "[ID]",
     "Who was asked and has not answered, and what comes next by itself.",
     "tocsin chase EXM-2026-0007 --csv",
     NULL,
     {{"csv", NULL, "as a table for a spreadsheet"}}}};

static const struct usage_sub ack_subs[] = {
    {"",
     "PARTY ID received|done|not-here|question --by PERSON --how phone|mail|letter",
     "Log an answer that a person took down. A group answers for all of its sites.",
     "tocsin ack st-anna EXM-2026-0007 done --by weber --how phone --units 2",
     NULL,
     {{"by", "PERSON", "who took it down"},
      {"how", "phone|mail|letter", "how it came"},
      {"units", "N", "how many devices; of a distributor: how many it has told in turn"},
      {"note", "TEXT", "what they said"}}}};

static const struct usage_sub task_subs[] = {
    {"list",
     "",
     "Work for people: open tasks.",
     "tocsin task list --all",
     NULL,
     {{"all", NULL, "also those that are done"}}},
    {"show",
     "N",
     "One task: whom it is about, with answer codes.",
     "tocsin task show 2",
     NULL,
     {{0}}},
    {"done",
     "N --by PERSON",
     "Close a task, and every notice that waited for it.",
     "tocsin task done 2 --by weber --proof receipt.pdf --ref FR-4711",
     "A portal or letter task closes only with proof.",
     {{"by", "PERSON", "who did it"},
      {"proof", "FILE", "the portal's receipt, the proof of posting; it is kept"},
      {"ref", "REF", "the reference that was given"},
      {"at", "INSTANT", "when it was done, if that was earlier"}}}};

#define CHANGE                                                                                     \
    {"by", "PERSON", "who wants it"},                                                              \
    {                                                                                              \
        "reason", "TEXT", "why; both stand in the record"                                          \
    }

static const struct usage_sub notice_subs[] = {
    {"list",
     "[ID]",
     "Single notices, one line each.",
     "tocsin notice list EXM-2026-0007 --state tasked",
     NULL,
     {{"state", "STATE",
       "planned, sealing, ready, sending, dotted, uncertain, accepted, passed, answered, tasked, "
       "superseded or cancelled"},
      {"version", "V", "with ID: another version than the newest"}}},
    {"show",
     "CODE",
     "One notice, with its tries and receipts.",
     "tocsin notice show K7Q2MXA",
     NULL,
     {{0}}},
    {"retry",
     "CODE --by PERSON --reason TEXT",
     "Try a notice again, now, from its first contact on.",
     "tocsin notice retry K7Q2MXA --by weber --reason \"their relay is back\"",
     NULL,
     {CHANGE}},
    {"cancel",
     "CODE --by PERSON --reason TEXT",
     "A notice that has not left is not sent.",
     "tocsin notice cancel K7Q2MXA --by weber --reason \"no device left there\"",
     NULL,
     {CHANGE}},
    {"resend",
     "CODE --to ADDRESS | --unserved ID --by PERSON --reason TEXT",
     "Correct an address and send there; or retry all of an advisory that a person has.",
     "tocsin notice resend K7Q2MXA --to it@new.example --by weber --reason \"phoned\"",
     "A corrected address holds in the register, too: write it into parties.csv as well.",
     {{"to", "ADDRESS", "the right address"},
      {"unserved", NULL, "every notice of the advisory ID that a person has"},
      CHANGE}}};

static const struct usage_sub receipt_subs[] = {
    {"import",
     "MAILDIR|FILE|-",
     "Read what came back: bounces, reports, answers. `run` does so with inbox/.",
     "tocsin receipt import - < answer.eml",
     NULL,
     {{0}}},
    {"list", "", "What came back, and what it changed.", "tocsin receipt list", NULL, {{0}}},
    {"show",
     "MESSAGE",
     "One message as it came, by eight digits of its hash.",
     "tocsin receipt show 4530ceac",
     NULL,
     {{0}}}};

#define SUBS(list) list, sizeof(list) / sizeof(list)[0]
static const struct usage_command commands[] = {
    {"status", "the board", SUBS(status_subs)},
    {"chase", "who was asked and has not answered", SUBS(chase_subs)},
    {"ack", "log an answer", SUBS(ack_subs)},
    {"task", "work for people", SUBS(task_subs)},
    {"notice", "single notices, and changing their course by hand", SUBS(notice_subs)},
    {"receipt", "read what came back", SUBS(receipt_subs)}};
const struct usage_group usage_follow = {"follow", SUBS(commands)};
