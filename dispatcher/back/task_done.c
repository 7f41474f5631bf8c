/*
 * dispatcher/back/task_done - a person did what a task asked for: with proof, once.
 *
 * Also `tocsin ack`: an answer that came by phone, letter or another way, logged by a person.
 */
#include "dispatcher/back/answer.h"
#include "dispatcher/op.h"
#include "dispatcher/release/revision.h"
#include "dispatcher/routine/remind.h"
#include "dispatcher/run/state.h"
#include "dispatcher/run/timepiece.h"
#include "store/advisory.h"
#include "store/party.h"

#include <stdio.h>

enum { ARG_ID = OP_ARG, ARG_BY, ARG_PROOF, ARG_PROOF_NAME, ARG_REF, ARG_AT };

static enum status check_person(const struct app *app, const char *id, struct err *err)
{
    if (id != NULL && settings_person(app->settings, id) != NULL)
        return OK;
    return err_set(err, ERR_INVALID, "--by %s: not a person of the configuration: see people in it",
                   id != NULL ? id : "");
}

/* Nobody is told a digest by a task: what it says is in the next one again. */
static enum status drop_digest(struct app *app, struct notice *notice, const struct task *task,
                               struct err *err)
{
    struct entry *entry = entry_new("notice.cancelled", app->actor, notice->uid);
    entry_personal(entry, "by", task->done_by);
    entry_personal(entry, "reason", "its task was closed: the next digest has it again");
    return move_notice(app, notice, EVENT_CANCEL, entry, err);
}

/* The notices that waited for this task are told by it: a portal, a letter, a call. */
static enum status close_notices(int64_t *moved, struct app *app, const struct task *task,
                                 const char *detail, struct err *err)
{
    enum status status = OK;
    struct notice_filter filter = {.task_id = task->id, .states = STATE_BIT(STATE_TASKED)};
    bool tells = task->kind == TASK_PORTAL || task->kind == TASK_LETTER ||
                 task->kind == TASK_PHONE || task->kind == TASK_BOUNCED ||
                 task->kind == TASK_POISON;
    *moved = 0;
    for (size_t count = 500; tells && status == OK && count == 500;) {
        struct arena *arena = arena_new();
        struct notice *list = NULL;
        status = notice_list(&list, &count, arena, app->store, &filter, err);
        for (size_t i = 0; status == OK && i < count; i++) {
            filter.after_id = list[i].id;
            if (list[i].kind == NOTICE_DIGEST) {
                status = drop_digest(app, &list[i], task, err);
                continue;
            }
            struct receipt_row row = {.notice_id = list[i].id,
                                      .grade = GRADE_PASSED_ON,
                                      .how = "task",
                                      .by = task->done_by,
                                      .detail = detail,
                                      .units = -1,
                                      .sha256 = task->proof,
                                      .at_ms = task->done_ms};
            status = receipt_add(&row, app->store, err);
            if (list[i].grade < GRADE_PASSED_ON || list[i].grade == GRADE_BOUNCED)
                list[i].grade = GRADE_PASSED_ON;
            list[i].accepted_ms = task->done_ms;
            if (status != OK)
                break;
            struct entry *entry = entry_new("notice.closed", app->actor, list[i].uid);
            entry_text(entry, "grade", grade_word(list[i].grade));
            entry_text(entry, "state", notice_state_word(STATE_PASSED));
            entry_text(entry, "why", "task-done");
            status = move_notice(app, &list[i], EVENT_TASK_DONE, entry, err);
            (*moved)++;
        }
        arena_free(arena);
    }
    return status;
}

