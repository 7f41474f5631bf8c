#include "dispatcher/record/book_case.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define COUNT(texts) (sizeof(texts) / sizeof((texts)[0]))
#define NUMBER 24

static const char *number(char out[NUMBER], int64_t n)
{
    (void)snprintf(out, NUMBER, "%" PRId64, n);
    return out;
}

static void add(struct book_chain *chain, const char *const *open, size_t open_count,
                const char *const *closed, size_t closed_count, bool known)
{
    chain->count++;
    digest_add(&chain->open, open, open_count);
    if (known)
        digest_add(&chain->closed, closed, closed_count);
    else
        chain->erased = true;
}

void book_text_set(struct book_text *out, const char *text, bool known)
{
    *out = (struct book_text){.digest = digest_of(known ? text : NULL), .erased = !known};
}

bool book_text_is(const struct book_text *text, const char *row)
{
    const struct digest digest = digest_of(row);
    return text->erased || digest_equal(&text->digest, &digest);
}

void book_cases_dispose(struct book_cases *cases)
{
    for (size_t i = 0; i < cases->count; i++) {
        free(cases->cases[i].uid);
        free(cases->cases[i].facts);
        free(cases->cases[i].decisions);
        book_duties_dispose(&cases->cases[i].duties);
    }
    free(cases->cases);
    *cases = (struct book_cases){0};
}

/* The newest are asked for most. */
struct book_case *book_case(const struct book_cases *cases, const char *uid)
{
    for (size_t i = cases->count; i > 0; i--)
        if (text_equal(cases->cases[i - 1].uid, uid))
            return &cases->cases[i - 1];
    return NULL;
}

struct book_case *book_case_add(struct book_cases *cases, const char *uid)
{
    if (cases->count == cases->room) {
        cases->room = cases->room * 2 + 16;
        cases->cases = xrealloc(cases->cases, cases->room, sizeof cases->cases[0]);
    }
    struct book_case *c = &cases->cases[cases->count++];
    *c = (struct book_case){.uid = xstrdup(uid)};
    return c;
}

/* Whose a case is names a person, a state does not. */
void book_event(struct book_chain *chain, const struct case_event *row, bool known)
{
    char at[NUMBER];
    const bool names = text_equal(row->what, "assigned");
    const char *open[] = {row->what, names ? NULL : row->said, number(at, row->at_ms)};
    const char *closed[] = {names ? row->said : NULL, row->person, row->reason, row->sha256};
    add(chain, open, COUNT(open), closed, COUNT(closed), known);
}

void book_link(struct book_chain *chain, const struct case_link *row, bool known)
{
    char at[NUMBER];
    const char *open[] = {link_kind_word(row->kind), number(at, row->at_ms)};
    const char *closed[] = {row->ref, row->person};
    add(chain, open, COUNT(open), closed, COUNT(closed), known);
}

void book_message(struct book_chain *chain, const struct case_message *row, bool known)
{
    char at[NUMBER];
    const char *open[] = {message_way_word(row->way), number(at, row->at_ms)};
    const char *closed[] = {row->sha256, row->message_id, row->address};
    add(chain, open, COUNT(open), closed, COUNT(closed), known);
}

void book_report(struct book_chain *chain, const struct report_row *row,
                 const struct book_report_names *names, bool known)
{
    char at[NUMBER];
    const char *open[] = {row->outcome, row->encrypted ? "encrypted" : NULL, number(at, row->at_ms),
                          names->matter, names->notice};
    const char *closed[] = {row->sha256, row->message_id, row->sender,
                            row->reason, row->text,       names->parts_sha256};
    add(chain, open, COUNT(open), closed, COUNT(closed), known);
}

void book_review(struct book_chain *chain, const struct source_review *row, bool known)
{
    char at[NUMBER];
    const char *open[] = {case_source_word(row->source), number(at, row->at_ms)};
    const char *closed[] = {row->person, row->note};
    add(chain, open, COUNT(open), closed, COUNT(closed), known);
}

