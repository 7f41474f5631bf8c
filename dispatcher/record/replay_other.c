/* What entries say of advisories, their plans, and tasks. */
#include "dispatcher/record/replay_inner.h"

#include <stdio.h>
#include <stdlib.h>

static struct book_advisory *find_advisory(struct turn *t)
{
    struct book_advisory *a = book_advisory(t->replay->book, t->subj);
    if (a == NULL)
        replay_differs(t->replay, "entry %lld: advisory %s was never submitted",
                       (long long)t->view.idx, t->subj);
    return a;
}

static void set_text(char **out, const char *text)
{
    free(*out);
    *out = xstrdup(text);
}

/* Twice when its order came later. */
void turn_submitted(struct turn *t)
{
    bool known = true;
    struct book_advisory *a = book_advisory(t->replay->book, t->subj);
    if (a == NULL) {
        a = book_add_advisory(t->replay->book, t->subj);
        a->state = ADVISORY_SUBMITTED;
    }
    set_text(&a->sha256, turn_text(t, "sha256"));
    set_text(&a->order_sha256, turn_text(t, "order_sha256"));
    set_text(&a->version, turn_text(t, "version"));
    const char *tracking = turn_personal(&known, t, "tracking");
    a->tracking = digest_of(known ? tracking : NULL);
    if (!tlp_of(&a->tlp, turn_text(t, "tlp")))
        replay_differs(t->replay, "entry %lld: tlp: not a word of ours", (long long)t->view.idx);
}

void turn_approved(struct turn *t)
{
    bool known = true;
    struct approval row = {.person = turn_personal(&known, t, "person"),
                           .fpr = turn_personal(&known, t, "fpr"),
                           .sha256 = turn_personal(&known, t, "approval_sha256"),
                           .form = turn_text(t, "form"),
                           .at_ms = entry_view_instant(&t->view, "signed_at")};
    struct book_advisory *a = find_advisory(t);
    if (a == NULL)
        return;
    if (!role_of(&row.role, turn_text(t, "role")))
        replay_differs(t->replay, "entry %lld: role: not a word of ours", (long long)t->view.idx);
    book_approval(&a->approvals, &row, known);
    if (entry_view_bool(&t->view, "complete"))
        a->state = ADVISORY_APPROVED;
}

void turn_advisory_superseded(struct turn *t)
{
    struct book_advisory *a = find_advisory(t);
    if (a != NULL)
        a->state = ADVISORY_SUPERSEDED;
}

/*
 * notice_release_all: what waits is due, and nobody has longer than this. Logs that are older than
 * the member answer_by kept the dates of the plan.
 */
void turn_embargo_released(struct turn *t)
{
    struct book *book = t->replay->book;
    struct book_advisory *a = find_advisory(t);
    struct book_notice *n = NULL;
    const int64_t at = entry_view_instant(&t->view, "at");
    if (a == NULL)
        return;
    const size_t number = book_advisory_number(book, a);
    const int64_t answer_by = entry_view_instant(&t->view, "answer_by");
    a->deadline_ms = entry_view_instant(&t->view, "deadline");
    if (answer_by > 0)
        a->answer_by_ms = answer_by;
    for (size_t i = 0; (n = book_at(book, i)) != NULL; i++) {
        if (n->advisory != number || n->state != STATE_PLANNED || n->next_at_ms <= at)
            continue;
        n->next_at_ms = at;
        if (n->deadline_ms > a->deadline_ms)
            n->deadline_ms = a->deadline_ms;
        if (answer_by > 0 && n->answer_by_ms > answer_by)
            n->answer_by_ms = answer_by;
    }
}

void turn_plan_created(struct turn *t)
{
    struct book_advisory *a = find_advisory(t);
    if (a == NULL)
        return;
    a->state = ADVISORY_PLANNING;
    a->planned = true;
    a->count = entry_view_int(&t->view, "count", 0);
    a->left_out = entry_view_int(&t->view, "left_out", 0);
    a->deadline_ms = entry_view_instant(&t->view, "deadline");
    a->answer_by_ms = entry_view_instant(&t->view, "answer_by");
    set_text(&a->root, turn_text(t, "root"));
}