static enum status finish_task(struct app *app, struct arena *arena, const struct frame *in,
                               struct task *task, struct str *out, struct err *err)
{
    char sha256[65];
    int64_t moved = 0;
    struct bytes proof = frame_get_bytes(in, ARG_PROOF);
    const int64_t id = frame_get_int(in, ARG_ID);
    enum status status = task_get(task, arena, app->store, id, err);
    if (status == ERR_NOT_FOUND)
        return err_set(err, ERR_NOT_FOUND, "task %lld: there is none: see `tocsin task list`",
                       (long long)id);
    if (status != OK)
        return status;
    if (!task->open)
        return err_set(err, ERR_EXISTS, "task %lld: done already by %s", (long long)task->id,
                       task->done_by);
    bool needs_proof = task->kind == TASK_PORTAL || task->kind == TASK_LETTER;
    if (needs_proof && proof.size == 0)
        return err_set(err, ERR_REFUSED,
                       "task %lld: a %s task closes only with proof: give --proof FILE (the "
                       "receipt, the proof of posting)",
                       (long long)task->id, task_kind_word(task->kind));
    task->done_by = frame_get_text(in, ARG_BY);
    task->done_ref = frame_get_text(in, ARG_REF);
    task->done_ms = frame_get_int(in, ARG_AT) > 0 ? frame_get_int(in, ARG_AT) : app_now(app);
    if (task->done_ms > app_now(app) + MS_MINUTE)
        return err_set(err, ERR_INVALID,
                       "--at: lies in the future: give the instant at which it was done");
    if (proof.size > 0) {
        status = blob_put(sha256, app->store, proof, err);
        task->proof = sha256;
    }
    if (status == OK)
        status = close_notices(&moved, app, task, task->done_ref, err);
    if (status == OK)
        status = task_done(app->store, task, err);
    if (status == OK && timepiece_is_task(task->cause))
        status = timepiece_believe(app, task->done_by, err);
    if (status != OK)
        return status;
    char subj[32];
    (void)snprintf(subj, sizeof subj, "task-%lld", (long long)task->id);
    struct entry *entry = entry_new("task.done", app->actor, subj);
    entry_personal(entry, "by", task->done_by);
    entry_int(entry, "notices", moved);
    entry_personal(entry, "proof_sha256", task->proof);
    entry_personal(entry, "ref", task->done_ref);
    entry_int(entry, "task", task->id);
    str_addf(out, "task %lld: done; %lld notice%s closed by it\n", (long long)task->id,
             (long long)moved, moved == 1 ? "" : "s");
    return app_record(app, entry, err);
}

enum status op_task_done(struct app *app, const struct frame *in, struct str *out, struct err *err)
{
    struct arena *arena = arena_new();
    struct task task = {0};
    enum status status = check_person(app, frame_get_text(in, ARG_BY), err);
    if (status == OK)
        status = app_begin(app, err);
    if (status == OK) {
        status = finish_task(app, arena, in, &task, out, err);
        if (status == OK)
            status = app_commit(app, err);
        else
            app_rollback(app);
        if (status == OK && timepiece_is_task(task.cause) && app->clock.evenly)
            status = timepiece_open(app, true, err);
    }
    arena_free(arena);
    return status;
}

enum { ACK_PARTY = OP_ARG, ACK_TRACKING, ACK_ANSWER, ACK_BY, ACK_HOW, ACK_UNITS, ACK_NOTE };

/* They have an older version, and this one has not left: what they say is about what they have. */
static enum status is_ahead(bool *out, struct app *app, const struct advisory *row,
                            const struct notice *notice, struct err *err)
{
    struct dossier *dossier = NULL;
    struct revision revision = {0};
    bool waits = notice->state == STATE_PLANNED || notice->state == STATE_SEALING ||
                 notice->state == STATE_READY;
    *out = false;
    if (!waits || notice->sendings > 0)
        return OK;
    enum status status = dossier_open(&dossier, app, row, err);
    if (status == OK)
        status = revision_find(&revision, app, dossier, notice->party, err);
    *out = revision.told;
    dossier_close(dossier);
    return status;
}

