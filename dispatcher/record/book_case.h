/*
 * dispatcher/record/book_case - what a replay remembers of cases. Pure.
 *
 * As dispatcher/record/book: rows are digested by the same functions, from an entry or from the
 * store.
 */
#ifndef TOCSIN_DISPATCHER_BOOK_CASE_H
#define TOCSIN_DISPATCHER_BOOK_CASE_H

#include "cases/stand.h"
#include "dispatcher/record/book.h"
#include "dispatcher/record/book_duty.h"
#include "store/case.h"
#include "store/report.h"

/* A text behind a commitment. */
struct book_text {
    struct digest digest;
    bool erased;
};
void book_text_set(struct book_text *out, const char *text, bool known);
/* Of the row; erased: true whatever it says. */
bool book_text_is(const struct book_text *text, const char *row);

struct book_fact {
    int64_t id;
    struct digest kind; /* of kind and jurisdiction */
    struct book_chain row, choice;
    bool in_force, chosen;
};

struct book_decision {
    int64_t id;
    struct digest jurisdiction;
    struct book_chain row;
    bool in_force;
    int64_t countersigned_ms;
};

struct book_case {
    char *uid;
    enum case_source source;
    struct case_stand stand; /* but owned and has_reporter, which the texts tell */
    struct book_text number, title, reporter, reporter_mail, owner, outcome, closed_by;
    struct book_text disclosure_by, disclosure_reason;
    struct book_chain events, links, messages;
    struct book_fact *facts;
    struct book_decision *decisions;
    size_t fact_count, decision_count;
    struct book_duties duties;
    bool seen;
};

struct book_cases {
    struct book_case *cases;
    size_t count, room;
    struct book_chain reviews, reports;
};
void book_cases_dispose(struct book_cases *cases); /* {0} is fine */
/* NULL: there is none. Borrowed until the next one is added. */
struct book_case *book_case(const struct book_cases *cases, const char *uid);
struct book_case *book_case_add(struct book_cases *cases, const char *uid);

/* known: the personal members of the row are what they were. */
void book_event(struct book_chain *chain, const struct case_event *row, bool known);
void book_link(struct book_chain *chain, const struct case_link *row, bool known);
void book_message(struct book_chain *chain, const struct case_message *row, bool known);
/* With what its numbers mean: the case, the automatic answer, the list of its parts; or NULL. */
struct book_report_names {
    const char *matter, *notice, *parts_sha256;
};
void book_report(struct book_chain *chain, const struct report_row *row,
                 const struct book_report_names *names, bool known);
void book_review(struct book_chain *chain, const struct source_review *row, bool known);

/* A fact as it was recorded; the one that it supersedes is in force and chosen no longer. */
void book_fact(struct book_case *c, const struct case_fact *row, bool known);
/* false: there is no such fact. */
bool book_choose(struct book_case *c, int64_t id, const struct case_fact *choice, bool known);
/* As the store has it, with its choice. */
void book_fact_row(struct book_fact *out, const struct case_fact *row);
void book_decision(struct book_case *c, const struct case_decision *row, bool known);
void book_decision_row(struct book_decision *out, const struct case_decision *row);

#endif
