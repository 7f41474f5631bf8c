#include "base/word.h"

#include <assert.h>
#include <string.h>

static bool word_find(int *out, const char *const words[], int count, const char *text)
{
    if (text == NULL)
        return false;
    for (int i = 0; i < count; i++) {
        if (strcmp(words[i], text) == 0) {
            *out = i;
            return true;
        }
    }
    return false;
}

/* One list gives both directions. */
#define WORD_TO_TEXT(name, type, count)                                                            \
    const char *name##_word(type v)                                                                \
    {                                                                                              \
        assert((int)v >= 0 && (int)v < (int)(count));                                              \
        return name##_words[v];                                                                    \
    }
#define TEXT_TO_WORD(name, type, count)                                                            \
    bool name##_of(type *out, const char *text)                                                    \
    {                                                                                              \
        int found = 0;                                                                             \
        if (!word_find(&found, name##_words, (int)(count), text))                                  \
            return false;                                                                          \
        *out = (type)found;                                                                        \
        return true;                                                                               \
    }

static const char *const party_kind_words[PARTY_KIND_COUNT] = {
    "regulator", "complaint",      "hdo",         "distributor",
    "importer",  "representative", "coordinator", "reporter"};
static const char *const route_words[ROUTE_COUNT] = {"smtp", "file", "portal", "letter", "phone"};
static const char *const tlp_words[TLP_COUNT] = {"CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"};
static const char *const level_words[LEVEL_COUNT] = {"sealed", "tls", "waiting", "task"};
static const char *const notice_kind_words[NOTICE_KIND_COUNT] = {
    "immediate", "update",          "digest", "reminder", "escalation",
    "waiting",   "acknowledgement", "alarm",  "release"};
static const char *const form_words[FORM_COUNT] = {"personal", "broadcast"};
static const char *const notice_state_words[STATE_COUNT] = {
    "planned",  "sealing", "ready",    "sending", "dotted",     "uncertain",
    "accepted", "passed",  "answered", "tasked",  "superseded", "cancelled"};
static const char *const notice_event_words[EVENT_COUNT] = {
    "claim", "sealed", "begin",      "dot",      "accepted",  "deferred",  "uncertain", "reroute",
    "task",  "resend", "watch-over", "answered", "task-done", "supersede", "cancel"};
static const char *const verdict_words[VERDICT_COUNT] = {"accepted", "deferred", "refused",
                                                         "uncertain"};
static const char *const grade_words[GRADE_COUNT] = {
    "none", "taken", "passed-on", "delivered", "displayed", "answered", "action", "bounced"};
static const char *const answer_words[ANSWER_COUNT] = {"received", "done", "not-here", "question"};
static const char *const task_kind_words[TASK_KIND_COUNT] = {
    "portal", "letter", "phone", "key", "bounced", "inbound", "config", "poison", "question"};
static const char *const role_words[ROLE_COUNT] = {"psirt", "regulatory", "quality", "safety",
                                                   "service"};
static const char *const advisory_state_words[ADVISORY_STATE_COUNT] = {
    "submitted", "approved", "planning", "released", "superseded"};
static const char *const case_source_words[CASE_SOURCE_COUNT] = {"a", "b", "c", "d", "e", "f", "g"};
static const char *const case_state_words[CASE_STATE_COUNT] = {
    "received",     "acknowledged", "accepted",         "duplicate",   "not-ours",
    "not-security", "triaged",      "investigating",    "confirmed",   "not-confirmed",
    "remediation",  "disclose",     "withhold",         "drafted",     "published",
    "verified",     "closed",       "waiting-reporter", "transferred", "reopened"};
static const char *const reportability_words[REPORTABILITY_COUNT] = {"reportable", "not-reportable",
                                                                     "not-applicable"};
static const char *const fact_class_words[FACT_CLASS_COUNT] = {"employee", "manager",
                                                               "representative", "other"};
static const char *const link_kind_words[LINK_KIND_COUNT] = {"advisory", "complaint", "capa",
                                                             "risk", "case"};
static const char *const message_way_words[MESSAGE_WAY_COUNT] = {"in", "out", "note"};
static const char *const duty_state_words[DUTY_STATE_COUNT] = {"waiting", "running", "met",
                                                               "waived", "withdrawn"};
static const char *const hold_state_words[HOLD_STATE_COUNT] = {"standing", "ended", "bypassed"};

WORD_TO_TEXT(party_kind, enum party_kind, PARTY_KIND_COUNT)
WORD_TO_TEXT(route, enum route, ROUTE_COUNT)
WORD_TO_TEXT(tlp, enum tlp, TLP_COUNT)
WORD_TO_TEXT(level, enum level, LEVEL_COUNT)
WORD_TO_TEXT(notice_kind, enum notice_kind, NOTICE_KIND_COUNT)
WORD_TO_TEXT(form, enum form, FORM_COUNT)
WORD_TO_TEXT(notice_state, enum notice_state, STATE_COUNT)
WORD_TO_TEXT(notice_event, enum notice_event, EVENT_COUNT)
WORD_TO_TEXT(verdict, enum verdict, VERDICT_COUNT)
WORD_TO_TEXT(grade, enum grade, GRADE_COUNT)
WORD_TO_TEXT(answer, enum answer, ANSWER_COUNT)
WORD_TO_TEXT(task_kind, enum task_kind, TASK_KIND_COUNT)
WORD_TO_TEXT(role, enum role, ROLE_COUNT)
WORD_TO_TEXT(advisory_state, enum advisory_state, ADVISORY_STATE_COUNT)
WORD_TO_TEXT(case_source, enum case_source, CASE_SOURCE_COUNT)
WORD_TO_TEXT(case_state, enum case_state, CASE_STATE_COUNT)
WORD_TO_TEXT(reportability, enum reportability, REPORTABILITY_COUNT)
WORD_TO_TEXT(fact_class, enum fact_class, FACT_CLASS_COUNT)
WORD_TO_TEXT(link_kind, enum link_kind, LINK_KIND_COUNT)
WORD_TO_TEXT(message_way, enum message_way, MESSAGE_WAY_COUNT)
WORD_TO_TEXT(duty_state, enum duty_state, DUTY_STATE_COUNT)
WORD_TO_TEXT(hold_state, enum hold_state, HOLD_STATE_COUNT)

TEXT_TO_WORD(party_kind, enum party_kind, PARTY_KIND_COUNT)
TEXT_TO_WORD(route, enum route, ROUTE_COUNT)
TEXT_TO_WORD(tlp, enum tlp, TLP_COUNT)
TEXT_TO_WORD(level, enum level, LEVEL_COUNT)
TEXT_TO_WORD(notice_kind, enum notice_kind, NOTICE_KIND_COUNT)
TEXT_TO_WORD(form, enum form, FORM_COUNT)
TEXT_TO_WORD(notice_state, enum notice_state, STATE_COUNT)
TEXT_TO_WORD(verdict, enum verdict, VERDICT_COUNT)
TEXT_TO_WORD(grade, enum grade, GRADE_COUNT)
TEXT_TO_WORD(answer, enum answer, ANSWER_COUNT)
TEXT_TO_WORD(task_kind, enum task_kind, TASK_KIND_COUNT)
TEXT_TO_WORD(role, enum role, ROLE_COUNT)
TEXT_TO_WORD(advisory_state, enum advisory_state, ADVISORY_STATE_COUNT)
TEXT_TO_WORD(case_source, enum case_source, CASE_SOURCE_COUNT)
TEXT_TO_WORD(case_state, enum case_state, CASE_STATE_COUNT)
TEXT_TO_WORD(reportability, enum reportability, REPORTABILITY_COUNT)
TEXT_TO_WORD(fact_class, enum fact_class, FACT_CLASS_COUNT)
TEXT_TO_WORD(link_kind, enum link_kind, LINK_KIND_COUNT)
TEXT_TO_WORD(message_way, enum message_way, MESSAGE_WAY_COUNT)
TEXT_TO_WORD(duty_state, enum duty_state, DUTY_STATE_COUNT)
TEXT_TO_WORD(hold_state, enum hold_state, HOLD_STATE_COUNT)

int party_kind_priority(enum party_kind kind)
{
    switch (kind) {
    case PARTY_REGULATOR:
        return 0;
    case PARTY_COMPLAINT: /* told first or at once: hospitals will phone them */
        return 1;
    case PARTY_REPRESENTATIVE:
    case PARTY_COORDINATOR:
        return 2;
    case PARTY_HDO:
        return 3;
    case PARTY_DISTRIBUTOR:
    case PARTY_IMPORTER:
        return 4;
    case PARTY_REPORTER:
        return 5;
    case PARTY_KIND_COUNT:
        break;
    }
    return 9;
}
