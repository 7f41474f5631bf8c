/*
 * base/word - the words that code, SQL, evidence, templates and the command
 * line share, each list once. The text of a word never changes: it is in stores
 * and evidence. SQL CHECK lists are proven equal to these by a test.
 */
#ifndef TOCSIN_BASE_WORD_H
#define TOCSIN_BASE_WORD_H

#include <stdbool.h>
#include <stddef.h>

/* An organisation to be told. */
enum party_kind {
    PARTY_REGULATOR,
    PARTY_COMPLAINT, /* the maker's own complaint desk */
    PARTY_HDO,       /* hospital: healthcare delivery organisation */
    PARTY_DISTRIBUTOR,
    PARTY_IMPORTER,
    PARTY_REPRESENTATIVE,
    PARTY_COORDINATOR,
    PARTY_REPORTER,
    PARTY_KIND_COUNT
};

/* How a contact is reached (design.md "parties.csv"). */
enum route { ROUTE_SMTP, ROUTE_FILE, ROUTE_PORTAL, ROUTE_LETTER, ROUTE_PHONE, ROUTE_COUNT };

/* FIRST TLP 2.0. Ordered from open to closed. */
enum tlp { TLP_CLEAR, TLP_GREEN, TLP_AMBER, TLP_AMBER_STRICT, TLP_RED, TLP_COUNT };

/* How the content of a notice is protected on its way; the order is from strong to none. */
enum level {
    LEVEL_SEALED,  /* OpenPGP: signed and encrypted to the pinned key */
    LEVEL_TLS,     /* signed, readable, TLS required to the relay, no device list */
    LEVEL_WAITING, /* a waiting notice: nothing but a reference and whom to call */
    LEVEL_TASK,    /* no mail at all: a person carries it (portal, letter, phone) */
    LEVEL_COUNT
};

enum notice_kind {
    NOTICE_IMMEDIATE,
    NOTICE_UPDATE,
    NOTICE_DIGEST,
    NOTICE_REMINDER,
    NOTICE_ESCALATION,
    NOTICE_WAITING,
    NOTICE_ACKNOWLEDGEMENT, /* to whoever reported a flaw: we have it, and its number */
    NOTICE_ALARM,           /* to a person of ours: a clock runs out, or has */
    NOTICE_RELEASE,         /* to who had a pre-notice: its embargo ended before its day */
    NOTICE_KIND_COUNT
};

/* personal: one operation each; broadcast: sealed once for a group and split. */
enum form { FORM_PERSONAL, FORM_BROADCAST, FORM_COUNT };

/* Where a notice stands. dispatcher/run/state.c holds the table of moves. */
enum notice_state {
    STATE_PLANNED,    /* waits for its time, its lane and a free sealer */
    STATE_SEALING,    /* claimed: a sealer works on it */
    STATE_READY,      /* sealed bytes are in the store; waits for a carrier */
    STATE_SENDING,    /* attempt.begin is durable */
    STATE_DOTTED,     /* attempt.dot is durable: the far side may have it */
    STATE_UNCERTAIN,  /* the answer to the dot was lost: waits for a DSN, then is sent again */
    STATE_ACCEPTED,   /* taken by our relay; bounce watch runs */
    STATE_PASSED,     /* bounce watch over, or a person told them; the answer is still open */
    STATE_ANSWERED,   /* they answered */
    STATE_TASKED,     /* a task of a named person */
    STATE_SUPERSEDED, /* a newer version made it needless before it left */
    STATE_CANCELLED,  /* a named person stopped it, with a reason */
    STATE_COUNT
};

/* What happened to a notice. */
enum notice_event {
    EVENT_CLAIM,     /* taken for sealing */
    EVENT_SEALED,    /* the sealer proved its message */
    EVENT_BEGIN,     /* handed to a carrier */
    EVENT_DOT,       /* all handed over but the final end of data */
    EVENT_ACCEPTED,  /* VERDICT_ACCEPTED */
    EVENT_DEFERRED,  /* VERDICT_DEFERRED, or the work never left this machine */
    EVENT_UNCERTAIN, /* VERDICT_UNCERTAIN, or a carrier lost after the dot */
    EVENT_REROUTE,   /* this route is at its end and there is another */
    EVENT_TASK,      /* no route is left, or a person has to decide */
    EVENT_RESEND,    /* the hold of an uncertain one is over */
    EVENT_WATCH_OVER,
    EVENT_ANSWERED,
    EVENT_TASK_DONE,
    EVENT_SUPERSEDE,
    EVENT_CANCEL,
    EVENT_COUNT
};