void turn_plan_finished(struct turn *t)
{
    struct book_advisory *a = find_advisory(t);
    if (a != NULL)
        a->state = ADVISORY_RELEASED;
}

/* It is ours from its first moment: nobody submits or approves it. */
void turn_issued(struct turn *t)
{
    bool known = true;
    struct book_advisory *a = book_advisory(t->replay->book, t->subj);
    if (a != NULL) {
        replay_differs(t->replay, "entry %lld: %s was issued before", (long long)t->view.idx,
                       t->subj);
        return;
    }
    a = book_add_advisory(t->replay->book, t->subj);
    a->state = ADVISORY_RELEASED;
    set_text(&a->sha256, turn_text(t, "sha256"));
    set_text(&a->order_sha256, turn_text(t, "order_sha256"));
    set_text(&a->version, turn_text(t, "version"));
    const char *tracking = turn_personal(&known, t, "tracking");
    a->tracking = digest_of(known ? tracking : NULL);
    if (!tlp_of(&a->tlp, turn_text(t, "tlp")))
        replay_differs(t->replay, "entry %lld: tlp: not a word of ours", (long long)t->view.idx);
}

void replay_turn(struct replay_turns *turns, const struct digest_turn *row, bool known)
{
    char wall[24];
    char run[24];
    (void)snprintf(wall, sizeof wall, "%lld", (long long)row->wall);
    (void)snprintf(run, sizeof run, "%lld", (long long)row->run_ms);
    const char *const texts[] = {row->schedule, row->party, wall, run, row->outcome};
    struct digest one = {0};
    digest_add(&one, texts, sizeof texts / sizeof texts[0]);
    turns->count++;
    turns->erased = turns->erased || !known;
    for (size_t i = 0; i < DIGEST_SIZE; i++)
        turns->sum.byte[i] ^= one.byte[i];
}

void turn_digest_turn(struct turn *t)
{
    bool known = true;
    struct digest_turn row = {.schedule = turn_personal(&known, t, "schedule"),
                              .party = turn_personal(&known, t, "party"),
                              .wall = entry_view_int(&t->view, "wall", 0),
                              .run_ms = entry_view_instant(&t->view, "run"),
                              .outcome = turn_text(t, "outcome")};
    replay_turn(&t->replay->log_turns, &row, known);
}

void turn_task_opened(struct turn *t)
{
    bool known = true;
    bool owned = true;
    struct book *book = t->replay->book;
    int64_t id = entry_view_int(&t->view, "task", 0);
    int64_t deadline = entry_view_instant(&t->view, "deadline");
    struct book_task *task = book_task(book, id);
    const bool joined = entry_view_bool(&t->view, "joined");
    if (joined != (task != NULL)) {
        replay_differs(t->replay, "entry %lld: task %lld: %s", (long long)t->view.idx,
                       (long long)id, joined ? "was never opened" : "was opened before");
        return;
    }
    const char *cause = turn_personal(&known, t, "cause");
    if (task == NULL) {
        task = book_add_task(book, id);
        const char *owner = turn_personal(&owned, t, "owner");
        task->owner = digest_of(owned ? owner : NULL);
        task->open = true;
        task->deadline_ms = deadline;
        if (!task_kind_of(&task->kind, turn_text(t, "kind")))
            replay_differs(t->replay, "entry %lld: kind: not a word of ours",
                           (long long)t->view.idx);
    } else if (deadline > 0 && (task->deadline_ms == 0 || deadline < task->deadline_ms))
        task->deadline_ms = deadline;
    task->cause = digest_of(known ? cause : NULL); /* it changes when an embargo ends */
}

void turn_task_done(struct turn *t)
{
    bool known = true;
    int64_t id = entry_view_int(&t->view, "task", 0);
    struct book_task *task = book_task(t->replay->book, id);
    if (task == NULL || !task->open) {
        replay_differs(t->replay, "entry %lld: task %lld: was not open", (long long)t->view.idx,
                       (long long)id);
        return;
    }
    const char *by = turn_personal(&known, t, "by");
    task->open = false;
    task->done_by = digest_of(known ? by : NULL);
}
