/* What each kind of entry says of its notice. */
#include "dispatcher/record/replay_inner.h"

/* A word of ours, or a difference: a word that nobody writes is no state. */
#define TAKE_WORD(field, type, parse, t, name)                                                     \
    do {                                                                                           \
        type word_ = 0;                                                                            \
        if (parse(&word_, turn_text(t, name)))                                                     \
            (field) = (uint8_t)word_;                                                              \
        else                                                                                       \
            unknown_word(t, name);                                                                 \
    } while (0)

static void unknown_word(const struct turn *t, const char *name)
{
    replay_differs(t->replay, "entry %lld: %s: not a word of ours", (long long)t->view.idx, name);
}

static void take_state(struct turn *t, struct book_notice *n)
{
    TAKE_WORD(n->state, enum notice_state, notice_state_of, t, "state");
}

void turn_planned(struct turn *t)
{
    struct book *book = t->replay->book;
    bool known = true;
    const char *party = turn_personal(&known, t, "party");
    const struct book_advisory *advisory = book_advisory(book, turn_text(t, "advisory"));
    if (book_find(book, t->subj) != NULL || advisory == NULL) {
        replay_differs(t->replay, "entry %lld: notice.planned: %s", (long long)t->view.idx,
                       advisory == NULL ? "its advisory was never submitted"
                                        : "it was planned before");
        return;
    }
    struct book_notice *n = book_add(book, t->subj);
    n->advisory = (uint32_t)book_advisory_number(book, advisory);
    n->party = digest_of(known ? party : NULL);
    n->state = STATE_PLANNED;
    n->grade = GRADE_NONE;
    n->next_at_ms = entry_view_instant(&t->view, "next_at");
    n->deadline_ms = entry_view_instant(&t->view, "deadline");
    n->answer_by_ms = entry_view_instant(&t->view, "answer_by");
    TAKE_WORD(n->form, enum form, form_of, t, "form");
    TAKE_WORD(n->kind, enum notice_kind, notice_kind_of, t, "kind");
    TAKE_WORD(n->level, enum level, level_of, t, "level");
    TAKE_WORD(n->route, enum route, route_of, t, "route");
}

void turn_sealed(struct turn *t, struct book_notice *n)
{
    bool known = true;
    struct parcel_row row = {.message_id = turn_text(t, "message_id"),
                             .address = turn_personal(&known, t, "address"),
                             .key = turn_personal(&known, t, "key_fpr"),
                             .sha256 = turn_text(t, "sha256"),
                             .plain = turn_personal(&known, t, "plain_sha256")};
    TAKE_WORD(n->level, enum level, level_of, t, "level");
    row.level = (enum level)n->level;
    book_parcel(&n->rows, &row, known);
    n->parcel = digest_of(row.sha256);
    n->state = STATE_READY;
    n->next_at_ms = entry_view_instant(&t->view, "next_at");
}

void turn_held(struct turn *t, struct book_notice *n)
{
    n->next_at_ms = entry_view_instant(&t->view, "until");
}

void turn_moved(struct turn *t, struct book_notice *n)
{
    const char *event = turn_text(t, "event");
    take_state(t, n);
    TAKE_WORD(n->level, enum level, level_of, t, "level");
    TAKE_WORD(n->route, enum route, route_of, t, "route");
    TAKE_WORD(n->form, enum form, form_of, t, "form");
    n->next_at_ms = entry_view_instant(&t->view, "next_at");
    n->task = (uint32_t)entry_view_int(&t->view, "task", 0);
    if (text_equal(event, notice_event_word(EVENT_REROUTE)))
        n->parcel = digest_of(NULL);
    if (text_equal(event, notice_event_word(EVENT_REROUTE)) ||
        text_equal(event, notice_event_word(EVENT_TASK)))
        n->attempt = 0;
}

void turn_superseded(struct turn *t, struct book_notice *n)
{
    (void)t;
    n->state = STATE_SUPERSEDED;
}

void turn_cancelled(struct turn *t, struct book_notice *n)
{
    (void)t;
    n->state = STATE_CANCELLED;
}