static void digest_fact(struct book_fact *out, const struct case_fact *row, bool known)
{
    char numbers[5][NUMBER];
    const char *kind[] = {row->kind, row->jurisdiction};
    const char *open[] = {number(numbers[0], row->id),
                          number(numbers[1], row->at_ms),
                          row->said,
                          row->zone,
                          fact_class_word(row->class),
                          number(numbers[2], row->entered_ms),
                          number(numbers[3], row->supersedes),
                          number(numbers[4], row->from_fact)};
    const char *closed[] = {row->person, row->source, row->entered_by};
    *out = (struct book_fact){.id = row->id, .in_force = true};
    digest_add(&out->kind, kind, COUNT(kind));
    add(&out->row, open, COUNT(open), closed, COUNT(closed), known);
}

static void digest_choice(struct book_fact *out, const struct case_fact *row, bool known)
{
    char at[NUMBER];
    const char *open[] = {number(at, row->chosen_ms)};
    const char *closed[] = {row->chosen_by, row->chosen_reason};
    out->choice = (struct book_chain){0}; /* the last one is kept */
    add(&out->choice, open, COUNT(open), closed, COUNT(closed), known);
}

void book_fact(struct book_case *c, const struct case_fact *row, bool known)
{
    c->facts = xrealloc(c->facts, c->fact_count + 1, sizeof c->facts[0]);
    digest_fact(&c->facts[c->fact_count++], row, known);
    for (size_t i = 0; i < c->fact_count; i++) {
        if (c->facts[i].id == row->supersedes) {
            c->facts[i].in_force = false;
            c->facts[i].chosen = false;
        }
    }
}

bool book_choose(struct book_case *c, int64_t id, const struct case_fact *choice, bool known)
{
    struct book_fact *chosen = NULL;
    for (size_t i = 0; i < c->fact_count; i++)
        if (c->facts[i].id == id)
            chosen = &c->facts[i];
    if (chosen == NULL)
        return false;
    for (size_t i = 0; i < c->fact_count; i++)
        if (digest_equal(&c->facts[i].kind, &chosen->kind))
            c->facts[i].chosen = false;
    chosen->chosen = true;
    digest_choice(chosen, choice, known);
    return true;
}

void book_fact_row(struct book_fact *out, const struct case_fact *row)
{
    digest_fact(out, row, true);
    out->in_force = row->in_force;
    out->chosen = row->chosen;
    if (row->chosen_ms != 0)
        digest_choice(out, row, true);
}

static void digest_decision(struct book_decision *out, const struct case_decision *row, bool known)
{
    char numbers[3][NUMBER];
    const char *open[] = {number(numbers[0], row->id), row->jurisdiction,
                          reportability_word(row->verdict), number(numbers[1], row->at_ms),
                          number(numbers[2], row->supersedes)};
    const char *closed[] = {row->reason, row->person, row->entered_by, row->proof};
    *out = (struct book_decision){
        .id = row->id, .jurisdiction = digest_of(row->jurisdiction), .in_force = true};
    add(&out->row, open, COUNT(open), closed, COUNT(closed), known);
}

void book_decision(struct book_case *c, const struct case_decision *row, bool known)
{
    struct book_decision next;
    digest_decision(&next, row, known);
    for (size_t i = 0; i < c->decision_count; i++)
        if (digest_equal(&c->decisions[i].jurisdiction, &next.jurisdiction))
            c->decisions[i].in_force = false;
    c->decisions = xrealloc(c->decisions, c->decision_count + 1, sizeof c->decisions[0]);
    c->decisions[c->decision_count++] = next;
}

void book_decision_row(struct book_decision *out, const struct case_decision *row)
{
    digest_decision(out, row, true);
    out->in_force = row->in_force;
    out->countersigned_ms = row->countersigned_ms;
}
