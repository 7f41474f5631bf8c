/* What entries say of cases. */
#include "dispatcher/record/replay_inner.h"

static struct book_case *find_case(struct turn *t)
{
    struct book_case *c = book_case(&t->replay->cases, t->subj);
    if (c == NULL)
        replay_differs(t->replay, "entry %lld: case %s was never opened", (long long)t->view.idx,
                       t->subj);
    return c;
}

static void not_a_word(struct turn *t, const char *name)
{
    replay_differs(t->replay, "entry %lld: %s: not a word of ours", (long long)t->view.idx, name);
}

static void set_text(struct book_text *out, struct turn *t, const char *name)
{
    bool known = true;
    const char *text = turn_personal(&known, t, name);
    book_text_set(out, text, known);
}

/* A line of the history: what the entry says, in the words of the row. */
static void add_event(struct book_case *c, struct turn *t, const char *what, const char *said,
                      const char *reason, const char *sha256)
{
    bool known = true;
    struct case_event row = {.what = what, .said = said, .at_ms = t->view.at_ms};
    if (text_equal(what, "assigned"))
        row.said = turn_personal(&known, t, "owner");
    row.person = turn_personal(&known, t, "by");
    row.reason = reason != NULL ? turn_personal(&known, t, reason) : NULL;
    row.sha256 = sha256 != NULL ? turn_personal(&known, t, sha256) : NULL;
    book_event(&c->events, &row, known);
}

void turn_case_opened(struct turn *t)
{
    struct book_case *c = book_case(&t->replay->cases, t->subj);
    if (c != NULL) {
        replay_differs(t->replay, "entry %lld: case %s was opened before", (long long)t->view.idx,
                       t->subj);
        return;
    }
    c = book_case_add(&t->replay->cases, t->subj);
    c->stand = (struct case_stand){
        .state = CASE_RECEIVED, .opened_ms = t->view.at_ms, .state_ms = t->view.at_ms};
    if (!case_source_of(&c->source, turn_text(t, "source")))
        not_a_word(t, "source");
    set_text(&c->number, t, "number");
    set_text(&c->title, t, "title");
    set_text(&c->reporter, t, "reporter");
    set_text(&c->reporter_mail, t, "reporter_mail");
    add_event(c, t, "opened", turn_text(t, "how"), NULL, NULL);
}

void turn_case_assigned(struct turn *t)
{
    struct book_case *c = find_case(t);
    if (c == NULL)
        return;
    set_text(&c->owner, t, "owner");
    add_event(c, t, "assigned", NULL, "reason", NULL);
}

static void move(struct turn *t, struct book_case *c, enum case_state to)
{
    struct err err = {0};
    if (stand_move(&c->stand, to, t->view.at_ms, &err) != OK)
        replay_differs(t->replay, "entry %lld: case %s: %s", (long long)t->view.idx, t->subj,
                       err.text);
}

void turn_case_state(struct turn *t)
{
    enum case_state to;
    struct book_case *c = find_case(t);
    if (c == NULL)
        return;
    const enum case_state from = c->stand.state;
    if (!text_equal(case_state_word(from), turn_text(t, "from")))
        replay_differs(t->replay, "entry %lld: case %s did not stand there", (long long)t->view.idx,
                       t->subj);
    if (!case_state_of(&to, turn_text(t, "state"))) {
        not_a_word(t, "state");
        return;
    }
    move(t, c, to);
    if ((to == CASE_DISCLOSE || to == CASE_WITHHOLD) && !case_is_side(from)) {
        set_text(&c->disclosure_by, t, "by");
        set_text(&c->disclosure_reason, t, "reason");
    }
    if (to == CASE_REOPENED) {
        c->outcome = (struct book_text){0};
        c->closed_by = (struct book_text){0};
    }
    add_event(c, t, "state", case_state_word(to), "reason", NULL);
}

void turn_case_linked(struct turn *t)
{
    bool known = true;
    struct case_link row = {.at_ms = t->view.at_ms};
    struct book_case *c = find_case(t);
    if (c == NULL)
        return;
    if (!link_kind_of(&row.kind, turn_text(t, "kind")))
        not_a_word(t, "kind");
    row.ref = turn_personal(&known, t, "ref");
    row.person = turn_personal(&known, t, "by");
    book_link(&c->links, &row, known);
}

void turn_case_message(struct turn *t)
{
    bool known = true;
    struct case_message row = {.at_ms = t->view.at_ms};
    struct book_case *c = find_case(t);
    if (c == NULL)
        return;
    if (!message_way_of(&row.way, turn_text(t, "way")))
        not_a_word(t, "way");
    row.sha256 = turn_personal(&known, t, "sha256");
    row.message_id = turn_personal(&known, t, "message_id");
    row.address = turn_personal(&known, t, "address");
    book_message(&c->messages, &row, known);
}

