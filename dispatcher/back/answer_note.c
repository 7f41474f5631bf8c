/* An answer, however it came: a receipt, the notice's last state, and tasks that are over by it. */
#include "dispatcher/back/answer.h"
#include "dispatcher/back/task_close.h"

static enum status open_question(struct app *app, const struct notice *notice,
                                 const struct answer_note *note, struct err *err)
{
    struct task task = {
        .kind = TASK_QUESTION,
        .cause = "questions of recipients",
        .title = "Recipients ask: answer them",
        .todo = "Read what they wrote (tocsin task show ID), answer them, then close the task.",
        .advisory_id = notice->advisory_id,
        .deadline_ms = notice->answer_by_ms};
    struct task_item item = {
        .about = notice->party, .notice_id = notice->id, .detail = note->detail};
    return move_task(app, &task, &item, notice->uid, err);
}

bool answer_of_supplier(enum party_kind kind)
{
    return kind == PARTY_DISTRIBUTOR || kind == PARTY_IMPORTER;
}

enum status answer_note(struct app *app, struct notice *notice, const struct answer_note *note,
                        struct err *err)
{
    bool action = note->answer == ANSWER_DONE || note->answer == ANSWER_NOT_HERE;
    struct receipt_row row = {.notice_id = notice->id,
                              .grade = action ? GRADE_ACTION : GRADE_ANSWERED,
                              .how = note->how,
                              .by = note->by,
                              .detail = note->detail,
                              .units = note->units,
                              .sha256 = note->sha256,
                              .at_ms = app_now(app)};
    enum status status = receipt_add(&row, app->store, err);
    if (status != OK)
        return status;
    if (row.grade > notice->grade || notice->grade == GRADE_BOUNCED)
        notice->grade = row.grade;
    struct entry *entry = entry_new("ack.received", app->actor, notice->uid);
    entry_text(entry, "answer", answer_word(note->answer));
    entry_text(entry, "best", grade_word(notice->grade));
    entry_personal(entry, "by", note->by);
    entry_personal(entry, "detail", note->detail);
    entry_text(entry, "grade", grade_word(row.grade));
    entry_text(entry, "how", note->how);
    entry_personal(entry, "sha256", note->sha256);
    entry_text(entry, "state", notice_state_word(STATE_ANSWERED));
    if (note->units >= 0)
        entry_int(entry, "units", note->units);
    else
        entry_null(entry, "units");
    notice->answer = answer_word(note->answer);
    const int64_t task_id = notice->state == STATE_TASKED ? notice->task_id : 0;
    status = move_notice(app, notice, EVENT_ANSWERED, entry, err);
    if (status == OK && task_id != 0)
        status = task_settle(app, task_id, err);
    if (status == OK)
        status = task_settle_calls(app, notice->advisory_id, err);
    if (status == OK && note->answer == ANSWER_QUESTION)
        status = open_question(app, notice, note, err);
    return status;
}