/* What the other side said to one attempt. UNCERTAIN is never folded into another. */
enum verdict {
    VERDICT_ACCEPTED,  /* a whole 2xx to the whole body inside the authenticated session */
    VERDICT_DEFERRED,  /* 4yz, no connection, TLS refused: nothing was taken; try again */
    VERDICT_REFUSED,   /* 5yz for this recipient or this message */
    VERDICT_UNCERTAIN, /* everything was handed over and the answer was lost */
    VERDICT_COUNT
};

/* What came back, graded; a better one replaces a worse one. */
enum grade {
    GRADE_NONE,
    GRADE_TAKEN,     /* by our relay */
    GRADE_PASSED_ON, /* by the relay, to a server that sends no DSN */
    GRADE_DELIVERED, /* DSN */
    GRADE_DISPLAYED, /* MDN */
    GRADE_ANSWERED,
    GRADE_ACTION, /* action reported: DONE, NOT HERE */
    GRADE_BOUNCED,
    GRADE_COUNT
};

enum answer { ANSWER_RECEIVED, ANSWER_DONE, ANSWER_NOT_HERE, ANSWER_QUESTION, ANSWER_COUNT };

enum task_kind {
    TASK_PORTAL,
    TASK_LETTER,
    TASK_PHONE,
    TASK_KEY,      /* a key is missing, weak, expired or revoked */
    TASK_BOUNCED,  /* all routes failed */
    TASK_INBOUND,  /* something came back that no program should decide */
    TASK_CONFIG,   /* relay or credentials refuse us */
    TASK_POISON,   /* crashed a worker three times */
    TASK_QUESTION, /* a recipient asks */
    TASK_KIND_COUNT
};

enum role { ROLE_PSIRT, ROLE_REGULATORY, ROLE_QUALITY, ROLE_SAFETY, ROLE_SERVICE, ROLE_COUNT };

enum advisory_state {
    ADVISORY_SUBMITTED,  /* accepted by the gate; waits for signatures */
    ADVISORY_APPROVED,   /* signatures suffice; planning may begin */
    ADVISORY_PLANNING,   /* list root recorded, rows being written */
    ADVISORY_RELEASED,   /* every notice is in the queue */
    ADVISORY_SUPERSEDED, /* a newer version was approved */
    ADVISORY_STATE_COUNT
};

/* From where a case came: the seven sources of IEC 81001-5-1 9.2, by the letters of its list. */
enum case_source {
    SOURCE_TESTER,     /* a: security verification and validation */
    SOURCE_SUPPLIER,   /* b: suppliers of components */
    SOURCE_DEVELOPER,  /* c: developers and testers */
    SOURCE_USER,       /* d: users */
    SOURCE_AUDIT,      /* e: logs of audit events */
    SOURCE_RESEARCHER, /* f: researchers */
    SOURCE_FEED,       /* g: what is known of vulnerabilities in general */
    CASE_SOURCE_COUNT
};

/* Where a case stands. cases/state.c holds the table of moves. */
enum case_state {
    CASE_RECEIVED,
    CASE_ACKNOWLEDGED, /* the reporter knows that we have it */
    CASE_ACCEPTED,     /* screened: it is a matter of security of ours */
    CASE_DUPLICATE,    /* screened: another case has it */
    CASE_NOT_OURS,     /* screened */
    CASE_NOT_SECURITY, /* screened */
    CASE_TRIAGED,
    CASE_INVESTIGATING,
    CASE_CONFIRMED,
    CASE_NOT_CONFIRMED,
    CASE_REMEDIATION,
    CASE_DISCLOSE, /* decided: it is to be disclosed */
    CASE_WITHHOLD, /* decided: it is known and not disclosed */
    CASE_DRAFTED,  /* there is an advisory */
    CASE_PUBLISHED,
    CASE_VERIFIED, /* those who were told, and what they did, has been looked at */
    CASE_CLOSED,
    CASE_WAITING_REPORTER, /* goes back to where it was */
    CASE_TRANSFERRED,      /* another maker or a coordinator has it */
    CASE_REOPENED,
    CASE_STATE_COUNT
};