void turn_report_received(struct turn *t)
{
    bool known = true;
    struct report_row row = {.outcome = turn_text(t, "outcome"),
                             .encrypted = entry_view_bool(&t->view, "encrypted"),
                             .at_ms = t->view.at_ms};
    const bool alone = text_equal(t->subj, "-");
    struct book_report_names names = {.matter = alone ? NULL : t->subj,
                                      .notice = turn_text(t, "notice")};
    if (!alone && find_case(t) == NULL)
        return;
    row.sha256 = turn_personal(&known, t, "sha256");
    row.message_id = turn_personal(&known, t, "message_id");
    row.sender = turn_personal(&known, t, "sender");
    row.reason = turn_personal(&known, t, "reason");
    row.text = turn_personal(&known, t, "text_sha256");
    names.parts_sha256 = turn_personal(&known, t, "parts_sha256");
    book_report(&t->replay->cases.reports, &row, &names, known);
}

void turn_case_told(struct turn *t)
{
    struct book_case *c = find_case(t);
    if (c == NULL)
        return;
    stand_told(&c->stand, t->view.at_ms);
    add_event(c, t, "told", turn_text(t, "how"), "said", "sha256");
}

void turn_case_closed(struct turn *t)
{
    struct book_case *c = find_case(t);
    if (c == NULL)
        return;
    move(t, c, CASE_CLOSED);
    set_text(&c->outcome, t, "outcome");
    set_text(&c->closed_by, t, "by");
    add_event(c, t, "closed", turn_text(t, "role"), "outcome", NULL);
}

void turn_case_reviewed(struct turn *t)
{
    bool known = true;
    struct source_review row = {.at_ms = t->view.at_ms};
    if (!case_source_of(&row.source, turn_text(t, "source")))
        not_a_word(t, "source");
    row.person = turn_personal(&known, t, "by");
    row.note = turn_personal(&known, t, "note");
    book_review(&t->replay->cases.reviews, &row, known);
}

void turn_fact_recorded(struct turn *t)
{
    bool known = true;
    struct case_fact row = {.id = entry_view_int(&t->view, "fact", 0),
                            .kind = turn_text(t, "kind"),
                            .jurisdiction = turn_text(t, "jurisdiction"),
                            .at_ms = entry_view_instant(&t->view, "at"),
                            .said = turn_text(t, "stated"),
                            .zone = turn_text(t, "zone"),
                            .entered_ms = t->view.at_ms,
                            .supersedes = entry_view_int(&t->view, "supersedes", 0),
                            .from_fact = entry_view_int(&t->view, "from", 0)};
    struct book_case *c = find_case(t);
    if (c == NULL)
        return;
    if (!fact_class_of(&row.class, turn_text(t, "class")))
        not_a_word(t, "class");
    row.person = turn_personal(&known, t, "person");
    row.source = turn_personal(&known, t, "source");
    row.entered_by = turn_personal(&known, t, "by");
    book_fact(c, &row, known);
}

void turn_fact_chosen(struct turn *t)
{
    bool known = true;
    const int64_t id = entry_view_int(&t->view, "fact", 0);
    struct case_fact row = {.chosen_ms = t->view.at_ms};
    struct book_case *c = find_case(t);
    if (c == NULL)
        return;
    row.chosen_by = turn_personal(&known, t, "by");
    row.chosen_reason = turn_personal(&known, t, "reason");
    if (!book_choose(c, id, &row, known))
        replay_differs(t->replay, "entry %lld: fact %lld was never recorded",
                       (long long)t->view.idx, (long long)id);
}

void turn_decision_recorded(struct turn *t)
{
    bool known = true;
    struct case_decision row = {.id = entry_view_int(&t->view, "decision", 0),
                                .jurisdiction = turn_text(t, "jurisdiction"),
                                .at_ms = t->view.at_ms,
                                .supersedes = entry_view_int(&t->view, "supersedes", 0)};
    struct book_case *c = find_case(t);
    if (c == NULL)
        return;
    if (!reportability_of(&row.verdict, turn_text(t, "verdict")))
        not_a_word(t, "verdict");
    row.reason = turn_personal(&known, t, "reason");
    row.person = turn_personal(&known, t, "person");
    row.entered_by = turn_personal(&known, t, "by");
    row.proof = turn_personal(&known, t, "proof_sha256");
    book_decision(c, &row, known);
}

void turn_decision_countersigned(struct turn *t)
{
    const int64_t id = entry_view_int(&t->view, "decision", 0);
    struct book_case *c = find_case(t);
    for (size_t i = 0; c != NULL && i < c->decision_count; i++) {
        if (c->decisions[i].id == id) {
            c->decisions[i].countersigned_ms = t->view.at_ms;
            return;
        }
    }
    replay_differs(t->replay, "entry %lld: decision %lld was never recorded",
                   (long long)t->view.idx, (long long)id);
}