void turn_closed(struct turn *t, struct book_notice *n)
{
    take_state(t, n);
    TAKE_WORD(n->grade, enum grade, grade_of, t, "grade");
    if (text_equal(turn_text(t, "why"), "task-done")) {
        const struct receipt_row row = {.grade = GRADE_PASSED_ON, .how = "task", .units = -1};
        book_receipt(&n->rows, &row, false);
    }
}

void turn_begin(struct turn *t, struct book_notice *n)
{
    n->attempt = entry_view_int(&t->view, "attempt", 0);
    n->state = STATE_SENDING;
    book_begin(&n->rows, n->attempt, turn_text(t, "parcel_sha256"), t->view.at_ms);
}

void turn_dot(struct turn *t, struct book_notice *n)
{
    n->state = STATE_DOTTED;
    n->sendings++;
    book_dot(&n->rows, entry_view_int(&t->view, "attempt", 0), t->view.at_ms);
}

void turn_outcome(struct turn *t, struct book_notice *n)
{
    bool known = true;
    struct attempt row = {.id = entry_view_int(&t->view, "attempt", 0),
                          .end_ms = t->view.at_ms,
                          .verdict = turn_text(t, "verdict"),
                          .code = entry_view_int(&t->view, "code", 0),
                          .enhanced = turn_text(t, "enhanced"),
                          .said = turn_personal(&known, t, "said"),
                          .tls = turn_text(t, "tls"),
                          .peer = turn_text(t, "peer"),
                          .transcript = turn_personal(&known, t, "transcript_sha256")};
    int64_t next = entry_view_instant(&t->view, "next_at");
    const bool late = n->state != STATE_SENDING && n->state != STATE_DOTTED; /* it was answered */
    take_state(t, n);
    n->attempt = 0;
    if (next != 0)
        n->next_at_ms = next;
    book_end(&n->rows, &row, known);
    if (n->state == STATE_ACCEPTED && !late) {
        bool said = true;
        const struct receipt_row taken = {.grade = GRADE_TAKEN,
                                          .how = n->route == ROUTE_FILE ? "file" : "smtp",
                                          .detail = turn_personal(&said, t, "said"),
                                          .units = -1};
        n->grade = GRADE_TAKEN;
        book_receipt(&n->rows, &taken, said);
    }
}

static void take_receipt(struct turn *t, struct book_notice *n, struct receipt_row *row)
{
    bool known = true;
    uint8_t grade = GRADE_NONE;
    row->how = turn_text(t, "how");
    row->by = turn_personal(&known, t, "by");
    row->detail = turn_personal(&known, t, "detail");
    row->sha256 = turn_personal(&known, t, "sha256");
    TAKE_WORD(grade, enum grade, grade_of, t, "grade");
    row->grade = (enum grade)grade;
    TAKE_WORD(n->grade, enum grade, grade_of, t, "best");
    take_state(t, n);
    book_receipt(&n->rows, row, known);
}

void turn_report(struct turn *t, struct book_notice *n)
{
    struct receipt_row row = {.units = -1};
    take_receipt(t, n, &row);
    n->next_at_ms = entry_view_instant(&t->view, "next_at");
}

void turn_ack(struct turn *t, struct book_notice *n)
{
    struct receipt_row row = {.units = entry_view_int(&t->view, "units", -1)};
    take_receipt(t, n, &row);
    enum answer answer = ANSWER_RECEIVED;
    n->answer =
        answer_of(&answer, turn_text(t, "answer")) ? (uint8_t)answer : (uint8_t)BOOK_NO_ANSWER;
}

/* timepiece_believe: what waits keeps its length. */
void turn_clock_set(struct turn *t)
{
    int64_t by = entry_view_int(&t->view, "by_ms", 0);
    struct book_notice *n = NULL;
    for (size_t i = 0; (n = book_at(t->replay->book, i)) != NULL; i++)
        if (n->next_at_ms != 0 && (n->state == STATE_PLANNED || n->state == STATE_READY ||
                                   n->state == STATE_UNCERTAIN || n->state == STATE_ACCEPTED))
            n->next_at_ms += by;
}