/* Of its versions, or the drill of this name: nobody answers both with one word. */
static enum status versions_of(struct advisory **out, size_t *count, struct arena *arena,
                               struct app *app, const char *tracking, struct err *err)
{
    struct err none = {0};
    struct advisory exercise;
    enum status status = advisory_list(out, count, arena, app->store, tracking, err);
    if (status != OK || *count > 0)
        return status;
    status = advisory_exercise(&exercise, arena, app->store, tracking, &none);
    if (status == OK)
        arena_push(arena, out, count, sizeof exercise, &exercise);
    else if (status != ERR_NOT_FOUND)
        *err = none;
    return status == ERR_NOT_FOUND ? OK : status;
}

/* Every notice about this advisory to this party, or to every party of the group. */
static enum status ack_party(int64_t *moved, struct app *app, struct arena *arena,
                             const char *party, const char *tracking,
                             const struct answer_note *note, struct err *err)
{
    struct advisory *versions = NULL;
    size_t version_count = 0;
    enum status status = versions_of(&versions, &version_count, arena, app, tracking, err);
    for (size_t v = 0; status == OK && v < version_count; v++) {
        struct notice *list = NULL;
        size_t count = 0;
        struct notice_filter filter = {.advisory_id = versions[v].id, .party = party};
        status = notice_list(&list, &count, arena, app->store, &filter, err);
        for (size_t i = 0; status == OK && i < count; i++) {
            enum notice_state to = list[i].state;
            bool ahead = false;
            /* What asks again, or lifts an embargo, is about the first one, and is answered with
             * it. */
            if (remind_refers_back(list[i].kind) || !state_next(&to, list[i].state, EVENT_ANSWERED))
                continue;
            status = is_ahead(&ahead, app, &versions[v], &list[i], err);
            if (status != OK || ahead)
                continue;
            status = answer_note(app, &list[i], note, err);
            (*moved)++;
        }
    }
    return status;
}

static enum status ack(struct app *app, struct arena *arena, const struct frame *in,
                       struct str *out, struct err *err)
{
    const char *who = frame_get_text(in, ACK_PARTY);
    const char *tracking = frame_get_text(in, ACK_TRACKING);
    struct answer_note note = {.how = frame_get_text(in, ACK_HOW),
                               .by = frame_get_text(in, ACK_BY),
                               .detail = frame_get_text(in, ACK_NOTE),
                               .units = frame_get_int(in, ACK_UNITS)};
    struct party *parties = NULL;
    size_t count = 0;
    int64_t moved = 0;
    if (!answer_of(&note.answer, frame_get_text(in, ACK_ANSWER)))
        return err_set(err, ERR_INVALID,
                       "ack: the answer is one of received, done, not-here, question");
    enum status status = party_members(&parties, &count, arena, app->store, who, err);
    if (status == OK && count == 0)
        return err_set(err, ERR_NOT_FOUND,
                       "%s: neither a party nor a group of the register: see `tocsin party list`",
                       who);
    for (size_t i = 0; status == OK && i < count; i++)
        status = ack_party(&moved, app, arena, parties[i].id, tracking, &note, err);
    if (status == OK && moved == 0)
        return err_set(err, ERR_NOT_FOUND,
                       "%s %s: no notice of this advisory waits for an answer of theirs", who,
                       tracking);
    str_addf(out, "%s %s: %s, noted on %lld notice%s\n", who, tracking, answer_word(note.answer),
             (long long)moved, moved == 1 ? "" : "s");
    return status;
}

enum status op_ack(struct app *app, const struct frame *in, struct str *out, struct err *err)
{
    struct arena *arena = arena_new();
    enum status status = check_person(app, frame_get_text(in, ACK_BY), err);
    if (status == OK)
        status = app_begin(app, err);
    if (status == OK) {
        status = ack(app, arena, in, out, err);
        if (status == OK)
            status = app_commit(app, err);
        else
            app_rollback(app);
    }
    arena_free(arena);
    return status;
}