/* Of one jurisdiction. */
enum reportability { REPORTABLE, NOT_REPORTABLE, NOT_APPLICABLE, REPORTABILITY_COUNT };

/* Who knew or did what a fact says: the clocks of some laws ask for it. */
enum fact_class {
    CLASS_EMPLOYEE,
    CLASS_MANAGER,
    CLASS_REPRESENTATIVE,
    CLASS_OTHER,
    FACT_CLASS_COUNT
};

/* What a case is linked to. */
enum link_kind { LINK_ADVISORY, LINK_COMPLAINT, LINK_CAPA, LINK_RISK, LINK_CASE, LINK_KIND_COUNT };

/* A text of a case's thread: it came, it went, or we wrote it down. */
enum message_way { WAY_IN, WAY_OUT, WAY_NOTE, MESSAGE_WAY_COUNT };

/* A rule in one place of one case. */
enum duty_state {
    DUTY_WAITING, /* its trigger has not happened */
    DUTY_RUNNING,
    DUTY_MET,
    DUTY_WAIVED,    /* a person denied that the rule's condition holds */
    DUTY_WITHDRAWN, /* what it followed from is so no longer */
    DUTY_STATE_COUNT
};

/* A rule that keeps others from being told. */
enum hold_state { HOLD_STANDING, HOLD_ENDED, HOLD_BYPASSED, HOLD_STATE_COUNT };

const char *party_kind_word(enum party_kind v);
const char *route_word(enum route v);
const char *tlp_word(enum tlp v); /* "CLEAR" "GREEN" "AMBER" "AMBER+STRICT" "RED" */
const char *level_word(enum level v);
const char *notice_kind_word(enum notice_kind v);
const char *form_word(enum form v);
const char *notice_state_word(enum notice_state v);
const char *notice_event_word(enum notice_event v);
const char *verdict_word(enum verdict v);
const char *grade_word(enum grade v);
const char *answer_word(enum answer v); /* "received" "done" "not-here" "question" */
const char *task_kind_word(enum task_kind v);
const char *role_word(enum role v);
const char *advisory_state_word(enum advisory_state v);
const char *case_source_word(enum case_source v); /* "a" to "g" */
const char *case_state_word(enum case_state v);
const char *reportability_word(enum reportability v);
const char *fact_class_word(enum fact_class v);
const char *link_kind_word(enum link_kind v);
const char *message_way_word(enum message_way v);
const char *duty_state_word(enum duty_state v);
const char *hold_state_word(enum hold_state v);

/* The other way: false when text (NULL is fine) is no such word. Exact case. */
bool party_kind_of(enum party_kind *out, const char *text);
bool route_of(enum route *out, const char *text);
bool tlp_of(enum tlp *out, const char *text);
bool level_of(enum level *out, const char *text);
bool notice_kind_of(enum notice_kind *out, const char *text);
bool form_of(enum form *out, const char *text);
bool notice_state_of(enum notice_state *out, const char *text);
bool verdict_of(enum verdict *out, const char *text);
bool grade_of(enum grade *out, const char *text);
bool answer_of(enum answer *out, const char *text);
bool task_kind_of(enum task_kind *out, const char *text);
bool role_of(enum role *out, const char *text);
bool advisory_state_of(enum advisory_state *out, const char *text);
bool case_source_of(enum case_source *out, const char *text);
bool case_state_of(enum case_state *out, const char *text);
bool reportability_of(enum reportability *out, const char *text);
bool fact_class_of(enum fact_class *out, const char *text);
bool link_kind_of(enum link_kind *out, const char *text);
bool message_way_of(enum message_way *out, const char *text);
bool duty_state_of(enum duty_state *out, const char *text);
bool hold_state_of(enum hold_state *out, const char *text);

/* Before an authority's notice comes nothing; digests come last. 0 is most urgent. */
int party_kind_priority(enum party_kind kind);

#endif
